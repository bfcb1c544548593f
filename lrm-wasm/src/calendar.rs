//! Calendars.

use lrm_core::Calendar;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::{Result, thrown};
use crate::wire;

/// The calendar of a school.
#[wasm_bindgen]
#[derive(Debug)]
pub struct RawCalendar(pub(crate) Calendar);

#[wasm_bindgen]
impl RawCalendar {
    /// Reads an `lrm-calendar/1` document.
    ///
    /// # Errors
    /// Whatever is wrong with the document.
    #[wasm_bindgen(js_name = fromJson)]
    pub fn from_json(document: &[u8]) -> Result<Self> {
        Calendar::from_json(document).map(Self).map_err(thrown)
    }

    /// The id.
    pub fn id(&self) -> Option<String> {
        self.0.id().map(str::to_owned)
    }

    /// The version.
    pub fn version(&self) -> Option<String> {
        self.0.version().map(str::to_owned)
    }

    /// The time zone.
    pub fn zone(&self) -> String {
        self.0.zone().to_owned()
    }

    /// The version of the rules of time zones.
    #[wasm_bindgen(js_name = zoneRules)]
    pub fn zone_rules(&self) -> String {
        self.0.zone_rules().to_owned()
    }

    /// The instant of a local time.
    ///
    /// # Errors
    /// It is none.
    pub fn instant(&self, local: &str) -> Result<String> {
        self.0.instant(local).map(|at| at.to_string()).map_err(thrown)
    }

    /// The local time of an instant.
    ///
    /// # Errors
    /// The instant is none.
    pub fn local(&self, instant: &str) -> Result<String> {
        Ok(self.0.local(wire::instant(instant)?))
    }

    /// The last instant that is in time.
    ///
    /// # Errors
    /// The local time is none, or there are too many days.
    pub fn cutoff(&self, due: &str, grace_days: u32, school_days: bool) -> Result<String> {
        self.0.cutoff(due, grace_days, school_days).map(|at| at.to_string()).map_err(thrown)
    }

    /// The school days from a date to another.
    ///
    /// # Errors
    /// They are no dates.
    #[wasm_bindgen(js_name = schoolDays)]
    pub fn school_days(&self, from: &str, until: &str) -> Result<u32> {
        self.0.school_days(from, until).map_err(thrown)
    }

    /// The canonical text.
    #[wasm_bindgen(js_name = toJson)]
    pub fn to_json(&self) -> String {
        self.0.to_json()
    }
}
