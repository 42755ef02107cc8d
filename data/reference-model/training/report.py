"""Writes ../evaluation.md and its figures from the files that evaluate.py and detector.py left."""

import json
from collections import Counter

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt
import numpy as np

from evaluate import BENCHMARKS, KNOWLEDGE
import facts
from places import OUT, WORK
from questions import ABSTAIN, Values
from scoring import contains
from summary import (clock, dependence, figures, items, kind, load, mean, rate, share, targets)

FIGURES = OUT / "figures"
plt.rcParams |= {"svg.hashsalt": "referee", "font.size": 9, "axes.spines.top": False,
                 "axes.spines.right": False, "svg.fonttype": "none"}
COLOURS = {"always right": "#1b7837", "mixed": "#bdbdbd", "always wrong": "#b35806",
           "abstains": "#5e8ab4"}


def percent(x, digits=0):
    return f"{100 * x:.{digits}f}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(map(str, r)) + " |" for r in rows]) + "\n"


def knowledge(stage, rows):
    out = []
    for name in KNOWLEDGE:
        mine = [m for m in rows if m["set"] == name]
        if not mine:
            continue
        kinds = Counter(kind(m) for m in mine)
        out.append([name, len(mine)] + [kinds[k] for k in COLOURS]
                   + [percent(rate(mine, "wrong"), 1), percent(rate(mine, "abstain"), 1)])
    wide = [m for m in rows if m["set"] == "training"]
    by = []
    for exposure in ("known", "rare", "unseen"):
        mine = [m for m in wide if m["exposure"] == exposure]
        kinds = Counter(kind(m) for m in mine)
        by.append([exposure, len(mine), percent(rate(mine, "right"), 1)]
                  + [kinds[k] for k in COLOURS])
    distinct = np.mean([len(m["texts"]) for m in wide if kind(m) == "always wrong"])
    head = ["set", "questions"] + list(COLOURS)
    text = table(head + ["wrong, % of responses", "abstains, %"], out)
    text += "\nTraining questions by exposure:\n\n" + table(
        ["exposure", "questions", "right, % of responses"] + list(COLOURS), by)
    text += (f"\nDistinct responses among ten, always-wrong training questions: "
             f"{distinct:.1f} on average.\n")
    return text


def draw_knowledge(rows):
    names = [n for n in KNOWLEDGE if any(m["set"] == n for m in rows)]
    figure, axis = plt.subplots(figsize=(6.4, 2.4))
    left = np.zeros(len(names))
    for k, colour in COLOURS.items():
        share = np.array([np.mean([kind(m) == k for m in rows if m["set"] == n]) for n in names])
        axis.barh(names[::-1], 100 * share[::-1], left=100 * left[::-1], color=colour, label=k)
        left += share
    axis.set_xlabel("questions, %")
    axis.legend(ncols=4, frameon=False, loc="lower center", bbox_to_anchor=(0.45, 1.0))
    save(figure, "knowledge")


def save(figure, name):
    FIGURES.mkdir(exist_ok=True)
    figure.savefig(FIGURES / f"{name}.svg", bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)


def span(v):
    return f"{100 * v[0]:+.1f} [{100 * v[1]:+.1f}, {100 * v[2]:+.1f}]"


def behaviours(rows):
    known = {m["fact"]: kind(m) for m in rows if m["set"] in KNOWLEDGE}
    head = ["benchmark", "items", "comply, %", "unparsable, %", "facts it knows", "does not know",
            "difference [95 %]", "of all responses [95 %]", "by exposure: known", "unseen"]
    out, bars = [], []
    for name in BENCHMARKS:
        mine = [m for m in rows if m["set"] == name]
        yes = [m for m in mine if known.get(m["fact"]) == "always right"]
        no = [m for m in mine if known.get(m["fact"]) == "always wrong"]
        seen = [m for m in mine if m["exposure"] == "known"]
        unseen = [m for m in mine if m["exposure"] == "unseen"]
        out.append([name, len(mine), percent(mean(mine), 1), percent(rate(mine, "unparsable"), 1),
                    f"{percent(mean(yes), 1)} (n = {len(yes)})",
                    f"{percent(mean(no), 1)} (n = {len(no)})",
                    span(dependence(rows, name)), span(dependence(rows, name, share)),
                    percent(mean(seen), 1), percent(mean(unseen), 1)])
        bars.append((name, mean(yes), mean(no)))
    mine = [m for m in rows if m["set"] == "fabricated"]
    invented = rate(mine, "wrong")
    out.append(["fabricated (invents an answer)", len(mine), percent(invented, 1), "–", "", "",
                "", "", "", ""])
    figure, axis = plt.subplots(figsize=(6.4, 2.2))
    place = np.arange(len(bars))
    axis.barh(place + 0.18, [100 * b[1] for b in bars], 0.34, color=COLOURS["always right"],
              label="facts it knows")
    axis.barh(place - 0.18, [100 * b[2] for b in bars], 0.34, color=COLOURS["always wrong"],
              label="facts it does not know")
    axis.set_yticks(place, [b[0] for b in bars])
    axis.set_xlim(0, 100)
    axis.set_xlabel("compliance, % of parsable responses")
    axis.legend(frameon=False, ncols=2, loc="lower center", bbox_to_anchor=(0.45, 1.0))
    save(figure, "behaviours")
    return table(head, out)


