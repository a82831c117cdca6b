"""The same network in numpy and in torch: relu, softmax cross-entropy, plain SGD in 32-bit floats. Both answer with their final training loss."""
import numpy as np


def with_numpy(x, y, hidden, epochs, batch, rate):
    rng = np.random.default_rng(0)
    x, y = x.astype("f4"), y.astype(int)
    n, cols = x.shape
    target = np.eye(y.max() + 1, dtype="f4")[y]
    outputs = target.shape[1]
    w0 = (rng.uniform(-1, 1, (cols, hidden)) * np.sqrt(6 / cols)).astype("f4")
    w1 = (rng.uniform(-1, 1, (hidden, outputs)) * np.sqrt(3 / hidden)).astype("f4")
    b0, b1, rate = np.zeros(hidden, "f4"), np.zeros(outputs, "f4"), np.float32(rate)
    for _ in range(epochs):
        order = rng.permutation(n)
        for i in range(0, n, batch):
            rows = order[i:i + batch]
            xb = x[rows]
            h = np.maximum(xb @ w0 + b0, 0)
            z = h @ w1 + b1
            p = np.exp(z - z.max(1, keepdims=True))
            p /= p.sum(1, keepdims=True)
            d = (p - target[rows]) / len(rows)
            dh = (d @ w1.T) * (h > 0)
            w1 -= rate * (h.T @ d)
            b1 -= rate * d.sum(0)
            w0 -= rate * (xb.T @ dh)
            b0 -= rate * dh.sum(0)
    z = np.maximum(x @ w0 + b0, 0) @ w1 + b1
    top = z.max(1)
    return [float((np.log(np.exp(z - top[:, None]).sum(1)) + top - z[np.arange(n), y]).mean())]


def with_torch(x, y, hidden, epochs, batch, rate):
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)
    x, y = torch.from_numpy(x.astype("f4")), torch.from_numpy(y.astype(int))
    layers = torch.nn.Linear(x.shape[1], hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, int(y.max()) + 1)
    model = torch.nn.Sequential(*layers)
    optimiser = torch.optim.SGD(model.parameters(), lr=rate)
    loss = torch.nn.CrossEntropyLoss()
    for _ in range(epochs):
        order = torch.randperm(len(y))
        for i in range(0, len(y), batch):
            rows = order[i:i + batch]
            optimiser.zero_grad()
            loss(model(x[rows]), y[rows]).backward()
            optimiser.step()
    with torch.no_grad():
        return [float(loss(model(x), y))]
