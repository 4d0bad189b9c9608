"""Trains the network that the package embeds, on scenes that the daemon draws.

    vrxd scenes --out SCENES --per-class 1200 --random 600 --held-out 200 --seed 7
    python3 Tests/Fixtures/scenes/train.py --scenes SCENES --out Sources/SyntheticScenes/Resources

Besides whole scenes, the network sees what an explanation will show it: scenes with parts or rectangles filled with grey,
and single parts on grey, blown up to the whole input. It is taught to be the surer of a class, the more of the class's
own parts are to be seen, so that it goes by parts and each of them counts. A part that several classes have is evidence
for all of these alike, and a picture without vehicle for none; a second output, not exported, names the part. Writes the ONNX file, the
labels and the description, and prints the accuracy on the held-out scenes as ONNX Runtime has it.

Needs torch, onnx, onnxruntime, numpy and pillow. Some minutes on two cores.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

SIZE = 128
GREY = 117
LABELS = ["fire engine", "ambulance", "school bus"]
MEAN, STD = [0.5, 0.5, 0.5], [0.25, 0.25, 0.25]
LAYER = "block6.relu"
# (output channels, stride) of each block of convolution, batch normalisation and ReLU.
BLOCKS = [(16, 2), (32, 2), (48, 1), (64, 2), (80, 1), (80, 1), (112, 2)]
SCENES, PARTS, RANDOM = 32, 22, 6  # in a batch
SMALLEST_PART = 40  # pixels
# Margins of the true class's logit that are taught: none of the class's own parts to be seen, all of them, only one.
MARGIN_BARE, MARGIN_WHOLE, MARGIN_PART = 1.0, 6.0, 3.0
COLOURLESS = 0.12  # share of scenes shown in grey


class Network(nn.Module):
    def __init__(self, parts):
        super().__init__()
        channels = 3
        for number, (width, stride) in enumerate(BLOCKS, start=1):
            block = nn.Sequential()
            block.add_module("conv", nn.Conv2d(channels, width, 3, stride, 1, bias=False))
            block.add_module("norm", nn.BatchNorm2d(width))
            block.add_module("relu", nn.ReLU())
            self.add_module(f"block{number}", block)
            channels = width
        self.head = nn.Linear(channels, len(LABELS))
        self.parts = nn.Linear(BLOCKS[-2][0], parts)

    def features(self, x):
        for number in range(1, len(BLOCKS)):
            x = getattr(self, f"block{number}")(x)
        return x

    def forward(self, x, with_parts=False):
        semantic = self.features(x)
        logits = self.head(getattr(self, f"block{len(BLOCKS)}")(semantic).mean((2, 3)))
        return (logits, self.parts(semantic.mean((2, 3)))) if with_parts else logits


def load(path, resample=Image.BILINEAR):
    return np.asarray(Image.open(path).convert("RGB").resize((SIZE, SIZE), resample))


def owners(scene, names, width, height):
    """Which part each pixel of the resized picture shows: an index of `names`, or 255."""
    owner = np.full(width * height, 255, np.uint8)
    for part in scene["parts"]:
        edges = np.cumsum(part["mask"])
        for start, end in zip(edges[0::2], edges[1::2]):
            owner[start:end] = names.index(part["name"])
    return np.asarray(Image.fromarray(owner.reshape(height, width)).resize((SIZE, SIZE), Image.NEAREST))


class Scenes:
    def __init__(self, folder, rng):
        truth = json.loads((folder / "scenes.json").read_text())
        self.names = sorted({part["name"] for scene in truth["scenes"] for part in scene["parts"]})
        train = [s for s in truth["scenes"] if not s["file"].startswith("held-out/")]
        held_out = [s for s in truth["scenes"] if s["file"].startswith("held-out/")]
        filters = [Image.BILINEAR, Image.BILINEAR, Image.BICUBIC, Image.BOX]
        self.images = np.stack([load(folder / s["file"], filters[rng.integers(4)]) for s in train])
        self.owners = np.stack([owners(s, self.names, truth["width"], truth["height"]) for s in train])
        self.labels = np.array([LABELS.index(s["kind"]) for s in train])
        self.random = np.stack([load(p) for p in sorted((folder / "random").glob("*.png"))])
        self.held_out = np.stack([load(folder / s["file"]) for s in held_out])
        self.held_out_owners = np.stack([owners(s, self.names, truth["width"], truth["height"]) for s in held_out])
        self.held_out_labels = np.array([LABELS.index(s["kind"]) for s in held_out])
        # Row p: how the evidence of part p is spread over the classes that have it.
        self.evidence = np.zeros((len(self.names), len(LABELS)), np.float32)
        for scene in train:
            for part in scene["parts"]:
                self.evidence[self.names.index(part["name"]), LABELS.index(scene["kind"])] = 1
        self.evidence /= self.evidence.sum(1, keepdims=True)
        self.own = [[p for p in range(len(self.names)) if self.evidence[p, c] == 1] for c in range(len(LABELS))]

    def part_patch(self, index, rng):
        """A part, or the rectangle or ellipse around it, on grey, blown up; and the part's number."""
        owner, image = self.owners[index], self.images[index]
        numbers, counts = np.unique(owner, return_counts=True)
        large = numbers[(numbers != 255) & (counts >= SMALLEST_PART)]
        part = int(rng.choice(large))
        mask = owner == part
        ys, xs = np.where(mask)
        pad = int(rng.integers(0, 4))
        top, bottom = max(ys.min() - pad, 0), min(ys.max() + pad + 1, SIZE)
        left, right = max(xs.min() - pad, 0), min(xs.max() + pad + 1, SIZE)
        shape = rng.random()
        if shape > 0.5:
            mask = np.zeros_like(mask)
            mask[top:bottom, left:right] = True
        if shape > 0.8:
            y, x = np.mgrid[0:SIZE, 0:SIZE]
            mask &= ((y - (top + bottom) / 2) / (bottom - top)) ** 2 + ((x - (left + right) / 2) / (right - left)) ** 2 < 0.25
        patch = np.where(mask[..., None], image, GREY).astype(np.uint8)[top:bottom, left:right]
        return np.asarray(Image.fromarray(patch).resize((SIZE, SIZE), Image.BICUBIC)), part


