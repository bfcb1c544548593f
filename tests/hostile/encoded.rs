//! Logs as bytes that somebody made to do harm: what they claim is checked before it costs anything.

use lrm_core::limits::BLOCK;
use lrm_core::{Code, Detail, Error, EventLog};
use miniz_oxide::deflate::compress_to_vec;
use sha2::{Digest, Sha256};

use crate::support::in_time;

const START: &[u8] = b"\x89lrm-log-bytes/1\n";
const LOG: &str = r#"{"format":"lrm-log/1","learner":"ana","events":[{"id":"e1","competency":"c","score":1}]}"#;

/// A block with the right checksums, whatever it says.
fn block(marker: &[u8], data: &[u8], unpacked: usize) -> Vec<u8> {
    block_of(marker, data, u32::try_from(data.len()).expect("a size"), u32::try_from(unpacked).expect("a size"))
}

fn block_of(marker: &[u8], data: &[u8], packed: u32, unpacked: u32) -> Vec<u8> {
    let mut block = [marker, &packed.to_be_bytes(), &unpacked.to_be_bytes()].concat();
    let check: Vec<u8> = Sha256::digest(&block).iter().copied().take(4).collect();
    block.extend(check);
    let sum = Sha256::digest([&block[..], data].concat());
    block.extend(sum);
    block.extend(data);
    block
}

fn packed(marker: &[u8], text: &str) -> Vec<u8> {
    block(marker, &compress_to_vec(text.as_bytes(), 9), text.len())
}

fn bytes(blocks: &[Vec<u8>]) -> Vec<u8> {
    [START, &blocks.concat()].concat()
}

fn refused(bytes: &[u8]) -> Error {
    in_time(|| EventLog::from_bytes(bytes)).expect_err("an error")
}

fn offset(error: &Error) -> Option<i64> {
    match error.context().get("offset") {
        Some(Detail::Number(offset)) => Some(*offset),
        _ => None,
    }
}

/// The place of the first block.
const FIRST: Option<i64> = Some(17);

#[test]
fn bytes_by_the_book() {
    let log = EventLog::from_json(LOG).expect("a log");
    assert!(EventLog::from_bytes(bytes(&[packed(b"lrmE", LOG)])).expect("a log") == log);
    let snapshot = packed(b"lrmS", &format!("{}\n{LOG}", log.hash()));
    assert!(EventLog::from_bytes(bytes(std::slice::from_ref(&snapshot))).expect("a log") == log);
    // and that is what is written, but for how hard it is packed
    let written = log.to_bytes().expect("bytes");
    assert_eq!(written[..START.len() + 4], bytes(&[snapshot])[..START.len() + 4]);
    assert_eq!(log.block().expect("a block")[..4], *b"lrmE");
}

