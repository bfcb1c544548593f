//! A log as bytes: read again it is the same, whatever is done to the bytes is noticed, and what is whole is not lost.

use lrm_core::{Code, EventLog};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;

use crate::log::{events, log, seen, shown};
use crate::support::config;

/// A file that has grown: a snapshot and blocks, and where each of them ends.
struct File {
    parts: Vec<EventLog>,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl File {
    fn new(events: &[Value], places: &[usize]) -> Self {
        let part = |wanted: usize| {
            let chosen = events.iter().zip(places).filter(|(_, place)| **place == wanted);
            log(&chosen.map(|(event, _)| event.clone()).collect::<Vec<_>>())
        };
        let parts: Vec<EventLog> = (0..4).map(part).collect();
        let mut bytes = parts[0].to_bytes().expect("bytes");
        let mut ends = vec![bytes.len()];
        for part in &parts[1..] {
            bytes.extend(part.block().expect("a block"));
            ends.push(bytes.len());
        }
        Self { parts, bytes, ends }
    }

    /// The log of those parts that are whole.
    fn union(&self, whole: impl Fn(usize) -> bool) -> EventLog {
        let mut log = EventLog::default();
        for (_, part) in self.parts.iter().enumerate().filter(|(place, _)| whole(*place)) {
            log.merge(part).expect("one learner");
        }
        log
    }

    /// The part that a byte belongs to; none for the first line.
    fn part(&self, byte: usize) -> Option<usize> {
        let line = self.bytes.iter().position(|byte| *byte == b'\n').expect("a line");
        (byte > line).then(|| self.ends.iter().position(|end| byte < *end).expect("a part"))
    }
}

fn file() -> impl Strategy<Value = (Vec<Value>, Vec<usize>)> {
    (events(), vec(0..4_usize, 50))
}

/// The code of the error that a damaged file gives, which tells where it is damaged.
fn refused(bytes: &[u8]) -> Code {
    let error = EventLog::from_bytes(bytes).expect_err("the damage is noticed");
    assert!(error.code() == Code::UnsupportedFormat || error.context().get("offset").is_some(), "{error}");
    error.code()
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn a_log_that_is_packed_and_unpacked_is_the_same((events, places) in file(), order in any::<Index>()) {
        let all = log(&events);
        let bytes = all.to_bytes().expect("bytes");
        let again = EventLog::from_bytes(&bytes).expect("a log");
        prop_assert_eq!(&again, &all);
        prop_assert_eq!(seen(&again), seen(&all), "{}", shown(&events));
        let mut turned = events.clone();
        turned.rotate_left(order.index(events.len().max(1)));
        prop_assert_eq!(log(&turned).to_bytes().expect("bytes"), bytes);

        let file = File::new(&events, &places);
        let grown = EventLog::from_bytes(&file.bytes).expect("a log");
        prop_assert_eq!(seen(&grown), seen(&file.union(|_| true)), "{}", shown(&events));
        let (known, report) = EventLog::recover(&file.bytes);
        prop_assert!(known == grown && report.is_empty());
    }

    #[test]
    fn a_bit_that_flips_is_noticed_and_costs_its_block((events, places) in file(), byte in any::<Index>(), bit in 0..8) {
        let file = File::new(&events, &places);
        let byte = byte.index(file.bytes.len());
        let mut bytes = file.bytes.clone();
        bytes[byte] ^= 1_u8 << bit;
        refused(&bytes);
        let (known, report) = EventLog::recover(&bytes);
        prop_assert_eq!(report.len(), 1, "{}", report);
        prop_assert_eq!(known, file.union(|part| file.part(byte) != Some(part)), "byte {} of {}", byte, shown(&events));
    }

    #[test]
    fn what_is_cut_off_is_noticed_and_the_rest_is_kept((events, places) in file(), byte in any::<Index>()) {
        let file = File::new(&events, &places);
        let cut = byte.index(file.bytes.len());
        let (known, report) = EventLog::recover(&file.bytes[..cut]);
        prop_assert_eq!(&known, &file.union(|part| file.ends[part] <= cut), "cut at {}", cut);
        if file.ends.contains(&cut) {
            prop_assert_eq!(EventLog::from_bytes(&file.bytes[..cut]).expect("the file as it was"), known);
            prop_assert!(report.is_empty());
        } else {
            prop_assert_eq!(refused(&file.bytes[..cut]), Code::Damaged);
            prop_assert_eq!(report.len(), 1, "{}", report);
        }
    }

    #[test]
    fn what_is_written_half_costs_nothing_that_comes_after((events, places) in file(), byte in any::<Index>(), noise in vec(any::<u8>(), 0..100)) {
        let file = File::new(&events, &places);
        // the second part is cut short, or noise stands for it
        let (begin, end) = (file.ends[0], file.ends[1]);
        let cut = 1 + byte.index(end - begin - 1);
        for torn in [&file.bytes[begin..begin + cut], &noise] {
            let bytes = [&file.bytes[..begin], torn, &file.bytes[end..]].concat();
            let (known, report) = EventLog::recover(&bytes);
            prop_assert_eq!(&known, &file.union(|part| part != 1), "{}", shown(&events));
            prop_assert_eq!(report.len(), usize::from(!torn.is_empty()), "{}", report);
            prop_assert_eq!(EventLog::from_bytes(&bytes).is_ok(), torn.is_empty());
        }
    }

    #[test]
    fn bytes_of_any_kind_give_an_error_or_a_log(noise in vec(any::<u8>(), 0..300), start in any::<bool>()) {
        let line: &[u8] = if start { b"\x89lrm-log-bytes/1\n" } else { b"" };
        let bytes = [line, noise.as_slice()].concat();
        refused(&bytes);
        let (known, report) = EventLog::recover(&bytes);
        prop_assert!(known.is_empty() && !report.is_empty());
    }
}
