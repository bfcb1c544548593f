//! A policy: the sections and what they leave out (formats: policy).

use std::sync::Arc;

use serde_json::Value;

use super::Code;
use super::document::{Object, choice, field, format, list, object, only, required, text, texts, whole};
use super::requirement::{Fault, Reader, Requirement};
use super::rules::{Layer, Match};
use super::scale::Scale;
use super::value::{Rounding, RoundingMode};
use super::works_rules::{Adjacent, Reassessment, Sources};

/// Which instant orders evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OrderBy {
    /// When it was seen.
    Observed,
    /// When it was judged.
    Assessed,
    /// When it was due.
    Due,
}

/// What a score above `possible` becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExtraCredit {
    /// The greatest value.
    Clamp,
    /// A value past the greatest.
    Keep,
    /// A score off the scale.
    Error,
}

/// The `evidence` section.
#[derive(Clone, Debug)]
pub(super) struct EvidenceRules {
    /// What orders the items.
    pub(super) order_by: OrderBy,
    /// The purposes that count, if listed.
    pub(super) purposes: Option<Vec<String>>,
    /// The assessor roles that count, if listed.
    pub(super) assessor_roles: Option<Vec<String>>,
    /// What happens to extra credit.
    pub(super) extra_credit: ExtraCredit,
    /// What several systems that report one submission come to.
    pub(super) sources: Sources,
    /// What several assessors of one submission come to; without it each counts.
    pub(super) raters: Option<Adjacent>,
    /// What becomes of what was done again.
    pub(super) reassessment: Option<Reassessment>,
}

/// Which of several equally frequent values `mode` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tie {
    /// The one seen last.
    MostRecent,
    /// The highest.
    Higher,
    /// The lowest.
    Lower,
}

/// Where a trend is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Predict {
    /// At the last item.
    AtN,
    /// One item later.
    Next,
}

/// The `estimate` section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Estimate {
    Highest,
    Lowest,
    Latest,
    Mean,
    Median,
    Mode(Tie),
    NMastery(usize),
    TopNMean(usize),
    LatestVsMean(i64),
    Exponential(i64),
    PowerLaw(Predict),
    LinearTrend(Predict),
}

/// The `sufficiency` section.
#[derive(Clone, Debug, Default)]
pub(super) struct Sufficiency {
    pub(super) min_evidence: usize,
    pub(super) min_assessors: usize,
    pub(super) min_contexts: usize,
    pub(super) min_kinds: usize,
    pub(super) min_artifacts: usize,
    pub(super) min_transfer: usize,
    pub(super) independent_from_level: Option<String>,
    pub(super) max_age_days: Option<i64>,
}

/// The rollup methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    UniqueLeaves,
    ChildrenMean,
    Lowest,
    Highest,
    Median,
    Mode,
    Sum,
    ShareMet,
    Pooled,
    Requirement,
}

impl Method {
    /// Whether the inputs are the leaves below instead of the children.
    pub(super) fn is_over_leaves(self) -> bool {
        matches!(self, Self::UniqueLeaves | Self::ShareMet | Self::Pooled | Self::Requirement)
    }
}

/// How many inputs may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// Any number of inputs.
    Ignore,
    /// No input.
    RequireAll,
    /// At least this many are there.
    RequireAtLeast(i64),
    /// At least this share of a hundred is there.
    RequireAtLeastPercent(i64),
}

/// What evidence of an inner node itself does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OwnEvidence {
    /// It is one more leaf.
    AsChild,
    /// It decides alone.
    Overrides,
    /// Nothing.
    Ignored,
}

/// The `rollup` section.
#[derive(Clone, Debug)]
pub(super) struct Rollup {
    /// The method.
    pub(super) method: Method,
    /// How many inputs may be missing.
    pub(super) missing: Missing,
    /// What evidence of the node itself does.
    pub(super) own_evidence: OwnEvidence,
    /// The requirement that decides, under the method of that name.
    pub(super) requirement: Option<Arc<Requirement>>,
    /// The place of the section in the policy.
    pub(super) path: String,
}

