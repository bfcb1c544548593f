//! CASE 1.0 and 1.1 packages (1EdTech Competencies and Academic Standards Exchange).

mod circles;
mod cycles;
mod definitions;
mod document;
mod edges;
mod fields;
mod items;
mod nodes;
mod order;
mod package;
mod roots;
mod rubrics;

use serde_json::value::RawValue;

use crate::error::{Code, Result};
use crate::framework::{Framework, FrameworkBuilder};
use crate::json::read::{Path, Sink, document as parsed};
use crate::json::write::Writer;
use definitions::ItemTypes;
use document::Document;
use edges::Edges;
use fields::{Object, list, within};
use nodes::Nodes;
use package::Package;

impl Framework {
    /// Reads a CASE package (`CFPackage`, versions 1.0 and 1.1), as bytes or text.
    ///
    /// Packages in the wild seldom follow the standard to the letter. The reader takes them as they are, and
    /// [`Framework::report`] says what was wrong, where, and what was done about it.
    ///
    /// - The package may be bare, wrapped as `{"CFPackage": …}` or the first of a list. Null is absent, one value may stand
    ///   for a list of one, capitals in field names do not matter.
    /// - The id of a competency is its `identifier` as first written; UUIDs are compared without regard to capitals.
    ///   `fullStatement` is kept as written, with its Markdown or HTML; `humanCodingScheme` is the code, `CFItemType` the
    ///   kind. An item that stands twice is one competency with the later values.
    /// - `isChildOf` to the document makes a root and is kept among the framework's extra fields under
    ///   `root_associations`. Other associations may point outside the package, only `isChildOf` and `precedes` may not.
    /// - What the graph has no place for is left out with a finding and kept under `dropped_associations`: missing ends,
    ///   loops, repetitions and, of each circle of `isChildOf` or `precedes`, the association whose (origin, destination)
    ///   is the greatest by bytes.
    /// - Children without `sequenceNumber` are numbered after their siblings: by `listEnumeration`, then by
    ///   `humanCodingScheme`, both in natural order (`1.9` before `1.10`), then by id. Where none of them has either,
    ///   nothing is numbered.
    /// - Every other field, `CFDefinitions` included, is kept among the extra fields under its CASE name, without nulls.
    ///   Not kept are titles and URIs of links that repeat what the item says, and `CFDocumentURI` of the own document.
    ///
    /// ```
    /// use lrm_core::{Code, Framework};
    /// let framework = Framework::from_case(r#"{
    ///   "CFDocument": {"identifier": "d", "title": "Fractions", "adoptionStatus": "Draft"},
    ///   "CFItems": [
    ///     {"identifier": "i1", "fullStatement": "Fractions", "humanCodingScheme": "NF"},
    ///     {"identifier": "i2", "fullStatement": "Unit fractions", "humanCodingScheme": "NF.1", "notes": null}],
    ///   "CFAssociations": [
    ///     {"associationType": "isChildOf", "originNodeURI": {"identifier": "i2"}, "destinationNodeURI": {"identifier": "i1"}},
    ///     {"associationType": "isChildOf", "originNodeURI": {"identifier": "i1"}, "destinationNodeURI": {"identifier": "x"}}]
    /// }"#)?;
    /// assert_eq!(framework.children("i1"), ["i2"]);
    /// assert_eq!(framework.status(), Some("Draft"));
    /// let finding = &framework.report().findings()[0];
    /// assert_eq!((finding.code, finding.path.as_str()), (Code::DanglingReference, "/CFAssociations/1"));
    /// # Ok::<(), lrm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `invalid-json` for text that is not JSON, repeats a key or nests kept fields deeper than 64; `unsupported-format`
    /// for JSON that holds no package.
    ///
    /// # Complexity
    /// Linear in the document, but for the sorting of ids; circles cost O(edges · log nodes).
    pub fn from_case(json: impl AsRef<[u8]>) -> Result<Self> {
        let sink = Sink::default();
        let read = |package: Package<'_>, path: &Path<'_>| read(package, path, &sink);
        let builder = package::open(parsed(json.as_ref())?, &Path::ROOT, &sink, read)?;
        FrameworkBuilder { report: sink.into_report(), ..builder }.build()
    }
}

