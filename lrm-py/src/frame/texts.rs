//! Columns of texts, in the layouts that Arrow has for them. Nothing is copied but the places of dictionaries whose layout
//! is not the engine's.

use std::borrow::Cow;
use std::fmt::Debug;
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::UInt32Type;
use arrow_array::{Array, ArrayAccessor, ArrayRef, downcast_dictionary_array};
use arrow_buffer::ArrowNativeType as _;
use arrow_schema::DataType;
use lrm_core::{Column, Texts};

/// The place that stands for null.
const NULL: u32 = u32::MAX;

/// True for the types of plain texts.
pub(super) const fn is_text(kind: &DataType) -> bool {
    matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

/// An array of texts as the engine reads it.
#[derive(Debug)]
struct Plain<'a, A>(&'a A);

impl<'a, A: Debug + Sync> Texts for Plain<'a, A>
where
    &'a A: ArrayAccessor<Item = &'a str>,
{
    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, row: usize) -> Option<&str> {
        (row < self.0.len() && self.0.is_valid(row)).then(|| self.0.value(row))
    }
}

/// Nulls without a type.
#[derive(Debug)]
struct Nulls(usize);

impl Texts for Nulls {
    fn len(&self) -> usize {
        self.0
    }

    fn get(&self, _row: usize) -> Option<&str> {
        None
    }
}

/// A column of nothing but nulls.
pub(super) fn nulls<'a>(rows: usize) -> Column<'a> {
    Column::Text(Arc::new(Nulls(rows)))
}

/// The texts of an array of whichever layout.
fn read(array: &ArrayRef) -> Arc<dyn Texts + '_> {
    if let Some(texts) = array.as_string_opt::<i32>() {
        Arc::new(Plain(texts))
    } else if let Some(texts) = array.as_string_opt::<i64>() {
        Arc::new(Plain(texts))
    } else if let Some(texts) = array.as_string_view_opt() {
        Arc::new(Plain(texts))
    } else {
        Arc::new(Nulls(array.len()))
    }
}

/// A column of plain texts.
pub(super) fn of_texts(array: &ArrayRef) -> Column<'_> {
    Column::Text(read(array))
}

/// A column of texts that comes as a dictionary.
pub(super) fn of_dictionary(array: &ArrayRef) -> Column<'_> {
    let Some(dictionary) = array.as_any_dictionary_opt() else { return nulls(array.len()) };
    let texts = (0..dictionary.values().len()).map(|place| text(dictionary.values(), place).unwrap_or_default());
    let values = texts.map(Cow::Borrowed).collect();
    if array.logical_null_count() == 0 && *dictionary.keys().data_type() == DataType::UInt32 {
        // the keys are those of the array itself
        if let Some(typed) = array.as_dictionary_opt::<UInt32Type>() {
            return Column::Dictionary { keys: Cow::Borrowed(typed.keys().values()), values };
        }
    }
    Column::Dictionary { keys: Cow::Owned(places(array)), values }
}

fn text(texts: &ArrayRef, place: usize) -> Option<&str> {
    if texts.is_null(place) {
        return None;
    }
    if let Some(texts) = texts.as_string_opt::<i32>() {
        Some(texts.value(place))
    } else if let Some(texts) = texts.as_string_opt::<i64>() {
        Some(texts.value(place))
    } else {
        texts.as_string_view_opt().map(|texts| texts.value(place))
    }
}

/// The keys of a dictionary; keys that are null or point to null stand for null.
fn places(array: &ArrayRef) -> Vec<u32> {
    downcast_dictionary_array!(
        array => {
            let values = array.values();
            let place = |key: usize| u32::try_from(key).ok().filter(|_| key < values.len() && values.is_valid(key));
            let keys = array.keys().iter().map(|key| key.and_then(|key| place(key.as_usize())));
            keys.map(|place| place.unwrap_or(NULL)).collect()
        }
        _ => Vec::new()
    )
}
