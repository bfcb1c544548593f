//! Programmes: whether a learner meets what graduation, a course, a pathway or a destination asks for, what is missing, and
//! by which branch it was met.

use std::collections::BTreeSet;

use crate::engine::{Board, Compiled, Demand, Engine, Options, Shortfall, Standings, Status};
use crate::error::{Code, Finding, Result, quote};
use crate::instant::Instant;
use crate::json::write::Writer;
use crate::log::EventLog;
use crate::policy::{Asks, NamedRequirement, ProgrammeKind, Test};
use crate::rollup::{Verdict, shortest, won};
use crate::value::Value;

/// How a learner stands in a programme of the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Programme {
    /// The programme's id.
    pub id: String,
    /// What people call it.
    pub title: Option<String>,
    /// What it is, if the policy says so.
    pub kind: Option<ProgrammeKind>,
    /// The name of the credit that it earns.
    pub credit: String,
    /// How it stands: met, not met or undetermined. One of which nothing applies to the learner is undetermined.
    pub verdict: Verdict,
    /// The shortest list of conditions which, met together with what is met, make it met; in the order of the document.
    pub missing: Vec<MissingCondition>,
    /// False if there may be a shorter list: where a condition that is not met stands twice in groups that are not met, whether it is
    /// in the list or not, or a group of points is very large.
    pub exact: bool,
    /// True if no list is enough, because too few members apply. Then `missing` is what would bring it nearest.
    pub unreachable: bool,
    /// Every requirement of the tree, in the order of the document.
    pub trace: Vec<TracedRequirement>,
}

/// A condition that is still to be met.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MissingCondition {
    /// Where it stands, as a JSON Pointer below the requirement.
    pub at: String,
    /// The competency that it is about.
    pub competency: Option<String>,
    /// What it asks for.
    pub needs: Needs,
    /// How the competency stands.
    pub status: Option<Status>,
    /// Of a condition about evidence, the minima that are not reached, and by how much.
    pub short: Vec<(String, u32)>,
}

/// What a condition asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Needs {
    /// That the competency is met.
    Met,
    /// That level, or one above it.
    Level(String),
    /// A value that meets this.
    Value(Value),
    /// A value that does not meet this.
    Below(Value),
    /// Evidence; see [`MissingCondition::short`].
    Evidence,
    /// A credit of that name.
    Credential(String),
    /// That this instant has come.
    NotBefore(Instant),
}

/// How one requirement of a programme stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TracedRequirement {
    /// Where it stands, as a JSON Pointer below the requirement: `""` is the first. All competencies that a selector stands for
    /// stand where it does.
    pub at: String,
    /// The competency that it is about.
    pub competency: Option<String>,
    /// How it stands.
    pub verdict: Verdict,
    /// True if the programme is met by it.
    pub won: bool,
}

impl Programme {
    /// Canonical JSON: `{"id", "title"?, "kind"?, "credit", "verdict", "missing", "exact"?, "unreachable"?, "trace"}`.
    pub fn to_json(&self) -> String {
        let mut w = Writer::new();
        w.open('{').key("id").text(&self.id);
        w.optional("title", self.title.as_deref());
        w.optional("kind", self.kind.map(ProgrammeKind::as_str));
        w.key("credit").text(&self.credit);
        w.key("verdict").text(self.verdict.as_str());
        w.list("missing", &self.missing, |w, missing| missing.write(w));
        w.optional_raw("exact", (!self.exact).then_some(false));
        w.optional_raw("unreachable", self.unreachable.then_some(true));
        w.list("trace", &self.trace, |w, traced| {
            w.key("at").text(&traced.at);
            w.optional("competency", traced.competency.as_deref());
            w.key("verdict").text(traced.verdict.as_str());
            w.optional_raw("won", traced.won.then_some(true));
        });
        w.close('}');
        w.finish()
    }
}

impl MissingCondition {
    fn write(&self, w: &mut Writer) {
        w.key("at").text(&self.at);
        w.optional("competency", self.competency.as_deref());
        w.key("needs").text(self.needs.as_str());
        match &self.needs {
            Needs::Met | Needs::Evidence => {}
            Needs::Level(text) | Needs::Credential(text) => {
                w.key(self.needs.as_str()).text(text);
            }
            Needs::Value(value) | Needs::Below(value) => {
                w.key(self.needs.as_str()).raw(&value.to_string());
            }
            Needs::NotBefore(at) => {
                w.key(self.needs.as_str()).text(&at.to_string());
            }
        }
        w.optional("status", self.status.map(Status::as_str));
        if !self.short.is_empty() {
            w.key("short").open('{');
            for (name, missing) in &self.short {
                w.key(name).raw(&missing.to_string());
            }
            w.close('}');
        }
    }

