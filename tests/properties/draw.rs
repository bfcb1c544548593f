//! Random draws: small numbers that [`crate::plan`] turns into documents. Small numbers shrink well.

use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Everything a case is made of.
#[derive(Clone, Debug)]
pub(crate) struct Draw {
    pub(crate) nodes: Vec<Node>,
    /// Two nodes, the one with the smaller number becomes the parent, and a weight.
    pub(crate) edges: Vec<(u8, u8, u8)>,
    pub(crate) scale: usize,
    pub(crate) sections: Sections,
    pub(crate) rules: Vec<Rule>,
    pub(crate) items: Vec<Item>,
    pub(crate) as_of: Option<usize>,
    pub(crate) scope: Option<Vec<u8>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) weight: u8,
    pub(crate) kind: u8,
    pub(crate) tags: u8,
}

/// The sections of a policy or of a rule, without the scale.
#[derive(Clone, Debug)]
pub(crate) struct Sections {
    pub(crate) estimate: Option<Value>,
    pub(crate) evidence: Option<Value>,
    pub(crate) rounding: Option<Value>,
    pub(crate) sufficiency: Option<Sufficiency>,
    pub(crate) rollup: Option<Value>,
}

#[derive(Clone, Debug)]
pub(crate) struct Sufficiency {
    /// Requirements by number, and how much of each.
    pub(crate) minima: Vec<(usize, u8)>,
    pub(crate) independent_from: Option<u8>,
    pub(crate) max_age_days: Option<u32>,
}

#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) id: Option<u8>,
    pub(crate) under: Option<u8>,
    pub(crate) kind: Option<u8>,
    pub(crate) tag: Option<u8>,
    pub(crate) scale: Option<usize>,
    pub(crate) sections: Sections,
}

/// What an item says, in parts of the scale.
#[derive(Clone, Debug)]
pub(crate) enum Says {
    Score(u8),
    ScoreOutOf(u8, u8),
    Level(u8),
    Passed(bool),
    Absence(usize),
    Nothing,
}

#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) competency: u8,
    pub(crate) says: Says,
    pub(crate) id: Option<u8>,
    /// Observed, due, assessed, received.
    pub(crate) instants: [Option<usize>; 4],
    pub(crate) purpose: Option<usize>,
    pub(crate) role: Option<usize>,
    pub(crate) kind: Option<usize>,
    pub(crate) assistance: Option<usize>,
    pub(crate) weight: Option<u8>,
    pub(crate) withdrawn: Option<usize>,
    /// Assessor, context, artifact, transfer, and the fields that nothing depends on.
    pub(crate) texts: [u8; 5],
    /// One fault at most: the engine reports every fault of an item, the model the first.
    pub(crate) fault: Option<u8>,
}

pub(crate) fn draws() -> impl Strategy<Value = Draw> {
    let graph = (vec(node(), 1..10), vec((0..10_u8, 0..10_u8, 0..8_u8), 0..16));
    let rest = (0..6_usize, sections(estimate().prop_map(Some), 0.5), vec(rule(), 0..4));
    let question = (weighted(0.7, 0..12_usize), weighted(0.25, vec(0..10_u8, 0..4)));
    (graph, rest, vec(item(), 0..30), question).prop_map(|(graph, rest, items, question)| Draw {
        nodes: graph.0,
        edges: graph.1,
        scale: rest.0,
        sections: rest.1,
        rules: rest.2,
        items,
        as_of: question.0,
        scope: question.1,
    })
}

fn node() -> impl Strategy<Value = Node> {
    (0..8_u8, 0..3_u8, 0..4_u8).prop_map(|(weight, kind, tags)| Node { weight, kind, tags })
}

fn sections(estimate: impl Strategy<Value = Option<Value>>, chance: f64) -> impl Strategy<Value = Sections> {
    let drawn = (
        estimate,
        weighted(chance * 0.6, evidence()),
        weighted(chance * 0.6, rounding()),
        weighted(chance * 0.6, sufficiency()),
        weighted(chance * 1.6, rollup()),
    );
    drawn.prop_map(|(estimate, evidence, rounding, sufficiency, rollup)| Sections {
        estimate,
        evidence,
        rounding,
        sufficiency,
        rollup,
    })
}

fn rule() -> impl Strategy<Value = Rule> {
    let keys = (weighted(0.4, 0..11_u8), weighted(0.3, 0..11_u8), weighted(0.3, 0..3_u8), weighted(0.3, 0..3_u8));
    (keys, weighted(0.06, 0..6_usize), sections(weighted(0.4, estimate()), 0.5))
        .prop_map(|((id, under, kind, tag), scale, sections)| Rule { id, under, kind, tag, scale, sections })
}

