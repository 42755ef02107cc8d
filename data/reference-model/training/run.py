"""Makes the reference model: three stages, export, evaluation, report.

    python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python run.py
    .venv/bin/python run.py --again 1   # another run beside it, and whether its figures agree

A finished step is skipped unless a step before it left something newer; an interrupted training
goes on from its last checkpoint. Facts and question sets are never rewritten: `--check` compares
the committed files with a fresh build.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOME = HERE.parent
# (name, command, what it leaves); lanes of a list run side by side, the steps of a lane in turn.
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
        self.running, self.newest, self.stopped = set(), 0.0, False

    def lanes(self, number, lanes):
        """Runs one list of lanes; `newest` is when the lists before it were done."""
        with ThreadPoolExecutor(len(lanes)) as pool:
            waiting = [pool.submit(self.lane, number, i, lane) for i, lane in enumerate(lanes)]
            try:
                for done in wait(waiting, return_when=FIRST_EXCEPTION).done:
                    done.result()
                self.newest = max(done.result() for done in waiting)
            except BaseException:
                self.stopped = True
                for process in list(self.running):
                    process.terminate()
                raise

    def lane(self, number, place, steps):
        newest = self.newest
        for name, command, product in steps:
            path = self.work / product if product else None
            if path and path.exists() and path.stat().st_mtime >= newest:
                print(f"{name}: done before", flush=True)
            else:
                print(f"{name} …", flush=True)
                self.step(name, command, (number, place))
            newest = max(newest, path.stat().st_mtime if path else 0)
        return newest

    def step(self, name, command, lane):
        began = time.time()
        with self.lock:
            if self.stopped:
                raise SystemExit(f"{name}: not begun")
            process = subprocess.Popen([sys.executable, *command], cwd=HERE)
            self.running.add(process)
        _, status, used = os.wait4(process.pid, 0)
        self.running.discard(process)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.note(name, lane, (time.time() - began) / 60, (used.ru_utime + used.ru_stime) / 60,
                  bool(status))
        if status:
            raise SystemExit(f"{name}: {' '.join(command)} ended with {process.returncode}")

    def note(self, name, lane, minutes, cpu, broken):
        """Keeps the times for the report; those of a broken step are added to its next part."""
        with self.lock:
            path = self.work / "steps.json"
            times = json.loads(path.read_text()) if path.exists() else {}
            before = times.get(name, {})
            if before.get("broken"):
                minutes, cpu = minutes + before["minutes"], cpu + before["cpu"]
            times[name] = {"lane": lane, "minutes": round(minutes, 2), "cpu": round(cpu, 2),
                           "broken": broken}
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
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by a signal"))
    run = Run(options.again)
    for number, lanes in enumerate(STEPS + [COMPARISON] * bool(options.again)):
        run.lanes(number, lanes)


if __name__ == "__main__":
    main()
