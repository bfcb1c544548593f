//! What is missing: the shortest list of conditions with which a requirement would be met.

use super::{Verdict, within};
use crate::json::write::Writer;
use crate::policy::{Asks, Threshold, Tree, write_asked};

/// Members times conditions up to which the fewest conditions for enough points are looked for exactly.
const EXACT: usize = 1_000_000;

/// The conditions that are missing.
#[derive(Debug)]
pub(crate) struct Shortest {
    /// Their places, ascending.
    pub(crate) places: Vec<usize>,
    /// False if there may be a shorter list.
    pub(crate) exact: bool,
    /// True if no list is enough; then these are all conditions that are not met, but for those of groups that are met.
    pub(crate) unreachable: bool,
}

/// The shortest list of conditions which, met together with what is met, make the first requirement met. Of equally short
/// ones it is that of members that come first.
pub(crate) fn shortest(tree: &Tree, verdicts: &[Verdict]) -> Shortest {
    cheapest(tree, verdicts, &|_| Some(1))
}

/// The same where conditions cost more or less, by their places; those without a cost cannot be met.
pub(crate) fn cheapest(tree: &Tree, verdicts: &[Verdict], cost: &dyn Fn(usize) -> Option<usize>) -> Shortest {
    let mut search = Search::new(tree, verdicts, cost);
    if search.verdict(0) == Verdict::Met {
        return Shortest { places: Vec::new(), exact: true, unreachable: false };
    }
    // members stand behind their groups, so that what they take is known first
    for place in (0..tree.list().len()).rev() {
        search.weigh(place);
    }
    let unreachable = search.cost(0).is_none();
    let places = search.conditions(if unreachable { &search.members } else { &search.chosen });
    Shortest { places, exact: search.exact && !search.repeats(), unreachable }
}

/// A member that is not met.
#[derive(Clone, Copy, Debug)]
struct Open {
    place: usize,
    /// What it takes.
    cost: usize,
    /// What it is worth, in millionths of points.
    worth: i64,
}

struct Search<'t> {
    tree: &'t Tree,
    verdicts: &'t [Verdict],
    /// What conditions cost.
    cost: &'t dyn Fn(usize) -> Option<usize>,
    /// True of what is not met, and in groups only that are not met either.
    open: Vec<bool>,
    /// The members of each group that are not left out.
    members: Vec<Vec<usize>>,
    /// What it costs to meet what is not met; none if it cannot be met.
    costs: Vec<Option<usize>>,
    /// Of each group that is not met, the members to be met.
    chosen: Vec<Vec<usize>>,
    exact: bool,
}

impl<'t> Search<'t> {
    fn new(tree: &'t Tree, verdicts: &'t [Verdict], cost: &'t dyn Fn(usize) -> Option<usize>) -> Self {
        let len = tree.list().len();
        let mut members = vec![Vec::new(); len];
        let open = within(tree, verdicts, Verdict::is_open);
        for (place, this) in tree.list().iter().enumerate().skip(1) {
            if verdicts.get(place).is_some_and(|verdict| *verdict != Verdict::LeftOut) {
                members.get_mut(this.group as usize).into_iter().for_each(|members| members.push(place));
            }
        }
        let costs = vec![None; len];
        Self { tree, verdicts, cost, open, members, costs, chosen: vec![Vec::new(); len], exact: true }
    }

    fn verdict(&self, place: usize) -> Verdict {
        self.verdicts.get(place).copied().unwrap_or(Verdict::LeftOut)
    }

    fn is_open(&self, place: usize) -> bool {
        self.open.get(place) == Some(&true)
    }

    fn cost(&self, place: usize) -> Option<usize> {
        self.costs.get(place).copied().flatten()
    }

    fn worth(&self, place: usize) -> i64 {
        self.tree.list().get(place).map(|this| this.worth.units()).unwrap_or_default()
    }

    /// Notes what a requirement costs, and of a group which members.
    fn weigh(&mut self, place: usize) {
        let Some(this) = self.tree.list().get(place).filter(|_| self.is_open(place)) else { return };
        let cost = match &this.asks {
            Asks::Group(threshold, _) => self.choose(*threshold, place).map(|choice| {
                let cost = choice.iter().filter_map(|place| self.cost(*place)).sum();
                self.chosen.get_mut(place).into_iter().for_each(|slot| slot.clone_from(&choice));
                cost
            }),
            _ => (self.cost)(place),
        };
        self.costs.get_mut(place).into_iter().for_each(|slot| *slot = cost);
    }

