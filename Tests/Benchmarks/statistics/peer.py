"""The peer of StatisticsBenchmarks: the same work in vectorised numpy.

    python3 peer.py [repeats]

Prints one JSON line for each benchmark: name, seconds (best of the repeats), value. Each function
collapses the items first and works on blocks that fit the cache, as a careful numpy user would:
no Python loop over resamples, AUROC by counts instead of ranking each resample, permutations by
drawing subsets instead of shuffling rows.
"""
import itertools
import json
import sys
import time

import numpy as np
from scipy import stats

BLOCK = 250


def data():
    """The deterministic input of the Swift side: a linear congruential sequence."""
    state = 12345
    values = []
    for _ in range(9_000):
        state = (state * 1103515245 + 12345) % 2**31
        values.append(state / 2**31)
    values = np.array(values)
    positives = np.round(values[:500] * 100 + 20) / 100
    negatives = np.round(values[500:1000] * 100) / 100
    rows = (values[1000:8000].reshape(1000, 7) < 0.3 + 0.05 * np.arange(7)).astype(int)
    return positives, negatives, rows


def bca(theta, boot, groups, level=0.95):
    share = ((boot < theta - 1e-12).sum() + (boot <= theta + 1e-12).sum()) / (2 * len(boot))
    u = np.concatenate([(len(g) - 1) * (g.mean() - g) / len(g) for g in groups])
    a = (u**3).sum() / (6 * (u**2).sum() ** 1.5)
    z0 = stats.norm.ppf(share)
    z = z0 + stats.norm.ppf([(1 - level) / 2, (1 + level) / 2])
    return np.quantile(boot, stats.norm.cdf(z0 + z / (1 - a * z)))


def auroc_bca(positives, negatives, count=10_000):
    rng = np.random.default_rng(1)
    levels, ranks = np.unique(np.concatenate([positives, negatives]), return_inverse=True)
    m, n, size = len(positives), len(negatives), len(levels)
    rp, rn = ranks[:m].astype(np.int32), ranks[m:].astype(np.int32)
    offsets = (np.arange(BLOCK, dtype=np.int32) * size)[:, None]

    def wins(counts):
        return 2 * (np.cumsum(counts, axis=-1) - counts) + counts

    boot = np.empty(count)
    for start in range(0, count, BLOCK):
        p = rp[rng.integers(0, m, (BLOCK, m), dtype=np.int32)] + offsets
        q = rn[rng.integers(0, n, (BLOCK, n), dtype=np.int32)] + offsets
        counts = np.bincount(q.ravel(), minlength=BLOCK * size).reshape(BLOCK, size)
        boot[start:start + BLOCK] = wins(counts).ravel()[p].sum(axis=1) / (2 * m * n)
    w = wins(np.bincount(rn, minlength=size))
    b = wins(np.bincount(rp, minlength=size))
    total = w[rp].sum()
    groups = [(total - w[rp]) / (2 * (m - 1) * n), (total - (2 * m - b[rn])) / (2 * m * (n - 1))]
    return bca(total / (2 * m * n), boot, groups)[0]


def slope_bootstrap(rows, count=10_000):
    rng = np.random.default_rng(1)
    doses = np.arange(7) * 0.5
    centred = doses - doses.mean()
    t = rows @ centred / (centred**2).sum()
    n = len(t)
    boot = np.concatenate([
        t[rng.integers(0, n, (BLOCK, n), dtype=np.int32)].mean(axis=1)
        for _ in range(count // BLOCK)])
    return np.percentile(boot, [2.5, 97.5])[0]


def studentised_permutation(rows, count=9_999):
    rng = np.random.default_rng(1)
    doses = np.arange(7) * 0.5
    centred = doses - doses.mean()
    n, k = rows.shape
    t = rows @ centred

    def statistic(total, squares):
        return np.abs(total) * np.sqrt((n - 1) / (n * squares - total**2))

    observed = statistic(t.sum(), (t**2).sum())
    totals = rows.sum(axis=1)
    groups = []
    for s in range(1, k):
        subsets = np.array([centred[list(c)].sum() for c in itertools.combinations(range(k), s)])
        groups.append(((totals == s).sum(), subsets))
    hits = 0
    for start in range(0, count, BLOCK):
        block = min(BLOCK, count - start)
        total, squares = np.zeros(block), np.zeros(block)
        for size, subsets in groups:
            drawn = subsets[rng.integers(0, len(subsets), (block, size), dtype=np.int32)]
            total += drawn.sum(axis=1)
            squares += np.einsum("ij,ij->i", drawn, drawn)
        hits += (statistic(total, squares) >= observed - 1e-12).sum()
    return (1 + hits) / (count + 1)


def main():
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    positives, negatives, rows = data()
    work = {
        "auroc-bca": lambda: auroc_bca(positives, negatives),
        "slope-bootstrap": lambda: slope_bootstrap(rows),
        "studentised-permutation": lambda: studentised_permutation(rows),
    }
    for name, run in work.items():
        best, value = float("inf"), None
        for _ in range(repeats):
            start = time.perf_counter()
            value = run()
            best = min(best, time.perf_counter() - start)
        print(json.dumps({"name": name, "seconds": best, "value": float(value)}), flush=True)


if __name__ == "__main__":
    main()
