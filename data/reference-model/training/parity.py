"""Compares both checkpoints with transformers, and writes the fixture of the Swift tests.

transformers reads prompt and greedy answer of every item in one pass; where each answer token is
its most probable one, its greedy answer is the same. Logits are compared at all positions; for a
text with a difference above rounding, the closest tie between the last expert that is chosen and
the first that is not is noted, since there a rounding error chooses another expert.
"""

import json

import numpy as np
import torch
import torch.nn.functional as F

from evaluate import BENCHMARKS, KNOWLEDGE, read
from export import FOLDERS, load
from sampling import Sampler
from tokens import Codec
from places import FIXTURE, WORK

WITH_LOGITS, ROUNDING = 3, 1e-3


class Ties:
    """Gap of probability between the last chosen and the next expert, [layers, tokens]."""

    def __init__(self, net):
        self.gaps = []
        self.hooks = [layer.mlp.register_forward_hook(self.take) for layer in net.model.layers]

    def close(self):
        for hook in self.hooks:
            hook.remove()

    def take(self, block, arguments, result):
        x = arguments[0].reshape(-1, block.s.hidden)
        best = F.linear(x, block.gate.weight).softmax(-1).topk(block.s.top + 1, -1).values
        self.gaps.append(best[:, -2] - best[:, -1])

    def closest(self, shape):
        """The closest tie at or before each token, [texts, tokens]; clears what was seen."""
        gaps, self.gaps = torch.stack(self.gaps).min(0).values.reshape(shape), []
        return gaps.cummin(1).values


def compare(stage, codec, sets):
    import transformers

    transformers.logging.set_verbosity_error()
    theirs = transformers.AutoModelForCausalLM.from_pretrained(
        FOLDERS[stage], dtype=torch.float32).eval()
    net = load(stage)
    sampler = Sampler(net, codec)
    largest, same, fixture, texts, tied = 0.0, {}, [], [], []
    for name in sets:
        prompts = [codec.prompt(item["messages"]) for item in read(name)]
        answers = sampler.greedy(prompts)
        whole = [p + a for p, a in zip(prompts, answers)]
        order = sorted(range(len(whole)), key=lambda i: len(whole[i]))
        good, ties = 0, Ties(net)
        for at in range(0, len(order), 64):
            part = order[at:at + 64]
            width = len(whole[part[-1]])
            tokens = torch.full((len(part), width), codec.end_of_text)
            for row, i in enumerate(part):
                tokens[row, :len(whole[i])] = torch.tensor(whole[i])
            with torch.no_grad():
                reference = theirs(tokens).logits
                own, _ = net(tokens)
                gaps = ties.closest(tokens.shape)
            for row, i in enumerate(part):
                n, m = len(prompts[i]), len(whole[i])
                apart = (reference[row, :m] - own[row, :m]).abs().max(-1).values
                largest = max(largest, float(apart.max()))
                texts.append(float(gaps[row, m - 1]))
                if apart.max() > ROUNDING:
                    tied.append(float(gaps[row, (apart > ROUNDING).nonzero()[0, 0]]))
                best = reference[row, n - 1:m].argmax(-1).tolist()
                good += best[:-1] == answers[i] and best[-1] in sampler.stops
        ties.close()
        same[name] = [good, len(prompts)]
        fixture += list(zip([name] * len(prompts), prompts, answers))
        print(stage, name, same[name], largest, flush=True)
    found = {"largest_logit_difference": largest, "same_greedy": same, "texts": len(texts),
             "apart": len(tied), "widest_tie_of_those": max(tied, default=None),
             "median_closest_tie": float(np.median(texts))}
    return found, fixture, theirs


def write(stage, fixture, theirs):
    """Prompt and answer ids of every item, and transformers' logits for the first few."""
    flat = lambda column: np.array([t for f in fixture for t in f[column]], np.int32)
    sizes = lambda column: np.array([len(f[column]) for f in fixture], np.int32)
    arrays = {"prompts": flat(1), "prompt_sizes": sizes(1), "answers": flat(2),
              "answer_sizes": sizes(2)}
    step = len(fixture) // WITH_LOGITS
    picked = [i * step for i in range(WITH_LOGITS)]
    arrays["logit_items"] = np.array(picked, np.int32)
    with torch.no_grad():
        logits = [theirs(torch.tensor([fixture[i][1] + fixture[i][2]])).logits[0].numpy()
                  for i in picked]
    arrays["logits"] = np.concatenate(logits).astype(np.float32)
    FIXTURE.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(FIXTURE / f"{stage}.npz", **arrays)


def main():
    torch.set_num_threads(2)
    codec, result = Codec(WORK), {}
    for stage, sets in (("base", KNOWLEDGE[:1]), ("instruct", KNOWLEDGE + BENCHMARKS)):
        result[stage], fixture, theirs = compare(stage, codec, sets)
        write(stage, fixture[:64] if stage == "base" else fixture, theirs)
    (WORK / "parity.json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
