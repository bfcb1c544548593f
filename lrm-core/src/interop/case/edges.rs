//! `CFAssociations`: which become associations of the framework, which say that an item is a root, and which must be left
//! out because the framework has no place for them.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::value::RawValue;

use super::document::Document;
use super::fields::{At, Object, list, within};
use super::items::Items;
use super::nodes::{Link, Node, Nodes};
use crate::error::{Code, Error, Finding, Result, quote};
use crate::framework::{Association, AssociationType};
use crate::json::read::{Path, Sink};
use crate::value::{GRID, Value};

/// An association between the framework's own items, or from one of them to something outside.
#[derive(Debug)]
pub(super) struct Edge<'a> {
    pub(super) at: At,
    pub(super) raw: &'a RawValue,
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) association: Association,
}

/// All associations of a package, sorted out.
#[derive(Debug, Default)]
pub(super) struct Edges<'a> {
    pub(super) kept: Vec<Edge<'a>>,
    /// From a root to the document: the framework says the same by having no parent there.
    pub(super) roots: Vec<&'a RawValue>,
    /// What the framework has no place for, with its place in the file.
    pub(super) dropped: Vec<(At, &'a RawValue)>,
    /// Of each item: it is a child of something, be that left out or not.
    pub(super) child: Vec<bool>,
    /// How often the document is said to be a child of an item.
    pub(super) document_below: usize,
}

/// What becomes of an association.
enum Verdict {
    Keep,
    Root,
    Drop(Code, String),
}

/// Sorts out the associations.
///
/// # Errors
/// `invalid-json` where a key stands twice or the nesting is too deep.
pub(super) fn read<'a>(
    raw: &'a RawValue,
    path: &Path<'_>,
    (items, nodes, document): (&Items<'a>, &mut Nodes<'a>, &mut Document<'a>),
    sink: &Sink,
) -> Result<Edges<'a>> {
    let mut edges = Edges { child: vec![false; items.facts.len()], ..Edges::default() };
    let mut seen = BTreeSet::new();
    for (at, raw) in list(raw, path, sink) {
        let path = within(path, at);
        let Some((mut object, kind, ends)) = ends(raw, &path, sink)? else {
            edges.dropped.push((at, raw));
            continue;
        };
        let [from, to] = ends.each_ref().map(|(_, _, link)| nodes.number(link.id.clone()));
        let start = nodes.kind(from);
        if kind == AssociationType::IsChildOf {
            if let Some(child) = edges.child.get_mut(from as usize) {
                *child = true;
            }
            edges.document_below += usize::from(start == Node::Document);
        }
        let mut verdict = verdict(&kind, (from, to), nodes);
        if !matches!(verdict, Verdict::Drop(..)) && !seen.insert((kind.clone(), from, to)) {
            verdict =
                Verdict::Drop(Code::DuplicateId, "the association stands twice; the first one was kept".to_owned());
        }
        match verdict {
            Verdict::Root => edges.roots.push(raw),
            Verdict::Drop(code, message) => {
                let finding = Finding::new(code, path.to_string(), message);
                sink.push(named(finding, &kind, nodes.name(from), nodes.name(to)));
                edges.dropped.push((at, raw));
            }
            Verdict::Keep => {
                document.drop_own(&mut object, &path)?;
                for ((key, raw, link), number) in ends.into_iter().zip([from, to]) {
                    let target = items.facts.get(number as usize);
                    if !target.is_some_and(|facts| link.says_only(facts.uri)) {
                        object.put(key, raw);
                    }
                }
                let mut association = Association::new(kind, nodes.name(from), nodes.name(to));
                association.sequence = object.number("sequenceNumber", &path, sink, whole);
                if association.sequence.is_some() {
                    object.drop("sequenceNumber");
                }
                association.extra = object.rest(&path)?;
                edges.kept.push(Edge { at, raw, from, to, association });
            }
        }
    }
    Ok(edges)
}

type End<'a> = (Cow<'a, str>, &'a RawValue, Link<'a>);

/// Takes the type and both ends out of an association; none if one of them is missing, with a finding.
fn ends<'a>(
    raw: &'a RawValue,
    path: &Path<'_>,
    sink: &Sink,
) -> Result<Option<(Object<'a>, AssociationType, [End<'a>; 2])>> {
    let Some(mut object) = Object::of(raw, path)? else {
        sink.add(Code::InvalidValue, path, "expected an association; it was left out");
        return Ok(None);
    };
    let mut end = |name| -> Result<Option<End<'a>>> {
        let Some((key, raw)) = object.take(name) else {
            sink.add(Code::MissingField, path, format!("the association has no `{name}`; it was left out"));
            return Ok(None);
        };
        Ok(Link::read(raw, &path.key(&key), sink)?.map(|link| (key, raw, link)))
    };
    let from = end("originNodeURI")?;
    let to = end("destinationNodeURI")?;
    let Some(word) = object.text("associationType", path, sink) else {
        sink.add(Code::MissingField, path, "the association has no `associationType`; it was left out");
        return Ok(None);
    };
    Ok(from.zip(to).map(|(from, to)| (object, kind(&word, path, sink), [from, to])))
}

/// The type of a CASE name; names outside the standard become extensions, with a finding.
fn kind(word: &str, path: &Path<'_>, sink: &Sink) -> AssociationType {
    let known = AssociationType::WORDS.into_iter().find(|(_, case, _)| case.eq_ignore_ascii_case(word));
    if let Some((_, _, kind)) = known {
        return kind;
    }
    if word.strip_prefix("ext:").is_some_and(|rest| !rest.is_empty()) {
        return AssociationType::Ext(word.to_owned());
    }
    let message = format!("{} is not a type of the standard; it was kept as an extension", quote(word));
    let finding = Finding::new(Code::UnknownAssociation, path.key("associationType").to_string(), message);
    sink.push(finding.with("type", word));
    AssociationType::Ext(format!("ext:{word}"))
}

fn verdict(kind: &AssociationType, (from, to): (u32, u32), nodes: &Nodes<'_>) -> Verdict {
    let dangling = |id, what| {
        let message = format!("{what} {} is not an item of the package; the association was left out", quote(id));
        Verdict::Drop(Code::DanglingReference, message)
    };
    match (nodes.kind(from), kind, nodes.kind(to)) {
        (Node::Document, ..) => {
            let message = "the association starts at the document; it was left out of the graph".to_owned();
            Verdict::Drop(Code::Notice, message)
        }
        (Node::Outside, ..) => dangling(nodes.name(from), "the origin"),
        (Node::Item, AssociationType::IsChildOf, Node::Document) => Verdict::Root,
        (Node::Item, AssociationType::IsChildOf, Node::Outside) => dangling(nodes.name(to), "the parent"),
        (Node::Item, AssociationType::Precedes, Node::Document | Node::Outside) => {
            dangling(nodes.name(to), "the destination of `precedes`")
        }
        (Node::Item, ..) if from == to => {
            let message = format!("{} points at itself; the association was left out", quote(nodes.name(from)));
            Verdict::Drop(Code::SelfLoop, message)
        }
        (Node::Item, ..) => Verdict::Keep,
    }
}

/// A finding about one association.
pub(super) fn named(finding: Finding, kind: &AssociationType, from: &str, to: &str) -> Finding {
    finding.with("type", kind.as_str()).with("from", from).with("to", to)
}

fn whole(number: Value) -> Result<i64> {
    if number.grid() % GRID == 0 {
        Ok(number.grid() / GRID)
    } else {
        Err(Error::new(
            Code::InvalidValue,
            "",
            format!("{number} is not a whole number; it was kept as an extra field"),
        ))
    }
}
