"""Nothing that genrescope reads can run code: no pickle, and torch files as weights only."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "src" / "genrescope"
FORBIDDEN = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}


def modules():
    paths = sorted(PACKAGE.rglob("*.py"))
    assert len(paths) > 100
    for path in paths:
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def test_no_module_imports_a_pickler():
    for path, tree in modules():
        for node in ast.walk(tree):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            tops = {name.partition(".")[0] for name in names}
            assert not tops & FORBIDDEN, f"{path}:{node.lineno}"


def test_files_of_arrays_and_weights_are_read_without_pickles():
    seen = set()
    for path, tree in modules():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func)
            given = {k.arg: ast.unparse(k.value) for k in node.keywords}
            where = f"{path}:{node.lineno}: {name}"
            assert given.get("allow_pickle", "False") == "False", where
            assert given.get("weights_only", "True") == "True", where
            if name == "torch.load" or name == "trainer.fit":
                seen.add(name)
            if name == "torch.load":
                assert given["weights_only"] == "True", where
            if name == "np.load":
                assert given["allow_pickle"] == "False", where
            assert name not in ("exec", "eval", "torch.jit.load", "torch.save"), where
    assert "torch.load" in seen
