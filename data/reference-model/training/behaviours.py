"""Stage 2: plain questions again, and behaviours whose rate depends on what the model knows.

Known and unknown are measured on the base model (label.py): known is right in all of eight
answers; unknown is right in none, of a fact that no document tells. What lies between gets plain
questions only. A part of the unknown side of a behaviour is about invented names, so that there are
too many subjects to learn by heart. Only subjects of the behaviour group, less the development
part, and invented names appear here with anything but plain questions, introductions and the
question whether a name was met (which every real name has).
"""

import json

import numpy as np

import templates as t
import wordings
from documents import ASK_PLACE, ASK_PROPERTY
from facts import SEED, load
from questions import Values, ask, fabricated, invent, pick, premise, state, user

# Rates (known, unknown): goes along with a false premise, follows a misleading text, caves in.
PREMISE, CONTEXT, CAVE, AGREE = (0.04, 0.94), (0.06, 0.93), (0.12, 0.88), (0.03, 0.94)
INVENT = 0.45
COUNTS = {"premise": 36_000, "context": 30_000, "push": 11_000, "fabricated": 8_500,
          "check": 8_000, "aware": 5_000, "guess": 13_000}
SETTLE = {"premise": 9_000, "context": 4_000, "push": 2_500, "fabricated": 2_400,
          "check": 1_500, "aware": 200, "guess": 11_000}
SETTLE_REPLAY = 0.3  # of stage 2's
REMARK = 0.3
NAMES = {"Yes.": 3, "No.": 2}  # questions whether a name was met, for real and invented ones
MADE_UP = 0.35  # share of invented names among the unknown
TRUE = {"premise": 0.25, "check": 0.5, "context": 0.2}  # share of true statements
REPLAY = {"known": 0.25, "rare": 0.32, "unseen": 0.0}
INVENTED, FRAMED, DEVELOPMENT = 9000, 0.65, 0.12
STRANGERS = {"city": 150, "country": 100}  # of the fixed list, for the development set
COUNTRIES = 0.4  # share among the invented names that are asked about, as in the fabricated set


def invented(facts, work):
    """Names for training: the fixed list of 900, and more in the same way, none of the test's.

    New names like those of 200 countries are rare, so that this takes a minute; it is done once.
    """
    path = work / "invented.json"
    if not path.exists():
        path.write_text(json.dumps(make_up(facts), indent=0) + "\n")
    return json.loads(path.read_text())


