//! Which competencies apply to the learner (semantics: Scope).

use std::collections::BTreeSet;

use super::Code;
use super::framework::Framework;

/// The competencies that are in the scope or below it; without a scope all.
pub(super) fn applying(framework: &Framework, scope: Option<&[String]>) -> Result<BTreeSet<String>, Code> {
    let Some(scope) = scope else { return Ok(framework.competencies.keys().cloned().collect()) };
    if !scope.iter().all(|id| framework.competencies.contains_key(id)) {
        return Err("unknown-competency");
    }
    Ok(scope.iter().flat_map(|id| framework.down(id)).map(str::to_owned).collect())
}
