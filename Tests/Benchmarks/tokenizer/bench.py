#!/usr/bin/env python3
"""Referee's tokenizer beside Hugging Face tokenizers on one text, alternately, on one core.

    python3 bench.py --referee .build/release/TokenizerBenchmarks FOLDER… [--rounds 3]

FOLDER holds a tokenizer.json. Both encode the same lines one by one, without special tokens; the
ids must be equal (FNV-1a over all of them). Processor seconds, the best of the rounds. The text
is made here from words, numbers, code, punctuation and other scripts, with a fixed seed.
Needs `pip install tokenizers`.
"""

import argparse
import json
import os
import random
import subprocess
import tempfile
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"


def text(characters):
    draw = random.Random(20260103)
    vocabulary = [
        "".join(draw.choice("etaoinshrdlucmfwyp") for _ in range(draw.randint(2, 11)))
        for _ in range(4_000)]
    others = ["Größe", "naïve", "東京都", "Привет", "مرحبا", "🙂", "x_i += 1;", "don't", "3.14159", "(a → b)"]
    lines, size = [], 0
    while size < characters:
        words = [
            draw.choice(others) if draw.random() < 0.08
            else str(draw.randint(0, 99_999)) if draw.random() < 0.05 else draw.choice(vocabulary)
            for _ in range(draw.randint(5, 60))]
        line = " ".join(words).capitalize() + draw.choice([".", "?", "!", "  ", ":"])
        lines.append(line)
        size += len(line) + 1
    return lines


def peer(tokenizer, lines):
    start = time.process_time()
    ids = [tokenizer.encode(line, add_special_tokens=False).ids for line in lines]
    seconds = time.process_time() - start
    value = 14_695_981_039_346_656_037
    for line in ids:
        for token in line:
            value = (value ^ token) * 1_099_511_628_211 & 0xFFFF_FFFF_FFFF_FFFF
    return seconds, sum(map(len, ids)), str(value)


def main():
    import tokenizers

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--referee", required=True)
    parser.add_argument("--characters", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    lines = text(options.characters)
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write("\n".join(lines))
        file.flush()
        for folder in options.folders:
            other = tokenizers.Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
            own, theirs = [], []
            for _ in range(options.rounds):
                own.append(json.loads(subprocess.run(
                    [options.referee, folder, file.name, "1"], check=True, capture_output=True,
                    text=True).stdout))
                theirs.append(peer(other, lines))
            equal = own[0]["hash"] == theirs[0][2] and own[0]["tokens"] == theirs[0][1]
            mine, peers = min(o["seconds"] for o in own), min(t[0] for t in theirs)
            print(f"{os.path.basename(os.path.normpath(folder))}: {own[0]['tokens']} tokens, ids "
                  f"{'equal' if equal else 'DIFFER'}; Referee {mine:.2f} s, "
                  f"tokenizers {tokenizers.__version__} {peers:.2f} s, ratio {peers / mine:.2f}")
            if not equal:
                raise SystemExit(1)


if __name__ == "__main__":
    main()
