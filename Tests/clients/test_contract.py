"""protocol/: its vectors and transcripts with the real vrxd, and its document with the client's types."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from support import PYTHON_FOLDER, draw_scenes, embedded_model, real_daemon

import contract


class Vectors(unittest.TestCase):
    def play(self, kind: str) -> None:
        paths = sorted((contract.PROTOCOL / "vectors" / kind).glob("*.json"))
        self.assertGreater(len(paths), 10)
        for path in paths:
            with self.subTest(path.stem):
                vector = json.loads(path.read_text(encoding="utf-8"))
                merged = contract.play_vector([real_daemon()], vector)
                if sum(map(len, contract.pieces(vector))) <= 8192:
                    self.assertEqual(contract.play_vector([real_daemon()], vector, cut=1), merged)

    def test_valid_bytes_are_answered_however_they_are_delivered(self) -> None:
        self.play("valid")

    def test_invalid_bytes_are_refused_however_they_are_delivered(self) -> None:
        self.play("invalid")


class Transcripts(unittest.TestCase):
    def test_recorded_sessions_go_the_same_way(self) -> None:
        paths = sorted((contract.PROTOCOL / "transcripts").glob("*.jsonl"))
        self.assertGreaterEqual(len(paths), 4)
        for path in paths:
            with self.subTest(path.stem), tempfile.TemporaryDirectory(prefix="vrx-transcript-") as folder:
                variables = prepare(contract.needs(path), Path(folder))
                self.assertGreater(contract.play_transcript([real_daemon()], path, variables), 3)


class Types(unittest.TestCase):
    package = PYTHON_FOLDER / "vrx"

    def test_the_clients_types_are_those_of_the_document(self) -> None:
        script = PYTHON_FOLDER / "generate_types.py"
        done = subprocess.run([sys.executable, "-B", str(script), "--check"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_they_can_be_imported_and_hold_what_a_result_has(self) -> None:
        from vrx import types

        self.assertIn("tcav", types.Concept.__annotations__)
        self.assertIn("class", types.Concept.__required_keys__)
        # Options are keyword arguments of the client's methods, in snake case.
        self.assertIn("random_sets", types.DiscoverOptions.__optional_keys__)
        self.assertIn("clusters", types.DiscoverOptions.__annotations__)

    def test_every_generated_type_is_used(self) -> None:
        text = re.sub(r"#.*", "", (self.package / "types.py").read_text(encoding="utf-8"))
        definition = r'^(?:class ([A-Za-z]\w*)|([A-Za-z]\w*) = (?:TypedDict\(\s*"\w+")?)'
        names = {name for pair in re.findall(definition, text, re.MULTILINE) for name in pair if name}
        self.assertGreater(len(names), 20)
        used = set(re.findall(r"\w+", re.sub(definition, "", text, flags=re.MULTILINE)))
        for path in self.package.glob("*.py"):
            used |= set(re.findall(r"\btypes\.(\w+)", path.read_text(encoding="utf-8")))
        self.assertEqual(names - used, set())

    def test_every_request_has_a_method_whose_result_is_typed(self) -> None:
        document = json.loads((contract.PROTOCOL / "openrpc.json").read_text(encoding="utf-8"))
        wanted = {
            method["name"]
            for method in document["methods"]
            if not method.get("x-notification") and method["x-direction"] == "clientToDaemon"
        } - {"shutdown", "rpc.discover"}
        untyped = {"Any", "dict", "Dict", "object"}
        for path in self.package.glob("*.py"):
            for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(function, ast.FunctionDef):
                    result = {getattr(node, "id", "") for node in ast.walk(function.returns or ast.Name("Any"))}
                    texts = {node.value for node in ast.walk(function) if isinstance(node, ast.Constant)}
                    wanted -= set() if result & untyped else texts
        self.assertEqual(wanted, set())


def prepare(needed: dict, folder: Path) -> dict:
    """Draws the scenes that a transcript needs; returns its variables."""
    if needed.get("scenes"):
        draw_scenes(folder, needed["scenes"])
    return {"folder": str(folder), "network": embedded_model()["model"]}


if __name__ == "__main__":
    unittest.main()
