"""Progress on a terminal: one line that is redrawn, or a line now and then if the output is not a terminal."""

from __future__ import annotations

import shutil
import sys
import time
from typing import Any, Callable, Dict, List, Optional, Sequence, TextIO, Tuple

#: Seconds between redraws of the bar.
REDRAW_SECONDS = 0.1
#: Seconds between lines if the output is not a terminal.
LINE_SECONDS = 10.0
#: Width of the bar in characters.
BAR_WIDTH = 24


class ProgressBar:
    """A progress callback that draws a bar: ``client.discover(..., progress=vrx.progress_bar("discover"))``.

    Args:
        title: What the bar shows the progress of.
        stream: Where to draw; standard error by default.
    """

    def __init__(self, title: str = "", stream: Optional[TextIO] = None) -> None:
        self.title = title
        self._stream = sys.stderr if stream is None else stream
        self._terminal = bool(getattr(self._stream, "isatty", lambda: False)())
        self._start = time.monotonic()
        self._drawn: Optional[float] = None
        self._line = ""
        self._fraction = 0.0

    def __call__(self, value: Dict[str, Any]) -> None:
        """Takes one progress report of the protocol."""
        kind = value.get("kind")
        if kind == "begin" and not self.title:
            self.title = str(value.get("title", ""))
        if kind == "end":
            self.finish(str(value.get("message") or "done"))
        else:
            self.update(fraction_of(value), str(value.get("message") or ""), force=kind == "begin")

    def update(self, fraction: Optional[float], message: str = "", force: bool = False) -> None:
        """Draws `fraction` in [0, 1], unless it was drawn a moment ago. None keeps the last fraction."""
        if fraction is not None:
            self._fraction = max(self._fraction, min(1.0, fraction))
        now = time.monotonic()
        interval = REDRAW_SECONDS if self._terminal else LINE_SECONDS
        if force or self._drawn is None or now - self._drawn >= interval:
            self._drawn = now
            self._draw(message)

    def finish(self, message: str = "done") -> None:
        """Draws the end and goes to a new line."""
        self._fraction = 1.0 if message == "done" else self._fraction
        self._draw(message)
        self.leave()

    def leave(self) -> None:
        """Goes to a new line, so that other text may follow."""
        if self._terminal and self._line:
            self._stream.write("\n")
            self._stream.flush()
        self._line = ""

    def _draw(self, message: str) -> None:
        elapsed = int(time.monotonic() - self._start)
        percent = int(self._fraction * 100)
        text = f"{percent:3d} % {elapsed // 60}:{elapsed % 60:02d}  {self.title}" + (f": {message}" if message else "")
        if not self._terminal:
            if text != self._line:
                self._stream.write(text + "\n")
                self._line = text
        else:
            filled = int(self._fraction * BAR_WIDTH)
            width = max(40, shutil.get_terminal_size().columns - 1)
            line = ("[" + "#" * filled + "." * (BAR_WIDTH - filled) + "] " + text)[:width]
            self._stream.write("\r" + line + " " * max(0, len(self._line) - len(line)))
            self._line = line
        self._stream.flush()


def progress_bar(title: str = "", stream: Optional[TextIO] = None) -> ProgressBar:
    """A bar for the `progress` of any request."""
    return ProgressBar(title, stream)


class StagedProgress:
    """One bar over several requests, each with its share.

    Args:
        stages: Name and weight of each, in order; a weight is about the seconds that the stage takes.
        stream: Where to draw; standard error by default.
    """

    def __init__(self, stages: Sequence[Tuple[str, float]], stream: Optional[TextIO] = None) -> None:
        self._stages: List[Tuple[str, float]] = list(stages)
        self._total = sum(weight for _, weight in self._stages) or 1.0
        self._done = 0.0
        self._position = -1
        self._bar = ProgressBar(stream=stream)

    def extend(self, stages: Sequence[Tuple[str, float]]) -> None:
        """Appends stages. The bar never goes back."""
        self._stages.extend(stages)
        self._total = sum(weight for _, weight in self._stages) or 1.0

    def next(self) -> Callable[[Dict[str, Any]], None]:
        """Begins the next stage and returns its progress callback."""
        if 0 <= self._position < len(self._stages):
            self._done += self._stages[self._position][1]
        self._position += 1
        name, weight = self._stages[min(self._position, len(self._stages) - 1)]
        before = self._done
        self._bar.title = name
        self._bar.update(before / self._total, force=True)

        def report(value: Dict[str, Any]) -> None:
            fraction = fraction_of(value)
            if fraction is not None:
                self._bar.update((before + weight * fraction) / self._total, str(value.get("message") or ""))

        return report

    def finish(self) -> None:
        """All stages are done."""
        self._bar.title = "done"
        self._bar.update(1.0, force=True)
        self._bar.leave()

    def leave(self) -> None:
        """Goes to a new line, so that an error may be shown."""
        self._bar.leave()


def fraction_of(value: Dict[str, Any]) -> Optional[float]:
    """The share done, in [0, 1], of a progress report; None if the report has no numbers."""
    percentage = value.get("percentage")
    if isinstance(percentage, (int, float)):
        return max(0.0, min(1.0, percentage / 100))
    done, total = value.get("done"), value.get("total")
    if isinstance(done, (int, float)) and isinstance(total, (int, float)) and total > 0:
        return max(0.0, min(1.0, done / total))
    return 1.0 if value.get("kind") == "end" else None
