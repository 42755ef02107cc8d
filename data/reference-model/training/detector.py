"""The detector on contributions: L1 logistic regression, split by subject, beside random sets.

C is chosen on validation subjects; the reported figures come from subjects that neither the fit
nor the choice has seen. Random sets have the same number of neurons in every layer, shared or
routed, and are fitted in the same way (ridge on the set's columns, as the positive neurons are).

`instruct` also asks for the origin: its detectors, unchanged, on the base model's own answers about
subjects that no fit has seen, and its positive neurons fitted anew there, beside random sets.
"""

import argparse
import json
import multiprocessing
import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from network import Shape
from places import WORK, stream

GRID = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0]
SETS, RESAMPLES = 200, 1000
PATIENCE = 2  # values of C without a better one on the validation part, after which the grid ends
VARIANTS = {"1-vs-1 raw": (False, False), "1-vs-1 scaled": (True, False),
            "3-vs-1 raw": (False, True)}
warnings.filterwarnings("ignore")


def auroc(y, score):
    return float(roc_auc_score(y, score)) if 0 < y.sum() < len(y) else None


def interval(y, score, subjects, rng):
    """95 % percentile interval over subjects drawn with replacement."""
    names = np.unique(subjects)
    places = {n: np.flatnonzero(subjects == n) for n in names}
    values = []
    for _ in range(RESAMPLES):
        drawn = names[rng.integers(len(names), size=len(names))]
        index = np.concatenate([places[n] for n in drawn])
        values.append(auroc(y[index], score[index]))
    return [float(v) for v in np.percentile([v for v in values if v is not None], [2.5, 97.5])]


def lasso(x, y, c):
    return LogisticRegression(l1_ratio=1.0, C=c, solver="liblinear", tol=1e-4, max_iter=300,
                              random_state=0).fit(x, y)


def ridge(x, y):
    scale = x.std(0) + 1e-9
    fit = LogisticRegression(C=1.0, solver="newton-cholesky", max_iter=100).fit(x / scale, y)
    return lambda z: fit.decision_function(z / scale)


