"""Wrote the question files of this study: lines of the reference model's question sets, unchanged.

They are those of the sets before their world was enlarged, and stay as they were locked. The pilot
used in-domain.jsonl of the same sets, so no fact of that file is in any of these; its questions on
the relations asked here are kept in questions/pilot.jsonl.
Usage: python3 data/studies/smollm2/questions.py FOLDER_OF_THE_EARLIER_SETS
"""
import json
import pathlib
import sys

here = pathlib.Path(__file__).resolve().parent
source = pathlib.Path(sys.argv[1])


def lines(name):
    return [(line, json.loads(line)) for line in (source / name).read_text("utf-8").splitlines()]


piloted = {item["fact"] for _, item in lines("in-domain.jsonl")}


def write(target, name, relations, count):
    kept = [line for line, item in lines(name)
            if item["relation"] in relations and item.get("fact") not in piloted][:count]
    (here / "questions" / target).write_text("".join(line + "\n" for line in kept), "utf-8")
    print(target, len(kept))


(here / "questions" / "pilot.jsonl").write_text("".join(
    line + "\n" for line, item in lines("in-domain.jsonl")
    if item["relation"] in {"continent", "language", "capital", "demonym"}), "utf-8")
write("training.jsonl", "training.jsonl", {"continent", "language"}, 120)
write("second-in-domain.jsonl", "second-in-domain.jsonl", {"continent", "language"}, 60)
write("cross-domain.jsonl", "second-in-domain.jsonl", {"capital", "demonym"}, 60)
write("misleading-context.jsonl", "misleading-context.jsonl", {"continent", "language"}, 40)
