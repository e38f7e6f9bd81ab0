"""Where the source can be changed, and a sample of such changes.

Every place that can be changed is as likely, and of the changes at that place one is taken: a comparison,
which cosmic-ray can change in five ways, counts no more than a number, which it can change in two.
"""

import ast
import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast_from_path
from cosmic_ray.plugins import get_operator, operator_names
from cosmic_ray.work_item import MutationSpec

Span = tuple[tuple[int, int], tuple[int, int]]


def not_code(source: str, texts: Iterable[str]) -> Iterator[Span]:
    """Yield where type annotations, and texts that are left out, begin and end: (line, column) each."""
    for node in ast.walk(ast.parse(source)):
        for name in ("annotation", "returns"):
            part = getattr(node, name, None)
            if part is not None:
                yield (part.lineno, part.col_offset), (part.end_lineno, part.end_col_offset)
    for number, line in enumerate(source.splitlines(), 1):
        for match in re.finditer("|".join(texts), line):
            yield (number, match.start()), (number, match.end())


def changes(module: str, left_out: dict[str, list[str]]) -> Iterator[MutationSpec]:
    """Yield all that cosmic-ray can change in a module, less what is left out."""
    spans = list(not_code(Path(module).read_text(encoding="utf-8"), left_out["texts"]))
    unwanted = re.compile("|".join(left_out["operators"]))
    nodes = list(ast_nodes(get_ast_from_path(Path(module))))
    for name in operator_names():
        operator = get_operator(name)
        if operator.arguments() or unwanted.fullmatch(name.removeprefix("core/")):
            continue
        found = (place for node in nodes for place in operator().mutation_positions(node))
        for occurrence, (start, end) in enumerate(found):
            if not any(first <= start < last for first, last in spans):
                yield MutationSpec(module, name, occurrence, start, end)


def sample(modules: Iterable[str], left_out: dict[str, list[str]], n: int, seed: int) -> list[MutationSpec]:
    """Return one change each at n places of the modules, places and changes drawn at random."""
    places: dict[tuple[str, tuple[int, int]], list[MutationSpec]] = {}
    for module in sorted(modules):
        for change in changes(module, left_out):
            places.setdefault((module, change.start_pos), []).append(change)
    rng = random.Random(seed)
    return [rng.choice(places[place]) for place in rng.sample(sorted(places), min(n, len(places)))]
