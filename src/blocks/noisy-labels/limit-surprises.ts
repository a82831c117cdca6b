import type { RunContext } from "../../core/context.ts";
import { type Dataset, selectExamples } from "../../core/dataset.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";
import { nearestRows } from "../outliers/nearest-rows.ts";
import { metricFor } from "../outliers/row-distance.ts";
import type { SurprisingLabels } from "./surprising-labels.ts";

/** Share of the labels that may be flagged although their neighbours bear others. */
const mostAlone = 0.02;
const neighbours = 15;
/** Rows that neighbours are looked for among, and flagged ones that are looked at, at most. */
const looked = 4000;

/**
 * Of the flagged labels the least probable, 2 % of all at most, and any number of those that most neighbours bear too. Where a learner that cannot learn the data is sure and
 * wrong, nothing in what it says tells that from wrong labels: on one clean table in fifteen it finds 2 to 15 % of the labels too improbable. What poison in one place is
 * made of, labels that their neighbours bear and the learner denies, it sees as nobody else does. How many scattered labels are wrong is for several views to say (`label-noise`).
 * Neighbours are of other sources and of the same task. Shape: [rows].
 */
export function limitSurprises(
  data: Dataset,
  { flagged, probabilities }: Pick<SurprisingLabels, "flagged" | "probabilities">,
  { rng, signal }: Pick<RunContext, "rng" | "signal">,
): Uint8Array {
  const rows = data.y.length;
  const classes = probabilities.length / rows;
  const most = Math.floor(mostAlone * rows);
  const found = Int32Array.from(flagged.keys()).filter((i) => flagged[i] === 1);
  if (found.length <= most) return flagged;
  const order = orderBy(Float64Array.from(found, (i) => probabilities[i * classes + data.y[i]]));
  const out = new Uint8Array(rows);
  for (let k = 0; k < most; k++) out[found[order[k]]] = 1;
  const rest = Int32Array.from(order.subarray(most, most + looked), (k) => found[k]).sort();
  for (const i of vouchedFor(data, rest, { rng, signal })) out[i] = 1;
  return out;
}

/** Those of these rows whose label most of their nearest rows of the same task bear. */
function vouchedFor(data: Dataset, asked: Int32Array, { rng, signal }: Pick<RunContext, "rng" | "signal">): number[] {
  const rows = data.y.length;
  const drawn = rows <= looked ? Int32Array.from(data.y.keys()) : rng.sample(rows, looked);
  const picked = Int32Array.from(new Set([...drawn, ...asked])).sort();
  const vouched: number[] = [];
  for (const task of new Set(Array.from(asked, (i) => data.task[i]))) {
    const own = picked.filter((i) => data.task[i] === task);
    const part = selectExamples(data, own);
    const isAsked = new Set(asked);
    const near = nearestRows(part.x, { neighbours, metric: metricFor(part.x, "auto"), source: part.source, among: null }, { signal });
    own.forEach((i, at) => {
      if (!isAsked.has(i)) return;
      let same = 0;
      for (let p = at * near.capacity; p < at * near.capacity + near.count[at]; p++) if (part.y[near.ids[p]] === part.y[at]) same++;
      if (2 * same > near.count[at]) vouched.push(i);
    });
  }
  return vouched;
}
