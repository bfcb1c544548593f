"""Stores: what they keep, from many hands at once, and through the death of those who write."""

import json
import multiprocessing
import os
import pickle
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import lrm
import lrm.store
import pytest
from store_writer import event

WRITER = Path(__file__).with_name("store_writer.py")
ROUNDS = 100 if "LRM_FULL" in os.environ else 10

SCORE = {"id": "e1", "competency": "NF.1", "score": 1, "observed_at": "2026-01-15T09:00:00Z"}
RIGHT = {"id": "e2", "event": "corrected", "of": "e1", "score": 4}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "school.db"


@pytest.fixture
def store(path: Path) -> Iterator[lrm.store.SqliteStore]:
    with lrm.store.SqliteStore(path) as store:
        yield store


def asked(path: Path, question: str) -> Any:
    """What the database itself says, asked by others than the store."""
    database = sqlite3.connect(path)
    try:
        return database.execute(question).fetchall()
    finally:
        database.close()


FIELDS = {"id": "x1", "actor": {"id": "registrar"}, "reason": "asked for by a parent"}
SECRET = {"id": "s1", "competency": "NF.1", "score": 2, "note": "what nobody shall find again"}


class TestErasure:
    def test_what_is_erased_leaves_the_file(self, store: lrm.store.SqliteStore, path: Path) -> None:
        store.append("ana", [SCORE, RIGHT, SECRET])
        noted = store.log("ana").hash()
        assert store.erase("ana", ["s1", "e1"], FIELDS | {"received_at": "2026-07-01T00:00:00Z"}) == 3
        assert not any(str(SECRET["note"]).encode() in file.read_bytes() for file in path.parent.iterdir())
        assert [json.loads(event)["id"] for event in store.log("ana").events()] == ["x1"]
        assert store.log("ana").hash(at="2026-06-30T00:00:00Z") == noted

    def test_no_old_copy_brings_it_back(self, store: lrm.store.SqliteStore, path: Path, tmp_path: Path) -> None:
        with lrm.store.SqliteStore(tmp_path / "old.db") as old:
            for one in (store, old):
                one.append("ana", [SCORE, RIGHT, SECRET])
            store.erase("ana", ["s1"], FIELDS)
            assert store.append("ana", [SECRET, SCORE, {"id": "n", "competency": "NF.1", "score": 3}]) == 1
            assert (store.merge(old), old.merge(store)) == (0, 2)
            assert old.log("ana") == store.log("ana")
        assert asked(path, "SELECT count(*) FROM events WHERE content LIKE '%nobody shall%'") == [(0,)]

    def test_a_hold_keeps_it(self, store: lrm.store.SqliteStore) -> None:
        store.append("ana", [SECRET, {"id": "h1", "event": "held", "actor": {"id": "court"}, "reason": "a case"}])
        with pytest.raises(lrm.LrmError) as refused:
            store.erase("ana", ["s1"], FIELDS)
        assert (refused.value.code, refused.value.context["hold"]) == ("legal-hold", "h1")
        assert len(store.log("ana")) == 2
        store.append("ana", [{"id": "h2", "event": "released", "of": "h1", "actor": {"id": "court"}, "reason": "closed"}])
        assert store.erase("ana", ["s1"], FIELDS) == 1

    def test_an_erasure_that_a_hold_keeps_back_has_its_effect_once_released(self, store: lrm.store.SqliteStore) -> None:
        elsewhere = lrm.EventLog.from_events([{"learner": "ana", **SECRET}])
        elsewhere.erase(["s1"], FIELDS)
        store.append("ana", [SECRET, {"id": "h1", "event": "held", "actor": {"id": "court"}, "reason": "a case"}])
        assert store.append("ana", elsewhere) == 1
        assert store.log("ana").report().counts() == {"legal-hold": 1}
        assert store.append("ana", [{"id": "h2", "event": "released", "of": "h1", "actor": {"id": "court"}, "reason": "closed"}]) == 1
        assert sorted(json.loads(event)["id"] for event in store.log("ana").events()) == ["h1", "h2", "x1"]

    def test_a_file_of_before_learns_it(self, path: Path) -> None:
        with lrm.store.SqliteStore(path) as store:
            store.append("ana", [SECRET])
        database = sqlite3.connect(path)
        database.execute("DROP INDEX erasing")
        database.close()
        with lrm.store.SqliteStore(path) as store:
            assert store.erase("ana", ["s1"], FIELDS) == 1
            assert store.append("ana", [SECRET]) == 0


