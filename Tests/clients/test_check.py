"""`vrxd check`: its output and its exit code."""

from __future__ import annotations

import json
import struct
import subprocess
import unittest
from pathlib import Path
from typing import List, Sequence

from support import ROOT, FolderCase, real_daemon

NETWORKS = ROOT / "Tests" / "Fixtures" / "networks"
SIDE, CLASSES = 16, 5


def varint(number: int) -> bytes:
    encoded = b""
    while number > 127:
        encoded += bytes([number & 127 | 128])
        number >>= 7
    return encoded + bytes([number])


def tensor(shape: Sequence[int], values: Sequence[float]) -> bytes:
    """An ONNX tensor of float32, as in test data."""
    data = struct.pack(f"<{len(values)}f", *values)
    dims = b"".join(b"\x08" + varint(extent) for extent in shape)
    return dims + b"\x10\x01" + b"\x4a" + varint(len(data)) + data


class CheckTests(FolderCase):
    """The command on the tiny models of the unit tests."""

    def check(self, *arguments: object) -> subprocess.CompletedProcess:
        return subprocess.run(
            [real_daemon(), "check", *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)

    def record(self, folder: Path, change: float = 0) -> Path:
        """Recorded inputs and outputs of plain.onnx, with changed outputs."""
        known = json.loads((NETWORKS / "plain.json").read_text())
        pixels: List[float] = [sample / 255 for sample in known["samples"]]
        planes = [
            pixels[image * SIDE * SIDE * 3 + place * 3 + channel]
            for image in range(2) for channel in range(3) for place in range(SIDE * SIDE)]
        folder.mkdir(parents=True)
        (folder / "input_0.pb").write_bytes(tensor([2, 3, SIDE, SIDE], planes))
        (folder / "output_0.pb").write_bytes(tensor([2, CLASSES], [logit + change for logit in known["logits"]]))
        return folder

    def test_says_what_a_model_is(self) -> None:
        run = self.check(NETWORKS / "plain.onnx", "--size", SIDE)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        for words in ("operator set", "3 Conv", "parameters", "GFLOP", "can be run"):
            self.assertIn(words, run.stdout)

    def test_agrees_with_what_was_recorded(self) -> None:
        for data in (self.record(self.folder / "test_data_set_0"), self.folder):
            run = self.check(NETWORKS / "plain.onnx", data, "--json")
            self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
            report = json.loads(run.stdout)
            self.assertTrue(report["ok"])
            self.assertTrue(report["cases"][0]["agrees"])
            self.assertLess(report["cases"][0]["greatestDifference"], 1e-4)
            self.assertEqual(report["opset"], 9)

    def test_says_how_far_outputs_are_from_what_was_recorded(self) -> None:
        run = self.check(NETWORKS / "plain.onnx", self.record(self.folder / "wrong", change=0.5), "--json")
        self.assertEqual(run.returncode, 1)
        case = json.loads(run.stdout)["cases"][0]
        self.assertFalse(case["agrees"])
        self.assertAlmostEqual(case["greatestDifference"], 0.5, places=3)

    def test_checks_a_folder_of_cases(self) -> None:
        for name, change in (("good", 0.0), ("bad", 1.0)):
            self.record(self.folder / "cases" / name / "test_data_set_0", change)
            (self.folder / "cases" / name / "model.onnx").write_bytes((NETWORKS / "plain.onnx").read_bytes())
        run = self.check(self.folder / "cases")
        self.assertEqual(run.returncode, 1)
        self.assertIn("✓ good", run.stdout)
        self.assertIn("✗ bad", run.stdout)
        self.assertIn("1 of 2 models agree", run.stdout)

    def test_names_every_operator_that_cannot_be_run(self) -> None:
        model = (NETWORKS / "plain.onnx").read_bytes()
        broken = model.replace(b"MaxPool", b"QuxPool").replace(b"LeakyRelu", b"LeakyQuux")
        self.assertNotEqual(broken, model)
        (self.folder / "broken.onnx").write_bytes(broken)
        run = self.check(self.folder / "broken.onnx")
        self.assertEqual(run.returncode, 1)
        self.assertIn("QuxPool", run.stdout)
        self.assertIn("LeakyQuux", run.stdout)

    def test_refuses_what_is_no_model(self) -> None:
        (self.folder / "text.onnx").write_text("no model")
        for path in (self.folder / "text.onnx", self.folder / "absent.onnx", self.folder):
            run = self.check(path)
            self.assertNotEqual(run.returncode, 0)
            self.assertTrue((run.stdout + run.stderr).strip())


if __name__ == "__main__":
    unittest.main()
