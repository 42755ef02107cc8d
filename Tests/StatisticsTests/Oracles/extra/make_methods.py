"""Reference values for methods without a shared fixture, and nasty cases of the shared families.

Needs numpy, scipy and statsmodels. Every value comes from a library routine or from the formula
written out here on its own, never from Referee. Nasty: 0/n, n/n, n = 1, ties everywhere, 67 of
5,263,360, arms of 10^6, one class, no discordance.
Run: python3 make_methods.py (rewrites its *_extra.json files).
"""
import itertools
import json
import math
import warnings
from pathlib import Path

import numpy as np
import scipy
import statsmodels
import statsmodels.api as sm
from scipy import optimize, stats
from scipy.special import comb
from statsmodels.stats.contingency_tables import cochrans_q

HERE = Path(__file__).parent
VERSIONS = {"numpy": np.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__}
Z = stats.norm.ppf(0.975)


def clean(value):
    if isinstance(value, dict):
        return {key: clean(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [clean(item) for item in value]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value)
    return value


def write(function, reference, cases, absolute=1e-9, relative=1e-8, suffix="extra"):
    out = {"schema": "hn-stats-fixture/1", "function": function, "reference": reference,
           "versions": VERSIONS, "default_tol": {"abs": absolute, "rel": relative},
           "cases": [{"id": f"{function}-{suffix}-{i:03d}", "input": clean(a), "expected": clean(b)}
                     for i, (a, b) in enumerate(cases, 1)]}
    (HERE / f"{function}_{suffix}.json").write_text(json.dumps(out, indent=1) + "\n")


def answers(seed, n, rates, spread=1.0):
    rng = np.random.default_rng(seed)
    item = rng.normal(0, spread, (n, 1))
    return (rng.normal(0, 1, (n, len(rates))) + item
            < stats.norm.ppf(rates) * math.sqrt(1 + spread**2)).astype(int)


ROWS = [answers(1, 40, [.3, .35, .4, .5]), answers(2, 120, [.1, .1, .15, .2, .2]),
        answers(3, 12, [.5, .6]), answers(4, 300, [.4, .4, .4, .4, .4, .4, .4])]


def homogeneity():
    cases = []
    for rows in ROWS:
        n, k = rows.shape
        difference = np.diff(rows, axis=1)
        mean = difference.mean(axis=0)
        covariance = np.atleast_2d(np.cov(difference.T)) / n
        t2 = mean @ np.linalg.solve(covariance, mean)
        df1, df2 = k - 1, n - k + 1
        f = t2 * df2 / (df1 * (n - 1))
        cases.append(({"matrix": rows}, {"T2": t2, "F": f, "df1": df1, "df2": df2,
                                         "p": stats.f.sf(f, df1, df2)}))
    undefined = {"T2": None, "F": None, "p": None}
    cases.append(({"matrix": [[1, 1], [0, 0], [1, 1]]}, undefined))
    cases.append(({"matrix": [[1, 0, 1]]}, undefined))
    write("dose_homogeneity", "T2 in numpy, scipy.stats.f", cases)


def cochran():
    cases = []
    for rows in ROWS:
        result = cochrans_q(rows)
        cases.append(({"matrix": rows}, {"Q": result.statistic, "df": result.df, "p": result.pvalue}))
    cases.append(({"matrix": [[1, 1], [0, 0]]}, {"Q": None, "p": 1.0, "discordant": 0}))
    write("cochran_q", "statsmodels cochrans_q", cases)


def gee():
    cases = []
    for rows in ROWS:
        n, k = rows.shape
        doses = np.arange(k) * 0.5
        exog = sm.add_constant(np.tile(doses, n))
        model = sm.GEE(rows.ravel(), exog, groups=np.repeat(np.arange(n), k),
                       family=sm.families.Binomial(), cov_struct=sm.cov_struct.Independence())
        for correction, kind in (("none", "robust"), ("Mancl-DeRouen", "bias_reduced")):
            fit = model.fit(cov_type=kind, ctol=1e-12, maxiter=200)
            error = fit.bse[1]
            slope = fit.params[1]
            cases.append((
                {"matrix": rows, "scores": doses, "correction": correction},
                {"intercept": fit.params[0], "slope": slope, "se": error, "z": slope / error,
                 "p": 2 * stats.norm.sf(abs(slope / error)),
                 "ci": [slope - Z * error, slope + Z * error]}))
    cases.append(({"matrix": [[0, 0], [0, 0], [0, 0]], "scores": [0, 1]}, {"slope": None, "se": None}))
    write("gee_trend", "statsmodels GEE, Independence, robust and bias_reduced", cases, 1e-7, 1e-6)


def prediction_powered():
    cases = []
    for seed, n, m, flip in ((1, 50, 500, .1), (2, 20, 1000, .4), (3, 200, 40, .0)):
        rng = np.random.default_rng(seed)
        y = rng.random(n) < .4
        f = np.where(rng.random(n) < flip, ~y, y).astype(float)
        u = (rng.random(m) < .45).astype(float)
        y = y.astype(float)
        pooled = np.var(np.concatenate([u, f]), ddof=1)
        lam = float(np.clip(np.cov(y, f)[0, 1] / ((1 + n / m) * pooled), 0, 1))
        estimate = lam * u.mean() + (y - lam * f).mean()
        error = math.sqrt(np.var(y - lam * f, ddof=1) / n + lam**2 * np.var(u, ddof=1) / m)
        cases.append(({"labels": y, "judged": f, "unlabelled": u},
                      {"estimate": estimate, "se": error, "lambda": lam,
                       "ci": [estimate - Z * error, estimate + Z * error]}))
    cases.append(({"labels": [1], "judged": [1], "unlabelled": [0]}, {"estimate": None, "se": None}))
    write("prediction_powered", "Angelopoulos, Duchi & Zrnic (2023), written out in numpy", cases)


def clustered():
    cases = []
    for x, n in (([3, 5, 0, 10, 7], [10] * 5), ([1, 0, 1, 1], [1] * 4), ([2, 3, 9], [4, 3, 10])):
        shares = np.array(x) / np.array(n)
        error = shares.std(ddof=1) / math.sqrt(len(x))
        half = stats.t.ppf(.975, len(x) - 1) * error
        p = shares.mean()
        cases.append(({"x": x, "n": n}, {
            "estimate": p, "se": error, "questions": len(x),
            "design_effect": error**2 / (p * (1 - p) / sum(n)),
            "ci": [max(0, p - half), min(1, p + half)]}))
    cases.append(({"x": [3], "n": [10]}, {"estimate": .3, "se": None, "ci": None}))
    cases.append(({"x": [0, 0], "n": [10, 10]}, {"estimate": 0, "se": 0, "ci": None}))
    cases.append(({"x": [], "n": []}, {"estimate": None}))
    write("clustered_proportion", "scipy.stats.t over question means", cases)


def filters():
    cases = []
    for r, k in ((10, 10), (10, 8), (1, 1), (1000, 900)):
        p = [0, .2, .5, .69, .9, 1]
        cases.append(({"r": r, "k": k, "p": p}, {
            "kept_right": [stats.binom.sf(k - 1, r, q) for q in p],
            "kept_wrong": [stats.binom.cdf(r - k, r, q) for q in p],
            "certified_rate": stats.beta.ppf(.025, k, r - k + 1)}))
    write("consistency_filter", "scipy.stats.binom, beta", cases)


def replications():
    cases = []
    for a, sa, b, sb in ((.4, .1, .2, .08), (-.5, .2, -.6, .2), (.3, .1, -.1, .1), (1, .2, .9, .05)):
        critical = stats.norm.ppf(.975)
        d33 = optimize.brentq(
            lambda d: stats.norm.sf(critical - d) + stats.norm.cdf(-critical - d) - 1 / 3, 0, 10,
            xtol=1e-14) * sa
        z1, z2, c = (a / sa) ** 2, (b / sb) ** 2, (sa / sb) ** 2
        root = optimize.brentq(lambda s: (z1 / s - 1) * (z2 / s - 1) - c, 1e-12, min(z1, z2) * (1 - 1e-12),
                               xtol=1e-14, rtol=1e-14)
        zs = math.sqrt(root)
        half = Z * math.hypot(sa, sb)
        z = (b - a) / math.hypot(sa, sb)
        cases.append((
            {"original": a, "original_se": sa, "replication": b, "replication_se": sb},
            {"prediction_interval": [a - half, a + half], "d33": d33,
             "p_small_telescopes": stats.norm.cdf((math.copysign(1, a) * b - d33) / sb),
             "p_sceptical": stats.norm.sf(zs) if a * b > 0 else stats.norm.cdf(zs),
             "difference": b - a, "difference_se": math.hypot(sa, sb), "z": z,
             "p_difference": 2 * stats.norm.sf(abs(z))}))
    write("replication", "scipy.optimize.brentq, scipy.stats.norm", cases)


def betting():
    cases = []
    for seed, n, p in ((1, 50, .3), (2, 400, .05), (3, 30, 1.0), (4, 1, .5)):
        x = (np.random.default_rng(seed).random(n) < p).astype(float)
        grid = np.arange(1001) / 1000
        up, down = np.zeros(1001), np.zeros(1001)
        alive = np.ones(1001, bool)
        total, squares, bound = .5, .25, math.log(2 / .05)
        for t, value in enumerate(x, 1):
            bet = math.sqrt(2 * bound / (squares / t * t * math.log(t + 1)))
            up += np.log1p(np.minimum(bet, .5 / np.maximum(grid, 1e-12)) * (value - grid))
            down += np.log1p(-np.minimum(bet, .5 / np.maximum(1 - grid, 1e-12)) * (value - grid))
            alive &= np.maximum(up, down) < bound
            total += value
            squares += (value - total / (t + 1)) ** 2
        inside = np.flatnonzero(alive)
        cases.append(({"x": x}, {"lower": max(0, inside[0] - 1) / 1000,
                                 "upper": min(1000, inside[-1] + 1) / 1000, "n": n}))
    cases.append(({"x": []}, {"lower": 0, "upper": 1, "n": 0}))
    write("betting_sequence", "Waudby-Smith & Ramdas (2024), written out in numpy", cases)


def ranges():
    cases = []
    for x, n in (([3, 1, 2], [5, 4, 6]), ([0, 0], [5, 5]), ([5, 0, 2, 4], [5, 5, 5, 5]), ([2, 7], [9, 9])):
        total, bound = sum(x), max(a / b for a, b in zip(x, n)) - min(a / b for a, b in zip(x, n))
        p = 0.0
        for table in itertools.product(*(range(m + 1) for m in n)):
            if sum(table) == total:
                shares = [a / b for a, b in zip(table, n)]
                if max(shares) - min(shares) >= bound - 1e-9:
                    p += math.prod(comb(m, a, exact=True) for a, m in zip(table, n))
        cases.append(({"x": x, "n": n}, {"range": bound, "p": p / comb(sum(n), total, exact=True)}))
    # Too many tables to list: a normal tail is no reference, a large simulation is a loose one.
    rng = np.random.default_rng(7)
    n, x = [100] * 5, [42, 50, 58, 47, 53]
    draws = rng.multivariate_hypergeometric(n, sum(x), 400_000) / 100
    p = (draws.max(axis=1) - draws.min(axis=1) >= .16 - 1e-9).mean()
    cases.append(({"x": x, "n": n}, {"range": .16, "p": p}))
    write("range_permutation", "enumeration; the last case 400,000 draws (tolerance 5 SE)", cases)
    path = HERE / "range_permutation_extra.json"
    file = json.loads(path.read_text())
    file["cases"][-1]["tol"] = {"abs": 5 * math.sqrt(p * (1 - p) / 400_000), "rel": 0}
    path.write_text(json.dumps(file, indent=1) + "\n")


def logistic():
    cases, interaction = [], []
    doses = np.array([0, 1, 2, 3.0])
    tables = [([12, 17, 22, 27], [100] * 4), ([0, 1, 3, 9], [10] * 4), ([5, 5, 5, 5], [40, 50, 60, 70])]
    for x, n in tables:
        fit = sm.GLM(np.column_stack([x, np.subtract(n, x)]), sm.add_constant(doses),
                     family=sm.families.Binomial()).fit(tol=1e-14)
        cases.append(({"x": x, "n": n, "scores": doses}, {"slope": fit.params[1], "se": fit.bse[1]}))
    for chosen in ((0, 1), (0, 1, 2)):
        x = np.concatenate([tables[i][0] for i in chosen])
        n = np.concatenate([tables[i][1] for i in chosen])
        group = np.repeat(np.arange(len(chosen)), 4)
        dose = np.tile(doses, len(chosen))
        dummies = (group[:, None] == np.arange(len(chosen))).astype(float)
        response = np.column_stack([x, n - x])
        small = sm.GLM(response, np.column_stack([dummies, dose]), family=sm.families.Binomial()).fit(tol=1e-14)
        large = sm.GLM(response, np.column_stack([dummies, dummies * dose[:, None]]),
                       family=sm.families.Binomial()).fit(tol=1e-14)
        chi2, df = small.deviance - large.deviance, len(chosen) - 1
        strata = {f"c{i}": {"x": tables[i][0], "n": tables[i][1], "scores": doses} for i in chosen}
        interaction.append(({"strata": strata}, {"chi2": chi2, "df": df, "p": stats.chi2.sf(chi2, df)}))
    write("logistic_trend", "statsmodels GLM", cases, 1e-7, 1e-6)
    write("logistic_interaction", "statsmodels GLM, likelihood ratio", interaction, 1e-6, 1e-6)


def baselines():
    write("random_baseline", "counting", [
        ({"observed": .9, "random": [.5, .9, .95, .4]},
         {"sets": 4, "p_greater": 3 / 5, "p_less": 4 / 5, "mean": .6875, "smallest": .4, "largest": .95}),
        ({"observed": 1, "random": []}, {"p_greater": 1, "p_less": 1, "mean": None, "largest": None})])
    write("gatekeeping", "by hand", [
        ({"gates": [[.01], [.03, .02], [.001]]}, {"p_adjusted": [[.01], [.04, .04], [.04]]}),
        ({"gates": [[.2], [.001]]}, {"p_adjusted": [[.2], [.2]]}), ({"gates": []}, {"p_adjusted": []})])


def orders():
    cases = []
    for n, p in ((10, [.2, .3, .4]), (40, [.375] * 4), (5, [.9, .5]), (1, [0, 1])):
        masses = [stats.binom.pmf(np.arange(n + 1), n, q) for q in p]
        rising = monotone = backward = mean = 0.0
        spread = np.zeros(n + 1)
        if n <= 10:
            for counts in itertools.product(range(n + 1), repeat=len(p)):
                mass = math.prod(m[c] for m, c in zip(masses, counts))
                steps = np.diff(counts)
                rising += mass * bool((steps > 0).all())
                monotone += mass * bool((steps > 0).all() or (steps < 0).all())
                wrong = steps < 0 if p[0] <= p[-1] else steps > 0
                backward += mass * bool(wrong.any())
                spread[max(counts) - min(counts)] += mass
            expected = {"strictly_rising": rising, "strictly_monotone": monotone, "reversal": backward,
                        "range_mean": (spread * np.arange(n + 1)).sum() / n,
                        "range_percentile95": int(np.argmax(np.cumsum(spread) >= .95 - 1e-15)) / n}
        else:
            expected = {"strictly_monotone": 0.0454413444}
        cases.append(({"n": n, "p": p}, expected))
    write("order_probability", "enumeration with scipy.stats.binom", cases, 1e-10, 1e-8)


def wilson_interval(x, n, z=Z):
    p = x / n
    mid = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return (0.0 if x == 0 else mid - half), (1.0 if x == n else mid + half)


NASTY = [(0, 1), (1, 1), (0, 60), (60, 60), (1, 2), (67, 5_263_360), (10**6, 10**6), (0, 10**6),
         (500_000, 10**6), (999_999, 10**6)]


def nasty_proportions():
    write("wilson", "closed form", [
        ({"x": x, "n": n}, {"estimate": x / n, "lower": wilson_interval(x, n)[0],
                            "upper": wilson_interval(x, n)[1]}) for x, n in NASTY], 1e-13, 1e-9)
    # The ends 0 and 1 are exact where no successes or no failures were seen.
    write("clopper_pearson", "scipy.stats.beta.ppf at other levels", [
        ({"x": x, "n": n, "conf": level},
         {"lower": 0 if x == 0 else stats.beta.ppf((1 - level) / 2, x, n - x + 1),
          "upper": 1 if x == n else stats.beta.isf((1 - level) / 2, x + 1, n - x)})
        for x, n in NASTY for level in (.5, .9, .999)], 1e-12, 1e-8, "levels")
    arms = [((0, 1), (0, 1)), ((1, 1), (0, 1)), ((0, 60), (60, 60)), ((67, 5_263_360), (0, 60)),
            ((500_000, 10**6), (499_000, 10**6)), ((3, 10), (3, 10))]
    cases = []
    for (a, m), (b, n) in arms:
        p1, p2 = a / m, b / n
        (l1, u1), (l2, u2) = wilson_interval(a, m), wilson_interval(b, n)
        cases.append(({"x1": a, "n1": m, "x2": b, "n2": n}, {
            "estimate": p1 - p2, "lower": p1 - p2 - math.hypot(p1 - l1, u2 - p2),
            "upper": p1 - p2 + math.hypot(u1 - p1, p2 - l2)}))
    write("newcombe_unpaired", "Newcombe (1998), method 10, written out", cases, 1e-12, 1e-8)


def nasty_pairs():
    cases = []
    for b, c in ((0, 0), (0, 1), (1, 0), (5, 5), (0, 50), (500_000, 499_000), (1, 10**6)):
        n = b + c
        exact = min(1, 2 * stats.binom.cdf(min(b, c), n, .5)) if n else 1.0
        mid = 1.0 if n == 0 or b == c and n == 0 else (
            2 * (stats.binom.cdf(min(b, c), n, .5) - .5 * stats.binom.pmf(min(b, c), n, .5)))
        if b == c:
            exact = 1.0
            mid = 1 - .5 * stats.binom.pmf(b, n, .5) if n else 1.0
        cases.append(({"b": b, "c": c}, {"p_exact": exact, "p_mid": mid}))
    write("mcnemar", "scipy.stats.binom", cases, 1e-12, 1e-7)
    tango = []
    for a, b, c, d in ((10, 0, 0, 10), (0, 1, 0, 0), (0, 10, 0, 0), (30, 12, 9, 49), (0, 0, 40, 0),
                       (400_000, 100_000, 99_000, 401_000)):
        n = a + b + c + d

        def z(x):
            qa, qb, qc = 2 * n, -b - c + (2 * n - b + c) * x, -c * x * (1 - x)
            q = (math.sqrt(max(0, qb * qb - 4 * qa * qc)) - qb) / (2 * qa)
            v = n * (2 * q + x * (1 - x))
            top = b - c - n * x
            return top / math.sqrt(v) if v > 0 else math.copysign(math.inf, top) if top else 0.0

        point = (b - c) / n
        ends = []
        for sign, edge in ((1, -1.0), (-1, 1.0)):
            low, high = (edge, point) if sign > 0 else (point, edge)
            for _ in range(200):
                middle = (low + high) / 2
                if (z(middle) > Z) if sign > 0 else (z(middle) > -Z):
                    low = middle
                else:
                    high = middle
            ends.append((low + high) / 2)
        tango.append(({"a": a, "b": b, "c": c, "d": d},
                      {"estimate": point, "tango_lower": ends[0], "tango_upper": ends[1]}))
    write("paired_difference", "Tango (1998), equation 12 by bisection", tango, 1e-8, 1e-7)


def nasty_auroc():
    def delong(pos, neg):
        pos, neg = np.array(pos, float), np.array(neg, float)
        psi = (pos[:, None] > neg) + .5 * (pos[:, None] == neg)
        variance = None
        if len(pos) > 1 and len(neg) > 1:
            variance = psi.mean(1).var(ddof=1) / len(pos) + psi.mean(0).var(ddof=1) / len(neg)
        return psi.mean(), variance

    rng = np.random.default_rng(3)
    cases = []
    for pos, neg in (([1, 1, 1], [1, 1]), ([2, 3], [0, 1]), ([0, 1], [2, 3]),
                     (rng.integers(0, 3, 40), rng.integers(0, 3, 300)), ([1e300, -1e300], [0, 0, 1e-300])):
        area, variance = delong(pos, neg)
        cases.append(({"pos": pos, "neg": neg}, {"auc": area, "var": variance}))
    cases.append(({"pos": [], "neg": [1, 2]}, {"auc": None}))
    write("auroc_delong", "placement values in numpy", cases, 1e-12, 1e-9)


def nasty_others():
    write("pava", "scipy.optimize.isotonic_regression", [
        ({"y": y, "w": w}, {"inc": optimize.isotonic_regression(y, weights=w).x,
                            "dec": optimize.isotonic_regression(y, weights=w, increasing=False).x})
        for y, w in (([1.0] * 6, [1.0] * 6), ([3.0, 2.0, 1.0], [1e6, 1.0, 1e-3]), ([5.0], [2.0]),
                     ([0, 1, 0, 1, 0, 1.0], [1, 2, 3, 4, 5, 6.0]))], 1e-12, 1e-10)
    write("p_adjust", "scipy.stats.false_discovery_control and by hand", [
        ({"p": p}, {"BH": stats.false_discovery_control(p, method="bh"),
                    "BY": stats.false_discovery_control(p, method="by"),
                    "bonferroni": np.minimum(1, np.array(p) * len(p))})
        for p in ([0.0, 0.0, 1.0], [.05] * 20, [.5], [1e-300, 1e-10, .04, .04, .9])], 1e-12, 1e-9)
    write("jeffreys_midp", "scipy.stats.beta", [
        ({"x": x, "n": n},
         {"jeffreys_lower": 0 if x == 0 else stats.beta.ppf(.025, x + .5, n - x + .5),
          "jeffreys_upper": 1 if x == n else stats.beta.isf(.025, x + .5, n - x + .5)})
        for x, n in NASTY], 1e-11, 1e-7)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for make in (homogeneity, cochran, gee, prediction_powered, clustered, filters, replications,
                 betting, ranges, logistic, baselines, orders, nasty_proportions, nasty_pairs,
                 nasty_auroc, nasty_others):
        make()