fn read(package: Package<'_>, path: &Path<'_>, sink: &Sink) -> Result<FrameworkBuilder> {
    let Package { mut object, is_document, mut others } = package;
    let mut document = if is_document {
        Document::read(std::mem::take(&mut object), path, sink)?
    } else {
        first_document(&mut object, path, &mut others, sink)?
    };
    // read first, because items ask them for titles; told last, because they stand last
    let (mut types, told) = (ItemTypes::default(), Sink::default());
    let definitions = object.take("CFDefinitions");
    if let Some((key, raw)) = &definitions {
        types = definitions::read(raw, &path.key(key), &told)?;
    }
    let mut nodes = Nodes::default();
    let mut found = items::Found::default();
    let in_items = object.take("CFItems");
    let items_path = path.key(in_items.as_ref().map_or("CFItems", |(key, _)| key));
    if let Some((_, raw)) = in_items {
        found = items::find(raw, &items_path, &mut nodes, sink)?;
    }
    document.register(&mut nodes);
    let items = found.read(&items_path, (&nodes, &mut document, &types), sink)?;
    let mut edges = Edges { child: vec![false; items.facts.len()], ..Edges::default() };
    if let Some((key, raw)) = object.take("CFAssociations") {
        let path = path.key(&key);
        edges = edges::read(raw, &path, (&items, &mut nodes, &mut document), sink)?;
        roots::check_direction(&items, &edges, &path, sink);
        circles::open(&mut edges, &nodes, &path, sink);
    }
    order::number_siblings(&mut edges.kept, &items);
    let (mut rubrics, mut dropped_rubrics) = (Vec::new(), Vec::new());
    if let Some((key, raw)) = object.take("CFRubrics") {
        (rubrics, dropped_rubrics) = rubrics::read(raw, &path.key(&key), &nodes, sink)?;
    }
    for finding in told.into_report().findings() {
        sink.push(finding.clone());
    }
    roots::check(&items, &edges, &items_path, sink);

    edges.dropped.sort_by_key(|(at, _)| *at);
    let dropped: Vec<&RawValue> = edges.dropped.iter().map(|(_, raw)| *raw).collect();
    let lists = [
        ("root_associations", &edges.roots),
        ("dropped_associations", &dropped),
        ("dropped_items", &items.dropped),
        ("dropped_rubrics", &dropped_rubrics),
        ("dropped_documents", &others),
    ];
    let mut kept: Vec<(&'static str, Writer)> =
        lists.into_iter().filter(|(_, list)| !list.is_empty()).map(|(name, list)| (name, list_of(list))).collect();
    if let Some((_, raw)) = definitions {
        let mut w = Writer::new();
        w.raw(raw.get());
        kept.push(("CFDefinitions", w));
    }
    let rest = object.rest(path)?;
    if !rest.0.entries().is_empty() {
        let mut w = Writer::new();
        w.open('{');
        for (key, raw) in rest.0.entries() {
            w.key(key).raw(raw.get());
        }
        w.close('}');
        kept.push(("CFPackage", w));
    }
    Ok(FrameworkBuilder {
        head: document.head(kept, path, sink)?,
        competencies: items.competencies,
        associations: edges.kept.into_iter().map(|edge| edge.association).collect(),
        rubrics,
        ..FrameworkBuilder::default()
    })
}

/// The package's document; of several the first.
fn first_document<'a>(
    package: &mut Object<'a>,
    path: &Path<'_>,
    others: &mut Vec<&'a RawValue>,
    sink: &Sink,
) -> Result<Document<'a>> {
    let Some((key, raw)) = package.take("CFDocument").or_else(|| package.take("CFDocuments")) else {
        sink.add(Code::MissingField, path, "the package has no `CFDocument`; the framework has neither id nor title");
        return Ok(Document::default());
    };
    let path = path.key(&key);
    let mut documents = list(raw, &path, sink).into_iter();
    let first = documents.next();
    if documents.len() > 0 {
        let message = format!("only the first document was read; {} more were kept as extra fields", documents.len());
        sink.add(Code::Notice, &path, message);
        others.extend(documents.map(|(_, raw)| raw));
    }
    let Some((at, raw)) = first else { return Ok(Document::default()) };
    let path = within(&path, at);
    let Some(object) = Object::of(raw, &path)? else {
        sink.add(Code::InvalidValue, &path, "expected an object; the framework has neither id nor title");
        return Ok(Document::default());
    };
    Document::read(object, &path, sink)
}

/// A list of raw pieces.
fn list_of(raws: &[&RawValue]) -> Writer {
    let mut w = Writer::new();
    w.open('[');
    for raw in raws {
        w.item().raw(raw.get());
    }
    w.close(']');
    w
}
