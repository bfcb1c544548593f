//! Root causes: what a learner can do now about what is blocked.

use super::needs::Needs;
use super::too_large;
use crate::error::{Code, Error, Result};
use crate::graph::{Marks, topological};
use crate::limits::{CLOSURE, FRONTIER};
use crate::sorting;

/// Of each blocked competency, what stands at the beginning of the ways to it over what is missing: what lacks nothing itself.
///
/// What stands on several ways is counted once. The pairs and the steps are bounded, since both can grow with the square of the
/// framework.
///
/// # Errors
/// `closure-too-large`.
pub(super) fn root_causes(needs: &Needs<'_>) -> Result<Vec<Vec<u32>>> {
    let upward = needs.upward(|_| true);
    let mut roots: Vec<Vec<u32>> = vec![Vec::new(); needs.len()];
    let nodes = u32::try_from(needs.len()).unwrap_or(u32::MAX);
    let mut marks = Marks::new(nodes);
    let (mut pairs, mut steps) = (0, 0_u64);
    for node in order(needs.len(), &upward)?.into_iter().filter(|node| needs.is_blocked(*node)) {
        let mark = marks.start();
        let mut own = Vec::new();
        for from in needs.missing.row(node) {
            let inherited = roots.get(*from as usize).filter(|_| needs.is_blocked(*from));
            let found = inherited.map_or(std::slice::from_ref(from), Vec::as_slice);
            steps += found.len() as u64;
            own.extend(found.iter().copied().filter(|root| marks.set(*root, mark)));
            if pairs + own.len() > FRONTIER {
                return Err(too_large(FRONTIER as u64, "pairs of what is blocked and a root cause of it"));
            }
            if steps > CLOSURE {
                return Err(too_large(CLOSURE, "steps from what is blocked to its root causes"));
            }
        }
        pairs += own.len();
        sorting::nodes(&mut own);
        own.shrink_to_fit();
        roots.get_mut(node as usize).into_iter().for_each(|slot| *slot = std::mem::take(&mut own));
    }
    Ok(roots)
}

/// An order in which what is missing comes before what lacks it.
///
/// # Errors
/// `cycle`, which a framework does not have.
pub(super) fn order(nodes: usize, upward: &[(u32, u32)]) -> Result<Vec<u32>> {
    topological(nodes, upward).map_err(|_| Error::new(Code::Cycle, "", "hard prerequisites run in a circle"))
}
