"""Makes ``messages/reading/meaning/model.onnx`` from a copy of all-MiniLM-L6-v2, eight bits a weight.

    pip install -r benchmarks/requirements-encoding.txt
    python -m benchmarks.encoding FOLDER        # with config.json and model.safetensors in it

Only needed for another model: what was learned (``learned.bin``) must then be learned anew.
"""

import argparse
import tempfile
from pathlib import Path

from messages.reading import vectors

TARGET = Path(vectors.__file__).with_name("meaning") / "model.onnx"


def export(folder: Path, target: Path) -> None:
    """The whole encoder as one file: numbers of word pieces in, a vector of length 1 out."""
    import torch
    from transformers import AutoModel

    class Encoder(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.words = AutoModel.from_pretrained(folder, attn_implementation="eager").eval()

        def forward(self, ids, mask):
            hidden = self.words(input_ids=ids, attention_mask=mask).last_hidden_state
            counts = mask.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * counts).sum(1) / counts.sum(1)
            return mean / mean.norm(dim=1, keepdim=True)

    ids = torch.tensor([[101, 2054, 2003, 102]])
    any_size = {0: "texts", 1: "pieces"}
    torch.onnx.export(
        Encoder(),
        (ids, torch.ones_like(ids)),
        str(target),
        input_names=["ids", "mask"],
        output_names=["vector"],
        dynamic_axes={"ids": any_size, "mask": any_size, "vector": {0: "texts"}},
        opset_version=17,
        dynamo=False,
    )


def main() -> None:
    """Export, then make it small."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    wanted = argparse.ArgumentParser(description="Make the encoder's file.")
    wanted.add_argument("folder", type=Path)
    with tempfile.TemporaryDirectory() as aside:
        whole = Path(aside) / "whole.onnx"
        export(wanted.parse_args().folder, whole)
        # Seven of the eight bits: no processor's shortcut overflows, so the numbers are everywhere the same.
        quantize_dynamic(whole, TARGET, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    print(f"{TARGET}: {TARGET.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
