//! A learner kept warm, on whom evidence is tried out: laid down, looked at and taken away again.

use std::collections::BTreeSet;

use super::candidates::{Candidate, counts_own};
use super::names::Names;
use super::prices::Prices;
use crate::engine::{Board, Compiled, Demand, Step};
use crate::error::Result;
use crate::graph::Marks;
use crate::record::{Artifact, Assessor, Evidence, Item};
use crate::rollup::Verdict;

/// What one part of the search may cost: so many looks at an item or a node.
const WORK: u64 = 20_000_000;

pub(super) struct Trial<'a> {
    pub(super) compiled: &'a Compiled,
    board: Board<'a>,
    /// The credits that the learner has.
    credits: BTreeSet<String>,
    /// How many items the record has: the pieces stand behind them, each in a slot.
    given: usize,
    slots: Vec<Option<Candidate>>,
    names: Names,
    /// The nodes on which evidence can come in.
    takes: Vec<bool>,
    /// The nodes to be computed anew before anything is looked at.
    touched: Vec<u32>,
    step: Step,
    marks: Marks,
    prices: Prices,
    left: u64,
}

impl<'a> Trial<'a> {
    pub(super) fn new(board: Board<'a>, credits: BTreeSet<String>, names: Names, compiled: &'a Compiled) -> Self {
        let graph = &compiled.framework.graph;
        let takes = |node: u32| {
            let applies = board.cells.get(node as usize).is_some_and(|cell| cell.applies);
            let own = || !board.eligible(node).is_empty() && counts_own(node, compiled);
            applies && (graph.is_leaf(node) || own())
        };
        Self {
            compiled,
            credits,
            given: board.items.len(),
            slots: Vec::new(),
            names,
            takes: (0..graph.len()).map(takes).collect(),
            touched: Vec::new(),
            step: Step::default(),
            marks: Marks::new(graph.len()),
            prices: Prices::of(&board, compiled),
            left: WORK,
            board,
        }
    }

    /// True if evidence can come in on a node.
    pub(super) fn takes(&self, node: u32) -> bool {
        self.takes.get(node as usize) == Some(&true)
    }

    /// What stands at or below some nodes, each once.
    pub(super) fn below(&mut self, tops: impl Iterator<Item = u32>) -> Vec<u32> {
        let graph = &self.compiled.framework.graph;
        let mark = self.marks.start();
        let mut found: Vec<u32> = tops.filter(|top| self.marks.set(*top, mark)).collect();
        let mut at = 0;
        while let Some(node) = found.get(at).copied() {
            found.extend(graph.children(node).map(|edge| edge.node).filter(|child| self.marks.set(*child, mark)));
            at += 1;
        }
        self.spend(found.len() as u64);
        found
    }

    /// How each requirement of a demand stands now.
    ///
    /// # Errors
    /// `limit-exceeded` if conditions about evidence look at too many items.
    pub(super) fn verdicts(&mut self, demand: &Demand) -> Result<Vec<Verdict>> {
        self.spend(self.prices.of_demand(demand));
        let credits = &self.credits;
        Ok(self.board.standings(demand, &|name| credits.contains(name), self.compiled)?.verdicts)
    }

    /// True if a demand is met with the pieces that lie there. What cannot be computed does not meet it.
    pub(super) fn reached(&mut self, demand: &Demand) -> bool {
        let as_of = self.board.as_of;
        let computed = self.board.go(self.touched.iter().copied(), as_of, &mut self.step, self.compiled);
        self.spend(self.step.saved.iter().map(|saved| self.prices.of_node(saved.node)).sum());
        if computed.is_err() {
            // the nodes stay touched, and are computed with the next pieces
            self.board.take_back(&mut self.step, self.compiled);
            self.step.clear();
            return false;
        }
        self.step.clear();
        self.touched.clear();
        self.verdicts(demand).is_ok_and(|verdicts| verdicts.first() == Some(&Verdict::Met))
    }

    /// How many slots there are.
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// How many pieces lie there.
    pub(super) fn count(&self) -> usize {
        self.slots.iter().flatten().count()
    }

    /// What lies in the slots.
    pub(super) fn slots(&self) -> &[Option<Candidate>] {
        &self.slots
    }

    /// Lays these pieces down, and nothing else.
    pub(super) fn lay(&mut self, pieces: impl IntoIterator<Item = Option<Candidate>>) {
        let mut count = 0;
        for piece in pieces {
            self.put(count, piece);
            count += 1;
        }
        for slot in count..self.len() {
            self.put(slot, None);
        }
        self.slots.truncate(count);
    }

    /// Lays a piece with everything new into a slot, or empties it.
    pub(super) fn put(&mut self, slot: usize, piece: Option<Candidate>) {
        if slot >= self.slots.len() {
            self.slots.resize(slot + 1, None);
        }
        let Some(now) = self.slots.get_mut(slot).filter(|now| **now != piece) else { return };
        *now = piece;
        let evidence = piece.map(|piece| self.piece(slot, piece));
        self.say(slot, evidence.as_ref());
    }

    /// Has the piece in a slot say something else; with nothing it lies there no longer.
    pub(super) fn say(&mut self, slot: usize, evidence: Option<&Evidence>) {
        let place = self.given + slot;
        let number = u32::try_from(place).unwrap_or(u32::MAX);
        self.touched.extend(self.board.remove(number, self.compiled));
        let items = self.board.items.to_mut();
        while items.len() <= place {
            items.push(Item::from(Evidence::default()));
        }
        items.get_mut(place).into_iter().for_each(|item| *item = Item::from(evidence.cloned().unwrap_or_default()));
        if evidence.is_some() {
            self.touched.extend(self.board.place(number, self.compiled));
        }
    }

    /// What the piece in a slot says.
    pub(super) fn said(&self, slot: usize) -> Option<Evidence> {
        self.slots.get(slot).copied().flatten()?;
        self.board.items.get(self.given + slot).map(|item| item.evidence.clone())
    }

    /// A piece with everything new, on which nothing is wanting.
    fn piece(&mut self, slot: usize, piece: Candidate) -> Evidence {
        let scale = &self.compiled.set(piece.node).scale;
        let score = if piece.low { scale.min() } else { scale.max() };
        let name = self.names.get(slot);
        let evidence = Evidence::scored(self.compiled.framework.id_of(piece.node), score).id(&name);
        Evidence {
            kind: piece.kind,
            assessor: Some(Assessor { id: Some(name.clone()), role: None }),
            artifact: Some(Artifact { uri: Some(name.clone()), ..Artifact::default() }),
            ..evidence.observed_at(self.board.as_of).context(name).transfer(true)
        }
    }

    /// Lets the next part of the search cost something.
    pub(super) fn rest(&mut self) {
        self.left = WORK;
    }

    /// True if a part of the search has cost enough.
    pub(super) const fn is_tired(&self) -> bool {
        self.left == 0
    }

    fn spend(&mut self, work: u64) {
        self.left = self.left.saturating_sub(work);
    }
}
