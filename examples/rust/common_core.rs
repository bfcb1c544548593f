//! Common Core mathematics, read from a CASE package: what is in it, its prerequisites, and one learner.
//!
//!     cargo run --release --example common_core

use std::collections::BTreeMap;
use std::io::Write;

use lrm_core::{AssociationType, Engine, Evidence, Framework, Instant, LearnerRecord, Policy};
use oulad::{Result, file};

const AS_OF: &str = "2026-11-22T00:00:00Z";
const SCORES: [(&str, &[i32]); 4] =
    [("2.NBT.A.1a", &[2, 3]), ("2.NBT.A.1b", &[4]), ("2.NBT.A.2", &[1, 3]), ("2.NBT.A.3", &[2])];

#[expect(clippy::disallowed_methods, reason = "the closing line says how long it took")]
fn main() -> Result<()> {
    let started = std::time::Instant::now();
    let framework = Framework::from_case(std::fs::read(file("data/ccss/ccss-math.json"))?)?;
    let policy = Policy::from_json(std::fs::read(file("common_core.policy.json"))?)?;
    let engine = Engine::new(framework, policy)?;
    let framework = engine.framework();
    let code = |competency: &lrm_core::Competency| competency.code.clone().unwrap_or_default();
    let ids: BTreeMap<String, String> = framework.competencies().iter().map(|c| (code(c), c.id.clone())).collect();

    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", framework.title().unwrap_or_default())?;
    let (roots, leaves) = (framework.roots().len(), framework.leaves().len());
    writeln!(out, "  {} competencies, depth {}, {roots} roots, {leaves} leaves", framework.len(), framework.depth())?;
    let (package, policy) = (framework.report().len(), engine.lint().len());
    writeln!(out, "  {package} findings in the package, {policy} in the policy")?;
    for finding in framework.report().findings() {
        writeln!(out, "  {finding}")?;
    }
    counted(&mut out, "Kinds", framework.competencies().iter().filter_map(|competency| competency.kind.as_deref()))?;
    counted(&mut out, "Associations", framework.associations().iter().map(|association| association.kind.as_str()))?;

    let way = longest_way(framework);
    writeln!(out, "\nThe longest way through the prerequisites: {} steps", way.len())?;
    for codes in way.chunks(8) {
        writeln!(out, "  {}", codes.join(" "))?;
    }

    let mut events = Vec::new();
    for (code, scores) in SCORES {
        for (n, score) in (1..).zip(scores) {
            let at = Instant::parse(&format!("2026-10-{}T09:00:00Z", 10 + n))?;
            events.push(Evidence::scored(id(&ids, code)?, *score).id(format!("{code}/{n}")).observed_at(at));
        }
    }
    let (record, as_of) = (LearnerRecord::from_events(events)?, Instant::parse(AS_OF)?);
    let state = engine.evaluate(&record, as_of)?;
    writeln!(out, "\nA learner in grade 2")?;
    for code in ["2", "2.NBT", "2.NBT.A", "2.NBT.A.1"].into_iter().chain(SCORES.map(|(code, _)| code)) {
        let result = state.mastery(id(&ids, code)?)?;
        let value = result.value.map_or_else(|| "-".to_owned(), |value| value.to_string());
        let level = result.level.unwrap_or_else(|| "-".to_owned());
        let (status, (covered, of)) = (result.status.to_string(), result.coverage);
        writeln!(out, "  {code:10}  {value:>11}  {level:10}  {status:11}  {covered} of {of}")?;
    }
    writeln!(out, "\n{}", engine.explain(&record, id(&ids, "2.NBT.A.1")?, as_of)?.text().trim_end())?;

    let (competencies, associations) = (framework.len(), framework.associations().len());
    let seconds = started.elapsed().as_secs_f64();
    writeln!(out, "\n{competencies} competencies, {associations} associations, {seconds:.2} seconds")?;
    Ok(())
}

fn id<'a>(ids: &'a BTreeMap<String, String>, code: &str) -> Result<&'a str> {
    Ok(ids.get(code).ok_or_else(|| format!("there is no standard {code}"))?)
}

/// How often each word occurs, the most frequent first.
fn counted<'a>(out: &mut impl Write, title: &str, words: impl Iterator<Item = &'a str>) -> Result<()> {
    let mut counts = BTreeMap::new();
    for word in words {
        *counts.entry(word).or_insert(0) += 1;
    }
    let mut counts: Vec<(&str, i32)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| -count);
    writeln!(out, "\n{title}")?;
    for (word, count) in counts {
        writeln!(out, "  {count:>4} {word}")?;
    }
    Ok(())
}

/// The longest chain of prerequisites as codes, the first of equally long ones.
fn longest_way(framework: &Framework) -> Vec<String> {
    let code = |id: &str| framework.competency(id).and_then(|competency| competency.code.clone()).unwrap_or_default();
    let mut before: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for competency in framework.competencies() {
        before.entry(code(&competency.id)).or_default();
    }
    for association in framework.associations().iter().filter(|edge| edge.kind == AssociationType::Precedes) {
        before.entry(code(&association.to)).or_default().push(code(&association.from));
    }
    let mut known = BTreeMap::new();
    longest(before.keys().map(|code| way(code, &before, &mut known)))
}

fn way(code: &str, before: &BTreeMap<String, Vec<String>>, known: &mut BTreeMap<String, Vec<String>>) -> Vec<String> {
    if let Some(way) = known.get(code) {
        return way.clone();
    }
    let mut prerequisites = before.get(code).cloned().unwrap_or_default();
    prerequisites.sort();
    let mut found = longest(prerequisites.iter().map(|prerequisite| way(prerequisite, before, known)));
    found.push(code.to_owned());
    known.insert(code.to_owned(), found.clone());
    found
}

fn longest(ways: impl Iterator<Item = Vec<String>>) -> Vec<String> {
    ways.reduce(|best, other| if other.len() > best.len() { other } else { best }).unwrap_or_default()
}
