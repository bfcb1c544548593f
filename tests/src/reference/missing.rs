//! The shortest list of conditions that would make a requirement met (semantics: Requirements, missing).

use std::collections::BTreeSet;

use num_traits::ToPrimitive;

use super::instant::Instant;
use super::requirement::Rule;
use super::requirement_tree::{Tree, What};
use super::value::{Exact, integer};
use super::verdict::{Judged, Verdict, judge, least_of_percent};

/// With so many open conditions all subsets are tried.
const SMALL: usize = 10;
/// Members times conditions of a group of points up to which its list is the shortest.
const EXACT: usize = 1_000_000;

/// What is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Missing {
    /// The places of the conditions in the order of the document.
    pub(super) places: Vec<usize>,
    /// Whether the list is known to be the shortest.
    pub(super) exact: bool,
    /// Whether no list would do.
    pub(super) unreachable: bool,
}

/// What is missing of a tree, given the verdicts on its conditions.
pub(super) fn missing(tree: &Tree, as_of: Instant, answers: &[Option<Verdict>]) -> Missing {
    let judged = judge(tree, as_of, answers);
    if judged.verdict == Some(Verdict::Met) {
        return Missing { places: Vec::new(), exact: true, unreachable: false };
    }
    let open = open(&judged);
    let mut is_greedy = false;
    let found =
        if open.len() <= SMALL { tried(tree, as_of, answers, &open) } else { cheapest(&judged, &mut is_greedy) };
    let conditions = tree.conditions();
    let said: Vec<String> =
        open.iter().filter_map(|place| conditions.get(*place)).map(|condition| format!("{condition:?}")).collect();
    let stands_twice = said.iter().collect::<BTreeSet<_>>().len() < said.len();
    let exact = !is_greedy && !stands_twice;
    let unreachable = found.is_none();
    Missing { places: found.unwrap_or(open), exact, unreachable }
}

/// The conditions that are not met, but for those in what is met or left out, where they would bring nothing.
pub(super) fn open(judged: &Judged<'_>) -> Vec<usize> {
    match (&judged.tree.what, judged.verdict) {
        (_, None | Some(Verdict::Met)) => Vec::new(),
        (What::Condition(_), Some(_)) => vec![judged.place],
        (What::Group(..), Some(_)) => judged.members.iter().flat_map(open).collect(),
    }
}

/// The first of the smallest sets that do, all being tried.
fn tried(tree: &Tree, as_of: Instant, answers: &[Option<Verdict>], open: &[usize]) -> Option<Vec<usize>> {
    for size in 0..=open.len() {
        for set in subsets(open, size) {
            let mut then = answers.to_vec();
            for place in &set {
                if let Some(answer) = then.get_mut(*place) {
                    *answer = Some(Verdict::Met);
                }
            }
            if judge(tree, as_of, &then).verdict == Some(Verdict::Met) {
                return Some(set);
            }
        }
    }
    None
}

/// The subsets of a size, those with earlier members first.
fn subsets(of: &[usize], size: usize) -> Vec<Vec<usize>> {
    if size == 0 {
        return vec![Vec::new()];
    }
    let Some((first, rest)) = of.split_first() else { return Vec::new() };
    let with = subsets(rest, size - 1).into_iter().map(|set| [&[*first][..], &set].concat());
    with.chain(subsets(rest, size)).collect()
}

/// The same from the members' lists, for large trees; none if nothing would do.
fn cheapest(judged: &Judged<'_>, is_greedy: &mut bool) -> Option<Vec<usize>> {
    match judged.verdict {
        None => return None,
        Some(Verdict::Met) => return Some(Vec::new()),
        Some(_) => {}
    }
    let What::Group(rule, _) = &judged.tree.what else { return Some(vec![judged.place]) };
    let left: Vec<&Judged<'_>> = judged.members.iter().filter(|member| member.verdict.is_some()).collect();
    let needed = match rule {
        Rule::All => left.len(),
        Rule::Any => 1,
        Rule::AtLeast(least) => *least,
        Rule::Percent(percent) => least_of_percent(*percent, left.len()),
        Rule::Points(points) => return of_points(&left, points, is_greedy),
    };
    let mut lists: Vec<Vec<usize>> = left.iter().filter_map(|member| cheapest(member, is_greedy)).collect();
    // those that cost the same stay in their order
    lists.sort_by_key(Vec::len);
    lists.truncate(needed);
    if lists.len() < needed {
        return None;
    }
    let mut places = lists.concat();
    places.sort_unstable();
    Some(places)
}

/// One that can be added to a group of points.
struct Offer {
    points: i64,
    list: Vec<usize>,
}

