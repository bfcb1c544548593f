"""Runs every example in Rust, Python and JavaScript and compares what they print: only the seconds may differ.

The levels of the district are also counted anew without the engine.

    python examples/compare.py [--update]

Needs the Python package in this interpreter and the JavaScript package built. `--update` writes what Rust prints to
`examples/expected`, where the figures are kept that all three must print.
"""

import difflib
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import recount

EXAMPLES = Path(__file__).resolve().parent
RUNS = {
    "quick_start": ["quick_start"],
    "district": ["district"],
    "district-2014-01-15": ["district", "--as-of", "2014-01-15", "--learner", "403052"],
    "common_core": ["common_core"],
}
REFUSED = {
    "an unknown option": (["district", "--nonsense", "1"], 2),
    "an option without a value": (["district", "--as-of"], 2),
    "a day that is none": (["district", "--as-of", "2014-02-30"], 2),
    "an unknown learner": (["district", "--learner", "nobody"], 1),
}
TABLES = {
    ("district", "Levels on"): date(2015, 10, 1),
    ("district", "Half way"): date(2014, 12, 1),
    ("district-2014-01-15", "Half way"): date(2014, 1, 15),
}
LANGUAGES = {
    "Rust": lambda name: ["cargo", "run", "--quiet", "--profile", "fast", "--example", name, "--"],
    "Python": lambda name: [sys.executable, f"examples/python/{name}.py"],
    "JavaScript": lambda name: ["node", f"examples/js/{name}.mjs"],
}


def main():
    if sys.argv[1:] not in ([], ["--update"]):
        print("usage: compare.py [--update]", file=sys.stderr)
        return 2
    if not (EXAMPLES / "js/node_modules/lrm-wasm").exists():
        subprocess.run(["npm", "install", "--silent"], cwd=EXAMPLES / "js", check=True)
    failures = []
    passed = 0
    for name, problem in checks():
        if problem:
            failures.append(name)
            print(f"FAILED {name}\n{problem}")
        else:
            passed += 1
            print(f"ok     {name}")
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


def recounted(run, title, as_of):
    """What is wrong with the table of that title, held against a count without the engine."""
    text = (EXAMPLES / "expected" / f"{run}.txt").read_text(encoding="utf-8")
    table = text[text.index(title) :].split("\n\n")[0].splitlines()[2:]
    counts = recount.levels(as_of)
    wrong = []
    for row in table:
        node, learners, *cells = row.replace(",", "").split()
        wanted = [sum(counts[node]), *counts[node]]
        if [int(cell) for cell in (learners, *cells[:6])] != wanted:
            wrong.append(f"{row}\nexpected {wanted}")
    return "\n".join(wrong) if table else "the table is empty"


def checks():
    """Each check with what is wrong, or nothing."""
    for run, command in RUNS.items():
        expected = EXAMPLES / "expected" / f"{run}.txt"
        if "--update" in sys.argv[1:]:
            code, text, error = printed("Rust", command)
            if code != 0:
                sys.exit(error)
            expected.write_text(text, encoding="utf-8")
        wanted = expected.read_text(encoding="utf-8")
        for language in LANGUAGES:
            code, text, error = printed(language, command)
            problem = difference(wanted, text) if code == 0 else f"exit code {code}\n{error}"
            yield f"{run} in {language}", problem
    for (run, title), as_of in TABLES.items():
        yield f"{run}: {title}, counted without the engine", recounted(run, title, as_of)
    for what, (command, wanted) in REFUSED.items():
        for language in LANGUAGES:
            code, text, error = printed(language, command)
            silent = text == "" and error != ""
            problem = "" if code == wanted and silent else f"exit code {code}, expected {wanted}\n{text}{error}"
            yield f"{what} in {language}", problem


def printed(language, command):
    """The exit code, the output with the seconds taken out, and the errors."""
    name, *arguments = command
    done = subprocess.run(
        [*LANGUAGES[language](name), *arguments], cwd=EXAMPLES.parent, capture_output=True, encoding="utf-8"
    )
    return done.returncode, re.sub(r"\d+\.\d\d seconds", "# seconds", done.stdout), done.stderr


def difference(wanted, text):
    lines = difflib.unified_diff(wanted.splitlines(), text.splitlines(), "expected", "printed", lineterm="", n=1)
    return "\n".join(list(lines)[:20])


if __name__ == "__main__":
    sys.exit(main())
