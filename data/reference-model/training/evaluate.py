"""Measures a checkpoint on the question sets: sampled answers, behaviours, load, contributions.

Writes build/STAGE-responses.jsonl (verdicts and counts per item) and build/STAGE-rows.npz (one row
of contributions a response). The report and the detector read these files.
"""

import argparse
import json
import time
from collections import Counter

import numpy as np
import torch

from contributions import Recorder
from export import load
from questions import FOLDER
from sampling import Sampler
from scoring import answer_span, judge, verdict
from tokens import Codec
from places import WORK

KNOWLEDGE = ["training", "in-domain", "second-in-domain", "cross-domain", "fabricated"]
BENCHMARKS = ["false-premise", "misleading-context", "pushback"]
RESPONSES, BATCH = 10, 16


def read(name):
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").open()]


def flags(codec, response, text, span):
    """Which response tokens overlap the span, by character offsets."""
    result, before = [], 0
    for i in range(len(response)):
        after = len(codec.text(response[:i + 1]))
        lead = len(text[before:after]) - len(text[before:after].lstrip())
        result.append(before + lead < span[1] and after > span[0])
        before = after
    return result


def join(stage, parts):
    """One pair of files from parts that were measured at the same time."""
    with (WORK / f"{stage}-responses.jsonl").open("w") as file:
        for part in parts:
            file.write((WORK / f"{stage}{part}-responses.jsonl").read_text())
    pieces = [np.load(WORK / f"{stage}{part}-rows.npz") for part in parts]
    pieces = [p for p in pieces if p["ids"].size]
    np.savez(WORK / f"{stage}-rows.npz", load=sum(p["load"] for p in pieces),
             **{k: np.concatenate([p[k] for p in pieces]) for k in ("ids", "answer", "other")})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=["base", "instruct"])
    parser.add_argument("--sets", nargs="+", default=KNOWLEDGE + BENCHMARKS)
    parser.add_argument("--part", default="", help="name of a part of the sets, see join")
    parser.add_argument("--join", nargs="+", help="join these parts instead of measuring")
    options = parser.parse_args()
    if options.join:
        return join(options.stage, options.join)
    torch.set_num_threads(2)
    codec, net = Codec(WORK), load(options.stage)
    sampler = Sampler(net, codec)
    measured, rows, keys, load_sum = [], [], [], 0
    for number, name in enumerate(KNOWLEDGE + BENCHMARKS):
        if name not in options.sets:
            continue
        began, cpu = time.time(), time.process_time()
        items = read(name)
        prompts = [codec.prompt(item["messages"]) for item in items]
        answers = sampler.sample(prompts, RESPONSES, 10 + number)
        for item, prompt, responses in zip(items, prompts, answers):
            texts = [codec.text(r) for r in responses]
            score = verdict if name in BENCHMARKS else judge
            marks = [score(item, text) for text in texts]
            measured.append({"set": name, "id": item["id"], "fact": item["fact"],
                             "relation": item["relation"], "exposure": item["exposure"],
                             "subject": item["subject"], "marks": Counter(marks),
                             "first": marks[0], "texts": Counter(texts)})
        if name in KNOWLEDGE:
            recorder = Recorder(net)
            by_length = {}
            for item, prompt, responses, seen in zip(items, prompts, answers, measured[-len(items):]):
                if name == "training" and max(seen["marks"].values()) < RESPONSES:
                    continue  # the detector is fitted on consistent items only
                text = codec.text(responses[0])
                span = answer_span(item, text)
                marked = flags(codec, responses[0], text, span) if span else []
                if any(marked):
                    whole = prompt + responses[0]
                    by_length.setdefault(len(whole), []).append(
                        (item["id"], whole, [False] * len(prompt) + marked))
            for same in by_length.values():
                for at in range(0, len(same), BATCH):
                    part = same[at:at + BATCH]
                    means, load_part = recorder.measure([p[1] for p in part],
                                                        [p[2] for p in part])
                    rows += means
                    keys += [p[0] for p in part]
                    load_sum = load_sum + load_part
            recorder.close()
        print(f"{options.stage} {name}: {len(items)} items, {time.time() - began:.0f} s, "
              f"{time.process_time() - cpu:.0f} CPU s", flush=True)
    name = options.stage + options.part
    with (WORK / f"{name}-responses.jsonl").open("w") as file:
        for m in measured:
            file.write(json.dumps(m, ensure_ascii=False) + "\n")
    np.savez(WORK / f"{name}-rows.npz", ids=np.array(keys), load=load_sum,
             answer=np.array([r[0] for r in rows]),
             other=np.array([r[1] for r in rows]))


if __name__ == "__main__":
    main()
