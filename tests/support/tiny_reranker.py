"""A real cross-encoder of one small layer, built and trained here in seconds: no download.

It learns one thing, so that the order it makes is known: a text with the word `bridge` fits
every query, and a text without it fits none.
"""

from __future__ import annotations

import random
from pathlib import Path

WORD = "bridge"
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", WORD, "the", "of", "in", "river", "."]
STEPS, BATCH, LONGEST = 80, 32, 40


def build(folder: Path, *, labels: int = 1, train: bool = True) -> Path:
    """Save the model as sentence-transformers does; `labels` is the number of its scores."""
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import BertConfig, BertForSequenceClassification
    from transformers.models.bert import BertTokenizer

    torch.manual_seed(1)
    folder.mkdir(parents=True)
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join(VOCABULARY), encoding="utf-8")
    tokenizer = BertTokenizer(str(vocabulary))
    config = BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        max_position_embeddings=512,
    )
    config.num_labels = labels
    model = BertForSequenceClassification(config)
    if train:
        threads = torch.get_num_threads()
        torch.set_num_threads(1)  # so small a model is only slower on several
        _train(model, tokenizer)
        torch.set_num_threads(threads)
    parts = folder / "parts"
    tokenizer.save_pretrained(parts)
    model.save_pretrained(parts)
    CrossEncoder(str(parts), device="cpu").save_pretrained(str(folder / "model"))
    return folder / "model"


def _train(model: object, tokenizer: object) -> None:
    import torch

    draw = random.Random(1)  # noqa: S311 -- training data, not a secret
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)  # type: ignore[attr-defined]
    others = VOCABULARY[6:] + ["unknown"] * 8
    for _ in range(STEPS):
        queries, texts, truth = [], [], []
        for _ in range(BATCH):
            words = draw.choices(others, k=draw.randint(3, LONGEST))
            fits = draw.random() < 0.5
            if fits:
                words[draw.randrange(len(words))] = WORD
            queries.append(" ".join(draw.choices([*others, WORD], k=draw.randint(2, 12))))
            texts.append(" ".join(words))
            truth.append(float(fits))
        batch = tokenizer(  # type: ignore[operator]
            queries, texts, padding=True, truncation=True, return_tensors="pt"
        )
        logits = model(**batch).logits.squeeze(-1)  # type: ignore[operator]
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, torch.tensor(truth))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
