"""The modules of the Python client import one another in one direction, in the order that its README states."""

from __future__ import annotations

import ast
import re
import unittest
from pathlib import Path
from typing import Dict, List, Set

from support import PYTHON_FOLDER, FolderCase

PACKAGE = PYTHON_FOLDER / "vrx"


def imports_of(path: Path) -> Set[str]:
    """Modules of the package that a module imports, also inside functions and for type checkers only. What is not a module
    comes from the package itself, which is then named `__init__`."""
    found = set()
    modules = {other.stem for other in path.parent.glob("*.py")}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: List[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            origin = "vrx" if node.level else ""
            origin = ".".join(filter(None, (origin, node.module)))
            names = [f"{origin}.{alias.name}" for alias in node.names]
        for name in names:
            package, _, rest = name.partition(".")
            if package == "vrx":
                module = rest.partition(".")[0]
                found.add(module if module in modules else "__init__")
    return found


def graph_of(package: Path) -> Dict[str, Set[str]]:
    return {path.stem: imports_of(path) for path in sorted(package.glob("*.py"))}


def cycle_in(graph: Dict[str, Set[str]]) -> List[str]:
    """Modules that import each other in a circle; empty if there is no such circle."""
    left = {name: set(others) for name, others in graph.items()}
    while True:
        free = {name for name, others in left.items() if not others & set(left)}
        if not free:
            return sorted(left)
        left = {name: others for name, others in left.items() if name not in free}


class Layers(FolderCase):
    def test_no_module_imports_itself_through_others(self) -> None:
        graph = graph_of(PACKAGE)
        self.assertGreater(len(graph), 20)
        self.assertEqual(cycle_in(graph), [])

    def test_each_module_imports_only_those_before_it_in_the_readme(self) -> None:
        text = (PYTHON_FOLDER / "README.md").read_text(encoding="utf-8")
        table = re.search(r"## Layers\n.*?\n(\|.*?\n)\n", text, re.DOTALL)
        assert table is not None
        order = re.findall(r"`(\w+)`", table[1])
        graph = graph_of(PACKAGE)
        self.assertEqual(sorted(order), sorted(set(graph) - {"__init__"}))
        for index, name in enumerate(order):
            self.assertEqual(graph[name] - set(order[:index]), set(), f"{name} imports what stands after it")

    def test_imports_in_functions_and_for_type_checkers_count(self) -> None:
        package = self.folder / "vrx"
        package.mkdir()
        for hidden in (
            "def later():\n    from .a import thing\n",
            "if TYPE_CHECKING:\n    from .a import thing\n",
            "def later():\n    from vrx import a\n",
            "import vrx.a\n",
            "from . import thing\n",
        ):
            (package / "__init__.py").write_text("from . import a\n", encoding="utf-8")
            (package / "a.py").write_text("from .b import other\n", encoding="utf-8")
            (package / "b.py").write_text(hidden, encoding="utf-8")
            with self.subTest(hidden):
                self.assertIn("a", cycle_in(graph_of(package)))
        (package / "b.py").write_text("import json\n", encoding="utf-8")
        self.assertEqual(cycle_in(graph_of(package)), [])


if __name__ == "__main__":
    unittest.main()
