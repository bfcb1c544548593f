//! Logs of all kinds of events, drawn at random, and the laws that the model keeps on them.

use std::collections::BTreeSet;

use lrm_core::{Event, EventLog};
use lrm_tests::reference::{Folded, canonical_item, contents, fold, parse_instant};
use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use crate::support::config;

/// The third is the second in another place.
pub(crate) const INSTANTS: [&str; 7] = [
    "2026-09-01T12:00:00Z",
    "2026-09-02T12:00:00Z",
    "2026-09-02T14:00:00+02:00",
    "2026-09-03T12:00:00Z",
    "2026-09-04T12:00:00Z",
    "2026-09-05T12:00:00Z",
    "2026-09-06T12:00:00Z",
];

/// The events that open entries, each with the ids that it likes.
const OPENINGS: [(&str, &[&str]); 16] = [
    ("assessed", &["e1", "e2", "e3"]),
    ("submitted", &["s1", "s2"]),
    ("overridden", &["o1"]),
    ("reflected", &["r1"]),
    ("group_assessed", &["w1", "w2"]),
    ("proposed", &["g1", "g2"]),
    ("awarded", &["a1", "a2"]),
    ("subdivided", &["b1"]),
    ("identified", &["i1"]),
    ("enrolled", &["n1", "n2"]),
    ("published", &["p1"]),
    ("held", &["h1"]),
    ("waived", &["v1"]),
    ("planned", &["q1", "q2"]),
    ("paused", &["u1"]),
    ("paced", &["x1"]),
];

/// The acts that the table of transitions knows, each with the ids that it likes to act on.
const ACTS: [(&str, &[&str]); 18] = [
    (
        "corrected",
        &["e1", "s1", "s2", "o1", "r1", "w1", "w1", "g1", "a1", "b1", "i1", "n1", "p1", "h1", "q1", "u1", "v1", "x1"],
    ),
    (
        "retracted",
        &[
            "e1", "e2", "s1", "s2", "o1", "r1", "w1", "w2", "g1", "a1", "b1", "i1", "n1", "p1", "h1", "q1", "u1", "v1",
            "x1",
        ],
    ),
    ("disputed", &["e1", "e2", "w1"]),
    ("verified", &["e1", "e2", "w1"]),
    ("assessed", &["s1", "s1", "s2"]),
    ("reflected", &["r1"]),
    ("adjusted", &["w1", "w1", "w2"]),
    ("confirmed", &["w1", "w2"]),
    ("approved", &["g1", "g1", "g2", "x1"]),
    ("met", &["g1", "g2", "x1"]),
    ("missed", &["g1", "g2", "x1"]),
    ("renegotiated", &["g1", "g2", "x1", "x2"]),
    ("reviewed", &["a1", "a2"]),
    ("upheld", &["a1", "a1", "a2"]),
    ("revoked", &["a1", "a2"]),
    ("separated", &["i1"]),
    ("left", &["n1", "n2"]),
    ("released", &["h1"]),
];

/// The ids of acts.
const ACT_IDS: [&str; 28] = [
    "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "y1", "y2", "y3", "y4", "y5", "y6", "y7", "y8", "y9", "z1",
    "z2", "z3", "z4", "z5", "z6", "z7", "z8", "z9", "é",
];

/// Every id that an event may have.
pub(crate) fn ids() -> Vec<&'static str> {
    OPENINGS.iter().flat_map(|(_, ids)| ids.iter().copied()).chain(ACT_IDS).collect()
}

