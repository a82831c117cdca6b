"""Small random sets with what cleanlab 2.9.0 finds in them: python3 label-issues.py > label-issues.json (numpy, cleanlab==2.9.0, scikit-learn)."""
import json
import os
import warnings

# Which of equal values a vector sort puts first differs between processors.
os.environ["NPY_DISABLE_CPU_FEATURES"] = "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"

import numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores

FILTERS = ["prune_by_noise_rate", "prune_by_class", "both", "confident_learning", "predicted_neq_given", "low_self_confidence", "low_normalized_margin"]
SCORES = ["self_confidence", "normalized_margin", "confidence_weighted_entropy"]
warnings.simplefilter("ignore")
rng = np.random.default_rng(7)
sets = []
for number in range(40):
    classes = int(rng.integers(2, 7))
    rows = int(rng.integers(classes, 40))
    labels = rng.choice(classes, rows, p=rng.dirichlet(np.full(classes, 0.7)))
    labels[:2] = 0, 1  # cleanlab refuses a set of one class
    truth = np.where(rng.random(rows) < 0.3, rng.integers(0, classes, rows), labels)
    scores = rng.normal(size=(rows, classes))
    scores[np.arange(rows), truth] += rng.choice([0.0, 1.0, 4.0])
    p = np.exp(scores)
    # As they are stored, not renormalised: both sides read the same numbers. Two decimals bring ties.
    p = np.round(p / p.sum(axis=1, keepdims=True), 2 if number % 4 == 3 else 6).clip(0, 1)
    filters = {f: np.flatnonzero(find_label_issues(labels, p, filter_by=f, n_jobs=1)).tolist() for f in FILTERS}
    qualities = {s: get_label_quality_scores(labels, p, method=s).tolist() for s in SCORES}
    sets.append({"classes": classes, "labels": labels.tolist(), "probabilities": p.ravel().tolist(), "filters": filters, "scores": qualities})
print("[\n" + ",\n".join(json.dumps(s) for s in sets) + "\n]")
