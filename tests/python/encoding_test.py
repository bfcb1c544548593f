"""A log as bytes, written and read here by the book as well: with zlib and struct, and nothing of the engine."""

import json
import struct
import zlib
from hashlib import sha256
from typing import Any

import lrm
import pytest

START = b"\x89lrm-log-bytes/1\n"
EVENTS: list[dict[str, Any]] = [
    {"id": "e1", "learner": "ana", "competency": "NF.1", "score": 1.50, "observed_at": "2026-01-15T09:00:00Z"},
    {"id": "é\0", "event": "corrected", "of": "e1", "score": 4, "reason": "x" * 1_000},
]


def block(marker: bytes, text: str) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packer.compress(text.encode()) + packer.flush()
    head = marker + struct.pack(">II", len(data), len(text.encode()))
    head += sha256(head).digest()[:4]
    return head + sha256(head + data).digest() + data


def texts(data: bytes) -> list[tuple[bytes, str]]:
    assert data.startswith(START)
    at, found = len(START), []
    while at < len(data):
        marker, packed, unpacked, check, checksum = struct.unpack_from(">4sII4s32s", data, at)
        body = data[at + 48 : at + 48 + packed]
        assert check == sha256(data[at : at + 12]).digest()[:4]
        assert checksum == sha256(data[at : at + 16] + body).digest()
        text = zlib.decompress(body, wbits=-15)
        assert len(text) == unpacked
        found.append((marker, text.decode()))
        at += 48 + packed
    assert at == len(data)
    return found


def test_what_is_written_is_as_the_book_says() -> None:
    log = lrm.EventLog.from_events(EVENTS)
    more = lrm.EventLog.from_events([{"id": "r", "event": "retracted", "of": "e1"}])
    data = log.to_bytes() + more.block() + lrm.EventLog.from_json([]).block()
    assert texts(data) == [
        (b"lrmS", f"{log.hash()}\n{log.to_json()}"),
        (b"lrmE", more.to_json()),
        (b"lrmE", '{"format":"lrm-log/1","events":[]}'),
    ]
    log.merge(more)
    for given in (data, bytearray(data), memoryview(data)):
        assert lrm.EventLog.from_bytes(given) == log
    assert lrm.EventLog.from_events(reversed(EVENTS)).to_bytes() == lrm.EventLog.from_events(EVENTS).to_bytes()


def test_what_is_written_by_the_book_is_read() -> None:
    log = lrm.EventLog.from_events(EVENTS)
    snapshot = block(b"lrmS", f"{log.hash()}\n{log.to_json()}")
    for blocks in ([snapshot], [snapshot, snapshot], [block(b"lrmE", json.dumps(EVENTS)), snapshot]):
        read = lrm.EventLog.from_bytes(START + b"".join(blocks))
        assert (read, read.learner, read.hash()) == (log, "ana", log.hash())


def test_many_events_take_little_room() -> None:
    events = [{**EVENTS[0], "id": f"e{n}", "score": n % 5} for n in range(10_000)]
    log = lrm.EventLog.from_events(events)
    assert len(log.to_bytes()) < len(log.to_json()) / 10
    assert lrm.EventLog.from_bytes(log.to_bytes()) == log


def test_damage_is_told_with_its_place() -> None:
    good = lrm.EventLog.from_events(EVENTS).to_bytes()
    other = block(b"lrmE", '[{"id": "e9", "competency": "NF.1", "score": 2}]')
    with pytest.raises(lrm.DamagedError) as caught:
        lrm.EventLog.from_bytes(good[:-1])
    assert (caught.value.code, caught.value.context["offset"]) == ("damaged", len(START))
    assert caught.value.context["expected"] == f"a block of {len(good) - len(START)} bytes"
    flipped = bytearray(good + other)
    flipped[len(good) + 50] ^= 1
    with pytest.raises(lrm.DamagedError) as caught:
        lrm.EventLog.from_bytes(flipped)
    assert caught.value.context["offset"] == len(good)
    log, report = lrm.EventLog.recover(flipped + other)
    assert (len(log), report.counts()) == (3, {"damaged": 1})
    log, report = lrm.EventLog.recover(good)
    assert (log, len(report)) == (lrm.EventLog.from_events(EVENTS), 0)


def test_other_formats_are_refused_by_name() -> None:
    with pytest.raises(lrm.InvalidDocumentError) as caught:
        lrm.EventLog.from_bytes(b"\x89lrm-log-bytes/2\nwhatever")
    assert caught.value.code == "unsupported-format"
    assert caught.value.context == {"found": "lrm-log-bytes/2", "known": "lrm-log-bytes/1"}
    with pytest.raises(lrm.InvalidDocumentError):
        lrm.EventLog.from_bytes(lrm.EventLog.from_json([]).to_json().encode())


def test_what_claims_too_much_costs_nothing() -> None:
    head = b"lrmE" + struct.pack(">II", 0, 1 << 31)
    head += sha256(head).digest()[:4]
    with pytest.raises(lrm.LimitExceededError):
        lrm.EventLog.from_bytes(START + head + sha256(head).digest())
    head = b"lrmE" + struct.pack(">II", 0, 1 << 30)
    head += sha256(head).digest()[:4]
    with pytest.raises(lrm.DamagedError):
        lrm.EventLog.from_bytes(START + head + sha256(head).digest())


@pytest.mark.parametrize("wrong", ["text", None, 3, [1], {"a": 1}])
def test_what_is_no_bytes(wrong: Any) -> None:
    with pytest.raises(TypeError):
        lrm.EventLog.from_bytes(wrong)
    with pytest.raises(TypeError):
        lrm.EventLog.recover(wrong)
