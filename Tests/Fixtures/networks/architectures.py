"""Makes the graphs of published architectures without their weights, with logits and gradients: python3 architectures.py [NAME...]

Weights are not stored: both this script and the test make them from a counter (see `uniform`), so that a file of some kilobytes stands for
a network of full width and depth. Needs torch, torchvision, timm, onnx and onnxruntime. Beside architectures/NAME.onnx stands
NAME.json: the side of the image, ONNX Runtime's logits, and for three or more layers a sample of the activations and of the
gradient of class 1's logit by PyTorch's autograd, with their norms.

    python3 architectures.py --check VRXD [NAME...]

exports networks of full size with random weights instead, and compares `vrxd check` with ONNX Runtime on them; nothing is written.
"""

import argparse
import io
import json
import math
import pathlib
import subprocess
import sys
import tempfile
import warnings

import numpy
import onnx
import onnxruntime
import torch
from torch import nn

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent / "architectures"
CLASSES = 10
CLASS = 1
SAMPLES = 64


def torchvision_model(name, **options):
    import torchvision

    def make(classes):
        return getattr(torchvision.models, name)(weights=None, num_classes=classes, **options)

    return make


def timm_model(name, **options):
    import timm

    return lambda classes: timm.create_model(name, pretrained=False, num_classes=classes, **options)


def small_vgg(classes):
    import torchvision

    model = torchvision.models.vgg11_bn(weights=None)
    model.avgpool = nn.Identity()
    model.classifier = nn.Linear(512 * 4, classes)
    return model


# Name: how it is made, side of the image, operator set, layers.
ARCHITECTURES = {
    "vgg11_bn": (small_vgg, 64, 9, ["features.6", "features.20", "features.28"]),
    "resnet18": (torchvision_model("resnet18"), 64, 9, ["relu", "layer2.0", "layer4.1"]),
    "resnext50": (torchvision_model("resnext50_32x4d"), 64, 11, ["layer1.2", "layer3.1.conv2", "layer4.2"]),
    "densenet121": (torchvision_model("densenet121"), 64, 11, ["features.pool0", "features.transition2", "features.norm5"]),
    "googlenet": (torchvision_model("googlenet", aux_logits=False, init_weights=False), 64, 12,
                  ["inception3a", "inception4c", "inception5b"]),
    "inception_v3": (torchvision_model("inception_v3", aux_logits=False, init_weights=False), 107, 13,
                     ["Mixed_5b", "Mixed_6c", "Mixed_7c"]),
    "inception_v4": (timm_model("inception_v4"), 107, 13, ["features.5", "features.12", "features.20"]),
    "xception": (timm_model("legacy_xception"), 71, 14, ["block2", "block8", "act4"]),
    "mobilenet_v1": (timm_model("mobilenetv1_100"), 64, 10, ["blocks.0.0", "blocks.2.1", "blocks.4.0"]),
    "mobilenet_v2": (torchvision_model("mobilenet_v2"), 64, 13, ["features.3", "features.8.conv.1", "features.18"]),
    "mobilenet_v3": (torchvision_model("mobilenet_v3_small"), 64, 14, ["features.1", "features.5", "features.12"]),
    "efficientnet_b0": (torchvision_model("efficientnet_b0"), 64, 15, ["features.2", "features.4.1", "features.8"]),
    "shufflenet_v2": (torchvision_model("shufflenet_v2_x0_5"), 64, 16, ["maxpool", "stage2.1", "stage4.3"]),
    "squeezenet": (torchvision_model("squeezenet1_1"), 64, 7, ["features.3", "features.7", "features.12"]),
    "mnasnet": (torchvision_model("mnasnet0_5"), 64, 17, ["layers.8", "layers.10", "layers.16"]),
    "regnet_y": (torchvision_model("regnet_y_400mf"), 64, 17, ["stem", "trunk_output.block2", "trunk_output.block4"]),
    "convnext": (timm_model("convnext_atto"), 64, 16, ["stem", "stages.1", "stages.3"]),
    "convnext_17": (timm_model("convnext_atto"), 64, 17, ["stem", "stages.1", "stages.3"]),
    "vit": (timm_model("vit_tiny_patch16_224", img_size=64, depth=4), 64, 14, ["blocks.0", "blocks.1.mlp", "blocks.2"]),
    "deit": (timm_model("deit_tiny_distilled_patch16_224", img_size=64, depth=4), 64, 17,
             ["blocks.0", "blocks.2.attn", "blocks.2"]),
    "swin": (timm_model("swin_tiny_patch4_window7_224", img_size=56, depths=(2, 2), embed_dim=48, num_heads=(3, 6)), 56, 17,
             ["patch_embed", "layers.0", "layers.1.blocks.0"]),
    "resnet_groupnorm": (timm_model("resnet50_gn", layers=(1, 1, 1, 1)), 64, 18, ["layer1", "layer2", "layer4"]),
    "mixer": (timm_model("mixer_s32_224", img_size=96), 96, 18, ["stem", "blocks.2", "blocks.6"]),
}


