//! One [`Error`] with a stable [`Code`] and typed [`Context`]; a [`Report`] that lists every [`Finding`].
//!
//! Codes are part of the interface and never change their meaning; texts may. A finding says what was wrong, where (a
//! JSON Pointer into the document, RFC 6901) and what was expected. An error is one finding or several of them: reading a
//! document collects all it can find before it gives up.

use std::fmt;

use crate::json::write::{Writer, escape};

/// What went wrong, as a stable machine-readable word (`Code::as_str`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Code {
    /// The text is not JSON, is not UTF-8, repeats a key or nests too deeply.
    InvalidJson,
    /// The document's `format` is not one that this version reads.
    UnsupportedFormat,
    /// Bytes that were cut or changed; the context holds the `offset` and what was `expected`.
    Damaged,
    /// A field that the format does not know.
    UnknownField,
    /// A field that the format requires is absent.
    MissingField,
    /// A value of the wrong type or form.
    InvalidValue,
    /// An identifier, an edge or an evidence id stands twice.
    DuplicateId,
    /// A reference to something that is not in the document.
    DanglingReference,
    /// The hierarchy or the hard prerequisites run in a circle; the context holds the `path`.
    Cycle,
    /// An association from a competency to itself.
    SelfLoop,
    /// A competency that the framework does not have.
    UnknownCompetency,
    /// A learner who is not in the class.
    UnknownLearner,
    /// A level that the scale does not have.
    UnknownLevel,
    /// A score outside the scale or outside what is possible.
    ScoreOffScale,
    /// A parameter or a weight outside its range.
    ParameterOutOfRange,
    /// A node and its inputs are measured on different scales.
    IncompatibleScales,
    /// A node rolled up by `sum` without a scale of its own.
    SumWithoutScale,
    /// All weights below a node are zero.
    ZeroWeight,
    /// A rule of the policy whose `match` no competency fulfils.
    RuleMatchesNothing,
    /// A group of requirements without members.
    EmptyGroup,
    /// A group of requirements that asks for more than all its members together.
    Unreachable,
    /// Requirements that exclude each other, or locks that leave no value.
    Contradiction,
    /// A programme that the policy does not have.
    UnknownProgramme,
    /// A name that no ready-made policy has.
    UnknownPolicy,
    /// A credit for a requirement that is not met; the context holds how many conditions are `missing`.
    RequirementNotMet,
    /// A credit that the learner has.
    AlreadyAwarded,
    /// A credit below one that the learner has, in the same sequence.
    LowerInSequence,
    /// An event that the state of what it is about does not allow; the context holds both states.
    IllegalTransition,
    /// A time zone that the rules do not have.
    UnknownZone,
    /// Something may not be erased while a hold is in force; the context has its id.
    LegalHold,
    /// A warm learner's clock was asked to go back.
    ClockMovedBack,
    /// The graph has too many ancestor–descendant pairs.
    ClosureTooLarge,
    /// A documented limit was passed.
    LimitExceeded,
    /// A column of the wrong type.
    ColumnType,
    /// A column that is required but not there.
    ColumnMissing,
    /// A derivation that does not reproduce its own results.
    DerivationMismatch,
    /// An association type outside the standard, kept as an extension.
    UnknownAssociation,
    /// A long computation was cancelled by its caller.
    Cancelled,
    /// A document left out or changed something that readers should know; the text says what.
    Notice,
    /// A lock of a policy layer that what holds there is outside of.
    Locked,
    /// Engines whose frameworks have other competencies, or another hierarchy.
    IncompatibleFrameworks,
}

impl Code {
    /// Every code, in the order of their declaration.
    pub const ALL: [Self; 41] = [
        Self::InvalidJson,
        Self::UnsupportedFormat,
        Self::Damaged,
        Self::UnknownField,
        Self::MissingField,
        Self::InvalidValue,
        Self::DuplicateId,
        Self::DanglingReference,
        Self::Cycle,
        Self::SelfLoop,
        Self::UnknownCompetency,
        Self::UnknownLearner,
        Self::UnknownLevel,
        Self::ScoreOffScale,
        Self::ParameterOutOfRange,
        Self::IncompatibleScales,
        Self::SumWithoutScale,
        Self::ZeroWeight,
        Self::RuleMatchesNothing,
        Self::EmptyGroup,
        Self::Unreachable,
        Self::Contradiction,
        Self::UnknownProgramme,
        Self::UnknownPolicy,
        Self::RequirementNotMet,
        Self::AlreadyAwarded,
        Self::LowerInSequence,
        Self::IllegalTransition,
        Self::UnknownZone,
        Self::LegalHold,
        Self::ClockMovedBack,
        Self::ClosureTooLarge,
        Self::LimitExceeded,
        Self::ColumnType,
        Self::ColumnMissing,
        Self::DerivationMismatch,
        Self::UnknownAssociation,
        Self::Cancelled,
        Self::Notice,
        Self::Locked,
        Self::IncompatibleFrameworks,
    ];

