"""Reads every module of the package and holds it to the layers and the rules of its style."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "genrescope"

LAYERS = (
    (
        "errors",
        "records",
        "labels",
        "seeding",
        "registry",
        "digests",
        "atomic",
        "cores",
        "crew",
        "settings",
    ),
    ("audio", "dsp", "metrics", "synthesis", "pages", "download"),
    ("features", "datasets", "splits", "augment"),
    ("store", "models", "bundle"),
    ("prediction",),
    ("training", "evaluation", "audit", "explain", "library", "reproduction"),
    ("cli", "serve", "engines", "__main__"),
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
STRANGERS = {"audio", "dsp", "metrics", "synthesis", "pages", "download"}
"""Layer 1: none of these imports another."""

HOMES = {
    "torch": {"models", "training"},
    "lightning": {"models", "training"},
    "sklearn": {"models"},
    "skl2onnx": {"models"},
    "huggingface_hub": {"models"},
    "onnx": {"models"},
    "matplotlib": {"evaluation", "explain", "reproduction"},
    "librosa": {"features", "augment", "reproduction"},
    "soundfile": {"audio"},
    "av": {"audio"},
    "soxr": {"audio"},
    "mutagen": {"datasets", "audio"},
    "onnxruntime": {"prediction", "bundle", "models"},
    "typer": {"cli"},
    "rich": {"cli"},
    "fastapi": {"serve"},
    "uvicorn": {"serve"},
    "ray": {"engines"},
}
"""The only folders that may import a package."""

DISTRIBUTIONS = {"sklearn": "scikit-learn"}
"""Where the name that is imported is not the name that is installed."""

EXTRAS_OF = {
    **dict.fromkeys(("models", "training", "evaluation", "explain", "reproduction"), "train"),
    # librosa alone (see HOMES), in functions that say how to get it.
    "features": "train",
    "serve": "serve",
}
"""Folders that may import the packages of an optional extra; the others have the base alone."""


@dataclass(frozen=True)
class Module:
    """One file of the package."""

    path: Path
    tree: ast.Module

    @property
    def folder(self) -> str:
        """The first part of its name below the package: what has a layer."""
        first = self.path.relative_to(PACKAGE).parts[0]
        return first.removesuffix(".py")

    @property
    def name(self) -> str:
        return self.path.relative_to(PACKAGE).as_posix()

    def imports(self) -> Iterator[str]:
        """Full names, also of imports inside functions and for type checking alone."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.name}:{node.lineno}: a relative import"
                assert node.module is not None
                if node.module == "genrescope":
                    yield from (f"genrescope.{alias.name}" for alias in node.names)
                else:
                    yield node.module

    def inner(self) -> set[str]:
        """The folders of the package that it imports from."""
        found = {name.split(".")[1] for name in self.imports() if name.startswith("genrescope.")}
        return found - {"__version__"}

    def outer(self) -> set[str]:
        """The packages of others that it imports."""
        tops = {name.partition(".")[0] for name in self.imports()}
        return tops - set(sys.stdlib_module_names) - {"genrescope"}


