//! From draws to the documents of a case.

use std::collections::BTreeSet;

use lrm_tests::corpus::Case;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::draw::{Draw, Item, PURPOSES, ROLES, Says, Sections, draws};

/// Ids whose byte order says nothing about the hierarchy. The last is in no framework.
pub(crate) const IDS: [&str; 11] = ["m", "a", "z", "é", "B", "a.1", "k", "0", "zz", "q", "nowhere"];

const WEIGHTS: [&str; 8] = ["1", "0", "2", "0.5", "0.333333", "3.000001", "1", "1000000"];

const MINIMA: [&str; 6] =
    ["min_evidence", "min_assessors", "min_contexts", "min_kinds", "min_artifacts", "min_transfer"];

/// Instants that tie, differ in offset or in fine digits, or lie at the ends of time.
pub(crate) const INSTANTS: [&str; 12] = [
    "2026-01-02T00:00:00Z",
    "2026-01-01T00:00:00Z",
    "2026-01-03T00:00:00Z",
    "2026-01-02T01:00:00+01:00",
    "2026-01-02T00:00:00.5Z",
    "2026-01-02T00:00:00.1234567Z",
    "2026-01-02T00:00:00.123456Z",
    "2026-03-01T12:00:00-05:00",
    "2025-06-01T00:00:00Z",
    "2027-01-01T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z",
];

/// A scale: least, greatest, proficient cut, and levels.
pub(crate) fn scale(number: usize) -> Value {
    match number {
        0 => json!({"max": 4, "proficient": 3, "levels": [
            {"id": "none", "label": "No evidence", "from": 0}, {"id": "below", "from": 1}, {"id": "near", "from": 2},
            {"id": "mastery", "from": 3}, {"id": "exceeds", "from": 4}]}),
        1 => json!({"max": 100, "proficient": 75}),
        2 => json!({"min": -2, "max": 2, "proficient": 0.5, "levels": [
            {"id": "near", "from": -1}, {"id": "mastery", "from": 0.5}]}),
        3 => json!({"min": 1, "max": 5, "proficient": 1}),
        4 => json!({"max": 1, "proficient": 0.85, "levels": [
            {"id": "low", "from": 0.1}, {"id": "mid", "from": 0.5}, {"id": "high", "from": 0.85}]}),
        _ => json!({"min": -1_000_000, "max": 1_000_000, "proficient": 500_000.000_001}),
    }
}

fn levels(number: usize) -> &'static [&'static str] {
    match number {
        0 => &["none", "below", "near", "mastery", "exceeds"],
        2 => &["near", "mastery"],
        4 => &["low", "mid", "high"],
        _ => &["below", "proficient"],
    }
}

fn range(number: usize) -> (f64, f64) {
    match number {
        0 => (0.0, 4.0),
        1 => (0.0, 100.0),
        2 => (-2.0, 2.0),
        3 => (1.0, 5.0),
        4 => (0.0, 1.0),
        _ => (-1_000_000.0, 1_000_000.0),
    }
}

/// Random cases.
pub(crate) fn cases() -> impl Strategy<Value = Case> {
    draws().prop_map(|draw| case(&draw))
}

/// The case of a draw.
pub(crate) fn case(draw: &Draw) -> Case {
    let mut document = json!({
        "id": "random",
        "framework": framework(draw),
        "policy": policy(draw),
        "evidence": draw.items.iter().map(|one| item(one, draw)).collect::<Vec<_>>(),
    });
    if let Some(as_of) = draw.as_of {
        document["as_of"] = json!(INSTANTS[as_of]);
    }
    if let Some(scope) = &draw.scope {
        let ids: Vec<&str> = scope.iter().map(|place| IDS[usize::from(*place) % draw.nodes.len()]).collect();
        document["scope"] = json!(ids);
    }
    serde_json::from_value(document).expect("a case")
}

fn number(text: &str) -> Value {
    serde_json::from_str(text).expect("a number")
}

