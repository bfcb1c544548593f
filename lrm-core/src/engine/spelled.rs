//! The requirements of rollups as numbers: one program reads and checks them, another one, which has no room for that, decides.
//!
//! Of each inner node that a requirement decides about its number and how many requirements there are; of each of these its group, what it is worth
//! (in millionths), whether it is required, and what it asks for.

use super::requirements::{Demand, Demands};
use crate::error::{Code, Error, Result};
use crate::policy::{Asks, EvidenceTest, Requirement, Resolved, Sufficiency, Test, Threshold, Tree};
use crate::record::KINDS;
use crate::value::{Value, Weight};

/// Stands where there is no value.
const NONE: i64 = i64::MIN;

/// What a requirement asks for.
mod code {
    pub(super) const ALL: i64 = 0;
    pub(super) const ANY: i64 = 1;
    pub(super) const AT_LEAST: i64 = 2;
    pub(super) const PERCENT: i64 = 3;
    pub(super) const POINTS: i64 = 4;
    pub(super) const MET: i64 = 5;
    pub(super) const LEVEL: i64 = 6;
    pub(super) const VALUE: i64 = 7;
    pub(super) const BELOW: i64 = 8;
    pub(super) const EVIDENCE: i64 = 9;
}

impl Demands {
    pub(crate) fn numbers(&self, resolved: &Resolved) -> Vec<i64> {
        let wide = |number: usize| i64::try_from(number).unwrap_or(NONE);
        let mut numbers = Vec::new();
        for (at, demand) in self.rollups.iter().enumerate() {
            let Some(demand) = demand else { continue };
            numbers.extend([wide(at), wide(demand.nodes.len())]);
            for (place, this) in demand.tree.list().iter().enumerate() {
                numbers.extend([i64::from(this.group), this.worth.units(), i64::from(this.required)]);
                let node = demand.node(place).unwrap_or_default();
                let scale = resolved.of(node).map_or(&resolved.fallback.scale, |set| &set.scale);
                let about = |code: i64, much: i64| [code, i64::from(node), much];
                match &this.asks {
                    Asks::Group(threshold, _) => numbers.extend(match threshold {
                        Threshold::All => [code::ALL, 0],
                        Threshold::Any => [code::ANY, 0],
                        Threshold::AtLeast(n) => [code::AT_LEAST, i64::from(*n)],
                        Threshold::Percent(n) => [code::PERCENT, i64::from(*n)],
                        Threshold::Points(n) => [code::POINTS, n.units()],
                    }),
                    Asks::Competency(_, Test::Level(level)) => {
                        let place = scale.levels().iter().position(|one| one.id == *level);
                        numbers.extend(about(code::LEVEL, wide(place.unwrap_or(usize::MAX))));
                    }
                    Asks::Competency(_, Test::Value(value)) => numbers.extend(about(code::VALUE, value.grid())),
                    Asks::Competency(_, Test::Below(value)) => numbers.extend(about(code::BELOW, value.grid())),
                    Asks::Competency(_, Test::Evidence(test)) => {
                        numbers.extend(about(code::EVIDENCE, test.cut(scale).map_or(NONE, Value::grid)));
                        let bit = |(place, (_, kind)): (u32, &(&str, _))| {
                            i64::from(test.kinds.as_ref().is_some_and(|kinds| kinds.contains(kind))) << place
                        };
                        let kinds = test.kinds.as_ref().map(|_| (0..).zip(&KINDS).map(bit).sum());
                        numbers.push(kinds.unwrap_or(NONE));
                        numbers.extend(test.minima().map(|(_, least)| i64::from(least)));
                    }
                    _ => numbers.extend(about(code::MET, 0)),
                }
            }
        }
        numbers
    }

    /// Reads the numbers again.
    ///
    /// # Errors
    /// `invalid-value` for numbers of something else.
    pub(crate) fn spelled(numbers: &[i64], resolved: &Resolved) -> Result<Self> {
        let mut demands = Self::default();
        let mut numbers = numbers.iter().copied();
        while let Some(at) = numbers.next() {
            let read = read(&mut numbers, resolved).zip(usize::try_from(at).ok());
            if read.and_then(|(demand, node)| demands.decide_about(node, demand, resolved)).is_none() {
                return Err(Error::new(Code::InvalidValue, "", "these are not the requirements of this policy"));
            }
        }
        Ok(demands)
    }
}

fn read(numbers: &mut dyn Iterator<Item = i64>, resolved: &Resolved) -> Option<Demand> {
    let mut demand = Demand { tree: Tree::default(), nodes: Vec::new() };
    let mut next = move || numbers.next();
    for _ in 0..next()? {
        let group = u32::try_from(next()?).ok()?;
        let (worth, required, code) = (Weight::of_units(next()?), next()? != 0, next()?);
        let mut node = None;
        let asks = if code < code::MET {
            let much = next()?;
            let n = u32::try_from(much);
            Asks::Group(
                match code {
                    code::ALL => Threshold::All,
                    code::ANY => Threshold::Any,
                    code::AT_LEAST => Threshold::AtLeast(n.ok()?),
                    code::PERCENT => Threshold::Percent(n.ok()?),
                    _ => Threshold::Points(Weight::of_units(much)),
                },
                None,
            )
        } else {
            let about = u32::try_from(next()?).ok()?;
            node = Some(about);
            let much = next()?;
            let test = match code {
                code::LEVEL => {
                    let levels = resolved.of(about)?.scale.levels();
                    Test::Level(levels.get(usize::try_from(much).ok()?)?.id.clone())
                }
                code::VALUE => Test::Value(Value::again(much)),
                code::BELOW => Test::Below(Value::again(much)),
                code::EVIDENCE => {
                    let mask = next()?;
                    let named = |(place, (_, kind)): (u32, &(&str, _))| (mask >> place & 1 == 1).then_some(*kind);
                    let kinds = (mask != NONE).then(|| (0..).zip(&KINDS).filter_map(named).collect());
                    let mut least = [0; 7];
                    for slot in &mut least {
                        *slot = u32::try_from(next()?).ok()?;
                    }
                    let [
                        min_evidence,
                        min_assessors,
                        min_contexts,
                        min_kinds,
                        min_artifacts,
                        min_transfer,
                        min_independent,
                    ] = least;
                    let minima = Sufficiency {
                        min_evidence,
                        min_assessors,
                        min_contexts,
                        min_kinds,
                        min_artifacts,
                        min_transfer,
                        ..Sufficiency::default()
                    };
                    let value = (much != NONE).then_some(Value::again(much));
                    Test::Evidence(Box::new(EvidenceTest { minima, min_independent, kinds, level: None, value }))
                }
                _ => Test::Met,
            };
            // whoever only decides names nothing
            Asks::Competency(String::new(), test)
        };
        demand.nodes.push(node);
        demand.tree.0.push(Requirement { worth, required, ..Requirement::new(group, None, asks) });
    }
    Some(demand)
}