def _modules() -> list[Module]:
    paths = sorted(PACKAGE.rglob("*.py"))
    return [Module(path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths]


MODULES = _modules()
TOP = PACKAGE / "__init__.py"
each_module = pytest.mark.parametrize(
    "module", [m for m in MODULES if m.path != TOP], ids=lambda m: m.name
)


def test_the_whole_package_was_read():
    assert len(MODULES) >= 100
    folders = {m.folder for m in MODULES if m.path != TOP}
    assert folders <= set(LEVEL), f"without a layer: {sorted(folders - set(LEVEL))}"
    assert {"audio", "dsp", "models", "prediction", "evaluation", "cli"} <= folders


@each_module
def test_nothing_imports_upward(module):
    for target in sorted(module.inner()):
        assert LEVEL[target] <= LEVEL[module.folder], f"{module.name} imports {target}, above it"
        if module.folder in STRANGERS and target in STRANGERS:
            assert target == module.folder, f"{module.name} imports {target}, beside it"
    if module.folder == "training":
        assert "evaluation" not in module.inner(), "evaluation trains; training does not evaluate"
    if module.path.parent == PACKAGE and module.folder != "__main__":
        assert module.folder in LAYERS[0], "a module of the package folder itself is layer 0"


@each_module
def test_packages_are_imported_only_where_they_belong(module):
    for name in sorted(module.outer()):
        allowed = HOMES.get(name)
        assert allowed is None or module.folder in allowed, f"{module.name} imports {name}"


@each_module
def test_every_package_is_declared(module):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = _names(project["dependencies"])
    extra = EXTRAS_OF.get(module.folder)
    if extra is not None:
        declared |= _names(project["optional-dependencies"][extra])
    assert {"numpy", "typer"} <= declared
    if module.folder == "models":
        # Weights of the hub alone (see HOMES), in a function that says how to get it.
        declared |= _names(project["optional-dependencies"]["hub"])
    used = {DISTRIBUTIONS.get(name, name) for name in module.outer()}
    assert used <= declared, f"{module.name}: not declared: {sorted(used - declared)}"


def _names(requirements: list[str]) -> set[str]:
    found = (re.match(r"[A-Za-z0-9_.-]+", text) for text in requirements)
    return {match.group() for match in found if match}


@each_module
def test_only_the_command_line_prints(module):
    if module.folder == "cli":
        return
    calls = [n for n in ast.walk(module.tree) if isinstance(n, ast.Call)]
    prints = [c.lineno for c in calls if isinstance(c.func, ast.Name) and c.func.id == "print"]
    assert not prints, f"{module.name} prints in lines {prints}"


@each_module
def test_modules_and_functions_are_short(module):
    n_lines = len(module.path.read_text(encoding="utf-8").splitlines())
    assert n_lines <= 300, f"{module.name} has {n_lines} lines: split it by its ideas"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            n_lines = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
            assert n_lines <= 40, f"{module.name}: {node.name} has a body of {n_lines} lines"


@each_module
def test_names_say_the_idea(module):
    vague = {"utils", "util", "helpers", "helper", "common", "misc"}
    parts = {part.removesuffix(".py").strip("_") for part in module.path.parts[-3:]}
    assert not parts & vague
    if module.path.name == "__init__.py":
        assert module.path.read_text(encoding="utf-8") == "", f"{module.name} is not empty"
    else:
        assert ast.get_docstring(module.tree), f"{module.name} has no docstring"


@each_module
def test_no_state_in_modules(module):
    """A list, dict or set of a module is a constant: named as one, and never changed."""
    held = dict(_mutables(module.tree))
    for name, line in held.items():
        assert re.fullmatch(r"_?[A-Z][A-Z0-9_]*|__all__", name), (
            f"{module.name}:{line}: {name} holds state, or should be named as a constant"
        )
    for node in ast.walk(module.tree):
        assert not isinstance(node, ast.Global), f"{module.name}:{node.lineno}: global"
        name = _changed_name(node)
        assert name not in held, f"{module.name}:{getattr(node, 'lineno', 0)} changes {name}"


def _mutables(tree: ast.Module) -> Iterator[tuple[str, int]]:
    kinds = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
    makers = {"list", "dict", "set", "defaultdict", "deque", "Counter", "OrderedDict"}
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            value, targets = node.value, getattr(node, "targets", None) or [node.target]
            call = isinstance(value, ast.Call) and isinstance(value.func, ast.Name)
            if isinstance(value, kinds) or (call and value.func.id in makers):
                yield from ((t.id, node.lineno) for t in targets if isinstance(t, ast.Name))


def _changed_name(node: ast.AST) -> str | None:
    """The name that a statement changes in place, if it does."""
    changers = {"append", "extend", "insert", "pop", "clear", "add", "update", "remove",
                "discard", "setdefault", "sort", "reverse", "popitem"}  # fmt: skip
    target: ast.AST | None = None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        target = node.func.value if node.func.attr in changers else None
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
        target = node.value
    elif isinstance(node, ast.AugAssign):
        target = node.target
    return target.id if isinstance(target, ast.Name) else None


@each_module
def test_nothing_is_pickled(module):
    assert not {"pickle", "joblib", "dill", "cloudpickle", "shelve", "marshal"} & {
        name.partition(".")[0] for name in module.imports()
    }
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        given = {k.arg: getattr(k.value, "value", None) for k in node.keywords}
        where = f"{module.name}:{node.lineno}"
        assert given.get("allow_pickle", False) is False, where
        owner = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
        if owner == "torch" and node.func.attr == "load":
            assert given.get("weights_only") is True, f"{where}: torch.load runs pickled code"


@each_module
def test_nothing_draws_from_the_global_generator(module):
    """Every random choice takes a generator; ``np.random.rand`` and ``random.random`` do not."""
    allowed = {"Generator", "default_rng", "SeedSequence", "PCG64", "BitGenerator", "Philox"}
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Attribute):
            continue
        text = ast.unparse(node)
        for start in ("np.random.", "numpy.random."):
            if text.startswith(start):
                assert text.removeprefix(start).partition(".")[0] in allowed, (
                    f"{module.name}:{node.lineno}: {text}"
                )


def test_what_each_rule_refuses():
    """The rules above bite: each is shown something that breaks it."""
    path = PACKAGE / "dsp" / "example.py"
    bad = Module(
        path,
        ast.parse(
            "from typing import TYPE_CHECKING\n"
            "import genrescope.audio.decode\n"
            "if TYPE_CHECKING:\n    from genrescope.models import linear\n"
            "cache = {}\nTABLE = []\n"
            "def f():\n    import torch\n    TABLE.append(1)\n    print(torch)\n"
        ),
    )
    for rule in (
        test_nothing_imports_upward,
        test_packages_are_imported_only_where_they_belong,
        test_every_package_is_declared,
        test_only_the_command_line_prints,
        test_no_state_in_modules,
    ):
        with pytest.raises(AssertionError):
            rule(bad)
