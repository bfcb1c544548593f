//! The way to a target: what has to be learned, in an order that makes sense, and what could come instead at each step.

use super::needs::Needs;
use super::room::Room;
use super::root_causes::order;
use super::too_large;
use crate::engine::{Engine, Options};
use crate::error::Result;
use crate::graph::Rows;
use crate::instant::Instant;
use crate::json::write::Writer;
use crate::limits::CLOSURE;
use crate::log::EventLog;
use crate::sorting;

/// One step on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PathStep {
    /// What to learn.
    pub competency: String,
    /// What else on the way could be learned at this point, in the same order.
    pub alternatives: Vec<String>,
}

/// What a learner has to learn to get to a target.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LearningPath {
    /// Where it leads.
    pub target: String,
    /// First things first. Empty if the target is learned.
    pub steps: Vec<PathStep>,
}

impl PathStep {
    /// The members of its JSON.
    pub(super) fn write(&self, w: &mut Writer) {
        w.key("competency").text(&self.competency).texts("alternatives", &self.alternatives);
    }
}

impl LearningPath {
    /// Canonical JSON: `{"target", "steps": [{"competency", "alternatives"?}]}`.
    pub fn to_json(&self) -> String {
        let mut w = Writer::new();
        w.open('{').key("target").text(&self.target);
        w.list("steps", &self.steps, |w, step| step.write(w));
        w.close('}');
        w.finish()
    }
}

impl Engine {
    /// What to learn on the way to a target, each after what it lacks: the target, unless it is learned, and all that is missing
    /// before it (see [`Engine::frontier`]). Of what could be next comes first what most of the others on the way build upon, then
    /// what stands first in the framework. What was learned, but not to the level that is asked for, is on the way again.
    ///
    /// ```
    /// use lrm_core::{Engine, EventLog, Instant};
    /// let engine = Engine::from_json(
    ///     r#"{"competencies": [{"id": "a", "statement": "A"}, {"id": "b", "statement": "B"}, {"id": "c", "statement": "C"}],
    ///         "associations": [{"type": "precedes", "from": "a", "to": "c"}, {"type": "precedes", "from": "b", "to": "c"}]}"#,
    ///     r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}}"#,
    /// )?;
    /// let path = engine.path(&EventLog::default(), "c", Instant::parse("2026-11-02T08:00:00Z")?)?;
    /// let steps: Vec<&str> = path.steps.iter().map(|step| step.competency.as_str()).collect();
    /// assert_eq!((steps.as_slice(), path.steps[0].alternatives.as_slice()), (["a", "b", "c"].as_slice(), ["b".to_owned()].as_slice()));
    /// # Ok::<(), lrm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `unknown-competency`; as [`Engine::evaluate`]; `closure-too-large` if there are too many steps and prerequisites to count what
    /// builds upon what; `limit-exceeded` where the answer, most of which are alternatives, has more text than
    /// [`limits::ANSWER`](crate::limits::ANSWER).
    ///
    /// # Complexity
    /// One evaluation, O(n log n) in the associations and the events, and, for the order, the steps times the prerequisites on
    /// the way by 128.
    pub fn path(&self, log: &EventLog, target: &str, as_of: Instant) -> Result<LearningPath> {
        self.path_with(log, target, as_of, &Options::new())
    }

    /// The same with a scope or strictness.
    ///
    /// # Errors
    /// As [`Engine::evaluate_with`] and [`Engine::path`].
    pub fn path_with(&self, log: &EventLog, target: &str, as_of: Instant, options: &Options) -> Result<LearningPath> {
        let node = self.compiled().node(target)?;
        let needs = Needs::of(self, log, as_of, options)?;
        Ok(LearningPath { target: target.to_owned(), steps: steps(&[node], &needs, &mut Room::new(""))? })
    }
}

/// What counting may cost.
const WORK: u64 = CLOSURE * 4;

/// All that is on the way.
struct Way {
    /// In the order in which they come if all of them could be next.
    nodes: Vec<u32>,
    /// The place of each competency in `nodes`.
    places: Vec<u32>,
    /// By what is missing, what lacks it.
    upward: Rows<u32>,
}

impl Way {
    fn to(targets: &[u32], needs: &Needs<'_>) -> Result<Self> {
        let mut on_the_way = vec![false; needs.len()];
        let mut next: Vec<u32> = targets.iter().copied().filter(|target| !needs.is_learned(*target)).collect();
        while let Some(node) = next.pop() {
            if let Some(seen @ false) = on_the_way.get_mut(node as usize) {
                *seen = true;
                next.extend(needs.missing.row(node));
            }
        }
        let is_on = |node: u32| on_the_way.get(node as usize) == Some(&true);
        let edges = needs.upward(is_on);
        let upward = Rows::of(needs.len(), edges.iter().copied());
        let mut order = order(needs.len(), &edges)?;
        order.retain(|node| is_on(*node));
        let building = building(&order, edges.len(), needs.len(), &upward)?;
        let mut nodes: Vec<u32> = needs.in_order().into_iter().filter(|node| is_on(*node)).collect();
        // those that are alike stay in the order of the framework
        let building = |node: &u32| building.get(*node as usize).copied().unwrap_or_default();
        sorting::sort_by(&mut nodes, |one, other| building(other).cmp(&building(one)));
        let mut places = vec![0; needs.len()];
        for (place, node) in (0..).zip(&nodes) {
            places.get_mut(*node as usize).into_iter().for_each(|slot| *slot = place);
        }
        Ok(Self { nodes, places, upward })
    }
}

