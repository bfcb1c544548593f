//! Ready-made policies: the published rules of products and schools, each a document of its own.
//!
//! Their `extra` says in words what the rule is, where it comes from, what schools set, and what the rule has that a policy
//! cannot say.

use super::Policy;
use crate::error::{Code, Finding, Result, quote};

/// The documents, in the order of [`Policy::READY_MADE`].
const DOCUMENTS: [&str; Policy::READY_MADE.len()] = [include_str!("canvas-weighted-average.json")];

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
    /// | `canvas-weighted-average` | the latest score counts 65 %, the mean of the earlier ones 35 % |
    pub const READY_MADE: [&'static str; 1] = ["canvas-weighted-average"];

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
    fn an_unknown_name_is_told_with_the_known_ones() {
        let error = Policy::ready_made("canvas").unwrap_err();
        assert_eq!(error.code(), Code::UnknownPolicy);
        assert!(error.to_string().contains("canvas-weighted-average"), "{error}");
    }
}
