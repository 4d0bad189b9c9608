"""Images as requests carry them, and progress as terminals show it."""

from __future__ import annotations

import base64
import io
import os
import struct
import unittest
import zlib
from pathlib import Path
from typing import List, Tuple
from unittest import mock

import support  # noqa: F401  (puts the client on the path)

from vrx import images, progress

try:
    import numpy
except ImportError:
    numpy = None
try:
    import PIL.Image
except ImportError:
    PIL = None


def read_png(data: bytes) -> Tuple[int, int, int, List[int]]:
    """Width, height, channels and values of an 8-bit PNG without filters, its checksums verified."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    position, chunks = 8, {}
    while position < len(data):
        (length,) = struct.unpack(">I", data[position : position + 4])
        kind = data[position + 4 : position + 8]
        body = data[position + 8 : position + 8 + length]
        (checksum,) = struct.unpack(">I", data[position + 8 + length : position + 12 + length])
        assert checksum == zlib.crc32(kind + body)
        chunks[kind] = body
        position += 12 + length
    width, height, depth, colour = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    channels = {0: 1, 2: 3, 6: 4}[colour]
    rows = zlib.decompress(chunks[b"IDAT"])
    stride = width * channels + 1
    assert depth == 8 and len(rows) == stride * height and all(rows[y * stride] == 0 for y in range(height))
    return width, height, channels, [value for y in range(height) for value in rows[y * stride + 1 : (y + 1) * stride]]


class Images(unittest.TestCase):
    def setUp(self) -> None:
        self.encoder = images.ImageEncoder()
        self.addCleanup(self.encoder.close)

    def decoded(self, image: object) -> bytes:
        return base64.b64decode(self.encoder.one(image)["base64"])

    def test_paths_become_absolute(self) -> None:
        self.assertEqual(self.encoder.one("a.jpg"), os.path.abspath("a.jpg"))
        self.assertEqual(self.encoder.one(Path("~/a.jpg")), os.path.expanduser("~/a.jpg"))
        self.assertEqual(self.encoder.many("a.jpg"), [os.path.abspath("a.jpg")])
        self.assertEqual(self.encoder.many([Path("/a"), "/b"]), ["/a", "/b"])

    def test_bytes_travel_in_base64_and_large_ones_in_a_file_that_is_removed(self) -> None:
        self.assertEqual(self.encoder.one(b"jpeg"), {"base64": "anBlZw=="})
        self.assertEqual(self.encoder.many(b"jpeg"), [{"base64": "anBlZw=="}])
        path = self.encoder.one(b"x" * images.MAX_INLINE_BYTES)
        self.assertEqual(Path(path).read_bytes(), b"x" * images.MAX_INLINE_BYTES)
        self.assertEqual(os.stat(os.path.dirname(path)).st_mode & 0o077, 0)
        self.encoder.close()
        self.assertFalse(os.path.exists(path))

    def test_a_png_holds_the_pixels(self) -> None:
        for channels in (1, 3, 4):
            pixels = bytes(range(2 * 3 * channels))
            self.assertEqual(read_png(images.png(2, 3, channels, pixels)), (2, 3, channels, list(pixels)))

    def test_what_is_no_image_is_refused(self) -> None:
        for thing in (3, object(), None):
            with self.assertRaisesRegex(TypeError, "not an image"):
                self.encoder.one(thing)

    @unittest.skipIf(numpy is None, "numpy is not here")
    def test_arrays_of_any_layout_keep_their_values(self) -> None:
        array = numpy.arange(60, dtype=numpy.uint8).reshape(4, 5, 3)
        self.assertEqual(read_png(self.decoded(array)), (5, 4, 3, list(range(60))))
        turned = array.transpose(1, 0, 2)[::-1]
        self.assertEqual(read_png(self.decoded(turned)), (4, 5, 3, turned.ravel().tolist()))
        self.assertEqual(read_png(self.decoded(array[:, :, 0]))[2:], (1, array[:, :, 0].ravel().tolist()))
        self.assertEqual(read_png(self.decoded(array[:, :, :1] > 30))[3][:2], [0, 0])
        self.assertEqual(read_png(self.decoded(numpy.array([[0.0, 0.5, 1.0]])))[3], [0, 128, 255])
        self.assertEqual(read_png(self.decoded(array.astype(numpy.int64)))[3], list(range(60)))
        self.assertEqual(len(self.encoder.many([array, array])), 2)
        self.assertEqual(len(self.encoder.many(array)), 1)

    @unittest.skipIf(numpy is None, "numpy is not here")
    def test_unsuitable_arrays_are_refused(self) -> None:
        for array in (
            numpy.zeros((2, 2, 2)),
            numpy.zeros((0, 4, 3)),
            numpy.zeros(5),
            numpy.full((2, 2), 1.5),
            numpy.full((2, 2), numpy.nan),
            numpy.full((2, 2), 256),
            numpy.full((2, 2), "a"),
        ):
            with self.assertRaises(ValueError):
                self.encoder.one(array)

    @unittest.skipIf(PIL is None, "Pillow is not here")
    def test_pil_images_of_any_mode_become_png(self) -> None:
        for mode in ("RGB", "L", "RGBA", "P", "CMYK", "1"):
            picture = PIL.Image.new(mode, (3, 2))
            with PIL.Image.open(io.BytesIO(self.decoded(picture))) as read:
                self.assertEqual(read.size, (3, 2))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Progress(unittest.TestCase):
    def test_a_terminal_gets_one_line_that_only_grows(self) -> None:
        stream = Terminal()
        with mock.patch.object(progress, "REDRAW_SECONDS", 0):
            bar = progress.progress_bar("discover", stream)
            for value in (
                {"kind": "begin", "title": "discover"},
                {"kind": "report", "percentage": 50, "message": "segments"},
                {"kind": "report", "done": 1, "total": 4},
                {"kind": "end"},
            ):
                bar(value)
        lines = stream.getvalue().split("\r")[1:]
        self.assertTrue(lines[0].startswith("[" + "." * 24 + "]   0 %"))
        self.assertIn("[" + "#" * 12 + "." * 12 + "]  50 %", lines[1])
        self.assertIn("discover: segments", lines[1])
        self.assertIn(" 50 %", lines[2])
        self.assertIn("100 %", lines[3])
        self.assertTrue(stream.getvalue().endswith("\n"))
        self.assertEqual(stream.getvalue().count("\n"), 1)

    def test_other_outputs_get_sparse_lines_without_control_characters(self) -> None:
        stream = io.StringIO()
        bar = progress.progress_bar("discover", stream)
        bar({"kind": "begin"})
        for done in range(100):
            bar({"kind": "report", "done": done, "total": 100})
        bar({"kind": "end"})
        self.assertEqual(len(stream.getvalue().splitlines()), 2)
        self.assertNotIn("\r", stream.getvalue())

    def test_a_cancelled_request_does_not_claim_to_be_complete(self) -> None:
        stream = io.StringIO()
        bar = progress.progress_bar("discover", stream)
        bar({"kind": "report", "percentage": 20})
        bar({"kind": "end", "message": "cancelled"})
        self.assertIn(" 20 % 0:00  discover: cancelled", stream.getvalue())

    def test_stages_share_one_bar_by_their_weights(self) -> None:
        stream = io.StringIO()
        with mock.patch.object(progress, "LINE_SECONDS", 0):
            stages = progress.StagedProgress([("first", 1)], stream)
            stages.next()
            stages.extend([("second", 3)])
            report = stages.next()
            report({"kind": "report", "percentage": 50})
            report({"kind": "report", "percentage": "soon"})
            stages.finish()
        shares = [line[:5] for line in stream.getvalue().splitlines()]
        self.assertEqual(shares, ["  0 %", " 25 %", " 62 %", "100 %"])


if __name__ == "__main__":
    unittest.main()
