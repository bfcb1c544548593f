//! [`Evidence`]: one judgement of one learner on one competency.

use crate::error::{Code, Finding, Result};
use crate::framework::Extra;
use crate::instant::Instant;
use crate::scale::SCORE_LIMIT;
use crate::value::{Value, Weight};

/// What the judgement says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Outcome {
    Score {
        score: Value,
        possible: Option<Value>,
    },
    Level(String),
    Passed(bool),
    Absence(Absence),
    /// Says nothing, which means not yet.
    #[default]
    Nothing,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $table:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name { $($(#[$vdoc])* $variant),* }

        pub(crate) const $table: [(&str, $name); [$($name::$variant),*].len()] = [$(($word, $name::$variant)),*];

        impl $name {
            /// The word in documents.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }
    };
}

pub(crate) use words;

words! {
    /// Why there is no judgement. An absence is never a zero.
    Absence, ABSENCES {
        /// Not judged so far.
        NotYet = "not_yet",
        /// The opportunity passed without a submission.
        Missed = "missed",
        /// Excused from this one.
        Excused = "excused",
        /// Does not apply to this learner.
        NotApplicable = "not_applicable",
        /// A judgement exists but is held back.
        Withheld = "withheld",
    }
}
words! {
    /// What kind of thing was judged.
    EvidenceKind, KINDS {
        /// Something made.
        Product = "product",
        /// Something performed.
        Performance = "performance",
        /// Something seen by an assessor.
        Observation = "observation",
        /// A test or quiz.
        Test = "test",
        /// Something lived through, such as an internship.
        Experience = "experience",
        /// A credential from elsewhere.
        Credential = "credential",
    }
}
words! {
    /// What the occasion was for.
    Purpose, PURPOSES {
        /// To learn; not counted unless a policy says so.
        Practice = "practice",
        /// To find out where the learner stands.
        Diagnostic = "diagnostic",
        /// To judge.
        Summative = "summative",
        /// A task common to many schools.
        CommonTask = "common_task",
    }
}
words! {
    /// Who judged.
    AssessorRole, ROLES {
        /// A teacher.
        Teacher = "teacher",
        /// The learner; not counted unless a policy says so.
        OneSelf = "self",
        /// Another learner; not counted unless a policy says so.
        Peer = "peer",
        /// Somebody from outside.
        External = "external",
        /// A program.
        Machine = "machine",
    }
}
words! {
    /// How much help the learner had.
    Assistance, ASSISTANCES {
        /// None.
        Independent = "independent",
        /// Prompts.
        Prompted = "prompted",
        /// Help.
        WithHelp = "with_help",
    }
}
words! {
    /// How the task or the standard was changed for the learner.
    Adaptation, ADAPTATIONS {
        /// Another way to the same standard: it counts as for everybody.
        Accommodation = "accommodation",
        /// Another standard: it counts, and marks the results that rest on it.
        Modification = "modification",
    }
}
words! {
    /// Why an item no longer stands. It is kept, and counts for nothing.
    Withdrawal, WITHDRAWALS {
        /// It was taken back.
        Retracted = "retracted",
        /// A correction took its place.
        Superseded = "superseded",
        /// It is the work of a group, and nobody says that the learner took part.
        Unconfirmed = "unconfirmed",
    }
}

/// Who judged, and in what role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Assessor {
    /// An opaque id.
    pub id: Option<String>,
    /// The role.
    pub role: Option<AssessorRole>,
}

/// The thing that was judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Artifact {
    /// Where it is.
    pub uri: Option<String>,
    /// What it is, by content.
    pub sha256: Option<String>,
    /// Its media type.
    pub media_type: Option<String>,
}

/// The system an item came from, and its id there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Source {
    /// The system.
    pub system: Option<String>,
    /// The id in that system.
    pub id: Option<String>,
    /// The id, in the same system, of the item that this one replaces: what was deleted there and restored with a new id.
    pub replaces: Option<String>,
}

/// A person's decision about a competency, over whatever the evidence says. The item names the person as its assessor.
///
/// With a score, a level or passed it sets the value; without, it says that the evidence there is is enough.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Override {
    /// Why. Without a reason the item does not count.
    pub reason: Option<String>,
    /// From then on it no longer holds.
    pub expires_at: Option<Instant>,
}

