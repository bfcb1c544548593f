//! One item of evidence: what it says, and whether it is sound (semantics: Evidence).

use serde_json::Value;

use super::Code;
use super::canonical;
use super::document::{Object, choice, field, grid, object, required, text, truth, weight, whole};
use super::instant::{self, Instant};
use super::policy::{ExtraCredit, OrderBy};
use super::rules::Sections;
use super::value::{Exact, Grid};

/// The purposes of evidence.
pub(super) const PURPOSES: [&str; 4] = ["practice", "diagnostic", "summative", "common_task"];

/// The roles of an assessor.
pub(super) const ROLES: [&str; 5] = ["teacher", "self", "peer", "external", "machine"];

/// The kinds of evidence.
pub(super) const KINDS: [&str; 6] = ["product", "performance", "observation", "test", "experience", "credential"];

/// The degrees of assistance.
pub(super) const ASSISTANCE: [&str; 3] = ["independent", "prompted", "with_help"];

/// What was changed for a learner: the way to a standard, or the standard.
pub(super) const ADAPTATIONS: [&str; 2] = ["accommodation", "modification"];

/// Why there is no judgement.
pub(super) const ABSENCES: [&str; 5] = ["not_yet", "missed", "excused", "not_applicable", "withheld"];

/// What an item says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    /// A value on the scale of the competency.
    Value(Grid),
    /// That there is none, and why.
    Absence(&'static str),
    /// That nothing more is asked of the evidence that there is: an override without an outcome.
    Completion,
}

/// A decision by a human, which no rule makes.
#[derive(Clone, Debug)]
pub(super) struct Override {
    /// From when on it no longer holds.
    pub(super) expires_at: Option<Instant>,
}

/// A sound item of a known competency.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) id: Option<String>,
    pub(super) judgement: Judgement,
    pub(super) observed_at: Option<Instant>,
    pub(super) due_at: Option<Instant>,
    pub(super) assessed_at: Option<Instant>,
    pub(super) received_at: Option<Instant>,
    pub(super) kind: Option<String>,
    pub(super) purpose: Option<String>,
    pub(super) assessor: Option<String>,
    pub(super) role: Option<String>,
    pub(super) context: Option<String>,
    pub(super) transfer: bool,
    pub(super) assistance: Option<String>,
    /// Whether the standard itself was changed.
    pub(super) modified: bool,
    /// Set if it is no evidence but an override.
    pub(super) overriding: Option<Override>,
    pub(super) activity: Option<String>,
    /// The attempt as text.
    pub(super) attempt: Option<String>,
    /// The system that reports it.
    pub(super) system: Option<String>,
    /// What that system calls it.
    pub(super) source_id: Option<String>,
    /// What that system called the item that it stands in the place of.
    pub(super) replaces: Option<String>,
    /// What tells one artifact from another.
    pub(super) artifact: Option<String>,
    pub(super) weight: Exact,
    /// The canonical text.
    pub(super) canonical: String,
    /// Its place in the record.
    pub(super) place: usize,
    /// The value that a rule leaves of a greater one.
    pub(super) capped: Option<Grid>,
}

/// Why an item cannot count: the code of the finding, and the reason that the item ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    /// The code of the finding.
    pub(super) code: Code,
    /// The reason of the item.
    pub(super) reason: &'static str,
}

impl From<Code> for Flaw {
    fn from(code: Code) -> Self {
        Self { code, reason: if code == "score-off-scale" { "off_scale" } else { "invalid" } }
    }
}

impl Item {
    /// Reads an item with its place and its canonical text, of a competency with these sections.
    pub(super) fn read(item: &Object, place: usize, canonical: &str, sections: &Sections) -> Result<Self, Flaw> {
        let assessor = inner(item, "assessor")?;
        let artifact = inner(item, "artifact")?;
        let source = inner(item, "source")?;
        inner(item, "extra")?;
        for key in ["learner", "criterion"] {
            text(item, key)?;
        }
        text(&artifact, "media_type")?;
        let uri = text(&artifact, "uri")?;
        let read = Self {
            id: owned(text(item, "id")?),
            observed_at: instant(item, "observed_at")?,
            due_at: instant(item, "due_at")?,
            assessed_at: instant(item, "assessed_at")?,
            received_at: instant(item, "received_at")?,
            kind: owned(among(item, "kind", &KINDS)?),
            purpose: owned(among(item, "purpose", &PURPOSES)?),
            assessor: owned(text(&assessor, "id")?),
            role: owned(among(&assessor, "role", &ROLES)?),
            context: owned(text(item, "context")?),
            transfer: truth(item, "transfer")?.unwrap_or(false),
            assistance: owned(among(item, "assistance", &ASSISTANCE)?),
            modified: among(item, "adaptation", &ADAPTATIONS)? == Some("modification"),
            overriding: overriding(item, &assessor)?,
            activity: owned(text(item, "activity")?),
            attempt: attempt(item)?,
            system: owned(text(&source, "system")?),
            source_id: owned(text(&source, "id")?),
            replaces: owned(text(&source, "replaces")?),
            artifact: owned(text(&artifact, "sha256")?.or(uri)),
            weight: weight(item)?,
            canonical: canonical.to_owned(),
            place,
            capped: None,
            judgement: judgement(item, sections)?,
        };
        Ok(read)
    }

