//! One piece of work, several reports: random works that systems report, assessors judge and learners do again, and what
//! humans override. The model agrees, and all ways to the results are one.

use std::collections::BTreeMap;

use lrm_core::{Column, EvidenceColumns, Instant, LearnerRecord, RollupOptions};
use lrm_tests::corpus::Case;
use lrm_tests::reference;
use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

use crate::class::every_learner_is_as_alone;
use crate::columns::{columns, texts};
use crate::derivations::{follow_from_derivations, tampered};
use crate::draw::{Draw, Item, draws};
use crate::live::{instant, step_by_step, what_if};
use crate::model::{agree, document};
use crate::plan::{FAULTS_OF_ROWS, INSTANTS, case};
use crate::support::{config, engine, evaluated, options, record, results, shown};

/// The third begins before the second in byte order.
const SYSTEMS: [&str; 3] = ["sis", "lms", "app"];

/// What makes an item a report of a work, or an override.
#[derive(Clone, Debug)]
struct Report {
    activity: Option<u8>,
    attempt: Option<usize>,
    system: Option<usize>,
    /// Its id in the system, and the one that it replaces there.
    ids: [Option<u8>; 2],
    assessor: Option<u8>,
    adaptation: Option<usize>,
    overriding: Option<Overriding>,
}

#[derive(Clone, Debug)]
struct Overriding {
    expires_at: Option<usize>,
    /// Whether it only completes.
    completes: bool,
    fault: Option<u8>,
}

fn report() -> impl Strategy<Value = Report> {
    let overriding = (weighted(0.4, 0..INSTANTS.len()), prop::bool::weighted(0.4), weighted(0.1, 0..6_u8))
        .prop_map(|(expires_at, completes, fault)| Overriding { expires_at, completes, fault });
    let work = (weighted(0.85, 0..2_u8), weighted(0.5, 0..3_usize), weighted(0.7, 0..3_usize), weighted(0.7, 0..3_u8));
    let ids = (weighted(0.8, 0..4_u8), weighted(0.15, 0..4_u8)).prop_map(|(own, replaces)| [own, replaces]);
    (work, ids, weighted(0.2, 0..2_usize), weighted(0.12, overriding)).prop_map(
        |(work, ids, adaptation, overriding)| Report {
            activity: work.0,
            attempt: work.1,
            system: work.2,
            ids,
            assessor: work.3,
            adaptation,
            overriding,
        },
    )
}

/// The keys of an evidence section about works.
fn rules() -> impl Strategy<Value = Value> {
    let words = select(vec![json!(null), json!("person"), json!("newest"), json!("separate")]);
    let priority = subsequence(SYSTEMS.to_vec(), 0..=3).prop_shuffle().prop_map(|all| json!({"priority": all}));
    let raters = vec![json!(null), json!("separate"), json!({"adjacent": "lower"}), json!({"adjacent": "higher"})];
    (prop_oneof![words, priority], select(raters), weighted(0.6, reassessment())).prop_map(
        |(sources, raters, reassessment)| json!({"sources": sources, "raters": raters, "reassessment": reassessment}),
    )
}

fn reassessment() -> impl Strategy<Value = Value> {
    let keep = select(vec![json!(null), json!("all"), json!("newest"), json!("higher"), json!("higher")]);
    let within = of(prop_oneof![3 => 1..4_u16, 1 => 30..60_u16, 1 => Just(400)]);
    let (at_most, cap) = (of(0..3_u16), of(select(vec![0, 33, 50, 75, 90, 100])));
    let week = vec!["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let days = of(subsequence(week, 1..=7).prop_shuffle());
    let dates = vec!["2026-01-02", "2026-01-05", "2026-03-02", "2025-06-02", "2024-02-29", "2026-01-02", "0000-01-01"];
    let holidays = of(subsequence(dates, 0..=7).prop_shuffle());
    let offset = of(select(vec!["+00:00", "-05:00", "+14:00", "-00:30"]));
    ((keep, within, at_most, cap), (days, holidays, offset)).prop_map(
        |((keep, within, at_most, cap), (days, holidays, offset))| {
            json!({"keep": keep, "within_school_days": within, "at_most": at_most, "cap_percent": cap,
                   "school_days": days, "holidays": holidays, "utc_offset": offset})
        },
    )
}

/// The members of the object that are not null are added to another.
fn add(to: &mut Value, more: &Value) {
    if to.is_null() {
        *to = json!({});
    }
    if let (Some(to), Some(more)) = (to.as_object_mut(), more.as_object()) {
        to.extend(more.iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.clone(), value.clone())));
    }
}