def occlude(owner, rng):
    """The pixels to fill with grey: some parts, some rectangles, the surroundings, or none."""
    hidden = np.zeros(owner.shape, bool)
    kind = rng.random()
    if kind < 0.5:
        parts = [p for p in np.unique(owner) if p != 255]
        hidden = np.isin(owner, rng.permutation(parts)[: rng.integers(1, len(parts) + 1)])
    elif kind < 0.7:
        for _ in range(rng.integers(1, 4)):
            height, width = rng.integers(10, 50, 2)
            y, x = rng.integers(0, SIZE - 10, 2)
            hidden[y : y + height, x : x + width] = True
    elif kind < 0.77:
        hidden = owner == 255
    return hidden


def soft_target(label, margin):
    """Probabilities of classes whose logits are `margin` for `label` and 0 for the others."""
    odds = np.where(np.arange(len(LABELS)) == label, np.exp(margin), 1)
    return (odds / odds.sum()).astype(np.float32)


def seen_share(owner, hidden, own):
    """How much of a class's own parts is to be seen, each part counting alike."""
    visible = np.bincount(owner[~hidden], minlength=256)[own]
    return float(np.mean(visible / np.maximum(np.bincount(owner.ravel(), minlength=256)[own], 1)))


def batch(scenes, rng):
    """Pictures, soft targets over classes, their weights, and part numbers (-1 where none is asked)."""
    chosen = rng.integers(0, len(scenes.images), SCENES + PARTS)
    images, targets, parts = [], [], []
    for index in chosen[:SCENES]:
        image, owner, label = scenes.images[index], scenes.owners[index], scenes.labels[index]
        if rng.random() < 0.5:
            image, owner = image[:, ::-1], owner[:, ::-1]
        if rng.random() < COLOURLESS:
            image = image.mean(2, keepdims=True).repeat(3, 2)
        hidden = occlude(owner, rng)
        share = seen_share(owner, hidden, scenes.own[label])
        images.append(np.where(hidden[..., None], GREY, image).astype(np.uint8))
        targets.append(soft_target(label, MARGIN_BARE + (MARGIN_WHOLE - MARGIN_BARE) * share))
        parts.append(-1)
    for index in chosen[SCENES:]:
        patch, part = scenes.part_patch(index, rng)
        images.append(patch[:, ::-1] if rng.random() < 0.5 else patch)
        evidence = scenes.evidence[part]
        targets.append(soft_target(evidence.argmax(), MARGIN_PART) if evidence.max() == 1 else evidence)
        parts.append(part)
    for index in rng.integers(0, len(scenes.random), RANDOM):
        images.append(scenes.random[index])
        targets.append(np.full(len(LABELS), 1 / len(LABELS), np.float32))
        parts.append(-1)
    x = to_input(np.stack(images))
    gain = torch.empty(len(images), 3, 1, 1).uniform_(0.9, 1.1)
    return x * gain, torch.from_numpy(np.stack(targets)), torch.tensor(parts)


def to_input(images):
    x = torch.from_numpy(np.ascontiguousarray(images)).permute(0, 3, 1, 2).float() / 255
    return (x - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)


def train(scenes, steps, seed):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = Network(len(scenes.names)).to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
    started = time.time()
    for step in range(steps):
        x, targets, parts = batch(scenes, rng)
        logits, part_logits = network(x.contiguous(memory_format=torch.channels_last), with_parts=True)
        loss = F.cross_entropy(logits, targets)
        loss = loss + 0.5 * F.cross_entropy(part_logits, parts, ignore_index=-1)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        schedule.step()
        if (step + 1) % 40 == 0:
            asked = parts >= 0
            named = (part_logits[asked].argmax(1) == parts[asked]).float().mean()
            right = (logits[:SCENES].argmax(1) == targets[:SCENES].argmax(1)).float().mean()
            print(f"step {step + 1}: loss {loss:.3f}, scenes {right:.3f}, parts {named:.3f}, "
                  f"{time.time() - started:.0f} s", flush=True)
    return network.eval().to(memory_format=torch.contiguous_format)


