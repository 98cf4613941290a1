"""What a mutant may be, and where: Cosmic Ray's operators on parso's trees, and one of our own.

Cosmic Ray is used for its operators alone. Its runner takes one test command for every mutant and changes the checkout in
place; mutmut draws no sample, takes its own choice of tests and leaves constants and defaults alone. Of Cosmic Ray's 160
operators the nearest neighbours are taken: `<` becomes `<=`, not eleven other things that any test notices.

Belongs here: which operators there are, and the places where a change could not be a fault. Does not belong here: which
mutants are drawn (`sample`).
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeGuard

import parso
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators import provider
from cosmic_ray.operators.operator import Example, Operator

_COMPARISONS = ("Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is")
_BINARY = (
    "Add_Sub",
    "Sub_Add",
    "Mul_Div",
    "Div_Mul",
    "FloorDiv_Mul",
    "Pow_Mul",
    "BitOr_BitAnd",
    "BitAnd_BitOr",
)
_UNARY = ("Not", "Invert", "USub")
_OTHERS = (
    "AddNot",
    "NumberReplacer",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "ZeroIterationForLoop",
    "ExceptionReplacer",
)
HARMLESS_ARGUMENTS = frozenset({"strict", "dtype", "kind", "na_position"})
"""Arguments that say what holds anyway, or how something is kept: left out, they change no number."""
SHOWN_ONLY = frozenset({"__repr__", "__str__"})
"""Methods that only show."""

Position = tuple[int, int]
"""Line from 1, column in characters from 0."""


@dataclass(frozen=True, order=True)
class Mutation:
    """One change of a source: the operator's nth chance in it, and where that is."""

    start: Position
    operator: str
    occurrence: int

    def of(self, source: str) -> str | None:
        """The changed source; None where it is no Python or no change."""
        changed = mutate_code(source, OPERATORS[self.operator], self.occurrence)
        try:
            if changed is None or ast.dump(ast.parse(changed)) == ast.dump(ast.parse(source)):
                return None
            compile(changed, "mutant", "exec")
        except (SyntaxError, ValueError):
            return None
        return str(changed)


class ArgumentLeftOut(Operator):  # type: ignore[misc]
    """A named argument of a call is not given: the weight, the entry, the cluster that a consumer forgets."""

    def mutation_positions(self, node: parso.tree.NodeOrLeaf) -> list[tuple[Position, Position]]:
        """Each named argument of a call; a list, since `mutate` changes what would be iterated over."""
        arguments = [node.children[index] for index in self._named(node)]
        return [(argument.start_pos, argument.end_pos) for argument in arguments]

    def mutate(self, node: parso.tree.NodeOrLeaf, index: int) -> parso.tree.NodeOrLeaf:
        """The call without it, and without a comma of its."""
        at = self._named(node)[index]
        following = node.children[at + 1 : at + 2]
        width = 2 if following and getattr(following[0], "value", "") == "," else 1
        del node.children[at : at + width]
        return node

    @staticmethod
    def _named(node: parso.tree.NodeOrLeaf) -> list[int]:
        if node.type not in ("arglist", "trailer") or node.parent.type == "classdef":
            return []
        return [
            index
            for index, child in enumerate(node.children)
            if child.type == "argument"
            and child.children[1].type == "operator"
            and child.children[1].value == "="
        ]

    @classmethod
    def examples(cls) -> Iterable[Example]:
        """As Cosmic Ray tests its own."""
        return (
            Example("fit(x, weight=w)", "fit(x,)"),
            Example("fit(x, weight=w, entry=e)", "fit(x, entry=e)"),
            Example("fit(weight=w)", "fit()"),
        )


def _all_operators() -> dict[str, Operator]:
    known = provider.OperatorProvider()
    names = [f"ReplaceComparisonOperator_{name}" for name in _COMPARISONS]
    names += [f"ReplaceBinaryOperator_{name}" for name in _BINARY]
    names += [f"ReplaceUnaryOperator_Delete_{name}" for name in _UNARY]
    return {name: known[name]() for name in (*names, *_OTHERS)} | {"ArgumentLeftOut": ArgumentLeftOut()}


OPERATORS = _all_operators()


def mutations(source: str) -> list[Mutation]:
    """Every change of a source that an operator can make and that could be a fault, in order of place."""
    nodes, barred = list(ast_nodes(get_ast(source))), _barred(source)
    found = []
    for name, operator in OPERATORS.items():
        places = ((node, start) for node in nodes for start, _ in operator.mutation_positions(node))
        for occurrence, (node, start) in enumerate(places):
            if not _is_signature_mark(node) and not any(first <= start < last for first, last in barred):
                found.append(Mutation(start, name, occurrence))
    return sorted(found)


def _is_signature_mark(node: parso.tree.NodeOrLeaf) -> bool:
    """The bare `*` or `/` between parameters."""
    return node.type == "operator" and node.parent.type in ("parameters", "param")


def _barred(source: str) -> list[tuple[Position, Position]]:
    """Where nothing is drawn: annotations, decorators (`frozen=True`), imports for types, what only shows."""
    lines = source.splitlines()
    return [
        (
            _position(lines, node.lineno, node.col_offset),
            _position(lines, node.end_lineno, node.end_col_offset),
        )
        for node in _harmless(ast.parse(source))
    ]


def _harmless(tree: ast.AST) -> Iterator[ast.expr | ast.stmt | ast.keyword]:
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            yield node.annotation
        elif isinstance(node, ast.FunctionDef):
            yield from (node,) if node.name in SHOWN_ONLY else node.decorator_list
            yield from (node.returns,) if node.returns else ()
        elif isinstance(node, ast.ClassDef):
            yield from node.decorator_list
        elif _only_says(node):
            yield node


def _only_says(node: ast.AST) -> TypeGuard[ast.If | ast.keyword]:
    """What nothing at run time hangs on."""
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return isinstance(node, ast.keyword) and node.arg in HARMLESS_ARGUMENTS


def _position(lines: list[str], line: int, n_byte: int) -> Position:
    """`ast` counts bytes, parso characters."""
    return line, len(lines[line - 1].encode()[:n_byte].decode())
