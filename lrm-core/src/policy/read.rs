//! Reading the policy document, `lrm-policy/1`.

use std::sync::Arc;

use serde_json::value::RawValue;

use super::requirement::{self, Deciding, TreeReader};
use super::sections::{
    Adjacent, Estimate, EvidenceRule, ExtraCredit, Keep, Missing, OwnEvidence, Predict, Priority, Raters, Reassessment,
    Rollup, RollupMethod, Sources, Sufficiency, Tie,
};
use super::{Match, Policy, Rule};
use crate::calendar::{Days, offset, read_dates, read_week};
use crate::error::{Code, Error, Result, quote};
use crate::framework::{check_format, extra, kept};
use crate::json::read::{Fields, Kind, Path, Sink, document, kind, word};
use crate::record::{OrderBy, PURPOSES, ROLES};
use crate::scale::Scale;
use crate::sorting;
use crate::value::{Rounding, RoundingMode};

pub(super) const FORMAT: &str = "lrm-policy/1";
pub(super) const ORDERS: [(&str, OrderBy); 3] =
    [("observed_at", OrderBy::ObservedAt), ("assessed_at", OrderBy::AssessedAt), ("due_at", OrderBy::DueAt)];
pub(super) const EXTRA_CREDITS: [(&str, ExtraCredit); 3] =
    [("clamp", ExtraCredit::Clamp), ("keep", ExtraCredit::Keep), ("error", ExtraCredit::Error)];
pub(super) const SOURCES: [(&str, Sources); 3] =
    [("person", Sources::Person), ("newest", Sources::Newest), ("separate", Sources::Separate)];
pub(super) const ADJACENTS: [(&str, Adjacent); 2] = [("lower", Adjacent::Lower), ("higher", Adjacent::Higher)];
pub(super) const KEEPS: [(&str, Keep); 3] = [("higher", Keep::Higher), ("newest", Keep::Newest), ("all", Keep::All)];
pub(super) const TIES: [(&str, Tie); 3] =
    [("most_recent", Tie::MostRecent), ("higher", Tie::Higher), ("lower", Tie::Lower)];
pub(super) const PREDICTS: [(&str, Predict); 2] = [("at_n", Predict::AtN), ("next", Predict::Next)];
pub(super) const MODES: [(&str, RoundingMode); 3] = [
    ("half_away_from_zero", RoundingMode::HalfAwayFromZero),
    ("half_even", RoundingMode::HalfEven),
    ("floor", RoundingMode::Floor),
];
pub(crate) const METHODS: [(&str, RollupMethod); 10] = [
    ("unique_leaves", RollupMethod::UniqueLeaves),
    ("children_mean", RollupMethod::ChildrenMean),
    ("lowest", RollupMethod::Lowest),
    ("highest", RollupMethod::Highest),
    ("median", RollupMethod::Median),
    ("mode", RollupMethod::Mode),
    ("sum", RollupMethod::Sum),
    ("share_met", RollupMethod::ShareMet),
    ("pooled", RollupMethod::Pooled),
    ("requirement", RollupMethod::Requirement),
];
pub(super) const OWN: [(&str, OwnEvidence); 3] =
    [("as_child", OwnEvidence::AsChild), ("overrides", OwnEvidence::Overrides), ("ignored", OwnEvidence::Ignored)];

pub(super) fn policy(json: &[u8], trees: Option<&TreeReader>) -> Result<Policy> {
    let sink = Sink::default();
    let read = read(document(json)?, &sink, trees);
    let report = sink.into_report();
    match read {
        Some(policy) if report.is_empty() => Ok(policy),
        _ => Err(Error::from_findings(report.findings().to_vec())),
    }
}

