//! A university's results: levels per presentation, hardest assessments, the view half way, one learner explained.
//!
//!     cargo run --release --example district -- [--as-of 2014-12-01] [--learner 468386]

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;

use lrm_core::{Engine, Instant, LearnerRecord, Mastery, Options, Policy, State, Status};
use oulad::{Assessment, Data, Result};

const USAGE: &str = "usage: district [--as-of 2014-12-01] [--learner 468386]";
const END: &str = "2015-10-01";
/// Where a learner stands: the id of a level, or the status that says why there is none; and its heading.
const LABELS: [(&str, &str); 6] = [
    ("not_assessed", "no result"),
    ("insufficient", "too few"),
    ("fail", "fail"),
    ("pass", "pass"),
    ("merit", "merit"),
    ("distinction", "distinction"),
];

fn main() -> Result<ExitCode> {
    match Parameters::read(std::env::args().skip(1)) {
        Some(asked) => report(&asked),
        None => failure(2, USAGE),
    }
}

fn failure(code: u8, message: &str) -> Result<ExitCode> {
    writeln!(std::io::stderr(), "{message}")?;
    Ok(ExitCode::from(code))
}

#[expect(clippy::disallowed_methods, reason = "the closing line says how long it took")]
fn report(asked: &Parameters) -> Result<ExitCode> {
    let started = std::time::Instant::now();

    let data = Data::read()?;
    let (scopes, mut evidence) = (data.scopes(), data.evidence()?);
    if !scopes.contains_key(asked.learner.as_str()) {
        return failure(1, &format!("there is no learner {} in the data", asked.learner));
    }
    let policy = Policy::from_json(std::fs::read(oulad::file("district.policy.json"))?)?;
    let engine = Engine::new(data.framework()?, policy)?;
    let (end, running) = (midnight(END)?, data.running(asked.as_of)?);

    // Each learner at two instants, in the scope of what the learner registered for.
    let (mut now, mut then, mut moves) = (Tally::default(), Tally::default(), BTreeMap::new());
    let (mut progress, mut derivation) = (Vec::new(), String::new());
    for (learner, scope) in &scopes {
        let record = LearnerRecord::from_events(evidence.remove(learner).unwrap_or_default())?;
        let options = Options::new().scope(scope);
        let at_end = engine.evaluate_with(&record, end, &options)?;
        let half_way = engine.evaluate_with(&record, asked.as_of, &options)?;
        now.add(&at_end);
        then.add(&half_way);
        for run in scope.iter().filter(|run| running.contains(&run.as_str())) {
            let step = (label(&half_way.mastery(run)?), label(&at_end.mastery(run)?));
            *moves.entry(step).or_insert(0) += 1;
        }
        if *learner == asked.learner {
            progress = learner_table(&[half_way, at_end], scope)?;
            derivation = engine.explain_with(&record, "OU", end, &options)?.text();
        }
    }

    let mut out = std::io::stdout().lock();
    overview(&mut out, &data, &scopes, &engine)?;
    let nodes = data.presentations.keys().map(String::as_str).chain(["OU"]);
    show(&mut out, &format!("Levels on {END}"), &now.table(nodes))?;
    show(&mut out, "Hardest assessments", &hardest(&now, &data.assessments))?;
    let title = format!("Half way, on {}: the presentations then under way", date(asked.as_of));
    show(&mut out, &title, &then.table(running))?;
    show(&mut out, "From half way (rows) to the end (columns)", &movement(&moves))?;
    show(&mut out, &format!("Learner {}", asked.learner), &progress)?;
    writeln!(out, "\n{}", derivation.trim_end())?;
    let (learners, results) = (number(scopes.len()), number(data.results.len()));
    let (nodes, seconds) = (engine.framework().len(), started.elapsed().as_secs_f64());
    writeln!(out, "\n{learners} learners, {results} results, {nodes} nodes, {seconds:.2} seconds")?;
    Ok(ExitCode::SUCCESS)
}

/// What the command line asks for.
struct Parameters {
    as_of: Instant,
    learner: String,
}

impl Parameters {
    fn read(mut arguments: impl Iterator<Item = String>) -> Option<Self> {
        let mut asked = Self { as_of: midnight("2014-12-01").ok()?, learner: "468386".to_owned() };
        while let Some(option) = arguments.next() {
            match (option.as_str(), arguments.next()?) {
                ("--as-of", day) => asked.as_of = midnight(&day).ok()?,
                ("--learner", id) => asked.learner = id,
                _ => return None,
            }
        }
        Some(asked)
    }
}

/// The instant at which a day begins.
fn midnight(day: &str) -> lrm_core::Result<Instant> {
    Instant::parse(&format!("{day}T00:00:00Z"))
}

/// How many learners stand where, node by node.
#[derive(Default)]
struct Tally {
    labels: BTreeMap<(String, String), usize>,
    provisional: BTreeMap<String, usize>,
}

impl Tally {
    fn add(&mut self, state: &State) {
        for mastery in state.iter().filter(|mastery| mastery.status != Status::NotApplicable) {
            *self.labels.entry((mastery.competency.clone(), label(&mastery))).or_insert(0) += 1;
            if mastery.status == Status::Provisional {
                *self.provisional.entry(mastery.competency).or_insert(0) += 1;
            }
        }
    }

    /// How many learners have each label.
    fn counts(&self, node: &str) -> [usize; 6] {
        LABELS.map(|(label, _)| self.labels.get(&(node.to_owned(), label.to_owned())).copied().unwrap_or_default())
    }

    /// The learners with a level, and those of them who failed.
    fn judged(&self, node: &str) -> (usize, usize) {
        let [_, _, fail, pass, merit, distinction] = self.counts(node);
        (fail + pass + merit + distinction, fail)
    }

