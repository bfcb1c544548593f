//! Reading one layer, `lrm-policy-layer/1`.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::locks::{self, Lock};
use super::parameters::{OTHERS, PARAMETERS, SECTIONS, lead_first};
use crate::error::{Code, quote};
use crate::framework::{check_format, extra};
use crate::json::read::{Fields, Kind, Path, Sink, document, elements, kind, members, text};
use crate::json::write::canonical;
use crate::policy::ready_made::document as ready_made;
use crate::sorting;

const FORMAT: &str = "lrm-policy-layer/1";

/// A layer as its document has it.
#[derive(Debug, Default)]
pub(super) struct Layer {
    pub(super) name: String,
    pub(super) id: Option<String>,
    pub(super) version: Option<String>,
    /// What it sets, by the name at the top of a policy.
    pub(super) set: Vec<(String, Setting)>,
    /// With their places in the document.
    pub(super) locks: Vec<(usize, Lock)>,
}

/// What a layer says about one name at the top of a policy. Values are canonical JSON.
#[derive(Debug)]
pub(super) enum Setting {
    /// Parameters, in byte order but the lead first; none if the section is taken away.
    Section(&'static str, Option<Vec<(String, String)>>),
    /// Rules, or other objects with ids.
    Items(Vec<Given>),
    /// Anything else, as a whole.
    Whole(String),
}

/// One of a list.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) id: Option<String>,
    pub(super) json: String,
    /// Its place in the list of its layer.
    pub(super) place: usize,
}

/// Reads a layer; the sink's findings have their places in its document.
pub(super) fn layer(raw: &RawValue, sink: &Sink) -> Option<Layer> {
    let path = Path::ROOT;
    let mut fields = Fields::of(raw, &path, sink)?;
    let name = fields.required_string("layer");
    if name.as_deref() == Some("") {
        sink.add(Code::InvalidValue, &path.key("layer"), "expected the name of the layer, found an empty text");
    }
    check_format(&mut fields, sink, FORMAT);
    let (id, version) = (fields.string("id"), fields.string("version"));
    let given = fields.raw("set").map(|raw| set(raw, &path.key("set"), sink, false));
    let base_path = path.key("ready_made");
    if given.is_some() && fields.has("ready_made") {
        sink.add(Code::InvalidValue, &base_path, "what is set beside a ready-made policy is another layer");
    }
    let base = fields.string("ready_made").and_then(|name| base(&name, &base_path, sink)).unwrap_or_default();
    let locks_path = path.key("locks");
    let locks = fields.list("locks").unwrap_or_default().into_iter().enumerate();
    let locks = locks.filter_map(|(at, raw)| Some((at, locks::lock(raw, &locks_path.index(at), sink)?))).collect();
    extra(&mut fields, sink);
    fields.finish();
    let set = given.unwrap_or(base.set);
    Some(Layer { name: name.unwrap_or_default(), id: id.or(base.id), version: version.or(base.version), set, locks })
}

/// A ready-made policy as what a layer sets.
fn base(name: &str, path: &Path<'_>, sink: &Sink) -> Option<Layer> {
    let raw = sink.ok(ready_made(name).and_then(|json| document(json.as_bytes())), path)?;
    let mut fields = Fields::of(raw, path, sink)?;
    let (id, version) = (fields.string("id"), fields.string("version"));
    Some(Layer { id, version, set: set(raw, path, sink, true), ..Layer::default() })
}

/// What is set, in a layer or by a whole policy.
fn set(raw: &RawValue, path: &Path<'_>, sink: &Sink, is_policy: bool) -> Vec<(String, Setting)> {
    let Kind::Object = kind(raw) else {
        sink.add(Code::InvalidValue, path, "expected an object");
        return Vec::new();
    };
    let members = sink.ok(members(raw, path), path).unwrap_or_default();
    let mut set = Vec::new();
    for (key, raw) in members {
        let path = path.key(&key);
        let setting = match SECTIONS.into_iter().find(|section| *section == key) {
            Some(section) => {
                parameters(section, raw, &path, sink).map(|parameters| Setting::Section(section, parameters))
            }
            None if OTHERS.contains(&key.as_ref()) => other(&key, raw, &path, sink),
            // the layer has its own
            None if is_policy && matches!(key.as_ref(), "format" | "id" | "version") => None,
            // no policy has it, or it is the layer's own, or follows from the layers
            None => {
                unknown(&key, &path, sink);
                None
            }
        };
        set.extend(setting.map(|setting| (key.into_owned(), setting)));
    }
    // in an order that does not depend on that of the document
    let rank = |key: &str| SECTIONS.iter().position(|section| *section == key).unwrap_or(SECTIONS.len());
    sorting::sort_by(&mut set, |(one, _), (other, _)| (rank(one), one).cmp(&(rank(other), other)));
    set
}

fn unknown(key: &str, path: &Path<'_>, sink: &Sink) {
    sink.add(Code::UnknownField, path, format!("the field {} is not known here", quote(key)));
}

/// The parameters of a section; of null none.
#[expect(clippy::option_option, reason = "a section that cannot be read is another thing than one that is taken away")]
fn parameters(section: &str, raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Option<Option<Vec<(String, String)>>> {
    if let Kind::Null = kind(raw) {
        return Some(None);
    }
    let Kind::Object = kind(raw) else {
        sink.add(Code::InvalidValue, path, "expected an object");
        return None;
    };
    let mut parameters = Vec::new();
    for (key, raw) in sink.ok(members(raw, path), path)? {
        if !PARAMETERS.iter().any(|known| known.section == section && known.key == key) {
            unknown(&key, &path.key(&key), sink);
            continue;
        }
        let json = sink.ok(canonical(raw, &path.key(&key)), path)?;
        parameters.push((key.into_owned(), json.get().to_owned()));
    }
    lead_first(section, &mut parameters, |(key, _)| key);
    Some(Some(parameters))
}

fn other(key: &str, raw: &RawValue, path: &Path<'_>, sink: &Sink) -> Option<Setting> {
    let whole = sink.ok(canonical(raw, path), path)?;
    let listed = match kind(&whole) {
        Kind::List => elements(&whole),
        _ => return Some(Setting::Whole(whole.get().to_owned())),
    };
    let items: Vec<Given> = listed
        .into_iter()
        .enumerate()
        .map(|(place, raw)| Given { id: id_of(raw).map(Cow::into_owned), json: raw.get().to_owned(), place })
        .collect();
    if key != "rules" && items.iter().any(|item| item.id.is_none()) {
        return Some(Setting::Whole(whole.get().to_owned()));
    }
    let id = |at: usize| items.get(at).map(|item| &item.id);
    let twice = sorting::repeated(items.len(), &|a, b| id(a).cmp(&id(b)));
    for (item, twice) in items.iter().zip(twice) {
        if let Some(id) = item.id.as_ref().filter(|_| twice) {
            sink.add(Code::DuplicateId, &path.index(item.place), format!("{} stands twice", quote(id)));
        }
    }
    Some(Setting::Items(items))
}

/// The id of an object of a list.
fn id_of(raw: &RawValue) -> Option<Cow<'_, str>> {
    let Kind::Object = kind(raw) else { return None };
    let members = members(raw, &Path::ROOT).ok()?;
    let (_, raw) = members.into_iter().find(|(key, _)| key == "id")?;
    text(raw).ok()
}
