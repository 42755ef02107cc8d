"""Referee's classifier against liblinear, celer, skglm, adelie and glmnet on one synthetic study.

    python bench.py --referee .build/release/referee --width 100000 [--scale max-abs] [--peers celer,…]

All solvers get the same fp16-rounded values (read from the store by this script's own reader), the
same grid and the same objective; the gap of every solver comes from `gap` below. A peer that misses the
gap is asked again with a tighter tolerance, twice at most. Times are solve times on data in memory
after a warm-up (peers, each in a process of its own), or of the whole process on a warm store
(Referee; beside it from the opening of the store to the last certificate). Memory is the peak of the process, for peers with the matrix. Peers that penalise the
intercept, or have none, are compared with a penalised one as a constant column.
"""
import argparse
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np
import scipy.sparse
import scipy.special

warnings.filterwarnings("ignore")
# Threads that wait must not take the processor from those that work on a shared machine.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
TIGHTER = np.array([1, 1e-2, 1e-4])
GRID = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0]
GROUP = np.dtype([
    ("slot", "<u8"), ("values", "<u8"), ("length", "<u8"), ("bounds", "<u8"), ("rows", "<u8"),
    ("nonzeros", "<u8"), ("columns", "<u4"), ("rowCount", "<u4"), ("encoding", "<u4"),
    ("flags", "<u4"), ("layer", "<i4"), ("expert", "<i4"), ("rest", "V56")])
SLOT = np.dtype([
    ("sum", "<f8"), ("centred", "<f8"), ("maximum", "<f8"), ("column", "<u4"), ("count", "<u4")])


def read_store(path):
    """The matrix as CSC in doubles, the same with a column of ones, and the labels.

    An independent reader of the format. Both matrices share their memory."""
    manifest = json.load(open(path + "/store.json"))
    assert manifest["dtype"] == "f16"
    groups = np.fromfile(path + "/groups.bin", GROUP)
    slots = np.fromfile(path + "/columns.bin", SLOT)
    rows = np.fromfile(path + "/rows.bin", "<u4")
    values = np.memmap(path + "/values.bin", "<f2", "r")
    starts = np.zeros(manifest["columns"] + 1, np.int64)
    starts[slots["column"].astype(np.int64) + 1] = slots["count"]
    starts = np.cumsum(starts)
    count = manifest["rows"]
    data = np.ones(starts[-1] + count)
    indices = np.empty(starts[-1] + count, np.int32)
    indices[starts[-1]:] = np.arange(count)
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
    labels = [json.loads(line)["label"] for line in open(path + "/rows.jsonl")]

    def matrix(starts):
        return scipy.sparse.csc_matrix(
            (data[:starts[-1]], indices[:starts[-1]], starts), (count, len(starts) - 1))

    wide = matrix(np.append(starts, starts[-1] + count))
    return matrix(starts), wide, np.array(labels)


def scaled(x, factors):
    """The columns times their factors, with sorted indices, as glmnet wants them."""
    x = (x @ scipy.sparse.diags(factors)).tocsc()
    x.sort_indices()
    return x


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


WIDE = []  # the whole matrix with a column of ones, made once because it can be large


def with_ones(x):
    if WIDE and WIDE[0].shape[1] == x.shape[1] + 1:
        return WIDE[0]
    return scipy.sparse.hstack([x, np.ones((x.shape[0], 1))]).tocsc()


def celer(x, y, tolerance):
    from celer import LogisticRegression

    wide, result = with_ones(x), []
    for cost in GRID:
        # A new model each time: its warm start fails when the support was empty.
        w = LogisticRegression(C=cost, tol=tolerance, fit_intercept=False).fit(wide, y).coef_.ravel()
        result.append((w[:-1].copy(), w[-1]))
    return result


def celer_plain(x, y, tolerance):
    from celer import LogisticRegression

    return [
        (LogisticRegression(C=cost, tol=tolerance, fit_intercept=False).fit(x, y).coef_.ravel().copy(),
         0.0) for cost in GRID]


def skglm(x, y, tolerance):
    import skglm as module
    from skglm.solvers import ProxNewton

    model = module.GeneralizedLinearEstimator(
        module.datafits.Logistic(), module.penalties.L1(1.0),
        ProxNewton(tol=tolerance, fit_intercept=True, warm_start=True))
    result = []
    for cost in GRID:
        model.penalty = module.penalties.L1(1 / cost / len(y))
        model.fit(x, y)
        result.append((np.ravel(model.coef_).copy(), np.ravel(model.intercept_)[0]))
    return result


def adelie(x, y, tolerance):
    import adelie as module

    state = module.grpnet(
        X=module.matrix.sparse(x, method="naive", n_threads=2),
        glm=module.glm.binomial((y > 0).astype(float)),
        lmda_path=[1 / c / len(y) for c in GRID], tol=tolerance * 1e-3, irls_tol=1e-13,
        early_exit=False, intercept=True, progress_bar=False)
    betas = state.betas.toarray()
    return [(betas[i], state.intercepts[i]) for i in range(len(GRID))]


