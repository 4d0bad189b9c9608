"""The requirements on explanations, and whether they are met."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Optional, Sequence

from controls import KINDS
from tables import Row, deviation, mean

#: The level of significance.
SIGNIFICANCE = 0.01
COMPARISONS = {">=": operator.ge, "<=": operator.le, "<": operator.lt}


@dataclass
class Figure:
    """One measured number: its values by seed, and the requirement on their mean, or on each value if they are p (`<`)."""

    what: str
    values: List[float]
    comparison: str
    asked: float
    #: p of the difference, if the figure is a difference; all must be significant.
    p: Sequence[float] = ()

    @property
    def is_met(self) -> bool:
        known = [value for value in self.values if value == value]
        judged = known if self.comparison == "<" else [mean(known)]
        return bool(known) and all(COMPARISONS[self.comparison](value, self.asked) for value in judged) and all(
            value < SIGNIFICANCE for value in self.p)

    def line(self) -> str:
        known = [value for value in self.values if value == value]
        measured = f"{mean(known):.3g} ± {deviation(known):.2g} ({len(known)})" if known else "not measured"
        significance = f", p <= {max(self.p):.1g}" if self.p else ""
        asked = f"{self.comparison} {self.asked:g}" + (f", p < {SIGNIFICANCE:g}" if self.p else "")
        return f"{self.what:<58}{asked:<20}{measured + significance:<34}{'met' if self.is_met else 'MISSED'}"


def column(rows: Sequence[Row], name: str) -> List[float]:
    return [row.get(name, float("nan")) for row in rows]


def of_fidelity(
    of: str, rows: Sequence[Row], agreement: float, signs: float, masked: Optional[float] = None
) -> List[Figure]:
    """Rows of `fidelity`; the requirements on agreement and signs, and, if given, on agreement with concepts masked."""
    return [
        Figure(f"{of}: completeness", column(rows, "completeness"), "<=", 1e-4),
        Figure(f"{of}: agreement, clean", column(rows, "agreement"), ">=", agreement),
        *([] if masked is None else [Figure(f"{of}: agreement, concepts masked", column(rows, "masked"), ">=", masked)]),
        *controls(of, rows),
        Figure(f"{of}: signs of concepts with an effect", column(rows, "signs, large"), ">=", signs),
        Figure(f"{of}: locality", column(rows, "locality"), ">=", 0.80),
    ]


def of_scenes(rows: Sequence[Row]) -> List[Figure]:
    return of_fidelity("scenes", rows, agreement=0.97, signs=0.85, masked=0.90)


def of_photographs(network: str, rows: Sequence[Row]) -> List[Figure]:
    return of_fidelity(network, rows, agreement=0.93, signs=0.75)


def controls(of: str, rows: Sequence[Row]) -> List[Figure]:
    """p of each control by seed; `fidelity` makes it negative if the control is better, which counts as 1 here."""
    return [
        Figure(
            f"{of}: p over {words}", [value if value > 0 else 1.0 for value in column(rows, name) if value == value], "<",
            SIGNIFICANCE)
        for name, words in (("targets", "shuffled targets"), ("edges", "shuffled edges"), ("random", "random patches"))
    ]


def of_truth(rows: Dict[str, List[Row]]) -> List[Figure]:
    """Rows of `groundtruth`, by measurement."""
    figures: List[Figure] = []
    if parts := rows.get("parts"):
        figures += [
            Figure("scenes: overlap of concepts with true parts", column(parts, "overlap"), ">=", 0.5),
            Figure("scenes: concepts that tell the classes apart", column(parts, "telling"), ">=", 0.8),
        ]
    if arrangement := rows.get("arrangement"):
        figures += [
            Figure("arrangements: nodes and edges over nodes alone", column(arrangement, "difference"), ">=", 0.2),
            Figure("arrangements: a relation beyond random", column(arrangement, "relation found"), ">=", 0.9),
            *controls("arrangements", [{name: row[f"p, {name}"] for name in KINDS} for row in arrangement]),
        ]
    if bias := rows.get("bias"):
        gains = [row["suggested"] - row["at random"] for row in bias]
        figures += [
            Figure("planted bias: found", [float(row["found"] > 0) for row in bias], ">=", 0.9),
            Figure("planted bias: suggested images beat random ones", [float(gain > 0) for gain in gains], ">=", 0.9),
        ]
    if substitution := rows.get("substitution"):
        figures += [
            Figure("scenes: blamed concept substituted corrects", column(substitution, "corrected"), ">=", 0.8),
            Figure("scenes: random patch corrects", column(substitution, "by random"), "<=", 0.3),
        ]
    return figures


def of_corrections(network: str, rows: Sequence[Row]) -> List[Figure]:
    """Rows of `corrections`."""
    return [
        Figure(
            f"{network}: substitution less random patch", [row["corrected"] - row["by random"] for row in rows], ">=", 0,
            p=column(rows, "p"))
    ]


def of_evaluation(of: str, result: Dict[str, Any]) -> List[Figure]:
    """A result of `vrx/evaluate`: whichever of its measures something is asked of."""
    measures = {measure["name"]: measure for measure in result["measures"]}
    asked: List[Any] = [
        ("stability.cosine", "cosine of matched concepts, pairs of seeds", ">=", 0.9),
        ("stability.overlap", "top-4 overlap, pairs of seeds", ">=", 0.7),
        ("sanity.randomised", "rank correlation with shuffled weights", "<=", 0.3),
        *(
            (f"{kind}.{gain}", f"{kind} over {words}", ">=", 0)
            for kind in ("deletion", "insertion") for gain, words in (("gain", "random order"), ("gainOverACE", "plain ACE"))
        ),
        *(
            (f"controls.{name}", f"agreement over {words}", ">=", 0)
            for name, words in (
                ("shuffledTargets", "shuffled targets"), ("shuffledEdges", "shuffled edges"),
                ("randomConcepts", "random patches"))
        ),
    ]
    return [
        Figure(
            f"{of}: {words}", measures[name]["values"], comparison, limit,
            p=[] if measures[name].get("p") is None else [measures[name]["p"]])
        for name, words, comparison, limit in asked if name in measures
    ]


def table(figures: Sequence[Figure]) -> str:
    missed = sum(not figure.is_met for figure in figures)
    head = f"{'figure':<58}{'asked':<20}{'mean ± sd (values)':<34}"
    return "\n".join([head, *(figure.line() for figure in figures), f"{len(figures) - missed} met, {missed} missed"])


#: What makes figures of a benchmark's JSON.
Reader = Callable[[Any], List[Figure]]
