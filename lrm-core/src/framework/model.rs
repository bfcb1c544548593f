//! The nouns of a framework: competency, association, rubric.

use serde_json::value::RawValue;

use crate::sorting::{self, Table};
use crate::value::Weight;

/// Fields beyond the format, kept as canonical JSON and written back. Most things have none, and then it is a single word.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extra(Option<Box<Table<String, Box<RawValue>>>>);

impl PartialEq for Extra {
    fn eq(&self, other: &Self) -> bool {
        let texts = |extra: &Self| -> Vec<(String, String)> {
            extra.fields().map(|(key, raw)| (key.to_owned(), raw.to_owned())).collect()
        };
        texts(self) == texts(other)
    }
}

impl Eq for Extra {}

impl Extra {
    /// These fields.
    pub(crate) fn of(fields: Table<String, Box<RawValue>>) -> Self {
        Self((!fields.entries().is_empty()).then(|| Box::new(fields)))
    }

    /// Keeps a field; true if there was one of that name, which is gone.
    pub(crate) fn insert(&mut self, name: String, raw: Box<RawValue>) -> bool {
        self.0.get_or_insert_default().insert(name, raw).is_some()
    }

    /// Keeps more fields, at once and so in time, however many; gives the names that there were already. The last of a name
    /// stays.
    pub(crate) fn merge(&mut self, fields: Vec<(String, Box<RawValue>)>) -> Vec<String> {
        let mut all = self.0.take().map_or_else(Vec::new, |known| known.into_entries());
        let known = all.len();
        all.extend(fields);
        let name = |at: usize| all.get(at).map(|(name, _)| name);
        let repeated = sorting::repeated(all.len(), &|a, b| name(a).cmp(&name(b)));
        let twice = all.iter().zip(repeated).skip(known).filter(|(_, repeated)| *repeated);
        let twice = twice.map(|((name, _), _)| name.clone()).collect();
        *self = Self::of(all.into_iter().collect());
        twice
    }

    /// A kept field, as JSON.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.as_ref()?.get(name).map(|raw| raw.get())
    }

    /// All names and fields in the byte order of the names.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|fields| fields.entries()).map(|(name, raw)| (name.as_str(), raw.get()))
    }
}

/// Something that can be learnt (a CASE item).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Competency {
    /// An opaque id, compared by bytes.
    pub id: String,
    /// What the learner knows or can do, as written.
    pub statement: String,
    /// The code people use, such as `3.NF.A.1`; not a key.
    pub code: Option<String>,
    /// The kind of item, such as `Standard` or `Domain`: free text.
    pub kind: Option<String>,
    /// Free labels that policies can match.
    pub tags: Vec<String>,
    /// The weight in rules over leaves; 1 if left out.
    pub weight: Weight,
    pub(crate) extra: Extra,
}

impl Competency {
    /// A competency with the default weight and nothing else.
    pub fn new(id: impl Into<String>, statement: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            statement: statement.into(),
            code: None,
            kind: None,
            tags: Vec::new(),
            weight: Weight::ONE,
            extra: Extra::default(),
        }
    }

    /// A field that the format does not know, as JSON.
    pub fn extra(&self, name: &str) -> Option<&str> {
        self.extra.get(name)
    }
}

/// The kinds of association, with CASE's names and directions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum AssociationType {
    /// From the child to the parent: the hierarchy that results roll up.
    IsChildOf,
    /// From the prerequisite to the dependant.
    Precedes,
    /// Equivalent: from the derived to the source.
    ExactMatchOf,
    /// Side by side.
    IsPeerOf,
    /// Related in some way.
    IsRelatedTo,
    /// Included in meaning; does not roll up.
    IsPartOf,
    /// From the old to its successor.
    ReplacedBy,
    /// From the competency to an example.
    Exemplar,
    /// From the competency to a level of skill.
    HasSkillLevel,
    /// The target is a translation of the source.
    IsTranslationOf,
    /// An extension, `ext:…`.
    Ext(String),
}

