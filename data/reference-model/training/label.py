"""Measures what the base model knows of the facts that get behaviour documents.

Two trained wordings, four samples each: known if all eight are right, unknown if none is.
Writes build/labels.json: fact id -> [label, the model's wrong answers].
"""

import json
from collections import Counter

import numpy as np
import torch

import templates as t
from facts import SEED, load
from network import Network, Shape
from questions import ask, user
from sampling import Sampler
from scoring import answer_span, contains, normalise
from tokens import Codec
from places import WORK


def main():
    torch.set_num_threads(2)
    codec, net = Codec(WORK), Network(Shape())
    net.load_state_dict(torch.load(WORK / "base.pt")["net"])
    facts = [f for f in load() if f["group"] == "behaviour"]
    values = {}
    for f in load():
        values.setdefault(f["relation"], {})[normalise(f["answer"])] = f["answer"]
    rng = np.random.default_rng([SEED, 45])
    prompts = [codec.prompt([user(ask(rng, f, t.ASK_PROPERTY, t.ASK_PLACE))])
               for f in facts for _ in range(2)]
    answers = Sampler(net, codec).sample(prompts, 4, 1)
    labels = {}
    for i, f in enumerate(facts):
        texts = [codec.text(a) for a in answers[2 * i] + answers[2 * i + 1]]
        right = [contains(x, f["answer"]) for x in texts]
        item = {"aliases": [], "relation": f["relation"], "subject": f["subject"]}
        spans = [(answer_span(item, x), x) for x, ok in zip(texts, right) if not ok]
        wrong = Counter(normalise(x[s[0]:s[1]]) for s, x in spans if s)
        guesses = [values[f["relation"]][w] for w in sorted(wrong) if w in values[f["relation"]]
                   for _ in range(wrong[w])]
        label = "known" if all(right) else "unknown" if not any(right) else "between"
        labels[f["id"]] = [label, guesses]
    (WORK / "labels.json").write_text(json.dumps(labels, indent=0) + "\n")
    print(Counter((f["exposure"], labels[f["id"]][0]) for f in facts))


if __name__ == "__main__":
    main()
