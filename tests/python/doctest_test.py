"""Every example in a docstring of the package, run as it stands."""

import doctest
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import lrm
import lrm.store
import pytest

PARSER = doctest.DocTestParser()
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL


def documented() -> Iterator[tuple[str, Any]]:
    """The package, its public classes and their public members."""
    yield "lrm", lrm
    yield "lrm.store", lrm.store
    things = {f"lrm.{name}": getattr(lrm, name) for name in lrm.__all__}
    things["lrm.store.SqliteStore"] = lrm.store.SqliteStore
    for name, thing in things.items():
        if isinstance(thing, type):
            yield name, thing
            for member, value in vars(thing).items():
                if not member.startswith("_") and (callable(getattr(value, "__func__", value)) or is_property(value)):
                    yield f"{name}.{member}", value


def is_property(value: Any) -> bool:
    return isinstance(value, property) or type(value).__name__ in ("getset_descriptor", "cached_property")


DOCSTRINGS = {name: getattr(thing, "__doc__", None) or "" for name, thing in documented()}
EXAMPLES = [test for name, text in DOCSTRINGS.items() if (test := PARSER.get_doctest(text, {}, name, None, 0)).examples]


@pytest.mark.parametrize("test", EXAMPLES, ids=lambda test: test.name)
def test_example(test: doctest.DocTest) -> None:
    assert doctest.DocTestRunner(optionflags=FLAGS).run(test).failed == 0


def test_the_readme_runs_as_written() -> None:
    readme = Path(__file__).parents[2] / "lrm-py" / "README.md"
    blocks = re.findall(r"```python\n(.*?)```", readme.read_text(encoding="utf-8"), flags=re.DOTALL)
    names: dict[str, Any] = {}
    exec("\n".join(blocks), names)
    assert names["state"]["NF"].value == Decimal("3.3")
    assert names["mastery"].height == 4


def test_everything_public_is_documented() -> None:
    assert [name for name, text in DOCSTRINGS.items() if not text.strip()] == []
    assert len(EXAMPLES) > 10
