"""Makes tiny ONNX classifiers with their logits and gradients as PyTorch computes them: python3 make.py

Each model takes images of 16x16 pixels, samples in [0, 1]. Beside NAME.onnx stands NAME.json: two images as 8-bit samples, the logits,
and the gradient of class 1's logit at a named layer, for both images.
"""

import io
import json
import pathlib

import onnx
import torch
from torch import nn
from torch.nn import functional as F

HERE = pathlib.Path(__file__).parent
SIDE = 16
CLASSES = 5


class Plain(nn.Module):
    """Grouped, dilated and strided convolution, batch normalisation, ReLU, ReLU6, leaky ReLU, max pooling, a dense layer."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.second = nn.Conv2d(8, 8, 3, padding=2, dilation=2, groups=4)
        self.third = nn.Conv2d(8, 6, (1, 3), padding=(0, 1), bias=False)
        self.dense = nn.Linear(6 * 4 * 4, CLASSES)

    def forward(self, x):
        x = F.relu(self.norm(self.first(x)))
        self.layer = x
        x = F.relu6(self.second(x) * 3)
        x = F.leaky_relu(self.third(x), 0.1)
        return self.dense(torch.flatten(F.max_pool2d(x, 2), 1))


class Branches(nn.Module):
    """Concatenation, sums and products with broadcasting, gates, average pooling with and without padding, a view by shape."""

    def __init__(self):
        super().__init__()
        self.left = nn.Conv2d(3, 4, 3, padding=1)
        self.right = nn.Conv2d(3, 4, 1)
        self.gate = nn.Conv2d(8, 8, 1)
        self.scale = nn.Parameter(torch.rand(1, 8, 1, 1) + 0.5)
        self.dense = nn.Linear(8 * 4 * 4, CLASSES)

    def forward(self, x):
        x = torch.cat([F.hardswish(self.left(x)), torch.sigmoid(self.right(x))], 1)
        self.layer = x
        x = x * F.hardsigmoid(self.gate(F.adaptive_avg_pool2d(x, 1))) + x * self.scale
        x = F.avg_pool2d(x, 3, 2, padding=1, count_include_pad=True)
        x = F.avg_pool2d(x, 3, 2, padding=1, count_include_pad=False)
        return self.dense(x.reshape(x.size(0), -1))


class Rearranged(nn.Module):
    """Padding, transposition, slices, means, matrix products, a final softmax."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 6, 3)
        self.mix = nn.Linear(6, 6, bias=False)
        self.dense = nn.Linear(6, CLASSES)

    def forward(self, x):
        x = F.relu(self.first(F.pad(x, (1, 0, 0, 2))))
        self.layer = x
        x = F.max_pool2d(x, 3, 2, ceil_mode=True)
        tokens = x.flatten(2).transpose(1, 2)
        tokens = tokens[:, 1:] + torch.tanh(self.mix(tokens))[:, :-1]
        return self.dense(tokens.mean(1))


def main():
    torch.manual_seed(7)
    for name, module, opset, final_softmax, half in [
        ("plain", Plain(), 9, False, False),
        ("branches", Branches(), 14, False, False),
        ("rearranged", Rearranged(), 17, True, False),
        ("plain_half", Plain(), 13, False, True),
    ]:
        module.eval()
        for buffer_name, buffer in module.named_buffers():
            if buffer_name.endswith("running_var"):
                buffer.copy_(torch.rand_like(buffer) + 0.5)
            elif buffer_name.endswith("running_mean"):
                buffer.copy_(torch.rand_like(buffer) - 0.5)
        if half:
            for tensor in [*module.parameters(), *(buffer for buffer in module.buffers() if buffer.is_floating_point())]:
                tensor.data = tensor.data.half().float()
        samples = torch.randint(0, 256, (2, SIDE, SIDE, 3), dtype=torch.uint8)
        images = samples.permute(0, 3, 1, 2).float() / 255
        logits = module(images)
        (gradient,) = torch.autograd.grad(logits[:, 1].sum(), module.layer)
        exported = nn.Sequential(module, nn.Softmax(1)) if final_softmax else module
        buffer = io.BytesIO()
        torch.onnx.export(
            exported, images[:1], buffer, opset_version=opset, input_names=["input"], output_names=["output"],
            dynamic_axes={"input": {0: "batch"}}, dynamo=False, do_constant_folding=not half,
        )
        model = onnx.load_from_string(buffer.getvalue())
        if half:
            to_half(model)
        onnx.save(model, HERE / f"{name}.onnx")
        layer = layer_name(model, images, module)
        record = {
            "samples": samples.flatten().tolist(),
            "logits": logits.flatten().tolist(),
            "layer": layer,
            "shape": list(module.layer.shape[1:]),
            "activations": [round(v, 6) for v in module.layer.flatten().tolist()],
            "gradient": [float(f"{v:.6g}") for v in gradient.flatten().tolist()],
        }
        (HERE / f"{name}.json").write_text(json.dumps(record) + "\n")
        print(name, layer, record["shape"], [node.op_type for node in model.graph.node])


def to_half(model):
    """Stores the weights as float16, each cast up where it is used."""
    import numpy

    graph = model.graph
    nodes = []
    for tensor in graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype != numpy.float32:
            continue
        small = onnx.numpy_helper.from_array(values.astype(numpy.float16), tensor.name + ".half")
        nodes.append(onnx.helper.make_node("Cast", [small.name], [tensor.name], to=onnx.TensorProto.FLOAT))
        tensor.CopyFrom(small)
    everything = nodes + list(graph.node)
    del graph.node[:]
    graph.node.extend(everything)


def layer_name(model, images, module):
    """The value of the ONNX graph that equals the module's layer."""
    import numpy
    import onnxruntime

    module(images)
    wanted = module.layer.detach().numpy()
    names = [output for node in model.graph.node for output in node.output]
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    del probe.graph.output[:]
    probe.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    found = []
    session = onnxruntime.InferenceSession(probe.SerializeToString(), providers=["CPUExecutionProvider"])
    for name, value in zip(names, session.run(None, {"input": images.numpy()})):
        if getattr(value, "shape", None) == wanted.shape and numpy.allclose(value, wanted, atol=1e-2):
            found.append(name)
    return found[-1]


if __name__ == "__main__":
    main()
