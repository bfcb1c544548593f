//! Numbers and instants at their ends.

use lrm_core::{Code, Engine, Evidence, Instant, LearnerRecord, Value, Weight};

use crate::support::{PLAIN, in_time, instant};

fn score(text: &str) -> Result<String, Code> {
    let item = Evidence::from_json(format!(r#"{{"competency": "c", "score": {text}}}"#));
    item.map(|item| item.to_json()).map_err(|error| {
        assert_eq!(error.path(), "/score");
        error.code()
    })
}

#[test]
fn forms_of_numbers_are_read_exactly() {
    for (text, expected) in [
        ("-0", "0"),
        ("0e10", "0"),
        ("-0.0e-5", "0"),
        ("1E+2", "100"),
        ("1e2", "100"),
        ("1e-9", "0.000000001"),
        ("5e-10", "0.000000001"),
        ("4.9e-10", "0"),
        ("0.1e1", "1"),
        ("1e-999999999999999999999", "0"),
        ("-4.0000000005", "-4.000000001"),
        ("0e999999999999999999999", "0"),
        ("1000000", "1000000"),
        ("12.340", "12.34"),
    ] {
        assert_eq!(score(text), Ok(format!(r#"{{"competency":"c","score":{expected}}}"#)), "{text}");
    }
    let (zeros, nines) = ("0".repeat(1_000_000), "9".repeat(1_000_000));
    in_time(|| {
        assert_eq!(score(&format!("0.{zeros}1")), Ok(r#"{"competency":"c","score":0}"#.to_owned()));
        assert_eq!(score(&format!("1.{nines}")), Ok(r#"{"competency":"c","score":2}"#.to_owned()));
        assert_eq!(score(&nines), Err(Code::LimitExceeded));
        assert_eq!(score(&format!("1e-{nines}")), Ok(r#"{"competency":"c","score":0}"#.to_owned()));
        assert_eq!(score(&format!("1e{nines}")), Err(Code::LimitExceeded));
        assert_eq!(score(&format!("0.{zeros}1e1000001")), Ok(r#"{"competency":"c","score":1}"#.to_owned()));
    });
}

#[test]
fn numbers_beyond_the_limits_are_refused() {
    for text in [
        "1e999999999",
        "-1e999999999",
        "9000000001",
        "1000000.000000001",
        "-1000001",
        "1e400",
        "9223372036854775808",
        "1e99999999999999999999999999",
    ] {
        assert_eq!(score(text), Err(Code::LimitExceeded), "{text}");
    }
    for text in ["NaN", "Infinity", "-Infinity", "+1", ".5", "1.", "01", "0x10", "1e", "--1", "1_000", "٣"] {
        let item = format!(r#"{{"competency": "c", "score": {text}}}"#);
        assert_eq!(Evidence::from_json(item).map_err(|error| error.code()), Err(Code::InvalidJson), "{text}");
        assert!(text == "01" || text.parse::<Value>().is_err(), "{text}");
    }
    for text in ["", " 1", "1 ", "1e+", "1e1.5", "1,5", "1..2"] {
        assert!(text.parse::<Value>().is_err(), "{text}");
    }
}

#[test]
fn doubles_that_are_no_numbers_are_refused() {
    for (number, code) in [
        (f64::NAN, Code::InvalidValue),
        (-f64::NAN, Code::InvalidValue),
        (f64::INFINITY, Code::InvalidValue),
        (f64::NEG_INFINITY, Code::InvalidValue),
        (f64::MAX, Code::LimitExceeded),
        (f64::MIN, Code::LimitExceeded),
        (9_000_000_000.000_01, Code::LimitExceeded),
        (1e18, Code::LimitExceeded),
        (1.8e19, Code::LimitExceeded),
    ] {
        assert_eq!(Value::from_f64(number).map_err(|error| error.code()), Err(code), "{number}");
    }
    for number in [f64::MIN_POSITIVE, 5e-324, -5e-324, -0.0, 4.9e-10] {
        assert_eq!(Value::from_f64(number).map(Value::grid), Ok(0), "{number}");
    }
    assert_eq!(Value::from_f64(9e9).map(Value::grid), Ok(9_000_000_000_000_000_000));
    for grid in [i64::MIN, i64::MAX, 9_000_000_000_000_000_001] {
        assert_eq!(Value::from_grid(grid).map_err(|error| error.code()), Err(Code::LimitExceeded));
    }
    for weight in ["-0.000001", "1000000.000001", "0.0000001"] {
        let weight = Weight::new(weight.parse().expect("a number"));
        assert_eq!(weight.map_err(|error| error.code()), Err(Code::ParameterOutOfRange));
    }
}

#[test]
fn instants_have_an_end() {
    for text in [
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999999Z",
        "9999-12-31T23:59:59+00:01",
        "0000-01-01T00:00:00-00:01",
    ] {
        assert!(Instant::parse(text).is_ok(), "{text}");
    }
    let longest = format!("2026-01-01T00:00:00.{}Z", "9".repeat(10_000_000));
    for text in [
        // beyond the years 0 to 9999 of universal time, by the offset
        "9999-12-31T23:59:59-00:01",
        "0000-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59.999999-23:59",
        "10000-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z",
        "+2026-01-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:00:00",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01",
        "",
        "Z",
        "2026-01-01T00:00:00Zz",
        "２０２６-01-01T00:00:00Z",
        longest.as_str(),
    ] {
        let error = in_time(|| Instant::parse(text)).expect_err("no instant");
        assert_eq!(error.code(), Code::InvalidValue);
        assert!(error.message().len() < 1000);
    }
    for micros in [i64::MIN, i64::MAX, -62_167_219_200_000_001, 253_402_300_800_000_000] {
        assert_eq!(Instant::from_micros(micros).map_err(|error| error.code()), Err(Code::InvalidValue));
    }
}

#[test]
fn the_last_instant_is_an_instant_like_others() {
    let policy = r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}, "sufficiency": {"max_age_days": 4294967295}}"#;
    let engine = Engine::from_json(r#"{"competencies": [{"id": "c", "statement": ""}]}"#, policy).expect("an engine");
    let last = instant("9999-12-31T23:59:59.999999Z");
    let item = r#"[{"competency": "c", "score": 3, "observed_at": "9999-12-31T23:59:59.999999Z"}]"#;
    let record = LearnerRecord::from_json(item).expect("a record");
    let mut live = engine.start(&record, instant("0000-01-01T00:00:00Z")).expect("a learner");
    assert_eq!(live.mastery("c").expect("a node").status.as_str(), "not_assessed");
    assert_eq!(live.advance(last).expect("the end of time").len(), 1);
    assert_eq!(live.to_json(), engine.evaluate(&record, last).expect("a state").to_json());
}

#[test]
fn sums_beyond_the_limit_are_an_error() {
    let leaves = 10_001;
    let text = crate::support::framework(leaves + 1, (1..=leaves).map(|leaf| (leaf, 0)));
    let policy = PLAIN.replace("\"max\": 4", "\"max\": 1000000").replace('}', "},").replace(",,", ",");
    let policy = policy.trim_end_matches(',').trim_end_matches('}').trim_end_matches(',').to_owned()
        + r#", "rollup": {"method": "sum"}}"#;
    let engine = Engine::from_json(text, policy).expect("an engine");
    let items: Vec<String> =
        (1..=leaves).map(|leaf| format!(r#"{{"competency": "n{leaf}", "score": 1000000}}"#)).collect();
    let record = LearnerRecord::from_json(format!("[{}]", items.join(","))).expect("a record");
    let error = in_time(|| engine.evaluate(&record, Instant::EPOCH)).expect_err("a sum beyond the limit");
    assert_eq!(error.code(), Code::LimitExceeded);
    assert_eq!(error.context().get("competency"), Some(&lrm_core::Detail::Text("n0".to_owned())));
}