/// The item as a report. Of faults an item has one at most.
fn reported(item: &mut Value, drawn: &Item, report: &Report) {
    let Some(fields) = item.as_object_mut().filter(|_| drawn.fault.is_none()) else { return };
    let mut set = |name: &str, value: Value| {
        if !value.is_null() {
            fields.insert(name.to_owned(), value);
        }
    };
    set("activity", json!(report.activity.map(|name| format!("quiz {name}"))));
    set("attempt", report.attempt.map_or(Value::Null, |one| [json!(1), json!(2), json!("2")][one].clone()));
    let mut source = Map::new();
    source.extend(report.system.map(|system| ("system".to_owned(), json!(SYSTEMS[system]))));
    let ids = ["id", "replaces"].into_iter().zip(report.ids);
    source.extend(ids.filter_map(|(name, id)| Some((name.to_owned(), json!(id?.to_string())))));
    if !source.is_empty() {
        set("source", Value::Object(source));
    }
    set("adaptation", json!(report.adaptation.map(|one| ["accommodation", "modification"][one])));
    let who = report.assessor.map(|who| format!("t{who}"));
    let role = fields.get("assessor").and_then(|assessor| assessor.get("role")).cloned().unwrap_or_default();
    let mut assessor = Map::new();
    assessor.extend(who.map(|who| ("id".to_owned(), json!(who))));
    assessor.extend(Some(("role".to_owned(), role)).filter(|(_, role)| !role.is_null()));
    fields.remove("assessor");
    if !assessor.is_empty() {
        fields.insert("assessor".to_owned(), Value::Object(assessor));
    }
    if let Some(overriding) = report.overriding.as_ref().filter(|_| !fields.contains_key("absence")) {
        overridden(fields, overriding);
    }
}

fn overridden(fields: &mut Map<String, Value>, drawn: &Overriding) {
    if drawn.completes {
        for name in ["score", "possible", "level", "passed"] {
            fields.remove(name);
        }
    }
    let mut said = json!({"reason": "seen in class"});
    if let Some(at) = drawn.expires_at {
        said["expires_at"] = json!(INSTANTS[at]);
    }
    let author = fields.entry("assessor").or_insert_with(|| json!({}));
    if author.get("id").is_none() {
        author["id"] = json!("t9");
    }
    match drawn.fault {
        // a table can express the first two
        Some(0) => author["id"] = Value::Null,
        Some(1) => said["expires_at"] = json!("soon"),
        Some(2) => said["reason"] = Value::Null,
        Some(3) => said["reason"] = json!(7),
        Some(4) => said = json!("so"),
        Some(_) => {
            for name in ["score", "possible", "level", "passed"] {
                fields.remove(name);
            }
            fields.insert("absence".to_owned(), json!("missed"));
        }
        None => {}
    }
    fields.insert("override".to_owned(), said);
}

/// Random works on few competencies.
fn works(for_tables: bool) -> impl Strategy<Value = Case> {
    let reports = vec(report(), 30);
    (draws(), reports, rules(), weighted(0.3, rules()), 1..6_usize, any::<bool>()).prop_map(
        move |(mut draw, mut reports, base, rule, count, dense)| {
            draw.nodes.truncate(count);
            for report in reports.iter_mut().filter(|_| for_tables) {
                // a column has numbers or names
                report.attempt = report.attempt.filter(|attempt| *attempt < 2);
                if let Some(overriding) = &mut report.overriding {
                    overriding.fault = overriding.fault.filter(|fault| *fault < 2);
                }
            }
            for item in &mut draw.items {
                item.fault =
                    item.fault.filter(|fault| if for_tables { *fault < FAULTS_OF_ROWS } else { *fault % 4 == 0 });
                // much of what keeps items from counting is not of interest here
                if dense {
                    (item.purpose, item.withdrawn) = (None, None);
                    item.competency %= 2;
                }
            }
            as_works(&draw, &reports, &base, rule.as_ref())
        },
    )
}

fn as_works(draw: &Draw, reports: &[Report], base: &Value, rule: Option<&Value>) -> Case {
    let mut case = case(draw);
    for ((item, drawn), report) in case.evidence.iter_mut().zip(&draw.items).zip(reports) {
        reported(item, drawn, report);
    }
    add(&mut case.policy["evidence"], base);
    if let (Some(rule), Some(first)) = (rule, case.policy["rules"].get_mut(0)) {
        add(&mut first["evidence"], rule);
    }
    case
}

/// The columns of the items, with those of this topic.
fn table(items: &[Value]) -> EvidenceColumns<'static> {
    let mut columns = columns(items);
    for name in ["adaptation", "override.reason", "override.expires_at"] {
        columns.add(name, Column::texts(texts(items, name))).expect("a column");
    }
    columns
}