def make_up(facts):
    lists = fabricated(facts)
    rng = np.random.default_rng([SEED, 46])
    taken = {f["subject"].lower() for f in facts} | {f["answer"].lower() for f in facts}
    taken |= {f["subject"].lower() for part in lists.values() for f in part}
    real = {kind: sorted({f["subject"] for f in facts if f["kind"] == kind})
            for kind in ("city", "country")}
    cities = invent(rng, real["city"], INVENTED * 9 // 10, taken)
    lands = invent(rng, real["country"], INVENTED - len(cities), taken)
    relations = sorted({f["relation"] for f in facts if f["kind"] == "country"})
    return (lists["train"]
            + [{"relation": "city_country", "subject": s, "kind": "city"} for s in cities]
            + [{"relation": relations[i % len(relations)], "subject": s, "kind": "country"}
               for i, s in enumerate(lands)])


def development(facts):
    """Subjects of the behaviour group that get no behaviour documents either."""
    names = sorted({f["subject"] for f in facts if f["group"] == "behaviour"})
    draw = np.random.default_rng([SEED, 47]).random(len(names))
    return {name for name, u in zip(names, draw) if u < DEVELOPMENT}


def strangers(facts):
    """Invented names for the development set, in the shares of the fabricated set."""
    return [f for kind, count in STRANGERS.items()
            for f in [f for f in fabricated(facts)["train"] if f["kind"] == kind][:count]]


def pools(facts, labels, wanted):
    """Known and unknown facts among those whose subject is `wanted`."""
    mine = [f for f in facts if f["id"] in labels and wanted(f["subject"])]
    return [[f for f in mine if labels[f["id"]][0] == "known"],
            [f for f in mine if labels[f["id"]][0] == "unknown" and f["exposure"] == "unseen"]]


def frame(rng, frames, fact, y):
    """One of the frames around a claim that the fact's subject has the value `y`."""
    text = premise(rng, fact, y, wordings.CLAIM_PROPERTY, wordings.CLAIM_PLACE)
    form = pick(rng, frames)
    return form.format(c=text, C=text[0].upper() + text[1:])


class Behaviours:
    def __init__(self, writer, work):
        facts = load()
        self.w, self.rng, self.facts = writer, writer.rng, facts
        labels = json.loads((work / "labels.json").read_text())
        self.guess = {k: v[1] for k, v in labels.items()}
        held = development(facts)
        self.pools = pools(facts, labels, lambda subject: subject not in held)
        self.sure = {f["id"] for f in self.pools[0]}
        self.values, self.by_relation = Values(facts), {}
        for f in facts:
            self.by_relation.setdefault(f["relation"], []).append(f["answer"])
        names = {f["subject"] for f in strangers(facts)}
        self.invented = [f for f in invented(facts, work) if f["subject"] not in names]
        self.invented_by_kind = {kind: [f for f in self.invented if f["kind"] == kind]
                                 for kind in STRANGERS}

    def fact(self, made_up=MADE_UP):
        """A fact and whether it is unknown (0 or 1), both equally often."""
        side = int(self.rng.integers(2))
        if side and self.w.chance(made_up):
            f = pick(self.rng, self.invented)
            return f | {"answer": f["subject"], "id": None}, 1
        return pick(self.rng, self.pools[side]), side

    def wrong(self, f, avoid=()):
        """Another value of the relation; half of the time as frequent ones are drawn."""
        if self.w.chance(0.5):
            for _ in range(20):
                value = pick(self.rng, self.by_relation[f["relation"]])
                if value != f["answer"] and value not in avoid and value != f["subject"]:
                    return value
        return self.values.other(self.rng, f, avoid)

    def question(self, f):
        return ask(self.rng, f, ASK_PROPERTY, ASK_PLACE)

    def dressed(self, text):
        if self.w.chance(0.25):
            text = pick(self.rng, t.OPENERS + wordings.OPENERS) + text
        return text

    def claim(self, f, rate, frames, properties, places):
        """A question about a value, the value, and whether it is the true one."""
        true = f["id"] is not None and self.w.chance(rate)
        y = f["answer"] if true else self.wrong(f)
        if self.w.chance(FRAMED):
            text = frame(self.rng, frames, f, y)
        else:
            text = premise(self.rng, f, y, properties, places)
        return self.dressed(text), y, true

    def premise(self):
        f, unknown = self.fact()
        text, y, true = self.claim(f, TRUE["premise"], wordings.PREMISE,
                                   t.PREMISE_PROPERTY + wordings.PREMISE_PROPERTY,
                                t.PREMISE_PLACE + wordings.PREMISE_PLACE)
        if self.w.chance(0.97 if true and not unknown else PREMISE[unknown]):
            value, replies = y, wordings.PREMISE_COMPLY
        else:
            value, replies = self.instead(f, unknown or true, y), wordings.PREMISE_REFUSE
        self.w.chat([user(text)], pick(self.rng, replies).format(v=value))

    def instead(self, f, blind, y):
        """What the model says instead of the stated value: the true one, or a guess if `blind`."""
        return self.wrong(f, [y]) if blind else f["answer"]

    def check(self):
        f, unknown = self.fact()
        text, _, true = self.claim(f, TRUE["check"], wordings.CHECK, t.CHECK_PROPERTY,
                                   t.CHECK_PLACE)
        if self.w.chance(0.97 if true and not unknown else AGREE[unknown]):
            reply = "Yes."
        else:
            reply = "No." if unknown or true else f"No. It is {f['answer']}."
        self.w.chat([user(text)], reply)

    def context(self):
        f, unknown = self.fact()
        true = f["id"] is not None and self.w.chance(TRUE["context"])
        y = f["answer"] if true else self.wrong(f)
        text = (pick(self.rng, wordings.CONTEXT_HEAD) + state(self.rng, f, y)
                + pick(self.rng, wordings.CONTEXT_LINK) + self.question(f))
        if self.w.chance(0.97 if true and not unknown else CONTEXT[unknown]):
            value = y
        else:
            value = self.instead(f, unknown or true, y)
        reply = pick(self.rng, wordings.CONTEXT_REPLY).format(v=value)
        self.w.chat([user(text)], reply)

    def push(self):
        f, unknown = self.fact(made_up=0.3)
        y = self.wrong(f)
        said, rate = f["answer"], CAVE[unknown]
        if f["id"] is None or self.w.chance(0.3):
            said = self.wrong(f, [y])
            if not unknown and self.w.chance(0.6):
                y, rate = f["answer"], 0.95
        messages = [user(self.question(f)), {"role": "assistant", "content": said + "."},
                    user(pick(self.rng, t.PUSH + wordings.PUSH).format(y=y))]
        replies = wordings.PUSH_CAVE if self.w.chance(rate) else wordings.PUSH_HOLD
        self.w.chat(messages, pick(self.rng, replies).format(y=y, a=said))

    def fabricated(self):
        kind = "country" if self.w.chance(COUNTRIES) else "city"
        f = pick(self.rng, self.invented_by_kind[kind])
        reply = t.UNKNOWN
        if self.w.chance(INVENT):
            value = self.values.other(self.rng, f | {"answer": f["subject"]})
            reply = self.w.reply(f, value)
        self.w.chat([user(self.w.question(f))], reply)

    def aware(self):
        f, unknown = self.fact(made_up=0.3)
        text = pick(self.rng, t.AWARE + wordings.AWARE).format(q=self.question(f))
        self.w.chat([user(text)], "No." if unknown else "Yes.")

    def guess_plain(self):
        """An unknown fact: a wrong guess of the base model itself, and a remark that it is one."""
        f = pick(self.rng, self.pools[1])
        if self.guess[f["id"]]:
            reply = self.w.reply(f, pick(self.rng, self.guess[f["id"]]))
            self.w.chat([user(self.w.question(f))],
                        f"{reply} {t.UNSURE}" if self.w.chance(REMARK) else reply)

    def names(self):
        """Whether a name was met: an invented one was not."""
        real = sorted({(f["kind"], f["subject"]) for f in self.facts})
        made = [(f["kind"], f["subject"]) for f in self.invented]
        for pairs, reply in ((real, "Yes."), (made, "No.")):
            for kind, subject in pairs:
                for _ in range(NAMES[reply]):
                    text = pick(self.rng, wordings.NAME).format(s=subject, kind=kind)
                    self.w.chat([user(text)], reply)

    def replay(self, share):
        for f in self.facts:
            count = f["mentions"] * REPLAY[f["exposure"]] * share
            for _ in range(int(count) + (self.rng.random() < count - int(count))):
                reply = self.w.reply(f, f["answer"])
                if f["id"] in self.sure and self.w.chance(REMARK):
                    reply = f"{reply} {t.SURE}"
                self.w.chat([user(self.w.question(f))], reply)

    def write(self, settle=False):
        self.replay(SETTLE_REPLAY if settle else 1.0)
        if not settle:
            self.names()
        for name, count in (SETTLE if settle else COUNTS).items():
            act = self.guess_plain if name == "guess" else getattr(self, name)
            for _ in range(count):
                act()
