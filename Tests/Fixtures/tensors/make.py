"""Makes statistics.json, significance.json and paired.json: reference values of SciPy, NumPy and statsmodels for the tests of Tensors.

Run it in this folder.
"""
import json

import numpy as np
from scipy import special, stats
from statsmodels.stats.multitest import multipletests

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
    entry = {
        "a": a.tolist(), "b": b.tolist(),
        "welch": [float(welch.statistic), float(welch.df), float(welch.pvalue)],
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

rng = np.random.default_rng(11)
corrections = []
for p in (rng.uniform(0, 1, 12), rng.uniform(0, 1, 25) ** 6, np.array([0.01, 0.04, 0.03, 0.01, 0.005, 1.0, 0.0]),
          np.array([0.2]), np.full(5, 0.03)):
    corrections.append({"p": p.tolist()} | {
        name: multipletests(p, method=method)[1].tolist()
        for name, method in (("bonferroni", "bonferroni"), ("holm", "holm"), ("benjaminiHochberg", "fdr_bh"))})
quantiles = [[float(c), float(v), float(stats.t.ppf((1 + c) / 2, v))]
             for c in (0.01, 0.5, 0.9, 0.95, 0.999) for v in (1, 2.5, 4, 19, 999)]
intervals = []
for values in (rng.uniform(0, 1, 20), rng.normal(1000, 0.01, 5), np.array([0.2, 0.9]), rng.normal(0, 3, 300)):
    for confidence in (0.9, 0.95):
        low, high = stats.t.interval(confidence, len(values) - 1, loc=values.mean(), scale=stats.sem(values))
        intervals.append({"values": values.tolist(), "confidence": confidence, "low": float(low), "high": float(high)})
json.dump({"corrections": corrections, "quantiles": quantiles, "intervals": intervals},
          open("significance.json", "w"))

rng = np.random.default_rng(13)
signs = [[int(a), int(b), float(stats.binomtest(int(a), int(a + b)).pvalue)]
         for a, b in ((1, 0), (0, 9), (17, 2), (10, 10), (30, 12), (400, 350), (3, 60))]
ranks = []
for values in (rng.normal(0.3, 1, 12), rng.normal(0.2, 1, 50), rng.normal(0.1, 1, 51), rng.normal(0.4, 1, 300),
               np.round(rng.normal(0.5, 1, 30), 1), np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.5, 0.5, -0.5])):
    kept = values[values != 0]
    exact = len(kept) <= 50 and len(set(np.abs(kept))) == len(kept)
    p = stats.wilcoxon(kept, method="exact" if exact else "approx").pvalue
    ranks.append({"values": values.tolist(), "p": float(p)})
shares = []
for k, n in ((0, 5), (5, 5), (7, 20), (180, 200), (1, 1)):
    for confidence in (0.9, 0.95):
        interval = stats.binomtest(k, n).proportion_ci(confidence, method="wilson")
        shares.append([k, n, confidence, float(interval.low), float(interval.high)])
json.dump({"signs": signs, "ranks": ranks, "shares": shares}, open("paired.json", "w"))
