//! Calendars, learners and instants, drawn at random, and the laws that pace keeps in the model.

use lrm_tests::reference::{Outcome, calendar_faults, evaluate, parse_instant, show_instant};
use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

use crate::support::config;

/// Zones with summer time and without, in the north and in the south, by an hour and by half of one, and two by an older name.
pub(crate) const ZONES: [&str; 13] = [
    "UTC",
    "America/New_York",
    "US/Eastern",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Phoenix",
    "Europe/London",
    "Europe/Berlin",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Asia/Katmandu",
];

/// The first of the days of a case: clocks change within them, or a year ends.
const FIRST_DAYS: [&str; 5] = ["2026-02-23", "2026-03-23", "2026-09-21", "2026-10-19", "2026-12-14"];
/// How many days there are.
const DAYS: usize = 50;
/// Minutes after the beginning of a day, many of them where clocks change or where days begin.
const MINUTES: [i64; 16] = [0, 1, 59, 60, 90, 105, 119, 120, 135, 150, 180, 300, 720, 825, 1200, 1439];
const COURSES: [&str; 3] = ["math", "latin", "art"];
const ACTIVITIES: [&str; 2] = ["essay", "lab"];
const COMPETENCIES: [&str; 8] = ["m", "n", "a", "b", "c", "d", "e", "nowhere"];
const DAY: i64 = 86_400_000_000;

/// A day of a case: how many days after the first.
type Day = usize;
/// An instant of a case: a day, a place among the minutes, and whether it is a moment before.
type At = (Day, usize, bool);
/// Days with shares, before they are in order.
type Marks = Vec<(Day, u8)>;

