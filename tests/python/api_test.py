"""Every class: what it answers, that it is immutable, that it travels, that other threads run while it works."""

import json
import multiprocessing
import pickle
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any, ClassVar

import lrm
import pyarrow
import pytest
from fixtures import AS_OF, EVENTS, FRAMEWORK, POLICY, engine, record


def travelled(thing: Any) -> Any:
    return pickle.loads(pickle.dumps(thing))


class TestFramework:
    def test_it_tells_what_it_is(self) -> None:
        framework = lrm.Framework.from_json(FRAMEWORK)
        assert (framework.id, framework.version, framework.title) == ("demo", "2026", "Fractions")
        assert framework.status == "adopted"
        assert repr(framework) == '<lrm.Framework "demo": 3 competencies, 3 associations>'
        assert not framework.report()

    def test_it_reads_like_a_dict(self) -> None:
        framework = lrm.Framework.from_json(FRAMEWORK)
        assert len(framework) == 3
        assert list(framework) == framework.keys() == ["NF", "NF.1", "NF.2"]
        assert "NF.1" in framework
        assert "nowhere" not in framework
        assert 1 not in framework
        assert dict(framework)["NF.2"] == framework.competency("NF.2") == framework.competencies()[2]

    def test_its_nouns(self) -> None:
        framework = lrm.Framework.from_json(FRAMEWORK)
        assert framework["NF"] == lrm.Competency(
            id="NF", statement="Fractions", code="3.NF", type="Domain", tags=("core", "maths")
        )
        assert framework["NF.2"].weight == Decimal("2.5")
        assert framework.associations()[0] == lrm.Association(
            type="is_child_of", origin="NF.1", destination="NF", sequence=2
        )
        assert framework.associations()[2] == lrm.Association(
            type="precedes", origin="NF.1", destination="NF.2", strength="soft", level="near"
        )
        assert travelled(framework.associations()) == framework.associations()

    def test_its_hierarchy(self) -> None:
        framework = lrm.Framework.from_json(FRAMEWORK)
        assert framework.children("NF") == ["NF.2", "NF.1"], "by sequence"
        assert framework.children("NF.1") == []
        assert framework.parents("NF.1") == ["NF"]
        assert framework.roots() == ["NF"]
        assert framework.leaves() == ["NF.1", "NF.2"]
        assert framework.depth() == 2

    def test_an_engine_gives_its_framework_back(self) -> None:
        assert engine().framework == lrm.Framework.from_json(FRAMEWORK)
        assert engine().framework != lrm.Framework.from_json({"competencies": []})
        assert engine().framework != FRAMEWORK

    def test_case_packages_are_read_and_reported_on(self) -> None:
        package = {
            "CFDocument": {"identifier": "d", "title": "Standards", "creator": "state"},
            "CFItems": [
                {"identifier": "a", "fullStatement": "A", "humanCodingScheme": "A.1"},
                {"identifier": "b", "fullStatement": "B"},
            ],
            "CFAssociations": [
                {
                    "identifier": "e",
                    "associationType": "isChildOf",
                    "originNodeURI": {"identifier": "b"},
                    "destinationNodeURI": {"identifier": "a"},
                },
                {
                    "identifier": "f",
                    "associationType": "isChildOf",
                    "originNodeURI": {"identifier": "a"},
                    "destinationNodeURI": {"identifier": "b"},
                },
            ],
        }
        framework = lrm.Framework.from_case(package)
        assert framework["a"].code == "A.1"
        assert framework.report().counts()["cycle"] == 1
        assert framework.children("b") == ["a"], "the byte-greatest edge of the circle is left out"
        assert travelled(framework) == framework


class TestPolicy:
    def test_it_tells_what_it_is(self) -> None:
        policy = lrm.Policy.from_json(POLICY)
        assert (policy.id, policy.version) == ("district", "3")
        assert repr(policy) == '<lrm.Policy "district" "3">'
        assert policy == lrm.Policy.from_json(policy.to_json())
        assert policy != lrm.Policy.from_json({**POLICY, "version": "4"})

    def test_lint_is_the_same_before_and_after_compiling(self) -> None:
        rules = [{"match": {"tag": "nothing"}, "estimate": {"method": "latest"}}]
        policy = lrm.Policy.from_json({**POLICY, "rules": rules})
        report = policy.lint(lrm.Framework.from_json(FRAMEWORK))
        assert report.counts() == {"rule-matches-nothing": 1}
        assert engine(rules=rules).lint() == report


class TestRecord:
    def test_it_tells_what_it_is(self) -> None:
        known = lrm.LearnerRecord.from_events([{"learner": "ana", **item} for item in EVENTS])
        assert len(known) == 2
        assert known.learner == "ana"
        assert repr(known) == '<lrm.LearnerRecord "ana": 2 items>'
        assert record().learner is None

    def test_bad_items_are_kept(self) -> None:
        bad = lrm.LearnerRecord.from_json([{"competency": 3}, "?", {}])
        assert len(bad) == 3
        assert len(lrm.LearnerRecord.from_json(bad.to_json())) == 3
        assert len(engine().evaluate(bad, as_of=AS_OF).report()) >= 3

    def test_events_may_come_from_anywhere_that_gives_dicts(self) -> None:
        assert lrm.LearnerRecord.from_events(iter(EVENTS)) == lrm.LearnerRecord.from_json(EVENTS)
        assert len(lrm.LearnerRecord.from_events(())) == 0

    @pytest.mark.parametrize("wrong", ["[]", {"a": 1}, 3, None])
    def test_what_is_not_a_list_of_dicts(self, wrong: Any) -> None:
        with pytest.raises(TypeError):
            lrm.LearnerRecord.from_events(wrong)

    def test_an_event_that_is_not_a_dict_is_named_with_its_place(self) -> None:
        with pytest.raises(lrm.InvalidDocumentError) as caught:
            lrm.LearnerRecord.from_events([*EVENTS, "e3"])  # type: ignore[list-item]
        assert caught.value.path == "/2"

    def test_a_record_is_about_one_learner(self) -> None:
        with pytest.raises(lrm.InvalidDocumentError) as caught:
            lrm.LearnerRecord.from_events(
                [{"learner": "ana", "competency": "a"}, {"learner": "ben", "competency": "a"}]
            )
        assert caught.value.context["learners"] == ["ana", "ben"]