    /// The members of a group with which it would be met; none if they do not suffice.
    fn choose(&mut self, threshold: Threshold, group: usize) -> Option<Vec<usize>> {
        let members = self.members.get(group)?;
        let is_required = |place: &usize| self.tree.list().get(*place).is_some_and(|this| this.required);
        let open = members.iter().filter_map(|place| {
            let cost = self.cost(*place).filter(|_| self.is_open(*place))?;
            Some(Open { place: *place, cost, worth: self.worth(*place) })
        });
        let met = members.iter().filter(|place| self.verdict(**place) == Verdict::Met);
        let Threshold::Points(points) = threshold else {
            let count = u32::try_from(members.len()).unwrap_or(u32::MAX);
            let needed = (threshold.needed(count) as usize).saturating_sub(met.count());
            let mut open: Vec<Open> = open.collect();
            open.sort_by_key(|one| (one.cost, one.place));
            let chosen = open.get(..needed)?;
            return Some(chosen.iter().map(|one| one.place).collect());
        };
        let must: Vec<usize> =
            members.iter().copied().filter(|place| is_required(place) && self.is_open(*place)).collect();
        if must.iter().any(|place| self.cost(*place).is_none()) {
            return None;
        }
        let given: i64 = met.chain(&must).map(|place| self.worth(*place)).sum();
        let needed = points.units().saturating_sub(given);
        let others: Vec<Open> = open.filter(|one| !is_required(&one.place)).collect();
        let (more, exact) = fewest(needed, &others)?;
        self.exact &= exact;
        Some(must.into_iter().chain(more).collect())
    }

    /// The conditions that are not met, from the first requirement down to these members of groups that are not met.
    fn conditions(&self, below: &[Vec<usize>]) -> Vec<usize> {
        let mut pending = vec![0];
        let mut found = Vec::new();
        while let Some(place) = pending.pop().filter(|_| !self.tree.list().is_empty()) {
            match self.tree.list().get(place).map(|this| &this.asks) {
                _ if !self.is_open(place) => {}
                Some(Asks::Group(..)) => pending.extend(below.get(place).into_iter().flatten()),
                _ => found.push(place),
            }
        }
        found.sort_unstable();
        found
    }

    /// True if a condition that is not met stands in several places: it was counted in each.
    fn repeats(&self) -> bool {
        let mut asked = Vec::new();
        for (place, this) in self.tree.list().iter().enumerate() {
            if self.is_open(place) && !matches!(this.asks, Asks::Group(..)) {
                let mut w = Writer::new();
                write_asked(w.open('{'), &this.asks);
                asked.push(w.finish());
            }
        }
        asked.sort_unstable();
        asked.iter().zip(asked.iter().skip(1)).any(|(one, other)| one == other)
    }
}

/// The members that bring enough points at the least cost, and whether there are surely no fewer; none if all of them
/// are not enough.
fn fewest(needed: i64, members: &[Open]) -> Option<(Vec<usize>, bool)> {
    if members.iter().map(|one| one.worth).sum::<i64>() < needed {
        return None;
    }
    let conditions = members.iter().map(|one| one.cost).sum::<usize>();
    if members.len().saturating_mul(conditions) > EXACT {
        return Some((greedy(needed, members), false));
    }
    // by the first member that may be taken and the number of conditions, the most points that there are
    let width = conditions + 1;
    let mut most = vec![0_i64; (members.len() + 1) * width];
    let at = |most: &[i64], first: usize, conditions: usize| most.get(first * width + conditions).copied();
    for (first, one) in members.iter().enumerate().rev() {
        for conditions in 0..width {
            let without = at(&most, first + 1, conditions).unwrap_or_default();
            let with = conditions.checked_sub(one.cost).and_then(|rest| at(&most, first + 1, rest));
            let best = with.map_or(without, |points| without.max(points + one.worth));
            most.get_mut(first * width + conditions).into_iter().for_each(|slot| *slot = best);
        }
    }
    let mut left = (0..width).find(|conditions| at(&most, 0, *conditions) >= Some(needed))?;
    let (mut needed, mut chosen) = (needed, Vec::new());
    for (first, one) in members.iter().enumerate() {
        let rest = left.checked_sub(one.cost);
        let points = rest.and_then(|rest| at(&most, first + 1, rest)).map(|points| points + one.worth);
        if let Some(rest) = rest.filter(|_| needed > 0 && points >= Some(needed)) {
            (needed, left) = (needed - one.worth, rest);
            chosen.push(one.place);
        }
    }
    Some((chosen, true))
}

/// Those that bring the most points per condition, until there are enough.
fn greedy(needed: i64, members: &[Open]) -> Vec<usize> {
    let mut members = members.to_vec();
    let product = |worth: i64, cost: usize| i128::from(worth) * cost as i128;
    members.sort_by(|one, other| {
        product(other.worth, one.cost).cmp(&product(one.worth, other.cost)).then(one.place.cmp(&other.place))
    });
    let mut needed = needed;
    let enough = members.into_iter().take_while(|one| {
        let takes = needed > 0;
        needed -= one.worth;
        takes
    });
    enough.map(|one| one.place).collect()
}
