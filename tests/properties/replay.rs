//! The cases of `data/rollups.json`, which Rust, Python and JavaScript replay: here on all paths of the engine.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lrm_core::{
    Column, Engine, EvidenceColumns, Instant, Integers, LearnerId, LearnerRecord, Mastery, Options, Rollup,
    RollupOptions,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::columns::columns;
use crate::combined::FIRST;

/// How many rows a stream takes at once: few, so that learners are cut in two.
const BATCH: usize = 4;

/// A case: a line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Replay {
    /// Its number; the first is 1.
    pub(crate) case: usize,
    pub(crate) as_of: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scope: Option<Vec<String>>,
    pub(crate) framework: Value,
    pub(crate) policy: Value,
    /// Equally long; fields inside a field with a dot. A column of nulls is left out.
    pub(crate) columns: BTreeMap<String, Vec<Value>>,
    /// The codes of all findings, sorted.
    pub(crate) findings: Vec<String>,
    pub(crate) expect: Results,
}

/// The rows of a rollup, the competencies without evidence too, column by column.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Results {
    /// Empty without a learner column.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) learner: Vec<Value>,
    pub(crate) competency: Vec<String>,
    /// Billionths.
    pub(crate) value: Vec<Option<i64>>,
    pub(crate) level: Vec<Option<String>>,
    pub(crate) status: Vec<String>,
    pub(crate) evidence: Vec<u32>,
    /// Microseconds since 1970.
    pub(crate) newest: Vec<Option<i64>>,
    pub(crate) valued: Vec<u32>,
    pub(crate) covered: Vec<u32>,
}

impl Results {
    fn push(&mut self, learner: &Value, found: Mastery) {
        if !learner.is_null() {
            self.learner.push(learner.clone());
        }
        self.competency.push(found.competency);
        self.value.push(found.value.map(lrm_core::Value::grid));
        self.level.push(found.level);
        self.status.push(found.status.as_str().to_owned());
        self.evidence.push(found.evidence);
        self.newest.push(found.newest.map(Instant::micros));
        self.valued.push(found.coverage.0);
        self.covered.push(found.coverage.1);
    }

    fn of<'r>(rollups: impl IntoIterator<Item = &'r Rollup>) -> Self {
        let mut results = Self::default();
        for (learner, found) in rollups.into_iter().flat_map(Rollup::rows) {
            let learner = match learner {
                LearnerId::Only => Value::Null,
                LearnerId::Number(number) => number.into(),
                LearnerId::Text(text) => text.into(),
            };
            results.push(&learner, found);
        }
        results
    }

    /// Only these rows.
    fn at(&self, rows: &[usize]) -> Self {
        fn some<T: Clone>(column: &[T], rows: &[usize]) -> Vec<T> {
            rows.iter().filter_map(|row| column.get(*row)).cloned().collect()
        }
        Self {
            learner: some(&self.learner, rows),
            competency: some(&self.competency, rows),
            value: some(&self.value, rows),
            level: some(&self.level, rows),
            status: some(&self.status, rows),
            evidence: some(&self.evidence, rows),
            newest: some(&self.newest, rows),
            valued: some(&self.valued, rows),
            covered: some(&self.covered, rows),
        }
    }

    /// Without what a rollup leaves out if it is not asked for more.
    fn assessed(&self) -> Self {
        let is_assessed = |row: &usize| !["not_assessed", "not_applicable"].contains(&self.status[*row].as_str());
        self.at(&(0..self.status.len()).filter(is_assessed).collect::<Vec<_>>())
    }
}

pub(crate) fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/rollups.json")
}

/// The cases of the file.
pub(crate) fn replays() -> Vec<Replay> {
    let text = std::fs::read_to_string(file()).expect("data/rollups.json");
    serde_json::from_str(&text).expect("a list of cases")
}

impl Replay {
    fn rows(&self) -> usize {
        self.columns.values().next().map_or(0, Vec::len)
    }

    /// The learner of a row, null without a column.
    fn learner(&self, row: usize) -> &Value {
        self.columns.get("learner").map_or(&Value::Null, |column| &column[row])
    }

    /// A row as an item of a record.
    fn item(&self, row: usize) -> Value {
        let mut item = Map::new();
        for (name, column) in &self.columns {
            let cell = &column[row];
            match name.split_once('.') {
                _ if cell.is_null() || name == "learner" => {}
                None => {
                    item.insert(name.clone(), cell.clone());
                }
                Some((outer, inner)) => {
                    let fields = item.entry(outer).or_insert_with(|| Value::Object(Map::new()));
                    fields[inner] = cell.clone();
                }
            }
        }
        Value::Object(item)
    }

