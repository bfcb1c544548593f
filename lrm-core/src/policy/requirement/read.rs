//! Reading requirement trees, programmes and sequences of credits.

use serde_json::value::RawValue;

use super::{
    Asks, EvidenceTest, NamedRequirement, PROGRAMME_KINDS, Requirement, Selector, Test, Threshold, Tree, TreeReader,
    Which, contradictions,
};
use crate::error::{Code, Error, quote};
use crate::framework::extra;
use crate::instant::Instant;
use crate::json::read::{Fields, Kind, Path, Sink, elements, kind, word};
use crate::limits::{NESTING, REQUIREMENTS};
use crate::policy::read::{read_match, read_minima};
use crate::record::KINDS;
use crate::sorting;
use crate::value::Value;

const OPERATORS: [&str; 8] = ["all", "any", "at_least", "percent", "points", "competency", "credential", "not_before"];
const TESTS: [&str; 4] = ["level", "value", "below", "evidence"];

/// Reads all of it.
pub(crate) const FULL: TreeReader = TreeReader { requirement: of_rollup, programmes, sequences };

fn list<'a>(raw: &'a RawValue, path: &Path<'_>, sink: &Sink) -> Vec<&'a RawValue> {
    if !matches!(kind(raw), Kind::List) {
        sink.add(Code::InvalidValue, path, "expected a list");
    }
    elements(raw)
}

