//! Reading JSON level by level, collecting every finding with its place.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::error::{Code, Error, Finding, Report, Result, clip, quote};
use crate::instant::Instant;
use crate::sorting;
use crate::value::{Value, Weight};

/// A place in a document, printed as a JSON Pointer. Lives on the stack; costs nothing until printed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    step: Step<'p>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'p> {
    Root,
    Key(&'p str),
    Index(usize),
}

impl<'p> Path<'p> {
    pub(crate) const ROOT: Path<'static> = Path { parent: None, step: Step::Root };

    pub(crate) fn key(&'p self, key: &'p str) -> Path<'p> {
        Path { parent: Some(self), step: Step::Key(key) }
    }

    pub(crate) fn index(&'p self, index: usize) -> Path<'p> {
        Path { parent: Some(self), step: Step::Index(index) }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Key(key) => write!(f, "/{}", step(&clip(key))),
            Step::Index(index) => write!(f, "/{index}"),
        }
    }
}

/// A name as a JSON Pointer has it (RFC 6901).
pub(crate) fn step(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// What a raw value is.
pub(crate) enum Kind<'a> {
    Null,
    Bool(bool),
    Number(&'a str),
    Text(Cow<'a, str>),
    List,
    Object,
}

impl Kind<'_> {
    fn name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

/// Looks at a value. Raw values are valid JSON, so the first byte tells the kind.
pub(crate) fn kind(raw: &RawValue) -> Kind<'_> {
    let text = raw.get();
    match text.as_bytes().first() {
        Some(b'{') => Kind::Object,
        Some(b'[') => Kind::List,
        Some(b'"') => Kind::Text(serde_json::from_str::<Str<'_>>(text).map_or(Cow::Borrowed(""), |s| s.0)),
        Some(b't') => Kind::Bool(true),
        Some(b'f') => Kind::Bool(false),
        Some(b'n') => Kind::Null,
        _ => Kind::Number(text),
    }
}

/// A string that borrows from the document where it has no escapes.
struct Str<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Str<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Texts;
        impl<'de> Visitor<'de> for Texts {
            type Value = Str<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> std::result::Result<Str<'de>, E> {
                Ok(Str(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> std::result::Result<Str<'de>, E> {
                Ok(Str(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Texts)
    }
}

/// A field of an object: its name and its value.
pub(crate) type Member<'a> = (Cow<'a, str>, &'a RawValue);

struct Members<'a>(Vec<Member<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Objects;
        impl<'de> Visitor<'de> for Objects {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(Str(key)) = map.next_key()? {
                    members.push((key, map.next_value::<&'de RawValue>()?));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Objects)
    }
}

struct Elements<'a>(Vec<&'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Elements<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Lists;
        impl<'de> Visitor<'de> for Lists {
            type Value = Elements<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> std::result::Result<Elements<'de>, A::Error> {
                let mut elements = Vec::new();
                while let Some(element) = seq.next_element()? {
                    elements.push(element);
                }
                Ok(Elements(elements))
            }
        }
        deserializer.deserialize_seq(Lists)
    }
}

/// The whole text as one JSON value.
///
/// # Errors
/// `invalid-json` with line and column.
pub(crate) fn document(bytes: &[u8]) -> Result<&RawValue> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        Finding::new(Code::InvalidJson, "", format!("byte {} is not UTF-8", error.valid_up_to()))
            .with_number("byte", i64::try_from(error.valid_up_to()).unwrap_or(i64::MAX))
    })?;
    if let Some(at) = lone_surrogate(bytes) {
        let message = format!("byte {at} is half of a character: an unpaired surrogate");
        let finding = Finding::new(Code::InvalidJson, "", message);
        return Err(finding.with_number("byte", i64::try_from(at).unwrap_or(i64::MAX)).into());
    }
    serde_json::from_str(text).map_err(|error| {
        Finding::new(Code::InvalidJson, "", format!("not JSON: {error}"))
            .with_number("line", i64::try_from(error.line()).unwrap_or(i64::MAX))
            .with_number("column", i64::try_from(error.column()).unwrap_or(i64::MAX))
            .into()
    })
}

