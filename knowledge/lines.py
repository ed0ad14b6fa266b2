"""On which line of a YAML text a field is written."""

from __future__ import annotations

from collections.abc import Sequence

import yaml


def composed(text: str) -> yaml.Node | None:
    """Return the YAML as nodes that know their lines, None when there is nothing in it."""
    node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    return node


def line_of(root: yaml.Node, where: Sequence[str | int]) -> int:
    """Return the line, counted from 1, where that field is written: ("fields", 2, "type"). What is
    not written is where it would be: in what holds it."""
    line, node = 1, root
    for part in where:
        step = _step(node, part)
        if step is None:
            break
        line, node = step
    return line


def line_named(root: yaml.Node, name: str) -> int:
    """Return the line of the field of that name, or of the item of a list that has that `name`;
    the first line when there is neither."""
    fields = root.value if isinstance(root, yaml.MappingNode) else []
    steps = [_step(root, name), *(_step(value, name) for _, value in fields)]
    return next((step[0] for step in steps if step is not None), 1)


def _step(node: yaml.Node, part: str | int) -> tuple[int, yaml.Node] | None:
    """The line and the value of a part of a mapping, or of a list by its place or by its `name`."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return key.start_mark.line + 1, value
    elif isinstance(node, yaml.SequenceNode):
        for place, item in enumerate(node.value):
            if place == part or (isinstance(item, yaml.MappingNode) and _called(item) == part):
                return item.start_mark.line + 1, item
    return None


def _called(node: yaml.MappingNode) -> str:
    return next((str(value.value) for key, value in node.value if key.value == "name"), "")