fn programmes(raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Vec<NamedRequirement> {
    let list = list(raw, path, sink);
    let read = list.iter().enumerate().filter_map(|(at, raw)| programme(raw, &path.index(at), sink));
    let programmes: Vec<NamedRequirement> = read.collect();
    let ids: Vec<&str> = programmes.iter().map(|programme| programme.id.as_str()).collect();
    once(&ids, sink, &|at| path.index(at).to_string());
    programmes
}

fn programme(raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Option<NamedRequirement> {
    let mut fields = Fields::of(raw, path, sink)?;
    let id = fields.required_string("id");
    let title = fields.string("title");
    let kind = fields.word("kind", &PROGRAMME_KINDS);
    let credit = fields.string("credit");
    let tree = fields.required("requirement");
    let tree = tree.and_then(|raw| read_requirement(raw, &path.key("requirement"), sink, false));
    // it stands in what is kept
    extra(&mut fields, sink);
    fields.finish();
    Some(NamedRequirement { id: id?, title, kind, credit, tree: tree? })
}

/// Lists of credits, lowest first.
fn sequences(raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Vec<Vec<String>> {
    let mut sequences = Vec::new();
    let mut places = Vec::new();
    for (at, raw) in list(raw, path, sink).into_iter().enumerate() {
        let path = path.index(at);
        let mut sequence = Vec::new();
        if matches!(kind(raw), Kind::List) {
            for (at, raw) in elements(raw).into_iter().enumerate() {
                let path = path.index(at);
                let credit = sink.ok(crate::json::read::text(raw), &path).unwrap_or_default().into_owned();
                places.push((credit.clone(), path.to_string()));
                sequence.push(credit);
            }
        }
        if sequence.len() < 2 {
            sink.add(Code::InvalidValue, &path, "expected a list of at least two credits");
        }
        sequences.push(sequence);
    }
    let credits: Vec<&str> = places.iter().map(|(credit, _)| credit.as_str()).collect();
    once(&credits, sink, &|at| places.get(at).map(|(_, path)| path.clone()).unwrap_or_default());
    sequences
}

/// Reports what stands twice.
fn once(names: &[&str], sink: &Sink, path: &dyn Fn(usize) -> String) {
    let twice = sorting::repeated(names.len(), &|a, b| names.get(a).cmp(&names.get(b)));
    for ((at, name), _) in names.iter().enumerate().zip(twice).filter(|(_, twice)| *twice) {
        sink.take(&Error::new(Code::DuplicateId, path(at), format!("{} stands twice", quote(name))), &Path::ROOT);
    }
}

fn of_rollup(raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Option<Tree> {
    read_requirement(raw, path, sink, true)
}

fn read_requirement(raw: &RawValue, path: &Path<'_>, sink: &Sink, of_rollup: bool) -> Option<Tree> {
    let before = sink.len();
    let mut reader = Reader { sink, of_rollup, tree: Tree::default() };
    reader.requirement(raw, path, NESTING, Requirement::new(0, None, NOTHING), false);
    if sink.len() > before {
        return None;
    }
    let tree = reader.tree;
    let bound = |place: usize| match &tree.list().get(place)?.asks {
        Asks::Competency(_, Test::Value(value)) => Some((false, *value)),
        Asks::Competency(_, Test::Below(value)) => Some((true, *value)),
        _ => None,
    };
    contradictions(&tree, &bound, &mut |finding| sink.push(finding), &path.to_string());
    Some(tree)
}

/// Stands where something is still to be read.
const NOTHING: Asks = Asks::Group(Threshold::All, None);

struct Reader<'s> {
    sink: &'s Sink,
    of_rollup: bool,
    tree: Tree,
}

impl Reader<'_> {
    /// Reads a requirement and what stands below it.
    fn requirement(
        &mut self,
        raw: &RawValue,
        path: &Path<'_>,
        depth: usize,
        mut this: Requirement,
        in_list: bool,
    ) -> Option<()> {
        if depth == 0 || self.tree.0.len() >= REQUIREMENTS {
            let message = format!("more than {NESTING} levels of requirements, or more than {REQUIREMENTS} of them");
            self.sink.add(Code::LimitExceeded, path, message);
            return None;
        }
        let mut fields = Fields::of(raw, path, self.sink)?;
        if in_list {
            this.until = self.until(&mut fields);
        }
        let mut given = OPERATORS.into_iter().filter(|name| fields.has(name));
        let (Some(operator), None) = (given.next(), given.next()) else {
            self.sink.add(Code::InvalidValue, path, format!("expected exactly one of {}", OPERATORS.join(", ")));
            return None;
        };
        if self.of_rollup && matches!(operator, "credential" | "not_before") {
            self.of_programmes(path, operator);
        }
        this.asks = match operator {
            "competency" => Asks::Competency(fields.string(operator)?, self.test(&mut fields, false)?),
            "credential" => Asks::Credential(fields.string(operator)?),
            "not_before" => Asks::NotBefore(fields.instant(operator)?),
            _ => return self.group(fields, operator, depth, this),
        };
        fields.finish();
        self.tree.0.push(this);
        Some(())
    }

    /// What only a programme can ask for.
    fn of_programmes(&self, path: &Path<'_>, name: &str) {
        self.sink.add(Code::InvalidValue, &path.key(name), "a rollup asks only for what stands below its competency");
    }

    fn until(&self, fields: &mut Fields<'_, '_>) -> Option<Instant> {
        let until = fields.instant("until");
        if self.of_rollup && until.is_some() {
            self.of_programmes(fields.path, "until");
        }
        until
    }

    fn group(&mut self, mut fields: Fields<'_, '_>, operator: &str, depth: usize, mut this: Requirement) -> Option<()> {
        let (sink, path) = (self.sink, *fields.path);
        let threshold = match operator {
            "all" => Threshold::All,
            "any" => Threshold::Any,
            "at_least" => Threshold::AtLeast(fields.whole(operator, 1, u32::MAX)?),
            "percent" => Threshold::Percent(fields.whole(operator, 1, 100)?),
            _ => Threshold::Points(fields.weight(operator)?),
        };
        let points = match threshold {
            Threshold::Points(points) => Some(points),
            _ => None,
        };
        if points.is_some_and(crate::value::Weight::is_zero) {
            sink.add(Code::ParameterOutOfRange, &path.key(operator), "expected more than 0 points");
        }
        let raw = fields.required(threshold.members())?;
        let below = path.key(threshold.members());
        if points.is_none() && matches!(kind(raw), Kind::Object) {
            this.asks = Asks::Group(threshold, Some(Box::new(self.selector(raw, &below, &mut fields)?)));
            fields.finish();
            self.tree.0.push(this);
            return Some(());
        }
        fields.finish();
        if !matches!(kind(raw), Kind::List) {
            sink.add(Code::InvalidValue, &below, "expected a list of requirements, or what chooses competencies");
            return None;
        }
        let list = elements(raw);
        if list.is_empty() {
            sink.add(Code::EmptyGroup, &below, "a group without members");
        }
        this.asks = Asks::Group(threshold, None);
        let place = self.tree.0.len();
        let group = u32::try_from(place).unwrap_or(u32::MAX);
        self.tree.0.push(this);
        let before = sink.len();
        for (at, raw) in list.iter().enumerate() {
            let member = Requirement::new(group, u32::try_from(at).ok(), NOTHING);
            let path = below.index(at);
            if points.is_some() {
                self.worth(raw, &path, depth - 1, member);
            } else {
                self.requirement(raw, &path, depth - 1, member, true);
            }
        }
        let members = self.tree.0.iter().skip(place + 1).filter(|member| member.group == group);
        let out_of_reach = match threshold {
            Threshold::AtLeast(n) => n as usize > list.len(),
            Threshold::Points(points) => {
                let sum: i128 = members.map(|member| member.worth.millionths()).sum();
                sink.len() == before && sum < points.millionths()
            }
            _ => false,
        };
        if out_of_reach {
            sink.add(Code::Unreachable, &path.key(operator), "all members together are not enough");
        }
        Some(())
    }

    /// A member of a group of points: what it is worth, and what it asks for.
    fn worth(&mut self, raw: &RawValue, path: &Path<'_>, depth: usize, mut this: Requirement) -> Option<()> {
        let mut fields = Fields::of(raw, path, self.sink)?;
        if !fields.has("points") {
            fields.missing("points");
        }
        this.worth = fields.weight("points").unwrap_or(this.worth);
        this.required = fields.bool("required").unwrap_or_default();
        this.until = self.until(&mut fields);
        if this.worth.is_zero() && !this.required {
            let message = "expected more than 0 points of what is not required";
            self.sink.add(Code::ParameterOutOfRange, &path.key("points"), message);
        }
        let asked = fields.required("of");
        fields.finish();
        self.requirement(asked?, &path.key("of"), depth, this, false)
    }

    fn selector(&self, raw: &RawValue, path: &Path<'_>, group: &mut Fields<'_, '_>) -> Option<Selector> {
        let mut fields = Fields::of(raw, path, self.sink)?;
        let matches = read_match(&mut fields);
        let leaves = fields.bool("leaves").unwrap_or_default();
        let children = fields.bool("children").unwrap_or_default();
        fields.finish();
        let which = match (leaves, children) {
            (false, false) => Which::All,
            (true, false) => Which::Leaves,
            (false, true) => Which::Children,
            (true, true) => {
                self.sink.add(Code::InvalidValue, path, "expected leaves or children, not both");
                return None;
            }
        };
        if children && !self.of_rollup {
            let message = "a programme stands above no competency whose children could be meant";
            self.sink.add(Code::InvalidValue, &path.key("children"), message);
        } else if matches == super::Match::default() && (which == Which::All || !self.of_rollup) {
            let more = if self.of_rollup { ", leaves, children" } else { "" };
            self.sink.add(Code::EmptyGroup, path, format!("expected at least one of under, type, tag, id{more}"));
        }
        let each = match group.raw("each") {
            Some(raw) => {
                let path = group.path.key("each");
                let mut fields = Fields::of(raw, &path, self.sink)?;
                let test = self.test(&mut fields, true)?;
                fields.finish();
                test
            }
            None => Test::Met,
        };
        Some(Selector { matches, which, each })
    }

    /// What is asked of a competency.
    fn test(&self, fields: &mut Fields<'_, '_>, must: bool) -> Option<Test> {
        let given = TESTS.into_iter().filter(|name| fields.has(name)).count();
        if given > 1 || (must && given == 0) {
            let bound = if must { "exactly" } else { "at most" };
            let message = format!("expected {bound} one of {}", TESTS.join(", "));
            self.sink.add(Code::InvalidValue, fields.path, message);
            return None;
        }
        if fields.has("level") {
            return fields.string("level").map(Test::Level);
        }
        if let Some(raw) = fields.raw("evidence") {
            return self.evidence(raw, &fields.path.key("evidence")).map(|test| Test::Evidence(Box::new(test)));
        }
        let value = fields.value("value").map(Test::Value);
        Some(value.or_else(|| fields.value("below").map(Test::Below)).unwrap_or_default())
    }

    fn evidence(&self, raw: &RawValue, path: &Path<'_>) -> Option<EvidenceTest> {
        let sink = self.sink;
        let mut fields = Fields::of(raw, path, sink)?;
        let mut test = EvidenceTest {
            minima: read_minima(&mut fields),
            min_independent: fields.whole("min_independent", 0, u32::MAX).unwrap_or_default(),
            kinds: None,
            level: fields.string("level"),
            value: fields.value("value"),
        };
        if let Some(list) = fields.list("kinds") {
            let path = path.key("kinds");
            if list.is_empty() {
                sink.add(Code::InvalidValue, &path, "expected at least one kind");
            }
            let kinds = list.iter().enumerate().filter_map(|(at, raw)| sink.ok(word(raw, &KINDS), &path.index(at)));
            test.kinds = Some(kinds.collect());
        }
        fields.finish();
        if test.level.is_some() && test.value.is_some() {
            sink.add(Code::InvalidValue, path, "expected at most one of level, value");
        }
        if test.minima().all(|(_, least)| least == 0) {
            sink.add(Code::InvalidValue, path, "expected at least one minimum above 0");
        }
        Some(test)
    }
}

impl EvidenceTest {
    /// The minima with their names, in the order of the documents.
    pub(crate) fn minima(&self) -> impl Iterator<Item = (&'static str, u32)> {
        self.minima.minima().into_iter().chain([("min_independent", self.min_independent)])
    }

    /// The value that an item must meet, on a scale.
    pub(crate) fn cut(&self, scale: &crate::scale::Scale) -> Option<Value> {
        self.value.or_else(|| Some(scale.level(self.level.as_ref()?)?.from))
    }
}
