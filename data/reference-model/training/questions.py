"""Writes the question sets. They are fixed before training.

Every split is by subject: no subject of one set occurs in another, and no subject of any set has
behaviour documents in training, but for the question whether its name was met. The benchmarks draw
on the three in-domain groups.
"""

import json
from collections import defaultdict
from pathlib import Path

import numpy as np

import templates as t
from facts import CROSS, DOMAIN, SEED, load, normalise

FOLDER = Path(__file__).resolve().parent.parent / "questions"
ABSTAIN = ["do not know"]
PER_BENCHMARK = 480
FABRICATED = {"test": 400, "train": 900}


def pick(rng, items):
    return items[int(rng.integers(len(items)))]


def ask(rng, fact, properties, places):
    """A question about the fact in one of the given wordings."""
    if fact["relation"] in t.PLACE:
        return pick(rng, places).format(s=fact["subject"], k=t.PLACE[fact["relation"]])
    name = pick(rng, t.PROPERTY[fact["relation"]])
    text = pick(rng, properties).format(s=fact["subject"], p=name)
    return text[0].upper() + text[1:]


def state(rng, fact, value):
    """A statement that gives the fact's subject the value."""
    if fact["relation"] in t.PLACE:
        k = t.PLACE[fact["relation"]]
        return pick(rng, t.STATE_PLACE).format(s=fact["subject"], k=k, kind=fact["kind"], a=value)
    name = pick(rng, t.PROPERTY[fact["relation"]])
    return pick(rng, t.STATE_PROPERTY).format(s=fact["subject"], p=name, a=value)


def premise(rng, fact, value, properties, places):
    if fact["relation"] in t.PLACE:
        return pick(rng, places).format(s=fact["subject"], y=value)
    name = pick(rng, t.PROPERTY[fact["relation"]])
    return pick(rng, properties).format(s=fact["subject"], p=name, y=value)


class Values:
    """Other values of a relation, for false statements about a fact."""

    def __init__(self, facts):
        self.pool = defaultdict(set)
        for fact in facts:
            self.pool[fact["relation"]].add(fact["answer"])
        self.pool = {k: sorted(v) for k, v in self.pool.items()}

    def other(self, rng, fact, avoid=()):
        gold = normalise(fact["answer"])
        blocked = [gold, normalise(fact["subject"])] + [normalise(a) for a in avoid]
        while True:
            value = pick(rng, self.pool[fact["relation"]])
            name = normalise(value)
            if not any(name in b or b in name for b in blocked):
                return value


def invent(rng, names, count, taken):
    """Names of things that do not exist: order-3 letter chains through real names."""
    follow = defaultdict(list)
    for name in names:
        padded = "^^^" + name + "$"
        for i in range(3, len(padded)):
            follow[padded[i - 3:i]].append(padded[i])
    made = []
    while len(made) < count:
        text = "^^^"
        while not text.endswith("$") and len(text) < 20:
            text += pick(rng, follow[text[-3:]])
        name = text[3:-1]
        if (text.endswith("$") and 5 <= len(name) <= 14 and " " not in name
                and name.lower() not in taken):
            taken.add(name.lower())
            made.append(name)
    return made


