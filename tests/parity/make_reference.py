#!/usr/bin/python3
"""What PyTorch computes with a model folder, written by nothing of ours: a plain reimplementation.

usage: make_reference.py MODEL_FOLDER REFERENCE_FOLDER [LETTER]      reference for a model that exists
       make_reference.py --random SEED MODEL_FOLDER REFERENCE_FOLDER  first makes a model of odd shape

Writes into REFERENCE_FOLDER, for `cloze parity`: two batches with loss, logits and every gradient, the
parameters after five AdamW steps on them, and X_report.json with settings and the noise of fp32
against fp64. Reads config.json and model.safetensors by itself (JSON header, raw tensors).
Needs Debian's python3-torch.
"""
import json
import math
import os
import struct
import sys

import torch

F = torch.nn.functional
DTYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "F64": torch.float64, "I64": torch.int64}


def read_safetensors(path):
    raw = open(path, "rb").read()
    size = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8 : 8 + size])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = (8 + size + o for o in entry["data_offsets"])
        tensors[name] = torch.frombuffer(bytearray(raw[begin:end]), dtype=DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors


def write_safetensors(path, tensors):
    header, blobs, offset = {"__metadata__": {"format": "pt"}}, [], 0
    for name in sorted(tensors):
        t = tensors[name].contiguous()
        blob = t.numpy().tobytes()
        kind = {torch.float32: "F32", torch.int64: "I64"}[t.dtype]
        header[name] = {"dtype": kind, "shape": list(t.shape), "data_offsets": [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def logits(c, p, ids, attention):
    """(blocks, length, vocabulary); post-LN DistilBERT with its tied masked-LM head, dropout off."""
    d, h = c["dim"], c["n_heads"]
    b, s = ids.shape
    norm = lambda x, n: F.layer_norm(x, (d,), p[n + ".weight"], p[n + ".bias"], 1e-12)
    linear = lambda x, n: F.linear(x, p[n + ".weight"], p[n + ".bias"])
    heads = lambda y: y.view(b, s, h, d // h).transpose(1, 2)
    act = F.gelu if c["activation"] == "gelu" else F.relu
    words = F.embedding(ids, p["distilbert.embeddings.word_embeddings.weight"], padding_idx=c["pad_token_id"])
    x = norm(words + p["distilbert.embeddings.position_embeddings.weight"][:s], "distilbert.embeddings.LayerNorm")
    hidden = attention[:, None, None, :] == 0
    for i in range(c["n_layers"]):
        n = f"distilbert.transformer.layer.{i}."
        q, k, v = (heads(linear(x, n + f"attention.{w}_lin")) for w in "qkv")
        scores = (q / math.sqrt(d // h)) @ k.transpose(2, 3)
        weights = torch.softmax(scores.masked_fill(hidden, torch.finfo(scores.dtype).min), -1)
        a = (weights @ v).transpose(1, 2).reshape(b, s, d)
        x = norm(linear(a, n + "attention.out_lin") + x, n + "sa_layer_norm")
        x = norm(linear(act(linear(x, n + "ffn.lin1")), n + "ffn.lin2") + x, n + "output_layer_norm")
    y = norm(act(linear(x, "vocab_transform")), "vocab_layer_norm")
    return F.linear(y, p["distilbert.embeddings.word_embeddings.weight"], p["vocab_projector.bias"])


def forward(c, p, batch):
    out = logits(c, p, batch["input_ids"], batch["attention_mask"])
    return out, F.cross_entropy(out.view(-1, c["vocab_size"]), batch["labels"].view(-1))


def make_batch(c, generator, blocks, length, padded):
    v = c["vocab_size"]
    ids = torch.randint(0, v, (blocks, length), generator=generator)
    ids[ids == c["pad_token_id"]] = (c["pad_token_id"] + 1) % v
    attention = torch.ones_like(ids)
    if padded:
        for row in range(blocks):
            keep = length - 3 * row
            attention[row, keep:] = 0
            ids[row, keep:] = c["pad_token_id"]
    picked = (torch.rand(ids.shape, generator=generator) < 0.2) & (attention == 1)
    picked[0, 1] = True
    labels = torch.where(picked, ids, torch.full_like(ids, -100))
    ids = torch.where(picked, torch.randint(0, v, ids.shape, generator=generator), ids)
    return {"input_ids": ids, "attention_mask": attention, "labels": labels}


def gradients(c, p, batch, dtype):
    q = {k: t.to(dtype).clone().requires_grad_() for k, t in p.items()}
    out, loss = forward(c, q, batch)
    loss.backward()
    return out.detach(), loss.detach(), {k: t.grad for k, t in q.items()}


def no_decay(name):
    return name.endswith(".bias") or "LayerNorm" in name or "layer_norm" in name


def train(c, p, batches, settings, dtype, steps):
    q = {k: t.to(dtype).clone().requires_grad_() for k, t in p.items()}
    groups = [
        {"params": [t for k, t in q.items() if not no_decay(k)], "weight_decay": settings["weight_decay"]},
        {"params": [t for k, t in q.items() if no_decay(k)], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=settings["lr"], betas=tuple(settings["betas"]), eps=settings["eps"])
    warm, total = settings["warmup"], settings["total"]
    rate = lambda s: s / warm if s < warm else max(0.0, (total - s) / max(1, total - warm))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    log = []
    names = list(batches)
    for step in range(1, steps + 1):
        name = names[(step - 1) % len(names)]
        optimizer.zero_grad()
        lr = schedule.get_last_lr()[0]
        loss = forward(c, q, batches[name])[1]
        loss.backward()
        norm = torch.linalg.vector_norm(torch.stack([t.grad.norm() for t in q.values()])).item()
        if settings["clip"]:
            torch.nn.utils.clip_grad_norm_(q.values(), settings["clip"])
        optimizer.step()
        schedule.step()
        log.append({"step": step, "batch": name, "lr": lr, "loss": loss.item(), "grad_norm": norm})
    return {k: t.detach() for k, t in q.items()}, log


def random_model(folder, seed):
    """A DistilBERT of awkward shape: no width a multiple of 4, special tokens at odd places."""
    generator = torch.Generator().manual_seed(seed)
    c = {
        "activation": "gelu", "architectures": ["DistilBertForMaskedLM"], "attention_dropout": 0.1, "dim": 54,
        "dropout": 0.1, "hidden_dim": 101, "initializer_range": 0.02, "max_position_embeddings": 67,
        "model_type": "distilbert", "n_heads": 3, "n_layers": 3, "pad_token_id": 7, "sinusoidal_pos_embds": False,
        "tie_weights_": True, "vocab_size": 613,
    }
    os.makedirs(folder, exist_ok=True)
    words = [f"w{i}" for i in range(c["vocab_size"])]
    words[7], words[11], words[13], words[17], words[612] = "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"
    open(os.path.join(folder, "vocab.txt"), "w").write("\n".join(words) + "\n")
    json.dump(c, open(os.path.join(folder, "config.json"), "w"), indent=1)
    json.dump({"do_lower_case": False, "tokenizer_class": "DistilBertTokenizer"}, open(os.path.join(folder, "tokenizer_config.json"), "w"))
    d, f, p = c["dim"], c["hidden_dim"], {}
    matrix = lambda *shape: torch.randn(*shape, generator=generator) * 0.15

    def linear(name, rows, columns):
        p[name + ".weight"], p[name + ".bias"] = matrix(rows, columns), matrix(rows)

    def norm(name):
        p[name + ".weight"], p[name + ".bias"] = 1 + matrix(d), matrix(d)

    p["distilbert.embeddings.word_embeddings.weight"] = matrix(c["vocab_size"], d)
    p["distilbert.embeddings.position_embeddings.weight"] = matrix(c["max_position_embeddings"], d)
    norm("distilbert.embeddings.LayerNorm")
    for i in range(c["n_layers"]):
        n = f"distilbert.transformer.layer.{i}."
        for w in ("q_lin", "k_lin", "v_lin", "out_lin"):
            linear(n + "attention." + w, d, d)
        norm(n + "sa_layer_norm")
        linear(n + "ffn.lin1", f, d)
        linear(n + "ffn.lin2", d, f)
        norm(n + "output_layer_norm")
    linear("vocab_transform", d, d)
    norm("vocab_layer_norm")
    p["vocab_projector.bias"] = matrix(c["vocab_size"])
    stored = dict(p)
    stored["vocab_projector.weight"] = p["distilbert.embeddings.word_embeddings.weight"]
    write_safetensors(os.path.join(folder, "model.safetensors"), stored)


def main(arguments):
    seed = 11
    if arguments[0] == "--random":
        seed = int(arguments[1])
        arguments = arguments[2:]
        random_model(arguments[0], seed)
    model, reference = arguments[:2]
    letter = arguments[2] if len(arguments) > 2 else "Z"
    os.makedirs(reference, exist_ok=True)
    torch.set_num_threads(2)
    c = json.load(open(os.path.join(model, "config.json")))
    p = {k: t.to(torch.float32) for k, t in read_safetensors(os.path.join(model, "model.safetensors")).items()}
    p.pop("vocab_projector.weight", None)
    generator = torch.Generator().manual_seed(seed)
    length = min(33, c["max_position_embeddings"])
    batches = {f"full_3x{length}": make_batch(c, generator, 3, length, False), "pad_4x19": make_batch(c, generator, 4, 19, True)}
    report = {"model": letter, "config": c, "params": sum(t.numel() for t in p.values()), "batches": {}, "runs": {}}
    for name, batch in batches.items():
        out, loss, grads = gradients(c, p, batch, torch.float32)
        out64, loss64, grads64 = gradients(c, p, batch, torch.float64)
        report["batches"][name] = {
            "shape": list(batch["input_ids"].shape), "labels": int((batch["labels"] >= 0).sum()), "loss": loss.item(),
            "loss_f64": loss64.item(), "logits_maxdiff_fp32_vs_f64": (out - out64).abs().max().item(),
            "grads": {k: {"max_abs": grads64[k].abs().max().item(), "max_abs_err_fp32_vs_f64": (grads[k] - grads64[k]).abs().max().item()} for k in p},
        }
        tensors = dict(batch, loss=loss.view(1), logits=out, **{"grad." + k: g for k, g in grads.items()})
        write_safetensors(os.path.join(reference, f"{letter}_{name}.safetensors"), tensors)
    settings = {"lr": 1e-3, "warmup": 2, "total": 8, "clip": 1.0, "optimizer": "torch.optim.AdamW", "betas": [0.9, 0.999], "eps": 1e-8, "weight_decay": 0.01}
    run = "lr1e-3_warm2_clip1"
    after, log = train(c, p, batches, settings, torch.float32, 5)
    after64, log64 = train(c, p, batches, settings, torch.float64, 5)
    report["runs"][run] = dict(settings, log=log, loss_f64=[e["loss"] for e in log64], maxdiff_fp32_vs_f64={"5": {k: (after[k] - after64[k]).abs().max().item() for k in p}})
    report["no_decay"] = sorted(k for k in p if no_decay(k))
    write_safetensors(os.path.join(reference, f"{letter}_{run}_step5.safetensors"), after)
    json.dump(report, open(os.path.join(reference, f"{letter}_report.json"), "w"), indent=1)


if __name__ == "__main__":
    main(sys.argv[1:])
