//! The quick start of the README.

use lrm_core::{Engine, Evidence, Instant, LearnerRecord};

const FRAMEWORK: &str = r#"{
    "competencies": [{"id": "NF", "statement": "Fractions"}, {"id": "NF.1", "statement": "Unit fractions"},
                     {"id": "NF.2", "statement": "Equal parts"}],
    "associations": [{"type": "is_child_of", "from": "NF.1", "to": "NF"},
                     {"type": "is_child_of", "from": "NF.2", "to": "NF"}]}"#;
const POLICY: &str = r#"{"scale": {"max": 4, "proficient": 3},
    "estimate": {"method": "exponential", "latest_percent": 65}}"#;
const RECORD: &str = r#"[
    {"id": "quiz", "competency": "NF.1", "score": 3, "possible": 4, "observed_at": "2026-01-15T12:00:00Z"},
    {"id": "essay", "competency": "NF.1", "score": 4, "observed_at": "2026-02-01T12:00:00Z"},
    {"id": "game", "competency": "NF.2", "score": 1, "observed_at": "2026-02-01T12:00:00Z", "purpose": "practice"}]"#;

#[expect(clippy::print_stdout, reason = "an example prints")]
fn main() -> lrm_core::Result<()> {
    let engine = Engine::from_json(FRAMEWORK, POLICY)?;
    let record = LearnerRecord::from_json(RECORD)?;
    let now = Instant::parse("2026-03-01T00:00:00Z")?;
    println!("NF is {}", engine.evaluate(&record, now)?.mastery("NF")?.status);
    print!("{}", engine.explain(&record, "NF.1", now)?.text());
    for change in engine.what_if(&record, &[Evidence::scored("NF.2", 2)], now)?.changes() {
        println!("{}: {} -> {}", change.after.competency, change.before.status, change.after.status);
    }
    Ok(())
}