/// Of each competency, how many others on the way build upon it, over however many steps. Of 128 at a time it is spread down who
/// they are, one bit for each.
fn building(order: &[u32], edges: usize, nodes: usize, upward: &Rows<u32>) -> Result<Vec<u32>> {
    const BITS: usize = u128::BITS as usize;
    let mut counts = vec![0; nodes];
    let work = (order.len().div_ceil(BITS) as u64).saturating_mul((edges + order.len()) as u64);
    if work > WORK {
        return Err(too_large(WORK, "steps to count what builds upon what on the way"));
    }
    let mut bits = vec![0_u128; nodes];
    let mut own = vec![0_u128; nodes];
    for block in order.chunks(BITS) {
        let mark = |own: &mut [u128], bit: fn(usize) -> u128| {
            for (place, node) in block.iter().enumerate() {
                own.get_mut(*node as usize).into_iter().for_each(|slot| *slot = bit(place));
            }
        };
        mark(&mut own, |place| 1 << place);
        for node in order.iter().rev() {
            let both = |of: &u32| bits.get(*of as usize).zip(own.get(*of as usize)).map_or(0, |(bits, own)| bits | own);
            let above = upward.row(*node).iter().map(both).fold(0, |all, one| all | one);
            bits.get_mut(*node as usize).into_iter().for_each(|slot| *slot = above);
            counts.get_mut(*node as usize).into_iter().for_each(|count: &mut u32| *count += above.count_ones());
        }
        mark(&mut own, |_| 0);
    }
    Ok(counts)
}

/// What is on the way to some targets, one after the other as it could be next.
pub(super) fn steps(targets: &[u32], needs: &Needs<'_>, room: &mut Room) -> Result<Vec<PathStep>> {
    let way = Way::to(targets, needs)?;
    let mut lacking: Vec<usize> = way.nodes.iter().map(|node| needs.missing.row(*node).len()).collect();
    let mut open: Vec<u32> =
        (0..).zip(&lacking).filter(|(_, lacking)| **lacking == 0).map(|(place, _)| place).collect();
    let id = |place: &u32| way.nodes.get(*place as usize).map(|node| needs.id(*node));
    let mut steps = Vec::new();
    while !open.is_empty() {
        let place = open.remove(0);
        // taking the first and sorting what is added costs what the alternatives are, which there must be room for
        let Some(node) = way.nodes.get(place as usize) else { break };
        let competency = room.text(needs.id(*node))?;
        let alternatives = open.iter().filter_map(id).map(|id| room.text(id)).collect::<Result<_>>()?;
        steps.push(PathStep { competency, alternatives });
        let before = open.len();
        for above in way.upward.row(*node) {
            let Some(place) = way.places.get(*above as usize) else { continue };
            let Some(count) = lacking.get_mut(*place as usize) else { continue };
            *count -= 1;
            if *count == 0 {
                open.push(*place);
            }
        }
        if open.len() > before && open.len() > 1 {
            sorting::nodes(&mut open);
        }
    }
    Ok(steps)
}

#[cfg(test)]
mod tests {
    use crate::{Code, Engine, EventLog, Instant};

    /// Framework order z, y, …: z and y before x, x before w; y before v, which is on another way.
    fn path(framework_edges: &str, events: &str, target: &str) -> crate::Result<String> {
        let framework = format!(
            r#"{{"competencies": [{{"id": "z", "statement": "Z"}}, {{"id": "y", "statement": "Y"}}, {{"id": "x", "statement": "X"}},
              {{"id": "w", "statement": "W"}}, {{"id": "v", "statement": "V"}}], "associations": [{framework_edges}]}}"#
        );
        let policy = r#"{"scale": {"max": 4, "proficient": 3, "levels": [{"id": "1", "from": 1}, {"id": "3", "from": 3},
            {"id": "4", "from": 4}]}, "estimate": {"method": "latest"}}"#;
        let engine = Engine::from_json(framework, policy)?;
        let log = EventLog::from_json(format!("[{events}]"))?;
        Ok(engine.path(&log, target, Instant::parse("2026-11-02T08:00:00Z")?)?.to_json())
    }

    fn before(from: &str, to: &str) -> String {
        format!(r#"{{"type": "precedes", "from": "{from}", "to": "{to}"}}"#)
    }

    #[test]
    fn what_most_builds_upon_comes_first_then_what_the_framework_names_first() {
        let edges = [before("z", "w"), before("y", "x"), before("x", "w"), before("v", "w")].join(",");
        assert_eq!(
            path(&edges, "", "w").unwrap(),
            r#"{"target":"w","steps":[{"competency":"y","alternatives":["z","v"]},{"competency":"z","alternatives":["x","v"]},{"competency":"x","alternatives":["v"]},{"competency":"v"},{"competency":"w"}]}"#
        );
    }

    #[test]
    fn what_is_learned_is_not_on_the_way_unless_a_higher_level_is_asked_for() {
        let edges = [
            before("y", "x"),
            before("z", "y"),
            r#"{"type": "precedes", "from": "z", "to": "x", "level": "4"}"#.to_owned(),
        ];
        let learned = r#"{"competency": "z", "score": 3}"#;
        assert_eq!(
            path(&edges.join(","), learned, "x").unwrap(),
            r#"{"target":"x","steps":[{"competency":"z","alternatives":["y"]},{"competency":"y"},{"competency":"x"}]}"#
        );
        assert_eq!(path(&edges.join(","), learned, "z").unwrap(), r#"{"target":"z","steps":[]}"#);
    }

    #[test]
    fn a_target_that_is_not_there_is_an_error() {
        assert_eq!(path("", "", "nowhere").unwrap_err().code(), Code::UnknownCompetency);
    }
}
