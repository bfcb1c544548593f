//! Writing the policy document as canonical JSON, every default written out.

use super::read::{ADJACENTS, EXTRA_CREDITS, FORMAT, KEEPS, METHODS, MODES, ORDERS, OWN, PREDICTS, TIES};
use super::sections::{
    Estimate, EvidenceRule, Missing, Raters, Reassessment, Rollup, RollupMethod, Sources, Sufficiency,
};
use super::{Match, Policy, Rule};
use crate::calendar::offset_text;
use crate::framework::{write_extra, write_kept};
use crate::json::read::word_of;
use crate::json::write::Writer;
use crate::value::Rounding;

pub(super) fn policy(policy: &Policy) -> String {
    let mut w = Writer::new();
    w.open('{');
    w.key("format").text(FORMAT);
    w.optional("id", policy.id());
    w.optional("version", policy.version());
    w.key("scale");
    policy.scale.write(&mut w);
    write_evidence(w.key("evidence"), &policy.evidence);
    write_estimate(w.key("estimate"), policy.estimate);
    if let Some(rounding) = policy.rounding {
        write_rounding(w.key("rounding"), rounding);
    }
    write_sufficiency(w.key("sufficiency"), &policy.sufficiency);
    write_rollup(w.key("rollup"), policy.rollup, policy.requirement.as_ref().map(|one| one.text.get()));
    if !policy.rules.is_empty() {
        w.key("rules").open('[');
        for rule in &policy.rules {
            w.item();
            write_rule(&mut w, rule);
        }
        w.close(']');
    }
    for (name, asked) in ["programmes", "sequences"].into_iter().zip(&policy.asked) {
        w.optional_raw(name, asked.as_ref());
    }
    write_extra(&mut w, &policy.extra);
    write_kept("layers", &mut w, &policy.layers);
    w.close('}');
    w.finish()
}

fn write_rule(w: &mut Writer, rule: &Rule) {
    w.open('{');
    w.optional("id", rule.id.as_deref());
    w.key("match").open('{');
    write_match(w, &rule.matches);
    w.close('}');
    if let Some(scale) = &rule.scale {
        scale.write(w.key("scale"));
    }
    if let Some(evidence) = &rule.evidence {
        write_evidence(w.key("evidence"), evidence);
    }
    if let Some(estimate) = rule.estimate {
        write_estimate(w.key("estimate"), estimate);
    }
    if let Some(rounding) = rule.rounding {
        write_rounding(w.key("rounding"), rounding);
    }
    if let Some(sufficiency) = &rule.sufficiency {
        write_sufficiency(w.key("sufficiency"), sufficiency);
    }
    if let Some(rollup) = rule.rollup {
        write_rollup(w.key("rollup"), rollup, rule.requirement.as_ref().map(|one| one.text.get()));
    }
    write_extra(w, &rule.extra);
    w.close('}');
}

/// The keys that say which competencies fit.
pub(super) fn write_match(w: &mut Writer, matches: &Match) {
    w.optional("under", matches.under.as_deref());
    w.optional("type", matches.kind.as_deref());
    w.optional("tag", matches.tag.as_deref());
    w.optional("id", matches.id.as_deref());
}

/// The minima of evidence.
pub(super) fn write_minima(w: &mut Writer, minima: impl IntoIterator<Item = (&'static str, u32)>) {
    for (name, least) in minima {
        w.key(name).raw(&least.to_string());
    }
}

/// The name of a rule in documents.
pub(crate) fn method_name(method: RollupMethod) -> &'static str {
    word_of(method, &METHODS)
}

