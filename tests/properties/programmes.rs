//! The engine says of programmes, and of nodes that a requirement decides about, what the model says.

use lrm_core::{Engine, EventLog, Framework, Instant, Options, Policy};
use lrm_tests::corpus::Case;
use lrm_tests::reference::{canonical_json, evaluate, requirement_faults};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::asked::{AS_OF, Allowed, Answer, all, cases, flips, framework, policy, requirements};
use crate::draw::draws;
use crate::model::agree;
use crate::plan::case as planned;
use crate::support::config;

fn engine_of(case: &Value) -> lrm_core::Result<Engine> {
    Engine::new(Framework::from_json(case["framework"].to_string())?, Policy::from_json(case["policy"].to_string())?)
}

/// What the programmes of a case come to.
fn by_engine(case: &Value) -> Answer {
    let answer = || -> lrm_core::Result<Vec<Value>> {
        let engine = engine_of(case)?;
        let log = EventLog::from_json(case["events"].to_string())?;
        let scope = case["scope"].as_array();
        let options = scope.map_or_else(Options::new, |scope| {
            Options::new().scope(scope.iter().map(|id| id.as_str().expect("an id").to_owned()))
        });
        let programmes = engine.programmes_with(&log, Instant::parse(AS_OF)?, &options)?;
        Ok(programmes.iter().map(|one| serde_json::from_str(&one.to_json()).expect("JSON")).collect())
    };
    answer().map_err(|error| error.code().as_str().to_owned())
}

/// A programme without the verdicts on what stands inside of what is archived, which nobody asks for.
fn shown(programme: &Value) -> String {
    let mut programme = programme.clone();
    let trace = programme["trace"].as_array().cloned().unwrap_or_default();
    let left: Vec<&str> =
        trace.iter().filter(|one| one["verdict"] == "left_out").filter_map(|one| one["at"].as_str()).collect();
    let is_inside = |at: &str| left.iter().any(|left| at != *left && at.starts_with(&format!("{left}/")));
    programme["trace"] =
        trace.iter().filter(|one| !is_inside(one["at"].as_str().unwrap_or_default())).cloned().collect();
    canonical_json(&programme)
}

fn agreed(case: &Value) -> Result<(), TestCaseError> {
    match evaluate(case) {
        Ok(outcome) => {
            let found = by_engine(case).map_err(|code| TestCaseError::fail(format!("{code} of {case}")))?;
            let expected: Vec<String> = outcome.programmes.into_iter().map(|one| shown(&Value::Object(one))).collect();
            prop_assert_eq!(found.iter().map(shown).collect::<Vec<_>>(), expected, "{}", case);
        }
        Err(code) => {
            let faults = requirement_faults(case).map_err(TestCaseError::fail)?;
            let Err(error) = engine_of(case) else { return Err(TestCaseError::fail(format!("no {code}: {case}"))) };
            for finding in error.findings() {
                let is_known = |code: &str, path: &str| {
                    // a document that is wrong otherwise is not asked for all contradictions
                    code == "contradiction" || faults.iter().any(|fault| fault.code == code && fault.path == path)
                };
                let (code, path) = (finding.code.as_str(), finding.path.clone());
                prop_assert!(is_known(code, &path), "{code} at {path}: {faults:?}\n{case}");
            }
        }
    }
    Ok(())
}

fn growing() -> Allowed {
    Allowed { growing: true, ..all() }
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn the_engine_agrees_with_the_model_about_programmes(case in cases(&all())) {
        agreed(&case)?;
    }

    #[test]
    fn what_the_engine_misses_would_do(case in cases(&growing())) {
        flips(&case, by_engine)?;
    }

    /// Requirements of inner nodes, in the policies and records of all other laws.
    #[test]
    fn the_engine_agrees_with_the_model_about_rollups(
        draw in draws(),
        requirement in requirements(&Allowed { ids: vec!["P", "a", "b", "d"], outside: false, growing: false }),
        node in any::<prop::sample::Index>(),
    ) {
        let Some(case) = with_rollup(&planned(&draw), &requirement, node) else { return Ok(()) };
        agree(&case)?;
    }

    /// A requirement says the same as the rule of a node and as a programme.
    #[test]
    fn a_rollup_is_a_programme(
        case in cases(&all()),
        requirement in requirements(&Allowed { ids: vec!["a", "b", "d"], outside: false, growing: false }),
    ) {
        let mut policy = policy(std::slice::from_ref(&requirement), 1);
        policy["rules"] = json!([{"match": {"id": "P"}, "rollup": {"method": "requirement", "requirement": requirement}}]);
        let case = json!({"framework": framework(), "policy": policy, "events": case["events"], "as_of": AS_OF,
            "scope": case["scope"]});
        let (Ok(engine), Ok(programmes)) = (engine_of(&case), by_engine(&case)) else { return Ok(()) };
        let log = EventLog::from_json(case["events"].to_string()).expect("a log");
        let options = case["scope"].as_array().map_or_else(Options::new, |scope| {
            Options::new().scope(scope.iter().map(|id| id.as_str().expect("an id").to_owned()))
        });
        let state = engine.evaluate_with(&log.record(), Instant::parse(AS_OF).expect("an instant"), &options);
        let state = state.expect("a state");
        let mastery = state.mastery("P").expect("a node");
        let expected: &[&str] = match programmes[0]["verdict"].as_str().expect("a verdict") {
            // facts may settle a programme where nothing has a value
            "met" => &["met", "not_assessed"],
            "not_met" => &["not_met", "not_assessed"],
            _ => &["insufficient", "not_assessed", "not_applicable"],
        };
        prop_assert!(expected.contains(&mastery.status.as_str()), "{} {}\n{}", programmes[0], mastery.to_json(), case);
    }
}