class TestState:
    def test_it_is_a_mapping(self) -> None:
        state = engine().evaluate(record(), as_of=AS_OF)
        assert isinstance(state, Mapping)
        assert list(state) == list(state.keys()) == ["NF", "NF.1", "NF.2"]
        assert len(state) == 3
        assert [mastery.competency for mastery in state.values()] == list(state)
        assert dict(state.items()) == dict(state)
        assert state.get("NF.1") == state["NF.1"] == state.mastery("NF.1")
        assert state.get("nowhere") is None
        assert state.get("nowhere", 7) == 7
        assert "NF" in state
        assert "nowhere" not in state
        assert 1 not in state
        match state:
            case {"NF.1": mastery}:
                assert mastery.status == "met"
            case _:
                pytest.fail("a state should match like a mapping")

    def test_it_tells_what_it_is(self) -> None:
        state = engine().evaluate([*EVENTS, {"competency": "x"}], as_of=AS_OF)
        assert state.as_of == datetime(2026, 11, 22, tzinfo=UTC)
        assert repr(state) == "<lrm.State as of 2026-11-22T00:00:00Z: 3 competencies, 1 findings>"
        assert state.report()[0].path == "/evidence/2/competency"
        assert state == engine().evaluate([*EVENTS, {"competency": "x"}], as_of=AS_OF)
        assert state != engine().evaluate(EVENTS, as_of=AS_OF)

    def test_a_record_may_be_given_as_any_document(self) -> None:
        known = engine().evaluate(record(), as_of=AS_OF)
        assert engine().evaluate(EVENTS, as_of=AS_OF) == known
        assert engine().evaluate({"evidence": EVENTS}, as_of=AS_OF) == known
        assert engine().evaluate(record().to_json(), as_of=AS_OF) == known
        assert engine().evaluate(record().to_json().encode(), as_of=AS_OF) == known

    def test_scope(self) -> None:
        scoped = engine().evaluate(record(), as_of=AS_OF, scope=["NF.1"])
        assert [mastery.status for mastery in scoped.values()] == ["met", "met", "not_applicable"]
        whole = engine().evaluate(record(), as_of=AS_OF, scope=None)
        assert [mastery.status for mastery in whole.values()] == ["provisional", "met", "not_assessed"]

    @pytest.mark.parametrize("scope", [("NF.1",), {"NF.1"}, {"NF.1": 1}, iter(["NF.1"])])
    def test_a_scope_is_any_iterable_of_ids(self, scope: Any) -> None:
        assert engine().evaluate(record(), as_of=AS_OF, scope=scope)["NF.2"].status == "not_applicable"

    @pytest.mark.parametrize("scope", ["NF.1", 3, [3], [None]])
    def test_what_is_no_scope(self, scope: Any) -> None:
        with pytest.raises(TypeError):
            engine().evaluate(record(), as_of=AS_OF, scope=scope)

    def test_the_clock_is_an_argument(self) -> None:
        before = engine().evaluate(record(), as_of="2026-02-01T00:00:00Z")
        assert before["NF.1"].value == 3
        with pytest.raises(TypeError):
            engine().evaluate(record())  # type: ignore[call-arg]


class TestMastery:
    def test_its_parts(self) -> None:
        mastery = engine().evaluate(record(), as_of=AS_OF)["NF.1"]
        assert mastery.competency == "NF.1"
        assert mastery.value == Decimal("3.25")
        assert mastery.level == "mastery"
        assert mastery.status == "met"
        assert mastery.evidence == 2
        assert mastery.newest == datetime(2026, 2, 15, 11, 0, 0, 250_000, tzinfo=UTC)
        assert mastery.coverage == (1, 1)
        assert str(mastery) == "NF.1: 3.25 (mastery), met, evidence 2, coverage 1 of 1"
        assert repr(mastery) == f"<lrm.Mastery {mastery}>"
        assert mastery.to_json() == (
            '{"competency":"NF.1","value":3.25,"level":"mastery","status":"met","evidence":2,'
            '"newest":"2026-02-15T11:00:00.25Z","coverage":[1,1]}'
        )

    def test_a_modified_standard_is_marked(self) -> None:
        item = {"id": "e1", "competency": "NF.1", "score": 3, "adaptation": "modification"}
        mastery = engine().evaluate([item], as_of=AS_OF)["NF.1"]
        assert (mastery.value, mastery.modified) == (Decimal(3), True)
        assert travelled(mastery) == mastery
        assert mastery.to_json().endswith(',"coverage":[1,1],"modified":true}')
        assert not engine().evaluate([{**item, "adaptation": "accommodation"}], as_of=AS_OF)["NF.1"].modified

    def test_nothing_is_none_and_not_zero(self) -> None:
        mastery = engine().evaluate(record(), as_of=AS_OF)["NF.2"]
        assert (mastery.value, mastery.level, mastery.newest) == (None, None, None)
        assert mastery.status == "not_assessed"

    def test_equality(self) -> None:
        one, other = (engine().evaluate(record(), as_of=AS_OF) for _ in range(2))
        assert one["NF.1"] == other["NF.1"]
        assert one["NF.1"] != one["NF"]
        assert len({one["NF.1"], other["NF.1"], one["NF"]}) == 2


class TestWhatIf:
    def test_only_changes_are_told(self) -> None:
        delta = engine().what_if(record(), [{"competency": "NF.2", "score": 1}], as_of=AS_OF)
        assert list(delta) == ["NF", "NF.2"]
        change = delta["NF.2"]
        assert (change.before.status, change.after.status) == ("not_assessed", "not_met")
        assert delta["NF"].after.value == Decimal("1.642857143")
        assert travelled(delta) == delta
        assert repr(delta) == "<lrm.Delta: 2 changes ['NF', 'NF.2']>"

    def test_nothing_changes_nothing(self) -> None:
        delta = engine().what_if(record(), [], as_of=AS_OF)
        assert len(delta) == 0
        assert delta.to_json() == "[]"

    def test_a_hypothesis_has_to_be_readable(self) -> None:
        with pytest.raises(lrm.InvalidDocumentError):
            engine().what_if(record(), [{"competency": "NF.2", "score": "high"}], as_of=AS_OF)


class TestDerivation:
    def test_it_explains_itself(self) -> None:
        derivation = engine().explain(record(), "NF.1", as_of=AS_OF)
        assert derivation.result == engine().evaluate(record(), as_of=AS_OF)["NF.1"]
        assert str(derivation) == derivation.text()
        assert "e1" in str(derivation)
        assert repr(derivation) == f"<lrm.Derivation of {derivation.result}>"

    def test_it_stands_alone(self) -> None:
        derivation = engine().explain(record(), "NF", as_of=AS_OF, scope=["NF"])
        moved = travelled(derivation)
        assert moved == derivation
        moved.verify()

    def test_a_forged_result_is_found_out(self) -> None:
        forged = engine().explain(record(), "NF.1", as_of=AS_OF).to_json().replace('"value":3.25', '"value":3.75')
        with pytest.raises(lrm.DerivationMismatchError):
            lrm.Derivation.from_json(forged).verify()

    def test_other_words(self) -> None:
        derivation = engine().explain(record(), "NF.1", as_of=AS_OF)
        words = {"status.met": "acquis"}
        assert "acquis" in derivation.text(words)
        assert "acquis" not in derivation.text()
        assert set(words) < set(lrm.Derivation.message_ids())
        with pytest.raises(lrm.InvalidDocumentError) as caught:
            derivation.text({"no.such.message": "?"})
        assert caught.value.code == "unknown-field"

    def test_strictness(self) -> None:
        with pytest.raises(lrm.LrmError) as caught:
            engine().explain([{"competency": "NF.1", "score": 9}], "NF.1", as_of=AS_OF, strict=True)
        assert caught.value.code == "score-off-scale"


