//! What a rollup is asked for.

use lrm_core::{ResultColumn, RollupOptions};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::ids::Ids;

/// How values are given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Values {
    /// Exactly.
    Decimal,
    /// As the nearest binary floating-point number.
    Float,
    /// Exactly, as the number of billionths.
    Billionths,
}

impl<'py> FromPyObject<'_, 'py> for Values {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match value.cast::<PyString>()?.to_str()? {
            "decimal" => Ok(Self::Decimal),
            "float" => Ok(Self::Float),
            "billionths" => Ok(Self::Billionths),
            other => {
                let message = format!("values are \"decimal\", \"float\" or \"billionths\", not {other:?}");
                Err(PyValueError::new_err(message))
            }
        }
    }
}

/// Which rows there are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// One for each learner and competency.
    Long,
    /// One for each learner.
    Matrix,
}

impl<'py> FromPyObject<'_, 'py> for Layout {
    type Error = PyErr;

    fn extract(layout: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match layout.cast::<PyString>()?.to_str()? {
            "long" => Ok(Self::Long),
            "matrix" => Ok(Self::Matrix),
            other => Err(PyValueError::new_err(format!("a layout is \"long\" or \"matrix\", not {other:?}"))),
        }
    }
}

/// Names of columns of results.
pub(crate) struct Columns(Vec<ResultColumn>);

impl<'py> FromPyObject<'_, 'py> for Columns {
    type Error = PyErr;

    fn extract(names: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let column = |name: String| {
            ResultColumn::named(&name).ok_or_else(|| {
                let known = ResultColumn::ALL.map(ResultColumn::as_str).join(", ");
                PyValueError::new_err(format!("the columns of a rollup are {known}, not {name:?}"))
            })
        };
        names.extract::<Ids>()?.0.into_iter().map(column).collect::<PyResult<_>>().map(Self)
    }
}

/// The keyword arguments that say what comes out, and in which form.
pub(crate) struct Asked {
    pub(crate) scope: Option<Ids>,
    pub(crate) nodes: Option<Ids>,
    pub(crate) columns: Option<Columns>,
    pub(crate) unassessed: bool,
    pub(crate) strict: bool,
    pub(crate) values: Values,
    pub(crate) layout: Layout,
    pub(crate) findings: Option<usize>,
    pub(crate) threads: Option<usize>,
}

impl Asked {
    /// The columns that come out, in their order.
    pub(super) fn columns(&self) -> Vec<ResultColumn> {
        let wanted = |column: &ResultColumn| match (&self.columns, self.layout) {
            (None, Layout::Long) => *column != ResultColumn::Modified,
            (None, Layout::Matrix) => matches!(column, ResultColumn::Learner | ResultColumn::Value),
            (Some(named), Layout::Long) => named.0.contains(column),
            (Some(named), Layout::Matrix) => *column == ResultColumn::Learner || named.0.contains(column),
        };
        ResultColumn::ALL.into_iter().filter(wanted).collect()
    }

    /// The same for the engine.
    pub(crate) fn options(&self) -> PyResult<RollupOptions> {
        let columns = self.columns();
        if self.layout == Layout::Matrix && columns.contains(&ResultColumn::Competency) {
            return Err(PyValueError::new_err("a matrix has no column of competencies: node_ids lists them"));
        }
        let mut options = RollupOptions::new().columns(columns).threads(threads(self.threads.unwrap_or(0)));
        if let Some(scope) = &self.scope {
            options = options.scope(&scope.0);
        }
        if let Some(nodes) = &self.nodes {
            options = options.nodes(&nodes.0);
        }
        if let Some(most) = self.findings {
            options = options.findings(most);
        }
        if self.unassessed || self.layout == Layout::Matrix {
            options = options.unassessed();
        }
        Ok(if self.strict { options.strict() } else { options })
    }
}

/// How many threads the engine may use.
///
/// The threads that a process shares do not live on in a process that is forked from it, and waiting for them would have no
/// end: a forked process gets threads of its own.
fn threads(asked: usize) -> usize {
    static FIRST: std::sync::OnceLock<u32> = std::sync::OnceLock::new();
    let first = *FIRST.get_or_init(std::process::id);
    if asked == 0 && first != std::process::id() {
        return std::thread::available_parallelism().map_or(1, usize::from);
    }
    asked
}
