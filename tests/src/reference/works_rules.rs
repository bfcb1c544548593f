//! The rules for works that were reported, judged or done more than once, as a policy writes them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Code;
use super::document::{choice, list, object, only, required, text, texts, whole};
use super::instant;

/// The days of a week, from its first.
const WEEK: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// How many holidays a policy may list.
const HOLIDAYS: usize = 10_000;

/// What several systems that report one submission come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sources {
    /// Where they disagree, a person decides.
    Person,
    /// What was known last stays.
    Newest,
    /// Each report counts.
    Separate,
    /// The systems in the order in which they are believed.
    Priority(Vec<String>),
}

impl Sources {
    /// Reads the key `sources`.
    pub(super) fn read(key: &Value) -> Result<Self, Code> {
        match key.as_str() {
            Some("person") => return Ok(Self::Person),
            Some("newest") => return Ok(Self::Newest),
            Some("separate") => return Ok(Self::Separate),
            Some(_) => return Err("invalid-value"),
            None => {}
        }
        let key = object(key)?;
        only(key, &["priority"])?;
        required(texts(key, "priority")?).map(Self::Priority)
    }
}

/// Which of several judgements that lie next to each other stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Adjacent {
    /// The lower one.
    Lower,
    /// The higher one.
    Higher,
}

impl Adjacent {
    /// Reads the key `raters`; nothing if each counts.
    pub(super) fn read(key: &Value) -> Result<Option<Self>, Code> {
        match key.as_str() {
            Some("separate") => return Ok(None),
            Some(_) => return Err("invalid-value"),
            None => {}
        }
        let key = object(key)?;
        only(key, &["adjacent"])?;
        let found = choice(key, "adjacent", &[("lower", Self::Lower), ("higher", Self::Higher)])?;
        required(found).map(Some)
    }
}

/// Which of the original and its reassessments stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// The one with the greatest value.
    Higher,
    /// The last.
    Newest,
    /// All of them.
    All,
}

/// What becomes of what was done again.
#[derive(Clone, Debug)]
pub(super) struct Reassessment {
    /// Which stay.
    pub(super) keep: Keep,
    /// How many school days there are for it.
    pub(super) within_school_days: Option<i64>,
    /// How many there may be.
    pub(super) at_most: Option<usize>,
    /// The share of the scale that it can reach.
    pub(super) cap_percent: Option<i64>,
    /// The days of a week with school, from 0 for Monday.
    pub(super) school_days: BTreeSet<usize>,
    /// The days without school, counted from the beginning of 1970.
    pub(super) holidays: BTreeSet<i64>,
    /// Seconds that local clocks are ahead of UTC.
    pub(super) utc_offset: i64,
}

impl Reassessment {
    /// Reads the key `reassessment`.
    pub(super) fn read(key: &Value) -> Result<Self, Code> {
        let key = object(key)?;
        let limits = ["within_school_days", "at_most", "cap_percent"];
        only(key, &[&limits[..], &["keep", "school_days", "holidays", "utc_offset"]].concat())?;
        let keeps = [("higher", Keep::Higher), ("newest", Keep::Newest), ("all", Keep::All)];
        let keep = choice(key, "keep", &keeps)?.unwrap_or(Keep::All);
        let at_most = whole(key, "at_most", 0, 1000)?;
        Ok(Self {
            keep,
            within_school_days: whole(key, "within_school_days", 1, 400)?,
            at_most: at_most.map(|most| usize::try_from(most).map_err(|_| "parameter-out-of-range")).transpose()?,
            cap_percent: whole(key, "cap_percent", 0, 100)?,
            school_days: read_school_days(texts(key, "school_days")?)?,
            holidays: read_holidays(list(key, "holidays")?)?,
            utc_offset: text(key, "utc_offset")?.map_or(Ok(0), read_offset)?,
        })
    }

    /// Whether there is school on a day counted from the beginning of 1970, a Thursday.
    pub(super) fn is_school_day(&self, day: i64) -> bool {
        let of_week = usize::try_from((day + 3).rem_euclid(7)).unwrap_or_default();
        self.school_days.contains(&of_week) && !self.holidays.contains(&day)
    }
}

fn read_school_days(names: Option<Vec<String>>) -> Result<BTreeSet<usize>, Code> {
    let Some(names) = names else { return Ok((0..5).collect()) };
    let place = |name: &String| WEEK.iter().position(|day| day == name).ok_or("invalid-value");
    let days = names.iter().map(place).collect::<Result<BTreeSet<_>, _>>()?;
    if days.is_empty() { Err("invalid-value") } else { Ok(days) }
}

fn read_holidays(dates: &[Value]) -> Result<BTreeSet<i64>, Code> {
    if dates.len() > HOLIDAYS {
        return Err("limit-exceeded");
    }
    dates.iter().map(|date| date.as_str().and_then(instant::days).ok_or("invalid-value")).collect()
}

fn read_offset(text: &str) -> Result<i64, Code> {
    let found = text.starts_with(['+', '-']).then(|| instant::offset(text)).flatten();
    found.ok_or("invalid-value")
}
