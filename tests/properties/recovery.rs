//! Recovery plans against their definition taken at its word, on small random frameworks: the model's, and the engine's.

use std::collections::BTreeSet;

use lrm_core::{Engine, EventLog, Framework, Instant, Options, Policy};
use lrm_tests::reference::evaluate;
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::config;

const AT: &str = "2026-06-20T12:00:00Z";
const NAMES: [&str; 8] = ["d", "B", "a", "é", "c1", "c10", "c", "z"];

/// What is learned where, and what is asked for. Competencies are numbers in the order of the framework.
#[derive(Clone, Debug)]
struct Question {
    children: BTreeSet<(usize, usize)>,
    before: BTreeSet<(usize, usize)>,
    soft: BTreeSet<(usize, usize)>,
    scores: Vec<Option<u8>>,
    waived: Vec<(usize, Option<usize>)>,
    scope: Option<Vec<usize>>,
    of: Vec<usize>,
}

fn questions() -> impl Strategy<Value = Question> {
    (2..=NAMES.len()).prop_flat_map(|count| {
        let pairs = |most| vec((0..count, 0..count), 0..most);
        let order = Just((0..count).collect::<Vec<_>>()).prop_shuffle();
        let graph = (pairs(7), pairs(9), pairs(3), order);
        let learner = (
            vec(weighted(0.7, 0..5_u8), count),
            vec((0..count, weighted(0.6, 0..count)), 0..3),
            weighted(0.2, vec(0..count, 1..4)),
            vec(0..count, 1..4),
        );
        (graph, learner).prop_map(|((children, before, soft, order), (scores, waived, scope, of))| {
            let differ = |pairs: Vec<(usize, usize)>| pairs.into_iter().filter(|(one, other)| one != other);
            // a child has the greater number, and what comes before something the smaller place in a hidden order
            let children = differ(children).map(|(one, other)| (one.max(other), one.min(other))).collect();
            let before = differ(before).map(|(a, b)| if order[a] < order[b] { (a, b) } else { (b, a) }).collect();
            Question { children, before, soft: differ(soft).collect(), scores, waived, scope, of }
        })
    })
}

impl Question {
    fn count(&self) -> usize {
        self.scores.len()
    }

    /// A competency and all below it.
    fn down(&self, top: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::from([top]);
        // parents have smaller numbers than their children
        for (child, parent) in (0..self.count()).flat_map(|child| self.children.range((child, 0)..(child + 1, 0))) {
            if found.contains(parent) {
                found.insert(*child);
            }
        }
        found
    }

    fn is_leaf(&self, one: usize) -> bool {
        self.children.iter().all(|(_, parent)| *parent != one)
    }

    fn applies(&self, one: usize) -> bool {
        let in_scope = |leaf: &usize| {
            self.scope.as_ref().is_none_or(|scope| scope.iter().any(|top| self.down(*top).contains(leaf)))
        };
        self.down(one).iter().any(|below| self.is_leaf(*below) && in_scope(below))
    }

    /// Whether all leaves that apply are learned, which the policy asks for.
    fn is_learned(&self, one: usize) -> bool {
        let mut leaves: Vec<usize> =
            self.down(one).into_iter().filter(|below| self.is_leaf(*below) && self.applies(*below)).collect();
        let all = leaves.len();
        leaves.retain(|leaf| self.scores[*leaf].is_some_and(|score| score >= 3));
        all > 0 && leaves.len() == all
    }

    /// What one waits for.
    fn missing(&self, one: usize) -> BTreeSet<usize> {
        let waived =
            |from: usize| self.waived.iter().any(|(to, which)| *to == one && which.is_none_or(|which| which == from));
        let hard = self.before.iter().filter(|(_, to)| *to == one && !self.is_learned(one)).map(|(from, _)| *from);
        hard.filter(|from| self.applies(*from) && !self.is_learned(*from) && !waived(*from)).collect()
    }

    /// All that is missing before some, and before that.
    fn far(&self, ones: BTreeSet<usize>) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut open: Vec<usize> = ones.into_iter().flat_map(|one| self.missing(one)).collect();
        while let Some(one) = open.pop() {
            if found.insert(one) {
                open.extend(self.missing(one));
            }
        }
        found
    }

    fn document(&self) -> Value {
        let name = |one: &usize| NAMES[*one];
        let competencies: Vec<Value> =
            (0..self.count()).map(|one| json!({"id": name(&one), "statement": ""})).collect();
        let edges = |kind: &str, strength: Option<&str>, edges: &BTreeSet<(usize, usize)>| -> Vec<Value> {
            let edge = |(from, to): &(usize, usize)| json!({"type": kind, "from": name(from), "to": name(to), "strength": strength});
            edges.iter().map(edge).collect()
        };
        let associations = [
            edges("is_child_of", None, &self.children),
            edges("precedes", None, &self.before),
            edges("precedes", Some("soft"), &self.soft),
        ];
        let item = |(one, score): (usize, &Option<u8>)| {
            let score = score.filter(|_| self.is_leaf(one))?;
            Some(
                json!({"id": format!("e{one}"), "competency": name(&one), "score": score, "observed_at": "2026-02-01T09:00:00Z"}),
            )
        };
        let waiver = |(place, (to, from)): (usize, &(usize, Option<usize>))| {
            json!({"event": "waived", "id": format!("w{place}"), "competency": name(to), "prerequisite": from.as_ref().map(name),
                "reason": "seen", "actor": {"id": "t"}})
        };
        let events: Vec<Value> =
            self.scores.iter().enumerate().filter_map(item).chain(self.waived.iter().enumerate().map(waiver)).collect();
        json!({
            "framework": {"competencies": competencies, "associations": associations.concat()},
            // a node is met if all below it is
            "policy": {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"},
                "rollup": {"method": "lowest", "missing": "require_all"}},
            "events": events, "as_of": AT,
            "scope": self.scope.as_ref().map(|scope| scope.iter().map(name).collect::<Vec<_>>()),
            "expect_recovery_plan": [{"of": self.of.iter().map(name).collect::<Vec<_>>()}],
            "expect_path": {"target": name(&self.of[0]), "at": AT},
        })
    }
}

