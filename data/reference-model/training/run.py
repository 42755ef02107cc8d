"""Makes the reference model: facts, questions, tokenizer, two stages, export, evaluation, report.

    python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python run.py

A finished step is skipped; an interrupted training goes on from its last checkpoint. Facts and
question sets are never rewritten: `--check` compares the committed files with a fresh build.
"""

import argparse
import os
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
        began = time.time()
        if action:
            action()
        else:
            subprocess.run([sys.executable, *command], cwd=HERE, check=True, env=environment)
        print(f"{name}: {(time.time() - began) / 60:.1f} min", flush=True)


if __name__ == "__main__":
    main()