/// The sections, as a policy or one of its rules gives them.
const SECTIONS: [&str; 6] = ["scale", "evidence", "estimate", "rounding", "sufficiency", "rollup"];

/// Reads a policy document as layers: the policy itself, then its rules.
pub(super) fn read(document: &Value) -> Result<Vec<Layer>, Code> {
    let document = object(document)?;
    only(
        document,
        &[&SECTIONS[..], &["format", "id", "version", "rules", "programmes", "sequences", "order_by", "layers"]]
            .concat(),
    )?;
    format(document, "lrm-policy/1")?;
    text(document, "id")?;
    text(document, "version")?;
    for (_, layer) in field(document, "layers").map(object).transpose()?.into_iter().flatten() {
        layer.as_str().ok_or("invalid-value")?;
    }
    let mut base = read_layer(document, Match::default(), "")?;
    if let Some(order_by) = read_order_by(document)? {
        base.evidence.get_or_insert_with(EvidenceRules::default).order_by = order_by;
    }
    required(base.scale.as_ref())?;
    required(base.estimate.as_ref())?;
    let mut layers = vec![base];
    for (place, rule) in list(document, "rules")?.iter().enumerate() {
        let rule = object(rule)?;
        only(rule, &[&SECTIONS[..], &["id", "match"]].concat())?;
        text(rule, "id")?;
        let fits = field(rule, "match").map(Match::read).transpose()?.unwrap_or_default();
        layers.push(read_layer(rule, fits, &format!("/rules/{place}"))?);
    }
    Ok(layers)
}

fn read_layer(document: &Object, fits: Match, path: &str) -> Result<Layer, Code> {
    let rollup = |section| Rollup::read(section, &format!("{path}/rollup"));
    Ok(Layer {
        fits,
        scale: field(document, "scale").map(Scale::read).transpose()?,
        evidence: field(document, "evidence").map(EvidenceRules::read).transpose()?,
        estimate: field(document, "estimate").map(Estimate::read).transpose()?,
        rounding: field(document, "rounding").map(read_rounding).transpose()?,
        sufficiency: field(document, "sufficiency").map(Sufficiency::read).transpose()?,
        rollup: field(document, "rollup").map(rollup).transpose()?,
    })
}

fn read_order_by(section: &Object) -> Result<Option<OrderBy>, Code> {
    let choices = [("observed_at", OrderBy::Observed), ("assessed_at", OrderBy::Assessed), ("due_at", OrderBy::Due)];
    choice(section, "order_by", &choices)
}

impl Default for EvidenceRules {
    fn default() -> Self {
        Self {
            order_by: OrderBy::Observed,
            purposes: None,
            assessor_roles: None,
            extra_credit: ExtraCredit::Clamp,
            sources: Sources::Person,
            raters: None,
            reassessment: None,
        }
    }
}

impl EvidenceRules {
    fn read(section: &Value) -> Result<Self, Code> {
        let section = object(section)?;
        let works = ["sources", "raters", "reassessment"];
        only(section, &[&["order_by", "purposes", "assessor_roles", "extra_credit"][..], &works].concat())?;
        let extra = [("clamp", ExtraCredit::Clamp), ("keep", ExtraCredit::Keep), ("error", ExtraCredit::Error)];
        let among = |key, known: &[&str]| {
            let found = texts(section, key)?;
            let good = found.iter().flatten().all(|text| known.contains(&text.as_str()));
            if good { Ok(found) } else { Err("invalid-value") }
        };
        Ok(Self {
            order_by: read_order_by(section)?.unwrap_or(OrderBy::Observed),
            purposes: among("purposes", &super::evidence::PURPOSES)?,
            assessor_roles: among("assessor_roles", &super::evidence::ROLES)?,
            extra_credit: choice(section, "extra_credit", &extra)?.unwrap_or(ExtraCredit::Clamp),
            sources: field(section, "sources").map_or(Ok(Sources::Person), Sources::read)?,
            raters: field(section, "raters").map_or(Ok(None), Adjacent::read)?,
            reassessment: field(section, "reassessment").map(Reassessment::read).transpose()?,
        })
    }
}

