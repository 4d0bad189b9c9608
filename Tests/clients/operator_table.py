"""The operators that VRX runs, as the onnx package's node tests show: python3 operator_table.py [--write]

Prints the README's list of operators, or writes it there. Every operator of the list passes every case of its own that is within the stated
limits. The node tests come from the onnx package: of this Python, or of a temporary environment, which needs access to PyPI.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

from support import ROOT, real_daemon

README = ROOT / "README.md"
BEGIN, END = "<!-- operators: made by Tests/clients/operator_table.py -->\n", "<!-- operators end -->\n"

#: The operators of image classifiers exported from torchvision, timm, tf2onnx and Keras.
CLASSIFIER_OPERATORS = set(
    """Abs Add And ArgMax ArgMin AveragePool BatchNormalization Cast Ceil Celu Clip Concat Constant ConstantOfShape Conv ConvTranspose
    CumSum DepthToSpace DequantizeLinear Div Dropout Einsum Elu Equal Erf Exp Expand Flatten Floor Gather GatherElements GatherND Gelu
    Gemm GlobalAveragePool GlobalMaxPool Greater GreaterOrEqual GroupNormalization HardSigmoid HardSwish Identity
    InstanceNormalization LRN LayerNormalization LeakyRelu Less LessOrEqual Log LogSoftmax LpNormalization LpPool MatMul Max MaxPool
    Mean MeanVarianceNormalization Min Mish Mod Mul Neg Not OneHot Or PRelu Pad Pow QuantizeLinear Range Reciprocal ReduceL1 ReduceL2
    ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape Resize Round ScatterElements
    ScatterND Selu Shape Sigmoid Sign Size Slice Softmax Softplus Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum Tanh ThresholdedRelu
    Tile TopK Transpose Trilu Unsqueeze Where Xor""".split()
)


class Unreachable(Exception):
    """The onnx package cannot be installed."""


@dataclass
class Results:
    """The results of `vrxd check` on the cases."""

    #: Cases within the stated limits, by operator.
    passed: dict[str, list[str]] = field(default_factory=dict)
    failed: dict[str, list[str]] = field(default_factory=dict)
    unsupported: set[str] = field(default_factory=set)
    #: How many of the float32 cases of `CLASSIFIER_OPERATORS` pass, and how many there are, inside or outside the limits.
    classifier_passed: int = 0
    classifier_cases: int = 0
    messages: dict[str, str] = field(default_factory=dict)
    cases: int = 0
    agreeing: int = 0

    def operators(self) -> list[str]:
        return sorted(name for name in self.passed if name not in self.failed and name not in self.unsupported)


def python_with_onnx(folder: Path) -> str:
    """A Python that has onnx: VRX_ONNX_PYTHON, this one, or one of an environment made in `folder`."""
    for python in filter(None, [os.environ.get("VRX_ONNX_PYTHON"), sys.executable]):
        if subprocess.run([python, "-c", "import onnx.backend.test"], capture_output=True, check=False).returncode == 0:
            return python
    made = subprocess.run([sys.executable, "-m", "venv", str(folder)], capture_output=True, text=True, check=False)
    python = str(folder / "bin" / "python")
    if made.returncode == 0:
        made = subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--timeout", "20", "onnx"],
            capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise Unreachable(f"the onnx package cannot be installed: {(made.stderr or made.stdout).strip()[-300:]}")
    return python


def run_cases() -> Results:
    """Runs every node test through `vrxd check`."""
    with tempfile.TemporaryDirectory(prefix="vrx-test-nodes-") as name:
        folder = Path(name)
        cases = folder / "cases"
        cases.mkdir()
        python = python_with_onnx(folder / "environment")
        script = Path(__file__).with_name("node_cases.py")
        subprocess.run([python, str(script), str(cases)], check=True, capture_output=True)
        manifest = json.loads((cases / "manifest.json").read_text(encoding="utf-8"))
        run = subprocess.run([real_daemon(), "check", str(cases), "--json"], capture_output=True, text=True, check=False)
    if run.returncode not in (0, 1):
        raise AssertionError(f"vrxd check ended with {run.returncode}: {run.stderr[-2000:]}")
    reports = [json.loads(line) for line in run.stdout.splitlines()]
    if {report["model"] for report in reports} != set(manifest):
        raise AssertionError("vrxd check did not report every case")
    return evaluate(manifest, reports)


def evaluate(manifest: dict, reports: list[dict]) -> Results:
    results = Results()
    for report in reports:
        case = manifest[report["model"]]
        foreign = {entry["operator"] for entry in report.get("unsupported", [])}
        results.unsupported |= foreign
        results.cases += 1
        results.agreeing += report["ok"]
        operators = case["operators"]
        # The expansion of a function is not a test of a single operator.
        is_single = len(set(operators) - {"Constant"}) <= 1
        if is_single and case["float32"] and set(operators) & CLASSIFIER_OPERATORS:
            results.classifier_cases += 1
            results.classifier_passed += report["ok"]
        if case["limits"] or foreign:
            continue
        if not report["ok"]:
            results.messages[report["model"]] = report.get("error") or next(
                (entry.get("message", "") for entry in report["cases"] if not entry["agrees"]), "")
        for operator in operators if report["ok"] or is_single else []:
            (results.passed if report["ok"] else results.failed).setdefault(operator, []).append(report["model"])
    return results


def section(results: Results) -> str:
    """The README's list."""
    return BEGIN + textwrap.fill(", ".join(results.operators()) + ".", width=130, break_on_hyphens=False) + "\n" + END


def current() -> str:
    """The list that the README has."""
    text = README.read_text(encoding="utf-8")
    begin, end = text.find(BEGIN), text.find(END)
    return text[begin:end + len(END)] if 0 <= begin < end else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the list into the README")
    options = parser.parse_args()
    results = run_cases()
    if options.write:
        README.write_text(README.read_text(encoding="utf-8").replace(current(), section(results)), encoding="utf-8")
    else:
        print(section(results), end="")
    for name, message in sorted(results.messages.items()):
        print(f"{name}: {message}", file=sys.stderr)
    print(
        f"{results.agreeing} of {results.cases} cases agree; {results.classifier_passed} of {results.classifier_cases} float32 cases "
        f"of operators that classifiers use; {len(results.operators())} operators pass every case within the limits",
        file=sys.stderr)


if __name__ == "__main__":
    main()