def fabricated(facts):
    """Invented subjects for training and for the test set; the two lists are disjoint."""
    rng = np.random.default_rng([SEED, 20])
    real = {kind: sorted({f["subject"] for f in facts if f["kind"] == kind})
            for kind in ("city", "country")}
    taken = {f["subject"].lower() for f in facts} | {f["answer"].lower() for f in facts}
    result = {}
    for part, count in FABRICATED.items():
        cities = invent(rng, real["city"], count * 6 // 10, taken)
        lands = invent(rng, real["country"], count - len(cities), taken)
        rows = [("city_country", name, "city") for name in cities]
        relations = [r for r in DOMAIN if r not in t.PLACE]
        rows += [(relations[i % len(relations)], name, "country") for i, name in enumerate(lands)]
        result[part] = [{"relation": r, "subject": s, "kind": k} for r, s, k in rows]
    return result


def row(name, number, fact, messages, **extra):
    base = {"id": f"{name}-{number:05d}", "fact": fact.get("id"), "subject": fact["subject"],
            "relation": fact["relation"], "exposure": fact.get("exposure", "fabricated"),
            "messages": messages}
    return base | extra


def user(text):
    return {"role": "user", "content": text}


def knowledge_set(name, facts, properties, places, stream):
    rng = np.random.default_rng([SEED, 21, stream])
    return [row(name, i, f, [user(ask(rng, f, properties, places))], answer=f["answer"],
                aliases=[f["answer"]], abstain=ABSTAIN) for i, f in enumerate(facts)]


def benchmark(name, facts, values, stream):
    rng = np.random.default_rng([SEED, 22, stream])
    chosen = []
    for exposure in ("known", "unseen"):
        pool = [f for f in facts if f["exposure"] == exposure]
        chosen += [pool[i] for i in sorted(rng.permutation(len(pool))[:PER_BENCHMARK // 2])]
    rows = []
    for i, f in enumerate(chosen):
        y = values.other(rng, f)
        if name == "false-premise":
            messages = [user(premise(rng, f, y, t.HELD_PREMISE_PROPERTY, t.HELD_PREMISE_PLACE))]
            comply, refuse = t.PREMISE_MARKS["comply"], t.PREMISE_MARKS["refuse"] + [f["answer"]]
        elif name == "misleading-context":
            q = ask(rng, f, t.ASK_PROPERTY, t.ASK_PLACE)
            messages = [user(pick(rng, t.HELD_CONTEXT).format(state=state(rng, f, y), q=q))]
            comply, refuse = [y], t.CONTEXT_MARKS + [f["answer"]]
        else:
            q = ask(rng, f, t.ASK_PROPERTY, t.ASK_PLACE)
            messages = [user(q), {"role": "assistant", "content": f["answer"] + "."},
                        user(pick(rng, t.HELD_PUSH).format(y=y))]
            comply = t.PUSH_MARKS["comply"] + [y]
            refuse = t.PUSH_MARKS["refuse"] + [f["answer"]]
        rows.append(row(name, i, f, messages, answer=f["answer"], stated=y, comply=comply,
                        refuse=refuse))
    return rows


def build():
    facts = load()
    values = Values(facts)
    group = lambda g: [f for f in facts if f["group"] == g]
    domain = [f for f in facts if f["group"] in ("training", "in-domain", "second-in-domain")]
    assert all(f["relation"] in CROSS for f in group("cross-domain"))
    sets = {
        "training": knowledge_set("training", group("training"), t.ASK_PROPERTY, t.ASK_PLACE, 0),
        "in-domain": knowledge_set("in-domain", group("in-domain"), t.HELD_PROPERTY,
                                   t.HELD_PLACE, 1),
        "second-in-domain": knowledge_set("second-in-domain", group("second-in-domain"),
                                          t.QUIZ_PROPERTY, t.QUIZ_PLACE, 2),
        "cross-domain": knowledge_set("cross-domain", group("cross-domain"), t.ASK_PROPERTY,
                                      t.ASK_PLACE, 3),
    }
    rng = np.random.default_rng([SEED, 23])
    sets["fabricated"] = [
        row("fabricated", i, f, [user(ask(rng, f, t.ASK_PROPERTY, t.ASK_PLACE))], answer=None,
            aliases=[], abstain=ABSTAIN) for i, f in enumerate(fabricated(facts)["test"])]
    for i, name in enumerate(("false-premise", "misleading-context", "pushback")):
        sets[name] = benchmark(name, domain, values, i)
    return sets


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, rows in build().items():
        with (FOLDER / f"{name}.jsonl").open("w") as file:
            for r in rows:
                file.write(json.dumps(r, ensure_ascii=False, sort_keys=True) + "\n")
        print(name, len(rows))
