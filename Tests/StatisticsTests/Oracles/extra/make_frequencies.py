"""Extra cases for the frequency families: empty and full cells, n = 1, ties, millions of trials.

Python 3.11, numpy 2.4, scipy 1.17.1, mpmath 1.3.0. Tails at large n are summed in 40 digits with
mpmath, because scipy's own binomial and hypergeometric tails are good to about 1e-9 there.
Run: python3 make_frequencies.py (rewrites the *_extra.json files beside it).
"""
import itertools
import json
from fractions import Fraction
from math import comb
from pathlib import Path

import mpmath as mp
import numpy as np
import scipy
from scipy import stats

mp.mp.dps = 40
HERE = Path(__file__).parent
VERSIONS = {"python": "3.11", "numpy": np.__version__, "scipy": scipy.__version__, "mpmath": mp.__version__}


def write(function, reference, tol, cases):
    out = {"schema": "hn-stats-fixture/1", "function": function, "reference": reference,
           "versions": VERSIONS, "default_tol": tol,
           "cases": [{"id": f"{function}-extra-{i:03d}", "input": a, "expected": b}
                     for i, (a, b) in enumerate(cases, 1)]}
    (HERE / f"{function}_extra.json").write_text(json.dumps(out, indent=1) + "\n")


def log_mass(x, n, p):
    return mp.log(mp.binomial(n, x)) + x * mp.log(p) + (n - x) * mp.log(1 - p)


def outward(x, n, p, up):
    """P(X >= x) or P(X <= x) by the ratio of neighbouring masses."""
    term = mp.e ** log_mass(x, n, p)
    total = term
    while (x < n if up else x > 0) and term > total * mp.mpf(10) ** -30:
        if up:
            term *= mp.mpf(n - x) / (x + 1) * p / (1 - p); x += 1
        else:
            term *= mp.mpf(x) / (n - x + 1) * (1 - p) / p; x -= 1
        total += term
    return total


def tails(x, n, p):
    mean = n * p
    if x >= mean:
        greater = outward(x, n, p, True); less = 1 - greater + mp.e ** log_mass(x, n, p)
    else:
        less = outward(x, n, p, False); greater = 1 - less + mp.e ** log_mass(x, n, p)
    return less, greater


def minlike(x, n, p):
    bound = log_mass(x, n, p) + mp.log(1 + mp.mpf(10) ** -7)
    mode = int(mp.floor((n + 1) * p))
    if log_mass(mode, n, p) <= bound:
        return mp.mpf(1)
    less, greater = tails(x, n, p)
    low, high = (mode, n) if x < mode else (0, mode)
    if x < mode:
        if log_mass(n, n, p) > bound:
            return less
        while low < high:
            mid = (low + high) // 2
            if log_mass(mid, n, p) <= bound: high = mid
            else: low = mid + 1
        return less + outward(low, n, p, True)
    if log_mass(0, n, p) > bound:
        return greater
    while low < high:
        mid = (low + high + 1) // 2
        if log_mass(mid, n, p) <= bound: low = mid
        else: high = mid - 1
    return greater + outward(low, n, p, False)


def binom_case(x, n, p):
    q = mp.mpf(p)
    less, greater = tails(x, n, q); mass = mp.e ** log_mass(x, n, q)
    e = {"p_less": less, "p_greater": greater, "p_two_minlike": minlike(x, n, q),
         "p_two_central": min(1, 2 * min(less, greater)), "p_mid_less": less - mass / 2,
         "p_mid_greater": greater - mass / 2,
         "p_mid_two_central": min(1, 2 * min(less - mass / 2, greater - mass / 2))}
    return {"x": x, "n": n, "p": p}, {k: float(v) for k, v in e.items()}


def beta_quantile(tail, x, n, lower):
    """Clopper-Pearson ends as roots of the binomial tails in 40 digits."""
    f = (lambda p: outward(x, n, p, True) - tail) if lower else (lambda p: outward(x, n, p, False) - tail)
    guess = stats.beta.ppf(float(tail), x, n - x + 1) if lower else stats.beta.isf(float(tail), x + 1, n - x)
    return mp.findroot(f, (mp.mpf(guess) * (1 - mp.mpf(10) ** -7), mp.mpf(guess)), solver="secant", tol=1e-50, verify=False)


def cp_case(x, n, conf):
    tail = (1 - mp.mpf(conf)) / 2
    lo = mp.mpf(0) if x == 0 else beta_quantile(tail, x, n, True)
    hi = mp.mpf(1) if x == n else beta_quantile(tail, x, n, False)
    return {"x": x, "n": n, "conf": conf}, {"estimate": x / n, "lower": float(lo), "upper": float(hi)}


def fisher_case(table):
    (a, b), (c, d) = table
    k, f, m = a + b, c + d, a + c
    lo, hi = max(0, m - f), min(k, m)
    span = range(max(lo, a - 40000), min(hi, a + 40000) + 1) if hi - lo > 100000 else range(lo, hi + 1)
    def lm(x): return (mp.loggamma(k + 1) - mp.loggamma(x + 1) - mp.loggamma(k - x + 1) + mp.loggamma(f + 1)
                       - mp.loggamma(m - x + 1) - mp.loggamma(f - m + x + 1) - mp.loggamma(k + f + 1)
                       + mp.loggamma(m + 1) + mp.loggamma(k + f - m + 1))
    # masses relative to the observed one by exact ratios
    masses = {a: mp.e ** lm(a)}
    for x in range(a + 1, span[-1] + 1):
        masses[x] = masses[x - 1] * mp.mpf(k - x + 1) / x * (m - x + 1) / (f - m + x)
    for x in range(a - 1, span[0] - 1, -1):
        masses[x] = masses[x + 1] * mp.mpf(x + 1) / (k - x) * (f - m + x + 1) / (m - x)
    bound = masses[a] * (1 + mp.mpf(10) ** -7)
    two = mp.fsum(v for v in masses.values() if v <= bound)
    less = mp.fsum(v for x, v in masses.items() if x <= a)
    greater = mp.fsum(v for x, v in masses.items() if x >= a)
    e = {"p_two": float(min(1, two)), "p_less": float(min(1, less)), "p_greater": float(min(1, greater)),
         "odds_ratio_sample": a * d / (b * c) if b * c else ("Infinity" if a * d else None)}
    return {"table": table}, e


