"""Reference solutions of small L1 logistic regressions.

Penalised intercept: scikit-learn's liblinear, tol 1e-10. Free intercept: skglm's prox-Newton, tol
1e-12 (it has no class weights). Both minimise C * sum s_i log(1 + exp(-y_i z_i)) + |w|_1 (+ |b| for liblinear).

    pip install scikit-learn skglm; python make_references.py > references.json
"""
import json
import sys
import warnings

import numpy as np
import skglm
import sklearn
from skglm.solvers import ProxNewton
from sklearn.linear_model import LogisticRegression

warnings.filterwarnings("ignore")


def matrix(rows, columns, density, signed, seed):
    random = np.random.default_rng(seed)
    x = random.lognormal(size=(rows, columns)) * (random.random((rows, columns)) < density)
    if signed:
        x *= random.choice([-1, 1], size=x.shape)
    x = np.round(x, 3)
    z = x[:, 0] - x[:, 1] + 0.5 * random.normal(size=rows)
    return x, np.where(z > np.quantile(z, 0.6), 1, -1)


cases = []
for name, shape in {
    "non-negative": (60, 40, 0.5, False, 1),
    "signed": (50, 30, 0.6, True, 2),
    "sparse": (80, 70, 0.05, False, 3),
}.items():
    x, y = matrix(*shape)
    for scale in ["none", "max-abs", "z"]:
        scaled = x.copy()
        if scale == "max-abs":
            scaled = x / np.where(abs(x).max(0) > 0, abs(x).max(0), 1)
        if scale == "z":
            scaled = (x - x.mean(0)) / np.where(x.std(0) > 0, x.std(0), 1)
        for intercept in ["penalised", "free"]:
            for weight in ["none", "balanced"] if intercept == "penalised" else ["none"]:
                fits = []
                for cost in [0.05, 0.5, 5.0]:
                    common = dict(
                        penalty="l1", C=cost, class_weight=None if weight == "none" else weight)
                    if intercept == "penalised":
                        model = LogisticRegression(
                            solver="liblinear", tol=1e-10, max_iter=5000, **common)
                    else:
                        model = skglm.GeneralizedLinearEstimator(
                            skglm.datafits.Logistic(), skglm.penalties.L1(1 / cost / len(y)),
                            ProxNewton(tol=1e-13, max_iter=200, fit_intercept=True))
                    model.fit(np.asfortranarray(scaled), y)
                    w, b = np.ravel(model.coef_), np.ravel(model.intercept_)[0]
                    counts = {1: (y > 0).sum(), -1: (y < 0).sum()}
                    s = np.array(
                        [1.0 if weight == "none" else len(y) / 2 / counts[label] for label in y])
                    loss = cost * (s * np.logaddexp(0, -y * (scaled @ w + b))).sum()
                    fits.append({
                        "C": cost,
                        "objective": loss + abs(w).sum()
                        + (abs(b) if intercept == "penalised" else 0),
                        "support": [int(j) for j in np.flatnonzero(abs(w) > 1e-9)],
                    })
                cases.append({
                    "matrix": name, "scale": scale, "intercept": intercept,
                    "classWeight": weight, "fits": fits,
                })
    cases.append({"matrix": name, "x": x.tolist(), "y": [int(v) for v in y]})
json.dump({
    "scikit-learn": sklearn.__version__, "skglm": skglm.__version__, "cases": cases}, sys.stdout)
