//! The memory of primitive columns: one chunk is borrowed, several are joined.

use std::borrow::Cow;

use arrow_array::cast::AsArray as _;
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, PrimitiveArray};

fn typed<T: ArrowPrimitiveType>(chunks: &[ArrayRef]) -> impl Iterator<Item = &PrimitiveArray<T>> {
    chunks.iter().filter_map(|chunk| chunk.as_primitive_opt::<T>())
}

/// The numbers as they stand.
pub(super) fn same<T: ArrowPrimitiveType>(chunks: &[ArrayRef]) -> Cow<'_, [T::Native]> {
    match chunks {
        [only] => only.as_primitive_opt::<T>().map_or(Cow::Borrowed(&[]), |chunk| Cow::Borrowed(chunk.values())),
        several => Cow::Owned(typed::<T>(several).flat_map(|chunk| chunk.values().iter().copied()).collect()),
    }
}

/// The numbers in another type.
pub(super) fn converted<'a, T: ArrowPrimitiveType, N: Clone>(
    chunks: &[ArrayRef],
    convert: impl Fn(T::Native) -> N + Copy,
) -> Cow<'a, [N]> {
    Cow::Owned(typed::<T>(chunks).flat_map(|chunk| chunk.values().iter().map(move |number| convert(*number))).collect())
}

/// Which rows have a value; none if all do.
pub(super) fn valid<'a>(chunks: &[ArrayRef]) -> Option<Cow<'a, [bool]>> {
    if chunks.iter().all(|chunk| chunk.null_count() == 0) {
        return None;
    }
    let mut valid = Vec::with_capacity(chunks.iter().map(Array::len).sum());
    for chunk in chunks {
        match chunk.nulls() {
            Some(nulls) => valid.extend(nulls.iter()),
            None => valid.resize(valid.len() + chunk.len(), true),
        }
    }
    Some(Cow::Owned(valid))
}
