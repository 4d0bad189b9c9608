"""Arguments that commands of the command line share, and the types of their values."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, List, Tuple


def add_network(parser: argparse.ArgumentParser) -> None:
    """A classifier, and how images become its input."""
    parser.add_argument("--model", type=Path, required=True, metavar="FILE", help="the classifier, an ONNX file")
    parser.add_argument(
        "--labels",
        type=Path,
        metavar="FILE",
        help="its labels: JSON array, JSON object from index to label, or one label per line",
    )
    parser.add_argument("--size", type=size, metavar="N", help="side of the network's input in pixels")
    parser.add_argument("--mean", type=numbers, metavar="R,G,B", help="subtracted from pixel values times --scale")
    parser.add_argument("--std", type=numbers, metavar="R,G,B", help="divides the result")
    parser.add_argument("--scale", type=number, metavar="X", help="factor on pixel values in [0, 1] (1)")
    parser.add_argument("--channel-order", choices=["rgb", "bgr"], help="the network's order of channels (rgb)")
    parser.add_argument("--resize", choices=["stretch", "shortestSide"], help="how images are fitted (stretch)")
    parser.add_argument("--layer", metavar="NAME", help="where concepts are discovered; by default the daemon chooses")
    parser.add_argument("--precision", choices=["f32", "bf16"], help="of the network's arithmetic (f32)")


def add_input(parser: argparse.ArgumentParser) -> None:
    """A classifier and its images."""
    add_network(parser)
    parser.add_argument(
        "--classes",
        type=classes,
        metavar="A,B,...",
        help="the classes to explain, at least two; by default every folder of DIR, named as its class",
    )
    parser.add_argument("--images", type=Path, required=True, metavar="DIR", help="images as DIR/<class>/*.jpg")


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Random images, and options of the method."""
    parser.add_argument(
        "--random",
        type=Path,
        metavar="DIR",
        help="images of anything else; by default the folder 'random' of DIR, or else the images of the other classes",
    )
    add_method_options(parser, "--discover", "vrx/discover", "topConcepts=8")
    add_method_options(parser, "--train", "vrx/train", "maskedVariants=1")
    add_seed(parser, "of everything random")


def add_method_options(parser: argparse.ArgumentParser, flag: str, method: str, example: str) -> None:
    parser.add_argument(
        flag,
        type=option,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help=f"an option of {method}, its value as JSON, may be repeated: {flag} {example}",
    )


def add_seed(parser: argparse.ArgumentParser, use: str) -> None:
    parser.add_argument("--seed", type=count, default=0, metavar="N", help=f"seed {use} (%(default)s)")


def add_verify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--verify", action="store_true", help="check each concept against the classifier")


def add_workspace(parser: argparse.ArgumentParser, use: str = "keep what is computed in this file") -> None:
    parser.add_argument("--workspace", type=Path, metavar="FILE", help=use)


def add_out(parser: argparse.ArgumentParser, default: str) -> None:
    parser.add_argument(
        "--out", type=Path, default=Path(default), metavar="DIR", help="where to write (%(default)s)"
    )


def classes(text: str) -> List[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if len(names) < 2:
        raise argparse.ArgumentTypeError("at least two classes are needed, separated by commas")
    if len({name.casefold() for name in names}) < len(names):
        raise argparse.ArgumentTypeError("a class is named twice")
    return names


def option(text: str) -> Tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    try:
        return name, json.loads(value)
    except ValueError:
        # Text needs no quotes: --discover contrast=images.
        return name, value


def number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if value != value or value in (float("inf"), float("-inf")):
        raise argparse.ArgumentTypeError(f"{text!r} is not a finite number")
    return value


def numbers(text: str) -> List[float]:
    return [number(one) for one in text.split(",")]


def count(text: str) -> int:
    if not text.isdecimal() or len(text) > 15:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number, 0 or more")
    return int(text)


def size(text: str) -> int:
    value = count(text)
    if value < 1:
        raise argparse.ArgumentTypeError("the size is at least 1")
    return value
