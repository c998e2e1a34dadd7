"""DistilBERT with random weights in PyTorch, or as the library transformers has it, for `cloze bench --peer`.

The work is that of cloze: a training step (masks for 15 % of the tokens, dropout 0.1, gradients clipped to 1, AdamW),
an evaluation, words for one mask, or a product of matrices. Logits are computed everywhere, as transformers does.
Where attention can be done in two ways, eager or scaled_dot_product_attention, the faster one is what is measured.
"""
import math
import time

from peer import forget_peak, host_peak, serve

MASK, FIRST, SHARE = 4, 5, 0.15


class Plain:
    """Without transformers: parameters in a table, and what is done with them."""

    def __init__(self, torch, config, attention):
        self.torch, self.config, self.attention, self.training = torch, config, attention, True
        d, ff, v = config["dim"], config["hidden_dim"], config["vocab_size"]
        self.p = p = {}

        def linear(name, out, inside):
            p[name + ".weight"], p[name + ".bias"] = torch.randn(out, inside) * 0.02, torch.zeros(out)

        def norm(name):
            p[name + "norm.weight"], p[name + "norm.bias"] = torch.ones(d), torch.zeros(d)

        p["words"], p["positions"] = torch.randn(v, d) * 0.02, torch.randn(config["max_position_embeddings"], d) * 0.02
        norm("embedding ")
        for layer in range(config["n_layers"]):
            for name in ("q", "k", "v", "out"):
                linear(f"{layer} {name}", d, d)
            linear(f"{layer} in", ff, d)
            linear(f"{layer} back", d, ff)
            norm(f"{layer} attention ")
            norm(f"{layer} output ")
        linear("head", d, d)
        norm("head ")
        p["output.bias"] = torch.zeros(v)

    def to(self, device):
        self.p = {name: value.to(device).requires_grad_() for name, value in self.p.items()}
        return self

    def named_parameters(self):
        return self.p.items()

    def train(self, training):
        self.training = training

    def linear(self, name, x):
        return self.torch.nn.functional.linear(x, self.p[name + ".weight"], self.p[name + ".bias"])

    def norm(self, name, x):
        p = self.p
        # In fp32 whatever comes in, as autocast does it on a GPU.
        return self.torch.nn.functional.layer_norm(x.float(), (self.config["dim"],), p[name + "norm.weight"], p[name + "norm.bias"], 1e-12)

    def drop(self, x):
        return self.torch.nn.functional.dropout(x, 0.1, self.training)

    def attend(self, q, k, v):
        f = self.torch.nn.functional
        if self.attention == "sdpa":
            return f.scaled_dot_product_attention(q, k, v, dropout_p=0.1 if self.training else 0.0)
        scores = (q / math.sqrt(q.shape[-1])) @ k.transpose(2, 3)
        return self.drop(f.softmax(scores, -1)) @ v

    def logits(self, ids):
        f, (blocks, size), heads = self.torch.nn.functional, ids.shape, self.config["n_heads"]
        x = self.drop(self.norm("embedding ", f.embedding(ids, self.p["words"], padding_idx=0) + self.p["positions"][:size]))
        for layer in range(self.config["n_layers"]):
            q, k, v = (self.linear(f"{layer} {name}", x).view(blocks, size, heads, -1).transpose(1, 2) for name in "qkv")
            mixed = self.attend(q, k, v).transpose(1, 2).reshape(blocks, size, -1)
            x = self.norm(f"{layer} attention ", self.linear(f"{layer} out", mixed) + x)
            y = self.linear(f"{layer} back", f.gelu(self.linear(f"{layer} in", x)))
            x = self.norm(f"{layer} output ", self.drop(y) + x)
        return f.linear(self.norm("head ", f.gelu(self.linear("head", x))), self.p["words"], self.p["output.bias"])


class Transformers:
    def __init__(self, torch, config, attention):
        from transformers import AutoModelForMaskedLM, DistilBertConfig

        names = ("vocab_size", "dim", "hidden_dim", "n_layers", "n_heads", "max_position_embeddings")
        made = DistilBertConfig(**{name: config[name] for name in names})
        try:
            self.model = AutoModelForMaskedLM.from_config(made, attn_implementation=attention)
        except TypeError:  # a version from before there was a choice
            self.model = AutoModelForMaskedLM.from_config(made)

    def to(self, device):
        self.model = self.model.to(device)
        return self

    def named_parameters(self):
        return self.model.named_parameters()

    def train(self, training):
        self.model.train(training)

    def logits(self, ids):
        return self.model(input_ids=ids).logits


