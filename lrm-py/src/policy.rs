//! `Policy`.

use std::sync::Arc;

use lrm_core as core;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyMapping, PyString, PyType};

use crate::derivation::words;
use crate::document::Document;
use crate::enter::enter;
use crate::framework::Framework;
use crate::log::loaded;
use crate::report;

/// A policy: how evidence becomes mastery. Scale, estimators, sufficiency, rollup, rules for some competencies, and programmes.
///
/// ``programmes`` is a list of dicts with ``id``, ``requirement``, and maybe ``title``, ``kind`` (``graduation``, ``course_credit``,
/// ``pathway``, ``destination``) and ``credit``, the name of what it earns; ``sequences`` are lists of credits, lowest first. A
/// requirement has exactly one operator:
///
/// - ``{"all": M}``, ``{"any": M}``, ``{"at_least": 2, "of": M}``, ``{"percent": 80, "of": M}``,
/// - ``{"points": 10, "of": [{"points": 4, "required": True, "of": R}, ...]}``,
/// - ``{"competency": id}``: met; or with ``level`` (that or above), ``value`` (meets it), ``below`` (does not meet it) or
///   ``evidence``: the minima of ``sufficiency`` and ``min_independent``, of ``kinds`` and of a ``level`` or a ``value``,
/// - ``{"credential": name}``, ``{"not_before": instant}``.
///
/// M is a list of requirements, each maybe with ``until``, from which on it is left out; or what chooses competencies,
/// ``{"under", "type", "tag", "id", "leaves"}``, with what is asked of ``each`` beside it. The rollup ``{"method":
/// "requirement", "requirement": R}`` makes a competency met or not by what stands below it; there ``{"leaves": True}`` stands for
/// all leaves below the competency, and ``{"children": True}`` for what is directly below it; with other keys, for those that fit.
///
/// It never changes and pickles through its JSON.
///
/// >>> import lrm
/// >>> policy = lrm.Policy.from_json({
/// ...     "format": "lrm-policy/1", "id": "district", "version": "3",
/// ...     "scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"},
/// ... })
/// >>> lrm.Policy.from_json(policy.to_json()) == policy
/// True
#[pyclass(frozen, module = "lrm")]
pub(crate) struct Policy(pub(crate) Arc<core::Policy>);

#[pymethods]
impl Policy {
    /// Reads a policy (``lrm-policy/1``).
    ///
    /// Args:
    ///     document: text, bytes, or dicts and lists. Floats and decimals keep their exact digits.
    ///
    /// Raises:
    ///     InvalidDocumentError: with all findings at once.
    ///
    /// >>> import lrm
    /// >>> lrm.Policy.from_json({"format": "lrm-policy/1", "scale": {"max": 4}, "estimate": {"method": "latest"}})
    /// Traceback (most recent call last):
    /// lrm.InvalidDocumentError: /scale: the field `proficient` is missing (missing-field)
    #[classmethod]
    fn from_json(_class: &Bound<'_, PyType>, py: Python<'_>, document: Document) -> PyResult<Self> {
        enter(py, move || core::Policy::from_json(document)).map(|policy| Self(policy.into()))
    }

    /// A ready-made policy: the published rule of a product or a school, with the numbers that it has by default.
    ///
    /// Its ``extra`` says where the rule comes from, what schools set, and what the rule has that a policy cannot say. A layer
    /// ``{"layer": ..., "ready_made": name}`` is one to build upon, see :meth:`from_layers`.
    ///
    /// Raises:
    ///     LrmError: with the code ``unknown-policy`` and the names that there are.
    ///
    /// >>> import lrm
    /// >>> policy = lrm.Policy.ready_made("canvas-weighted-average")
    /// >>> "The latest score counts 65 %, the mean of the earlier ones 35 %." in policy.words()
    /// True
    #[classmethod]
    fn ready_made(_class: &Bound<'_, PyType>, py: Python<'_>, name: &str) -> PyResult<Self> {
        enter(py, move || core::Policy::ready_made(name)).map(|policy| Self(policy.into()))
    }

