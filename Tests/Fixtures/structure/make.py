"""Makes reasoning_network.json: outputs, losses and gradients of the graph reasoning network by PyTorch's autograd in
double precision, with batch statistics and with running statistics. Run it in this folder."""
import json

import torch
from torch.nn import functional as F

torch.manual_seed(5)
torch.set_default_dtype(torch.float64)
CLASSES, NODES, WIDTH, NODE_WIDTHS, EDGE_WIDTH, IMAGES = 3, 4, 9, [6, 5, 4], 3, 5
EDGES = [(i, j) for i in range(NODES) for j in range(NODES) if i != j]


def random(*shape, scale=1.0):
    # Rounded to what a 32-bit float holds, so that both sides start from the same numbers.
    return (torch.randn(*shape) * scale).float().double()


weights = []  # in the order in which the implementation visits them
statistics = []  # per layer: node mean, node variance, edge mean, edge variance
node_in, edge_in = WIDTH, 4
for width in NODE_WIDTHS:
    weights += [random(2 * width, node_in, scale=0.5), random(2 * width, scale=0.3),
                random(width, width + EDGE_WIDTH, scale=0.5), random(width, scale=0.3),
                random(EDGE_WIDTH, edge_in), random(EDGE_WIDTH, scale=0.3),
                1 + random(width, scale=0.2), random(width, scale=0.2),
                1 + random(EDGE_WIDTH, scale=0.2), random(EDGE_WIDTH, scale=0.2)]
    statistics += [random(width), 1 + random(width).abs(), random(EDGE_WIDTH), 1 + random(EDGE_WIDTH).abs()]
    node_in, edge_in = width, EDGE_WIDTH
weights = [w.float().double() for w in weights]
statistics = [s.float().double() for s in statistics]
graph = NODES * NODE_WIDTHS[-1] + len(EDGES) * EDGE_WIDTH
weights += [1 + random(CLASSES, len(EDGES), scale=0.5), random(CLASSES, CLASSES * graph, scale=0.2), random(CLASSES)]
weights[-3] = weights[-3].float().double()
for w in weights:
    w.requires_grad_(True)
nodes = random(IMAGES, CLASSES, NODES, WIDTH)
# A repeated embedding and a dummy, as masked variants have them.
nodes[1, 0, 2] = nodes[0, 0, 2]
nodes[2, 1, 3] = 0.01
nodes[3, 2, 0] = 0.01
nodes = nodes.float().double()
centers = torch.rand(IMAGES, CLASSES, NODES, 2).float().double()
logits = random(IMAGES, CLASSES, scale=4)


def network(training, running):
    f = nodes
    g = torch.stack([torch.cat([centers[:, :, i], centers[:, :, j]], -1) for i, j in EDGES], 2)
    index = 0
    for layer, width in enumerate(NODE_WIDTHS):
        p, pb, w3, b3, w4, b4, gamma, beta, edge_gamma, edge_beta = weights[layer * 10:layer * 10 + 10]
        node_mean, node_var, edge_mean, edge_var = running[layer * 4:layer * 4 + 4]

        def norm(x, mean, var, scale, offset):
            flat = F.batch_norm(x.reshape(-1, x.shape[-1]), mean, var, scale, offset, training, 0.1, 1e-5)
            return flat.reshape(x.shape)

        g = norm(g @ w4.T + b4, edge_mean, edge_var, edge_gamma, edge_beta)
        own = f @ p[:width].T + pb[:width]
        other = f @ p[width:].T + pb[width:]
        rows = []
        for i in range(NODES):
            total = own[:, :, i]
            for k, (source, target) in enumerate(EDGES):
                if target == i:
                    e = weights[-3][:, k][None, :, None]
                    total = total + torch.cat([e * other[:, :, source], g[:, :, k]], -1) @ w3.T + b3
            rows.append(total)
        f = norm(F.relu(torch.stack(rows, 2)), node_mean, node_var, gamma, beta)
    embedding = torch.cat([f.flatten(2), g.flatten(2)], 2).flatten(1)
    return embedding, embedding @ weights[-2].T + weights[-1]


def losses(outputs):
    l1 = lambda x: x / x.abs().sum(1, keepdim=True)
    mean = logits.mean(0, keepdim=True)
    deviation = ((logits - mean) ** 2).mean().sqrt()
    margins = logits - logits.mean(1, keepdim=True)
    return {
        "l1NormalisedMSE": F.mse_loss(l1(outputs), l1(logits)),
        "standardisedMSE": F.mse_loss(outputs, (logits - mean) / deviation),
        "marginMSE": F.mse_loss(outputs, (margins - margins.mean(0)) / margins.var(0, correction=0).mean().sqrt()),
        "crossEntropy": F.kl_div(outputs.log_softmax(1), logits.softmax(1), reduction="batchmean"),
    }


def numbers(tensor):
    return [float(f"{x:.9g}") for x in tensor.detach().flatten().tolist()]


embedding, evaluated = network(False, [s.clone() for s in statistics])
moved = [s.clone() for s in statistics]
_, trained = network(True, moved)
cases = {}
for name, loss in losses(trained).items():
    gradients = torch.autograd.grad(loss, weights, retain_graph=True)
    cases[name] = {"loss": loss.item(), "gradients": [numbers(g) for g in gradients]}
json.dump({
    "classes": CLASSES, "nodes": NODES, "width": WIDTH, "nodeWidths": NODE_WIDTHS, "edgeWidth": EDGE_WIDTH,
    "images": IMAGES, "weights": [numbers(w) for w in weights], "statistics": [numbers(s) for s in statistics],
    "movedStatistics": [numbers(s) for s in moved], "embeddings": numbers(nodes), "centers": numbers(centers),
    "logits": numbers(logits), "evaluatedEmbedding": numbers(embedding), "evaluated": numbers(evaluated),
    "trained": numbers(trained), "losses": cases,
}, open("reasoning_network.json", "w"))