/// What a case is made of.
#[derive(Clone, Debug)]
struct Drawn {
    first: usize,
    zone: usize,
    week: Option<Vec<&'static str>>,
    holidays: Vec<Day>,
    extra_days: Vec<Day>,
    buffer: [Option<u8>; 2],
    measure: [Option<&'static str>; 2],
    term: (Day, Day),
    courses: Vec<DrawnCourse>,
    deadlines: Vec<DrawnDeadline>,
    events: Vec<Event>,
    scope: Option<Vec<&'static str>>,
    scale: usize,
    sufficiency: Option<usize>,
    as_of: At,
    asked: Vec<Asked>,
}

#[derive(Clone, Debug)]
struct DrawnCourse {
    days: (Day, Day),
    has_term: bool,
    competencies: Vec<&'static str>,
    benchmarks: Option<Marks>,
    own: [bool; 2],
}

#[derive(Clone, Debug)]
struct DrawnDeadline {
    day: Day,
    minute: usize,
    grace: Option<u32>,
    by: Option<&'static str>,
}

/// A question about time.
#[derive(Clone, Debug)]
enum Asked {
    Local(Day, usize, Option<u32>, Option<bool>),
    Days(Day, Day),
    Shown(At),
}

/// An event, before it has its id.
#[derive(Clone, Debug)]
enum Event {
    Item {
        competency: usize,
        score: Option<u8>,
        absence: Option<&'static str>,
        activity: Option<usize>,
        at: Option<At>,
    },
    Submitted {
        activity: usize,
        at: At,
    },
    Planned {
        course: usize,
        at: Option<At>,
        starts: Option<Day>,
        ends: Option<Day>,
        benchmarks: Option<Marks>,
    },
    Paused {
        course: Option<usize>,
        days: (Day, Day),
    },
    Paced {
        course: usize,
        at: Option<At>,
        pace: &'static str,
        expires: Option<At>,
    },
    Enrolled {
        course: usize,
        after: Option<Day>,
        before: Option<Day>,
    },
    Retracted(prop::sample::Index),
    Corrected {
        of: prop::sample::Index,
        starts: Option<Day>,
        ends: Option<Day>,
        pace: Option<&'static str>,
    },
}

fn at() -> impl Strategy<Value = At> {
    (0..DAYS, 0..MINUTES.len(), prop::bool::weighted(0.2))
}

fn marks() -> impl Strategy<Value = Marks> {
    vec((0..DAYS, prop_oneof![3 => 0..=100_u8, 1 => select(vec![0_u8, 50, 100])]), 0..4)
}

fn event() -> impl Strategy<Value = Event> {
    let absence = weighted(0.2, select(vec!["excused", "missed", "not_yet", "withheld"]));
    let item = (0..COMPETENCIES.len(), weighted(0.9, 0..5_u8), absence, weighted(0.6, 0..2_usize), weighted(0.9, at()));
    let item = item.prop_map(|(competency, score, absence, activity, at)| {
        let score = score.filter(|_| absence.is_none());
        Event::Item { competency, score, absence, activity, at }
    });
    let plan = (0..3_usize, weighted(0.9, at()), of(0..DAYS), of(0..DAYS), weighted(0.4, marks()));
    let plan = plan.prop_map(|(course, at, starts, ends, benchmarks)| {
        // both in order; and benchmarks only where both say where they lie
        let (starts, ends) = match (starts, ends) {
            (Some(one), Some(other)) => (Some(one.min(other)), Some(one.max(other))),
            days => days,
        };
        let benchmarks = benchmarks.filter(|_| starts.is_some() && ends.is_some());
        Event::Planned { course, at, starts, ends, benchmarks }
    });
    let words = || select(vec!["ahead", "on", "behind"]);
    let paced = (0..3_usize, weighted(0.9, at()), words(), of(at()));
    let paced = paced.prop_map(|(course, at, pace, expires)| Event::Paced { course, at, pace, expires });
    let pause = (of(0..3_usize), 0..DAYS, prop_oneof![3 => 0..6_usize, 1 => 0..DAYS]);
    let pause = pause.prop_map(|(course, first, length)| Event::Paused { course, days: (first, first + length) });
    let enrolled = (0..3_usize, of(1..20_usize), of(0..10_usize));
    let enrolled = enrolled.prop_map(|(course, after, before)| Event::Enrolled { course, after, before });
    let corrected = (any::<prop::sample::Index>(), of(0..DAYS), of(0..DAYS), of(words()));
    let corrected = corrected.prop_map(|(of, starts, ends, pace)| Event::Corrected { of, starts, ends, pace });
    prop_oneof![
        8 => item,
        1 => (0..2_usize, at()).prop_map(|(activity, at)| Event::Submitted { activity, at }),
        2 => plan,
        3 => pause,
        2 => paced,
        2 => enrolled,
        1 => any::<prop::sample::Index>().prop_map(Event::Retracted),
        1 => corrected,
    ]
}

fn asked() -> impl Strategy<Value = Asked> {
    let days = (0..DAYS, 0..DAYS).prop_map(|(one, other)| Asked::Days(one.min(other), one.max(other)));
    let grace = of(prop_oneof![4 => 0..8_u32, 1 => 0..=366_u32]);
    prop_oneof![
        4 => (0..DAYS, 0..MINUTES.len(), grace, of(any::<bool>())).prop_map(|(day, minute, grace, school)| Asked::Local(day, minute, grace, school)),
        2 => days,
        1 => at().prop_map(Asked::Shown),
    ]
}

fn course() -> impl Strategy<Value = DrawnCourse> {
    let competencies = prop_oneof![2 => Just(vec!["m"]), 3 => subsequence(COMPETENCIES.to_vec(), 1..=4)];
    ((0..DAYS, 0..DAYS), prop::bool::weighted(0.3), competencies, weighted(0.5, marks()), any::<[bool; 2]>()).prop_map(
        |((one, other), has_term, competencies, benchmarks, own)| DrawnCourse {
            days: (one.min(other), one.max(other)),
            has_term,
            competencies,
            benchmarks,
            own,
        },
    )
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let week = vec!["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let time = (
        0..FIRST_DAYS.len(),
        0..ZONES.len(),
        of(subsequence(week, 1..=7).prop_shuffle()),
        vec(0..DAYS, 0..12),
        vec(0..DAYS, 0..4),
        (0..DAYS, 0..DAYS).prop_map(|(one, other)| (one.min(other), one.max(other))),
    );
    let measures = || of(select(vec!["points", "met"]));
    let deadline = (0..DAYS, 0..MINUTES.len(), weighted(0.7, 0..20_u32), of(select(vec!["days", "school_days"])))
        .prop_map(|(day, minute, grace, by)| DrawnDeadline { day, minute, grace, by });
    let said = ([of(0..=40_u8), of(0..=40_u8)], [measures(), measures()], vec(course(), 1..=3), vec(deadline, 0..=2));
    let learner = (vec(event(), 0..24), weighted(0.2, subsequence(COMPETENCIES[..7].to_vec(), 0..4)));
    let asked = (0..4_usize, weighted(0.3, 0..4_usize), at(), vec(asked(), 0..6));
    (time, said, learner, asked).prop_map(|(time, said, learner, asked)| Drawn {
        first: time.0,
        zone: time.1,
        week: time.2,
        holidays: time.3,
        extra_days: time.4,
        buffer: said.0,
        measure: said.1,
        term: time.5,
        courses: said.2,
        deadlines: said.3,
        events: learner.0,
        scope: learner.1,
        scale: asked.0,
        sufficiency: asked.1,
        as_of: asked.2,
        asked: asked.3,
    })
}

impl Drawn {
    fn start(&self) -> i64 {
        parse_instant(&format!("{}T00:00:00Z", FIRST_DAYS[self.first])).expect("an instant")
    }

