//! [`Course`]: one entry through all that happened to it.

use std::ops::Deref;

use super::turns::Turn;
use crate::error::{Code, Error, Finding, Result, quote};
use crate::instant::Instant;
use crate::json::read::Sink;
use crate::limits::VERSIONS;
use crate::log::event::{Event, EventKind};
use crate::log::fields;
use crate::log::kinds::{Own, When};
use crate::log::overlay;
use crate::log::transitions::{EntryKind, EntryState, after, wanted};
use crate::record::{Item, Withdrawal};

/// The fields of an entry: as its opening event says them, or as something else made them. There may be millions, most of which
/// nobody corrects.
#[derive(Debug)]
pub(in crate::log) enum Body<'l> {
    Said(&'l Item),
    Made(Box<Item>),
}

impl Body<'_> {
    pub(super) fn made(item: Item) -> Self {
        Self::Made(Box::new(item))
    }
}

impl Deref for Body<'_> {
    type Target = Item;

    fn deref(&self) -> &Item {
        match self {
            Self::Said(item) => item,
            Self::Made(item) => item,
        }
    }
}

/// One entry.
#[derive(Debug)]
pub(in crate::log) struct Course<'l> {
    /// The id of the event that opened it.
    pub(in crate::log) id: Option<&'l str>,
    pub(in crate::log) kind: EntryKind,
    pub(in crate::log) opening: &'l Event,
    /// As the last event that it allowed left it.
    stated: EntryState,
    since: Option<Instant>,
    /// The ids of the events that made it, in turn.
    pub(in crate::log) events: Vec<&'l str>,
    /// The ids of its corrections.
    pub(in crate::log) corrections: Vec<&'l str>,
    /// Its fields, as last corrected.
    pub(in crate::log) body: Body<'l>,
    /// Its fields before each correction.
    pub(in crate::log) before: Vec<Body<'l>>,
    /// Why it no longer stands as it came in.
    pub(in crate::log) fate: Option<Withdrawal>,
    /// What only entries of its kind have.
    pub(in crate::log) own: Own<'l>,
    /// Since when its retraction is known, and when that was.
    pub(super) retracted: Option<Retracted>,
    /// The bytes of its versions, once there are several.
    spent: usize,
    /// A version was too much.
    full: bool,
}

/// A retraction: its turn, and when it happened.
pub(in crate::log) type Retracted = (super::turns::Known, Option<Instant>);

impl<'l> Course<'l> {
    pub(super) fn new(
        opening: &'l Event,
        (kind, stated): (EntryKind, EntryState),
        body: Body<'l>,
        own: Own<'l>,
    ) -> Self {
        Self {
            id: opening.id(),
            kind,
            opening,
            stated,
            since: opening.clock(),
            events: opening.id().into_iter().collect(),
            corrections: Vec::new(),
            body,
            before: Vec::new(),
            fate: None,
            own,
            retracted: None,
            spent: 0,
            full: false,
        }
    }

    /// A course that goes on with what another one has spent.
    pub(super) fn after(mut self, other: &Self) -> Self {
        self.spent = other.spent;
        self.full = other.full;
        self
    }

    /// Of a credit under review, the retracted evidence because of which it is.
    pub(in crate::log) fn causes(&self) -> Vec<String> {
        match &self.own {
            Own::Credit(credit) if self.state() == EntryState::UnderReview => credit.causes(),
            _ => Vec::new(),
        }
    }

    /// Where it stands.
    pub(in crate::log) fn state(&self) -> EntryState {
        self.own.shown(self.stated).0
    }

    /// True unless it was taken back.
    pub(in crate::log) fn stands(&self) -> bool {
        self.state() != EntryState::Retracted
    }

    /// Why somebody decided so, and the id of who did.
    pub(in crate::log) fn decision(&self) -> (String, String) {
        let by = self.opening.actor().and_then(|actor| actor.id.clone());
        (self.opening.reason().unwrap_or_default().to_owned(), by.unwrap_or_default())
    }

    /// Since when it stands there.
    pub(in crate::log) fn since(&self) -> Option<Instant> {
        self.own.shown(self.stated).1.map_or(self.since, |When(at)| at)
    }

    /// Puts an event about it into effect; `of` is what the event says that it is about.
    pub(super) fn act(&mut self, turn: Turn, of: &'l str, event: &'l Event) -> Result<()> {
        let Some(kind) = event.kind() else { return Ok(()) };
        let from = self.own.asked(kind, turn.known, self.stated);
        let Some(to) = after(self.kind, from, kind) else {
            let (from, to) = (from.as_str(), wanted(kind));
            let message = format!("the {} {} is {from} and cannot be {to}", self.kind.as_str(), quote(of));
            let finding = Finding::new(Code::IllegalTransition, "/event", message);
            return Err(finding.with("id", of).with("from", from).with("to", to).into());
        };
        if self.kind == EntryKind::Identity && event.learner() != self.opening.learner() {
            return Err(Error::new(Code::InvalidValue, "/learner", "an identity is what the learner's own log says"));
        }
        match kind {
            EventKind::Corrected => {
                let right = self.laid_over(of, event)?;
                self.own.corrected(of, event, &right);
                let before = std::mem::replace(&mut self.body, Body::made(right));
                if self.is_item() {
                    self.before.push(before);
                }
                self.fate.get_or_insert(Withdrawal::Superseded);
                self.corrections.extend(event.id());
            }
            EventKind::Retracted => {
                self.fate.get_or_insert(Withdrawal::Retracted);
                self.retracted = Some((turn.known, event.clock()));
            }
            EventKind::Reflected => {
                self.body = Body::made(self.laid_over(of, event)?);
                self.own.act(turn.known, event, &self.body)?;
            }
            _ => self.own.act(turn.known, event, &self.body)?,
        }
        if self.own.counts(event) {
            if to != from {
                self.since = event.clock();
            }
            self.stated = to;
            self.events.extend(event.id());
        }
        Ok(())
    }

    /// True if the record has items of it.
    fn is_item(&self) -> bool {
        use EntryKind::{Evidence, GroupWork, Override, Submission};
        matches!(self.kind, Evidence | Submission | Override | GroupWork)
    }

    /// Its fields with those of an event laid over, if they are sound and there is room for them.
    fn laid_over(&mut self, of: &str, event: &Event) -> Result<Item> {
        let mut spent = self.spent()?;
        let body = overlay::corrected(self.kind, &self.body, &event.item, of);
        if self.kind != EntryKind::Evidence {
            let sink = Sink::default();
            fields::check_opening(self.kind, &body, &sink);
            sink.into_report().into_result()?;
        }
        spent += body.to_json().len();
        self.spend(spent)?;
        Ok(body)
    }

    /// Takes room for another version that is made of this one.
    pub(super) fn another(&mut self, make: impl FnOnce(&Item) -> Item) -> Result<Item> {
        let spent = self.spent()?;
        let body = make(&self.body);
        self.spend(spent + body.to_json().len())?;
        Ok(body)
    }

    /// The bytes of its versions so far.
    fn spent(&mut self) -> Result<usize> {
        if self.full {
            return Err(too_much());
        }
        if self.spent == 0 {
            self.spent = self.body.to_json().len();
        }
        Ok(self.spent)
    }

    fn spend(&mut self, spent: usize) -> Result<()> {
        // once there is no room, nothing more is laid over anything: that would take time without end
        self.full = spent > VERSIONS;
        if self.full {
            return Err(too_much());
        }
        self.spent = spent;
        Ok(())
    }
}

fn too_much() -> Error {
    Error::new(Code::LimitExceeded, "", format!("the versions of one entry have more than {VERSIONS} bytes"))
}
