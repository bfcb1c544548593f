//! The frontier: what a learner has learned, what comes next, and what stands in the way of the rest.

use super::needs::Needs;
use super::room::Room;
use super::root_causes::root_causes;
use crate::engine::{Engine, Options};
use crate::error::Result;
use crate::instant::Instant;
use crate::json::write::Writer;
use crate::log::{EventLog, WaiverTerms};
use crate::record::words;

words! {
    /// Where a learner stands with a competency, by what has to come before it.
    Readiness, _READINESS {
        /// Its status is `met`.
        Learned = "learned",
        /// Not learned, and nothing that has to come before it is missing: what can be learned next.
        Ready = "ready",
        /// Not learned, and something that has to come before it is missing.
        Blocked = "blocked",
    }
}

/// A prerequisite that a person does not ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Waiver {
    /// What is not asked for.
    pub prerequisite: String,
    /// The id of who decided so.
    pub by: String,
    /// Why.
    pub reason: String,
    /// The first instant at which it is asked for again; none: it never is.
    pub until: Option<Instant>,
}

/// How a learner stands with a competency.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Standing {
    /// The competency.
    pub competency: String,
    /// Learned, ready or blocked.
    pub state: Readiness,
    /// True for what was learned last: it is a hard prerequisite of nothing that is learned.
    pub recent: bool,
    /// Of what is not learned, the hard prerequisites that are neither satisfied nor waived, in byte order.
    pub missing: Vec<String>,
    /// Of what is not learned, the soft prerequisites that are not satisfied, in byte order.
    pub advised: Vec<String>,
    /// Of what is blocked, where to begin: what is missing on the way and lacks nothing itself, in byte order. It is ready, or
    /// learned but not to the level that is asked for.
    pub root_causes: Vec<String>,
    /// How many blocked competencies have this one among their root causes.
    pub unlocks: u32,
    /// How many blocked competencies would be ready at once if this one were satisfied.
    pub opens: u32,
    /// The waivers in force for hard prerequisites that are not satisfied, in the byte order of those, then of the waivers' ids.
    pub waived: Vec<Waiver>,
}

impl Standing {
    /// Canonical JSON: `{"competency", "state", "recent"?, "missing"?, "advised"?, "root_causes"?, "unlocks"?, "opens"?,
    /// "waived"?}`. What is empty, false or 0 is left out.
    pub fn to_json(&self) -> String {
        let mut w = Writer::new();
        self.write(&mut w);
        w.finish()
    }

    fn write(&self, w: &mut Writer) {
        w.open('{').key("competency").text(&self.competency);
        w.key("state").text(self.state.as_str());
        w.optional_raw("recent", self.recent.then_some(true));
        w.texts("missing", &self.missing).texts("advised", &self.advised).texts("root_causes", &self.root_causes);
        for (name, count) in [("unlocks", self.unlocks), ("opens", self.opens)] {
            w.optional_raw(name, Some(count).filter(|count| *count > 0));
        }
        if !self.waived.is_empty() {
            w.list("waived", &self.waived, |w, waiver| {
                w.key("prerequisite").text(&waiver.prerequisite);
                w.key("by").text(&waiver.by).key("reason").text(&waiver.reason);
                w.optional("until", waiver.until.map(|until| until.to_string()).as_deref());
            });
        }
        w.close('}');
    }
}

/// How a learner stands with every competency that applies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Frontier {
    /// In the order of the framework.
    pub standings: Vec<Standing>,
    /// Waivers in force that name what the framework does not have, and so have no effect: their ids (without one, the digest of
    /// the event) in byte order.
    pub unknown: Vec<String>,
}

impl Frontier {
    /// Canonical JSON: `{"standings": […], "unknown"?}`.
    pub fn to_json(&self) -> String {
        let mut w = Writer::new();
        w.open('{').key("standings").open('[');
        for standing in &self.standings {
            standing.write(w.item());
        }
        w.close(']').texts("unknown", &self.unknown).close('}');
        w.finish()
    }
}