    fn instant(&self, (day, minute, is_before): At) -> String {
        let day = i64::try_from(day).expect("a day");
        show_instant(self.start() + day * DAY + MINUTES[minute] * 60_000_000 - i64::from(is_before))
    }

    fn date(&self, day: Day) -> String {
        self.instant((day, 0, false))[..10].to_owned()
    }

    fn local(&self, day: Day, minute: usize) -> String {
        self.instant((day, minute, false)).trim_end_matches('Z').to_owned()
    }

    /// Ascending, each day once, within some days.
    fn benchmarks(&self, marks: &Marks, (from, until): (Day, Day)) -> Value {
        let mut days: Vec<Day> = marks.iter().map(|(day, _)| *day).filter(|day| (from..=until).contains(day)).collect();
        let mut shares: Vec<u8> = marks.iter().map(|(_, share)| *share).collect();
        days.sort_unstable();
        days.dedup();
        shares.sort_unstable();
        days.iter().zip(shares).map(|(day, percent)| json!({"on": self.date(*day), "percent": percent})).collect()
    }

    fn days(&self, course: &DrawnCourse) -> (Day, Day) {
        if course.has_term { self.term } else { course.days }
    }

    fn calendar(&self) -> Value {
        let dates = |days: &[Day]| days.iter().map(|day| self.date(*day)).collect::<Vec<_>>();
        let extra_days: Vec<Day> = self.extra_days.iter().copied().filter(|day| !self.holidays.contains(day)).collect();
        let courses = self.courses.iter().zip(COURSES).map(|(course, id)| {
            let mut one = json!({"id": id, "competencies": course.competencies});
            if course.has_term {
                one["term"] = json!("t");
            } else {
                (one["from"], one["until"]) = (json!(self.date(course.days.0)), json!(self.date(course.days.1)));
            }
            one["benchmarks"] =
                course.benchmarks.as_ref().map_or(Value::Null, |marks| self.benchmarks(marks, self.days(course)));
            one["buffer_percent"] = json!(self.buffer[1].filter(|_| course.own[0]));
            one["measure"] = json!(self.measure[1].filter(|_| course.own[1]));
            without_nulls(one)
        });
        let deadlines = self.deadlines.iter().zip(ACTIVITIES).map(|(deadline, activity)| {
            without_nulls(json!({"activity": activity, "due": self.local(deadline.day, deadline.minute),
                "grace_days": deadline.grace, "grace": deadline.by}))
        });
        without_nulls(json!({
            "format": "lrm-calendar/1", "id": "school", "zone": ZONES[self.zone], "school_days": self.week,
            "holidays": dates(&self.holidays), "extra_days": dates(&extra_days), "buffer_percent": self.buffer[0],
            "measure": self.measure[0], "terms": [{"id": "t", "from": self.date(self.term.0), "until": self.date(self.term.1)}],
            "courses": courses.collect::<Vec<_>>(), "deadlines": deadlines.collect::<Vec<_>>(),
        }))
    }

