//! Duplicates, settled before all else: same id and content is one item; of same id and other content the least canonical
//! JSON stays.

use crate::record::Item;
use crate::sorting::{self, are_distinct, fingerprint};

/// What became of an item among those of its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It stays.
    Kept,
    /// Another item says the same.
    Same,
    /// Another content of this id stays; this is the first item with this content.
    Other,
}

/// The standing of each item.
pub(crate) fn settle(items: &[Item]) -> Vec<Standing> {
    let mut standings = vec![Standing::Kept; items.len()];
    let ids = || items.iter().enumerate().filter_map(|(place, item)| Some((item.evidence.id.as_deref()?, place)));
    let mut hashes: Vec<i64> = ids().map(|(id, _)| fingerprint(id)).collect();
    // nearly always
    if are_distinct(&mut hashes) {
        return standings;
    }
    let mut places: Vec<(&str, usize)> = ids().collect();
    sorting::sort(&mut places);
    for group in places.chunk_by(|(a, _), (b, _)| a == b).filter(|group| group.len() > 1) {
        let content = |place: usize| items.get(place).map(Item::content);
        let mut contents: Vec<_> = group.iter().map(|(_, place)| (content(*place), *place)).collect();
        sorting::sort(&mut contents);
        for (rank, same) in contents.chunk_by(|(a, _), (b, _)| a == b).enumerate() {
            for (time, (_, place)) in same.iter().enumerate() {
                let standing = match (rank, time) {
                    (0, 0) => Standing::Kept,
                    (_, 0) => Standing::Other,
                    _ => Standing::Same,
                };
                if let Some(slot) = standings.get_mut(*place) {
                    *slot = standing;
                }
            }
        }
    }
    standings
}