pub(crate) fn write_evidence(w: &mut Writer, evidence: &EvidenceRule) {
    let purposes: Vec<String> = evidence.purposes.iter().map(|purpose| purpose.as_str().to_owned()).collect();
    let roles: Vec<String> = evidence.roles.iter().map(|role| role.as_str().to_owned()).collect();
    w.open('{');
    w.key("order_by").text(word_of(evidence.order_by, &ORDERS));
    for (name, words) in [("purposes", purposes), ("assessor_roles", roles)] {
        w.key(name).open('[');
        for word in words {
            w.item().text(&word);
        }
        w.close(']');
    }
    w.key("extra_credit").text(word_of(evidence.extra_credit, &EXTRA_CREDITS));
    match &evidence.sources {
        Sources::Person => {}
        Sources::Priority(priority) => {
            w.key("sources").open('{').all_texts("priority", &priority.systems).close('}');
        }
        Sources::Newest => {
            w.key("sources").text("newest");
        }
        Sources::Separate => {
            w.key("sources").text("separate");
        }
    }
    if let Raters::Adjacent(adjacent) = evidence.raters {
        w.key("raters").open('{').key("adjacent").text(word_of(adjacent, &ADJACENTS)).close('}');
    }
    if let Some(reassessment) = &evidence.reassessment {
        write_reassessment(w.key("reassessment"), reassessment);
    }
    w.close('}');
}

fn write_reassessment(w: &mut Writer, reassessment: &Reassessment) {
    let Reassessment { keep, within_school_days, at_most, cap_percent, calendar } = reassessment;
    w.open('{');
    w.key("keep").text(word_of(*keep, &KEEPS));
    w.optional_raw("within_school_days", *within_school_days);
    w.optional_raw("at_most", *at_most);
    w.optional_raw("cap_percent", *cap_percent);
    calendar.write(w);
    w.key("utc_offset").text(&offset_text(calendar.offset()));
    w.close('}');
}

pub(crate) fn write_estimate(w: &mut Writer, estimate: Estimate) {
    w.open('{');
    w.key("method").text(estimate.name());
    match estimate {
        Estimate::Mode { tie } => {
            w.key("tie").text(word_of(tie, &TIES));
        }
        Estimate::NMastery { n } | Estimate::TopNMean { n } => {
            w.optional_raw("n", Some(n));
        }
        Estimate::LatestVsMean { latest_percent } | Estimate::Exponential { latest_percent } => {
            w.optional_raw("latest_percent", Some(latest_percent));
        }
        Estimate::PowerLaw { predict } | Estimate::LinearTrend { predict } => {
            w.key("predict").text(word_of(predict, &PREDICTS));
        }
        Estimate::Highest | Estimate::Lowest | Estimate::Latest | Estimate::Mean | Estimate::Median => {}
    }
    w.close('}');
}

pub(crate) fn write_rounding(w: &mut Writer, rounding: Rounding) {
    w.open('{');
    w.key("digits").raw(&rounding.digits.to_string());
    w.key("mode").text(word_of(rounding.mode, &MODES));
    w.close('}');
}

pub(crate) fn write_sufficiency(w: &mut Writer, sufficiency: &Sufficiency) {
    w.open('{');
    write_minima(w, sufficiency.minima());
    w.optional("independent_from_level", sufficiency.independent_from_level.as_deref());
    w.optional_raw("max_age_days", sufficiency.max_age_days);
    w.close('}');
}

pub(crate) fn write_rollup(w: &mut Writer, rollup: Rollup, requirement: Option<&str>) {
    w.open('{');
    w.key("method").text(word_of(rollup.method, &METHODS));
    w.optional_raw("requirement", requirement);
    w.key("missing");
    match rollup.missing {
        Missing::Ignore => {
            w.text("ignore");
        }
        Missing::RequireAll => {
            w.text("require_all");
        }
        Missing::RequireAtLeast(n) => {
            w.open('{').key("require_at_least").raw(&n.to_string()).close('}');
        }
        Missing::RequireAtLeastPercent(n) => {
            w.open('{').key("require_at_least_percent").raw(&n.to_string()).close('}');
        }
    }
    w.key("own_evidence").text(word_of(rollup.own_evidence, &OWN));
    w.close('}');
}
