//! The rows of a table count as the items of a record.

use std::borrow::Cow;

use lrm_core::{Column, Detail, EvidenceColumns, Instant, LearnerRecord, RollupAside, RollupOptions, Value as Number};
use lrm_tests::corpus::Case;
use proptest::prelude::*;
use serde_json::Value;

use crate::draw::{Draw, draws};
use crate::plan::{FAULTS_OF_ROWS, case};
use crate::support::{config, engine, options, shown};

/// Cases whose items a table can hold.
fn tables() -> impl Strategy<Value = Case> {
    let fits = |mut draw: Draw| {
        for item in &mut draw.items {
            item.fault = item.fault.filter(|fault| *fault < FAULTS_OF_ROWS);
        }
        case(&draw)
    };
    draws().prop_map(fits)
}

/// The cell of an item, nested fields with a dot.
fn cell<'v>(item: &'v Value, name: &str) -> Option<&'v Value> {
    name.split('.').try_fold(item, |value, key| value.get(key)).filter(|value| !value.is_null())
}

pub(crate) fn texts(items: &[Value], name: &str) -> Vec<Option<String>> {
    let text = |item| cell(item, name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    items.iter().map(text).collect()
}

/// The same texts as places in a list.
fn dictionary(texts: &[Option<String>]) -> Column<'static> {
    let mut values: Vec<String> = texts.iter().flatten().cloned().collect();
    values.sort_unstable();
    values.dedup();
    let place = |text: &Option<String>| text.as_ref().and_then(|text| values.binary_search(text).ok());
    let keys: Vec<u32> =
        texts.iter().map(|text| place(text).map_or(u32::MAX, |place| u32::try_from(place).expect("few"))).collect();
    Column::Dictionary { keys: Cow::Owned(keys), values: values.into_iter().map(Cow::Owned).collect() }
}

fn doubles(items: &[Value], name: &str) -> Column<'static> {
    let cells: Vec<Option<f64>> = items.iter().map(|item| cell(item, name).and_then(Value::as_f64)).collect();
    let numbers = cells.iter().map(|cell| cell.unwrap_or(f64::NAN)).collect();
    Column::Number(Cow::Owned(numbers), Some(Cow::Owned(cells.iter().map(Option::is_some).collect())))
}

fn decimals(items: &[Value], name: &str) -> Column<'static> {
    let number = |item| cell(item, name).map(|value| value.to_string().parse::<Number>().expect("a number"));
    Column::Decimal(items.iter().map(number).collect())
}

fn bools(items: &[Value], name: &str) -> Column<'static> {
    Column::Bool(items.iter().map(|item| cell(item, name).and_then(Value::as_bool)).collect())
}

/// Instants as numbers where all can be read, else as texts.
fn instants(items: &[Value], name: &str) -> Column<'static> {
    let texts = texts(items, name);
    let micros: Result<Vec<Option<i64>>, _> = texts
        .iter()
        .map(|text| text.as_deref().map(|text| Instant::parse(text).map(Instant::micros)).transpose())
        .collect();
    match micros {
        Ok(micros) => Column::Instant(
            Cow::Owned(micros.iter().map(|at| at.unwrap_or(i64::MAX)).collect()),
            Some(Cow::Owned(micros.iter().map(Option::is_some).collect())),
        ),
        Err(_) => Column::texts(texts),
    }
}

/// All the columns of the contract but the learner.
pub(crate) fn columns(items: &[Value]) -> EvidenceColumns<'static> {
    let mut columns = EvidenceColumns::new(items.len());
    let mut add = |name: &str, column| columns.add(name, column).expect("a column");
    for name in [
        "id",
        "level",
        "absence",
        "due_at",
        "kind",
        "assessor.id",
        "assessor.role",
        "criterion",
        "context",
        "assistance",
        "artifact.uri",
        "artifact.sha256",
        "artifact.media_type",
        "activity",
        "attempt",
        "source.system",
        "source.id",
        "source.replaces",
        "withdrawn",
    ] {
        add(name, Column::texts(texts(items, name)));
    }
    for name in ["competency", "purpose"] {
        add(name, dictionary(&texts(items, name)));
    }
    for name in ["observed_at", "assessed_at", "received_at"] {
        add(name, instants(items, name));
    }
    for name in ["passed", "transfer"] {
        add(name, bools(items, name));
    }
    add("score", doubles(items, "score"));
    add("possible", decimals(items, "possible"));
    add("weight", doubles(items, "weight"));
    columns
}

