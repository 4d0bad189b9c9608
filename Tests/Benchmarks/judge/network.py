"""A network from an ONNX file, run by ONNX Runtime: logits, the last feature map, and the linear head behind it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence, Tuple

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

#: Pictures in one run of the network.
BATCH = 16
#: Largest difference, in logits, between the network and its last feature map read through the head.
HEAD_TOLERANCE = 1e-2

Array = np.ndarray


class Network:
    """Pictures are uint8 [n, side, side, 3], RGB, of the input's size. The head is global average pooling, weight [C,
    D] and bias [C], taken from the file: logits = weight · mean over places of the feature map + bias, exactly."""

    def __init__(self, path: Path, mean: Sequence[float], std: Sequence[float], threads: int = 1, **_: Any) -> None:
        model = onnx.load(str(path))
        self._map, self.weight, self.bias = head_of(model.graph)
        model.graph.output.append(onnx.helper.make_empty_tensor_value_info(self._map))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        entry = self._session.get_inputs()[0]
        self._input, self.side = entry.name, int(entry.shape[-1])
        self._logits = self._session.get_outputs()[0].name
        self._mean, self._std = (np.asarray(value, np.float32).reshape(1, 3, 1, 1) for value in (mean, std))
        #: Pictures that were run so far.
        self.passes = 0

    def tensor(self, pictures: Array) -> Array:
        """The network's input [n, 3, side, side] of pictures."""
        scaled = pictures.astype(np.float32).transpose(0, 3, 1, 2) / 255
        return np.ascontiguousarray((scaled - self._mean) / self._std)

    def logits(self, pictures: Array) -> Array:
        """[n, C]."""
        return np.concatenate([out[0] for out in self._run(self.tensor(part) for part in batches(pictures))])

    def logits_of_tensor(self, tensor: Array) -> Array:
        """[n, C] of ready input."""
        return np.concatenate([out[0] for out in self._run(batches(np.ascontiguousarray(tensor, np.float32)))])

    def features(self, pictures: Array) -> Tuple[Array, Array]:
        """Logits [n, C] and the last feature map [n, D, h, w]."""
        names = (self._logits, self._map)
        parts = list(self._run((self.tensor(part) for part in batches(pictures)), names))
        logits, maps = (np.concatenate([part[index] for part in parts]) for index in (0, 1))
        difference = np.abs(self.head(maps.mean((2, 3))) - logits).max()
        if difference > HEAD_TOLERANCE:
            raise ValueError(f"the head is not pooling and one linear layer: off by {difference:.3g} logits")
        return logits, maps

    def head(self, pooled: Array) -> Array:
        """Logits [..., C] of pooled features [..., D]."""
        return pooled @ self.weight.T + self.bias

    def _run(self, tensors: Any, names: Sequence[str] = ()) -> Iterator[List[Array]]:
        for tensor in tensors:
            self.passes += len(tensor)
            yield self._session.run(list(names) or [self._logits], {self._input: tensor})


def batches(items: Array) -> Iterator[Array]:
    """Parts of at most `BATCH` items."""
    for start in range(0, len(items), BATCH):
        yield items[start:start + BATCH]


def head_of(graph: onnx.GraphProto) -> Tuple[str, Array, Array]:
    """Name of the tensor that global average pooling reads, and weight [C, D] and bias [C] of the Gemm behind it."""
    producer = {name: node for node in graph.node for name in node.output}
    gemm = producer[graph.output[0].name]
    if gemm.op_type != "Gemm":
        raise ValueError(f"the network does not end in Gemm but in {gemm.op_type}")
    attributes: Dict[str, Any] = {one.name: onnx.helper.get_attribute_value(one) for one in gemm.attribute}
    if attributes.get("transA") or attributes.get("alpha", 1) != 1 or attributes.get("beta", 1) != 1:
        raise ValueError("the last Gemm scales or transposes its input")
    node = producer[gemm.input[0]]
    while node.op_type in ("Flatten", "Reshape", "Squeeze", "Identity"):
        node = producer[node.input[0]]
    if node.op_type != "GlobalAveragePool":
        raise ValueError(f"before the head stands no global average pooling but {node.op_type}")
    constants = {one.name: numpy_helper.to_array(one) for one in graph.initializer}

    def constant(name: str) -> Array:
        while name not in constants:  # weights may be stored as 16-bit floats behind a Cast
            name = producer[name].input[0]
        return constants[name].astype(np.float32)

    weight = constant(gemm.input[1])
    return node.input[0], weight if attributes.get("transB") else weight.T, constant(gemm.input[2])
