//! The least evidence that would reach a goal (progress: least evidence): everything is tried, the small first.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Code;
use super::candidates::{Candidate, candidates, pieces, rename, taken};
use super::document::{Object, field, grid, object, text};
use super::facts::Facts;
use super::instant::Instant;
use super::missing::open;
use super::programmes::number;
use super::requirement::{Asked, Condition, Requirement};
use super::requirement_tree::{Checks, Tree, What};
use super::setup::{Answer, Setup};
use super::status::Status;
use super::value::Grid;
use super::verdict::{Judged, Verdict, judge};

/// The most pieces of an answer.
const PIECES: usize = 1_000;
/// So many sets of several candidates are tried for a case of the corpus.
pub(super) const SETS: usize = 2_000;
/// Of so many open conditions all choices are tried.
const CONDITIONS: usize = 12;

/// What is least, as far as it can be told by trying.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Least {
    /// Whether further evidence can reach the goal.
    pub reached: bool,
    /// Whether nothing smaller can.
    pub exact: bool,
    /// The pieces; none where there were too many sets to try.
    pub pieces: Option<Vec<Value>>,
    /// So many candidates are needed at least.
    pub bound: usize,
    /// Whether the pieces are those of the first of the smallest sets.
    pub by_trying: bool,
}

/// What a goal is asked of.
pub(super) struct Asking<'a> {
    pub(super) setup: &'a Setup,
    pub(super) record: &'a [Value],
    /// The names that are new.
    pub(super) names: Vec<String>,
    pub(super) credits: &'a BTreeSet<String>,
    pub(super) as_of: Instant,
    pub(super) is_strict: bool,
    /// So many sets of several candidates are tried at most.
    pub(super) sets: usize,
}

/// What trying came to.
enum Tried {
    /// These are the first of the fewest.
    Found(Vec<usize>),
    /// No set does, surely none that is smaller than this.
    Never(usize),
    /// Those of this size are too many.
    TooMany(usize),
}

