"""Writes a trained stage as a BF16 checkpoint that transformers loads unchanged."""

import argparse
import json
import shutil

import torch
from safetensors.torch import save_file

from network import Network, Shape
from tokens import Codec
from places import HOME, OUT, WORK

LAST = {"base": "base.pt", "instruct": "settle.pt"}  # training's last state of each
FOLDERS = {"base": OUT / "base", "instruct": OUT}


def export(stage):
    folder, codec = FOLDERS[stage], Codec(WORK)
    folder.mkdir(parents=True, exist_ok=True)
    state = torch.load(WORK / LAST[stage])["net"]
    tensors = {k: v.bfloat16().contiguous() for k, v in sorted(state.items())}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    config = Shape().config(codec.stop, codec.end_of_text)
    (folder / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    (folder / "generation_config.json").write_text(json.dumps({
        "do_sample": True, "eos_token_id": [codec.stop, codec.end_of_text],
        "pad_token_id": codec.end_of_text, "temperature": 1.0, "top_k": 50, "top_p": 0.9,
    }, indent=2, sort_keys=True) + "\n")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        if folder != HOME:
            shutil.copy(HOME / name, folder / name)
    size = (folder / "model.safetensors").stat().st_size
    print(f"{folder.name}: {size} bytes, {sum(t.numel() for t in tensors.values())} parameters")


def load(stage):
    """The network with the weights as exported, in f32."""
    from safetensors.torch import load_file

    net = Network(Shape())
    tensors = load_file(FOLDERS[stage] / "model.safetensors")
    net.load_state_dict({k: v.float() for k, v in tensors.items()})
    return net.eval()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=FOLDERS)
    export(parser.parse_args().stage)
