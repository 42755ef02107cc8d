"""Holds a rerun (`run.py --again N`) against the shipped model, within the stated tolerances.

Writes OUT/comparison.md and ends with an error if a figure lies outside.
"""

import json
import math
import sys

from evaluate import BENCHMARKS
from places import AGAIN, HOME, OUT, WORK
from report import table
from summary import clock

# Points of a share, as they were stated before the first rerun. An AUROC may differ by as much as
# two independent estimates do: by the root of both half widths' squares, in 19 of 20 comparisons.
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
    for key, which in (("dependence", "scored"), ("dependence_of_all_responses", "all")):
        for name in BENCHMARKS:
            yield near(f"knowledge dependence, points, {name}, {which} responses",
                       shipped[key][name][0], rerun[key][name][0], DEPENDENCE)
    low, high = rerun["expert_load"]
    yield ("expert load / mean", "–".join(f"{v:.2f}" for v in shipped["expert_load"]),
           f"{low:.2f}–{high:.2f}", "0.4–2.5", 0.4 <= low and high <= 2.5)
    for name in shipped["detector"]:
        (a, *first), (b, *second) = (f["detector"][name] for f in (shipped, rerun))
        tolerance = math.hypot(*((upper - lower) / 2 for lower, upper in (first, second)))
        yield (f"detector, test AUROC, {name}", f"{a:.3f}", f"{b:.3f}", f"±{tolerance:.3f}",
               abs(a - b) <= tolerance)


def main():
    shipped, rerun = (json.loads((folder / "evaluation.json").read_text())
                      for folder in (HOME, OUT))
    minutes = clock(json.loads((WORK / "steps.json").read_text()))
    rows = [["minutes of the whole run", "", f"{minutes:.0f}", "≤ 60",
             "inside" if minutes <= 60 else "**outside**"]]
    rows += [[*line[:4], "inside" if line[4] else "**outside**"] for line in lines(shipped, rerun)]
    text = (f"# Run {AGAIN} beside the shipped model\n\nOther random streams in training and "
            "evaluation, same facts and questions.\n\n"
            + table(["figure", "shipped", "this run", "tolerance", ""], rows))
    (OUT / "comparison.md").write_text(text)
    print(text)
    if any(row[4] != "inside" for row in rows):
        sys.exit("a figure lies outside its tolerance")


if __name__ == "__main__":
    main()
