//! What stands beside the evidence of a rollup.

use lrm_core::{Progress, Result, RollupAside};

use super::table::{FrameFault, Table};

/// Does work with the scopes of single learners, if there are some, and with the progress.
pub(crate) fn beside<T>(
    scopes: Option<&Table>,
    progress: &Progress,
    work: impl FnOnce(RollupAside<'_>) -> Result<T>,
) -> std::result::Result<T, FrameFault> {
    let listed = scopes.map(Table::scopes).transpose()?;
    let mut aside = RollupAside::new().progress(progress);
    if let Some(listed) = &listed {
        aside = aside.scopes(listed);
    }
    Ok(work(aside)?)
}