fn framework(draw: &Draw) -> Value {
    let competencies = draw.nodes.iter().zip(IDS).map(|(node, id)| {
        let tags: Vec<&str> = ["core", "x"].into_iter().zip([1, 2]).filter(|(_, bit)| node.tags & bit > 0).map(|(tag, _)| tag).collect();
        let kind = [None, Some("Standard"), Some("Domain")][usize::from(node.kind)];
        json!({"id": id, "statement": id, "type": kind, "tags": tags, "weight": number(WEIGHTS[usize::from(node.weight)])})
    });
    let count = draw.nodes.len();
    let mut seen = BTreeSet::new();
    let edges = draw.edges.iter().filter_map(|(one, other, weight)| {
        let (one, other) = (usize::from(*one) % count, usize::from(*other) % count);
        let (parent, child) = (one.min(other), one.max(other));
        (parent != child && seen.insert((parent, child))).then(|| {
            let weight = number(WEIGHTS[usize::from(*weight)]);
            json!({"type": "is_child_of", "from": IDS[child], "to": IDS[parent], "weight": weight})
        })
    });
    json!({"competencies": competencies.collect::<Vec<_>>(), "associations": edges.collect::<Vec<_>>()})
}

fn policy(draw: &Draw) -> Value {
    let mut policy = Map::from_iter([("scale".to_owned(), scale(draw.scale))]);
    add_sections(&mut policy, &draw.sections, draw.scale);
    let rules = draw.rules.iter().enumerate().map(|(place, rule)| {
        let id = |place: Option<u8>| place.map(|place| IDS[usize::from(place)]);
        let kind = rule.kind.map(|kind| ["Standard", "Domain", "Cluster"][usize::from(kind)]);
        let tag = rule.tag.map(|tag| ["core", "x", "y"][usize::from(tag)]);
        let keys = json!({"id": id(rule.id), "under": id(rule.under), "type": kind, "tag": tag});
        let mut document = Map::from_iter([("match".to_owned(), keys), ("id".to_owned(), json!(format!("r{place}")))]);
        if let Some(number) = rule.scale {
            document.insert("scale".to_owned(), scale(number));
        }
        add_sections(&mut document, &rule.sections, rule.scale.unwrap_or(draw.scale));
        Value::Object(document)
    });
    policy.insert("rules".to_owned(), rules.collect());
    Value::Object(policy)
}

fn add_sections(document: &mut Map<String, Value>, sections: &Sections, scale: usize) {
    let sufficiency = sections.sufficiency.as_ref().map(|drawn| {
        let levels = levels(scale);
        let level = drawn.independent_from.map(|level| levels[usize::from(level) % levels.len()]);
        let mut section = json!({"independent_from_level": level, "max_age_days": drawn.max_age_days});
        for (name, least) in &drawn.minima {
            section[MINIMA[*name]] = json!(least);
        }
        section
    });
    let given = [
        ("estimate", sections.estimate.clone()),
        ("evidence", sections.evidence.clone()),
        ("rounding", sections.rounding.clone()),
        ("sufficiency", sufficiency),
        ("rollup", sections.rollup.clone()),
    ];
    document.extend(given.into_iter().filter_map(|(name, section)| Some((name.to_owned(), section?))));
}

