"""The Python client and the command look for concepts in new images, with the real vrxd."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import Any, Dict, List

from support import QUICK, SHELL_COMMAND, FolderCase, real_daemon

import vrx
from vrx import demo
from vrx.scores import COLUMNS


def setUpModule() -> None:
    """Discovers the concepts of two classes once, into a workspace and a bank file."""
    global folder, model, classes, workspace, bank, scores
    holder = tempfile.TemporaryDirectory(prefix="vrx-test-scores-")
    unittest.addModuleCleanup(holder.cleanup)
    folder = Path(holder.name)
    command = [real_daemon()]
    embedded = demo.embedded_model(command)
    # The same as the options of the command.
    model = {"path": embedded["path"], "labels": embedded["labels"], "layer": embedded["layer"], "size": 128}
    model.update(mean=[0.5] * 3, std=[0.25] * 3)
    classes = demo.draw_scenes(command, folder / "scenes", seed=1, per_class=24, random=40, held_out=2)[:2]
    workspace, bank = folder / "bank.sqlite", folder / "bank.safetensors"
    with vrx.Client(real_daemon(), workspace=workspace) as client:
        loaded = client.load_model(**model)
        for one in classes:
            client.discover(loaded, one.name, one.images, folder / "scenes" / "random", **QUICK)
        client.export_bank(bank)
        scores = client.score_concepts(loaded, held_out())


def held_out() -> List[Path]:
    return [path for one in classes for path in one.held_out]


class ScoreTests(FolderCase):
    def test_rows_are_of_one_shape(self) -> None:
        self.assertGreater(len(scores), 0)
        self.assertEqual(scores.skipped, [])
        for row in scores:
            self.assertEqual(tuple(row), COLUMNS)
            self.assertEqual(row["detected"], row["presence"] >= 0.5)
            self.assertEqual(row["detected"], row["distance"] <= row["threshold"])
            self.assertTrue(0 <= row["x"] <= 1 and 0 <= row["y"] <= 1 and row["box_width"] > 0)
            self.assertTrue(0 <= row["positive"] <= 1 and 0 <= row["tcav"] <= 1)
        self.assertEqual({row["image"] for row in scores}, {str(path) for path in held_out()})
        self.assertEqual({row["class"] for row in scores}, {one.name for one in classes})

    def test_a_bank_that_was_imported_gives_the_same_rows(self) -> None:
        previews: List[Dict[str, Any]] = []
        broken = self.folder / "broken.png"
        broken.write_bytes(b"not an image")
        with vrx.Client(real_daemon()) as client:
            loaded = client.load_model(**model)
            client.import_bank(bank)
            rows = client.score_concepts(loaded, [*held_out(), broken], partial=previews.append)
            self.assertEqual(rows, scores)
            self.assertEqual([image["image"] for image in rows.skipped], [str(broken)])
            self.assertTrue(any(item["class"] == classes[0].name for preview in previews for item in preview["items"]))
            first = scores[0]
            (row,) = client.score_concepts(loaded, first["image"], concepts=[{"id": first["concept"]}])
            self.assertEqual(row, first)
            with self.assertRaises(vrx.VRXError):
                client.score_concepts(loaded, first["image"], concepts=["none"])

    def test_a_network_in_bfloat16_gives_rows(self) -> None:
        with vrx.Client(real_daemon()) as client:
            try:
                loaded = client.load_model(**{**model, "precision": "bf16"})
            except vrx.VRXError as error:
                self.skipTest(error.message)
            one = classes[0]
            client.discover(loaded, one.name, one.images, folder / "scenes" / "random", **QUICK)
            rows = client.score_concepts(loaded, one.held_out)
            self.assertTrue(rows and all(0 <= row["presence"] <= 1 for row in rows))

    def run_command(self, *arguments: object) -> subprocess.CompletedProcess:
        options = ["--model", model["path"], "--labels", model["labels"], "--layer", model["layer"]]
        options += ["--size", "128", "--mean", "0.5,0.5,0.5", "--std", "0.25,0.25,0.25"]
        return subprocess.run(
            [str(SHELL_COMMAND), "score", *map(str, options), *map(str, arguments)],
            env={**os.environ, "VRXD": real_daemon()},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            cwd=self.folder,
        )

    def test_the_command_writes_a_table(self) -> None:
        done = self.run_command("--bank", bank, held_out()[0])
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        wanted = [row for row in scores if row["image"] == str(held_out()[0])]
        self.assertEqual([(row["class"], row["concept"]) for row in rows], [(r["class"], r["concept"]) for r in wanted])
        self.assertEqual([float(row["derivative"]) for row in rows], [row["derivative"] for row in wanted])

    def test_the_command_reads_a_workspace_and_writes_a_file(self) -> None:
        name = classes[0].name
        done = self.run_command("--workspace", workspace, "--class", name, "--out", "rows.csv", *held_out())
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = list(csv.DictReader(io.StringIO((self.folder / "rows.csv").read_text(encoding="utf-8"))))
        wanted = [row for row in scores if row["class"] == name]
        self.assertEqual([row["concept"] for row in rows], [row["concept"] for row in wanted])
        self.assertEqual([float(row["presence"]) for row in rows], [row["presence"] for row in wanted])
        self.assertIn(f"{len(rows)} rows", done.stdout)

    def test_the_command_needs_concepts(self) -> None:
        self.assertEqual(self.run_command(held_out()[0]).returncode, 2)
        self.assertEqual(self.run_command("--bank", "absent", held_out()[0]).returncode, 2)


if __name__ == "__main__":
    unittest.main()