class TestStore:
    def test_it_keeps_what_it_is_given(self, store: lrm.store.SqliteStore, path: Path) -> None:
        assert store.append("ana", [SCORE, RIGHT]) == 2
        log = lrm.EventLog.from_events([{"learner": "ana", **SCORE}, RIGHT])
        with lrm.store.SqliteStore(str(path)) as again:
            assert again.log("ana") == log
            assert again.log("ana").hash() == log.hash()
            assert repr(again) == f"<lrm.store.SqliteStore {str(path)!r}>"

    def test_events_that_come_again_are_not_new(self, store: lrm.store.SqliteStore) -> None:
        events = [{"id": f"e{n}", "competency": "NF.1", "score": n % 5, "learner": "ana"} for n in range(4_000)]
        assert [store.append("ana", events) for _ in range(3)] == [4_000, 0, 0]
        assert store.append("ana", store.log("ana")) == 0
        assert store.append("ana", [{**SCORE, "id": "e4000"}, *events[:10]]) == 1
        assert len(store.log("ana")) == 4_001

    def test_a_row_is_an_event_by_its_content(self, store: lrm.store.SqliteStore, path: Path) -> None:
        store.append("ana", [{"score": 1.50, "competency": "NF.1", "id": "é", "learner": "ana"}])
        content = '{"id":"é","competency":"NF.1","score":1.5}'
        rows = asked(path, "SELECT learner, hash, content FROM events")
        assert rows == [("ana", sha256(content.encode()).digest(), content)]

    def test_learners_are_apart(self, store: lrm.store.SqliteStore) -> None:
        for learner in ("zoe", "ana", "", "é", "e\u0301", "a'; DROP TABLE events; --", "nul\0", "nul"):
            assert store.append(learner, [SCORE]) == 1
            assert store.log(learner).learner == learner
        assert store.learners() == ["", "a'; DROP TABLE events; --", "ana", "e\u0301", "nul", "nul\0", "zoe", "é"]
        assert len(store.log("nobody")) == 0
        assert store.append("nobody", []) == 0
        assert "nobody" not in store.learners()
        assert store.log("nobody").learner == "nobody"

    def test_events_that_cannot_be_read_are_kept(self, store: lrm.store.SqliteStore) -> None:
        strange = [{}, {"event": "moved", "of": 3, "x": [None]}, {"competency": 5, "learner": "ana"}, {"score": "high"}]
        assert store.append("ana", strange) == 4
        log = store.log("ana")
        assert log == lrm.EventLog.from_events([{"learner": "ana", **one} for one in strange])
        assert len(log.record()) == 3
        assert store.append("ana", log) == 0

    def test_transitions_are_reported_not_refused(self, store: lrm.store.SqliteStore) -> None:
        retracted = {"id": "r", "event": "retracted", "of": "e1", "received_at": "2026-01-20T00:00:00Z"}
        assert store.append("ana", [SCORE, retracted]) == 2
        assert store.append("ana", [{**RIGHT, "received_at": "2026-02-01T00:00:00Z"}]) == 1
        assert store.log("ana").report().counts() == {"illegal-transition": 1}

    def test_what_is_refused_leaves_no_trace(self, store: lrm.store.SqliteStore) -> None:
        with pytest.raises(lrm.InvalidDocumentError):
            store.append("ana", [SCORE, {**SCORE, "learner": "ben"}])
        with pytest.raises(lrm.InvalidDocumentError):
            store.append("ana", lrm.EventLog.from_events([{**SCORE, "learner": "ben"}]))
        with pytest.raises(lrm.InvalidDocumentError):
            store.append("ana", [SCORE, {**SCORE, "score": float("nan")}])
        with pytest.raises(lrm.InvalidDocumentError):
            store.append("\ud800", [SCORE])
        for wrong in (None, 3, b"ana"):
            with pytest.raises(TypeError):
                store.append(wrong, [SCORE])  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            store.append("ana", SCORE)  # type: ignore[arg-type]
        assert store.learners() == []

    def test_an_interrupted_append_adds_nothing(self, store: lrm.store.SqliteStore) -> None:
        def interrupted() -> Iterator[dict[str, Any]]:
            yield SCORE
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            store.append("ana", interrupted())
        assert store.learners() == []
        assert store.append("ana", [SCORE]) == 1

    def test_it_waits_for_the_disk(self, store: lrm.store.SqliteStore, path: Path) -> None:
        assert asked(path, "PRAGMA journal_mode") == [("wal",)]
        settings = [store._database.execute(f"PRAGMA {name}").fetchone() for name in ("synchronous", "fullfsync")]
        assert settings == [(2,), (1,)]

    def test_stores_merge_either_way(self, path: Path) -> None:
        with lrm.store.SqliteStore(path) as one, lrm.store.SqliteStore(":memory:") as other:
            one.append("ana", [SCORE])
            other.append("ana", [SCORE, RIGHT])
            other.append("ben", [SCORE])
            one.append("cem", [SCORE])
            assert (one.merge(other), other.merge(one), one.merge(other), one.merge(one)) == (2, 1, 0, 0)
            assert one.learners() == other.learners() == ["ana", "ben", "cem"]
            for learner in one.learners():
                assert one.log(learner).hash() == other.log(learner).hash()

    def test_files_of_something_else_are_refused_and_left_alone(self, tmp_path: Path) -> None:
        def refused(path: Path) -> lrm.LrmError:
            before = path.read_bytes()
            with pytest.raises(lrm.InvalidDocumentError) as caught:
                lrm.store.SqliteStore(path)
            assert asked(path, "PRAGMA integrity_check") == [("ok",)]
            assert path.read_bytes() == before
            return caught.value

        other = tmp_path / "other.db"
        asked(other, "CREATE TABLE events (what TEXT)")
        error = refused(other)
        assert (error.code, error.context["known"]) == ("unsupported-format", "lrm-store/1")
        later = tmp_path / "later.db"
        lrm.store.SqliteStore(later).close()
        asked(later, "PRAGMA user_version = 2")
        assert refused(later).context == {"found": "lrm-store/2", "known": "lrm-store/1"}
        text = tmp_path / "text.db"
        text.write_text("no database at all" * 100)
        with pytest.raises(sqlite3.DatabaseError):
            lrm.store.SqliteStore(text)
        assert text.read_text() == "no database at all" * 100
        with pytest.raises(sqlite3.OperationalError):
            lrm.store.SqliteStore(tmp_path / "nowhere" / "school.db")

    def test_a_closed_store_says_so(self, path: Path) -> None:
        store = lrm.store.SqliteStore(path)
        store.close()
        store.close()
        with pytest.raises(sqlite3.ProgrammingError):
            store.log("ana")