    fn event(&self, place: usize, event: &Event) -> Value {
        let at = |at: &Option<At>| at.map(|at| self.instant(at));
        let date = |day: &Option<Day>| day.map(|day| self.date(day));
        let actor = || json!({"id": format!("coach{}", place % 2)});
        let mut one = match event {
            Event::Item { competency, score, absence, activity, at: observed } => json!({
                "competency": COMPETENCIES[*competency], "score": score, "absence": absence,
                "activity": activity.map(|activity| ACTIVITIES[activity]), "observed_at": at(observed)}),
            Event::Submitted { activity, at } => json!({
                "event": "submitted", "competency": "a", "activity": ACTIVITIES[*activity], "observed_at": self.instant(*at)}),
            Event::Planned { course, at: said, starts, ends, benchmarks } => {
                let days = starts.zip(*ends).unwrap_or_default();
                let benchmarks = benchmarks.as_ref().map(|marks| self.benchmarks(marks, days));
                json!({"event": "planned", "course": COURSES[*course], "observed_at": at(said), "starts_on": date(starts),
                    "ends_on": date(ends), "benchmarks": benchmarks})
            }
            Event::Paused { course, days } => json!({
                "event": "paused", "course": course.map(|course| COURSES[course]), "starts_on": self.date(days.0),
                "ends_on": self.date(days.1), "reason": "leave", "actor": actor()}),
            Event::Paced { course, at: said, pace, expires } => json!({
                "event": "paced", "course": COURSES[*course], "observed_at": at(said), "pace": pace, "expires_at": at(expires),
                "reason": "as agreed", "actor": actor()}),
            Event::Enrolled { course, after, before } => {
                let days = self.courses.get(*course).map_or((0, DAYS), |course| self.days(course));
                let starts = after.map(|after| self.instant((days.0 + after, 12, false)));
                let ends = before.map(|before| self.instant((days.1.saturating_sub(before), 12, false)));
                json!({"event": "enrolled", "section": COURSES[*course], "observed_at": starts, "starts_at": starts, "ends_at": ends})
            }
            Event::Retracted(of) => json!({"event": "retracted", "of": format!("i{}", of.index(self.events.len()))}),
            Event::Corrected { of, starts, ends, pace } => {
                let of = of.index(self.events.len());
                // both days in order, as they are before
                let (starts, ends) = match self.events.get(of) {
                    Some(Event::Paused { days, .. }) => {
                        (starts.map(|day| day.min(days.0)), ends.map(|day| day.max(days.1)))
                    }
                    Some(Event::Planned { benchmarks: None, starts: None, .. }) => (None, *ends),
                    _ => (None, None),
                };
                json!({"event": "corrected", "of": format!("i{of}"), "starts_on": date(&starts), "ends_on": date(&ends), "pace": pace})
            }
        };
        one["id"] = json!(format!("i{place}"));
        without_nulls(one)
    }

    fn asked(&self, asked: &Asked) -> Value {
        match asked {
            Asked::Local(day, minute, grace, school_days) => without_nulls(
                json!({"local": self.local(*day, *minute), "grace_days": grace, "school_days": school_days.filter(|_| grace.is_some())}),
            ),
            Asked::Days(from, until) => json!({"from": self.date(*from), "until": self.date(*until)}),
            Asked::Shown(at) => json!({"at": self.instant(*at)}),
        }
    }

