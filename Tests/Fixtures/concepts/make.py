"""Makes clustering.json, factorizations.json and boundaries.json with scikit-learn, coefficients.json with SciPy, and attention.json with
PyTorch: reference values for the tests of Concepts. Run it in this folder."""
import json

import numpy as np
import torch
from scipy.optimize import nnls
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs
from sklearn.decomposition import NMF
from sklearn.linear_model import LogisticRegression
from torch import nn
from torch.nn import functional as F

clusterings = []
rng = np.random.default_rng(3)
cases = [
    make_blobs(300, 5, centers=8, cluster_std=1.5, random_state=1)[0],
    make_blobs(200, 20, centers=40, cluster_std=3.0, random_state=2)[0],
    rng.gamma(0.5, 1.0, (250, 12)) + 50,
]
for points, clusters in zip(cases, (8, 25, 10)):
    points = np.round(points.astype(np.float32), 3)
    runs = [KMeans(clusters, n_init=4, random_state=seed).fit(points).inertia_ for seed in range(10)]
    clusterings.append({
        "rows": len(points), "points": np.round(points.astype(float), 3).ravel().tolist(), "clusters": clusters,
        "restarts": 4, "meanInertia": float(np.mean(runs)), "bestInertia": float(min(runs)),
    })
json.dump(clusterings, open("clustering.json", "w"))

boundaries = []
for n, m, d, gap, l2 in [(20, 30, 8, 1.0, 0.01), (50, 25, 60, 0.4, 0.01), (10, 10, 30, 3.0, 0.1)]:
    a = np.round(np.abs(rng.normal(0, 1, (n, d))) * np.linspace(0.1, 5, d) + gap * rng.normal(0, 1, d), 4)
    b = np.round(np.abs(rng.normal(0, 1, (m, d))) * np.linspace(0.1, 5, d), 4)
    x = np.vstack([a, b])
    x = x - x.mean(0)
    x = x / np.sqrt((x ** 2).mean())
    y = np.r_[np.ones(n), np.zeros(m)]
    # scikit-learn minimises C Σ loss + |w|²/2; ours is its 1/(C n) = l2.
    fit = LogisticRegression(C=1 / (l2 * (n + m)), tol=1e-10, max_iter=100000).fit(x, y)
    w = fit.coef_[0]
    # FastCAV: the mean of the concept's activations less the mean of all, and the plane through the mean of all.
    everything = np.vstack([a, b])
    fast = (a - everything.mean(0)).mean(0)
    boundaries.append({
        "fastNormal": (fast / np.linalg.norm(fast)).tolist(),
        "positives": a.ravel().tolist(), "negatives": b.ravel().tolist(), "dimensions": d, "l2": l2,
        "normal": (w / np.linalg.norm(w)).tolist(),
        "values": (fit.decision_function(x) / np.linalg.norm(w)).tolist(),
    })
json.dump(boundaries, open("boundaries.json", "w"))

# Parts that overlap, with noise; blobs made positive; heavy tails without any parts.
rng = np.random.default_rng(5)
factorizations = []
parts = rng.gamma(0.3, 1.0, (90, 6)) @ rng.gamma(0.4, 1.0, (6, 24)) + rng.gamma(1.0, 0.05, (90, 24))
blobs = np.maximum(make_blobs(120, 10, centers=8, cluster_std=1.0, random_state=4)[0], 0)
tails = rng.gamma(0.5, 1.0, (80, 30))
for points, components in ((parts, 6), (blobs, 8), (tails, 12)):
    points = np.round(points.astype(np.float32), 3).astype(float)
    # Single runs differ by up to 5 %: the best of four, ten times, as for k-means.
    runs = np.array([NMF(components, init="random", random_state=seed, max_iter=300).fit(points).reconstruction_err_
                     for seed in range(40)]).reshape(10, 4).min(axis=1)
    deterministic = NMF(components, init="nndsvda", random_state=0, max_iter=300).fit(points).reconstruction_err_
    factorizations.append({
        "rows": len(points), "points": points.ravel().tolist(), "components": components, "restarts": 4,
        "meanError": float(np.mean(runs)), "leastError": float(min(*runs, deterministic)),
    })
json.dump(factorizations, open("factorizations.json", "w"))

# How much of fixed components new points hold: non-negative least squares, with points inside and outside the components' cone.
rng = np.random.default_rng(9)
coefficients = []
for rows, components, dimensions in [(12, 4, 9), (10, 8, 30), (6, 12, 10)]:
    h = np.round(rng.gamma(0.5, 1.0, (components, dimensions)), 4)
    inside = rng.gamma(0.4, 1.0, (rows // 2, components)) @ h
    outside = rng.gamma(0.7, 2.0, (rows - rows // 2, dimensions))
    points = np.round(np.vstack([inside, outside]), 4)
    solved = [nnls(h.T, point) for point in points]
    coefficients.append({
        "rows": rows, "components": components, "points": points.ravel().tolist(), "dictionary": h.ravel().tolist(),
        "coefficients": [float(x) for w, _ in solved for x in w], "residuals": [float(r) for _, r in solved],
    })
json.dump(coefficients, open("coefficients.json", "w"))

# Grad-CAM (Selvaraju et al. 2017) by autograd: activations, the class logit's gradient there, and the map at the image's size.
torch.manual_seed(4)
attention = []
for channels, height, width, out, classes in [(5, 7, 7, (20, 20), 3), (8, 4, 6, (15, 10), 2), (3, 1, 5, (6, 13), 4)]:
    head = nn.Sequential(nn.Conv2d(channels, 6, 3, padding=1), nn.Tanh(), nn.Flatten(), nn.Linear(6 * height * width, classes))
    activations = torch.randn(1, channels, height, width).relu().requires_grad_(True)
    for number in range(classes):
        (gradient,) = torch.autograd.grad(head(activations)[0, number], activations)
        weights = gradient.mean((2, 3), keepdim=True)
        cam = F.relu((weights * activations).sum(1, keepdim=True))
        if float(cam.max()) == 0:
            continue  # Where nothing speaks for the class, ours has a map of its own.
        enlarged = F.interpolate(cam, out, mode="bilinear", align_corners=False)
        attention.append({
            "shape": [channels, height, width], "height": out[0], "width": out[1],
        } | {
            name: [float(f"{x:.8g}") for x in values.detach().flatten().tolist()]
            for name, values in (("activations", activations), ("gradients", gradient), ("map", enlarged))
        })
json.dump(attention, open("attention.json", "w"))