impl AssociationType {
    pub(crate) const WORDS: [(&'static str, &'static str, Self); 10] = [
        ("is_child_of", "isChildOf", Self::IsChildOf),
        ("precedes", "precedes", Self::Precedes),
        ("exact_match_of", "exactMatchOf", Self::ExactMatchOf),
        ("is_peer_of", "isPeerOf", Self::IsPeerOf),
        ("is_related_to", "isRelatedTo", Self::IsRelatedTo),
        ("is_part_of", "isPartOf", Self::IsPartOf),
        ("replaced_by", "replacedBy", Self::ReplacedBy),
        ("exemplar", "exemplar", Self::Exemplar),
        ("has_skill_level", "hasSkillLevel", Self::HasSkillLevel),
        ("is_translation_of", "isTranslationOf", Self::IsTranslationOf),
    ];

    /// The name in native documents, such as `is_child_of`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Ext(name) => name,
            known => Self::WORDS.iter().find(|(_, _, kind)| kind == known).map_or("", |(word, _, _)| word),
        }
    }

    /// The type of a native name; none if it is neither known nor `ext:…`.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        let known = Self::WORDS.iter().find(|(native, _, _)| *native == word).map(|(_, _, kind)| kind.clone());
        known.or_else(|| word.strip_prefix("ext:").filter(|rest| !rest.is_empty()).map(|_| Self::Ext(word.to_owned())))
    }
}

/// How strictly a prerequisite holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strength {
    /// Must be met first; hard prerequisites have no cycles.
    #[default]
    Hard,
    /// Advised.
    Soft,
}

/// A typed edge between two competencies, or from a competency to something outside the framework.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Association {
    /// What the edge means.
    pub kind: AssociationType,
    /// The origin's id.
    pub from: String,
    /// The destination's id.
    pub to: String,
    /// The weight in `children_mean`; 1 if left out.
    pub weight: Weight,
    /// The place among siblings.
    pub sequence: Option<i64>,
    /// Of `precedes`: how strict.
    pub strength: Strength,
    /// Of `precedes`: the level that must be reached; the proficient one if left out.
    pub level: Option<String>,
    pub(crate) extra: Extra,
}

impl Association {
    /// An edge with default weight and nothing else.
    pub fn new(kind: AssociationType, from: impl Into<String>, to: impl Into<String>) -> Self {
        Self {
            kind,
            from: from.into(),
            to: to.into(),
            weight: Weight::ONE,
            sequence: None,
            strength: Strength::Hard,
            level: None,
            extra: Extra::default(),
        }
    }

    /// A field that the format does not know, as JSON.
    pub fn extra(&self, name: &str) -> Option<&str> {
        self.extra.get(name)
    }
}

/// A scoring guide: criteria, each about one competency.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rubric {
    /// The rubric's id.
    pub id: String,
    /// Its title.
    pub title: Option<String>,
    /// Its rows.
    pub criteria: Vec<Criterion>,
    pub(crate) extra: Extra,
}

impl Rubric {
    /// A field that the format does not know, as JSON.
    pub fn extra(&self, name: &str) -> Option<&str> {
        self.extra.get(name)
    }
}

/// One row of a rubric.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Criterion {
    /// The criterion's id, distinct in its rubric.
    pub id: String,
    /// The competency it judges.
    pub competency: Option<String>,
    /// The row's weight; 1 if left out.
    pub weight: Weight,
    /// What is judged.
    pub description: Option<String>,
    /// What each level looks like.
    pub levels: Vec<CriterionLevel>,
    pub(crate) extra: Extra,
}

impl Criterion {
    /// A field that the format does not know, as JSON.
    pub fn extra(&self, name: &str) -> Option<&str> {
        self.extra.get(name)
    }
}

/// What a level looks like in one row of a rubric.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CriterionLevel {
    /// The level's id in the scale, or the publisher's word for it.
    pub level: Option<String>,
    /// The points that the publisher gives it.
    pub score: Option<crate::value::Value>,
    /// What it looks like.
    pub description: Option<String>,
    pub(crate) extra: Extra,
}

impl CriterionLevel {
    /// A field that the format does not know, as JSON.
    pub fn extra(&self, name: &str) -> Option<&str> {
        self.extra.get(name)
    }
}