proptest! {
    #![proptest_config(config(700))]

    #[test]
    fn the_engine_agrees_with_the_model_about_works(case in works(false)) {
        agree(&case)?;
    }

    #[test]
    fn works_step_by_step(case in works(false), clock in vec(0..12_usize, 1..6)) {
        step_by_step(&case, &clock, &options(&case))?;
    }

    #[test]
    fn works_in_any_order(case in works(false), seed in any::<u64>()) {
        let Ok((engine, _, state)) = evaluated(&case) else { return Ok(()) };
        let mut shuffled: Vec<(u64, &Value)> = (1..).map(|place: u64| place.wrapping_mul(seed | 1)).zip(&case.evidence).collect();
        shuffled.sort_by_key(|(place, _)| *place);
        let items: Value = shuffled.into_iter().map(|(_, item)| item.clone()).collect();
        let record = LearnerRecord::from_json(items.to_string()).expect("a list of items");
        let again = engine.evaluate_with(&record, state.as_of(), &options(&case)).expect("the same state");
        prop_assert_eq!(results(&again), results(&state), "{}", shown(&case));
    }

    #[test]
    fn the_clock_passes_over_works(case in works(false), clock in vec(0..12_usize, 1..6)) {
        let Ok(engine) = engine(&case) else { return Ok(()) };
        let mut clock: Vec<Instant> = clock.iter().map(|at| instant(*at)).collect();
        clock.sort_unstable();
        let Ok(mut live) = engine.start_with(&record(&case), clock[0], &options(&case)) else { return Ok(()) };
        for at in clock {
            let later = engine.evaluate_with(&record(&case), at, &options(&case));
            match (live.advance(at), later) {
                (Ok(_), Ok(later)) => prop_assert_eq!(live.to_json(), later.to_json(), "{} of {}", at, shown(&case)),
                (found, later) => prop_assert_eq!(found.err().map(|error| error.code()), later.err().map(|error| error.code())),
            }
        }
    }

    #[test]
    fn works_follow_from_their_derivations(case in works(false)) {
        follow_from_derivations(&case)?;
    }

    #[test]
    fn nothing_about_works_is_changed_unnoticed(case in works(false), node in any::<usize>(), top in any::<usize>(), choice in 0..9_usize) {
        tampered(&case, node, top, choice)?;
    }

    #[test]
    fn works_that_may_come(case in works(false), cut in 0..31_usize) {
        what_if(&case, cut)?;
    }

    #[test]
    fn works_of_a_class(case in works(false), clock in vec(0..12_usize, 1..6)) {
        every_learner_is_as_alone(&case, &clock, &options(&case))?;
    }

    #[test]
    fn works_in_tables(case in works(true)) {
        let Ok((engine, _, state)) = evaluated(&case) else { return Ok(()) };
        let mut asked = RollupOptions::new().unassessed();
        if let Some(scope) = &case.scope {
            asked = asked.scope(scope.iter().cloned());
        }
        let rollup = engine.rollup(&table(&case.evidence), state.as_of(), &asked).expect("a table");
        if case.evidence.is_empty() {
            prop_assert!(rollup.is_empty());
            return Ok(());
        }
        // a table has the mark of modified standards only if it is asked for
        let result = |mastery: lrm_core::Mastery| mastery.to_json().replace(r#","modified":true"#, "");
        let results: Vec<String> = state.iter().map(result).collect();
        prop_assert_eq!(rollup.to_json(), format!("[{}]", results.join(",")), "{}", shown(&case));
    }
}

/// The model tells how often the random cases are about what they are meant for.
#[test]
fn the_cases_are_about_works() {
    let mut runner = TestRunner::deterministic();
    let strategy = works(false);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..1500 {
        let case = strategy.new_tree(&mut runner).expect("a case").current();
        let Ok(outcome) = reference::evaluate(&document(&case, false)) else { continue };
        let mut reversed = case.clone();
        reversed.as_of = Some(reference::show_instant(outcome.as_of));
        reversed.evidence.reverse();
        let reversed = reference::evaluate(&document(&reversed, false)).expect("the same results");
        assert_eq!(reversed.results, outcome.results, "{}", shown(&case));
        for reason in outcome.reasons.iter().flatten() {
            *counts.entry(reason).or_default() += 1;
        }
        for result in outcome.results.values() {
            *counts.entry(if result.modified { "modified" } else { result.status.as_str() }).or_default() += 1;
        }
    }
    let asked = [
        "other_source",
        "other_rater",
        "conflict",
        "late_reassessment",
        "reassessment_limit",
        "replaced",
        "overridden",
        "expired",
        "modified",
    ];
    for name in asked {
        assert!(counts.get(name).is_some_and(|count| *count > 30), "{name}: {counts:?}");
    }
}
