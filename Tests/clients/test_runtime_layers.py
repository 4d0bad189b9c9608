"""The C++ runtime's files include downwards only: no circle, and no folder a later one of its page's table."""

from __future__ import annotations

import re
import unittest

from support import ROOT

RUNTIME = ROOT / "Sources/NetworkRuntime"

#: The folders that files of a folder may include; of their own folder they may include any that does not lead back.
BELOW = {
    "include": set(),
    "Core": {"include"},
    "Layers": {"include", "Core"},
    "Dense": {"include", "Core"},
    "Execution": {"include", "Core"},
}


def files() -> dict[str, list[str]]:
    """What each file of the runtime includes of it, by paths in it."""
    found = {}
    for path in sorted(RUNTIME.glob("*/*")):
        names = re.findall(r'^#include "([^"]+)"', path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        found[str(path.relative_to(RUNTIME))] = [name if "/" in name else f"include/{name}" for name in names]
    return found


class RuntimeLayersTests(unittest.TestCase):
    def test_includes_lead_downwards(self) -> None:
        included = files()
        self.assertGreater(len(included), 20)
        for path, names in included.items():
            folder = path.split("/")[0]
            for name in names:
                self.assertIn(name, included, path)
                self.assertIn(name.split("/")[0], BELOW[folder] | {folder}, f"{path} includes {name}")

    def test_no_file_includes_itself_through_others(self) -> None:
        included = files()

        def reached(path: str, seen: set[str]) -> set[str]:
            for name in included[path]:
                if name not in seen:
                    seen.add(name)
                    reached(name, seen)
            return seen

        for path in included:
            self.assertNotIn(path, reached(path, set()))

    def test_every_file_says_what_it_owns(self) -> None:
        for path in files():
            self.assertTrue((RUNTIME / path).read_text(encoding="utf-8").startswith("// "), path)


if __name__ == "__main__":
    unittest.main()