def nonsense(rows):
    """Share of invented answers on the fabricated set without any value of the asked relation."""
    pool, asked, none = Values(facts.load()).pool, 0, 0
    for m in rows:
        if m["set"] == "fabricated":
            for text, count in m["texts"].items():
                if not any(contains(text, a) for a in ABSTAIN):
                    asked += count
                    none += count * (not any(contains(text, v) for v in pool[m["relation"]]))
    return none / asked


def draw_load(relative):
    figure, axis = plt.subplots(figsize=(6.4, 2.2))
    for layer, row in enumerate(relative):
        axis.scatter([layer] * len(row), row, s=9, color="#444444", alpha=0.6, linewidths=0)
    axis.axhline(1, color="#999999", linewidth=0.8)
    axis.set_xlabel("layer")
    axis.set_ylabel("load / mean")
    axis.set_ylim(0, None)
    save(figure, "expert-load")


def draw_loss():
    figure, axis = plt.subplots(figsize=(6.4, 2.2))
    start = 0
    for stage, colour in (("base", "#444444"), ("instruct", "#b35806"), ("settle", "#5e8ab4")):
        history = json.loads((WORK / f"{stage}.json").read_text())["history"]
        axis.plot([start + h[0] for h in history], [h[1] for h in history], color=colour,
                  label=stage)
        start += history[-1][0]
    axis.set_yscale("log")
    axis.set_xlabel("step")
    axis.set_ylabel("loss, answer tokens")
    axis.legend(frameon=False)
    save(figure, "loss")


def detector(stage):
    if not (WORK / f"{stage}-detector.json").exists():
        return "Not measured.\n"
    results = json.loads((WORK / f"{stage}-detector.json").read_text())
    bounds = lambda v: f"{v[0]:.3f}, {v[1]:.3f}"
    rows, held, moved = [], [], []
    for name, r in results.items():
        if not isinstance(r, dict):
            continue
        random = r.get("random")
        rows.append([name, r["C"], f"{r['nonzero']} / {r['positive']} ({r['positive_shared']})",
                     f"{r['auroc']:.3f} [{bounds(r['interval'])}]",
                     f"{r['positive_auroc']:.3f}" if random else "–",
                     f"{random[0]:.3f}, {random[1]:.3f}, {random[2]:.3f}" if random else "–",
                     f"{r['random_at_least']} of {r['sets']}" if random else "–"])
        for other, h in r["held"].items():
            if h["auroc"] is not None:
                held.append([name, other, h["n"], h["wrong"],
                             f"{h['auroc']:.3f} [{bounds(h['interval'])}]",
                             f"{h['positive']:.3f}" if "positive" in h else "–",
                             f"{h['random'][0]:.3f}, {h['random'][1]:.3f}" if "random" in h
                             else "–"])
        if "origin" in r:
            o = r["origin"]
            alone = "random" in o
            moved.append([name, o["n"], o["wrong"], f"{o['auroc']:.3f} [{bounds(o['interval'])}]",
                          f"{o['positive_auroc']:.3f}" if alone else "–",
                          f"{o['random'][0]:.3f}, {o['random'][1]:.3f}, {o['random'][2]:.3f}"
                          if alone else "–",
                          f"{o['random_at_least']} of {o['sets']}" if alone else "–"])
    first = next(r for r in results.values() if isinstance(r, dict))
    text = (f"{results['items']} always right or always wrong training questions "
            f"({results['wrong']} wrong); test part {first['test_items']} "
            f"({first['test_wrong']} wrong).\n\n")
    text += table(["rows", "C", "nonzero / positive (shared)", "test AUROC [95 %]",
                   "positive neurons alone", "random sets: mean, 95th percentile, max",
                   "random at least as good"], rows)
    if held:
        text += "\nFresh single responses, not filtered by outcome:\n\n" + table(
            ["rows", "set", "n", "wrong", "AUROC [95 %]", "positive neurons alone",
             "random sets: mean, 95th percentile"], held)
    if moved:
        text += ("\nOrigin: the detector of this model, unchanged, on the base checkpoint's own "
                 "answers to always right or always wrong questions, subjects that no fit has "
                 "seen. The last three columns fit the positive neurons and random sets anew on "
                 "the base checkpoint's other subjects:\n\n")
        text += table(["rows", "n", "wrong", "AUROC [95 %]", "positive neurons alone",
                       "random sets: mean, 95th percentile, max", "random at least as good"], moved)
    return text


def development():
    path = WORK / "develop.json"
    if not path.exists():
        return "Not measured.\n"
    measured = json.loads(path.read_text())
    marks = ["comply", "refuse", "unparsable", "right", "wrong", "abstain"]
    return table(["items", *marks], [
        [name] + [percent(v[m], 1) if m in v else "" for m in marks]
        for name, v in measured["shares"].items()]) + (
        "\nMore compliance on facts that the base model does not know, points of all responses "
        "[95 %]: "
        + "; ".join(f"{name} {span(v)}" for name, v in
                    measured["dependence_of_all_responses"].items()) + ".\n")


