//! A requirement that decides about an inner node: what it rests on, its steps, and what it comes to from a derivation alone.

use super::model::{Number, Rules, Step};
use super::steps::{conclusion, count, one, step};
use crate::engine::{Board, Compiled, Covered, Demand, Judged};
use crate::policy::{Asks, Test, Threshold, Tree};
use crate::rollup::{Count, Verdict, shortest};
use crate::sorting;
use crate::value::Weight;

/// The leaves below that apply, own evidence that acts as one, and what else the requirement names.
pub(super) fn inputs(node: u32, demand: &Demand, board: &mut Board<'_>, compiled: &Compiled) -> Vec<(Covered, Weight)> {
    let mut inputs = board.leaf_inputs(node, compiled);
    inputs.extend(demand.nodes().map(|node| Covered { node, own: false }));
    sorting::sort(&mut inputs);
    inputs.dedup();
    inputs.into_iter().map(|input| (input, Weight::ONE)).collect()
}

/// Says how many conditions are missing where the requirement is not settled.
pub(super) fn count_missing(judged: &mut Judged, tree: &Tree, verdicts: &[Verdict]) {
    for short in judged.shortfalls.iter_mut().filter(|short| short.name == "requirement") {
        short.missing = u32::try_from(shortest(tree, verdicts).places.len()).unwrap_or(u32::MAX);
    }
}

/// A step for each requirement of the tree, and what follows.
pub(super) fn steps(rules: &Rules, tree: &Tree, verdicts: &[Verdict], counts: &[Count], judged: &Judged) -> Vec<Step> {
    let requirements = tree.list().iter().zip(verdicts).zip(counts).enumerate();
    let mut steps: Vec<Step> = requirements
        .map(|(place, ((this, verdict), counted))| {
            let text = |text: &str| Number::Text(text.to_owned());
            let mut parts = vec![("at", text(&tree.pointer(place))), ("verdict", text(verdict.as_str()))];
            let id = match &this.asks {
                Asks::Group(threshold, _) => {
                    parts.push(("members", count(counted.members as usize)));
                    parts.push(("met", count(counted.met as usize)));
                    parts.push(("undetermined", count(counted.open as usize)));
                    match threshold {
                        Threshold::AtLeast(n) | Threshold::Percent(n) => parts.push(("n", count(*n as usize))),
                        Threshold::Points(points) => parts.push(("points", one(points.value()))),
                        Threshold::All | Threshold::Any => {}
                    }
                    threshold.operator()
                }
                Asks::Competency(id, test) => {
                    parts.push(("competency", text(id)));
                    match test {
                        Test::Met => "met",
                        Test::Evidence(_) => "evidence",
                        Test::Level(level) => {
                            parts.push(("level", text(level)));
                            "level"
                        }
                        Test::Value(value) => {
                            parts.push(("value", one(*value)));
                            "value"
                        }
                        Test::Below(value) => {
                            parts.push(("below", one(*value)));
                            "below"
                        }
                    }
                }
                // only programmes ask for these
                Asks::Credential(_) | Asks::NotBefore(_) => "met",
            };
            step(&format!("requirement.{id}"), parts)
        })
        .collect();
    conclusion(rules, judged, &mut steps);
    steps
}
