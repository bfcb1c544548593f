//! Which sections hold for a competency (formats: policy, rules).

use serde_json::Value;

use super::Code;
use super::document::{object, only, text};
use super::framework::Framework;
use super::policy::{Estimate, EvidenceRules, Rollup, Sufficiency};
use super::scale::Scale;
use super::value::Rounding;

/// The keys that a competency must fulfil for a rule to hold.
#[derive(Clone, Debug, Default)]
pub(super) struct Match {
    under: Option<String>,
    kind: Option<String>,
    tag: Option<String>,
    id: Option<String>,
}

impl Match {
    /// Reads the `match` of a rule.
    pub(super) fn read(keys: &Value) -> Result<Self, Code> {
        let keys = object(keys)?;
        only(keys, &["under", "type", "tag", "id"])?;
        let key = |key| Ok::<_, Code>(text(keys, key)?.map(str::to_owned));
        Ok(Self { under: key("under")?, kind: key("type")?, tag: key("tag")?, id: key("id")? })
    }

    /// Whether a competency fulfils all the keys.
    fn fits(&self, framework: &Framework, id: &str) -> bool {
        let Some(competency) = framework.competencies.get(id) else { return false };
        self.under.as_ref().is_none_or(|under| framework.down(under).contains(id))
            && self.kind.as_ref().is_none_or(|kind| competency.kind.as_ref() == Some(kind))
            && self.tag.as_ref().is_none_or(|tag| competency.tags.contains(tag))
            && self.id.as_ref().is_none_or(|named| named == id)
    }
}

/// The policy itself or one of its rules: sections for the competencies that fit.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    pub(super) fits: Match,
    pub(super) scale: Option<Scale>,
    pub(super) evidence: Option<EvidenceRules>,
    pub(super) estimate: Option<Estimate>,
    pub(super) rounding: Option<Rounding>,
    pub(super) sufficiency: Option<Sufficiency>,
    pub(super) rollup: Option<Rollup>,
}

/// The sections that hold for one competency.
#[derive(Clone, Debug)]
pub(super) struct Sections {
    /// The scale of its values.
    pub(super) scale: Scale,
    /// Which items count, and in which order.
    pub(super) evidence: EvidenceRules,
    /// How items become a value.
    pub(super) estimate: Estimate,
    /// The rounding of that value.
    pub(super) rounding: Option<Rounding>,
    /// What is enough, judged by items.
    pub(super) sufficiency: Sufficiency,
    /// How an inner node comes from what is below.
    pub(super) rollup: Rollup,
    /// The rounding of the rollup itself: only from rules that name the node.
    pub(super) rollup_rounding: Option<Rounding>,
    /// What is enough for the rollup itself: only from rules that name the node.
    pub(super) rollup_sufficiency: Sufficiency,
}

impl Sections {
    /// The sections of a competency: section by section, the last layer that fits and has it.
    pub(super) fn of(layers: &[Layer], framework: &Framework, id: &str) -> Result<Self, Code> {
        let fitting: Vec<&Layer> = layers.iter().rev().filter(|layer| layer.fits.fits(framework, id)).collect();
        let naming = || fitting.iter().filter(|layer| layer.fits.id.is_some());
        let sections = Self {
            scale: fitting.iter().find_map(|layer| layer.scale.clone()).ok_or("missing-field")?,
            evidence: fitting.iter().find_map(|layer| layer.evidence.clone()).unwrap_or_default(),
            estimate: fitting.iter().find_map(|layer| layer.estimate).ok_or("missing-field")?,
            rounding: fitting.iter().find_map(|layer| layer.rounding),
            sufficiency: fitting.iter().find_map(|layer| layer.sufficiency.clone()).unwrap_or_default(),
            rollup: fitting.iter().find_map(|layer| layer.rollup.clone()).unwrap_or_default(),
            rollup_rounding: naming().find_map(|layer| layer.rounding),
            rollup_sufficiency: naming().find_map(|layer| layer.sufficiency.clone()).unwrap_or_default(),
        };
        for sufficiency in [&sections.sufficiency, &sections.rollup_sufficiency] {
            if let Some(level) = &sufficiency.independent_from_level {
                sections.scale.place_of(level).ok_or("unknown-level")?;
            }
        }
        Ok(sections)
    }
}
