//! Requirement trees as a policy says them (formats: requirements).

use num_traits::Zero;
use serde_json::Value;

use super::Code;
use super::document::{Object, choice, field, grid, list, text, texts, truth, weight, whole};
use super::evidence::KINDS;
use super::instant::{self, Instant};
use super::value::{Exact, Grid, integer};

/// The deepest that requirements may stand in each other.
const DEPTH: usize = 64;

/// One thing that is wrong with requirements, and its place in the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The code.
    pub code: Code,
    /// A JSON pointer.
    pub path: String,
}

/// One requirement.
#[derive(Clone, Debug)]
pub(super) enum Requirement {
    /// Some of several.
    Group(Rule, Members),
    /// One thing.
    Condition(Condition),
}

/// How many of a group are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// Every member.
    All,
    /// One.
    Any,
    /// So many.
    AtLeast(usize),
    /// This share of a hundred.
    Percent(i64),
    /// As many as bring so many points.
    Points(Exact),
}

/// The members of a group.
#[derive(Clone, Debug)]
pub(super) enum Members {
    /// One by one.
    Listed(Vec<Member>),
    /// The competencies that fit, what is asked of each, and under which key of the group they stand.
    Selected(Selector, Asked, &'static str),
}

/// One member of a list.
#[derive(Clone, Debug)]
pub(super) struct Member {
    /// What it asks for.
    pub(super) requirement: Requirement,
    /// The pointer to it, from the group.
    pub(super) step: String,
    /// From when on it is left out.
    pub(super) until: Option<Instant>,
    /// What it brings, in a group of points.
    pub(super) points: Exact,
    /// Whether a group of points needs it.
    pub(super) required: bool,
}

/// Which competencies are meant.
#[derive(Clone, Debug, Default)]
pub(super) struct Selector {
    /// What stands below this one.
    pub(super) under: Option<String>,
    /// Of this type.
    pub(super) kind: Option<String>,
    /// With this tag.
    pub(super) tag: Option<String>,
    /// This one.
    pub(super) id: Option<String>,
    /// Only those without children.
    pub(super) leaves: bool,
    /// Only those directly below the node of the rollup.
    pub(super) children: bool,
}

/// One thing that is so or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    /// Something about a competency.
    About(String, Asked),
    /// That a credit was awarded.
    Credential(String),
    /// That an instant has come.
    NotBefore(Instant),
}

/// What is asked of a competency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// That it is met.
    Met,
    /// That this level is reached.
    Level(String),
    /// That this value is met.
    Value(Grid),
    /// That this value is not met.
    Below(Grid),
    /// That there is so much evidence.
    Evidence(Enough),
}

/// How much evidence of which kind is enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Enough {
    /// The minima, in the order of [`MINIMA`].
    pub(super) minima: Vec<usize>,
    /// Which kinds count; without a list all, also those that say none.
    pub(super) kinds: Option<Vec<String>>,
    /// What the value of an item must reach to count.
    pub(super) level: Option<String>,
    /// The same as a number.
    pub(super) value: Option<Grid>,
}

/// What can be counted.
pub(super) const MINIMA: [&str; 7] =
    ["min_evidence", "min_assessors", "min_contexts", "min_kinds", "min_artifacts", "min_transfer", "min_independent"];

/// A named requirement.
#[derive(Clone, Debug)]
pub(super) struct Programme {
    pub(super) id: String,
    pub(super) title: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) credit: String,
    pub(super) requirement: Requirement,
    /// Where its requirement stands in the policy.
    pub(super) path: String,
}

/// The programmes of a policy, and the sequences of credits.
#[derive(Clone, Debug, Default)]
pub(super) struct Programmes {
    /// In the order of the policy.
    pub(super) list: Vec<Programme>,
    /// Each lowest first.
    pub(super) sequences: Vec<Vec<String>>,
}

const OPERATORS: [&str; 8] = ["all", "any", "at_least", "percent", "points", "competency", "credential", "not_before"];

/// Names of fields that some requirements have.
const ELSEWHERE: [&str; 15] = [
    "all",
    "any",
    "at_least",
    "percent",
    "points",
    "competency",
    "credential",
    "not_before",
    "of",
    "each",
    "until",
    "level",
    "value",
    "below",
    "evidence",
];

/// Reads requirements and writes down everything that is wrong with them.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// So far.
    pub(super) faults: Vec<Fault>,
    /// Whether the requirement is that of a rollup, where not all conditions have a meaning.
    pub(super) is_of_rollup: bool,
}

