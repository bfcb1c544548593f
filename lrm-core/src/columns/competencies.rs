//! Competencies as nodes: what the rows of a table name.

use std::borrow::Cow;
use std::ops::Range;

use super::column::{Column, Integers};
use super::contract::EvidenceColumns;
use crate::dense::NONE;
use crate::framework::Framework;

/// Nodes by the names that tables use.
pub(super) struct Names<'f> {
    /// Ids that are whole numbers: the smallest, and nodes from there on.
    first: i64,
    nodes: Vec<u32>,
    framework: &'f Framework,
}

impl<'f> Names<'f> {
    /// The names that these tables need.
    pub(super) fn new(framework: &'f Framework, tables: &[EvidenceColumns<'_>]) -> Self {
        let columns = || tables.iter().filter_map(|table| table.get("competency"));
        let mut names = Self { first: 0, nodes: Vec::new(), framework };
        if columns().any(|column| matches!(column, Column::Integer(..))) {
            names.number();
        }
        names
    }

    /// Ids such as `17` get a place of their own, as long as they lie close together.
    fn number(&mut self) {
        let number = |node: u32| {
            let id = self.framework.id_of(node);
            id.parse::<i64>().ok().filter(|number| number.to_string() == id)
        };
        let numbered: Vec<(i64, u32)> =
            (0..self.framework.graph.len()).filter_map(|node| Some((number(node)?, node))).collect();
        let (Some(first), Some(last)) =
            (numbered.iter().map(|(number, _)| *number).min(), numbered.iter().map(|(number, _)| *number).max())
        else {
            return;
        };
        let room = i128::from(last) - i128::from(first) + 1;
        if let Some(room) = usize::try_from(room).ok().filter(|room| *room <= 16 * numbered.len() + 65_536) {
            self.first = first;
            self.nodes = vec![NONE; room];
            for (number, node) in numbered {
                if let Some(slot) = usize::try_from(number - first).ok().and_then(|at| self.nodes.get_mut(at)) {
                    *slot = node;
                }
            }
        }
    }

    fn of_number(&self, number: i64) -> u32 {
        if self.nodes.is_empty() {
            return self.of_text(&number.to_string());
        }
        let at = number.checked_sub(self.first).and_then(|at| usize::try_from(at).ok());
        at.and_then(|at| self.nodes.get(at)).copied().unwrap_or(NONE)
    }

    fn of_text(&self, text: &str) -> u32 {
        self.framework.rank.get(text).unwrap_or(NONE)
    }
}

/// The nodes of one table's rows.
pub(super) enum Nodes<'s, 'f> {
    Mapped(Mapped<'s>),
    Column(&'s Column<'s>, &'s Names<'f>),
    Nothing,
}

/// Keys of nodes.
pub(super) struct Mapped<'s> {
    keys: &'s [u32],
    /// The key of the first of the nodes.
    first: i64,
    nodes: Cow<'s, [u32]>,
}

impl Mapped<'_> {
    /// The keys of some rows.
    pub(super) fn keys(&self, rows: &Range<usize>) -> Option<&[u32]> {
        self.keys.get(rows.clone())
    }

    /// The node of a key.
    #[inline]
    pub(super) fn node_of(&self, key: u32) -> u32 {
        let at = usize::try_from(i64::from(key).wrapping_sub(self.first)).ok();
        at.and_then(|at| self.nodes.get(at)).copied().unwrap_or(NONE)
    }
}

impl<'s, 'f> Nodes<'s, 'f> {
    pub(super) fn new(table: &'s EvidenceColumns<'s>, names: &'s Names<'f>) -> Self {
        match table.get("competency") {
            None => Self::Nothing,
            Some(Column::Dictionary { keys, values }) => {
                let nodes = values.iter().map(|value| names.of_text(value)).collect();
                Self::Mapped(Mapped { keys, first: 0, nodes })
            }
            Some(Column::Integer(Integers::U32(keys), None)) if !names.nodes.is_empty() => {
                Self::Mapped(Mapped { keys, first: names.first, nodes: Cow::Borrowed(&names.nodes) })
            }
            Some(column) => Self::Column(column, names),
        }
    }

    /// The node of a row; [`NONE`] if it names none or one that the framework does not have.
    #[inline]
    pub(super) fn node(&self, row: usize) -> u32 {
        match self {
            Self::Mapped(mapped) => mapped.keys.get(row).map_or(NONE, |key| mapped.node_of(*key)),
            Self::Column(column @ Column::Integer(..), names) => {
                column.integer(row).map_or(NONE, |number| names.of_number(number))
            }
            Self::Column(column, names) => column.text(row).map_or(NONE, |text| names.of_text(&text)),
            Self::Nothing => NONE,
        }
    }
}
