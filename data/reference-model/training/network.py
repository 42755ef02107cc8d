"""The Qwen3.5-MoE text model in plain PyTorch, for training documents of up to 192 tokens.

Parameter names are those of `Qwen3_5MoeForCausalLM`, so a state dict is a checkpoint. Three things
are computed in another order than transformers does, for speed on a CPU: documents fit one chunk,
so the delta rule is one triangular solve; experts run as one batched product over rows sorted by
expert; logits are computed only where a loss is wanted.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn


@dataclass(frozen=True)
class Shape:
    """Sizes of the model; `config()` gives the same as the published config.json."""

    vocabulary: int = 2048
    layers: int = 8
    hidden: int = 128
    heads: int = 4
    kv_heads: int = 2
    head: int = 32
    key_heads: int = 2
    value_heads: int = 4
    linear_head: int = 32
    conv: int = 4
    experts: int = 40
    top: int = 4
    expert: int = 32
    rotary: float = 0.25
    theta: float = 10000.0

    def is_full(self, layer: int) -> bool:
        return (layer + 1) % 4 == 0

    def config(self, eos: int, end_of_text: int) -> dict:
        kinds = ["full_attention" if self.is_full(i) else "linear_attention"
                 for i in range(self.layers)]
        return {
            "architectures": ["Qwen3_5MoeForCausalLM"], "model_type": "qwen3_5_moe_text",
            "attention_bias": False, "attention_dropout": 0.0, "bos_token_id": None,
            "dtype": "bfloat16", "eos_token_id": eos, "head_dim": self.head,
            "hidden_act": "silu", "hidden_size": self.hidden, "initializer_range": 0.02,
            "layer_types": kinds, "linear_conv_kernel_dim": self.conv,
            "linear_key_head_dim": self.linear_head, "linear_num_key_heads": self.key_heads,
            "linear_num_value_heads": self.value_heads,
            "linear_value_head_dim": self.linear_head, "max_position_embeddings": 1024,
            "moe_intermediate_size": self.expert, "num_attention_heads": self.heads,
            "num_experts": self.experts, "num_experts_per_tok": self.top,
            "num_hidden_layers": self.layers, "num_key_value_heads": self.kv_heads,
            "output_router_logits": False, "pad_token_id": end_of_text, "rms_norm_eps": 1e-6,
            "rope_parameters": {"mrope_interleaved": True, "mrope_section": [2, 1, 1],
                                "partial_rotary_factor": self.rotary, "rope_theta": self.theta,
                                "rope_type": "default"},
            "router_aux_loss_coef": 0.01, "shared_expert_intermediate_size": self.expert,
            "tie_word_embeddings": True, "use_cache": True, "vocab_size": self.vocabulary,
        }


def rms(x, weight, zero_centred=True):
    return F.rms_norm(x, (x.shape[-1],), 1 + weight if zero_centred else weight, 1e-6)


class Weight(nn.Module):
    """Holds one tensor under the name `weight`."""

    def __init__(self, *size, std=0.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(*size) * std if std else torch.zeros(*size))


def linear(out, inside, scale=1.0):
    return Weight(out, inside, std=scale * inside ** -0.5)


class Attention(nn.Module):
    """Gated grouped-query attention with rotary positions on a part of each head."""

    def __init__(self, s: Shape):
        super().__init__()
        self.s = s
        self.q_proj = linear(2 * s.heads * s.head, s.hidden)
        self.k_proj = linear(s.kv_heads * s.head, s.hidden)
        self.v_proj = linear(s.kv_heads * s.head, s.hidden)
        self.o_proj = linear(s.hidden, s.heads * s.head, (2 * s.layers) ** -0.5)
        self.q_norm, self.k_norm = Weight(s.head), Weight(s.head)
        half = int(s.head * s.rotary) // 2
        rates = s.theta ** (-torch.arange(half).float() / half)
        angle = torch.arange(512).float()[:, None] * rates
        self.register_buffer("cos", angle.cos(), persistent=False)
        self.register_buffer("sin", angle.sin(), persistent=False)

    def rotate(self, x):
        t, n = x.shape[-2], self.cos.shape[1]
        cos, sin = self.cos[:t], self.sin[:t]
        a, b, rest = x[..., :n], x[..., n:2 * n], x[..., 2 * n:]
        return torch.cat([a * cos - b * sin, b * cos + a * sin, rest], -1)

    def forward(self, x):
        s, (b, t, _) = self.s, x.shape
        q, gate = F.linear(x, self.q_proj.weight).view(b, t, s.heads, 2 * s.head).chunk(2, -1)
        k = F.linear(x, self.k_proj.weight).view(b, t, s.kv_heads, s.head)
        v = F.linear(x, self.v_proj.weight).view(b, t, s.kv_heads, s.head).transpose(1, 2)
        q = self.rotate(rms(q, self.q_norm.weight).transpose(1, 2))
        k = self.rotate(rms(k, self.k_norm.weight).transpose(1, 2))
        r = s.heads // s.kv_heads
        k, v = k.repeat_interleave(r, 1), v.repeat_interleave(r, 1)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        y = y.transpose(1, 2) * gate.sigmoid()
        return F.linear(y.reshape(b, t, -1), self.o_proj.weight)


class DeltaNet(nn.Module):
    """Gated delta rule over one chunk that holds the whole document."""

    def __init__(self, s: Shape):
        super().__init__()
        self.s = s
        key, value = s.key_heads * s.linear_head, s.value_heads * s.linear_head
        self.key = key
        self.in_proj_qkv = linear(2 * key + value, s.hidden)
        self.in_proj_z = linear(value, s.hidden)
        self.in_proj_b = linear(s.value_heads, s.hidden)
        self.in_proj_a = linear(s.value_heads, s.hidden)
        self.conv1d = Weight(2 * key + value, 1, s.conv, std=0.5)
        self.A_log = nn.Parameter(torch.linspace(1, 8, s.value_heads).log())
        step = torch.logspace(-2.5, -1, s.value_heads)
        self.dt_bias = nn.Parameter(step + torch.log(-torch.expm1(-step)))
        self.norm = Weight(s.linear_head)
        nn.init.ones_(self.norm.weight)
        self.out_proj = linear(s.hidden, value, (2 * s.layers) ** -0.5)

    def forward(self, x):
        s, (b, t, _) = self.s, x.shape
        u = F.linear(x, self.in_proj_qkv.weight)
        padded = F.pad(u, (0, 0, s.conv - 1, 0))
        c = sum(padded[:, m:m + t] * self.conv1d.weight[:, 0, m] for m in range(s.conv))
        c = F.silu(c)
        q, k, v = c.split([self.key, self.key, c.shape[-1] - 2 * self.key], -1)
        heads = lambda y, n: y.view(b, t, n, s.linear_head).transpose(1, 2)
        unit = lambda y: y * torch.rsqrt((y * y).sum(-1, keepdim=True) + 1e-6)
        r = s.value_heads // s.key_heads
        q = unit(heads(q, s.key_heads)) * s.linear_head ** -0.5
        k = unit(heads(k, s.key_heads))
        v = heads(v, s.value_heads)
        beta = F.linear(x, self.in_proj_b.weight).sigmoid().transpose(1, 2)
        g = -self.A_log.exp() * F.softplus(F.linear(x, self.in_proj_a.weight) + self.dt_bias)
        total = g.transpose(1, 2).cumsum(-1)
        lower = torch.ones(t, t, dtype=torch.bool).tril()
        decay = (total[..., :, None] - total[..., None, :]).masked_fill(~lower, float("-inf")).exp()
        kk = (k @ k.transpose(-1, -2)).repeat_interleave(r, 1)
        qk = (q @ k.transpose(-1, -2)).repeat_interleave(r, 1)
        system = (beta[..., None] * kk * decay).tril(-1)
        u = torch.linalg.solve_triangular(
            system + torch.eye(t), beta[..., None] * v, upper=False, unitriangular=True)
        o = (qk * decay) @ u
        z = F.linear(x, self.in_proj_z.weight).view(b, t, s.value_heads, s.linear_head)
        y = rms(o.transpose(1, 2), self.norm.weight, zero_centred=False) * F.silu(z)
        return F.linear(y.reshape(b, t, -1), self.out_proj.weight)


class Experts(nn.Module):
    def __init__(self, s: Shape):
        super().__init__()
        self.gate_up_proj = nn.Parameter(
            torch.randn(s.experts, 2 * s.expert, s.hidden) * s.hidden ** -0.5)
        self.down_proj = nn.Parameter(
            torch.randn(s.experts, s.hidden, s.expert) * (2 * s.layers * s.expert) ** -0.5)


class SharedExpert(nn.Module):
    def __init__(self, s: Shape):
        super().__init__()
        self.gate_proj, self.up_proj = linear(s.expert, s.hidden), linear(s.expert, s.hidden)
        self.down_proj = linear(s.hidden, s.expert, (2 * s.layers) ** -0.5)

    def forward(self, x):
        z = F.silu(F.linear(x, self.gate_proj.weight)) * F.linear(x, self.up_proj.weight)
        return F.linear(z, self.down_proj.weight)


class MoE(nn.Module):
    """Top-k experts plus a gated shared expert; returns the output and the balance loss."""

    def __init__(self, s: Shape):
        super().__init__()
        self.s = s
        self.gate = linear(s.experts, s.hidden)
        self.experts = Experts(s)
        self.shared_expert = SharedExpert(s)
        self.shared_expert_gate = linear(1, s.hidden)
        self.load = None

    def forward(self, x):
        s, shape = self.s, x.shape
        x = x.reshape(-1, s.hidden)
        n = x.shape[0]
        p = F.linear(x, self.gate.weight).softmax(-1)
        w, chosen = p.topk(s.top, -1)
        w = w / w.sum(-1, keepdim=True)
        flat = chosen.reshape(-1)
        counts = torch.bincount(flat, minlength=s.experts)
        order = flat.argsort(stable=True)
        capacity = int(counts.max())
        start = counts.cumsum(0) - counts
        ordered = flat[order]
        slot = ordered * capacity + torch.arange(n * s.top) - start[ordered]
        rows = x.new_zeros(s.experts * capacity, s.hidden).index_copy(0, slot, x[order // s.top])
        h = torch.bmm(rows.view(s.experts, capacity, -1), self.experts.gate_up_proj.mT)
        gate, up = h.chunk(2, -1)
        out = torch.bmm(F.silu(gate) * up, self.experts.down_proj.mT)
        back = torch.empty_like(slot)
        back[order] = slot
        out = out.view(-1, s.hidden)[back].view(n, s.top, s.hidden)
        y = (w[:, None, :] @ out)[:, 0]
        y = y + F.linear(x, self.shared_expert_gate.weight).sigmoid() * self.shared_expert(x)
        self.load = counts.detach()
        balance = s.experts / (n * s.top) * (counts.float() * p.mean(0)).sum()
        return y.view(shape), balance


class Layer(nn.Module):
    def __init__(self, s: Shape, index: int):
        super().__init__()
        self.full = s.is_full(index)
        if self.full:
            self.self_attn = Attention(s)
        else:
            self.linear_attn = DeltaNet(s)
        self.mlp = MoE(s)
        self.input_layernorm, self.post_attention_layernorm = Weight(s.hidden), Weight(s.hidden)

    def forward(self, h):
        x = rms(h, self.input_layernorm.weight)
        h = h + (self.self_attn(x) if self.full else self.linear_attn(x))
        y, balance = self.mlp(rms(h, self.post_attention_layernorm.weight))
        return h + y, balance


class Body(nn.Module):
    def __init__(self, s: Shape):
        super().__init__()
        self.embed_tokens = Weight(s.vocabulary, s.hidden, std=0.06)
        self.layers = nn.ModuleList(Layer(s, i) for i in range(s.layers))
        self.norm = Weight(s.hidden)

    def forward(self, tokens):
        h, balance = F.embedding(tokens, self.embed_tokens.weight), 0.0
        for layer in self.layers:
            h, loss = layer(h)
            balance = balance + loss
        return rms(h, self.norm.weight), balance / len(self.layers)


class Network(nn.Module):
    def __init__(self, s: Shape):
        super().__init__()
        self.shape = s
        self.model = Body(s)

    def forward(self, tokens, where=None):
        """Logits at all positions, or at the flat positions `where`, and the balance loss."""
        h, balance = self.model(tokens)
        if where is not None:
            h = h.reshape(-1, h.shape[-1])[where]
        return F.linear(h, self.model.embed_tokens.weight), balance

    def expert_load(self):
        return torch.stack([layer.mlp.load for layer in self.model.layers])
