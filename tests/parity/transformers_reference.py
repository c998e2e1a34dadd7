#!/usr/bin/python3
"""A folder as transformers opens it, unchanged: what it computes, in the form `cloze parity` reads.

usage: transformers_reference.py MODEL REFERENCE TEXTS
Writes REFERENCE: logits, loss, gradients and five steps of two batches, all through transformers' own
DistilBERT. Prints, as a line of JSON each, what its tokenizer and its fill-mask say of the lines of TEXTS.
"""
import json
import sys

import make_reference
import torch
from transformers import AutoModelForMaskedLM, AutoTokenizer, pipeline

folder, reference, texts = sys.argv[1:]
model = AutoModelForMaskedLM.from_pretrained(folder).eval()


def logits(_, parameters, ids, attention):
    return torch.func.functional_call(model, parameters, (), {"input_ids": ids, "attention_mask": attention}).logits


make_reference.logits = logits
make_reference.main([folder, reference, "T"])
tokenizer = AutoTokenizer.from_pretrained(folder)
fill = pipeline("fill-mask", model=folder)
for text in open(texts, encoding="utf-8").read().splitlines():
    found = [{"token": f["token_str"], "score": f["score"]} for f in fill(text)]
    print(json.dumps({"ids": tokenizer(text)["input_ids"], "top": found}))
