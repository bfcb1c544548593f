//! What can be learned next, what is in the way and the way there, against the definitions taken at their word: on small random
//! graphs, where all states of knowledge can be listed, and on two large real ones.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use lrm_core::Framework;
use lrm_tests::reference::evaluate;
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::support::config;

const AT: &str = "2026-09-15T12:00:00Z";

/// Competencies by number, in the order of the framework, and what stands before what.
#[derive(Clone, Debug)]
struct Graph {
    names: Vec<String>,
    edges: Vec<Edge>,
}

#[derive(Clone, Debug)]
struct Edge {
    from: usize,
    to: usize,
    is_soft: bool,
    level: Option<&'static str>,
}

impl Edge {
    /// Whether a score of the prerequisite is enough.
    fn is_satisfied(&self, score: Option<u8>) -> bool {
        let least = match self.level {
            Some("near") => 2,
            Some("exceeds") => 4,
            _ => 3,
        };
        score.is_some_and(|score| score >= least)
    }
}

/// A learner: the score of each competency, and who may go without which prerequisite, or without any.
#[derive(Clone, Debug)]
struct Learner {
    scores: Vec<Option<u8>>,
    waivers: Vec<(usize, Option<usize>)>,
}

impl Learner {
    /// Who has learned these and nothing else.
    fn of(learned: impl IntoIterator<Item = bool>) -> Self {
        // each has a score of its own: what lies below says nothing of it
        let score = |learned| Some(if learned { 3 } else { 1 });
        Self { scores: learned.into_iter().map(score).collect(), waivers: Vec::new() }
    }

    fn has_learned(&self, one: usize) -> bool {
        self.scores[one].is_some_and(|score| score >= 3)
    }

    fn may_go_without(&self, edge: &Edge) -> bool {
        self.waivers.iter().any(|(to, from)| *to == edge.to && from.is_none_or(|from| from == edge.from))
    }
}

/// A question as a case of the corpus.
fn document(graph: &Graph, learner: &Learner, target: usize) -> Value {
    let competencies: Vec<Value> = graph.names.iter().map(|name| json!({"id": name, "statement": name})).collect();
    let association = |edge: &Edge| {
        let (from, to) = (&graph.names[edge.from], &graph.names[edge.to]);
        let strength = if edge.is_soft { "soft" } else { "hard" };
        json!({"type": "precedes", "from": from, "to": to, "strength": strength, "level": edge.level})
    };
    let associations: Vec<Value> = graph.edges.iter().map(association).collect();
    asked(&json!({"competencies": competencies, "associations": associations}), graph, learner, target)
}

/// The same of a framework that says more.
fn asked(framework: &Value, graph: &Graph, learner: &Learner, target: usize) -> Value {
    let levels = json!([{"id": "none", "from": 0}, {"id": "near", "from": 2}, {"id": "mastery", "from": 3}, {"id": "exceeds", "from": 4}]);
    let item = |(name, score): (&String, &Option<u8>)| score.map(|score| json!({"competency": name, "score": score}));
    let waiver = |(place, (to, from)): (usize, &(usize, Option<usize>))| {
        json!({
            "event": "waived", "id": format!("w{place}"), "competency": graph.names[*to], "reason": "seen",
            "prerequisite": from.map(|from| graph.names[from].clone()), "actor": {"id": "t"},
        })
    };
    let items = graph.names.iter().zip(&learner.scores).filter_map(item);
    let events: Vec<Value> = items.chain(learner.waivers.iter().enumerate().map(waiver)).collect();
    json!({
        "framework": framework,
        "policy": {
            "scale": {"max": 4, "proficient": 3, "levels": levels}, "estimate": {"method": "latest"},
            "rollup": {"own_evidence": "overrides"},
        },
        "events": events,
        "expect_frontier": {"at": AT},
        "expect_path": {"target": graph.names[target], "at": AT},
    })
}

/// What is said of such a question.
struct Said {
    standings: Vec<(String, Map<String, Value>)>,
    steps: Vec<Value>,
}