#[test]
fn every_bit_and_every_cut() {
    let more = EventLog::from_json(r#"[{"id": "é", "event": "retracted", "of": "e1"}]"#).expect("a log");
    let first = EventLog::from_json(LOG).expect("a log").to_bytes().expect("bytes");
    let good = [first.as_slice(), &more.block().expect("a block")].concat();
    assert_eq!(EventLog::from_bytes(&good).expect("a log").len(), 2);
    for place in 0..good.len() {
        for bit in 0..8 {
            let mut bytes = good.clone();
            bytes[place] ^= 1_u8 << bit;
            assert!(EventLog::from_bytes(&bytes).is_err(), "bit {bit} of byte {place}");
            let (known, report) = EventLog::recover(&bytes);
            let whole = if place < START.len() { 2 } else { 1 };
            assert_eq!((known.len(), report.len()), (whole, 1), "bit {bit} of byte {place}");
        }
        let whole = place == first.len();
        assert_eq!(EventLog::from_bytes(&good[..place]).is_ok(), whole, "cut at {place}");
        assert_eq!(EventLog::recover(&good[..place]).0.len(), usize::from(place >= first.len()));
    }
}

#[test]
fn other_formats_are_refused_by_name() {
    for (text, found) in [
        ("\u{89}lrm-log-bytes/2\nwhatever", "something else"),
        ("{\"format\": \"lrm-log/1\"}", "something else"),
        ("lrm-log-bytes/1\n", "something else"),
        ("PK\u{3}\u{4}", "something else"),
    ] {
        let error = refused(text.as_bytes());
        assert_eq!(error.code(), Code::UnsupportedFormat, "{text}");
        assert_eq!(error.context().get("found"), Some(&Detail::Text(found.to_owned())));
    }
    for name in ["lrm-log-bytes/2", "lrm-log-bytes/10", "lrm-log-bytes/1 ", "lrm-other/1"] {
        let later = [b"\x89", name.as_bytes(), b"\n", &packed(b"lrm2", LOG)].concat();
        let error = refused(&later);
        assert_eq!(error.code(), Code::UnsupportedFormat);
        assert_eq!(error.context().get("found"), Some(&Detail::Text(name.to_owned())));
        assert_eq!(error.context().get("known"), Some(&Detail::Text("lrm-log-bytes/1".to_owned())));
        let (known, report) = EventLog::recover(&later);
        assert!(known.is_empty() && report.findings()[0].code == Code::UnsupportedFormat);
    }
    let endless = [b"\x89lrm-", "x".repeat(1_000_000).as_bytes()].concat();
    assert!(refused(&endless).to_json().len() < 1_000);
    for cut in 0..START.len() {
        assert_eq!(
            (refused(&START[..cut]).code(), offset(&refused(&START[..cut]))),
            (Code::Damaged, i64::try_from(cut).ok())
        );
    }
}

#[test]
fn sizes_that_are_not_so() {
    let data = compress_to_vec(LOG.as_bytes(), 9);
    // the block ends before it says, or goes on after
    for packed in [0, 1, data.len() - 1, data.len() + 1, BLOCK, usize::try_from(u32::MAX).expect("64 bits")] {
        let block =
            block_of(b"lrmE", &data, u32::try_from(packed).expect("a size"), u32::try_from(LOG.len()).expect("a size"));
        let error = refused(&bytes(&[block]));
        assert_eq!((error.code(), offset(&error)), (Code::Damaged, FIRST), "{packed}");
    }
    // the data is more than it says, or less, or never that much
    for unpacked in [0, 1, LOG.len() - 1, LOG.len() + 1, data.len() * 1_032, data.len() * 1_032 + 1, BLOCK] {
        let error = refused(&bytes(&[block(b"lrmE", &data, unpacked)]));
        assert_eq!((error.code(), offset(&error)), (Code::Damaged, FIRST), "{unpacked}");
    }
    for unpacked in [BLOCK + 1, usize::try_from(u32::MAX).expect("64 bits")] {
        let error = refused(&bytes(&[block(b"lrmE", &data, unpacked)]));
        assert_eq!((error.code(), offset(&error)), (Code::LimitExceeded, FIRST), "{unpacked}");
    }
    // there is more after the end of the data, or no data
    for data in [[data.as_slice(), b"\0"].concat(), Vec::new(), vec![0xff; 100], data[..data.len() - 1].to_vec()] {
        let error = refused(&bytes(&[block(b"lrmE", &data, LOG.len())]));
        assert_eq!((error.code(), offset(&error)), (Code::Damaged, FIRST), "{data:?}");
    }
    // the checksum of another block
    let mut wrong = packed(b"lrmE", LOG);
    wrong[20] ^= 1;
    assert_eq!(refused(&bytes(&[wrong])).code(), Code::Damaged);
}

#[test]
fn a_bomb_costs_what_it_weighs() {
    // 16 MiB of white space from 16 KiB
    let text = " ".repeat(1 << 24);
    let bomb = compress_to_vec(text.as_bytes(), 9);
    assert!(bomb.len() < 20_000);
    let error = refused(&bytes(&[block(b"lrmE", &bomb, text.len())]));
    assert_eq!((error.code(), offset(&error)), (Code::InvalidJson, FIRST));
    // it says that it is harmless
    let error = refused(&bytes(&[block(b"lrmE", &bomb, 1_000)]));
    assert_eq!((error.code(), offset(&error)), (Code::Damaged, FIRST));
    let harmless = bytes(&[packed(b"lrmE", LOG), block(b"lrmE", &bomb, 1_000), packed(b"lrmE", LOG)]);
    let (known, report) = in_time(|| EventLog::recover(&harmless));
    assert_eq!((known.len(), report.len()), (1, 1));
}

#[test]
fn blocks_that_hold_no_log() {
    let nested = format!("[{}", "[".repeat(100_000));
    let texts = [
        ("", Code::InvalidJson),
        ("null", Code::InvalidValue),
        ("{}", Code::MissingField),
        ("[1", Code::InvalidJson),
        ("[1]\u{0}", Code::InvalidJson),
        (nested.as_str(), Code::InvalidJson),
        (r#"{"format":"lrm-log/2","events":[]}"#, Code::UnsupportedFormat),
        (r#"{"format":"lrm-log/1","learner":"ben","events":[]}"#, Code::InvalidValue),
        (r#"[{"learner":"ben","score":1}]"#, Code::InvalidValue),
    ];
    for (text, code) in texts {
        let block = packed(b"lrmE", text);
        let all = bytes(&[packed(b"lrmE", LOG), block, packed(b"lrmE", LOG.replace("e1", "e2").as_str())]);
        let error = refused(&all);
        assert_eq!(error.code(), code, "{text:.40}: {error}");
        assert!(offset(&error) > FIRST);
        let (known, report) = in_time(|| EventLog::recover(&all));
        assert_eq!((known.len(), report.len()), (2, 1), "{text:.40}");
    }
    let hash = EventLog::default().hash();
    for text in ["", "\n", &hash, &format!("{hash}\n{LOG}"), &format!("{}\n{LOG}", hash.to_uppercase()), LOG] {
        let error = refused(&bytes(&[packed(b"lrmS", text)]));
        assert!([Code::Damaged, Code::InvalidJson].contains(&error.code()), "{text}: {error}");
        assert_eq!(offset(&error), FIRST);
    }
}

#[test]
fn blocks_within_blocks_are_not_read_for_ever() {
    // each claims all that follows
    let count = 20_000;
    let mut all = START.to_vec();
    for place in 0..count {
        let behind = u32::try_from((count - place - 1) * 48).expect("a size");
        let mut head = block_of(b"lrmE", &[], behind, 1_000);
        head[30] ^= 1;
        all.extend(head);
    }
    assert_eq!(refused(&all).code(), Code::Damaged);
    let (known, report) = in_time(|| EventLog::recover(&all));
    assert!(known.is_empty());
    assert!(report.findings().iter().any(|finding| finding.code == Code::LimitExceeded));
    // beginnings of blocks without end
    let heads = [START, &b"lrmE".repeat(1_000_000)].concat();
    let (known, report) = in_time(|| EventLog::recover(&heads));
    assert_eq!((known.len(), report.len()), (0, 1));
}

#[test]
fn a_file_of_very_many_blocks() {
    let event = |number: usize| format!(r#"[{{"id":"e{number}","competency":"c","score":1}}]"#);
    let blocks: Vec<Vec<u8>> = (0..20_000).map(|number| packed(b"lrmE", &event(number % 10_000))).collect();
    let log = in_time(|| EventLog::from_bytes(bytes(&blocks))).expect("a log");
    assert_eq!(log.len(), 10_000);
    let snapshot = in_time(|| log.to_bytes()).expect("bytes");
    assert!(snapshot.len() < log.to_json().len() / 5);
    assert!(in_time(|| EventLog::from_bytes(&snapshot)).expect("a log") == log);
}
