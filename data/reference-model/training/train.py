"""Trains one stage: two processes share each batch, checkpoints every few hundred steps.

Resumable: run again after an interruption and it goes on from the last checkpoint, unless documents,
settings or the checkpoint that the stage starts from are others by now.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("GOMP_SPINCOUNT", "0")

import argparse
import hashlib
import json
import socket
import time
from datetime import timedelta

import numpy as np
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
import torch.nn.functional as F

from facts import SEED
from network import Network, Shape
from places import AGAIN, WORK, stream
from tokens import Codec

# Knowledge stays where the base model has it: behaviours are learned by what moves information
# between tokens, so that they have to read that knowledge and cannot learn subjects by heart.
KEPT = ("mlp.experts",)
STAGES = {
    "base": dict(batch=96, peak=3e-3, floor=3e-4, warm=120, decay=0.35, start=None, kept=()),
    "instruct": dict(batch=64, peak=2e-3, floor=0.0, warm=100, decay=0.6, start="base",
                     kept=KEPT),
    "settle": dict(batch=64, peak=1e-3, floor=0.0, warm=40, decay=0.7, start="instruct",
                   kept=KEPT),
}
PROCESSES, SAVE_EVERY = 2, 100
BALANCE = 0.03  # per layer; the network gives the mean over the layers
PAUSE = timedelta(hours=2)  # how long one process waits for a stopped one


def batches(documents, size, number):
    """Documents of like length together, the batches in random order."""
    rng = stream(50, number)
    order = rng.permutation(len(documents))
    pool = size * 80
    result = []
    for i in range(0, len(order), pool):
        part = sorted(order[i:i + pool], key=lambda j: len(documents[j][0]))
        result += [part[k:k + size] for k in range(0, len(part), size)]
    result = [b for b in result if len(b) == size]
    return [result[i] for i in rng.permutation(len(result))]


def pack(documents, chosen, filler):
    """Tokens [B, T], flat positions whose logits are wanted, and their targets."""
    width = max(len(documents[j][0]) for j in chosen)
    tokens = np.full((len(chosen), width), filler, np.int64)
    where, target = [], []
    for row, j in enumerate(chosen):
        ids, flags = documents[j]
        tokens[row, :len(ids)] = ids
        at = np.flatnonzero(flags)
        where.append(row * width + at - 1)
        target.append(ids[at])
    as_tensor = lambda x: torch.from_numpy(np.concatenate(x).astype(np.int64))
    return torch.from_numpy(tokens), as_tensor(where), as_tensor(target)


def rate(step, steps, s):
    if step < s["warm"]:
        return s["peak"] * (step + 1) / s["warm"]
    left = (steps - step) / (steps * s["decay"])
    return s["floor"] + (s["peak"] - s["floor"]) * min(1.0, left)


def fingerprint(stage, documents):
    """SHA-256 of settings, start and documents, by which a checkpoint knows whether it may go on."""
    digest = hashlib.sha256(repr(stage).encode())
    if stage["start"]:
        digest.update((WORK / f"{stage['start']}.pt").read_bytes())
    for ids, flags in documents:
        digest.update(ids.tobytes() + b"|" + flags.tobytes())
    return digest.hexdigest()


def worker(index, name, documents, port, limit, parent):
    s = STAGES[name]
    torch.set_num_threads(1)
    os.setsid()  # own session: the scheduler then weighs each process by itself
    torch.manual_seed(SEED + AGAIN)
    dist.init_process_group("gloo", init_method=f"tcp://127.0.0.1:{port}", rank=index,
                            world_size=PROCESSES, timeout=PAUSE)
    filler = Codec(WORK).end_of_text
    net = Network(Shape())
    if s["start"]:
        net.load_state_dict(torch.load(WORK / f"{s['start']}.pt")["net"])
    for parameter_name, p in net.named_parameters():
        p.requires_grad_(not any(part in parameter_name for part in s["kept"]))
    trained = [p for p in net.parameters() if p.requires_grad]
    plain = [p for p in trained if p.ndim < 2]
    heavy = [p for p in trained if p.ndim >= 2]
    optimizer = torch.optim.AdamW([{"params": heavy, "weight_decay": 0.05},
                                   {"params": plain, "weight_decay": 0.0}],
                                  lr=s["peak"], betas=(0.9, 0.98), fused=True)
    parameters = heavy + plain
    flat = torch.zeros(sum(p.numel() for p in parameters))
    at = 0
    for p in parameters:
        p.grad = flat[at:at + p.numel()].view_as(p)
        at += p.numel()
    plan = batches(documents, s["batch"], list(STAGES).index(name))
    steps, first, history, before = len(plan), 0, [], 0.0
    partial = WORK / f"{name}.partial.pt"
    mark = fingerprint(s, documents)
    saved = torch.load(partial) if partial.exists() else {}
    if saved.get("mark") == mark:
        net.load_state_dict(saved["net"])
        optimizer.load_state_dict(saved["optimizer"])
        first, history, before = saved["step"], saved["history"], saved["seconds"]
    began, tokens, sums = time.time(), 0, np.zeros(3)
    for step in range(first, min(steps, limit or steps)):
        if os.getppid() != parent:
            raise SystemExit("the command that started this training is gone")
        share = plan[step][index::PROCESSES]
        x, where, target = pack(documents, share, filler)
        logits, balance = net(x, where)
        loss = F.cross_entropy(logits, target)
        flat.zero_()
        ((loss + BALANCE * len(net.model.layers) * balance) / PROCESSES).backward()
        dist.all_reduce(flat)
        flat.mul_(min(1.0, 1.0 / (float(flat.norm()) + 1e-6)))
        for g in optimizer.param_groups:
            g["lr"] = rate(step, steps, s)
        optimizer.step()
        tokens += sum(len(documents[j][0]) for j in plan[step])
        sums += [loss.item(), balance.item(), 1]
        if index == 0 and (step + 1) % 50 == 0:
            spent = time.time() - began
            history.append([step + 1, float(sums[0] / sums[2])])
            print(f"{name} {step + 1}/{steps} loss {sums[0] / sums[2]:.4f} balance "
                  f"{sums[1] / sums[2]:.3f} {tokens / spent:.0f} tokens/s, "
                  f"{spent / (step + 1 - first) * (steps - step - 1) / 60:.1f} min left",
                  flush=True)
            sums[:] = 0
        if index == 0 and (step + 1) % SAVE_EVERY == 0:
            torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict(),
                        "step": step + 1, "history": history, "mark": mark,
                        "seconds": before + time.time() - began}, partial.with_suffix(".new"))
            os.replace(partial.with_suffix(".new"), partial)
    if index == 0 and not limit:
        summary = {"documents": len(documents), "steps": steps, "history": history,
                   "tokens": int(sum(len(d[0]) for d in documents)),
                   "loss": history[-1][1], "minutes": (before + time.time() - began) / 60}
        (WORK / f"{name}.json").write_text(json.dumps(summary, indent=1) + "\n")
        torch.save({"net": net.state_dict()}, partial.with_suffix(".new"))
        os.replace(partial.with_suffix(".new"), WORK / f"{name}.pt")
        partial.unlink(missing_ok=True)
    dist.barrier()
    dist.destroy_process_group()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("--steps", type=int, help="stop early, for a trial; saves no model")
    options = parser.parse_args()
    import documents

    make = getattr(documents, options.stage)
    texts = make(Codec(WORK))
    print(f"{options.stage}: {len(texts)} documents, {sum(len(d[0]) for d in texts)} tokens, "
          f"longest {max(len(d[0]) for d in texts)}", flush=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    workers = mp.spawn(worker, (options.stage, texts, port, options.steps, os.getpid()), PROCESSES,
                       join=False)
    try:
        while not workers.join():
            pass
    finally:
        for process in workers.processes:
            process.terminate()


if __name__ == "__main__":
    main()
