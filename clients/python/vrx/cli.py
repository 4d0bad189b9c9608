"""The command `vrx`: a demonstration, and explanations of your own classifier. `clients/shell/vrx` starts it.

Exit codes: 0 done; 1 a request failed; 2 the command line or its files cannot be used; 130 interrupted.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from pathlib import Path
from typing import Any, Dict, Iterable, List, Optional, Sequence, TextIO, Tuple, cast

from . import types
from .client import Client
from .demo import run_demo
from .errors import DaemonError, VRXError
from .executable import daemon_command
from .folders import InputError, collect
from .pipeline import Outcome, run, stages
from .progress import StagedProgress, progress_bar
from .scores import COLUMNS
from .version import __version__

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130

#: Images of each class that are held out and explained if no --image is given.
HELD_OUT_IMAGES = 2
#: Weights of the stages of an evaluation in the progress bar: about how long each takes.
LOAD_WEIGHT, EVALUATE_WEIGHT = 1.0, 200.0


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Runs the command and returns its exit code."""
    parser = make_parser()
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except InputError as error:
        return _fail(str(error), EXIT_USAGE)
    except VRXError as error:
        return _fail(_message(error), EXIT_FAILED)
    except OSError as error:
        return _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error), EXIT_FAILED)
    except KeyboardInterrupt:
        return _fail("interrupted", EXIT_INTERRUPTED)


def make_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="vrx",
        description="Explains why an image classifier decides as it does, and why not otherwise, by visual concepts "
        "and their arrangement.",
        epilog="'vrx COMMAND --help' lists the options of a command.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    demo = commands.add_parser(
        "demo",
        help="install what is missing, build the daemon, and explain toy vehicles",
        description="Installs the libraries that are missing (Debian), builds the daemon, and explains its "
        "embedded network on toy vehicles. Set VRXD to use a daemon that is built already.",
    )
    _add_seed(demo, "of the scenes and the method")
    _add_verify(demo)
    _add_out(demo, "vrx-demo")
    demo.set_defaults(run=_demo)

    explain = commands.add_parser(
        "explain",
        help="explain your own classifier on your own images",
        description="Explains an ONNX classifier on images that lie in one folder per class.",
    )
    _add_input(explain)
    explain.add_argument(
        "--image",
        type=Path,
        action="append",
        metavar="FILE",
        help="the image to explain, may be repeated; by default a few images of each class are held out and explained",
    )
    _add_settings(explain)
    _add_verify(explain)
    _add_workspace(explain)
    _add_out(explain, "vrx-report")
    explain.set_defaults(run=_explain)

    evaluate = commands.add_parser(
        "evaluate",
        help="measure how far explanations of your own classifier can be believed",
        description="Runs the whole method several times on some of your images, measures it on the others, and "
        "writes a page with tables and plots.",
    )
    _add_input(evaluate)
    _add_settings(evaluate)
    evaluate.add_argument(
        "--seeds", type=_count, default=3, metavar="N", help="runs, with consecutive seeds (%(default)s)"
    )
    _add_method_options(evaluate, "--evaluate", "vrx/evaluate", "'thresholds={\"agreement.clean\": 0.9}'")
    _add_workspace(evaluate)
    _add_out(evaluate, "vrx-evaluation")
    evaluate.set_defaults(run=_evaluate)

    score = commands.add_parser(
        "score",
        help="look for known concepts in new images, as CSV",
        description="Writes a table as CSV: for each image and concept how present the concept is, how important, and "
        "where it is. The concepts come from a workspace, which 'vrx explain --workspace' fills, or from a bank file.",
    )
    _add_network(score)
    _add_workspace(score, "the workspace that has the concepts")
    score.add_argument("--bank", type=Path, metavar="FILE", help="a bank file, from bank/export, that has the concepts")
    score.add_argument("--class", dest="class_name", metavar="NAME", help="only concepts of this class")
    score.add_argument("--out", type=Path, metavar="FILE", help="where to write; by default to standard output")
    score.add_argument("images", type=Path, nargs="+", metavar="PATH", help="images, or folders of images")
    score.set_defaults(run=_score)

    install = commands.add_parser(
        "install",
        help="only install the libraries that are missing (Debian)",
        description="Installs the libraries that the daemon's build needs, with apt-get. If that is not allowed, it "
        "prints the command to run.",
    )
    install.set_defaults(run=_install)

    version = commands.add_parser("version", help="show the versions of the client and the daemon")
    version.set_defaults(run=_version)
    return parser


