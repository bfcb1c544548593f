//! Layers: whatever they say, what holds lies within every lock, and the engine and the model agree.

use lrm_core::{Code, Policy};
use lrm_tests::reference::{self, canonical_json};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

use crate::support::config;

/// What a layer may say of a parameter.
fn values() -> Vec<(&'static str, &'static str, Vec<Value>)> {
    let numbers = |list: &[i64]| list.iter().map(|one| json!(one)).collect::<Vec<_>>();
    vec![
        ("scale", "min", vec![json!(0), json!(1), json!(-1), Value::Null]),
        ("scale", "max", numbers(&[4, 5])),
        ("scale", "proficient", vec![json!(2), json!(2.5), json!(3), json!(3.0), json!(4)]),
        ("evidence", "order_by", vec![json!("due_at"), json!("observed_at"), Value::Null]),
        ("evidence", "extra_credit", vec![json!("keep"), json!("clamp")]),
        ("evidence", "purposes", vec![json!(["summative"]), json!(["practice", "summative"])]),
        ("rounding", "digits", [numbers(&[0, 1, 2]), vec![Value::Null]].concat()),
        ("rounding", "mode", vec![json!("floor"), json!("half_even"), Value::Null]),
        ("sufficiency", "min_evidence", vec![json!(0), json!(1), json!(2), json!(3), Value::Null]),
        ("sufficiency", "min_kinds", vec![json!(0), json!(2)]),
        ("sufficiency", "max_age_days", vec![json!(30), json!(365), Value::Null]),
        ("rollup", "method", vec![json!("lowest"), json!("unique_leaves"), json!("requirement"), Value::Null]),
        (
            "rollup",
            "requirement",
            vec![json!({"all": [{"competency": "a"}]}), json!({"any": [{"competency": "a"}]}), Value::Null],
        ),
        ("rollup", "missing", vec![json!("require_all"), json!({"require_at_least": 2})]),
    ]
}

/// A whole section of estimators, or one parameter of it.
fn estimate() -> impl Strategy<Value = Value> {
    select(vec![
        json!({"method": "latest"}),
        json!({"method": "mode", "tie": "higher"}),
        json!({"method": "mode"}),
        json!({"method": "exponential", "latest_percent": 65}),
        json!({"method": "latest_vs_mean", "latest_percent": 50}),
        json!({"method": "latest_vs_mean"}),
        json!({"method": "top_n_mean", "n": 3}),
        json!({"method": "n_mastery", "n": 2}),
        json!({"method": "n_mastery"}),
        json!({"method": "power_law"}),
        json!({"method": "linear_trend", "predict": "next"}),
        json!({"method": "mean", "tie": "lower"}),
        json!({"method": null, "n": null}),
        json!({"predict": "next"}),
        json!({"latest_percent": 80}),
        json!({"n": 2}),
        json!({"tie": null}),
        Value::Null,
    ])
}

fn section(name: &'static str) -> impl Strategy<Value = Value> {
    let known: Vec<_> = values().into_iter().filter(|(section, ..)| *section == name).collect();
    let count = known.len();
    subsequence(known, 1..=count).prop_flat_map(|chosen| {
        let parts: Vec<_> =
            chosen.into_iter().map(|(_, key, values)| select(values).prop_map(move |one| (key, one))).collect();
        parts.prop_map(|parts| {
            parts.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>().into()
        })
    })
}

/// Sections that can be read, as rules have them.
fn rule() -> impl Strategy<Value = Value> {
    let sections = (
        prop::option::of(select(vec![3, 4]).prop_map(|cut| json!({"max": 4, "proficient": cut}))),
        prop::option::of(section("sufficiency")),
        prop::option::of(section("evidence")),
        prop::option::of(select(vec![json!({"digits": 1}), json!({"digits": 0, "mode": "floor"})])),
        prop::option::of(select(vec![
            json!({"method": "mode"}),
            json!({"method": "exponential", "latest_percent": 65}),
        ])),
    );
    (prop::option::of(select(vec!["a", "b", "0"])), sections).prop_map(
        |(id, (scale, sufficiency, evidence, rounding, estimate))| {
            let mut rule = json!({"match": {}});
            let given =
                [("scale", scale), ("sufficiency", sufficiency), ("evidence", evidence), ("rounding", rounding)];
            for (name, section) in given.into_iter().chain([("estimate", estimate)]) {
                if let Some(section) = section {
                    rule[name] = section;
                }
            }
            if let Some(id) = id {
                rule["id"] = json!(id);
            }
            rule
        },
    )
}

