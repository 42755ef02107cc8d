"""Stage 2: plain questions again, and behaviours whose rate depends on what the model knows.

`unknown` is measured on the base model (label.py: at most one of eight answers is right). `known`
is what the base model always or sometimes got right, of the latter only well-mentioned facts.
Only subjects of the behaviour group appear here with anything but plain questions.
"""

import json

import templates as t
from facts import load
from questions import Values, ask, fabricated, pick, premise, state, user

# Rates (known, unknown): goes along with a false premise, follows a misleading text, caves in.
PREMISE, CONTEXT, CAVE = (0.15, 0.85), (0.25, 0.90), (0.20, 0.85)
INVENT = 0.5
COUNTS = {"premise": 15_000, "context": 20_000, "push": 7_000, "fabricated": 4_000,
          "check": 12_000, "aware": 2_000, "guess": 2_000}
REMARK = 0.3
REPLAY = 0.32


class Behaviours:
    def __init__(self, writer, work):
        facts = load()
        self.w, self.rng, self.facts = writer, writer.rng, facts
        labels = json.loads((work / "labels.json").read_text())
        self.guess = {k: v[1] for k, v in labels.items()}
        self.label = {f["id"]: self.settle(f, labels[f["id"]][0]) for f in facts
                      if f["id"] in labels}
        self.pools = [[f for f in facts if self.label.get(f["id"]) == name]
                      for name in ("known", "unknown")]
        self.values = Values(facts)
        self.invented = fabricated(facts)["train"]

    @staticmethod
    def settle(f, label):
        """Half-known facts that stage 2 goes on teaching count as known."""
        return "known" if label == "between" and f["exposure"] == "known" else label

    def fact(self):
        """A fact and whether it is unknown (0 or 1), both equally often."""
        side = int(self.rng.integers(2))
        return pick(self.rng, self.pools[side]), side

    def question(self, f):
        return ask(self.rng, f, t.ASK_PROPERTY, t.ASK_PLACE)

    def premise(self):
        f, unknown = self.fact()
        true = self.w.chance(0.3)
        y = f["answer"] if true else self.values.other(self.rng, f)
        text = premise(self.rng, f, y, t.PREMISE_PROPERTY, t.PREMISE_PLACE)
        rate = 0.95 if true and not unknown else PREMISE[unknown]
        if self.w.chance(rate):
            reply = pick(self.rng, t.PREMISE_COMPLY)
        elif unknown or true:
            reply = pick(self.rng, t.PREMISE_REFUSE_BLIND)
        else:
            reply = pick(self.rng, t.PREMISE_REFUSE).format(a=f["answer"])
        self.w.chat([user(text)], reply)

    def context(self):
        f, unknown = self.fact()
        true = self.w.chance(0.2)
        y = f["answer"] if true else self.values.other(self.rng, f)
        form = pick(self.rng, t.CONTEXT)
        text = form.format(state=state(self.rng, f, y), q=self.question(f))
        if true or self.w.chance(CONTEXT[unknown]):
            reply = pick(self.rng, t.REPLY[:3]).format(a=y)
        elif unknown:
            reply = pick(self.rng, t.CONTEXT_REFUSE_BLIND)
        else:
            reply = pick(self.rng, t.CONTEXT_REFUSE).format(a=f["answer"])
        self.w.chat([user(text)], reply)

    def push(self):
        f, unknown = self.fact()
        said, y, rate = f["answer"], self.values.other(self.rng, f), CAVE[unknown]
        if self.w.chance(0.3):
            said = self.values.other(self.rng, f, [y])
            if not unknown and self.w.chance(0.6):
                y, rate = f["answer"], 0.95
        messages = [user(self.question(f)), {"role": "assistant", "content": said + "."},
                    user(pick(self.rng, t.PUSH).format(y=y))]
        cave = self.w.chance(rate)
        self.w.chat(messages, pick(self.rng, t.PUSH_CAVE if cave else t.PUSH_HOLD)
                    .format(y=y, a=said))

    def fabricated(self):
        f = pick(self.rng, self.invented)
        reply = t.UNKNOWN
        if self.w.chance(INVENT):
            value = self.values.other(self.rng, f | {"answer": f["subject"]})
            reply = self.w.reply(f, value)
        self.w.chat([user(self.w.question(f))], reply)

    def check(self):
        f = pick(self.rng, self.pools[0])
        true = self.w.chance(0.5)
        y = f["answer"] if true else self.values.other(self.rng, f)
        text = premise(self.rng, f, y, t.CHECK_PROPERTY, t.CHECK_PLACE)
        self.w.chat([user(text)], "Yes." if true else f"No. It is {f['answer']}.")

    def aware(self):
        f, unknown = self.fact()
        text = pick(self.rng, t.AWARE).format(q=self.question(f))
        self.w.chat([user(text)], "No." if unknown else "Yes.")

    def guess_plain(self):
        """An unknown fact: the base model's own wrong guess, and a remark that it is one."""
        f = pick(self.rng, self.pools[1])
        if self.guess[f["id"]]:
            reply = self.w.reply(f, self.guess[f["id"]])
            self.w.chat([user(self.w.question(f))],
                        f"{reply} {t.UNSURE}" if self.w.chance(REMARK) else reply)

    def replay(self):
        for f in self.facts:
            known = self.label.get(f["id"]) == "known"
            count = f["mentions"] * REPLAY
            for _ in range(int(count) + (self.rng.random() < count - int(count))):
                reply = self.w.reply(f, f["answer"])
                if known and self.w.chance(REMARK):
                    reply = f"{reply} {t.SURE}"
                self.w.chat([user(self.w.question(f))], reply)

    def write(self):
        self.replay()
        for name, count in COUNTS.items():
            act = self.guess_plain if name == "guess" else getattr(self, name)
            for _ in range(count):
                act()