fn read(raw: &RawValue, sink: &Sink, trees: Option<&TreeReader>) -> Option<Policy> {
    let path = Path::ROOT;
    let mut fields = Fields::of(raw, &path, sink)?;
    check_format(&mut fields, sink, FORMAT);
    let id = fields.string("id");
    let version = fields.string("version");
    for name in ["scale", "estimate"] {
        if !fields.has(name) {
            fields.missing(name);
        }
    }
    let sections = Sections::take(&mut fields, sink, trees);
    let rules = fields.list("rules").unwrap_or_default();
    let rules_path = path.key("rules");
    let mut ids = Vec::new();
    let rules = rules.iter().enumerate().filter_map(|(at, raw)| {
        let path = rules_path.index(at);
        rule(raw, &path, sink, trees, &mut |id| ids.push((path.to_string(), id.to_owned())))
    });
    let rules: Vec<Rule> = rules.collect();
    sink.twice("rule", &ids);
    let asked = ["programmes", "sequences"]
        .map(|name| fields.raw(name).and_then(|raw| requirement::kept(raw, &path.key(name), sink)));
    let (mut programmes, mut sequences) = (Vec::new(), Vec::new());
    if let Some(trees) = trees {
        let [first, second] = &asked;
        let read = first.as_ref().map(|raw| (trees.programmes)(raw, &path.key("programmes"), sink));
        programmes = read.unwrap_or_default();
        let read = second.as_ref().map(|raw| (trees.sequences)(raw, &path.key("sequences"), sink));
        sequences = read.unwrap_or_default();
    }
    let extra = extra(&mut fields, sink);
    let layers = kept("layers", &mut fields, sink);
    for (parameter, _) in layers.fields().filter(|(_, name)| !name.starts_with('"')) {
        sink.add(Code::InvalidValue, &path.key("layers").key(parameter), "expected the name of a layer");
    }
    fields.finish();

    let (rollup, requirement) = sections.rollup.unwrap_or_default();
    Some(Policy {
        id,
        version,
        scale: sections.scale?,
        evidence: sections.evidence.unwrap_or_default(),
        estimate: sections.estimate?,
        rounding: sections.rounding,
        sufficiency: sections.sufficiency.unwrap_or_default(),
        rollup,
        requirement,
        rules,
        programmes,
        sequences,
        asked,
        read: trees.is_some(),
        extra,
        layers,
    })
}

/// The sections that a policy or a rule gives.
struct Sections {
    scale: Option<Arc<Scale>>,
    evidence: Option<Arc<EvidenceRule>>,
    estimate: Option<Estimate>,
    rounding: Option<Rounding>,
    sufficiency: Option<Arc<Sufficiency>>,
    rollup: Option<(Rollup, Option<Deciding>)>,
}

impl Sections {
    fn take(fields: &mut Fields<'_, '_>, sink: &Sink, trees: Option<&TreeReader>) -> Self {
        let path = fields.path;
        let mut section = |name: &'static str| fields.raw(name).map(|raw| (raw, path.key(name)));
        Self {
            scale: section("scale").and_then(|(raw, path)| Scale::read(raw, &path, sink)).map(Arc::new),
            evidence: section("evidence").and_then(|(raw, path)| read_evidence(raw, &path, sink)).map(Arc::new),
            estimate: section("estimate").and_then(|(raw, path)| read_estimate(raw, &path, sink)),
            rounding: section("rounding").and_then(|(raw, path)| read_rounding(raw, &path, sink)),
            sufficiency: section("sufficiency")
                .and_then(|(raw, path)| read_sufficiency(raw, &path, sink))
                .map(Arc::new),
            rollup: section("rollup").and_then(|(raw, path)| read_rollup(raw, &path, sink, trees)),
        }
    }
}

/// Reads a rule. Its id is told also where something else is wrong.
fn rule(
    raw: &RawValue,
    path: &Path<'_>,
    sink: &Sink,
    trees: Option<&TreeReader>,
    named: &mut dyn FnMut(&str),
) -> Option<Rule> {
    let mut fields = Fields::of(raw, path, sink)?;
    let id = fields.string("id");
    id.as_deref().into_iter().for_each(named);
    let matches = match fields.required("match") {
        Some(raw) => {
            let path = path.key("match");
            Fields::of(raw, &path, sink).map(|mut fields| {
                let matches = read_match(&mut fields);
                fields.finish();
                matches
            })
        }
        None => None,
    };
    let sections = Sections::take(&mut fields, sink, trees);
    let extra = extra(&mut fields, sink);
    fields.finish();
    let (rollup, requirement) = sections.rollup.map_or((None, None), |(rollup, tree)| (Some(rollup), tree));
    Some(Rule {
        id,
        matches: matches?,
        scale: sections.scale,
        evidence: sections.evidence,
        estimate: sections.estimate,
        rounding: sections.rounding,
        sufficiency: sections.sufficiency,
        rollup,
        requirement,
        extra,
    })
}

/// The keys that say which competencies fit.
pub(super) fn read_match(fields: &mut Fields<'_, '_>) -> Match {
    Match {
        under: fields.string("under"),
        kind: fields.string("type"),
        tag: fields.string("tag"),
        id: fields.string("id"),
    }
}

