//! Evidence of many learners, column by column.

use std::borrow::Cow;
use std::cell::RefCell;

use lrm_core::{Column, EvidenceColumns, Integers};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::{Result, thrown};

/// A table that is being filled.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawColumns {
    pub(crate) table: RefCell<EvidenceColumns<'static>>,
    /// What applies to whom, if that was said.
    pub(crate) scopes: RefCell<Option<EvidenceColumns<'static>>>,
}

#[wasm_bindgen]
impl RawColumns {
    /// A table of that many rows.
    #[wasm_bindgen(constructor)]
    pub fn new(rows: usize) -> Self {
        Self { table: RefCell::new(EvidenceColumns::new(rows)), scopes: RefCell::new(None) }
    }

    /// Texts by their place in a list; a place beyond the list is null.
    ///
    /// # Errors
    /// The column's type or length is wrong, or it stands twice; likewise below.
    pub fn texts(&self, name: &str, keys: Vec<u32>, values: Vec<String>) -> Result<()> {
        let values = values.into_iter().map(Cow::Owned).collect();
        self.add(name, Column::Dictionary { keys: Cow::Owned(keys), values })
    }

    /// Binary floating-point numbers.
    ///
    /// # Errors
    /// As above.
    pub fn numbers(&self, name: &str, numbers: Vec<f64>, valid: Option<Vec<u8>>) -> Result<()> {
        self.add(name, Column::Number(Cow::Owned(numbers), valid.map(bits)))
    }

    /// Whole numbers that fit 32 bits.
    ///
    /// # Errors
    /// As above.
    pub fn naturals(&self, name: &str, naturals: Vec<u32>) -> Result<()> {
        self.add(name, Column::Integer(Integers::U32(Cow::Owned(naturals)), None))
    }

    /// Whole numbers of 32 bits with a sign.
    ///
    /// # Errors
    /// As above.
    pub fn shorts(&self, name: &str, integers: Vec<i32>) -> Result<()> {
        self.add(name, Column::Integer(Integers::I32(Cow::Owned(integers)), None))
    }

    /// Whole numbers.
    ///
    /// # Errors
    /// As above.
    pub fn integers(&self, name: &str, integers: Vec<i64>, valid: Option<Vec<u8>>) -> Result<()> {
        self.add(name, Column::Integer(Integers::I64(Cow::Owned(integers)), valid.map(bits)))
    }

    /// Microseconds since 1970.
    ///
    /// # Errors
    /// As above.
    pub fn instants(&self, name: &str, micros: Vec<i64>, valid: Option<Vec<u8>>) -> Result<()> {
        self.add(name, Column::Instant(Cow::Owned(micros), valid.map(bits)))
    }

    /// 0 is false, 1 is true, anything else is null.
    ///
    /// # Errors
    /// As above.
    pub fn bools(&self, name: &str, bools: &[u8]) -> Result<()> {
        let read = |byte: &u8| match byte {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        };
        self.add(name, Column::Bool(bools.iter().map(read).collect()))
    }

    /// Limits what applies to whom to the pairs of another table.
    #[wasm_bindgen(js_name = setScopes)]
    pub fn set_scopes(&self, scopes: Self) {
        *self.scopes.borrow_mut() = Some(scopes.table.into_inner());
    }

    fn add(&self, name: &str, column: Column<'static>) -> Result<()> {
        self.table.borrow_mut().add(name, column).map_err(thrown)
    }
}

fn bits(bytes: Vec<u8>) -> Cow<'static, [bool]> {
    bytes.into_iter().map(|byte| byte != 0).collect()
}