class TestLive:
    def test_events_one_by_one_are_the_whole_at_once(self) -> None:
        live = engine().start([], as_of="2026-01-01T00:00:00Z")
        for event in EVENTS:
            changed = live.apply(event, as_of=event["observed_at"])
            assert [mastery.competency for mastery in changed] == ["NF", "NF.1"]
        assert live["NF.1"] == live.mastery("NF.1")
        live.advance(as_of=AS_OF)
        assert live.state() == engine().evaluate(record(), as_of=AS_OF)
        assert live.to_json() == live.state().to_json()
        assert live.as_of == datetime(2026, 11, 22, tzinfo=UTC)
        assert repr(live) == "<lrm.Live as of 2026-11-22T00:00:00Z>"

    def test_time_alone_changes_results(self) -> None:
        live = engine(sufficiency={"max_age_days": 30}).start(record(), as_of="2026-02-16T00:00:00Z")
        assert live["NF.1"].status == "met"
        changed = live.advance(as_of="2026-03-20T00:00:00Z")
        assert {mastery.competency: mastery.status for mastery in changed}["NF.1"] == "stale"

    def test_the_clock_moves_forward_only(self) -> None:
        live = engine().start(record(), as_of=AS_OF)
        for step in (
            lambda: live.advance(as_of="2026-11-21T00:00:00Z"),
            lambda: live.apply({"competency": "NF.1", "score": 1}, as_of="2026-11-21T00:00:00Z"),
        ):
            with pytest.raises(lrm.ClockMovedBackError) as caught:
                step()
            assert caught.value.context["clock"] == AS_OF
        assert live.state() == engine().evaluate(record(), as_of=AS_OF), "after an error all is as before"

    def test_bad_events(self) -> None:
        live = engine().start(record(), as_of=AS_OF)
        assert live.apply({"competency": "NF.1", "score": "high"}, as_of=AS_OF) == []
        assert live.state().report().counts() == {"invalid-value": 1}
        strict = engine().start(record(), as_of=AS_OF, strict=True)
        with pytest.raises(lrm.LrmError):
            strict.apply({"competency": "NF.1", "score": "high"}, as_of=AS_OF)
        assert not strict.state().report()

    def test_threads_take_turns(self) -> None:
        live = engine().start([], as_of=AS_OF)
        items = [{"id": f"{number:03}", "competency": "NF.1", "score": number % 5} for number in range(200)]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda item: live.apply(item, as_of=AS_OF), items))
        assert live.state()["NF.1"] == engine().evaluate(items, as_of=AS_OF)["NF.1"]


class TestClass:
    EVENTS = [{**event, "learner": learner} for event in EVENTS for learner in ("ben", "ana")]

    def test_events_one_by_one_are_each_learner_at_once(self) -> None:
        group = engine().start_class([], as_of="2026-01-01T00:00:00Z")
        for event in self.EVENTS:
            changed = group.apply(event, as_of=event["observed_at"])
            assert {learner: [one.competency for one in of] for learner, of in changed.items()} == {
                event["learner"]: ["NF", "NF.1"]
            }
        assert group.advance(as_of=AS_OF) == {}
        assert group.learners() == list(group) == ["ana", "ben"]
        assert len(group) == 2
        assert "ana" in group
        assert "cem" not in group
        assert 1 not in group
        for learner in group:
            items = [event for event in self.EVENTS if event["learner"] == learner]
            assert group[learner] == group.state(learner) == engine().evaluate(items, as_of=AS_OF)
            assert group.mastery(learner, "NF.1") == group[learner]["NF.1"]
            assert group.record(learner) == lrm.LearnerRecord.from_events(items)
        assert group.as_of == datetime(2026, 11, 22, tzinfo=UTC)
        assert repr(group) == "<lrm.Class: 2 learners as of 2026-11-22T00:00:00Z>"

    def test_records_of_every_form(self) -> None:
        record = lrm.LearnerRecord.from_events([{"learner": "ana", "competency": "NF.1", "score": 3}])
        document = {"format": "lrm-record/1", "learner": "ben", "evidence": []}
        group = engine().start_class(iter([record, document, '[{"learner": "cem"}]']), as_of=AS_OF)
        assert group.learners() == ["ana", "ben", "cem"]
        for wrong in ("[]", document, 1, [1]):
            with pytest.raises(TypeError):
                engine().start_class(wrong, as_of=AS_OF)  # type: ignore[arg-type]

    def test_a_record_names_one_learner_of_its_own(self) -> None:
        ana = {"format": "lrm-record/1", "learner": "ana", "evidence": []}
        with pytest.raises(lrm.InvalidDocumentError) as caught:
            engine().start_class([ana, []], as_of=AS_OF)
        assert (caught.value.code, caught.value.path) == ("missing-field", "/records/1/learner")
        with pytest.raises(lrm.InvalidDocumentError) as caught:
            engine().start_class([ana, ana], as_of=AS_OF)
        assert (caught.value.code, caught.value.path) == ("duplicate-id", "/records/1/learner")
        for wrong, code, path in [
            ("[{]", "invalid-json", "/records/1"),
            ({**ana, "format": "x"}, "unsupported-format", "/records/1/format"),
            ([{"score": float("nan")}], "invalid-value", "/records/1/0/score"),
        ]:
            with pytest.raises(lrm.InvalidDocumentError) as caught:
                engine().start_class([ana, wrong], as_of=AS_OF)
            assert (caught.value.code, caught.value.path) == (code, path)

    def test_time_alone_changes_results_of_others(self) -> None:
        stale = engine(sufficiency={"max_age_days": 30})
        group = stale.start_class([], as_of="2026-01-01T00:00:00Z")
        for event in self.EVENTS:
            group.apply(event, as_of=event["observed_at"])
        changed = group.apply({"learner": "cem", "competency": "NF.1", "score": 4}, as_of="2026-03-20T00:00:00Z")
        assert list(changed) == ["ana", "ben", "cem"]
        assert {one.competency: one.status for one in changed["ben"]}["NF.1"] == "stale"

    def test_errors_leave_the_class_as_before(self) -> None:
        group = engine().start_class([self.EVENTS[:1]], as_of=AS_OF, strict=True)
        before = group["ben"]
        for event, kind, as_of in (
            ({"competency": "NF.1", "score": 1}, lrm.InvalidDocumentError, AS_OF),
            ({"learner": 1, "competency": "NF.1", "score": 1}, lrm.InvalidDocumentError, AS_OF),
            ({"learner": "ben", "competency": "NF.1", "score": 9}, lrm.InvalidDocumentError, AS_OF),
            ({"learner": "cem", "competency": "NF.1", "score": 9}, lrm.InvalidDocumentError, AS_OF),
            ({"learner": "ben", "competency": "NF.1", "score": 1}, lrm.ClockMovedBackError, "2026-01-01T00:00:00Z"),
        ):
            with pytest.raises(kind):
                group.apply(event, as_of=as_of)
        assert group.learners() == ["ben"]
        assert group["ben"] == before

    def test_learners_can_leave(self) -> None:
        group = engine().start_class([self.EVENTS[:1]], as_of=AS_OF)
        assert len(group.remove("ben")) == 1
        assert len(group) == 0
        for ask in (group.remove, group.state, group.record, lambda learner: group.mastery(learner, "NF.1")):
            with pytest.raises(lrm.UnknownLearnerError) as caught:
                ask("ben")
            assert caught.value.context["learner"] == "ben"

    def test_threads_take_turns(self) -> None:
        group = engine().start_class([], as_of=AS_OF)
        items = [{"learner": str(n % 3), "id": str(n), "competency": "NF.1", "score": n % 5} for n in range(200)]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda item: group.apply(item, as_of=AS_OF), items))
        for learner in group:
            own = [item for item in items if item["learner"] == learner]
            assert group[learner]["NF.1"] == engine().evaluate(own, as_of=AS_OF)["NF.1"]