fn model(question: &Value) -> Said {
    let outcome = evaluate(question).expect("an answer");
    Said { standings: outcome.frontier.standings, steps: outcome.path.expect("a path").expect("steps") }
}

/// One row of bits for each competency: what must come before it as far as it is missing, or any amount of it.
#[derive(Clone)]
struct Rows(Vec<Vec<u64>>);

impl Rows {
    fn empty(count: usize) -> Self {
        Self(vec![vec![0; count.div_ceil(64)]; count])
    }

    fn set(&mut self, row: usize, one: usize) {
        self.0[row][one / 64] |= 1 << (one % 64);
    }

    fn has(&self, row: usize, one: usize) -> bool {
        self.0[row][one / 64] >> (one % 64) & 1 == 1
    }

    fn all(&self, row: usize) -> Vec<usize> {
        (0..self.0.len()).filter(|one| self.has(row, *one)).collect()
    }

    fn lists(&self) -> Vec<Vec<usize>> {
        (0..self.0.len()).map(|row| self.all(row)).collect()
    }

    /// With what stands before that, and before that (Warshall).
    fn closed(mut self) -> Self {
        for middle in 0..self.0.len() {
            let below = self.0[middle].clone();
            for row in 0..self.0.len() {
                if self.has(row, middle) {
                    self.0[row].iter_mut().zip(&below).for_each(|(into, from)| *into |= from);
                }
            }
        }
        self
    }
}

/// What each competency that is not learned lacks.
fn missing(graph: &Graph, learner: &Learner) -> Rows {
    let mut rows = Rows::empty(graph.names.len());
    for edge in graph.edges.iter().filter(|edge| !edge.is_soft && !learner.has_learned(edge.to)) {
        if !edge.is_satisfied(learner.scores[edge.from]) && !learner.may_go_without(edge) {
            rows.set(edge.to, edge.from);
        }
    }
    rows
}

/// The names of some competencies, in byte order.
fn named(graph: &Graph, ones: impl IntoIterator<Item = usize>) -> BTreeSet<&str> {
    ones.into_iter().map(|one| graph.names[one].as_str()).collect()
}

/// All standings by the definitions.
fn check_standings(graph: &Graph, learner: &Learner, said: &Said) -> Result<(), TestCaseError> {
    let missing = missing(graph, learner);
    let mut causes = missing.clone().closed().lists();
    let missing = missing.lists();
    let lacks = |one: usize| !missing[one].is_empty();
    for causes in &mut causes {
        causes.retain(|cause| !lacks(*cause));
    }
    let order: Vec<&String> = said.standings.iter().map(|(name, _)| name).collect();
    prop_assert_eq!(order, graph.names.iter().collect::<Vec<_>>());
    for (one, (name, standing)) in said.standings.iter().enumerate() {
        let hard = graph.edges.iter().filter(|edge| !edge.is_soft);
        let state = match (learner.has_learned(one), lacks(one)) {
            (true, _) => "learned",
            (false, true) => "blocked",
            (false, false) => "ready",
        };
        let mut after = hard.clone().filter(|edge| edge.from == one);
        let recent = learner.has_learned(one) && after.all(|edge| !learner.has_learned(edge.to));
        let soft = graph.edges.iter().filter(|edge| edge.is_soft && edge.to == one && !learner.has_learned(one));
        let advised = soft.filter(|edge| !edge.is_satisfied(learner.scores[edge.from])).map(|edge| edge.from);
        let unlocks = causes.iter().filter(|causes| causes.contains(&one)).count();
        let opens = missing.iter().filter(|missing| **missing == [one]).count();
        let open = hard.filter(|edge| edge.to == one && !edge.is_satisfied(learner.scores[edge.from]));
        let waived: BTreeSet<usize> = open.filter(|edge| learner.may_go_without(edge)).map(|edge| edge.from).collect();
        let mut expected = json!({
            "state": state, "recent": recent, "missing": named(graph, missing[one].iter().copied()), "advised": named(graph, advised),
            "root_causes": named(graph, causes[one].iter().copied()), "unlocks": unlocks, "opens": opens,
        });
        if let Some(fields) = expected.as_object_mut() {
            fields.retain(|_, value| ![json!(false), json!(0), json!([])].contains(value));
        }
        let mut found = standing.clone();
        let listed = found.remove("waived").unwrap_or_else(|| json!([]));
        let listed: BTreeSet<&str> =
            listed.as_array().into_iter().flatten().filter_map(|one| one["prerequisite"].as_str()).collect();
        prop_assert_eq!(listed, named(graph, waived), "{}", name);
        prop_assert_eq!(Value::Object(found), expected, "{}", name);
    }
    Ok(())
}

