"""References for Tests/RandomnessTests, from numpy.random.

    python3 numpy_random.py > numpy_random.json

64-bit words are written as decimal strings; doubles with repr (17 significant digits at most).
"""
import json

import numpy as np

seeds = [0, 1, 42, 2**31, 2**32 - 1, 2**32, 2**63 + 12345, 2**64 - 1]
bounds = [1, 2, 3, 7, 1000, 65_536, 65_537, 2**31 - 1, 2**31 + 1, 2**32 - 1, 2**32,
          2**32 + 1, 3 * 2**61]


def words(values):
    return [str(int(value)) for value in values]


def generator(seed):
    raw = np.random.PCG64(seed)
    rng = np.random.default_rng(seed)
    mixed = [int(rng.integers(0, 10)), rng.random(), int(rng.integers(0, 10)),
             int(rng.integers(0, 10)), rng.random()]
    return {
        "seed": str(seed),
        "words32": words(np.random.SeedSequence(seed).generate_state(6, np.uint32)),
        "words64": words(np.random.SeedSequence(seed).generate_state(4, np.uint64)),
        "raw": words(raw.random_raw(6)),
        "uniform": np.random.default_rng(seed).random(5).tolist(),
        "integers": [
            {"bound": str(bound), "values": words(
                np.random.default_rng(seed).integers(0, bound, size=9))}
            for bound in bounds],
        "mixed": mixed,
        "permutation": np.random.default_rng(seed).permutation(12).tolist(),
        "choiceSmall": np.random.default_rng(seed).choice(20, 8, replace=False).tolist(),
        "choiceAll": np.random.default_rng(seed).choice(9, 9, replace=False).tolist(),
        "choiceTail": np.random.default_rng(seed).choice(10_050, 300, replace=False)[:6].tolist(),
        "choiceFloyd": np.random.default_rng(seed).choice(50_000, 40, replace=False)[:6].tolist(),
        "replaced": np.random.default_rng(seed).choice(30, 8).tolist(),
    }


def philox(key, counter):
    """numpy raises the counter before the first block, so it starts one below."""
    below = (counter - 1) % 2**256
    bits = np.random.Philox(
        key=np.array(key, dtype=np.uint64),
        counter=np.array([(below >> (64 * i)) & (2**64 - 1) for i in range(4)], dtype=np.uint64))
    return {
        "key": words(key),
        "counter": words([(counter >> (64 * i)) & (2**64 - 1) for i in range(4)]),
        "words": words(bits.random_raw(4)),
    }


def stream(seed, name, index, substream):
    """RandomStream: key (seed, FNV-1a of the name), counter (block, index, substream, 0)."""
    hashed = 0xCBF29CE484222325
    for byte in name.encode():
        hashed = ((hashed ^ byte) * 0x100000001B3) % 2**64
    counter = (index << 64) | (substream << 128)
    raw = [philox((seed, hashed), counter + block)["words"] for block in range(2)]
    flat = [int(word) for block in raw for word in block]
    integers = []
    position = 0
    bound = 1000
    while len(integers) < 5:
        product = flat[position] * bound
        position += 1
        if product % 2**64 >= (2**64 - bound) % bound:
            integers.append(product >> 64)
    return {
        "seed": str(seed), "analysis": name, "index": str(index), "substream": str(substream),
        "hash": str(hashed), "words": words(flat),
        "uniform": [(word >> 11) * 2.0**-53 for word in flat],
        "integersBelow1000": integers,
    }


full = 2**64 - 1
print(json.dumps({
    "numpy": np.__version__,
    "generators": [generator(seed) for seed in seeds],
    "philox": [
        philox((0, 0), 0),
        philox((full, full), 2**256 - 1),
        philox((0x452821E638D01377, 0xBE5466CF34E90C6C),
               0x243F6A8885A308D3 | 0x13198A2E03707344 << 64 | 0xA4093822299F31D0 << 128
               | 0x082EFA98EC4E6C89 << 192),
        philox((42, 1), 2**64 - 1),
        philox((42, 1), 2**64),
    ],
    "streams": [
        stream(42, "bootstrap/auroc", 0, 0),
        stream(42, "bootstrap/auroc", 17, 0),
        stream(2**64 - 1, "", 2**64 - 1, 3),
    ],
}, indent=1))