fn item(drawn: &Item, draw: &Draw) -> Value {
    let mut item = Map::new();
    let mut set = |name: &str, value: Value| {
        if !value.is_null() {
            item.insert(name.to_owned(), value);
        }
    };
    set("competency", json!(IDS[usize::from(drawn.competency) % draw.nodes.len()]));
    set("id", json!(drawn.id.map(|id| format!("e{id}"))));
    let (min, max) = range(draw.scale);
    match drawn.says {
        // thirds and sixteenths of the scale
        Says::Score(part) if part % 3 == 0 => set("score", json!(min + (max - min) * f64::from(part.min(15)) / 15.0)),
        Says::Score(part) => set("score", json!(min + (max - min) * f64::from(part) / 16.0)),
        Says::ScoreOutOf(score, possible) => {
            set("score", json!(score));
            set("possible", json!(possible));
        }
        Says::Level(level) => {
            let levels = levels(draw.scale);
            set("level", json!(levels[usize::from(level) % levels.len()]));
        }
        Says::Passed(passed) => set("passed", json!(passed)),
        Says::Absence(one) => {
            set("absence", json!(["not_yet", "missed", "excused", "not_applicable", "withheld"][one]));
        }
        Says::Nothing => {}
    }
    for (name, at) in ["observed_at", "due_at", "assessed_at", "received_at"].into_iter().zip(drawn.instants) {
        set(name, json!(at.map(|at| INSTANTS[at])));
    }
    let kinds = ["product", "performance", "observation", "test", "experience", "credential"];
    set("kind", json!(drawn.kind.map(|kind| kinds[kind])));
    set("purpose", json!(drawn.purpose.map(|purpose| PURPOSES[purpose])));
    set("assistance", json!(drawn.assistance.map(|help| ["independent", "prompted", "with_help"][help])));
    set("weight", drawn.weight.map_or(Value::Null, |weight| number(WEIGHTS[usize::from(weight)])));
    set("withdrawn", json!(drawn.withdrawn.map(|why| ["retracted", "superseded"][why])));
    let [assessor, context, artifact, transfer, other] = drawn.texts;
    let role = drawn.role.map(|role| ROLES[role]);
    match (assessor, role) {
        (0, None) => {}
        (0, Some(role)) => set("assessor", json!({ "role": role })),
        (who, role) => set("assessor", json!({"id": format!("t{who}"), "role": role})),
    }
    if context > 0 {
        set("context", json!(format!("c{context}")));
    }
    match artifact {
        0 => {}
        1 => set("artifact", json!({"uri": "https://example.org/1"})),
        one => set(
            "artifact",
            json!({"uri": "https://example.org/2", "sha256": format!("{one}"), "media_type": "text/plain"}),
        ),
    }
    if transfer > 0 {
        set("transfer", json!(transfer > 1));
    }
    match other {
        1 => set("activity", json!("quiz \"1\"")),
        2 => {
            set("attempt", json!(2));
            set("criterion", json!("k1"));
        }
        3 => set("source", json!({"system": "lms", "id": "7"})),
        _ => {}
    }
    if let Some(fault) = drawn.fault {
        return faulty(item, fault);
    }
    Value::Object(item)
}

/// How many kinds of fault the tables of columns can express.
pub(crate) const FAULTS_OF_ROWS: u8 = 15;

fn faulty(mut item: Map<String, Value>, fault: u8) -> Value {
    let mut says = |members: &[(&str, Value)]| {
        for name in ["score", "possible", "level", "passed", "absence"] {
            item.remove(name);
        }
        item.extend(members.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    };
    match fault {
        0 => says(&[("score", json!(999_999))]),
        1 => says(&[("score", json!(1_000_001))]),
        2 => says(&[("level", json!("unheard of"))]),
        3 => says(&[("score", json!(1)), ("possible", json!(0))]),
        4 => says(&[("score", json!(-0.001)), ("possible", json!(4))]),
        5 => says(&[("score", json!(1)), ("passed", json!(true))]),
        6 => says(&[("possible", json!(4))]),
        7 => says(&[("absence", json!("asleep"))]),
        8 => says(&[("competency", json!("nowhere"))]),
        9 => says(&[("competency", Value::Null)]),
        10 => says(&[("kind", json!("rumour"))]),
        11 => says(&[("purpose", json!(""))]),
        12 => {
            says(&[("observed_at", json!("2026-02-30T00:00:00Z"))]);
            // no other clock instant, so that there is only one reading of the newest one
            item.remove("assessed_at");
            item.remove("received_at");
        }
        13 => says(&[("weight", json!(-1))]),
        14 => says(&[("weight", json!(0.000_000_1))]),
        15 => says(&[("score", json!("3"))]),
        16 => says(&[("assessor", json!("t1"))]),
        17 => says(&[("id", json!(7))]),
        18 => says(&[("transfer", json!("yes"))]),
        19 => {
            says(&[("extra", json!([]))]);
            item.remove("id");
        }
        _ => return json!("no item"),
    }
    Value::Object(item)
}
