//! A policy in plain words: a function per section, each of which gives whole sentences.

mod requirements;

use super::read::{ADJACENTS, EXTRA_CREDITS, KEEPS, METHODS, MODES, ORDERS, OWN, PREDICTS, TIES};
use super::requirement::Deciding;
use super::sections::{
    Estimate, EvidenceRule, Missing, OwnEvidence, Raters, Reassessment, Rollup, Sources, Sufficiency,
};
use super::{Match, Policy, Rule};
use crate::calendar::{Days, WEEK, offset_text};
use crate::catalogue::{Catalogue, joined, shortened};
use crate::json::read::word_of;
use crate::scale::Scale;
use crate::value::Rounding;

impl Policy {
    /// The policy in plain English, sentence by sentence: what counts and in which order, how it becomes a result, when it is
    /// enough, from where on a competency is met, and how results of groups come about. Each rule is one text. What looks at no
    /// competency, such as ids and `extra`, is not told.
    ///
    /// ```
    /// use lrm_core::Policy;
    /// let policy = Policy::from_json(r#"{"scale": {"max": 4, "proficient": 3},
    ///   "estimate": {"method": "latest_vs_mean", "latest_percent": 65}}"#)?;
    /// let words = policy.words();
    /// assert!(words.contains(&"The latest score counts 65 %, the mean of the earlier ones 35 %.".to_owned()));
    /// # Ok::<(), lrm_core::Error>(())
    /// ```
    pub fn words(&self) -> Vec<String> {
        self.words_with(&Catalogue::english())
    }

    /// The same in the words of a catalogue, whose messages for it begin with `policy.`.
    pub fn words_with(&self, catalogue: &Catalogue) -> Vec<String> {
        let mut words = Words { catalogue, sentences: Vec::new() };
        words.evidence(&self.evidence);
        words.estimate(self.estimate);
        if let Some(rounding) = self.rounding {
            words.rounding(rounding, false);
        }
        // a method that waits for several scores has told so
        let waits = matches!(self.estimate, Estimate::NMastery { .. });
        words.sufficiency(&self.sufficiency, &self.scale, Some("any").filter(|_| !waits), false);
        words.scale(&self.scale);
        words.rollup(self.rollup, self.requirement.as_ref());
        for rule in &self.rules {
            words.rule(rule, self);
        }
        words.programmes(self);
        words.sentences
    }
}

/// The sentences so far.
struct Words<'c> {
    catalogue: &'c Catalogue,
    sentences: Vec<String>,
}

