#!/usr/bin/env python3
"""Splits the voice's model (ONNX) where symbols have become frames of 25 ms: `prosody.onnx` says how long and how high
everything is, at once for a whole piece and with 3 % of the work; `decoder.onnx` makes sound of any stretch of frames.

Within the model, 54 layers are normalised by mean and variance over the whole piece, so a stretch would sound unlike the
rest. Therefore the decoder also takes these numbers (`norms`) and how much its own ones count (`own`, 0 to 1), and gives
its own back (`own_norms`). With the norms of a voice and `own` 0, any stretch sounds as it does within the whole.

    split.py MODEL.onnx FOLDER

Only the wire format of protobuf is needed for this (https://protobuf.dev/programming-guides/encoding); the fields are
those of onnx.proto."""

import pathlib
import sys

# Fields of ModelProto, GraphProto, NodeProto, AttributeProto, TensorProto, ValueInfoProto.
GRAPH, NODE, INITIALIZER, INPUT, OUTPUT, VALUE_INFO = 7, 1, 5, 11, 12, 13
NODE_INPUT, NODE_OUTPUT, NODE_NAME, NODE_TYPE, NODE_ATTRIBUTE = 1, 2, 3, 4, 5
DIMS, TENSOR_NAME = 1, 8
FLOAT, INT64 = 1, 7

# Where it is cut: what is said in each frame, how high and how loud (these two twice a frame).
CUT = {
    "content": "/encoder/MatMul_1_output_0",
    "pitch": "/encoder/Reshape_output_0",
    "energy": "/encoder/Reshape_1_output_0",
}
CUT_TENSORS = set(CUT.values())


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out + bytes([number]))


