//! `missing`: how many inputs must have a value.

use crate::policy::Missing;

/// How many more inputs must get a value, with the requirement's name; none if there are enough.
pub(crate) fn shortfall(missing: Missing, inputs: u32, valued: u32) -> Option<(&'static str, u32)> {
    let (name, needed) = match missing {
        Missing::Ignore => return None,
        Missing::RequireAll => ("require_all", inputs),
        Missing::RequireAtLeast(n) => ("require_at_least", n),
        Missing::RequireAtLeastPercent(percent) => {
            let needed = (u64::from(inputs) * u64::from(percent)).div_ceil(100);
            ("require_at_least_percent", u32::try_from(needed).unwrap_or(u32::MAX))
        }
    };
    let short = needed.saturating_sub(valued);
    (short > 0).then_some((name, short))
}
