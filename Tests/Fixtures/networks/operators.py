"""Makes one graph in which every operator with a gradient is a branch, with PyTorch's gradients: python3 operators.py

Each branch scales the image, applies its operator and adds a linear image of the result to the logits. operators.json holds
ONNX Runtime's logits and, for the value before each operator, the gradient of class 1's logit. Weights are made from a counter as in
architectures.py, and not stored.
"""

import json

import numpy
import onnx
import onnxruntime
import torch
from onnx import helper, numpy_helper
from torch.nn import functional as F

from architectures import HERE as ARCHITECTURES
from architectures import image, sample, weights

SIDE = 6
CLASSES = 4
CLASS = 1
OPSET = 21

MASK = numpy.arange(108).reshape(1, 3, 6, 6) % 3 == 0
LEVELS = numpy.linspace(-1, 1, 108, dtype=numpy.float32).reshape(1, 3, 6, 6)
KERNEL = numpy.linspace(-1, 1, 3 * 4 * 9, dtype=numpy.float32).reshape(3, 4, 3, 3)
LINE = numpy.linspace(-1, 1, 5 * 3 * 3, dtype=numpy.float32).reshape(5, 3, 3)
SCALE = numpy.array([0.5, 1.5, -1], numpy.float32)
SHIFT = numpy.array([0.25, -0.5, 1], numpy.float32)
ROW_SCALE = numpy.linspace(0.5, 2, 6, dtype=numpy.float32)
ROW_SHIFT = numpy.linspace(-1, 1, 6, dtype=numpy.float32)
T = torch.from_numpy


def one(operator, function, *constants, low=-2.0, high=2.0, **attributes):
    """A branch of one node: the operator, what it computes, the inputs after the first, and the range of the first."""
    return [(operator, constants, attributes)], function, (low, high)


def normalise(x, axes, epsilon):
    mean = x.mean(axes, keepdim=True)
    return (x - mean) / ((x - mean).pow(2).mean(axes, keepdim=True) + epsilon).sqrt()


