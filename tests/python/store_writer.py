"""A process that appends events to a store until it is killed, and says of each that it is kept once it is.

python store_writer.py PATH LEARNER NAME
"""

import itertools
import os
import sys
from typing import Any

import lrm.store


def event(name: str, number: int) -> dict[str, Any]:
    """Evidence, and now and then what became of it; some of it long, so that the file outgrows its write-ahead log."""
    about = {"id": f"{name}-{number}", "actor": {"id": name}, "received_at": "2026-09-01T12:00:00Z"}
    match number % 4:
        case 1:
            return {**about, "event": "disputed", "of": f"{name}-{number - 1}", "reason": "é" * (number * 997 % 30_000)}
        case 3:
            return {**about, "event": "corrected", "of": f"{name}-{number - 3}", "score": number % 5}
    return {**about, "competency": "NF.1", "score": 1.5, "observed_at": "2026-09-01T09:00:00+02:00"}


def main(path: str, learner: str, name: str) -> None:
    with lrm.store.SqliteStore(path) as store:
        for number in itertools.count():
            store.append(learner, [event(name, number)])
            # one call for the line: it comes as a whole or not at all
            os.write(1, f"{name}-{number}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