impl Asking<'_> {
    /// The least evidence for a target.
    pub(super) fn least(&self, target: &Object) -> Result<Least, Code> {
        let tree = tree(self.setup, target)?;
        let answer = self.setup.answer(self.record, self.as_of, self.is_strict)?;
        let answers = self.answers(&tree, &answer);
        let judged = judge(&tree, self.as_of, &answers);
        let none = |reached, bound| Least { reached, exact: reached, pieces: Some(Vec::new()), bound, by_trying: true };
        if judged.verdict == Some(Verdict::Met) {
            return Ok(none(true, 0));
        }
        let all = candidates(self.setup, &answer, &judged);
        if !self.could_be_met(&tree, &answer, &answers) {
            return Ok(none(false, PIECES + 1));
        }
        let (chosen, by_trying) = match self.tried(&tree, &all) {
            Tried::Found(chosen) => (chosen, true),
            Tried::Never(bound) => return Ok(none(false, bound)),
            Tried::TooMany(bound) => match self.by_conditions(&tree, &answer, &answers, &judged, &all) {
                Some(chosen) => (chosen, false),
                None if self.with_much_of_all(&tree, &all) => {
                    return Ok(Least { reached: true, exact: false, pieces: None, bound, by_trying: false });
                }
                None => return Ok(none(false, bound)),
            },
        };
        let pieces = self.as_little(&tree, self.pieces(&all, &chosen));
        Ok(Least { reached: true, exact: true, pieces: Some(pieces), bound: chosen.len(), by_trying })
    }

    /// Whether a target is met with some more items in the record.
    pub(super) fn is_met(&self, target: &Object, more: &[Value]) -> Result<bool, Code> {
        Ok(self.is_reached(&tree(self.setup, target)?, more))
    }

    fn answers(&self, tree: &Tree, answer: &Answer) -> Vec<Option<Verdict>> {
        let facts = Facts {
            sections: &self.setup.sections,
            settled: &answer.sorted.settled,
            nodes: &answer.nodes,
            credits: self.credits,
            as_of: self.as_of,
        };
        tree.conditions().into_iter().map(|condition| facts.answer(condition)).collect()
    }

    fn is_reached(&self, tree: &Tree, more: &[Value]) -> bool {
        let record = [self.record, more].concat();
        let Ok(answer) = self.setup.answer(&record, self.as_of, false) else { return false };
        judge(tree, self.as_of, &self.answers(tree, &answer)).verdict == Some(Verdict::Met)
    }

    /// Whether it would be enough if all went well that evidence has to do with: it brings no credit and no day, and where a person has
    /// to decide about a submission it does not decide.
    fn could_be_met(&self, tree: &Tree, answer: &Answer, answers: &[Option<Verdict>]) -> bool {
        let waits = |id: &String| answer.nodes.get(id).is_some_and(|node| node.status == Status::Conflict);
        let best = |(condition, answer): (&&Condition, &Option<Verdict>)| match condition {
            Condition::Credential(_) | Condition::NotBefore(_) => *answer,
            Condition::About(_, Asked::Evidence(_)) => answer.map(|_| Verdict::Met),
            Condition::About(id, _) if waits(id) => *answer,
            Condition::About(..) => answer.map(|_| Verdict::Met),
        };
        let best: Vec<Option<Verdict>> = tree.conditions().iter().zip(answers).map(best).collect();
        judge(tree, self.as_of, &best).verdict == Some(Verdict::Met)
    }

    fn pieces(&self, all: &[Candidate], chosen: &[usize]) -> Vec<Value> {
        let chosen: Vec<&Candidate> = chosen.iter().filter_map(|place| all.get(*place)).collect();
        pieces(self.setup, &self.names, self.as_of, &chosen)
    }

    /// The first of the smallest multisets of candidates that reach it.
    fn tried(&self, tree: &Tree, all: &[Candidate]) -> Tried {
        let mut sets = 0;
        let is_reached = |set: &[usize]| self.is_reached(tree, &self.pieces(all, set));
        match all.len() {
            0 => return Tried::Never(PIECES + 1),
            1 => return self.tried_alone(is_reached),
            _ => {}
        }
        for size in 1..=PIECES {
            let of_size = multisets(all.len(), size, self.sets);
            sets += of_size.len();
            if sets > self.sets {
                return Tried::TooMany(size);
            }
            if let Some(found) = of_size.into_iter().find(|set| is_reached(set)) {
                return Tried::Found(found);
            }
        }
        Tried::Never(PIECES + 1)
    }

    /// The fewest pieces of the only candidate: first one more each time, then twice as many.
    fn tried_alone(&self, is_reached: impl Fn(&[usize]) -> bool) -> Tried {
        let do_reach = |size: &usize| is_reached(&vec![0; *size]);
        let few = self.sets / 20;
        if let Some(size) = (1..=few).find(do_reach) {
            return Tried::Found(vec![0; size]);
        }
        let doubled = (1..).map(|times| few << times).take_while(|size| *size <= self.sets / 2).chain([self.sets / 2]);
        let enough = doubled.map(|size| size.min(PIECES)).find(do_reach);
        let found = enough.and_then(|enough| (few + 1..=enough).find(do_reach));
        found.map_or(Tried::Never(few + 1), |size| Tried::Found(vec![0; size]))
    }

    /// The cheapest choice of open conditions, where no evidence is of use to two of them: then each is a goal of its own.
    fn by_conditions(
        &self,
        tree: &Tree,
        answer: &Answer,
        answers: &[Option<Verdict>],
        judged: &Judged<'_>,
        all: &[Candidate],
    ) -> Option<Vec<usize>> {
        let conditions = tree.conditions();
        let open = open(judged);
        if open.len() > CONDITIONS {
            return None;
        }
        let mut used: BTreeSet<String> = BTreeSet::new();
        let mut lists: Vec<Vec<usize>> = Vec::new();
        for place in &open {
            let alone = Tree { what: What::Condition((*conditions.get(*place)?).clone()), ..leaf() };
            let own = candidates(self.setup, answer, &judge(&alone, self.as_of, &self.answers(&alone, answer)));
            let nodes: BTreeSet<String> = own.iter().map(|candidate| candidate.node.clone()).collect();
            let Tried::Found(chosen) = self.tried(&alone, &own) else { return None };
            if !used.is_disjoint(&nodes) {
                return None;
            }
            used.extend(nodes);
            let chosen = chosen.into_iter().filter_map(|place| own.get(place));
            // where kinds matter elsewhere there is none without
            let same = |one: &Candidate, other: &Candidate| {
                one.node == other.node && one.is_low == other.is_low && (other.kind.is_none() || one.kind == other.kind)
            };
            let places = chosen.map(|candidate| all.iter().position(|one| same(one, candidate)));
            lists.push(places.collect::<Option<_>>()?);
        }
        let mut best: Option<Vec<usize>> = None;
        for choice in 0..1_usize << open.len() {
            let is_chosen = |number: &usize| choice >> number & 1 == 1;
            let mut then = answers.to_vec();
            let mut set = Vec::new();
            for number in (0..open.len()).filter(is_chosen) {
                *then.get_mut(*open.get(number)?)? = Some(Verdict::Met);
                set.extend(lists.get(number)?);
            }
            set.sort_unstable();
            let is_better = best.as_ref().is_none_or(|best| (set.len(), &set) < (best.len(), best));
            if is_better && judge(tree, self.as_of, &then).verdict == Some(Verdict::Met) {
                best = Some(set);
            }
        }
        best.filter(|set| self.is_reached(tree, &self.pieces(all, set)))
    }

    /// Whether one, two, four … of each candidate reach it.
    fn with_much_of_all(&self, tree: &Tree, all: &[Candidate]) -> bool {
        let much = |times: usize| -> Vec<usize> {
            (0..all.len()).flat_map(|place| std::iter::repeat_n(place, times)).collect()
        };
        let mut times = 1;
        while times * all.len() <= PIECES {
            if self.is_reached(tree, &self.pieces(all, &much(times))) {
                return true;
            }
            times *= 2;
        }
        false
    }

    /// The same pieces with what is not needed left off, and with the lowest scores that do. Where a lower score makes another piece
    /// useless, which then can be left out, all begins again with fewer.
    fn as_little(&self, tree: &Tree, mut pieces: Vec<Value>) -> Vec<Value> {
        loop {
            for place in 0..pieces.len() {
                self.lessen(tree, &mut pieces, place);
            }
            let before = pieces.len();
            for place in (0..before).rev() {
                let mut fewer = pieces.clone();
                fewer.remove(place);
                if self.is_reached(tree, &fewer) {
                    pieces = fewer;
                }
            }
            if pieces.len() == before {
                return pieces;
            }
            rename(&mut pieces, &self.names);
        }
    }

    /// One piece with as little as possible.
    fn lessen(&self, tree: &Tree, pieces: &mut Vec<Value>, place: usize) {
        for name in ["assessor", "context", "artifact", "transfer", "kind"] {
            let mut less = pieces.clone();
            let removed = less.get_mut(place).and_then(Value::as_object_mut).and_then(|piece| piece.remove(name));
            if removed.is_some() && self.is_reached(tree, &less) {
                *pieces = less;
            }
        }
        for cut in self.cuts(pieces.get(place)) {
            let mut less = pieces.clone();
            if let Some(piece) = less.get_mut(place).and_then(Value::as_object_mut) {
                piece.insert("score".to_owned(), number(cut));
            }
            if self.is_reached(tree, &less) {
                *pieces = less;
                return;
            }
        }
    }

    /// What the score of a piece could be instead, ascending; nothing if it is the least of the scale.
    fn cuts(&self, piece: Option<&Value>) -> BTreeSet<Grid> {
        let own = |piece: &Value| self.setup.sections.get(piece.get("competency")?.as_str()?);
        let Some((piece, sections)) = piece.and_then(|piece| Some((piece, own(piece)?))) else {
            return BTreeSet::new();
        };
        let scale = &sections.scale;
        if piece.get("score") == Some(&number(scale.min)) {
            return BTreeSet::new();
        }
        scale.levels.iter().map(|level| level.from).chain([scale.proficient, scale.max]).collect()
    }
}

