"""Makes statistics.json: reference values of SciPy and NumPy for the tests of Tensors. Run it in this folder."""
import json

import numpy as np
from scipy import special, stats

rng = np.random.default_rng(7)
samples = [
    (rng.normal(0.5, 0.2, 20), rng.normal(0.5, 0.1, 20)),
    (rng.normal(0.9, 0.05, 20), rng.normal(0.5, 0.3, 12)),
    (rng.normal(1000, 1e-3, 6), rng.normal(1000, 2e-3, 9)),
    (rng.normal(0, 1, 2), rng.normal(3, 1, 2)),
    (rng.normal(0, 1, 500), rng.normal(2, 3, 300)),
    (np.round(rng.uniform(0, 1, 20), 1), np.round(rng.uniform(0, 1, 20), 1)),
    (np.full(20, 1.0), np.array([0.0, 1.0] * 10)),
]
tests = []
for a, b in samples:
    welch = stats.ttest_ind(a, b, equal_var=False)
    pooled = stats.ttest_ind(a, b)
    entry = {
        "a": a.tolist(), "b": b.tolist(),
        "welch": [float(welch.statistic), float(welch.df), float(welch.pvalue)],
        "pooled": [float(pooled.statistic), float(pooled.df), float(pooled.pvalue)],
        "meanB": float(b.mean()), "sdB": float(b.std(ddof=1)),
    }
    one = stats.ttest_1samp(b, 0.4)
    entry["oneSample"] = [float(one.statistic), float(one.df), float(one.pvalue)]
    tests.append(entry)
correlations = []
for n, ties in [(5, False), (30, False), (30, True), (200, True)]:
    x = rng.normal(size=n)
    y = 0.5 * x + rng.normal(size=n)
    if ties:
        x, y = np.round(x), np.round(y)
    correlations.append({
        "x": x.tolist(), "y": y.tolist(), "pearson": float(stats.pearsonr(x, y)[0]),
        "spearman": float(stats.spearmanr(x, y)[0]), "ranks": stats.rankdata(x).tolist(),
    })
values = rng.normal(size=37)
percents = [0, 5, 12.5, 50, 95, 99.9, 100]
beta = [[float(x), float(a), float(b), float(special.betainc(a, b, x))]
        for a in (0.5, 1, 3, 19, 250) for b in (0.5, 2, 40) for x in (1e-8, 0.01, 0.3, 0.5, 0.9, 0.9999)]
tails = [[float(t), float(v), float(2 * stats.t.sf(abs(t), v))]
         for t in (0, 1e-9, 0.1, -2.1, 5, 40) for v in (1, 2.5, 19, 38, 1000)]
json.dump({
    "tests": tests, "correlations": correlations, "beta": beta, "tails": tails,
    "percentiles": {"values": values.tolist(), "percents": percents,
                    "expected": np.percentile(values, percents).tolist()},
}, open("statistics.json", "w"))