class TestSelfRatings:
    ITEMS: ClassVar[list[dict[str, Any]]] = [
        {"competency": "NF.1", "score": 4, "assessor": {"role": "self"}, "observed_at": datetime(2026, 1, 15, tzinfo=UTC)},
        {"competency": "NF.1", "score": 2.5, "assessor": {"role": "teacher"}, "observed_at": "2026-01-16T00:00:00Z"},
        {"competency": "NF.2", "score": 3, "assessor": {"role": "self"}},
        {"competency": "NF.2", "score": 9, "assessor": {"role": "self"}},
    ]

    def test_stand_beside_the_value(self) -> None:
        first, second = engine().self_ratings(lrm.LearnerRecord.from_events(self.ITEMS), as_of=AS_OF)
        assert first == lrm.SelfRating(
            "NF.1", Decimal(4), datetime(2026, 1, 15, tzinfo=UTC), Decimal("2.5"), Decimal("1.5")
        )
        assert second == lrm.SelfRating("NF.2", Decimal(3), None, None, None)
        assert travelled(first) == first
        with pytest.raises(AttributeError):
            first.gap = Decimal(0)  # type: ignore[misc]

    def test_take_a_scope_and_strictness(self) -> None:
        (only,) = engine().self_ratings(self.ITEMS[2:], as_of=AS_OF, scope=["NF.2"])
        assert only.competency == "NF.2"
        assert engine().self_ratings([], as_of=AS_OF) == []
        with pytest.raises(lrm.LrmError) as refused:
            engine().self_ratings(self.ITEMS, as_of=AS_OF, strict=True)
        assert refused.value.code == "score-off-scale"
        with pytest.raises(lrm.UnknownCompetencyError):
            engine().self_ratings([], as_of=AS_OF, scope=["nowhere"])


class TestPrerequisites:
    NAMES = ("share", "unit", "compare", "add")
    EVENTS: ClassVar[list[dict[str, Any]]] = [
        {"id": "e1", "competency": "share", "score": 3},
        {"id": "w", "event": "waived", "competency": "add", "prerequisite": "compare", "actor": {"id": "coach"},
         "reason": "new here", "expires_at": "2027-01-01T00:00:00Z"},
        {"id": "x", "event": "waived", "competency": "nowhere", "actor": {"id": "coach"}, "reason": "a typing error"},
    ]  # fmt: skip

    def engine(self) -> lrm.Engine:
        edges = [{"type": "precedes", "from": one, "to": other} for one, other in pairwise(self.NAMES)]
        return lrm.Engine.from_json(
            {"competencies": [{"id": name, "statement": name} for name in self.NAMES], "associations": edges},
            {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}},
        )

    def test_say_what_is_ready_and_why_the_rest_is_not(self) -> None:
        log = lrm.EventLog.from_events(self.EVENTS[:1])
        assert self.engine().frontier(log, as_of=AS_OF) == {
            "standings": [
                {"competency": "share", "state": "learned", "recent": True},
                {"competency": "unit", "state": "ready", "unlocks": 2, "opens": 1},
                {"competency": "compare", "state": "blocked", "missing": ["unit"], "root_causes": ["unit"], "opens": 1},
                {"competency": "add", "state": "blocked", "missing": ["compare"], "root_causes": ["unit"]},
            ]
        }
        steps = [{"competency": name} for name in self.NAMES[1:]]
        assert self.engine().path(log, "add", as_of=AS_OF) == {"target": "add", "steps": steps}

    def test_may_be_waived(self) -> None:
        log = lrm.EventLog.from_events(self.EVENTS)
        frontier = self.engine().frontier(log, as_of=AS_OF)
        waived = {"prerequisite": "compare", "by": "coach", "reason": "new here", "until": "2027-01-01T00:00:00Z"}
        assert frontier["standings"][3] == {"competency": "add", "state": "ready", "waived": [waived]}
        assert frontier["unknown"] == ["x"]
        assert [entry["id"] for entry in log.entries("waiver")] == ["w", "x"]
        later = self.engine().frontier(log, as_of=datetime(2027, 1, 1, tzinfo=UTC))
        assert later["standings"][3]["state"] == "blocked"

    def test_take_a_scope_and_strictness(self) -> None:
        log = lrm.EventLog.from_events([{"id": "e1", "competency": "share", "score": 9}])
        (only,) = self.engine().frontier(log, as_of=AS_OF, scope=["add"])["standings"]
        assert only == {"competency": "add", "state": "ready"}
        assert self.engine().path(log, "add", as_of=AS_OF, scope=["add"])["steps"] == [{"competency": "add"}]
        with pytest.raises(lrm.LrmError) as refused:
            self.engine().frontier(log, as_of=AS_OF, strict=True)
        assert refused.value.code == "score-off-scale"
        with pytest.raises(lrm.UnknownCompetencyError):
            self.engine().path(log, "nowhere", as_of=AS_OF)

    def test_have_a_recovery_plan(self) -> None:
        log = lrm.EventLog.from_events(self.EVENTS[:1])
        plan = self.engine().recovery_plan(log, {"compare": None}, as_of=AS_OF)
        steps = [{"competency": "unit"}, {"competency": "compare"}]
        assert plan == {"of": ["compare"], "unmet": ["compare"], "steps": steps}
        plan = self.engine().recovery_plan(log, ["share"], as_of=AS_OF, scope=["share"], strict=True)
        assert plan == {"of": ["share"], "unmet": [], "steps": []}
        with pytest.raises(lrm.UnknownCompetencyError) as unknown:
            self.engine().recovery_plan(log, ["x", "share", "y"], as_of=AS_OF)
        assert [finding.path for finding in unknown.value.findings] == ["/of/0", "/of/2"]
        with pytest.raises(lrm.LrmError) as empty:
            self.engine().recovery_plan(log, [], as_of=AS_OF)
        assert empty.value.code == "invalid-value"
        with pytest.raises(TypeError):
            self.engine().recovery_plan(log, "share", as_of=AS_OF)


class TestLeastEvidence:
    FRAMEWORK: ClassVar[dict[str, Any]] = {"competencies": [{"id": name, "statement": name} for name in ("a", "b")]}
    POLICY: ClassVar[dict[str, Any]] = {
        "scale": {"max": 4, "proficient": 3, "levels": [{"id": "low", "from": 0}, {"id": "high", "from": 3.5}]},
        "estimate": {"method": "latest"},
        "sufficiency": {"min_assessors": 2},
        "programmes": [{"id": "p", "requirement": {"all": [{"competency": "a"}, {"competency": "b", "value": 3.5}]}}],
    }
    EVENTS: ClassVar[list[dict[str, Any]]] = [
        {"id": "new-1", "competency": "a", "score": 1, "assessor": {"id": "ms-lee"}},
    ]

    def engine(self) -> lrm.Engine:
        return lrm.Engine.from_json(self.FRAMEWORK, self.POLICY)

    def test_reaches_a_target_when_it_is_added(self) -> None:
        engine, log = self.engine(), lrm.EventLog.from_events(self.EVENTS)
        least = engine.least_evidence(log, competency="a", as_of=AS_OF)
        assert (least["target"], least["reached"], least["exact"]) == ({"competency": "a"}, True, True)
        (piece,) = least["pieces"]
        assert piece.pop("observed_at")
        assert piece == {"id": "new-2", "competency": "a", "score": 3, "assessor": {"id": "new-2"}}
        least = engine.least_evidence(log, programme="p", as_of=AS_OF, strict=True)
        assert [(piece["competency"], piece["score"]) for piece in least["pieces"]] == [("a", 3), ("b", 0), ("b", 3.5)]
        delta = engine.what_if(log.record(), least["pieces"], as_of=AS_OF)
        assert [change.after.status for change in delta.values()] == ["met", "met"]
        assert all(log.add(piece) for piece in least["pieces"])
        assert engine.programmes(log, as_of=AS_OF)[0]["verdict"] == "met"
        assert engine.least_evidence(log, programme="p", as_of=AS_OF)["pieces"] == []

    def test_takes_levels_values_and_scopes(self) -> None:
        engine, log = self.engine(), lrm.EventLog.from_events(self.EVENTS)
        scores = [
            engine.least_evidence(log, competency="a", as_of=AS_OF, **more)["pieces"][0]["score"]
            for more in ({"level": "high"}, {"value": Decimal("3.25")}, {"value": 0.5})
        ]
        assert scores == [Decimal("3.5"), Decimal("3.5"), 3]
        none = engine.least_evidence(log, competency="a", as_of=AS_OF, scope=["b"])
        assert none == {"target": {"competency": "a"}, "reached": False, "exact": False, "pieces": []}

    def test_refuses_what_is_no_target(self) -> None:
        engine, log = self.engine(), lrm.EventLog.from_events(self.EVENTS)
        for code, target in (
            ("invalid-value", {}),
            ("invalid-value", {"competency": "a", "programme": "p"}),
            ("invalid-value", {"competency": "a", "level": "high", "value": 3}),
            ("unknown-level", {"competency": "a", "level": "3"}),
            ("parameter-out-of-range", {"competency": "a", "value": 5}),
            ("unknown-programme", {"programme": "q"}),
            ("unknown-competency", {"competency": "x"}),
        ):
            with pytest.raises(lrm.LrmError) as refused:
                engine.least_evidence(log, as_of=AS_OF, **target)
            assert refused.value.code == code