impl Reader {
    /// The programmes and sequences of a policy.
    pub(super) fn programmes(&mut self, policy: &Object) -> Programmes {
        let mut programmes = Programmes::default();
        let mut ids: Vec<String> = Vec::new();
        for (place, entry) in
            self.take("", "programmes", list(policy, "programmes")).iter().flat_map(|l| l.iter()).enumerate()
        {
            let path = format!("/programmes/{place}");
            programmes.list.extend(self.programme(entry, &path));
            if let Some(id) = entry.get("id").and_then(Value::as_str) {
                if ids.iter().any(|other| other == id) {
                    self.fault("duplicate-id", &path);
                }
                ids.push(id.to_owned());
            }
        }
        let mut named: Vec<String> = Vec::new();
        for (place, entry) in
            self.take("", "sequences", list(policy, "sequences")).iter().flat_map(|l| l.iter()).enumerate()
        {
            let path = format!("/sequences/{place}");
            let Some(names) = entry.as_array() else {
                self.fault("invalid-value", &path);
                continue;
            };
            if names.len() < 2 {
                self.fault("invalid-value", &path);
            }
            let mut sequence = Vec::new();
            for (place, name) in names.iter().enumerate() {
                let path = format!("{path}/{place}");
                match name.as_str() {
                    None => self.fault("invalid-value", &path),
                    Some(name) if named.iter().any(|other| other == name) => self.fault("duplicate-id", &path),
                    Some(name) => {
                        named.push(name.to_owned());
                        sequence.push(name.to_owned());
                    }
                }
            }
            programmes.sequences.push(sequence);
        }
        programmes
    }

    fn programme(&mut self, entry: &Value, path: &str) -> Option<Programme> {
        let entry = self.object(entry, path)?;
        self.only(entry, &["id", "title", "kind", "credit", "requirement", "extra"], path);
        let kinds = ["graduation", "course_credit", "pathway", "destination"].map(|kind| (kind, kind));
        let owned = |found: Result<Option<&str>, Code>| found.map(|text| text.map(str::to_owned));
        let id = self.take(path, "id", owned(text(entry, "id")));
        let title = self.take(path, "title", owned(text(entry, "title"))).flatten();
        let kind = self.take(path, "kind", choice(entry, "kind", &kinds)).flatten().map(str::to_owned);
        let credit = self.take(path, "credit", owned(text(entry, "credit"))).flatten();
        for key in ["id", "requirement"] {
            if field(entry, key).is_none() {
                self.fault("missing-field", path);
            }
        }
        let path = format!("{path}/requirement");
        let requirement = field(entry, "requirement").map(|found| self.requirement(found, &path, 1, &[]));
        let id = id??;
        Some(Programme {
            title,
            kind,
            credit: credit.unwrap_or_else(|| id.clone()),
            id,
            requirement: requirement??,
            path,
        })
    }

    /// A requirement at a place and a depth, which may have some more keys where it stands.
    pub(super) fn requirement(
        &mut self,
        found: &Value,
        path: &str,
        depth: usize,
        more: &[&str],
    ) -> Option<Requirement> {
        if depth > DEPTH {
            self.fault("limit-exceeded", path);
            return None;
        }
        let object = self.object(found, path)?;
        let operators: Vec<&str> = OPERATORS.into_iter().filter(|name| field(object, name).is_some()).collect();
        let [operator] = operators.as_slice() else {
            self.fault("invalid-value", path);
            return None;
        };
        let has_selector = |key: &str| field(object, key).is_some_and(Value::is_object);
        let each: &[&str] = if has_selector(operator) || has_selector("of") { &["each"] } else { &[] };
        let known: &[&str] = match *operator {
            "at_least" | "percent" | "points" => &["of"],
            "competency" => &["level", "value", "below", "evidence"],
            _ => &[],
        };
        self.only(object, &[&[*operator][..], known, each, more].concat(), path);
        if self.is_of_rollup && ["credential", "not_before"].contains(operator) {
            // for a programme
            self.fault("invalid-value", format!("{path}/{operator}"));
            return None;
        }
        match *operator {
            "all" => Some(Requirement::Group(Rule::All, self.members(object, "all", path, depth)?)),
            "any" => Some(Requirement::Group(Rule::Any, self.members(object, "any", path, depth)?)),
            "at_least" => {
                let least = self.take(path, "at_least", whole(object, "at_least", 1, u32::MAX.into())).flatten();
                let members = self.members(object, "of", path, depth);
                let least = usize::try_from(least?).unwrap_or(usize::MAX);
                if matches!(&members, Some(Members::Listed(_))) && listed(object) > 0 && least > listed(object) {
                    self.fault("unreachable", format!("{path}/at_least"));
                }
                Some(Requirement::Group(Rule::AtLeast(least), members?))
            }
            "percent" => {
                let percent = self.take(path, "percent", whole(object, "percent", 1, 100)).flatten();
                let members = self.members(object, "of", path, depth);
                Some(Requirement::Group(Rule::Percent(percent?), members?))
            }
            "points" => self.points(object, path, depth),
            "competency" => {
                let id = self.take(path, "competency", text(object, "competency")).flatten().map(str::to_owned);
                let asked = self.asked(object, path);
                Some(Requirement::Condition(Condition::About(id?, asked?)))
            }
            "credential" => {
                let name = self.take(path, "credential", text(object, "credential")).flatten()?;
                Some(Requirement::Condition(Condition::Credential(name.to_owned())))
            }
            _ => Some(Requirement::Condition(Condition::NotBefore(self.instant(object, "not_before", path)?))),
        }
    }

