"""References for the methods without a fixture: clustered and cross-validated AUROC,
recalibration, layer concentration, sequential tests, the within-question permutation.

    pip install numpy scipy scikit-learn statsmodels
    python3 resampling_and_order.py > resampling_and_order.json

Small cases are enumerated in full, so that the Monte Carlo tests have an exact target.
"""
import itertools
import json
import math

import numpy as np
import scipy
import sklearn
import statsmodels
import statsmodels.api as sm
from scipy import integrate, optimize, special, stats
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import roc_auc_score

rng = np.random.default_rng(20261123)


def placements(pos, neg):
    pos, neg = np.asarray(pos, float), np.asarray(neg, float)
    psi = (pos[:, None] > neg[None, :]) + 0.5 * (pos[:, None] == neg[None, :])
    return psi.mean(axis=1), psi.mean(axis=0)


def clustered(n_clusters, single=False):
    scores, labels, clusters = [], [], []
    for cluster in range(n_clusters):
        shift = rng.normal()
        for _ in range(1 if single else rng.integers(1, 5)):
            label = int(rng.random() < 0.5)
            scores.append(round(float(shift + label + rng.normal()), 1))
            labels.append(label)
            clusters.append(cluster)
    s, y, c = np.array(scores), np.array(labels), np.array(clusters)
    pos, neg = placements(s[y == 1], s[y == 0])
    area, m, n = pos.mean(), len(pos), len(neg)
    x = np.array([(pos - area)[c[y == 1] == k].sum() for k in range(n_clusters)])
    z = np.array([(neg - area)[c[y == 0] == k].sum() for k in range(n_clusters)])
    i10 = len(set(c[y == 1]))
    i01 = len(set(c[y == 0]))
    s10 = i10 / ((i10 - 1) * m) * (x ** 2).sum()
    s01 = i01 / ((i01 - 1) * n) * (z ** 2).sum()
    s11 = n_clusters / (n_clusters - 1) * (x * z).sum()
    return {"scores": scores, "labels": labels, "clusters": clusters,
            "auc": float(roc_auc_score(y, s)),
            "var": s10 / m + s01 / n + 2 * s11 / (m * n),
            "delong": pos.var(ddof=1) / m + neg.var(ddof=1) / n}


def cross_validated():
    n, folds = 90, 5
    y = (rng.random(n) < 0.4).astype(int)
    s = np.round(rng.normal(size=n) + y, 1)
    f = np.arange(n) % folds
    areas, terms = [], []
    p1 = y.mean()
    for k in range(folds):
        pos, neg = placements(s[(f == k) & (y == 1)], s[(f == k) & (y == 0)])
        area = pos.mean()
        areas.append(area)
        influence = np.concatenate([(pos - area) / p1, (neg - area) / (1 - p1)])
        terms.append((influence ** 2).mean())
    return {"scores": s.tolist(), "labels": y.tolist(), "folds": f.tolist(),
            "auc": float(np.mean(areas)), "var": float(np.mean(terms) / n)}


def calibration():
    n = 240
    z = rng.normal(size=n)
    y = (rng.random(n) < special.expit(1.6 * z - 0.4)).astype(int)
    score = np.round(z, 2)
    p = np.round(special.expit(0.8 * z + 0.3), 3)
    pos, neg = y.sum(), n - y.sum()
    target = np.where(y == 1, (pos + 1) / (pos + 2), 1 / (neg + 2))

    def loss(theta):
        v = theta[0] * score + theta[1]
        return np.sum(np.logaddexp(0, v) - target * v)

    def gradient(theta):
        r = special.expit(theta[0] * score + theta[1]) - target
        return np.array([(r * score).sum(), r.sum()])

    platt = optimize.minimize(loss, [0.0, 0.0], jac=gradient, method="BFGS",
                              options={"gtol": 1e-11}).x
    platt = optimize.root(gradient, platt, tol=1e-14).x
    logit = special.logit(p)
    fit = sm.Logit(y, sm.add_constant(logit)).fit(disp=0, tol=1e-14, maxiter=200)
    flat = sm.Logit(y, logit[:, None]).fit(disp=0, tol=1e-14, maxiter=200)
    iso = IsotonicRegression(out_of_bounds="clip").fit(p, y)
    fitted = iso.predict(p)
    brier = np.mean((p - y) ** 2)
    after = np.mean((fitted - y) ** 2)
    base = y.mean() * (1 - y.mean())
    order = np.argsort(p, kind="stable")
    bins = (np.arange(n) * 15) // n
    total = 0.0
    for b in range(15):
        rows = order[bins == b]
        rate = y[rows].mean()
        total += len(rows) / n * ((p[rows].mean() - rate) ** 2
                                  - rate * (1 - rate) / (len(rows) - 1))
    return {"scores": score.tolist(), "labels": y.tolist(), "p": p.tolist(),
            "platt": platt.tolist(),
            "reliability": {"slope": fit.params[1], "intercept": fit.params[0],
                            "slope_se": fit.bse[1], "intercept_se": fit.bse[0]},
            "temperature": {"slope": flat.params[0], "slope_se": flat.bse[0]},
            "isotonic": fitted.tolist(),
            "corp": {"miscalibration": brier - after, "discrimination": base - after,
                     "uncertainty": base},
            "debiased": math.sqrt(max(0.0, total))}


