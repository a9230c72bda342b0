"""The portal's own source as syntax trees, for rules that a reader would otherwise have to remember."""

import ast
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from portal.settings import PACKAGE

ROOT = PACKAGE.parent
ROOMS = ("rules", "models", "queries", "notices", "actions", "forms", "jobs", "views")
ROUTES = ("route", "get", "post", "put", "patch", "delete")
OUTSIDE_ROOMS = ("agreements/docusign", "hmis_csv/reading")


@dataclass(frozen=True)
class Function:
    """One function at the top level of a module."""

    module: str
    node: ast.FunctionDef

    @property
    def name(self) -> str:
        return f"{self.module}.{self.node.name}"

    @property
    def package(self) -> str:
        return self.module.split(".")[1]

    @property
    def is_public(self) -> bool:
        return not self.node.name.startswith("_")

    @property
    def first_argument(self) -> str:
        return self.node.args.args[0].arg if self.node.args.args else ""

    @property
    def place(self) -> str:
        return f"{path_of(self.module)}:{self.node.lineno}"

    @property
    def marks(self) -> list[str]:
        """Names of the decorators, outermost first: "blueprint.get", "requires"."""
        return [dotted(mark.func if isinstance(mark, ast.Call) else mark) for mark in self.node.decorator_list]

    @property
    def is_view(self) -> bool:
        return any(mark.partition(".")[2] in ROUTES for mark in self.marks)


@dataclass(frozen=True)
class Module:
    name: str
    tree: ast.Module
    aliases: Mapping[str, str] = field(default_factory=dict)
    """What a bare name means: {"audit": "portal.audit", "move": "portal.tickets.actions.clocks.move"}."""

    def meant(self, node: ast.expr) -> str:
        """The dotted name that this expression calls; "" for a method of something computed."""
        head, _, rest = dotted(node).partition(".")
        base = self.aliases.get(head, "")
        return f"{base}.{rest}" if rest and base else base


@cache
def modules() -> Mapping[str, Module]:
    return {name: _read(name, path) for path in sorted(PACKAGE.rglob("*.py")) if (name := _name(path))}


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def path_of(module: str) -> str:
    plain = Path(*module.split("."))
    return str(plain.with_suffix(".py") if (ROOT / plain.with_suffix(".py")).exists() else plain / "__init__.py")


def _read(name: str, path: Path) -> Module:
    tree = ast.parse(path.read_text(), filename=str(path))
    aliases: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            aliases |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
        elif isinstance(node, ast.Import):
            aliases |= {one.asname: one.name for one in node.names if one.asname}
            aliases |= {head: head for one in node.names if not one.asname and (head := one.name.split(".")[0])}
    own = {node.name: f"{name}.{node.name}" for node in tree.body if isinstance(node, ast.FunctionDef)}
    return Module(name, tree, aliases | own)


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return ""


@cache
def functions() -> Mapping[str, Function]:
    found = (
        Function(module.name, node)
        for module in modules().values()
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef)
    )
    return {function.name: function for function in found}


def in_room(room: str) -> list[Function]:
    """All functions of every package's room: "actions" is portal.<package>.actions and what lies in that folder."""
    return [function for function in functions().values() if function.module.split(".")[2:3] == [room]]


def views() -> list[Function]:
    return [function for function in in_room("views") if function.is_view]


def reached(function: Function) -> frozenset[str]:
    """Dotted names of all that this function calls, itself or through functions of its own package."""
    seen: set[str] = set()
    waiting = [function]
    while waiting:
        for name in _calls(waiting.pop()):
            if name in seen:
                continue
            seen.add(name)
            inner = _defined(name)
            if inner is not None and inner.package == function.package:
                waiting.append(inner)
    return frozenset(seen)


def _calls(function: Function) -> Iterator[str]:
    module = modules()[function.module]
    for node in ast.walk(function.node):
        if isinstance(node, (ast.Name, ast.Attribute)):
            meant = module.meant(node)
            if meant:
                yield meant


def _defined(name: str) -> Function | None:
    """The function of this dotted name, also where a room's __init__ hands it on."""
    if name in functions():
        return functions()[name]
    room, _, last = name.rpartition(".")
    handed_on = modules().get(room)
    origin = handed_on.aliases.get(last, "") if handed_on else ""
    return functions().get(origin)


def said_by(function: Function) -> frozenset[str]:
    """The string constants in this function and in those of its own package that it reaches."""
    inner = [one for name in reached(function) if (one := _defined(name)) and one.package == function.package]
    return frozenset(words for one in (function, *inner) for words in strings(one.node))


def strings(tree: ast.AST) -> set[str]:
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@cache
def contracts() -> Mapping[str, dict[str, object]]:
    """The import contracts of pyproject.toml by the first word of their names."""
    held = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return {contract["name"].split(":")[0]: contract for contract in held}


@cache
def layers() -> Mapping[str, int]:
    """Each package or module of the portal and its layer; 0 is the innermost."""
    rows: list[str] = contracts()["Packages"]["layers"]  # type: ignore[assignment]  # TOML has no types
    names = [[name.strip() for name in row.split("|")] for row in reversed(rows)]
    return {name: depth for depth, row in enumerate(names) for name in row}


def packages() -> list[str]:
    """Those that have rooms."""
    containers: list[str] = contracts()["Files in a package"]["containers"]  # type: ignore[assignment]  # TOML has no types
    return [name.removeprefix("portal.") for name in containers]