class Work:
    """What a run does, on one model."""

    def __init__(self, torch, task, model, device):
        self.torch, self.task, self.model, self.device = torch, task, model.to(device), device
        self.vocabulary = task["config"]["vocab_size"]
        model.train(task["bench"] == "step")
        shape = (1, 16) if task["bench"] == "fill" else (task["blocks"], task["block_size"])
        self.ids = torch.randint(FIRST, self.vocabulary, shape, device=device)
        half = {"fp16": torch.float16, "bf16": torch.bfloat16}.get(task["precision"])
        self.precision = lambda: torch.autocast(device, dtype=half or torch.bfloat16, enabled=half is not None)
        self.run = getattr(self, task["bench"])
        if task["bench"] == "step":
            self.prepare_optimizer(half == torch.float16)

    def prepare_optimizer(self, scaled):
        torch, decayed, kept = self.torch, [], []
        for name, value in self.model.named_parameters():
            (kept if "norm" in name.lower() or name.endswith("bias") else decayed).append(value)
        self.parameters = decayed + kept
        groups = [{"params": decayed, "weight_decay": 0.01}, {"params": kept, "weight_decay": 0.0}]
        more = {"fused": True} if self.device == "cuda" else {}
        try:
            self.optimizer = torch.optim.AdamW(groups, lr=2e-5, **more)
        except (TypeError, RuntimeError, ValueError):
            self.optimizer = torch.optim.AdamW(groups, lr=2e-5)
        self.scaler = torch.cuda.amp.GradScaler(enabled=scaled and self.device == "cuda")

    def mask(self):
        """Inputs and labels: of the scored tokens 80 % hidden, 10 % replaced, 10 % kept."""
        torch, ids = self.torch, self.ids
        scored, draw = torch.rand(ids.shape, device=self.device) < SHARE, torch.rand(ids.shape, device=self.device)
        labels = torch.where(scored, ids, torch.full_like(ids, -100))
        inputs = torch.where(scored & (draw < 0.8), torch.full_like(ids, MASK), ids)
        others = torch.randint(FIRST, self.vocabulary, ids.shape, device=self.device)
        return torch.where(scored & (draw >= 0.9), others, inputs), labels

    def loss(self):
        inputs, labels = self.mask()
        with self.precision():
            logits = self.model.logits(inputs)
            return self.torch.nn.functional.cross_entropy(logits.float().view(-1, self.vocabulary), labels.view(-1))

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        self.scaler.scale(self.loss()).backward()
        self.scaler.unscale_(self.optimizer)
        self.torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.scaler.step(self.optimizer)
        self.scaler.update()

    def evaluate(self):
        with self.torch.inference_mode():
            self.loss().item()

    def fill(self):
        with self.torch.inference_mode(), self.precision():
            self.torch.topk(self.model.logits(self.ids)[0, 5].float().softmax(-1), 5)


def find_slow_blas():
    """Whether products go through the reference BLAS, which is no fair opponent."""
    try:
        with open("/proc/self/maps") as maps:
            loaded = maps.read()
    except OSError:
        return False
    return "/libblas.so" in loaded and not any(name in loaded for name in ("openblas", "mkl", "blis", "atlas"))


def multiply(torch, device, precision):
    dtype = {"fp16": torch.float16, "bf16": torch.bfloat16}.get(precision, torch.float32)
    last = {}

    def run(request):
        form, m, n, k = (request[name] for name in ("form", "m", "n", "k"))
        batches = request["batches"]
        if last.get("request") != request:
            last.clear()
            make = lambda rows, columns: torch.randn(batches, rows, columns, device=device).to(dtype)
            last.update(request=request, a=make(k, m) if form == "TN" else make(m, k),
                        b=make(n, k) if form == "NT" else make(k, n))
        a = last["a"].transpose(1, 2) if form == "TN" else last["a"]
        b = last["b"].transpose(1, 2) if form == "NT" else last["b"]
        a, b = (a[0], b[0]) if batches == 1 else (a, b)
        if device == "cuda":
            torch.cuda.synchronize()
        began = time.perf_counter()
        with torch.inference_mode():
            for _ in range(request["times"]):
                torch.matmul(a, b)
        if device == "cuda":
            torch.cuda.synchronize()
        return None, time.perf_counter() - began

    return run


def prepare(task):
    import torch

    device = "cuda" if task["gpu"] and torch.cuda.is_available() else "cpu"
    torch.set_num_threads(task["threads"])
    torch.manual_seed(0)
    name, kind = f"PyTorch {torch.__version__}", Plain
    if task["peer"] == "transformers":
        import transformers

        name, kind = f"transformers {transformers.__version__}", Transformers
    about = {"device": torch.cuda.get_device_name() if device == "cuda" else "cpu"}
    if find_slow_blas():
        about["note"] = "reference BLAS"
    if task["bench"] == "gemm":
        return {"ready": name, **about}, multiply(torch, device, task["precision"])

    def once(work):
        began = time.perf_counter()
        work.run()
        if device == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter() - began

    def make(attention):
        return Work(torch, task, kind(torch, task["config"], attention), device)

    best, taken = "eager", {}
    if hasattr(torch.nn.functional, "scaled_dot_product_attention"):
        for way in ("eager", "sdpa"):
            try:
                work = make(way)
            except ValueError:  # a version whose DistilBERT has no such attention
                continue
            taken[way] = min(once(work) for _ in range(3))
            del work
        best = min(taken, key=taken.get)
        name += f" ({best})"
    forget_peak()
    work = make(best)
    if device == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()

    def run(request):
        seconds = once(work)
        return torch.cuda.max_memory_reserved() if device == "cuda" else host_peak(), seconds

    return {"ready": name, **about}, run


serve(prepare)
