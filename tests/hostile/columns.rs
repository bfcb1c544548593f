//! Tables that do not keep the contract.

use std::borrow::Cow;

use lrm_core::{Code, Column, EvidenceColumns, Instant, RollupOptions};

use crate::support::{good_engine, in_time};

/// What a table with these scores says: the codes and places of its findings, and the number of results.
fn scores(column: Column<'_>, rows: usize) -> (Vec<(Code, String)>, usize) {
    let mut columns = EvidenceColumns::new(rows);
    columns.add("competency", Column::texts(vec![Some("NF.1"); rows])).expect("a column");
    columns.add("score", column).expect("a column");
    let rollup =
        good_engine().rollup(&columns, Instant::EPOCH, &RollupOptions::new().nodes(["NF.1"])).expect("a table");
    let findings = rollup.report().findings().iter().map(|finding| (finding.code, finding.path.clone()));
    (findings.collect(), rollup.len())
}

#[test]
fn doubles_that_are_no_numbers_are_findings() {
    let numbers = [3.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -0.0, 1e7, 4.000_000_001, 5e-324];
    let (findings, results) = scores(Column::numbers(&numbers), numbers.len());
    let codes = [
        Code::InvalidValue,
        Code::InvalidValue,
        Code::InvalidValue,
        Code::LimitExceeded,
        Code::LimitExceeded,
        Code::ScoreOffScale,
    ];
    let rows = [1, 2, 3, 4, 6, 7];
    let expected: Vec<(Code, String)> =
        codes.into_iter().zip(rows).map(|(code, row)| (code, format!("/rows/{row}/score"))).collect();
    assert_eq!(findings, expected);
    assert_eq!(results, 1);
    let (findings, _) = scores(Column::integers(&[i64::MIN, i64::MAX, 3]), 3);
    assert_eq!(findings.iter().map(|(code, _)| *code).collect::<Vec<_>>(), [Code::LimitExceeded, Code::LimitExceeded]);
}

#[test]
fn cells_that_cannot_be_read_are_findings() {
    let long = "x".repeat(10_000_000);
    let text = |cell: &'static str| Column::texts([Some(cell)]);
    for (name, column, code, place) in [
        ("competency", Column::texts([None::<&str>]), Code::MissingField, "/rows/0/competency"),
        ("competency", text("gone"), Code::UnknownCompetency, "/rows/0/competency"),
        ("competency", Column::texts([Some(long.as_str())]), Code::UnknownCompetency, "/rows/0/competency"),
        ("level", text("gone"), Code::InvalidValue, "/rows/0"),
        ("absence", text("gone"), Code::InvalidValue, "/rows/0/absence"),
        ("passed", Column::Bool(vec![Some(true)]), Code::InvalidValue, "/rows/0"),
        ("possible", Column::numbers(&[0.0]), Code::InvalidValue, "/rows/0/possible"),
        ("weight", Column::numbers(&[-1.0]), Code::ParameterOutOfRange, "/rows/0/weight"),
        ("weight", Column::numbers(&[f64::NAN]), Code::InvalidValue, "/rows/0/weight"),
        ("observed_at", text("yesterday"), Code::InvalidValue, "/rows/0/observed_at"),
        ("observed_at", Column::Instant(Cow::Borrowed(&[i64::MAX]), None), Code::InvalidValue, "/rows/0/observed_at"),
        ("assessor.role", Column::texts([Some(long.as_str())]), Code::InvalidValue, "/rows/0/assessor.role"),
        ("learner", Column::texts([None::<&str>]), Code::MissingField, "/rows/0/learner"),
        (
            "purpose",
            Column::Dictionary { keys: Cow::Borrowed(&[0]), values: vec![Cow::Borrowed("gone")] },
            Code::InvalidValue,
            "/rows/0/purpose",
        ),
    ] {
        let mut columns = EvidenceColumns::new(1);
        if name != "competency" {
            columns.add("competency", text("NF.1")).expect("a column");
        }
        columns.add("score", Column::numbers(&[3.0])).expect("a column");
        columns.add(name, column).expect("a column");
        let rollup =
            in_time(|| good_engine().rollup(&columns, Instant::EPOCH, &RollupOptions::new())).expect("a table");
        let finding = &rollup.report().findings()[0];
        assert_eq!((finding.code, finding.path.as_str()), (code, place), "{name}");
        assert!(rollup.report().to_json().len() < 5_000, "{name}");
        let strict = good_engine().rollup(&columns, Instant::EPOCH, &RollupOptions::new().strict());
        assert_eq!(strict.map(|_| ()).map_err(|error| error.code()), Err(code), "{name}");
    }
}

