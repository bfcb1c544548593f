"""What all Python tests share."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

_outcomes: dict[str, str] = {}


@pytest.fixture(scope="session")
def outcomes() -> Iterator[dict[str, str]]:
    """What each corpus case came to; written to the file that LRM_DUMP names, for comparison between languages."""
    yield _outcomes
    if dump := os.environ.get("LRM_DUMP"):
        text = json.dumps(_outcomes, ensure_ascii=False, sort_keys=True, indent=0)
        Path(dump).write_text(text, encoding="utf-8")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _outcomes:
        terminalreporter.write_line(f"corpus: {len(_outcomes)} cases")
