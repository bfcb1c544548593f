"""Logs of many learners in a file: a table of events that only grows, in SQLite, which Python brings along.

Since a log is a set, any table will do that knows its events by learner and content: appending twice, from several
processes or in any order comes to the same. What a log says is erased leaves the table. This one is small enough to be read
as a pattern for others.

>>> import lrm.store, tempfile
>>> with tempfile.TemporaryDirectory() as folder, lrm.store.SqliteStore(f"{folder}/school.db") as store:
...     store.append("ana", [{"id": "e1", "competency": "NF.1", "score": 3}])
...     store.append("ana", [{"id": "e1", "competency": "NF.1", "score": 3}, {"id": "e2", "competency": "NF.1", "score": 4}])
...     store.log("ana")
1
1
<lrm.EventLog "ana": 2 events>
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, Self

import lrm
from lrm._errors import from_parts

__all__ = ["SqliteStore"]

# What a file says of itself: that it is a store, and of which version.
_APPLICATION = 0x6C726D31
_FORMAT = "lrm-store"
_VERSION = 1

# The key leads to all events of a learner in a row. `received` is when this file got the event: it says nothing of the
# event, and no answer depends on it.
_TABLE = """
CREATE TABLE events (
    learner  TEXT NOT NULL,
    hash     BLOB NOT NULL CHECK (length(hash) = 32),
    content  TEXT NOT NULL,
    received TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    PRIMARY KEY (learner, hash)
) WITHOUT ROWID
"""

# Which learners' logs erase something, so that others need not be read to know. The condition lets in a few too many.
_ERASING = "instr(content, '\"event\":\"erased\"') > 0"
_INDEX = f"CREATE INDEX IF NOT EXISTS erasing ON events (learner) WHERE {_ERASING}"
# by name: without statistics SQLite would look at all events of the learner
_ASKED = f"SELECT 1 FROM events INDEXED BY erasing WHERE learner = ? AND {_ERASING} LIMIT 1"

# What a file says that it is, and how many tables it has: in one question, since another process may be making it.
_STAMP = """
SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version),
    (SELECT count(*) FROM sqlite_master)
