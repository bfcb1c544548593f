//! The work of a group, as far as it is one learner's: with what that learner got more or less, and whether they took part.

use std::collections::BTreeSet;

use super::{bare, withdrawn};
use crate::error::{Code, Error, Result};
use crate::json::write::Writer;
use crate::log::event::{Event, EventKind};
use crate::log::fields;
use crate::log::transitions::EntryKind;
use crate::record::{Item, Outcome, Withdrawal};
use crate::value::Value;

/// What is this learner's own.
#[derive(Debug, Default)]
pub(in crate::log) struct Group {
    /// What the learner gets more, or less. Of several adjustments the last counts.
    by: Option<Value>,
    confirmed: bool,
}

impl Group {
    pub(super) fn act(&mut self, event: &Event, body: &Item) -> Result<()> {
        match event.kind() {
            Some(EventKind::Confirmed) => self.confirmed = true,
            Some(EventKind::Adjusted) if !matches!(body.evidence.outcome, Outcome::Score { .. }) => {
                let message = "only a score can be adjusted; a correction says what else is right";
                return Err(Error::new(Code::InvalidValue, "/by", message));
            }
            Some(EventKind::Adjusted) => self.by = fields::number(&event.item, "by"),
            _ => {}
        }
        Ok(())
    }

    /// True if it is known that one of these learners, who are one person, took part.
    pub(in crate::log) fn is_confirmed(&self, body: &Item, learners: &BTreeSet<&str>) -> bool {
        let members = || fields::texts(body, "members").unwrap_or_default();
        self.confirmed || members().iter().any(|member| learners.contains(member.as_str()))
    }

    /// The item. What was adjusted is added to the score as the group got it last.
    pub(super) fn item(&self, version: &Item, last: bool, learners: &BTreeSet<&str>) -> Item {
        let mut parts = bare(version, EntryKind::GroupWork);
        if let (Outcome::Score { score, .. }, Some(by), true) = (&version.evidence.outcome, self.by, last) {
            // a sum that is beyond all limits is found out when the item is read
            parts.set("score", Value::again(score.grid().saturating_add(by.grid())).to_string());
        }
        let item = parts.into_item();
        if last && !self.is_confirmed(version, learners) { withdrawn(&item, Withdrawal::Unconfirmed) } else { item }
    }

    pub(super) fn write(&self, w: &mut Writer) {
        w.optional_raw("by", self.by);
        w.optional_raw("confirmed", self.confirmed.then_some(true));
    }
}
