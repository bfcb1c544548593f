//! Columns of a batch of results as Arrow arrays that share its memory.

use std::sync::Arc;

use arrow_array::{ArrowPrimitiveType, PrimitiveArray};
use arrow_buffer::{ArrowNativeType, BooleanBuffer, Buffer, NullBuffer, ScalarBuffer, ToByteSlice as _};
use bytes::Bytes;
use lrm_core::RollupBatch;

/// One column of a batch, which lives as long as an array needs it.
struct Owner<T: 'static> {
    batch: Arc<RollupBatch>,
    column: fn(&RollupBatch) -> &[T],
}

impl<T: ArrowNativeType> AsRef<[u8]> for Owner<T> {
    fn as_ref(&self) -> &[u8] {
        (self.column)(&self.batch).to_byte_slice()
    }
}

/// The bits of a column, likewise.
struct Bits {
    batch: Arc<RollupBatch>,
    bits: fn(&RollupBatch) -> Option<&[u8]>,
}

impl AsRef<[u8]> for Bits {
    fn as_ref(&self) -> &[u8] {
        (self.bits)(&self.batch).unwrap_or_default()
    }
}

fn buffer<T: ArrowNativeType>(batch: &Arc<RollupBatch>, column: fn(&RollupBatch) -> &[T]) -> Buffer {
    Buffer::from(Bytes::from_owner(Owner { batch: Arc::clone(batch), column }))
}

/// A column without nulls.
pub(super) fn numbers<T: ArrowPrimitiveType>(
    batch: &Arc<RollupBatch>,
    column: fn(&RollupBatch) -> &[T::Native],
) -> PrimitiveArray<T> {
    PrimitiveArray::new(ScalarBuffer::new(buffer(batch, column), 0, batch.len()), None)
}

/// A column whose bits, if there are some, say which rows are not null.
pub(super) fn nullable<T: ArrowPrimitiveType>(
    batch: &Arc<RollupBatch>,
    column: fn(&RollupBatch) -> &[T::Native],
    bits: fn(&RollupBatch) -> Option<&[u8]>,
) -> PrimitiveArray<T> {
    let nulls = bits(batch).is_some().then(|| {
        let bits = Buffer::from(Bytes::from_owner(Bits { batch: Arc::clone(batch), bits }));
        NullBuffer::new(BooleanBuffer::new(bits, 0, batch.len()))
    });
    PrimitiveArray::new(ScalarBuffer::new(buffer(batch, column), 0, batch.len()), nulls)
}
