//! Layers: a policy put together from what a platform, a tenant, a school, a course say, with locks on what those below may
//! change.

mod compose;
mod locks;
mod parameters;
mod read;
mod rules;
mod section;
mod stack;

use super::Policy;
use crate::error::{Code, Error, Finding, Report, Result, quote};
use crate::json::read::{Sink, document};
use crate::json::write::Writer;
use crate::limits;
use read::Layer;
use stack::{Listed, Stack, pointer, top_pointer};

/// A policy that was put together from layers, what each layer said, and what was refused.
#[derive(Clone, Debug)]
pub struct LayeredPolicy {
    policy: Policy,
    trace: Vec<Traced>,
    refused: Vec<Refused>,
}

/// What the layers said about one parameter, and what holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Traced {
    /// A JSON Pointer into the policy, such as `/scale/proficient` or, for a rule with an id, `/rules/core`.
    pub parameter: String,
    /// What holds, as canonical JSON; `null` if there is nothing.
    pub value: String,
    /// Those that said something, the highest first.
    pub layers: Vec<TracedLayer>,
}

/// What one layer said about a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TracedLayer {
    /// The name of the layer.
    pub layer: String,
    /// What it said, as canonical JSON; `null` if it took away what those above had said.
    pub value: String,
    /// The layer whose lock refused it.
    pub refused_by: Option<String>,
}

/// Something that a layer said and a lock above it refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// A JSON Pointer, such as `/scale/proficient`, or `/rules/core/scale/proficient`; a rule without an id has its place in the
    /// layer's list.
    pub parameter: String,
    /// The name of the layer that said it.
    pub layer: String,
    /// What it said, as canonical JSON; in a rule with the defaults of its section.
    pub value: String,
    /// The name of the highest layer whose lock does not let it through.
    pub lock: String,
    /// The reason that the lock gives.
    pub reason: Option<String>,
}

impl Traced {
    fn write(&self, w: &mut Writer) {
        w.open('{');
        w.key("parameter").text(&self.parameter);
        w.key("value").raw(&self.value);
        w.list("layers", &self.layers, |w, layer| {
            w.key("layer").text(&layer.layer);
            w.key("value").raw(&layer.value);
            w.optional("refused_by", layer.refused_by.as_deref());
        });
        w.close('}');
    }
}

impl Refused {
    fn write(&self, w: &mut Writer) {
        w.open('{');
        w.key("parameter").text(&self.parameter);
        w.key("layer").text(&self.layer);
        w.key("value").raw(&self.value);
        w.key("lock").text(&self.lock);
        w.optional("reason", self.reason.as_deref());
        w.close('}');
    }
}

fn list<T>(items: &[T], write: impl Fn(&T, &mut Writer)) -> String {
    let mut w = Writer::new();
    w.open('[');
    for item in items {
        write(item, w.item());
    }
    w.close(']');
    w.finish()
}

impl LayeredPolicy {
    /// The policy that holds.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The policy, without the rest.
    pub fn into_policy(self) -> Policy {
        self.policy
    }

    /// What the layers said about each parameter, in the byte order of the parameters.
    pub fn trace(&self) -> &[Traced] {
        &self.trace
    }

    /// What locks refused, from the highest layer to the lowest. In place of it what the layers above say holds.
    pub fn refused(&self) -> &[Refused] {
        &self.refused
    }

    /// Canonical JSON: a list of `{"parameter", "value", "layers": [{"layer", "value", "refused_by"?}]}`.
    pub fn trace_json(&self) -> String {
        list(&self.trace, Traced::write)
    }

    /// Canonical JSON: a list of `{"parameter", "layer", "value", "lock", "reason"?}`.
    pub fn refused_json(&self) -> String {
        list(&self.refused, Refused::write)
    }
}

