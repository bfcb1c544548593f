//! Writing requirement trees as canonical JSON. A policy keeps its requirements as they were written; these are spelled out.

use super::{Asks, EvidenceTest, Selector, Test, Threshold, Tree, Which};
use crate::json::write::Writer;
use crate::policy::write::{write_match, write_minima};

pub(crate) fn write_requirement(w: &mut Writer, tree: &Tree) {
    requirement(w, tree, 0);
}

/// Writes a requirement with what stands below it; gives the place of what comes after.
fn requirement(w: &mut Writer, tree: &Tree, place: usize) -> usize {
    let Some(this) = tree.list().get(place) else { return place + 1 };
    let mut next = place + 1;
    let wrapped = matches!(tree.above(place), Some(Threshold::Points(_)));
    w.open('{');
    if wrapped {
        w.key("points").raw(&this.worth.value().to_string());
        w.optional_raw("required", this.required.then_some(true));
        w.key("of").open('{');
    }
    match &this.asks {
        Asks::Group(threshold, selector) => {
            let least = match threshold {
                Threshold::All | Threshold::Any => None,
                Threshold::AtLeast(n) | Threshold::Percent(n) => Some(n.to_string()),
                Threshold::Points(points) => Some(points.value().to_string()),
            };
            w.optional_raw(threshold.operator(), least);
            w.key(threshold.members());
            if let Some(selector) = selector {
                write_selector(w, selector);
            } else {
                w.open('[');
                while tree.list().get(next).is_some_and(|member| member.group as usize == place) {
                    next = requirement(w.item(), tree, next);
                }
                w.close(']');
            }
        }
        asks => write_asked(w, asks),
    }
    if wrapped {
        w.close('}');
    }
    w.optional("until", this.until.map(|until| until.to_string()).as_deref());
    w.close('}');
    next
}

fn write_selector(w: &mut Writer, selector: &Selector) {
    w.open('{');
    write_match(w, &selector.matches);
    w.optional_raw("leaves", (selector.which == Which::Leaves).then_some(true));
    w.optional_raw("children", (selector.which == Which::Children).then_some(true));
    w.close('}');
    if selector.each != Test::Met {
        w.key("each").open('{');
        write_test(w, &selector.each);
        w.close('}');
    }
}

/// Writes what a condition asks for, as members of an object.
pub(crate) fn write_asked(w: &mut Writer, asks: &Asks) {
    match asks {
        Asks::Group(..) => {}
        Asks::Competency(id, test) => {
            w.key("competency").text(id);
            write_test(w, test);
        }
        Asks::Credential(name) => {
            w.key("credential").text(name);
        }
        Asks::NotBefore(at) => {
            w.key("not_before").text(&at.to_string());
        }
    }
}

fn write_test(w: &mut Writer, test: &Test) {
    match test {
        Test::Met => {}
        Test::Level(level) => {
            w.key("level").text(level);
        }
        Test::Value(value) => {
            w.optional_raw("value", Some(value));
        }
        Test::Below(value) => {
            w.optional_raw("below", Some(value));
        }
        Test::Evidence(test) => write_evidence_test(w, test),
    }
}

fn write_evidence_test(w: &mut Writer, test: &EvidenceTest) {
    w.key("evidence").open('{');
    write_minima(w, test.minima());
    if let Some(kinds) = &test.kinds {
        w.key("kinds").open('[');
        for kind in kinds {
            w.item().text(kind.as_str());
        }
        w.close(']');
    }
    w.optional("level", test.level.as_deref());
    w.optional_raw("value", test.value);
    w.close('}');
}
