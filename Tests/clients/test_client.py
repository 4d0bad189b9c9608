"""The Python client with a scripted daemon: things that the real daemon never does, and exact timing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
import unittest
from unittest import mock

from support import PYTHON_FOLDER, SCRIPTED, FolderCase, client_threads, runs, wait_until

import vrx
from vrx import framing


class ClientCase(FolderCase):
    """A test with a client of a scripted daemon."""

    def client(self, *flags: str, **arguments: object) -> vrx.Client:
        client = vrx.Client([*SCRIPTED, *flags], **arguments)
        self.addCleanup(client.close)
        return client


class Requests(ClientCase):
    def test_initialize_names_the_process_and_absolute_paths(self) -> None:
        client = self.client(workspace="some.vrx", root=self.folder)
        sent = client.capabilities
        self.assertEqual(sent["processId"], os.getpid())
        self.assertEqual(sent["rootPath"], str(self.folder))
        self.assertEqual(sent["workspace"], os.path.abspath("some.vrx"))
        self.assertEqual(client.server_info["name"], "scripted")
        self.assertEqual(client.protocol_version, "1")

    def test_any_text_and_number_survives_the_round_trip(self) -> None:
        sent = {"text": "Größe 🚒 \u0000 \"'\\ \r\n", "numbers": [1, -0.5, 1e300, True, None], "deep": {"a": [{}]}}
        self.assertEqual(self.client().request("echo", sent), sent)

    def test_large_messages_pass_both_ways(self) -> None:
        text = "é" * 3_000_000
        self.assertEqual(self.client().request("echo", {"text": text})["text"], text)

    def test_what_cannot_be_sent_is_refused_before_it_is_sent(self) -> None:
        client = self.client()
        for params in ({"x": float("nan")}, {"path": "broken \udcff name"}):
            with self.assertRaises(ValueError):
                client.request("echo", params)
        with mock.patch.object(framing, "MAX_BODY_BYTES", 100), self.assertRaisesRegex(ValueError, "limit is 100"):
            client.request("echo", {"text": "x" * 200})
        self.assertEqual(client.request("echo", {"x": 1}), {"x": 1})

    def test_an_error_has_code_message_and_data(self) -> None:
        error = {
            "code": 1004,
            "message": "no class 'minvan': did you mean 'minivan'?",
            "data": {"kind": "unknownClass"},
        }
        with self.assertRaises(vrx.VRXError) as caught:
            self.client().request("fail", error)
        self.assertEqual((caught.exception.code, caught.exception.message), (1004, error["message"]))
        self.assertEqual(caught.exception.data, {"kind": "unknownClass"})
        self.assertIn("did you mean", str(caught.exception))

    def test_an_error_without_id_leaves_nobody_waiting(self) -> None:
        client = self.client()
        with self.assertRaisesRegex(vrx.VRXError, "unreadable"):
            client.request("fail without id", timeout=5)
        self.assertEqual(client.request("echo", {"x": 1}, timeout=5), {"x": 1})

    def test_requests_from_many_threads_get_their_own_answers(self) -> None:
        client = self.client()
        wrong = []

        def ask(thread: int) -> None:
            for number in range(50):
                if client.request("echo", {"n": [thread, number]}) != {"n": [thread, number]}:
                    wrong.append((thread, number))

        threads = [threading.Thread(target=ask, args=(index,)) for index in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        self.assertEqual(wrong, [])

    def test_requests_of_the_daemon_are_refused_politely(self) -> None:
        self.assertEqual(self.client().request("ask", timeout=5), -32601)

    def test_options_in_snake_case_arrive_in_camel_case(self) -> None:
        client = self.client()
        with mock.patch.object(client, "request", return_value={}) as request:
            client.discover("m", "bus", "a.png", [self.folder], random_sets=5, clusters=3, layer="top", timeout=9)
        method, params = request.call_args.args
        self.assertEqual(method, "vrx/discover")
        self.assertEqual(params["options"], {"randomSets": 5, "clusters": 3})
        self.assertEqual((params["class"], params["layer"]), ("bus", "top"))
        self.assertEqual(params["images"], [os.path.abspath("a.png")])
        self.assertEqual(request.call_args.kwargs, {"timeout": 9})

    def test_the_log_reaches_its_callback_which_may_not_wait(self) -> None:
        heard = []
        refused = []

        def on_log(level: str, message: str) -> None:
            heard.append((level, message))
            try:
                client.request("echo")
            except RuntimeError as error:
                refused.append(str(error))

        client = self.client(on_log=on_log)
        client.request("log")
        self.assertEqual(heard, [("warning", "look out")])
        self.assertIn("must not wait", refused[0])


class Explanations(ClientCase):
    def explanation(self, image: object) -> vrx.Explanation:
        """An explanation that the test renders; `self.asked` records the requests."""
        client = self.client()
        result = {
            "image": "a.jpg",
            "summary": "A bus, as 2 < 3.",
            "prediction": {"class": "bus"},
            "explanations": [{"role": "why", "class": "bus"}, {"role": "whyNot", "class": "car"}],
        }
        self.asked = []

        def answer(method: str, params: dict, **call: object) -> dict:
            self.asked.append((method, params))
            if method == "vrx/explain":
                return result
            return {"path": params["path"]} if "path" in params else {"base64": "UE5H"}

        patch = mock.patch.object(client, "request", answer)
        patch.start()
        self.addCleanup(patch.stop)
        return client.explain("m", image, graph_model={"graphModel": "g"}, verify=True)

    def test_it_gives_the_request_and_its_parts(self) -> None:
        explanation = self.explanation("/a.jpg")
        params = {"model": "m", "image": "/a.jpg", "graphModel": "g", "verify": True}
        self.assertEqual(self.asked, [("vrx/explain", params)])
        self.assertEqual((explanation.predicted_class, explanation.why["class"]), ("bus", "bus"))
        self.assertEqual([one["class"] for one in explanation.why_not], ["car"])
        self.assertIn("A bus", repr(explanation))

    def test_notebooks_show_a_picture_that_is_drawn_once(self) -> None:
        explanation = self.explanation("/a.jpg")
        self.assertEqual(explanation._repr_png_(), b"PNG")
        shown = explanation._repr_html_()
        self.assertIn('src="data:image/png;base64,UE5H"', shown)
        self.assertIn("A bus, as 2 &lt; 3.", shown)
        self.assertEqual([method for method, _ in self.asked], ["vrx/explain", "vrx/render"])

    def test_it_is_drawn_into_a_file(self) -> None:
        explanation = self.explanation("/a.jpg")
        self.assertEqual(explanation.render("svg", self.folder / "a.svg"), str(self.folder / "a.svg"))
        params = self.asked[-1][1]
        self.assertEqual((params["format"], params["path"]), ("svg", str(self.folder / "a.svg")))
        self.assertEqual(params["explanation"]["summary"], "A bus, as 2 < 3.")

    def test_an_image_without_path_is_drawn_from_its_request(self) -> None:
        explanation = self.explanation(b"jpeg")
        explanation.render()
        self.assertEqual(self.asked[-1][1]["explanation"]["image"], {"base64": "anBlZw=="})

    def test_without_the_daemon_the_summary_is_left(self) -> None:
        explanation = self.explanation("/a.jpg")
        explanation._client.close()
        self.assertIsNone(explanation._repr_png_())
        self.assertEqual(explanation._repr_html_(), "<p>A bus, as 2 &lt; 3.</p>")


class LongWork(ClientCase):
    def test_progress_is_heard_in_order_before_the_result(self) -> None:
        reports, previews = [], []
        result = self.client().request(
            "work", {"steps": 5}, progress=reports.append, partial=lambda value: previews.extend(value["items"])
        )
        self.assertEqual(result, {"steps": 5})
        self.assertEqual(reports[0], {"kind": "begin", "title": "count"})
        self.assertEqual(reports[-1], {"kind": "end"})
        done = [report["done"] for report in reports[1:-1]]
        self.assertEqual(done, sorted(done))
        self.assertEqual(done[-1], 5)
        self.assertEqual(previews, [0, 1, 2, 3, 4])

    def test_callbacks_run_in_the_waiting_thread_and_may_make_requests(self) -> None:
        client = self.client()
        threads, answers = set(), []

        def listen(value: dict) -> None:
            threads.add(threading.current_thread())
            answers.append(client.request("echo", {"kind": value["kind"]}, timeout=5))

        client.request("work", {"steps": 2}, progress=listen)
        self.assertEqual(threads, {threading.current_thread()})
        self.assertEqual(answers[-1], {"kind": "end"})

    def test_what_a_callback_raises_cancels_the_request(self) -> None:
        def refuse(value: dict) -> None:
            raise LookupError("enough")

        start = time.monotonic()
        with self.assertRaisesRegex(LookupError, "enough"):
            self.client().request("work", {"steps": 500}, progress=refuse)
        self.assertLess(time.monotonic() - start, 2)

    def test_a_cancelled_call_raises_cancelled(self) -> None:
        call = self.client().start("work", {"steps": 500})
        self.assertFalse(call.done())
        self.assertTrue(call.cancel())
        self.assertTrue(call.cancel())
        with self.assertRaises(vrx.Cancelled) as caught:
            call.result(5)
        self.assertEqual(caught.exception.code, -32800)
        self.assertTrue(call.done())
        self.assertFalse(call.cancel())

    def test_a_timeout_cancels_a_request_but_not_a_call(self) -> None:
        client = self.client()
        call = client.start("work", {"steps": 20})
        with self.assertRaises(TimeoutError):
            call.result(0.05)
        self.assertEqual(call.result(5), {"steps": 20})
        with mock.patch.object(vrx.Call, "cancel", autospec=True) as cancel, self.assertRaises(TimeoutError):
            client.request("work", {"steps": 20}, timeout=0.05)
        cancel.assert_called_once()

    def test_waiting_may_be_left_to_other_threads(self) -> None:
        call = self.client().start("work", {"steps": 5})
        results = []
        threads = [threading.Thread(target=lambda: results.append(call.result(5))) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(5)
        self.assertEqual(results, [{"steps": 5}] * 3)

    def test_control_c_cancels_and_leaves_the_daemon_usable(self) -> None:
        script = textwrap.dedent(
            """
            import os, sys, vrx
            client = vrx.Client(sys.argv[1:])
            def begun(value):
                if value["kind"] == "begin":
                    print("begun", flush=True)
            try:
                client.request("work", {"steps": 1000}, progress=begun)
            except KeyboardInterrupt:
                print("interrupted", client.request("echo", {"x": 1}, timeout=5), flush=True)
            """
        )
        process = subprocess.Popen(
            [sys.executable, "-c", script, *SCRIPTED],
            env={**os.environ, "PYTHONPATH": str(PYTHON_FOLDER)},
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.addCleanup(process.stdout.close)
        self.assertEqual(process.stdout.readline(), "begun\n")
        start = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        self.assertEqual(process.stdout.readline(), "interrupted {'x': 1}\n")
        self.assertLess(time.monotonic() - start, 1.5)
        self.assertEqual(process.wait(10), 0)


class EndOfTheDaemon(ClientCase):
    def test_a_killed_daemon_is_told_with_its_last_words(self) -> None:
        client = self.client()
        waiting = client.start("work", {"steps": 1000})
        with self.assertRaises(vrx.DaemonError) as caught:
            client.request("die", timeout=10)
        self.assertIn("killed by SIGKILL", str(caught.exception))
        self.assertIn("the last words", str(caught.exception))
        self.assertEqual(caught.exception.data["returncode"], -9)
        with self.assertRaises(vrx.DaemonError):
            waiting.result(5)
        self.assertFalse(client.alive)
        with self.assertRaisesRegex(vrx.DaemonError, "SIGKILL"):
            client.request("echo")
        client.close()

    def test_an_exit_code_is_told(self) -> None:
        with self.assertRaisesRegex(vrx.DaemonError, "exit code 7(.|\n)*leaving early"):
            self.client().request("leave", timeout=10)

    def test_garbage_ends_the_daemon_and_is_told(self) -> None:
        client = self.client()
        with self.assertRaisesRegex(vrx.DaemonError, "does not speak the protocol.*this is not"):
            client.request("babble", timeout=10)
        self.assertFalse(runs(client.process_id))

    def test_a_daemon_that_hangs_up_is_ended(self) -> None:
        client = self.client()
        with self.assertRaises(vrx.DaemonError):
            client.request("hang up", timeout=10)
        self.assertTrue(wait_until(lambda: not runs(client.process_id), 5))

    def test_a_flood_of_standard_error_blocks_nothing_and_is_not_kept(self) -> None:
        client = self.client()
        self.assertEqual(client.request("flood", timeout=10), "flooded")
        self.assertTrue(wait_until(lambda: client.stderr_tail.endswith("end of flood\n"), 5))
        self.assertLess(len(client.stderr_tail), 10_000)

    def test_a_daemon_that_reads_no_more_blocks_no_caller(self) -> None:
        client = self.client()
        client.start("stop reading")
        start = time.monotonic()
        with self.assertRaises(TimeoutError):
            client.request("echo", {"text": "x" * 5_000_000}, timeout=0.3)
        self.assertLess(time.monotonic() - start, 2)

    def test_closing_ends_even_a_stubborn_daemon(self) -> None:
        with mock.patch("vrx.connection.CLOSE_GRACE", 0.2):
            client = self.client("--stubborn", "--deaf-to-terminate")
            call = client.start("work", {"steps": 1000})
            client.close()
            self.assertFalse(runs(client.process_id))
            with self.assertRaises(vrx.DaemonError):
                call.result(5)

    def test_closing_twice_and_using_after_is_clear(self) -> None:
        with self.client() as client:
            process = client.process_id
        client.close()
        self.assertFalse(runs(process))
        with self.assertRaisesRegex(vrx.DaemonError, "closed"):
            client.request("echo")
        self.assertTrue(wait_until(lambda: not client_threads(), 2), client_threads())

    def test_a_forgotten_client_leaves_no_daemon(self) -> None:
        client = vrx.Client(SCRIPTED)
        process = client.process_id
        del client
        self.assertTrue(wait_until(lambda: not runs(process), 5))

    def test_a_killed_client_leaves_no_daemon(self) -> None:
        script = "import sys, time, vrx; c = vrx.Client(sys.argv[1:]); print(c.process_id, flush=True); time.sleep(60)"
        process = subprocess.Popen(
            [sys.executable, "-c", script, *SCRIPTED],
            env={**os.environ, "PYTHONPATH": str(PYTHON_FOLDER)},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(process.stdout.close)
        daemon = int(process.stdout.readline())
        process.kill()
        process.wait(5)
        self.assertTrue(wait_until(lambda: not runs(daemon), 5))

    def test_a_forked_child_is_refused_and_leaves_the_daemon_alone(self) -> None:
        client = self.client()
        child = os.fork()
        if child == 0:
            try:
                client.request("echo", timeout=1)
                os._exit(1)
            except vrx.DaemonError:
                client.close()
                os._exit(42)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 42)
        self.assertEqual(client.request("echo", {"x": 1}, timeout=5), {"x": 1})

    def test_a_daemon_that_cannot_start_is_told(self) -> None:
        with self.assertRaisesRegex(vrx.DaemonError, "not an executable"):
            vrx.Client(self.folder / "nothing")
        with self.assertRaisesRegex(vrx.DaemonError, "exit code 1"):
            vrx.Client(["false"])
        with mock.patch.dict(os.environ, {"VRXD": "/nowhere/vrxd"}), self.assertRaisesRegex(vrx.DaemonError, r"\$VRXD"):
            vrx.Client()

    def test_a_daemon_that_never_answers_is_given_up(self) -> None:
        with mock.patch("vrx.client.START_TIMEOUT", 0.3), mock.patch("vrx.connection.CLOSE_GRACE", 0.2):
            with self.assertRaisesRegex(vrx.DaemonError, "did not answer"):
                vrx.Client([*SCRIPTED, "--mute", "--stubborn"])
        self.assertTrue(wait_until(lambda: not client_threads(), 5), client_threads())


if __name__ == "__main__":
    unittest.main()
