"""The command `vrx`: what it installs and builds, its requests to the daemon, and its messages about mistakes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import unittest
from pathlib import Path
from typing import Dict, List, Optional

from support import ROOT, SHELL_COMMAND, FolderCase, wait_until, write_png

EXPLAINER = Path(__file__).with_name("scripted_explainer.py")
#: Tools that the shell script of the command needs.
TOOLS = ["bash", "cat", "cp", "chmod", "dirname", "env", "mkdir", "mktemp", "readlink", "rm"]
NOBODY = 65534


class CommandCase(FolderCase):
    """A test that runs the command."""

    def setUp(self) -> None:
        super().setUp()
        self.log = self.folder / "requests"
        self.daemon = self.script("vrxd", f'exec "{sys.executable}" "{EXPLAINER}" "$@"')

    def script(self, name: str, body: str, folder: Optional[Path] = None) -> Path:
        """An executable shell script."""
        path = (folder or self.folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/usr/bin/env bash\nset -eu\n{body}\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    def run_command(
        self,
        *arguments: object,
        command: Path = SHELL_COMMAND,
        variables: Optional[Dict[str, str]] = None,
        **options: object,
    ) -> subprocess.CompletedProcess:
        environment = {**os.environ, "VRXD": str(self.daemon), "SCRIPT_LOG": str(self.log), **(variables or {})}
        return subprocess.run(
            [str(command), *map(str, arguments)],
            env={name: value for name, value in environment.items() if value != ""},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            cwd=self.folder,
            **options,
        )

    def requests(self) -> List[List]:
        """Methods and parameters of the requests to the daemon."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def asked(self, method: str) -> List[Dict]:
        return [params for name, params in self.requests() if name == method]


class Usage(CommandCase):
    def test_help_names_the_commands_and_needs_no_daemon(self) -> None:
        for arguments in (["--help"], ["demo", "--help"], ["explain", "-h"], ["evaluate", "-h"]):
            done = self.run_command(*arguments, variables={"VRXD": "/nowhere"})
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("usage: vrx", done.stdout)
        self.assertIn("explain", self.run_command("--help").stdout)

    def test_no_command_or_an_unknown_one_is_a_usage_error(self) -> None:
        for arguments in ([], ["paint"], ["explain"], ["demo", "--seed", "-1"]):
            done = self.run_command(*arguments)
            self.assertEqual(done.returncode, 2)
            self.assertIn("usage: vrx", done.stderr)

    def test_version_names_client_and_daemon(self) -> None:
        done = self.run_command("version")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"^vrx \d+\.\d+\.\d+\nvrxd 9\.9, protocol 1 ")
        done = self.run_command("version", variables={"VRXD": "/nowhere"})
        self.assertEqual(done.returncode, 0)
        self.assertIn("/nowhere", done.stdout)

    def test_it_works_through_a_link(self) -> None:
        link = self.folder / "linked"
        link.symlink_to(SHELL_COMMAND)
        self.assertEqual(self.run_command("version", command=link).returncode, 0)


class Evaluate(CommandCase):
    def setUp(self) -> None:
        super().setUp()
        for name in ("fire_engine", "school_bus", "random"):
            for index in range(12):
                write_png(self.folder / "photos" / name / f"{index}.png")
        (self.folder / "net.onnx").write_bytes(b"a network")

    def evaluate(self, *more: object) -> subprocess.CompletedProcess:
        photos = self.folder / "photos"
        return self.run_command(
            "evaluate", "--model", self.folder / "net.onnx", "--classes", "fire engine,school bus", "--images", photos, *more
        )

    def test_all_images_go_to_the_daemon_which_holds_some_out(self) -> None:
        done = self.evaluate("--seeds", 2, "--seed", 5, "--discover", "topConcepts=8", "--train", "maskedVariants=1")
        self.assertEqual(done.returncode, 0, done.stderr)
        page = self.folder / "vrx-evaluation" / "evaluation.html"
        self.assertTrue(page.is_file())
        self.assertEqual(done.stdout.splitlines(), ["All is well.", f"Page: {page}"])
        self.assertIn("note: 4 held out", done.stderr)
        asked = self.asked("vrx/evaluate")[0]
        self.assertEqual(asked["classes"], ["fire engine", "school bus"])
        self.assertEqual({name: len(images) for name, images in asked["images"].items()}, {"fire engine": 12, "school bus": 12})
        self.assertEqual(len(asked["random"]), 12)
        self.assertEqual(
            asked["options"],
            {"seeds": 2, "seed": 5, "discover": {"topConcepts": 8}, "train": {"maskedVariants": 1}},
        )

    def test_a_missed_threshold_fails_the_command(self) -> None:
        random = (self.folder / "photos" / "random").rename(self.folder / "anything")
        done = self.evaluate("--random", random, "--evaluate", 'thresholds={"agreement.clean": 2}')
        self.assertEqual(done.returncode, 1)
        self.assertEqual(len(self.asked("vrx/evaluate")[0]["random"]), 12)
        done = self.evaluate("--evaluate", 'thresholds={"agreement.clean": 0.5}')
        self.assertEqual(done.returncode, 0, done.stderr)


