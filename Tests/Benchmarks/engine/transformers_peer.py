"""Contributions of all neurons in Referee and in transformers with hooks, alternately in one run.

    python transformers_peer.py --engine .build/release/EngineBenchmarks --work .bench [--threads 2]

Needs torch, transformers and safetensors. Writes a random Qwen3.5-MoE of middle size (8 layers, 64
experts, bfloat16) once. The peer is the fastest that hooks allow: the experts' own loop, which also
keeps z, and a hook on the block, which divides by the norm of its output and sums over two regions.
A hook on `down_proj` alone would see the shared experts only. Both programs use f32 activations.
"""

import argparse
import json
import os
import statistics
import subprocess
import time

import torch
from transformers import Qwen3_5MoeForCausalLM, Qwen3_5MoeTextConfig


def make(path):
    torch.manual_seed(7)
    config = Qwen3_5MoeTextConfig(
        vocab_size=32_000, hidden_size=512, num_hidden_layers=8, num_attention_heads=8,
        num_key_value_heads=2, head_dim=64, linear_num_key_heads=4, linear_num_value_heads=8,
        linear_key_head_dim=64, linear_value_head_dim=64, num_experts=64, num_experts_per_tok=8,
        moe_intermediate_size=128, shared_expert_intermediate_size=128, tie_word_embeddings=False)
    model = Qwen3_5MoeForCausalLM(config).to(torch.bfloat16)
    model.save_pretrained(path)


class Contributions:
    """Sums of contributions, [2 regions, experts + 1, intermediate] a layer."""

    def __init__(self, model, regions):
        self.regions = regions  # [2, tokens], ones where a token belongs to a region
        self.sums, self.kept = [], {}
        for index, layer in enumerate(model.model.layers):
            block, experts = layer.mlp, layer.mlp.experts
            self.sums.append(torch.zeros(2, experts.num_experts + 1, experts.intermediate_dim))
            norms = experts.down_proj.norm(dim=1)
            shared = block.shared_expert.down_proj.weight.norm(dim=0)
            experts.forward = lambda x, chosen, weights, e=experts, i=index: self.run(
                e, i, x, chosen, weights)
            block.shared_expert.down_proj.register_forward_pre_hook(
                lambda _, inputs, i=index: self.kept.setdefault(i, []).append((None, inputs[0])))
            block.shared_expert_gate.register_forward_hook(
                lambda _, inputs, out, i=index: self.kept[i].append(("gate", out)))
            block.register_forward_hook(
                lambda _, inputs, out, i=index, n=norms, s=shared: self.finish(i, out, n, s))

    def run(self, experts, index, x, chosen, weights):
        out = torch.zeros_like(x)
        mask = torch.nn.functional.one_hot(chosen, num_classes=experts.num_experts).permute(2, 1, 0)
        for expert in mask.sum(dim=(-1, -2)).nonzero()[:, 0].tolist():
            place, token = torch.where(mask[expert])
            gate, up = torch.nn.functional.linear(
                x[token], experts.gate_up_proj[expert]).chunk(2, dim=-1)
            z = experts.act_fn(gate) * up
            weight = weights[token, place, None]
            out.index_add_(
                0, token, torch.nn.functional.linear(z, experts.down_proj[expert]) * weight)
            self.kept[index].append((expert, token, z, weight))
        return out

    def finish(self, index, out, norms, shared):
        scale = 1 / out.reshape(-1, out.shape[-1]).norm(dim=-1, keepdim=True)
        kept, sums = self.kept.pop(index), self.sums[index]
        gate = torch.sigmoid(next(k[1] for k in kept if k[0] == "gate"))
        for item in kept:
            if item[0] is None:
                sums[:, -1] += self.regions @ (item[1].abs() * shared * gate * scale)
            elif item[0] != "gate":
                expert, token, z, weight = item
                sums[:, expert] += self.regions[:, token] @ (
                    z.abs() * norms[expert] * weight * scale[token])


def best(body, rounds):
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        body()
        times.append(time.perf_counter() - start)
    return min(times)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", required=True)
    parser.add_argument("--work", default=".bench")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tokens", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    path = f"{options.work}/middle"
    if not os.path.exists(path):
        make(path)
    torch.set_num_threads(options.threads)
    model = Qwen3_5MoeForCausalLM.from_pretrained(path, dtype=torch.float32).eval()
    ids = torch.tensor([[(i * 7919 + 13) % 32_000 for i in range(options.tokens)]])
    regions = torch.zeros(2, options.tokens)
    regions[1] = 1
    answer = slice(options.tokens // 2, options.tokens // 2 + 5)
    regions[0, answer], regions[1, answer] = 1, 0
    figures = {}
    with torch.inference_mode():
        bare = lambda: model(ids, logits_to_keep=1, use_cache=False)
        best(bare, 2)
        figures["transformers bare"] = [best(bare, 2) for _ in range(options.rounds)]
        probe = Contributions(model, regions)
        best(bare, 1)
        for _ in range(options.rounds):
            figures.setdefault("transformers hooks", []).append(best(bare, 2))
            found = json.loads(subprocess.run(
                [options.engine, path, "f32", str(options.threads), str(options.tokens), "0", "2",
                 "cett"], check=True, capture_output=True, text=True).stdout)
            figures.setdefault("referee bare", []).append(min(found["prefill"]))
            figures.setdefault("referee contributions", []).append(min(found["cett"]))
    assert all(s.sum() > 0 for s in probe.sums)
    print(f"random Qwen3.5-MoE, {sum(p.numel() for p in model.parameters()) / 1e6:.0f} M parameters, "
          f"{options.tokens} tokens, f32, {options.threads} threads, load {os.getloadavg()[0]:.1f}")
    hooked = statistics.median(figures["transformers hooks"])
    for name, times in figures.items():
        time_ = statistics.median(times)
        print(f"  {name:22s} {options.tokens / time_:8.0f} tok/s ({hooked / time_:.2f}x)")


if __name__ == "__main__":
    main()
