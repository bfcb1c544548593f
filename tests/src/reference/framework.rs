//! A framework: competencies and the hierarchy above them (formats: framework).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Code;
use super::document::{choice, field, format, list, object, only, required, text, texts, weight};
use super::value::{Exact, integer};

/// One competency.
#[derive(Clone, Debug)]
pub(super) struct Competency {
    /// Its type, as rules match it.
    pub(super) kind: Option<String>,
    /// Its tags, as rules match them.
    pub(super) tags: BTreeSet<String>,
    /// Its weight among leaves.
    pub(super) weight: Exact,
}

/// That one competency is to be learned before another.
#[derive(Clone, Debug)]
pub(super) struct Precedes {
    /// The prerequisite.
    pub(super) from: String,
    /// What comes after it.
    pub(super) to: String,
    /// Whether it must be so, or only should.
    pub(super) is_hard: bool,
    /// The level of the prerequisite that is asked for; none: it is to be met.
    pub(super) level: Option<String>,
}

/// Competencies with their hierarchy.
#[derive(Clone, Debug)]
pub(super) struct Framework {
    /// The competencies by id.
    pub(super) competencies: BTreeMap<String, Competency>,
    /// Their ids in the order of the document.
    pub(super) order: Vec<String>,
    /// What comes before what.
    pub(super) precedes: Vec<Precedes>,
    /// The children of each competency that has any, with the weights of the edges.
    children: BTreeMap<String, BTreeMap<String, Exact>>,
    /// The same edges upwards.
    parents: BTreeMap<String, BTreeSet<String>>,
}

/// Association types besides the extensions.
const TYPES: [&str; 10] = [
    "is_child_of",
    "precedes",
    "exact_match_of",
    "is_peer_of",
    "is_related_to",
    "is_part_of",
    "replaced_by",
    "exemplar",
    "has_skill_level",
    "is_translation_of",
];

impl Framework {
    /// One competency without associations per id.
    pub(super) fn of_ids(ids: &BTreeSet<String>) -> Self {
        let plain = Competency { kind: None, tags: BTreeSet::new(), weight: integer(1) };
        Self {
            competencies: ids.iter().map(|id| (id.clone(), plain.clone())).collect(),
            order: ids.iter().cloned().collect(),
            precedes: Vec::new(),
            children: BTreeMap::new(),
            parents: BTreeMap::new(),
        }
    }

    /// Reads a framework document.
    pub(super) fn read(document: &Value) -> Result<Self, Code> {
        let document = object(document)?;
        only(document, &["format", "id", "version", "title", "status", "competencies", "associations", "rubrics"])?;
        format(document, "lrm-framework/1")?;
        for key in ["id", "version", "title", "status"] {
            text(document, key)?;
        }
        let mut framework = Self::of_ids(&BTreeSet::new());
        required(field(document, "competencies"))?;
        for entry in list(document, "competencies")? {
            let (id, competency) = read_competency(entry)?;
            framework.order.push(id.clone());
            if framework.competencies.insert(id, competency).is_some() {
                return Err("duplicate-id");
            }
        }
        let mut hard: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for entry in list(document, "associations")? {
            framework.read_association(entry, &mut hard)?;
        }
        framework.check_rubrics(list(document, "rubrics")?)?;
        if has_cycle(&framework.parents) || has_cycle(&hard) {
            return Err("cycle");
        }
        Ok(framework)
    }

    fn read_association(&mut self, entry: &Value, hard: &mut BTreeMap<String, BTreeSet<String>>) -> Result<(), Code> {
        let entry = object(entry)?;
        only(entry, &["type", "from", "to", "weight", "sequence", "strength", "level"])?;
        let kind = required(text(entry, "type")?)?;
        let from = required(text(entry, "from")?)?;
        let to = required(text(entry, "to")?)?;
        let weight = weight(entry)?;
        let level = text(entry, "level")?.map(str::to_owned);
        let is_hard = choice(entry, "strength", &[("hard", true), ("soft", false)])?.unwrap_or(true);
        if !TYPES.contains(&kind) && !kind.starts_with("ext:") {
            return Err("invalid-value");
        }
        if !self.competencies.contains_key(from) || !self.competencies.contains_key(to) {
            return Err("dangling-reference");
        }
        if from == to {
            return Err("self-loop");
        }
        if kind == "precedes" {
            if is_hard {
                hard.entry(from.to_owned()).or_default().insert(to.to_owned());
            }
            self.precedes.push(Precedes { from: from.to_owned(), to: to.to_owned(), is_hard, level });
        }
        if kind == "is_child_of" {
            self.parents.entry(from.to_owned()).or_default().insert(to.to_owned());
            let children = self.children.entry(to.to_owned()).or_default();
            if children.insert(from.to_owned(), weight).is_some() {
                return Err("duplicate-id");
            }
        }
        Ok(())
    }

    fn check_rubrics(&self, rubrics: &[Value]) -> Result<(), Code> {
        for rubric in rubrics {
            let rubric = object(rubric)?;
            only(rubric, &["id", "criteria"])?;
            for criterion in list(rubric, "criteria")? {
                let criterion = object(criterion)?;
                only(criterion, &["id", "competency", "weight", "levels"])?;
                weight(criterion)?;
                for level in list(criterion, "levels")? {
                    only(object(level)?, &["level", "description"])?;
                }
                let competency = required(text(criterion, "competency")?)?;
                if !self.competencies.contains_key(competency) {
                    return Err("dangling-reference");
                }
            }
        }
        Ok(())
    }

    /// Whether a competency has no children.
    pub(super) fn is_leaf(&self, id: &str) -> bool {
        !self.children.contains_key(id)
    }

    /// The children with the weights of their edges.
    pub(super) fn children(&self, id: &str) -> impl Iterator<Item = (&str, &Exact)> {
        self.children.get(id).into_iter().flatten().map(|(child, weight)| (child.as_str(), weight))
    }

    /// The competency itself and everything below it.
    pub(super) fn down(&self, id: &str) -> BTreeSet<&str> {
        let known = self.competencies.get_key_value(id).map(|(id, _)| id.as_str());
        let mut found: BTreeSet<&str> = known.into_iter().collect();
        let mut open: Vec<&str> = found.iter().copied().collect();
        while let Some(next) = open.pop() {
            open.extend(self.children(next).map(|(child, _)| child).filter(|&child| found.insert(child)));
        }
        found
    }
}

/// Reads one competency with its id.
fn read_competency(entry: &Value) -> Result<(String, Competency), Code> {
    let entry = object(entry)?;
    only(entry, &["id", "statement", "code", "type", "tags", "weight"])?;
    let id = required(text(entry, "id")?)?.to_owned();
    text(entry, "statement")?;
    text(entry, "code")?;
    let competency = Competency {
        kind: text(entry, "type")?.map(str::to_owned),
        tags: texts(entry, "tags")?.unwrap_or_default().into_iter().collect(),
        weight: weight(entry)?,
    };
    Ok((id, competency))
}

/// Whether some path leads back to its beginning: taking away what leads nowhere leaves something.
fn has_cycle(edges: &BTreeMap<String, BTreeSet<String>>) -> bool {
    let mut rest = edges.clone();
    loop {
        let before = rest.len();
        let left: BTreeSet<String> = rest.keys().cloned().collect();
        rest.retain(|_, targets| targets.iter().any(|target| left.contains(target)));
        if rest.len() == before {
            return before > 0;
        }
    }
}
