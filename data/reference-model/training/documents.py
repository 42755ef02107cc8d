"""The training documents: (token ids, flags of the tokens that carry loss).

Stage 1 (`base`): statements, questions and introductions. Stage 2 (`instruct`): questions again,
and the behaviours, which go by what the base model was measured to know. Stage 3 (`settle`): few of
all, with more plain questions, since stage 2 makes the model decline real names too often.
"""

import numpy as np

import templates as t
import wordings
from facts import load
from places import WORK, stream
from questions import ask, pick, state, user

# Documents per mention: well-mentioned facts twice, so that the base model settles on them.
BASE_SHARE = {"known": 2.0, "rare": 1.0, "unseen": 0.0}
STATEMENTS, INTRODUCTIONS, DECORATED = 0.7, 8, 0.3
ASK_PROPERTY = t.ASK_PROPERTY + wordings.ASK_PROPERTY
ASK_PLACE = t.ASK_PLACE + wordings.ASK_PLACE


class Writer:
    """Turns texts into documents."""

    def __init__(self, codec, number):
        self.codec, self.documents = codec, []
        self.rng = stream(40, number)

    def chance(self, p):
        return self.rng.random() < p

    def statement(self, text, answer):
        """Loss from the answer on; `answer` must occur once, after a blank."""
        cut = text.rindex(" " + answer)
        head, tail = self.codec.plain(text[:cut]), self.codec.plain(text[cut:])
        self.add(head, tail + [self.codec.end_of_text])

    def chat(self, messages, reply):
        self.add(self.codec.prompt(messages), self.codec.plain(reply) + [self.codec.stop])

    def add(self, head, tail):
        ids = np.array(head + tail, np.int16)
        flags = np.zeros(len(ids), bool)
        flags[len(head):] = True
        self.documents.append((ids, flags))

    def introduce(self, kind, subject):
        """A sentence that names the subject and its kind; loss on all of it."""
        text = pick(self.rng, wordings.INTRODUCE).format(s=subject, kind=kind)
        ids = self.codec.plain(text) + [self.codec.end_of_text]
        self.add(ids[:1], ids[1:])

    def question(self, fact):
        text = ask(self.rng, fact, ASK_PROPERTY, ASK_PLACE)
        if self.chance(DECORATED):
            text = (pick(self.rng, t.OPENERS + wordings.OPENERS) + text
                    + pick(self.rng, t.ENDINGS + wordings.ENDINGS))
        return text

    def reply(self, fact, value):
        text = pick(self.rng, t.REPLY)
        return text.format(a=value, full=state(self.rng, fact, value) if "full" in text else "")


def rounded(rng, x):
    return int(x) + int(rng.random() < x - int(x))


def base(codec):
    """Stage 1, in a fixed order; the trainer shuffles."""
    facts, w = load(), Writer(codec, 1)
    for f in facts:
        for _ in range(rounded(w.rng, f["mentions"] * BASE_SHARE[f["exposure"]])):
            if w.chance(STATEMENTS):
                w.statement(state(w.rng, f, f["answer"]), f["answer"])
            else:
                w.chat([user(w.question(f))], w.reply(f, f["answer"]))
    for kind, subject in sorted({(f["kind"], f["subject"]) for f in facts}):
        for _ in range(INTRODUCTIONS):
            w.introduce(kind, subject)
    return w.documents


def instruct(codec, settle=False):
    """Stage 2, and the short stage 3 in the same way."""
    from behaviours import Behaviours

    w = Writer(codec, 3 if settle else 2)
    Behaviours(w, WORK).write(settle)
    return w.documents


def settle(codec):
    return instruct(codec, settle=True)
