//! Verdicts on requirements (semantics: Requirements): three-valued, and never true by silence.

use num_traits::Zero;

use super::instant::Instant;
use super::requirement::Rule;
use super::requirement_tree::{Tree, What};
use super::value::{Exact, integer};

/// Whether something is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is.
    Met,
    /// It is not.
    NotMet,
    /// What is known does not settle it.
    Undetermined,
}

impl Verdict {
    /// The name in an answer.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not_met",
            Self::Undetermined => "undetermined",
        }
    }
}

/// A requirement with its verdict.
#[derive(Clone, Debug)]
pub(super) struct Judged<'t> {
    /// The requirement.
    pub(super) tree: &'t Tree,
    /// The verdict; none if it is left out.
    pub(super) verdict: Option<Verdict>,
    /// Its members; none for a condition.
    pub(super) members: Vec<Self>,
    /// Of a condition which one it is in the order of the document.
    pub(super) place: usize,
    /// Whether the verdict of the whole rests on it.
    pub(super) won: bool,
}

/// The verdicts on a tree at an instant, given those on its conditions in the order of the document.
pub(super) fn judge<'t>(tree: &'t Tree, as_of: Instant, answers: &[Option<Verdict>]) -> Judged<'t> {
    let mut judged = judged(tree, as_of, answers, &mut 0);
    if judged.verdict == Some(Verdict::Met) {
        win(&mut judged);
    }
    judged
}

fn judged<'t>(tree: &'t Tree, as_of: Instant, answers: &[Option<Verdict>], next: &mut usize) -> Judged<'t> {
    let place = *next;
    let (verdict, members) = match &tree.what {
        What::Condition(_) => {
            *next += 1;
            (answers.get(place).copied().flatten(), Vec::new())
        }
        What::Group(rule, members) => {
            let members: Vec<Judged<'t>> = members.iter().map(|member| judged(member, as_of, answers, next)).collect();
            (of_group(rule, &members), members)
        }
    };
    let is_archived = tree.until.is_some_and(|until| until <= as_of);
    Judged { tree, verdict: verdict.filter(|_| !is_archived), members, place, won: false }
}

fn of_group(rule: &Rule, members: &[Judged<'_>]) -> Option<Verdict> {
    let left: Vec<&Judged<'_>> = members.iter().filter(|member| member.verdict.is_some()).collect();
    if left.is_empty() {
        return None;
    }
    let count = |verdict: Verdict| left.iter().filter(|member| member.verdict == Some(verdict)).count();
    let (all, met, open) = (left.len(), count(Verdict::Met), count(Verdict::Undetermined));
    let (is_met, can_be_met) = match rule {
        Rule::All => (met == all, met + open == all),
        Rule::Any => (met >= 1, met + open >= 1),
        Rule::AtLeast(least) => (met >= *least, met + open >= *least),
        Rule::Percent(percent) => {
            let enough = |met: usize| integer_of(met) * integer(100) >= integer_of(all) * integer(*percent);
            (enough(met), enough(met + open))
        }
        Rule::Points(points) => {
            let good = |member: &Judged<'_>, may_be_open: bool| match member.verdict {
                Some(Verdict::Met) => true,
                Some(Verdict::Undetermined) => may_be_open,
                Some(Verdict::NotMet) | None => false,
            };
            let enough = |may_be_open: bool| {
                let of_good: Exact = left
                    .iter()
                    .filter(|member| good(member, may_be_open))
                    .map(|member| &member.tree.points)
                    .fold(Exact::zero(), |sum, points| sum + points);
                let required =
                    left.iter().filter(|member| member.tree.required).all(|member| good(member, may_be_open));
                required && of_good >= *points
            };
            (enough(false), enough(true))
        }
    };
    Some(match (is_met, can_be_met) {
        (true, _) => Verdict::Met,
        (false, true) => Verdict::Undetermined,
        (false, false) => Verdict::NotMet,
    })
}

/// A number as an exact one.
pub(super) fn integer_of(count: usize) -> Exact {
    integer(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The least number of members of so many that is the share of a hundred.
pub(super) fn least_of_percent(percent: i64, all: usize) -> usize {
    (0..=all).find(|met| integer_of(*met) * integer(100) >= integer_of(all) * integer(percent)).unwrap_or(all)
}

/// Marks what a met requirement rests on.
fn win(judged: &mut Judged<'_>) {
    judged.won = true;
    let What::Group(rule, _) = &judged.tree.what else { return };
    let left = judged.members.iter().filter(|member| member.verdict.is_some()).count();
    let mut needed = match rule {
        Rule::All => left,
        Rule::Any => 1,
        Rule::AtLeast(least) => *least,
        Rule::Percent(percent) => least_of_percent(*percent, left),
        Rule::Points(points) => return win_points(&mut judged.members, points),
    };
    for member in judged.members.iter_mut().filter(|member| member.verdict == Some(Verdict::Met)) {
        if needed > 0 {
            needed -= 1;
            win(member);
        }
    }
}

/// The required ones, then the others in order until there are enough points.
fn win_points(members: &mut [Judged<'_>], points: &Exact) {
    let mut sum = Exact::zero();
    for required in [true, false] {
        for member in members.iter_mut().filter(|member| member.verdict == Some(Verdict::Met)) {
            if member.tree.required == required && (required || sum < *points) {
                sum += &member.tree.points;
                win(member);
            }
        }
    }
}