impl Words<'_> {
    fn say(&mut self, id: &str, parameters: &[(&str, String)]) {
        self.sentences.push(self.catalogue.say(id, parameters));
    }

    fn say_count(&mut self, id: &str, name: &'static str, n: u32) {
        self.say(&counted(id, &n), &[(name, n.to_string())]);
    }

    /// Words of a list.
    fn list(&self, ids: impl Iterator<Item = String>) -> String {
        joined(ids.map(|id| self.catalogue.say(&id, &[])))
    }

    fn evidence(&mut self, evidence: &EvidenceRule) {
        let EvidenceRule { order_by, purposes, roles, extra_credit, sources, raters, reassessment } = evidence;
        let purposes = self.list(purposes.iter().map(|one| format!("policy.purpose.{}", one.as_str())));
        self.say(&none_or("policy.purposes", &purposes), &[("purposes", purposes.clone())]);
        let roles = self.list(roles.iter().map(|one| format!("policy.role.{}", one.as_str())));
        self.say(&none_or("policy.roles", &roles), &[("roles", roles.clone())]);
        self.say(&format!("policy.order.{}", word_of(*order_by, &ORDERS)), &[]);
        self.say(&format!("policy.extra_credit.{}", word_of(*extra_credit, &EXTRA_CREDITS)), &[]);
        match sources {
            Sources::Person => self.say("policy.sources.person", &[]),
            Sources::Newest => self.say("policy.sources.newest", &[]),
            Sources::Separate => self.say("policy.sources.separate", &[]),
            Sources::Priority(priority) => {
                let systems = joined(priority.systems.iter().cloned());
                self.say(&none_or("policy.sources.priority", &systems), &[("systems", systems.clone())]);
            }
        }
        match raters {
            Raters::Separate => self.say("policy.raters.separate", &[]),
            Raters::Adjacent(which) => self.say(&format!("policy.raters.{}", word_of(*which, &ADJACENTS)), &[]),
        }
        match reassessment {
            Some(reassessment) => self.reassessment(reassessment),
            None => self.say("policy.reassessment.none", &[]),
        }
    }

    fn reassessment(&mut self, reassessment: &Reassessment) {
        let Reassessment { keep, within_school_days, at_most, cap_percent, calendar } = reassessment;
        self.say(&format!("policy.reassessment.{}", word_of(*keep, &KEEPS)), &[]);
        if let Some(days) = within_school_days {
            self.say_count("policy.reassessment.within", "days", *days);
        }
        if let Some(times) = at_most {
            self.say("policy.reassessment.at_most", &[("times", times.to_string())]);
        }
        if let Some(percent) = cap_percent {
            self.say("policy.reassessment.cap", &[("percent", percent.to_string())]);
        }
        let standard = Days::default();
        if within_school_days.is_some() || calendar.week() != standard.week() {
            let taught = WEEK.iter().zip(calendar.week()).filter(|(_, taught)| **taught);
            let days = self.list(taught.map(|(day, _)| format!("policy.day.{day}")));
            self.say("policy.reassessment.days", &[("days", days)]);
        }
        if calendar.holidays().len() > 0 {
            self.say("policy.reassessment.holidays", &[("days", shortened(calendar.holidays()))]);
        }
        if calendar.offset() != standard.offset() {
            self.say("policy.reassessment.offset", &[("offset", offset_text(calendar.offset()))]);
        }
    }

    fn estimate(&mut self, estimate: Estimate) {
        let name = estimate.name();
        match estimate {
            Estimate::Highest | Estimate::Lowest | Estimate::Latest | Estimate::Mean | Estimate::Median => {
                self.say(&format!("policy.estimate.{name}"), &[]);
            }
            Estimate::Mode { tie } => self.say(&format!("policy.estimate.{name}.{}", word_of(tie, &TIES)), &[]),
            Estimate::NMastery { n } | Estimate::TopNMean { n } => {
                self.say_count(&format!("policy.estimate.{name}"), "n", n);
            }
            Estimate::LatestVsMean { latest_percent } | Estimate::Exponential { latest_percent } => {
                let rest = 100_u32.saturating_sub(latest_percent);
                let shares = [("percent", latest_percent.to_string()), ("rest", rest.to_string())];
                self.say(&format!("policy.estimate.{name}"), &shares);
            }
            Estimate::PowerLaw { predict } | Estimate::LinearTrend { predict } => {
                self.say(&format!("policy.estimate.{name}.{}", word_of(predict, &PREDICTS)), &[]);
            }
        }
    }

    /// Of whom a sentence is that holds for groups only where a rule names them.
    fn of(&self, named: bool) -> (&'static str, String) {
        ("of", if named { String::new() } else { self.catalogue.say("policy.single", &[]) })
    }

    fn rounding(&mut self, rounding: Rounding, named: bool) {
        let id = format!("policy.rounding.{}", word_of(rounding.mode, &MODES));
        let id = if rounding.digits == 0 { id + ".whole" } else { counted(&id, &rounding.digits) };
        let of = self.of(named);
        self.say(&id, &[("digits", rounding.digits.to_string()), of]);
    }

    /// `none` is the sentence where no minima are given.
    fn sufficiency(&mut self, sufficiency: &Sufficiency, scale: &Scale, none: Option<&str>, named: bool) {
        let of = self.of(named);
        let minima = sufficiency.minima().into_iter().filter(|(_, n)| *n > 0);
        let minima = joined(
            minima.map(|(name, n)| self.catalogue.say(&format!("policy.sufficiency.{name}"), &[("n", n.to_string())])),
        );
        if !minima.is_empty() {
            self.say("policy.sufficiency.least", &[("minima", minima), of.clone()]);
        } else if let Some(none) = none {
            self.say(&format!("policy.sufficiency.{none}"), std::slice::from_ref(&of));
        }
        if let Some(id) = &sufficiency.independent_from_level {
            let label = scale.level(id).and_then(|level| level.label.clone());
            self.say("policy.sufficiency.independent", &[("level", label.unwrap_or_else(|| id.clone())), of.clone()]);
        }
        if let Some(days) = sufficiency.max_age_days {
            self.say(&counted("policy.sufficiency.max_age", &days), &[("days", days.to_string()), of]);
        }
    }

    fn scale(&mut self, scale: &Scale) {
        let range = [
            ("min", scale.min().to_string()),
            ("max", scale.max().to_string()),
            ("proficient", scale.proficient().to_string()),
        ];
        self.say("policy.scale", &range);
        let levels = scale.levels().iter().map(|level| {
            let name = level.label.clone().unwrap_or_else(|| level.id.clone());
            self.catalogue.say("policy.scale.level", &[("level", name), ("from", level.from.to_string())])
        });
        let levels = joined(levels);
        self.say("policy.scale.levels", &[("levels", levels)]);
    }

    fn rollup(&mut self, rollup: Rollup, requirement: Option<&Deciding>) {
        let Rollup { method, missing, own_evidence } = rollup;
        match requirement {
            Some(requirement) => self.deciding(requirement),
            None => self.say(&format!("policy.rollup.{}", word_of(method, &METHODS)), &[]),
        }
        match missing {
            // what is missing is a matter of the requirement
            _ if requirement.is_some() => {}
            Missing::Ignore => self.say("policy.missing.ignore", &[]),
            Missing::RequireAll => self.say("policy.missing.require_all", &[]),
            Missing::RequireAtLeast(n) => self.say_count("policy.missing.require_at_least", "n", n),
            Missing::RequireAtLeastPercent(n) => {
                self.say("policy.missing.require_at_least_percent", &[("n", n.to_string())]);
            }
        }
        // what acts as a child is no part of what a requirement decides
        let beside = if requirement.is_some() && own_evidence == OwnEvidence::AsChild { ".requirement" } else { "" };
        self.say(&format!("policy.own_evidence.{}{beside}", word_of(own_evidence, &OWN)), &[]);
    }

    /// A rule, with the sentences of its sections.
    fn rule(&mut self, rule: &Rule, policy: &Policy) {
        let named = rule.matches.id.is_some();
        let mut own = Words { catalogue: self.catalogue, sentences: Vec::new() };
        if let Some(evidence) = &rule.evidence {
            own.evidence(evidence);
        }
        if let Some(estimate) = rule.estimate {
            own.estimate(estimate);
        }
        if let Some(rounding) = rule.rounding {
            own.rounding(rounding, named);
        }
        if let Some(sufficiency) = &rule.sufficiency {
            let waits = matches!(rule.estimate.unwrap_or(policy.estimate), Estimate::NMastery { .. });
            let none = if waits { "none" } else { "any" };
            own.sufficiency(sufficiency, rule.scale.as_ref().unwrap_or(&policy.scale), Some(none), named);
        }
        if let Some(scale) = &rule.scale {
            own.scale(scale);
        }
        if let Some(rollup) = rule.rollup {
            own.rollup(rollup, rule.requirement.as_ref());
        }
        // a rule without sections changes nothing
        if !own.sentences.is_empty() {
            let parameters = [("whom", self.whom(&rule.matches)), ("sentences", own.sentences.join(" "))];
            self.say("policy.rule", &parameters);
        }
    }

    /// The competencies that a rule is for.
    fn whom(&self, matches: &Match) -> String {
        let mut keys = given(matches);
        match (keys.next(), keys.next()) {
            (None, _) => self.catalogue.say("policy.rule.all", &[]),
            (Some((key, wanted)), None) => self.catalogue.say(&format!("policy.rule.{key}"), &[(key, wanted)]),
            // they have all of it
            _ => self
                .catalogue
                .say("policy.rule.selected", &[("whom", joined(self.matching(matches, "policy.rule.selected.under")))]),
        }
    }

    /// What the competencies that fit have in common, key by key. For rules a competency is under itself, for requirements it is
    /// not.
    fn matching(&self, matches: &Match, under: &str) -> impl Iterator<Item = String> {
        given(matches).map(move |(key, wanted)| {
            let id = if key == "under" { under.to_owned() } else { format!("policy.requirement.selected.{key}") };
            self.catalogue.say(&id, &[(key, wanted)])
        })
    }
}