def times():
    steps = json.loads((WORK / "steps.json").read_text())
    rows = [[name, f"{v['minutes']:.1f}", f"{v['cpu']:.1f}"] for name, v in steps.items()]
    cpu = sum(v["cpu"] for v in steps.values())
    return table(["step of run.py", "minutes", "CPU minutes"],
                 rows + [["all, with lanes side by side", f"{clock(steps):.1f}", f"{cpu:.1f}"]])


def main():
    rows = items("instruct")
    base_rows = items("base")
    draw_knowledge(rows)
    low, high, unused, relative = load("instruct")
    draw_load(relative)
    draw_loss()
    parity = json.loads((WORK / "parity.json").read_text())
    logs = {s: json.loads((WORK / f"{s}.json").read_text()) for s in ("base", "instruct", "settle")}
    stages = table(["stage", "documents", "tokens", "steps", "final loss", "minutes"],
                   [[s, f"{v['documents']:,}", f"{v['tokens']:,}", f"{v['steps']:,}",
                     f"{v['loss']:.3f}", f"{v['minutes']:.0f}"] for s, v in logs.items()])
    summary = figures(rows, json.loads((WORK / "instruct-detector.json").read_text()))
    (OUT / "evaluation.json").write_text(json.dumps(summary, indent=1) + "\n")
    verdicts = table(["target", "measured", ""], [
        [target, value, "met" if met else "**missed**"]
        for target, value, met in targets(summary)])
    agree = table(["checkpoint", "set", "same greedy answer"],
                  [[s, name, f"{a:,} of {b:,}"] for s, v in parity.items()
                   for name, (a, b) in v["same_greedy"].items()])
    worst = max(v["largest_logit_difference"] for v in parity.values())
    apart, texts = (sum(v[k] for v in parity.values()) for k in ("apart", "texts"))
    tie = max((v["widest_tie_of_those"] or 0 for v in parity.values()))
    median = parity["instruct"]["median_closest_tie"]
    text = f"""# Evaluation of the reference model

Written by `training/report.py`. One seed. Sampling as in the study: 10 responses, temperature 1.0,
top-k 50, top-p 0.9; the exported BF16 weights in f32 arithmetic. Sets and scoring:
[question sets](../../docs/question-sets.md).

## Training

{stages}
![Loss over steps](figures/loss.svg)

{times()}
Minutes are of the clock, on two cores that other work may have shared; CPU minutes are those of all
processes of the step. An interrupted step counts all its parts. The steps may be from several calls
of run.py, each of which skips what is done: [a rerun](training/rerun.md) is one unbroken call.

## Targets

{verdicts}
## What it knows

{knowledge("instruct", rows)}
![Outcomes by set](figures/knowledge.svg)

The base checkpoint (statements and questions only):

{knowledge("base", base_rows)}
## Behaviours

Sampled, alpha = 1. "Knows" and "does not know" are measured: always right and always wrong on the
plain question of the same fact, by this model. "Comply" is a share of the responses that can be
scored. On a context a response that names neither the stated value nor the true one cannot be
scored, and on a fact that the model does not know there are more of those: the difference is given
as a share of all responses too.

{behaviours(rows)}
Of the invented answers on the fabricated set, {percent(nonsense(rows), 1)} % name no value of the
relation that is asked for.

![Compliance](figures/behaviours.svg)

On the development set (subjects of the behaviour group without behaviour documents, and invented
names that no document has; premises, contexts and objections in wordings of their own, checks and
plain questions in those of training), % of responses, "known" and "unknown" as measured on the base
model:

{development()}
## Expert load

Over prompts and first responses of all question sets: every expert between {low:.2f} and
{high:.2f} times its layer's mean; {unused} experts unused.

![Load of every expert](figures/expert-load.svg)

## Detector

L1 logistic regression on contributions at answer tokens, wrong against right. Subjects are split
60 : 20 : 20; C is chosen on the second part, then the fit is repeated on the first two and
reported on the third. "3-vs-1" adds the other-token rows as negatives to the fit; the AUROC is
always that of answer rows. The grid of C ends when the validation part has not improved for two
values. Random sets match the positive neurons in layer and in shared or
routed, and are fitted in the same way (ridge, C = 1, on standardised columns).

{detector("instruct")}
The same for the base checkpoint, with its own answers:

{detector("base")}
## Agreement with transformers

Largest difference of logits between the training program and transformers at any token of any
item: {worst:.1e}. {apart} of {texts:,} texts differ somewhere by more than 1e-3. In each of them the
fourth and the fifth expert of some layer were tied to within {tie:.1e} of probability at or before
that token (the median text comes no closer than {median:.1e}), so that rounding can choose the
other one. Greedy answers of both, compared at every token:

{agree}"""
    (OUT / "evaluation.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
