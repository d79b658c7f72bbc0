"""Loading causal models of other families, damaged ones, and reading with them."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import BloomConfig, BloomForCausalLM, MistralConfig, MistralForCausalLM

from weakspot.core.errors import BundleError
from weakspot.networks.causal import label_scores, load_base, opened

WEIGHTS = "model.safetensors"


@pytest.fixture
def base(tmp_path: Path, tiny_causal: Path) -> Path:
    """Return a copy of the tiny base that a test may break."""
    return Path(shutil.copytree(tiny_causal, tmp_path / "base"))


def other(model: Any, tiny_causal: Path, folder: Path) -> Path:
    """Save a model of another family with the tiny base's tokenizer."""
    model.save_pretrained(folder)
    load_base(str(tiny_causal))[1].save_pretrained(folder)
    return folder


def bloom() -> BloomForCausalLM:
    return BloomForCausalLM(BloomConfig(vocab_size=520, hidden_size=32, n_layer=1, n_head=2))


def test_nobody_is_asked_to_convert_a_base(
    tiny_causal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISABLE_SAFETENSORS_CONVERSION", "")  # so that it is put back afterwards
    monkeypatch.delenv("DISABLE_SAFETENSORS_CONVERSION")
    load_base(str(tiny_causal))
    assert os.environ["DISABLE_SAFETENSORS_CONVERSION"] == "1"


def test_a_model_that_lacks_weights_is_refused(base: Path) -> None:
    whole = load_file(base / WEIGHTS)
    part = {name: value for name, value in whole.items() if ".h.1." not in name}
    assert len(part) < len(whole)
    save_file(part, base / WEIGHTS, metadata={"format": "pt"})
    with pytest.raises(BundleError, match=rf"lacks {len(whole) - len(part)} weights .*h\.1\."):
        load_base(str(base))


def test_weights_of_another_shape_are_refused(base: Path) -> None:
    whole = load_file(base / WEIGHTS)
    save_file(whole | {"lm_head.bias": torch.zeros(7)}, base / WEIGHTS, metadata={"format": "pt"})
    with pytest.raises(BundleError):
        load_base(str(base))


def test_tied_weights_need_not_be_there_twice(tmp_path: Path, tiny_causal: Path) -> None:
    folder = other(bloom(), tiny_causal, tmp_path / "bloom")
    assert "lm_head.weight" not in load_file(folder / WEIGHTS)
    model, _ = load_base(str(folder))
    assert model.get_output_embeddings().weight is model.get_input_embeddings().weight


@pytest.mark.parametrize("kind", ["code", "cut", "empty"])
def test_weights_that_cannot_be_read_are_told_in_our_words(base: Path, kind: str) -> None:
    weights = base / WEIGHTS
    if kind == "cut":
        weights.write_bytes(weights.read_bytes()[:1000])
    else:
        weights.unlink()
        pickled = base / "pytorch_model.bin"
        pickled.touch()
        if kind == "code":
            torch.save({"x": os.system}, pickled)
    with pytest.raises(BundleError, match="damaged, or a pickle with code in it") as caught:
        load_base(str(base))
    assert "weights_only" not in f"{caught.value.message} {caught.value.hint}"


def test_a_model_without_a_window_reads_all_that_it_may(tmp_path: Path, tiny_causal: Path) -> None:
    model, tokenizer = load_base(str(other(bloom(), tiny_causal, tmp_path / "bloom")))
    assert getattr(model.config, "max_position_embeddings", None) is None
    assert opened(model, tokenizer, ("CWE-95",), 240).prompter.limit == 240


def test_a_sliding_window_is_walked(tmp_path: Path, tiny_causal: Path) -> None:
    config = MistralConfig(
        vocab_size=520,
        hidden_size=32,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        sliding_window=64,
        max_position_embeddings=512,
    )
    torch.manual_seed(0)
    folder = other(MistralForCausalLM(config), tiny_causal, tmp_path / "mistral")
    model, tokenizer = load_base(str(folder))
    causal = opened(model.eval(), tokenizer, ("CWE-79", "CWE-798", "CWE-95"), 400)
    code = "x = 1\n" * 30
    prompt = causal.prompter.build(code).ids
    assert len(prompt) > 2 * 64
    sums = []
    for answer in causal.answers:
        ended = (*answer, tokenizer.eos_token_id)
        with torch.no_grad():
            logits = causal.model(torch.tensor([[*prompt, *ended]]), use_cache=False).logits[0]
        chances = logits.log_softmax(-1)[len(prompt) - 1 :]
        sums.append(sum(chances[at, token].item() for at, token in enumerate(ended)))
    wanted = torch.log_softmax(torch.tensor(sums), 0)
    assert torch.allclose(label_scores(causal, code), wanted, atol=1e-4)
