"""W4: from the JSON of a framework to a compiled engine, against the same graph in graph libraries.

Each side parses the same bytes, builds the graph of hierarchy and prerequisites, and puts it in topological order; the
libraries then list the descendants of each node in the hierarchy, which the engine's rule over leaves needs.

    python graphs.py REPEAT
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import lrm
import measuring
import networkx as nx  # type: ignore[import-untyped]
import rustworkx as rx
import workload

_CCSS = Path(__file__).resolve().parents[2] / "examples/data/ccss/ccss-math.json"

Edge = tuple[str, str]
"""From parent to child, or from what comes first to what depends on it."""

Read = Callable[[bytes], tuple[list[str], list[Edge], list[Edge]]]
"""Nodes, hierarchy and prerequisites of a document."""


def main() -> None:
    repeat = int(sys.argv[1])
    policy = lrm.Policy.from_json(workload.policy("unique_leaves"))
    native = workload.Framework().document().encode()
    case = _CCSS.read_bytes()
    for line in compared("W1", lambda: lrm.Framework.from_json(native), policy, native, read_native, repeat):
        print(json.dumps(line), flush=True)
    for line in compared("CCSS", lambda: lrm.Framework.from_case(case), policy, case, read_case, repeat):
        print(json.dumps(line), flush=True)


def compared(
    name: str, framework: Callable[[], lrm.Framework], policy: lrm.Policy, document: bytes, read: Read, repeat: int
) -> Iterator[dict[str, Any]]:
    """One line for each library."""
    nodes, hierarchy, _ = read(document)
    known = framework()
    if set(known) != set(nodes) or sum(len(known.children(node)) for node in known) != len(set(hierarchy)):
        raise AssertionError(f"{name}: the graphs are not the same")
    runs: dict[str, Callable[[], object]] = {
        "lrm": lambda: lrm.Engine(framework(), policy),
        "rustworkx": lambda: with_rustworkx(*read(document)),
        "networkx": lambda: with_networkx(*read(document)),
    }
    if with_rustworkx(*read(document)) != with_networkx(*read(document)):
        raise AssertionError(f"{name}: the libraries disagree about the descendants")
    seconds = measuring.alternated({**runs, "json": lambda: json.loads(document)}, repeat)
    for peer in ("rustworkx", "networkx"):
        yield {
            "workload": "W4",
            "method": f"compile {name}",
            "columns": "",
            "peer": peer,
            "ratio": seconds[peer] / seconds["lrm"],
            "lrm_s": seconds["lrm"],
            "peer_s": seconds[peer],
            "json_s": seconds["json"],
        }


def read_native(document: bytes) -> tuple[list[str], list[Edge], list[Edge]]:
    parsed = json.loads(document)
    edges = [(edge["to"], edge["from"]) for edge in parsed["associations"] if edge["type"] == "is_child_of"]
    return [node["id"] for node in parsed["competencies"]], edges, []


def read_case(document: bytes) -> tuple[list[str], list[Edge], list[Edge]]:
    parsed = json.loads(document)
    nodes = [item["identifier"] for item in parsed["CFItems"]]
    known = set(nodes)
    hierarchy, prerequisites = [], []
    for association in parsed["CFAssociations"]:
        origin = association["originNodeURI"]["identifier"]
        destination = association["destinationNodeURI"]["identifier"]
        if origin not in known or destination not in known:
            continue  # such as the document itself
        if association["associationType"] == "isChildOf":
            hierarchy.append((destination, origin))
        elif association["associationType"] == "precedes":
            prerequisites.append((origin, destination))
    return nodes, hierarchy, prerequisites


def with_rustworkx(nodes: list[str], hierarchy: list[Edge], prerequisites: list[Edge]) -> int:
    """The number of pairs of a node and what lies below it."""
    tree = _rustworkx(nodes, hierarchy)
    rx.topological_sort(tree)
    rx.topological_sort(_rustworkx(nodes, prerequisites))
    return sum(len(rx.descendants(tree, node)) for node in tree.node_indices())


def _rustworkx(nodes: list[str], edges: list[Edge]) -> rx.PyDiGraph[str, None]:
    graph: rx.PyDiGraph[str, None] = rx.PyDiGraph(multigraph=False)
    place = dict(zip(nodes, graph.add_nodes_from(nodes), strict=True))
    graph.add_edges_from_no_data([(place[origin], place[destination]) for origin, destination in edges])
    return graph


def with_networkx(nodes: list[str], hierarchy: list[Edge], prerequisites: list[Edge]) -> int:
    """The number of pairs of a node and what lies below it."""
    tree = _networkx(nodes, hierarchy)
    list(nx.topological_sort(tree))
    list(nx.topological_sort(_networkx(nodes, prerequisites)))
    return sum(len(nx.descendants(tree, node)) for node in tree)


def _networkx(nodes: list[str], edges: list[Edge]) -> nx.DiGraph[str]:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(edges)
    return graph


if __name__ == "__main__":
    main()
