"""Makes a CodeGen-350M of its real size with random weights, as a folder a user would have.

Usage: python tools/full_size.py FOLDER

Memory, speed and resuming can be proved on it; what it answers means nothing. The tokenizer is
learnt on the standard library, with as many entries as the real one.
"""

import random
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import CodeGenConfig, CodeGenForCausalLM, PreTrainedTokenizerFast

END = "<|endoftext|>"
VOCABULARY = 50_257


def main(folder: Path) -> None:
    """Write the model and its tokenizer."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=[END],
        show_progress=False,
    )
    sources = sorted(Path(random.__file__).parent.rglob("*.py"))
    texts = (path.read_text("utf-8", errors="replace") for path in sources)
    made.train_from_iterator(texts, trainer)
    torch.manual_seed(0)
    # The published configuration of codegen-350M-mono; only the weights are random.
    config = CodeGenConfig(
        vocab_size=51_200,
        n_positions=2_048,
        n_embd=1_024,
        n_layer=20,
        n_head=16,
        rotary_dim=32,
        bos_token_id=0,
        eos_token_id=0,
    )
    CodeGenForCausalLM(config).save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=made, eos_token=END).save_pretrained(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