def test_the_example_in_rust_makes_the_same_table() -> None:
    example = Path(__file__).parents[2] / "examples" / "rust" / "stores" / "sqlite.rs"
    text = " ".join(example.read_text(encoding="utf-8").split())
    table = " ".join(lrm.store._TABLE.split()).replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS")
    assert table in text
    assert f"application_id = {lrm.store._APPLICATION}" in text


# ------------------------------------------------------------------------------------------------ many hands


def test_threads_take_turns(store: lrm.store.SqliteStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        new = list(pool.map(lambda n: store.append("ana", [{**SCORE, "id": f"e{n % 100}"}]), range(200)))
    assert sum(new) == 100
    assert len(store.log("ana")) == 100


def open_only(path: Path) -> int:
    with lrm.store.SqliteStore(path) as store:
        return len(store.learners())


def append_some(task: tuple[Path, int]) -> int:
    path, part = task
    with lrm.store.SqliteStore(path) as store:
        return sum(store.append("ana", [{**SCORE, "id": f"e{part + n}"}]) for n in range(60))


def test_processes_open_the_same_file_at_once(path: Path) -> None:
    # they are the first to make it, too
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(4, mp_context=context) as pool:
        assert set(pool.map(open_only, [path.with_name(f"{n // 4}.db") for n in range(200)])) == {0}
        new = list(pool.map(append_some, [(path, part) for part in (0, 30, 60, 90)]))
    assert sum(new) == 150
    with lrm.store.SqliteStore(path) as store, pickle.loads(pickle.dumps(store)) as again:
        assert len(store.log("ana")) == 150
        assert again.log("ana") == store.log("ana")


def test_what_cannot_travel_says_so() -> None:
    with lrm.store.SqliteStore(":memory:") as memory, pytest.raises(TypeError):
        pickle.dumps(memory)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_a_store_refuses_to_live_on_after_a_fork(store: lrm.store.SqliteStore) -> None:
    store.append("ana", [SCORE])
    child = os.fork()
    if child == 0:
        code = 1
        try:
            store.append("ana", [RIGHT])
        except RuntimeError:
            code = 0
        os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    assert len(store.log("ana")) == 1


# ------------------------------------------------------------------------------------------------ sudden death


def test_no_event_that_was_acknowledged_is_lost_when_writers_are_killed(path: Path) -> None:
    seed = random.randrange(1 << 32)
    print("seed", seed)
    chance = random.Random(seed)
    for number in range(ROUNDS):
        # a file that has seen some deaths, but logs that are soon read
        if number % 10 == 0:
            learner, acknowledged = f"learner {number}", set[str]()
        names = [f"{number}{half}" for half in "ab"]
        command = [sys.executable, str(WRITER), str(path), learner]
        writers = [subprocess.Popen([*command, name], stdout=subprocess.PIPE, text=True) for name in names]
        # some die while they make or open the file, most while they write
        if number % 3:
            for writer in writers:
                assert writer.stdout
                acknowledged.add(writer.stdout.readline().strip())
        time.sleep(chance.uniform(0, 0.4))
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
            said, _ = writer.communicate()
            assert writer.returncode == -signal.SIGKILL, "the writer ended before it was killed"
            acknowledged.update(said.split())

        with lrm.store.SqliteStore(path) as store:
            log = store.log(learner)
        kept = {json.loads(one)["id"] for one in log.events()}
        assert acknowledged <= kept, f"lost {sorted(acknowledged - kept)}"
        # what a writer was at when it died may be there or not; each was at one event
        assert len(kept) - len(acknowledged) <= 2 * (number % 10 + 1)
        assert not log.report()
        assert asked(path, "PRAGMA integrity_check") == [("ok",)]
        # and each is what it was
        written = [event(name, int(place)) for name, place in (one.rsplit("-", 1) for one in kept)]
        assert log == lrm.EventLog.from_json({"format": "lrm-log/1", "learner": learner, "events": written})
    assert len(acknowledged) > 50
