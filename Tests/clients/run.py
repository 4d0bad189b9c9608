"""Runs the tests of the clients, and writes how many passed, failed and were skipped."""

from __future__ import annotations

import argparse
import signal
import sys
import unittest
from pathlib import Path


class CountingResult(unittest.TextTestResult):
    """Counts the tests that passed: unittest does not count a module or class that fails before its tests begin."""

    passed = 0

    def addSuccess(self, test: unittest.TestCase) -> None:
        self.passed += 1
        super().addSuccess(test)

    def addExpectedFailure(self, test: unittest.TestCase, error: object) -> None:
        self.passed += 1
        super().addExpectedFailure(test, error)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--totals", type=Path, help="a file for one line: passed failed skipped")
    parser.add_argument("names", nargs="*", help="modules, classes or tests; all by default")
    options = parser.parse_args()
    # Started in the background of a shell, a process ignores Ctrl-C, and so would every child that the tests send it to.
    signal.signal(signal.SIGINT, signal.default_int_handler)

    folder = Path(__file__).resolve().parent
    sys.path.insert(0, str(folder))
    loader = unittest.TestLoader()
    suite = loader.loadTestsFromNames(options.names) if options.names else loader.discover(str(folder), "test_*.py")
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, resultclass=CountingResult).run(suite)

    # A test with several failing subtests is one failed test; a subtest names its test.
    bad = {getattr(test, "test_case", test).id() for test, _ in result.failures + result.errors}
    bad |= {test.id() for test in result.unexpectedSuccesses}
    skipped = {getattr(test, "test_case", test).id() for test, _ in result.skipped} - bad
    passed = result.passed
    if options.totals:
        options.totals.write_text(f"{passed} {len(bad)} {len(skipped)}\n", encoding="ascii")
    return 0 if passed > 0 and not bad else 1


if __name__ == "__main__":
    sys.exit(main())