fn of_points(left: &[&Judged<'_>], points: &Exact, is_greedy: &mut bool) -> Option<Vec<usize>> {
    let millionths = |points: &Exact| (points * integer(1_000_000)).to_integer().to_i64().unwrap_or(i64::MAX);
    let mut needed = millionths(points);
    let mut places = Vec::new();
    let mut offers = Vec::new();
    for member in left {
        let list = cheapest(member, is_greedy);
        if member.tree.required || member.verdict == Some(Verdict::Met) {
            places.extend(list?);
            needed -= millionths(&member.tree.points);
        } else if let Some(list) = list {
            offers.push(Offer { points: millionths(&member.tree.points), list });
        }
    }
    if needed > 0 {
        let conditions: usize = offers.iter().map(|offer| offer.list.len()).sum();
        let chosen = if offers.len() * conditions > EXACT {
            *is_greedy = true;
            greedy(&offers, needed)
        } else {
            fewest(&offers, needed, conditions)
        };
        places.extend(chosen?);
    }
    places.sort_unstable();
    Some(places)
}

/// The fewest conditions that bring so many points, by the most points that the later offers bring for a number of conditions.
fn fewest(offers: &[Offer], needed: i64, conditions: usize) -> Option<Vec<usize>> {
    let mut most = vec![vec![0_i64; conditions + 1]];
    for offer in offers.iter().rev() {
        let after = most.last()?;
        let with = |cost: usize| Some(after.get(cost.checked_sub(offer.list.len())?)? + offer.points);
        let row =
            after.iter().enumerate().map(|(cost, without)| with(cost).map_or(*without, |with| with.max(*without)));
        let row = row.collect();
        most.push(row);
    }
    most.reverse();
    let best = |from: usize, cost: usize| most.get(from).and_then(|row| row.get(cost)).copied();
    let mut cost = (0..=conditions).find(|cost| best(0, *cost).is_some_and(|most| most >= needed))?;
    let (mut needed, mut places) = (needed, Vec::new());
    for (place, offer) in offers.iter().enumerate() {
        let rest = cost.checked_sub(offer.list.len());
        let then = rest.and_then(|rest| best(place + 1, rest));
        if let (true, Some(rest), Some(then)) = (needed > 0, rest, then)
            && then + offer.points >= needed
        {
            places.extend(&offer.list);
            needed -= offer.points;
            cost = rest;
        }
    }
    Some(places)
}

/// The offers with the most points per condition.
fn greedy(offers: &[Offer], needed: i64) -> Option<Vec<usize>> {
    let mut sorted: Vec<&Offer> = offers.iter().collect();
    let product =
        |one: &Offer, other: &Offer| i128::from(one.points) * i128::try_from(other.list.len()).unwrap_or(i128::MAX);
    sorted.sort_by(|one, other| product(other, one).cmp(&product(one, other)));
    let (mut needed, mut places) = (needed, Vec::new());
    for offer in sorted {
        if needed > 0 {
            needed -= offer.points;
            places.extend(&offer.list);
        }
    }
    (needed <= 0).then_some(places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::requirement::Condition;
    use crate::reference::value::integer;
    use crate::reference::verdict::integer_of;

    /// Numbers that look like chance, always the same ones.
    struct Chance(u64);

    impl Chance {
        fn below(&mut self, bound: u64) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from((self.0 >> 33) % bound).unwrap_or_default()
        }
    }

    fn tree(chance: &mut Chance, depth: usize, next: &mut usize) -> Tree {
        let what = if depth == 0 || chance.below(3) == 0 {
            *next += 1;
            What::Condition(Condition::Credential(next.to_string()))
        } else {
            let count = 1 + chance.below(4);
            let members: Vec<Tree> = (0..count).map(|_| tree(chance, depth - 1, next)).collect();
            let rule = match chance.below(5) {
                0 => Rule::All,
                1 => Rule::Any,
                2 => Rule::AtLeast(1 + chance.below(3)),
                3 => Rule::Percent(i64::try_from(1 + chance.below(100)).unwrap_or(1)),
                _ => Rule::Points(integer_of(1 + chance.below(9))),
            };
            What::Group(rule, members)
        };
        let until = (chance.below(20) == 0).then_some(0);
        Tree {
            at: String::new(),
            until,
            points: integer(i64::try_from(chance.below(6)).unwrap_or(1)),
            required: chance.below(5) == 0,
            what,
        }
    }

    /// Trying all sets finds what the members' lists come to.
    #[test]
    fn both_ways_find_the_same_list() {
        let (mut chance, mut found) = (Chance(7), 0);
        for _ in 0..4000 {
            let tree = tree(&mut chance, 3, &mut 0);
            let answers: Vec<Option<Verdict>> = tree
                .conditions()
                .iter()
                .map(|_| match chance.below(6) {
                    0 => None,
                    1 => Some(Verdict::Met),
                    2 | 3 => Some(Verdict::Undetermined),
                    _ => Some(Verdict::NotMet),
                })
                .collect();
            let judged = judge(&tree, 0, &answers);
            let open = open(&judged);
            if open.len() > 11 || judged.verdict.is_none() {
                continue;
            }
            let list = tried(&tree, 0, &answers, &open);
            found += usize::from(list.as_ref().is_some_and(|list| list.len() > 1));
            assert_eq!(cheapest(&judged, &mut false), list, "{tree:?} {answers:?}");
        }
        assert!(found > 500, "only {found} lists of several conditions");
    }
}
