"""Makes ranks.onnx: a tiny classifier of coloured squares with layers of every rank between pixels and logits: python3 ranks.py

Images are [n, 3, 64, 64] in [0, 1]. How red, green, blue, yellow, cyan and magenta each cell of 8 x 8 pixels is: `features` [6, 8, 8], and
as `tokens` [64, 6]; of these 60, which are no grid, `sequence` [60, 6]; their mean as one token, `single` [1, 6], and as a vector, `pooled`
[6]. Tanh, so that gradients depend on the image, and a dense layer: red and blue speak for class 0, green and yellow for class 1.
"""

import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

CELL = 8
# A colour is what its channels have more than the others.
COLOURS = np.array([[1, -.5, -.5], [-.5, 1, -.5], [-.5, -.5, 1], [.5, .5, -1], [-1, .5, .5], [.5, -1, .5]], np.float32)
weights = np.repeat(np.repeat(COLOURS[:, :, None, None], CELL, 2), CELL, 3) / CELL**2
dense = np.array([[2, -2, 1.8, -1.6, 0, 0], [-2, 2, -1.8, 1.6, 0, 0]], np.float32)
constants = {
    "weights": weights.astype(np.float32),
    "flat": np.array([0, 6, 64], np.int64),
    "first": np.arange(60, dtype=np.int64),
    "mix": (np.eye(6) + 0.05).astype(np.float32),
    "gain": np.array(5, np.float32),
    "dense": dense,
    "bias": np.array([0.1, -0.1], np.float32),
}
nodes = [
    helper.make_node("Conv", ["image", "weights"], ["cells"], strides=[CELL, CELL]),
    helper.make_node("Relu", ["cells"], ["features"]),
    helper.make_node("Reshape", ["features", "flat"], ["places"]),
    helper.make_node("Transpose", ["places"], ["tokens"], perm=[0, 2, 1]),
    helper.make_node("MatMul", ["tokens", "mix"], ["mixed"]),
    helper.make_node("Gather", ["mixed", "first"], ["sequence"], axis=1),
    helper.make_node("ReduceMean", ["sequence"], ["single"], axes=[1], keepdims=1),
    helper.make_node("Flatten", ["single"], ["pooled"], axis=1),
    helper.make_node("Mul", ["pooled", "gain"], ["scaled"]),
    helper.make_node("Tanh", ["scaled"], ["squashed"]),
    helper.make_node("Gemm", ["squashed", "dense", "bias"], ["logits"], transB=1),
]
graph = helper.make_graph(
    nodes, "ranks", [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 3, 64, 64])],
    [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 2])],
    [numpy_helper.from_array(value, name) for name, value in constants.items()])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
onnx.checker.check_model(model)
onnx.save(model, pathlib.Path(__file__).parent / "ranks.onnx")
