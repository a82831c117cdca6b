import type { RunContext } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import { nearestRows } from "./nearest-rows.ts";
import { partsByLabel } from "./neighbour-labels-text.ts";
import { metricFor } from "./row-distance.ts";

/** Rows that bear a row's label and lie nearest to it: poison that lies together vouches for its own. */
export interface NearRows {
  /** How many there are of each, five at most. Shape: [rows]. */
  readonly count: Uint8Array;
  /** The nearest of the same label, nearest first. Shape: [rows, 5]. */
  readonly ids: Int32Array;
  /** Share of the fifteen nearest rows that bear its label. Shape: [rows]. */
  readonly sameShare: Float64Array;
  /** Less the distance to the fifth nearest row, whatever its label. Shape: [rows]. */
  readonly closeness: Float64Array;
}

const neighbours = 15;
export const nearRowsKept = 5;
/** Most rows among which neighbours are looked for; of more rows, so many are drawn. */
const candidates = 20_000;

/** The nearest rows of other sources with the same label, by the distance that detectors of neighbours go by. */
export function nearRowsOf(data: Dataset, { rng, signal }: Pick<RunContext, "rng" | "signal">): NearRows {
  const rows = data.y.length;
  const near = {
    count: new Uint8Array(rows),
    ids: new Int32Array(rows * nearRowsKept),
    sameShare: new Float64Array(rows),
    closeness: new Float64Array(rows),
  };
  for (const { part, rows: own } of partsByLabel(data)) {
    const among = own.length > candidates ? rng.fork(part.task[0]).sample(own.length, candidates).sort() : null;
    const found = nearestRows(part.x, { neighbours, metric: metricFor(part.x, "auto"), source: part.source, among }, { signal });
    for (let i = 0; i < own.length; i++) {
      const first = i * found.capacity;
      const count = found.count[i];
      let same = 0;
      for (let at = first; at < first + count; at++) {
        if (part.y[found.ids[at]] !== part.y[i]) continue;
        if (same < nearRowsKept) near.ids[own[i] * nearRowsKept + near.count[own[i]]++] = own[found.ids[at]];
        same++;
      }
      near.sameShare[own[i]] = count === 0 ? 0 : same / count;
      near.closeness[own[i]] = count === 0 ? 0 : -found.distances[first + Math.min(nearRowsKept, count) - 1];
    }
  }
  return near;
}