def field(number, value):
    """A field: a number, or a text or bytes with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else bytes(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def fields(message):
    """Number and value of each field: an int, or a view of its bytes."""
    at = 0

    def number():
        nonlocal at
        value, shift = 0, 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        tag = number()
        kind = tag & 7
        if kind == 0:
            yield tag >> 3, number()
            continue
        size = {1: 8, 5: 4}.get(kind) or number()
        yield tag >> 3, message[at : at + size]
        at += size


def texts(message, wanted):
    return [str(value, "utf-8") for number, value in fields(message) if number == wanted]


class Node:
    """A step of the model, with what it takes and gives."""

    def __init__(self, message):
        self.message = bytes(message)
        self.takes, self.gives = texts(message, NODE_INPUT), texts(message, NODE_OUTPUT)
        self.name, self.type = texts(message, NODE_NAME)[0], texts(message, NODE_TYPE)[0]


def step(kind, takes, gives, axis=None):
    """A new step."""
    message = b"".join(field(NODE_INPUT, name) for name in takes) + b"".join(field(NODE_OUTPUT, name) for name in gives)
    message += field(NODE_NAME, gives[0] + "/" + kind) + field(NODE_TYPE, kind)
    if axis is not None:
        message += field(NODE_ATTRIBUTE, field(1, "axis") + field(3, axis) + field(20, 2))
    return Node(memoryview(message))


def value(name, kind, *shape):
    """What goes in or comes out, with its shape; a word stands for a length that differs."""
    dims = b"".join(field(1, field(2 if isinstance(dim, str) else 1, dim)) for dim in shape)
    return field(1, name) + field(2, field(1, field(1, kind) + field(2, dims)))


def constant(name, kind, numbers):
    """Numbers that are part of the model."""
    raw = b"".join(number.to_bytes(8, "little", signed=True) for number in numbers) if kind == INT64 else numbers
    count = len(numbers) if kind == INT64 else len(numbers) // 4
    return field(DIMS, count) + field(2, kind) + field(TENSOR_NAME, name) + field(9, raw)


class Model:
    def __init__(self, data):
        parts = list(fields(memoryview(data)))
        self.head = [(number, part) for number, part in parts if number != GRAPH]
        graph = list(fields(next(part for number, part in parts if number == GRAPH)))
        self.nodes = [Node(part) for number, part in graph if number == NODE]
        tensors = [part for number, part in graph if number == INITIALIZER]
        self.tensors = {texts(tensor, TENSOR_NAME)[0]: tensor for tensor in tensors}
        self.inputs = {texts(part, 1)[0]: bytes(part) for number, part in graph if number == INPUT}
        self.outputs = {texts(part, 1)[0]: bytes(part) for number, part in graph if number == OUTPUT}

    def part(self, name, inputs, outputs, nodes, extra=()):
        """The steps that lead from the inputs to the outputs, and nothing else."""
        names = lambda values: [texts(memoryview(value), 1)[0] for value in values]
        by_output = {output: node for node in nodes for output in node.gives}
        known, needed, wanted = set(names(inputs)), set(), names(outputs)
        while wanted:
            tensor = wanted.pop()
            if tensor in known or not tensor:
                continue
            known.add(tensor)
            if tensor in by_output and by_output[tensor] not in needed:
                needed.add(by_output[tensor])
                wanted += by_output[tensor].takes
        graph = b"".join(field(NODE, node.message) for node in nodes if node in needed) + field(2, name)
        graph += b"".join(field(INITIALIZER, part) for key, part in self.tensors.items() if key in known)
        graph += b"".join(field(INITIALIZER, part) for part in extra)
        graph += b"".join(field(INPUT, part) for part in inputs) + b"".join(field(OUTPUT, part) for part in outputs)
        return b"".join(field(number, part) for number, part in self.head) + field(GRAPH, graph)

    def channels(self, mean):
        """How many numbers a mean has: half as many as the style of its layer, which is one layer of weights."""
        layer = mean.name.rsplit("/", 1)[0] + "/fc/"
        names = {name for node in self.nodes if node.name.startswith(layer) for name in node.takes}
        weights = [self.tensors[name] for name in names & self.tensors.keys()]
        shapes = [[part for number, part in fields(tensor) if number == DIMS] for tensor in weights]
        (shape,) = [shape for shape in shapes if len(shape) == 2]
        return shape[1] // 2


def with_norms(model):
    """The steps with their means mixed with given ones, and how many numbers these are."""
    means = [node for node in model.nodes if node.type == "ReduceMean" and node.name.startswith("/decoder/")]
    sizes = [model.channels(mean) for mean in means]
    own, given = [mean.gives[0] + "/own" for mean in means], [mean.gives[0] + "/given" for mean in means]
    nodes = [step("Split", ["norms", "norm_sizes"], given, axis=1), step("Sub", ["one", "own"], ["given"])]
    for node in model.nodes:
        if node not in means:
            nodes.append(node)
            continue
        place, mixed = means.index(node), node.gives[0]
        kept = [field(number, part) for number, part in fields(memoryview(node.message)) if number != NODE_OUTPUT]
        nodes += [
            Node(memoryview(b"".join(kept) + field(NODE_OUTPUT, own[place]))),
            step("Mul", [own[place], "own"], [mixed + "/own_part"]),
            step("Mul", [given[place], "given"], [mixed + "/given_part"]),
            step("Add", [mixed + "/own_part", mixed + "/given_part"], [mixed]),
        ]
    nodes.append(step("Concat", own, ["own_norms"], axis=1))
    extra = [constant("norm_sizes", INT64, sizes), constant("one", FLOAT, b"\0\0\x80\x3f")]
    return nodes, extra, sum(sizes)


def main(path, folder):
    model = Model(pathlib.Path(path).read_bytes())
    frames = [value("content", FLOAT, 1, 512, "frames")]
    frames += [value(name, FLOAT, 1, "half_frames") for name in ("pitch", "energy")]
    named = [step("Identity", [inner], [outer]) for outer, inner in CUT.items()]
    prosody = model.part("prosody", list(model.inputs.values()), frames, model.nodes + named)
    nodes, extra, count = with_norms(model)
    named = [step("Identity", [outer], [inner]) for outer, inner in CUT.items()]
    nodes = named + [node for node in nodes if not CUT_TENSORS.intersection(node.gives)]
    inputs = [*frames, model.inputs["style"], value("norms", FLOAT, 1, count, 1), value("own", FLOAT, 1)]
    outputs = [*model.outputs.values(), value("own_norms", FLOAT, 1, count, 1)]
    decoder = model.part("decoder", inputs, outputs, nodes, extra)
    pathlib.Path(folder, "prosody.onnx").write_bytes(prosody)
    pathlib.Path(folder, "decoder.onnx").write_bytes(decoder)


main(*sys.argv[1:])