/// A field with its value.
type Field = (&'static str, Value);

/// A field, at most.
fn maybe(name: &'static str, chance: f64, values: Vec<Value>) -> impl Strategy<Value = Vec<Field>> {
    weighted(chance, select(values)).prop_map(move |value| value.map(|value| (name, value)).into_iter().collect())
}

fn instants() -> Vec<Value> {
    INSTANTS.map(Value::from).to_vec()
}

/// Fields of several draws.
fn together(parts: Vec<BoxedStrategy<Vec<Field>>>) -> BoxedStrategy<Vec<Field>> {
    parts.prop_map(|parts| parts.concat()).boxed()
}

fn one(name: &'static str, values: Vec<Value>) -> BoxedStrategy<Vec<Field>> {
    select(values).prop_map(move |value| vec![(name, value)]).boxed()
}

fn some(name: &'static str, values: Vec<Value>) -> BoxedStrategy<Vec<Field>> {
    maybe(name, 0.5, values).boxed()
}

/// What is said of how good something is.
fn outcome() -> BoxedStrategy<Vec<Field>> {
    prop_oneof![
        4 => (0..5_u8).prop_map(|score| vec![("score", json!(score))]),
        1 => Just(vec![("score", json!(7)), ("possible", json!(10))]),
        1 => Just(vec![("level", json!("mastery"))]),
        1 => any::<bool>().prop_map(|passed| vec![("passed", json!(passed))]),
        1 => Just(Vec::new()),
    ]
    .boxed()
}

fn competency() -> Vec<Value> {
    vec![json!("c"), json!("d")]
}

/// A first day, and a last one, which is never before.
fn days(is_last: bool) -> Vec<Value> {
    let days = if is_last { ["2026-09-02", "2026-09-03"] } else { ["2026-09-01", "2026-09-02"] };
    days.map(Value::from).to_vec()
}

fn lists() -> Vec<Value> {
    vec![json!(["c"]), json!(["c", "d"]), json!(["d", "c", "f"])]
}

fn author() -> BoxedStrategy<Vec<Field>> {
    one("actor", vec![json!({"id": "t"}), json!({"role": "external", "id": "u"}), json!({"id": "v", "role": "head"})])
}

fn reason() -> BoxedStrategy<Vec<Field>> {
    one("reason", vec![json!("so"), json!("because")])
}

/// The same for events about what a learner is on the way to.
fn on_the_way(kind: &str) -> BoxedStrategy<Vec<Field>> {
    match kind {
        "waived" => together(vec![
            one("competency", competency()),
            some("prerequisite", vec![json!("d"), json!("f")]),
            author(),
            reason(),
            some("expires_at", instants()),
        ]),
        "planned" => together(vec![
            one("course", vec![json!("math"), json!("latin")]),
            some("starts_on", days(false)),
            some("ends_on", days(true)),
            some(
                "benchmarks",
                vec![json!([]), json!([{"on": "2026-09-01", "percent": 10}, {"percent": 10, "on": "2026-09-02"}])],
            ),
        ]),
        "paused" => together(vec![
            one("starts_on", days(false)),
            one("ends_on", days(true)),
            some("course", vec![json!("math")]),
            author(),
            reason(),
        ]),
        "paced" => together(vec![
            one("course", vec![json!("math")]),
            one("pace", vec![json!("ahead"), json!("on"), json!("behind")]),
            some("expires_at", instants()),
            author(),
            reason(),
        ]),
        _ => together(Vec::new()),
    }
}

/// The fields that an event of this kind has besides those that all have.
fn fields(kind: &'static str) -> BoxedStrategy<Vec<Field>> {
    match kind {
        "assessed" => together(vec![
            maybe("competency", 0.8, competency()).boxed(),
            outcome(),
            maybe("assessor", 0.3, vec![json!({"role": "self"}), json!({"id": "t", "role": "teacher"})]).boxed(),
            maybe("criterion", 0.2, vec![json!("k1"), json!("k2")]).boxed(),
        ]),
        "submitted" => {
            let criteria = json!([{"criterion": "k1", "competency": "c"}, {"criterion": "k2", "competency": "f"}]);
            let about = vec![
                json!({"competency": "c"}),
                json!({"competencies": ["c", "d"]}),
                json!({"criteria": criteria}),
                json!({}),
            ];
            let about = select(about).prop_map(|about| {
                let names = ["competency", "competencies", "criteria"];
                names.into_iter().filter_map(|name| Some((name, about.get(name)?.clone()))).collect()
            });
            together(vec![about.boxed(), some("context", vec![json!("lab"), json!("field")])])
        }
        "overridden" => together(vec![
            one("competency", competency()),
            outcome(),
            author(),
            reason(),
            some("expires_at", instants()),
        ]),
        "reflected" => together(vec![
            one("text", vec![json!("one"), json!("two"), json!("three")]),
            some("about", vec![json!("e1"), json!("q")]),
            some("competency", competency()),
        ]),
        "group_assessed" => together(vec![
            one("competency", competency()),
            outcome(),
            one("members", vec![json!(["ana", "bo"]), json!(["cy"]), json!([])]),
        ]),
        "proposed" | "renegotiated" => together(vec![
            one("competencies", lists()),
            some("title", vec![json!("t"), json!("u")]),
            some("under", vec![json!("g2")]),
            some("due_at", instants()),
            some("at_least", vec![json!(1), json!(2)]),
        ]),
        "awarded" => together(vec![
            one("credit", vec![json!("algebra"), json!("latin")]),
            one("evidence", vec![json!(["e1"]), json!(["e1", "w1", "q"]), json!(["x1", "e2"]), json!([])]),
        ]),
        "subdivided" => together(vec![
            one("competency", vec![json!("sub")]),
            one("under", lists()),
            some("statement", vec![json!("s"), json!("t")]),
        ]),
        "identified" => together(vec![one("other", vec![json!("bo")]), author(), reason()]),
        "enrolled" => together(vec![
            some("scope", vec![json!(["c"]), json!(["d", "c"]), json!([])]),
            some("starts_at", instants()),
            some("ends_at", instants()),
            some("section", vec![json!("7b")]),
            maybe("people", 0.2, vec![json!([{"id": "t", "role": "teacher"}, {"id": "p"}])]).boxed(),
        ]),
        "published" => together(vec![
            one("results", vec![json!([{"competency": "c", "value": 3}]), json!([])]),
            one("as_of", instants()),
        ]),
        "waived" | "planned" | "paused" | "paced" => on_the_way(kind),
        "held" | "released" | "revoked" => together(vec![author(), reason()]),
        "adjusted" => together(vec![one("by", vec![json!(-1), json!(0.5), json!(1)]), reason()]),
        _ => together(vec![some("reason", vec![json!("so"), json!("because")])]),
    }
}

/// What a correction of the entry of this id may say.
fn correction(of: &str) -> BoxedStrategy<Vec<Field>> {
    let kind = OPENINGS.into_iter().find(|(_, ids)| ids.contains(&of)).map_or("assessed", |(kind, _)| kind);
    // some of what an opening event may say; the author and the reason of a correction are its own
    (fields(kind), vec(any::<bool>(), 8))
        .prop_map(|(fields, says)| {
            fields.into_iter().zip(says).filter(|(_, says)| *says).map(|(field, _)| field).collect()
        })
        .boxed()
}

/// Times, who, and fields that nobody knows.
fn envelope(names: &'static [&'static str]) -> impl Strategy<Value = Vec<Field>> {
    let learners = names.iter().map(|name| json!(name)).collect();
    let times = (
        maybe("received_at", 0.8, instants()),
        maybe("observed_at", 0.4, instants()),
        maybe("assessed_at", 0.1, instants()),
    );
    let rest = (maybe("learner", 0.5, learners), maybe("mood", 0.1, vec![json!("good"), json!({"b": 1, "a": [2.0]})]));
    (times, rest).prop_map(|(times, rest)| [times.0, times.1, times.2, rest.0, rest.1].concat())
}

