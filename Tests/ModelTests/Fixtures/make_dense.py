"""Writes the small random checkpoints in `dense/`, `moe/` and `gguf/` and their f32 references.

Needs: torch (CPU), transformers 5.23, safetensors, gguf 0.19, numpy. Run in this folder:

    python make_dense.py

Weights are rounded to BF16 before the reference runs in f32, so the files hold exactly what was run.
"""

import copy
import json
import os
import shutil

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as Q
from safetensors.torch import load_file, save_file
from transformers import (
    LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM, Qwen2Config,
    Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM)
from transformers.models.qwen3_5_moe import (
    Qwen3_5MoeForCausalLM, Qwen3_5MoeTextConfig)

torch.set_num_threads(1)
T = 40


def randomise(model, seed):
    """Weights large enough for logits of order 5; norms and biases away from 1 and 0."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in model.named_parameters():
            noise = torch.randn(p.shape, generator=generator)
            if name.endswith("norm.weight"):
                zero = isinstance(model, Qwen3_5MoeForCausalLM) and "linear_attn" not in name
                p.copy_((0.0 if zero else 1.0) + 0.2 * noise)
            elif name.endswith("A_log"):
                p.copy_(0.5 + 0.5 * noise)
            elif p.ndim == 1:
                p.copy_(0.3 * noise)
            elif "embed_tokens" in name:
                p.copy_(noise)
            else:
                p.copy_(noise * (1.5 / p.shape[-1] ** 0.5))
            p.copy_(p.to(torch.bfloat16).to(torch.float32))
    return model.eval()


def reference(model, seed, path):
    rng = np.random.default_rng(seed)
    vocabulary = model.config.vocab_size
    tokens = rng.integers(0, vocabulary, T)
    prompt = rng.integers(0, vocabulary, 12)
    with torch.no_grad():
        logits = model(torch.tensor(tokens)[None]).logits[0].numpy()
        ids = model.generate(
            torch.tensor(prompt)[None], max_new_tokens=12, do_sample=False,
            eos_token_id=None, pad_token_id=0)[0, 12:].numpy()
    np.savez_compressed(
        path, tokens=tokens.astype(np.int32), logits=logits.astype(np.float32),
        prompt=prompt.astype(np.int32), greedy=ids.astype(np.int32))
    print(path, "largest logit", float(np.abs(logits).max()))


def save(model, folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    # A copy: `to(bfloat16)` would round the rotary frequencies of the model that is run.
    copy.deepcopy(model).to(torch.bfloat16).save_pretrained(folder)
    for extra in ("generation_config.json", "README.md"):
        if os.path.exists(f"{folder}/{extra}"):
            os.remove(f"{folder}/{extra}")


BASE = dict(
    vocab_size=256, hidden_size=64, intermediate_size=112, num_hidden_layers=3,
    num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=512, eos_token_id=255,
    bos_token_id=None, pad_token_id=None)
LLAMA3 = dict(
    rope_type="llama3", rope_theta=500000.0, factor=8.0, low_freq_factor=1.0,
    high_freq_factor=4.0, original_max_position_embeddings=16)


def dense():
    models = {
        "llama": LlamaForCausalLM(LlamaConfig(**BASE, rope_parameters=LLAMA3)),
        "mistral": MistralForCausalLM(MistralConfig(**BASE, sliding_window=9, head_dim=24)),
        "smollm2": LlamaForCausalLM(LlamaConfig(
            **{**BASE, "hidden_size": 72, "num_attention_heads": 3, "num_key_value_heads": 1},
            tie_word_embeddings=True, rms_norm_eps=1e-5)),
        "qwen2": Qwen2ForCausalLM(Qwen2Config(**BASE, tie_word_embeddings=True)),
        "qwen3": Qwen3ForCausalLM(Qwen3Config(**BASE, head_dim=32)),
    }
    for index, (name, model) in enumerate(models.items()):
        randomise(model, 100 + index)
        save(model, f"dense/{name}")
        reference(model, 200 + index, f"dense/{name}/ref.npz")
    return models


def qwen35(**changes):
    sizes = dict(
        vocab_size=256, hidden_size=64, num_hidden_layers=4, num_attention_heads=4,
        num_key_value_heads=2, head_dim=32, linear_num_key_heads=2, linear_num_value_heads=4,
        linear_key_head_dim=16, linear_value_head_dim=16, linear_conv_kernel_dim=4,
        num_experts=8, num_experts_per_tok=2, moe_intermediate_size=24,
        shared_expert_intermediate_size=24, max_position_embeddings=512, eos_token_id=255,
        rope_parameters=dict(
            rope_type="default", rope_theta=10000000.0, partial_rotary_factor=0.25,
            mrope_section=[2, 1, 1], mrope_interleaved=True))
    sizes.update(changes)
    return Qwen3_5MoeForCausalLM(Qwen3_5MoeTextConfig(**sizes))


def split_checkpoint(folder):
    """Experts unfused, two shards with an index, names of published checkpoints."""
    tensors = load_file(f"{folder}/model.safetensors")
    out = {}
    for name, tensor in tensors.items():
        name = name.replace("model.", "model.language_model.", 1)
        if name.endswith("experts.gate_up_proj"):
            stem, half = name[: -len(".gate_up_proj")], tensor.shape[1] // 2
            for e in range(tensor.shape[0]):
                out[f"{stem}.{e}.gate_proj.weight"] = tensor[e, :half].contiguous()
                out[f"{stem}.{e}.up_proj.weight"] = tensor[e, half:].contiguous()
        elif name.endswith("experts.down_proj"):
            stem = name[: -len(".down_proj")]
            for e in range(tensor.shape[0]):
                out[f"{stem}.{e}.down_proj.weight"] = tensor[e].contiguous()
        else:
            out[name] = tensor
    os.remove(f"{folder}/model.safetensors")
    names = sorted(out)
    index = {"metadata": {"total_size": sum(t.nbytes for t in out.values())}, "weight_map": {}}
    for part, chosen in enumerate((names[::2], names[1::2]), start=1):
        file = f"model-0000{part}-of-00002.safetensors"
        save_file({n: out[n] for n in chosen}, f"{folder}/{file}")
        index["weight_map"].update({n: file for n in chosen})
    with open(f"{folder}/model.safetensors.index.json", "w") as f:
        json.dump(index, f, sort_keys=True)
    text = json.load(open(f"{folder}/config.json"))
    root = {
        "architectures": ["Qwen3_5MoeForConditionalGeneration"], "model_type": "qwen3_5_moe",
        "text_config": text, "tie_word_embeddings": text["tie_word_embeddings"]}
    with open(f"{folder}/config.json", "w") as f:
        json.dump(root, f, indent=1, sort_keys=True)


def moe():
    models = {
        # tied, few experts, one key head a value head
        "tied": qwen35(tie_word_embeddings=True, linear_num_value_heads=2),
        # many experts, odd sizes, three value heads a key head, shared width of its own
        "wide": qwen35(
            num_experts=24, num_experts_per_tok=6, shared_expert_intermediate_size=40,
            num_attention_heads=6, num_key_value_heads=3, linear_num_value_heads=6,
            linear_value_head_dim=24, linear_key_head_dim=16),
        # every layer linear but the second, larger heads
        "mixed": qwen35(
            num_hidden_layers=3, num_experts=5, num_experts_per_tok=5, head_dim=64,
            layer_types=["linear_attention", "full_attention", "linear_attention"],
            linear_key_head_dim=32, linear_value_head_dim=32),
    }
    for index, (name, model) in enumerate(models.items()):
        randomise(model, 300 + index)
        save(model, f"moe/{name}")
        reference(model, 400 + index, f"moe/{name}/ref.npz")
    split_checkpoint("moe/wide")
    return models


def permute(weight, heads):
    """The row order of GGUF `llama` for query and key."""
    rows = weight.shape[0]
    return (weight.reshape(heads, 2, rows // heads // 2, *weight.shape[1:])
            .swapaxes(1, 2).reshape(weight.shape))


def dense_tensors(model, architecture):
    c = model.config
    names = {
        "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm",
        "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
        "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
        "mlp.down_proj": "ffn_down", "self_attn.q_norm": "attn_q_norm",
        "self_attn.k_norm": "attn_k_norm"}
    out = {}
    for name, p in model.state_dict().items():
        w = p.to(torch.float32).numpy()
        if name == "lm_head.weight":
            if not c.tie_word_embeddings:
                out["output.weight"] = w
        elif name == "model.embed_tokens.weight":
            out["token_embd.weight"] = w
        elif name == "model.norm.weight":
            out["output_norm.weight"] = w
        else:
            _, _, layer, rest = name.split(".", 3)
            module, suffix = rest.rsplit(".", 1)
            if architecture == "llama" and module == "self_attn.q_proj":
                w = permute(w, c.num_attention_heads)
            if architecture == "llama" and module == "self_attn.k_proj":
                w = permute(w, c.num_key_value_heads)
            out[f"blk.{layer}.{names[module]}.{suffix}"] = w
    return out


def dense_header(writer, c):
    writer.add_block_count(c.num_hidden_layers)
    writer.add_embedding_length(c.hidden_size)
    writer.add_feed_forward_length(c.intermediate_size)
    writer.add_head_count(c.num_attention_heads)
    writer.add_head_count_kv(c.num_key_value_heads)
    writer.add_layer_norm_rms_eps(c.rms_norm_eps)
    writer.add_rope_freq_base(c.rope_parameters["rope_theta"])
    size = getattr(c, "head_dim", None) or c.hidden_size // c.num_attention_heads
    writer.add_key_length(size)
    writer.add_value_length(size)
    writer.add_rope_dimension_count(size)
    writer.add_eos_token_id(255)


def write(writer, tensors):
    for name, tensor in tensors.items():
        if isinstance(tensor, tuple):
            writer.add_tensor(name, tensor[0], raw_dtype=tensor[1])
        else:
            writer.add_tensor(name, np.ascontiguousarray(tensor))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def ggufs(models, experts):
    os.makedirs("gguf", exist_ok=True)
    # llama: permuted rows, rope_freqs. qwen2: biases. qwen3: split in three parts.
    for name in ("llama", "qwen2"):
        model = models[name]
        writer = gguf.GGUFWriter(f"gguf/{name}.gguf", name)
        dense_header(writer, model.config)
        tensors = dense_tensors(model, name)
        if name == "llama":
            size = model.config.hidden_size // model.config.num_attention_heads
            plain = 1.0 / 500000.0 ** (np.arange(0, size, 2) / size)
            scaled = model.model.rotary_emb.inv_freq.numpy()
            tensors["rope_freqs.weight"] = (plain / scaled).astype(np.float32)
        write(writer, tensors)
    model = models["qwen3"]
    writer = gguf.GGUFWriter("gguf/qwen3.gguf", "qwen3", split_max_tensors=14)
    dense_header(writer, model.config)
    write(writer, dense_tensors(model, "qwen3"))
    ollama(experts["wide"])
    block_formats()


def ollama(model):
    """Qwen3.5-MoE with the keys that Ollama writes: per-layer head counts, HF head order."""
    c = model.config
    writer = gguf.GGUFWriter("gguf/ollama.gguf", "qwen35moe")
    writer.add_block_count(c.num_hidden_layers)
    writer.add_embedding_length(c.hidden_size)
    writer.add_head_count(c.num_attention_heads)
    kv = [0 if t == "linear_attention" else c.num_key_value_heads for t in c.layer_types]
    writer.add_array("qwen35moe.attention.head_count_kv", kv)
    writer.add_key_length(c.head_dim)
    writer.add_value_length(c.head_dim)
    writer.add_layer_norm_rms_eps(c.rms_norm_eps)
    writer.add_rope_freq_base(c.rope_parameters["rope_theta"])
    writer.add_rope_dimension_count(int(c.head_dim * 0.25))
    writer.add_expert_count(c.num_experts)
    writer.add_expert_used_count(c.num_experts_per_tok)
    writer.add_uint32("qwen35moe.expert_feed_forward_length", c.moe_intermediate_size)
    writer.add_uint32(
        "qwen35moe.expert_shared_feed_forward_length", c.shared_expert_intermediate_size)
    writer.add_uint32("qwen35moe.feed_forward_length", 0)
    writer.add_uint32("qwen35moe.ssm.conv_kernel", c.linear_conv_kernel_dim)
    writer.add_uint32("qwen35moe.ssm.state_size", c.linear_key_head_dim)
    writer.add_uint32("qwen35moe.ssm.group_count", c.linear_num_key_heads)
    writer.add_uint32("qwen35moe.ssm.time_step_rank", c.linear_num_value_heads)
    writer.add_uint32(
        "qwen35moe.ssm.inner_size", c.linear_num_value_heads * c.linear_value_head_dim)
    writer.add_bool("qwen35moe.ssm.v_head_reordered", False)
    writer.add_bool("qwen35moe.rope.mrope_interleaved", True)
    writer.add_array("qwen35moe.rope.mrope_section", [2, 1, 1])
    names = {
        "input_layernorm.weight": "attn_norm.weight",
        "post_attention_layernorm.weight": "post_attention_norm.weight",
        "self_attn.q_proj.weight": "attn_q.weight", "self_attn.k_proj.weight": "attn_k.weight",
        "self_attn.v_proj.weight": "attn_v.weight",
        "self_attn.o_proj.weight": "attn_output.weight",
        "self_attn.q_norm.weight": "attn_q_norm.weight",
        "self_attn.k_norm.weight": "attn_k_norm.weight",
        "linear_attn.in_proj_qkv.weight": "attn_qkv.weight",
        "linear_attn.in_proj_z.weight": "attn_gate.weight",
        "linear_attn.in_proj_b.weight": "ssm_beta.weight",
        "linear_attn.in_proj_a.weight": "ssm_alpha.weight",
        "linear_attn.conv1d.weight": "ssm_conv1d.weight", "linear_attn.A_log": "ssm_a",
        "linear_attn.dt_bias": "ssm_dt", "linear_attn.norm.weight": "ssm_norm.weight",
        "linear_attn.out_proj.weight": "ssm_out.weight", "mlp.gate.weight": "ffn_gate_inp.weight",
        "mlp.shared_expert_gate.weight": "ffn_gate_inp_shexp.weight",
        "mlp.shared_expert.gate_proj.weight": "ffn_gate_shexp.weight",
        "mlp.shared_expert.up_proj.weight": "ffn_up_shexp.weight",
        "mlp.shared_expert.down_proj.weight": "ffn_down_shexp.weight",
        "mlp.experts.gate_up_proj": "ffn_gate_up_exps.weight",
        "mlp.experts.down_proj": "ffn_down_exps.weight"}
    out = {"v.patch_embd.weight": np.zeros((4, 4), np.float32)}
    for name, p in model.state_dict().items():
        w = p.to(torch.float32).numpy()
        if name == "lm_head.weight":
            out["output.weight"] = w
        elif name == "model.embed_tokens.weight":
            out["token_embd.weight"] = w
        elif name == "model.norm.weight":
            out["output_norm.weight"] = 1 + w
        else:
            _, _, layer, rest = name.split(".", 3)
            if rest.endswith("norm.weight") and "linear_attn" not in rest:
                w = 1 + w
            if rest.endswith("A_log"):
                w = -np.exp(w)
            if rest.endswith("conv1d.weight"):
                w = w.squeeze(1)
            out[f"blk.{layer}.{names[rest]}"] = w
    write(writer, out)


def block_formats():
    """A two-layer Llama whose matrices are random blocks of every GGUF format."""
    kinds = [
        Q.Q4_K, Q.Q5_K, Q.Q6_K, Q.IQ4_XS, Q.IQ4_NL, Q.Q5_0, Q.Q5_1, Q.Q8_0, Q.Q4_0, Q.Q4_1,
        Q.Q2_K, Q.Q3_K, Q.MXFP4, Q.F16]
    config = LlamaConfig(**{
        **BASE, "hidden_size": 256, "intermediate_size": 256, "num_hidden_layers": 2})
    model = randomise(LlamaForCausalLM(config), 500)
    rng = np.random.default_rng(501)
    tensors = dense_tensors(model, "qwen2")  # no permutation: rows are only renamed
    packed, turn = {}, 0
    state = {}
    for name, w in tensors.items():
        if w.ndim != 2:
            packed[name] = w
            state[name] = w
            continue
        kind = kinds[turn % len(kinds)]
        turn += 1
        block, size = gguf.GGML_QUANT_SIZES[kind]
        if kind == Q.F16:
            data = w.astype(np.float16)
            values = data.astype(np.float32)
            packed[name] = data
        else:
            data = rng.integers(0, 256, (w.shape[0], w.shape[1] // block * size), dtype=np.uint8)
            view = data.reshape(-1, size)
            half = lambda low, high: rng.uniform(low, high, len(view)).astype(np.float16)
            put = lambda at, v: view.__setitem__(
                (slice(None), slice(at, at + 2)), v.view(np.uint8).reshape(-1, 2))
            if kind in (Q.Q4_K, Q.Q5_K):
                put(0, half(1e-4, 3e-4)); put(2, half(1e-3, 2e-3))
            elif kind == Q.Q6_K:
                put(208, half(1e-5, 3e-5))
            elif kind == Q.Q2_K:
                put(80, half(2e-3, 5e-3)); put(82, half(2e-3, 5e-3))
            elif kind == Q.Q3_K:
                put(108, half(5e-4, 1e-3))
            elif kind == Q.IQ4_XS:
                put(0, half(2e-5, 6e-5))
            elif kind == Q.MXFP4:
                view[:, 0] = rng.integers(120, 124, len(view))
            elif kind in (Q.Q4_1, Q.Q5_1):
                put(0, half(3e-3, 6e-3)); put(2, half(-0.1, 0.0))
            elif kind == Q.IQ4_NL:
                put(0, half(5e-4, 1e-3))
            else:
                put(0, half(5e-4, 1.5e-3) if kind == Q.Q8_0 else half(3e-3, 1e-2))
            values = gguf.quants.dequantize(data, kind)
            packed[name] = (data, kind)
        state[name] = values
    back = {
        "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
        "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
        "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
        "ffn_down": "mlp.down_proj"}
    heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}
    loaded = {}
    for name, w in state.items():
        w = torch.tensor(np.ascontiguousarray(w))
        if name == "token_embd.weight":
            loaded["model.embed_tokens.weight"] = w
        elif name == "output.weight":
            loaded["lm_head.weight"] = w
        elif name == "output_norm.weight":
            loaded["model.norm.weight"] = w
        else:
            _, layer, module, suffix = name.split(".")
            if module in heads:  # the file is in GGUF order: undo it for transformers
                rows, n = w.shape[0], heads[module]
                w = w.reshape(n, rows // n // 2, 2, -1).swapaxes(1, 2).reshape(w.shape)
            loaded[f"model.layers.{layer}.{back[module]}.{suffix}"] = w
    model.load_state_dict(loaded)
    writer = gguf.GGUFWriter("gguf/blocks.gguf", "llama")
    dense_header(writer, config)
    write(writer, packed)
    reference(model, 502, "gguf/blocks.npz")


if __name__ == "__main__":
    dense_models = dense()
    ggufs(dense_models, moe())
