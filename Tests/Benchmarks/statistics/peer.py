"""The peer of StatisticsBenchmarks: the same work in vectorised numpy and scipy.

    python3 peer.py [repeats] [name ...]

What a competent user of these libraries writes: no Python loop over resamples, batches that bound
the memory, the library's own routine where there is one (`scipy.stats.bootstrap` for BCa,
`rankdata` for AUROC, `Generator.permuted` for the permutation, `beta.ppf` for Clopper-Pearson).
The slope is already collapsed to one number for each question. Nothing is done that the library
does not offer; `peer_tuned.py` has the same three resampling benchmarks with the tricks of an
expert (counts instead of ranks, subsets instead of shuffles), and both ratios are printed.
"""
import numpy as np
from scipy import stats

from sample import DOSES, data, run

BATCH = 1_000
CENTRED = DOSES - DOSES.mean()


def auroc(positives, negatives, axis=-1):
    m, n = positives.shape[axis], negatives.shape[axis]
    ranks = stats.rankdata(np.concatenate([positives, negatives], axis=axis), axis=axis)
    return (ranks[..., :m].sum(axis=axis) - m * (m + 1) / 2) / (m * n)


def auroc_bca(positives, negatives):
    result = stats.bootstrap(
        (positives, negatives), auroc, n_resamples=10_000, batch=BATCH, vectorized=True,
        method="BCa", rng=np.random.default_rng(1))
    return result.confidence_interval.low


def slope_bootstrap(rows, count=10_000):
    rng = np.random.default_rng(1)
    t = rows @ CENTRED / (CENTRED**2).sum()
    n = len(t)
    boot = np.concatenate([
        t[rng.integers(0, n, (BATCH, n))].mean(axis=1) for _ in range(count // BATCH)])
    return np.percentile(boot, [2.5, 97.5])[0]


def studentised_permutation(rows, count=9_999):
    rng = np.random.default_rng(1)
    rows = rows.astype(float)
    n = len(rows)

    def statistic(t):
        return np.abs(t.mean(axis=-1)) / (t.std(axis=-1, ddof=1) / np.sqrt(n))

    observed = statistic(rows @ CENTRED)
    hits = 0
    for start in range(0, count, BATCH):
        block = min(BATCH, count - start)
        shuffled = rng.permuted(np.broadcast_to(rows, (block, *rows.shape)), axis=-1)
        hits += (statistic(shuffled @ CENTRED) >= observed - 1e-12).sum()
    return (1 + hits) / (count + 1)


def exact_cochran_armitage():
    """The conditional distribution of sum(steps * x) by adding one arm at a time."""
    successes = np.array([10, 12, 11, 15, 14, 18, 20])
    trials = np.full(7, 100)
    steps = np.arange(7)
    total = successes.sum()
    width = total * steps.max() + 1
    share = total / trials.sum()
    table = np.zeros((total + 1, width))
    table[0, 0] = 1
    for n, step in zip(trials, steps):
        weights = stats.binom.pmf(np.arange(min(n, total) + 1), n, share)
        added = np.zeros_like(table)
        for x, weight in enumerate(weights):
            added[x:, x * step:] += weight * table[:total + 1 - x, :width - x * step]
        table = added
    masses = table[total] / table[total].sum()
    mean = total * (steps * trials).sum() / trials.sum()
    distance = abs((steps * successes).sum() - mean)
    return masses[np.abs(np.arange(width) - mean) >= distance - 1e-9 * mean].sum()


def clopper_pearson(distinct=False, count=1_000_000, level=0.95):
    table = np.arange(count)
    if distinct:
        n = 20 + table
        x = n * 104729 % (n % 981 + 1)
    else:
        n = 20 + table * 7919 % 981
        x = table * 104729 % (n + 1)
    tail = (1 - level) / 2
    lower = np.where(x == 0, 0, stats.beta.ppf(tail, np.maximum(x, 1), n - x + 1))
    upper = np.where(x == n, 1, stats.beta.ppf(1 - tail, x + 1, np.maximum(n - x, 1)))
    return lower.sum() + upper.sum()


if __name__ == "__main__":
    positives, negatives, rows = data()
    run({
        "auroc-bca": lambda: auroc_bca(positives, negatives),
        "slope-bootstrap": lambda: slope_bootstrap(rows),
        "studentised-permutation": lambda: studentised_permutation(rows),
        "exact-cochran-armitage": exact_cochran_armitage,
        "clopper-pearson": clopper_pearson,
        "clopper-pearson-distinct": lambda: clopper_pearson(distinct=True),
    })
