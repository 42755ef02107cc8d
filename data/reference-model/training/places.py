"""Where the programs read and write, and the random streams of a run.

The shipped model is run 0. `run.py --again N` trains another one with other random streams in
training and evaluation, but the same facts, questions and tokenizer, into `build-N`; nothing
outside of that folder changes.
"""

import os
from pathlib import Path

import numpy as np

from facts import SEED

HERE = Path(__file__).resolve().parent
HOME = HERE.parent
AGAIN = int(os.environ.get("REFERENCE_MODEL_AGAIN", "0"))
WORK = HERE / (f"build-{AGAIN}" if AGAIN else "build")
OUT = WORK / "model" if AGAIN else HOME  # model, evaluation and figures
FIXTURE = (WORK / "fixture" if AGAIN
           else HOME.parents[1] / "Tests/ModelTests/Fixtures/reference-model")


def stream(*numbers):
    """The random stream of that address in this run."""
    return np.random.default_rng([SEED, *numbers] + ([AGAIN] if AGAIN else []))
