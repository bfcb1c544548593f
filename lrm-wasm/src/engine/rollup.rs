//! Results of many learners, column by column. Every call copies one column out.

use std::cell::RefCell;

use lrm_core::{LearnerId, ResultColumn, Rollup, RollupAside, RollupBatch, RollupOptions, RollupStream, Status};
use wasm_bindgen::prelude::wasm_bindgen;

use super::columns::RawColumns;
use crate::error::{Result, thrown};

/// Stands for null among whole numbers.
const NONE: i64 = i64::MIN;

/// What a rollup may be told.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct RawRollupOptions(pub(crate) RefCell<RollupOptions>);

#[wasm_bindgen]
impl RawRollupOptions {
    /// Everything applies, all assessed nodes and all columns are given, findings are reported.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only these competencies apply.
    pub fn scope(&self, ids: Vec<String>) {
        self.set(|options| options.scope(ids));
    }

    /// Only these competencies are given.
    pub fn nodes(&self, ids: Vec<String>) {
        self.set(|options| options.nodes(ids));
    }

    /// Only these columns are made.
    #[expect(clippy::needless_pass_by_value, reason = "what JavaScript gives")]
    pub fn columns(&self, names: Vec<String>) {
        self.set(|options| options.columns(names.iter().filter_map(|name| ResultColumn::named(name))));
    }

    /// Gives competencies without a result, too.
    pub fn unassessed(&self) {
        self.set(RollupOptions::unassessed);
    }

    /// Findings become an error.
    pub fn strict(&self) {
        self.set(RollupOptions::strict);
    }

    fn set(&self, change: impl FnOnce(RollupOptions) -> RollupOptions) {
        let options = self.0.take();
        self.0.replace(change(options));
    }
}

/// A rollup of batches in the order of their learners.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawRollupStream(pub(crate) RefCell<RollupStream>);

#[wasm_bindgen]
impl RawRollupStream {
    /// Takes a batch; gives the results of the learners who are finished.
    ///
    /// # Errors
    /// What is wrong with the batch, or the order of its learners.
    pub fn push(&self, columns: &RawColumns) -> Result<RawRollup> {
        let scopes = columns.scopes.borrow();
        let aside = aside(scopes.as_ref());
        self.0.borrow_mut().push_with(&columns.table.borrow(), aside).map(RawRollup).map_err(thrown)
    }

    /// Gives the results of the last learner; of the columns only the scopes matter.
    ///
    /// # Errors
    /// What is wrong with the last rows, if findings are errors.
    pub fn finish(&self, columns: &RawColumns) -> Result<RawRollup> {
        let scopes = columns.scopes.borrow();
        self.0.borrow().finish_with(aside(scopes.as_ref())).map(RawRollup).map_err(thrown)
    }
}

/// The scopes beside the evidence, if there are some.
pub(crate) fn aside<'s>(scopes: Option<&'s lrm_core::EvidenceColumns<'s>>) -> RollupAside<'s> {
    match scopes {
        None => RollupAside::new(),
        Some(scopes) => RollupAside::new().scopes(std::slice::from_ref(scopes)),
    }
}

/// The long table of results.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawRollup(pub(crate) Rollup);

#[wasm_bindgen]
impl RawRollup {
    /// The number of rows.
    pub fn size(&self) -> usize {
        self.0.len()
    }

    /// The distinct learners, if they are texts.
    #[wasm_bindgen(js_name = learnerTexts)]
    pub fn learner_texts(&self) -> Option<Vec<String>> {
        self.learners(|learner| match learner {
            LearnerId::Text(text) => Some(text.to_owned()),
            _ => None,
        })
    }

    /// The distinct learners, if they are whole numbers.
    #[wasm_bindgen(js_name = learnerNumbers)]
    pub fn learner_numbers(&self) -> Option<Vec<i64>> {
        self.learners(|learner| match learner {
            LearnerId::Number(number) => Some(number),
            _ => None,
        })
    }

    /// Of each row, the place of its learner.
    pub fn learner(&self) -> Vec<u32> {
        let mut places = Vec::with_capacity(self.0.len());
        for (place, rows) in (0..).zip(self.by_learner()) {
            places.extend(std::iter::repeat_n(place, rows.len()));
        }
        places
    }

    /// The ids of all competencies, one after the other: texts are dear to hand over one by one.
    #[wasm_bindgen(js_name = competencyText)]
    pub fn competency_text(&self) -> String {
        self.0.competency_ids().collect()
    }

    /// Where each of them ends, counted as JavaScript counts.
    #[wasm_bindgen(js_name = competencyEnds)]
    pub fn competency_ends(&self) -> Vec<usize> {
        let lengths = self.0.competency_ids().map(|id| id.encode_utf16().count());
        lengths.scan(0, |end, length| Some(std::mem::replace(end, *end + length) + length)).collect()
    }