/// Which attempt this was: a count or the source's own name for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// The first is 1.
    Number(u32),
    /// As the source names it.
    Name(String),
}

/// Which instant orders the evidence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::enum_variant_names, reason = "the names of the fields")]
pub(crate) enum OrderBy {
    /// When the learner did it.
    #[default]
    ObservedAt,
    /// When it was judged.
    AssessedAt,
    /// When it was due.
    DueAt,
}

/// One judgement of one learner on one competency.
///
/// ```
/// use lrm_core::{AssessorRole, Evidence, Instant};
/// let item = Evidence::scored("NF.1", 3)
///     .id("e01")
///     .observed_at(Instant::parse("2026-01-15T12:00:00Z")?)
///     .assessor("ms-lee", AssessorRole::Teacher);
/// assert_eq!(item.competency(), "NF.1");
/// # Ok::<(), lrm_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    pub(crate) id: Option<String>,
    pub(crate) learner: Option<String>,
    pub(crate) competency: String,
    pub(crate) outcome: Outcome,
    pub(crate) observed_at: Option<Instant>,
    pub(crate) due_at: Option<Instant>,
    pub(crate) assessed_at: Option<Instant>,
    pub(crate) received_at: Option<Instant>,
    pub(crate) kind: Option<EvidenceKind>,
    pub(crate) purpose: Option<Purpose>,
    pub(crate) assessor: Option<Assessor>,
    pub(crate) criterion: Option<String>,
    pub(crate) context: Option<String>,
    pub(crate) transfer: Option<bool>,
    pub(crate) assistance: Option<Assistance>,
    pub(crate) adaptation: Option<Adaptation>,
    /// Boxed, since few items have it.
    pub(crate) overriding: Option<Box<Override>>,
    pub(crate) artifact: Option<Artifact>,
    pub(crate) activity: Option<String>,
    pub(crate) attempt: Option<Attempt>,
    pub(crate) source: Option<Source>,
    pub(crate) weight: Option<Weight>,
    pub(crate) withdrawn: Option<Withdrawal>,
    pub(crate) extra: Extra,
}

impl Evidence {
    /// A score on the competency's scale.
    pub fn scored(competency: impl Into<String>, score: impl Into<Value>) -> Self {
        Self::of(competency, Outcome::Score { score: score.into(), possible: None })
    }

    /// A score out of `possible` points; `possible` must be above 0.
    pub fn scored_out_of(competency: impl Into<String>, score: impl Into<Value>, possible: impl Into<Value>) -> Self {
        Self::of(competency, Outcome::Score { score: score.into(), possible: Some(possible.into()) })
    }

    /// A level of the competency's scale; counts as the level's cut score.
    pub fn level(competency: impl Into<String>, level: impl Into<String>) -> Self {
        Self::of(competency, Outcome::Level(level.into()))
    }

    /// Passed (the proficient cut) or failed (the least value).
    pub fn passed(competency: impl Into<String>, passed: bool) -> Self {
        Self::of(competency, Outcome::Passed(passed))
    }

    /// No judgement, and why.
    pub fn absent(competency: impl Into<String>, absence: Absence) -> Self {
        Self::of(competency, Outcome::Absence(absence))
    }

    /// An override that sets no value: the evidence there is is enough, for this reason.
    pub fn completed(competency: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::of(competency, Outcome::Nothing).overriding(reason)
    }

    pub(crate) fn of(competency: impl Into<String>, outcome: Outcome) -> Self {
        Self { competency: competency.into(), outcome, ..Self::default() }
    }