impl Engine {
    /// What a learner has learned, what is ready to be learned next, and what is blocked by which root causes.
    ///
    /// What is learned is the state of knowledge, and the hard prerequisites (`precedes`) say what has to come before what: the
    /// ready competencies are the outer fringe of the state, the recent ones its inner fringe. A prerequisite is satisfied if it
    /// is `met`; if the association names a level, if it is `met` or `not_met` and that level is shown or a higher one. One that
    /// does not apply blocks nothing, nor does one that is `waived` at that time. Only a competency's own associations count, not
    /// those of what is above it.
    ///
    /// ```
    /// use lrm_core::{Engine, EventLog, Instant, Readiness};
    /// let engine = Engine::from_json(
    ///     r#"{"competencies": [{"id": "share", "statement": "Shares equally"}, {"id": "unit", "statement": "Unit fractions"},
    ///                         {"id": "compare", "statement": "Compares fractions"}, {"id": "add", "statement": "Adds fractions"}],
    ///         "associations": [{"type": "precedes", "from": "share", "to": "unit"}, {"type": "precedes", "from": "unit", "to": "compare"},
    ///                          {"type": "precedes", "from": "compare", "to": "add"}]}"#,
    ///     r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}}"#,
    /// )?;
    /// let log = EventLog::from_json(r#"[{"id": "e1", "competency": "share", "score": 3}]"#)?;
    /// let frontier = engine.frontier(&log, Instant::parse("2026-11-02T08:00:00Z")?)?;
    /// let states: Vec<Readiness> = frontier.standings.iter().map(|one| one.state).collect();
    /// assert_eq!(states, [Readiness::Learned, Readiness::Ready, Readiness::Blocked, Readiness::Blocked]);
    /// assert_eq!((frontier.standings[1].unlocks, frontier.standings[1].opens), (2, 1));
    /// assert_eq!(frontier.standings[3].root_causes, ["unit"]);
    /// # Ok::<(), lrm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Engine::evaluate`]; `closure-too-large` for more pairs of a blocked competency and a root cause, or of a prerequisite
    /// and a waiver of it, than [`limits::FRONTIER`](crate::limits::FRONTIER); `limit-exceeded` where the answer has more text than
    /// [`limits::ANSWER`](crate::limits::ANSWER).
    ///
    /// # Complexity
    /// One evaluation, O(n log n) in the associations and the events, and the pairs of what is blocked and its root causes.
    pub fn frontier(&self, log: &EventLog, as_of: Instant) -> Result<Frontier> {
        self.frontier_with(log, as_of, &Options::new())
    }

    /// The same with a scope or strictness.
    ///
    /// # Errors
    /// As [`Engine::evaluate_with`] and [`Engine::frontier`].
    pub fn frontier_with(&self, log: &EventLog, as_of: Instant, options: &Options) -> Result<Frontier> {
        let needs = Needs::of(self, log, as_of, options)?;
        let causes = root_causes(&needs)?;
        let counts = Counts::of(&needs, &causes);
        let all = needs.in_order().into_iter().filter(|node| needs.applies(*node));
        let mut room = Room::new("");
        let standings = all.map(|node| standing(node, &needs, &causes, &counts, &mut room)).collect::<Result<_>>()?;
        Ok(Frontier { standings, unknown: needs.unknown })
    }
}

/// What is counted over the dependants of each competency.
struct Counts {
    /// True if something that is learned has it as a hard prerequisite.
    built_upon: Vec<bool>,
    unlocks: Vec<u32>,
    opens: Vec<u32>,
}

