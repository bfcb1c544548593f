//! Frameworks and evidence by seed: the same on every machine.

pub mod w1;

use std::fmt::Write;

use lrm_core::{Association, AssociationType, Competency, Evidence, Framework, Instant, Result, Value, Weight};

/// A small generator of numbers: `SplitMix64`, so that a seed means the same everywhere.
#[derive(Clone, Debug)]
pub struct Seed(pub u64);

impl Seed {
    /// A number below `bound`, which is above 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound.max(1)
    }
}

/// Competencies of a framework, from small to large.
pub const SIZES: [u64; 5] = [100, 1_000, 10_000, 100_000, 1_000_000];

/// The leaves with which [`framework`] has about so many competencies.
pub fn leaves(competencies: u64) -> u64 {
    competencies * 3 / 4
}

/// A tree of that many leaves, four children to a node, a tenth of the leaves with a second parent, edge weights 1–3.
///
/// # Errors
/// None for sizes that fit the memory.
pub fn framework(leaves: u64, seed: u64) -> Result<Framework> {
    let mut seed = Seed(seed);
    let mut builder = Framework::builder().id("synthetic", "1");
    let mut count = leaves;
    let mut layer = 0;
    loop {
        for at in 0..count {
            let id = format!("{layer}.{at}");
            builder = builder.competency(Competency::new(id.clone(), format!("Competency {id}")));
            if count == 1 {
                continue;
            }
            let above = count.div_ceil(4);
            let mut parents = vec![at / 4];
            let other = seed.below(above);
            if layer == 0 && seed.below(10) == 0 && other != at / 4 {
                parents.push(other);
            }
            for parent in parents {
                let to = format!("{}.{parent}", layer + 1);
                let mut edge = Association::new(AssociationType::IsChildOf, id.clone(), to);
                edge.weight =
                    Weight::new(Value::from_grid(i64::try_from(1 + seed.below(3)).unwrap_or(1) * Value::ONE.grid())?)?;
                builder = builder.association(edge);
            }
        }
        if count == 1 {
            break;
        }
        count = count.div_ceil(4);
        layer += 1;
    }
    builder.build()
}

/// The document of a framework of that many competencies with twice as many edges: a tree with four children to a node,
/// a second parent for a tenth of its leaves, and prerequisites.
pub fn document(competencies: u64, seed: u64) -> String {
    let mut seed = Seed(seed);
    let mut text = String::from(r#"{"format":"lrm-framework/1","competencies":["#);
    for at in 0..competencies {
        let comma = if at == 0 { "" } else { "," };
        // writing to a text cannot fail
        let _ = write!(text, r#"{comma}{{"id":"c{at}","statement":"Competency {at}"}}"#);
    }
    text += r#"],"associations":["#;
    let mut edge = |comma: &str, kind: &str, from: u64, to: u64| {
        let _ = write!(text, r#"{comma}{{"type":"{kind}","from":"c{from}","to":"c{to}"}}"#);
    };
    for at in 1..competencies {
        let parent = (at - 1) / 4;
        edge(if at == 1 { "" } else { "," }, "is_child_of", at, parent);
        // what has children are the first of all
        let other = seed.below(competencies / 4);
        if 4 * at + 1 >= competencies && seed.below(10) == 0 && other != parent {
            edge(",", "is_child_of", at, other);
        } else {
            edge(",", "precedes", seed.below(at), at);
        }
    }
    text + "]}"
}

/// Items of one learner on the leaves, scores 0–4 in quarters.
///
/// # Errors
/// None.
pub fn evidence(items: u64, leaves: u64, seed: u64) -> Result<Vec<Evidence>> {
    let mut seed = Seed(seed);
    let item = |at: u64| {
        let score = Value::from_grid(i64::try_from(seed.below(17)).unwrap_or(0) * 250_000_000)?;
        let day = i64::try_from(seed.below(300)).unwrap_or(0);
        let observed = Instant::from_micros(1_700_000_000_000_000 + day * 86_400_000_000)?;
        let leaf = format!("0.{}", seed.below(leaves));
        Ok(Evidence::scored(leaf, score).id(format!("e{at}")).observed_at(observed))
    };
    (0..items).map(item).collect()
}

/// The policy of the district workload: the latest score against the mean before it, children by edge weight.
pub const DISTRICT: &str = r#"{"scale": {"max": 4, "proficient": 3},
    "estimate": {"method": "latest_vs_mean", "latest_percent": 65}, "rollup": {"method": "children_mean"}}"#;

/// The instant after all evidence.
///
/// # Errors
/// None.
pub fn now() -> Result<Instant> {
    Instant::parse("2026-11-22T00:00:00Z")
}

/// The number after a name among the arguments of this process, or another if it is not there.
pub fn option(name: &str, otherwise: u32) -> u32 {
    let given = std::env::args().skip_while(|argument| argument != name).nth(1);
    given.and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// The most memory that this process had, in megabytes, where the system tells.
pub fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u32>().ok()).unwrap_or_default();
    f64::from(kilobytes) * 1_024.0 / 1e6
}

/// The value below which that share of the samples lies; 0 without samples.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place")]
pub fn quantile(samples: &mut [f64], share: f64) -> f64 {
    samples.sort_unstable_by(f64::total_cmp);
    let place = (samples.len().saturating_sub(1) as f64 * share).round() as usize;
    samples.get(place).copied().unwrap_or_default()
}