def export(network, path):
    """Writes the classifier, batch normalisation folded, its outputs named as its layers: block1.conv, block1.relu, ..."""
    for number in range(1, len(BLOCKS) + 1):
        block = getattr(network, f"block{number}")
        block.conv = nn.utils.fuse_conv_bn_eval(block.conv, block.norm)
        block.norm = nn.Identity()
    array, value = onnx.numpy_helper.from_array, onnx.helper.make_tensor_value_info
    nodes, weights, source = [], [], "input"

    def weight(name, tensor):
        weights.append(array(tensor.detach().numpy().astype(np.float32), name))
        return name

    for number, (_, stride) in enumerate(BLOCKS, start=1):
        name, conv = f"block{number}", getattr(network, f"block{number}").conv
        inputs = [source, weight(f"{name}.weight", conv.weight), weight(f"{name}.bias", conv.bias)]
        nodes.append(onnx.helper.make_node(
            "Conv", inputs, [f"{name}.conv"], name=f"{name}.conv", kernel_shape=[3, 3], strides=[stride] * 2,
            pads=[1] * 4))
        nodes.append(onnx.helper.make_node("Relu", [f"{name}.conv"], [f"{name}.relu"], name=f"{name}.relu"))
        source = f"{name}.relu"
    nodes.append(onnx.helper.make_node("GlobalAveragePool", [source], ["pool"], name="pool"))
    nodes.append(onnx.helper.make_node("Flatten", ["pool"], ["flat"], name="flat", axis=1))
    inputs = ["flat", weight("head.weight", network.head.weight), weight("head.bias", network.head.bias)]
    nodes.append(onnx.helper.make_node("Gemm", inputs, ["logits"], name="logits", transB=1))
    graph = onnx.helper.make_graph(
        nodes, "scenes", [value("input", onnx.TensorProto.FLOAT, ["N", 3, SIZE, SIZE])],
        [value("logits", onnx.TensorProto.FLOAT, ["N", len(LABELS)])], weights)
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString())


def report(path, scenes):
    """Prints how the exported file does on the held-out scenes, whole and with parts or surroundings greyed."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])

    def logits(images):
        return np.concatenate([
            session.run(["logits"], {"input": to_input(images[i : i + 64]).numpy()})[0]
            for i in range(0, len(images), 64)])

    labels, rows = scenes.held_out_labels, np.arange(len(scenes.held_out))
    whole = logits(scenes.held_out)
    print(f"held out: accuracy {np.mean(whole.argmax(1) == labels):.4f} of {len(labels)}, "
          f"mean logit of the true class {whole[rows, labels].mean():.2f}, of the others "
          f"{(whole.sum(1) - whole[rows, labels]).mean() / 2:.2f}; random pictures {logits(scenes.random).mean(0).round(2)}")
    for label, name in enumerate(LABELS):
        mine = labels == label
        for number, part in enumerate(scenes.names):
            if scenes.evidence[number, label] == 0:
                continue
            greyed = scenes.held_out[mine].copy()
            greyed[scenes.held_out_owners[mine] == number] = GREY
            after, before = logits(greyed), whole[mine]
            change = after[:, label] - before[:, label]
            margin = 1.5 * change - 0.5 * (after.sum(1) - before.sum(1))
            print(f"  {name}: {part} greyed changes the logit by {change.mean():+.2f}, its margin by {margin.mean():+.2f}")
    silhouettes = np.where((scenes.held_out_owners == 255)[..., None], scenes.held_out, GREY).astype(np.uint8)
    print(f"silhouettes: accuracy {np.mean(logits(silhouettes).argmax(1) == labels):.3f}")
    grey = scenes.held_out.mean(3, keepdims=True).repeat(3, 3).astype(np.uint8)
    print(f"without colour: accuracy {np.mean(logits(grey).argmax(1) == labels):.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenes", type=Path, required=True, help="a folder that `vrxd scenes` wrote")
    parser.add_argument("--out", type=Path, required=True, help="where to put scenes.onnx, labels.json and network.json")
    parser.add_argument("--steps", type=int, default=900)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2, help="1 is faster where others use the machine")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    scenes = Scenes(options.scenes, np.random.default_rng(options.seed))
    network = train(scenes, options.steps, options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    export(network, options.out / "scenes.onnx")
    preprocessing = {"size": [SIZE, SIZE], "resize": "stretch", "mean": MEAN, "std": STD, "scale": 1, "channelOrder": "rgb"}
    description = {"name": "scenes", "preprocessing": preprocessing, "layer": LAYER}
    (options.out / "network.json").write_text(json.dumps(description, indent=2) + "\n")
    (options.out / "labels.json").write_text(json.dumps(LABELS) + "\n")
    report(options.out / "scenes.onnx", scenes)


if __name__ == "__main__":
    main()
