"""Records gradients of the asset folder's networks by PyTorch's autograd in float64: python3 published.py ASSETS

The image is made from a counter as in architectures.py. published.json holds, for each network and layer, a sample and the norm of the
gradient of class 1's logit; no weight and no photograph.
"""

import json
import pathlib
import sys

import numpy
import onnx
import torch
from onnx import numpy_helper
from torch.nn import functional as F

from architectures import HERE, image, sample

SIDE = 224
CLASS = 1
NETWORKS = {
    "squeezenet1_1": ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225], 1, False, ["fire4.concat", "fire7.concat", "fire9.concat"]),
    "squeezenet1_1_bgr": ([104, 117, 123], [1, 1, 1], 255, True, ["fire4.concat", "fire7.concat", "fire9.concat"]),
    "mobilenet_v1": ([0.5] * 3, [0.5] * 3, 1, False, ["conv5.pointwise.relu6", "conv11.pointwise.relu6", "conv13.pointwise.relu6"]),
    "mobilenet_v2": ([0.5] * 3, [0.5] * 3, 1, False, ["block5.add", "block12.add", "conv_head.relu6"]),
}


def evaluate(model, x, layers):
    """The logits, and the values of `layers`, which keep their gradients."""
    values = {tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy()) for tensor in model.graph.initializer}
    values = {name: value.double() if value.is_floating_point() else value for name, value in values.items()}
    values[model.graph.input[0].name] = x
    for node in model.graph.node:
        given = [values[name] if name else None for name in node.input]
        attributes = {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}
        result = OPERATORS[node.op_type](given, attributes)
        if node.output[0] in layers:
            result.requires_grad_() if result.is_leaf else result.retain_grad()
        values[node.output[0]] = result
    return values[model.graph.output[0].name], {name: values[name] for name in layers}


def padded(x, pads, filling):
    top, left, bottom, right = pads or [0, 0, 0, 0]
    return F.pad(x, (left, right, top, bottom), value=filling) if any((top, left, bottom, right)) else x


OPERATORS = {
    "Conv": lambda i, a: F.conv2d(
        padded(i[0], a.get("pads"), 0.0), i[1], i[2] if len(i) > 2 else None, a.get("strides", 1), 0, a.get("dilations", 1),
        a.get("group", 1)),
    "Relu": lambda i, a: F.relu(i[0]),
    "Clip": lambda i, a: i[0].clamp(float(i[1]), float(i[2])),
    "MaxPool": lambda i, a: F.max_pool2d(
        padded(i[0], a.get("pads"), -torch.inf), a["kernel_shape"], a["strides"], ceil_mode=bool(a.get("ceil_mode", 0))),
    "Concat": lambda i, a: torch.cat(i, a["axis"]),
    "Add": lambda i, a: i[0] + i[1],
    "GlobalAveragePool": lambda i, a: i[0].mean((2, 3), keepdim=True),
    "Flatten": lambda i, a: i[0].flatten(1),
    "Gemm": lambda i, a: i[0] @ (i[1].T if a.get("transB") else i[1]) + i[2],
}


def main():
    assets = pathlib.Path(sys.argv[1])
    record = {}
    for name, (mean, deviation, scale, is_bgr, layers) in NETWORKS.items():
        model = onnx.load(assets / "models" / f"{name}.onnx")
        pixels = image(SIDE).astype(numpy.float64) / 255
        if is_bgr:
            pixels = pixels[..., ::-1]
        x = (pixels * scale - numpy.array(mean)) / numpy.array(deviation)
        x = torch.from_numpy(x.copy()).permute(2, 0, 1)[None].requires_grad_()
        logits, kept = evaluate(model, x, layers)
        logits[0, CLASS].backward()
        record[name] = [{"name": layer, "shape": list(kept[layer].shape[1:]), "gradient": sample(kept[layer].grad.numpy())}
                        for layer in layers]
        print(name, {layer: tuple(kept[layer].shape) for layer in layers})
    (HERE.parent / "published.json").write_text(json.dumps(record) + "\n")


if __name__ == "__main__":
    main()
