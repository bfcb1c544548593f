//! The district of workload W1: framework, policies and evidence by seed.

use lrm_core::{
    Association, AssociationType, Column, Competency, Engine, EvidenceColumns, Framework, Policy, Result, ResultColumn,
    Value, Weight,
};

use crate::Seed;

/// Leaves; every fourth of them is assessed.
pub const LEAVES: u32 = 1_024;
/// 2025-09-01T00:00:00Z in microseconds.
const START: i64 = 1_756_684_800_000_000;

/// The methods: name, estimate and rollup.
pub const METHODS: [(&str, &str, &str); 3] = [
    ("children_mean", r#"{"method": "latest_vs_mean", "latest_percent": 65}"#, r#"{"method": "children_mean"}"#),
    ("unique_leaves", r#"{"method": "latest_vs_mean", "latest_percent": 65}"#, r#"{"method": "unique_leaves"}"#),
    ("exponential", r#"{"method": "exponential", "latest_percent": 65}"#, r#"{"method": "children_mean"}"#),
];

/// What a caller asks for: values only, or the six columns of the workload.
pub fn outputs() -> [(&'static str, Vec<ResultColumn>); 2] {
    use ResultColumn::{Competency, Evidence, Learner, Level, Status, Value};
    [("values", vec![Learner, Competency, Value]), ("all", vec![Learner, Competency, Value, Level, Status, Evidence])]
}

/// The framework: 1,024 leaves under 256, 64, 16, 4 and 1 inner nodes, a tenth of the leaves with a second parent, edge
/// weights 1–3. Ids are numbers: leaves first, then layer by layer.
///
/// # Errors
/// None.
pub fn framework(seed: u64) -> Result<Framework> {
    let mut seed = Seed(seed);
    let mut builder = Framework::builder().id("district", "1");
    let (mut first, mut count) = (0, LEAVES);
    loop {
        let above = first + count;
        for at in 0..count {
            let id = (first + at).to_string();
            builder = builder.competency(Competency::new(id.clone(), format!("Competency {id}")));
            if count == 1 {
                continue;
            }
            let mut parents = vec![at / 4];
            let other = u32::try_from(seed.below(u64::from(count / 4))).unwrap_or(0);
            if first == 0 && seed.below(10) == 0 && other != at / 4 {
                parents.push(other);
            }
            for parent in parents {
                let to = (above + parent).to_string();
                let mut edge = Association::new(AssociationType::IsChildOf, id.clone(), to);
                let weight = i64::try_from(1 + seed.below(3)).unwrap_or(1);
                edge.weight = Weight::new(Value::from_integer(weight)?)?;
                builder = builder.association(edge);
            }
        }
        if count == 1 {
            return builder.build();
        }
        (first, count) = (above, count / 4);
    }
}

/// The engine for a method.
///
/// # Errors
/// None.
pub fn engine(estimate: &str, rollup: &str) -> Result<Engine> {
    let policy = format!(
        r#"{{"scale": {{"max": 4, "proficient": 3, "levels": [{{"id": "none", "from": 0}}, {{"id": "below", "from": 1}},
            {{"id": "near", "from": 2}}, {{"id": "mastery", "from": 3}}, {{"id": "exceeds", "from": 3.5}}]}},
            "estimate": {estimate}, "rollup": {rollup}}}"#
    );
    Engine::new(framework(1)?, Policy::from_json(policy)?)
}

/// Evidence as columns.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// Learners from 0.
    pub learner: Vec<u32>,
    /// Assessed leaves.
    pub competency: Vec<u32>,
    /// Microseconds since 1970.
    pub observed_at: Vec<i64>,
    /// Scores 0–4 with two decimals.
    pub score: Vec<f64>,
}

impl Evidence {
    /// That many items for each of some learners, in the order of the learners or in any.
    pub fn new(learners: std::ops::Range<u32>, items: u32, sorted: bool, seed: u64) -> Self {
        let mut seed = Seed(seed);
        let rows = learners.len() * items as usize;
        let mut below = |bound: usize| usize::try_from(seed.below(bound as u64)).unwrap_or(0);
        let mut learner: Vec<u32> = learners.flat_map(|one| std::iter::repeat_n(one, items as usize)).collect();
        if !sorted {
            for at in (1..rows).rev() {
                learner.swap(at, below(at + 1));
            }
        }
        let number = |number: usize| u32::try_from(number).unwrap_or(0);
        Self {
            learner,
            competency: (0..rows).map(|_| 4 * number(below(LEAVES as usize / 4))).collect(),
            observed_at: (0..rows).map(|_| START + i64::from(number(below(200 * 86_400))) * 1_000_000).collect(),
            score: (0..rows).map(|_| f64::from(number(below(401))) / 100.0).collect(),
        }
    }

    /// The columns, borrowed.
    ///
    /// # Errors
    /// None.
    pub fn columns(&self) -> Result<EvidenceColumns<'_>> {
        let mut columns = EvidenceColumns::new(self.score.len());
        columns.add("learner", Column::naturals(&self.learner))?;
        columns.add("competency", Column::naturals(&self.competency))?;
        columns.add("observed_at", Column::instants(&self.observed_at))?;
        columns.add("score", Column::numbers(&self.score))?;
        Ok(columns)
    }
}