impl Counts {
    fn of(needs: &Needs<'_>, causes: &[Vec<u32>]) -> Self {
        let len = needs.len();
        let mut counts = Self { built_upon: vec![false; len], unlocks: vec![0; len], opens: vec![0; len] };
        let one_more = |list: &mut [u32], node: u32| list.get_mut(node as usize).into_iter().for_each(|n| *n += 1);
        for (node, causes) in (0..).zip(causes) {
            if needs.is_learned(node) {
                for from in needs.hard.row(node) {
                    counts.built_upon.get_mut(*from as usize).into_iter().for_each(|is| *is = true);
                }
            }
            for cause in causes {
                one_more(&mut counts.unlocks, *cause);
            }
            if let ([only], true) = (needs.missing.row(node), needs.is_blocked(node)) {
                one_more(&mut counts.opens, *only);
            }
        }
        counts
    }
}

fn standing(node: u32, needs: &Needs<'_>, causes: &[Vec<u32>], counts: &Counts, room: &mut Room) -> Result<Standing> {
    let count = |list: &[u32]| list.get(node as usize).copied().unwrap_or_default();
    let state = match needs.is_learned(node) {
        true => Readiness::Learned,
        false if needs.is_blocked(node) => Readiness::Blocked,
        false => Readiness::Ready,
    };
    let causes = causes.get(node as usize).map_or(&[][..], Vec::as_slice);
    let (missing, advised) = (needs.missing.row(node), needs.advised.row(node));
    Ok(Standing {
        competency: room.text(needs.id(node))?,
        state,
        recent: state == Readiness::Learned && counts.built_upon.get(node as usize) == Some(&false),
        missing: needs.ids(missing, room)?,
        advised: needs.ids(advised, room)?,
        root_causes: needs.ids(causes, room)?,
        unlocks: count(&counts.unlocks),
        opens: count(&counts.opens),
        waived: needs.waivers_of(node).map(|(of, terms)| waiver(needs.id(of), terms, room)).collect::<Result<_>>()?,
    })
}

fn waiver(prerequisite: &str, terms: &WaiverTerms, room: &mut Room) -> Result<Waiver> {
    Ok(Waiver {
        prerequisite: room.text(prerequisite)?,
        by: room.text(&terms.by)?,
        reason: room.text(&terms.reason)?,
        until: terms.until,
    })
}

#[cfg(test)]
mod tests {
    use super::{Frontier, Readiness, Standing};
    use crate::{Code, Engine, EventLog, Instant, Options};

