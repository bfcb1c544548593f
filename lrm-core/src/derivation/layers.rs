//! Which layers of a policy set the sections that judge a node.

use std::collections::BTreeSet;

use super::model::Rules;
use crate::json::read::step;
use crate::policy::Policy;
use crate::sorting;

pub(super) struct SetBy {
    /// By section of the policy, in byte order.
    sections: [Vec<String>; 6],
    /// The ids of rules that look like the place of one.
    numbers: BTreeSet<String>,
}

impl SetBy {
    /// None of a policy that was not put together from layers, as most are.
    pub(super) fn of(policy: &Policy) -> Option<Self> {
        policy.layers.fields().next()?;
        let mut set_by = <[Vec<String>; 6]>::default();
        for (pointer, layer) in policy.layers.fields() {
            let top = pointer.split('/').nth(1).unwrap_or_default();
            let place = Rules::SECTIONS.iter().position(|section| *section == top);
            if let Some(names) = place.and_then(|place| set_by.get_mut(place)) {
                names.extend(name(layer));
            }
        }
        for names in &mut set_by {
            sorting::sort(names);
            names.dedup();
        }
        let ids = policy.rules.iter().filter_map(|rule| rule.id.clone());
        let numbers = ids.filter(|id| id.bytes().all(|byte| byte.is_ascii_digit())).collect();
        Some(Self { sections: set_by, numbers })
    }

    /// Those that set a section, by the place of the rule that gives it, or by the policy itself.
    pub(super) fn of_section(&self, section: &str, rule: Option<u32>, policy: &Policy) -> Vec<String> {
        let Some(place) = rule else {
            let place = Rules::SECTIONS.iter().position(|known| *known == section);
            return place.and_then(|place| self.sections.get(place)).cloned().unwrap_or_default();
        };
        let id = policy.rules.get(place as usize).and_then(|rule| rule.id.as_deref());
        let named = match id {
            Some(id) => step(id),
            None => place.to_string(),
        };
        if id.is_none() && self.numbers.contains(&named) {
            return Vec::new();
        }
        policy.layers.get(&format!("/rules/{named}")).and_then(name).into_iter().collect()
    }
}

/// The name of a layer, from JSON.
fn name(json: &str) -> Option<String> {
    serde_json::from_str(json).ok()
}

#[cfg(test)]
mod tests {
    use crate::{Derivation, Engine, Framework, Instant, LearnerRecord, Policy};

    #[test]
    fn each_section_names_the_layers_that_set_it() {
        let policy = Policy::from_layers([
            r#"{"layer": "platform", "set": {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}, "rounding": {"digits": 1}}}"#,
            r#"{"layer": "course", "set": {"scale": {"proficient": 4}, "sufficiency": {"min_evidence": 1},
              "rules": [{"match": {"id": "b"}, "rounding": {"digits": 0}}, {"id": "r/1", "match": {"id": "b"}, "estimate": {"method": "mean"}}]}}"#,
        ]);
        let framework = Framework::from_json(
            r#"{"competencies": [{"id": "a", "statement": "A"}, {"id": "b", "statement": "B"}, {"id": "top", "statement": "T"}],
              "associations": [{"type": "is_child_of", "from": "a", "to": "top"}, {"type": "is_child_of", "from": "b", "to": "top"}]}"#,
        );
        let engine = Engine::new(framework.unwrap(), policy.unwrap().into_policy()).unwrap();
        let record =
            LearnerRecord::from_json(r#"[{"competency": "a", "score": 3}, {"competency": "b", "score": 2}]"#).unwrap();
        let derivation = engine.explain(&record, "top", Instant::EPOCH).unwrap();
        let layers: Vec<_> =
            derivation.nodes.iter().map(|node| (&*node.result.competency, &node.rules.layers)).collect();
        let said = |names: &[(&'static str, &[&str])]| -> Vec<(&'static str, Vec<String>)> {
            let texts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
            names.iter().map(|(section, names)| (*section, texts(names))).collect()
        };
        let both: &[&str] = &["course", "platform"];
        let own = said(&[
            ("scale", both),
            ("estimate", &["platform"]),
            ("rounding", &["platform"]),
            ("sufficiency", &["course"]),
        ]);
        let ruled = said(&[
            ("scale", both),
            ("estimate", &["course"]),
            ("rounding", &["course"]),
            ("sufficiency", &["course"]),
        ]);
        let inner = said(&[("scale", both), ("estimate", &["platform"])]);
        assert_eq!(layers[0], ("top", &inner));
        assert!(layers.contains(&("a", &own)) && layers.contains(&("b", &ruled)), "{layers:?}");
        assert!(derivation.text().contains("scale: set by course, platform."), "{}", derivation.text());
        let again = Derivation::from_json(derivation.to_json()).unwrap();
        again.verify().unwrap();
        assert_eq!(again, derivation);
    }
}
