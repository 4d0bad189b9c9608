"""Makes clustering.json, factorizations.json and boundaries.json: reference values of scikit-learn for the tests of Concepts. Run it in this folder."""
import json

import numpy as np
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs
from sklearn.decomposition import NMF
from sklearn.linear_model import LogisticRegression

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
    boundaries.append({
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