    /// The rows by learner, numbers by size and texts by bytes.
    fn sorted(&self) -> Vec<usize> {
        let mut rows: Vec<usize> = (0..self.rows()).collect();
        rows.sort_by_key(|row| (self.learner(*row).as_i64(), self.learner(*row).as_str()));
        rows
    }

    /// The rows of each learner.
    fn learners(&self) -> Vec<Vec<usize>> {
        self.sorted().chunk_by(|one, other| self.learner(*one) == self.learner(*other)).map(<[usize]>::to_vec).collect()
    }

    fn table(&self, rows: &[usize]) -> EvidenceColumns<'static> {
        let items: Vec<Value> = rows.iter().map(|row| self.item(*row)).collect();
        let mut table = columns(&items);
        let learners: Vec<&Value> = rows.iter().map(|row| self.learner(*row)).collect();
        let numbers: Vec<i64> = learners.iter().filter_map(|learner| learner.as_i64()).collect();
        if !numbers.is_empty() {
            let numbers = Column::Integer(Integers::I64(Cow::Owned(numbers)), None);
            table.add("learner", numbers).expect("a column of numbers");
        } else if self.columns.contains_key("learner") {
            let texts = learners.iter().map(|learner| learner.as_str().map(str::to_owned));
            table.add("learner", Column::texts(texts)).expect("a column of texts");
        }
        table
    }

    fn rollups(&self, engine: &Engine, as_of: Instant) {
        let scoped = || self.scope.iter().fold(RollupOptions::new(), RollupOptions::scope);
        let table = self.table(&(0..self.rows()).collect::<Vec<_>>());
        let whole = engine.rollup(&table, as_of, &scoped().unassessed()).expect("a rollup");
        assert_eq!(Results::of([&whole]), self.expect, "case {}: rollup", self.case);
        let mut codes: Vec<&str> = whole.report().findings().iter().map(|finding| finding.code.as_str()).collect();
        codes.sort_unstable();
        assert_eq!(codes, self.findings, "case {}: findings", self.case);

        let short = engine.rollup(&table, as_of, &scoped()).expect("a rollup");
        assert_eq!(Results::of([&short]), self.expect.assessed(), "case {}: only what is assessed", self.case);

        let mut stream = engine.stream(as_of, &scoped().unassessed());
        let batches = self.sorted();
        let mut parts: Vec<Rollup> =
            batches.chunks(BATCH).map(|rows| stream.push(&self.table(rows)).expect("a batch")).collect();
        parts.push(stream.finish().expect("the rest"));
        assert_eq!(Results::of(&parts), self.expect, "case {}: stream", self.case);
    }

    fn learners_alone(&self, engine: &Engine, as_of: Instant) {
        let options = self.scope.iter().fold(Options::new(), Options::scope);
        let mut evaluated = Results::default();
        for rows in self.learners() {
            let items: Vec<Value> = rows.iter().map(|row| self.item(*row)).collect();
            let start = Instant::from_micros(FIRST).expect("an instant");
            let mut live = engine.start_with(&LearnerRecord::default(), start, &options).expect("nothing");
            for item in &items {
                live.apply_json(item.to_string(), start).expect("an event");
            }
            live.advance(as_of).expect("a later instant");
            let record = LearnerRecord::from_json(Value::Array(items).to_string()).expect("a list of items");
            let state = engine.evaluate_with(&record, as_of, &options).expect("a state");
            assert_eq!(live.to_json(), state.to_json(), "case {}: event by event", self.case);
            state.iter().for_each(|found| evaluated.push(self.learner(rows[0]), found));
        }
        assert_eq!(evaluated, self.expect, "case {}: learner by learner", self.case);
    }
}

#[test]
fn the_engine_gives_what_the_file_expects() {
    for replay in replays() {
        let engine = Engine::from_json(replay.framework.to_string(), replay.policy.to_string());
        let engine = engine.unwrap_or_else(|error| panic!("case {}: {error}", replay.case));
        let as_of = Instant::parse(&replay.as_of).expect("an instant");
        replay.rollups(&engine, as_of);
        replay.learners_alone(&engine, as_of);
    }
}
