"""What the package `implicit` scores after 3000 exact sweeps, for test/peers/implicit-als.test.ts.

    python3 -m venv venv && venv/bin/pip install implicit==0.7.3
    venv/bin/python test/peers/implicit-als.py > test/peers/implicit-als.json

There the values of the matrix are the confidences themselves, so a liked item is given 1 + confidence.
"""
import json
import numpy as np, scipy.sparse as sp, implicit
from implicit.cpu.als import AlternatingLeastSquares

rank, confidence, decay = 3, 4.0, 0.5
liked = (np.random.default_rng(0).random((12, 9)) < 0.4).astype(float)
model = AlternatingLeastSquares(
    factors=rank, regularization=decay, alpha=1.0, iterations=3000, use_cg=False, dtype=np.float64, random_state=1, num_threads=1
)
model.fit(sp.csr_matrix(liked * (1 + confidence)), show_progress=False)
scores = model.user_factors @ model.item_factors.T
print(json.dumps({
    "implicit": implicit.__version__, "rank": rank, "confidence": confidence, "decay": decay,
    "liked": [np.flatnonzero(row).tolist() for row in liked], "items": liked.shape[1],
    "scores": [[round(score, 9) for score in row] for row in scores.tolist()],
}))