    /// S → R → P, Q, O and P, Q → N; N advises T.
    fn engine() -> Engine {
        let framework = r#"{"competencies": [
            {"id": "N", "statement": "N"}, {"id": "P", "statement": "P"}, {"id": "Q", "statement": "Q"}, {"id": "R", "statement": "R"},
            {"id": "S", "statement": "S"}, {"id": "O", "statement": "O"}, {"id": "T", "statement": "T"}],
          "associations": [{"type": "precedes", "from": "P", "to": "N"}, {"type": "precedes", "from": "Q", "to": "N"},
            {"type": "precedes", "from": "R", "to": "P"}, {"type": "precedes", "from": "R", "to": "Q"},
            {"type": "precedes", "from": "S", "to": "R"}, {"type": "precedes", "from": "R", "to": "O"},
            {"type": "precedes", "from": "T", "to": "N", "strength": "soft"},
            {"type": "precedes", "from": "N", "to": "T", "strength": "soft"}]}"#;
        let policy = r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}}"#;
        Engine::from_json(framework, policy).unwrap()
    }

    const FAILS: &str = r#"{"id": "n", "competency": "N", "score": 1}, {"id": "s", "competency": "S", "score": 3}"#;

    fn frontier(events: &str, at: &str, options: &Options) -> crate::Result<Frontier> {
        let log = EventLog::from_json(format!("[{events}]"))?;
        engine().frontier_with(&log, Instant::parse(at)?, options)
    }

    fn standing<'f>(frontier: &'f Frontier, id: &str) -> &'f Standing {
        frontier.standings.iter().find(|one| one.competency == id).unwrap()
    }

    #[test]
    fn what_is_blocked_has_root_causes_and_they_say_how_much_they_unlock() {
        let found = frontier(FAILS, "2026-11-02T08:00:00Z", &Options::new()).unwrap();
        let order: Vec<&str> = found.standings.iter().map(|one| one.competency.as_str()).collect();
        assert_eq!(order, ["N", "P", "Q", "R", "S", "O", "T"]);
        let expected = [
            r#"{"competency":"N","state":"blocked","missing":["P","Q"],"advised":["T"],"root_causes":["R"]}"#,
            r#"{"competency":"P","state":"blocked","missing":["R"],"root_causes":["R"]}"#,
            r#"{"competency":"Q","state":"blocked","missing":["R"],"root_causes":["R"]}"#,
            r#"{"competency":"R","state":"ready","unlocks":4,"opens":3}"#,
            r#"{"competency":"S","state":"learned","recent":true}"#,
            r#"{"competency":"O","state":"blocked","missing":["R"],"root_causes":["R"]}"#,
            r#"{"competency":"T","state":"ready","advised":["N"]}"#,
        ];
        assert_eq!(found.to_json(), format!("{{\"standings\":[{}]}}", expected.join(",")));
    }

    #[test]
    fn a_waiver_holds_from_its_instant_until_before_it_expires() {
        let waived = r#"{"id": "w", "event": "waived", "competency": "N", "observed_at": "2026-11-01T00:00:00Z",
            "expires_at": "2026-12-01T00:00:00Z", "actor": {"id": "coach"}, "reason": "moved here"}"#;
        let events = [FAILS, waived].join(",");
        for (at, state) in [
            ("2026-10-31T23:59:59Z", Readiness::Blocked),
            ("2026-11-01T00:00:00Z", Readiness::Ready),
            ("2026-11-30T23:59:59Z", Readiness::Ready),
            ("2026-12-01T00:00:00Z", Readiness::Blocked),
        ] {
            let found = frontier(&events, at, &Options::new()).unwrap();
            let of_n = standing(&found, "N");
            assert_eq!(
                (of_n.state, of_n.waived.len(), of_n.missing.len()),
                match state {
                    Readiness::Ready => (state, 2, 0),
                    _ => (state, 0, 2),
                }
            );
            assert_eq!(standing(&found, "R").unlocks, if state == Readiness::Ready { 3 } else { 4 });
        }
    }

    #[test]
    fn what_does_not_apply_neither_stands_nor_blocks() {
        let options = Options::new().scope(["N", "P"]);
        let found = frontier(FAILS, "2026-11-02T08:00:00Z", &options).unwrap();
        let all = found.standings.iter().map(|one| (one.competency.as_str(), one.state)).collect::<Vec<_>>();
        assert_eq!(all, [("N", Readiness::Blocked), ("P", Readiness::Ready)]);
        assert!(standing(&found, "N").advised.is_empty());
        let options = Options::new().scope(["nowhere"]);
        let error = frontier(FAILS, "2026-11-02T08:00:00Z", &options).unwrap_err();
        assert_eq!(error.code(), Code::UnknownCompetency);
    }

    #[test]
    fn a_waiver_of_what_the_framework_does_not_have_is_named() {
        let waived = |id: &str, names: &str| {
            format!(r#"{{"id": "{id}", "event": "waived", {names}, "actor": {{"id": "coach"}}, "reason": "r"}}"#)
        };
        let events = [
            FAILS.to_owned(),
            waived("w3", r#""competency": "elsewhere""#),
            waived("w2", r#""competency": "N", "prerequisite": "elsewhere""#),
            waived("w1", r#""competency": "N", "prerequisite": "Q""#),
        ];
        let found = frontier(&events.join(","), "2026-11-02T08:00:00Z", &Options::new()).unwrap();
        assert_eq!(found.unknown, ["w2", "w3"]);
        assert_eq!(standing(&found, "N").missing, ["P"]);
        assert_eq!(standing(&found, "P").opens, 1);
    }
}
