"""The node tests of the onnx package, run by `vrxd check`, and the README's list of operators."""

from __future__ import annotations

import unittest

import operator_table


class OperatorTests(unittest.TestCase):
    """Every operator that the README lists passes every case within the stated limits."""

    results: operator_table.Results

    @classmethod
    def setUpClass(cls) -> None:
        try:
            cls.results = operator_table.run_cases()
        except operator_table.Unreachable as reason:
            raise unittest.SkipTest(str(reason)) from reason

    def test_every_case_within_the_limits_agrees(self) -> None:
        self.assertEqual(self.results.messages, {})
        self.assertGreater(self.results.agreeing, 1000)

    def test_the_operators_of_classifiers(self) -> None:
        share = self.results.classifier_passed / self.results.classifier_cases
        self.assertGreaterEqual(share, 0.9, f"{self.results.classifier_passed} of {self.results.classifier_cases}")

    def test_the_readme_is_not_stale(self) -> None:
        self.assertEqual(
            operator_table.current(), operator_table.section(self.results),
            "run python3 Tests/clients/operator_table.py --write")


if __name__ == "__main__":
    unittest.main()