class Explain(CommandCase):
    def setUp(self) -> None:
        super().setUp()
        self.photos = self.folder / "photos"
        for name, count in (("fire_engine", 8), ("School-Bus", 8), ("zebra", 6)):
            for index in range(count):
                write_png(self.photos / name / f"{index}.png")
        (self.photos / "zebra" / "notes.txt").write_text("not an image", encoding="utf-8")
        self.model = self.folder / "net.onnx"
        self.model.write_bytes(b"a network")

    def explain(
        self, *more: object, classes: Optional[str] = "fire engine,school bus", **options: object
    ) -> subprocess.CompletedProcess:
        named = ["--classes", classes] if classes else []
        return self.run_command("explain", "--model", self.model, *named, "--images", self.photos, *more, **options)

    def assert_mistake(self, done: subprocess.CompletedProcess, *said: str, code: int = 2) -> None:
        self.assertEqual(done.returncode, code, done.stderr)
        for text in said:
            self.assertIn(text, done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        self.assertNotIn("\x1b", done.stderr)

    def test_the_whole_run_with_images_kept_apart(self) -> None:
        done = self.explain("--size", 64, "--mean", "1,2,3", "--channel-order", "bgr", "--seed", 7)
        self.assertEqual(done.returncode, 0, done.stderr)
        report = self.folder / "vrx-report" / "report.html"
        self.assertTrue(report.is_file())
        lines = done.stdout.splitlines()
        self.assertEqual(len(lines), 2)
        self.assertEqual(
            lines[0],
            "6 concepts found for fire engine and school bus; the reasoning network agrees with the classifier on "
            "90 % of 20 held-out images.",
        )
        self.assertIn(str(report), lines[1])
        self.assertIn("note: school bus: 1 image could not be used, the first: bad.jpg: truncated", done.stderr)
        self.assertIn("note: fire engine: few images", done.stderr)

        load = self.asked("model/load")[0]
        self.assertEqual(load["preprocessing"], {"size": 64, "mean": [1, 2, 3], "channelOrder": "bgr"})
        self.assertEqual(load["path"], str(self.model))
        discovered = self.asked("vrx/discover")
        self.assertEqual([params["class"] for params in discovered], ["fire engine", "school bus"])
        self.assertEqual([len(params["images"]) for params in discovered], [6, 6])
        self.assertEqual([len(params["random"]) for params in discovered], [14, 14])
        self.assertEqual(discovered[0]["options"], {"seed": 7})
        learnt = {path for params in discovered for path in params["images"]}
        learnt |= {path for paths in self.asked("vrx/train")[0]["images"].values() for path in paths}
        explained = self.asked("vrx/report")[0]["images"]
        self.assertEqual(len(explained), 4)
        self.assertEqual(learnt & set(explained), set())
        own_random = [path for path in discovered[0]["random"] if "fire_engine" in path]
        self.assertEqual(own_random, [])

    def test_options_of_the_method_reach_it(self) -> None:
        done = self.explain(
            "--discover", "segmentCounts=[3,6]", "--discover", "contrast=images", "--train", "maskedVariants=1"
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        expected = {"seed": 0, "segmentCounts": [3, 6], "contrast": "images"}
        self.assertEqual({json.dumps(params["options"]) for params in self.asked("vrx/discover")}, {json.dumps(expected)})
        self.assertEqual(self.asked("vrx/train")[0]["options"], {"seed": 0, "maskedVariants": 1})
        self.assertEqual(self.explain("--discover", "segmentCounts").returncode, 2)

    def test_a_named_image_is_explained_and_not_learnt_from(self) -> None:
        image = self.photos / "fire_engine" / "3.png"
        done = self.explain("--image", image, "--out", self.folder / "a" / "b", "--verify")
        self.assertEqual(done.returncode, 0, done.stderr)
        report = self.asked("vrx/report")[0]
        self.assertEqual((report["images"], report["verify"]), ([str(image)], True))
        self.assertEqual(report["path"], str(self.folder / "a" / "b" / "report.html"))
        self.assertEqual(len(self.asked("vrx/discover")[0]["images"]), 7)
        self.assertNotIn(str(image), self.asked("vrx/train")[0]["images"]["fire engine"])

    def test_random_images_may_lie_in_folders_of_folders(self) -> None:
        for index in range(12):
            write_png(self.folder / "random" / f"kind {index % 3}" / f"{index}.png")
        self.assertEqual(self.explain("--random", self.folder / "random").returncode, 0)
        self.assertEqual([len(params["random"]) for params in self.asked("vrx/discover")], [12, 12])

    def test_folders_name_the_classes_and_the_random_images(self) -> None:
        for index in range(12):
            write_png(self.photos / "random" / f"{index}.png")
        (self.photos / "zebra" / "5.png").unlink()
        (self.photos / "zebra" / "4.png").unlink()
        done = self.explain(classes=None)
        self.assertEqual(done.returncode, 0, done.stderr)
        discovered = self.asked("vrx/discover")
        # Of zebras there are too few.
        self.assertEqual([params["class"] for params in discovered], ["School-Bus", "fire engine"])
        self.assertEqual([len(params["random"]) for params in discovered], [12, 12])
        shutil.rmtree(self.photos / "fire_engine")
        self.assert_mistake(self.explain(classes=None), "two or more classes", "named as the class")
        for number in range(9):
            for index in range(7):
                write_png(self.photos / f"kind_{number}" / f"{index}.png")
        self.assert_mistake(self.explain(classes=None), "10 classes", "--classes")

    def test_missing_files_are_named(self) -> None:
        self.assert_mistake(self.explain("--labels", "no.json"), "--labels", "no.json")
        self.assert_mistake(self.explain("--image", "no.jpg"), "--image", "no.jpg")
        self.assert_mistake(self.explain("--random", self.folder / "no"), "--random", "no")
        self.model.unlink()
        self.assert_mistake(self.explain(), "--model", "net.onnx")
        shutil.rmtree(self.photos)
        self.model.write_bytes(b"a network")
        self.assert_mistake(self.explain(), "--images", "photos")
        self.assertFalse(self.log.exists())
        self.assertFalse((self.folder / "vrx-report").exists())

    def test_a_class_without_folder_is_told_with_the_folders_there_are(self) -> None:
        self.assert_mistake(self.explain(classes="fire engine,tram"), "'tram'", "fire_engine", "zebra")

    def test_too_few_images_are_told(self) -> None:
        for index in range(5):
            (self.photos / "zebra" / f"{index}.png").unlink()
        self.assert_mistake(self.explain(classes="fire engine,zebra"), "zebra has 1 images", "at least 7")
        (self.folder / "random").mkdir()
        self.assert_mistake(self.explain("--random", self.folder / "random"), "has no images")
        write_png(self.folder / "random" / "one.png")
        self.assert_mistake(self.explain("--random", self.folder / "random"), "only 1 random images")

    def test_mistaken_options_are_usage_errors(self) -> None:
        self.assert_mistake(self.explain(classes="fire engine"), "at least two classes")
        self.assert_mistake(self.explain(classes="zebra,Zebra"), "named twice")
        self.assert_mistake(self.explain("--mean", "1,x,3"), "'x' is not a number")
        self.assert_mistake(self.explain("--std", "1,nan,3"), "finite")
        self.assert_mistake(self.explain("--size", "0"), "at least 1")
        self.assert_mistake(self.explain("--channel-order", "gbr"), "--channel-order")

    def test_an_output_folder_that_cannot_be_made_is_told_before_any_work(self) -> None:
        (self.folder / "file").write_text("", encoding="utf-8")
        self.assert_mistake(self.explain("--out", self.folder / "file" / "out"), "--out")
        self.assertFalse(self.log.exists())

    def test_an_unknown_class_comes_back_with_suggestions_before_any_discovery(self) -> None:
        error = {"code": 1004, "message": "no class 'zebra'", "data": {"detail": {"suggestions": "zebu, zebra finch"}}}
        done = self.explain(variables={"SCRIPT_FAIL": "concept/list", "SCRIPT_ERROR": json.dumps(error)})
        self.assert_mistake(done, "no class 'zebra'; did you mean: zebu, zebra finch?", code=1)
        self.assertEqual(self.asked("vrx/discover"), [])

    def test_a_failing_request_is_told(self) -> None:
        error = {"code": 1001, "message": "net.onnx is no ONNX file"}
        done = self.explain(variables={"SCRIPT_FAIL": "model/load", "SCRIPT_ERROR": json.dumps(error)})
        self.assert_mistake(done, "vrx: net.onnx is no ONNX file\n", code=1)

    def test_control_c_ends_it_with_130(self) -> None:
        process = subprocess.Popen(
            [SHELL_COMMAND, "explain", "--model", self.model, "--classes", "fire engine,school bus", "--images", "photos"],
            env={**os.environ, "VRXD": self.daemon, "SCRIPT_LOG": self.log, "SCRIPT_HANG": "vrx/discover"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            start_new_session=True,
        )
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.kill)
        self.assertTrue(wait_until(lambda: self.log.exists() and "vrx/discover" in self.log.read_text("utf-8"), 20))
        os.killpg(process.pid, signal.SIGINT)
        self.assertEqual(process.wait(15), 130)
        said = process.stderr.read()
        self.assertIn("vrx: interrupted", said)
        self.assertNotIn("Traceback", said)
        self.assertEqual(len(self.asked("$/cancelRequest")), 1)
        self.assertEqual(len(self.asked("shutdown")), 1)

    def test_a_missing_daemon_is_told(self) -> None:
        self.assert_mistake(self.explain(variables={"VRXD": "/nowhere/vrxd"}), "$VRXD", code=1)
        broken = self.script("broken", "echo cannot load libdnnl.so >&2; exit 127")
        self.assert_mistake(self.explain(variables={"VRXD": str(broken)}), "127", "libdnnl.so", code=1)


class Bootstrap(CommandCase):
    """The shell script, in a copy of the clients, with stand-ins for apt-get, dpkg-query and swift."""

    def setUp(self) -> None:
        super().setUp()
        self.folder.chmod(0o755)
        self.copy = self.folder / "copy"
        shutil.copytree(ROOT / "clients", self.copy / "clients", ignore=shutil.ignore_patterns("__pycache__"))
        self.command = self.copy / "clients" / "shell" / "vrx"
        self.tools = self.folder / "tools"
        self.tools.mkdir()
        for name in TOOLS:
            (self.tools / name).symlink_to(shutil.which(name) or self.fail(f"no {name} here"))
        self.script("python3", f'exec "{sys.executable}" "$@"', self.tools)
        self.calls = self.folder / "calls"

    def stand_in(self, name: str, body: str) -> None:
        self.script(name, f'echo "{name} $*" >>"{self.calls}"\n{body}', self.tools)

    def bootstrap(self, *arguments: object, **options: object) -> subprocess.CompletedProcess:
        variables = {"VRXD": "", "PATH": str(self.tools)}
        return self.run_command(*arguments, command=self.command, variables=variables, **options)

    def test_demo_builds_and_writes_a_report(self) -> None:
        built = self.copy / ".build" / "release" / "vrxd"
        self.stand_in("swift", f'mkdir -p "{built.parent}"\ncp "{self.daemon}" "{built}"')
        done = self.bootstrap("demo", "--seed", 3)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("6 concepts found for fire engine and school bus", done.stdout)
        self.assertTrue((self.folder / "vrx-demo" / "report.html").is_file())
        self.assertIn("build vrxd (minutes the first time): done in", done.stderr)
        self.assertIn("swift build --package-path", self.calls.read_text(encoding="utf-8"))
        load = self.asked("model/load")[0]
        self.assertEqual((load["path"], load["layer"], load["preprocessing"]["size"]), ("/embedded.onnx", "top", 64))
        self.assertEqual(len(self.asked("vrx/report")[0]["images"]), 4)
        self.assertEqual({params["options"]["seed"] for params in self.asked("vrx/discover")}, {3})

    def test_a_failing_build_shows_its_output(self) -> None:
        self.stand_in("swift", "echo error: no such module; exit 4")
        done = self.bootstrap("demo")
        self.assertEqual(done.returncode, 1)
        self.assertIn("error: no such module", done.stderr)
        self.assertIn("failed (exit code 4)", done.stderr)

    def test_a_missing_swift_is_told(self) -> None:
        done = self.bootstrap("demo")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Swift 6 or newer is missing", done.stderr)

    def test_an_old_python_is_told(self) -> None:
        self.script("python3", "if [[ $1 == -c ]]; then exit 1; fi; echo Python 3.5.0", self.tools)
        done = self.bootstrap("version")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Python 3.9 or newer is needed, this is Python 3.5.0", done.stderr)

    @unittest.skipUnless(os.geteuid() == 0, "installing needs root")
    def test_root_installs_what_is_missing_and_no_more(self) -> None:
        self.stand_in(
            "dpkg-query", "if [[ $* == *libpng-dev* || $* == *libdnnl-dev* ]]; then exit 1; fi; echo -n installed"
        )
        self.stand_in("apt-get", "")
        done = self.bootstrap("install")
        self.assertEqual(done.returncode, 0, done.stderr)
        calls = [line for line in self.calls.read_text(encoding="utf-8").splitlines() if line.startswith("apt-get")]
        self.assertEqual(
            calls, ["apt-get update", "apt-get install --yes --no-install-recommends libdnnl-dev libpng-dev"]
        )

    @unittest.skipUnless(os.geteuid() == 0, "installing needs root")
    def test_a_failing_installation_shows_its_output(self) -> None:
        self.stand_in("dpkg-query", "exit 1")
        self.stand_in("apt-get", "echo E: no network; exit 100")
        done = self.bootstrap("demo")
        self.assertEqual(done.returncode, 1)
        self.assertIn("E: no network", done.stderr)
        self.assertIn("failed (exit code 100)", done.stderr)

    @unittest.skipUnless(os.geteuid() == 0, "becoming nobody needs root")
    def test_others_are_shown_the_exact_command_and_nothing_is_tried(self) -> None:
        self.script("python3", "exit 0", self.tools)
        self.script("dpkg-query", "if [[ $* == *libcairo2-dev* ]]; then exit 1; fi; echo -n installed", self.tools)
        self.script("apt-get", f'touch "{self.folder}/tried"', self.tools)
        self.script("swift", f'touch "{self.folder}/tried"', self.tools)
        self.folder.chmod(0o777)
        done = self.bootstrap("demo", user=NOBODY, group=NOBODY, extra_groups=[])
        self.assertEqual(done.returncode, 1)
        self.assertIn(
            "sudo apt-get update && sudo apt-get install --yes --no-install-recommends libcairo2-dev\n", done.stderr
        )
        self.assertFalse((self.folder / "tried").exists())

    def test_nothing_is_installed_where_nothing_is_missing(self) -> None:
        self.stand_in("dpkg-query", "echo -n installed")
        self.stand_in("apt-get", "exit 1")
        done = self.bootstrap("install")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("apt-get", self.calls.read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
