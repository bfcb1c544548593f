//! The parameters of a policy: the keys of its sections, what they are without a word about them, and which belong to which
//! method.

use crate::sorting;

/// The sections, in the order of the documents.
pub(super) const SECTIONS: [&str; 6] = ["scale", "evidence", "estimate", "rounding", "sufficiency", "rollup"];

/// What else stands at the top of a policy and can be set by layers.
pub(super) const OTHERS: [&str; 4] = ["rules", "programmes", "sequences", "extra"];

/// A key of a section.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parameter {
    pub(super) section: &'static str,
    pub(super) key: &'static str,
    pub(super) is_number: bool,
    /// As canonical JSON; `null` where there is none.
    default: &'static str,
}

const fn parameter(section: &'static str, key: &'static str, default: &'static str) -> Parameter {
    Parameter { section, key, is_number: false, default }
}

const fn number(section: &'static str, key: &'static str, default: &'static str) -> Parameter {
    Parameter { section, key, is_number: true, default }
}

pub(super) const PARAMETERS: [Parameter; 30] = [
    number("scale", "min", "0"),
    number("scale", "max", "null"),
    number("scale", "proficient", "null"),
    parameter("scale", "levels", "null"),
    parameter("evidence", "order_by", "\"observed_at\""),
    parameter("evidence", "purposes", "[\"diagnostic\",\"summative\",\"common_task\"]"),
    parameter("evidence", "assessor_roles", "[\"teacher\",\"external\",\"machine\"]"),
    parameter("evidence", "extra_credit", "\"clamp\""),
    parameter("evidence", "sources", "\"person\""),
    parameter("evidence", "raters", "\"separate\""),
    parameter("evidence", "reassessment", "null"),
    parameter("estimate", "method", "null"),
    parameter("estimate", "tie", "\"most_recent\""),
    number("estimate", "n", "null"),
    number("estimate", "latest_percent", "null"),
    parameter("estimate", "predict", "\"at_n\""),
    number("rounding", "digits", "null"),
    parameter("rounding", "mode", "\"half_away_from_zero\""),
    number("sufficiency", "min_evidence", "0"),
    number("sufficiency", "min_assessors", "0"),
    number("sufficiency", "min_contexts", "0"),
    number("sufficiency", "min_kinds", "0"),
    number("sufficiency", "min_artifacts", "0"),
    number("sufficiency", "min_transfer", "0"),
    parameter("sufficiency", "independent_from_level", "null"),
    number("sufficiency", "max_age_days", "null"),
    parameter("rollup", "method", "\"unique_leaves\""),
    parameter("rollup", "missing", "\"ignore\""),
    parameter("rollup", "own_evidence", "\"as_child\""),
    parameter("rollup", "requirement", "null"),
];

/// The key of a section that others of it depend on.
pub(super) fn lead_of(section: &str) -> Option<&'static str> {
    match section {
        "estimate" | "rollup" => Some("method"),
        "rounding" => Some("digits"),
        _ => None,
    }
}

/// True if a key of a section stands and falls with the section's lead.
pub(super) fn depends_on_lead(section: &str, key: &str) -> bool {
    match section {
        "estimate" => key != "method",
        "rollup" => key == "requirement",
        "rounding" => key == "mode",
        _ => false,
    }
}

/// What belongs to a method of `estimate`, whose name is given as JSON.
fn belongs(key: &str, method: &str) -> bool {
    match key {
        "tie" => method == "\"mode\"",
        "n" => matches!(method, "\"n_mastery\"" | "\"top_n_mean\""),
        "latest_percent" => matches!(method, "\"latest_vs_mean\"" | "\"exponential\""),
        "predict" => matches!(method, "\"power_law\"" | "\"linear_trend\""),
        _ => false,
    }
}

/// True if a key has a meaning beside what the lead of its section is, which is given as JSON.
pub(super) fn fits(section: &str, key: &str, lead: &str) -> bool {
    match section {
        _ if !depends_on_lead(section, key) => true,
        "estimate" => belongs(key, lead),
        "rollup" => lead == "\"requirement\"",
        _ => lead != "null",
    }
}

/// What a parameter is without a word about it, as JSON.
pub(super) fn default_of(section: &str, key: &str, lead: &str) -> &'static str {
    let known = PARAMETERS.iter().find(|known| known.section == section && known.key == key);
    match known {
        // it is told how one would round, too, where nothing is rounded
        Some(known) if section == "rounding" || fits(section, key, lead) => known.default,
        _ => "null",
    }
}

/// Sorts what has keys of a section by them, the lead first.
pub(super) fn lead_first<T>(section: &str, list: &mut [T], key: impl Fn(&T) -> &String) {
    let rank = |one: &T| (lead_of(section) != Some(key(one)), key(one).clone());
    sorting::sort_by(list, |one, other| rank(one).cmp(&rank(other)));
}

#[cfg(test)]
mod tests {
    use super::{PARAMETERS, default_of};
    use crate::json::read::{Path, Sink, document, members};
    use crate::json::write::{Writer, canonical};
    use crate::policy::{EvidenceRule, Rollup, Sufficiency, write_evidence, write_rollup, write_sufficiency};

    #[test]
    fn defaults_are_those_of_the_sections() {
        let mut written = [Writer::new(), Writer::new(), Writer::new()];
        write_evidence(&mut written[0], &EvidenceRule::default());
        write_sufficiency(&mut written[1], &Sufficiency::default());
        write_rollup(&mut written[2], Rollup::default(), None);
        for (section, written) in ["evidence", "sufficiency", "rollup"].into_iter().zip(written) {
            let text = written.finish();
            let raw = canonical(document(text.as_bytes()).unwrap(), &Path::ROOT).unwrap();
            let members = members(&raw, &Path::ROOT).unwrap();
            for known in PARAMETERS.iter().filter(|known| known.section == section) {
                let found = members.iter().find(|(key, _)| key == known.key).map(|(_, raw)| raw.get());
                // where the default is not written there is nothing to compare
                let written = found.unwrap_or(known.default);
                assert_eq!(default_of(section, known.key, "null"), written, "{section} {}", known.key);
            }
            for (key, _) in members {
                assert!(PARAMETERS.iter().any(|known| known.section == section && known.key == key), "{key}");
            }
        }
        let evidence = crate::policy::read_evidence(
            document(br#"{"sources": "person", "raters": "separate"}"#).unwrap(),
            &Path::ROOT,
            &Sink::default(),
        );
        assert_eq!(evidence, Some(EvidenceRule::default()));
    }

    #[test]
    fn what_belongs_to_a_method_has_its_default_there_only() {
        assert_eq!(default_of("estimate", "tie", "\"mode\""), "\"most_recent\"");
        assert_eq!(default_of("estimate", "tie", "\"mean\""), "null");
        assert_eq!(default_of("estimate", "predict", "\"power_law\""), "\"at_n\"");
        assert_eq!(default_of("rounding", "mode", "null"), "\"half_away_from_zero\"");
        assert_eq!(default_of("scale", "nothing", "null"), "null");
    }
}