class TestLayers:
    PLATFORM: ClassVar[dict[str, Any]] = {
        "layer": "platform",
        "set": {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "latest"}},
    }

    def test_come_to_a_policy_within_their_locks(self) -> None:
        lock = {"parameter": "/scale/proficient", "min": 2.5, "reason": "the board"}
        school = '{"layer": "school", "set": {"scale": {"proficient": 2}}}'
        layered = lrm.Policy.from_layers(iter([self.PLATFORM, {"layer": "district", "locks": [lock]}, school.encode()]))
        assert isinstance(layered, lrm.LayeredPolicy)
        assert layered.refused == [
            {
                "parameter": "/scale/proficient",
                "layer": "school",
                "value": 2,
                "lock": "district",
                "reason": "the board",
            }
        ]
        (traced,) = [one for one in layered.trace if one["parameter"] == "/scale/proficient"]
        assert (traced["value"], [one["layer"] for one in traced["layers"]]) == (3, ["platform", "school"])
        assert travelled(layered) == layered
        with pytest.raises(AttributeError):
            layered.trace = []  # type: ignore[misc]
        text = lrm.Engine(engine().framework, layered.policy).explain([], "NF.1", as_of=AS_OF).text()
        assert "set by platform" in text

    def test_say_what_is_wrong_of_the_layer(self) -> None:
        wrong = {"layer": "school", "set": {"scale": {"proficient": 9}}}
        with pytest.raises(lrm.InvalidDocumentError) as refused:
            lrm.Policy.from_layers([self.PLATFORM, wrong])
        error = refused.value
        assert (error.code, error.path, error.context["layer"]) == ("parameter-out-of-range", "/set/scale", "school")
        own = {"layer": "school", "locks": [{"parameter": "/scale/proficient", "min": 4}]}
        for layers, code in [([self.PLATFORM, own], "locked"), ([self.PLATFORM, self.PLATFORM], "duplicate-id")]:
            with pytest.raises(lrm.InvalidDocumentError) as refused:
                lrm.Policy.from_layers(layers)
            assert refused.value.code == code
        nan = {"layer": "school", "set": {"scale": {"max": float("nan")}}}
        with pytest.raises(lrm.InvalidDocumentError) as refused:
            lrm.Policy.from_layers([self.PLATFORM, nan])
        assert (refused.value.code, refused.value.path) == ("invalid-value", "/documents/1/set/scale/max")
        with pytest.raises(TypeError):
            lrm.Policy.from_layers(self.PLATFORM)  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            lrm.Policy.from_layers("[]")

    def test_are_said_in_words(self) -> None:
        policy = lrm.Policy.from_layers([self.PLATFORM]).policy
        assert "The latest score counts." in policy.words()
        words = policy.words({"policy.estimate.latest": "Le dernier score compte."})
        assert "Le dernier score compte." in words
        with pytest.raises(lrm.InvalidDocumentError):
            policy.words({"policy.nothing": "x"})


class TestReadyMade:
    def test_are_policies_by_name(self) -> None:
        names = lrm.Policy.ready_made_names()
        assert names == sorted(names)
        assert "moodle-competencies" in names
        for name in names:
            policy = lrm.Policy.ready_made(name)
            assert (policy.id, travelled(policy)) == (name, policy)
            said = json.loads(policy.to_json())["extra"]
            assert said["title"]
            assert said["sources"]
            assert said["leaves_out"]
        with pytest.raises(lrm.LrmError) as refused:
            lrm.Policy.ready_made("nothing")
        assert (refused.value.code, refused.value.context) == ("unknown-policy", {"policy": "nothing"})
        assert "moodle-competencies" in str(refused.value)

    def test_can_be_built_upon(self) -> None:
        school = {"layer": "school", "set": {"estimate": {"n": 2}}}
        layered = lrm.Policy.from_layers([{"layer": "platform", "ready_made": "canvas-n-mastery"}, school])
        scores = [{"id": f"e{score}", "competency": "NF.1", "score": score} for score in (3, 1, 4)]
        state = lrm.Engine(engine().framework, layered.policy).evaluate(scores, as_of=AS_OF)
        assert state["NF.1"].value == Decimal("3.5")
        with pytest.raises(lrm.LrmError) as refused:
            lrm.Policy.from_layers([{"layer": "platform", "ready_made": "nothing"}])
        assert (refused.value.code, refused.value.path) == ("unknown-policy", "/ready_made")


class TestSimulation:
    def test_says_who_would_move(self) -> None:
        today, other = engine(), engine(estimate={"method": "highest"})
        log = lrm.EventLog.from_events([{**event, "learner": "ana"} for event in EVENTS])
        ben = [{"learner": "ben", "competency": "NF.1", "score": score} for score in (1, 2.5)]
        learners = iter([log, lrm.LearnerRecord.from_events(ben)])
        simulation = today.simulate(other, learners, as_of=AS_OF, scope=["NF.1"])
        assert isinstance(simulation, lrm.Simulation)
        assert (simulation.learners, simulation.moved, simulation.truncated) == (2, 2, False)
        assert simulation.competencies[1] == {
            "competency": "NF.1",
            "up": 2,
            "down": 0,
            "gained": 0,
            "lost": 0,
            "same": 0,
        }
        move = simulation.moves[1]
        assert (move["learner"], move["competency"], move["direction"]) == ("ana", "NF.1", "up")
        assert move["before"] == {"value": Decimal("3.25"), "level": "mastery", "status": "met"}
        assert move["after"]["value"] == Decimal("3.5")
        assert travelled(simulation) == simulation
        assert "2 of 2" in repr(simulation)

    def test_takes_many_records_in_batches(self) -> None:
        today, other = engine(), engine(sufficiency={"min_evidence": 2})
        records = ([{"learner": f"n{at}", "competency": "NF.1", "score": 3}] for at in range(600))
        simulation = today.simulate(other, records, as_of=AS_OF, most_moves=5)
        assert (simulation.moved, len(simulation.moves), simulation.truncated) == (600, 5, True)
        assert [one["lost"] for one in simulation.competencies] == [600, 600]

    def test_refuses_what_cannot_be_compared(self) -> None:
        today = engine()
        other = lrm.Engine.from_json({"competencies": [{"id": "x", "statement": "X"}]}, today.policy.to_json())
        with pytest.raises(lrm.LrmError) as refused:
            today.simulate(other, [], as_of=AS_OF)
        assert refused.value.code == "incompatible-frameworks"
        ana = [{"learner": "ana", "competency": "NF.1", "score": 9}]
        with pytest.raises(lrm.InvalidDocumentError) as refused:
            today.simulate(today, [ana, ana], as_of=AS_OF)
        assert (refused.value.code, refused.value.path) == ("duplicate-id", "/records/1")
        ben = lrm.LearnerRecord.from_json([{"learner": "ben", "competency": "NF.1", "score": 9}])
        for wrong, code, path in [
            ("[{]", "invalid-json", "/records/2"),
            ({"format": "x"}, "unsupported-format", "/records/2/format"),
            ([{"score": float("nan")}], "invalid-value", "/records/2/0/score"),
        ]:
            with pytest.raises(lrm.InvalidDocumentError) as refused:
                today.simulate(today, [ben, ana, wrong], as_of=AS_OF)
            assert (refused.value.code, refused.value.path) == (code, path)
        with pytest.raises(lrm.LrmError) as refused:
            today.simulate(today, [ana], as_of=AS_OF, strict=True)
        assert (refused.value.code, refused.value.context["learner"]) == ("score-off-scale", "ana")
        with pytest.raises(TypeError):
            today.simulate(today, {"learner": "ana"}, as_of=AS_OF)  # type: ignore[arg-type]