impl Estimate {
    fn read(section: &Value) -> Result<Self, Code> {
        let section = object(section)?;
        let method = required(text(section, "method")?)?;
        let parameters: &[&str] = match method {
            "mode" => &["method", "tie"],
            "n_mastery" | "top_n_mean" => &["method", "n"],
            "latest_vs_mean" | "exponential" => &["method", "latest_percent"],
            "power_law" | "linear_trend" => &["method", "predict"],
            _ => &["method"],
        };
        let tie = || {
            let choices = [("most_recent", Tie::MostRecent), ("higher", Tie::Higher), ("lower", Tie::Lower)];
            Ok(choice(section, "tie", &choices)?.unwrap_or(Tie::MostRecent))
        };
        let n = || usize::try_from(required(whole(section, "n", 1, 100)?)?).map_err(|_| "parameter-out-of-range");
        let latest_percent = || required(whole(section, "latest_percent", 1, 99)?);
        let predict = || {
            let choices = [("at_n", Predict::AtN), ("next", Predict::Next)];
            Ok(choice(section, "predict", &choices)?.unwrap_or(Predict::AtN))
        };
        let estimate = match method {
            "highest" => Self::Highest,
            "lowest" => Self::Lowest,
            "latest" => Self::Latest,
            "mean" => Self::Mean,
            "median" => Self::Median,
            "mode" => Self::Mode(tie()?),
            "n_mastery" => Self::NMastery(n()?),
            "top_n_mean" => Self::TopNMean(n()?),
            "latest_vs_mean" => Self::LatestVsMean(latest_percent()?),
            "exponential" => Self::Exponential(latest_percent()?),
            "power_law" => Self::PowerLaw(predict()?),
            "linear_trend" => Self::LinearTrend(predict()?),
            _ => return Err("invalid-value"),
        };
        only(section, parameters)?;
        Ok(estimate)
    }
}

/// Reads a `rounding` section.
fn read_rounding(section: &Value) -> Result<Rounding, Code> {
    let section = object(section)?;
    only(section, &["digits", "mode"])?;
    let modes = [
        ("half_away_from_zero", RoundingMode::HalfAwayFromZero),
        ("half_even", RoundingMode::HalfEven),
        ("floor", RoundingMode::Floor),
    ];
    let digits = required(whole(section, "digits", 0, 6)?)?;
    Ok(Rounding {
        digits: u32::try_from(digits).map_err(|_| "parameter-out-of-range")?,
        mode: choice(section, "mode", &modes)?.unwrap_or(RoundingMode::HalfAwayFromZero),
    })
}

impl Sufficiency {
    fn read(section: &Value) -> Result<Self, Code> {
        let section = object(section)?;
        let minima = ["min_evidence", "min_assessors", "min_contexts", "min_kinds", "min_artifacts", "min_transfer"];
        only(section, &[&minima[..], &["independent_from_level", "max_age_days"]].concat())?;
        let minimum = |key| {
            let found = whole(section, key, 0, 100_000_000)?.unwrap_or(0);
            usize::try_from(found).map_err(|_| "parameter-out-of-range")
        };
        Ok(Self {
            min_evidence: minimum("min_evidence")?,
            min_assessors: minimum("min_assessors")?,
            min_contexts: minimum("min_contexts")?,
            min_kinds: minimum("min_kinds")?,
            min_artifacts: minimum("min_artifacts")?,
            min_transfer: minimum("min_transfer")?,
            independent_from_level: text(section, "independent_from_level")?.map(str::to_owned),
            max_age_days: whole(section, "max_age_days", 0, 10_000_000)?,
        })
    }
}

impl Default for Rollup {
    fn default() -> Self {
        Self {
            method: Method::UniqueLeaves,
            missing: Missing::Ignore,
            own_evidence: OwnEvidence::AsChild,
            requirement: None,
            path: "/rollup".to_owned(),
        }
    }
}