AXES = numpy.array([1, 3])
POSITIVE = {"low": 0.3, "high": 2.0}
BRANCHES = {
    "Abs": one("Abs", torch.abs), "Log": one("Log", torch.log, **POSITIVE),
    "Reciprocal": one("Reciprocal", torch.reciprocal, **POSITIVE), "Erf": one("Erf", torch.erf),
    "Softplus": one("Softplus", F.softplus), "Softsign": one("Softsign", F.softsign), "Selu": one("Selu", F.selu),
    "Celu": one("Celu", lambda x: F.celu(x, 1.5), alpha=1.5), "Elu": one("Elu", lambda x: F.elu(x, 0.7), alpha=0.7),
    "ThresholdedRelu": one("ThresholdedRelu", lambda x: F.threshold(x, 0.5, 0), alpha=0.5),
    "Shrink": one("Shrink", lambda x: F.softshrink(x, 0.4), lambd=0.4, bias=0.4), "Sin": one("Sin", torch.sin),
    "Cos": one("Cos", torch.cos), "Tan": one("Tan", torch.tan, low=-1.0, high=1.0), "Atan": one("Atan", torch.atan),
    "Asin": one("Asin", torch.asin, low=-0.9, high=0.9), "Acos": one("Acos", torch.acos, low=-0.9, high=0.9),
    "Sinh": one("Sinh", torch.sinh), "Cosh": one("Cosh", torch.cosh), "Asinh": one("Asinh", torch.asinh),
    "Acosh": one("Acosh", torch.acosh, low=1.2, high=3.0), "Atanh": one("Atanh", torch.atanh, low=-0.9, high=0.9),
    "Tanh": one("Tanh", torch.tanh), "Sigmoid": one("Sigmoid", torch.sigmoid), "Sqrt": one("Sqrt", torch.sqrt, **POSITIVE),
    "Exp": one("Exp", torch.exp), "Neg": one("Neg", torch.neg), "Relu": one("Relu", torch.relu),
    "HardSigmoid": one("HardSigmoid", lambda x: (x * 0.3 + 0.5).clamp(0, 1), alpha=0.3, beta=0.5),
    "HardSwish": one("HardSwish", F.hardswish, low=-5.0, high=5.0), "Mish": one("Mish", F.mish),
    "Gelu": one("Gelu", F.gelu), "GeluTanh": one("Gelu", lambda x: F.gelu(x, approximate="tanh"), approximate="tanh"),
    "LeakyRelu": one("LeakyRelu", lambda x: F.leaky_relu(x, 0.2), alpha=0.2),
    "PRelu": one("PRelu", lambda x: F.prelu(x, T(SCALE)), SCALE.reshape(3, 1, 1)),
    "Clip": one("Clip", lambda x: x.clamp(-0.8, 1.1), numpy.float32(-0.8), numpy.float32(1.1)),
    "Pow": one("Pow", lambda x: x.pow(1.7), numpy.float32(1.7), **POSITIVE),
    "PowSquare": one("Pow", lambda x: x * x, numpy.float32(2)),
    "Max": one("Max", lambda x: torch.maximum(x, T(LEVELS)), LEVELS),
    "Min": one("Min", lambda x: torch.minimum(x, T(LEVELS)), LEVELS),
    "Mean": one("Mean", lambda x: (x + T(LEVELS)) / 2, LEVELS), "Sum": one("Sum", lambda x: x + T(LEVELS), LEVELS),
    "Mod": one("Mod", lambda x: torch.fmod(x, 0.7), numpy.float32(0.7), fmod=1),
    "Add": one("Add", lambda x: x + T(SCALE).reshape(3, 1, 1), SCALE.reshape(3, 1, 1)),
    "Mul": one("Mul", lambda x: x * T(ROW_SCALE), ROW_SCALE),
    "Sub": one("Sub", lambda x: x - T(LEVELS), LEVELS), "Div": one("Div", lambda x: x / T(ROW_SCALE), ROW_SCALE),
    "ReduceSum": one("ReduceSum", lambda x: x.sum((1, 3)), AXES, keepdims=0),
    "ReduceMean": one("ReduceMean", lambda x: x.mean((1, 3)), AXES, keepdims=0),
    "ReduceMax": one("ReduceMax", lambda x: x.amax((1, 3)), AXES, keepdims=0),
    "ReduceMin": one("ReduceMin", lambda x: x.amin((1, 3)), AXES, keepdims=0),
    "ReduceProd": one("ReduceProd", lambda x: x.prod(3), numpy.array([3]), keepdims=0),
    "ReduceL1": one("ReduceL1", lambda x: x.abs().sum((1, 3)), AXES, keepdims=0),
    "ReduceL2": one("ReduceL2", lambda x: x.pow(2).sum((1, 3)).sqrt(), AXES, keepdims=0),
    "ReduceSumSquare": one("ReduceSumSquare", lambda x: x.pow(2).sum((1, 3)), AXES, keepdims=0),
    "ReduceLogSum": one("ReduceLogSum", lambda x: x.sum((1, 3)).log(), AXES, keepdims=0, **POSITIVE),
    "ReduceLogSumExp": one("ReduceLogSumExp", lambda x: x.logsumexp((1, 3)), AXES, keepdims=0),
    "Softmax": one("Softmax", lambda x: x.softmax(2), axis=2),
    "LogSoftmax": one("LogSoftmax", lambda x: x.log_softmax(2), axis=2),
    "LayerNormalization": one("LayerNormalization", lambda x: F.layer_norm(x, [6], T(ROW_SCALE), T(ROW_SHIFT), 1e-3),
                              ROW_SCALE, ROW_SHIFT, epsilon=1e-3),
    "RMSNormalization": None,
    "InstanceNormalization": one("InstanceNormalization", lambda x: F.instance_norm(x, weight=T(SCALE), bias=T(SHIFT), eps=1e-3),
                                 SCALE, SHIFT, epsilon=1e-3),
    "GroupNormalization": one("GroupNormalization", lambda x: F.group_norm(x, 1, T(SCALE), T(SHIFT), 1e-3), SCALE, SHIFT,
                              num_groups=1, epsilon=1e-3),
    "BatchNormalization": one("BatchNormalization", lambda x: F.batch_norm(x, T(SHIFT), T(SCALE) ** 2, T(SCALE), T(SHIFT), eps=1e-3),
                              SCALE, SHIFT, SHIFT, SCALE**2, epsilon=1e-3),
    "LpNormalization": one("LpNormalization", lambda x: F.normalize(x, dim=1), axis=1, p=2),
    "MeanVarianceNormalization": one("MeanVarianceNormalization", lambda x: normalise(x, (0, 2, 3), 0)),
    "LRN": one("LRN", lambda x: F.local_response_norm(x, 3, 0.9, 0.6, 1.2), size=3, alpha=0.9, beta=0.6, bias=1.2),
    "Gather": one("Gather", lambda x: x[:, :, [5, 0, 0, 2]], numpy.array([5, 0, 0, 2]), axis=2),
    "GatherElements": one("GatherElements", lambda x: x.gather(3, T(MASK[..., :4].astype(numpy.int64) * 5)),
                          MASK[..., :4].astype(numpy.int64) * 5, axis=3),
    "GatherND": one("GatherND", lambda x: x[0, [2, 0], [1, 5]][None], numpy.array([[[0, 2, 1], [0, 0, 5]]])),
    "Slice": one("Slice", lambda x: x[:, :, 1:5:2].flip(3), numpy.array([1, -1]), numpy.array([5, -9]), numpy.array([2, 3]),
                 numpy.array([2, -1])),
    "Tile": one("Tile", lambda x: x.repeat(1, 2, 1, 3), numpy.array([1, 2, 1, 3])),
    "Expand": ([("ReduceSum", (numpy.array([2]),), {}), ("Expand", (numpy.array([1, 3, 5, 6]),), {})],
               lambda x: x.sum(2, keepdim=True).expand(1, 3, 5, 6), (-2.0, 2.0)),
    "PadConstant": one("Pad", lambda x: F.pad(x, (1, 2, 0, -1), value=0.5), numpy.array([0, 0, 0, 1, 0, 0, -1, 2]), numpy.float32(0.5)),
    "PadReflect": one("Pad", lambda x: F.pad(x, (2, 1, 1, 3), "reflect"), numpy.array([0, 0, 1, 2, 0, 0, 3, 1]), mode="reflect"),
    "PadEdge": one("Pad", lambda x: F.pad(x, (2, 1, 1, 3), "replicate"), numpy.array([0, 0, 1, 2, 0, 0, 3, 1]), mode="edge"),
    "PadWrap": one("Pad", lambda x: F.pad(x, (2, 1, 1, 3), "circular"), numpy.array([0, 0, 1, 2, 0, 0, 3, 1]), mode="wrap"),
    "SpaceToDepth": one("SpaceToDepth", lambda x: x.reshape(1, 3, 3, 2, 3, 2).permute(0, 3, 5, 1, 2, 4).reshape(1, 12, 3, 3), blocksize=2),
    "DepthToSpace": ([("SpaceToDepth", (), {"blocksize": 2}), ("DepthToSpace", (), {"blocksize": 2, "mode": "CRD"})],
                     lambda x: F.pixel_shuffle(x.reshape(1, 3, 3, 2, 3, 2).permute(0, 3, 5, 1, 2, 4).reshape(1, 12, 3, 3), 2), (-2.0, 2.0)),
    "Transpose": one("Transpose", lambda x: x.permute(0, 3, 1, 2), perm=[0, 3, 1, 2]),
    "Reshape": one("Reshape", lambda x: x.reshape(1, 9, 12), numpy.array([0, -1, 12])),
    "CumSum": one("CumSum", lambda x: x.flip(3).cumsum(3).flip(3), numpy.int64(3), reverse=1),
    "Trilu": one("Trilu", lambda x: x.triu(1), numpy.int64(1), upper=1),
    "Where": ([("Where", (MASK, None, LEVELS), {})], lambda x: torch.where(T(MASK), x, T(LEVELS)), (-2.0, 2.0)),
    "TopK": one("TopK", lambda x: x.topk(2, 3).values, numpy.array([2]), axis=3),
    "ScatterND": one("ScatterND", lambda x: x * T(1 - (numpy.arange(108) == 19).reshape(1, 3, 6, 6).astype(numpy.float32)),
                     numpy.array([[0, 0, 3, 1]]), numpy.zeros(1, numpy.float32)),
    "MaxPool": one("MaxPool", lambda x: F.max_pool2d(x, 3, 2, 1), kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]),
    "MaxPoolDilated": one("MaxPool", lambda x: F.max_pool2d(x, 2, 1, 0, 3), kernel_shape=[2, 2], dilations=[3, 3]),
    "AveragePool": one("AveragePool", lambda x: F.avg_pool2d(x, 3, 2, 1, ceil_mode=True), kernel_shape=[3, 3], strides=[2, 2],
                       pads=[1, 1, 1, 1], ceil_mode=1, count_include_pad=1),
    "LpPool": one("LpPool", lambda x: F.avg_pool2d(x.abs().pow(3), 2).mul(4).pow(1 / 3), kernel_shape=[2, 2], strides=[2, 2], p=3),
    "GlobalAveragePool": one("GlobalAveragePool", lambda x: x.mean((2, 3))),
    "GlobalMaxPool": one("GlobalMaxPool", lambda x: x.amax((2, 3))),
    "ConvTranspose": one("ConvTranspose", lambda x: F.conv_transpose2d(x, T(KERNEL), None, 2, 1, 1), KERNEL, strides=[2, 2],
                         pads=[1, 1, 1, 1], output_padding=[1, 1]),
    "Conv": one("Conv", lambda x: F.conv2d(x, T(KERNEL[:, :1]), None, 1, 2, 2, 3), KERNEL[:, :1], group=3, pads=[2, 2, 2, 2],
                dilations=[2, 2]),
    "ConvOneAxis": ([("Reshape", (numpy.array([1, 3, 36]),), {}), ("Conv", (LINE,), {"strides": [2]})],
                    lambda x: F.conv1d(x.reshape(1, 3, 36), T(LINE), None, 2), (-2.0, 2.0)),
    "MatMul": ([("Transpose", (), {"perm": [0, 1, 3, 2]}), ("MatMul", ("layer",), {})],
               lambda x: x.transpose(2, 3) @ x, (-2.0, 2.0)),
    "MatMulBroadcast": ([("MatMul", (ROW_SCALE.reshape(1, 6, 1) * ROW_SHIFT,), {})],
                        lambda x: x @ (T(ROW_SCALE).reshape(1, 6, 1) * T(ROW_SHIFT)), (-2.0, 2.0)),
    "Einsum": ([("Einsum", ("layer",), {"equation": "bchw,bdhw->bcd"})],
               lambda x: torch.einsum("bchw,bdhw->bcd", x, x), (-2.0, 2.0)),
    "Concat": ([("Concat", ("layer",), {"axis": 2})], lambda x: torch.cat([x, x], 2), (-2.0, 2.0)),
    "Gemm": ([("Flatten", (), {}), ("Gemm", (LEVELS.reshape(1, 108), numpy.float32([0.5])), {"transB": 1, "alpha": 0.7, "beta": 2.0})],
             lambda x: 0.7 * x.flatten(1) @ T(LEVELS.reshape(108, 1)) + 1.0, (-2.0, 2.0)),
}
BRANCHES.pop("RMSNormalization")


