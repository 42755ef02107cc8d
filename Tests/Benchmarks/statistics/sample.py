"""The input and the stopwatch that both numpy scripts share."""
import json
import resource
import sys
import time

import numpy as np

DOSES = np.arange(7) * 0.5


def data():
    """The deterministic input of the Swift side: a linear congruential sequence."""
    state = 12345
    values = []
    for _ in range(9_000):
        state = (state * 1103515245 + 12345) % 2**31
        values.append(state / 2**31)
    values = np.array(values)
    positives = np.round(values[:500] * 100 + 20) / 100
    negatives = np.round(values[500:1000] * 100) / 100
    rows = (values[1000:8000].reshape(1000, 7) < 0.3 + 0.05 * np.arange(7)).astype(int)
    return positives, negatives, rows


def run(work):
    """Prints one JSON line for each benchmark: wall and CPU seconds of each repeat.

    Arguments: [repeats] [name ...]. Start-up and imports are outside the timed part.
    """
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    chosen = sys.argv[2:]
    for name, function in work.items():
        if chosen and name not in chosen:
            continue
        wall, cpu, value = [], [], None
        for _ in range(repeats):
            before, start = time.process_time(), time.perf_counter()
            value = function()
            wall.append(time.perf_counter() - start)
            cpu.append(time.process_time() - before)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"name": name, "wall": wall, "cpu": cpu, "value": float(value),
                          "peakMegabytes": peak}), flush=True)
