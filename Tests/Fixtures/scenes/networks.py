"""The classifiers of scenes: blocks of convolution, batch normalisation and ReLU, average pooling or none, one dense layer."""

from dataclasses import dataclass
from typing import List, Tuple

import numpy as np
import onnx
from torch import nn

from sets import SIZE


@dataclass
class Shape:
    """Output channels, kernel size and stride of each block; `layer`, counted from 1, is the one whose features are parts.

    Without pooling the dense layer sees what is where.
    """

    blocks: List[Tuple[int, int, int]]
    layer: int
    pooled: bool = True

    @property
    def features(self):
        """Numbers that the dense layer takes."""
        size = SIZE
        for _, _, stride in self.blocks:
            size = -(-size // stride)
        return self.blocks[-1][0] * (1 if self.pooled else size * size)


class Network(nn.Module):
    def __init__(self, shape, labels, parts):
        super().__init__()
        self.shape = shape
        channels = 3
        for number, (width, kernel, stride) in enumerate(shape.blocks, start=1):
            block = nn.Sequential()
            block.add_module("conv", nn.Conv2d(channels, width, kernel, stride, kernel // 2, bias=False))
            block.add_module("norm", nn.BatchNorm2d(width))
            block.add_module("relu", nn.ReLU())
            self.add_module(f"block{number}", block)
            channels = width
        self.head = nn.Linear(shape.features, labels)
        self.parts = nn.Linear(shape.blocks[shape.layer - 1][0], parts)

    def forward(self, x, with_parts=False):
        for number in range(1, len(self.shape.blocks) + 1):
            x = getattr(self, f"block{number}")(x)
            if number == self.shape.layer:
                semantic = x
        logits = self.head(x.mean((2, 3)) if self.shape.pooled else x.contiguous().flatten(1))
        return (logits, self.parts(semantic.mean((2, 3)))) if with_parts else logits


def export(network, path, labels):
    """Writes the classifier, batch normalisation folded, its outputs named as its layers: block1.conv, block1.relu, ..."""
    blocks = network.shape.blocks
    for number in range(1, len(blocks) + 1):
        block = getattr(network, f"block{number}")
        if not isinstance(block.norm, nn.Identity):
            block.conv = nn.utils.fuse_conv_bn_eval(block.conv, block.norm)
            block.norm = nn.Identity()
    array, value = onnx.numpy_helper.from_array, onnx.helper.make_tensor_value_info
    nodes, weights, source = [], [], "input"

    def weight(name, tensor):
        weights.append(array(tensor.detach().numpy().astype(np.float32), name))
        return name

    for number, (_, kernel, stride) in enumerate(blocks, start=1):
        name, conv = f"block{number}", getattr(network, f"block{number}").conv
        inputs = [source, weight(f"{name}.weight", conv.weight), weight(f"{name}.bias", conv.bias)]
        nodes.append(onnx.helper.make_node(
            "Conv", inputs, [f"{name}.conv"], name=f"{name}.conv", kernel_shape=[kernel] * 2, strides=[stride] * 2,
            pads=[kernel // 2] * 4))
        nodes.append(onnx.helper.make_node("Relu", [f"{name}.conv"], [f"{name}.relu"], name=f"{name}.relu"))
        source = f"{name}.relu"
    if network.shape.pooled:
        nodes.append(onnx.helper.make_node("GlobalAveragePool", [source], ["pool"], name="pool"))
        source = "pool"
    nodes.append(onnx.helper.make_node("Flatten", [source], ["flat"], name="flat", axis=1))
    inputs = ["flat", weight("head.weight", network.head.weight), weight("head.bias", network.head.bias)]
    nodes.append(onnx.helper.make_node("Gemm", inputs, ["logits"], name="logits", transB=1))
    graph = onnx.helper.make_graph(
        nodes, "scenes", [value("input", onnx.TensorProto.FLOAT, ["N", 3, SIZE, SIZE])],
        [value("logits", onnx.TensorProto.FLOAT, ["N", len(labels)])], weights)
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString())