/// The names that are new to a record and to a log.
pub(super) fn names(record: &[Value], events: &[Value]) -> Vec<String> {
    let taken = taken(record.iter().chain(events));
    (1..).map(|number| format!("new-{number}")).filter(|name| !taken.contains(name)).take(PIECES).collect()
}

/// What a target asks for, as a requirement.
fn tree(setup: &Setup, target: &Object) -> Result<Tree, Code> {
    if let Some(id) = text(target, "programme")? {
        let programme = setup.programmes.list.iter().find(|programme| programme.id == id).ok_or("unknown-programme")?;
        return Ok(Tree::of(&programme.requirement, &setup.framework, None));
    }
    let id = text(target, "competency")?.ok_or("missing-field")?;
    let asked = match (text(target, "level")?, grid(target, "value")?) {
        (Some(_), Some(_)) => return Err("invalid-value"),
        (Some(level), None) => Asked::Level(level.to_owned()),
        (None, Some(value)) => Asked::Value(value),
        (None, None) => Asked::Met,
    };
    let condition = Condition::About(id.to_owned(), asked);
    let checks = Checks { framework: &setup.framework, sections: &setup.sections, below: None };
    match checks.faults(&Requirement::Condition(condition.clone()), "").first() {
        Some(fault) => Err(fault.code),
        None => Ok(Tree { what: What::Condition(condition), ..leaf() }),
    }
}

/// A requirement that stands alone, of nothing so far.
fn leaf() -> Tree {
    let what = What::Condition(Condition::Credential(String::new()));
    Tree { at: String::new(), until: None, points: super::value::integer(0), required: false, what }
}

/// All multisets of so many of some things, as ascending numbers, in lexicographic order; one more than `most` at most.
fn multisets(things: usize, size: usize, most: usize) -> Vec<Vec<usize>> {
    let mut found = Vec::new();
    let mut next = Some(vec![0; size]);
    while let Some(set) = next.filter(|_| found.len() <= most) {
        let last = set.iter().rposition(|thing| thing + 1 < things);
        next = last.map(|last| {
            let raised = set.get(last).map_or(0, |thing| thing + 1);
            set.iter().enumerate().map(|(place, thing)| if place < last { *thing } else { raised }).collect()
        });
        found.push(set);
    }
    found
}

/// The target of a question.
pub(super) fn target(asked: &Object) -> Result<&Object, Code> {
    object(field(asked, "target").ok_or("missing-field")?)
}

#[cfg(test)]
mod tests {
    use super::multisets;

    #[test]
    fn multisets_are_in_lexicographic_order_and_complete() {
        assert_eq!(multisets(3, 2, 100), [[0, 0], [0, 1], [0, 2], [1, 1], [1, 2], [2, 2]]);
        assert_eq!(multisets(1, 3, 100), [[0, 0, 0]]);
        assert_eq!(multisets(20, 3, 10_000).len(), 1540);
        assert_eq!(multisets(20, 3, 100).len(), 101);
    }
}
