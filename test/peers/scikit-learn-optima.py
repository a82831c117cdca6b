"""Optima of scikit-learn for test/peers/scikit-learn.test.ts.

    python3 -m venv venv && venv/bin/pip install scikit-learn==1.9.1
    venv/bin/python test/peers/scikit-learn-optima.py DATA > test/peers/scikit-learn-optima.json

DATA is the folder with breast-cancer/, spambase/, digits/, house/ and reviews/. Every matrix is plain numbers: columns standardised with the population
standard deviation (constant ones left at 0), or word counts of lowercase [a-z]+ words with document frequency >= 5 in alphabetical order,
each row divided by its length. "objective" is on the scale of the mean loss: sum of losses / n + (weightDecay / 2) |w|^2, with C = 1 / (weightDecay n)
and Ridge's alpha = weightDecay n.
"""

import csv
import gzip
import json
import re
import sys
import warnings
from collections import Counter

import numpy
import scipy.sparse
import sklearn
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.svm import LinearSVC

warnings.filterwarnings("ignore")
root = sys.argv[1]


def standardise(x):
    x = x - x.mean(0)
    sd = x.std(0)
    return x / numpy.where(sd > 1e-12, sd, 1)


def numeric(path, skip=0, target=-1):
    opened = gzip.open(path, "rt") if path.endswith(".gz") else open(path)
    rows = numpy.array([[float(v) for v in row] for row in list(csv.reader(opened))[skip:]])
    return standardise(numpy.delete(rows, target % rows.shape[1], 1)), rows[:, target]


def reviews():
    with open(f"{root}/reviews/reviews.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    words = [Counter(re.findall("[a-z]+", row["text"].lower())) for row in rows]
    frequency = Counter(word for counts in words for word in counts)
    vocabulary = {word: j for j, word in enumerate(sorted(w for w, n in frequency.items() if n >= 5))}
    data, indices, indptr = [], [], [0]
    for counts in words:
        kept = sorted((vocabulary[word], count) for word, count in counts.items() if word in vocabulary)
        length = numpy.sqrt(sum(count * count for _, count in kept))
        indices += [j for j, _ in kept]
        data += [count / length for _, count in kept]
        indptr.append(len(indices))
    x = scipy.sparse.csr_matrix((data, indices, indptr), shape=(len(rows), len(vocabulary)))
    return x, numpy.array([1.0 if row["label"] == "positive" else 0.0 for row in rows])


def mean_loss(kind, x, y, w, b):
    z = x @ w.T + b
    if kind == "logistic" and z.shape[1] == 1:
        return numpy.logaddexp(0, -(2 * y - 1) * z[:, 0]).mean()
    if kind == "logistic":
        return (numpy.logaddexp.reduce(z, axis=1) - z[numpy.arange(len(y)), y.astype(int)]).mean()
    if kind == "ridge":
        return 0.5 * ((z[:, 0] - y) ** 2).mean()
    short = numpy.maximum(0, 1 - (2 * y - 1) * z[:, 0])
    return (short**2 if kind == "squared-hinge" else short).mean()


def solve(kind, bias, name, x, y, decay):
    n = x.shape[0]
    if kind == "logistic":
        model = LogisticRegression(C=1 / (decay * n), tol=1e-9, max_iter=100000, solver="newton-cg" if len(set(y)) == 2 else "lbfgs")
    elif kind == "ridge":
        model = Ridge(alpha=decay * n, solver="cholesky")
    else:
        loss = kind.replace("-", "_")
        model = LinearSVC(loss=loss, dual=loss == "hinge", C=1 / (decay * n), tol=1e-10, max_iter=2000000)
    model.fit(x, y)
    w, b = numpy.atleast_2d(model.coef_), numpy.atleast_1d(model.intercept_)
    squares = (w**2).sum() + ((b**2).sum() if bias == "regularised" else 0)
    value = mean_loss(kind, x, y, w, b) + decay / 2 * squares
    return {"data": name, "learner": kind, "bias": bias, "weightDecay": decay, "objective": float(value)}


def main():
    breast = numeric(f"{root}/breast-cancer/breast_cancer.csv", skip=1)
    spam = numeric(f"{root}/spambase/spambase.data")
    digits = numeric(f"{root}/digits/digits.csv.gz")
    words = reviews()
    with open(f"{root}/house/house.csv") as file:
        header = 0 if re.match(r"^[\d.,e+-]+$", file.readline().strip()) else 1
    house = numeric(f"{root}/house/house.csv", skip=header, target=0)
    optima = []
    for name, (x, y), decay in [("breast-cancer", breast, 0.01), ("spambase", spam, 0.001), ("reviews", words, 0.0005)]:
        optima.append(solve("logistic", "free", name, x, y, decay))
        optima.append(solve("squared-hinge", "regularised", name, x, y, decay))
        optima.append(solve("hinge", "regularised", name, x, y, decay))
    optima.append(solve("logistic", "free", "digits", *digits, 0.001))
    optima.append(solve("ridge", "free", "house", *house, 0.01))
    optima.append(solve("ridge", "free", "spambase", *spam, 0.001))
    print(json.dumps({"scikitLearn": sklearn.__version__, "optima": optima}, indent=2))


main()