    /// The names of the ready-made policies, in byte order.
    ///
    /// >>> import lrm
    /// >>> "canvas-weighted-average" in lrm.Policy.ready_made_names()
    /// True
    #[staticmethod]
    fn ready_made_names() -> Vec<&'static str> {
        core::Policy::READY_MADE.to_vec()
    }

    /// Puts a policy together from layers (``lrm-policy-layer/1``): those of a platform, a tenant, a school, a course.
    ///
    /// Where several layers set a parameter the lowest holds. What a lock of a layer does not let through is refused to the
    /// layers below it, and what those above say holds instead.
    ///
    /// Args:
    ///     documents: an iterable of layers, the highest first: each text, bytes, or dicts and lists. In the place of ``set`` a
    ///         layer may have ``ready_made``, the name of a ready-made policy, which is then what it sets.
    ///
    /// Raises:
    ///     InvalidDocumentError: with the ``layer`` in the context and the place in its document; ``contradiction`` for a lock
    ///         that leaves nothing, ``locked`` for one that what holds there is outside of.
    ///
    /// >>> import lrm
    /// >>> layered = lrm.Policy.from_layers([
    /// ...     {"layer": "platform", "set": {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}}},
    /// ...     {"layer": "district", "locks": [{"parameter": "/scale/proficient", "min": 3}]},
    /// ...     {"layer": "school", "set": {"scale": {"proficient": 2}}},
    /// ...     {"layer": "course", "set": {"scale": {"proficient": 4}}},
    /// ... ])
    /// >>> layered.refused
    /// [{'parameter': '/scale/proficient', 'layer': 'school', 'value': 2, 'lock': 'district'}]
    /// >>> layered.policy.words()[9]
    /// 'Scores go from 0 to 4. A competency is met from 4 on.'
    #[classmethod]
    fn from_layers<'py>(
        _class: &Bound<'py, PyType>,
        py: Python<'py>,
        documents: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        // one document is an iterable too: of its fields, or of letters
        if documents.cast::<PyString>().is_ok() || documents.cast::<PyMapping>().is_ok() {
            let kind = documents.get_type().name()?;
            return Err(PyTypeError::new_err(format!("layers are an iterable of documents, not a {kind}")));
        }
        let document =
            |(at, document): (usize, PyResult<Bound<'_, PyAny>>)| Document::at(&document?, &format!("/documents/{at}"));
        let documents: Vec<Document> = documents.try_iter()?.enumerate().map(document).collect::<PyResult<_>>()?;
        let layered = enter(py, move || core::Policy::from_layers(documents))?;
        let (trace, refused) = (loaded(py, &layered.trace_json())?, loaded(py, &layered.refused_json())?);
        let policy = Self(layered.into_policy().into());
        py.import("lrm._layers")?.getattr("LayeredPolicy")?.call1((policy, trace, refused))
    }

    /// The policy in plain words, sentence by sentence: what counts, how it becomes a result, when it is enough, from where on
    /// a competency is met, and how results of groups come about. Each rule is one text.
    ///
    /// Args:
    ///     catalogue: sentences by message id that replace the English ones, as dict or JSON; those of policies begin with
    ///         ``policy.``, see :meth:`Derivation.message_ids`.
    ///
    /// Raises:
    ///     InvalidDocumentError: for an id that no message has.
    ///
    /// >>> import lrm
    /// >>> policy = lrm.Policy.from_json({
    /// ...     "scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest_vs_mean", "latest_percent": 65},
    /// ... })
    /// >>> "The latest score counts 65 %, the mean of the earlier ones 35 %." in policy.words()
    /// True
    #[pyo3(signature = (catalogue=None))]
    fn words(&self, py: Python<'_>, catalogue: Option<Document>) -> PyResult<Vec<String>> {
        enter(py, move || Ok::<_, core::Error>(self.0.words_with(&words(catalogue)?)))
    }

    /// The policy's id, if it has one.
    #[getter]
    fn id(&self) -> Option<&str> {
        self.0.id()
    }

    /// The policy's version, if it has one.
    #[getter]
    fn version(&self) -> Option<&str> {
        self.0.version()
    }

    /// What looks like a mistake in this policy for that framework: rules that match nothing, weights that are all zero,
    /// sums without a scale, more inputs required than there are. None of it stops an engine.
    ///
    /// Raises:
    ///     LrmError: whatever keeps the two from being compiled together, see :class:`Engine`.
    fn lint<'py>(&self, py: Python<'py>, framework: &Framework) -> PyResult<Bound<'py, PyAny>> {
        let report = enter(py, || self.0.lint(&framework.0))?;
        report::to_python(py, &report)
    }

    /// Canonical JSON; the same bytes in every language.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.0.to_json() == other.get().0.to_json())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((slf.get_type().getattr("from_json")?, (slf.get().to_json(),)))
    }

    fn __repr__(&self) -> String {
        let words = [self.0.id(), self.0.version()].into_iter().flatten().map(|word| format!(" {word:?}"));
        format!("<lrm.Policy{}>", words.collect::<String>())
    }
}