/// A plan, and the path to the first that was asked for.
#[derive(Debug)]
struct Said {
    unmet: Value,
    steps: Value,
    path: Value,
}

fn by_model(document: &Value) -> Said {
    let outcome = evaluate(document).expect("an answer");
    let plan = outcome.recovery[0].clone().expect("a plan");
    Said {
        unmet: json!(plan.unmet),
        steps: json!(plan.steps),
        path: json!(outcome.path.expect("a path").expect("steps")),
    }
}

fn by_engine(document: &Value) -> Said {
    let framework = Framework::from_json(document["framework"].to_string()).expect("a framework");
    let engine = Engine::new(framework, Policy::from_json(document["policy"].to_string()).expect("a policy"))
        .expect("an engine");
    let log = EventLog::from_json(document["events"].to_string()).expect("a log");
    let list = |list: &Value| {
        list.as_array().map(|list| list.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>())
    };
    let options = list(&document["scope"]).map_or_else(Options::new, |scope| Options::new().scope(scope));
    let (of, at) =
        (list(&document["expect_recovery_plan"][0]["of"]).expect("ids"), Instant::parse(AT).expect("an instant"));
    let plan = engine.recovery_plan_with(&log, &of, at, &options).expect("a plan").to_json();
    let path = engine.path_with(&log, &of[0], at, &options).expect("a path").to_json();
    let (plan, path): (Value, Value) =
        (serde_json::from_str(&plan).expect("JSON"), serde_json::from_str(&path).expect("JSON"));
    assert_eq!(plan["of"], json!(of));
    Said { unmet: plan["unmet"].clone(), steps: plan["steps"].clone(), path: path["steps"].clone() }
}

/// The plan by its definition.
fn check(question: &Question, said: &Said) -> Result<(), TestCaseError> {
    let all: BTreeSet<usize> = question.of.iter().flat_map(|one| question.down(*one)).collect();
    let unmet =
        all.into_iter().filter(|one| question.is_leaf(*one) && question.applies(*one) && !question.is_learned(*one));
    let unmet: BTreeSet<usize> = unmet.collect();
    let names: Vec<&str> = unmet.iter().map(|one| NAMES[*one]).collect();
    prop_assert_eq!(&said.unmet, &json!(names), "{:?}", question);
    let mut left: BTreeSet<usize> = question.far(unmet.clone()).union(&unmet).copied().collect();
    let all = left.clone();
    let waits = |one: usize| all.iter().filter(|other| question.far(BTreeSet::from([**other])).contains(&one)).count();
    for step in said.steps.as_array().expect("steps") {
        let mut next: Vec<usize> =
            left.iter().copied().filter(|one| question.missing(*one).is_disjoint(&left)).collect();
        next.sort_by_key(|one| (usize::MAX - waits(*one), *one));
        let mut expected = json!({"competency": NAMES[next[0]]});
        if next.len() > 1 {
            expected["alternatives"] = next[1..].iter().map(|one| NAMES[*one]).collect();
        }
        prop_assert_eq!(step, &expected, "{:?}", question);
        left.remove(&next[0]);
    }
    prop_assert!(left.is_empty(), "{left:?} of {question:?}");
    // for one leaf that applies it is the path
    if let [one] = question.of.as_slice()
        && question.is_leaf(*one)
        && question.applies(*one)
    {
        prop_assert_eq!(&said.steps, &said.path, "{:?}", question);
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn the_model_plans_by_the_definition(question in questions()) {
        check(&question, &by_model(&question.document()))?;
    }

    #[test]
    fn the_engine_plans_by_the_definition(question in questions()) {
        check(&question, &by_engine(&question.document()))?;
    }
}

/// The draws are worth something: plans of several steps, some of which nobody asked for, and some without any.
#[test]
fn the_draws_tell_plans_apart() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::new(config(1));
    let (mut empty, mut long, mut outside) = (0, 0, 0);
    for _ in 0..300 {
        let said = by_model(&questions().new_tree(&mut runner).expect("a question").current().document());
        let (unmet, steps) = (said.unmet.as_array().map_or(0, Vec::len), said.steps.as_array().map_or(0, Vec::len));
        empty += u32::from(steps == 0);
        long += u32::from(steps > 3);
        outside += u32::from(steps > unmet);
    }
    assert!(empty > 10 && long > 10 && outside > 10, "{empty} {long} {outside}");
}
