"""Trains the network of a family of scenes, on scenes that the daemon draws. The one that the package embeds:

    vrxd scenes --out SCENES --per-class 1200 --random 600 --held-out 200 --seed 7
    python3 Tests/Fixtures/scenes/train.py --scenes SCENES --out Sources/SyntheticScenes/Resources

The one that tells arrangements apart:

    vrxd scenes --family arrangement --out SCENES --per-class 700 --random 150 --held-out 150 --seed 7
    python3 Tests/Fixtures/scenes/train.py --scenes SCENES --out Tests/Fixtures/scenes/arrangement

Besides whole scenes, these two see what an explanation will show them: scenes with parts or rectangles filled with grey,
and single parts on grey, blown up to the whole input. They are taught to be the surer of a class, the more that speaks for it is to be seen:
of vehicles the class's own parts, of arrangements two toys or three. A part that several classes have is evidence
for all of these alike, and a picture without subject for none; a second output, not exported, names the part. Networks of sets with a planted
bias learn from the pictures as they are. Writes the ONNX file, the labels and the description, and prints the accuracy on the held-out scenes as
ONNX Runtime has it.

Needs torch, onnx, onnxruntime, numpy and pillow. Some minutes on two cores; networks with a planted bias, half a minute.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch.nn import functional as F

from networks import Network, export
from recipes import RECIPES
from sets import GREY, MEAN, NOBODY, SIZE, STD, Scenes, to_input


def train(scenes, recipe, steps, seed):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = Network(recipe.shape, len(recipe.labels), len(scenes.names)).to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, recipe.learning_rate, total_steps=steps)
    started = time.time()
    for step in range(steps):
        x, targets, parts = recipe.batch(scenes, rng)
        logits, part_logits = network(x.contiguous(memory_format=torch.channels_last), with_parts=True)
        loss = recipe.loss(logits, targets)
        asked = parts >= 0
        if asked.any():
            loss = loss + 0.5 * F.cross_entropy(part_logits, parts, ignore_index=-1)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        schedule.step()
        if (step + 1) % 40 == 0:
            named = (part_logits[asked].argmax(1) == parts[asked]).float().mean()
            scene_rows = (targets.max(1).values > 0.5) & ~asked
            right = (logits.argmax(1) == targets.argmax(1))[scene_rows].float().mean()
            print(f"step {step + 1}: loss {loss:.3f}, scenes {right:.3f}, parts {named:.3f}, "
                  f"{time.time() - started:.0f} s", flush=True)
    return network.eval().to(memory_format=torch.contiguous_format)


def classifier(path):
    """The exported file as a function of pictures."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return lambda images: np.concatenate([
        session.run(["logits"], {"input": to_input(images[i : i + 64]).numpy()})[0]
        for i in range(0, len(images), 64)])


def report(logits, scenes):
    """Prints how the exported file does on the held-out scenes, whole and with parts or surroundings greyed."""
    labels, rows = scenes.held_out_numbers, np.arange(len(scenes.held_out))
    whole = logits(scenes.held_out)
    others = len(scenes.labels) - 1
    print(f"held out: accuracy {np.mean(whole.argmax(1) == labels):.4f} of {len(labels)}, "
          f"mean logit of the true class {whole[rows, labels].mean():.2f}, of the others "
          f"{(whole.sum(1) - whole[rows, labels]).mean() / others:.2f}; random pictures {logits(scenes.random).mean(0).round(2)}")
    for label, name in enumerate(scenes.labels):
        mine = labels == label
        for number, part in enumerate(scenes.names):
            if scenes.evidence[number, label] == 0:
                continue
            greyed = scenes.held_out[mine].copy()
            greyed[scenes.held_out_owners[mine] == number] = GREY
            after, before = logits(greyed), whole[mine]
            change = after[:, label] - before[:, label]
            margin = change - (after.sum(1) - before.sum(1) - change) / others
            print(f"  {name}: {part} greyed changes the logit by {change.mean():+.2f}, its margin by {margin.mean():+.2f}")
    silhouettes = np.where((scenes.held_out_owners == NOBODY)[..., None], scenes.held_out, GREY).astype(np.uint8)
    print(f"silhouettes: accuracy {np.mean(logits(silhouettes).argmax(1) == labels):.3f}")
    grey = scenes.held_out.mean(3, keepdims=True).repeat(3, 3).astype(np.uint8)
    print(f"without colour: accuracy {np.mean(logits(grey).argmax(1) == labels):.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenes", type=Path, required=True, help="a folder that `vrxd scenes` wrote")
    parser.add_argument("--out", type=Path, required=True, help="where to put scenes.onnx, labels.json and network.json")
    parser.add_argument("--steps", type=int, help="the family's usual number if not given")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2, help="1 is faster where others use the machine")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    family = json.loads((options.scenes / "scenes.json").read_text())["family"]
    recipe = RECIPES[family]
    scenes = Scenes(options.scenes, recipe.labels, np.random.default_rng(options.seed))
    network = train(scenes, recipe, options.steps or recipe.steps, options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    export(network, options.out / "scenes.onnx", recipe.labels)
    preprocessing = {"size": [SIZE, SIZE], "resize": "stretch", "mean": MEAN, "std": STD, "scale": 1, "channelOrder": "rgb"}
    name = "scenes" if family == "vehicles" else family
    description = {"name": name, "preprocessing": preprocessing, "layer": f"block{recipe.shape.layer}.relu"}
    (options.out / "network.json").write_text(json.dumps(description, indent=2) + "\n")
    (options.out / "labels.json").write_text(json.dumps(recipe.labels) + "\n")
    report(classifier(options.out / "scenes.onnx"), scenes)


if __name__ == "__main__":
    main()