class TestProgrammes:
    REQUIREMENT: ClassVar[dict[str, Any]] = {"all": [{"competency": "NF.1"}, {"competency": "NF.2", "value": 2.5}]}
    PROGRAMMES: ClassVar[list[dict[str, Any]]] = [
        {"id": "graduation", "kind": "graduation", "credit": "diploma", "requirement": REQUIREMENT}
    ]

    def log(self) -> lrm.EventLog:
        return lrm.EventLog.from_events([
            {"id": "e1", "competency": "NF.1", "score": 4, "observed_at": "2026-01-15T09:00:00Z"},
            {"id": "e2", "competency": "NF.2", "score": 2, "observed_at": "2026-01-15T09:00:00Z"},
        ])

    def test_tell_what_is_missing(self) -> None:
        compiled = engine(programmes=self.PROGRAMMES)
        assert compiled.programmes(self.log(), as_of=AS_OF) == [
            {
                "id": "graduation",
                "kind": "graduation",
                "credit": "diploma",
                "verdict": "not_met",
                "missing": [
                    {
                        "at": "/all/1",
                        "competency": "NF.2",
                        "needs": "value",
                        "value": Decimal("2.5"),
                        "status": "not_met",
                    }
                ],
                "trace": [
                    {"at": "", "verdict": "not_met"},
                    {"at": "/all/0", "competency": "NF.1", "verdict": "met"},
                    {"at": "/all/1", "competency": "NF.2", "verdict": "not_met"},
                ],
            }
        ]
        (scoped,) = compiled.programmes(self.log(), as_of=AS_OF, scope=["NF.1"])
        assert scoped["verdict"] == "met"
        with pytest.raises(lrm.UnknownCompetencyError):
            compiled.programmes(self.log(), as_of=AS_OF, scope=["nowhere"])

    def test_earn_a_credit_once(self) -> None:
        compiled, log = engine(programmes=self.PROGRAMMES, sequences=[["diploma", "degree"]]), self.log()
        with pytest.raises(lrm.LrmError) as refused:
            compiled.award(log, "graduation", id="c1", actor="ms-lee", at=AS_OF)
        assert (refused.value.code, refused.value.context["missing"]) == ("requirement-not-met", 1)
        event = compiled.award(
            log, "graduation", id="c1", actor="ms-lee", at=AS_OF, role="teacher", reason="done", scope=["NF.1"]
        )
        assert (event["event"], event["credit"], event["evidence"]) == ("awarded", "diploma", ["e1"])
        assert (event["actor"], event["reason"]) == ({"id": "ms-lee", "role": "teacher"}, "done")
        assert log.add(event)
        assert log.state_of("c1") == "awarded"
        for name, code in {"graduation": "already-awarded", "nothing": "unknown-programme"}.items():
            with pytest.raises(lrm.LrmError) as refused:
                compiled.award(log, name, id="c2", actor="ms-lee", at=AS_OF)
            assert refused.value.code == code
        for name, code in {"": "invalid-value", "e1": "duplicate-id"}.items():
            with pytest.raises(lrm.LrmError) as refused:
                compiled.award(log, "graduation", id=name, actor="ms-lee", at=AS_OF)
            assert (refused.value.code, refused.value.path) == (code, "/id")

    def test_what_an_award_says_is_kept(self) -> None:
        compiled, log = engine(programmes=self.PROGRAMMES), self.log()
        event = compiled.award(log, "graduation", id="c1", actor="t", at=AS_OF, role="", reason="", scope=["NF.1"])
        assert (event["actor"], event["reason"]) == ({"id": "t", "role": ""}, "")

    def test_documents_that_nobody_can_meet_are_refused(self) -> None:
        for requirement, code in {
            '{"all": []}': "empty-group",
            '{"at_least": 2, "of": [{"competency": "NF.1"}]}': "unreachable",
            '{"all": [{"competency": "NF.1"}, {"competency": "NF.1", "below": 1}]}': "contradiction",
        }.items():
            with pytest.raises(lrm.InvalidDocumentError) as refused:
                engine(programmes=[{"id": "p", "requirement": json.loads(requirement)}])
            assert refused.value.code == code


def test_what_a_system_restored_counts_once() -> None:
    items = [
        {"competency": "NF.1", "score": 2, "source": {"system": "lms", "id": "1"}},
        {"competency": "NF.1", "score": 4, "source": {"system": "lms", "id": "2", "replaces": "1"}},
    ]
    mastery = engine().evaluate(items, as_of=AS_OF)["NF.1"]
    assert (mastery.value, mastery.evidence) == (4, 1)
    rows = {"competency": ["NF.1"] * 2, "score": [2, 4], "source.system": ["lms"] * 2, "source.id": [1, 2]}
    for replaces in ([None, "1"], [None, 1]):
        frame = pyarrow.table(rows | {"source.replaces": replaces})
        table = pyarrow.table(engine().rollup(frame, as_of=AS_OF, nodes=["NF.1"]))
        assert table.select(["value", "evidence"]).to_pylist() == [{"value": 4, "evidence": 1}]
    struct = pyarrow.array([{"system": "lms", "id": "1", "replaces": None}, {"system": "lms", "id": "2", "replaces": "1"}])
    frame = pyarrow.table({"competency": ["NF.1"] * 2, "score": [2, 4], "source": struct})
    assert pyarrow.table(engine().rollup(frame, as_of=AS_OF, nodes=["NF.1"]))["evidence"].to_pylist() == [1]


def test_classes_are_frozen_and_final() -> None:
    things = [engine().framework, engine().policy, record(), engine(), engine().evaluate(record(), as_of=AS_OF)]
    for thing in [*things, things[-1]["NF"]]:
        with pytest.raises(AttributeError):
            thing.id = "other"
        with pytest.raises(AttributeError):
            thing.new = 1
        with pytest.raises(TypeError):
            type("Sub", (type(thing),), {})