    /// Canonical JSON: `{"at", "competency"?, "needs", …, "status"?, "short"?}`.
    pub fn to_json(&self) -> String {
        let mut w = Writer::new();
        self.write(w.open('{'));
        w.close('}');
        w.finish()
    }
}

impl Needs {
    /// The word in documents, under which what is asked for stands too.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Level(_) => "level",
            Self::Value(_) => "value",
            Self::Below(_) => "below",
            Self::Evidence => "evidence",
            Self::Credential(_) => "credential",
            Self::NotBefore(_) => "not_before",
        }
    }
}

impl Engine {
    /// How a learner stands in the programmes of the policy, in its order.
    ///
    /// Conditions are three-valued: what is not assessed, insufficient, in conflict, provisional or stale is undetermined, and
    /// so is a group that it could decide. What does not apply to the learner is left out of its group.
    ///
    /// ```
    /// use lrm_core::{Engine, EventLog, Instant, Verdict};
    /// let engine = Engine::from_json(
    ///     r#"{"competencies": [{"id": "a", "statement": "A"}, {"id": "b", "statement": "B"}, {"id": "c", "statement": "C"}]}"#,
    ///     r#"{"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}, "programmes": [
    ///       {"id": "graduation", "requirement": {"all": [{"competency": "a"},
    ///         {"any": [{"competency": "b", "value": 4}, {"competency": "c"}]}]}}]}"#,
    /// )?;
    /// let log = EventLog::from_json(r#"[{"id": "e1", "competency": "a", "score": 3}, {"id": "e2", "competency": "c", "score": 2}]"#)?;
    /// let [graduation] = &engine.programmes(&log, Instant::parse("2026-06-20T12:00:00Z")?)?[..] else { unreachable!() };
    /// assert_eq!(graduation.verdict, Verdict::Undetermined); // nobody knows about b
    /// assert_eq!(graduation.missing[0].to_json(),
    ///     r#"{"at":"/all/1/any/0","competency":"b","needs":"value","value":4,"status":"not_assessed"}"#);
    /// # Ok::<(), lrm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Engine::evaluate`].
    ///
    /// # Complexity
    /// One evaluation, the requirements, and for each condition about evidence the items that it looks at, at most
    /// [`limits::REQUIREMENT_ITEMS`](crate::limits::REQUIREMENT_ITEMS); for what is missing
    /// in groups of points their members times the conditions below, at most a million each.
    pub fn programmes(&self, log: &EventLog, as_of: Instant) -> Result<Vec<Programme>> {
        self.programmes_with(log, as_of, &Options::new())
    }

    /// The same with a scope or strictness.
    ///
    /// # Errors
    /// As [`Engine::evaluate_with`].
    pub fn programmes_with(&self, log: &EventLog, as_of: Instant, options: &Options) -> Result<Vec<Programme>> {
        let record = log.record();
        let mut board = self.checked_board(&record, as_of, options)?;
        let credits = log.credits(Some(as_of));
        let compiled = self.compiled();
        let programmes = compiled.policy.programmes.iter().zip(&compiled.demands.programmes);
        programmes.map(|(named, demand)| Ok(standing(named, demand, &mut board, &credits, compiled)?.0)).collect()
    }
}

/// The programme of an id.
///
/// # Errors
/// `unknown-programme`.
pub(super) fn programme<'c>(id: &str, compiled: &'c Compiled) -> Result<(&'c NamedRequirement, &'c Demand)> {
    let mut programmes = compiled.policy.programmes.iter().zip(&compiled.demands.programmes);
    programmes.find(|(named, _)| named.id == id).ok_or_else(|| {
        let message = format!("the policy has no programme {}", quote(id));
        Finding::new(Code::UnknownProgramme, "", message).with("programme", id).into()
    })
}

