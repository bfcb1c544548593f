//! Results of many learners, column by column. Every call copies one column out.

use lrm_core::{Learners, Rollup, Status};
use wasm_bindgen::prelude::wasm_bindgen;

/// Stands for null among whole numbers.
const NONE: i64 = i64::MIN;

/// The long table of results.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawRollup(pub(crate) Rollup);

#[wasm_bindgen]
impl RawRollup {
    /// The distinct learners, if they are texts.
    #[wasm_bindgen(js_name = learnerTexts)]
    pub fn learner_texts(&self) -> Option<Vec<String>> {
        match self.0.learners() {
            Learners::Texts(texts) => Some(texts.clone()),
            _ => None,
        }
    }

    /// The distinct learners, if they are whole numbers.
    #[wasm_bindgen(js_name = learnerNumbers)]
    pub fn learner_numbers(&self) -> Option<Vec<i64>> {
        match self.0.learners() {
            Learners::Numbers(numbers) => Some(numbers.clone()),
            _ => None,
        }
    }

    /// Of each row, the place of its learner.
    pub fn learner(&self) -> Vec<u32> {
        self.0.learner().to_vec()
    }

    /// The ids of all competencies.
    #[wasm_bindgen(js_name = competencyIds)]
    pub fn competency_ids(&self) -> Vec<String> {
        self.0.competency_ids().map(str::to_owned).collect()
    }

    /// Of each row, the place of its competency.
    pub fn competency(&self) -> Vec<u32> {
        self.0.competency().to_vec()
    }

    /// Of each row, the value as the nearest number; NaN is none.
    pub fn value(&self) -> Vec<f64> {
        self.0.value().iter().map(|value| value.map_or(f64::NAN, lrm_core::Value::to_f64)).collect()
    }

    /// Of each row, the value in billionths.
    pub fn exact(&self) -> Vec<i64> {
        self.0.value().iter().map(|value| value.map_or(NONE, lrm_core::Value::grid)).collect()
    }

    /// The ids of the levels.
    #[wasm_bindgen(js_name = levelIds)]
    pub fn level_ids(&self) -> Vec<String> {
        self.0.level_ids().to_vec()
    }

    /// Of each row, the place of its level; -1 is none.
    pub fn level(&self) -> Vec<i32> {
        self.0.level().iter().map(|level| level.and_then(|level| level.try_into().ok()).unwrap_or(-1)).collect()
    }

    /// The words for statuses.
    #[wasm_bindgen(js_name = statusWords)]
    pub fn status_words(&self) -> Vec<String> {
        Status::ALL.iter().map(|status| status.as_str().to_owned()).collect()
    }

    /// Of each row, the place of its status.
    pub fn status(&self) -> Vec<u8> {
        self.0.status().iter().map(|status| *status as u8).collect()
    }

    /// Of each row, the number of items that count.
    pub fn evidence(&self) -> Vec<u32> {
        self.0.evidence().to_vec()
    }

    /// Of each row, the newest selected instant in microseconds since 1970.
    pub fn newest(&self) -> Vec<i64> {
        self.0.newest().iter().map(|newest| newest.map_or(NONE, lrm_core::Instant::micros)).collect()
    }

    /// Of each row, the covered leaves with a value.
    pub fn valued(&self) -> Vec<u32> {
        self.0.valued().to_vec()
    }

    /// Of each row, the covered leaves.
    pub fn covered(&self) -> Vec<u32> {
        self.0.covered().to_vec()
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