def test_what_can_travel_travels() -> None:
    state = engine().evaluate([*EVENTS, {}], as_of=AS_OF)
    for thing in (engine().framework, engine().policy, record(), state, *state.values(), state.report()):
        assert travelled(thing) == thing
    moved_state = travelled(travelled(state))
    assert (list(moved_state), repr(moved_state)) == (list(state), repr(state))
    assert moved_state.report() == state.report()
    assert moved_state.as_of == state.as_of
    assert dict(moved_state) == dict(state)
    with pytest.raises(lrm.UnknownCompetencyError):
        moved_state["nowhere"]
    moved = travelled(engine())
    assert moved.evaluate(record(), as_of=AS_OF) == engine().evaluate(record(), as_of=AS_OF)


def in_another_process(task: tuple[lrm.Engine, lrm.LearnerRecord]) -> lrm.State:
    return task[0].evaluate(task[1], as_of=AS_OF)


def test_worker_processes() -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        (state,) = pool.map(in_another_process, [(engine(), record())])
    assert state == engine().evaluate(record(), as_of=AS_OF)
    assert dict(state) == dict(engine().evaluate(record(), as_of=AS_OF))


def test_other_threads_run_while_the_engine_works() -> None:
    items = [
        {"id": f"{number:06}", "competency": "NF.1", "score": number % 5, "observed_at": EVENTS[0]["observed_at"]}
        for number in range(100_000)
    ]
    known = lrm.LearnerRecord.from_json(items)
    busy = threading.Thread(target=lambda: [engine().evaluate(known, as_of=AS_OF) for _ in range(5)])
    busy.start()
    started = last = time.perf_counter()
    longest = 0.0
    while busy.is_alive():
        time.sleep(0.001)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    assert longest < (last - started) / 4, "this thread had to wait for the engine"


class TestCalendar:
    DOCUMENT: ClassVar[dict[str, Any]] = {
        "id": "school",
        "zone": "America/New_York",
        "holidays": ["2026-11-26", "2026-11-27"],
        "courses": [{"id": "math", "competencies": ["NF"], "from": "2026-01-05", "until": "2026-01-16"}],
        "deadlines": [{"activity": "essay", "due": "2026-11-01T23:59"}],
    }

    def test_tells_local_times_and_days(self) -> None:
        calendar = lrm.Calendar.from_json(self.DOCUMENT)
        assert (calendar.id, calendar.version, calendar.zone) == ("school", None, "America/New_York")
        assert repr(calendar) == '<lrm.Calendar "school" "America/New_York">'
        assert calendar.zone_rules.startswith("20")
        due = datetime(2026, 11, 2, 4, 59, tzinfo=UTC)
        assert calendar.instant("2026-11-01T23:59") == calendar.instant(datetime(2026, 11, 1, 23, 59)) == due
        assert calendar.local(due) == "2026-11-01T23:59:00-05:00"
        assert calendar.cutoff("2026-10-31T20:00", 1) == datetime(2026, 11, 2, 1, tzinfo=UTC)
        assert calendar.cutoff("2026-11-25T20:00", 1, school_days=True) == datetime(2026, 12, 1, 1, tzinfo=UTC)
        assert calendar.cutoff("2026-11-25T20:00") == datetime(2026, 11, 26, 1, tzinfo=UTC)
        assert calendar.school_days("2026-11-23", date(2026, 11, 29)) == 3
        again = travelled(calendar)
        assert (again, again.to_json()) == (calendar, calendar.to_json())
        assert calendar not in (lrm.Calendar.from_json({"zone": "UTC"}), 1)

    def test_gives_pace_and_deadlines(self) -> None:
        calendar = lrm.Calendar.from_json(self.DOCUMENT)
        log = lrm.EventLog.from_events([
            {"id": "e1", "competency": "NF.1", "score": 4, "observed_at": "2026-01-06T15:00:00Z"},
            {"id": "s1", "event": "submitted", "competency": "NF.1", "activity": "essay",
             "observed_at": "2026-11-02T04:30:00Z"},
        ])  # fmt: skip
        (pace,) = engine().pace(log, calendar, as_of="2026-01-09T20:00:00Z")
        assert (pace["course"], pace["own"]["expected"], pace["zone_rules"]) == ("math", 50, calendar.zone_rules)
        (scoped,) = engine().pace(log, calendar, as_of="2026-01-09T20:00:00Z", scope=["NF.1"], strict=True)
        assert (scoped["percent"], scoped["own"]["pace"]) == (100, "ahead")
        (essay,) = engine().deadlines(log, calendar, as_of=AS_OF)
        assert (essay["state"], essay["by"]) == ("on_time", "s1")

    def test_refuses_what_it_cannot_read(self) -> None:
        with pytest.raises(lrm.InvalidDocumentError) as caught:
            lrm.Calendar.from_json({"zone": "America/NewYork"})
        assert (caught.value.code, caught.value.path) == ("unknown-zone", "/zone")
        calendar = lrm.Calendar.from_json(self.DOCUMENT)
        with pytest.raises(lrm.InvalidDocumentError, match="not a local time"):
            calendar.instant("2026-11-01T23:59Z")
        with pytest.raises(lrm.InvalidDocumentError, match="has a time zone"):
            calendar.instant(datetime(2026, 11, 1, tzinfo=UTC))
        with pytest.raises(lrm.InvalidDocumentError, match="at most 366"):
            calendar.cutoff("2026-11-01T23:59", 367)
        for days in (-1, 2**32, 2**64, -(10**5000)):
            with pytest.raises(lrm.InvalidDocumentError, match="whole number from 0") as caught:
                calendar.cutoff("2026-11-01T23:59", days)
            assert caught.value.code == "parameter-out-of-range"
        with pytest.raises(TypeError):
            calendar.cutoff("2026-11-01T23:59", 1.5)  # type: ignore[arg-type]
        with pytest.raises(lrm.InvalidDocumentError, match="not a date"):
            calendar.school_days("2026-11-31", "2026-12-01")
        for wrong in (5, None, date(2026, 11, 1)):
            with pytest.raises(TypeError, match="naive datetime"):
                calendar.instant(wrong)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="a str or a date"):
            calendar.school_days(datetime(2026, 11, 1), "2026-12-01")

    def test_python_has_no_year_0(self) -> None:
        east = lrm.Calendar.from_json({"zone": "Etc/GMT-9"})  # nine hours ahead; in the year 1 cities had clocks of their own
        assert east.instant("0001-01-01T09:00") == datetime(1, 1, 1, tzinfo=UTC)
        before = "0000-12-31T15:00:00Z lies before the year 1, with which Python's datetimes begin"
        item = {"id": "e1", "competency": "NF.1", "score": 4, "observed_at": "0000-12-31T15:00:00Z"}
        state = engine().evaluate(lrm.LearnerRecord.from_events([item]), as_of="0000-12-31T15:00:00Z")
        log = lrm.EventLog.from_events([item])
        for ask in (
            lambda: east.instant("0001-01-01T00:00"),
            lambda: east.cutoff("0001-01-01T00:00"),
            lambda: state.as_of,
            lambda: state["NF.1"].newest,
            lambda: engine().history(log, "NF.1", until=AS_OF, clock="observed"),
        ):
            with pytest.raises(lrm.InvalidDocumentError, match=before) as caught:
                ask()
            assert caught.value.code == "invalid-value"