/// A field of another type than it should be, or one that is not there, in few events.
fn fault() -> impl Strategy<Value = Option<Field>> {
    let wrong = vec![
        ("observed_at", json!("yesterday")),
        ("context", json!(1)),
        ("event", json!("moved")),
        ("actor", json!("t")),
        ("text", Value::Null),
        ("competencies", Value::Null),
        ("members", Value::Null),
        ("evidence", Value::Null),
        ("competency", Value::Null),
        ("reason", Value::Null),
        ("of", Value::Null),
        ("title", json!(5)),
        ("scope", json!("c")),
        ("starts_at", json!("tomorrow")),
        ("about", json!(1)),
        ("starts_on", json!("soon")),
        ("ends_on", json!(20_260_901)),
        ("benchmarks", json!([{"on": "2026-09-02", "percent": 10}, {"on": "2026-09-01", "percent": 101}])),
        ("course", json!(["math"])),
        ("pace", json!("fast")),
    ];
    weighted(0.05, select(wrong))
}

fn event(fields: Vec<Field>, fault: Option<Field>) -> Value {
    let mut event: Map<String, Value> = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    // bo is known by the identity alone, which must stay as it is
    if let Some((name, value)) = fault.filter(|_| event.get("event") != Some(&json!("identified"))) {
        event.insert(name.to_owned(), value);
    }
    Value::Object(event)
}

