"""Makes the reference model: three stages, export, evaluation, report.

    python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python run.py
    .venv/bin/python run.py --again 1   # another run beside it, and whether its figures agree

A finished step is skipped; an interrupted training goes on from its last checkpoint. Facts and
question sets are never rewritten: `--check` compares the committed files with a fresh build.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOME = HERE.parent
# (name, command, what it leaves); a list of lanes runs at the same time, one after the other in each.
STEPS = [
    [[("train the base model", ["train.py", "base"], "base.pt"),
      ("measure what it knows", ["label.py"], "labels.json"),
      ("train the behaviours", ["train.py", "instruct"], "instruct.pt"),
      ("settle", ["train.py", "settle"], "settle.pt"),
      ("development set", ["develop.py"], "develop.json"),
      ("export base", ["export.py", "base"], None),
      ("export instruct", ["export.py", "instruct"], None)]],
    [[("evaluate instruct", ["evaluate.py", "instruct"], "instruct-rows.npz")],
     [("evaluate base", ["evaluate.py", "base", "--sets", "training"], "base-rows.npz"),
      ("transformers parity", ["parity.py"], "parity.json")]],
    [[("fit the detector, instruct", ["detector.py", "instruct"], "instruct-detector.json")],
     [("fit the detector, base", ["detector.py", "base"], "base-detector.json")]],
    [[("report", ["report.py"], None)]],
]
COMPARISON = [[("compare with the shipped model", ["compare.py"], None)]]


def check():
    """The committed facts, questions and tokenizer are what the pinned packages give."""
    import facts
    import questions
    import tokens

    assert facts.build() == facts.load(), "facts.jsonl differs from a fresh build"
    for name, rows in questions.build().items():
        text = "".join(questions.json.dumps(r, ensure_ascii=False, sort_keys=True) + "\n"
                       for r in rows)
        assert (questions.FOLDER / f"{name}.jsonl").read_text() == text, name
    fresh = tokens.train().to_str(pretty=True)
    assert fresh == (HOME / "tokenizer.json").read_text(), "tokenizer.json differs"
    print("facts, questions and tokenizer are as committed")


class Run:
    """The steps of one run, and the minutes that each took."""

    def __init__(self, again):
        os.environ.update({"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0",
                           "REFERENCE_MODEL_AGAIN": str(again)})
        from places import WORK

        self.work, self.lock = WORK, threading.Lock()
        self.work.mkdir(exist_ok=True)
        shutil.copy(HOME / "tokenizer.json", self.work)

    def lanes(self, lanes):
        with ThreadPoolExecutor(len(lanes)) as pool:
            for done in [pool.submit(self.lane, lane) for lane in lanes]:
                done.result()

    def lane(self, steps):
        for name, command, product in steps:
            if product and (self.work / product).exists():
                print(f"{name}: done before", flush=True)
                continue
            print(f"{name} …", flush=True)
            began = time.time()
            _, status, used = os.wait4(
                subprocess.Popen([sys.executable, *command], cwd=HERE).pid, 0)
            if status:
                raise SystemExit(f"{name}: {' '.join(command)} ended with {status}")
            self.note(name, (time.time() - began) / 60, (used.ru_utime + used.ru_stime) / 60)

    def note(self, name, minutes, cpu):
        """Keeps the times for the report; an interrupted step keeps only its last part."""
        with self.lock:
            path = self.work / "steps.json"
            times = json.loads(path.read_text()) if path.exists() else {}
            times[name] = [round(minutes, 2), round(cpu, 2)]
            path.write_text(json.dumps(times, indent=1) + "\n")
        print(f"{name}: {minutes:.1f} min, {cpu:.1f} CPU min", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only compare the fixed files")
    parser.add_argument("--again", type=int, default=0, metavar="N",
                        help="train with other random streams, into build-N")
    options = parser.parse_args()
    if options.check:
        return check()
    run = Run(options.again)
    for lanes in STEPS + [COMPARISON] * bool(options.again):
        run.lanes(lanes)


if __name__ == "__main__":
    main()