    fn case(&self) -> Value {
        let scale = match self.scale {
            0 => json!({"max": 4, "proficient": 3}),
            1 => json!({"max": 5, "proficient": 2.5}),
            2 => json!({"min": -1, "max": 4, "proficient": 2}),
            _ => json!({"max": 4, "proficient": 4}),
        };
        let sufficiency = self.sufficiency.map(|sufficiency| match sufficiency {
            0 => json!({"min_evidence": 2}),
            1 => json!({"max_age_days": 10}),
            2 => json!({"independent_from_level": "proficient"}),
            _ => json!({}),
        });
        let edges = [("a", "m"), ("b", "m"), ("c", "m"), ("c", "n"), ("d", "n")];
        let associations = edges.map(|(from, to)| json!({"type": "is_child_of", "from": from, "to": to}));
        let competencies = COMPETENCIES[..7].iter().map(|id| json!({"id": id, "statement": id}));
        let events = self.events.iter().enumerate().map(|(place, event)| self.event(place, event));
        without_nulls(json!({
            "id": "random",
            "framework": {"competencies": competencies.collect::<Vec<_>>(), "associations": associations},
            "policy": without_nulls(json!({"scale": scale, "estimate": {"method": "latest"}, "sufficiency": sufficiency})),
            "events": events.collect::<Vec<_>>(),
            "scope": self.scope,
            "calendar": self.calendar(),
            "as_of": self.instant(self.as_of),
            "expect_local": self.asked.iter().map(|asked| self.asked(asked)).collect::<Vec<_>>(),
        }))
    }
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(object) => Value::Object(object.into_iter().filter(|(_, value)| !value.is_null()).collect()),
        value => value,
    }
}

/// Random cases with a calendar, and questions about time.
pub(crate) fn cases() -> impl Strategy<Value = Value> {
    drawn().prop_map(|drawn| drawn.case())
}

/// Documents in which some things are wrong, no two of them of one part.
pub(crate) fn broken() -> impl Strategy<Value = Value> {
    let faults: Vec<(&str, Vec<Value>)> = vec![
        ("/format", vec![json!("lrm-calendar/2"), json!(1)]),
        ("/zone", vec![json!("Mars/Olympus"), json!(""), json!("+02:00"), Value::Null, json!(2)]),
        ("/school_days", vec![json!([]), json!(["mon", "noday", 3]), json!("mon")]),
        ("/holidays", vec![json!(["2026-02-30", "2026-03-01", "x", 1]), json!({})]),
        ("/extra_days", vec![json!(["2026-2-3", Value::Null]), json!("2026-02-03")]),
        ("/buffer_percent", vec![json!(101), json!(-1), json!(0.5), json!("10"), json!(true)]),
        ("/measure", vec![json!("hours"), json!(1)]),
        (
            "/terms",
            vec![
                json!([{"id": "t", "from": "2026-09-07", "until": "2026-09-06"}]),
                json!([{}]),
                json!(["t"]),
                json!([{"id": 1, "from": "x", "until": 2, "on": 3}]),
            ],
        ),
        ("/courses/0/id", vec![json!(1), Value::Null, json!("latin")]),
        ("/courses/0/title", vec![json!(1)]),
        ("/courses/0/competencies", vec![json!([]), json!([1, "a"]), Value::Null, json!("a")]),
        ("/courses/1/from", vec![json!("2026-11-31"), json!(1)]),
        ("/courses/1/until", vec![json!("0000-01-00"), json!("2026-1-1")]),
        ("/courses/1/term", vec![json!("unknown"), json!(1), json!("t")]),
        (
            "/courses/2/benchmarks",
            vec![
                json!([{}]),
                json!(["x"]),
                json!([{"on": "x", "percent": 101, "of": 1}]),
                json!([{"on": "1999-01-01", "percent": -1}]),
                json!({}),
            ],
        ),
        ("/deadlines/0/activity", vec![json!(1), Value::Null, json!("lab")]),
        (
            "/deadlines/0/due",
            vec![json!("2026-11-01"), json!("2026-11-01T12:00Z"), json!("2026-11-01T12:60"), Value::Null, json!(1)],
        ),
        ("/deadlines/1/grace_days", vec![json!(367), json!(-1), json!(1.5), json!("1")]),
        ("/deadlines/1/grace", vec![json!("hours"), json!(1)]),
        ("/deadlines/1/unknown", vec![json!(1)]),
        ("/unknown", vec![json!({})]),
        ("/extra", vec![json!("x"), json!({"any": ["thing"]})]),
    ];
    let fault = select(faults).prop_flat_map(|(path, values)| (Just(path), select(values)));
    (drawn(), vec(fault, 0..4)).prop_map(|(drawn, faults)| {
        let mut document = drawn.calendar();
        let mut broken: Vec<&str> = Vec::new();
        for (path, value) in faults {
            let part = |path: &str| path.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
            let (parent, name) = path.rsplit_once('/').expect("a path");
            if broken.iter().any(|broken| part(broken) == part(path)) {
                continue;
            }
            if let Some(object) = document.pointer_mut(parent).and_then(Value::as_object_mut) {
                broken.push(path);
                object.insert(name.to_owned(), value);
            }
        }
        document
    })
}