/// The steps by the definitions: none too many, none missing, each where it can stand, and the best at each place.
fn check_steps(graph: &Graph, learner: &Learner, target: usize, steps: &[Value]) -> Result<(), TestCaseError> {
    let missing = missing(graph, learner);
    let far = missing.clone().closed();
    let mut left: BTreeSet<usize> = far.all(target).into_iter().collect();
    if !learner.has_learned(target) {
        left.insert(target);
    }
    let missing = missing.lists();
    let waits = left.iter().map(|one| (*one, left.iter().filter(|other| far.has(**other, *one)).count()));
    let waits: BTreeMap<usize, usize> = waits.collect();
    for step in steps {
        let mut next: Vec<usize> = left.iter().copied().collect();
        next.retain(|one| missing[*one].iter().all(|before| !left.contains(before)));
        next.sort_by_key(|one| (usize::MAX - waits[one], *one));
        let mut expected = json!({"competency": graph.names[next[0]]});
        if next.len() > 1 {
            expected["alternatives"] = next[1..].iter().map(|one| graph.names[*one].as_str()).collect();
        }
        prop_assert_eq!(step, &expected);
        left.remove(&next[0]);
    }
    prop_assert!(left.is_empty(), "{} left", left.len());
    Ok(())
}

fn check(graph: &Graph, learner: &Learner, target: usize, said: &Said) -> Result<(), TestCaseError> {
    check_standings(graph, learner, said)?;
    check_steps(graph, learner, target, &said.steps)
}

/// Small graphs, the competencies in any order.
fn graphs(plain: bool) -> impl Strategy<Value = Graph> {
    let levels = if plain { vec![None] } else { vec![None, None, Some("near"), Some("exceeds")] };
    (1..8_usize).prop_flat_map(move |count| {
        let soft = if plain { Just(false).boxed() } else { proptest::bool::weighted(0.25).boxed() };
        let edge = (0..count, 0..count, soft, proptest::sample::select(levels.clone()));
        let names: Vec<String> = ["d", "B", "a", "é", "c1", "c10", "c"].map(str::to_owned)[..count].to_vec();
        (Just(names), vec(edge, 0..12), Just((0..count).collect::<Vec<_>>()).prop_shuffle()).prop_map(
            |(names, edges, order)| {
                // a hard one goes up in a hidden order; soft ones go anywhere
                let edge = |(one, other, is_soft, level): (usize, usize, bool, Option<&'static str>)| {
                    let up = is_soft || order[one] < order[other];
                    let (from, to) = if up { (one, other) } else { (other, one) };
                    (one != other).then_some(Edge { from, to, is_soft, level })
                };
                Graph { names, edges: edges.into_iter().filter_map(edge).collect() }
            },
        )
    })
}

/// A graph, a learner and a target.
fn questions() -> impl Strategy<Value = (Graph, Learner, usize)> {
    graphs(false).prop_flat_map(|graph| {
        let count = graph.names.len();
        let scores = vec(weighted(0.6, 0..5_u8), count);
        let waivers = vec((0..count, weighted(0.7, 0..count)), 0..4);
        let learner = (scores, waivers).prop_map(|(scores, waivers)| Learner { scores, waivers });
        (Just(graph), learner, 0..count)
    })
}

