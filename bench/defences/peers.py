"""The peers of peers.mjs: one JSON request a line on standard input, an object a line on standard output: for each peer its scores of the rows (higher is more
suspicious), or why it has none.

Needs scikit-learn; cleanlab and adversarial-robustness-toolbox (with the package `packaging`, which it does not ask for) where they are to be heard. Rows are those that our detectors get, encoded.
"""
import json
import sys
import warnings

import numpy as np
import scipy.sparse as sp
import sklearn
from sklearn.ensemble import IsolationForest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.neighbors import LocalOutlierFactor
from sklearn.neural_network import MLPClassifier

warnings.simplefilter("ignore")
missing = {}
try:
    import cleanlab
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores
except ImportError as error:
    missing["cleanlab"] = f"cleanlab: {error}"
try:
    import art
    from art.defences.detector.poison import ActivationDefence, RONIDefense, SpectralSignatureDefense
    from art.estimators.classification.scikitlearn import ScikitlearnClassifier

    class Network(ScikitlearnClassifier):
        """A network of scikit-learn with what ART asks of one: the name of its hidden layer and that layer's activations."""

        layer_names = ["hidden"]

        def get_activations(self, x, layer, batch_size, framework=False):
            return np.maximum(x @ self.model.coefs_[0] + self.model.intercepts_[0], 0)

except ImportError as error:
    missing["art"] = f"adversarial-robustness-toolbox: {error}"

MOST_COLUMNS = 100


class Blank(Exception):
    """Why a peer says nothing of these rows."""


def load(folder):
    shape = json.load(open(f"{folder}/shape.json"))
    y = np.fromfile(f"{folder}/y.bin").astype(int)
    size = (shape["rows"], shape["cols"])
    if shape["kind"] == "dense":
        return np.fromfile(f"{folder}/x.bin").reshape(size), y
    parts = [np.fromfile(f"{folder}/{name}.bin", kind) for name, kind in (("values", "f8"), ("indices", "i4"), ("indptr", "i4"))]
    return sp.csr_matrix(tuple(parts), shape=size).toarray(), y


class Rows:
    """x [rows, cols], y [rows] in 0 … classes − 1; trusted: as many columns, none of them poisoned."""

    def __init__(self, request):
        self.x, self.y = load(request["folder"])
        self.trusted = load(request["trusted"])
        self.classes, self.seed = request["classes"], request["seed"]
        self.held_out = self.network = None

    def chances(self):
        """[rows, classes], of five folds."""
        if self.held_out is None:
            folds = StratifiedKFold(5, shuffle=True, random_state=self.seed)
            self.held_out = cross_val_predict(LogisticRegression(max_iter=1000), self.x, self.y, cv=folds, method="predict_proba")
        return self.held_out

    def hot(self, y):
        return np.eye(self.classes)[y]

    def trained(self):
        if self.network is None:
            self.network = Network(MLPClassifier((64,), max_iter=500, random_state=self.seed))
            self.network.fit(self.x, self.hot(self.y))
        return self.network


def isolation_forest(rows):
    return -IsolationForest(random_state=rows.seed).fit(rows.x).score_samples(rows.x)


def local_outlier_factor(rows):
    scores = np.ones(len(rows.y))
    for label in np.unique(rows.y):
        own = np.flatnonzero(rows.y == label)
        if len(own) > 2:
            scores[own] = -LocalOutlierFactor(min(20, len(own) - 1)).fit(rows.x[own]).negative_outlier_factor_
    return scores


def self_confidence(rows):
    return 1 - rows.chances()[np.arange(len(rows.y)), rows.y]


def label_issues(rows):
    """What find_label_issues flags, then the others, each by get_label_quality_scores."""
    needs("cleanlab")
    flagged = find_label_issues(rows.y, rows.chances(), n_jobs=1)
    return flagged + (1 - get_label_quality_scores(rows.y, rows.chances()))


def activation_clusters(rows):
    needs("art")
    _, clean = ActivationDefence(rows.trained(), rows.x, rows.hot(rows.y)).detect_poison()
    return 1 - np.array(clean)


def spectral_signature(rows):
    """With all rows expected to be poison it reports the scores of all."""
    needs("art")
    defence = SpectralSignatureDefense(rows.trained(), rows.x, rows.hot(rows.y), expected_pp_poison=1, eps_multiplier=1)
    report, _ = defence.detect_poison()
    return np.array([report[i] for i in range(len(rows.y))])


def roni(rows, sign):
    needs("art")
    if rows.x.shape[1] > MOST_COLUMNS:
        raise Blank(f"a training for each row, on {rows.x.shape[1]} columns")
    accuracy = lambda truth, chances: sign * accuracy_score(truth.argmax(axis=1), chances.argmax(axis=1))
    learner = ScikitlearnClassifier(LogisticRegression(max_iter=1000))
    x, y = rows.trusted
    defence = RONIDefense(learner, rows.x, rows.hot(rows.y), x, rows.hot(y), perf_func=accuracy, calibrated=False, eps=0)
    report, _ = defence.detect_poison()
    return np.array([-report.get(i, 0) for i in range(len(rows.y))])


def blank(reason):
    def say(rows):
        raise Blank(reason)

    return say


def needs(package):
    if package in missing:
        raise Blank(missing[package])


PEERS = {
    "isolation-forest": isolation_forest,
    "lof-in-class": local_outlier_factor,
    "self-confidence": self_confidence,
    "cleanlab": label_issues,
    "art-activations": activation_clusters,
    "art-spectral": spectral_signature,
    "art-roni": lambda rows: roni(rows, 1),
    "art-roni-turned": lambda rows: roni(rows, -1),
    "art-roni-calibrated": blank("calibrates anew for each row, with a training for each fifth one: 18,000 for 300 rows"),
    "art-provenance": blank("judges groups of rows by their source, and these tables have none"),
    "art-strip": blank("judges inputs of a deployed image model, not training rows"),
    "art-neural-cleanse": blank("looks for triggers in a network of Keras, not for training rows"),
}

versions = {"sklearn": sklearn.__version__}
if "cleanlab" not in missing:
    versions["cleanlab"] = cleanlab.__version__
if "art" not in missing:
    versions["art"] = art.__version__
print(json.dumps(versions), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    rows, answers = Rows(request), {}
    for name, peer in PEERS.items():
        np.random.seed(request["seed"])
        try:
            answers[name] = {"scores": np.asarray(peer(rows), dtype=float).tolist()}
        except Blank as reason:
            answers[name] = {"blank": str(reason)}
        except Exception as error:
            answers[name] = {"blank": f"fails: {type(error).__name__}: {error}"}
    print(json.dumps(answers, allow_nan=False), flush=True)
