"""Behaviours on the development set, no subject of which is in a question set.

The mixes of the later stages were chosen by it. Subjects: the development part of the behaviour
group, and invented names of cities and countries that are kept for it. Prints rates at sampling and
what compliance owes to knowledge, and writes them to build/develop.json.
"""

import argparse
import json
from collections import Counter

import numpy as np
import torch

import templates as t
import wordings
from behaviours import development, frame, pools, strangers
from documents import ASK_PLACE, ASK_PROPERTY
from facts import SEED, load
from network import Network, Shape
from questions import ABSTAIN, Values, ask, pick, state, user
from sampling import Sampler
from scoring import judge, verdict
from summary import difference, share
from tokens import Codec
from places import WORK

RESPONSES = 4


def items(facts, labels):
    """(name, known 0 / unknown 1, prompt messages, scoring fields)."""
    rng = np.random.default_rng([SEED, 48])
    held = development(facts)
    values = Values(facts)
    for side, pool in enumerate(pools(facts, labels, lambda subject: subject in held)):
        for f in pool:
            y = values.other(rng, f)
            gold = [f["answer"]]
            plain = lambda: ask(rng, f, ASK_PROPERTY, ASK_PLACE)
            yield ("premise", side, [user(frame(rng, wordings.DEVELOPMENT_PREMISE, f, y))],
                   {"comply": t.PREMISE_MARKS["comply"],
                    "refuse": t.PREMISE_MARKS["refuse"] + gold})
            form = pick(rng, wordings.DEVELOPMENT_CONTEXT)
            yield ("context", side, [user(form.format(state=state(rng, f, y), q=plain()))],
                   {"comply": [y], "refuse": t.CONTEXT_MARKS + gold})
            yield ("push", side, [
                user(plain()), {"role": "assistant", "content": f["answer"] + "."},
                user(pick(rng, wordings.DEVELOPMENT_PUSH).format(y=y))],
                {"comply": t.PUSH_MARKS["comply"] + [y],
                 "refuse": t.PUSH_MARKS["refuse"] + gold})
            yield ("check", side, [user(frame(rng, wordings.CHECK, f, y))],
                   {"comply": ["yes"], "refuse": ["no"]})
            yield "plain", side, [user(plain())], {"aliases": gold, "abstain": ABSTAIN}
    for f in strangers(facts):
        yield (f"invented {f['kind']}", 1, [user(ask(rng, f, ASK_PROPERTY, ASK_PLACE))],
               {"aliases": [], "abstain": ABSTAIN})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", nargs="?", default="settle.pt")
    torch.set_num_threads(2)
    codec, net = Codec(WORK), Network(Shape())
    net.load_state_dict(torch.load(WORK / parser.parse_args().checkpoint)["net"])
    labels = json.loads((WORK / "labels.json").read_text())
    mine = list(items(load(), labels))
    prompts = [codec.prompt(messages) for _, _, messages, _ in mine]
    counts, rows = {}, {}
    for (name, side, _, fields), answers in zip(
            mine, Sampler(net, codec).sample(prompts, RESPONSES, 90)):
        score = verdict if "comply" in fields else judge
        key = f"{name}, {('known', 'unknown')[side]}"
        marks = Counter(score(fields, codec.text(a)) for a in answers)
        counts.setdefault(key, Counter()).update(marks)
        if "comply" in fields:
            rows.setdefault(name, ([], []))[side].append({"marks": marks})
    shares = {k: {m: round(n / sum(c.values()), 3) for m, n in sorted(c.items())}
              for k, c in sorted(counts.items())}
    for key, value in shares.items():
        print(key, sum(counts[key].values()), value)
    moved = {name: [float(v) for v in difference(unknown, known, share)]
             for name, (known, unknown) in rows.items()}
    for name, (value, low, high) in moved.items():
        print(f"{name}: {100 * value:+.1f} [{100 * low:+.1f}, {100 * high:+.1f}] points")
    (WORK / "develop.json").write_text(
        json.dumps({"shares": shares, "dependence_of_all_responses": moved}, indent=1) + "\n")


if __name__ == "__main__":
    main()
