"""Makes the reference model: facts, questions, tokenizer, two stages, export, evaluation, report.

    python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python run.py

A finished step is skipped; an interrupted training goes on from its last checkpoint. Facts and
question sets are never rewritten: `--check` compares the committed files with a fresh build.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time

from pathlib import Path

HERE = Path(__file__).resolve().parent
WORK, HOME = HERE / "build", HERE.parent
STEPS = [
    ("tokenizer", [], lambda: shutil.copy(HOME / "tokenizer.json", WORK), "tokenizer.json"),
    ("train the base model", ["train.py", "base"], None, "base.pt"),
    ("measure what it knows", ["label.py"], None, "labels.json"),
    ("train the behaviours", ["train.py", "instruct"], None, "instruct.pt"),
    ("settle", ["train.py", "settle"], None, "settle.pt"),
    ("development set", ["develop.py"], None, "develop.json"),
    ("export base", ["export.py", "base"], None, None),
    ("export instruct", ["export.py", "instruct"], None, None),
    ("evaluate base", ["evaluate.py", "base", "--sets", "training"], None, "base-rows.npz"),
    ("evaluate instruct", ["evaluate.py", "instruct"], None, "instruct-rows.npz"),
    ("fit the detector, base", ["detector.py", "base"], None, "base-detector.json"),
    ("fit the detector, instruct", ["detector.py", "instruct"], None, "instruct-detector.json"),
    ("transformers parity", ["parity.py"], None, "parity.json"),
    ("report", ["report.py"], None, None),
]


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


def spent():
    """CPU seconds of this process and of all that it waited for."""
    both = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in both)


def note(name, minutes, cpu):
    """Keeps the times of a step for the report; an interrupted step keeps only its last part."""
    path = WORK / "steps.json"
    times = json.loads(path.read_text()) if path.exists() else {}
    times[name] = [round(minutes, 2), round(cpu, 2)]
    path.write_text(json.dumps(times, indent=1) + "\n")
    print(f"{name}: {minutes:.1f} min, {cpu:.1f} CPU min", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only compare the fixed files")
    if parser.parse_args().check:
        return check()
    WORK.mkdir(exist_ok=True)
    environment = os.environ | {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0"}
    for name, command, action, product in STEPS:
        if product and (WORK / product).exists():
            print(f"{name}: done before", flush=True)
            continue
        print(f"{name} …", flush=True)
        began, cpu = time.time(), spent()
        if action:
            action()
        else:
            subprocess.run([sys.executable, *command], cwd=HERE, check=True, env=environment)
        note(name, (time.time() - began) / 60, (spent() - cpu) / 60)


if __name__ == "__main__":
    main()
