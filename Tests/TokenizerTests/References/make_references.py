"""Writes the tokenizers in `../Fixtures` and what Hugging Face's tokenizers does with them.

Needs: tokenizers 0.23, jinja2, and the templates of llama.cpp's `models/templates` (in the
llama-cpp-python sdist; `make vocabularies` unpacks it). Run in this folder:

    python make_references.py FOLDER-WITH-TEMPLATES

Everything is seeded; a second run writes the same bytes.
"""

import json
import pathlib
import random
import sys

import jinja2
import jinja2.sandbox
from tokenizers import (
    AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors,
    trainers)

OUT = pathlib.Path(__file__).parent.parent / "Fixtures"
ROOT = pathlib.Path(__file__).parents[3]

HEAD = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?"
TAIL = r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN35 = (HEAD + r"[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|"
          r"\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = HEAD + r"\p{L}+|\p{N}|" + TAIL
LLAMA3 = HEAD + r"\p{L}+|\p{N}{1,3}|" + TAIL
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"

CHATML = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]

MIXED = [
    "naïve café Straße Ελληνικά Русский язык и слово", "数字と漢字を混ぜる 한국어 문장입니다",
    "हिन्दी में नमस्ते दुनिया", "ภาษาไทย العربية עברית", "🙂🙃👩‍👩‍👧 ½ ⅷ ٣٤٥ १२३",
    "it's I'LL we've they'D don't", "def f(x):\n    return x + 1\n\n\n", "a\r\n\r\nb\t\tc",
]


def corpus():
    files = [ROOT / "docs/engine.md", ROOT / "docs/architecture.md", ROOT / "CHANGELOG.md"]
    return [line for file in files for line in file.read_text().splitlines(True)] + MIXED * 12


def split(pattern):
    return pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def byte_level(name, pre, special, added=(), normalizer=None, post=None, size=700, **options):
    tokenizer = Tokenizer(models.BPE(**options))
    tokenizer.pre_tokenizer = pre
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(corpus(), trainers.BpeTrainer(
        vocab_size=size, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False))
    tokenizer.add_special_tokens([AddedToken(t, normalized=False) for t in special])
    tokenizer.add_tokens(list(added))
    if post:
        tokenizer.post_processor = post(tokenizer)
    return name, tokenizer


def begin(token):
    return lambda tokenizer: processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(
            single=f"{token} $A", special_tokens=[(token, tokenizer.token_to_id(token))])])


def scalar_level(name, normalizer, pre, decoder, size=900):
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    tokenizer.normalizer = normalizer
    if pre:
        tokenizer.pre_tokenizer = pre
    tokenizer.decoder = decoder
    special = ["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)]
    # Without a pre-tokenizer a line would be one word; train on words with their mark.
    words = [w for line in corpus() for w in line.replace(" ", " ▁").split(" ")]
    tokenizer.train_from_iterator(words, trainers.BpeTrainer(
        vocab_size=size, special_tokens=special, limit_alphabet=150, show_progress=False))
    data = json.loads(tokenizer.to_str())
    data["added_tokens"] = [t for t in data["added_tokens"] if t["id"] < 3]
    tokenizer = Tokenizer.from_str(json.dumps(data))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", special_tokens=[("<s>", 1)])
    return name, tokenizer


def tokenizers():
    space = "▁"
    strip = [decoders.Replace(space, " "), decoders.ByteFallback(), decoders.Fuse(),
             decoders.Strip(" ", 1, 0)]
    yield byte_level(
        "qwen35", split(QWEN35), CHATML,
        [AddedToken(t, normalized=False) for t in ["<think>", "</think>", "<tool_call>"]],
        normalizer=normalizers.NFC())
    yield byte_level("qwen2", split(QWEN2), CHATML, normalizer=normalizers.NFC())
    yield byte_level(
        "llama3", split(LLAMA3), ["<|begin_of_text|>", "<|eot_id|>"], ignore_merges=True,
        post=begin("<|begin_of_text|>"))
    yield byte_level(
        "smollm", pre_tokenizers.Sequence([
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)]), CHATML)
    yield byte_level(
        "gpt2", pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ["<|endoftext|>"],
        [AddedToken("<left>", lstrip=True, normalized=False),
         AddedToken("<right>", rstrip=True, normalized=False),
         AddedToken("word", single_word=True, normalized=False),
         AddedToken("wordword", normalized=True), AddedToken("<|end", normalized=False)])
    yield scalar_level(
        "llama2", normalizers.Sequence(
            [normalizers.Prepend(space), normalizers.Replace(" ", space)]), None,
        decoders.Sequence(strip))
    yield scalar_level(
        "mistral", normalizers.Sequence([]),
        pre_tokenizers.Metaspace(replacement=space, prepend_scheme="first", split=False),
        decoders.Sequence(strip))
    yield scalar_level(
        "gemma", normalizers.Replace(" ", space),
        pre_tokenizers.Split(" ", "merged_with_previous"), decoders.Sequence(strip[:3]))