def main():
    nodes, initializers, names, gradients = [], [], [], {}
    pixels = image(SIDE)
    example = torch.from_numpy(pixels.astype(numpy.float32) / 255).permute(2, 0, 1)[None].contiguous()
    total = torch.zeros(1, CLASSES)

    def constant(value, name):
        initializers.append(numpy_helper.from_array(numpy.asarray(value), name))
        return name

    counted = []
    for branch, (chain, function, (low, high)) in BRANCHES.items():
        span = constant(numpy.float32(high - low), f"{branch}.span")
        least = constant(numpy.float32(low), f"{branch}.least")
        nodes.append(helper.make_node("Mul", ["input", span], [f"{branch}.spread"]))
        nodes.append(helper.make_node("Add", [f"{branch}.spread", least], [branch]))
        value = branch
        for step, (operator, constants, attributes) in enumerate(chain):
            given = []
            for position, item in enumerate(constants):
                given.append(
                    value if item is None else branch if isinstance(item, str)
                    else constant(item, f"{branch}.{step}.{position}"))
            inputs = given if any(item is None for item in constants) else [value, *given]
            if operator == "Pad" and len(inputs) == 2:
                inputs.append("")
            outputs = [f"{branch}.{step}"] + ([f"{branch}.indices"] if operator == "TopK" else [])
            nodes.append(helper.make_node(operator, inputs, outputs, **attributes))
            value = outputs[0]
        layer = (example * numpy.float32(high - low) + numpy.float32(low)).requires_grad_()
        result = function(layer).flatten(1)
        index = len(counted)
        matrix = weights("w", index, [result.shape[1], CLASSES]) / numpy.float32(1)
        counted.append((f"w{index}", matrix))
        nodes.append(helper.make_node("Flatten", [value], [f"{branch}.flat"]))
        nodes.append(helper.make_node("MatMul", [f"{branch}.flat", f"w{index}"], [f"{branch}.logits"]))
        names.append(f"{branch}.logits")
        logits = result @ torch.from_numpy(matrix)
        total = total + logits.detach()
        (gradient,) = torch.autograd.grad(logits[0, CLASS], layer)
        gradients[branch] = gradient.numpy()
    nodes.append(helper.make_node("Sum", names, ["output"]))
    graph = helper.make_graph(
        nodes, "operators", [helper.make_tensor_value_info("input", 1, [1, 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("output", 1, [1, CLASSES])],
        initializers + [numpy_helper.from_array(matrix, name) for name, matrix in counted])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (output,) = session.run(None, {"input": example.numpy()})
    assert output.shape == total.shape, output.shape
    assert numpy.abs(output - total.numpy()).max() <= 1e-4 * numpy.abs(output).max(), (output, total)
    for tensor in model.graph.initializer:
        if tensor.name in dict(counted):
            tensor.ClearField("raw_data")
    (ARCHITECTURES.parent / "operators.onnx").write_bytes(model.SerializeToString())
    record = {"side": SIDE, "logits": output[0].tolist(),
              "layers": [{"name": name, "shape": [3, SIDE, SIDE], "gradient": sample(value)} for name, value in gradients.items()]}
    (ARCHITECTURES.parent / "operators.json").write_text(json.dumps(record) + "\n")
    print(len(BRANCHES), "branches")


if __name__ == "__main__":
    main()
