"""Reasoning networks in the Python client: the real vrxd compared with recorded outputs of PyTorch."""

from __future__ import annotations

import importlib.util
import json
import struct
import unittest
from pathlib import Path
from typing import Dict

from support import ROOT, FolderCase, real_daemon

import vrx

FIXTURES = ROOT / "Tests" / "Fixtures" / "structure"
HAS_TORCH = importlib.util.find_spec("torch") is not None


def tensors(path: Path) -> Dict[str, vrx.Tensor]:
    """The 32-bit floats of a safetensors file."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    payload = data[8 + length :]
    found = {}
    for name, entry in json.loads(data[8 : 8 + length]).items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            start, end = entry["data_offsets"]
            found[name] = vrx.Tensor(tuple(entry["shape"]), payload[start:end])
    return found


class GraphTests(FolderCase):
    def setUp(self) -> None:
        super().setUp()
        self.client = vrx.Client(real_daemon())
        self.addCleanup(self.client.close)

    def assert_runs_as_recorded(self, graph_model: str) -> None:
        recorded = tensors(FIXTURES / "published_vectors.safetensors")
        outputs, embedding = self.client.run_graph(graph_model, recorded["nodes"], recorded["centers"])
        for mine, name in [(outputs, "outputs"), (embedding, "embedding")]:
            theirs = recorded[name]
            self.assertEqual(mine.shape, theirs.shape)
            count = len(theirs.data) // 4
            pairs = zip(struct.unpack(f"<{count}f", mine.data), struct.unpack(f"<{count}f", theirs.data))
            self.assertLess(max(abs(a - b) for a, b in pairs), 1e-4)

    def test_published_weights_are_imported_run_and_carried(self) -> None:
        labels = ["one", "two", "three"]
        (handle,) = self.client.import_bank(FIXTURES / "published.safetensors", classes=labels)["graphModels"]
        self.assert_runs_as_recorded(handle)
        (listed,) = self.client.graphs()
        self.assertEqual((listed["graphModel"], listed["classes"]), (handle, labels))
        self.assertIsNone(self.client.graph(listed)["training"])
        path = self.folder / "bank.json"
        self.client.export_bank(path, "json", include=["graphs"], graph_model=listed)
        with vrx.Client(real_daemon()) as other:
            self.assertEqual(other.import_bank(path)["graphModels"], [handle])
            self.assertEqual(other.graphs(), [listed])

    def test_a_checkpoint_without_pytorch_is_refused_in_words(self) -> None:
        path = self.folder / "weights.pt"
        path.write_bytes(b"PK\x03\x04" + bytes(100))
        with self.assertRaises(vrx.VRXError) as caught:
            self.client.request("bank/import", {"path": str(path)})
        self.assertIn("torch.load", caught.exception.message)

    @unittest.skipUnless(HAS_TORCH, "PyTorch is not installed")
    def test_a_checkpoint_of_pytorch_is_converted_on_the_way(self) -> None:
        import torch

        weights = {
            name: torch.frombuffer(bytearray(tensor.data), dtype=torch.float32).reshape(tensor.shape)
            for name, tensor in tensors(FIXTURES / "published.safetensors").items()
        }
        (handle,) = self.client.import_bank(FIXTURES / "published.safetensors")["graphModels"]
        doubles = {f"module.{name}": tensor.double() for name, tensor in weights.items()}
        for number, content in enumerate([weights, {"epoch": 3, "state_dict": doubles}]):
            path = self.folder / f"weights{number}.pth"
            torch.save(content, path)
            read = self.client.import_bank(path)
            self.assertEqual(read["graphModels"], [handle])
            self.assertEqual(read["path"], str(path))
        torch.save({"epoch": 3}, path)
        with self.assertRaises(ValueError):
            self.client.import_bank(path)


if __name__ == "__main__":
    unittest.main()
