//! From the id of a competency to its number: its place in the byte order of the ids.
//!
//! A million ids do not fit into the caches of a processor, so a search must not wait for memory at every step. Eight bytes
//! of each id lie side by side and decide nearly always; whole ids are compared only where these are equal. Of every block of
//! ids the first is kept once more, and these do fit.

use std::cmp::Ordering;

use super::model::Competency;

/// Ids of one block.
const BLOCK: usize = 16;

/// The numbers of all ids. Entries and texts are in byte order of the ids, each by itself: a search reads many entries, but
/// few texts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ranks {
    /// Of each id its key, which is the eight bytes after the common ones as a number that is ordered as they are, and where
    /// the id ends in the texts: a search needs the one after the other.
    entries: Vec<(u64, usize)>,
    /// The first key of each block.
    firsts: Vec<u64>,
    /// How many bytes all ids begin with in common: they tell nothing.
    common: usize,
    /// All ids, one after the other.
    texts: String,
}

impl Ranks {
    /// Numbers the ids; also their places in the list, by number.
    pub(super) fn of(competencies: &[Competency]) -> (Vec<usize>, Self) {
        let common = common(competencies);
        let id = |at: usize| competencies.get(at).map_or("", |competency| competency.id.as_str());
        let mut order: Vec<(u64, usize)> = (0..competencies.len()).map(|at| (key(id(at), common), at)).collect();
        order.sort_unstable_by(|(key, at), (other, place)| {
            key.cmp(other).then_with(|| id(*at).cmp(id(*place))).then(at.cmp(place))
        });
        let mut ranks = Self { common, ..Self::default() };
        for (key, at) in &order {
            ranks.texts.push_str(id(*at));
            ranks.entries.push((*key, ranks.texts.len()));
        }
        ranks.firsts = ranks.entries.iter().step_by(BLOCK).map(|(key, _)| *key).collect();
        (order.into_iter().map(|(_, at)| at).collect(), ranks)
    }

    /// The number of an id.
    pub(crate) fn get(&self, id: &str) -> Option<u32> {
        let key = key(id, self.common);
        self.number(id, key, self.place(key, self.block(key)))
    }

    /// The numbers of several ids, step by step for all of them: they wait for memory together instead of one after the other.
    pub(super) fn several<const N: usize>(&self, ids: [&str; N]) -> [Option<u32>; N] {
        let (mut keys, mut places, mut numbers) = ([0; N], [0; N], [None; N]);
        for (id, slot) in ids.iter().zip(&mut keys) {
            *slot = key(id, self.common);
        }
        for (key, place) in keys.iter().zip(&mut places) {
            *place = self.block(*key);
        }
        for (key, place) in keys.iter().zip(&mut places) {
            *place = self.place(*key, *place);
        }
        for (((id, key), place), slot) in ids.iter().zip(keys).zip(places).zip(&mut numbers) {
            *slot = self.number(id, key, place);
        }
        numbers
    }

    /// Where the block starts that the first of a key is in, or starts the next of.
    fn block(&self, key: u64) -> usize {
        // that is the last block that starts with a smaller one
        self.firsts.partition_point(|first| *first < key).saturating_sub(1) * BLOCK
    }

    /// The place of the first that is not below a key.
    fn place(&self, key: u64, block: usize) -> usize {
        let near = self.entries.get(block..).unwrap_or_default();
        let near = near.get(..=BLOCK).unwrap_or(near);
        // counting looks at all at once, where halving would wait for one after the other
        block + near.iter().filter(|(other, _)| *other < key).count()
    }

    /// The number of an id among those of its key, of which the first is at this place.
    fn number(&self, id: &str, key: u64, at: usize) -> Option<u32> {
        let is = |entry: &(u64, usize)| entry.0 == key;
        let same = self.entries.get(at..).filter(|rest| rest.first().is_some_and(is))?;
        if self.at(at) == id {
            return u32::try_from(at).ok();
        }
        // ids that are alike for long
        let (mut low, mut high) = (at + 1, at + same.partition_point(is));
        while low < high {
            let middle = low.midpoint(high);
            match self.at(middle).cmp(id) {
                Ordering::Less => low = middle + 1,
                Ordering::Equal => return u32::try_from(middle).ok(),
                Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// True if there is such an id.
    pub(super) fn contains(&self, id: &str) -> bool {
        self.get(id).is_some()
    }

    /// The id of a number; empty if there is none.
    pub(super) fn id(&self, node: u32) -> &str {
        self.at(node as usize)
    }

    fn at(&self, place: usize) -> &str {
        let end = |at: usize| self.entries.get(at).map(|(_, end)| *end);
        let start = place.checked_sub(1).and_then(end).unwrap_or(0);
        end(place).and_then(|end| self.texts.get(start..end)).unwrap_or_default()
    }
}

fn common(competencies: &[Competency]) -> usize {
    let Some((first, others)) = competencies.split_first() else { return 0 };
    let shared = |id: &str| first.id.bytes().zip(id.bytes()).take_while(|(a, b)| a == b).count();
    others.iter().map(|competency| shared(&competency.id)).min().unwrap_or(0)
}

fn key(id: &str, common: usize) -> u64 {
    let mut bytes = [0; 8];
    for (byte, of_id) in bytes.iter_mut().zip(id.bytes().skip(common)) {
        *byte = of_id;
    }
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_bytes() {
        let pieces = ["", "a", "\0", "é", "urn:uuid:", "12345678", "zz"];
        for start in ["", "https://example.org/"] {
            let two = pieces.iter().flat_map(|a| pieces.iter().map(move |b| format!("{start}{a}{b}")));
            let mut ids: Vec<String> = two.collect();
            ids.sort();
            ids.dedup();
            let shuffled: Vec<Competency> =
                (0..ids.len()).map(|at| Competency::new(ids[at * 11 % ids.len()].clone(), "")).collect();
            let (places, ranks) = Ranks::of(&shuffled);
            for (id, node) in ids.iter().zip(0..) {
                assert_eq!(ranks.get(id), Some(node), "{id:?}");
                assert_eq!(ranks.id(node), id);
                assert_eq!(&shuffled[places[node as usize]].id, id);
                assert!(!ranks.contains(&format!("{id} ")));
                assert_eq!(
                    ranks.contains(id.get(1..).unwrap_or("?")),
                    ids.iter().any(|other| Some(other.as_str()) == id.get(1..))
                );
            }
        }
        assert_eq!(Ranks::of(&[]).1.get("a"), None);
    }

    #[test]
    fn equal_ids_keep_their_places() {
        let twice = ["b", "a", "b"].map(|id| Competency::new(id, ""));
        assert_eq!(Ranks::of(&twice).0, [1, 0, 2]);
    }
}
