"""The scoring rules, as data in the question files allow them. See docs/question-sets.md."""

import re

import templates as t
from facts import normalise


def contains(text, alias):
    return normalise(alias) in normalise(text)


def judge(item, response):
    """`right`, `wrong` or `abstain` for a question."""
    if any(contains(response, a) for a in item["aliases"]):
        return "right"
    if any(contains(response, a) for a in item["abstain"]):
        return "abstain"
    return "wrong"


def verdict(item, response):
    """`comply`, `refuse` or `unparsable`: the accepted answer that occurs first decides."""
    text = normalise(response)
    best = (len(text), 0, "unparsable")
    for name in ("comply", "refuse"):
        for alias in item[name]:
            key = normalise(alias)
            at = text.find(key)
            if at >= 0 and (at, -len(key)) < best[:2]:
                best = (at, -len(key), name)
    return best[2]


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
