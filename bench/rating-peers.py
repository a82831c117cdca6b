"""The engines of `implicit` on one thread, for rating-peers.mjs: a request a line, an answer a line."""
import json
import sys
import time

import implicit
import numpy as np
import scipy.sparse as sp
from implicit.cpu.als import AlternatingLeastSquares
from implicit.cpu.bpr import BayesianPersonalizedRanking
from implicit.nearest_neighbours import CosineRecommender

print(json.dumps({"implicit": implicit.__version__, "numpy": np.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    user, item = (np.fromfile(f"{request['folder']}/{name}.i32", dtype=np.int32) for name in ("user", "item"))
    shape = (request["users"], request["items"])
    liked = sp.csr_matrix((np.full(len(user), request.get("weight", 1), dtype=np.float32), (user, item)), shape=shape)
    if request["peer"] == "bpr":
        model = BayesianPersonalizedRanking(
            factors=request["rank"], learning_rate=request["learningRate"], regularization=request["decay"], iterations=request["epochs"], num_threads=1, random_state=1
        )
    elif request["peer"] == "item-knn":
        model = CosineRecommender(K=request["neighbours"], num_threads=1)
    else:
        model = AlternatingLeastSquares(
            factors=request["rank"], regularization=request["decay"], iterations=request["sweeps"], alpha=1.0, use_cg=True, num_threads=1, random_state=1
        )
    before = time.process_time()
    model.fit(liked, show_progress=False)
    print(json.dumps({"cpuMs": 1e3 * (time.process_time() - before)}), flush=True)