impl Rollup {
    fn read(section: &Value, path: &str) -> Result<Self, Code> {
        let section = object(section)?;
        let methods = [
            ("unique_leaves", Method::UniqueLeaves),
            ("children_mean", Method::ChildrenMean),
            ("lowest", Method::Lowest),
            ("highest", Method::Highest),
            ("median", Method::Median),
            ("mode", Method::Mode),
            ("sum", Method::Sum),
            ("share_met", Method::ShareMet),
            ("pooled", Method::Pooled),
            ("requirement", Method::Requirement),
        ];
        let own = [
            ("as_child", OwnEvidence::AsChild),
            ("overrides", OwnEvidence::Overrides),
            ("ignored", OwnEvidence::Ignored),
        ];
        let method = choice(section, "method", &methods)?.unwrap_or(Method::UniqueLeaves);
        let requirement: &[&str] = if method == Method::Requirement { &["requirement"] } else { &[] };
        only(section, &[&["method", "missing", "own_evidence"][..], requirement].concat())?;
        let (requirement, faults) = read_requirement(section, path);
        if let Some(fault) = faults.first() {
            return Err(fault.code);
        }
        Ok(Self {
            requirement: requirement.map(Arc::new),
            path: path.to_owned(),
            method,
            missing: field(section, "missing").map_or(Ok(Missing::Ignore), read_missing)?,
            own_evidence: choice(section, "own_evidence", &own)?.unwrap_or(OwnEvidence::AsChild),
        })
    }
}

/// The requirement of a `rollup` section, if its method has one, and what is wrong with it.
fn read_requirement(section: &Object, path: &str) -> (Option<Requirement>, Vec<Fault>) {
    if field(section, "method").and_then(Value::as_str) != Some("requirement") {
        let unknown = field(section, "requirement");
        let fault = |_| Fault { code: "unknown-field", path: format!("{path}/requirement") };
        return (None, unknown.map(fault).into_iter().collect());
    }
    let Some(found) = field(section, "requirement") else {
        return (None, vec![Fault { code: "missing-field", path: path.to_owned() }]);
    };
    let mut reader = Reader { is_of_rollup: true, ..Reader::default() };
    let requirement = reader.requirement(found, &format!("{path}/requirement"), 1, &[]);
    (requirement, reader.faults)
}

/// What is wrong with the requirements of rollups, in a policy that is sound otherwise.
pub(super) fn rollup_faults(policy: &Object) -> Vec<Fault> {
    let rules = field(policy, "rules").and_then(Value::as_array).into_iter().flatten().enumerate();
    let rules = rules.filter_map(|(place, rule)| Some((format!("/rules/{place}"), rule.as_object()?)));
    let layers = [(String::new(), policy)].into_iter().chain(rules);
    let sections = layers.filter_map(|(path, layer)| Some((format!("{path}/rollup"), field(layer, "rollup")?)));
    let sections = sections.filter_map(|(path, section)| Some((path, section.as_object()?)));
    sections.flat_map(|(path, section)| read_requirement(section, &path).1).collect()
}

fn read_missing(missing: &Value) -> Result<Missing, Code> {
    match missing.as_str() {
        Some("ignore") => return Ok(Missing::Ignore),
        Some("require_all") => return Ok(Missing::RequireAll),
        Some(_) => return Err("invalid-value"),
        None => {}
    }
    let missing = object(missing)?;
    only(missing, &["require_at_least", "require_at_least_percent"])?;
    let count = whole(missing, "require_at_least", 1, 100_000_000)?;
    let percent = whole(missing, "require_at_least_percent", 1, 100)?;
    match (count, percent) {
        (Some(count), None) => Ok(Missing::RequireAtLeast(count)),
        (None, Some(percent)) => Ok(Missing::RequireAtLeastPercent(percent)),
        _ => Err("invalid-value"),
    }
}