def _add_network(parser: argparse.ArgumentParser) -> None:
    """A classifier, and how images become its input."""
    parser.add_argument("--model", type=Path, required=True, metavar="FILE", help="the classifier, an ONNX file")
    parser.add_argument(
        "--labels",
        type=Path,
        metavar="FILE",
        help="its labels: JSON array, JSON object from index to label, or one label per line",
    )
    parser.add_argument("--size", type=_size, metavar="N", help="side of the network's input in pixels")
    parser.add_argument("--mean", type=_numbers, metavar="R,G,B", help="subtracted from pixel values times --scale")
    parser.add_argument("--std", type=_numbers, metavar="R,G,B", help="divides the result")
    parser.add_argument("--scale", type=_number, metavar="X", help="factor on pixel values in [0, 1] (1)")
    parser.add_argument("--channel-order", choices=["rgb", "bgr"], help="the network's order of channels (rgb)")
    parser.add_argument("--resize", choices=["stretch", "shortestSide"], help="how images are fitted (stretch)")
    parser.add_argument("--layer", metavar="NAME", help="where concepts are discovered; by default the daemon chooses")
    parser.add_argument("--precision", choices=["f32", "bf16"], help="of the network's arithmetic (f32)")


def _add_input(parser: argparse.ArgumentParser) -> None:
    """A classifier and its images."""
    _add_network(parser)
    parser.add_argument(
        "--classes", type=_classes, required=True, metavar="A,B,...", help="the classes to explain, at least two"
    )
    parser.add_argument("--images", type=Path, required=True, metavar="DIR", help="images as DIR/<class>/*.jpg")


def _add_settings(parser: argparse.ArgumentParser) -> None:
    """Random images, and options of the method."""
    parser.add_argument(
        "--random",
        type=Path,
        metavar="DIR",
        help="images of anything else; by default the images of the other classes' folders",
    )
    _add_method_options(parser, "--discover", "vrx/discover", "topConcepts=8")
    _add_method_options(parser, "--train", "vrx/train", "maskedVariants=1")
    _add_seed(parser, "of everything random")


def _add_method_options(parser: argparse.ArgumentParser, flag: str, method: str, example: str) -> None:
    parser.add_argument(
        flag,
        type=_option,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help=f"an option of {method}, its value as JSON, may be repeated: {flag} {example}",
    )


def _add_seed(parser: argparse.ArgumentParser, use: str) -> None:
    parser.add_argument("--seed", type=_count, default=0, metavar="N", help=f"seed {use} (%(default)s)")


def _add_verify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--verify", action="store_true", help="check each concept against the classifier")


def _add_workspace(parser: argparse.ArgumentParser, use: str = "keep what is computed in this file") -> None:
    parser.add_argument("--workspace", type=Path, metavar="FILE", help=use)


def _add_out(parser: argparse.ArgumentParser, default: str) -> None:
    parser.add_argument(
        "--out", type=Path, default=Path(default), metavar="DIR", help="where to write (%(default)s)"
    )


def _demo(options: argparse.Namespace) -> int:
    _make_folder(options.out)
    _report(run_demo(options.out, seed=options.seed, verify=options.verify))
    return 0


def _explain(options: argparse.Namespace) -> int:
    _require_files(options, "model", "labels", "image")
    classes = collect(options.images, options.classes, options.random, 0 if options.image else HELD_OUT_IMAGES)
    images = options.image or [path for one in classes for path in one.held_out]
    if options.image:
        # Nothing is learnt from the images that are explained.
        explained = {path.resolve() for path in images}
        for one in classes:
            one.images = [path for path in one.images if path.resolve() not in explained]
    _make_folder(options.out)
    progress = StagedProgress(stages([one.name for one in classes], len(images)))
    try:
        with Client(workspace=options.workspace) as client:
            outcome = run(
                client,
                _model(options),
                classes,
                images,
                options.out,
                progress,
                title=f"{options.model.stem}: {', '.join(options.classes)}",
                discovery={"seed": options.seed, **dict(options.discover)},
                training={"seed": options.seed, **dict(options.train)},
                verify=options.verify,
            )
    finally:
        progress.leave()
    _report(outcome)
    return 0


def _model(options: argparse.Namespace) -> Dict[str, Any]:
    """Arguments of `Client.load_model`."""
    names = ("labels", "size", "mean", "std", "scale", "channel_order", "resize", "layer", "precision")
    return {"path": options.model, **{name: getattr(options, name) for name in names}}


