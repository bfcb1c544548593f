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
        // one for each character, and one more for each of four bytes
        let units = |byte: u8| usize::from(byte & 0xc0 != 0x80) + usize::from(byte >= 0xf0);
        let (mut ends, mut end) = (Vec::new(), 0);
        for id in self.0.competency_ids() {
            end += id.bytes().map(units).sum::<usize>();
            ends.push(end);
        }
        ends
    }

    /// Of each row, the place of its competency.
    pub fn competency(&self) -> Vec<u32> {
        self.column(RollupBatch::competency)
    }

    /// Of each row, the value as the nearest number; NaN is none.
    pub fn value(&self) -> Vec<f64> {
        let nearest = |value| if value == NONE { f64::NAN } else { to_f64(value) };
        self.exact().into_iter().map(nearest).collect()
    }

    /// Of each row, the value in billionths.
    pub fn exact(&self) -> Vec<i64> {
        self.nullable(RollupBatch::value, RollupBatch::value_bits, NONE)
    }

    /// The ids of the levels.
    #[wasm_bindgen(js_name = levelIds)]
    pub fn level_ids(&self) -> Vec<String> {
        self.0.level_ids().to_vec()
    }

    /// Of each row, the place of its level; -1 is none.
    pub fn level(&self) -> Vec<i32> {
        let levels = self.nullable(RollupBatch::level, RollupBatch::level_bits, u32::MAX);
        levels.into_iter().map(u32::cast_signed).collect()
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
        self.nullable(RollupBatch::newest, RollupBatch::newest_bits, NONE)
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
    fn column<T: Copy>(&self, column: fn(&RollupBatch) -> &[T]) -> Vec<T> {
        let mut all = Vec::new();
        for batch in self.0.batches() {
            all.extend_from_slice(column(batch));
        }
        all
    }

    /// A column of all batches, with something that stands for null.
    fn nullable<T: Copy>(
        &self,
        column: fn(&RollupBatch) -> &[T],
        bits: fn(&RollupBatch) -> Option<&[u8]>,
        none: T,
    ) -> Vec<T> {
        let mut all = Vec::new();
        for batch in self.0.batches() {
            let first = all.len();
            all.extend_from_slice(column(batch));
            let (bits, cells) = (bits(batch).unwrap_or_default(), all.iter_mut().skip(first));
            for (at, cell) in cells.enumerate().take(8 * bits.len()) {
                if bits.get(at / 8).is_some_and(|byte| byte >> (at % 8) & 1 == 0) {
                    *cell = none;
                }
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
        let mut learners = Vec::new();
        for learner in self.by_learner().filter_map(|rows| rows.first()) {
            learners.push(id(self.0.learners().id(*learner))?);
        }
        Some(learners)
    }
}

fn to_f64(billionths: i64) -> f64 {
    lrm_core::Value::from_grid(billionths).map_or(f64::NAN, lrm_core::Value::to_f64)
}
