"""Pre-trains a small CodeGen model from nothing on Python sources: a base to try the pipeline with.

It stands in for `codegen-350M-mono` where no weights can be had: same architecture, a few million
parameters, a tokenizer of its own. It is no product.
"""

import hashlib
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import Dataset
from transformers import (
    CodeGenConfig,
    CodeGenForCausalLM,
    PreTrainedTokenizerFast,
    PrinterCallback,
    Trainer,
    TrainingArguments,
)

from weakspot.core.errors import DataError
from weakspot.train.causal.finetune import Progress, trained
from weakspot.train.causal.finite import Finite
from weakspot.train.causal.folder import MODEL, Whole, bind, newest_whole, save, write_whole
from weakspot.train.causal.recipe import BaseRecipe

END = "<|endoftext|>"
_LARGEST = 400_000  # bytes; larger files are tables, not programs

Say = Callable[[str], None]


def pretrain(recipe: BaseRecipe, folder: Path, say: Say) -> Path:
    """Train (or go on) and leave the model in ``folder/model``; return that folder.

    Raises:
        DataError: a finished model is there already, there are no sources, or the folder holds
            a run of another recipe or of other sources.
        DivergedError: a loss, a gradient or a weight is no finite number any more.
    """
    if (folder / MODEL).exists():
        raise DataError(f"{folder / MODEL} exists already", hint="choose another --run folder")
    bind(recipe.plain() | {"inputs": {"set_of_sources": _digest(recipe)}}, folder)
    tokenizer = _tokenizer(recipe, folder)
    blocks = _Blocks(recipe, tokenizer)
    say(f"{len(blocks)} blocks of {recipe.context} tokens")
    torch.manual_seed(recipe.seed)
    model = CodeGenForCausalLM(
        CodeGenConfig(
            vocab_size=len(tokenizer) + 256,  # room for the fences and answers of fine-tuning
            n_positions=recipe.context,
            n_embd=recipe.width,
            n_layer=recipe.layers,
            n_head=recipe.heads,
            rotary_dim=recipe.width // recipe.heads // 2,
            bos_token_id=tokenizer.eos_token_id,
            eos_token_id=tokenizer.eos_token_id,
        )
    )
    say(f"{sum(one.numel() for one in model.parameters()) / 1e6:.1f} M parameters")
    trainer = Trainer(
        model=model,
        args=TrainingArguments(
            output_dir=str(folder / "checkpoints"),
            max_steps=recipe.steps,
            per_device_train_batch_size=recipe.batch,
            learning_rate=recipe.rate,
            lr_scheduler_type="cosine",
            warmup_steps=0.05,
            weight_decay=0.1,
            save_steps=recipe.save_steps,
            save_total_limit=2,  # the last one is only marked after older ones are removed
            logging_steps=10,
            logging_nan_inf_filter=False,  # it would hide what `Finite` looks for
            report_to=["tensorboard"],
            include_num_input_tokens_seen="all",
            seed=recipe.seed,
            data_seed=recipe.seed,
            use_cpu=not torch.cuda.is_available(),
            disable_tqdm=True,
            remove_unused_columns=False,
        ),
        train_dataset=blocks,
        callbacks=[Finite(), Whole(), Progress(say)],
    )
    trainer.remove_callback(PrinterCallback)  # `Progress` tells the same in one line
    trained(trainer, newest_whole(folder))
    save(trainer, tokenizer, folder, {})
    return folder / MODEL


class _Blocks(Dataset[dict[str, Tensor]]):
    """The sources, one after the other in an order the seed decides, cut into equal blocks."""

    def __init__(self, recipe: BaseRecipe, tokenizer: Any) -> None:
        ids: list[int] = []
        for text in _sources(recipe):
            ids += tokenizer.encode(text, add_special_tokens=False)
            ids.append(tokenizer.eos_token_id)
        whole = len(ids) // recipe.context
        if not whole:
            raise DataError("the sources are shorter than one block", hint="name more folders")
        self._ids = torch.tensor(ids[: whole * recipe.context]).view(whole, recipe.context)

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        return {"input_ids": self._ids[index], "labels": self._ids[index]}


def _tokenizer(recipe: BaseRecipe, folder: Path) -> PreTrainedTokenizerFast:
    """Return the run's byte-level vocabulary, learnt once."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers  # noqa: PLC0415  beside its use

    path = folder / "tokenizer.json"
    if not path.exists():
        made = Tokenizer(models.BPE())
        made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        made.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(
            vocab_size=recipe.vocabulary,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            special_tokens=[END],
            show_progress=False,
        )
        made.train_from_iterator(_sources(recipe), trainer)
        write_whole(path, made.to_str(pretty=True))
    opened: Any = PreTrainedTokenizerFast
    found: PreTrainedTokenizerFast = opened(tokenizer_file=str(path), eos_token=END)
    return found


def _digest(recipe: BaseRecipe) -> str:
    """Return the SHA-256 of the texts of all sources, in their order."""
    whole = hashlib.sha256()
    for text in _sources(recipe):
        whole.update(hashlib.sha256(text.encode()).digest())
    return whole.hexdigest()


def _sources(recipe: BaseRecipe) -> Iterator[str]:
    """Yield the text of all sources; tests are left out.

    Raises:
        DataError: there are none.
    """
    places = [Path(random.__file__).parent] if recipe.standard_library else []
    places += [Path(one) for one in recipe.folders]
    paths = [
        path
        for place in places
        for path in sorted(place.rglob("*.py"))
        if not {"test", "tests", "site-packages", "idle_test"} & set(path.parts)
    ]
    random.Random(recipe.seed).shuffle(paths)  # noqa: S311  reproducible order, no secret
    found = 0
    for path in paths:
        try:
            if path.stat().st_size > _LARGEST:
                continue
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            continue  # an unreadable file teaches nothing
        found += 1
        yield text
    if not found:
        raise DataError("no Python sources to learn from", hint="set `folders` in the recipe")