    /// The value that counts; an absence has none.
    pub(super) fn value(&self) -> Option<Grid> {
        self.capped.or_else(|| self.given())
    }

    /// The value that was given, whatever a rule leaves of it.
    pub(super) fn given(&self) -> Option<Grid> {
        match self.judgement {
            Judgement::Value(value) => Some(value),
            Judgement::Absence(_) | Judgement::Completion => None,
        }
    }

    /// The clock instant.
    pub(super) fn clock(&self) -> Option<Instant> {
        self.observed_at.or(self.assessed_at).or(self.received_at)
    }

    /// The instant that orders the item.
    pub(super) fn instant(&self, order_by: OrderBy) -> Option<Instant> {
        match order_by {
            OrderBy::Observed => self.clock(),
            OrderBy::Assessed => self.assessed_at.or(self.clock()),
            OrderBy::Due => self.due_at.or(self.clock()),
        }
    }

    /// Whether it was done without help, as far as it says.
    pub(super) fn is_independent(&self) -> bool {
        self.assistance.as_deref().is_none_or(|assistance| assistance == "independent")
    }
}

/// The clock instant of an item that need not be sound.
pub(super) fn clock_of(item: &Value) -> Option<Instant> {
    let read = |key| instant::parse(item.get(key)?.as_str()?);
    read("observed_at").or_else(|| read("assessed_at")).or_else(|| read("received_at"))
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

fn instant(item: &Object, key: &str) -> Result<Option<Instant>, Code> {
    text(item, key)?.map(|text| instant::parse(text).ok_or("invalid-value")).transpose()
}

fn among<'a>(item: &'a Object, key: &str, known: &[&'static str]) -> Result<Option<&'a str>, Code> {
    let found = text(item, key)?;
    if found.is_none_or(|text| known.contains(&text)) { Ok(found) } else { Err("invalid-value") }
}

/// An object inside an item, empty if not given.
fn inner(item: &Object, key: &str) -> Result<Object, Code> {
    field(item, key).map_or_else(|| Ok(Object::new()), |value| object(value).cloned())
}

/// A number of evidence: on the grid, at most a million either way.
fn limited(item: &Object, key: &str) -> Result<Option<Grid>, Code> {
    let number = grid(item, key)?;
    let within = number.is_none_or(|number| number.units().abs() <= 1_000_000 * 1_000_000_000);
    if within { Ok(number) } else { Err("limit-exceeded") }
}

/// Which attempt it was: a whole number or a name. Some systems write numbers as texts.
fn attempt(item: &Object) -> Result<Option<String>, Code> {
    let Some(found) = field(item, "attempt") else { return Ok(None) };
    if let Some(name) = found.as_str() {
        return Ok(Some(name.to_owned()));
    }
    whole(item, "attempt", 0, u32::MAX.into())?;
    Ok(Some(canonical::plain(found)))
}

/// An override with its reason, by somebody who is named.
fn overriding(item: &Object, assessor: &Object) -> Result<Option<Override>, Code> {
    let Some(said) = field(item, "override").map(object).transpose()? else { return Ok(None) };
    required(text(said, "reason")?)?;
    required(text(assessor, "id")?)?;
    if field(item, "absence").is_some() {
        return Err("invalid-value");
    }
    Ok(Some(Override { expires_at: instant(said, "expires_at")? }))
}

/// What the item says, on the scale of its competency.
fn judgement(item: &Object, sections: &Sections) -> Result<Judgement, Code> {
    let scale = &sections.scale;
    let score = limited(item, "score")?;
    let possible = limited(item, "possible")?;
    let level = text(item, "level")?;
    let passed = truth(item, "passed")?;
    let absences = ABSENCES.map(|absence| (absence, absence));
    let absence = choice(item, "absence", &absences)?;
    let said = [score.is_some(), level.is_some(), passed.is_some(), absence.is_some()];
    if said.iter().filter(|&&said| said).count() > 1 || (possible.is_some() && score.is_none()) {
        return Err("invalid-value");
    }
    if let Some(score) = score {
        return converted(score, possible, sections).map(Judgement::Value);
    }
    if let Some(level) = level {
        let place = scale.place_of(level).ok_or("unknown-level")?;
        return scale.levels.get(place).map(|level| Judgement::Value(level.from)).ok_or("unknown-level");
    }
    Ok(match passed {
        Some(true) => Judgement::Value(scale.proficient),
        Some(false) => Judgement::Value(scale.min),
        None if field(item, "override").is_some() => Judgement::Completion,
        None => Judgement::Absence(absence.unwrap_or("not_yet")),
    })
}

/// A score as a value on the scale.
fn converted(score: Grid, possible: Option<Grid>, sections: &Sections) -> Result<Grid, Code> {
    let scale = &sections.scale;
    let Some(possible) = possible else {
        let on_scale = scale.min <= score && score <= scale.max;
        return if on_scale { Ok(score) } else { Err("score-off-scale") };
    };
    if possible.units() <= 0 {
        return Err("invalid-value");
    }
    if score.units() < 0 {
        return Err("score-off-scale");
    }
    if score > possible {
        match sections.evidence.extra_credit {
            ExtraCredit::Clamp => return Ok(scale.max),
            ExtraCredit::Error => return Err("score-off-scale"),
            ExtraCredit::Keep => {}
        }
    }
    Grid::nearest(&scale.at_share(&(score.exact() / possible.exact())))
}