def liblinear(x, y, tolerance):
    from sklearn.linear_model import LogisticRegression

    result = []
    for cost in GRID:
        model = LogisticRegression(penalty="l1", solver="liblinear", C=cost).fit(x, y)
        result.append((model.coef_[0], model.intercept_[0]))
    return result


def glmnet(x, y, tolerance):
    with tempfile.TemporaryDirectory() as folder:
        # R reads the compressed columns as they are; a text format would take longer than the fit.
        x.indptr.astype("<i4").tofile(folder + "/p")
        x.indices.astype("<i4").tofile(folder + "/i")
        x.data.astype("<f8").tofile(folder + "/x")
        (y > 0).astype("<i4").tofile(folder + "/y")
        script = f"""
suppressMessages({{library(glmnet); library(Matrix)}})
x <- new("dgCMatrix", p=readBin("{folder}/p", "integer", {len(x.indptr)}),
  i=readBin("{folder}/i", "integer", {x.nnz}), x=readBin("{folder}/x", "double", {x.nnz}),
  Dim=c({x.shape[0]}L, {x.shape[1]}L))
y <- readBin("{folder}/y", "integer", {len(y)})
t <- system.time(f <- glmnet(x, y, family="binomial", standardize=FALSE, thresh={tolerance * 1e-6},
  lambda=c({",".join(repr(1 / c / len(y)) for c in GRID)})))
cat(t[["elapsed"]], t[["user.self"]] + t[["sys.self"]], "\\n")
writeBin(c(as.numeric(f$a0), as.numeric(f$beta)), "{folder}/c")"""
        out = subprocess.run(
            ["Rscript", "-e", script], check=True, capture_output=True, text=True).stdout
        table = np.fromfile(folder + "/c")
        glmnet.seconds = [float(v) for v in out.split()]
        betas = table[len(GRID):].reshape(len(GRID), x.shape[1])
        return [(betas[i], table[i]) for i in range(len(GRID))]


# Name, penalised intercept (None: no intercept, another problem), solver.
PEERS = {
    "celer": [("celer (constant column)", True, celer), ("celer (no intercept)", None, celer_plain)],
    "skglm": [("skglm", False, skglm)], "adelie": [("adelie", False, adelie)],
    "liblinear": [("liblinear (default tolerance)", True, liblinear)],
    "glmnet": [("glmnet", False, glmnet)],
}


def child(command, limit):
    """Runs a process or, in a fork, a function; returns wall, processor seconds and peak memory."""
    start = time.perf_counter()
    if callable(command):
        pid = os.fork()
        if pid == 0:
            try:
                command()
                os._exit(0)
            except BaseException as error:  # a peer that cannot run is a result, not a crash
                print(f"    {type(error).__name__}: {error}", flush=True)
                os._exit(1)
    else:
        pid = subprocess.Popen(command[0], stdout=command[1], stderr=command[2]).pid
    peak = 0
    while True:
        # ru_maxrss would start from the memory of this script.
        with contextlib.suppress(OSError, ValueError):
            with open(f"/proc/{pid}/status") as status:
                peak = next((int(l.split()[1]) for l in status if l.startswith("VmHWM")), peak)
        done, status, usage = os.wait4(pid, os.WNOHANG)
        if done:
            break
        if time.perf_counter() - start > limit:
            os.kill(pid, signal.SIGKILL)
            os.wait4(pid, 0)
            return None
        time.sleep(0.002)
    if status != 0:
        return None
    return (time.perf_counter() - start, usage.ru_utime + usage.ru_stime, peak / 2**20)


