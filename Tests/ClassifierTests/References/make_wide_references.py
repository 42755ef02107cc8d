"""Reference solutions of synthetic studies with 20,000 and 100,000 columns.

The studies are those of `referee classify synth --width W` (defaults, seed 1, fp16). scikit-learn's
liblinear (tol 1e-10, up to 1,000 rounds) and celer (tol 1e-11, the intercept as a constant column)
minimise C * sum log(1 + exp(-y z)) + |w|_1 + |b| on the values that this script's own reader takes
from the store. Written per C: objective and gap of each solver, from the definitions, and the support.

    pip install scikit-learn celer
    for w in 20000 100000; do referee classify synth --width $w --out store-$w; done
    python make_wide_references.py store-20000 store-100000 > wide-references.json
"""
import json
import pathlib
import sys
import time
import warnings

import numpy as np
import scipy.sparse

sys.path.append(str(pathlib.Path(__file__).parents[2] / "Benchmarks" / "classifier"))
from bench import gap, read_store  # noqa: E402

warnings.filterwarnings("ignore")
# At larger C neither solver gets below a gap of about 1e-8 in minutes, which is no reference.
GRIDS = {20_000: [0.05, 0.1], 100_000: [0.05]}


def liblinear(x, y, cost):
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(
        penalty="l1", solver="liblinear", C=cost, tol=1e-10, max_iter=1_000, random_state=0)
    model.fit(x, y)
    return np.ravel(model.coef_), float(np.ravel(model.intercept_)[0])


def celer(x, y, cost):
    from celer import LogisticRegression

    wide = scipy.sparse.hstack([x, np.ones((len(y), 1))]).tocsc()
    model = LogisticRegression(C=cost, tol=1e-11, fit_intercept=False, max_iter=100)
    model.fit(wide, y)
    w = np.ravel(model.coef_)
    return w[:-1].copy(), float(w[-1])


def main():
    import celer as celer_module
    import sklearn

    studies = []
    for path in sys.argv[1:]:
        x, y = read_store(path)
        manifest = json.load(open(path + "/store.json"))
        fits = []
        for cost in GRIDS[x.shape[1]]:
            entry = {"C": cost}
            for name, solve in {"celer": celer, "liblinear": liblinear}.items():
                start = time.perf_counter()
                w, b = solve(x, y, cost)
                reached, objective = gap(x, y, cost, w, b, True)
                entry[name] = {
                    "objective": objective, "gap": float(f"{max(reached, 0):.1e}"),
                    "support": [int(j) for j in np.flatnonzero(w)],
                }
                print(
                    path, cost, name, f"gap {reached:.1e} {np.count_nonzero(w)} nonzeros "
                    f"{time.perf_counter() - start:.1f} s", file=sys.stderr, flush=True)
            fits.append(entry)
        studies.append({
            "columns": manifest["columns"],
            "values": manifest["files"]["values.bin"]["sha256"], "fits": fits,
        })
    json.dump({
        "scikit-learn": sklearn.__version__, "celer": celer_module.__version__,
        "studies": studies}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
