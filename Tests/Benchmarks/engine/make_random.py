"""Writes a random Qwen3.5-MoE GGUF of the full width (256 experts, hidden 2048) with few layers.

    python make_random.py LAYERS OUT.gguf

Matrices are Q4_K, lm_head and embedding Q6_K as llama-quantize would choose for Q4_K_M; norms,
router and small tensors F32. Blocks are random bytes with small scales: nothing is learned, the
arithmetic and the traffic are those of the real model. Tensors are made one by one while they are
written: 40 layers (19.7 GB) need no more memory than 4.
"""

import sys

import gguf
import numpy as np

H, V, E, K, I = 2048, 248_320, 256, 8, 512
layers, path = int(sys.argv[1]), sys.argv[2]
rng = np.random.default_rng(7)
Q = gguf.GGMLQuantizationType
writer = gguf.GGUFWriter(path, "qwen35moe")
writer.add_block_count(layers)
writer.add_context_length(4096)
writer.add_embedding_length(H)
writer.add_head_count(16)
writer.add_head_count_kv(2)
writer.add_key_length(256)
writer.add_value_length(256)
writer.add_layer_norm_rms_eps(1e-6)
writer.add_rope_freq_base(1e7)
writer.add_rope_dimension_count(64)
writer.add_rope_dimension_sections([11, 11, 10, 0])
writer.add_expert_count(E)
writer.add_expert_used_count(K)
writer.add_expert_feed_forward_length(I)
writer.add_expert_shared_feed_forward_length(I)
writer.add_ssm_conv_kernel(4)
writer.add_ssm_state_size(128)
writer.add_ssm_group_count(16)
writer.add_ssm_time_step_rank(32)
writer.add_ssm_inner_size(4096)
writer.add_uint32("qwen35moe.full_attention_interval", 4)
writer.add_tokenizer_model("no_vocab")
writer.add_vocab_size(V)


makers = []


def add(name, shape, dtype, maker, kind=None):
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    writer.add_tensor_info(name, shape, np.dtype(dtype), size, raw_dtype=kind)
    makers.append(maker)


def packed(name, shape, kind):
    """Random blocks; shape in the order [expert,] out, in."""
    weights, size = gguf.GGML_QUANT_SIZES[kind]
    rows = (*shape[:-1], shape[-1] // weights * size)
    add(name, rows, np.uint8, lambda: blocks_of(shape, kind).reshape(rows), kind)


def blocks_of(shape, kind):
    weights, size = gguf.GGML_QUANT_SIZES[kind]
    count = int(np.prod(shape)) // weights
    blocks = rng.integers(0, 256, (count, size), dtype=np.uint8)
    # Scales that give weights of order 1 / sqrt(in).
    scale = np.float16(1.0 / np.sqrt(shape[-1]) / (8 * 32)).tobytes()
    if kind == Q.Q4_K:
        blocks[:, 0:2] = np.frombuffer(scale, np.uint8)
        blocks[:, 2:4] = np.frombuffer(np.float16(8 * np.frombuffer(scale, np.float16)[0]), np.uint8)
    else:
        blocks[:, 208:210] = np.frombuffer(np.float16(np.frombuffer(scale, np.float16)[0] / 8), np.uint8)
    return blocks


def plain(name, *shape, scale=1.0, shift=0.0):
    def values():
        return rng.standard_normal(shape, dtype=np.float32) * np.float32(scale) + np.float32(shift)

    add(name, shape, np.float32, values)


packed("token_embd.weight", (V, H), Q.Q4_K)
packed("output.weight", (V, H), Q.Q6_K)
plain("output_norm.weight", H, scale=0.1, shift=1)
for n in range(layers):
    b = f"blk.{n}."
    plain(b + "attn_norm.weight", H, scale=0.1, shift=1)
    plain(b + "post_attention_norm.weight", H, scale=0.1, shift=1)
    if n % 4 == 3:
        packed(b + "attn_q.weight", (8192, H), Q.Q4_K)
        packed(b + "attn_k.weight", (512, H), Q.Q4_K)
        packed(b + "attn_v.weight", (512, H), Q.Q4_K)
        packed(b + "attn_output.weight", (H, 4096), Q.Q4_K)
        plain(b + "attn_q_norm.weight", 256, scale=0.1, shift=1)
        plain(b + "attn_k_norm.weight", 256, scale=0.1, shift=1)
    else:
        packed(b + "attn_qkv.weight", (8192, H), Q.Q4_K)
        packed(b + "attn_gate.weight", (4096, H), Q.Q4_K)
        packed(b + "ssm_alpha.weight", (32, H), Q.Q4_K)
        packed(b + "ssm_beta.weight", (32, H), Q.Q4_K)
        packed(b + "ssm_out.weight", (H, 4096), Q.Q4_K)
        plain(b + "ssm_conv1d.weight", 8192, 4, scale=0.3)
        add(b + "ssm_a", (32,), np.float32,
            lambda: -np.exp(rng.standard_normal(32, dtype=np.float32) * 0.3))
        plain(b + "ssm_dt.bias", 32, scale=0.3)
        plain(b + "ssm_norm.weight", 128, scale=0.1, shift=1)
    plain(b + "ffn_gate_inp.weight", E, H, scale=H**-0.5)
    plain(b + "ffn_gate_inp_shexp.weight", H, scale=H**-0.5)
    for part in ("gate", "up"):
        packed(f"{b}ffn_{part}_exps.weight", (E, I, H), Q.Q4_K)
        packed(f"{b}ffn_{part}_shexp.weight", (I, H), Q.Q4_K)
    packed(b + "ffn_down_exps.weight", (E, H, I), Q.Q4_K)
    packed(b + "ffn_down_shexp.weight", (H, I), Q.Q4_K)
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_ti_data_to_file()
for maker in makers:
    writer.write_tensor_data(maker())
writer.close()
