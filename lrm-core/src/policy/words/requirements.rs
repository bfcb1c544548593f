//! Requirements in plain words: each is a part of a sentence, a group with its members in brackets.

use super::{Words, counted};
use crate::catalogue::joined;
use crate::policy::Policy;
use crate::policy::requirement::{Asks, Deciding, EvidenceTest, Requirement, Selector, Test, Threshold, Tree, Which};

impl Words<'_> {
    /// The rule of a group that a requirement decides about.
    pub(super) fn deciding(&mut self, deciding: &Deciding) {
        // what nobody has read is told as it is written
        let read = deciding.tree.as_ref().map(|tree| self.requirement(tree));
        let requirement = read.unwrap_or_else(|| deciding.text.get().to_owned());
        self.say("policy.rollup.requirement", &[("requirement", requirement)]);
    }

    /// The programmes, and what is said of their credits.
    pub(super) fn programmes(&mut self, policy: &Policy) {
        for programme in &policy.programmes {
            let title = programme.title.clone().unwrap_or_else(|| programme.id.clone());
            let kind = programme.kind.map_or("programme", |kind| kind.as_str());
            let told = [
                ("title", title),
                ("kind", self.catalogue.say(&format!("policy.programme.{kind}"), &[])),
                ("requirement", self.requirement(&programme.tree)),
                ("credit", programme.credit().to_owned()),
            ];
            self.say("policy.programme", &told);
        }
        for sequence in &policy.sequences {
            self.say("policy.sequence", &[("credits", joined(sequence.iter().cloned()))]);
        }
    }

    fn requirement(&self, tree: &Tree) -> String {
        let list = tree.list();
        let mut members: Vec<Vec<String>> = vec![Vec::new(); list.len()];
        let mut told = String::new();
        // a group stands before its members: from the end on, they are told before it
        for (place, this) in list.iter().enumerate().rev() {
            let mut own = members.get_mut(place).map(std::mem::take).unwrap_or_default();
            own.reverse();
            told = self.asked(this, &own.join("; "));
            let Some(above) = tree.above(place) else { break };
            if let Threshold::Points(_) = above {
                let id = if this.required { "policy.requirement.worth.required" } else { "policy.requirement.worth" };
                let points = this.worth.value().to_string();
                told = self.catalogue.say(&counted(id, &points), &[("points", points), ("requirement", told)]);
            }
            if let Some(group) = members.get_mut(this.group as usize) {
                group.push(std::mem::take(&mut told));
            }
        }
        told
    }

    /// One requirement, of a group with its members.
    fn asked(&self, requirement: &Requirement, members: &str) -> String {
        let say = |id: &str, parameters: &[(&str, String)]| self.catalogue.say(id, parameters);
        let told = match &requirement.asks {
            Asks::Group(threshold, selector) => {
                let members = selector.as_ref().map_or_else(|| members.to_owned(), |selector| self.selected(selector));
                let number = match threshold {
                    Threshold::All | Threshold::Any => String::new(),
                    Threshold::AtLeast(n) | Threshold::Percent(n) => n.to_string(),
                    Threshold::Points(points) => points.value().to_string(),
                };
                let mut id = format!("policy.requirement.{}", threshold.operator());
                if let Threshold::Points(_) = threshold {
                    id = counted(&id, &number);
                }
                say(&id, &[("n", number), ("members", members)])
            }
            Asks::Competency(competency, test) => {
                let parameters = [("competency", competency.clone()), ("test", self.test(test))];
                say("policy.requirement.competency", &parameters)
            }
            Asks::Credential(credit) => say("policy.requirement.credential", &[("credit", credit.clone())]),
            Asks::NotBefore(instant) => say("policy.requirement.not_before", &[("instant", instant.to_string())]),
        };
        match requirement.until {
            Some(until) => say("policy.requirement.until", &[("requirement", told), ("instant", until.to_string())]),
            None => told,
        }
    }

    /// The competencies that a selector stands for, and what is asked of each.
    fn selected(&self, selector: &Selector) -> String {
        let which = match selector.which {
            Which::All => None,
            Which::Leaves => Some("policy.requirement.selected.leaves"),
            Which::Children => Some("policy.requirement.selected.children"),
        };
        let which = which.map(|id| self.catalogue.say(id, &[]));
        let whom = joined(self.matching(&selector.matches, "policy.requirement.selected.under").chain(which));
        let parameters = [("whom", whom), ("test", self.test(&selector.each))];
        self.catalogue.say("policy.requirement.selected", &parameters)
    }

    /// What is asked of a competency.
    fn test(&self, test: &Test) -> String {
        match test {
            Test::Met => self.catalogue.say("policy.requirement.met", &[]),
            Test::Level(level) => self.catalogue.say("policy.requirement.level", &[("level", level.clone())]),
            Test::Value(value) => self.catalogue.say("policy.requirement.value", &[("value", value.to_string())]),
            Test::Below(value) => self.catalogue.say("policy.requirement.below", &[("value", value.to_string())]),
            Test::Evidence(evidence) => self.evidence_asked(evidence),
        }
    }

    fn evidence_asked(&self, evidence: &EvidenceTest) -> String {
        let say = |id: &str, parameters: &[(&str, String)]| self.catalogue.say(id, parameters);
        let minima = evidence.minima.minima().into_iter().filter(|(_, n)| *n > 0);
        let minima = minima.map(|(name, n)| say(&format!("policy.sufficiency.{name}"), &[("n", n.to_string())]));
        let independent = Some(evidence.min_independent).filter(|n| *n > 0);
        let independent = independent.map(|n| say("policy.requirement.independent", &[("n", n.to_string())]));
        let mut told = say("policy.requirement.evidence", &[("minima", joined(minima.chain(independent)))]);
        if let Some(kinds) = &evidence.kinds {
            let kinds = joined(kinds.iter().map(|kind| kind.as_str().to_owned()));
            told.push_str(&say("policy.requirement.evidence.kinds", &[("kinds", kinds)]));
        }
        if let Some(level) = &evidence.level {
            told.push_str(&say("policy.requirement.evidence.level", &[("level", level.clone())]));
        }
        if let Some(value) = evidence.value {
            told.push_str(&say("policy.requirement.evidence.value", &[("value", value.to_string())]));
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use crate::Policy;

    fn last(more: &str) -> String {
        let json = format!(r#"{{"scale": {{"max": 4, "proficient": 3}}, "estimate": {{"method": "latest"}}, {more}}}"#);
        Policy::from_json(json).unwrap().words().pop().unwrap()
    }

    #[test]
    fn a_programme_is_told_with_its_branches() {
        let programme = r#""programmes": [{"id": "g", "title": "Graduation", "kind": "graduation", "requirement":
          {"any": [{"all": [{"competency": "a1"}, {"competency": "a2", "level": "proficient", "until": "2026-09-01T00:00:00Z"}]},
                   {"points": 3, "of": [{"points": 2, "required": true, "of": {"credential": "exam"}},
                                        {"points": 1.5, "of": {"competency": "lab", "value": 2.5}}]}]}}]"#;
        assert_eq!(
            last(programme),
            "Graduation (graduation) is reached with: one of (all of (a1 met; a2 at the level proficient or above \
             (until 2026-09-01T00:00:00Z)); at least 3 points from (2 points for the credit exam, which is needed; 1.5 points for \
             lab at 2.5 or above)). It earns the credit g."
        );
    }

    #[test]
    fn selectors_evidence_and_sequences_are_told() {
        let asked =
            |requirement: &str| last(&format!(r#""programmes": [{{"id": "g", "requirement": {requirement}}}]"#));
        assert_eq!(
            asked(r#"{"percent": 80, "of": {"under": "M", "tag": "core", "leaves": true}, "each": {"below": 2}}"#),
            "g (programme) is reached with: at least 80 % of (the competencies below M, with the label core, without parts of their \
             own; each below 2). It earns the credit g."
        );
        assert_eq!(
            asked(
                r#"{"all": [{"not_before": "2027-06-01T00:00:00Z"}, {"competency": "a", "evidence":
                  {"min_evidence": 3, "min_independent": 1, "kinds": ["test"], "value": 3}}]}"#
            ),
            "g (programme) is reached with: all of (not before 2027-06-01T00:00:00Z; a with at least: pieces of evidence 3, pieces of \
             independent work 1 (only of the kinds test) (only at 3 or above)). It earns the credit g."
        );
        assert_eq!(
            asked(
                r#"{"points": 1, "of": [{"points": 1, "of": {"competency": "a"}}, {"points": 2, "required": true, "of": {"competency": "b"}}]}"#
            ),
            "g (programme) is reached with: at least 1 point from (1 point for a met; 2 points for b met, which is needed). It earns \
             the credit g."
        );
        assert_eq!(
            last(r#""sequences": [["algebra-1", "algebra-2"]]"#),
            "Of the credits algebra-1, algebra-2 none is awarded any more once a later one was."
        );
        assert_eq!(
            last(
                r#""rollup": {"method": "requirement", "requirement": {"at_least": 1, "of": [{"competency": "a"}]}, "own_evidence": "ignored"}"#
            ),
            "Evidence about a group itself does not count."
        );
    }
}
