import { partsByLabel } from "../../blocks/outliers/neighbour-labels-text.ts";
import { nearestRows } from "../../blocks/outliers/nearest-rows.ts";
import { type Metric, metricFor, metricParam } from "../../blocks/outliers/row-distance.ts";
import type { Detector } from "../../core/detector.ts";

interface NeighbourDisagreementParams {
  neighbours: number;
  metric: Metric | "auto";
  candidates: number;
}

/**
 * Nearness counts: of K neighbours the nearest has weight 1, the k-th 1/k, so that a copy under another label weighs most. Exact up to `candidates` rows. Of
 * more, neighbours are looked for among so many drawn at random, which is linear in the rows; near copies of a row are then mostly missed, whereas the
 * label that prevails around it is not. Reasons say so.
 */
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
    metric: metricParam,
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
  view: "neighbours",
  targets: ["classes"],
  async score(data, { params, rng, signal, progress }) {
    const { target } = data;
    const names = target.kind === "classes" ? target.names : [];
    const values = new Float64Array(data.y.length);
    const reasons = new Map<number, string>();
    const votes = new Int32Array(names.length);
    let done = 0;
    for (const { part, rows } of partsByLabel(data)) {
      const { y, source } = part;
      const isSampled = rows.length > params.candidates;
      const among = isSampled ? rng.fork("candidates").fork(part.task[0]).sample(rows.length, params.candidates).sort() : null;
      const near = nearestRows(
        part.x,
        { neighbours: params.neighbours, metric: metricFor(part.x, params.metric), source, among },
        { signal, progress: (share) => progress?.((done + share * rows.length) / data.y.length) },
      );
      const others = source.some((account) => account >= 0) ? " of other accounts" : "";
      const sampled = isSampled ? `, among ${params.candidates} drawn at random` : "";
      for (let i = 0; i < rows.length; i++) {
        const count = near.count[i];
        votes.fill(0);
        let against = 0;
        let total = 0;
        for (let k = 0; k < count; k++) {
          const label = y[near.ids[i * near.capacity + k]];
          votes[label]++;
          total += 1 / (k + 1);
          if (label !== y[i]) against += 1 / (k + 1);
        }
        values[rows[i]] = count === 0 ? 0 : against / total;
        const most = votes.reduce((top, own, k) => (own > votes[top] ? k : top), 0);
        if (2 * votes[most] <= count || most === y[i]) continue;
        const said = `${votes[most]} of the ${count} rows most like it${others} are "${names[most]}"${sampled}`;
        reasons.set(rows[i], `labelled "${names[y[i]]}", but ${said}`);
      }
      done += rows.length;
    }
    return { values, reason: (row) => reasons.get(row) ?? null };
  },
};