RANGES = [
    (0x20, 0x7E), (0x20, 0x7E), (0x41, 0x7A), (0x61, 0x7A), (0x30, 0x39), (0x00, 0x1F),
    (0x80, 0x24F), (0x300, 0x36F), (0x370, 0x52F), (0x590, 0x6FF), (0x900, 0xDFF), (0xE00, 0xEFF),
    (0x1100, 0x11FF), (0x1D00, 0x1FFF), (0x2000, 0x206F), (0x2100, 0x218F), (0x3000, 0x30FF),
    (0x4E00, 0x4FFF), (0xAC00, 0xAFFF), (0xF900, 0xFAFF), (0xFE00, 0xFEFF), (0x1D400, 0x1D7FF),
    (0x1F300, 0x1FAFF), (0x10000, 0x10FFFF), (0xE000, 0xE0FF),
]
PIECES = [
    " ", " ", "  ", "   ", "\n", "\n\n", "\r\n", "\t", " \n ", "\u00a0", "\u2028", "\u3000",
    "'s", "'T", "'LL", "'re", "'Ve", "'x", "'\u017f", "\u017f", "123", "1234567", "3.14", "½", "Ⅷ",
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>", "<left>", " <left> ",
    "<right>", " <right>  ", "word", " word ", "wordword", "words", "<|end", "<|eot_id|>", "<s>",
    "</s>", "<unk>", "<0x41>", "e\u0301", "A\u030a", "\u212b", "q\u0307\u0323", "\u1112\u1161\u11ab",
    "the", " the", " model", "engine", "ing", "é", "ñ", "漢字", " नमस्ते", "🙂", "\u200d", "\ufeff",
    "▁", "Ġ", "Ċ",
]


def text(rng):
    out = []
    for _ in range(rng.randint(0, 14)):
        kind = rng.random()
        if kind < 0.5:
            out.append(rng.choice(PIECES))
        else:
            low, high = rng.choice(RANGES)
            count = rng.randint(1, 4)
            scalars = [rng.randint(low, high) for _ in range(count)]
            out.append("".join(chr(c) for c in scalars if not 0xD800 <= c < 0xE000))
    return "".join(out)


def differential():
    rng = random.Random(20261129)
    texts = [text(rng) for _ in range(220)] + MIXED + ["a" * 300, " " * 200 + "x", "\n" * 70]
    result = {"texts": texts, "tokenizers": {}}
    for name, tokenizer in tokenizers():
        tokenizer.save(str(OUT / f"{name}.json"), pretty=False)
        encodings = [tokenizer.encode(t) for t in texts]
        size = tokenizer.get_vocab_size()
        sequences = [[rng.randrange(size) for _ in range(rng.randint(1, 12))] for _ in range(60)]
        known = [[i for i in s if tokenizer.id_to_token(i) is not None] for s in sequences]
        result["tokenizers"][name] = {
            "ids": [e.ids for e in encodings],
            "offsets": [[x for o in e.offsets for x in o] for e in encodings],
            "decode": [{"ids": ids, "text": tokenizer.decode(ids, skip_special_tokens=False)}
                       for ids in known],
        }
    return result