def armitage_case(x, n, s):
    N, m = sum(n), sum(x)
    den = comb(N, m)
    dist = {}
    for ks in itertools.product(*[range(v + 1) for v in n]):
        if sum(ks) == m:
            t = sum(Fraction(a) * b for a, b in zip(s, ks))
            w = 1
            for a, b in zip(n, ks): w *= comb(a, b)
            dist[t] = dist.get(t, 0) + w
    t = sum(Fraction(a) * b for a, b in zip(s, x))
    E = Fraction(m, N) * sum(Fraction(a) * b for a, b in zip(s, n))
    P = lambda cond: float(Fraction(sum(w for v, w in dist.items() if cond(v)), den))
    two, strict = P(lambda v: abs(v - E) >= abs(t - E)), P(lambda v: abs(v - E) > abs(t - E))
    g, l = P(lambda v: v >= t), P(lambda v: v <= t)
    return {"x": x, "n": n, "scores": [float(v) for v in s]}, {
        "exact_T": float(t), "exact_E": float(E), "exact_p_greater": g, "exact_p_less": l,
        "exact_p_two_dist": two, "exact_p_two_mid": (two + strict) / 2, "exact_p_two_central": min(1.0, 2 * min(g, l))}


write("binom_test", "mpmath, 40 digits", {"abs": 1e-13, "rel": 1e-9}, [binom_case(*a) for a in [
    (0, 1, 0.5), (1, 1, 0.25), (0, 40, 0.05), (40, 40, 0.95), (28, 67, 1 / 257), (67, 5263360, 1e-5),
    (67, 5263360, 2e-5), (500000, 1000000, 0.5), (500900, 1000000, 0.5), (12, 1000000, 1e-5),
    (39, 39, 0.75), (5, 10, 0.5), (3, 10, 0.3)]])
write("clopper_pearson", "roots of mpmath tails, 40 digits", {"abs": 1e-13, "rel": 1e-9}, [cp_case(*a) for a in [
    (0, 1, 0.95), (1, 1, 0.95), (67, 5263360, 0.95), (67, 5263360, 0.999), (28, 5263360, 0.95),
    (498, 500, 0.95), (1, 1000000, 0.95), (999999, 1000000, 0.95), (500000, 1000000, 0.95), (0, 1000000, 0.95)]])
write("fisher_exact", "mpmath, 40 digits", {"abs": 1e-13, "rel": 1e-8}, [fisher_case(t) for t in [
    [[0, 5], [5, 0]], [[1, 0], [1, 0]], [[12, 88], [27, 73]], [[500000, 500000], [501000, 499000]],
    [[20, 999980], [40, 999960]], [[3, 97], [0, 1000]]]])
write("cochran_armitage", "exact rationals by enumeration", {"abs": 1e-13, "rel": 1e-9}, [armitage_case(*a) for a in [
    ([1, 2, 4], [5, 6, 7], [Fraction(0), Fraction(1, 2), Fraction(3)]),
    ([4, 4, 4, 4], [8, 8, 8, 8], [Fraction(0), Fraction(1), Fraction(2), Fraction(3)]),
    ([7, 6, 0], [7, 7, 7], [Fraction(-1), Fraction(0), Fraction(1)]),
    ([1, 0], [1, 1], [Fraction(0), Fraction(1)]),
    ([9, 3, 2], [10, 4, 9], [Fraction(1, 4), Fraction(1), Fraction(7, 4)])]])


def boschloo_case(table):
    """Maximised over a fine grid of the nuisance rate, then refined with scipy.optimize."""
    from scipy.optimize import minimize_scalar
    (a, b), (c, d) = table
    n1, n2 = a + b, c + d
    def one_sided(a, n1, c, n2):
        T = np.array([[stats.hypergeom.sf(i - 1, n1 + n2, n1, i + j) for j in range(n2 + 1)] for i in range(n1 + 1)])
        keep = T <= T[a, c] * (1 + 1e-13)
        f = lambda p: stats.binom.pmf(np.arange(n1 + 1), n1, p) @ keep @ stats.binom.pmf(np.arange(n2 + 1), n2, p)
        grid = np.linspace(0, 1, 2001); v = np.array([f(p) for p in grid]); best = v.max()
        for i in np.argsort(-v)[:6]:
            r = minimize_scalar(lambda p: -f(p), bounds=(grid[max(i - 1, 0)], grid[min(i + 1, 2000)]), method="bounded",
                                options={"xatol": 1e-12})
            best = max(best, -r.fun)
        return float(best)
    g, l = one_sided(a, n1, c, n2), one_sided(c, n2, a, n1)
    return {"table": table}, {"p_greater": g, "p_less": l, "p_two": min(1.0, 2 * min(g, l))}


write("boschloo", "own maximisation over 2001 points and bounded refinement; scipy.stats.boschloo_exact agrees to 1e-4",
      {"abs": 1e-9, "rel": 1e-7}, [boschloo_case(t) for t in [
          [[31, 9], [22, 18]], [[12, 88], [27, 73]], [[7, 12], [8, 3]], [[0, 5], [5, 0]], [[1, 0], [0, 1]],
          [[3, 7], [3, 7]], [[20, 10], [5, 35]]]])
