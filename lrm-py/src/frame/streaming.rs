//! `RollupStream`: frames that come in the order of their learners.

use std::sync::{Arc, Mutex, PoisonError};

use lrm_core as core;
use pyo3::prelude::*;

use super::asked::Asked;
use super::beside::beside;
use super::form::Form;
use super::lookup::Ids;
use super::output::Rollup;
use super::table::{Batch, Batches, Table};
use super::watch::watched;
use crate::enter::{enter, refused};

/// A rollup of frames that come in the order of their learners, one after the other: :meth:`Engine.stream` makes one.
///
/// It keeps the rows of one learner at a time, so that its memory does not grow with the number of learners.
///
/// >>> import lrm, pyarrow
/// >>> engine = lrm.Engine.from_json(
/// ...     {"competencies": [{"id": "a", "statement": "A"}]},
/// ...     {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "mean"}},
/// ... )
/// >>> stream = engine.stream(as_of="2026-11-22T00:00:00Z", columns=["learner", "value"], values="float")
/// >>> for learners, scores in [([1, 1, 2], [3, 4, 1]), ([2, 2, 5], [2, 3, 4])]:
/// ...     frame = pyarrow.table({"learner": learners, "competency": ["a"] * 3, "score": scores})
/// ...     print(stream.push(frame).to_dicts())
/// [{'learner': 1, 'value': 3.5}]
/// [{'learner': 2, 'value': 2.0}]
/// >>> stream.finish().to_dicts()
/// [{'learner': 5, 'value': 4.0}]
#[pyclass(frozen, module = "lrm")]
pub(crate) struct RollupStream {
    asked: Asked,
    scopes: Option<Table>,
    state: Mutex<State>,
}

enum State {
    Ready(Ready),
    /// A frame is being read; that may run any Python code.
    Busy,
    Finished,
}

#[derive(Clone)]
struct Ready {
    engine: core::Engine,
    stream: core::RollupStream,
    /// The form of the first frame.
    form: Option<Arc<Form>>,
}

impl RollupStream {
    pub(crate) fn new(
        engine: &core::Engine,
        as_of: core::Instant,
        asked: Asked,
        scopes: Option<Table>,
    ) -> PyResult<Self> {
        let stream = engine.stream(as_of, &asked.options()?);
        let ready = Ready { engine: engine.clone(), stream, form: None };
        Ok(Self { asked, scopes, state: Mutex::new(State::Ready(ready)) })
    }

    fn replace(&self, state: State) -> State {
        // a panic cannot leave a state half written
        std::mem::replace(&mut *self.state.lock().unwrap_or_else(PoisonError::into_inner), state)
    }

    /// What is ready, for this call alone.
    fn take(&self, py: Python<'_>) -> PyResult<Ready> {
        let message = match self.replace(State::Busy) {
            State::Ready(ready) => return Ok(ready),
            State::Busy => "the stream is busy with another frame",
            State::Finished => {
                self.replace(State::Finished);
                "the stream is finished"
            }
        };
        Err(refused(py, "invalid-value", "", message, &[]))
    }

    /// Takes all batches of a frame.
    fn take_in(&self, py: Python<'_>, ready: &mut Ready, mut batches: Batches) -> PyResult<Rollup> {
        let mut rollups = Vec::new();
        while let Some(batch) = batches.next(py)? {
            self.check(py, ready, &batch)?;
            let (stream, progress) = (&mut ready.stream, core::Progress::new());
            rollups.push(watched(py, batch.rows(), None, &progress, || {
                let evidence = batch.evidence()?;
                beside(self.scopes.as_ref(), &progress, |aside| stream.push_with(&evidence, aside))
            })?);
        }
        Rollup::new(py, self.form(ready), rollups)
    }

    /// The first frame says in which form learners go out; the others have to be like it.
    fn check(&self, py: Python<'_>, ready: &mut Ready, batch: &Batch) -> PyResult<()> {
        let learner = batch.kind("learner");
        let form = ready
            .form
            .get_or_insert_with(|| Arc::new(Form::new(&ready.engine, &self.asked, learner, batch.kind("competency"))));
        if form.learner == learner.map(Ids::of) {
            return Ok(());
        }
        let message = "the column `learner` is not of the type that it had in the frames before";
        Err(refused(py, "column-type", "/learner", message, &[("column", "learner")]))
    }

    fn form(&self, ready: &Ready) -> Arc<Form> {
        ready.form.clone().unwrap_or_else(|| Arc::new(Form::new(&ready.engine, &self.asked, None, None)))
    }
}

#[pymethods]
impl RollupStream {
    /// Takes a frame; gives the results of the learners who are finished: all but the last.
    ///
    /// A frame of several batches is taken batch by batch. After an error the stream is as before. Row numbers of
    /// findings count through all frames.
    ///
    /// Args:
    ///     frame: as in :meth:`Engine.rollup`, with the rows in the order of their learners: numbers ascending, texts by
    ///         bytes.
    ///
    /// Raises:
    ///     InvalidDocumentError: if a learner comes after one who stands later, and after :meth:`finish`.
    ///     LrmError: as :meth:`Engine.rollup`.
    ///
    /// Complexity: O(n) in the rows, plus one evaluation per learner.
    fn push(&self, py: Python<'_>, frame: Batches) -> PyResult<Rollup> {
        let before = self.take(py)?;
        let mut ready = before.clone();
        let result = self.take_in(py, &mut ready, frame);
        self.replace(State::Ready(if result.is_ok() { ready } else { before }));
        result
    }

    /// Gives the results of the last learner. The stream takes no more frames then.
    ///
    /// Raises:
    ///     LrmError: as :meth:`Engine.rollup`.
    fn finish(&self, py: Python<'_>) -> PyResult<Rollup> {
        let ready = self.take(py)?;
        let (stream, progress) = (ready.stream.clone(), core::Progress::new());
        let result = enter(py, || beside(self.scopes.as_ref(), &progress, |aside| stream.finish_with(aside)))
            .and_then(|rollup| Rollup::new(py, self.form(&ready), vec![rollup]));
        self.replace(if result.is_ok() { State::Finished } else { State::Ready(ready) });
        result
    }

    fn __repr__(&self) -> &'static str {
        match *self.state.lock().unwrap_or_else(PoisonError::into_inner) {
            State::Ready(_) => "<lrm.RollupStream, ready>",
            State::Busy => "<lrm.RollupStream, busy>",
            State::Finished => "<lrm.RollupStream, finished>",
        }
    }
}