    /// The members of a group, one by one or by a selector.
    fn members(&mut self, object: &Object, key: &'static str, path: &str, depth: usize) -> Option<Members> {
        let Some(found) = field(object, key) else {
            self.fault("missing-field", path);
            return None;
        };
        let here = format!("{path}/{key}");
        if found.is_object() {
            let selector = self.selector(found, &here);
            let asked = match field(object, "each") {
                None => Some(Asked::Met),
                Some(each) => {
                    let here = format!("{path}/each");
                    let each = self.object(each, &here)?;
                    self.only(each, &["level", "value", "below", "evidence"], &here);
                    let asked = self.asked(each, &here);
                    if asked == Some(Asked::Met) {
                        self.fault("invalid-value", here);
                    }
                    asked
                }
            };
            return Some(Members::Selected(selector?, asked?, key));
        }
        let Some(entries) = found.as_array() else {
            self.fault("invalid-value", here);
            return None;
        };
        if entries.is_empty() {
            self.fault("empty-group", here.clone());
        }
        let mut members = Vec::new();
        for (place, entry) in entries.iter().enumerate() {
            let path = format!("{here}/{place}");
            let until = entry.as_object().and_then(|entry| self.until(entry, &path));
            let requirement = self.requirement(entry, &path, depth + 1, &["until"]);
            let step = format!("/{key}/{place}");
            members.extend(requirement.map(|requirement| Member {
                requirement,
                step,
                until,
                points: integer(0),
                required: false,
            }));
        }
        Some(Members::Listed(members))
    }

    fn points(&mut self, object: &Object, path: &str, depth: usize) -> Option<Requirement> {
        let asked = self.take(path, "points", weight_of(object, "points")).flatten();
        if asked.as_ref().is_some_and(Zero::is_zero) {
            self.fault("parameter-out-of-range", format!("{path}/points"));
        }
        let Some(found) = field(object, "of") else {
            self.fault("missing-field", path);
            return None;
        };
        let Some(entries) = found.as_array() else {
            self.fault("invalid-value", format!("{path}/of"));
            return None;
        };
        if entries.is_empty() {
            self.fault("empty-group", format!("{path}/of"));
        }
        let mut members = Vec::new();
        let mut sum = integer(0);
        for (place, entry) in entries.iter().enumerate() {
            let here = format!("{path}/of/{place}");
            let Some(entry) = self.object(entry, &here) else { continue };
            self.only(entry, &["points", "required", "of", "until"], &here);
            for key in ["points", "of"] {
                if field(entry, key).is_none() {
                    self.fault("missing-field", here.clone());
                }
            }
            let required = self.take(&here, "required", truth(entry, "required")).flatten().unwrap_or(false);
            let points = self.take(&here, "points", weight_of(entry, "points")).flatten();
            if points.as_ref().is_some_and(Zero::is_zero) && !required {
                self.fault("parameter-out-of-range", format!("{here}/points"));
            }
            sum += points.clone().unwrap_or_else(|| integer(0));
            let until = self.until(entry, &here);
            let inner = field(entry, "of");
            let inner = inner.and_then(|inner| self.requirement(inner, &format!("{here}/of"), depth + 1, &[]));
            let step = format!("/of/{place}/of");
            members.extend(inner.zip(points).map(|(requirement, points)| Member {
                requirement,
                step,
                until,
                points,
                required,
            }));
        }
        let asked = asked?;
        if !entries.is_empty() && asked > sum {
            self.fault("unreachable", format!("{path}/points"));
        }
        Some(Requirement::Group(Rule::Points(asked), Members::Listed(members)))
    }

