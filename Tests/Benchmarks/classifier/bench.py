"""Referee's classifier against liblinear, celer, skglm, adelie and glmnet on one synthetic study.

    python bench.py --referee .build/release/referee --width 100000 [--scale max-abs] [--peers celer,…]

All solvers get the same fp16-rounded values (read from the store by this script's own reader), the
same grid and the same objective; the gap of every solver comes from `gap` below. Times are solve
times on data in memory (peers) or a warm store (Referee, whole process). Peers that penalise the
intercept, or have none, are compared with a penalised one as a constant column.
"""
import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np
import scipy.io
import scipy.sparse
import scipy.special

warnings.filterwarnings("ignore")
GRID = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0]
GROUP = np.dtype([
    ("slot", "<u8"), ("values", "<u8"), ("length", "<u8"), ("bounds", "<u8"), ("rows", "<u8"),
    ("nonzeros", "<u8"), ("columns", "<u4"), ("rowCount", "<u4"), ("encoding", "<u4"),
    ("flags", "<u4"), ("layer", "<i4"), ("expert", "<i4"), ("rest", "V56")])
SLOT = np.dtype([
    ("sum", "<f8"), ("centred", "<f8"), ("maximum", "<f8"), ("column", "<u4"), ("count", "<u4")])


def read_store(path):
    """The matrix as CSC in doubles, and the labels: an independent reader of the format."""
    manifest = json.load(open(path + "/store.json"))
    assert manifest["dtype"] == "f16"
    groups = np.fromfile(path + "/groups.bin", GROUP)
    slots = np.fromfile(path + "/columns.bin", SLOT)
    rows = np.fromfile(path + "/rows.bin", "<u4")
    values = np.memmap(path + "/values.bin", "<f2", "r")
    starts = np.zeros(manifest["columns"] + 1, np.int64)
    starts[slots["column"].astype(np.int64) + 1] = slots["count"]
    starts = np.cumsum(starts)
    data = np.empty(starts[-1])
    indices = np.empty(starts[-1], np.int32)
    for g in groups:
        assert g["encoding"] == 0
        m, row_list = int(g["rowCount"]), rows[g["rows"]:g["rows"] + g["rowCount"]]
        for tile in range(-(-int(g["columns"]) // 64)):
            first = int(g["values"]) // 2 + tile * m * 64
            block = values[first:first + m * 64].reshape(m, 64).astype(np.float64)
            for lane in range(min(64, int(g["columns"]) - tile * 64)):
                column = slots["column"][int(g["slot"]) + tile * 64 + lane]
                keep = block[:, lane] != 0
                place = slice(starts[column], starts[column + 1])
                data[place], indices[place] = block[keep, lane], row_list[keep]
    shape = (manifest["rows"], manifest["columns"])
    labels = [json.loads(line)["label"] for line in open(path + "/rows.jsonl")]
    return scipy.sparse.csc_matrix((data, indices, starts), shape), np.array(labels)


def gap(x, y, cost, w, b, penalised):
    """Relative duality gap, from the definitions; `penalised` None means no intercept."""
    margin = y * (x @ w + b)
    primal = cost * np.logaddexp(0, -margin).sum() + abs(w).sum() + (abs(b) if penalised else 0)
    u = 1 / (1 + np.exp(np.clip(margin, -700, 700)))
    r = cost * y * u
    if penalised is False:
        positive, negative = r[r > 0].sum(), -r[r < 0].sum()
        r = np.where(r > 0, r * min(1, negative / positive), r * min(1, positive / negative))
    largest = max(1, abs(x.T @ r).max(), abs(r.sum()) if penalised else 0)
    u = np.clip(abs(r) / largest / cost, 0, 1)
    dual = -cost * (scipy.special.xlogy(u, u) + scipy.special.xlogy(1 - u, 1 - u)).sum()
    return (primal - dual) / primal, primal


def peers(names, x, y, tolerance):
    n = len(y)
    ones = scipy.sparse.csc_matrix(np.ones((n, 1)))
    if "celer" in names:
        from celer import LogisticRegression as Celer

        wide = scipy.sparse.hstack([x, ones]).tocsc()

        def celer():
            w, result = None, []
            for cost in GRID:
                model = Celer(C=cost, tol=tolerance, warm_start=True, fit_intercept=False)
                model.fit(wide, y)
                result.append((model.coef_.ravel()[:-1], model.coef_.ravel()[-1]))
            return result
        yield "celer (constant column)", True, celer

        # The constant column is heavy and slows celer down, so its own problem is timed too.
        def celer_plain():
            result = []
            for cost in GRID:
                model = Celer(C=cost, tol=tolerance, warm_start=True, fit_intercept=False)
                result.append((model.fit(x, y).coef_.ravel().copy(), 0.0))
            return result
        yield "celer (no intercept)", None, celer_plain
    if "skglm" in names:
        import skglm
        from skglm.solvers import ProxNewton

        def skglm_path():
            result = []
            model = skglm.GeneralizedLinearEstimator(
                skglm.datafits.Logistic(), skglm.penalties.L1(1.0),
                ProxNewton(tol=tolerance, fit_intercept=True, warm_start=True))
            for cost in GRID:
                model.penalty = skglm.penalties.L1(1 / cost / n)
                model.fit(x, y)
                result.append((np.ravel(model.coef_).copy(), np.ravel(model.intercept_)[0]))
            return result
        yield "skglm", False, skglm_path
    if "adelie" in names:
        import adelie

        def adelie_path():
            state = adelie.grpnet(
                X=adelie.matrix.sparse(x, method="naive", n_threads=2),
                glm=adelie.glm.binomial((y > 0).astype(float)),
                lmda_path=[1 / c / n for c in GRID], tol=tolerance * 1e-3, early_exit=False,
                intercept=True, progress_bar=False)
            betas = state.betas.toarray()
            return [(betas[i], state.intercepts[i]) for i in range(len(GRID))]
        yield "adelie", False, adelie_path
    if "liblinear" in names:
        from sklearn.linear_model import LogisticRegression

        def liblinear():
            result = []
            for cost in GRID:
                model = LogisticRegression(penalty="l1", solver="liblinear", C=cost)
                model.fit(x, y)
                result.append((model.coef_[0], model.intercept_[0]))
            return result
        yield "liblinear (default tolerance)", True, liblinear
    if "glmnet" in names:
        def glmnet():
            with tempfile.TemporaryDirectory() as folder:
                scipy.io.mmwrite(folder + "/x.mtx", x)
                np.savetxt(folder + "/y.txt", (y > 0).astype(int), fmt="%d")
                script = f"""
suppressMessages({{library(glmnet); library(Matrix)}})
x <- as(readMM("{folder}/x.mtx"), "CsparseMatrix"); y <- scan("{folder}/y.txt", quiet=TRUE)
t <- system.time(f <- glmnet(x, y, family="binomial", standardize=FALSE, thresh=1e-12,
  lambda=c({",".join(repr(1 / c / n) for c in GRID)})))[["elapsed"]]
cat(t, "\\n"); write.table(as.matrix(t(coef(f))), "{folder}/c.txt", row.names=F, col.names=F)"""
                out = subprocess.run(
                    ["Rscript", "-e", script], check=True, capture_output=True, text=True).stdout
                table = np.loadtxt(folder + "/c.txt")
                glmnet.seconds = float(out.split()[0])
                return [(row[1:], row[0]) for row in table]
        yield "glmnet", False, glmnet


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--referee", required=True)
    parser.add_argument("--width", type=int, default=100_000)
    parser.add_argument("--scale", choices=["none", "max-abs", "z"], default="none")
    parser.add_argument("--tolerance", type=float, default=1e-6)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--peers", default="celer,skglm,adelie,liblinear,glmnet")
    parser.add_argument("--folder", default=tempfile.gettempdir())
    a = parser.parse_args()
    store = f"{a.folder}/referee-bench-{a.width}"
    if not os.path.exists(store + "/store.json"):
        subprocess.run(
            [a.referee, "classify", "synth", "--width", str(a.width), "--out", store, "--quiet"],
            check=True)
    x, y = read_store(store)
    if a.scale == "max-abs":
        top = abs(x).max(axis=0).toarray().ravel()
        x = (x @ scipy.sparse.diags(1 / np.where(top > 0, top, 1))).tocsc()
    if a.scale == "z":
        mean = np.asarray(x.mean(axis=0)).ravel()
        std = np.sqrt(np.asarray(x.multiply(x).mean(axis=0)).ravel() - mean**2)
        # A free intercept absorbs the centre, so peers get x / s and the same optimum.
        x = (x @ scipy.sparse.diags(1 / np.where(std > 0, std, 1))).tocsc()
    print(f"{x.shape[0]} rows, {x.shape[1]} columns, {x.nnz} values, scale {a.scale}", flush=True)

    def referee(rule):
        command = [
            a.referee, "classify", "fit", "--store", store, "--C", ",".join(map(str, GRID)),
            "--intercept", rule, "--scale", a.scale, "--gap", str(a.tolerance), "--kkt", "1e-5",
            "--json", "--quiet"]
        start = time.perf_counter()
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        seconds = time.perf_counter() - start
        fits = []
        for fit in json.loads(out)["fits"]:
            w = np.zeros(x.shape[1])
            w[fit["support"]] = fit["weights"]
            b = fit["rawIntercept"] if a.scale == "z" else fit["intercept"]
            fits.append((w, b))
        return seconds, fits

    def show(name, penalised, seconds, fits):
        gaps = [gap(x, y, c, w, b, penalised) for c, (w, b) in zip(GRID, fits)]
        print(
            f"{name:32} {seconds:9.2f} s   gap {max(g for g, _ in gaps):.1e}   nonzeros "
            + " ".join(str(int((w != 0).sum())) for w, _ in fits), flush=True)
        return [p for _, p in gaps], fits

    reference = {}
    for rule in ["free", "penalised"]:
        runs = [referee(rule) for _ in range(a.repeats)]
        reference[rule == "penalised"] = show(
            f"referee ({rule})", rule == "penalised", min(s for s, _ in runs), runs[0][1])
    for name, penalised, solve in peers(a.peers.split(","), x, y, a.tolerance):
        try:
            start = time.perf_counter()
            fits = solve()
            seconds = getattr(solve, "seconds", time.perf_counter() - start)
        except Exception as error:  # a peer that cannot run is a result, not a crash
            print(f"{name:32} failed: {error}", flush=True)
            continue
        # Alternate: time Referee again beside every peer, because the machine is shared.
        again = referee("penalised" if penalised else "free")[0]
        objectives, weights = show(name, penalised, seconds, fits)
        if penalised is None:
            print(f"    referee (free) beside it {again:.2f} s (ratio {seconds / again:.1f}); "
                  "another problem, times only", flush=True)
            continue
        ours, ours_fits = reference[penalised]
        worst = max(abs(p / q - 1) for p, q in zip(objectives, ours))
        same = sum(set(np.flatnonzero(u[0])) == set(np.flatnonzero(v[0]))
                   for u, v in zip(weights, ours_fits))
        print(
            f"    referee beside it {again:.2f} s (ratio {seconds / again:.1f}), objective differs by "
            f"{worst:.1e}, {same} of {len(GRID)} supports equal", flush=True)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"largest memory of this script with all peers {memory:.1f} GiB")


if __name__ == "__main__":
    sys.exit(main())
