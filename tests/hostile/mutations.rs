//! Good documents with random damage: never a panic, and what can still be read can be written and read again.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

use crate::support::{READERS, good, good_engine, instant};
use lrm_core::{Derivation, Engine, LearnerRecord};

pub(crate) fn config() -> Config {
    #[expect(clippy::disallowed_methods, reason = "a test may look at its environment")]
    let given = |name: &str| std::env::var(name).is_ok();
    let mut config = Config { failure_persistence: None, ..Config::default() };
    if !given("PROPTEST_CASES") {
        config.cases = if given("LRM_FULL") { 6_000 } else { 2_000 };
    }
    if !given("PROPTEST_RNG_SEED") {
        config.rng_seed = RngSeed::Fixed(0x5eed);
    }
    config
}

/// One piece of damage at a place.
#[derive(Clone, Debug)]
pub(crate) enum Damage {
    Flip(u8),
    Insert(&'static [u8]),
    Delete(u8),
    Double(u8),
}

pub(crate) fn damage() -> impl Strategy<Value = Damage> {
    let pieces: Vec<&'static [u8]> = vec![
        b"null",
        b"{}",
        b"[]",
        b"-",
        b"9",
        b"e9",
        b"\"",
        b",",
        b":",
        b"\\",
        b"\x00",
        b"\xff",
        b"true",
        b"1e400",
        b".5",
        b"\\ud800",
        b"is_child_of",
        b"NF",
        b"{",
        b"]",
    ];
    prop_oneof![
        (0..8_u8).prop_map(|bit| Damage::Flip(1 << bit)),
        proptest::sample::select(pieces).prop_map(Damage::Insert),
        (1..12_u8).prop_map(Damage::Delete),
        (1..40_u8).prop_map(Damage::Double),
    ]
}

pub(crate) fn damaged(mut text: Vec<u8>, places: &[(usize, Damage)]) -> Vec<u8> {
    for (place, damage) in places {
        if text.is_empty() {
            break;
        }
        let at = place % text.len();
        match damage {
            Damage::Flip(bit) => text[at] ^= bit,
            Damage::Insert(piece) => drop(text.splice(at..at, piece.iter().copied())),
            Damage::Delete(count) => drop(text.drain(at..(at + usize::from(*count)).min(text.len()))),
            Damage::Double(count) => {
                let piece = text[at..(at + usize::from(*count)).min(text.len())].to_vec();
                drop(text.splice(at..at, piece));
            }
        }
    }
    text
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn damage_is_never_a_panic(
        reader in 0..READERS.len(),
        places in proptest::collection::vec((any::<usize>(), damage()), 1..4),
    ) {
        let (name, read) = READERS[reader];
        let text = damaged(good(name).to_string().into_bytes(), &places);
        match read(&text) {
            Ok(once) => {
                // a CASE package is written as a native framework
                let read = if name == "case" { READERS[0].1 } else { read };
                prop_assert_eq!(read(once.as_bytes()).expect("what was written"), once);
            }
            Err(error) => {
                prop_assert!(!error.message().is_empty());
                prop_assert!(serde_json::from_str::<serde_json::Value>(&error.to_json()).is_ok());
            }
        }
    }

    #[test]
    fn damaged_documents_that_can_be_read_can_be_used(
        which in 0..3_usize,
        places in proptest::collection::vec((any::<usize>(), damage()), 1..3),
    ) {
        let mut texts = ["framework", "policy", "record"].map(|name| good(name).to_string().into_bytes());
        texts[which] = damaged(texts[which].clone(), &places);
        let [framework, policy, record] = texts;
        let Ok(engine) = Engine::from_json(framework, policy) else { return Ok(()) };
        let Ok(record) = LearnerRecord::from_json(record) else { return Ok(()) };
        let as_of = instant("2026-02-01T00:00:00Z");
        let Ok(state) = engine.evaluate(&record, as_of) else { return Ok(()) };
        for mastery in state.iter() {
            let derivation = engine.explain(&record, &mastery.competency, as_of).expect("a derivation");
            let read = Derivation::from_json(derivation.to_json()).expect("a derivation");
            prop_assert_eq!(read.verify(), Ok(()));
            prop_assert!(!read.text().is_empty());
        }
    }

    #[test]
    fn damaged_derivations_are_verified_or_refused(places in proptest::collection::vec((any::<usize>(), damage()), 1..4)) {
        let text = damaged(good("derivation").to_string().into_bytes(), &places);
        if let Ok(derivation) = Derivation::from_json(&text) {
            let _ = derivation.verify();
            prop_assert!(!derivation.text().is_empty());
        }
    }

    #[test]
    fn any_bytes_are_never_a_panic(text in proptest::collection::vec(any::<u8>(), 0..64), reader in 0..READERS.len()) {
        let _ = READERS[reader].1(&text);
        let _ = good_engine().start(&LearnerRecord::default(), lrm_core::Instant::EPOCH)
            .and_then(|mut live| live.apply_json(&text, lrm_core::Instant::EPOCH));
    }
}