def solve_apart(solver, x, y, tolerance, limit):
    """A peer in a process of its own, after a warm-up that compiles what it compiles."""
    with tempfile.TemporaryDirectory() as folder:
        def work():
            top = np.argsort(-np.asarray(x.sum(axis=0)).ravel())[:64]
            solver(x[:, np.sort(top)].tocsc(), y, 1e-3)
            wall, processor = time.perf_counter(), time.process_time()
            fits = solver(x, y, tolerance)
            used = getattr(solver, "seconds", None) or [
                time.perf_counter() - wall, time.process_time() - processor]
            np.savez(folder + "/fits.npz", used=used, b=[b for _, b in fits], **{
                f"{part}{k}": value for k, (w, _) in enumerate(fits)
                for part, value in [("i", np.flatnonzero(w)), ("w", w[w != 0])]})
        ran = child(work, limit)
        if ran is None:
            return None
        stored = np.load(folder + "/fits.npz")
        fits = []
        for k in range(len(GRID)):
            w = np.zeros(x.shape[1])
            w[stored[f"i{k}"]] = stored[f"w{k}"]
            fits.append((w, float(stored["b"][k])))
        return (*stored["used"], ran[2]), fits


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--referee", required=True)
    parser.add_argument("--width", type=int, default=100_000)
    parser.add_argument("--scale", choices=["none", "max-abs", "z"], default="none")
    parser.add_argument("--tolerance", type=float, default=1e-6)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--peers", default="celer,skglm,adelie,liblinear,glmnet")
    parser.add_argument("--folder", default=tempfile.gettempdir())
    parser.add_argument("--limit", type=float, default=1800, help="seconds for one peer")
    a = parser.parse_args()
    store = f"{a.folder}/referee-bench-{a.width}"
    if not os.path.exists(store + "/store.json"):
        subprocess.run(
            [a.referee, "classify", "synth", "--width", str(a.width), "--out", store, "--quiet"],
            check=True)
    x, wide, y = read_store(store)
    if a.scale == "none":
        WIDE.append(wide)
    del wide
    if a.scale == "max-abs":
        top = abs(x).max(axis=0).toarray().ravel()
        x = scaled(x, 1 / np.where(top > 0, top, 1))
    if a.scale == "z":
        mean = np.asarray(x.mean(axis=0)).ravel()
        std = np.sqrt(np.asarray(x.multiply(x).mean(axis=0)).ravel() - mean**2)
        # A free intercept absorbs the centre, so peers get x / s and the same optimum.
        x = scaled(x, 1 / np.where(std > 0, std, 1))
    print(f"{x.shape[0]} rows, {x.shape[1]} columns, {x.nnz} values, scale {a.scale}", flush=True)

    def referee(rule):
        command = [
            a.referee, "classify", "fit", "--store", store, "--C", ",".join(map(str, GRID)),
            "--intercept", rule, "--scale", a.scale, "--gap", str(a.tolerance), "--kkt", "1e-5",
            "--json"]
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as progress:
            used = child((command, out, progress), a.limit)
            assert used, "referee failed"
            progress.seek(0)
            inside = float(re.search(rb"opened and fitted in ([0-9.]+) s", progress.read())[1])
            out.seek(0)
            document = json.load(out)
        fits = []
        for fit in document["fits"]:
            w = np.zeros(x.shape[1])
            w[fit["support"]] = fit["weights"]
            b = fit["rawIntercept"] if a.scale == "z" else fit["intercept"]
            fits.append((w, b))
        return (*used, inside), fits

    def show(name, penalised, used, fits):
        gaps = [gap(x, y, c, w, b, penalised) for c, (w, b) in zip(GRID, fits)]
        print(
            f"{name:30} wall {used[0]:8.2f} s  processor {used[1]:8.2f} s  {used[2]:6.2f} GiB  "
            f"gap {max(g for g, _ in gaps):.1e}  nonzeros "
            + " ".join(str(int((w != 0).sum())) for w, _ in fits), flush=True)
        return [p for _, p in gaps]

    reference = {}
    # On z scores a penalised intercept is another problem for data that are not centred.
    for rule in ["free"] if a.scale == "z" else ["free", "penalised"]:
        runs = [referee(rule) for _ in range(a.repeats)]
        used, fits = min(runs, key=lambda run: run[0][0])
        reference[rule == "penalised"] = (
            show(f"referee ({rule})", rule == "penalised", used, fits), fits)
    for peer in a.peers.split(","):
        for name, penalised, solver in PEERS[peer]:
            # The solvers' tolerances mean different things: the first that gives the gap counts.
            last = None
            for tolerance in [a.tolerance] if peer == "liblinear" else TIGHTER * a.tolerance:
                ran = solve_apart(solver, x, y, tolerance, a.limit)
                if ran is None:
                    print(f"{name:30} failed, or did not finish in {a.limit:.0f} s at tolerance "
                          f"{tolerance:.0e}", flush=True)
                    break
                last = ran
                # Alternate: time Referee again beside every peer, because machines are shared.
                again = referee("penalised" if penalised else "free")[0]
                used, fits = ran
                reached = max(gap(x, y, c, w, b, penalised)[0] for c, (w, b) in zip(GRID, fits))
                if reached <= a.tolerance:
                    break
                print(f"{name:30} wall {used[0]:8.2f} s  tolerance {tolerance:.0e} leaves a gap "
                      f"of {reached:.1e}", flush=True)
            if last is None:
                continue
            objectives = show(name, penalised, used, fits)
            line = (
                f"    referee beside it: wall {again[0]:.3f} s ({again[3]:.3f} s without the start of "
                f"the process and its output), processor {again[1]:.2f} s: ratios "
                f"{used[0] / again[0]:.1f} ({used[0] / again[3]:.1f}) and {used[1] / again[1]:.1f}, "
                f"memory 1/{used[2] / again[2]:.1f}")
            if penalised is None:
                print(line + "; another problem, times only", flush=True)
                continue
            ours, ours_fits = reference[penalised]
            worst = max(abs(p / q - 1) for p, q in zip(objectives, ours))
            same = sum(
                np.array_equal(np.flatnonzero(u[0]), np.flatnonzero(v[0]))
                for u, v in zip(fits, ours_fits))
            print(
                f"{line}; objective differs by {worst:.1e}, {same} of {len(GRID)} supports equal",
                flush=True)


if __name__ == "__main__":
    sys.exit(main())