/// How a programme stands, and the places of the conditions that won.
pub(super) fn standing(
    named: &NamedRequirement,
    demand: &Demand,
    board: &mut Board<'_>,
    credits: &BTreeSet<String>,
    compiled: &Compiled,
) -> Result<(Programme, Vec<usize>)> {
    let Standings { verdicts, lacks, .. } = board.standings(demand, &|name| credits.contains(name), compiled)?;
    let won = won(&demand.tree, &verdicts);
    let short = shortest(&demand.tree, &verdicts);
    let requirements = demand.tree.list().iter().zip(&verdicts).zip(&won).enumerate();
    let trace = requirements.map(|(place, ((this, verdict), won))| TracedRequirement {
        at: demand.tree.pointer(place),
        competency: about(&this.asks).map(str::to_owned),
        verdict: *verdict,
        won: *won,
    });
    let programme = Programme {
        id: named.id.clone(),
        title: named.title.clone(),
        kind: named.kind,
        credit: named.credit().to_owned(),
        verdict: match verdicts.first() {
            Some(Verdict::LeftOut) | None => Verdict::Undetermined,
            Some(verdict) => *verdict,
        },
        trace: trace.collect(),
        missing: short.places.iter().filter_map(|place| missing(*place, demand, &lacks, board)).collect(),
        exact: short.exact,
        unreachable: short.unreachable,
    };
    Ok((programme, won.iter().enumerate().filter(|(_, won)| **won).map(|(place, _)| place).collect()))
}

fn about(asks: &Asks) -> Option<&str> {
    match asks {
        Asks::Competency(id, _) => Some(id),
        _ => None,
    }
}

/// A missing condition in full.
fn missing(place: usize, demand: &Demand, lacks: &[Vec<Shortfall>], board: &Board<'_>) -> Option<MissingCondition> {
    let asks = &demand.tree.list().get(place)?.asks;
    let node = demand.node(place);
    let mut short = Vec::new();
    let needs = match asks {
        Asks::Competency(_, test) => match test {
            Test::Met => Needs::Met,
            Test::Level(level) => Needs::Level(level.clone()),
            Test::Value(value) => Needs::Value(*value),
            Test::Below(value) => Needs::Below(*value),
            Test::Evidence(_) => {
                short = lacks.get(place)?.iter().map(|one| (one.name.to_owned(), one.missing)).collect();
                Needs::Evidence
            }
        },
        Asks::Credential(name) => Needs::Credential(name.clone()),
        Asks::NotBefore(at) => Needs::NotBefore(*at),
        Asks::Group(..) => return None,
    };
    let status = node.and_then(|node| board.cells.get(node as usize)).map(|cell| cell.result.status);
    Some(MissingCondition {
        at: demand.tree.pointer(place),
        competency: about(asks).map(str::to_owned),
        needs,
        status,
        short,
    })
}

#[cfg(test)]
mod tests {
    use crate::{Code, Engine, EventLog, Instant, Options, Programme, Verdict};

