//! Ready-made policies: the published rules of products and schools, each a document of its own.
//!
//! Their `extra` says in words what the rule is, where it comes from, what schools set, and what the rule has that a policy
//! cannot say.

use super::Policy;
use crate::error::{Code, Finding, Result, quote};

/// The documents, in the order of [`Policy::READY_MADE`].
const DOCUMENTS: [&str; Policy::READY_MADE.len()] = [
    include_str!("building-21.json"),
    include_str!("canvas-decaying-average.json"),
    include_str!("canvas-n-mastery.json"),
    include_str!("canvas-weighted-average.json"),
    include_str!("empower-80-100.json"),
    include_str!("jumprope.json"),
    include_str!("marzano.json"),
    include_str!("moodle-competencies.json"),
    include_str!("otus.json"),
    include_str!("summit.json"),
];

/// The document of a ready-made policy.
pub(super) fn document(name: &str) -> Result<&'static str> {
    let found = Policy::READY_MADE.into_iter().zip(DOCUMENTS).find(|(known, _)| *known == name);
    found.map(|(_, document)| document).ok_or_else(|| {
        let known = Policy::READY_MADE.join(", ");
        let message = format!("there is no ready-made policy {}; there are {known}", quote(name));
        Finding::new(Code::UnknownPolicy, "", message).with("policy", name).into()
    })
}

impl Policy {
    /// The names of the ready-made policies, in byte order.
    ///
    /// | name | rule |
    /// |---|---|
    /// | `building-21` | a level is complete with so many ratings of each skill, the best ones at X − 0.5 on average |
    /// | `canvas-decaying-average` | each new score counts 65 %, the result before it 35 % |
    /// | `canvas-n-mastery` | the mean of all scores at mastery, once there are five |
    /// | `canvas-weighted-average` | the latest score counts 65 %, the mean of the earlier ones 35 % |
    /// | `empower-80-100` | 80 % of the standards proficient, all of them at 2 or above |
    /// | `jumprope` | each new score by due date counts 75 %, the result before it 25 % |
    /// | `marzano` | a power curve through at least three scores |
    /// | `moodle-competencies` | a competency is met when all directly below it are |
    /// | `otus` | each new attempt by due date counts 65 %, the result before it 35 %; the total is the mean |
    /// | `summit` | skills at 70 % on average, all power focus areas passed, all projects complete |
    pub const READY_MADE: [&'static str; 10] = [
        "building-21",
        "canvas-decaying-average",
        "canvas-n-mastery",
        "canvas-weighted-average",
        "empower-80-100",
        "jumprope",
        "marzano",
        "moodle-competencies",
        "otus",
        "summit",
    ];

    /// A ready-made policy: the published rule of a product or a school, with the numbers that it has by default. Its `extra`
    /// says where the rule comes from, what schools set, and what the rule has that a policy cannot say. A layer with
    /// `"ready_made": name` is one to build upon, see [`Policy::from_layers`].
    ///
    /// ```
    /// use lrm_core::{Engine, Evidence, Framework, Instant, LearnerRecord, Policy};
    /// let framework = Framework::from_json(r#"{"competencies": [{"id": "NF.1", "statement": "Unit fractions"}]}"#)?;
    /// let engine = Engine::new(framework, Policy::ready_made("canvas-weighted-average")?)?;
    /// let record = LearnerRecord::from_events([
    ///     Evidence::scored("NF.1", 1).id("quiz"),
    ///     Evidence::scored("NF.1", 4).id("retake"),
    /// ])?;
    /// let state = engine.evaluate(&record, Instant::EPOCH)?;
    /// assert_eq!(state.mastery("NF.1")?.value, Some("2.95".parse()?)); // 65 % of 4 and 35 % of 1
    /// # Ok::<(), lrm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `unknown-policy`, with the names that there are.
    pub fn ready_made(name: &str) -> Result<Self> {
        Self::from_json(document(name)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn every_document_is_sound_and_says_what_it_is() {
        let mut before = "";
        for (name, document) in Policy::READY_MADE.into_iter().zip(DOCUMENTS) {
            assert!(before < name, "{name}");
            before = name;
            let policy = Policy::ready_made(name).unwrap();
            assert_eq!((policy.id(), policy.version()), (Some(name), Some("1")));
            let json: Value = serde_json::from_str(document).unwrap();
            let said = json["extra"].as_object().unwrap();
            let texts = |key: &str| said[key].as_array().unwrap().iter().map(|text| text.as_str().unwrap());
            for text in [said["title"].as_str().unwrap(), said["rule"].as_str().unwrap()] {
                assert!(!text.is_empty());
            }
            assert!(texts("sources").count() > 0, "{name}");
            assert!(texts("leaves_out").all(|text| text.ends_with('.')), "{name}");
            assert!(texts("leaves_out").count() > 0 && texts("set_by_schools").count() > 0, "{name}");
            assert!(policy.words().iter().all(|sentence| !sentence.contains("policy.")), "{name}");
        }
    }

    #[test]
    fn as_a_layer_it_is_the_same_policy_and_can_be_changed() {
        for name in Policy::READY_MADE {
            let base = format!(r#"{{"layer": "base", "ready_made": "{name}"}}"#);
            let layered = Policy::from_layers([&base]).unwrap();
            let mut same: Value = serde_json::from_str(&layered.policy().to_json()).unwrap();
            same.as_object_mut().unwrap().remove("layers");
            let alone: Value = serde_json::from_str(&Policy::ready_made(name).unwrap().to_json()).unwrap();
            assert_eq!(same, alone);
            let school = r#"{"layer": "school", "version": "2", "set": {"sufficiency": {"min_assessors": 2}}}"#;
            let changed = Policy::from_layers([&base, school]).unwrap().into_policy();
            assert_eq!(
                (changed.id(), changed.version(), changed.sufficiency.min_assessors),
                (Some(name), Some("2"), 2)
            );
        }
    }

    #[test]
    fn an_unknown_name_is_told_with_the_known_ones() {
        let error = Policy::ready_made("canvas").unwrap_err();
        assert_eq!(error.code(), Code::UnknownPolicy);
        assert!(error.to_string().contains("canvas-weighted-average"), "{error}");
    }
}
