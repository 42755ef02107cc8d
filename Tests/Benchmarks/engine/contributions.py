#!/usr/bin/env python3
"""What the contributions of all neurons cost beside the bare forward pass, and the peak of memory.

    python3 contributions.py --engine .build/release/EngineBenchmarks MODEL… [--tokens 512]

Every round times both in one process, one after the other in changing order, on the same tokens and
for at least 0.4 s each. The ratio of their processor seconds is taken round by round; its median over
all rounds is printed with the quartiles and the range. Targets: at most 10 % more time; peak memory
at most the weights' bytes and 1.5 GiB. The peak holds the mapped weights as far as they were read.
"""

import argparse
import json
import os
import statistics
import subprocess


def size(path):
    if os.path.isfile(path):
        return os.path.getsize(path)
    return sum(
        os.path.getsize(os.path.join(path, name)) for name in os.listdir(path)
        if name.endswith((".safetensors", ".gguf")))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="+")
    parser.add_argument("--engine", required=True)
    parser.add_argument("--tokens", type=int, default=512)
    parser.add_argument("--repeats", type=int, default=12)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    for model in options.models:
        ratios, walls, peak = [], [], 0
        for _ in range(options.processes):
            output = subprocess.run(
                [options.engine, model, "f32", str(options.threads), str(options.tokens), "0",
                 str(options.repeats), "cett"], check=True, capture_output=True, text=True).stdout
            figures = json.loads(output)
            ratios += [c / p for c, p in zip(figures["cett_cpu"], figures["prefill_cpu"])]
            walls += [c / p for c, p in zip(figures["cett"], figures["prefill"])]
            peak = max(peak, figures["peak_rss_bytes"])
        cost, above = statistics.median(ratios) - 1, (peak - size(model)) / 2**30
        print(f"{os.path.basename(os.path.normpath(model))}: {options.tokens} tokens, "
              f"{len(ratios)} alternations")
        lower, _, upper = statistics.quantiles(ratios, n=4)
        print(f"  contributions {cost:+.1%} processor time (quartiles {lower - 1:+.1%} and "
              f"{upper - 1:+.1%}, range {min(ratios) - 1:+.1%} to {max(ratios) - 1:+.1%}), "
              f"{statistics.median(walls) - 1:+.1%} wall   target +10 %: "
              f"{'met' if cost <= 0.1 else 'MISSED'}")
        print(f"  peak {peak / 2**20:.0f} MiB, weights {size(model) / 2**20:.0f} MiB   "
              f"target weights + 1.5 GiB: {'met' if above <= 1.5 else 'MISSED'}")


if __name__ == "__main__":
    main()