pub(crate) fn read_evidence(raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Option<EvidenceRule> {
    let mut fields = Fields::of(raw, path, sink)?;
    let standard = EvidenceRule::default();
    let read = EvidenceRule {
        order_by: fields.word("order_by", &ORDERS).unwrap_or_default(),
        purposes: words(&mut fields, "purposes", &PURPOSES, sink).unwrap_or(standard.purposes),
        roles: words(&mut fields, "assessor_roles", &ROLES, sink).unwrap_or(standard.roles),
        extra_credit: fields.word("extra_credit", &EXTRA_CREDITS).unwrap_or_default(),
        sources: section(&mut fields, "sources", sink, read_sources).unwrap_or_default(),
        raters: section(&mut fields, "raters", sink, read_raters).unwrap_or_default(),
        reassessment: section(&mut fields, "reassessment", sink, read_reassessment).map(Arc::new),
    };
    fields.finish();
    Some(read)
}

/// What stands below a name, if something does.
fn section<T>(
    fields: &mut Fields<'_, '_>,
    name: &str,
    sink: &Sink,
    read: impl FnOnce(&RawValue, &Path<'_>, &Sink) -> Option<T>,
) -> Option<T> {
    let raw = fields.raw(name)?;
    read(raw, &fields.path.key(name), sink)
}

/// Of something that may be a word or an object and is neither.
fn none_of<T>(raw: &RawValue, forms: &str, path: &Path<'_>, sink: &Sink) -> Option<T> {
    sink.add(Code::InvalidValue, path, format!("{} is none of {forms}", quote(raw.get())));
    None
}

fn read_sources(raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Option<Sources> {
    let found = kind(raw);
    if !matches!(found, Kind::Object) {
        let is_named = |word: &str| matches!(&found, Kind::Text(name) if name == word);
        let known = SOURCES.into_iter().find(|(word, _)| is_named(word)).map(|(_, sources)| sources);
        return known.or_else(|| none_of(raw, "person, newest, separate, {\"priority\": [systems]}", path, sink));
    }
    let mut fields = Fields::of(raw, path, sink)?;
    if !fields.has("priority") {
        fields.missing("priority");
    }
    let below = path.key("priority");
    let mut systems: Vec<String> = Vec::new();
    for (at, raw) in fields.list("priority").unwrap_or_default().into_iter().enumerate() {
        systems.extend(sink.ok(crate::json::read::text(raw), &below.index(at)).map(std::borrow::Cow::into_owned));
    }
    fields.finish();
    let twice = sorting::repeated(systems.len(), &|a, b| systems.get(a).cmp(&systems.get(b)));
    let once = systems.into_iter().zip(twice).filter(|(_, twice)| !twice).map(|(system, _)| system);
    Some(Sources::Priority(Priority::new(once.collect())))
}

fn read_raters(raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Option<Raters> {
    if !matches!(kind(raw), Kind::Object) {
        let known = word(raw, &[("separate", Raters::Separate)]).ok();
        return known.or_else(|| none_of(raw, "separate, {\"adjacent\": lower or higher}", path, sink));
    }
    let mut fields = Fields::of(raw, path, sink)?;
    if !fields.has("adjacent") {
        fields.missing("adjacent");
    }
    let adjacent = fields.word("adjacent", &ADJACENTS);
    fields.finish();
    adjacent.map(Raters::Adjacent)
}

fn read_reassessment(raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Option<Reassessment> {
    let mut fields = Fields::of(raw, path, sink)?;
    let keep = fields.word("keep", &KEEPS).unwrap_or_default();
    let within_school_days = fields.whole("within_school_days", 1, 400);
    let at_most = fields.whole("at_most", 0, 1000);
    let cap_percent = fields.whole("cap_percent", 0, 100);
    let week = read_week(&mut fields, sink);
    let holidays = read_dates(&mut fields, "holidays", sink);
    let offset = fields.read("utc_offset", |raw| offset(&crate::json::read::text(raw)?)).unwrap_or_default();
    fields.finish();
    let calendar = Days::new(week, holidays.into_iter().map(|(_, day)| day).collect(), Vec::new(), offset);
    Some(Reassessment { keep, within_school_days, at_most, cap_percent, calendar })
}

/// A list of words, each of which counts once.
pub(super) fn words<T: Copy + PartialEq>(
    fields: &mut Fields<'_, '_>,
    name: &str,
    known: &[(&'static str, T)],
    sink: &Sink,
) -> Option<Vec<T>> {
    let list = fields.list(name)?;
    let path = fields.path.key(name);
    let mut read = Vec::with_capacity(known.len());
    for (at, raw) in list.into_iter().enumerate() {
        if let Some(word) = sink.ok(word(raw, known), &path.index(at)).filter(|word| !read.contains(word)) {
            read.push(word);
        }
    }
    Some(read)
}

pub(crate) fn read_estimate(raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Option<Estimate> {
    let mut fields = Fields::of(raw, path, sink)?;
    let method = fields.required("method")?;
    let method = sink.ok(crate::json::read::text(method), &path.key("method"))?;
    let mut needed = |name: &str, most| {
        if !fields.has(name) {
            fields.missing(name);
        }
        fields.whole(name, 1, most)
    };
    let estimate = match method.as_ref() {
        "highest" => Some(Estimate::Highest),
        "lowest" => Some(Estimate::Lowest),
        "latest" => Some(Estimate::Latest),
        "mean" => Some(Estimate::Mean),
        "median" => Some(Estimate::Median),
        "mode" => Some(Estimate::Mode { tie: fields.word("tie", &TIES).unwrap_or_default() }),
        "n_mastery" => needed("n", 100).map(|n| Estimate::NMastery { n }),
        "top_n_mean" => needed("n", 100).map(|n| Estimate::TopNMean { n }),
        "latest_vs_mean" => {
            needed("latest_percent", 99).map(|latest_percent| Estimate::LatestVsMean { latest_percent })
        }
        "exponential" => needed("latest_percent", 99).map(|latest_percent| Estimate::Exponential { latest_percent }),
        "power_law" => Some(Estimate::PowerLaw { predict: fields.word("predict", &PREDICTS).unwrap_or_default() }),
        "linear_trend" => {
            Some(Estimate::LinearTrend { predict: fields.word("predict", &PREDICTS).unwrap_or_default() })
        }
        other => {
            let message = format!(
                "{} is not one of highest, lowest, latest, mean, median, mode, n_mastery, top_n_mean, latest_vs_mean, \
                 exponential, power_law, linear_trend",
                quote(other)
            );
            sink.add(Code::InvalidValue, &path.key("method"), message);
            None
        }
    };
    fields.finish();
    estimate
}

pub(crate) fn read_rounding(raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Option<Rounding> {
    let mut fields = Fields::of(raw, path, sink)?;
    if !fields.has("digits") {
        fields.missing("digits");
    }
    let digits = fields.whole("digits", 0, 6);
    let mode = fields.word("mode", &MODES).unwrap_or_default();
    fields.finish();
    Some(Rounding { digits: u8::try_from(digits?).ok()?, mode })
}

pub(crate) fn read_sufficiency(raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Option<Sufficiency> {
    let mut fields = Fields::of(raw, path, sink)?;
    let mut read = read_minima(&mut fields);
    read.independent_from_level = fields.string("independent_from_level");
    read.max_age_days = fields.whole("max_age_days", 0, u32::MAX);
    fields.finish();
    Some(read)
}

/// The minima of evidence, all else left out.
pub(super) fn read_minima(fields: &mut Fields<'_, '_>) -> Sufficiency {
    let mut least = |name: &str| fields.whole(name, 0, u32::MAX).unwrap_or_default();
    Sufficiency {
        min_evidence: least("min_evidence"),
        min_assessors: least("min_assessors"),
        min_contexts: least("min_contexts"),
        min_kinds: least("min_kinds"),
        min_artifacts: least("min_artifacts"),
        min_transfer: least("min_transfer"),
        ..Sufficiency::default()
    }
}

/// The section, and the requirement where that is its method.
pub(crate) fn read_rollup(
    raw: &RawValue,
    path: &Path<'_>,
    sink: &Sink,
    trees: Option<&TreeReader>,
) -> Option<(Rollup, Option<Deciding>)> {
    let mut fields = Fields::of(raw, path, sink)?;
    let method = fields.word("method", &METHODS).unwrap_or_default();
    let missing = match fields.raw("missing") {
        Some(raw) => read_missing(raw, &path.key("missing"), sink).unwrap_or_default(),
        None => Missing::Ignore,
    };
    let own_evidence = fields.word("own_evidence", &OWN).unwrap_or_default();
    let mut requirement = None;
    if method == RollupMethod::Requirement {
        let raw = fields.required("requirement");
        let path = path.key("requirement");
        requirement = raw.and_then(|raw| {
            let tree = trees.and_then(|trees| (trees.requirement)(raw, &path, sink));
            Some(Deciding { text: requirement::kept(raw, &path, sink)?, tree })
        });
    }
    fields.finish();
    Some((Rollup { method, missing, own_evidence }, requirement))
}

fn read_missing(raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Option<Missing> {
    if !matches!(kind(raw), Kind::Object) {
        let known = word(raw, &[("ignore", Missing::Ignore), ("require_all", Missing::RequireAll)]).ok();
        let forms = "ignore, require_all, {\"require_at_least\": n}, {\"require_at_least_percent\": n}";
        return known.or_else(|| none_of(raw, forms, path, sink));
    }
    let mut fields = Fields::of(raw, path, sink)?;
    let names = ["require_at_least", "require_at_least_percent"];
    let given = names.iter().filter(|name| fields.has(name)).count();
    let inputs = fields.whole("require_at_least", 1, u32::MAX);
    let percent = fields.whole("require_at_least_percent", 1, 100);
    fields.finish();
    if given != 1 {
        let message = "expected one of `require_at_least`, `require_at_least_percent`";
        sink.add(if given == 0 { Code::MissingField } else { Code::InvalidValue }, path, message);
    }
    inputs.map(Missing::RequireAtLeast).or(percent.map(Missing::RequireAtLeastPercent))
}