#[test]
fn columns_of_the_wrong_form_are_refused() {
    let mut columns = EvidenceColumns::new(2);
    let code = |outcome: lrm_core::Result<()>| outcome.map_err(|error| error.code());
    assert_eq!(code(columns.add("score", Column::texts([Some("3"), None]))), Err(Code::ColumnType));
    assert_eq!(code(columns.add("competency", Column::numbers(&[1.0, 2.0]))), Err(Code::ColumnType));
    assert_eq!(code(columns.add("passed", Column::integers(&[0, 1]))), Err(Code::ColumnType));
    assert_eq!(code(columns.add("score", Column::numbers(&[1.0]))), Err(Code::InvalidValue));
    assert_eq!(code(columns.add("score", Column::numbers(&[1.0, 2.0]))), Ok(()));
    assert_eq!(code(columns.add("score", Column::numbers(&[1.0, 2.0]))), Err(Code::DuplicateId));
    assert_eq!(code(columns.add("scöre", Column::numbers(&[1.0]))), Ok(()));
    let missing = good_engine().rollup(&columns, Instant::EPOCH, &RollupOptions::new()).expect_err("no competency");
    assert_eq!((missing.code(), missing.path()), (Code::ColumnMissing, "/competency"));
    let empty = good_engine().rollup(&EvidenceColumns::new(0), Instant::EPOCH, &RollupOptions::new());
    assert_eq!(empty.expect_err("no columns").findings().len(), 2);
}

/// A mask or a dictionary that is shorter than its column, or points beyond it, makes nulls.
#[test]
fn columns_that_do_not_fit_themselves_have_nulls() {
    let short_mask = Column::Number(Cow::Borrowed(&[3.0, 3.0, 3.0]), Some(Cow::Borrowed(&[true])));
    assert_eq!(scores(short_mask, 3).0, []);
    let mut columns = EvidenceColumns::new(2);
    let beyond = Column::Dictionary { keys: Cow::Borrowed(&[u32::MAX, 0]), values: vec![Cow::Borrowed("NF.1")] };
    columns.add("competency", beyond).expect("a column");
    columns.add("score", Column::integers(&[3, 4])).expect("a column");
    let rollup = good_engine().rollup(&columns, Instant::EPOCH, &RollupOptions::new()).expect("a table");
    assert_eq!(rollup.report().findings()[0].code, Code::MissingField);
}

#[test]
fn many_rows_of_many_learners() {
    let rows = 200_000;
    let learners: Vec<i64> = (0..).map(|row: i64| row % 20_000).take(rows).collect();
    let numbers = vec![3.0; rows];
    let mut columns = EvidenceColumns::new(rows);
    columns.add("learner", Column::integers(&learners)).expect("a column");
    columns
        .add("competency", Column::Dictionary { keys: Cow::Owned(vec![0; rows]), values: vec![Cow::Borrowed("NF.1")] })
        .expect("a column");
    columns.add("score", Column::numbers(&numbers)).expect("a column");
    let rollup = in_time(|| good_engine().rollup(&columns, Instant::EPOCH, &RollupOptions::new())).expect("a table");
    // NF.1 and NF of each learner
    assert_eq!(rollup.len(), 40_000);
}
