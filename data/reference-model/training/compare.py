"""Holds a rerun (`run.py --again N`) against the shipped model, within the stated tolerances.

Writes OUT/comparison.md and ends with an error if a figure lies outside.
"""

import json
import sys

from evaluate import BENCHMARKS
from places import AGAIN, HOME, OUT
from report import table

# Points of a share, as they were stated before the first rerun.
SHARE, COMPLIANCE, UNPARSABLE, DEPENDENCE = 5, 10, 5, 10


def lines(shipped, rerun):
    """(figure, shipped, rerun, tolerance, whether it is inside)."""
    def near(name, a, b, tolerance):
        return (name, f"{100 * a:.1f}", f"{100 * b:.1f}", f"±{tolerance} points",
                abs(a - b) <= tolerance / 100)

    for name in ("always_right", "always_wrong"):
        yield near(f"{name.replace('_', ' ')}, % of training questions",
                   *(f[name] / f["questions"] for f in (shipped, rerun)), SHARE)
    for name in shipped["wrong"]:
        yield near(f"wrong responses, %, {name}", shipped["wrong"][name], rerun["wrong"][name],
                   SHARE)
    for what, tolerance in (("compliance", COMPLIANCE), ("unparsable", UNPARSABLE)):
        for name in BENCHMARKS:
            yield near(f"{what}, %, {name}", shipped[what][name], rerun[what][name], tolerance)
    for name in BENCHMARKS:
        yield near(f"knowledge dependence, points, {name}", shipped["dependence"][name][0],
                   rerun["dependence"][name][0], DEPENDENCE)
    low, high = rerun["expert_load"]
    yield ("expert load / mean", "–".join(f"{v:.2f}" for v in shipped["expert_load"]),
           f"{low:.2f}–{high:.2f}", "0.4–2.5", 0.4 <= low and high <= 2.5)
    for name, (value, lower, upper) in shipped["detector"].items():
        other = rerun["detector"][name][0]
        yield (f"detector, test AUROC, {name}", f"{value:.3f}", f"{other:.3f}",
               f"{lower:.3f}–{upper:.3f}", lower <= other <= upper)


def main():
    shipped, rerun = (json.loads((folder / "evaluation.json").read_text())
                      for folder in (HOME, OUT))
    rows = [[*line[:4], "inside" if line[4] else "**outside**"] for line in lines(shipped, rerun)]
    text = (f"# Run {AGAIN} beside the shipped model\n\nOther random streams in training and "
            "evaluation, same facts and questions.\n\n"
            + table(["figure", "shipped", "this run", "tolerance", ""], rows))
    (OUT / "comparison.md").write_text(text)
    print(text)
    if any(row[4] != "inside" for row in rows):
        sys.exit("a figure lies outside its tolerance")


if __name__ == "__main__":
    main()
