"""Writes the node tests of the onnx package as folders that `vrxd check` reads: python node_cases.py FOLDER

Needs onnx and numpy. Beside the folders, manifest.json says for each case whether it is within the limits that VRX states, and why not.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")

import numpy  # noqa: E402
import onnx  # noqa: E402
from onnx import TensorProto, numpy_helper  # noqa: E402
from onnx.backend.test import loader  # noqa: E402


def tensor(value: object) -> TensorProto:
    return value if isinstance(value, TensorProto) else numpy_helper.from_array(numpy.asarray(value))


def limits(model: onnx.ModelProto, tensors: list[TensorProto]) -> list[str]:
    """What in a case is outside the limits that VRX states."""
    found = set()
    types = {value.data_type for value in tensors}
    types |= {value.type.tensor_type.elem_type for value in [*model.graph.input, *model.graph.output]}
    for node in model.graph.node:
        types |= {attribute.t.data_type for attribute in node.attribute if attribute.HasField("t")}
        for attribute in node.attribute:
            if attribute.name == "to" and node.op_type == "Cast":
                types.add(attribute.i)
            if attribute.name == "training_mode" and attribute.i:
                found.add("training")
            if attribute.name == "block_size" and attribute.i:
                found.add("blocks")
            if attribute.name == "reduction" and node.op_type.startswith("Scatter") and attribute.s != b"none":
                found.add("scatter reduction")
        if node.op_type == "Dropout" and len(node.input) > 2 and node.input[2]:
            found.add("training")
    wide = {TensorProto.BFLOAT16, TensorProto.STRING} | {kind for kind in types if kind > TensorProto.BFLOAT16}
    if types & wide or not all(types):
        found.add("types")
    if any(0 in value.dims for value in tensors) or "zero_size" in model.graph.name:
        found.add("empty")
    versions = [entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")]
    if not versions or versions[0] < 7:
        found.add("operator set")
    return sorted(found)


def main() -> None:
    folder = Path(sys.argv[1])
    manifest = {}
    for case in loader.load_model_tests(kind="node"):
        if case.model is None:
            continue
        target = folder / case.name
        try:
            sets = [([tensor(value) for value in given], [tensor(value) for value in wanted])
                    for given, wanted in case.data_sets]
        except (ValueError, TypeError, NotImplementedError):
            continue  # Sequences and optional values.
        target.mkdir()
        (target / "model.onnx").write_bytes(case.model.SerializeToString())
        for index, both in enumerate(sets):
            data = target / f"test_data_set_{index}"
            data.mkdir()
            for kind, values in zip(("input", "output"), both):
                for position, value in enumerate(values):
                    (data / f"{kind}_{position}.pb").write_bytes(value.SerializeToString())
        tensors = [value for both in sets for values in both for value in values]
        floats = {TensorProto.FLOAT16, TensorProto.DOUBLE, TensorProto.BFLOAT16}
        manifest[case.name] = {
            "operators": sorted({node.op_type for node in case.model.graph.node}),
            "limits": limits(case.model, tensors),
            "float32": any(value.data_type == TensorProto.FLOAT for value in tensors)
            and not any(value.data_type in floats for value in tensors)
            and "types" not in limits(case.model, tensors),
        }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


if __name__ == "__main__":
    main()