pub(crate) fn estimate() -> impl Strategy<Value = Value> {
    let named = |name: &'static str| Just(json!({ "method": name })).boxed();
    let counted = |name: &'static str| (1..5_u8).prop_map(move |n| json!({"method": name, "n": n})).boxed();
    let share = |name: &'static str| {
        let percent = prop_oneof![Just(65_u8), Just(50), Just(1), Just(99), 1..100_u8];
        percent.prop_map(move |percent| json!({"method": name, "latest_percent": percent})).boxed()
    };
    let trend = |name: &'static str| {
        let predict = of(prop_oneof![Just("at_n"), Just("next")]);
        predict.prop_map(move |predict| json!({"method": name, "predict": predict})).boxed()
    };
    let tie = of(prop_oneof![Just("most_recent"), Just("higher"), Just("lower")]);
    prop_oneof![
        named("highest"),
        named("lowest"),
        named("latest"),
        named("mean"),
        named("median"),
        tie.prop_map(|tie| json!({"method": "mode", "tie": tie})),
        counted("n_mastery"),
        counted("top_n_mean"),
        share("latest_vs_mean"),
        share("exponential"),
        trend("power_law"),
        trend("linear_trend"),
    ]
}

fn evidence() -> impl Strategy<Value = Value> {
    let order = of(prop_oneof![Just("observed_at"), Just("assessed_at"), Just("due_at")]);
    let credit = of(prop_oneof![Just("clamp"), Just("keep"), Just("error")]);
    let purposes = of(proptest::sample::subsequence(PURPOSES.to_vec(), 0..=4));
    let roles = of(proptest::sample::subsequence(ROLES.to_vec(), 0..=5));
    (order, credit, purposes, roles).prop_map(|(order, credit, purposes, roles)| {
        json!({"order_by": order, "extra_credit": credit, "purposes": purposes, "assessor_roles": roles})
    })
}

fn rounding() -> impl Strategy<Value = Value> {
    let mode = of(prop_oneof![Just("half_away_from_zero"), Just("half_even"), Just("floor")]);
    (0..7_u8, mode).prop_map(|(digits, mode)| json!({"digits": digits, "mode": mode}))
}

fn sufficiency() -> impl Strategy<Value = Sufficiency> {
    let age = prop_oneof![Just(0_u32), Just(1), Just(30), Just(400)];
    let drawn = (vec((0..6_usize, 0..4_u8), 0..3), weighted(0.4, 0..6_u8), weighted(0.4, age));
    drawn.prop_map(|(minima, independent_from, max_age_days)| Sufficiency { minima, independent_from, max_age_days })
}

pub(crate) fn rollup() -> impl Strategy<Value = Value> {
    let method = of(proptest::sample::select(METHODS.to_vec()));
    let missing = prop_oneof![
        Just(json!(null)),
        Just(json!("ignore")),
        Just(json!("require_all")),
        (1..5_u8).prop_map(|n| json!({"require_at_least": n})),
        prop_oneof![Just(50_u8), Just(34), Just(100), 1..101_u8].prop_map(|p| json!({"require_at_least_percent": p})),
    ];
    let own = of(proptest::sample::select(vec!["as_child", "overrides", "ignored"]));
    (method, missing, own)
        .prop_map(|(method, missing, own)| json!({"method": method, "missing": missing, "own_evidence": own}))
}

fn item() -> impl Strategy<Value = Item> {
    let says = prop_oneof![
        8 => (0..17_u8).prop_map(Says::Score),
        4 => (0..13_u8, 1..11_u8).prop_map(|(score, possible)| Says::ScoreOutOf(score, possible)),
        2 => (0..6_u8).prop_map(Says::Level),
        2 => any::<bool>().prop_map(Says::Passed),
        1 => (0..5_usize).prop_map(Says::Absence),
        1 => Just(Says::Nothing),
    ];
    // few instants besides the first, so that orders by them have ties
    let instant = |chance, few| weighted(chance, 0..few);
    let instants = [instant(0.8, 12_usize), instant(0.4, 4), instant(0.3, 4), instant(0.2, 12)];
    let who = (weighted(0.2, 0..4_usize), weighted(0.2, 0..5_usize), weighted(0.3, 0..6_usize));
    let help = (weighted(0.3, 0..3_usize), weighted(0.4, 0..8_u8), weighted(0.1, 0..2_usize));
    let drawn = (
        0..10_u8,
        says,
        weighted(0.5, 0..60_u8),
        instants,
        who,
        help,
        proptest::array::uniform5(0..4_u8),
        weighted(0.1, 0..21_u8),
    );
    drawn.prop_map(
        |(competency, says, id, instants, (purpose, role, kind), (assistance, weight, withdrawn), texts, fault)| Item {
            competency,
            says,
            id,
            instants,
            purpose,
            role,
            kind,
            assistance,
            weight,
            withdrawn,
            texts,
            fault,
        },
    )
}

pub(crate) const PURPOSES: [&str; 4] = ["practice", "diagnostic", "summative", "common_task"];
pub(crate) const ROLES: [&str; 5] = ["teacher", "self", "peer", "external", "machine"];
pub(crate) const METHODS: [&str; 9] =
    ["unique_leaves", "children_mean", "lowest", "highest", "median", "mode", "sum", "share_met", "pooled"];