    /// Of each row, the place of its competency.
    pub fn competency(&self) -> Vec<u32> {
        self.column(RollupBatch::competency)
    }

    /// Of each row, the value as the nearest number; NaN is none.
    pub fn value(&self) -> Vec<f64> {
        self.nullable(RollupBatch::value, RollupBatch::value_bits, f64::NAN, to_f64)
    }

    /// Of each row, the value in billionths.
    pub fn exact(&self) -> Vec<i64> {
        self.nullable(RollupBatch::value, RollupBatch::value_bits, NONE, |value| value)
    }

    /// The ids of the levels.
    #[wasm_bindgen(js_name = levelIds)]
    pub fn level_ids(&self) -> Vec<String> {
        self.0.level_ids().to_vec()
    }

    /// Of each row, the place of its level; -1 is none.
    pub fn level(&self) -> Vec<i32> {
        let level = |level: u32| level.try_into().unwrap_or(-1);
        self.nullable(RollupBatch::level, RollupBatch::level_bits, -1, level)
    }

    /// The words for statuses.
    #[wasm_bindgen(js_name = statusWords)]
    pub fn status_words(&self) -> Vec<String> {
        Status::ALL.iter().map(|status| status.as_str().to_owned()).collect()
    }

    /// Of each row, the place of its status.
    pub fn status(&self) -> Vec<u8> {
        self.column(RollupBatch::status)
    }

    /// Of each row, the number of items that count.
    pub fn evidence(&self) -> Vec<u32> {
        self.column(RollupBatch::evidence)
    }

    /// Of each row, the newest selected instant in microseconds since 1970.
    pub fn newest(&self) -> Vec<i64> {
        self.nullable(RollupBatch::newest, RollupBatch::newest_bits, NONE, |newest| newest)
    }

    /// Of each row, the covered leaves with a value.
    pub fn valued(&self) -> Vec<u32> {
        self.column(RollupBatch::valued)
    }

    /// Of each row, the covered leaves.
    pub fn covered(&self) -> Vec<u32> {
        self.column(RollupBatch::covered)
    }

    /// Of each row, whether the value rests on a modified standard.
    pub fn modified(&self) -> Vec<u8> {
        self.0.batches().iter().flat_map(|batch| batch.modified().iter().map(|modified| u8::from(*modified))).collect()
    }

    /// The columns that the engine does not know.
    #[wasm_bindgen(js_name = ignoredColumns)]
    pub fn ignored_columns(&self) -> Vec<String> {
        self.0.ignored_columns().to_vec()
    }

    /// What is wrong with rows, as JSON.
    pub fn report(&self) -> String {
        self.0.report().to_json()
    }
}

impl RawRollup {
    /// A column of all batches.
    fn column<T: Copy>(&self, column: impl Fn(&RollupBatch) -> &[T]) -> Vec<T> {
        let batches: Vec<&[T]> = self.0.batches().iter().map(|batch| column(batch)).collect();
        batches.concat()
    }

    /// A column of all batches, with something that stands for null.
    fn nullable<T: Copy, U: Copy>(
        &self,
        column: impl Fn(&RollupBatch) -> &[T],
        bits: impl Fn(&RollupBatch) -> Option<&[u8]>,
        none: U,
        given: impl Fn(T) -> U,
    ) -> Vec<U> {
        let mut all = Vec::with_capacity(self.0.batches().iter().map(|batch| column(batch).len()).sum());
        for batch in self.0.batches() {
            let first = all.len();
            all.extend(column(batch).iter().map(|cell| given(*cell)));
            let bits = bits(batch).into_iter().flatten().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1));
            for (cell, _) in all.iter_mut().skip(first).zip(bits).filter(|(_, valid)| *valid == 0) {
                *cell = none;
            }
        }
        all
    }

    /// The rows of each learner.
    fn by_learner(&self) -> impl Iterator<Item = &[u32]> {
        // a batch has whole learners
        self.0.batches().iter().flat_map(|batch| batch.learner().chunk_by(|one, other| one == other))
    }

    /// The distinct learners in order; none if they are of another kind.
    fn learners<T>(&self, id: impl Fn(LearnerId<'_>) -> Option<T>) -> Option<Vec<T>> {
        if !self.0.columns().any(|column| column == ResultColumn::Learner) {
            return None;
        }
        // without rows any kind will do
        self.by_learner().filter_map(|rows| rows.first()).map(|learner| id(self.0.learners().id(*learner))).collect()
    }
}

fn to_f64(billionths: i64) -> f64 {
    lrm_core::Value::from_grid(billionths).map_or(f64::NAN, lrm_core::Value::to_f64)
}
