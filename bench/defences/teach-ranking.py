"""Fits the weights of taughtScore to what teach-ranking.mjs wrote: python teach-ranking.py IN OUT.ts"""
import json
import sys

import jax
import jax.numpy as jnp
import numpy as np

units, penalty, sign_penalty, steps, rate = 8, 1e-2, 10.0, 300, 0.02
counts = {"uniform": 3, "near-copies": 2.5, "surest": 2.5, "by class": 2, "confident": 2, "extreme": 1.5}


def load(path):
    told = json.load(open(path + ".json"))
    width, scenes = len(told["features"]), told["scenes"]
    lines = np.fromfile(path + ".f32", dtype=np.float32).reshape(-1, width + 1)
    most = max(scene["rows"] for scene in scenes)
    x, y, real = np.zeros((len(scenes), most, width), np.float32), np.zeros((len(scenes), most), np.float32), np.zeros((len(scenes), most), np.float32)
    at = 0
    for i, scene in enumerate(scenes):
        own = lines[at : at + scene["rows"]]
        at += scene["rows"]
        x[i, : len(own)], y[i, : len(own)], real[i, : len(own)] = own[:, :-1] / 2, own[:, -1], 1
    weight = np.array([counts.get(scene["shape"], 1) for scene in scenes], np.float32)
    return told, x, y, real, weight / weight.mean(), np.array([scene["signs"] for scene in scenes], np.float32)


def fit(x, y, real, weight, signs):
    poison = y.sum(1, keepdims=True)
    keys = jax.random.split(jax.random.PRNGKey(0), 2)
    width = x.shape[2]
    p = {
        "straight": 0.1 * jnp.ones(width),
        "offset": jnp.array(-3.0),
        "features": 0.3 * jax.random.normal(keys[0], (width, units)),
        "signs": jnp.zeros((signs.shape[1], units)),
        "offsets": jnp.zeros(units),
        "counts": 0.1 * jax.random.normal(keys[1], (units,)),
    }

    def loss(p):
        hidden = jnp.tanh(x @ p["features"] + p["offsets"] + (signs @ p["signs"])[:, None, :])
        score = x @ p["straight"] + hidden @ p["counts"] + p["offset"]
        # Each table counts by the surprise of its rows for each of its poisoned ones.
        surprise = (jax.nn.softplus(-score) * y + jax.nn.softplus(score) * (1 - y) * real) / poison
        squares = sum((p[k] ** 2).sum() for k in ("features", "straight", "counts")) + sign_penalty * (p["signs"] ** 2).sum()
        return (weight * surprise.sum(1)).mean() + penalty * squares

    @jax.jit
    def step(t, p, m, v):
        slope = jax.grad(loss)(p)
        m = jax.tree.map(lambda a, g: 0.9 * a + 0.1 * g, m, slope)
        v = jax.tree.map(lambda a, g: 0.99 * a + 0.01 * g * g, v, slope)
        move = lambda q, a, b: q - rate * (a / (1 - 0.9**t)) / (jnp.sqrt(b / (1 - 0.99**t)) + 1e-6)
        return jax.tree.map(move, p, m, v), m, v

    m = v = jax.tree.map(jnp.zeros_like, p)
    for t in range(1, steps + 1):
        p, m, v = step(float(t), p, m, v)
    return {k: np.array(a) for k, a in p.items()}


def main(source, target):
    told, x, y, real, weight, signs = load(source)
    middle, spread = signs.mean(0), signs.std(0) + 0.05
    p = fit(*map(jnp.array, (x, y, real, weight, (signs - middle) / spread)))
    short = lambda values: [round(float(value), 3) for value in values]
    weights = {key: told[key] for key in ("features", "rankers", "seen", "rules")}
    weights |= {"middle": short(middle), "spread": short(spread), "straight": short(p["straight"])}
    weights["units"] = [short([*p["features"][:, u], *p["signs"][:, u], p["offsets"][u], p["counts"][u]]) for u in range(units)]
    head = '/** The weights of `taughtScore`. Written by bench/defences/teach-ranking.py: what it was taught on and how well it does stand in docs/finding-poison.md. */\n'
    open(target, "w").write(f"{head}export const taughtWeights = {json.dumps(weights)};\n")


main(*sys.argv[1:])
