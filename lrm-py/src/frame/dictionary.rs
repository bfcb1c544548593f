//! Columns of texts. Repeated texts become places in a list; columns of mostly distinct texts are borrowed as they are.

use std::borrow::Cow;

use arrow_array::cast::AsArray as _;
use arrow_array::{Array as _, ArrayRef, downcast_dictionary_array};
use arrow_schema::DataType;
use lrm_core::Column;

/// The place that stands for null.
const NULL: u32 = u32::MAX;

/// Distinct texts in the order in which they first come.
#[derive(Default)]
struct Places<'a> {
    values: Vec<Cow<'a, str>>,
    #[expect(clippy::disallowed_types, reason = "asked for single texts only: its order reaches nothing")]
    places: std::collections::HashMap<&'a str, u32>,
}

impl<'a> Places<'a> {
    fn of(&mut self, text: &'a str) -> u32 {
        let next = u32::try_from(self.values.len()).unwrap_or(NULL);
        *self.places.entry(text).or_insert_with(|| {
            self.values.push(Cow::Borrowed(text));
            next
        })
    }
}

/// The texts of a chunk, whatever their layout.
fn texts<'a>(kind: &DataType, chunk: &'a ArrayRef) -> Box<dyn Iterator<Item = Option<&'a str>> + 'a> {
    let nothing = || Box::new(std::iter::empty()) as Box<dyn Iterator<Item = Option<&'a str>> + 'a>;
    match kind {
        DataType::Utf8 => chunk.as_string_opt::<i32>().map_or_else(nothing, |texts| Box::new(texts.iter())),
        DataType::LargeUtf8 => chunk.as_string_opt::<i64>().map_or_else(nothing, |texts| Box::new(texts.iter())),
        DataType::Utf8View => chunk.as_string_view_opt().map_or_else(nothing, |texts| Box::new(texts.iter())),
        _ => nothing(),
    }
}

/// A column of plain texts.
pub(super) fn of_texts<'a>(kind: &DataType, chunks: &'a [ArrayRef], rows: usize) -> Column<'a> {
    let mut places = Places::default();
    let mut keys = Vec::with_capacity(rows);
    let mut last = ("", NULL);
    for text in chunks.iter().flat_map(|chunk| texts(kind, chunk)) {
        let Some(text) = text else {
            keys.push(NULL);
            continue;
        };
        // tables are often sorted
        if last.1 == NULL || last.0 != text {
            last = (text, places.of(text));
        }
        keys.push(last.1);
        // mostly distinct: a list of places would cost more than it saves
        if places.values.len() > 1_000 + rows / 4 {
            return Column::texts(chunks.iter().flat_map(|chunk| texts(kind, chunk)));
        }
    }
    Column::Dictionary { keys: Cow::Owned(keys), values: places.values }
}

/// A column of texts that comes as dictionaries, one for each chunk.
pub(super) fn of_dictionaries<'a>(values: &DataType, chunks: &'a [ArrayRef], rows: usize) -> Column<'a> {
    let mut places = Places::default();
    let mut keys = Vec::with_capacity(rows);
    for chunk in chunks {
        downcast_dictionary_array!(
            chunk => {
                let moved: Vec<u32> = texts(values, chunk.values()).map(|text| text.map_or(NULL, |text| places.of(text))).collect();
                let place = |key: Option<_>| key.and_then(|key: usize| moved.get(key).copied()).unwrap_or(NULL);
                keys.extend(chunk.keys().iter().map(|key| place(key.map(arrow_buffer::ArrowNativeType::as_usize))));
            }
            _ => {}
        );
    }
    Column::Dictionary { keys: Cow::Owned(keys), values: places.values }
}