    fn selector(&mut self, found: &Value, path: &str) -> Option<Selector> {
        let object = self.object(found, path)?;
        let keys = ["under", "type", "tag", "id"];
        self.only(object, &[&keys[..], &["leaves", "children"]].concat(), path);
        let leaves = self.take(path, "leaves", truth(object, "leaves")).flatten().unwrap_or(false);
        let children = self.take(path, "children", truth(object, "children")).flatten().unwrap_or(false);
        if leaves && children {
            self.fault("invalid-value", path);
        } else if children && !self.is_of_rollup {
            self.fault("invalid-value", format!("{path}/children"));
        } else if !keys.iter().any(|key| field(object, key).is_some()) {
            // below the node of a rollup there is something to choose from
            let is_enough = self.is_of_rollup && (leaves || children);
            if !is_enough {
                self.fault("empty-group", path);
            }
        }
        let mut key = |key| self.take(path, key, text(object, key)).flatten().map(str::to_owned);
        let (under, kind, tag, id) = (key("under"), key("type"), key("tag"), key("id"));
        Some(Selector { under, kind, tag, id, leaves, children })
    }

    /// What is asked of a competency, in the keys beside it.
    fn asked(&mut self, object: &Object, path: &str) -> Option<Asked> {
        let level = self.take(path, "level", text(object, "level"));
        let value = self.take(path, "value", grid(object, "value"));
        let below = self.take(path, "below", grid(object, "below"));
        let enough = match field(object, "evidence") {
            Some(found) => Some(self.enough(found, &format!("{path}/evidence"))?),
            None => None,
        };
        let mut asked: Vec<Asked> = Vec::new();
        asked.extend(level?.map(|level| Asked::Level(level.to_owned())));
        asked.extend(value?.map(Asked::Value));
        asked.extend(below?.map(Asked::Below));
        asked.extend(enough.map(Asked::Evidence));
        if asked.len() > 1 {
            self.fault("invalid-value", path);
            return None;
        }
        Some(asked.pop().unwrap_or(Asked::Met))
    }

    fn enough(&mut self, found: &Value, path: &str) -> Option<Enough> {
        let object = self.object(found, path)?;
        self.only(object, &[&MINIMA[..], &["kinds", "level", "value"]].concat(), path);
        let mut minima = Vec::new();
        for name in MINIMA {
            let least = self.take(path, name, whole(object, name, 0, 100_000_000))?;
            minima.push(usize::try_from(least.unwrap_or(0)).unwrap_or(usize::MAX));
        }
        if minima.iter().all(|least| *least == 0) {
            self.fault("invalid-value", path);
        }
        let kinds = self.take(path, "kinds", texts(object, "kinds"))?;
        for (place, kind) in kinds.iter().flatten().enumerate() {
            if !KINDS.contains(&kind.as_str()) {
                self.fault("invalid-value", format!("{path}/kinds/{place}"));
            }
        }
        let level = self.take(path, "level", text(object, "level"))?.map(str::to_owned);
        let value = self.take(path, "value", grid(object, "value"))?;
        if level.is_some() && value.is_some() {
            self.fault("invalid-value", path);
        }
        Some(Enough { minima, kinds, level, value })
    }

    fn until(&mut self, object: &Object, path: &str) -> Option<Instant> {
        field(object, "until")?;
        if self.is_of_rollup {
            self.fault("invalid-value", format!("{path}/until"));
            return None;
        }
        self.instant(object, "until", path)
    }

    fn instant(&mut self, object: &Object, key: &str, path: &str) -> Option<Instant> {
        let found = text(object, key).and_then(|at| at.map(|at| instant::parse(at).ok_or("invalid-value")).transpose());
        self.take(path, key, found).flatten()
    }

    fn object<'v>(&mut self, found: &'v Value, path: &str) -> Option<&'v Object> {
        let object = found.as_object();
        if object.is_none() {
            self.fault("invalid-value", path);
        }
        object
    }

    fn only(&mut self, object: &Object, known: &[&str], path: &str) {
        // what requirements know elsewhere may be null: it is absent
        let absent = |key: &str| object.get(key).is_some_and(Value::is_null) && ELSEWHERE.contains(&key);
        for key in object.keys().filter(|key| !known.contains(&key.as_str()) && !absent(key)) {
            self.fault("unknown-field", format!("{path}/{}", key.replace('~', "~0").replace('/', "~1")));
        }
    }

    fn take<T>(&mut self, path: &str, key: &str, found: Result<T, Code>) -> Option<T> {
        found.map_err(|code| self.fault(code, format!("{path}/{key}"))).ok()
    }

    fn fault(&mut self, code: Code, path: impl Into<String>) {
        self.faults.push(Fault { code, path: path.into() });
    }
}

/// A number of points: as a weight.
fn weight_of(object: &Object, key: &str) -> Result<Option<Exact>, Code> {
    let Some(found) = field(object, key) else { return Ok(None) };
    let object = Object::from_iter([("weight".to_owned(), found.clone())]);
    weight(&object).map(Some)
}

/// How many members the list of a group has.
fn listed(object: &Object) -> usize {
    field(object, "of").and_then(Value::as_array).map_or(0, Vec::len)
}