/// Where an escape stands for half of a character. JSON's grammar allows it, but it is no text.
fn lone_surrogate(bytes: &[u8]) -> Option<usize> {
    let unit = |at: usize| {
        let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let mut at = 0;
    while let Some(next) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'\\')) {
        at += next;
        match unit(at) {
            Some(0xd800..=0xdbff) if matches!(unit(at + 6), Some(0xdc00..=0xdfff)) => at += 12,
            Some(0xd800..=0xdfff) => return Some(at),
            Some(_) => at += 6,
            None => at += 2,
        }
    }
    None
}

/// The members of an object, in the order of the document.
///
/// # Errors
/// `invalid-json` if a key stands twice: readers disagree about which one counts.
pub(crate) fn members<'a>(raw: &'a RawValue, path: &Path<'_>) -> Result<Vec<Member<'a>>> {
    let Members(members) = serde_json::from_str(raw.get())
        .map_err(|error| Error::new(Code::InvalidJson, path.to_string(), error.to_string()))?;
    match twice(&members) {
        Some(key) => Err(Error::new(
            Code::InvalidJson,
            path.key(key).to_string(),
            format!("the key {} stands twice in one object", quote(key)),
        )),
        None => Ok(members),
    }
}

/// The least key that stands twice.
fn twice<'m>(members: &'m [Member<'_>]) -> Option<&'m str> {
    let mut keys: Vec<&str> = members.iter().map(|(key, _)| key.as_ref()).collect();
    // objects are small, mostly, and keys of different lengths are told apart at once: then looking is quicker than sorting
    if keys.len() <= 32 {
        let again = keys.iter().enumerate().filter(|(at, key)| keys.iter().take(*at).any(|before| before == *key));
        return again.map(|(_, key)| *key).min();
    }
    sorting::sort(&mut keys);
    keys.iter().zip(keys.iter().skip(1)).find(|(a, b)| a == b).map(|(key, _)| *key)
}

/// The elements of a list; empty for anything else.
pub(crate) fn elements(raw: &RawValue) -> Vec<&RawValue> {
    serde_json::from_str(raw.get()).map_or_else(|_| Vec::new(), |Elements(elements)| elements)
}

/// Collects findings while a document is read.
#[derive(Debug, Default)]
pub(crate) struct Sink(RefCell<Report>);

impl Sink {
    pub(crate) fn push(&self, finding: Finding) {
        self.0.borrow_mut().push(finding);
    }

    pub(crate) fn add(&self, code: Code, path: &Path<'_>, message: impl Into<String>) {
        self.push(Finding::new(code, path.to_string(), message));
    }

    /// Takes an error's findings; a finding without a place gets this one.
    pub(crate) fn take(&self, error: &Error, path: &Path<'_>) {
        for finding in error.findings() {
            let mut finding = finding.clone();
            if finding.path.is_empty() {
                finding.path = path.to_string();
            }
            self.push(finding);
        }
    }

    /// The value of a result; an error's findings go into the sink.
    pub(crate) fn ok<T>(&self, result: Result<T>, path: &Path<'_>) -> Option<T> {
        result.map_err(|error| self.take(&error, path)).ok()
    }

    /// Reports every name that stood before; names come with their places.
    pub(crate) fn twice(&self, what: &'static str, names: &[(String, String)]) {
        let name = |at: usize| names.get(at).map(|(_, name)| name);
        let twice = sorting::repeated(names.len(), &|a, b| name(a).cmp(&name(b)));
        for ((path, name), _) in names.iter().zip(twice).filter(|(_, twice)| *twice) {
            let message = format!("the {what} {} stands twice", quote(name));
            self.push(Finding::new(Code::DuplicateId, path, message).with(what, name));
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.0.borrow().len()
    }

    pub(crate) fn into_report(self) -> Report {
        self.0.into_inner()
    }
}

/// The fields of one object, taken one by one; what is left at the end is unknown.
pub(crate) struct Fields<'a, 'p> {
    pub(crate) path: &'p Path<'p>,
    sink: &'p Sink,
    members: Vec<Member<'a>>,
}

impl<'a, 'p> Fields<'a, 'p> {
    /// The fields of an object; anything else is a finding.
    pub(crate) fn of(raw: &'a RawValue, path: &'p Path<'p>, sink: &'p Sink) -> Option<Self> {
        match kind(raw) {
            Kind::Object => {
                let members = sink.ok(members(raw, path), path)?;
                Some(Self { path, sink, members })
            }
            other => {
                sink.add(Code::InvalidValue, path, format!("expected an object, found {}", other.name()));
                None
            }
        }
    }

    /// True if the field is there and not null.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.members.iter().any(|(key, raw)| key == name && raw.get() != "null")
    }

    /// Takes a field out. Null is absent.
    pub(crate) fn raw(&mut self, name: &str) -> Option<&'a RawValue> {
        let at = self.members.iter().position(|(key, _)| key == name)?;
        let (_, raw) = self.members.remove(at);
        (raw.get() != "null").then_some(raw)
    }

    /// A required field; its absence is a finding.
    pub(crate) fn required(&mut self, name: &str) -> Option<&'a RawValue> {
        let raw = self.raw(name);
        if raw.is_none() {
            self.missing(name);
        }
        raw
    }

    pub(crate) fn missing(&self, name: &str) {
        self.sink.add(Code::MissingField, self.path, format!("the field {} is missing", quote(name)));
    }

    /// A field read by `parse`, whose error gets the field's place.
    pub(crate) fn read<T>(&mut self, name: &str, parse: impl FnOnce(&'a RawValue) -> Result<T>) -> Option<T> {
        let raw = self.raw(name)?;
        self.sink.ok(parse(raw), &self.path.key(name))
    }

    pub(crate) fn text(&mut self, name: &str) -> Option<Cow<'a, str>> {
        self.read(name, text)
    }

    pub(crate) fn string(&mut self, name: &str) -> Option<String> {
        self.text(name).map(Cow::into_owned)
    }

    pub(crate) fn required_string(&mut self, name: &str) -> Option<String> {
        let raw = self.required(name)?;
        self.sink.ok(text(raw), &self.path.key(name)).map(Cow::into_owned)
    }

    pub(crate) fn value(&mut self, name: &str) -> Option<Value> {
        self.read(name, value)
    }

    pub(crate) fn weight(&mut self, name: &str) -> Option<Weight> {
        self.read(name, |raw| value(raw).and_then(Weight::new))
    }

    pub(crate) fn bool(&mut self, name: &str) -> Option<bool> {
        self.read(name, |raw| match kind(raw) {
            Kind::Bool(bool) => Ok(bool),
            other => Err(expected("true or false", &other)),
        })
    }

    pub(crate) fn instant(&mut self, name: &str) -> Option<Instant> {
        self.read(name, |raw| Instant::parse(&text(raw)?))
    }

    /// A whole number within bounds; anything else is `parameter-out-of-range`.
    pub(crate) fn whole(&mut self, name: &str, least: u32, most: u32) -> Option<u32> {
        self.read(name, |raw| whole(raw, least, most))
    }

    /// One of the words; `parse` gives the choice.
    pub(crate) fn word<T: Copy>(&mut self, name: &str, words: &[(&'static str, T)]) -> Option<T> {
        self.read(name, |raw| word(raw, words))
    }

    /// The elements of a list, or nothing if the field is absent.
    pub(crate) fn list(&mut self, name: &str) -> Option<Vec<&'a RawValue>> {
        self.read(name, |raw| match kind(raw) {
            Kind::List => Ok(elements(raw)),
            other => Err(expected("a list", &other)),
        })
    }

    pub(crate) fn texts(&mut self, name: &str) -> Option<Vec<String>> {
        let list = self.list(name)?;
        let path = self.path.key(name);
        let texts = list.into_iter().enumerate();
        Some(texts.filter_map(|(at, raw)| self.sink.ok(text(raw), &path.index(at)).map(Cow::into_owned)).collect())
    }

    /// Takes what nobody took so far.
    pub(crate) fn take_rest(&mut self) -> Vec<Member<'a>> {
        std::mem::take(&mut self.members)
    }

    /// What nobody took: unknown to the format.
    pub(crate) fn rest(self) -> Vec<Member<'a>> {
        self.members
    }

    /// Reports what nobody took.
    pub(crate) fn finish(self) {
        for (key, _) in &self.members {
            self.sink.add(
                Code::UnknownField,
                &self.path.key(key),
                format!("the field {} is not known here", quote(key)),
            );
        }
    }
}