    /// The stable word, for example `"score-off-scale"`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidJson => "invalid-json",
            Self::UnsupportedFormat => "unsupported-format",
            Self::Damaged => "damaged",
            Self::UnknownField => "unknown-field",
            Self::MissingField => "missing-field",
            Self::InvalidValue => "invalid-value",
            Self::DuplicateId => "duplicate-id",
            Self::DanglingReference => "dangling-reference",
            Self::Cycle => "cycle",
            Self::SelfLoop => "self-loop",
            Self::UnknownCompetency => "unknown-competency",
            Self::UnknownLearner => "unknown-learner",
            Self::UnknownLevel => "unknown-level",
            Self::ScoreOffScale => "score-off-scale",
            Self::ParameterOutOfRange => "parameter-out-of-range",
            Self::IncompatibleScales => "incompatible-scales",
            Self::SumWithoutScale => "sum-without-scale",
            Self::ZeroWeight => "zero-weight",
            Self::RuleMatchesNothing => "rule-matches-nothing",
            Self::EmptyGroup => "empty-group",
            Self::Unreachable => "unreachable",
            Self::Contradiction => "contradiction",
            Self::UnknownProgramme => "unknown-programme",
            Self::UnknownPolicy => "unknown-policy",
            Self::RequirementNotMet => "requirement-not-met",
            Self::AlreadyAwarded => "already-awarded",
            Self::LowerInSequence => "lower-in-sequence",
            Self::IllegalTransition => "illegal-transition",
            Self::UnknownZone => "unknown-zone",
            Self::LegalHold => "legal-hold",
            Self::ClockMovedBack => "clock-moved-back",
            Self::ClosureTooLarge => "closure-too-large",
            Self::LimitExceeded => "limit-exceeded",
            Self::ColumnType => "column-type",
            Self::ColumnMissing => "column-missing",
            Self::DerivationMismatch => "derivation-mismatch",
            Self::UnknownAssociation => "unknown-association",
            Self::Cancelled => "cancelled",
            Self::Notice => "notice",
            Self::Locked => "locked",
            Self::IncompatibleFrameworks => "incompatible-frameworks",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One typed detail of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Detail {
    /// A text, such as an id.
    Text(String),
    /// A whole number, such as a row or a limit.
    Number(i64),
    /// A list of texts, such as the path of a cycle.
    List(Vec<String>),
}

/// The typed details of a finding, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context(Vec<(&'static str, Detail)>);

impl Context {
    /// The detail of that name, if the finding has it.
    pub fn get(&self, name: &str) -> Option<&Detail> {
        self.0.iter().find(|(key, _)| *key == name).map(|(_, detail)| detail)
    }

    /// All details in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Detail)> {
        self.0.iter().map(|(key, detail)| (*key, detail))
    }

    /// True if there are no details.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Something wrong at one place of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The stable code.
    pub code: Code,
    /// Where: a JSON Pointer such as `/evidence/3/score`, or empty for the whole.
    pub path: String,
    /// What was wrong and what was expected, in English.
    pub message: String,
    /// The same in typed form.
    pub context: Context,
}

impl Finding {
    pub(crate) fn new(code: Code, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, path: path.into(), message: message.into(), context: Context::default() }
    }

    pub(crate) fn with(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.context.0.push((name, Detail::Text(clip(&text.into()))));
        self
    }

    pub(crate) fn with_number(mut self, name: &'static str, number: i64) -> Self {
        self.context.0.push((name, Detail::Number(number)));
        self
    }

    pub(crate) fn with_list(mut self, name: &'static str, list: Vec<String>) -> Self {
        self.context.0.push((name, Detail::List(list)));
        self
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        w.open('{');
        w.key("code").text(self.code.as_str());
        w.key("path").text(&self.path);
        w.key("message").text(&self.message);
        if !self.context.is_empty() {
            w.key("context").open('{');
            for (name, detail) in self.context.iter() {
                w.key(name);
                match detail {
                    Detail::Text(text) => w.text(text),
                    Detail::Number(number) => w.raw(&number.to_string()),
                    Detail::List(list) => {
                        w.open('[');
                        for text in list {
                            w.item().text(text);
                        }
                        w.close(']')
                    }
                };
            }
            w.close('}');
        }
        w.close('}');
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            write!(f, "{} ({})", self.message, self.code)
        } else {
            write!(f, "{}: {} ({})", self.path, self.message, self.code)
        }
    }
}

