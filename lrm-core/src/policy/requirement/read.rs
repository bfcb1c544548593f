//! Reading requirement trees, programmes and sequences of credits.

use serde_json::value::RawValue;

use super::{
    Asks, EvidenceTest, NamedRequirement, PROGRAMME_KINDS, Requirement, Selector, Test, Threshold, Tree, TreeReader,
    Which, contradictions,
};
use crate::error::Code;
use crate::framework::extra;
use crate::instant::Instant;
use crate::json::read::{Fields, Kind, Path, Sink, elements, kind};
use crate::limits::{NESTING, REQUIREMENTS};
use crate::policy::read::{read_match, read_minima, words};
use crate::record::KINDS;
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
    let mut ids = Vec::new();
    let read = list.iter().enumerate().filter_map(|(at, raw)| {
        programme(raw, &path.index(at), sink, &mut |id| ids.push((path.index(at).to_string(), id.to_owned())))
    });
    let programmes = read.collect();
    sink.twice("programme", &ids);
    programmes
}

/// Reads a programme. Its id is told also where something else is wrong.
fn programme(raw: &RawValue, path: &Path<'_>, sink: &Sink, named: &mut dyn FnMut(&str)) -> Option<NamedRequirement> {
    let mut fields = Fields::of(raw, path, sink)?;
    let id = fields.required_string("id");
    id.as_deref().into_iter().for_each(named);
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
    let mut credits = Vec::new();
    for (at, raw) in list(raw, path, sink).into_iter().enumerate() {
        let path = path.index(at);
        let list = if matches!(kind(raw), Kind::List) { elements(raw) } else { Vec::new() };
        if list.len() < 2 {
            sink.add(Code::InvalidValue, &path, "expected a list of at least two credits");
        }
        let mut sequence = Vec::new();
        for (at, raw) in list.into_iter().enumerate() {
            let path = path.index(at);
            if let Some(credit) = sink.ok(crate::json::read::text(raw), &path) {
                credits.push((path.to_string(), credit.to_string()));
                sequence.push(credit.into_owned());
            }
        }
        sequences.push(sequence);
    }
    sink.twice("credit", &credits);
    sequences
}

fn of_rollup(raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Option<Tree> {
    read_requirement(raw, path, sink, true)
}

fn read_requirement(raw: &RawValue, path: &Path<'_>, sink: &Sink, of_rollup: bool) -> Option<Tree> {
    let before = sink.len();
    let mut reader = Reader { sink, of_rollup, tree: Tree::default(), stopped: false };
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
    /// True once a limit is passed, which is told once.
    stopped: bool,
}

/// Whether a requirement's fields are all known. Those that stand elsewhere in requirements may be null here.
fn finish(mut fields: Fields<'_, '_>) {
    for name in OPERATORS.into_iter().chain(TESTS).chain(["of", "each", "until"]) {
        if !fields.has(name) {
            fields.raw(name);
        }
    }
    fields.finish();
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
        let passed = if depth == 0 {
            Some(format!("more than {NESTING} levels of requirements"))
        } else {
            (self.tree.0.len() >= REQUIREMENTS).then(|| format!("more than {REQUIREMENTS} requirements"))
        };
        if let Some(message) = passed {
            self.sink.add(Code::LimitExceeded, path, message);
            self.stopped = true;
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
        finish(fields);
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
            finish(fields);
            self.tree.0.push(this);
            return Some(());
        }
        finish(fields);
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
            if self.stopped {
                return None;
            }
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
                finish(fields);
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
        let before = sink.len();
        test.kinds = words(&mut fields, "kinds", &KINDS, sink);
        if sink.len() == before && test.kinds.as_ref().is_some_and(Vec::is_empty) {
            sink.add(Code::InvalidValue, &path.key("kinds"), "expected at least one kind");
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
