//! What clocks show in the zones that the corpus uses: a small table, written by hand from the rules themselves.
//!
//! - New York, Chicago, Denver, Los Angeles: Uniform Time Act, 15 U.S.C. 260a. From the second Sunday of March to the first
//!   Sunday of November, at 2:00 by the clock, since 2007 (Energy Policy Act of 2005); before, since 1987, from the first Sunday
//!   of April to the last Sunday of October. Phoenix: Arizona Revised Statutes 1-242, no summer time.
//! - London, Berlin: Directive 2000/84/EC and The Summer Time Order 2002. From the last Sunday of March to the last Sunday of
//!   October, at 1:00 universal time.
//! - Sydney: Standard Time Act 1987 (NSW). From the first Sunday of October to the first Sunday of April, at 2:00 standard time,
//!   since 2008. Lord Howe Island: the same act, on the same Sundays at 2:00 by the clock, and by half an hour.
//! - Kathmandu: five hours and three quarters since 1986.
//!
//! What was before these rules the model does not know.

use super::instant::{Instant, day_of, year_of};

/// By which clock a change happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// The one on the wall, until then.
    Wall,
    /// The one that knows no summer time.
    Standard,
    /// The one of universal time.
    Universal,
}

/// A change of the clocks on a Sunday.
#[derive(Clone, Copy, Debug)]
struct Change {
    month: i64,
    /// Which Sunday of the month; none: the last.
    sunday: Option<i64>,
    hour: i64,
    by: By,
}

/// From when to when, in each of some years, clocks are ahead.
#[derive(Clone, Copy, Debug)]
struct Summer {
    years: (i64, i64),
    begins: Change,
    ends: Change,
}

/// A zone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Zone {
    name: &'static str,
    /// Minutes ahead of universal time.
    standard: i64,
    /// Minutes more in summer.
    ahead: i64,
    summers: &'static [Summer],
}

const fn change(month: i64, sunday: Option<i64>, hour: i64, by: By) -> Change {
    Change { month, sunday, hour, by }
}

const AMERICA: &[Summer] = &[
    Summer { years: (1987, 2006), begins: change(4, Some(1), 2, By::Wall), ends: change(10, None, 2, By::Wall) },
    Summer { years: (2007, 9999), begins: change(3, Some(2), 2, By::Wall), ends: change(11, Some(1), 2, By::Wall) },
];

const EUROPE: &[Summer] = &[Summer {
    years: (1996, 9999),
    begins: change(3, None, 1, By::Universal),
    ends: change(10, None, 1, By::Universal),
}];

const SYDNEY: &[Summer] = &[Summer {
    years: (2008, 9999),
    begins: change(10, Some(1), 2, By::Standard),
    ends: change(4, Some(1), 2, By::Standard),
}];

const LORD_HOWE: &[Summer] =
    &[Summer { years: (2008, 9999), begins: change(10, Some(1), 2, By::Wall), ends: change(4, Some(1), 2, By::Wall) }];

/// The zones, some by two names.
const ZONES: [Zone; 15] = [
    zone("UTC", 0, 0, &[]),
    zone("Etc/UTC", 0, 0, &[]),
    zone("America/New_York", -300, 60, AMERICA),
    zone("US/Eastern", -300, 60, AMERICA),
    zone("America/Chicago", -360, 60, AMERICA),
    zone("America/Denver", -420, 60, AMERICA),
    zone("America/Los_Angeles", -480, 60, AMERICA),
    zone("America/Phoenix", -420, 0, &[]),
    zone("Europe/London", 0, 60, EUROPE),
    zone("Europe/Berlin", 60, 60, EUROPE),
    zone("Australia/Sydney", 600, 60, SYDNEY),
    zone("Australia/Lord_Howe", 630, 30, LORD_HOWE),
    zone("Asia/Kathmandu", 345, 0, &[]),
    zone("Asia/Katmandu", 345, 0, &[]),
    zone("Asia/Tokyo", 540, 0, &[]),
];

