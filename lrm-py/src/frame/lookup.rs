//! What the places in a column of results mean, and the column that says it.

use std::sync::Arc;

use arrow_array::types::ArrowDictionaryKeyType;
use arrow_array::{Array as _, ArrayRef, DictionaryArray, Int64Array, LargeStringArray, PrimitiveArray, UInt32Array};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType};
use lrm_core::Learners;

/// In which form ids go out: the one in which they came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ids {
    /// Plain texts.
    Plain,
    /// Texts in a dictionary.
    Packed,
    /// Whole numbers of this type.
    Numbers(DataType),
}

impl Ids {
    /// The form for a column of this type.
    pub(super) fn of(kind: &DataType) -> Self {
        match kind {
            DataType::Dictionary(..) => Self::Packed,
            kind if kind.is_integer() => Self::Numbers(kind.clone()),
            _ => Self::Plain,
        }
    }

    /// The type of the column that goes out.
    pub(super) fn kind(&self) -> DataType {
        match self {
            Self::Plain => DataType::LargeUtf8,
            Self::Packed => packed_by(DataType::UInt32),
            Self::Numbers(kind) => kind.clone(),
        }
    }
}

/// The meaning of places.
pub(super) enum Lookup {
    /// They are the numbers that are meant, in another type perhaps.
    Themselves(DataType),
    /// The texts that they point to go out once, as a dictionary.
    Packed(ArrayRef),
    /// What they point to goes out for every row.
    Taken(ArrayRef),
}

impl Lookup {
    /// Competencies by their ids in byte order. Without a place for an id in a type of whole numbers, they are texts.
    pub(super) fn competencies(ids: &[&str], form: Ids) -> (Self, Ids) {
        if let Ids::Numbers(kind) = &form {
            let number = |id: &&str| id.parse::<i64>().ok().filter(|number| number.to_string() == **id);
            let numbers: Option<Vec<i64>> = ids.iter().map(number).collect();
            let numbers = numbers.and_then(|numbers| cast(&Int64Array::from(numbers), kind).ok());
            // what does not fit the type became null
            if let Some(numbers) = numbers.filter(|numbers| numbers.null_count() == 0) {
                return (Self::Taken(numbers), form);
            }
            return (Self::Taken(texts(ids)), Ids::Plain);
        }
        (Self::of_texts(texts(ids), &form), form)
    }

    /// Learners of a rollup.
    pub(super) fn learners(learners: &Learners, form: &Ids) -> Result<Self, ArrowError> {
        Ok(match learners {
            Learners::Texts(ids) => Self::of_texts(texts(ids), form),
            Learners::Numbers(numbers) => Self::Taken(cast(&Int64Array::from(numbers.clone()), &form.kind())?),
            _ => Self::Themselves(form.kind()),
        })
    }

    fn of_texts(texts: ArrayRef, form: &Ids) -> Self {
        if *form == Ids::Packed { Self::Packed(texts) } else { Self::Taken(texts) }
    }

    /// The column that goes out for a column of places.
    pub(super) fn column(&self, places: UInt32Array) -> Result<ArrayRef, ArrowError> {
        match self {
            Self::Themselves(DataType::UInt32) => Ok(Arc::new(places)),
            Self::Themselves(kind) => cast(&places, kind),
            Self::Packed(texts) => packed(places, texts),
            Self::Taken(ids) => arrow_select::take::take(ids, &places, None),
        }
    }
}

/// Texts as an array.
pub(super) fn texts<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> ArrayRef {
    Arc::new(LargeStringArray::from_iter_values(texts))
}

/// The type of a dictionary of texts with places of that type.
pub(super) fn packed_by(places: DataType) -> DataType {
    DataType::Dictionary(Box::new(places), Box::new(DataType::LargeUtf8))
}

/// A dictionary.
pub(super) fn packed<K: ArrowDictionaryKeyType>(
    places: PrimitiveArray<K>,
    texts: &ArrayRef,
) -> Result<ArrayRef, ArrowError> {
    Ok(Arc::new(DictionaryArray::try_new(places, Arc::clone(texts))?))
}
