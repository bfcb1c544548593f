//! What is to be reached.

use std::borrow::Cow;

use super::super::programmes::programme;
use crate::engine::{Compiled, Demand};
use crate::error::{Code, Error, Result};
use crate::json::read::{Fields, Path, Sink, document};
use crate::json::write::Writer;
use crate::policy::{Asks, Requirement, Test, Tree};
use crate::value::Value;

/// What a learner is to reach: that a competency is met, is at a level or has a value, or that a programme is met.
///
/// ```
/// use lrm_core::Target;
/// let target = Target::competency("NF.1").level("mastery");
/// assert_eq!(target, Target::from_json(r#"{"competency": "NF.1", "level": "mastery"}"#)?);
/// assert_eq!(Target::programme("graduation").to_json(), r#"{"programme":"graduation"}"#);
/// # Ok::<(), lrm_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    about: About,
    level: Option<String>,
    value: Option<Value>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum About {
    Competency(String),
    Programme(String),
}

impl Target {
    /// That a competency is `met`, if no level and no value is asked for.
    pub fn competency(id: impl Into<String>) -> Self {
        Self { about: About::Competency(id.into()), level: None, value: None }
    }

    /// That a programme of the policy is met.
    pub fn programme(id: impl Into<String>) -> Self {
        Self { about: About::Programme(id.into()), level: None, value: None }
    }

    /// That the competency shows this level or one above it.
    #[must_use]
    pub fn level(mut self, level: impl Into<String>) -> Self {
        self.level = Some(level.into());
        self
    }

    /// That the value of the competency meets this.
    #[must_use]
    pub fn value(mut self, value: impl Into<Value>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// Reads `{"competency": id, "level"?, "value"?}` or `{"programme": id}`.
    ///
    /// # Errors
    /// `invalid-json`, `unknown-field`; `invalid-value` for both or none of them.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self> {
        let sink = Sink::default();
        let mut target = None;
        if let Some(mut fields) = Fields::of(document(json.as_ref())?, &Path::ROOT, &sink) {
            if fields.has("competency") == fields.has("programme") {
                sink.add(Code::InvalidValue, &Path::ROOT, "expected exactly one of competency, programme");
            }
            let competency = fields.string("competency").map(About::Competency);
            let about = competency.or(fields.string("programme").map(About::Programme));
            let (level, value) = (fields.string("level"), fields.value("value"));
            fields.finish();
            target = about.map(|about| Self { about, level, value });
        }
        sink.into_report().into_result()?;
        target.ok_or_else(|| Error::new(Code::InvalidValue, "", "expected a target"))
    }

    /// Canonical JSON.
    pub fn to_json(&self) -> String {
        let mut w = Writer::new();
        self.write(&mut w);
        w.finish()
    }

    pub(super) fn write(&self, w: &mut Writer) {
        let (name, id) = match &self.about {
            About::Competency(id) => ("competency", id),
            About::Programme(id) => ("programme", id),
        };
        w.open('{').key(name).text(id);
        w.optional("level", self.level.as_deref()).optional_raw("value", self.value).close('}');
    }

    /// The requirement that it is: that of the programme, or one condition.
    ///
    /// # Errors
    /// What does not fit the framework or the policy; `invalid-value` where more is said than goes together.
    pub(super) fn demand<'c>(&self, compiled: &'c Compiled) -> Result<Cow<'c, Demand>> {
        let refused = |message| Err(Error::new(Code::InvalidValue, "", message));
        let test = match (&self.level, self.value) {
            (None, None) => Test::Met,
            (Some(level), None) => Test::Level(level.clone()),
            (None, Some(value)) => Test::Value(value),
            (Some(_), Some(_)) => return refused("expected at most one of level, value"),
        };
        match &self.about {
            About::Competency(id) => {
                let asks = Asks::Competency(id.clone(), test);
                compiled.demand(&Tree(vec![Requirement::new(0, None, asks)])).map(Cow::Owned)
            }
            About::Programme(_) if test != Test::Met => refused("a programme has no level and no value"),
            About::Programme(id) => Ok(Cow::Borrowed(programme(id, compiled)?.1)),
        }
    }
}
