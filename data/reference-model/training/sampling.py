"""Samples and greedy answers from the plain network, sharing every prefix that occurs twice.

Temperature 1, then top-k 50, then top-p 0.9. The random numbers of a response are addressed by
(seed, prompt, response), so the batch does not change an answer.
"""

import numpy as np
import torch

from facts import SEED

TOP_K, TOP_P, LONGEST = 50, 0.9, 40
ROWS = 128


class Sampler:
    def __init__(self, net, codec):
        self.net, self.codec = net.eval(), codec
        self.stops = {codec.stop, codec.end_of_text}

    @torch.no_grad()
    def next_logits(self, prefixes):
        """Logits after each prefix; prefixes of like length share a batch."""
        order = sorted(range(len(prefixes)), key=lambda i: len(prefixes[i]))
        result = [None] * len(prefixes)
        for at in range(0, len(order), ROWS):
            part = order[at:at + ROWS]
            width = len(prefixes[part[-1]])
            tokens = torch.full((len(part), width), self.codec.end_of_text)
            for row, i in enumerate(part):
                tokens[row, :len(prefixes[i])] = torch.tensor(prefixes[i])
            where = torch.tensor([r * width + len(prefixes[i]) - 1 for r, i in enumerate(part)])
            logits, _ = self.net(tokens, where)
            for row, i in enumerate(part):
                result[i] = logits[row].numpy()
        return result

    def greedy(self, prompts):
        done = [[] for _ in prompts]
        live = list(range(len(prompts)))
        while live:
            logits = self.next_logits([prompts[i] + done[i] for i in live])
            rest = []
            for i, row in zip(live, logits):
                token = int(row.argmax())
                if token not in self.stops and len(done[i]) < LONGEST:
                    done[i].append(token)
                    rest.append(i)
            live = rest
        return done

    def sample(self, prompts, responses, stream):
        """`responses` answers to each prompt: a list of lists of token lists."""
        dice = [[np.random.default_rng([SEED, 60, stream, i, r]) for r in range(responses)]
                for i in range(len(prompts))]
        done = [[[] for _ in range(responses)] for _ in prompts]
        live = [(i, r) for i in range(len(prompts)) for r in range(responses)]
        while live:
            places = {}
            for i, r in live:
                places.setdefault((i, tuple(done[i][r])), []).append(r)
            keys = list(places)
            logits = self.next_logits([prompts[i] + list(tail) for i, tail in keys])
            live = []
            for (i, tail), row in zip(keys, logits):
                top, total = nucleus(row)
                for r in places[(i, tail)]:
                    token = int(top[np.searchsorted(total, dice[i][r].random(), side="right")])
                    if token not in self.stops and len(tail) < LONGEST:
                        done[i][r].append(token)
                        live.append((i, r))
        return done


def nucleus(row):
    """The kept tokens, most probable first, and their cumulative probabilities."""
    top = np.argsort(-row, kind="stable")[:TOP_K]
    p = np.exp((row[top] - row[top[0]]).astype(np.float64))
    p /= p.sum()
    keep = int(np.searchsorted(p.cumsum(), TOP_P)) + 1
    p = p[:keep] / p[:keep].sum()
    total = p.cumsum()
    total[-1] = 1.0
    return top[:keep], total