impl Policy {
    /// Puts a policy together from layers (`lrm-policy-layer/1`), the highest first: those of a platform, a tenant, a school, a
    /// course, a learner.
    ///
    /// A layer is `{"format"?, "layer": its name, "id"?, "version"?, "set"?: a part of a policy, "locks"?: [{"parameter": JSON
    /// Pointer of a parameter or a section, "min"?, "max"?, "allowed"?: [values], "reason"?}], "extra"?}`; in the place of `set`
    /// may stand `"ready_made"`, the name of a ready-made policy, which is then what the layer sets. Where several layers set
    /// a parameter, which is a key of a section with all that stands below it, the lowest holds; null takes it away. A layer that
    /// names the method of `estimate` replaces that section. Rules come after those of the layers above, and one with the id of
    /// another takes its place; so do other objects with ids, where they stand. The id and the version are those of the lowest
    /// layer that has one.
    ///
    /// What a lock of a layer does not let through is refused to the layers below it, and what those above say holds instead; a
    /// lock without bounds lets no change through. A method is refused, with the parameters that come along, if something locked
    /// would be gone with the one before, or if what it needs is refused and nothing stands above; so are the digits of
    /// `rounding`. A section of a rule in which a parameter is outside of a lock, its defaults included, is refused, too.
    ///
    /// ```
    /// use lrm_core::Policy;
    /// let layered = Policy::from_layers([
    ///     r#"{"layer": "platform", "set": {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}}}"#,
    ///     r#"{"layer": "district", "locks": [{"parameter": "/scale/proficient", "min": 3}]}"#,
    ///     r#"{"layer": "school", "set": {"scale": {"proficient": 2}}}"#,
    ///     r#"{"layer": "course", "set": {"scale": {"proficient": 4}}}"#,
    /// ])?;
    /// assert_eq!(layered.policy().scale().proficient().to_string(), "4");
    /// assert_eq!(
    ///     layered.refused_json(),
    ///     r#"[{"parameter":"/scale/proficient","layer":"school","value":2,"lock":"district"}]"#
    /// );
    /// # Ok::<(), lrm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// All findings of the first step at which there are some, with the `layer` and the number of the `document` in their
    /// contexts and their places in its document: of reading the layers those of a document, `duplicate-id` for a name that two
    /// layers have, `unknown-field` for a value of, or a lock on, what no policy has, and `limit-exceeded`; `contradiction` for a lock that leaves
    /// nothing, `locked` for one that what holds there is outside of; what is wrong with the policy that comes out, see
    /// [`Policy::from_json`].
    ///
    /// # Complexity
    /// O(n log n) in what the layers say, times the locks on each parameter.
    pub fn from_layers(documents: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Result<LayeredPolicy> {
        let layers = read_layers(documents)?;
        let mut stack = Stack::default();
        for (at, layer) in layers.iter().enumerate() {
            stack.lay(&layers, at).map_err(|error| Error::from_findings(placed(error.findings(), at, &layer.name)))?;
        }
        let policy = compose::policy(&stack, &layers)?;
        Ok(LayeredPolicy { policy, trace: trace(&stack, &layers), refused: stack.refused })
    }
}

/// Findings with the layer where they are.
fn placed(findings: &[Finding], at: usize, name: &str) -> Vec<Finding> {
    let number = i64::try_from(at).unwrap_or(i64::MAX);
    let place = |finding: &Finding| {
        let named = if name.is_empty() { finding.clone() } else { finding.clone().with("layer", name) };
        named.with_number("document", number)
    };
    findings.iter().map(place).collect()
}

fn read_layers(documents: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Result<Vec<Layer>> {
    let (mut layers, mut report, mut locks) = (Vec::<Layer>::new(), Report::default(), 0);
    for (at, json) in documents.into_iter().enumerate() {
        if at >= limits::LAYERS {
            let message = format!("more than {} layers", limits::LAYERS);
            return Err(Error::new(Code::LimitExceeded, "", message));
        }
        let sink = Sink::default();
        let layer = document(json.as_ref()).map(|raw| read::layer(raw, &sink));
        let layer = sink.ok(layer, &crate::json::read::Path::ROOT).flatten().unwrap_or_default();
        if !layer.name.is_empty() && layers.iter().any(|other| other.name == layer.name) {
            let message = format!("the layer {} stands twice", quote(&layer.name));
            sink.push(Finding::new(Code::DuplicateId, "/layer", message));
        }
        locks += layer.locks.len();
        if locks > limits::LOCKS {
            sink.push(Finding::new(Code::LimitExceeded, "/locks", format!("more than {} locks", limits::LOCKS)));
        }
        for finding in placed(sink.into_report().findings(), at, &layer.name) {
            report.push(finding);
        }
        layers.push(layer);
    }
    report.into_result()?;
    Ok(layers)
}

fn trace(stack: &Stack, layers: &[Layer]) -> Vec<Traced> {
    let name = |at: usize| layers.get(at).map(|layer| layer.name.clone()).unwrap_or_default();
    let traced = stack.said.iter().map(|(parameter, said)| {
        let said = said.iter().map(|said| TracedLayer {
            layer: name(said.layer),
            value: said.json.clone(),
            refused_by: said.refused_by.map(name),
        });
        Traced { parameter: parameter.clone(), value: compose::value(stack, parameter), layers: said.collect() }
    });
    traced.collect()
}

/// The pointers of what the layers set, and the layer that did.
fn origins(stack: &Stack) -> impl Iterator<Item = (String, usize)> {
    let parameters = stack.held.iter().map(|((section, key), held)| (pointer(section, key), held.layer));
    let with_id = |rule: &Listed| Some((pointer("rules", rule.given.id.as_ref()?), rule.layer));
    let named = stack.rules.items().filter_map(with_id);
    // the others by their places, after them, so that an id that looks like a place has its name
    let unnamed = stack.rules.items().enumerate().filter(|(_, rule)| rule.given.id.is_none());
    let rules = named.chain(unnamed.map(|(at, rule)| (pointer("rules", &at.to_string()), rule.layer)));
    let lists = stack.lists.iter().flat_map(|(top, list)| {
        list.items().map(move |item| (pointer(top, item.given.id.as_deref().unwrap_or_default()), item.layer))
    });
    let wholes = stack.wholes.iter().map(|(top, held)| (top_pointer(top), held.layer));
    parameters.chain(rules).chain(lists).chain(wholes)
}

#[cfg(test)]
mod tests;