/// All sets of competencies that hold whatever stands before what they hold.
fn states(graph: &Graph) -> BTreeSet<usize> {
    let holds = |state: usize, edge: &Edge| state >> edge.to & 1 == 0 || state >> edge.from & 1 == 1;
    (0..1 << graph.names.len()).filter(|state| graph.edges.iter().all(|edge| holds(*state, edge))).collect()
}

/// The fringes, the causes and the way as the theory has them, for one state of knowledge.
fn check_state(graph: &Graph, states: &BTreeSet<usize>, state: usize) -> Result<(), TestCaseError> {
    let all = 0..graph.names.len();
    let has = |state: usize, one: usize| state >> one & 1 == 1;
    let learner = Learner::of(all.clone().map(|one| has(state, one)));
    let outer = |state: usize| all.clone().filter(move |one| !has(state, *one) && states.contains(&(state | 1 << one)));
    // states are closed under intersection: there is a least one that holds something
    let least =
        |state: usize| states.iter().filter(|other| *other & state == state).fold(usize::MAX, |one, other| one & other);
    for target in all.clone() {
        let said = model(&document(graph, &learner, target));
        check(graph, &learner, target, &said)?;
        for (one, (_, standing)) in said.standings.iter().enumerate() {
            let expected = match (has(state, one), states.contains(&(state | 1 << one))) {
                (true, _) => "learned",
                (false, true) => "ready",
                (false, false) => "blocked",
            };
            prop_assert_eq!(&standing["state"], expected);
            let is_inner = has(state, one) && states.contains(&(state & !(1 << one)));
            prop_assert_eq!(standing.contains_key("recent"), is_inner);
            let causes = outer(state).filter(|cause| expected == "blocked" && has(least(state | 1 << one), *cause));
            let causes = json!(named(graph, causes));
            prop_assert_eq!(standing.get("root_causes").cloned().unwrap_or_else(|| json!([])), causes);
            if expected == "ready" {
                let after = outer(state | 1 << one).filter(|other| !states.contains(&(state | 1 << other))).count();
                prop_assert_eq!(standing.get("opens").cloned().unwrap_or_else(|| json!(0)), json!(after));
            }
        }
        // from state to state, through nothing that the target does not need
        let end = least(state | 1 << target);
        let mut at = state;
        for step in &said.steps {
            let one = graph.names.iter().position(|name| step["competency"] == **name).expect("a competency");
            let mut others: BTreeSet<&str> = named(graph, outer(at).filter(|one| has(end, *one)));
            prop_assert!(others.remove(graph.names[one].as_str()));
            let alternatives: BTreeSet<&str> =
                step["alternatives"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            prop_assert_eq!(alternatives, others);
            at |= 1 << one;
        }
        prop_assert_eq!(at, end);
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(12))]

    #[test]
    fn every_state_of_knowledge_has_its_fringes(graph in graphs(true)) {
        let states = states(&graph);
        for state in &states {
            check_state(&graph, &states, *state)?;
        }
    }
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn whatever_was_learned_in_whatever_order((graph, learner, target) in questions()) {
        check(&graph, &learner, target, &model(&document(&graph, &learner, target)))?;
    }

    #[test]
    fn after_a_step_the_way_is_the_rest((graph, mut learner, target) in questions()) {
        let before = model(&document(&graph, &learner, target)).steps;
        let Some((step, rest)) = before.split_first() else { return Ok(()) };
        let one = graph.names.iter().position(|name| step["competency"] == **name).expect("a competency");
        learner.scores[one] = Some(4);
        prop_assert_eq!(model(&document(&graph, &learner, target)).steps, rest);
    }

    #[test]
    fn a_waiver_does_what_leaving_out_the_association_does((graph, learner, target) in questions()) {
        let mut without = graph.clone();
        without.edges.retain(|edge| edge.is_soft || !learner.may_go_without(edge));
        let (one, other) = (model(&document(&graph, &learner, target)), model(&document(&without, &learner, target)));
        prop_assert_eq!(one.steps, other.steps);
        for ((name, mut one), (_, mut other)) in one.standings.into_iter().zip(other.standings) {
            one.remove("waived");
            // what is learned stands on what it was learned without
            one.remove("recent");
            other.remove("recent");
            prop_assert_eq!(one, other, "{}", name);
        }
    }
}

