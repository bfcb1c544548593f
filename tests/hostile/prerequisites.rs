//! Prerequisites without end: long, wide and everywhere. An answer in time, or an error before memory is gone.

use std::fmt::Write;

use lrm_core::{Code, Engine, EventLog, Frontier, LearningPath, Readiness, Result};

use crate::support::{PLAIN, in_time, instant};

const MANY: usize = 100_000;

/// Competencies `n0`, `n1`, …, and what has to come before what.
fn engine(nodes: usize, edges: impl Iterator<Item = (usize, usize)>) -> Engine {
    named(nodes, edges, "")
}

/// The same with something at the end of every id.
fn named(nodes: usize, edges: impl Iterator<Item = (usize, usize)>, end: &str) -> Engine {
    let mut text = String::from("{\"competencies\":[");
    for node in 0..nodes {
        let comma = if node > 0 { "," } else { "" };
        let _ = write!(text, "{comma}{{\"id\":\"n{node}{end}\",\"statement\":\"N\"}}");
    }
    text.push_str("],\"associations\":[");
    for (at, (from, to)) in edges.enumerate() {
        let comma = if at > 0 { "," } else { "" };
        let _ = write!(text, "{comma}{{\"type\":\"precedes\",\"from\":\"n{from}{end}\",\"to\":\"n{to}{end}\"}}");
    }
    text.push_str("]}");
    Engine::from_json(text, PLAIN).expect("an engine")
}

fn frontier(engine: &Engine, log: &EventLog) -> Result<Frontier> {
    in_time(|| engine.frontier(log, instant("2026-11-02T08:00:00Z")))
}

fn path(engine: &Engine, to: usize) -> Result<LearningPath> {
    in_time(|| engine.path(&EventLog::default(), &format!("n{to}"), instant("2026-11-02T08:00:00Z")))
}

#[test]
fn a_chain() {
    let engine = engine(MANY, (1..MANY).map(|node| (node - 1, node)));
    let found = frontier(&engine, &EventLog::default()).expect("a frontier");
    let last = found.standings.last().expect("the last");
    assert_eq!((last.state, last.root_causes.as_slice()), (Readiness::Blocked, ["n0".to_owned()].as_slice()));
    assert_eq!((found.standings[0].unlocks as usize, found.standings[0].opens), (MANY - 1, 1));
    let path = path(&engine, MANY - 1).expect("a path");
    assert_eq!(path.steps.len(), MANY);
    assert!(path.steps.iter().enumerate().all(|(at, step)| step.competency == format!("n{at}")));
}

#[test]
fn two_chains_side_by_side() {
    let pairs = (2..MANY).map(|node| (node - 2, node)).chain([(MANY - 2, MANY), (MANY - 1, MANY)]);
    let engine = engine(MANY + 1, pairs);
    let found = frontier(&engine, &EventLog::default()).expect("a frontier");
    assert_eq!(found.standings[MANY].root_causes, ["n0", "n1"]);
    let path = path(&engine, MANY).expect("a path");
    assert_eq!(path.steps.len(), MANY + 1);
    assert!(path.steps.iter().take(MANY - 1).all(|step| step.alternatives.len() == 1));
}

#[test]
fn a_diamond() {
    // one before very many before one
    let ways = (1..=MANY).flat_map(|node| [(0, node), (node, MANY + 1)]);
    let diamond = engine(MANY + 2, ways);
    let found = frontier(&diamond, &EventLog::default()).expect("a frontier");
    assert_eq!((found.standings[0].unlocks as usize, found.standings[0].opens as usize), (MANY + 1, MANY));
    assert_eq!((found.standings[MANY + 1].missing.len(), found.standings[MANY + 1].root_causes.len()), (MANY, 1));
    // at each step nearly all of the others could come instead
    assert_eq!(path(&diamond, MANY + 1).expect_err("too many").code(), Code::ClosureTooLarge);
    assert_eq!(path(&diamond, MANY).expect("a path").steps.len(), 2);
}

#[test]
fn very_many_before_one_before_very_many() {
    let half = MANY / 2;
    let engine = engine(MANY + 1, (0..half).map(|node| (node, half)).chain((half + 1..=MANY).map(|node| (half, node))));
    let error = frontier(&engine, &EventLog::default()).expect_err("too many pairs");
    assert_eq!(error.code(), Code::ClosureTooLarge);
}