    /// Six competencies on a scale from 0 to 4, below two parents: `x` has a, b and c, `y` has c, d and e.
    const FRAMEWORK: &str = r#"{"competencies": [
      {"id": "a", "statement": "A", "tags": ["core"]}, {"id": "b", "statement": "B"}, {"id": "c", "statement": "C"},
      {"id": "d", "statement": "D"}, {"id": "e", "statement": "E", "tags": ["core"]}, {"id": "x", "statement": "X"},
      {"id": "y", "statement": "Y"}],
      "associations": [{"type": "is_child_of", "from": "a", "to": "x"}, {"type": "is_child_of", "from": "b", "to": "x"},
      {"type": "is_child_of", "from": "c", "to": "x"}, {"type": "is_child_of", "from": "c", "to": "y"},
      {"type": "is_child_of", "from": "d", "to": "y"}, {"type": "is_child_of", "from": "e", "to": "y"}]}"#;

    fn policy(requirement: &str) -> String {
        format!(
            r#"{{"scale": {{"max": 4, "proficient": 3, "levels": [{{"id": "1", "from": 1}}, {{"id": "2", "from": 2}},
            {{"id": "3", "from": 3}}, {{"id": "4", "from": 4}}]}}, "estimate": {{"method": "latest"}},
            "programmes": [{{"id": "p", "requirement": {requirement}}}]}}"#
        )
    }

    /// The programme for a learner with these scores, as of 2026-01-01.
    fn stands(requirement: &str, scores: &str, options: &Options) -> Programme {
        let engine = Engine::from_json(FRAMEWORK, policy(requirement)).unwrap();
        let events: Vec<String> = scores
            .split_whitespace()
            .filter_map(|score| score.split_once('='))
            .map(|(id, score)| format!(r#"{{"id": "{id}-{score}", "competency": "{id}", "score": {score}}}"#))
            .collect();
        let log = EventLog::from_json(format!("[{}]", events.join(","))).unwrap();
        let as_of = Instant::parse("2026-01-01T00:00:00Z").unwrap();
        engine.programmes_with(&log, as_of, options).unwrap().pop().unwrap()
    }

    fn missing(programme: &Programme) -> String {
        let at: Vec<&str> = programme.missing.iter().map(|one| one.at.as_str()).collect();
        at.join(" ")
    }

    fn won(programme: &Programme) -> String {
        let won = programme.trace.iter().filter(|one| one.won);
        won.map(|one| one.competency.clone().unwrap_or_else(|| format!("[{}]", one.at))).collect::<Vec<_>>().join(" ")
    }

    fn refused(requirement: &str) -> Vec<String> {
        let error = Engine::from_json(FRAMEWORK, policy(requirement)).unwrap_err();
        let prefix = "/programmes/0/requirement";
        error.findings().iter().map(|one| format!("{} {}", one.code, one.path.trim_start_matches(prefix))).collect()
    }

    #[test]
    fn the_branch_that_won_is_told_from_the_other() {
        let tree = r#"{"any": [{"all": [{"competency": "a"}, {"competency": "b"}]}, {"all": [{"competency": "c"}, {"competency": "d"}]}]}"#;
        let programme = stands(tree, "a=3 c=3 d=4", &Options::new());
        assert_eq!((programme.verdict, won(&programme).as_str()), (Verdict::Met, "[] [/any/1] c d"));
        assert!(programme.missing.is_empty());
        let programme = stands(tree, "a=3 c=3", &Options::new());
        assert_eq!((programme.verdict, missing(&programme).as_str()), (Verdict::Undetermined, "/any/0/all/1"));
    }

    #[test]
    fn percent_compares_exactly() {
        // 80 % of 5 is 4, of 4 it is 4
        let tree = r#"{"percent": 80, "of": {"under": "x"}}"#;
        assert_eq!(stands(tree, "a=3 b=3 c=2", &Options::new()).verdict, Verdict::NotMet);
        let tree = r#"{"percent": 66, "of": {"under": "x"}}"#;
        assert_eq!(stands(tree, "a=3 b=3 c=2", &Options::new()).verdict, Verdict::Met);
        let tree = r#"{"percent": 67, "of": {"under": "x"}}"#;
        let programme = stands(tree, "a=3 b=3 c=2", &Options::new());
        assert_eq!((programme.verdict, missing(&programme).as_str()), (Verdict::NotMet, "/of"));
    }

    #[test]
    fn what_does_not_apply_is_left_out_and_may_leave_too_few() {
        let tree = r#"{"at_least": 2, "of": [{"competency": "a"}, {"competency": "b"}, {"competency": "d"}]}"#;
        let programme = stands(tree, "a=3", &Options::new().scope(["a", "b"]));
        assert_eq!((programme.verdict, missing(&programme).as_str()), (Verdict::Undetermined, "/of/1"));
        let programme = stands(tree, "a=2", &Options::new().scope(["a"]));
        assert_eq!(
            (programme.verdict, programme.unreachable, missing(&programme).as_str()),
            (Verdict::NotMet, true, "/of/0")
        );
        let programme = stands(tree, "", &Options::new().scope(["e"]));
        assert_eq!((programme.verdict, programme.unreachable), (Verdict::Undetermined, true));
    }

    #[test]
    fn points_are_found_with_the_fewest_conditions() {
        let tree = r#"{"points": 10, "of": [
          {"points": 1, "required": true, "of": {"competency": "a"}},
          {"points": 6, "of": {"all": [{"competency": "b"}, {"competency": "b", "level": "4"}, {"competency": "c"}]}},
          {"points": 4, "of": {"competency": "d"}},
          {"points": 5, "of": {"competency": "e"}},
          {"points": 9, "of": {"all": [{"competency": "c", "level": "4"}, {"competency": "d", "level": "4"}]}}]}"#;
        let programme = stands(tree, "", &Options::new());
        assert_eq!((programme.verdict, programme.exact), (Verdict::Undetermined, true));
        assert_eq!(missing(&programme), "/of/0/of /of/2/of /of/3/of");
        let programme = stands(tree, "a=3 b=4 c=3", &Options::new());
        assert_eq!(missing(&programme), "/of/2/of");
        let programme = stands(tree, "a=3 b=4 c=3 d=3 e=3", &Options::new());
        assert_eq!((programme.verdict, won(&programme).as_str()), (Verdict::Met, "[] a [/of/1/of] b b c d"));
    }

    #[test]
    fn a_condition_in_several_places_is_counted_in_each() {
        let tree = r#"{"all": [{"any": [{"competency": "a"}, {"competency": "b"}]}, {"any": [{"competency": "c"}, {"competency": "b"}]}]}"#;
        let programme = stands(tree, "", &Options::new());
        assert_eq!((missing(&programme).as_str(), programme.exact), ("/all/0/any/0 /all/1/any/0", false));
    }

    #[test]
    fn documents_that_nobody_can_meet_are_refused() {
        assert_eq!(refused(r#"{"all": []}"#), ["empty-group /all"]);
        assert_eq!(refused(r#"{"all": {"leaves": true}}"#), ["empty-group /all"]);
        assert_eq!(refused(r#"{"all": {"tag": "none"}}"#), ["empty-group /all"]);
        assert_eq!(
            refused(r#"{"any": [{"at_least": 3, "of": [{"competency": "a"}, {"competency": "b"}]}]}"#),
            ["unreachable /any/0/at_least"]
        );
        assert_eq!(refused(r#"{"at_least": 4, "of": {"under": "x"}}"#), ["unreachable /at_least"]);
        assert_eq!(
            refused(r#"{"points": 3, "of": [{"points": 2, "of": {"competency": "a"}}]}"#),
            ["unreachable /points"]
        );
        let both = r#"{"all": [{"competency": "a", "value": 3}, {"all": [{"competency": "a", "below": 3}]}]}"#;
        assert_eq!(refused(both), ["contradiction /all/1/all/0"]);
        let both = r#"{"all": [{"all": {"tag": "core"}}, {"competency": "a", "below": 2.5}, {"competency": "e", "below": 3.5}]}"#;
        assert_eq!(refused(both), ["contradiction /all/1"]);
        let ends =
            r#"{"all": [{"competency": "a"}, {"competency": "a", "below": 2, "until": "2026-01-01T00:00:00Z"}]}"#;
        assert!(Engine::from_json(FRAMEWORK, policy(ends)).is_ok());
        assert_eq!(
            refused(
                r#"{"all": [{"competency": "z"}, {"competency": "a", "level": "5"}, {"any": {"under": "x"}, "each": {"value": 5}}]}"#
            ),
            [
                "unknown-competency /all/0/competency",
                "unknown-level /all/1/level",
                "parameter-out-of-range /all/2/each/value"
            ]
        );
        assert_eq!(
            refused(r#"{"all": [{"competency": "a", "any": [{"competency": "b"}]}, {}]}"#),
            ["invalid-value /all/0", "invalid-value /all/1"]
        );
    }

    #[test]
    fn a_rollup_is_by_what_stands_below_its_node() {
        let policy = |requirement: &str| {
            format!(
                r#"{{"scale": {{"max": 4, "proficient": 3}}, "estimate": {{"method": "latest"}}, "rules": [{{"match": {{"id": "x"}},
                "rollup": {{"method": "requirement", "requirement": {requirement}}}}}]}}"#
            )
        };
        let code = |requirement: &str| {
            Engine::from_json(FRAMEWORK, policy(requirement))
                .map_err(|error| (error.code(), error.path().to_owned()))
                .err()
        };
        let place = |rest: &str| format!("/rules/0/rollup/requirement{rest}");
        assert_eq!(
            code(r#"{"all": [{"competency": "a"}, {"competency": "d"}]}"#),
            Some((Code::InvalidValue, place("/all/1/competency")))
        );
        assert_eq!(code(r#"{"all": [{"competency": "x"}]}"#), Some((Code::InvalidValue, place("/all/0/competency"))));
        assert_eq!(code(r#"{"credential": "c"}"#), Some((Code::InvalidValue, place("/credential"))));
        assert_eq!(code(r#"{"at_least": 2, "of": {"under": "x"}}"#), None);
    }
}