"""

_INSERT = "INSERT INTO events (learner, hash, content) VALUES (?, ?, ?) ON CONFLICT (learner, hash) DO NOTHING"

# From one learner to the next in the key, however many events each of them has.
_LEARNERS = """
WITH RECURSIVE known(learner) AS (
    SELECT min(learner) FROM events
    UNION ALL
    SELECT (SELECT min(learner) FROM events WHERE learner > known.learner) FROM known WHERE known.learner IS NOT NULL
)
SELECT learner FROM known WHERE learner IS NOT NULL
"""

_Row = tuple[str, bytes, str]


class SqliteStore:
    """The logs of many learners in one SQLite file.

    The store only ever adds events, and drops what they say is erased. What :meth:`append` has returned for is on the disk
    and outlasts the process, the system and the power. Threads may share a store, and take turns; processes open the same file, each for itself, and it
    may be copied while they write with ``VACUUM INTO`` or SQLite's backup.

    It pickles as its path, so that a worker process opens the file anew.

    >>> import lrm.store
    >>> with lrm.store.SqliteStore(":memory:") as store:
    ...     store.append("ana", [{"id": "e1", "competency": "NF.1", "score": 1}])
    ...     store.append("ana", [{"id": "e2", "event": "corrected", "of": "e1", "score": 4}])
    ...     store.learners(), store.log("ana").state_of("e1")
    1
    1
    (['ana'], 'assessed')
    """

    def __init__(self, path: str | os.PathLike[str], *, timeout: float = 60.0) -> None:
        """Opens the file, or makes it.

        Args:
            path: of a file on a local disk; network drives do not keep SQLite's locks. ``":memory:"`` lasts as long as the
                store.
            timeout: seconds to wait while another process writes.

        Raises:
            InvalidDocumentError: with the code ``unsupported-format`` for a file of a later version or of something else.
            sqlite3.Error: if it cannot be opened.
        """
        self._path = os.fspath(path)
        self._timeout = timeout
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._database = sqlite3.connect(self._path, timeout=timeout, isolation_level=None, check_same_thread=False)
        try:
            self._prepare()
        except BaseException:
            self._database.close()
            raise

    def append(self, learner: str, events: lrm.EventLog | Iterable[Mapping[str, Any]]) -> int:
        """Adds events to a learner's log, all or none; gives how many were new.

        When it returns, they are on the disk. As in :meth:`lrm.EventLog.merge`, no event is refused for what it says or
        for the state of its evidence: the report of the log tells.

        Args:
            learner: whose events they are. Those that name another learner are an error.
            events: a log, or any iterable of dicts, each one event.

        Raises:
            InvalidDocumentError: for what JSON cannot say, or events of another learner; nothing is added then.
            sqlite3.Error: if the file cannot be written; nothing is added then.

        Complexity: logarithmic in the events of the store, for each event; O(n log n) in those of a learner of whom something
        was erased.
        """
        log = _log_of(learner, [])
        log.merge(events if isinstance(events, lrm.EventLog) else lrm.EventLog.from_events(events))
        return self._merge(learner, log)

    def erase(self, learner: str, what: Sequence[str], fields: Mapping[str, Any]) -> int:
        """Erases events of a learner, as :meth:`lrm.EventLog.erase`; gives how many are gone.

        Their rows are written over in the file, and in the write-ahead log unless another process is reading just then. What
        SQLite has moved about in the file before may still lie in pages that are free: ``VACUUM`` writes a file without them.
        Copies, backups and the rows of another learner who is the same person are yours to find.

        Raises:
            LrmError: as :meth:`lrm.EventLog.erase`; nothing is erased then.
            sqlite3.Error: if the file cannot be written; nothing is erased then.

        Complexity: O(n log n) in the learner's events.

        >>> import lrm.store
        >>> with lrm.store.SqliteStore(":memory:") as store:
        ...     store.append("ana", [{"id": "e1", "competency": "NF.1", "score": 1}])
        ...     store.erase("ana", ["e1"], {"id": "x1", "actor": {"id": "registrar"}, "reason": "asked for by a parent"})
        ...     store.append("ana", [{"id": "e1", "competency": "NF.1", "score": 1}])
        1
        1
        0
        """
        with self._alone() as database, _transaction(database):
            known = _contents(database, learner)
            log = _log_of(learner, known)
            gone = log.erase(what, fields)
            _replace(database, learner, known, log.events())
        self._forget()
        return gone

    def log(self, learner: str) -> lrm.EventLog:
        """All events of a learner; an empty log if there are none.

        Complexity: O(n log n) in the learner's events.
        """
        with self._alone() as database:
            contents = _contents(database, learner)
        return _log_of(learner, contents)

    def learners(self) -> list[str]:
        """Who has events, in the byte order of their ids."""
        with self._alone() as database:
            return [learner for (learner,) in database.execute(_LEARNERS)]

    def merge(self, other: SqliteStore) -> int:
        """Adds all events of another store; gives how many were new. Either way and as often as you like, it comes to the
        same. Learner by learner all or none: after an error, merge again.

        Complexity: as many look-ups as the other store has events; holds those of one learner in memory.
        """
        return sum(self._merge(learner, other.log(learner)) for learner in other.learners())

    def close(self) -> None:
        """Closes the file. Closing twice does nothing."""
        with self._lock:
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        if self._path == ":memory:":
            raise TypeError("a store in memory is in one process only")
        return type(self), (self._path,)

    def __repr__(self) -> str:
        return f"<lrm.store.SqliteStore {self._path!r}>"

    # ------------------------------------------------------------------------------------------------ the file

    @contextmanager
    def _alone(self) -> Iterator[sqlite3.Connection]:
        """The database, while other threads wait."""
        if os.getpid() != self._process:
            # SQLite's locks belong to the process that opened the file: to go on would damage it
            raise RuntimeError("this store was opened before a fork: open one in each process")
        with self._lock:
            yield self._database

    def _merge(self, learner: str, log: lrm.EventLog) -> int:
        rows = list(_rows(learner, log.events()))
        with self._alone() as database, _transaction(database):
            if not _erases(database, rows, learner):
                before = database.total_changes
                database.executemany(_INSERT, rows)
                return database.total_changes - before
            known = _contents(database, learner)
            all_ = _log_of(learner, known)
            new = all_.merge(log)
            is_less = _replace(database, learner, known, all_.events())
        if is_less:
            self._forget()
        return new

    def _forget(self) -> None:
        """Writes over what the write-ahead log still has of deleted rows."""
        with self._alone() as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _prepare(self) -> None:
        database = self._database
        # before anything is changed: it may be a file of something else
        made = self._is_made()
        mode = self._write_ahead()
        # Each commit waits for the disk. Without the write-ahead log, its folder has to be waited for as well.
        database.execute(f"PRAGMA synchronous = {'FULL' if mode == 'wal' else 'EXTRA'}")
        # macOS tells apart what went to the disk and what is on it
        database.execute("PRAGMA fullfsync = ON")
        database.execute("PRAGMA checkpoint_fullfsync = ON")
        # what is deleted is written over
        database.execute("PRAGMA secure_delete = ON")
        if not made:
            with _transaction(database):
                # another process may have been first
                if not self._is_made():
                    database.execute(_TABLE)
                    database.execute(f"PRAGMA application_id = {_APPLICATION}")
                    database.execute(f"PRAGMA user_version = {_VERSION}")
        database.execute(_INDEX)

    def _write_ahead(self) -> str:
        """Turns the write-ahead log on, with which readers and a writer do not wait for each other; gives the mode."""
        patience = time.monotonic() + self._timeout
        while True:
            try:
                (mode,) = self._database.execute("PRAGMA journal_mode = WAL").fetchone()
                return str(mode)
            except sqlite3.OperationalError as error:
                # SQLite does not make those wait here who open a new file at the same time
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                    raise
                time.sleep(0.01)

    def _is_made(self) -> bool:
        """True for a store, False for a new file."""
        application, version, tables = self._database.execute(_STAMP).fetchone()
        if (application, version) == (_APPLICATION, _VERSION):
            return True
        if (application, version, tables) == (0, 0, 0):
            return False
        raise _unsupported(f"{_FORMAT}/{version}" if application == _APPLICATION else "a database of something else")


@contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[None]:
    # writing from the start: a transaction that begins by reading may be refused when it comes to write
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        # after some errors SQLite has rolled back by itself
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise


def _contents(database: sqlite3.Connection, learner: str) -> list[str]:
    return [content for (content,) in database.execute("SELECT content FROM events WHERE learner = ?", (learner,))]


def _erases(database: sqlite3.Connection, rows: list[_Row], learner: str) -> bool:
    """True if the learner's log may erase something, with these rows or without."""
    if any('"event":"erased"' in content for _, _, content in rows):
        return True
    return database.execute(_ASKED, (learner,)).fetchone() is not None


def _replace(database: sqlite3.Connection, learner: str, known: list[str], events: list[str]) -> bool:
    """Lets a learner have these events instead of those; True if some are gone."""
    gone = set(known).difference(events)
    database.executemany(_INSERT, _rows(learner, events))
    database.executemany("DELETE FROM events WHERE learner = ? AND hash = ?", [row[:2] for row in _rows(learner, gone)])
    return bool(gone)


def _rows(learner: str, contents: Iterable[str]) -> Iterator[_Row]:
    return ((learner, sha256(content.encode()).digest(), content) for content in contents)


def _log_of(learner: str, contents: Iterable[str]) -> lrm.EventLog:
    if not isinstance(learner, str):
        raise TypeError(f"a learner is a str, not {type(learner).__name__}")
    head = json.dumps({"format": "lrm-log/1", "learner": learner}, ensure_ascii=False)
    return lrm.EventLog.from_json(f'{head[:-1]}, "events": [{",".join(contents)}]}}')


def _unsupported(found: str) -> lrm.LrmError:
    known = f"{_FORMAT}/{_VERSION}"
    message = f"expected a store of the format {known}, found {found}"
    return from_parts("unsupported-format", "", message, {"found": found, "known": known})
