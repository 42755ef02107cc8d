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


def wants_row(m):
    """Knowledge sets give rows, of training questions only those that the detector is fitted on."""
    consistent = max(m["marks"].values()) == RESPONSES
    return m["set"] in KNOWLEDGE and (consistent or m["set"] != "training")


def contributions(net, codec, texts, wanted):
    """(item id, row) of first responses with an answer span, where wanted; the load over all."""
    by_length = {}
    for (item, prompt, response), row_wanted in zip(texts, wanted):
        text = codec.text(response)
        span = answer_span(item, text) if row_wanted else None
        marked = flags(codec, response, text, span) if span else [False] * len(response)
        by_length.setdefault(len(prompt) + len(response), []).append(
            (item["id"], prompt + response, [False] * len(prompt) + marked))
    recorder, found, load_sum = Recorder(net), [], 0
    for same in by_length.values():
        for at in range(0, len(same), BATCH):
            part = same[at:at + BATCH]
            means, load_part = recorder.measure([p[1] for p in part], [p[2] for p in part])
            found += [(p[0], row) for p, row in zip(part, means) if row]
            load_sum = load_sum + load_part
    recorder.close()
    return found, load_sum


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=["base", "instruct"])
    parser.add_argument("--sets", nargs="+", default=KNOWLEDGE + BENCHMARKS)
    options = parser.parse_args()
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
        wanted = [wants_row(m) for m in measured[-len(items):]]
        texts = [(item, prompt, responses[0]) for item, prompt, responses
                 in zip(items, prompts, answers)]
        found, load_part = contributions(net, codec, texts, wanted)
        load_sum = load_sum + load_part
        keys += [key for key, _ in found]
        rows += [row for _, row in found]
        print(f"{options.stage} {name}: {len(items)} items, {time.time() - began:.0f} s, "
              f"{time.process_time() - cpu:.0f} CPU s", flush=True)
    with (WORK / f"{options.stage}-responses.jsonl").open("w") as file:
        for m in measured:
            file.write(json.dumps(m, ensure_ascii=False) + "\n")
    partial = WORK / f"{options.stage}-rows.new.npz"
    np.savez(partial, ids=np.array(keys), load=load_sum, answer=np.array([r[0] for r in rows]),
             other=np.array([r[1] for r in rows]))
    partial.replace(WORK / f"{options.stage}-rows.npz")


if __name__ == "__main__":
    main()
