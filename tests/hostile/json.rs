//! Text that is not quite JSON.

use lrm_core::{Code, Evidence, LearnerRecord};

use crate::support::{READERS, good, good_engine, in_time, instant, places};

#[test]
fn a_document_cut_off_anywhere_is_refused() {
    for (name, read) in READERS {
        let text = good(name).to_string();
        for end in 0..text.len() {
            let error = read(&text.as_bytes()[..end]).expect_err("half a document");
            assert_eq!(error.code(), Code::InvalidJson, "{name} up to {end}");
            assert!(!error.message().is_empty());
        }
        assert!(read(text.as_bytes()).is_ok(), "{name}");
        let more = text + " x";
        assert_eq!(read(more.as_bytes()).expect_err("more than a document").code(), Code::InvalidJson, "{name}");
    }
}

#[test]
fn deep_nesting_is_refused_or_read() {
    let deep =
        |open: &str, close: &str, inside: &str| format!("{}{inside}{}", open.repeat(100_000), close.repeat(100_000));
    for (name, read) in READERS {
        for text in [deep("[", "]", ""), deep("{\"a\":", "}", "1"), deep("[{\"a\":", "}]", "{}"), "[".repeat(1_000_000)]
        {
            // a list of anything is a record whose items cannot be read
            let outcome = in_time(|| read(text.as_bytes()));
            assert!(outcome.is_err() || name == "record", "{name}");
        }
        // in every place of a good document
        let document = good(name);
        let nested = deep("[", "]", "");
        for key in document.as_object().expect("an object").keys() {
            let text = document.to_string().replacen(&format!("\"{key}\":"), &format!("\"{key}\":{nested},\"_\":"), 1);
            // a record keeps what it cannot read; a package may have anything in fields that are of no use, and what is kept
            // of it can be read again
            match in_time(|| read(text.as_bytes())) {
                Ok(again) => assert!(
                    name == "record" || name == "case" && READERS[0].1(again.as_bytes()).is_ok(),
                    "{name}/{key}"
                ),
                Err(error) => assert!(error.to_json().len() < 10_000, "{name}/{key}"),
            }
        }
    }
}

#[test]
fn kept_fields_may_nest_but_not_deeply() {
    let with = |depth: usize| {
        let nested = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        format!(r#"{{"competency": "NF.1", "score": 1, "x": {nested}}}"#)
    };
    assert!(Evidence::from_json(with(60)).is_ok());
    let error = in_time(|| Evidence::from_json(with(100_000))).expect_err("deep nesting");
    assert_eq!((error.code(), error.path().get(..3)), (Code::InvalidJson, Some("/x/")));
    // in a record the item is kept and reported
    let record = LearnerRecord::from_json(format!("[{}]", with(100_000))).expect("a record");
    assert!(in_time(|| LearnerRecord::from_json(record.to_json())).is_ok());
    let state = good_engine().evaluate(&record, instant("2026-01-01T00:00:00Z")).expect("a state");
    assert_eq!(state.report().findings()[0].code, Code::InvalidJson);
}

#[test]
fn keys_that_stand_twice_are_refused_with_their_place() {
    for (reader, text, place) in [
        ("framework", r#"{"competencies": [], "competencies": []}"#, "/competencies"),
        ("framework", r#"{"competencies": [{"id": "a", "statement": "", "\u0069d": "b"}]}"#, "/competencies/0/id"),
        ("framework", r#"{"competencies": [], "extra": {"a": {"b": 1, "b": 1}}}"#, "/extra/a/b"),
        (
            "policy",
            r#"{"scale": {"max": 4, "max": 5, "proficient": 3}, "estimate": {"method": "latest"}}"#,
            "/scale/max",
        ),
        ("record", r#"{"evidence": [], "evidence": []}"#, "/evidence"),
        ("evidence", r#"{"competency": "a", "assessor": {"id": "x", "id": "x"}}"#, "/assessor/id"),
    ] {
        let (_, read) = READERS.iter().find(|(name, _)| *name == reader).expect("a reader");
        let error = read(text.as_bytes()).expect_err("a key twice");
        assert_eq!(places(&error)[0], ("invalid-json", place.to_owned()), "{text}");
    }
    let record = LearnerRecord::from_json(r#"[{"competency": "NF.1", "score": 1, "score": 4}]"#).expect("a record");
    let state = good_engine().evaluate(&record, instant("2026-01-01T00:00:00Z")).expect("a state");
    assert_eq!(state.report().findings()[0].path, "/evidence/0/score");
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    for (name, read) in READERS {
        let mut bytes = good(name).to_string().into_bytes();
        let middle = bytes.len() / 2;
        for wrong in [&b"\xff"[..], b"\xc3", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\xc0\xaf"] {
            let mut text = bytes.clone();
            text.splice(middle..middle, wrong.iter().copied());
            let error = read(&text).expect_err("no UTF-8");
            assert_eq!(error.code(), Code::InvalidJson, "{name}");
            assert!(error.context().get("byte").is_some(), "{name}");
        }
        // UTF-16, and a mark of the byte order that is allowed
        let wide: Vec<u8> = bytes.iter().flat_map(|byte| [*byte, 0]).collect();
        assert_eq!(read(&wide).expect_err("UTF-16").code(), Code::InvalidJson, "{name}");
        bytes.splice(0..0, *b"\xef\xbb\xbf");
        assert!(read(&bytes).is_ok(), "{name}");
    }
    // half a surrogate pair is a text that no text can hold
    let error = Evidence::from_json(r#"{"competency": "\ud800"}"#).expect_err("half a pair");
    assert_eq!(error.code(), Code::InvalidJson);
    assert!(Evidence::from_json(r#"{"competency": "\ud83d\ude00"}"#).is_ok());
}
