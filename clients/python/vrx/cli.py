"""The command `vrx`: a demonstration, and explanations of your own classifier. `clients/shell/vrx` starts it.

Exit codes: 0 done; 1 a request failed; 2 the command line or its files cannot be used; 130 interrupted.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from typing import Any, Dict, Iterable, Optional, Sequence, TextIO, cast

from . import types
from .arguments import (
    add_input,
    add_method_options,
    add_network,
    add_out,
    add_seed,
    add_settings,
    add_verify,
    add_workspace,
    count,
)
from .client import Client
from .demo import run_demo
from .errors import DaemonError, VRXError
from .executable import daemon_command
from .folders import InputError, collect, random_folder
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
    add_seed(demo, "of the scenes and the method")
    add_verify(demo)
    add_out(demo, "vrx-demo")
    demo.set_defaults(run=_demo)

    explain = commands.add_parser(
        "explain",
        help="explain your own classifier on your own images",
        description="Explains an ONNX classifier on images that lie in one folder per class.",
    )
    add_input(explain)
    explain.add_argument(
        "--image",
        type=Path,
        action="append",
        metavar="FILE",
        help="the image to explain, may be repeated; by default a few images of each class are held out and explained",
    )
    add_settings(explain)
    add_verify(explain)
    add_workspace(explain)
    add_out(explain, "vrx-report")
    explain.set_defaults(run=_explain)

    evaluate = commands.add_parser(
        "evaluate",
        help="measure how far explanations of your own classifier can be believed",
        description="Runs the whole method several times on some of your images, measures it on the others, and "
        "writes a page with tables and plots.",
    )
    add_input(evaluate)
    add_settings(evaluate)
    evaluate.add_argument(
        "--seeds", type=count, default=3, metavar="N", help="runs, with consecutive seeds (%(default)s)"
    )
    add_method_options(evaluate, "--evaluate", "vrx/evaluate", "'thresholds={\"agreement.clean\": 0.9}'")
    add_workspace(evaluate)
    add_out(evaluate, "vrx-evaluation")
    evaluate.set_defaults(run=_evaluate)

    score = commands.add_parser(
        "score",
        help="look for known concepts in new images, as CSV",
        description="Writes a table as CSV: for each image and concept how present the concept is, how important, and "
        "where it is. The concepts come from a workspace, which 'vrx explain --workspace' fills, or from a bank file.",
    )
    add_network(score)
    add_workspace(score, "the workspace that has the concepts")
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
                title=f"{options.model.stem}: {', '.join(one.name for one in classes)}",
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
                classes[0].random if random_folder(options.images, options.random) else None,
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


if __name__ == "__main__":
    sys.exit(main())
