"""Samples and greedy answers from the plain network, one token at a time with carried states.

Temperature 1, then top-k 50, then top-p 0.9. The random numbers of a response are addressed by
(seed, stream, prompt, response), so the batch does not change an answer. Prompts of one length
share a batch, so nothing is padded.
"""

import numpy as np
import torch
import torch.nn.functional as F

from network import rms
from places import stream

TOP_K, TOP_P, LONGEST = 50, 0.9, 40
ROWS = 640


class Attending:
    """Keys and values of an attention layer so far."""

    def __init__(self, layer):
        self.layer, self.k, self.v = layer, None, None

    def select(self, rows):
        self.k, self.v = self.k[rows], self.v[rows]

    def forward(self, x):
        a, s, (b, t, _) = self.layer, self.layer.s, x.shape
        start = 0 if self.k is None else self.k.shape[2]
        q, gate = F.linear(x, a.q_proj.weight).view(b, t, s.heads, 2 * s.head).chunk(2, -1)
        k = F.linear(x, a.k_proj.weight).view(b, t, s.kv_heads, s.head)
        v = F.linear(x, a.v_proj.weight).view(b, t, s.kv_heads, s.head).transpose(1, 2)
        q = self.turn(rms(q, a.q_norm.weight).transpose(1, 2), start)
        k = self.turn(rms(k, a.k_norm.weight).transpose(1, 2), start)
        self.k = k if self.k is None else torch.cat([self.k, k], 2)
        self.v = v if self.v is None else torch.cat([self.v, v], 2)
        r = s.heads // s.kv_heads
        y = F.scaled_dot_product_attention(
            q, self.k.repeat_interleave(r, 1), self.v.repeat_interleave(r, 1), is_causal=t > 1)
        y = y.transpose(1, 2) * gate.sigmoid()
        return F.linear(y.reshape(b, t, -1), a.o_proj.weight)

    def turn(self, x, start):
        n = self.layer.cos.shape[1]
        cos, sin = (v[start:start + x.shape[-2]] for v in (self.layer.cos, self.layer.sin))
        a, b, rest = x[..., :n], x[..., n:2 * n], x[..., 2 * n:]
        return torch.cat([a * cos - b * sin, b * cos + a * sin, rest], -1)


class Remembering:
    """Recurrent matrix and last convolution inputs of a delta-rule layer, stepped by token."""

    def __init__(self, layer):
        self.layer, self.state, self.last = layer, None, None

    def select(self, rows):
        self.state, self.last = self.state[rows], self.last[rows]

    def forward(self, x):
        d, s, (b, t, _) = self.layer, self.layer.s, x.shape
        u = F.linear(x, d.in_proj_qkv.weight)
        if self.state is None:
            self.state = x.new_zeros(b, s.value_heads, s.linear_head, s.linear_head)
            self.last = u.new_zeros(b, s.conv - 1, u.shape[-1])
        whole = torch.cat([self.last, u], 1)
        self.last = whole[:, -(s.conv - 1):]
        c = F.silu(sum(whole[:, m:m + t] * d.conv1d.weight[:, 0, m] for m in range(s.conv)))
        q, k, v = c.split([d.key, d.key, c.shape[-1] - 2 * d.key], -1)
        heads = lambda y, n: y.view(b, t, n, s.linear_head).transpose(1, 2)
        unit = lambda y: y * torch.rsqrt((y * y).sum(-1, keepdim=True) + 1e-6)
        r = s.value_heads // s.key_heads
        q = (unit(heads(q, s.key_heads)) * s.linear_head ** -0.5).repeat_interleave(r, 1)
        k = unit(heads(k, s.key_heads)).repeat_interleave(r, 1)
        v = heads(v, s.value_heads)
        beta = F.linear(x, d.in_proj_b.weight).sigmoid().transpose(1, 2)
        g = -d.A_log.exp() * F.softplus(F.linear(x, d.in_proj_a.weight) + d.dt_bias)
        decay = g.transpose(1, 2).exp()
        out = []
        for i in range(t):
            self.state = self.state * decay[:, :, i, None, None]
            read = (self.state * k[:, :, i, :, None]).sum(-2)
            delta = beta[:, :, i, None] * (v[:, :, i] - read)
            self.state = self.state + k[:, :, i, :, None] * delta[..., None, :]
            out.append((self.state * q[:, :, i, :, None]).sum(-2))
        o = torch.stack(out, 1)
        z = F.linear(x, d.in_proj_z.weight).view(b, t, s.value_heads, s.linear_head)
        y = rms(o, d.norm.weight, zero_centred=False) * F.silu(z)
        return F.linear(y.reshape(b, t, -1), d.out_proj.weight)