    fn table<'a>(&self, nodes: impl IntoIterator<Item = &'a str>) -> Vec<Vec<String>> {
        let mut rows = vec![headings(&["", "learners"], &["passed", "provisional"])];
        for node in nodes {
            let (counts, (judged, failed)) = (self.counts(node), self.judged(node));
            let mut row = vec![node.to_owned(), number(counts.iter().sum())];
            row.extend(counts.map(number));
            row.push(percent(judged - failed, judged));
            row.push(number(self.provisional.get(node).copied().unwrap_or_default()));
            rows.push(row);
        }
        rows
    }
}

/// The level, or the status that says why there is none.
fn label(mastery: &Mastery) -> String {
    mastery.level.clone().unwrap_or_else(|| mastery.status.to_string())
}

/// The headings of a table with a column for each label.
fn headings(before: &[&str], after: &[&str]) -> Vec<String> {
    let labels = LABELS.iter().map(|(_, heading)| heading);
    before.iter().chain(labels).chain(after).map(ToString::to_string).collect()
}

/// The ten assessments that the largest share failed, of those with at least ten results.
fn hardest(tally: &Tally, assessments: &[Assessment]) -> Vec<Vec<String>> {
    let judged = assessments.iter().map(|row| (row, tally.judged(&row.id_assessment)));
    let mut ranking: Vec<_> = judged.filter(|(_, (results, _))| *results >= 10).collect();
    ranking.sort_by(|(a, (a_results, a_failed)), (b, (b_results, b_failed))| {
        let shares = (b_failed * a_results).cmp(&(a_failed * b_results));
        shares.then_with(|| a.id_assessment.cmp(&b.id_assessment))
    });
    let head = ["", "presentation", "kind", "due day", "weight", "results", "failed", "share"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for (row, (results, failed)) in ranking.into_iter().take(10) {
        let (kind, day, weight) = (row.assessment_type.clone(), row.date.to_string(), row.weight.clone());
        let counts = [number(results), number(failed), percent(failed, results)];
        rows.push(
            [row.id_assessment.clone(), row.presentation(), kind, day, weight].into_iter().chain(counts).collect(),
        );
    }
    rows
}

fn movement(moves: &BTreeMap<(String, String), usize>) -> Vec<Vec<String>> {
    let mut rows = vec![headings(&[""], &["all"])];
    for (then, heading) in LABELS {
        let step = |(now, _): (&str, _)| moves.get(&(then.to_owned(), now.to_owned())).copied().unwrap_or_default();
        let counts = LABELS.map(step);
        let mut row = vec![heading.to_owned()];
        row.extend(counts.into_iter().chain([counts.iter().sum()]).map(number));
        rows.push(row);
    }
    rows
}

fn learner_table(states: &[State], scope: &[String]) -> Result<Vec<Vec<String>>> {
    let head = ["", "as of", "value", "level", "status", "assessments"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for run in scope {
        for state in states {
            let result = state.mastery(run)?;
            let value = result.value.map_or_else(|| "-".to_owned(), |value| value.to_string());
            let level = result.level.unwrap_or_else(|| "-".to_owned());
            let (assessed, of) = result.coverage;
            let about = [value, level, result.status.to_string(), format!("{assessed} of {of}")];
            rows.push([run.clone(), date(state.as_of())].into_iter().chain(about).collect());
        }
    }
    Ok(rows)
}

/// What was read, and what stands out in it.
fn overview(out: &mut impl Write, data: &Data, scopes: &BTreeMap<&str, Vec<String>>, engine: &Engine) -> Result<()> {
    let (modules, framework) = (data.modules()?, engine.framework());
    let (presentations, assessments) = (data.presentations.len(), data.assessments.len());
    writeln!(out, "{}", framework.title().unwrap_or_default())?;
    writeln!(out, "  {} modules, {presentations} presentations, {assessments} assessments", modules.len())?;
    let several = scopes.values().filter(|scope| scope.len() > 1).count();
    let (learners, registrations) = (number(scopes.len()), number(data.registrations.len()));
    writeln!(out, "  {learners} learners, {registrations} registrations, {several} learners with several")?;
    let (results, [banked, blank, late]) = (number(data.results.len()), data.oddities().map(number));
    writeln!(out, "  {results} results: {banked} banked earlier, {blank} without a score, {late} late")?;
    let (framework, policy) = (framework.report().len(), engine.lint().len());
    writeln!(out, "  {framework} findings in the framework, {policy} in the policy")?;
    writeln!(out, "  a level needs half of the assessments; passed is the share of those with a level")?;
    for (module, _) in modules.iter().filter(|(_, weightless)| **weightless) {
        writeln!(out, "  all weights of {module} are 0: the policy weighs its assessments equally")?;
    }
    Ok(())
}

fn date(at: Instant) -> String {
    at.to_string().chars().take(10).collect()
}

/// With commas between thousands.
fn number(count: usize) -> String {
    match (count / 1000, count % 1000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{},{rest:03}", number(thousands)),
    }
}

/// With one decimal, half away from zero, in integers only.
fn percent(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    let tenths = (2000 * part + whole) / (2 * whole);
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// Prints a table: the first column to the left, the others to the right.
fn show(out: &mut impl Write, title: &str, rows: &[Vec<String>]) -> Result<()> {
    let mut widths = Vec::new();
    for row in rows {
        widths.resize(row.len(), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.len().max(*width);
        }
    }
    writeln!(out, "\n{title}")?;
    for row in rows {
        let mut cells = row.iter().zip(&widths);
        if let Some((name, width)) = cells.next() {
            write!(out, "  {name:width$}")?;
        }
        for (cell, width) in cells {
            write!(out, "  {cell:>width$}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}
