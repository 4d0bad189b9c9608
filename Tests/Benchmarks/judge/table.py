"""The table: methods by figures, with intervals, spread over seeds, and a paired test against VRX."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import List, Mapping, Optional

import numpy as np

from intervals import paired_p, ratio_of_sums

Array = np.ndarray

#: The level at which a difference from VRX is called one.
SIGNIFICANCE = 0.01


@dataclass
class Column:
    """A figure: the sum of `value` over photographs by the sum of `scale` (None: their number)."""

    title: str
    value: str
    scale: Optional[str] = None
    factor: float = 1.0
    digits: int = 1
    #: 1 if more is better, -1 if less is, 0 if neither.
    better: int = 1
    #: Whether the test compares ratios by photograph instead of values.
    by_ratio: bool = False
    #: Whether seeds have figures of their own.
    by_seed: bool = True


COLUMNS = [
    Column("deletion, %", "deletion", "margin", 100),
    Column("insertion, %", "insertion", "margin", 100),
    Column("deletion to half, %", "deletion, half", "margin", 100),
    Column("insertion to half, %", "insertion, half", "margin", 100),
    Column("taken at VRX's area, %", "deletion at VRX's area", "margin", 100),
    Column("brought at VRX's area, %", "insertion at VRX's area", "margin", 100),
    Column("effect per area, logits", "deletion, own", "own area", 1, 2, by_ratio=True),
    Column("own area, %", "own area", None, 100, better=0),
    Column("pixel flipping", "pixel flipping", None, 1, 3, better=-1),
    Column("ROAD, %", "ROAD", None, 100, better=-1),
    Column("SURF MAE, logits", "SURF MAE", None, 1, 3, better=-1),
    Column("SURF EMD", "SURF EMD", None, 1, 3, better=-1),
    Column("same regions", "same regions", None, 1, 2, by_seed=False),
]

#: By seed, then method, then photograph: figures by name.
Results = Mapping[str, Mapping[str, Mapping[str, Mapping[str, float]]]]

LEGEND = """\
Mean ± deviation over seeds [95 % interval, bootstrap over photographs]; ▼ worse and ▲ better than VRX, p < .01
(Wilcoxon's signed-rank test over photographs), = not told apart; p follows. Deletion, insertion: mean share of the
margin that hiding the first pixels takes, or showing them on the blurred picture brings, over areas up to a quarter
("to half": half) of the picture, the same for all methods. At VRX's area: with as many pixels as VRX's explanation of
that photograph has. Effect per area: logits taken by the method's own explanation (four concepts or superpixels; for
pixels: VRX's area) per whole picture. Pixel flipping, ROAD, SURF: less is better. Same regions: Jaccard index of
explanations over pairs of seeds; same concepts: cosine of matched directions."""


def markdown(results: Results, cosines: Mapping[str, float]) -> str:
    """The table. cosines: of directions over seeds, by method."""
    columns = [column for column in COLUMNS if any_known(results, column)]
    titles = ["", *(column.title + ("" if column.better >= 0 else " ↓") for column in columns), "same concepts"]
    lines = [titles, ["---"] * len(titles)]
    methods = list(next(iter(results.values())))
    for method in methods:
        cells = [cell(results, column, method, methods[0]) for column in columns]
        lines.append([method, *cells, number(cosines.get(method, math.nan), 2)])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def cell(results: Results, column: Column, method: str, reference: str) -> str:
    values, scales = by_photograph(results, column, method)
    figure, low, high = ratio_of_sums(values.mean(0), scales.mean(0))
    if math.isnan(figure):
        return "—"
    seeds = [ratio_of_sums(value, scale)[0] for value, scale in zip(values, scales)]
    spread = ""
    if column.by_seed and len(seeds) > 1:
        spread = f" ± {number(float(np.std(seeds, ddof=1)) * column.factor, column.digits)}"
    low, high = (number(end * column.factor, column.digits) for end in (low, high))
    text = f"{number(figure * column.factor, column.digits)}{spread} [{low}, {high}]"
    if method == reference or not column.better:
        return text
    return text + " " + comparison(results, column, method, reference)


def comparison(results: Results, column: Column, method: str, reference: str) -> str:
    """▲, ▼ or = and p of the paired test against the reference."""
    own, other = (compared(results, column, name) for name in (method, reference))
    p = paired_p(own, other)
    if not p < SIGNIFICANCE:
        return f"= {p:.2g}"
    return f"{'▲' if column.better * np.nanmean(own - other) > 0 else '▼'} {p:.0e}"


def compared(results: Results, column: Column, method: str) -> Array:
    """What is compared by photograph: values, or their ratios to the scales."""
    values, scales = (array.mean(0) for array in by_photograph(results, column, method))
    if not column.by_ratio:
        return values
    return np.divide(values, scales, out=np.full(len(values), math.nan), where=scales > 0)


def by_photograph(results: Results, column: Column, method: str) -> List[Array]:
    """Values and scales, [seeds, photographs] each, of the seeds with which the figure was measured."""
    rows = [seed[method] for seed in results.values()]
    measured = [row for row in rows if any(math.isfinite(one.get(column.value, math.nan)) for one in row.values())]
    rows = measured or rows[:1]
    names = sorted(set.intersection(*(set(row) for row in rows)))

    def take(name: Optional[str]) -> Array:
        return np.array([[1.0 if name is None else row[photo].get(name, math.nan) for photo in names] for row in rows])

    return [take(column.value), take(column.scale)]


def any_known(results: Results, column: Column) -> bool:
    return any(np.isfinite(by_photograph(results, column, method)[0]).any() for method in next(iter(results.values())))


def number(value: float, digits: int) -> str:
    return "—" if math.isnan(value) else f"{value:.{digits}f}"

