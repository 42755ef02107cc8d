"""Contribution of every neuron, mean over answer tokens and over the other tokens of a text.

CETT(t, l, e, j) = w_e |z_j| ||D_e[:, j]|| / ||y||; w_e is the routing weight, for the shared expert
its sigmoid gate; y is the whole MoE output. Rows: [layers, experts + 1, neurons], shared last.
"""

import numpy as np
import torch
import torch.nn.functional as F


class Recorder:
    """Recomputes each MoE block of a forward pass and keeps the contributions of its tokens."""

    def __init__(self, net):
        self.net, self.rows, self.chosen = net, [], []
        self.blocks = [layer.mlp for layer in net.model.layers]
        self.hooks = [block.register_forward_hook(self.take) for block in self.blocks]

    def close(self):
        for hook in self.hooks:
            hook.remove()

    def take(self, block, arguments, result):
        s = block.s
        x, y = arguments[0].reshape(-1, s.hidden), result[0].reshape(-1, s.hidden)
        w, chosen = F.linear(x, block.gate.weight).softmax(-1).topk(s.top, -1)
        w = w / w.sum(-1, keepdim=True)
        gate_up = torch.einsum("nd,eid->nei", x, block.experts.gate_up_proj)
        gate, up = gate_up.chunk(2, -1)
        weight = torch.zeros(x.shape[0], s.experts).scatter(1, chosen, w)
        routed = (F.silu(gate) * up).abs() * weight[..., None]
        routed = routed * block.experts.down_proj.norm(dim=1)
        shared = block.shared_expert
        z = F.silu(F.linear(x, shared.gate_proj.weight)) * F.linear(x, shared.up_proj.weight)
        scale = F.linear(x, block.shared_expert_gate.weight).sigmoid()
        z = z.abs() * scale * shared.down_proj.weight.norm(dim=0)
        both = torch.cat([routed, z[:, None]], 1) / y.norm(dim=-1)[:, None, None]
        self.rows.append(both)
        self.chosen.append(chosen)

    @torch.no_grad()
    def measure(self, batch, answers):
        """For texts of one length: means over flagged tokens and the rest, or None; the load."""
        self.rows, self.chosen = [], []
        self.net(torch.tensor(batch))
        cett = torch.stack(self.rows, 1).unflatten(0, (len(batch), len(batch[0])))
        load = torch.stack([torch.bincount(c.reshape(-1), minlength=self.blocks[0].s.experts)
                            for c in self.chosen])
        mean = lambda part: part.mean(0).reshape(-1).numpy().astype(np.float16)
        flags = torch.tensor(answers)
        rows = [(mean(c[f]), mean(c[~f])) if f.any() else None for c, f in zip(cett, flags)]
        return rows, load.numpy()
