"""The peers' side of label-issues.mjs: label-issues.py FOLDER CLASSES COLS NEIGHBOURS REPEATS; needs numpy and cleanlab."""
import json
import sys
import time
import warnings

import numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores

warnings.simplefilter("ignore")
folder, classes, cols, neighbours, repeats = sys.argv[1], *map(int, sys.argv[2:])


def read(name, dtype=np.float64):
    return np.fromfile(f"{folder}/{name}.bin", dtype=dtype)


def timed(run):
    times = []
    for _ in range(repeats + 1):
        before = time.process_time()
        answer = run()
        times.append(time.process_time() - before)
    return sorted(times[1:])[repeats // 2], answer


def shapley(train, labels, validation, judges):
    n = len(train)
    values = np.zeros(n)
    half = (train**2).sum(axis=1) / 2
    ranks = np.arange(1, n + 1)
    for z, label in zip(validation, judges):
        order = np.argsort(half - train @ z, kind="stable")
        hit = (labels[order] == label).astype(float)
        steps = np.append((hit[:-1] - hit[1:]) / np.maximum(neighbours, ranks[:-1]), hit[-1] / max(neighbours, n))
        values[order] += np.cumsum(steps[::-1])[::-1]
    return values / len(validation)


labels, p = read("labels", np.int32), read("probabilities").reshape(-1, classes)
out = {"filters": {}, "scores": {}}
for name in ["prune_by_noise_rate", "prune_by_class", "both", "confident_learning", "predicted_neq_given", "low_self_confidence", "low_normalized_margin"]:
    seconds, mask = timed(lambda: find_label_issues(labels, p, filter_by=name, n_jobs=1))
    mask.astype(np.uint8).tofile(f"{folder}/{name}.mask")
    out["filters"][name] = {"seconds": seconds}
for name in ["self_confidence", "normalized_margin", "confidence_weighted_entropy"]:
    seconds, scores = timed(lambda: get_label_quality_scores(labels, p, method=name))
    out["scores"][name] = {"seconds": seconds, "sum": float(scores.sum())}
rows = (read("train").reshape(-1, cols), read("trainLabels"), read("validation").reshape(-1, cols), read("validationLabels"))
seconds, values = timed(lambda: shapley(*rows))
values.tofile(f"{folder}/shapley.bin")
out["shapley"] = {"seconds": seconds}
print(json.dumps(out))
