"""Tables of figures by seed, with mean and standard deviation."""

from __future__ import annotations

import statistics
from typing import Callable, Dict, Iterable, List

Row = Dict[str, float]


def print_by_seed(seeds: Iterable[int], measure: Callable[[int], Row]) -> List[Row]:
    """Prints a row when a seed is measured, and at the end mean and standard deviation, which leave out nan."""
    rows: List[Row] = []
    for seed in seeds:
        row = measure(seed)
        if not rows:
            print("seed  " + "".join(f"{name:>16}" for name in row), flush=True)
        rows.append(row)
        print(f"{seed:<6}" + "".join(f"{value:16.3g}" for value in row.values()), flush=True)
    for label, summary in (("mean", mean), ("sd", deviation)):
        if rows:
            print(f"{label:<6}" + "".join(f"{summary([row[name] for row in rows]):16.3g}" for name in rows[0]), flush=True)
    return rows


def mean(values: List[float]) -> float:
    """The mean of the values that are not nan; nan if all are."""
    known = _numbers(values)
    return statistics.mean(known) if known else float("nan")


def deviation(values: List[float]) -> float:
    """The standard deviation of the values that are not nan; 0 for fewer than two."""
    known = _numbers(values)
    return statistics.stdev(known) if len(known) > 1 else 0.0


def share(truths: Iterable[bool]) -> float:
    """The share that is true; nan if there are no values."""
    return mean([float(truth) for truth in truths])


def _numbers(values: List[float]) -> List[float]:
    return [value for value in values if value == value]
