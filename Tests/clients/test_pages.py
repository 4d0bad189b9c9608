"""The pages for people: their links lead somewhere, and the files that they name are there."""

from __future__ import annotations

import re
import unittest
from pathlib import Path
from typing import List

from support import ROOT

#: Links of Markdown, but those to other hosts and within the page.
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)[^)]*\)")
#: A file of Swift or Python in code font, with or without its folders.
NAMED_FILE = re.compile(r"`([\w+./-]+\.(?:swift|py))`")

#: A suite of Swift tests in code font, with or without its folder; a folder itself is none.
NAMED_SUITE = re.compile(r"`(\w+Tests/\w+Tests|(?!EngineTests)\w+Tests)`")


def pages() -> List[Path]:
    """The pages of the repository, without those of packages that a build fetches."""
    folders = [ROOT / name for name in ("Sources", "Tests", "clients", "protocol")]
    return [ROOT / "README.md"] + sorted(page for folder in folders for page in folder.rglob("*.md"))


def relative(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


class PageTests(unittest.TestCase):
    def test_links_lead_somewhere(self) -> None:
        for page in pages():
            with self.subTest(relative(page)):
                targets = LINK.findall(page.read_text(encoding="utf-8"))
                self.assertEqual([target for target in targets if not (page.parent / target).exists()], [])

    def test_files_that_the_pages_on_the_whole_name_are_there(self) -> None:
        known = {f"/{relative(path)}" for suffix in ("swift", "py") for path in (ROOT / "Sources").rglob(f"*.{suffix}")}
        known |= {f"/{relative(path)}" for folder in ("Tests", "clients") for path in (ROOT / folder).rglob("*.*")}
        known.add("/Package.swift")
        named = 0
        for page in sorted((ROOT / "Sources").glob("*.md")):
            text = page.read_text(encoding="utf-8")
            files = [name for name in NAMED_FILE.findall(text) if "FAMILY" not in name]
            files += [f"{suite}.swift" for suite in NAMED_SUITE.findall(text)]
            named += len(files)
            with self.subTest(relative(page)):
                self.assertEqual([name for name in files if not any(path.endswith(f"/{name}") for path in known)], [])
        self.assertGreater(named, 50)


if __name__ == "__main__":
    unittest.main()