const fn zone(name: &'static str, standard: i64, ahead: i64, summers: &'static [Summer]) -> Zone {
    Zone { name, standard, ahead, summers }
}

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Zone {
    /// The zone of a name.
    pub(super) fn named(name: &str) -> Option<Self> {
        ZONES.into_iter().find(|zone| zone.name == name)
    }

    /// How far clocks are ahead of universal time at an instant, in microseconds.
    pub(super) fn offset(&self, at: Instant) -> i64 {
        let year = year_of(at);
        // the summer of the south begins in the year before
        let is_summer = self.summers.iter().any(|summer| {
            let first = (year - 1).max(summer.years.0);
            (first..=(year + 1).min(summer.years.1))
                .any(|year| self.begin(summer, year) <= at && at < self.end(summer, year))
        });
        (self.standard + if is_summer { self.ahead } else { 0 }) * MINUTE
    }

    fn begin(&self, summer: &Summer, year: i64) -> Instant {
        sunday(&summer.begins, year) - if summer.begins.by == By::Universal { 0 } else { self.standard * MINUTE }
    }

    fn end(&self, summer: &Summer, begun: i64) -> Instant {
        let year = if summer.ends.month > summer.begins.month { begun } else { begun + 1 };
        let ahead = match summer.ends.by {
            By::Wall => self.standard + self.ahead,
            By::Standard => self.standard,
            By::Universal => 0,
        };
        sunday(&summer.ends, year) - ahead * MINUTE
    }

    /// The instant at which clocks show a local time, counted as if it were universal: the later one of two; of none the one at
    /// which the clocks of before the change would have shown it.
    pub(super) fn instant(&self, local: i64) -> Instant {
        let candidates = [self.standard, self.standard + self.ahead].map(|minutes| local - minutes * MINUTE);
        let shown = candidates.into_iter().filter(|at| at + self.offset(*at) == local).max();
        shown.unwrap_or_else(|| local - self.offset(local - self.standard * MINUTE - DAY))
    }
}

/// When a change is in a year, by its own clock as if it were universal.
fn sunday(change: &Change, year: i64) -> Instant {
    let dates = (1..=31).filter_map(|date| day_of(year, change.month, date));
    // the first day of 1970 was a Thursday
    let sundays: Vec<i64> = dates.filter(|day| (day + 4).rem_euclid(7) == 0).collect();
    let place = change.sunday.map_or(sundays.len(), |which| usize::try_from(which).unwrap_or_default());
    sundays.get(place - 1).copied().unwrap_or_default() * DAY + change.hour * HOUR
}

#[cfg(test)]
mod tests {
    use super::super::instant::parse;
    use super::*;

    /// The minutes that clocks are ahead just before an instant, and at it.
    fn around(name: &str, at: &str) -> [i64; 2] {
        let (zone, at) = (Zone::named(name).unwrap(), parse(at).unwrap());
        [at - 1, at].map(|at| zone.offset(at) / MINUTE)
    }

    #[test]
    fn clocks_change_at_the_instants_of_the_official_tables() {
        let changes = [
            ("America/New_York", "2026-03-08T07:00:00Z", [-300, -240]),
            ("America/New_York", "2026-11-01T06:00:00Z", [-240, -300]),
            ("America/New_York", "2006-04-02T07:00:00Z", [-300, -240]),
            ("America/New_York", "2006-10-29T06:00:00Z", [-240, -300]),
            ("America/Los_Angeles", "2026-03-08T10:00:00Z", [-480, -420]),
            ("Europe/London", "2026-03-29T01:00:00Z", [0, 60]),
            ("Europe/Berlin", "2026-10-25T01:00:00Z", [120, 60]),
            ("Australia/Sydney", "2026-04-04T16:00:00Z", [660, 600]),
            ("Australia/Sydney", "2026-10-03T16:00:00Z", [600, 660]),
            ("Australia/Lord_Howe", "2026-04-04T15:00:00Z", [660, 630]),
            ("Australia/Lord_Howe", "2026-10-03T15:30:00Z", [630, 660]),
            ("Asia/Kathmandu", "2026-07-01T00:00:00Z", [345, 345]),
            ("America/Phoenix", "2026-07-01T00:00:00Z", [-420, -420]),
        ];
        for (name, at, expected) in changes {
            assert_eq!(around(name, at), expected, "{name} {at}");
        }
    }
}
