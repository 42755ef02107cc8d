#!/usr/bin/env python3
"""Import, audit and render of item-level rows at the sizes that the raw store promises.

    python3 bench.py --referee .build/release/referee [--rows 10000000] [--only study|import]

study   1,000 questions × 7 doses × 9 neuron sets as per-dose JSON Lines (one target, eight
        random controls): audit and render together below 5 s.
import  10 million outcome rows of a CSV file: at least 200,000 rows a second, and their audit
        within 1 GiB of memory.

Seconds are of the wall clock; processor seconds stand beside them, for a machine that is busy.
The import is compared with the sqlite3 module of Python, which parses the same file with its
C reader and inserts the same cells in one transaction without any check: a lower bound of what
SQLite asks for. The data are made by a seeded generator of this script, and deleted afterwards.
"""

import argparse
import csv
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

DOSES = [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0]


def run(arguments):
    """Wall seconds, processor seconds and peak memory in MiB of one command."""
    start = time.monotonic()
    with open(os.devnull, "wb") as nothing:
        process = subprocess.Popen(arguments, stdout=nothing)
        _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(arguments)} ended with {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def verdict(holds):
    return "met" if holds else "MISSED"


def study(referee, folder):
    source = os.path.join(folder, "quiz")
    draw = random.Random(20260101)
    difficulty = [draw.random() for _ in range(1_000)]
    for place in range(9):
        name = "h-neurons" if place == 0 else f"control/seed_{place}"
        os.makedirs(os.path.join(source, name))
        for dose in DOSES:
            rate = 0.4 + (0.06 * dose if place == 0 else 0)
            path = os.path.join(source, name, f"alpha_{dose}.jsonl")
            with open(path, "w", encoding="utf-8") as lines:
                for item, level in enumerate(difficulty):
                    answer = draw.random() < rate if draw.random() < 0.1 else level < rate
                    lines.write(
                        f'{{"id": "question-{item:05}", "alpha": {dose}, '
                        f'"response": "({"A" if answer else "B"}) because", '
                        f'"compliance": {"true" if answer else "false"}}}\n')
    store = os.path.join(folder, "study.sqlite")
    wall, cpu, _ = run([referee, "import", source, "--store", store])
    print(f"import of 63,000 JSON lines     {wall:7.2f} s wall {cpu:7.2f} s processor")
    audit = run([referee, "audit", store])
    print(f"audit                           {audit[0]:7.2f} s wall {audit[1]:7.2f} s processor "
          f"{audit[2]:6.0f} MiB")
    # `render` audits too: it is the whole of what the target is about.
    wall, cpu, peak = run([referee, "render", store, "--out", os.path.join(folder, "report")])
    print(f"render (audit included)         {wall:7.2f} s wall {cpu:7.2f} s processor "
          f"{peak:6.0f} MiB   target 5 s: {verdict(wall < 5)}")


def peer(path, store):
    """The same cells through Python's csv and sqlite3."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    start = time.monotonic()
    database = sqlite3.connect(store)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE cell (item TEXT, dose REAL, neuron_set TEXT, outcome INTEGER)")
    with open(path, newline="", encoding="utf-8") as source:
        rows = csv.reader(source)
        next(rows)
        with database:
            database.executemany(
                "INSERT INTO cell VALUES (?, ?, ?, ?)",
                ((item, float(dose), name, outcome == "true") for item, dose, name, outcome in rows))
    database.close()
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - start, cpu


def imports(referee, folder, count):
    sets, doses = 10, 10
    items = max(1, count // (sets * doses))
    count = items * sets * doses
    path = os.path.join(folder, "rows.csv")
    draw = random.Random(20260102)
    bits = draw.getrandbits
    with open(path, "w", encoding="utf-8") as lines:
        lines.write("item,dose,neuron_set,outcome\n")
        for item in range(items):
            # One question after the other: the order in which a harness writes them.
            word = bits(sets * doses)
            lines.writelines(
                f"question-{item:06},{dose / 2},{'h-neurons' if place == 0 else f'seed_{place}'},"
                f"{'true' if word >> (place * doses + dose) & 1 else 'false'}\n"
                for place in range(sets) for dose in range(doses))
    print(f"\n{count:,} rows of CSV, {os.path.getsize(path) / 1e6:.0f} MB")
    store = os.path.join(folder, "rows.sqlite")
    wall, cpu, peak = run([referee, "import", path, "--store", store])
    print(f"import                          {wall:7.2f} s wall {cpu:7.2f} s processor {peak:6.0f} MiB"
          f"   {count / wall:,.0f} rows/s wall, {count / cpu:,.0f} rows/s processor"
          f"   target 200,000: {verdict(count / wall >= 200_000)}")
    seconds, processor = peer(path, os.path.join(folder, "peer.sqlite"))
    print(f"Python csv + sqlite3            {seconds:7.2f} s wall {processor:7.2f} s processor"
          f"              ratio {seconds / wall:.2f} wall, {processor / cpu:.2f} processor")
    os.remove(os.path.join(folder, "peer.sqlite"))
    wall, cpu, peak = run([referee, "audit", store])
    print(f"audit                           {wall:7.2f} s wall {cpu:7.2f} s processor {peak:6.0f} MiB"
          f"   target 1,024 MiB: {verdict(peak <= 1_024)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--referee", required=True)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--only", choices=["study", "import"])
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="referee-rows-")
    try:
        if options.only != "import":
            study(options.referee, folder)
        if options.only != "study":
            imports(options.referee, folder, options.rows)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