fn outcome(case: &Value, as_of: &str) -> Outcome {
    let mut case = case.clone();
    case["as_of"] = json!(as_of);
    evaluate(&case).unwrap_or_else(|code| panic!("{code} in {case}"))
}

/// A part of how a learner is on the way.
fn part(pace: &Map<String, Value>, name: &str) -> (u64, u64, Option<f64>) {
    let part = &pace[name];
    let count = |name: &str| part[name].as_u64().expect("a number");
    (count("days"), count("elapsed"), part.get("expected").and_then(Value::as_f64))
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn what_is_expected_never_falls((case, other) in (drawn(), at()).prop_map(|(drawn, at)| (drawn.case(), drawn.instant(at)))) {
        let as_of = case["as_of"].as_str().expect("a text").to_owned();
        let (one, other) = if parse_instant(&as_of) <= parse_instant(&other) { (as_of, other) } else { (other, as_of) };
        let (before, after) = (outcome(&case, &one), outcome(&case, &other));
        for (before, after) in before.pace.iter().zip(&after.pace) {
            let (before, after) = (part(before, "calendar"), part(after, "calendar"));
            prop_assert!(before.0 == after.0 && before.1 <= after.1 && before.2 <= after.2, "{before:?} {after:?} {case}");
            prop_assert!(after.1 <= after.0 && after.2.is_none_or(|share| (0.0..=100.0).contains(&share)), "{after:?} {case}");
        }
        for (before, after) in before.deadlines.iter().zip(&after.deadlines) {
            // what was done stays done; what counts is the first
            let is_done = |one: &Map<String, Value>| ["on_time", "in_grace", "late"].iter().any(|state| one["state"] == *state);
            if is_done(before) {
                prop_assert_eq!(before, after, "{}", case);
            }
        }
    }

    #[test]
    fn a_case_has_the_first_fault_of_its_calendar(document in broken()) {
        let faults = calendar_faults(&document);
        let case = json!({"framework": {"competencies": []}, "calendar": document, "as_of": "2026-09-01T00:00:00Z",
            "policy": {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}}});
        let found = evaluate(&case).err();
        prop_assert_eq!(found.as_deref(), faults.first().map(|(code, _)| *code), "{}", case);
    }

    #[test]
    fn without_words_of_their_own_learners_follow_the_calendar(mut case in cases()) {
        let events = case["events"].as_array_mut().expect("a list");
        events.retain(|event| event["event"].is_null());
        let as_of = case["as_of"].as_str().expect("a text").to_owned();
        for pace in outcome(&case, &as_of).pace {
            prop_assert_eq!(&pace["own"], &pace["calendar"], "{}", case);
            prop_assert_eq!((pace.get("set"), &pace["pauses"]), (None, &json!([])), "{}", case);
        }
    }
}