def fnv(values, state=0xCBF29CE484222325):
    for value in values:
        for _ in range(4):
            state = ((state ^ (value & 255)) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
            value >>= 8
    return state


def every_scalar():
    """Hashes of all word ends of texts that hold every scalar, and of NFC, a chunk of 4096 each."""
    result = {"patterns": {}, "nfc": []}
    chunks = [[c for c in range(s, s + 4096) if not 0xD800 <= c < 0xE000]
              for s in range(0, 0x110000, 4096)]
    chunks = [c for c in chunks if c]
    for name, pattern in [("gpt2", GPT2), ("llama3", LLAMA3), ("qwen2", QWEN2), ("qwen35", QWEN35)]:
        splitter = pre_tokenizers.Split(Regex(pattern), "isolated")
        result["patterns"][name] = [
            f"{fnv(e for _, (_, e) in splitter.pre_tokenize_str(every_text(chunk))):016x}"
            for chunk in chunks]
    nfc = normalizers.NFC()
    for chunk in chunks:
        composed = nfc.normalize_str("".join(f"a{chr(c)}\u0323{chr(c)}\u0301" for c in chunk))
        result["nfc"].append(f"{fnv(map(ord, composed)):016x}")
    return result


def every_text(chunk):
    return "".join(f"x{chr(c)}5 {chr(c)}{chr(c)} '{chr(c)}\n{chr(c)}" for c in chunk)


CONVERSATIONS = [
    [("user", "Hello")],
    [("user", "  What is 2 + 2?\n")],
    [("system", "Be brief."), ("user", "Name a colour.")],
    [("system", "  Be brief.  "), ("user", "Hi"), ("assistant", "Hello!"), ("user", "Bye")],
    [("user", "Hi"), ("assistant", "<think>\nA greeting.\n</think>\n\nHello!"), ("user", "More")],
    [("user", "Hi"), ("assistant", "<think>\nA greeting.\n</think>\n\nHello!")],
    [("user", "Hi"), ("assistant", "\n\nno thinking here \n")],
    [("user", "Ünï 漢字 <|im_end|> {{ x }}"), ("assistant", "a</think>b</think>\nc"),
     ("user", "")],
    [("user", "a"), ("assistant", "<think>x</think>y"), ("assistant", "z")],
]


def chats(templates):
    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"])

    def refuse(message):
        raise jinja2.exceptions.TemplateError(message)

    environment.globals["raise_exception"] = refuse
    files = {
        "qwen35": "Qwen3.5-4B.jinja", "qwen3": "Qwen-Qwen3-0.6B.jinja",
        "qwen25": "Qwen-Qwen2.5-7B-Instruct.jinja",
        "llama31": "meta-llama-Llama-3.1-8B-Instruct.jinja",
        "llama32": "meta-llama-Llama-3.2-3B-Instruct.jinja",
    }
    sources = {name: (templates / file).read_text() for name, file in files.items()}
    tiny = ROOT / "Tests/ModelTests/Fixtures/tiny/hf/tokenizer_config.json"
    sources["tiny"] = json.loads(tiny.read_text())["chat_template"]
    sources["smollm2"] = (
        "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
        "{{ '<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging "
        "Face<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + "
        "message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}"
        "{{ '<|im_start|>assistant\n' }}{% endif %}")
    result = {}
    for name, source in sorted(sources.items()):
        template = environment.from_string(source)
        cases = []
        for conversation in CONVERSATIONS:
            messages = [{"role": role, "content": content} for role, content in conversation]
            for thinking in ["auto", "on", "off"]:
                for prompt in [True, False]:
                    options = {} if thinking == "auto" else {"enable_thinking": thinking == "on"}
                    try:
                        rendered = template.render(
                            messages=messages, add_generation_prompt=prompt,
                            bos_token="<|begin_of_text|>", **options)
                    except jinja2.exceptions.TemplateError:
                        rendered = None
                    cases.append({"messages": conversation, "thinking": thinking,
                                  "prompt": prompt, "text": rendered})
        # Templates of Meta are not copied; the test reads them where they are.
        result[name] = {"file": files.get(name), "cases": cases}
        if not name.startswith("llama"):
            result[name]["source"] = source
    return result


def write(name, value):
    (OUT / name).write_text(json.dumps(value, separators=(",", ":")) + "\n")


OUT.mkdir(exist_ok=True)
write("differential.json", differential())
write("every-scalar.json", every_scalar())
write("chats.json", chats(pathlib.Path(sys.argv[1])))
