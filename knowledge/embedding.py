"""Sentences as points: what means the same lies close together."""

from __future__ import annotations

import os
import zlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import BertWordPieceTokenizer

FOLDER = Path(__file__).parent / "minilm"
DIMENSIONS = 384
LONGEST = 128  # tokens; the graph takes no more
BATCH = 16
FEW_BATCHES = 8
"""More are training, or an index that is built: nothing else wants the processors then."""

Vectors = NDArray[np.float32]


SHORT = 24
"""Characters of a text that is likely to be said again."""
REMEMBERED = 1024
ENDS = " ?!."
"""What may end a text and is not read."""


class Reader:
    """A graph of onnxruntime that reads English texts and gives one row of numbers for each; on one
    thread: workers are processes, not threads. Its vocabulary is that of `minilm/`."""

    def __init__(self, graph: Path, output: str, vocabulary: Path = FOLDER / "vocab.txt") -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        # The arena keeps the largest batch it ever saw; one message at a time does not need it.
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(
            str(graph), options, providers=["CPUExecutionProvider"]
        )
        self._output = output
        self._tokenizer = BertWordPieceTokenizer(str(vocabulary), lowercase=True)
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.enable_padding()
        self._remembered = lru_cache(maxsize=REMEMBERED)(lambda text: self.read([text])[0])

    @property
    def notes(self) -> Mapping[str, str]:
        """What whoever made the graph wrote into it."""
        notes: Mapping[str, str] = self._session.get_modelmeta().custom_metadata_map
        return notes

    def read(self, texts: Sequence[str]) -> Vectors:
        """Return float32 [number of texts, numbers of the output]. There is at least one text; what
        one says after 128 tokens is not read."""
        # "When is my bin collected?" is the same question without its mark.
        tokens = self._tokenizer.encode_batch([text.rstrip(ENDS) or text for text in texts])
        inputs = {
            "input_ids": np.array([t.ids for t in tokens], dtype=np.int32),
            "attention_mask": np.array([t.attention_mask for t in tokens], dtype=np.int32),
        }
        rows: Vectors = self._session.run([self._output], inputs)[0]
        return rows

    def read_one(self, text: str) -> Vectors:
        """Return the row of one text.

        What people say in a word or two ("yes", "hello", "thank you") is said again and again, so
        the latest of the short texts are remembered.
        """
        row: Vectors = self._remembered(text) if len(text) <= SHORT else self.read([text])[0]
        return row


class SentenceEncoder:
    """The model of `minilm/`."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._reader = Reader(folder / "model.onnx", "emb", folder / "vocab.txt")

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 [number of texts, 384], each row of unit length.

        What a text says after 128 tokens is not read. No texts give an array of no rows.
        """
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        # Texts of like length together, so that little of a batch is padding.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        if len(batches) <= FEW_BATCHES:
            found = [self._reader.read([texts[i] for i in places]) for places in batches]
        else:
            with ThreadPoolExecutor(os.cpu_count()) as threads:
                found = list(
                    threads.map(lambda b: self._reader.read([texts[i] for i in b]), batches)
                )
        for places, vectors in zip(batches, found, strict=True):
            rows[places] = vectors
        return rows

    def encode_one(self, text: str) -> Vectors:
        """Return float32 [384] of unit length for one text."""
        return self._reader.read_one(text)


@lru_cache(maxsize=2)
def load_encoder(folder: Path = FOLDER) -> SentenceEncoder:
    """Return the encoder of that folder: one for the whole process, made when first asked for."""
    return SentenceEncoder(folder)


@lru_cache(maxsize=2)
def model_mark(folder: Path = FOLDER) -> str:
    """Return a short mark that changes when the model does, so that old vectors are not reused."""
    return f"{zlib.crc32((folder / 'model.onnx').read_bytes(), zlib.crc32(ENDS.encode())):08x}"
