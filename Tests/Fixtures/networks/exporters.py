"""Makes a small graph as tf2onnx and quantisers write them, with ONNX Runtime's logits and PyTorch's gradients: python3 exporters.py

Channels come last at the input and between layers, with transpositions around each convolution; padding is SAME; one convolution's weights
are 8-bit integers with a scale per channel, the dense layer's are float16 that are cast up; a softmax ends the graph.
"""

import json

import numpy
import onnx
import onnxruntime
import torch
from onnx import helper, numpy_helper
from torch.nn import functional as F

from architectures import HERE, image, sample, uniform

SIDE = 24
CLASS = 1
CHANNELS = 8
CLASSES = 5


def main():
    def drawn(counter, shape, low=-1.0, high=1.0):
        return (low + (high - low) * uniform(counter, int(numpy.prod(shape)))).reshape(shape).astype(numpy.float32)

    first = drawn(1, [CHANNELS, 3, 3, 3])
    scale, shift, mean = drawn(2, [CHANNELS], 0.5, 1.5), drawn(3, [CHANNELS], 0, 1), drawn(4, [CHANNELS])
    variance = drawn(5, [CHANNELS], 0.5, 1.5)
    depthwise = (drawn(6, [CHANNELS, 1, 3, 3]) * 127).astype(numpy.int8)
    steps, zeros = drawn(7, [CHANNELS], 0.005, 0.01), numpy.arange(CHANNELS, dtype=numpy.int8) - 3
    factor = drawn(8, [CHANNELS], 0.5, 1.5)
    dense, bias = drawn(9, [CHANNELS, CLASSES]).astype(numpy.float16), drawn(10, [CLASSES])
    constants = {
        "first": first, "scale": scale, "shift": shift, "mean": mean, "variance": variance, "depthwise": depthwise, "steps": steps,
        "zeros": zeros, "factor": factor, "dense": dense, "bias": bias, "low": numpy.float32(0), "high": numpy.float32(6),
        "pads": numpy.array([0, 0, 0, 0, 0, 1, 1, 0]), "places": numpy.array([1, 2])}
    node = helper.make_node
    nodes = [
        node("Transpose", ["input"], ["nchw"], perm=[0, 3, 1, 2]),
        node("Conv", ["nchw", "first"], ["conv"], strides=[2, 2], auto_pad="SAME_UPPER", kernel_shape=[3, 3]),
        node("BatchNormalization", ["conv", "scale", "shift", "mean", "variance"], ["normal"], epsilon=1e-3),
        node("Clip", ["normal", "low", "high"], ["relu6"]),
        node("DequantizeLinear", ["depthwise", "steps", "zeros"], ["weights"], axis=0),
        node("Conv", ["relu6", "weights"], ["depth"], group=CHANNELS, auto_pad="SAME_LOWER", kernel_shape=[3, 3]),
        node("Transpose", ["depth"], ["last"], perm=[0, 2, 3, 1]),
        node("Mul", ["last", "factor"], ["scaled"]),
        node("Relu", ["scaled"], ["channels_last"]),
        node("Pad", ["channels_last", "pads"], ["padded"]),
        node("ReduceMean", ["padded", "places"], ["pooled"], keepdims=0),
        node("Cast", ["dense"], ["dense32"], to=onnx.TensorProto.FLOAT),
        node("MatMul", ["pooled", "dense32"], ["product"]),
        node("Add", ["product", "bias"], ["logits"]),
        node("Softmax", ["logits"], ["output"], axis=-1),
    ]
    graph = helper.make_graph(
        nodes, "exporters", [helper.make_tensor_value_info("input", 1, ["n", SIDE, SIDE, 3])],
        [helper.make_tensor_value_info("output", 1, ["n", CLASSES]), helper.make_tensor_value_info("logits", 1, ["n", CLASSES])],
        [numpy_helper.from_array(numpy.asarray(value), name) for name, value in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    onnx.checker.check_model(model)
    pixels = image(SIDE).astype(numpy.float32)[None] / 255
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (reference,) = session.run(["logits"], {"input": pixels})
    del model.graph.output[1]

    t = torch.from_numpy
    x = t(pixels).permute(0, 3, 1, 2)
    x = F.conv2d(F.pad(x, (0, 1, 0, 1)), t(first), None, 2)
    relu6 = F.batch_norm(x, t(mean), t(variance), t(scale), t(shift), eps=1e-3).clamp(0, 6).requires_grad_()
    weights = (t(depthwise).float() - t(zeros).float().reshape(-1, 1, 1, 1)) * t(steps).reshape(-1, 1, 1, 1)
    last = (F.conv2d(relu6, weights, None, 1, 1, 1, CHANNELS).permute(0, 2, 3, 1) * t(factor)).relu()
    last.retain_grad()
    pooled = F.pad(last, (0, 0, 0, 1, 0, 1)).mean((1, 2))
    logits = pooled @ t(dense).float() + t(bias)
    logits[0, CLASS].backward()
    assert numpy.abs(reference - logits.detach().numpy()).max() < 1e-4
    record = {"side": SIDE, "logits": reference[0].tolist(), "layers": [
        {"name": "relu6", "shape": list(relu6.shape[1:]), "activations": sample(relu6.detach().numpy()),
         "gradient": sample(relu6.grad.numpy())},
        {"name": "channels_last", "shape": list(last.shape[1:]), "activations": sample(last.detach().numpy()),
         "gradient": sample(last.grad.numpy())}]}
    (HERE.parent / "exporters.onnx").write_bytes(model.SerializeToString())
    (HERE.parent / "exporters.json").write_text(json.dumps(record) + "\n")
    print(reference)


if __name__ == "__main__":
    main()