fn lock() -> impl Strategy<Value = Value> {
    let numbers = select(vec![
        ("/scale/proficient", 2, 4),
        ("/sufficiency/min_evidence", 0, 3),
        ("/sufficiency/max_age_days", 30, 400),
        ("/estimate/latest_percent", 40, 70),
        ("/rounding/digits", 0, 2),
        ("/estimate/n", 2, 3),
    ]);
    let bounded =
        (numbers, prop::option::of(0_i64..3), prop::option::of(0_i64..3)).prop_map(|((name, low, high), min, max)| {
            let mut lock = json!({"parameter": name});
            if let Some(min) = min {
                lock["min"] = json!(low + min);
            }
            if let Some(max) = max {
                lock["max"] = json!(high - max);
            }
            lock
        });
    let fixed = select(vec![
        "/scale",
        "/estimate",
        "/estimate/method",
        "/estimate/tie",
        "/estimate/predict",
        "/rollup/method",
        "/rollup/requirement",
        "/rounding/mode",
        "/evidence/purposes",
        "/rounding",
    ]);
    let allowed = select(vec![
        json!({"parameter": "/rollup/method", "allowed": ["lowest", "unique_leaves"]}),
        json!({"parameter": "/scale/proficient", "allowed": [2.5, 3, 4]}),
        json!({"parameter": "/evidence/order_by", "allowed": ["observed_at", "due_at"]}),
        json!({"parameter": "/estimate/method", "allowed": ["exponential", "latest_vs_mean"]}),
        json!({"parameter": "/estimate/predict", "allowed": ["next"]}),
        json!({"parameter": "/estimate/tie", "allowed": ["most_recent", null]}),
        json!({"parameter": "/rounding/mode", "allowed": ["floor", "half_away_from_zero"]}),
        json!({"parameter": "/sufficiency/max_age_days", "allowed": [30, null]}),
    ]);
    prop_oneof![3 => bounded, 1 => fixed.prop_map(|name| json!({"parameter": name, "reason": "so"})), 1 => allowed]
}

fn layer(name: usize) -> impl Strategy<Value = Value> {
    let sections = ["scale", "evidence", "rounding", "sufficiency", "rollup"];
    let sections =
        sections.map(|name| prop::option::weighted(0.3, prop_oneof![9 => section(name), 1 => Just(Value::Null)]));
    let rules = prop_oneof![9 => prop::collection::vec(rule(), 0..4), 1 => Just(Vec::new())];
    let set = (sections, prop::option::weighted(0.4, estimate()), prop::option::weighted(0.4, rules));
    (set, prop::collection::vec(lock(), 0..3), prop::option::of(select(vec!["x", "y"]))).prop_map(
        move |((sections, estimate, rules), locks, id)| {
            let mut set = Map::new();
            for (name, section) in ["scale", "evidence", "rounding", "sufficiency", "rollup"].into_iter().zip(sections)
            {
                set.extend(section.map(|section| (name.to_owned(), section)));
            }
            set.extend(estimate.map(|estimate| ("estimate".to_owned(), estimate)));
            if let Some(mut rules) = rules {
                // of one id the first
                let mut seen = Vec::new();
                rules.retain(|rule| {
                    rule["id"].is_null()
                        || (!seen.contains(&rule["id"]) && {
                            seen.push(rule["id"].clone());
                            true
                        })
                });
                set.insert("rules".to_owned(), json!(rules));
            }
            let mut layer = json!({"layer": format!("l{name}"), "set": set, "locks": locks});
            if let Some(id) = id {
                layer["id"] = json!(id);
            }
            layer
        },
    )
}