/// An opening event of this kind, with an id or without.
fn opening(kind: &'static str, id: Option<&'static str>, names: &'static [&'static str]) -> BoxedStrategy<Value> {
    (fields(kind), envelope(names), fault())
        .prop_map(move |(fields, envelope, fault)| {
            // the identity stands in every log that bo's events stand in
            let own = if kind == "identified" { vec![("learner", json!("ana"))] } else { Vec::new() };
            let id: Vec<Field> = id.map(|id| ("id", json!(id))).into_iter().collect();
            event([vec![("event", json!(kind))], id, fields, envelope, own].concat(), fault)
        })
        .boxed()
}

/// Most of the entries there are, and a few events more that have one of their ids or none.
fn openings(names: &'static [&'static str]) -> BoxedStrategy<Vec<Value>> {
    let of_kind = |(kind, ids): &(&'static str, &'static [&'static str])| {
        let kind = *kind;
        ids.iter().map(move |id| weighted(0.7, opening(kind, Some(id), names))).collect::<Vec<_>>()
    };
    let each: Vec<_> = OPENINGS.iter().flat_map(of_kind).collect();
    let more = select(OPENINGS.to_vec()).prop_flat_map(move |(kind, ids)| {
        let id = prop_oneof![2 => select(ids.to_vec()).prop_map(Some), 1 => Just(None)];
        id.prop_flat_map(move |id| opening(kind, id, names))
    });
    (each, vec(more, 0..4)).prop_map(|(each, more)| each.into_iter().flatten().chain(more).collect()).boxed()
}

fn act(names: &'static [&'static str]) -> BoxedStrategy<Value> {
    let weight = |kind: &str| match kind {
        "corrected" | "retracted" | "assessed" => 4,
        "approved" => 3,
        "met" | "missed" | "renegotiated" | "upheld" => 2,
        _ => 1,
    };
    let kinds: Vec<_> = ACTS.into_iter().flat_map(|one| vec![one; weight(one.0)]).collect();
    let drawn = select(kinds).prop_flat_map(move |(kind, targets)| {
        let any = ids();
        let target = prop_oneof![8 => select(targets.to_vec()), 1 => select(ACT_IDS.to_vec()), 1 => select(any)];
        target.prop_flat_map(move |target| {
            let says = if kind == "corrected" { correction(target) } else { fields(kind) };
            (Just(kind), Just(target), select(ACT_IDS.to_vec()), says, envelope(names), fault())
        })
    });
    drawn
        .prop_map(|(kind, target, id, fields, envelope, fault)| {
            let start = vec![("event", json!(kind)), ("of", json!(target)), ("id", json!(id))];
            event([start, fields, envelope].concat(), fault)
        })
        .boxed()
}

/// Some dozens of events of all kinds, some of them twice. In a quarter of the logs another learner is the same person.
pub(crate) fn events() -> impl Strategy<Value = Vec<Value>> {
    let of = |names: &'static [&'static str]| {
        (openings(names), vec(act(names), 0..50)).prop_map(|(openings, acts)| [openings, acts].concat())
    };
    let two = of(&["ana", "bo"]).prop_map(|mut events| {
        events.push(json!({
            "event": "identified", "id": "i1", "other": "bo", "learner": "ana", "actor": {"id": "t"}, "reason": "a",
            "received_at": INSTANTS[1],
        }));
        events
    });
    (prop_oneof![3 => of(&["ana"]).boxed(), 1 => two.boxed()], vec(any::<prop::sample::Index>(), 0..4)).prop_map(
        |(mut events, again)| {
            if !events.is_empty() {
                let again: Vec<Value> = again.iter().map(|place| place.get(&events).clone()).collect();
                events.extend(again);
            }
            events
        },
    )
}

