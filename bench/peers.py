"""Runs the peers of bench/main.mjs: one JSON request a line on standard input, one answer a line on standard output."""
import json, sys, time
import numpy as np, scipy, scipy.sparse as sp, sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_info


def load(folder):
    shape = json.load(open(f"{folder}/shape.json"))
    if shape["kind"] == "texts":
        return open(f"{folder}/texts.txt", encoding="utf8").read().split("\n"), None
    y = np.fromfile(f"{folder}/y.bin")
    if shape["kind"] == "dense":
        return np.fromfile(f"{folder}/x.bin").reshape(shape["rows"], shape["cols"]), y
    parts = [np.fromfile(f"{folder}/{name}.bin", kind) for name, kind in (("values", "f8"), ("indices", "i4"), ("indptr", "i4"))]
    return sp.csr_matrix(tuple(parts), shape=(shape["rows"], shape["cols"])), y


def coefficients(model):
    return [*np.ravel(model.coef_).tolist(), float(np.ravel(model.intercept_)[0])]


def influence(x, y, theta):
    """The effect of every row on the mean loss over all rows, with the exact Hessian; λ = 1 / n."""
    n = len(y)
    tilde = np.hstack([x, np.ones((n, 1))])
    p = 1 / (1 + np.exp(-(tilde @ theta)))
    h = (tilde.T * (p * (1 - p) / n)) @ tilde
    h[np.diag_indices(len(theta) - 1)] += 1 / n
    slope = p - y
    v = np.linalg.solve(h, tilde.T @ slope / n)
    return (tilde @ v * slope).tolist()


def run(request, x, y):
    peer = request["peer"]
    if peer == "influence":
        return influence(x, y, np.array(request["theta"]))
    if peer == "tf-idf":
        return [TfidfVectorizer(ngram_range=(1, request["ngrams"]), min_df=2).fit_transform(x).nnz]
    models = {
        "lbfgs": lambda: LogisticRegression(C=1),
        "liblinear": lambda: LogisticRegression(C=1, solver="liblinear"),
        "linear-svc": lambda: LinearSVC(C=1, dual=False),
        "ridge": lambda: Ridge(alpha=1),
    }
    return coefficients(models[peer]().fit(x, y))


print(json.dumps({
    "scikit-learn": sklearn.__version__, "numpy": np.__version__, "scipy": scipy.__version__,
    "blas": [f"{lib.get('internal_api')} {lib.get('version')} {lib.get('architecture', '')} {lib['num_threads']} threads" for lib in threadpool_info()],
}), flush=True)
data = {}
for line in sys.stdin:
    request = json.loads(line)
    folder = request["folder"]
    if folder not in data:
        data = {folder: load(folder)}
    started = time.process_time()
    answer = run(request, *data[folder])
    print(json.dumps({"cpuMs": 1e3 * (time.process_time() - started), "answer": answer}), flush=True)