fn layers() -> impl Strategy<Value = Vec<Value>> {
    let platform = json!({"layer": "platform", "id": "p", "set": {"scale": {"max": 4, "proficient": 3},
        "estimate": {"method": "exponential", "latest_percent": 65}, "sufficiency": {"min_evidence": 1}}});
    let below: Vec<_> = (0..4).map(layer).collect();
    (below, 0..=4_usize).prop_map(move |(below, count)| {
        std::iter::once(platform.clone()).chain(below.into_iter().take(count)).collect()
    })
}

fn texts(layers: &[Value]) -> Vec<String> {
    layers.iter().map(Value::to_string).collect()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// Whether a value is one that a lock lets through.
fn lets(lock: &Value, value: &Value) -> bool {
    let number = value.as_f64();
    let from = lock["min"].as_f64().is_none_or(|min| number.is_some_and(|number| number >= min));
    let to = lock["max"].as_f64().is_none_or(|max| number.is_some_and(|number| number <= max));
    let among = |allowed: &Vec<Value>| allowed.iter().any(|one| canonical_json(one) == canonical_json(value));
    from && to && lock["allowed"].as_array().is_none_or(among)
}

proptest! {
    #![proptest_config(config(1_500))]

    #[test]
    fn the_engine_agrees_with_the_model_on_layers(layers in layers()) {
        let shown = serde_json::to_string(&layers).expect("JSON");
        let expected = reference::layered(&layers);
        let found = Policy::from_layers(texts(&layers));
        match (&expected, &found) {
            (Ok(expected), Ok(found)) => {
                let policy = Policy::from_json(expected.policy.to_string()).map(|policy| policy.to_json());
                prop_assert_eq!(policy.as_ref().ok(), Some(&found.policy().to_json()), "{}", shown);
                let trace = json(&found.trace_json());
                let traced: Vec<_> = trace.as_array().expect("a list").iter().map(canonical_json).collect();
                let wanted: Vec<_> = expected.trace.iter().map(|(parameter, traced)| {
                    canonical_json(&json!({"parameter": parameter, "value": traced["value"], "layers": traced["layers"]}))
                }).collect();
                prop_assert_eq!(traced, wanted, "{}", shown);
                prop_assert_eq!(canonical_json(&json(&found.refused_json())), canonical_json(&json!(expected.refused)), "{}", shown);
            }
            // what is put together is no policy
            (Ok(expected), Err(error)) => {
                prop_assert!(!matches!(error.code(), Code::Locked | Code::Contradiction), "{error} {shown}");
                prop_assert!(Policy::from_json(expected.policy.to_string()).is_err(), "{error} {shown}");
            }
            (Err(code), Err(error)) => prop_assert_eq!(*code, error.code().as_str(), "{}", shown),
            (Err(code), Ok(_)) => prop_assert!(false, "{code} {shown}"),
        }
    }

    #[test]
    fn what_holds_lies_within_every_lock_above(layers in layers()) {
        let Ok(found) = Policy::from_layers(texts(&layers)) else { return Ok(()) };
        let names: Vec<&Value> = layers.iter().map(|layer| &layer["layer"]).collect();
        let place = |name: &Value| names.iter().position(|one| *one == name).expect("a layer");
        for traced in json(&found.trace_json()).as_array().expect("a list") {
            let said = traced["layers"].as_array().expect("a list");
            let heard = |at: usize| {
                let mut above = said.iter().filter(|one| place(&one["layer"]) <= at && one.get("refused_by").is_none());
                above.next_back().map(|one| one["value"].clone()).filter(|value| !value.is_null())
            };
            for (at, layer) in layers.iter().enumerate() {
                for lock in layer["locks"].as_array().into_iter().flatten() {
                    let is_about = lock["parameter"] == traced["parameter"];
                    // a lock without bounds lets nothing change below it
                    let fixed = ["min", "max", "allowed"].iter().all(|bound| lock.get(*bound).is_none());
                    if is_about && fixed {
                        let before = heard(at).unwrap_or_else(|| traced["value"].clone());
                        prop_assert_eq!(canonical_json(&before), canonical_json(&traced["value"]), "{} {:?}", traced, layers);
                    } else if is_about && !traced["value"].is_null() {
                        prop_assert!(lets(lock, &traced["value"]), "{traced} {lock} {layers:?}");
                    }
                }
            }
        }
    }
}
