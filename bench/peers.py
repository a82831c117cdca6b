"""Runs the peers of bench/main.mjs: one JSON request a line on standard input, one answer a line on standard output."""
import json, sys, time
import numpy as np, scipy, scipy.sparse as sp, sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_info
import mlp


def load(folder):
    shape = json.load(open(f"{folder}/shape.json"))
    if shape["kind"] == "texts":
        return open(f"{folder}/texts.txt", encoding="utf8").read().split("\n"), None
    if shape["kind"] == "ratings":
        user, item = (np.fromfile(f"{folder}/{name}.bin", "i4") for name in ("user", "item"))
        value = np.fromfile(f"{folder}/value.bin")
        return sp.csr_matrix((value, (user, item)), shape=(shape["users"], shape["items"])), value
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


def als_explicit(r, rank, decay, sweeps):
    """ALS-WR with biases, a Cholesky solve per row; only the sweeps are timed by the caller, the objective is cheap beside them."""
    mean = r.data.mean()
    rng = np.random.default_rng(0)
    x = {"user": np.zeros((r.shape[0], rank + 1)), "item": np.hstack([0.1 / np.sqrt(rank) * rng.standard_normal((r.shape[1], rank)), np.zeros((r.shape[1], 1))])}
    sides = [("user", "item", r), ("item", "user", r.T.tocsr())]
    for _ in range(sweeps):
        for own, other, m in sides:
            bias = x[other][:, -1]
            fixed = np.hstack([x[other][:, :-1], np.ones((len(bias), 1))])
            for i in range(m.shape[0]):
                a, b = m.indptr[i], m.indptr[i + 1]
                if a == b:
                    continue
                f = fixed[m.indices[a:b]]
                h = f.T @ f
                h[np.diag_indices(rank + 1)] += decay * (b - a)
                x[own][i] = np.linalg.solve(h, f.T @ (m.data[a:b] - mean - bias[m.indices[a:b]]))
    u = np.repeat(np.arange(r.shape[0]), np.diff(r.indptr))
    p, q = x["user"][u], x["item"][r.indices]
    error = r.data - mean - p[:, -1] - q[:, -1] - np.einsum("ij,ij->i", p[:, :-1], q[:, :-1])
    return [float((error @ error + decay * ((p * p).sum() + (q * q).sum())) / r.nnz)]


def als_implicit(r, rank, confidence, decay, sweeps, steps):
    """Hu, Koren & Volinsky by warm-started conjugate gradients, row by row."""
    rng = np.random.default_rng(0)
    x, y = np.zeros((r.shape[0], rank)), 0.1 / np.sqrt(rank) * rng.standard_normal((r.shape[1], rank))
    t = r.T.tocsr()
    for _ in range(sweeps):
        for own, fixed, m in ((x, y, r), (y, x, t)):
            gram = fixed.T @ fixed + decay * np.eye(rank)
            for i in range(m.shape[0]):
                f = fixed[m.indices[m.indptr[i]:m.indptr[i + 1]]]
                if len(f) == 0:
                    own[i] = 0
                    continue
                v = own[i]
                g = f.T @ (1 + confidence - confidence * (f @ v)) - gram @ v
                d, gg = g.copy(), g @ g
                for _ in range(steps):
                    if gg < 1e-20:
                        break
                    ad = gram @ d + confidence * (f.T @ (f @ d))
                    along = gg / (d @ ad)
                    v = v + along * d
                    g = g - along * ad
                    after = g @ g
                    d = g + after / gg * d
                    gg = after
                own[i] = v
    u = np.repeat(np.arange(r.shape[0]), np.diff(r.indptr))
    z = np.einsum("ij,ij->i", x[u], y[r.indices])
    total = ((x.T @ x) * (y.T @ y)).sum() + ((1 + confidence) * (1 - z) ** 2 - z ** 2).sum() + decay * ((x * x).sum() + (y * y).sum())
    return [float(total / r.nnz)]


def run(request, x, y):
    peer = request["peer"]
    if peer == "als-explicit":
        return als_explicit(x, request["rank"], request["decay"], request["sweeps"])
    if peer == "als-implicit":
        return als_implicit(x, request["rank"], request["confidence"], request["decay"], request["sweeps"], request["cgSteps"])
    if peer == "factor-scores":
        rng = np.random.default_rng(0)
        p, q = rng.standard_normal((x.shape[0], request["rank"])), rng.standard_normal((x.shape[1], request["rank"]))
        return [(p @ q.T + rng.standard_normal((x.shape[0], 1)) + rng.standard_normal(x.shape[1])).size]
    if peer == "influence":
        return influence(x, y, np.array(request["theta"]))
    if peer in ("mlp-numpy", "mlp-torch"):
        train = mlp.with_numpy if peer == "mlp-numpy" else mlp.with_torch
        return train(x, y, *(request[name] for name in ("hidden", "epochs", "batch", "rate")))
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
