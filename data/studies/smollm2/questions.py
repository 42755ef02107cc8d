"""Writes the question files of this study: lines of data/reference-model/questions, unchanged.

The pilot used in-domain.jsonl, so no fact of that file is in any of these.
Run from anywhere: python3 data/studies/smollm2/questions.py
"""
import json
import pathlib

here = pathlib.Path(__file__).resolve().parent
source = here.parent.parent / "reference-model" / "questions"


def lines(name):
    return [(line, json.loads(line)) for line in (source / name).read_text("utf-8").splitlines()]


piloted = {item["fact"] for _, item in lines("in-domain.jsonl")}


def write(target, name, relations, count):
    kept = [line for line, item in lines(name)
            if item["relation"] in relations and item.get("fact") not in piloted][:count]
    (here / "questions" / target).write_text("".join(line + "\n" for line in kept), "utf-8")
    print(target, len(kept))


write("training.jsonl", "training.jsonl", {"continent", "language"}, 120)
write("second-in-domain.jsonl", "second-in-domain.jsonl", {"continent", "language"}, 60)
write("cross-domain.jsonl", "second-in-domain.jsonl", {"capital", "demonym"}, 60)
write("misleading-context.jsonl", "misleading-context.jsonl", {"continent", "language"}, 40)
