//! Which learners a rule about works may touch: they go to the board, and the others, nearly always all, are told apart from
//! them by the columns that are there and a look at their activities, and at what replaces something.

use super::tables::Tables;
use crate::dense::{RARE, Record};
use crate::engine::Compiled;
use crate::policy::{EvidenceRule, Raters, RuleSet, Sources};
use crate::sorting::{self, are_distinct, fingerprint};

/// Looks at the activities of one learner after the other.
pub(super) struct Activities<'r> {
    compiled: &'r Compiled,
    tables: Tables<'r, 'r>,
    /// True if there may be such learners at all.
    look: bool,
    /// True if items may say that they replace another one.
    restored: bool,
    /// Node and activity as one number, and the row.
    found: Vec<(i64, u32, u32)>,
    /// The first of these.
    hashes: Vec<i64>,
}

impl<'r> Activities<'r> {
    pub(super) fn new(compiled: &'r Compiled, tables: Tables<'r, 'r>) -> Self {
        let may = |rule: &EvidenceRule| {
            (rule.sources != Sources::Separate && tables.has("source.system"))
                || (rule.raters != Raters::Separate && tables.has("assessor.id"))
                || rule.reassessment.is_some()
        };
        let look = tables.has("activity") && compiled.sets().iter().any(|set| may(&set.evidence));
        let merges = |set: &RuleSet| set.evidence.sources != Sources::Separate;
        let restored = tables.has("source.replaces") && compiled.sets().iter().any(merges);
        Self { compiled, tables, look, restored, found: Vec::new(), hashes: Vec::new() }
    }

    /// True if a learner has several items that a rule about works may make one.
    pub(super) fn meet(&mut self, records: &[Record]) -> bool {
        let replaces =
            |record: &Record| record.node < RARE && self.tables.text(record.row, "source.replaces").is_some();
        if self.restored && records.iter().any(replaces) {
            return true;
        }
        if !self.look {
            return false;
        }
        self.found.clear();
        for record in records.iter().filter(|record| record.node < RARE) {
            let activity = self.tables.text(record.row, "activity");
            let key = |activity: &str| fingerprint(activity) ^ i64::from(record.node);
            self.found.extend(activity.map(|activity| (key(&activity), record.node, record.row)));
        }
        self.hashes.clear();
        self.hashes.extend(self.found.iter().map(|(hash, ..)| *hash));
        if are_distinct(&mut self.hashes) {
            return false;
        }
        sorting::sort(&mut self.found);
        let meets = |group: &[(i64, u32, u32)]| {
            let rule = &self.compiled.set(group.first().map_or(0, |(_, node, _)| *node)).evidence;
            rule.reassessment.is_some()
                || (rule.sources != Sources::Separate && self.differ(group, "source.system"))
                || (rule.raters != Raters::Separate && self.differ(group, "assessor.id"))
        };
        // different activities may have one number: then the board looks in vain
        self.found
            .chunk_by(|one, other| (one.0, one.1) == (other.0, other.1))
            .any(|group| group.len() > 1 && meets(group))
    }

    /// True if the rows that have a text in a column have different ones.
    fn differ(&self, group: &[(i64, u32, u32)], name: &str) -> bool {
        let mut texts = group.iter().filter_map(|(.., row)| self.tables.text(*row, name));
        let first = texts.next();
        texts.any(|text| Some(text) != first)
    }
}