fn expected(what: &str, found: &Kind<'_>) -> Error {
    Error::new(Code::InvalidValue, "", format!("expected {what}, found {}", found.name()))
}

pub(crate) fn text(raw: &RawValue) -> Result<Cow<'_, str>> {
    match kind(raw) {
        Kind::Text(text) => Ok(text),
        other => Err(expected("a text", &other)),
    }
}

pub(crate) fn value(raw: &RawValue) -> Result<Value> {
    match kind(raw) {
        Kind::Number(text) => text.parse(),
        other => Err(expected("a number", &other)),
    }
}

pub(crate) fn whole(raw: &RawValue, least: u32, most: u32) -> Result<u32> {
    let Kind::Number(text) = kind(raw) else { return Err(expected("a whole number", &kind(raw))) };
    let units = plain(text).parse::<u32>().ok();
    units.filter(|units| (least..=most).contains(units)).ok_or_else(|| {
        let message = format!("{} is not a whole number from {least} to {most}", quote(text));
        Error::new(Code::ParameterOutOfRange, "", message)
    })
}

/// The longest number that is written out without an exponent, in digits.
const PLAIN: i64 = 40;

/// A JSON number in one form: no exponent where that stays short, no trailing zeros, no negative zero.
pub(crate) fn plain(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{decimals}");
    let significant = all.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return "0".to_owned();
    }
    let length = |text: &str| i64::try_from(text.len()).unwrap_or(i64::MAX / 4);
    let exponent =
        exponent.trim_start_matches('+').parse::<i64>().unwrap_or(i64::MAX / 4).clamp(-i64::MAX / 4, i64::MAX / 4);
    // where the point stands, counted from the first significant digit
    let leading = length(&all) - length(all.trim_start_matches('0'));
    let point = length(whole) - leading + exponent;
    if point.abs() > PLAIN {
        return format!("{sign}{significant}e{}", point - length(significant));
    }
    let zeros = |n: i64| "0".repeat(usize::try_from(n).unwrap_or_default());
    let split = usize::try_from(point).unwrap_or_default();
    match (point <= 0, significant.get(split..).filter(|rest| !rest.is_empty())) {
        (true, _) => format!("{sign}0.{}{significant}", zeros(-point)),
        (_, Some(rest)) => format!("{sign}{}.{rest}", significant.get(..split).unwrap_or_default()),
        (_, None) => format!("{sign}{significant}{}", zeros(point - length(significant))),
    }
}

pub(crate) fn word<T: Copy>(raw: &RawValue, words: &[(&'static str, T)]) -> Result<T> {
    let found = text(raw)?;
    words.iter().find(|(word, _)| *word == found).map(|(_, choice)| *choice).ok_or_else(|| {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        Error::new(Code::InvalidValue, "", format!("{} is not one of {}", quote(&found), known.join(", ")))
    })
}

/// The word of a choice, for writing.
pub(crate) fn word_of<T: Copy + PartialEq>(choice: T, words: &[(&'static str, T)]) -> &'static str {
    words.iter().find(|(_, known)| *known == choice).map_or("", |(word, _)| *word)
}