/// The case with a rule that lets a requirement decide about one of its inner nodes: what the requirement names by the letters
/// of another framework are nodes below that one.
fn with_rollup(case: &Case, requirement: &Value, node: prop::sample::Index) -> Option<Case> {
    let framework = case.framework.as_ref()?;
    let edges: Vec<(&str, &str)> = framework["associations"]
        .as_array()?
        .iter()
        .filter_map(|edge| Some((edge["from"].as_str()?, edge["to"].as_str()?)))
        .collect();
    let mut inner: Vec<&str> = edges.iter().map(|(_, to)| *to).collect();
    inner.sort_unstable();
    inner.dedup();
    if inner.is_empty() {
        return None;
    }
    let top = inner[node.index(inner.len())];
    let mut below = vec![top];
    let mut next = 0;
    while next < below.len() {
        let more = edges.iter().filter(|(from, to)| *to == below[next] && !below.contains(from));
        let more: Vec<&str> = more.map(|(from, _)| *from).collect();
        below.extend(more);
        next += 1;
    }
    let below = &below[1..];
    let mut requirement = requirement.clone();
    rename(&mut requirement, below);
    let mut case = case.clone();
    let rule = json!({"match": {"id": top}, "rollup": {"method": "requirement", "requirement": requirement}});
    case.policy["rules"].as_array_mut()?.push(rule);
    Some(case)
}

/// Puts nodes in the place of those that a requirement names.
fn rename(requirement: &mut Value, below: &[&str]) {
    match requirement {
        Value::Array(members) => members.iter_mut().for_each(|member| rename(member, below)),
        Value::Object(fields) => {
            for (name, value) in fields {
                if name == "competency" {
                    let place = value.as_str().map_or(0, |id| id.bytes().map(usize::from).sum());
                    *value = json!(below[place % below.len()]);
                } else {
                    rename(value, below);
                }
            }
        }
        _ => {}
    }
}

/// So many that the list need not be the shortest, which is said: it would do all the same.
#[test]
fn many_points_are_greedy_and_say_so() {
    let ids: Vec<String> = (0..1200).map(|number| format!("c{number:04}")).collect();
    let competencies: Vec<Value> = ids.iter().map(|id| json!({"id": id, "statement": id})).collect();
    let of = ids.iter().enumerate();
    let of: Vec<Value> = of.map(|(place, id)| json!({"points": 1 + place % 7, "of": {"competency": id}})).collect();
    let case = json!({"framework": {"competencies": competencies}, "events": [], "as_of": AS_OF,
        "policy": policy(&[json!({"points": 2000, "of": of})], 1)});
    let programme = by_engine(&case).expect("an answer").remove(0);
    assert_eq!(programme["exact"], false);
    let events: Vec<Value> = programme["missing"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| json!({"competency": entry["competency"], "score": 4, "observed_at": AS_OF}))
        .collect();
    let mut then = case;
    then["events"] = json!(events);
    assert_eq!(by_engine(&then).expect("an answer").remove(0)["verdict"], "met");
}

/// A hundred thousand requirements of a policy, selectors written out, are the most.
#[test]
fn too_many_requirements_are_refused() {
    let competencies: Vec<Value> =
        (0..1000).map(|number| json!({"id": format!("c{number}"), "statement": ""})).collect();
    let framework = json!({ "competencies": competencies.iter().map(|one| {
        let mut one = one.clone();
        one["tags"] = json!(["t"]);
        one
    }).collect::<Vec<_>>() });
    let code = |groups: usize| {
        let group = json!({"any": {"tag": "t"}});
        let policy = policy(&[json!({ "all": vec![group; groups] })], 1);
        let case = json!({"framework": framework, "policy": policy, "events": [], "as_of": AS_OF});
        (engine_of(&case).map(|_| ()).map_err(|error| error.code().as_str().to_owned()), evaluate(&case).map(|_| ()))
    };
    assert_eq!(code(20), (Ok(()), Ok(())));
    let refused = Err("limit-exceeded".to_owned());
    assert_eq!(code(100), (refused.clone(), refused));
}
