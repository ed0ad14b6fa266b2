"""Tunes the sentence model for emergencies: python -m scripts.tune_second_look.

Starts from knowledge/minilm, learns from data/urgent and from what people say of everything else,
and writes data/urgent/encoder/model.onnx. The lower layers stay what they are. The upper ones, and
a layer for the kinds of emergency, are learnt in floating point by TensorFlow and then rounded as
the lower ones are. It takes some 15 minutes on two processors.

Needs the package onnx beside those of requirements.lock: uv pip install '.[tune]'.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime
import tensorflow as tf
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from rasa.shared.importers.importer import TrainingDataImporter
from tokenizers import BertWordPieceTokenizer

from assistant.nlu.second_look import FOLDER
from assistant.nlu.spelling import CHAT, Speller
from assistant.nlu.urgency_examples import FOLDER as WRITTEN
from assistant.nlu.urgency_examples import everyday, sayings
from assistant.nlu.urgency_model import EVERYDAY
from assistant.nlu.urgency_patterns import Patterns
from assistant.settings import PROJECT
from knowledge.embedding import DIMENSIONS, ENDS
from knowledge.embedding import FOLDER as MINILM
from knowledge.library import open_library

LAYERS, HEADS = 6, 12
FIRST_TUNED = 3
"""The layers below, counted from 0, stay as they are."""
MATRICES = ("qw", "kw", "vw", "ow", "iw", "dw")
VECTORS = ("qkvb", "g1", "b1", "ob", "ib", "g2", "b2", "db")
HEAD = ("hw", "hb")
"""How the graph of minilm names the parts of a layer, and we the last one."""

LONGEST = 64  # tokens: few are longer, and they take the most time
EPOCHS, BATCH = 3, 32
RATE, RATE_OF_HEAD = 1e-4, 1e-3
WARM_UP = 0.06  # of all steps; from there the rate falls in a line
LEAST_RATE = 0.02  # of the rate
WEIGHT_DECAY = 0.01
DROPPED = 0.1
SMOOTHED = 0.05
LONGEST_GRADIENT = 1.0

GREATEST = 64
"""Of a rounded weight. Larger ones would saturate on processors without VNNI, which add the
products of two bytes in 16 bits."""

Array = NDArray[Any]


def main() -> int:
    """Write the model; return 0."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.tune_second_look",
        description="Tune the sentence model for emergencies, from data/urgent. Run it again when "
        "many wordings have come.",
    )
    parser.parse_args()
    texts, kinds = learnt_from()
    names = sorted(set(kinds))
    print(f"{len(texts)} sayings of {len(names)} kinds.", flush=True)
    graph = onnx.load(str(MINILM / "model.onnx"))
    network = Network(weights_of(graph), len(names))
    learn(network, lower_layers(graph, texts), np.array([names.index(kind) for kind in kinds]))
    write(graph, network, names)
    return 0


def learnt_from() -> tuple[list[str], list[str]]:
    """Return texts and their kinds: every line of data/urgent but those that are kept to tell what
    a model without them is worth, and what people say of everything else."""
    library = open_library()
    written = list(sayings(library, Patterns.read(WRITTEN / "patterns.yml")))
    speller = Speller([*library.words(), *CHAT.split()])
    nlu = TrainingDataImporter.load_from_dict(training_data_paths=[str(PROJECT / "data" / "nlu")])
    said = [
        speller.mend(str(example.get("text"))) for example in nlu.get_nlu_data().intent_examples
    ]
    known = {text for one in written for text in (one.typed, one.words)}
    rest = sorted({*said, *everyday(library)} - known)
    own = [one for one in written if not one.kept]
    return [o.words for o in own] + rest, [o.kind for o in own] + [EVERYDAY] * len(rest)


def weights_of(graph: onnx.ModelProto) -> dict[str, Array]:
    """Return the weights of the layers that are tuned, float32."""
    held = {one.name: numpy_helper.to_array(one) for one in graph.graph.initializer}
    weights = {}
    for layer in range(FIRST_TUNED, LAYERS):
        for name in (f"{part}{layer}" for part in MATRICES):
            steps = held[f"{name}_quantized"].astype(np.float32)
            weights[name] = (steps - held[f"{name}_zero_point"]) * held[f"{name}_scale"]
        for name in (f"{part}{layer}" for part in VECTORS):
            weights[name] = held[name]
    return weights