/// So far from nothing learned to everything: in order, or in any.
fn learners(graph: &Graph) -> Vec<Learner> {
    let count = graph.names.len();
    let mut learners = vec![Learner::of(vec![false; count]), Learner::of(vec![true; count])];
    let mut seed = 1_u64;
    let mut often = |percent: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % 100 < percent
    };
    for percent in [50, 90] {
        let any = Learner::of((0..count).map(|_| often(percent)).collect::<Vec<_>>());
        let mut in_order = any.clone();
        while let Some(edge) =
            graph.edges.iter().find(|edge| in_order.has_learned(edge.to) && !in_order.has_learned(edge.from))
        {
            in_order.scores[edge.to] = Some(1);
        }
        learners.extend([any, in_order]);
    }
    learners
}

/// Each learner on the way to that which most stands before.
fn check_large(framework: Option<&Value>, graph: &Graph) {
    let nobody = Learner::of(vec![false; graph.names.len()]);
    let far = missing(graph, &nobody).closed();
    let target = (0..graph.names.len()).max_by_key(|one| far.all(*one).len()).expect("a competency");
    assert!(far.all(target).len() > 20, "{} before {}", far.all(target).len(), graph.names[target]);
    for learner in learners(graph) {
        let question = match framework {
            Some(framework) => asked(framework, graph, &learner, target),
            None => document(graph, &learner, target),
        };
        let found = check(graph, &learner, target, &model(&question));
        assert!(found.is_ok(), "{found:?}");
    }
}

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("a file")
}

/// The prerequisites of a framework document, between its competencies.
fn graph_of(framework: &Value) -> Graph {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let list = |name: &str| framework[name].as_array().expect("a list");
    let names: Vec<String> = list("competencies").iter().map(|one| text(&one["id"])).collect();
    let places: BTreeMap<&String, usize> = names.iter().enumerate().map(|(place, name)| (name, place)).collect();
    let edge = |one: &Value| Edge {
        from: places[&text(&one["from"])],
        to: places[&text(&one["to"])],
        is_soft: false,
        level: None,
    };
    let edges = list("associations").iter().filter(|one| one["type"] == "precedes").map(edge).collect();
    Graph { names, edges }
}

#[test]
fn on_the_standards_of_mathematics() {
    let package = read("../examples/data/ccss/ccss-math.json");
    let framework = Framework::from_case(package).expect("a framework").to_json();
    let framework: Value = serde_json::from_str(&framework).expect("JSON");
    let graph = graph_of(&framework);
    assert_eq!((graph.names.len(), graph.edges.len()), (739, 388));
    check_large(Some(&framework), &graph);
}

/// A lesson needs its skills and the lesson before it.
#[test]
fn on_the_courses_of_oatutor() {
    let courses: Value = serde_json::from_str(&read("data/oatutor/courses.json")).expect("JSON");
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut place = |name: String| {
        let next = places.len();
        *places.entry(name).or_insert(next)
    };
    for course in courses.as_array().expect("a list") {
        let mut last = None;
        for (number, skills) in course["lessons"].as_array().expect("a list").iter().enumerate() {
            let lesson = place(format!("{} {number}", course["course"]));
            pairs.extend(last.replace(lesson).map(|last| (last, lesson)));
            for skill in skills.as_array().expect("a list") {
                pairs.insert((place(skill.as_str().expect("a text").to_owned()), lesson));
            }
        }
    }
    let mut names: Vec<(usize, String)> = places.into_iter().map(|(name, place)| (place, name)).collect();
    names.sort_unstable();
    let edges = pairs.into_iter().map(|(from, to)| Edge { from, to, is_soft: false, level: None }).collect();
    let graph = Graph { names: names.into_iter().map(|(_, name)| name).collect(), edges };
    assert_eq!((graph.names.len(), graph.edges.len()), (1232 + 626, 2345));
    check_large(None, &graph);
}
