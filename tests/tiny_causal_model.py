"""Makes a CodeGen model of a few thousand random weights, with a tokenizer of its own."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import CodeGenConfig, CodeGenForCausalLM, PreTrainedTokenizerFast

from weakspot.model.prompt import INSTRUCTION


def make(folder: Path) -> None:
    """Write the model the way `save_pretrained` leaves one."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    text = [INSTRUCTION, "def f(x):\n    return eval(x)\n", "Vulnerable - CWE-95 Secure"] * 20
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    made.train_from_iterator(
        text,
        trainers.BpeTrainer(
            vocab_size=500, initial_alphabet=alphabet, special_tokens=["<|endoftext|>"]
        ),
    )
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=made, eos_token="<|endoftext|>")
    torch.manual_seed(0)
    config = CodeGenConfig(
        vocab_size=520,
        n_positions=256,
        n_embd=32,
        n_layer=2,
        n_head=4,
        rotary_dim=8,
        bos_token_id=0,
        eos_token_id=0,
    )
    CodeGenForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
