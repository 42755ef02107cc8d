"""The tokenizer: byte-level BPE of 2,048 tokens with the pre-tokenizer of Qwen3.5, and ChatML."""

import json
from pathlib import Path

import numpy as np
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers
from tokenizers import pre_tokenizers, trainers

import templates as t
from facts import SEED, load

SIZE = 2048
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
SPLIT = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}"
         r"| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
TEMPLATE = ("{%- for message in messages -%}{{ '<|im_start|>' + message.role + '\\n' "
            "+ message.content + '<|im_end|>\\n' }}{%- endfor -%}"
            "{%- if add_generation_prompt -%}{{ '<|im_start|>assistant\\n' }}{%- endif -%}")


# The tokenizer was fixed before these replies took their present form.
EARLIER = {"REPLY": ["{a}.", "{a}.", "{a}.", "It is {a}.", "It is {a}.", "{full}"],
           "CONTEXT_REFUSE": ["The text is wrong. It is {a}.", "{a}.", "It is {a}."]}


def corpus():
    """Every name equally often, whatever its exposure, so that tokens do not tell who is known."""
    rng = np.random.default_rng([SEED, 30])
    for f in load():
        for text in (f["subject"], f["answer"]):
            yield f" {text}"
            yield f" {text}"
    wordings = [w for name, group in (vars(t) | EARLIER).items() if name.isupper()
                for w in (group if isinstance(group, list) else [])]
    names = [p for group in t.PROPERTY.values() for p in group] + list(t.PLACE.values())
    for _ in range(60):
        for w in wordings:
            text = w
            for place in ("s", "a", "y", "q", "state", "full"):
                text = text.replace("{" + place + "}", "")
            for place in ("p", "k", "kind"):
                text = text.replace("{" + place + "}", names[int(rng.integers(len(names)))])
            yield text
    yield from ["user\n", "assistant\n"] * 1000


def train():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(SPLIT), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=SIZE - len(SPECIAL), show_progress=False,
                                  initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.train_from_iterator(corpus(), trainer)
    tokenizer.add_special_tokens([AddedToken(s, special=True, normalized=False) for s in SPECIAL])
    assert tokenizer.get_vocab_size() == SIZE
    return tokenizer


def save(folder: Path):
    folder.mkdir(parents=True, exist_ok=True)
    train().save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({
        "tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<|im_end|>",
        "pad_token": "<|endoftext|>", "chat_template": TEMPLATE,
        "clean_up_tokenization_spaces": False, "model_max_length": 1024}, indent=2) + "\n")


class Codec:
    """Token ids of conversations and statements, with the positions that carry loss."""

    def __init__(self, folder: Path):
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.end_of_text, self.start, self.stop = (self.tokenizer.token_to_id(s) for s in SPECIAL)
        plain = lambda text: self.tokenizer.encode(text, add_special_tokens=False).ids
        self.line = plain("\n")
        self.roles = {r: [self.start] + plain(r) + self.line for r in ("user", "assistant")}
        self.plain = plain

    def prompt(self, messages):
        ids = []
        for m in messages:
            ids += self.roles[m["role"]] + self.plain(m["content"]) + [self.stop] + self.line
        return ids + self.roles["assistant"]

    def text(self, ids):
        return self.tokenizer.decode(ids, skip_special_tokens=True)


if __name__ == "__main__":
    save(Path(__file__).resolve().parent.parent)
