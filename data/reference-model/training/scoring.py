"""The scoring rules, as data in the question files allow them. See docs/question-sets.md."""

import re
import string

import templates as t

BLANKED = str.maketrans({c: " " for c in string.punctuation + "‘’´`"})


def normalise(text):
    """TriviaQA's normalisation: lower case, punctuation to blanks, no articles, single blanks."""
    text = text.replace("_", " ").lower().translate(BLANKED)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def place(text, alias):
    """Where the alias begins in the response, both normalised, at word boundaries; or -1."""
    return f" {normalise(text)} ".find(f" {normalise(alias)} ")


def contains(text, alias):
    return place(text, alias) >= 0


def judge(item, response):
    """`right`, `wrong` or `abstain` for a question."""
    if any(contains(response, a) for a in item["aliases"]):
        return "right"
    if any(contains(response, a) for a in item["abstain"]):
        return "abstain"
    return "wrong"


def verdict(item, response):
    """`comply`, `refuse` or `unparsable`: the accepted answer that occurs first decides."""
    found = []
    for name in ("comply", "refuse"):
        for alias in item[name]:
            at = place(response, alias)
            if at >= 0:
                found.append((at, -len(normalise(alias)), name))
    return min(found)[2] if found else "unparsable"


def answer_span(item, response):
    """Character range of the words that state the answer, by rule."""
    for alias in item["aliases"]:
        at = response.lower().find(alias.lower())
        if at >= 0:
            return at, at + len(alias)
    names = t.PROPERTY.get(item["relation"]) or [t.PLACE[item["relation"]]]
    subject = re.escape(item["subject"])
    forms = [r"It is (?P<a>.+?)\."]
    for form in t.STATE_PROPERTY + t.STATE_PLACE:
        pattern = re.escape(form).replace(r"\{s\}", subject).replace(r"\{a\}", "(?P<a>.+?)")
        pattern = pattern.replace(r"\{kind\}", r"\w+")
        forms += [pattern.replace(r"\{p\}", re.escape(n)).replace(r"\{k\}", re.escape(n))
                  for n in names]
    for form in forms + [r"(?P<a>[^.]+)\."]:
        match = re.match(form, response)
        if match:
            return match.span("a")
    return (0, len(response)) if response else None
