"""Makes the golden files of ImagesTests from Pillow (13 or later), scikit-image and PyTorch.

    python make_fixtures.py [ASSETS]

Every picture is drawn here. ASSETS, the folder of test photographs, adds the label maps of some of them.
"""

import base64
import io
import json
import pathlib
import struct
import sys
import zlib

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageOps
from skimage.color import rgb2gray, rgb2lab
from skimage.filters import sobel
from skimage.segmentation import felzenszwalb, quickshift, slic, watershed
from sklearn.metrics import adjusted_rand_score

HERE = pathlib.Path(__file__).parent
SEGMENTS = (15, 50, 80)
PHOTOGRAPHS_A_FOLDER = 2
PHOTOGRAPH_FOLDERS = ("minivan", "school_bus", "random", "pickup")
INPUT_SIZE = 224


def text(data):
    return base64.b64encode(data).decode()


def write(name, value):
    (HERE / name).write_text(json.dumps(value, separators=(",", ":")) + "\n")


def drawing(width, height, seed):
    """A picture with gradients, edges and texture."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    base = np.stack([x * 255 / width, y * 255 / height, 255 - (x + y) * 255 / (width + height)], axis=-1)
    image = Image.fromarray(base.astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for _ in range(12):
        left, top = random.integers(0, width), random.integers(0, height)
        right, bottom = left + random.integers(2, width // 2), top + random.integers(2, height // 2)
        color = tuple(int(c) for c in random.integers(0, 256, 3))
        shape = draw.ellipse if random.random() < 0.5 else draw.rectangle
        shape((int(left), int(top), int(right), int(bottom)), fill=color)
    noise = random.normal(0, 6, (height, width, 3))
    return Image.fromarray((np.asarray(image) + noise).clip(0, 255).astype(np.uint8))


def encoded(image, format, **options):
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def sixteen_bit_png(image, interlaced=False):
    """16-bit RGB, which Pillow cannot write; interlaced 8-bit RGB likewise."""
    samples = np.asarray(image).astype(np.uint16)
    height, width = samples.shape[:2]
    depth = 8 if interlaced else 16
    if not interlaced:
        samples = samples * 256 + 255 - samples
    order = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    rows = b""
    for left, top, step_x, step_y in order if interlaced else [(0, 0, 1, 1)]:
        for row in samples[top::step_y, left::step_x]:
            if len(row):
                rows += b"\0" + (row.astype(np.uint8) if interlaced else row.astype(">u2")).tobytes()
    header = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, int(interlaced))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )


def with_exif(image, orientation, format):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(image, format, exif=exif)


def decoding():
    image = drawing(26, 18, 1)
    grey = image.convert("L")
    alpha = image.copy()
    alpha.putalpha(Image.fromarray(np.linspace(0, 255, 26 * 18).reshape(18, 26).astype(np.uint8)))
    grey_alpha = grey.copy()
    grey_alpha.putalpha(alpha.getchannel("A"))
    palette = image.quantize(16)
    files = {
        "baseline.jpg": encoded(image, "JPEG", quality=85),
        "full-colour.jpg": encoded(image, "JPEG", quality=95, subsampling=0),
        "progressive.jpg": encoded(image, "JPEG", quality=85, progressive=True),
        "restarts.jpg": encoded(image, "JPEG", quality=85, restart_marker_blocks=1),
        "grey.jpg": encoded(grey, "JPEG", quality=85),
        "cmyk.jpg": encoded(image.convert("CMYK"), "JPEG", quality=90),
        "rgb.jpg": encoded(image, "JPEG", quality=90, keep_rgb=True),
        "rgb.png": encoded(image, "PNG"),
        "rgba.png": encoded(alpha, "PNG"),
        "grey.png": encoded(grey, "PNG"),
        "grey-alpha.png": encoded(grey_alpha, "PNG"),
        "bits.png": encoded(grey.convert("1"), "PNG"),
        "palette.png": encoded(palette, "PNG"),
        "palette-transparent.png": encoded(palette, "PNG", transparency=bytes(range(16))),
        "rgb-transparent.png": encoded(image, "PNG", transparency=image.getpixel((3, 3))),
        "rgb16.png": sixteen_bit_png(image),
        "interlaced.png": sixteen_bit_png(image, interlaced=True),
    }
    cases = [
        {"name": name, "file": text(data), "width": 26, "height": 18,
         "samples": text(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).tobytes())}
        for name, data in files.items()
    ]
    # Pillow clips 16-bit grey when it makes it RGB; the high byte is what the picture looks like.
    wide = (np.asarray(grey).astype(np.uint16) * 257)
    cases.append({"name": "grey16.png", "file": text(encoded(Image.fromarray(wide), "PNG")), "width": 26,
                  "height": 18, "samples": text(np.asarray(grey.convert("RGB")).tobytes())})
    for format in ("JPEG", "PNG"):
        for orientation in range(1, 9):
            data = with_exif(image, orientation, format)
            upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
            cases.append({"name": f"orientation-{orientation}.{format}", "file": text(data), "width": upright.width,
                          "height": upright.height, "samples": text(np.asarray(upright).tobytes())})
    white = Image.new("RGBA", alpha.size, (255, 255, 255, 255))
    white.alpha_composite(alpha)
    over_white = {"file": text(files["rgba.png"]), "samples": text(np.asarray(white.convert("RGB")).tobytes())}
    write("decoding.json", {"cases": cases, "overWhite": over_white})


def resampling():
    filters = {
        "box": Image.BOX, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC,
        "lanczos": Image.LANCZOS,
    }
    image = drawing(37, 29, 2)
    # Hard edges, so that kernels overshoot.
    pixels = np.asarray(image).copy()
    pixels[5:15, 8:20] = 255
    pixels[9:12, 10:14] = 0
    image = Image.fromarray(pixels)
    cases = []
    for name, kernel in filters.items():
        for size in [(7, 5), (48, 38), (37, 50), (50, 29), (1, 1), (20, 64), (34, 9), (50, 28)]:
            cases.append({"filter": name, "width": size[0], "height": size[1],
                          "samples": text(image.resize(size, kernel).tobytes())})
    random = np.random.default_rng(3)
    values = random.normal(size=(7, 9)).astype(np.float32)
    maps = []
    for height, width in [(28, 36), (5, 4), (7, 20), (224, 3)]:
        result = torch.nn.functional.interpolate(
            torch.from_numpy(values)[None, None], size=(height, width), mode="bilinear", align_corners=False)
        maps.append({"width": width, "height": height, "values": text(result.numpy().astype("<f4").tobytes())})
    mask = np.zeros((29, 37), bool)
    mask[6:20, 9:30] = True
    mask[10:13, 12:18] = False
    masked = np.where(mask[..., None], np.asarray(image), 117).astype(np.uint8)
    patch = Image.fromarray(masked).crop((9, 6, 30, 20)).resize((64, 64), Image.BICUBIC)
    write("resampling.json", {
        "width": 37, "height": 29, "samples": text(image.tobytes()), "cases": cases,
        "map": {"width": 9, "height": 7, "values": text(values.astype("<f4").tobytes())}, "maps": maps,
        "patch": {"box": [9, 6, 21, 14], "hole": [12, 10, 6, 3], "fill": 117, "size": 64, "samples": text(patch.tobytes())},
    })


def packed(labels):
    """Labels as a grey PNG: numbers below 256 compress to a few kilobytes."""
    labels = labels - labels.min()
    assert labels.max() < 256
    return text(encoded(Image.fromarray(labels.astype(np.uint8)), "PNG", optimize=True))


def label_map(image, **options):
    return packed(slic(np.asarray(image), start_label=0, **options))


# The sizes, largest to smallest, are ACE's defaults among others.
SEGMENTERS = [
    ("felzenszwalb", {"scale": 1200, "sigma": 0.8, "minSize": 20}),
    ("felzenszwalb", {"scale": 250, "sigma": 0.8, "minSize": 20}),
    ("felzenszwalb", {"scale": 100, "sigma": 0, "minSize": 50}),
    ("watershed", {"markers": 15, "compactness": 0}),
    ("watershed", {"markers": 80, "compactness": 0}),
    ("watershed", {"markers": 50, "compactness": 0.001}),
    ("quickshift", {"maxDistance": 20, "kernelSize": 10, "ratio": 1}),
    ("quickshift", {"maxDistance": 10, "kernelSize": 5, "ratio": 1}),
    ("quickshift", {"maxDistance": 8, "kernelSize": 4.5, "ratio": 0.5}),
]
# scikit-image's quick shift depends on its random numbers where areas are of one colour.
SAME_WITH_ANY_SEED = 0.999


def segmented(image, name, options):
    """The label maps of a segmenter; two, with different seeds, of quick shift."""
    pixels = np.asarray(image)
    if name == "felzenszwalb":
        return [felzenszwalb(pixels, options["scale"], options["sigma"], options["minSize"])]
    if name == "watershed":
        return [watershed(sobel(rgb2gray(pixels)), options["markers"], compactness=options["compactness"])]
    return [quickshift(pixels, options["ratio"], options["kernelSize"], options["maxDistance"], rng=seed)
            for seed in (1, 2)]


def segmenter_cases(image):
    cases = []
    for name, options in SEGMENTERS:
        maps = segmented(image, name, options)
        if any(adjusted_rand_score(maps[0].ravel(), other.ravel()) < SAME_WITH_ANY_SEED for other in maps[1:]):
            continue
        cases.append({"segmenter": name, "options": options, "labels": packed(maps[0])})
    return cases


def segmenters(assets):
    drawings = [drawing(96, 72, 4), drawing(61, 120, 5)]
    write("segmenters.json", {
        "images": [{"file": text(encoded(image, "PNG")), "cases": segmenter_cases(image)} for image in drawings]})
    if assets is None:
        return
    cases = []
    for folder in PHOTOGRAPH_FOLDERS:
        path = sorted((assets / "images" / folder).glob("*.jp*g"))[0]
        image = Image.open(path).convert("RGB").resize((INPUT_SIZE, INPUT_SIZE), Image.BICUBIC)
        cases.append({"path": f"images/{folder}/{path.name}", "cases": segmenter_cases(image)})
    write("segmenters_photographs.json", {"size": INPUT_SIZE, "photographs": cases})


def superpixels():
    images = []
    for width, height, seed in [(96, 72, 4), (61, 120, 5)]:
        image = drawing(width, height, seed)
        cases = []
        for options in [
            {"n_segments": 15, "compactness": 20, "sigma": 1}, {"n_segments": 50, "compactness": 20, "sigma": 1},
            {"n_segments": 80, "compactness": 20, "sigma": 1}, {"n_segments": 40, "compactness": 5, "sigma": 0},
            {"n_segments": 30, "compactness": 10, "sigma": 2.5}, {"n_segments": 1, "compactness": 20, "sigma": 1},
        ]:
            cases.append({"segments": options["n_segments"], "compactness": options["compactness"],
                          "sigma": options["sigma"], "labels": label_map(image, **options)})
        images.append({"file": text(encoded(image, "PNG")), "cases": cases})
    colors = drawing(24, 16, 6)
    lab = rgb2lab(np.asarray(colors)).astype("<f4")
    write("superpixels.json", {
        "images": images,
        "lab": {"file": text(encoded(colors, "PNG")), "values": text(lab.tobytes())},
    })


def photographs(assets):
    cases = []
    for folder in PHOTOGRAPH_FOLDERS:
        for path in sorted((assets / "images" / folder).glob("*.jp*g"))[:PHOTOGRAPHS_A_FOLDER]:
            image = Image.open(path).convert("RGB").resize((INPUT_SIZE, INPUT_SIZE), Image.BICUBIC)
            for segments in SEGMENTS:
                cases.append({"path": f"images/{folder}/{path.name}", "segments": segments,
                              "labels": label_map(image, n_segments=segments, compactness=20, sigma=1)})
    write("photographs.json", {"size": INPUT_SIZE, "cases": cases})


if __name__ == "__main__":
    decoding()
    resampling()
    superpixels()
    assets = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else None
    segmenters(assets)
    if assets:
        photographs(assets)
