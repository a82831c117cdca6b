import type { RunContext } from "../../core/context.ts";
import { type Dataset, selectExamples } from "../../core/dataset.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";
import { nearestRows } from "../outliers/nearest-rows.ts";
import { metricFor } from "../outliers/row-distance.ts";
import type { SurprisingLabels } from "./surprising-labels.ts";

/** Share of the labels that may be flagged although their neighbours bear others. */
const mostAlone = 0.02;
/** Or so many: of a small file nobody minds to look at them. */
const leastAlone = 5;
/** Of the labels that the learner denies, those flagged are at least so many where any number of them may be; and of no class more than this are denied. */
const flaggedOfDenied = 0.3;
const deniedOfClass = 0.6;
const neighbours = 15;
/** Rows that neighbours are looked for among, and flagged ones that are looked at, at most. */
const looked = 4000;

/**
 * Of the flagged labels the least probable, 2 % of all or five at most, and any number of those that most neighbours bear too. Where a learner that cannot learn the data is sure and
 * wrong, nothing in what it says tells that from wrong labels: on one clean table in fifteen it finds 2 to 15 % of the labels too improbable. What poison in one place is
 * made of, labels that their neighbours bear and the learner denies, it sees as nobody else does. How many scattered labels are wrong is for several views to say (`label-noise`).
 * Where most classes' labels are agreed with and three in ten of the denied ones are flagged, all of them stay: overlap denies many labels a little, and few so much.
 * Neighbours are of other sources and of the same task. Shape: [rows].
 */
export function limitSurprises(
  data: Dataset,
  { flagged, probabilities }: Pick<SurprisingLabels, "flagged" | "probabilities">,
  { rng, signal }: Pick<RunContext, "rng" | "signal">,
): Uint8Array {
  const rows = data.y.length;
  const classes = probabilities.length / rows;
  const most = Math.max(leastAlone, Math.floor(mostAlone * rows));
  const found = Int32Array.from(flagged.keys()).filter((i) => flagged[i] === 1);
  if (found.length <= most || found.length >= flaggedOfDenied * deniedIn(data.y, probabilities)) return flagged;
  const order = orderBy(Float64Array.from(found, (i) => probabilities[i * classes + data.y[i]]));
  const out = new Uint8Array(rows);
  for (let k = 0; k < most; k++) out[found[order[k]]] = 1;
  const rest = Int32Array.from(order.subarray(most, most + looked), (k) => found[k]).sort();
  for (const i of vouchedFor(data, rest, { rng, signal })) out[i] = 1;
  return out;
}

/** How many labels another one is likelier than; infinity where they are most of a class's, which the learner cannot tell then. Shapes: y [rows], probabilities [rows, classes]. */
function deniedIn(y: Float64Array, probabilities: Float64Array): number {
  const classes = probabilities.length / y.length;
  const sizes = new Int32Array(classes);
  const denied = new Int32Array(classes);
  for (let i = 0; i < y.length; i++) {
    const at = i * classes;
    sizes[y[i]]++;
    for (let k = 0; k < classes; k++)
      if (probabilities[at + k] > probabilities[at + y[i]]) {
        denied[y[i]]++;
        break;
      }
  }
  if (sizes.some((size, k) => size > 1 && denied[k] >= deniedOfClass * size)) return Infinity;
  return denied.reduce((sum, count) => sum + count, 0);
}

/** Those of these rows whose label most of their nearest rows of the same task bear. */
function vouchedFor(data: Dataset, asked: Int32Array, { rng, signal }: Pick<RunContext, "rng" | "signal">): number[] {
  const rows = data.y.length;
  const drawn = rows <= looked ? Int32Array.from(data.y.keys()) : rng.sample(rows, looked);
  const picked = Int32Array.from(new Set([...drawn, ...asked])).sort();
  const vouched: number[] = [];
  const isAsked = new Set(asked);
  for (const task of new Set(Array.from(asked, (i) => data.task[i]))) {
    const own = picked.filter((i) => data.task[i] === task);
    const part = selectExamples(data, own);
    const of = Int32Array.from(own.keys()).filter((at) => isAsked.has(own[at]));
    const metric = metricFor(part.x, "auto");
    const near = nearestRows(part.x, { neighbours, metric, source: part.source, among: null, of }, { signal });
    of.forEach((at, k) => {
      let same = 0;
      for (let p = k * near.capacity; p < k * near.capacity + near.count[k]; p++) if (part.y[near.ids[p]] === part.y[at]) same++;
      if (2 * same > near.count[k]) vouched.push(own[at]);
    });
  }
  return vouched;
}
