//! The memory of primitive arrays.

use std::borrow::Cow;

use arrow_array::cast::AsArray as _;
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType};

/// The numbers as they stand, borrowed.
pub(super) fn same<T: ArrowPrimitiveType>(array: &ArrayRef) -> Cow<'_, [T::Native]> {
    array.as_primitive_opt::<T>().map_or(Cow::Borrowed(&[]), |array| Cow::Borrowed(array.values()))
}

/// The numbers in another type.
pub(super) fn converted<'a, T: ArrowPrimitiveType, N: Clone>(
    array: &ArrayRef,
    convert: impl Fn(T::Native) -> N,
) -> Cow<'a, [N]> {
    let numbers = array.as_primitive_opt::<T>().map(|array| array.values().iter().copied());
    Cow::Owned(numbers.into_iter().flatten().map(convert).collect())
}

/// Which rows have a value; none if all do.
pub(super) fn valid<'a>(array: &dyn Array) -> Option<Cow<'a, [bool]>> {
    let nulls = array.nulls().filter(|nulls| nulls.null_count() > 0)?;
    Some(Cow::Owned(nulls.iter().collect()))
}