def lower_layers(graph: onnx.ModelProto, texts: Sequence[str]) -> list[Array]:
    """Return what the layers that stay make of each text: float16 [tokens, 384]."""
    output = f"y{FIRST_TUNED - 1}"
    opened = onnx.ModelProto()
    opened.CopyFrom(graph)
    opened.graph.output.append(helper.make_tensor_value_info(output, TensorProto.FLOAT, None))
    session = onnxruntime.InferenceSession(
        opened.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    tokenizer = BertWordPieceTokenizer(str(MINILM / "vocab.txt"), lowercase=True)
    tokenizer.enable_truncation(LONGEST)
    made = []
    for tokens in tokenizer.encode_batch([text.rstrip(ENDS) or text for text in texts]):
        inputs = {"input_ids": [tokens.ids], "attention_mask": [tokens.attention_mask]}
        arrays = {name: np.array(value, dtype=np.int32) for name, value in inputs.items()}
        made.append(session.run([output], arrays)[0][0].astype(np.float16))
    return made


class Network(tf.Module):
    """The layers that are tuned, and a linear one on the mean of their tokens."""

    def __init__(self, weights: dict[str, Array], kinds: int) -> None:
        super().__init__()
        start = np.random.default_rng(1).normal(0, 0.02, (DIMENSIONS, kinds)).astype(np.float32)
        head = dict(zip(HEAD, (start, np.zeros(kinds, np.float32)), strict=True))
        self.weights = {name: tf.Variable(value) for name, value in {**weights, **head}.items()}

    def __call__(self, x: tf.Tensor, mask: tf.Tensor, dropped: float = 0.0) -> tf.Tensor:
        """Return logits [texts, kinds] for x [texts, tokens, 384] and mask [texts, tokens], which
        is 1 where there is a token and 0 elsewhere."""
        texts, tokens = tf.shape(x)[0], tf.shape(x)[1]
        hidden = (1 - mask)[:, None, None, :] * -1e9
        for layer in range(FIRST_TUNED, LAYERS):
            w = {part: self.weights[f"{part}{layer}"] for part in (*MATRICES, *VECTORS)}
            q, k, v = (
                tf.transpose(
                    tf.reshape(_times(x, w[part]) + bias, (texts, tokens, HEADS, -1)), (0, 2, 1, 3)
                )
                for part, bias in zip(("qw", "kw", "vw"), tf.split(w["qkvb"], 3), strict=True)
            )
            size = DIMENSIONS // HEADS
            scores = tf.matmul(q, k, transpose_b=True) / np.float32(np.sqrt(size)) + hidden
            attended = tf.matmul(_drop(tf.nn.softmax(scores), dropped), v)
            joined = tf.reshape(tf.transpose(attended, (0, 2, 1, 3)), (texts, tokens, DIMENSIONS))
            x = _normal(x + _drop(_times(joined, w["ow"]) + w["ob"], dropped), w["g1"], w["b1"])
            inner = tf.nn.gelu(_times(x, w["iw"]) + w["ib"])
            x = _normal(x + _drop(_times(inner, w["dw"]) + w["db"], dropped), w["g2"], w["b2"])
        mean = tf.reduce_sum(x * mask[:, :, None], 1) / tf.reduce_sum(mask, 1, keepdims=True)
        return tf.matmul(_drop(mean, dropped), self.weights["hw"]) + self.weights["hb"]


def _times(x: tf.Tensor, matrix: tf.Variable) -> tf.Tensor:
    # As one matrix: a product for each text of a batch takes twice the time.
    flat = tf.matmul(tf.reshape(x, (-1, matrix.shape[0])), matrix)
    return tf.reshape(flat, (tf.shape(x)[0], tf.shape(x)[1], matrix.shape[1]))


def _drop(x: tf.Tensor, share: float) -> tf.Tensor:
    return tf.nn.dropout(x, share) if share else x


def _normal(x: tf.Tensor, scale: tf.Variable, shift: tf.Variable) -> tf.Tensor:
    apart = x - tf.reduce_mean(x, -1, keepdims=True)
    spread = tf.reduce_mean(apart * apart, -1, keepdims=True)
    return apart * tf.math.rsqrt(spread + 1e-12) * scale + shift


def learn(network: Network, lower: Sequence[Array], kinds: Array) -> None:
    """Fit the network by AdamW (Loshchilov and Hutter, 2019) with a rate that rises and falls."""
    weights = network.weights
    first = {name: tf.Variable(tf.zeros_like(value)) for name, value in weights.items()}
    second = {name: tf.Variable(tf.zeros_like(value)) for name, value in weights.items()}
    share, steps = tf.Variable(0.0), tf.Variable(0.0)

    @tf.function(
        autograph=False,
        input_signature=[
            tf.TensorSpec((None, None, DIMENSIONS), tf.float32),
            tf.TensorSpec((None, None), tf.float32),
            tf.TensorSpec((None,), tf.int32),
        ],
    )
    def step(x: tf.Tensor, mask: tf.Tensor, kind: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            logits = network(x, mask, DROPPED)
            number = logits.shape[-1]
            wanted = tf.one_hot(kind, number) * (1 - SMOOTHED) + SMOOTHED / number
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(wanted, logits))
        gradients = tape.gradient(loss, list(weights.values()))
        gradients, _ = tf.clip_by_global_norm(gradients, LONGEST_GRADIENT)
        steps.assign_add(1.0)
        for (name, weight), gradient in zip(weights.items(), gradients, strict=True):
            first[name].assign(0.9 * first[name] + 0.1 * gradient)
            second[name].assign(0.999 * second[name] + 0.001 * gradient * gradient)
            mean = first[name] / (1 - tf.pow(0.9, steps))
            change = mean / (tf.sqrt(second[name] / (1 - tf.pow(0.999, steps))) + 1e-8)
            if len(weight.shape) == 2:
                change += WEIGHT_DECAY * weight
            weight.assign_sub(share * (RATE_OF_HEAD if name in HEAD else RATE) * change)
        return loss

    dice, all_steps, loss = np.random.default_rng(2), EPOCHS * -(-len(lower) // BATCH), 0.0
    for epoch in range(EPOCHS):
        for places in _batches(lower, dice):
            done = float(steps.numpy()) / all_steps
            share.assign(min(1.0, done / WARM_UP) * max(LEAST_RATE, 1 - done))
            loss = 0.98 * loss + 0.02 * float(step(*_padded(lower, places), kinds[places]))
            if steps.numpy() % 100 == 0:
                print(f"epoch {epoch + 1}, {done:.0%}, loss {loss:.3f}", flush=True)


def _batches(lower: Sequence[Array], dice: np.random.Generator) -> Iterator[Array]:
    """Yield the places of each batch, in another order each time; those of like length together."""
    order = dice.permutation(len(lower))
    batches: list[Array] = []
    for start in range(0, len(order), 50 * BATCH):
        some = sorted(order[start : start + 50 * BATCH], key=lambda place: len(lower[place]))
        batches += [np.array(some[i : i + BATCH]) for i in range(0, len(some), BATCH)]
    for place in dice.permutation(len(batches)):
        yield batches[place]


def _padded(lower: Sequence[Array], places: Array) -> tuple[Array, Array]:
    longest = max(len(lower[place]) for place in places)
    x = np.zeros((len(places), longest, DIMENSIONS), dtype=np.float32)
    mask = np.zeros((len(places), longest), dtype=np.float32)
    for row, place in enumerate(places):
        x[row, : len(lower[place])] = lower[place]
        mask[row, : len(lower[place])] = 1
    return x, mask


def write(graph: onnx.ModelProto, network: Network, kinds: Sequence[str]) -> None:
    """Put the weights into the graph, with logits of the kinds instead of its embedding."""
    held = {one.name: one for one in graph.graph.initializer}

    def keep(name: str, value: Array) -> None:
        if name in held:
            held[name].CopyFrom(numpy_helper.from_array(value, name))
        else:
            graph.graph.initializer.append(numpy_helper.from_array(value, name))

    for name, weight in network.weights.items():
        value = weight.numpy()
        if name[:-1] not in MATRICES:
            keep(name, value)
            continue
        scale = np.abs(value).max(axis=0) / GREATEST
        keep(f"{name}_scale", scale.astype(np.float32))
        keep(f"{name}_quantized", np.round(value / scale).astype(np.int8))
        keep(f"{name}_zero_point", np.zeros(value.shape[1], dtype=np.int8))
    # Until here the graph ends with the sum of the tokens, made a vector of length one.
    graph.graph.node.pop()
    graph.graph.node.extend(
        [
            helper.make_node("ReduceSum", ["mu", "ax1"], ["tokens"], keepdims=0),
            helper.make_node("Div", ["sm", "tokens"], ["mean"]),
            helper.make_node("MatMul", ["mean", "hw"], ["product"]),
            helper.make_node("Add", ["product", "hb"], ["kinds"]),
        ]
    )
    shape = ["texts", len(kinds)]
    graph.graph.output.pop()
    graph.graph.output.append(helper.make_tensor_value_info("kinds", TensorProto.FLOAT, shape))
    helper.set_model_props(graph, {"kinds": json.dumps(kinds)})
    FOLDER.mkdir(exist_ok=True)
    onnx.save(graph, str(FOLDER / "model.onnx"))


if __name__ == "__main__":
    sys.exit(main())