def _evaluate(options: argparse.Namespace) -> int:
    _require_files(options, "model", "labels")
    classes = collect(options.images, options.classes, options.random)
    _make_folder(options.out)
    progress = StagedProgress([("load the network", LOAD_WEIGHT), ("evaluate", EVALUATE_WEIGHT)])
    try:
        with Client(workspace=options.workspace) as client:
            model = client.load_model(**_model(options), progress=progress.next())
            result = client.evaluate(
                model,
                {one.name: one.images for one in classes},
                classes[0].random if options.random else None,
                path=options.out / "evaluation.html",
                seeds=options.seeds,
                seed=options.seed,
                discover=cast(types.DiscoverOptions, dict(options.discover)),
                train=cast(types.TrainOptions, dict(options.train)),
                progress=progress.next(),
                **dict(options.evaluate),
            )
            progress.finish()
    finally:
        progress.leave()
    _print_notes(result["notes"])
    print(result["summary"])
    print(f"Page: {result['path']}")
    return 0 if all(verdict["met"] for verdict in result["verdicts"]) else EXIT_FAILED


def _score(options: argparse.Namespace) -> int:
    _require_files(options, "model", "labels", "bank")
    if options.workspace is None and options.bank is None:
        raise InputError("--workspace or --bank is needed: it holds the concepts to look for")
    _require_files(options, "workspace")
    with Client(workspace=options.workspace) as client:
        model = client.load_model(**_model(options))
        if options.bank is not None:
            client.import_bank(options.bank)
        rows = client.score_concepts(model, options.images, options.class_name, progress=progress_bar("score"))
    _print_notes(f"{image['image']} was skipped: {image['reason']}" for image in rows.skipped)
    if options.out is None:
        _write_rows(sys.stdout, rows)
    else:
        with open(options.out, "w", encoding="utf-8", newline="") as file:
            _write_rows(file, rows)
        print(f"{len(rows)} rows written to {options.out}")
    return 0


def _write_rows(file: TextIO, rows: Iterable[Dict[str, Any]]) -> None:
    writer = csv.DictWriter(file, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)


def _install(options: argparse.Namespace) -> int:
    raise InputError("the shell command installs libraries: clients/shell/vrx install")


def _version(options: argparse.Namespace) -> int:
    print(f"vrx {__version__}")
    try:
        with Client() as client:
            info = client.server_info
            print(
                f"{info.get('name')} {info.get('version')}, protocol {client.protocol_version} ({daemon_command()[0]})"
            )
    except DaemonError as error:
        print(f"no daemon: {error}")
    return 0


def _report(outcome: Outcome) -> None:
    _print_notes(outcome.notes)
    print(outcome.sentence())
    beside = f" (and {len(outcome.pictures)} pictures beside it)" if outcome.pictures else ""
    print(f"Report: {outcome.report}{beside}")


def _print_notes(notes: Iterable[str]) -> None:
    for note in notes:
        print(f"note: {note}", file=sys.stderr)


def _message(error: VRXError) -> str:
    """The message of an error, with its suggestions if the message does not name them."""
    detail = error.data.get("detail") if isinstance(error.data, dict) else None
    suggestions = detail.get("suggestions") if isinstance(detail, dict) else None
    if isinstance(suggestions, (list, tuple)):
        suggestions = ", ".join(str(one) for one in suggestions)
    if isinstance(suggestions, str) and suggestions and suggestions not in error.message:
        return f"{error.message}; did you mean: {suggestions}?"
    return error.message


def _fail(message: str, code: int) -> int:
    prefix = "\x1b[31mvrx:\x1b[0m" if sys.stderr.isatty() else "vrx:"
    print(f"{prefix} {message}", file=sys.stderr)
    return code


def _require_files(options: argparse.Namespace, *names: str) -> None:
    """Refuses options that name files that are not there."""
    for name in names:
        given = getattr(options, name)
        for path in given if isinstance(given, list) else [given]:
            if path is not None and not path.is_file():
                raise InputError(f"--{name}: there is no file {path}")


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--out: cannot make the folder {path}: {error.strerror}") from None


def _classes(text: str) -> List[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if len(names) < 2:
        raise argparse.ArgumentTypeError("at least two classes are needed, separated by commas")
    if len({name.casefold() for name in names}) < len(names):
        raise argparse.ArgumentTypeError("a class is named twice")
    return names


def _option(text: str) -> Tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    try:
        return name, json.loads(value)
    except ValueError:
        # Text needs no quotes: --discover contrast=images.
        return name, value


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if value != value or value in (float("inf"), float("-inf")):
        raise argparse.ArgumentTypeError(f"{text!r} is not a finite number")
    return value


def _numbers(text: str) -> List[float]:
    return [_number(one) for one in text.split(",")]


def _count(text: str) -> int:
    if not text.isdecimal() or len(text) > 15:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number, 0 or more")
    return int(text)


def _size(text: str) -> int:
    value = _count(text)
    if value < 1:
        raise argparse.ArgumentTypeError("the size is at least 1")
    return value


if __name__ == "__main__":
    sys.exit(main())
