"""Causal language models of any family: loading them safely, prompts, and label scores.

Safetensors first; a pickled checkpoint is read with torch's weights-only unpickler, which runs no
code; code that comes with a model (`trust_remote_code`) is never run.
"""

import json
import os
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from torch import Tensor
from transformers import AutoModelForCausalLM, AutoTokenizer, DynamicCache

from weakspot.core.errors import BundleError
from weakspot.model.prompt import ANSWER, ASKED, CODE, FENCES, Prompter, answer_of

LABELS_FILE = "weakspot.json"
_MOST_WRITTEN = 12  # tokens that a model may write as its answer
_WINDOW = 2_048  # tokens of a base's prompt at most: the logits of more take gigabytes
# What stands for the fences where a model was never taught them (the zero-shot baseline).
_PLAIN = {ASKED: "### Instruction:\n", CODE: "\n### Input:\n", ANSWER: "\n### Response:\n"}


@dataclass(frozen=True, slots=True)
class Causal:
    """A loaded model: `labels` are CWE ids; `answers[0]` are the ids of "Secure", the others
    follow the labels.
    """

    model: Any
    tokenizer: Any
    prompter: Prompter
    labels: tuple[str, ...]
    answers: tuple[tuple[int, ...], ...]


def load_base(base: str, *, offline: bool = True, dtype: torch.dtype = torch.float32) -> Any:
    """Load (model, tokenizer) from a folder or, unless `offline`, by its name on the hub.

    Raises:
        BundleError: nothing there, no model, no tokenizer, weights that need code to load, that are
            damaged or that lack a part.
    """
    # Transformers would have a thread ask a Space to convert a repository without safetensors.
    os.environ.setdefault("DISABLE_SAFETENSORS_CONVERSION", "1")
    is_folder = Path(base).is_dir()
    if not is_folder and offline:
        raise BundleError(
            f"there is no model folder {base!r}",
            hint="give a folder that `save_pretrained` wrote, or leave --offline out to download",
        )
    settings = {"local_files_only": is_folder or offline, "trust_remote_code": False}
    try:
        tokenizer = AutoTokenizer.from_pretrained(base, **settings)
        loaded: Any = AutoModelForCausalLM.from_pretrained(
            base, dtype=dtype, output_loading_info=True, **settings
        )
    except (pickle.UnpicklingError, SafetensorError, EOFError) as error:
        raise BundleError(
            f"the weights of {base} cannot be read: they are damaged, or a pickle with code in it",
            hint="get the base again, best as *.safetensors",
        ) from error
    except (OSError, ValueError, KeyError, RuntimeError, json.JSONDecodeError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise BundleError(
            f"{base} is no causal language model that can be loaded: {first}",
            hint="a model folder has config.json, tokenizer files and *.safetensors",
        ) from error
    model, told = loaded
    if lacking := _lacking(model, told):
        raise BundleError(
            f"{base} lacks {len(lacking)} weights of its model: {', '.join(lacking[:3])}",
            hint="get the base again: with random numbers in their place it would be none",
        )
    if tokenizer.pad_token_id is None:
        if tokenizer.eos_token_id is None:
            raise BundleError(f"the tokenizer of {base} has neither a padding nor an end token")
        tokenizer.pad_token = tokenizer.eos_token
    return model, tokenizer


def _lacking(model: Any, told: Mapping[str, Any]) -> list[str]:
    """Return the parameters that were not loaded; one that is tied to a loaded one was."""
    missing = set(told["missing_keys"])
    by_name = dict(model.named_parameters(remove_duplicate=False))
    loaded = {id(value) for name, value in by_name.items() if name not in missing}
    lacking = {name for name in missing & by_name.keys() if id(by_name[name]) not in loaded}
    return sorted(lacking | {name for name, *_ in told["mismatched_keys"]})


def taught(model: Any, tokenizer: Any, labels: Sequence[str], *, as_tokens: bool) -> list[int]:
    """Add the fences and, if asked, one token an answer; return their ids.

    New rows, and the output's biases, begin as the mean of their words'. With one token an answer a
    verdict costs one step of generation in place of four to eight.
    """
    words = [*FENCES, *([answer_of(None), *map(answer_of, labels)] if as_tokens else [])]
    pieces = {word: tokenizer.encode(word, add_special_tokens=False) for word in words}
    tokenizer.add_special_tokens({"additional_special_tokens": words})
    table = model.get_input_embeddings().weight
    if len(tokenizer) > len(table):
        model.resize_token_embeddings(len(tokenizer))
    values = {id(one.weight): one.weight for one in _tables(model)}
    bias = getattr(model.get_output_embeddings(), "bias", None)
    if bias is not None:
        values[id(bias)] = bias
    places = {word: int(tokenizer.convert_tokens_to_ids(word)) for word in words}
    with torch.no_grad():
        for value in values.values():
            for word, place in places.items():
                value[place] = value[torch.tensor(pieces[word])].mean(0)
    return sorted(places.values())


def opened(model: Any, tokenizer: Any, labels: Sequence[str], limit: int) -> Causal:
    """Put a model and its tokenizer together with the prompt it understands.

    Code is encoded with special tokens switched off. Added tokens that are none, as some bases have
    for white space, stay what they are: they are words, and no fence or answer is among them.
    """

    def encode(text: str) -> list[int]:
        found: list[int] = tokenizer.encode(
            text, add_special_tokens=False, split_special_tokens=True
        )
        return found

    known = tokenizer.get_added_vocab()
    fences = tuple(
        (known[fence],) if fence in known else tuple(encode(_PLAIN[fence])) for fence in FENCES
    )
    texts = [answer_of(None), *map(answer_of, labels)]
    answers = tuple((known[text],) if text in known else tuple(encode(text)) for text in texts)
    places = getattr(model.config, "max_position_embeddings", None)
    room = max(_MOST_WRITTEN, *(len(one) + 1 for one in answers))  # for an answer and its end
    reach = min(limit, places - room) if places else limit
    prompter = Prompter(encode, (fences[0], fences[1], fences[2]), reach)
    return Causal(model, tokenizer, prompter, tuple(labels), answers)


def load(folder: str, *, offline: bool = True, limit: int = _WINDOW) -> Causal:
    """Load a fine-tuned folder with the labels it was trained on, or any base with all CWEs.

    A fine-tuned model reads as many tokens as in training; a base all that it can, up to `limit`.
    """
    model, tokenizer = load_base(folder, offline=offline)
    path = Path(folder) / LABELS_FILE
    if path.exists():
        told = json.loads(path.read_text("utf-8"))
        return opened(model.eval(), tokenizer, told["labels"], told["limit"])
    from weakspot.core.catalogue import all_weaknesses  # noqa: PLC0415  only a base needs them all

    labels = [weakness.id for weakness in all_weaknesses()]
    return opened(model.eval(), tokenizer, labels, limit)


@torch.no_grad()
def label_scores(causal: Causal, code: str) -> Tensor:
    """Return log-probabilities [1 + labels] of the answers, the sound one first.

    The prompt is read once; the answers' tokens are walked as a trie over its cache, so that
    "Vulnerable - CWE-" is computed once for all of them. Deterministic, and deaf to text in the
    code that asks for an answer.
    """
    answers = _ended(causal)
    prompt = torch.tensor([causal.prompter.build(code).ids])
    # A cache of the model's own config forgets what is behind a sliding window, and cannot go back.
    out = causal.model(prompt, past_key_values=DynamicCache(), use_cache=True)
    first = torch.log_softmax(out.logits[0, -1].float(), dim=-1)
    scores = torch.full((len(answers),), 0.0)
    _walk(causal.model, answers, out.past_key_values, first, range(len(answers)), 0, scores)
    return torch.log_softmax(scores, dim=0)


def _ended(causal: Causal) -> tuple[tuple[int, ...], ...]:
    """Return the answers with the end they were learnt with, or a line's end.

    Without it the shorter of two answers that begin alike would always win: where numbers are cut
    into tokens, CWE-79 is the beginning of CWE-798. Single tokens are never a beginning.
    """
    if all(len(answer) == 1 for answer in causal.answers):
        return causal.answers
    end = causal.tokenizer.eos_token_id
    ending = tuple(causal.prompter.encode("\n")) if end is None else (end,)
    return tuple((*answer, *ending) for answer in causal.answers)


def _walk(
    model: Any,
    answers: Sequence[Sequence[int]],
    cache: Any,
    chances: Tensor,
    members: Sequence[int],
    depth: int,
    scores: Tensor,
) -> None:
    """Add the chances of the next token of every answer in `members`, and go on below it."""
    below: dict[int, list[int]] = {}
    for member in members:
        answer = answers[member]
        if depth < len(answer):
            scores[member] += chances[answer[depth]]
            below.setdefault(answer[depth], []).append(member)
    for token, going in below.items():
        longer = [member for member in going if len(answers[member]) > depth + 1]
        if not longer:
            continue
        known = cache.get_seq_length()
        out = model(torch.tensor([[token]]), past_key_values=cache, use_cache=True)
        chances_below = torch.log_softmax(out.logits[0, -1].float(), dim=-1)
        _walk(model, answers, out.past_key_values, chances_below, longer, depth + 1, scores)
        cache.crop(known - cache.get_seq_length())  # a negative number: how many to forget


def generated(causal: Causal, code: str, most: int = _MOST_WRITTEN) -> str:
    """Return what the model writes after the prompt, greedily and unconstrained."""
    # The answers' own tokens are added tokens: they must not be skipped.
    text: str = causal.tokenizer.decode(_continued(causal, code, most), skip_special_tokens=False)
    end = causal.tokenizer.eos_token
    return (text.partition(end)[0] if end else text).strip()


def written(causal: Causal, code: str, most: int) -> int:
    """Write greedily, at most `most` tokens, and return how many they were."""
    return len(_continued(causal, code, most))


@torch.no_grad()
def _continued(causal: Causal, code: str, most: int) -> Tensor:
    prompt = torch.tensor([causal.prompter.build(code).ids])
    out: Tensor = causal.model.generate(
        prompt,
        attention_mask=torch.ones_like(prompt),
        max_new_tokens=most,
        do_sample=False,
        pad_token_id=causal.tokenizer.pad_token_id,
    )
    return out[0, prompt.shape[1] :]


def _tables(model: Any) -> list[Any]:
    """Return the input and the output embedding, once where they are tied."""
    return [one for one in (model.get_input_embeddings(), model.get_output_embeddings()) if one]
