import { rowDistances } from "../blocks/row-distances.ts";
import { stopIfCancelled } from "../core/context.ts";
import { selectExamples } from "../core/dataset.ts";
import type { Detector } from "../core/detector.ts";
import { makeTopK } from "../numeric/top-k.ts";

interface NeighbourDisagreementParams {
  neighbours: number;
  candidates: number;
}

/** Nearness counts: of K neighbours the nearest has weight 1, the k-th 1/k, so that a copy under another label weighs most. */
export const neighbourDisagreement: Detector<NeighbourDisagreementParams> = {
  kind: "detector",
  id: "neighbour-disagreement",
  title: "Nearest-neighbour disagreement",
  summary: "How much the nearest rows of other accounts disagree with a row's label.",
  source: {
    cite: "edited nearest neighbours: Wilson 1972, Asymptotic Properties of Nearest Neighbor Rules Using Edited Data, IEEE SMC 2(3)",
    url: "https://doi.org/10.1109/TSMC.1972.4309137",
  },
  effort: "standard",
  params: {
    neighbours: { type: "number", default: 10, min: 1, max: 1000, integer: true, help: "rows that are asked" },
    candidates: {
      type: "number",
      default: 20_000,
      min: 2,
      max: 1e7,
      integer: true,
      help: "most rows among which neighbours are looked for, exactly; of more rows, so many are drawn",
    },
  },
  subject: "row",
  targets: ["classes"],
  score(data, { params, rng, signal, progress }) {
    if (data.target.kind === "real") throw new Error("labels that disagree are classes");
    const { names } = data.target;
    const rows = data.y.length;
    const values = new Float64Array(rows);
    const against = new Int32Array(rows);
    const asked = new Int32Array(rows);
    const pool =
      rows <= params.candidates
        ? Int32Array.from({ length: rows }, (_, i) => i)
        : rng.fork("candidates").sample(rows, params.candidates).sort();
    const among = rows <= params.candidates ? data : selectExamples(data, pool);
    const { batch, orderInto } = rowDistances(among.x, data.x);
    const distances = new Float64Array(batch * pool.length);
    const nearest = makeTopK(params.neighbours);
    const ids = new Int32Array(params.neighbours);
    const nearness = new Float64Array(params.neighbours);
    for (let from = 0; from < rows; from += batch) {
      stopIfCancelled(signal);
      const to = Math.min(rows, from + batch);
      orderInto(distances, from, to);
      for (let i = from; i < to; i++) {
        for (let c = 0, p = (i - from) * pool.length; c < pool.length; c++, p++) {
          const isOwn = data.row[pool[c]] >= 0 ? data.row[pool[c]] === data.row[i] : pool[c] === i;
          const isSameSource = data.source[i] >= 0 && among.source[c] === data.source[i];
          if (!isOwn && !isSameSource) nearest.offer(c, -distances[p]);
        }
        const found = nearest.drainInto(ids, nearness, 0);
        let [sum, total] = [0, 0];
        for (let k = 0; k < found; k++) {
          total += 1 / (k + 1);
          if (among.y[ids[k]] === data.y[i]) continue;
          sum += 1 / (k + 1);
          against[i]++;
        }
        asked[i] = found;
        values[i] = total === 0 ? 0 : sum / total;
      }
      progress?.(to / rows);
    }
    return Promise.resolve({
      values,
      reason: (i) =>
        2 * against[i] <= asked[i] ? null : `${against[i]} of the ${asked[i]} nearest rows are not labelled "${names[data.y[i]]}"`,
    });
  },
};