def layers(counts, exposures, chosen, strata=None):
    counts, exposures = np.array(counts), np.array(exposures, float)
    n = len(counts)
    expected = counts.sum() * exposures / exposures.sum()
    rates = counts / expected
    strata = strata or [0] * n
    observed = rates[chosen].sum()
    groups = [[i for i in range(n) if strata[i] == s] for s in sorted(set(strata))]
    options = [list(itertools.combinations(g, len([i for i in g if i in chosen])))
               for g in groups]
    sums = [sum(rates[i] for part in combo for i in part)
            for combo in itertools.product(*options)]
    shifts = [rates[[(i - s) % n for i in chosen]].sum() for s in range(n)]
    share = exposures[chosen].sum() / exposures.sum()
    return {"counts": counts.tolist(), "exposures": exposures.tolist(), "set": chosen,
            "strata": strata,
            "binomial": float(stats.binom.sf(counts[chosen].sum() - 1, counts.sum(), share)),
            "phi": float(((counts - expected) ** 2 / expected).sum() / (n - 1)),
            "permutation": float(np.mean(np.array(sums) >= observed - 1e-12)),
            "shift": float(np.mean(np.array(shifts) >= observed - 1e-12))}


def anytime():
    gains = (rng.random(30) < 0.75).astype(int).tolist()
    b = c = 0
    values = []
    for g in gains:
        b, c = b + g, c + 1 - g
        values.append((b + c) * math.log(2) + special.betaln(b + .5, c + .5)
                      - special.betaln(.5, .5))
    return {"gains": gains, "log_e": values}


def lan_demets(fractions, level):
    """Adaptive quadrature of the score density, independent of the Simpson grid of the tool."""
    z = stats.norm.isf(level / 4)
    spent = [4 * stats.norm.sf(z / math.sqrt(t)) for t in fractions]
    bounds = [float(stats.norm.isf(spent[0] / 2))]
    grid = None
    for k in range(1, len(fractions)):
        limit = min(bounds[-1], 8) * math.sqrt(fractions[k - 1])
        nodes, weights = np.polynomial.legendre.leggauss(400)
        nodes, weights = nodes * limit, weights * limit
        if grid is None:
            density = stats.norm.pdf(nodes, scale=math.sqrt(fractions[0]))
        else:
            old, mass, sd = grid
            density = np.array([(mass * stats.norm.pdf(x - old, scale=sd)).sum() for x in nodes])
        step = math.sqrt(fractions[k] - fractions[k - 1])
        grid = (nodes, density * weights, step)

        def crossing(c):
            a = c * math.sqrt(fractions[k])
            return (grid[1] * (stats.norm.sf((a - nodes) / step)
                               + stats.norm.cdf((-a - nodes) / step))).sum()

        target = spent[k] - spent[k - 1]
        bounds.append(float(optimize.brentq(lambda c: crossing(c) - target, 0, 20, xtol=1e-13)))
    return {"fractions": fractions, "level": level, "spent": spent, "boundaries": bounds}


def permutation(rows, doses):
    rows, doses = np.array(rows), np.array(doses, float)
    centred = doses - doses.mean()
    n = len(rows)

    def statistic(t):
        t = np.array(t)
        spread = t.var(ddof=1)
        if spread < 1e-15:
            return 0.0 if abs(t.mean()) < 1e-12 else np.inf
        return abs(t.mean()) / math.sqrt(spread / n)

    observed = statistic(rows @ centred)
    options = [sorted(set(itertools.permutations(row))) for row in rows.tolist()]
    hits = total = 0
    for combo in itertools.product(*options):
        weight = 1
        hits += weight * (statistic(np.array(combo) @ centred) >= observed - 1e-12)
        total += weight
    return {"rows": rows.tolist(), "doses": doses.tolist(), "statistic": observed,
            "p": hits / total}


print(json.dumps({
    "versions": {"numpy": np.__version__, "scipy": scipy.__version__,
                 "sklearn": sklearn.__version__, "statsmodels": statsmodels.__version__},
    "clustered": [clustered(25), clustered(60), clustered(40, single=True)],
    "crossValidated": [cross_validated()],
    "calibration": calibration(),
    "layers": [
        layers([3, 0, 9, 1, 0, 8, 2, 1], [1] * 8, [2, 5]),
        layers([3, 0, 9, 1, 0, 8, 2, 1], [1, 2, 3, 1, 2, 3, 1, 1], [2, 5, 6]),
        layers([1, 4, 2, 6, 0, 3, 5, 2, 2], [1] * 9, [1, 3, 6], [0, 0, 0, 1, 1, 1, 2, 2, 2]),
    ],
    "anytime": anytime(),
    "lanDeMets": [lan_demets([0.2, 0.4, 0.6, 0.8, 1.0], 0.05),
                  lan_demets([0.5, 1.0], 0.05), lan_demets([0.1, 0.7, 0.9], 0.01)],
    "permutation": [
        permutation([[0, 0, 1], [0, 1, 1], [1, 0, 0], [0, 0, 1], [0, 1, 1], [0, 0, 1],
                     [1, 1, 1], [0, 0, 0]], [0, 1, 3]),
        permutation([[0, 0, 0, 1], [0, 1, 1, 1], [0, 0, 1, 1], [1, 0, 0, 1], [0, 0, 0, 1]],
                    [0, 1, 2, 3]),
    ],
}, indent=1))