def uniform(counter, count):
    """`count` numbers in [0, 1) with 24 bits: SplitMix64 started at `counter` << 32."""
    with numpy.errstate(over="ignore"):
        z = numpy.uint64(counter << 32) + numpy.arange(1, count + 1, dtype=numpy.uint64) * numpy.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        z = z ^ (z >> numpy.uint64(31))
    return (z >> numpy.uint64(40)).astype(numpy.float32) * numpy.float32(2.0**-24)


def weights(kind, index, shape):
    """Weights of a kind: w as He et al. draw them, s scales near 1, v variances, b small offsets."""
    count = int(numpy.prod(shape))
    bound = numpy.float32(math.sqrt(6 / max(1, count // shape[0])))
    low, high = {"w": (-bound, bound), "s": (0.75, 1.25), "v": (0.5, 1.5), "b": (-0.125, 0.125)}[kind]
    low, high = numpy.float32(low), numpy.float32(high)
    return (low + (high - low) * uniform(index + 1, count)).reshape(shape)


def kind_of(name, shape):
    if name.endswith("running_var"):
        return "v"
    if name.endswith("running_mean") or name.endswith("bias"):
        return "b"
    return "w" if len(shape) > 1 else "s"


def image(side):
    """A picture of `side` × `side` bytes, height × width × 3."""
    return (uniform(0, side * side * 3) * 256).astype(numpy.uint8).reshape(side, side, 3)


def export(model, example, opset):
    buffer = io.BytesIO()
    torch.onnx.export(
        model, example, buffer, opset_version=opset, input_names=["input"], output_names=["output"], dynamo=False,
        training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False, dynamic_axes={"input": {0: "batch"}})
    return onnx.load_from_string(buffer.getvalue())


def all_values(model, inputs):
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    names = [name for node in model.graph.node for name in node.output if name]
    del probe.graph.output[:]
    probe.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(probe.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return dict(zip(names, session.run(None, {"input": inputs})))


def sample(values):
    flat = values.reshape(-1).astype(numpy.float64)
    indices = sorted({int(position) for position in numpy.linspace(0, flat.size - 1, SAMPLES)})
    return {
        "indices": indices, "values": [float(f"{flat[index]:.7g}") for index in indices],
        "norm": float(f"{numpy.linalg.norm(flat):.7g}"), "largest": float(f"{numpy.abs(flat).max():.7g}")}


def make(name):
    build, side, opset, layers = ARCHITECTURES[name]
    torch.manual_seed(0)
    module = build(CLASSES).eval()
    for part in module.modules():
        if hasattr(part, "inplace"):
            part.inplace = False
        if hasattr(part, "fused_attn"):
            part.fused_attn = False
    # The exporter makes tensors that are equal one: none may be.
    with torch.no_grad():
        for value in module.state_dict().values():
            if value.is_floating_point():
                value.copy_(torch.rand_like(value) + 0.5)
    pixels = image(side)
    example = torch.from_numpy(pixels.astype(numpy.float32) / 255).permute(2, 0, 1)[None].contiguous()
    model = export(module, example, opset)
    state = module.state_dict()
    filled = {}
    for index, tensor in enumerate(model.graph.initializer):
        if tensor.data_type != onnx.TensorProto.FLOAT or tensor.name not in state or not tensor.dims:
            continue
        kind = kind_of(tensor.name, tensor.dims)
        values = weights(kind, index, list(tensor.dims))
        state[tensor.name].copy_(torch.from_numpy(values))
        tensor.CopyFrom(onnx.numpy_helper.from_array(values, tensor.name))
        filled[tensor.name] = f"{kind}{index}"

    kept = {}

    def keep(layer):
        def hook(_, __, output):
            output.retain_grad()
            kept[layer] = output

        return hook

    modules = dict(module.named_modules())
    for layer in layers:
        modules[layer].register_forward_hook(keep(layer))
    logits = module(example)
    logits[0, CLASS].backward()
    values = all_values(model, example.numpy())
    reference = values["output"]
    scale = numpy.abs(reference).max()
    assert numpy.abs(reference - logits.detach().numpy()).max() <= 1e-4 * scale, name
    records = []
    names = {}
    for layer in layers:
        wanted = kept[layer].detach().numpy()
        near = [
            value for value, found in values.items()
            if found.shape == wanted.shape and numpy.abs(found - wanted).max() <= 1e-4 * numpy.abs(wanted).max()]
        assert near, f"{name}: {layer} {wanted.shape} is no value of the graph"
        names[near[0]] = layer
        records.append({"name": layer, "shape": list(wanted.shape[1:]), "activations": sample(wanted),
                        "gradient": sample(kept[layer].grad.numpy())})
    strip(model, filled, names)
    (HERE / f"{name}.onnx").write_bytes(model.SerializeToString())
    record = {"side": side, "logits": [float(f"{value:.7g}") for value in reference[0]], "layers": records}
    (HERE / f"{name}.json").write_text(json.dumps(record) + "\n")
    operators = sorted({node.op_type for node in model.graph.node})
    print(f"{name}: {sum(math.prod(t.dims) for t in model.graph.initializer) / 1e6:.1f} M weights, "
          f"{(HERE / f'{name}.onnx').stat().st_size / 1e3:.0f} kB, largest logit {scale:.3g}, {' '.join(operators)}")


def strip(model, filled, layers):
    """Takes the weights out, and gives what remains short names."""
    graph = model.graph
    renamed = {"input": "input", "output": "output", "": "", **layers, **filled}
    for tensor in graph.initializer:
        if tensor.name in filled:
            tensor.ClearField("raw_data")
            tensor.ClearField("float_data")
    for node in graph.node:
        for name in node.output:
            renamed.setdefault(name, f"t{len(renamed)}")
    for node in graph.node:
        node.ClearField("name")
        node.ClearField("doc_string")
        for names in (node.input, node.output):
            for position, name in enumerate(names):
                names[position] = renamed.get(name, name)
    for tensor in [*graph.initializer, *graph.input]:
        tensor.name = renamed.get(tensor.name, tensor.name)
    del graph.value_info[:]
    for text in ("producer_name", "producer_version"):
        model.ClearField(text)


FULL_SIZE = [
    ("torchvision", name) for name in
    ["vgg16", "resnet50", "resnext50_32x4d", "densenet121", "googlenet", "inception_v3", "mobilenet_v2", "mobilenet_v3_large",
     "efficientnet_b0", "shufflenet_v2_x1_0", "squeezenet1_1", "mnasnet1_0", "regnet_y_800mf", "convnext_tiny", "vit_b_16", "swin_t"]
] + [("timm", name) for name in ["legacy_xception", "inception_v4", "deit_tiny_patch16_224", "mobilenetv1_100", "convnext_nano"]]


def check(vrxd, names):
    """Networks of full size, exported as their users would, against ONNX Runtime through `vrxd check`."""
    failed = 0
    for library, name in FULL_SIZE:
        if names and name not in names:
            continue
        torch.manual_seed(0)
        options = {"init_weights": True} if name in ("googlenet", "inception_v3") else {}
        if name == "googlenet":
            options["aux_logits"] = False
        build = (torchvision_model if library == "torchvision" else timm_model)(name, **options)
        module = build(1000).eval()
        side = 299 if "ception" in name else 224
        example = torch.randn(1, 3, side, side)
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            torch.onnx.export(module, example, folder / "model.onnx", opset_version=17, input_names=["input"],
                              output_names=["output"], dynamo=False)
            session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
            (output,) = session.run(None, {"input": example.numpy()})
            data = folder / "test_data_set_0"
            data.mkdir()
            for kind, value in (("input", example.numpy()), ("output", output)):
                (data / f"{kind}_0.pb").write_bytes(onnx.numpy_helper.from_array(value).SerializeToString())
            tolerance = 1e-4 * float(numpy.abs(output).max())
            run = subprocess.run([vrxd, "check", folder, "--json", "--rtol", "0", "--atol", str(tolerance)],
                                 capture_output=True, text=True)
        if not run.stdout:
            print(name, "no answer:", run.stderr)
            failed += 1
            continue
        report = json.loads(run.stdout)
        case = report["cases"][0] if report["cases"] else {"agrees": False, "message": report.get("error")}
        failed += not report["ok"]
        relative = case.get("greatestDifference", math.nan) / float(numpy.abs(output).max())
        print(f"{'ok  ' if report['ok'] else 'FAIL'} {name}: {report.get('gigaFLOP', math.nan):.3g} GFLOP, difference "
              f"{relative:.2g} of the largest logit {case.get('message') or ''}", flush=True)
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", metavar="VRXD", help="compare networks of full size instead")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if options.check:
        sys.exit(1 if check(options.check, options.names) else 0)
    HERE.mkdir(exist_ok=True)
    for name in options.names or ARCHITECTURES:
        make(name)


if __name__ == "__main__":
    main()