/// All that follows, in an order that does not depend on that of the events.
fn seen(folded: &Folded) -> (Vec<String>, Vec<&str>, String) {
    let mut items: Vec<String> = folded.items.iter().map(canonical_item).collect();
    let mut findings = folded.findings.clone();
    items.sort_unstable();
    findings.sort_unstable();
    let scopes: Vec<_> = INSTANTS.iter().map(|at| folded.scope_at(parse_instant(at).expect("an instant"))).collect();
    (items, findings, json!([folded.states, folded.entries, folded.pending, scopes]).to_string())
}

fn shown(events: &[Value]) -> String {
    Value::Array(events.to_vec()).to_string()
}

fn one_of_each_id(mut events: Vec<Value>) -> Vec<Value> {
    let mut ids = BTreeSet::new();
    events.retain(|event| event["id"].as_str().is_none_or(|id| ids.insert(id.to_owned())));
    events
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn the_model_sees_a_set((events, shuffled) in events().prop_flat_map(|events| (Just(events.clone()), Just(events).prop_shuffle()))) {
        let again = [shuffled.clone(), shuffled].concat();
        let (one, other) = (fold(&events, None), fold(&again, None));
        prop_assert_eq!(seen(&one), seen(&other), "{}", shown(&events));
    }

    #[test]
    fn the_contents_are_those_of_the_log(events in events()) {
        let log = EventLog::from_json(shown(&events)).expect("a log");
        let found: BTreeSet<&str> = log.events().map(Event::to_json).collect();
        let model = contents(&events);
        prop_assert_eq!(found, model.iter().map(String::as_str).collect(), "{}", shown(&events));
    }

    #[test]
    fn what_the_model_says_hangs_together(events in events(), known_at in of(0..INSTANTS.len())) {
        let events = one_of_each_id(events);
        let folded = fold(&events, known_at.and_then(|place| parse_instant(INSTANTS[place])));
        for (id, entry) in &folded.entries {
            prop_assert_eq!(entry["state"].as_str(), folded.states.get(id).copied(), "{} in {}", id, shown(&events));
            let made_by = entry["events"].as_array().expect("a list");
            prop_assert_eq!(made_by.first(), Some(&json!(id)));
            let known: BTreeSet<&str> = events.iter().filter_map(|event| event["id"].as_str()).collect();
            prop_assert!(made_by.iter().all(|id| id.as_str().is_some_and(|id| known.contains(id))), "{}", shown(&events));
        }
        for row in &folded.pending {
            let id = row["id"].as_str().expect("a text");
            let waits = matches!(folded.states.get(id).copied(), Some(state) if state != "retracted");
            prop_assert!(waits, "{} in {}", id, shown(&events));
        }
        for item in folded.items.iter().filter(|item| item["withdrawn"].is_null()) {
            let state = item["id"].as_str().and_then(|id| folded.states.get(id));
            prop_assert!(state.is_none_or(|state| *state != "retracted"), "{} in {}", item, shown(&events));
        }
    }

    #[test]
    fn what_was_retracted_stays_so_in_the_model(events in events(), one in 0..INSTANTS.len(), other in 0..INSTANTS.len()) {
        // so that no other event takes the place of one later; and what another learner did, who was another one after all, is undone
        let mut events = one_of_each_id(events);
        events.retain(|event| event["event"] != "separated" && event["of"] != "i1");
        let at = |place: usize| parse_instant(INSTANTS[place]).expect("an instant");
        let (early, late) = (at(one).min(at(other)), at(one).max(at(other)));
        let (before, after) = (fold(&events, Some(early)), fold(&events, Some(late)));
        for (id, _) in before.states.iter().filter(|(_, state)| **state == "retracted") {
            // what was another learner's after all has no state here
            let state = after.states.get(id);
            prop_assert!(state.is_none_or(|state| *state == "retracted"), "{} in {}", id, shown(&events));
        }
    }
}
