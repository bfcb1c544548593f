//! Duplicates, settled before all else: same id and content is one item; of same id and other content the least canonical
//! JSON stays.

use crate::record::Item;
use crate::sorting;

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
    let mut places: Vec<(&str, usize)> =
        items.iter().enumerate().filter_map(|(place, item)| Some((item.evidence.id.as_deref()?, place))).collect();
    places.sort_unstable();
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
