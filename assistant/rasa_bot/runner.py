"""Runs Rasa's graph node by node, where Rasa would build a dask graph of it for every call.

Rasa asks dask three times a turn to order the same few nodes anew: that took a fifth of the turn.
The order is fixed when the model is loaded, so it is found once here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rasa.engine.runner.dask import DaskGraphRunner


class Runner(DaskGraphRunner):  # type: ignore[misc]  # Rasa ships no annotations for mypy
    """Loads its nodes like Rasa's own runner, and gives the same results."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._orders: dict[tuple[str, ...], Sequence[str]] = {}

    def run(
        self, inputs: Mapping[str, Any] | None = None, targets: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """Return the output of each target. Each node that a target needs runs once.

        An exception of a component leaves as Rasa wraps it.
        """
        wanted = tuple(targets or self._graph_schema.target_names)
        order = self._orders.get(wanted)
        if order is None:
            order = self._orders[wanted] = self._order(wanted)
        done = {name: (name, value) for name, value in (inputs or {}).items()}
        for name in order:
            needs = self._graph_schema.nodes[name].needs.values()
            done[name] = self._instantiated_nodes[name](*[done[need] for need in needs])
        return {name: done[name][1] for name in wanted}

    def _order(self, wanted: Iterable[str]) -> Sequence[str]:
        """Return the nodes that these need, and these, each after what it needs itself."""
        order: dict[str, None] = {}

        def add(name: str) -> None:
            schema = self._graph_schema.nodes.get(name)
            # What is no node is an input of the run.
            if schema is None or name in order:
                return
            for need in schema.needs.values():
                add(need)
            order[name] = None

        for name in wanted:
            add(name)
        return tuple(order)