class Session:
    """A batch of sequences of one length."""

    def __init__(self, net):
        self.body = net.model
        self.states = [Attending(layer.self_attn) if layer.full else Remembering(layer.linear_attn)
                       for layer in self.body.layers]

    def logits(self, tokens):
        """Appends tokens [B, T] and gives the logits after the last."""
        h = F.embedding(tokens, self.body.embed_tokens.weight)
        for layer, state in zip(self.body.layers, self.states):
            h = h + state.forward(rms(h, layer.input_layernorm.weight))
            h = h + layer.mlp(rms(h, layer.post_attention_layernorm.weight))[0]
        return F.linear(rms(h[:, -1], self.body.norm.weight), self.body.embed_tokens.weight)

    def select(self, rows):
        for state in self.states:
            state.select(rows)


class Sampler:
    def __init__(self, net, codec):
        self.net, self.codec = net.eval(), codec
        self.stops = {codec.stop, codec.end_of_text}

    def greedy(self, prompts):
        result = self.run(prompts, 1, lambda i, r, row, step: int(row.argmax()))
        return [answers[0] for answers in result]

    def sample(self, prompts, responses, number):
        """`responses` answers to each prompt: a list of lists of token lists."""
        dice = {}

        def choose(i, r, row, step):
            key = (i, r)
            if key not in dice:
                dice[key] = stream(60, number, i, r).random(LONGEST + 1)
            top, total = nucleus(row)
            return int(top[np.searchsorted(total, dice[key][step], side="right")])

        return self.run(prompts, responses, choose)

    @torch.no_grad()
    def run(self, prompts, responses, choose):
        done = [[[] for _ in range(responses)] for _ in prompts]
        by_length = {}
        for i, prompt in enumerate(prompts):
            by_length.setdefault(len(prompt), []).append(i)
        size = max(1, ROWS // responses)
        for length in sorted(by_length):
            group = by_length[length]
            for at in range(0, len(group), size):
                self.batch(group[at:at + size], prompts, responses, choose, done)
        return done

    def batch(self, part, prompts, responses, choose, done):
        session = Session(self.net)
        logits = session.logits(torch.tensor([prompts[i] for i in part]))
        live = [(i, r) for i in part for r in range(responses)]
        rows = torch.arange(len(part)).repeat_interleave(responses)
        session.select(rows)
        logits = logits[rows]
        for step in range(LONGEST + 1):
            tokens = [choose(i, r, row, step) for (i, r), row in zip(live, logits.numpy())]
            keep = [n for n, t in enumerate(tokens) if t not in self.stops and step < LONGEST]
            if not keep:
                return
            for n in keep:
                i, r = live[n]
                done[i][r].append(tokens[n])
            live = [live[n] for n in keep]
            if len(keep) < len(tokens):
                session.select(torch.tensor(keep))
            logits = session.logits(torch.tensor([[tokens[n]] for n in keep]))


def nucleus(row):
    """The kept tokens, most probable first, and their cumulative probabilities."""
    top = np.argpartition(-row, TOP_K)[:TOP_K]
    top = top[np.lexsort((top, -row[top]))]
    p = np.exp((row[top] - row[top[0]]).astype(np.float64))
    p /= p.sum()
    keep = int(np.searchsorted(p.cumsum(), TOP_P)) + 1
    p = p[:keep] / p[:keep].sum()
    total = p.cumsum()
    total[-1] = 1.0
    return top[:keep], total
