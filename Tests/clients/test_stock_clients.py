"""Clients of other projects complete a session: Emacs' jsonrpc.el, Neovim's vim.lsp.rpc and the client of pygls.

Tests/run installs them if it can; the tests of a client that is not there are skipped. VRX_PYGLS names a Python that has
pygls.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any, Dict, List

from support import QUICK, draw_scenes, embedded_model, real_daemon

STOCK = Path(__file__).with_name("stock")
#: Seconds for a whole session; it takes about fifteen.
PATIENCE = 600
FOLDERS = ["fire_engine", "school_bus"]
CLASSES = ["fire engine", "school bus"]


def setUpModule() -> None:
    """Draws scenes and writes the requests once."""
    global requests
    folder = tempfile.TemporaryDirectory(prefix="vrx-stock-")
    unittest.addModuleCleanup(folder.cleanup)
    draw_scenes(Path(folder.name), {"per-class": 24, "random": 40, "held-out": 1, "seed": 1})
    described = embedded_model()
    path = described.pop("model")
    image = next(Path(folder.name, "held-out", FOLDERS[0]).glob("*.*g"))
    steps: List[Dict[str, Any]] = [
        {"method": "initialize", "params": {"processId": None, "rootPath": folder.name, "capabilities": {}}},
        {"method": "model/load", "params": {"path": path, **described}},
        {"method": "model/classify", "params": {"model": "$model", "images": [str(image)], "topK": 2}},
    ]
    for name, where in zip(CLASSES, FOLDERS):
        params = {"model": "$model", "class": name, "images": [where], "random": ["random"], "options": QUICK}
        steps.append({"method": "vrx/discover", "params": params})
    images = {name: [where] for name, where in zip(CLASSES, FOLDERS)}
    train = {"model": "$model", "classes": CLASSES, "images": images, "options": {"maxEpochs": 10}}
    steps.append({"method": "vrx/train", "params": train})
    steps.append({"method": "vrx/explain", "params": {"model": "$model", "image": str(image)}})
    requests = Path(folder.name) / "requests.json"
    requests.write_text(json.dumps(steps), encoding="utf-8")


class StockClients(unittest.TestCase):
    def run_client(self, command: List[str], **environment: str) -> subprocess.CompletedProcess:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE, env={"OMP_WAIT_POLICY": "passive", **os.environ, **environment}
        )
        self.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr[-2000:])
        return done

    def check(self, text: str) -> None:
        answer = json.loads(text)
        self.assertEqual(answer["exitCode"], 0)
        explanation = answer["result"]
        self.assertEqual([one["role"] for one in explanation["explanations"]], ["why", "whyNot"])
        # pygls renames members that are words of Python, such as "class", so those are not checked.
        self.assertIn(f"Why {CLASSES[0]}?", explanation["summary"])

    @unittest.skipUnless(shutil.which("emacs"), "Emacs is not installed: apt-get install emacs-nox")
    def test_emacs_jsonrpc(self) -> None:
        script = str(STOCK / "session.el")
        done = self.run_client(["emacs", "-Q", "--batch", "--script", script, real_daemon(), str(requests)])
        self.check(done.stdout)

    @unittest.skipUnless(shutil.which("nvim"), "Neovim is not installed: apt-get install neovim")
    def test_neovim_lsp_rpc(self) -> None:
        answer = requests.with_name("neovim.json")
        self.run_client(
            ["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-S", str(STOCK / "session.lua")],
            VRXD=real_daemon(),
            REQUESTS=str(requests),
            ANSWER=str(answer),
            XDG_CACHE_HOME=str(requests.parent / "cache"),
        )
        self.check(answer.read_text(encoding="utf-8"))

    def test_pygls(self) -> None:
        python = os.environ.get("VRX_PYGLS", sys.executable)
        if subprocess.run([python, "-c", "import pygls"], capture_output=True).returncode != 0:
            self.skipTest("pygls is not installed: pip install pygls, or name a Python that has it in VRX_PYGLS")
        done = self.run_client([python, "-B", str(STOCK / "session.py"), real_daemon(), str(requests)])
        self.check(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    unittest.main()