class TestEventLog:
    LOGGED: ClassVar[list[dict[str, Any]]] = [
        {"id": "e1", "learner": "ana", "competency": "NF.1", "score": 1, "observed_at": "2026-01-15T09:00:00Z"},
        {"id": "e2", "event": "corrected", "of": "e1", "score": 4, "received_at": "2026-01-16T08:00:00Z"},
    ]

    def test_says_what_is_known_and_what_was(self) -> None:
        log = lrm.EventLog.from_events(self.LOGGED)
        assert (log.learner, len(log), repr(log)) == ("ana", 2, '<lrm.EventLog "ana": 2 events>')
        asked = engine()
        known = log.known_at(datetime(2026, 1, 15, 12, tzinfo=UTC))
        values = [asked.evaluate(one.record(), as_of=AS_OF)["NF.1"].value for one in (log, known)]
        assert values == [4, 1]
        assert (log.state_of("e1"), log.state_of("e9")) == ("assessed", None)
        assert not log.report()
        again = travelled(log)
        assert (again, again.hash()) == (log, log.hash())
        assert log != known

    def test_nothing_counts_twice(self) -> None:
        one, other = (lrm.EventLog.from_events([event]) for event in self.LOGGED)
        assert (one.merge(other), other.merge(one), one.merge(one)) == (1, 1, 0)
        assert one == other
        assert not one.add(self.LOGGED[1])
        assert one.add({"id": "e3", "event": "retracted", "of": "e1"})
        assert one.state_of("e2") == "retracted"

    def test_refuses_what_cannot_be_and_keeps_what_came_from_elsewhere(self) -> None:
        log = lrm.EventLog.from_events([*self.LOGGED, {"id": "e3", "event": "retracted", "of": "e1"}])
        late = {"id": "e4", "event": "verified", "of": "e2"}
        with pytest.raises(lrm.LrmError) as refused:
            log.add(late)
        assert refused.value.code == "illegal-transition"
        assert (refused.value.context["from"], refused.value.context["to"]) == ("retracted", "verified")
        assert len(log) == 3
        assert log.merge(lrm.EventLog.from_events([late])) == 1
        assert [finding.code for finding in log.report()] == ["illegal-transition"]
        with pytest.raises(lrm.InvalidDocumentError):
            log.merge(lrm.EventLog.from_json([{"learner": "bo", "competency": "NF.1", "score": 1}]))

    def test_forgets_what_is_erased_and_proves_what_it_was(self) -> None:
        log = lrm.EventLog.from_events([*self.LOGGED, {"id": "e3", "competency": "NF.1", "score": 2, "retention": "transcript"}])
        old, noted = lrm.EventLog.from_json(log.to_json()), log.hash()
        rules = {"": 5, "transcript": None}
        assert log.due_for_erasure(rules, "2026-06-30T12:00:00Z", "2031-06-30T11:59:59Z") == []
        assert log.due_for_erasure(rules, "2026-06-30T12:00:00Z", "2031-06-30T12:00:00Z") == ["e1"]
        fields = {"id": "x1", "actor": {"id": "registrar"}, "reason": "five years", "received_at": "2031-07-01T00:00:00Z"}
        assert log.erase(["e1"], fields) == 2
        assert (len(log), log.merge(old), log.add(self.LOGGED[0]), old.merge(log)) == (2, 0, False, 1)
        assert log == old
        assert log.hash() != noted
        assert log.hash(at="2031-06-30T00:00:00Z") == noted
        with pytest.raises(lrm.InvalidDocumentError) as refused:
            log.erase(["e9", "x1"], fields)
        assert [finding.code for finding in refused.value.findings] == ["dangling-reference", "invalid-value"]
        assert log.add({"id": "h1", "event": "held", "actor": {"id": "court"}, "reason": "a case"})
        with pytest.raises(lrm.LrmError) as held:
            log.erase(["e3"], fields)
        assert (held.value.code, held.value.context["hold"]) == ("legal-hold", "h1")
        with pytest.raises(lrm.InvalidDocumentError):
            log.due_for_erasure({"": -1}, "2026-06-30T12:00:00Z", "2031-06-30T12:00:00Z")
        with pytest.raises(TypeError):
            log.erase("e3", fields)  # type: ignore[arg-type, unused-ignore]

    def test_tells_of_more_than_evidence(self) -> None:
        log = lrm.EventLog.from_events(
            [
                {"id": "s", "learner": "ana", "event": "submitted", "competencies": ["NF.1", "NF.2"]},
                {"id": "a", "of": "s", "competency": "NF.1", "score": 2.5, "observed_at": datetime(2026, 1, 15, tzinfo=UTC)},
                {"id": "g", "event": "proposed", "competencies": ["NF.1"], "title": "Fractions"},
                {"id": "y", "event": "approved", "of": "g"},
                {"id": "n", "event": "enrolled", "scope": ["NF"], "starts_at": "2026-01-01T00:00:00Z"},
            ]
        )
        assert log.pending() == [{"id": "s", "waits_for": "assessment", "competencies": ["NF.2"]}]
        assert [entry["entry"] for entry in log.entries()] == ["evidence", "goal", "enrolment", "submission"]
        (goal,) = log.entries("goal")
        assert (goal["state"], goal["events"], goal["title"]) == ("approved", ["g", "y"], "Fractions")
        (judged,) = log.entries(kind="evidence")
        assert (judged["score"], judged["since"]) == (Decimal("2.5"), "2026-01-15T00:00:00Z")
        assert (log.state_of("s"), log.state_of("g")) == ("submitted", "approved")
        assert log.scope_at("2026-02-01T00:00:00Z") == ["NF"]
        assert log.scope_at(datetime(2025, 1, 1, tzinfo=UTC)) == []
        assert lrm.EventLog.from_events([]).scope_at(AS_OF) is None
        with pytest.raises(lrm.InvalidDocumentError):
            log.entries("goals")  # type: ignore[arg-type]

    def test_a_learner_has_subgoals_of_their_own(self) -> None:
        event = {"id": "u", "event": "subdivided", "competency": "NF.1.a", "statement": "Halves", "under": ["NF.1"]}
        log = lrm.EventLog.from_events([event])
        framework = engine().framework
        mine = log.framework_with_subgoals(framework)
        assert len(mine) == len(framework) + 1
        assert (mine["NF.1.a"].statement, mine["NF.1.a"].tags) == ("Halves", ("subgoal",))
        assert mine.children("NF.1") == framework.children("NF.1")
        log.add({"id": "v", "event": "subdivided", "competency": "x", "under": ["nothing"]})
        with pytest.raises(lrm.InvalidDocumentError) as refused:
            log.framework_with_subgoals(framework)
        assert refused.value.code == "dangling-reference"

    def test_two_ids_of_one_person_and_apart_again(self) -> None:
        theirs = lrm.EventLog.from_events([{"id": "e9", "learner": "anna", "competency": "NF.1", "score": 3}])
        log = lrm.EventLog.from_events(self.LOGGED)
        with pytest.raises(lrm.InvalidDocumentError):
            log.merge(theirs)
        log.add({"id": "i", "event": "identified", "other": "anna", "reason": "one birth date", "actor": {"id": "office"}})
        assert (log.merge(theirs), log.merge(theirs), log.learner) == (1, 0, "ana")
        assert log.state_of("e9") == "assessed"
        assert travelled(log) == log
        log.add({"id": "x", "event": "separated", "of": "i"})
        assert log.state_of("e9") is None
        assert log.of("anna") == theirs
        assert len(log.of("ana")) == len(log) - 1

    def test_two_threads_merge_two_logs_into_each_other(self) -> None:
        logs = [lrm.EventLog.from_events([event]) for event in self.LOGGED]
        with ThreadPoolExecutor(2) as pool:
            for _ in range(50):
                list(pool.map(lambda pair: pair[0].merge(pair[1]), [(logs[0], logs[1]), (logs[1], logs[0])]))
        assert logs[0] == logs[1]
