"""The package's layout: what stands at the top, what Package.swift declares, which module leans on which, what no source holds."""

from __future__ import annotations

import re
import subprocess
import unittest
from pathlib import Path
from typing import Dict, List, Set

from support import ROOT

#: What the top level holds, besides files and folders whose names begin with a dot.
TOP = {"Package.swift", "Package.resolved", "README.md", "Sources", "Tests", "protocol", "clients"}

#: Modules of the packages that Package.swift names, by what it calls them.
PRODUCTS = {"argumentParser": "ArgumentParser", "database": "GRDB"}

#: The folders that an absolute path would start with. Where the system keeps what is temporary is looked up, and these stand in for it.
ABSOLUTE = re.compile(r'"(?:file://)?(/(?:bin|etc|home|lib|mnt|opt|root|srv|tmp|usr|var|work|Users)\b[^"]*)"')
SYSTEM_FOLDERS = {"Sources/Base/ScratchFile.swift": {"/var/tmp", "/tmp"}}

#: What ends the process, or writes where only the protocol may.
FORBIDDEN = re.compile(r"\btry!|(?<![\w.])print\(|\bfatalError\(")


class Target:
    """A target of Package.swift."""

    def __init__(self, kind: str, text: str) -> None:
        self.kind = kind
        (self.name,) = re.findall(r'^\s*name: "(\w+)"', text)
        path = re.search(r'\bpath: "([^"]+)"', text)
        self.folder = ROOT / (path.group(1) if path else ("Tests" if kind == "testTarget" else "Sources") + "/" + self.name)
        listed = re.search(r"dependencies: \[(.*?)\](?=,? *(?:\n|,|\)|$| exclude| resources| path))", text, flags=re.DOTALL)
        declared = listed.group(1) if listed else ""
        self.dependencies: Set[str] = set(re.findall(r'\.product\(name: "(\w+)"', declared))
        declared = re.sub(r"\.product\([^)]*\)", "", declared)
        self.dependencies |= set(re.findall(r'"(\w+)"', declared))
        self.dependencies |= {module for name, module in PRODUCTS.items() if re.search(rf"\b{name}\b", declared)}

    @property
    def files(self) -> List[Path]:
        return sorted(self.folder.rglob("*.swift"))

    @property
    def imports(self) -> Set[str]:
        return set().union(*(imports(file) for file in self.files))


def imports(file: Path) -> Set[str]:
    """The modules that a file imports."""
    text = file.read_text(encoding="utf-8")
    pattern = r"^(?:@\w+(?:\(\w+\))? )*(?:\w+ )?import (?:(?:struct|class|enum|func|protocol|typealias|var) )?(\w+)"
    return set(re.findall(pattern, text, flags=re.MULTILINE))


def targets() -> List[Target]:
    """The targets of Package.swift, in its order."""
    text = (ROOT / "Package.swift").read_text(encoding="utf-8")
    found = []
    for match in re.finditer(r"\.(target|systemLibrary|executableTarget|testTarget)\(", text):
        depth, end = 1, match.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        found.append(Target(match.group(1), text[match.end() : end - 1]))
    return found


def sources() -> List[Path]:
    return sorted((ROOT / "Sources").rglob("*.swift"))


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def without_comments(line: str) -> str:
    return re.sub(r"(?<!:)//.*", "", line)


class LayoutTests(unittest.TestCase):
    targets: List[Target]
    by_name: Dict[str, Target]

    @classmethod
    def setUpClass(cls) -> None:
        cls.targets = targets()
        cls.by_name = {target.name: target for target in cls.targets}

    def test_the_top_level_holds_only_what_it_should(self) -> None:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=False
        )
        names = {path.split("/")[0] for path in listed.stdout.decode().split("\0") if path}
        if listed.returncode != 0:
            names = {path.name for path in ROOT.iterdir()}
        extra = {name for name in names if not name.startswith(".")} - TOP
        self.assertEqual(extra, set())
        self.assertLessEqual(TOP, {path.name for path in ROOT.iterdir()})

    def test_every_folder_of_code_is_a_target(self) -> None:
        self.assertGreater(len(self.targets), 40)
        self.assertEqual(len(self.by_name), len(self.targets), "a target stands twice")
        folders = [path for path in (ROOT / "Sources").iterdir() if path.is_dir()]
        folders += [path for path in (ROOT / "Tests").iterdir() if list(path.glob("*.swift"))]
        folders += [path for path in (ROOT / "Tests/Benchmarks").iterdir() if list(path.glob("*.swift"))]
        self.assertEqual({relative(path) for path in folders}, {relative(target.folder) for target in self.targets})

    def test_every_import_is_declared_and_nothing_else(self) -> None:
        known = set(self.by_name) | set(PRODUCTS.values()) | {"SwiftProtobuf", "Mustache"}
        # A target that is only started, as a test starts vrxd, is built because it is declared.
        started = {"EndToEndTests": {"vrxd"}}
        for target in self.targets:
            if target.files:
                with self.subTest(target.name):
                    imported = (target.imports & known) - {target.name}
                    self.assertEqual(target.dependencies - started.get(target.name, set()), imported)

    def test_modules_lean_on_those_above_them(self) -> None:
        for position, target in enumerate(self.targets):
            above = {other.name for other in self.targets[:position]}
            with self.subTest(target.name):
                self.assertEqual((target.imports & set(self.by_name)) - {target.name} - above, set())

    def test_only_drawing_knows_cairo(self) -> None:
        self.assertIn("CCairo", self.by_name["Drawing"].imports)
        for file in sources():
            if "CCairo" in imports(file):
                self.assertEqual(relative(file).split("/")[1], "Drawing", relative(file))

    def test_sources_end_no_process_and_write_nothing_by_themselves(self) -> None:
        self.assertGreater(len(sources()), 300)
        for file in sources():
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                self.assertNotRegex(without_comments(line), FORBIDDEN, f"{relative(file)}:{number}")

    def test_sources_hold_no_absolute_paths(self) -> None:
        for file in sources():
            allowed = SYSTEM_FOLDERS.get(relative(file), set())
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                found = set(ABSOLUTE.findall(without_comments(line))) - allowed
                self.assertEqual(found, set(), f"{relative(file)}:{number}")

    def test_the_tests_find_what_they_look_for(self) -> None:
        for line in ["try! f()", "  print(x)", 'fatalError("no")']:
            self.assertRegex(line, FORBIDDEN)
        for line in ["blueprint(x)", "footprint(of: x)", "painter.print(x)", "try f()"]:
            self.assertNotRegex(line, FORBIDDEN)
        self.assertEqual(ABSOLUTE.findall('let a = "/usr/lib/x", b = "/dev/shm", c = "a/tmp"'), ["/usr/lib/x"])


if __name__ == "__main__":
    unittest.main()
