"""A classifier that lives in the client, and the real vrxd, which asks it."""

from __future__ import annotations

import array
import importlib.util
import math
import subprocess
import threading
import time
import unittest
from pathlib import Path
from typing import Any, List, Optional, Tuple

from support import FolderCase, real_daemon

import vrx
from vrx import attached

SIDE = 16
GRID = 4
CELL = SIDE // GRID
WEIGHTS = [[1.0, -0.5, -0.5], [-0.5, 1.0, -0.5]]
#: Options that keep a discovery within seconds.
QUICK = {
    "segment_counts": [4, 8],
    "attention": False,
    "clusters": 3,
    "restarts": 1,
    "random_sets": 3,
    "random_set_size": 4,
    "min_random_set_size": 4,
    "min_size": 2,
    "significance": 1,
    "min_area_fraction": 0.01,
}


class Colours:
    """Two classes, red and green: logits are sums of squares of the mean colours of a grid's cells, with their gradients."""

    layers = [("grid", [3, GRID, GRID])]

    def __init__(self) -> None:
        self.asked: List[str] = []

    def activations(self, images: vrx.Tensor, layer: Optional[str]) -> Tuple[Optional[vrx.Tensor], vrx.Tensor]:
        self.asked.append("activations")
        cells = self.cells(images)
        logits = array.array("f")
        for image in cells:
            for weights in WEIGHTS:
                logits.append(
                    sum(
                        weight * sum(value * value for value in image[channel * GRID**2 : (channel + 1) * GRID**2])
                        for channel, weight in enumerate(weights)
                    )
                )
        count = images.shape[0]
        return self.grid(cells) if layer else None, vrx.Tensor((count, len(WEIGHTS)), logits.tobytes())

    def gradients(self, images: vrx.Tensor, layer: str, class_index: int) -> Tuple[vrx.Tensor, vrx.Tensor]:
        self.asked.append("gradients")
        cells = self.cells(images)
        slopes = [
            [2 * WEIGHTS[class_index][index // GRID**2] * value for index, value in enumerate(image)] for image in cells
        ]
        return self.grid(cells), self.grid(slopes)

    @staticmethod
    def cells(images: vrx.Tensor) -> List[List[float]]:
        values = array.array("f", images.data)
        result = []
        for start in range(0, len(values), 3 * SIDE**2):
            image = []
            for channel in range(3):
                for row in range(GRID):
                    for column in range(GRID):
                        first = start + channel * SIDE**2 + row * CELL * SIDE + column * CELL
                        image.append(sum(sum(values[first + y * SIDE : first + y * SIDE + CELL]) for y in range(CELL)))
            result.append([value / CELL**2 for value in image])
        return result

    @staticmethod
    def grid(cells: List[List[float]]) -> vrx.Tensor:
        flat = array.array("f", [value for image in cells for value in image])
        return vrx.Tensor((len(cells), 3, GRID, GRID), flat.tobytes())


def draw(folder: Path, count: int, colour: Tuple[int, int, int]) -> List[Path]:
    """Images of noise, each with a coloured blot."""
    from vrx import images

    folder.mkdir()
    paths = []
    for number in range(count):
        pixels = bytearray()
        for y in range(48):
            for x in range(48):
                inside = math.hypot(x - 14 - number % 5 * 5, y - 24) < 13
                noise = (x * 7 + y * 13 + number * 29) % 40
                pixels += bytes(min(255, value + noise) for value in (colour if inside else (60, 60, 60)))
        path = folder / f"{number}.png"
        path.write_bytes(images.png(48, 48, 3, bytes(pixels)))
        paths.append(path)
    return paths


class Attached(FolderCase):
    def setUp(self) -> None:
        super().setUp()
        self.client = vrx.Client(real_daemon())
        self.addCleanup(self.client.close)

    def attach(self, classifier: Any, **more: Any) -> vrx.Model:
        return self.client.attach_model(classifier, ["red", "green"], name="colours", size=SIDE, timeout=60, **more)

    def test_the_whole_method_runs_on_it(self) -> None:
        red = draw(self.folder / "red", 14, (220, 20, 20))
        green = draw(self.folder / "green", 14, (20, 220, 20))
        noise = draw(self.folder / "random", 12, (90, 90, 90))
        colours = Colours()
        model = self.attach(colours)
        self.assertEqual(model.layers, ["grid"])
        results = self.client.classify(model, [red[0], green[0]])
        self.assertEqual([one["predictions"][0]["label"] for one in results], ["red", "green"])
        for name, paths in (("red", red), ("green", green)):
            found = self.client.discover(model, name, paths, noise, timeout=120, **QUICK)
            self.assertTrue(found["concepts"])
        self.client.train(model, {"red": red, "green": green}, max_epochs=5, timeout=120)
        explanation = self.client.explain(model, red[1], timeout=60)
        self.assertEqual(explanation["prediction"]["class"], "red")
        self.assertEqual(set(colours.asked), {"activations", "gradients"})
        rows = self.client.score_concepts(model, [red[2], green[2]], timeout=60)
        asked = {(str(path), name) for path in (red[2], green[2]) for name in ("red", "green")}
        self.assertEqual({(row["image"], row["class"]) for row in rows}, asked)
        self.assertTrue(all(row["derivative"] is not None and 0 < row["presence"] <= 1 for row in rows))

    def test_a_revision_makes_it_the_same_model_again(self) -> None:
        first, second = self.attach(Colours(), revision="1"), self.attach(Colours(), revision="1")
        self.assertEqual(first.id, second.id)
        others = {self.attach(Colours()).id, self.attach(Colours()).id, self.attach(Colours(), revision="2").id}
        self.assertEqual(len(others | {first.id}), 4)

    def test_its_failures_are_told(self) -> None:
        class Broken(Colours):
            def activations(self, images: vrx.Tensor, layer: Optional[str]) -> Any:
                raise RuntimeError("out of luck")

        class Misshapen(Colours):
            def activations(self, images: vrx.Tensor, layer: Optional[str]) -> Any:
                return None, vrx.Tensor((1, 1), b"\0\0\0\0")

        class NotANumber(Colours):
            def activations(self, images: vrx.Tensor, layer: Optional[str]) -> Any:
                return None, vrx.Tensor((images.shape[0], 2), array.array("f", [math.nan, 0]).tobytes())

        path = draw(self.folder / "red", 1, (220, 20, 20))[0]
        for classifier, words in ((Broken(), "out of luck"), (Misshapen(), "logits"), (NotANumber(), "finite")):
            model = self.attach(classifier, layer="grid")
            with self.assertRaises(vrx.VRXError) as caught:
                self.client.classify(model, path)
            self.assertEqual(caught.exception.code, 1008)
            self.assertIn(words, caught.exception.message)
        self.assertEqual(self.client.status()["models"], 3)

    def test_a_slow_one_is_given_up_and_can_be_cancelled(self) -> None:
        released = threading.Event()
        self.addCleanup(released.set)

        class Slow(Colours):
            def activations(self, images: vrx.Tensor, layer: Optional[str]) -> Any:
                released.wait(60)
                return super().activations(images, layer)

        path = draw(self.folder / "red", 1, (220, 20, 20))[0]
        model = self.attach(Slow(), layer="grid", answer_within=0.3)
        with self.assertRaises(vrx.VRXError) as caught:
            self.client.classify(model, path)
        self.assertEqual(caught.exception.code, 1008)
        self.assertTrue(caught.exception.data["retryable"])

        patient = self.attach(Slow(), layer="grid")
        call = self.client.start("model/classify", {"model": patient.id, "images": [str(path)]})
        time.sleep(0.2)
        start = time.monotonic()
        call.cancel()
        with self.assertRaises(vrx.Cancelled):
            call.result(10)
        self.assertLess(time.monotonic() - start, 1)
        # Other requests do not wait meanwhile.
        self.assertEqual(self.client.status(timeout=5)["models"], 2)

    def test_tensors_go_through_files_that_do_not_stay(self) -> None:
        colours = Colours()
        seen: List[Path] = []

        def serve(method: str, params: Any) -> Any:
            seen.append(Path(params["images"]["path"]))
            return attached.answer(colours, method, params)

        paths = draw(self.folder / "red", 14, (220, 20, 20))
        model = self.attach(colours, layer="grid")
        self.client._connection.serve(serve)
        self.client.classify(model, paths)
        folder = seen[0].parent
        self.assertEqual(folder.stat().st_mode & 0o777, 0o700)
        self.assertEqual(list(folder.iterdir()), [])
        self.client.close()
        self.assertFalse(folder.exists())

    def test_files_elsewhere_are_not_read(self) -> None:
        secret = self.folder / "secret"
        secret.write_bytes(array.array("f", [1.0, 2.0] * 50).tobytes())

        def serve(method: str, params: Any) -> Any:
            shape = [params["images"]["shape"][0], 2]
            return {"logits": {"shape": shape, "dtype": "f32le", "path": str(secret), "offset": 0}}

        path = draw(self.folder / "red", 1, (220, 20, 20))[0]
        model = self.attach(Colours(), layer="grid")
        self.client._connection.serve(serve)
        with self.assertRaises(vrx.VRXError) as caught:
            self.client.classify(model, path)
        self.assertEqual(caught.exception.code, 1008)
        self.assertTrue(secret.exists())

    def test_tensors_may_be_inline(self) -> None:
        colours = Colours()

        def serve(method: str, params: Any) -> Any:
            self.assertIn("base64", params["images"])
            return attached.answer(colours, method, params)

        self.client._connection.serve(serve)
        params = {
            "name": "inline",
            "inputShape": [3, SIDE, SIDE],
            "labels": ["red", "green"],
            "layers": [{"name": "grid", "shape": [3, GRID, GRID]}],
        }
        model = self.client.request("model/attach", params, timeout=30)
        self.assertEqual(model["defaultLayer"], "grid")
        path = draw(self.folder / "red", 1, (220, 20, 20))[0]
        result = self.client.classify(model["model"], path)
        self.assertEqual(result[0]["predictions"][0]["label"], "red")

    def test_a_recorded_session_is_played_again(self) -> None:
        traces = self.folder / "traces"
        client = vrx.Client([real_daemon(), "serve", "--trace-dir", str(traces)])
        self.addCleanup(client.close)
        colours = Colours()
        client._connection.serve(lambda method, params: attached.answer(colours, method, params))
        params = {
            "name": "inline",
            "inputShape": [3, SIDE, SIDE],
            "labels": ["red", "green"],
            "layers": [{"name": "grid", "shape": [3, GRID, GRID]}],
            "revision": "1",
        }
        model = client.request("model/attach", params, timeout=30)
        client.classify(model["model"], draw(self.folder / "red", 1, (220, 20, 20))[0])
        client.close()
        done = subprocess.run(
            [real_daemon(), "replay", "--timeout", "20", str(next(traces.iterdir()))], capture_output=True, text=True
        )
        self.assertEqual(done.stdout, "4 answers, 0 differ\n")

    def test_a_client_that_serves_nothing_is_told_so(self) -> None:
        params = {"name": "none", "inputShape": [3, 8, 8], "labels": ["a"], "layers": [{"name": "x", "shape": [1, 2, 2]}]}
        with self.assertRaises(vrx.VRXError) as caught:
            self.client.request("model/attach", params, timeout=30)
        self.assertEqual(caught.exception.code, 1008)

    @unittest.skipUnless(
        importlib.util.find_spec("torch") and importlib.util.find_spec("numpy"), "PyTorch is not installed"
    )
    def test_a_pytorch_module(self) -> None:
        import torch

        torch.manual_seed(0)
        module = torch.nn.Sequential(
            torch.nn.Conv2d(3, 8, 3, padding=1),
            torch.nn.ReLU(inplace=True),
            torch.nn.Conv2d(8, 12, 3, stride=2, padding=1),
            torch.nn.ReLU(inplace=True),
            torch.nn.AdaptiveAvgPool2d(1),
            torch.nn.Flatten(),
            torch.nn.Linear(12, 2),
        )
        classifier = vrx.TorchClassifier(module, SIDE)
        self.assertEqual([name for name, _ in classifier.layers], ["0", "1", "2", "3", "4"])
        images = torch.rand(2, 3, SIDE, SIDE)
        activations, gradients = classifier.gradients(vrx.Tensor.of(images), "2", 1)
        rest = torch.nn.Sequential(*list(module)[3:])
        self.assertTrue(torch.allclose(rest(activations.clone())[:, 1], module(images)[:, 1], atol=1e-6))
        moved = rest((activations + 1e-3 * gradients).clone())[:, 1] - rest(activations.clone())[:, 1]
        self.assertTrue(bool((moved >= 0).all()))

        model = self.attach(module)
        path = draw(self.folder / "red", 1, (220, 20, 20))[0]
        logits = [one["logit"] for one in self.client.classify(model, path)[0]["predictions"]]
        self.assertEqual(len(logits), 2)
        self.assertTrue(all(math.isfinite(logit) for logit in logits))


if __name__ == "__main__":
    unittest.main()