#[test]
fn layers_in_which_all_come_before_all() {
    const WIDE: usize = 100;
    let nodes = 50 * WIDE;
    let next = move |node: usize| (node / WIDE + 1) * WIDE..(node / WIDE + 2) * WIDE;
    let engine = engine(nodes, (0..nodes - WIDE).flat_map(move |node| next(node).map(move |to| (node, to))));
    let found = frontier(&engine, &EventLog::default()).expect("a frontier");
    assert_eq!(found.standings[nodes - 1].root_causes.len(), WIDE);
    assert_eq!(found.standings[0].unlocks as usize, nodes - WIDE);
    let path = path(&engine, nodes - 1).expect("a path");
    assert_eq!(path.steps.len(), nodes - WIDE + 1);
    let order: Vec<usize> = path.steps.iter().map(|step| step.competency[1..].parse().expect("a number")).collect();
    assert!(order.windows(2).all(|pair| pair[0] < pair[1]), "layer after layer, in the order of the framework");
}

#[test]
fn waivers_of_everything() {
    let waiver = |at: usize, competency: &str| {
        format!(
            r#"{{"id": "w{at}", "event": "waived", "competency": "{competency}", "actor": {{"id": "t"}}, "reason": "r"}}"#
        )
    };
    let log = |count: usize, competency: &dyn Fn(usize) -> String| {
        let events: Vec<String> = (0..count).map(|at| waiver(at, &competency(at))).collect();
        EventLog::from_json(format!("[{}]", events.join(","))).expect("a log")
    };
    let star = engine(MANY + 1, (0..MANY).map(|node| (node, MANY)));
    let one = log(1, &|_| format!("n{MANY}"));
    let found = frontier(&star, &one).expect("a frontier");
    assert_eq!((found.standings[MANY].state, found.standings[MANY].waived.len()), (Readiness::Ready, MANY));
    let all = log(MANY, &|_| format!("n{MANY}"));
    assert_eq!(frontier(&star, &all).expect_err("too many pairs").code(), Code::ClosureTooLarge);
    let none = log(MANY, &|at| format!("x{at}"));
    assert_eq!(frontier(&star, &none).expect("a frontier").unknown.len(), MANY);
}

#[test]
fn the_text_of_an_answer_is_bounded() {
    let code = |answer: Result<usize>| answer.map_err(|error| error.code());
    // roots before one before others
    let hourglass = |half: usize, end: &str| {
        let edges = (0..half).map(|node| (node, half)).chain((half + 1..=2 * half).map(|node| (half, node)));
        let engine = named(2 * half + 1, edges, end);
        code(frontier(&engine, &EventLog::default()).map(|frontier| frontier.standings.len()))
    };
    assert_eq!((hourglass(500, &"x".repeat(100)), hourglass(50, &"x".repeat(20_000))), (Ok(1_001), Ok(101)));
    assert_eq!(hourglass(1_000, &"x".repeat(100)), Err(Code::LimitExceeded));
    assert_eq!(hourglass(100, &"x".repeat(20_000)), Err(Code::LimitExceeded));
    assert_eq!(hourglass(2_000, &"x".repeat(100)), Err(Code::ClosureTooLarge));

    let star = |rays: usize, end: &str| named(rays + 1, (0..rays).map(|node| (node, rays)), end);
    let waiver = |reason: usize| {
        let reason = "r".repeat(reason);
        let decided = format!(r#""actor": {{"id": "t"}}, "reason": "{reason}""#);
        EventLog::from_json(format!(r#"[{{"id": "w", "event": "waived", "competency": "n100", {decided}}}]"#))
            .expect("a log")
    };
    let waived =
        |reason: usize| code(frontier(&star(100, ""), &waiver(reason)).map(|all| all.standings[100].waived.len()));
    assert_eq!((waived(100_000), waived(1_000_000)), (Ok(100), Err(Code::LimitExceeded)));

    let steps = |rays: usize, end: &str| {
        let target = format!("n{rays}{end}");
        let found = in_time(|| star(rays, end).path(&EventLog::default(), &target, instant("2026-11-02T08:00:00Z")));
        code(found.map(|path| path.steps.len()))
    };
    assert_eq!((steps(1_500, ""), steps(1_500, &"x".repeat(100))), (Ok(1_501), Err(Code::LimitExceeded)));
    assert_eq!(steps(3_000, ""), Err(Code::LimitExceeded));
}