def family(shape, index):
    """Layer and shared-or-routed of a column."""
    layer, rest = divmod(index, (shape.experts + 1) * shape.expert)
    return layer * 2 + int(rest // shape.expert == shape.experts)


def study(x, other, y, subject, held, scaled, three, rng):
    """Fits on the training set and reports its test part and the `held` sets."""
    names = np.unique(subject)
    part = dict(zip(names, rng.random(len(names))))
    u = np.array([part[s] for s in subject])
    fit, check, test = u < 0.6, (u >= 0.6) & (u < 0.8), u >= 0.8
    scale = x[fit].std(0) + 1e-6 if scaled else 1.0

    def rows(mask):
        if not three:
            return x[mask] / scale, y[mask]
        return (np.concatenate([x[mask], other[mask]]) / scale,
                np.concatenate([y[mask], np.zeros(mask.sum(), int)]))

    grid = []
    for c in GRID:
        model = lasso(*rows(fit), c)
        weights = model.coef_[0]
        score = auroc(y[check], x[check] / scale @ weights)
        grid.append([c, score, int((weights != 0).sum()), int((weights > 0).sum())])
        top = max(range(len(grid)), key=lambda k: grid[k][1])
        if len(grid) - 1 - top >= PATIENCE and grid[top][2] > 0:
            break
    best = max(grid, key=lambda g: (g[1], -g[0]))
    model = lasso(*rows(~test), best[0])
    weights = model.coef_[0]
    positive = np.flatnonzero(weights > 0)
    result = {"grid": grid, "C": best[0], "nonzero": int((weights != 0).sum()),
              "positive": len(positive), "test_items": int(test.sum()),
              "test_wrong": int(y[test].sum())}
    shape = Shape()
    kinds = np.array([family(shape, j) for j in range(x.shape[1])])
    result["positive_shared"] = int((kinds[positive] % 2).sum())
    score = x[test] / scale @ weights
    result["auroc"] = auroc(y[test], score)
    result["interval"] = interval(y[test], score, subject[test], rng)
    if len(positive):
        own, models = beside(result, x, y, ~test, test, positive, kinds, rng)
        held_random = {name: [auroc(hy, model(hx[:, drawn])) for drawn, model in models]
                       for name, (hx, hy, _) in held.items()}
    result["held"] = {}
    for name, (hx, hy, hs) in held.items():
        score = hx / scale @ weights
        entry = {"n": len(hy), "wrong": int(hy.sum()), "auroc": auroc(hy, score)}
        if entry["auroc"] is not None:
            entry["interval"] = interval(hy, score, hs, rng)
        if len(positive) and entry["auroc"] is not None:
            entry["positive"] = auroc(hy, own(hx[:, positive]))
            entry["random"] = [float(np.mean(held_random[name])),
                               float(np.percentile(held_random[name], 95))]
        result["held"][name] = entry
    return result, {"weights": weights, "scale": np.broadcast_to(scale, weights.shape),
                    "fitted": np.unique(subject[~test])}


def beside(result, x, y, keep, test, positive, kinds, rng):
    """Fits the positive neurons alone and random sets on `keep`; adds their test AUROCs."""
    live = x[keep].std(0) > 0
    own = ridge(x[keep][:, positive], y[keep])
    result["positive_auroc"] = auroc(y[test], own(x[test][:, positive]))
    models = []
    for _ in range(SETS):
        drawn = np.concatenate([
            rng.permutation(np.flatnonzero((kinds == k) & live))[:(kinds[positive] == k).sum()]
            for k in np.unique(kinds[positive])])
        models.append((drawn, ridge(x[keep][:, drawn], y[keep])))
    randoms = [auroc(y[test], model(x[test][:, drawn])) for drawn, model in models]
    result["random"] = [float(v) for v in (np.mean(randoms), np.percentile(randoms, 95),
                                           np.max(randoms))]
    result["random_at_least"] = int(sum(r >= result["positive_auroc"] for r in randoms))
    result["sets"] = SETS
    return own, models


def origin(found, x, y, subject, rng):
    """A detector of the instruct model on the base model's answers; see the head of the file."""
    test = ~np.isin(subject, found["fitted"])
    kinds = np.array([family(Shape(), j) for j in range(x.shape[1])])
    result = {"n": int(test.sum()), "wrong": int(y[test].sum())}
    score = x[test] / found["scale"] @ found["weights"]
    result["auroc"] = auroc(y[test], score)
    result["interval"] = interval(y[test], score, subject[test], rng)
    positive = np.flatnonzero(found["weights"] > 0)
    if len(positive):
        beside(result, x, y, ~test, test, positive, kinds, rng)
    return result


def rows(stage):
    """Contributions of the consistent training questions, and the sets that are held out."""
    data = np.load(WORK / f"{stage}-rows.npz")
    place = {k: i for i, k in enumerate(data["ids"])}
    items = [json.loads(line) for line in (WORK / f"{stage}-responses.jsonl").open()]
    answer, other = data["answer"].astype(np.float32), data["other"].astype(np.float32)
    kept = [m for m in items if m["set"] == "training" and m["id"] in place
            and (m["marks"].get("right") == 10 or m["marks"].get("wrong") == 10)]
    index = np.array([place[m["id"]] for m in kept])
    y = np.array([int("wrong" in m["marks"]) for m in kept])
    subject = np.array([m["subject"] for m in kept])
    held = {}
    for name in ("in-domain", "second-in-domain", "cross-domain", "fabricated"):
        mine = [m for m in items if m["set"] == name and m["id"] in place]
        if mine:
            hy = np.array([int(m["first"] == "wrong") for m in mine])
            held[name] = (answer[[place[m["id"]] for m in mine]], hy,
                          np.array([m["subject"] for m in mine]))
    return answer[index], other[index], y, subject, held


def variant(task):
    """One kind of fit, in a process of its own."""
    stage, name = task
    scaled, three = VARIANTS[name]
    x, other, y, subject, held = rows(stage)
    rng = stream(70)
    result, found = study(x, other, y, subject, held, scaled, three, rng)
    if stage == "instruct" and (WORK / "base-rows.npz").exists():
        bx, _, by, bs, _ = rows("base")
        result["origin"] = origin(found, bx, by, bs, stream(71))
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=["base", "instruct"])
    stage = parser.parse_args().stage
    y = rows(stage)[2]
    results = {"items": len(y), "wrong": int(y.sum())}
    with multiprocessing.Pool(2) as pool:
        tasks = [(stage, name) for name in VARIANTS]
        for (_, name), r in zip(tasks, pool.imap(variant, tasks)):
            results[name] = r
            print(stage, name, "C", r["C"], "AUROC", r["auroc"], r["interval"], "positive",
                  r["positive"], r.get("positive_auroc"), "random", r.get("random"),
                  {k: v["auroc"] for k, v in r["held"].items()}, r.get("origin"), flush=True)
    (WORK / f"{stage}-detector.json").write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