/// Which item a finding is about, by its path.
fn place(path: &str) -> Option<usize> {
    path.split('/').nth(2)?.parse().ok()
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn rows_count_as_items(case in tables()) {
        let Ok(engine) = engine(&case) else { return Ok(()) };
        let as_of = case.as_of().expect("an instant");
        let record = LearnerRecord::from_json(case.record_json()).expect("a list of items");
        let state = engine.evaluate_with(&record, as_of, &options(&case));
        let mut asked = RollupOptions::new().unassessed();
        if let Some(scope) = &case.scope {
            asked = asked.scope(scope.iter().cloned());
        }
        match (state, engine.rollup(&columns(&case.evidence), as_of, &asked)) {
            (Ok(_), Ok(rollup)) if case.evidence.is_empty() => prop_assert!(rollup.is_empty()),
            (Ok(state), Ok(rollup)) => {
                let results: Vec<String> = state.iter().map(|mastery| mastery.to_json()).collect();
                prop_assert_eq!(rollup.to_json(), format!("[{}]", results.join(",")), "{}", shown(&case));
                let found = |report: &lrm_core::Report| -> Vec<(Option<usize>, lrm_core::Code)> {
                    report.findings().iter().map(|finding| (place(&finding.path), finding.code)).collect()
                };
                prop_assert_eq!(found(rollup.report()), found(state.report()), "{}", shown(&case));
            }
            (Err(expected), Err(error)) => prop_assert_eq!(error.code(), expected.code()),
            // what cannot be computed is a finding, and the learner has no rows
            (Err(expected), Ok(rollup)) => {
                prop_assert!(rollup.is_empty());
                prop_assert_eq!(rollup.report().findings()[0].code, expected.code());
            }
            (state, rollup) => {
                prop_assert!(false, "{:?}\n{:?}\n{}", state.map(|one| one.to_json()), rollup, shown(&case));
            }
        }
    }

    #[test]
    fn learners_are_apart_and_rows_in_any_order(case in tables(), numbers in any::<bool>()) {
        let Ok(engine) = engine(&case) else { return Ok(()) };
        let as_of = case.as_of().expect("an instant");
        let learners: Vec<i64> = (0..).map(|row| [7, -1, 10][row % 3]).take(case.evidence.len()).collect();
        let mut table = columns(&case.evidence);
        let column = if numbers {
            Column::integers(&learners)
        } else {
            Column::texts(learners.iter().map(|learner| Some(learner.to_string())))
        };
        table.add("learner", column).expect("a column");
        let Ok(rollup) = engine.rollup(&table, as_of, &RollupOptions::new().unassessed()) else { return Ok(()) };
        let mut expected = Vec::new();
        // numbers by size, texts by bytes
        for learner in if numbers { ["-1", "7", "10"] } else { ["-1", "10", "7"] } {
            let own = case.evidence.iter().zip(&learners).filter(|(_, one)| one.to_string() == learner);
            let own: Vec<Value> = own.map(|(item, _)| item.clone()).collect();
            if own.is_empty() {
                continue;
            }
            let record = LearnerRecord::from_json(Value::Array(own).to_string()).expect("a list of items");
            let state = match engine.evaluate(&record, as_of) {
                Ok(state) => state,
                Err(error) => {
                    let named = |finding: &lrm_core::Finding| {
                        finding.code == error.code() && finding.context.get("learner") == Some(&Detail::Text(learner.to_owned()))
                    };
                    prop_assert!(rollup.report().findings().iter().any(named), "{}", shown(&case));
                    continue;
                }
            };
            let name = if numbers { learner.to_owned() } else { format!("\"{learner}\"") };
            expected.extend(state.iter().map(|one| one.to_json().replacen('{', &format!("{{\"learner\":{name},"), 1)));
        }
        prop_assert_eq!(rollup.to_json(), format!("[{}]", expected.join(",")), "{}", shown(&case));
    }

    /// More learners than go through a pass together, of several scopes in turn, one of which is none at all.
    #[test]
    fn scopes_are_those_of_each(case in tables(), unassessed in any::<bool>()) {
        const LEARNERS: usize = 45;
        let Ok(engine) = engine(&case) else { return Ok(()) };
        let as_of = case.as_of().expect("an instant");
        let ids: Vec<&str> = engine.framework().competencies().iter().map(|one| one.id.as_str()).collect();
        let [first, last] = [ids[0], ids[ids.len() - 1]];
        let scope_of = |learner: usize| match learner * 7 % 5 {
            0 => vec![],
            1 => vec![last],
            2 => vec![last, first],
            _ => vec![first],
        };
        let own = |learner: usize| -> Vec<Value> {
            let items = case.evidence.iter().enumerate();
            items.filter(|(at, _)| !(at + learner).is_multiple_of(3)).map(|(_, item)| item.clone()).collect()
        };
        let options = || if unassessed { RollupOptions::new().unassessed() } else { RollupOptions::new() };
        let (mut items, mut learners, mut expected) = (Vec::new(), Vec::new(), Vec::new());
        let (mut scoped, mut scopes) = (Vec::new(), Vec::new());
        for learner in 0..LEARNERS {
            let (own, scope) = (own(learner), scope_of(learner));
            let Ok(number) = i64::try_from(learner) else { continue };
            let same = vec![number; own.len()];
            let mut alone = columns(&own);
            alone.add("learner", Column::integers(&same)).expect("a column");
            let rollup = engine.rollup(&alone, as_of, &options().scope(scope.iter().copied()));
            let json = rollup.map(|rollup| rollup.to_json()).unwrap_or_default();
            expected.extend(json.strip_prefix('[').and_then(|json| json.strip_suffix(']')).map(str::to_owned));
            learners.extend(own.iter().map(|_| number));
            items.extend(own);
            scoped.extend(scope.iter().map(|_| number));
            scopes.extend(scope.iter().map(|id| Some((*id).to_owned())));
        }
        expected.retain(|rows| !rows.is_empty());
        let mut table = columns(&items);
        table.add("learner", Column::integers(&learners)).expect("a column");
        let mut listed = EvidenceColumns::new(scoped.len());
        listed.add("learner", Column::integers(&scoped)).expect("a column");
        listed.add("competency", Column::texts(scopes)).expect("a column");
        let listed = [listed];
        let rollup = engine.rollup_with(&table, as_of, &options(), RollupAside::new().scopes(&listed)).expect("results");
        prop_assert_eq!(rollup.to_json(), format!("[{}]", expected.join(",")), "{}", shown(&case));
    }
}