    /// Reads one item.
    ///
    /// # Errors
    /// Everything that keeps the item from counting: `invalid-json`, `missing-field`, `invalid-value`,
    /// `parameter-out-of-range`, `limit-exceeded`.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self> {
        super::read::evidence(json.as_ref())
    }

    /// Canonical JSON.
    pub fn to_json(&self) -> String {
        super::write::evidence(self)
    }

    /// Sets the id; items with the same id and content count once.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Sets the learner.
    #[must_use]
    pub fn learner(mut self, learner: impl Into<String>) -> Self {
        self.learner = Some(learner.into());
        self
    }

    /// Sets when the learner did it.
    #[must_use]
    pub fn observed_at(mut self, at: Instant) -> Self {
        self.observed_at = Some(at);
        self
    }

    /// Sets when it was due.
    #[must_use]
    pub fn due_at(mut self, at: Instant) -> Self {
        self.due_at = Some(at);
        self
    }

    /// Sets when it was judged.
    #[must_use]
    pub fn assessed_at(mut self, at: Instant) -> Self {
        self.assessed_at = Some(at);
        self
    }

    /// Sets when the judgement arrived here.
    #[must_use]
    pub fn received_at(mut self, at: Instant) -> Self {
        self.received_at = Some(at);
        self
    }

    /// Sets the kind of thing that was judged.
    #[must_use]
    pub fn kind(mut self, kind: EvidenceKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Sets what the occasion was for.
    #[must_use]
    pub fn purpose(mut self, purpose: Purpose) -> Self {
        self.purpose = Some(purpose);
        self
    }

    /// Sets who judged, and in what role.
    #[must_use]
    pub fn assessor(mut self, id: impl Into<String>, role: AssessorRole) -> Self {
        self.assessor = Some(Assessor { id: Some(id.into()), role: Some(role) });
        self
    }

    /// Sets the role of whoever judged, without a name.
    #[must_use]
    pub fn assessor_role(mut self, role: AssessorRole) -> Self {
        self.assessor.get_or_insert_default().role = Some(role);
        self
    }

    /// Sets the criterion of a rubric that was judged.
    #[must_use]
    pub fn criterion(mut self, criterion: impl Into<String>) -> Self {
        self.criterion = Some(criterion.into());
        self
    }

    /// Sets where the thing that was judged is.
    #[must_use]
    pub fn artifact_uri(mut self, uri: impl Into<String>) -> Self {
        self.artifact.get_or_insert_default().uri = Some(uri.into());
        self
    }

    /// Sets the hash of the thing that was judged; things with one hash are one.
    #[must_use]
    pub fn artifact_sha256(mut self, sha256: impl Into<String>) -> Self {
        self.artifact.get_or_insert_default().sha256 = Some(sha256.into());
        self
    }

    /// Sets the activity it belongs to.
    #[must_use]
    pub fn activity(mut self, activity: impl Into<String>) -> Self {
        self.activity = Some(activity.into());
        self
    }

    /// Sets which attempt it was; the first is 1.
    #[must_use]
    pub fn attempt(mut self, number: u32) -> Self {
        self.attempt = Some(Attempt::Number(number));
        self
    }

    /// Sets the system it came from, and its id there.
    #[must_use]
    pub fn source(mut self, system: impl Into<String>, id: impl Into<String>) -> Self {
        let source = self.source.get_or_insert_default();
        (source.system, source.id) = (Some(system.into()), Some(id.into()));
        self
    }

    /// Sets the id, in the system that it came from, of the item that it replaces: what was deleted there and restored with a
    /// new id counts once.
    ///
    /// ```
    /// use lrm_core::Evidence;
    /// let restored = Evidence::scored("NF.1", 3).source("lms", "a2").replaces("a1");
    /// assert!(restored.to_json().ends_with(r#""source":{"system":"lms","id":"a2","replaces":"a1"}}"#));
    /// ```
    #[must_use]
    pub fn replaces(mut self, id: impl Into<String>) -> Self {
        self.source.get_or_insert_default().replaces = Some(id.into());
        self
    }

    /// Sets the context in which it was shown.
    #[must_use]
    pub fn context(mut self, context: impl Into<String>) -> Self {
        self.context = Some(context.into());
        self
    }

    /// Sets how much help the learner had.
    #[must_use]
    pub fn assistance(mut self, assistance: Assistance) -> Self {
        self.assistance = Some(assistance);
        self
    }

    /// Sets how the task or the standard was changed for the learner.
    #[must_use]
    pub fn adaptation(mut self, adaptation: Adaptation) -> Self {
        self.adaptation = Some(adaptation);
        self
    }

    /// Makes it an override, for this reason: not evidence, but the decision of the assessor, whom it must name.
    ///
    /// ```
    /// use lrm_core::{AssessorRole, Evidence};
    /// let decision = Evidence::level("NF.1", "mastery").assessor("ms-lee", AssessorRole::Teacher).overriding("oral exam");
    /// assert!(decision.to_json().contains(r#""override":{"reason":"oral exam"}"#));
    /// ```
    #[must_use]
    pub fn overriding(mut self, reason: impl Into<String>) -> Self {
        self.overriding.get_or_insert_default().reason = Some(reason.into());
        self
    }

    /// Sets from when on an override no longer holds.
    #[must_use]
    pub fn expires_at(mut self, at: Instant) -> Self {
        self.overriding.get_or_insert_default().expires_at = Some(at);
        self
    }

    /// Sets whether it was shown in a new situation.
    #[must_use]
    pub fn transfer(mut self, transfer: bool) -> Self {
        self.transfer = Some(transfer);
        self
    }

    /// Sets the weight in `mean`.
    #[must_use]
    pub fn weight(mut self, weight: Weight) -> Self {
        self.weight = Some(weight);
        self
    }

    /// Sets why it no longer stands.
    #[must_use]
    pub fn withdrawn(mut self, why: Withdrawal) -> Self {
        self.withdrawn = Some(why);
        self
    }

    /// The competency it is about.
    pub fn competency(&self) -> &str {
        &self.competency
    }

    /// The item's id.
    pub fn item_id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The learner it is about.
    pub fn learner_id(&self) -> Option<&str> {
        self.learner.as_deref()
    }

    /// Who judged, and in what role.
    pub fn assessed_by(&self) -> Option<&Assessor> {
        self.assessor.as_ref()
    }

    /// What it decides, if it is an override.
    pub fn overrides(&self) -> Option<&Override> {
        self.overriding.as_deref()
    }

    /// The thing that was judged.
    pub fn artifact(&self) -> Option<&Artifact> {
        self.artifact.as_ref()
    }

    /// The system it came from, and its id there.
    pub fn came_from(&self) -> Option<&Source> {
        self.source.as_ref()
    }

    /// A field that the format does not know, as JSON.
    pub fn extra(&self, name: &str) -> Option<&str> {
        self.extra.get(name)
    }

    /// The system and the id there of the item that it replaces.
    pub(crate) fn replaced(&self) -> Option<(&str, &str)> {
        let source = self.source.as_ref()?;
        source.system.as_deref().zip(source.replaces.as_deref())
    }

    /// True if it was judged by a standard that was modified for the learner.
    pub(crate) fn is_modified(&self) -> bool {
        self.adaptation == Some(Adaptation::Modification)
    }

    /// The clock instant: observed, else assessed, else received.
    pub fn clock(&self) -> Option<Instant> {
        self.observed_at.or(self.assessed_at).or(self.received_at)
    }

    /// The instant that orders the evidence.
    pub(crate) fn order(&self, by: OrderBy) -> Option<Instant> {
        match by {
            OrderBy::ObservedAt => self.clock(),
            OrderBy::AssessedAt => self.assessed_at.or_else(|| self.clock()),
            OrderBy::DueAt => self.due_at.or_else(|| self.clock()),
        }
    }

    /// Numbers that no scale can make good, and overrides of nobody or for no reason.
    pub(crate) fn problems(&self) -> Vec<Finding> {
        let mut problems = Vec::new();
        if let Outcome::Score { score, possible } = &self.outcome {
            for (name, value) in [("score", Some(*score)), ("possible", *possible)] {
                if value.is_some_and(|value| value > SCORE_LIMIT || value < Value::literal(-1_000_000)) {
                    let message = format!("{} lies beyond ±1000000", value.unwrap_or_default());
                    problems.push(Finding::new(Code::LimitExceeded, format!("/{name}"), message));
                }
            }
            if let Some(possible) = possible.filter(|possible| *possible <= Value::ZERO) {
                let message = format!("possible is {possible}, expected more than 0");
                problems.push(Finding::new(Code::InvalidValue, "/possible", message));
            }
        }
        if let Some(overriding) = &self.overriding {
            let author = self.assessor.as_ref().and_then(|assessor| assessor.id.as_ref());
            for (path, given) in [("/override/reason", &overriding.reason), ("/assessor/id", &author.cloned())] {
                if given.is_none() {
                    problems.push(Finding::new(
                        Code::MissingField,
                        path,
                        "an override names its author and its reason",
                    ));
                }
            }
            if let Outcome::Absence(_) = self.outcome {
                problems.push(Finding::new(Code::InvalidValue, "/override", "an absence overrides nothing"));
            }
        }
        problems
    }
}
