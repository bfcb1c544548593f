//! The form in which results go out: it is known before there are any.

use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef, Fields, TimeUnit};
use lrm_core::{Engine, ResultColumn};

use super::asked::{Asked, Layout, Values};
use super::lookup::{Ids, Lookup, packed_by};

/// The digits of a value: ±9·10⁹ with nine decimals.
pub(super) const PRECISION: u8 = 19;
pub(super) const SCALE: i8 = 9;

/// How the columns go out, by type.
pub(crate) struct Form {
    pub(super) columns: Vec<ResultColumn>,
    pub(super) fields: Fields,
    pub(super) values: Values,
    /// Of a matrix, the competencies in a row.
    pub(super) width: Option<usize>,
    /// None without a column of learners.
    pub(super) learner: Option<Ids>,
    pub(super) competencies: Lookup,
    pub(super) node_ids: Vec<String>,
}

impl Form {
    /// The form of the results of a frame with columns of these types.
    pub(crate) fn new(
        engine: &Engine,
        asked: &Asked,
        learner: Option<&DataType>,
        competency: Option<&DataType>,
    ) -> Self {
        let mut ids: Vec<&str> = engine.framework().competencies().iter().map(|node| node.id.as_str()).collect();
        ids.sort_unstable();
        let learner = learner.map(Ids::of);
        let (competencies, competency) = Lookup::competencies(&ids, competency.map_or(Ids::Plain, Ids::of));
        let node_ids = match &asked.nodes {
            Some(nodes) => nodes.0.clone(),
            None => ids.into_iter().map(str::to_owned).collect(),
        };
        let mut columns = asked.columns();
        columns.retain(|column| *column != ResultColumn::Learner || learner.is_some());
        let width = (asked.layout == Layout::Matrix).then_some(node_ids.len());
        let field = |column: &ResultColumn| {
            let (kind, nullable) = match column {
                ResultColumn::Learner => (learner.as_ref().map_or(DataType::LargeUtf8, Ids::kind), false),
                ResultColumn::Competency => (competency.kind(), false),
                ResultColumn::Value => (value(asked.values), true),
                ResultColumn::Level => (packed_by(DataType::UInt32), true),
                ResultColumn::Status => (packed_by(DataType::UInt8), false),
                ResultColumn::Modified => (DataType::Boolean, false),
                ResultColumn::Newest => (DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), true),
                _ => (DataType::UInt32, false),
            };
            let field = Field::new(column.as_str(), kind, nullable);
            Arc::new(match width {
                Some(width) if *column != ResultColumn::Learner => in_lists(&field, width),
                _ => field,
            })
        };
        let fields = columns.iter().map(field).collect();
        Self { fields, columns, values: asked.values, width, learner, competencies, node_ids }
    }
}

fn value(values: Values) -> DataType {
    match values {
        Values::Decimal => DataType::Decimal128(PRECISION, SCALE),
        Values::Float => DataType::Float64,
        Values::Billionths => DataType::Int64,
    }
}

/// The field of lists of that many of what the field holds.
fn in_lists(field: &Field, width: usize) -> Field {
    let item: FieldRef = Arc::new(Field::new("item", field.data_type().clone(), field.is_nullable()));
    // a framework has far fewer competencies
    let list = DataType::FixedSizeList(item, i32::try_from(width).unwrap_or(i32::MAX));
    Field::new(field.name(), list, false)
}
