//! The branch that won: of a requirement that is met, the requirements on which that rests.

use super::Verdict;
use crate::policy::{Asks, Threshold, Tree};

/// Which requirements of a tree won: the first one if it is met, and of a group that won the first members that are enough.
pub(crate) fn won(tree: &Tree, verdicts: &[Verdict]) -> Vec<bool> {
    let list = tree.list();
    let met = |place: usize| verdicts.get(place) == Some(&Verdict::Met);
    // what members are still to give; of points, what is required gives first
    let mut needed = vec![0_i64; list.len()];
    let members = |place: usize| verdicts.get(place).is_some_and(|verdict| *verdict != Verdict::LeftOut);
    for (place, this) in list.iter().enumerate() {
        if let (Asks::Group(Threshold::Points(points), _), Some(needed)) = (&this.asks, needed.get_mut(place)) {
            *needed += points.units();
        }
        let Some(needed) = needed.get_mut(this.group as usize).filter(|_| place > 0) else { continue };
        match tree.above(place) {
            Some(Threshold::Points(_)) if this.required && met(place) => *needed -= this.worth.units(),
            Some(Threshold::Percent(_) | Threshold::All) => *needed += i64::from(members(place)),
            _ => {}
        }
    }
    for (this, needed) in list.iter().zip(&mut needed) {
        if let Asks::Group(threshold, _) = &this.asks
            && !matches!(threshold, Threshold::Points(_))
        {
            *needed = i64::from(threshold.needed(u32::try_from(*needed).unwrap_or(u32::MAX)));
        }
    }
    let mut won: Vec<bool> = Vec::with_capacity(list.len());
    for (place, this) in list.iter().enumerate() {
        let group = this.group as usize;
        let rests = met(place) && (place == 0 || won.get(group) == Some(&true));
        let points = matches!(tree.above(place), Some(Threshold::Points(_)));
        let first = needed.get_mut(group).filter(|_| rests && place > 0).is_none_or(|needed| {
            let still = *needed > 0;
            if !this.required && still {
                *needed -= if points { this.worth.units() } else { 1 };
            }
            still || (points && this.required)
        });
        won.push(rests && first);
    }
    won
}