/// A list of findings, in the order of the input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    findings: Vec<Finding>,
}

impl Report {
    pub(crate) fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// All findings.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How many findings there are.
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// True if nothing was found.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// How often each code occurs, in the order of the codes.
    pub fn counts(&self) -> Vec<(Code, usize)> {
        let mut codes: Vec<Code> = self.findings.iter().map(|finding| finding.code).collect();
        crate::sorting::sort(&mut codes);
        codes.chunk_by(|a, b| a == b).filter_map(|same| Some((*same.first()?, same.len()))).collect()
    }

    /// Canonical JSON: a list of `{code, path, message, context?}`.
    pub fn to_json(&self) -> String {
        let mut w = Writer::new();
        self.write(&mut w);
        w.finish()
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        w.open('[');
        for finding in &self.findings {
            w.item();
            finding.write(w);
        }
        w.close(']');
    }

    /// The report as an error if it has a finding: the code of the first, the list of all.
    ///
    /// # Errors
    /// If there is at least one finding.
    pub fn into_result(self) -> Result<()> {
        if self.is_empty() { Ok(()) } else { Err(Error::from_findings(self.findings)) }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("no findings");
        }
        let lines: Vec<String> = self.findings.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

/// Why a call failed: one finding or several, never none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", describe(.0))]
pub struct Error(Box<[Finding]>);

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

fn describe(findings: &[Finding]) -> String {
    match findings {
        [] => String::new(),
        [only] => only.to_string(),
        [first, rest @ ..] => format!("{first}; and {} more", rest.len()),
    }
}

impl Error {
    /// The error of these findings. Callers pass at least one.
    pub(crate) fn from_findings(findings: Vec<Finding>) -> Self {
        debug_assert!(!findings.is_empty(), "an error has a finding");
        Self(findings.into_boxed_slice())
    }

    pub(crate) fn new(code: Code, path: impl Into<String>, message: impl Into<String>) -> Self {
        Finding::new(code, path, message).into()
    }

    /// The same about one of several documents, which is at a place itself.
    #[doc(hidden)]
    #[must_use]
    pub fn below(&self, above: &str) -> Self {
        let place = |finding: &Finding| Finding { path: format!("{above}{}", finding.path), ..finding.clone() };
        Self::from_findings(self.0.iter().map(place).collect())
    }

    /// The code of the first finding.
    pub fn code(&self) -> Code {
        self.0.first().map_or(Code::InvalidValue, |finding| finding.code)
    }

    /// The text of the first finding.
    pub fn message(&self) -> &str {
        self.0.first().map_or("", |finding| &finding.message)
    }

    /// The place of the first finding.
    pub fn path(&self) -> &str {
        self.0.first().map_or("", |finding| &finding.path)
    }

    /// The typed details of the first finding.
    pub fn context(&self) -> &Context {
        static NONE: Context = Context(Vec::new());
        self.0.first().map_or(&NONE, |finding| &finding.context)
    }

    /// All findings.
    pub fn findings(&self) -> &[Finding] {
        &self.0
    }

    /// Canonical JSON: `{code, path, message, context?, findings}`.
    pub fn to_json(&self) -> String {
        let mut head = Writer::new();
        if let Some(first) = self.0.first() {
            first.write(&mut head);
        }
        let mut text = head.finish();
        text.pop();
        text.push_str(",\"findings\":");
        text.push_str(&Report { findings: self.0.to_vec() }.to_json());
        text.push('}');
        text
    }
}

impl From<Finding> for Error {
    fn from(finding: Finding) -> Self {
        Self::from_findings(vec![finding])
    }
}

/// The longest piece of a user's text that a message repeats, in characters.
const CLIP: usize = 80;

/// A user's text, cut so that a message stays readable and small.
pub(crate) fn clip(text: &str) -> String {
    match text.char_indices().nth(CLIP) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

/// A user's text in backticks, cut and with control characters escaped.
pub(crate) fn quote(text: &str) -> String {
    let clipped = clip(text);
    let mut quoted = String::from("`");
    escape(&clipped, &mut quoted);
    quoted.push('`');
    quoted
}