/// The keys that are given, with what they ask for.
fn given(matches: &Match) -> impl Iterator<Item = (&'static str, String)> {
    let Match { under, kind, tag, id } = matches;
    let keys = [("id", id), ("under", under), ("type", kind), ("tag", tag)];
    keys.into_iter().filter_map(|(key, wanted)| Some((key, wanted.clone()?)))
}

/// The message of a number; that of one is another.
fn counted(id: &str, n: &impl ToString) -> String {
    if n.to_string() == "1" { format!("{id}.one") } else { id.to_owned() }
}

/// The message of a list, or that of an empty one.
fn none_or<'i>(id: &'i str, list: &str) -> std::borrow::Cow<'i, str> {
    if list.is_empty() { format!("{id}.none").into() } else { id.into() }
}

#[cfg(test)]
mod tests {
    use crate::{Catalogue, Policy};

    fn words(more: &str) -> Vec<String> {
        let json = format!(r#"{{"scale": {{"max": 4, "proficient": 3}}, "estimate": {{"method": "latest"}}{more}}}"#);
        Policy::from_json(json).unwrap().words()
    }

    #[test]
    fn every_parameter_that_is_no_default_is_said() {
        let standard = words("");
        let evidence = [
            r#""order_by": "due_at""#,
            r#""order_by": "assessed_at""#,
            r#""purposes": ["practice"]"#,
            r#""purposes": []"#,
            r#""assessor_roles": ["teacher", "peer", "self"]"#,
            r#""assessor_roles": []"#,
            r#""extra_credit": "keep""#,
            r#""extra_credit": "error""#,
            r#""sources": "newest""#,
            r#""sources": "separate""#,
            r#""sources": {"priority": ["a", "b"]}"#,
            r#""sources": {"priority": []}"#,
            r#""raters": {"adjacent": "lower"}"#,
            r#""raters": {"adjacent": "higher"}"#,
            r#""reassessment": {"keep": "all"}"#,
            r#""reassessment": {"keep": "higher"}"#,
            r#""reassessment": {"keep": "newest"}"#,
            r#""reassessment": {"keep": "newest", "within_school_days": 5}"#,
            r#""reassessment": {"keep": "newest", "within_school_days": 1}"#,
            r#""reassessment": {"keep": "newest", "at_most": 2}"#,
            r#""reassessment": {"keep": "newest", "cap_percent": 80}"#,
            r#""reassessment": {"keep": "newest", "school_days": ["mon", "sun"]}"#,
            r#""reassessment": {"keep": "newest", "holidays": ["2026-12-25"]}"#,
            r#""reassessment": {"keep": "newest", "utc_offset": "-05:00"}"#,
        ]
        .map(|field| format!(r#", "evidence": {{{field}}}"#));
        let others = [
            r#""rounding": {"digits": 0}"#,
            r#""rounding": {"digits": 1}"#,
            r#""rounding": {"digits": 1, "mode": "half_even"}"#,
            r#""rounding": {"digits": 1, "mode": "floor"}"#,
            r#""rounding": {"digits": 2}"#,
            r#""rounding": {"digits": 2, "mode": "half_even"}"#,
            r#""rounding": {"digits": 2, "mode": "floor"}"#,
            r#""sufficiency": {"min_evidence": 1}"#,
            r#""sufficiency": {"min_assessors": 2}"#,
            r#""sufficiency": {"min_contexts": 2}"#,
            r#""sufficiency": {"min_kinds": 2}"#,
            r#""sufficiency": {"min_artifacts": 2}"#,
            r#""sufficiency": {"min_transfer": 2}"#,
            r#""sufficiency": {"independent_from_level": "proficient"}"#,
            r#""sufficiency": {"max_age_days": 2}"#,
            r#""sufficiency": {"max_age_days": 1}"#,
            r#""rollup": {"missing": "require_all"}"#,
            r#""rollup": {"missing": {"require_at_least": 3}}"#,
            r#""rollup": {"missing": {"require_at_least": 1}}"#,
            r#""rollup": {"missing": {"require_at_least_percent": 3}}"#,
            r#""rollup": {"own_evidence": "overrides"}"#,
            r#""rollup": {"own_evidence": "ignored"}"#,
            r#""rollup": {"method": "requirement", "requirement": {"any": [{"competency": "a"}]}}"#,
            r#""rollup": {"method": "requirement", "requirement": {"all": [{"competency": "a"}]}}"#,
            r#""programmes": [{"id": "a", "requirement": {"competency": "a"}}]"#,
            r#""programmes": [{"id": "a", "credit": "b", "requirement": {"competency": "a"}}]"#,
            r#""programmes": [{"id": "a", "kind": "pathway", "requirement": {"competency": "a"}}]"#,
            r#""programmes": [{"id": "a", "kind": "course_credit", "requirement": {"competency": "a"}}]"#,
            r#""programmes": [{"id": "a", "kind": "destination", "requirement": {"competency": "a"}}]"#,
            r#""sequences": [["a", "b"]]"#,
            r#""rules": [{"match": {"id": "a", "under": "b", "type": "c", "tag": "d"}, "sufficiency": {}}]"#,
            r#""rules": [{"match": {}, "scale": {"max": 5, "proficient": 3}}]"#,
        ]
        .map(|field| format!(", {field}"));
        let methods = crate::policy::read::METHODS
            .iter()
            .filter(|(method, _)| !["unique_leaves", "requirement"].contains(method));
        let methods = methods.map(|(method, _)| format!(r#", "rollup": {{"method": "{method}"}}"#));
        let mut seen = vec![standard];
        for more in evidence.into_iter().chain(others).chain(methods) {
            let said = words(&more);
            assert!(!seen.contains(&said), "{more}");
            for sentence in &said {
                assert!(!sentence.contains("policy.") && !sentence.contains(['{', '}']), "{sentence}");
                assert!(sentence.ends_with('.'), "{sentence}");
            }
            seen.push(said);
        }
    }

    #[test]
    fn a_policy_does_not_contradict_itself() {
        let policy = |estimate: &str, more: &str| {
            let json = format!(r#"{{"scale": {{"max": 4, "proficient": 3}}, "estimate": {estimate}{more}}}"#);
            Policy::from_json(json).unwrap().words()
        };
        let one = "as soon as there is one score";
        let waits = r#"{"method": "n_mastery", "n": 3}"#;
        assert!(policy(r#"{"method": "mean"}"#, "").iter().any(|sentence| sentence.contains(one)));
        assert!(!policy(waits, "").iter().any(|sentence| sentence.contains(one)));
        let least = policy(waits, r#", "sufficiency": {"min_evidence": 2}"#);
        assert!(least.iter().any(|sentence| sentence.contains("pieces of evidence 2")), "{least:?}");
        // what a rule takes back is told, too
        let rule = r#", "sufficiency": {"min_kinds": 2}, "rules": [{"match": {"id": "a"}, "sufficiency": {}}]"#;
        assert_eq!(
            policy(waits, rule).last().unwrap(),
            "For the competency a, instead: Nothing else is needed for a result."
        );
        let decides = r#", "rollup": {"method": "requirement", "requirement": {"all": [{"competency": "a"}]}}"#;
        let decides = words(decides);
        assert!(!decides.iter().any(|sentence| sentence.contains("one more competency")), "{decides:?}");
    }

    #[test]
    fn a_catalogue_says_it_in_other_words() {
        let policy = Policy::from_json(r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "mode"}}"#);
        let catalogue =
            Catalogue::english().with_json(r#"{"policy.estimate.mode.most_recent": "Le score le plus fréquent."}"#);
        let words = policy.unwrap().words_with(&catalogue.unwrap());
        assert!(words.contains(&"Le score le plus fréquent.".to_owned()), "{words:?}");
    }

    #[test]
    fn long_lists_are_shortened() {
        let days: Vec<String> = (1..=28)
            .chain(1..=28)
            .enumerate()
            .map(|(at, day)| format!("\"2026-{:02}-{day:02}\"", 1 + at / 28))
            .collect();
        let said = words(&format!(r#", "evidence": {{"reassessment": {{"holidays": [{}]}}}}"#, days.join(",")));
        let holidays = said.iter().find(|sentence| sentence.contains("no school")).unwrap();
        assert!(holidays.contains("2026-01-20, …, 2026-02-09"), "{holidays}");
    }
}
