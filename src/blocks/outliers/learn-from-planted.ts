import type { Dataset } from "../../core/dataset.ts";
import type { Heard } from "../../core/detector.ts";
import type { Rng } from "../../numeric/random.ts";
import { type Voice, combineVoices } from "./combined-ranking.ts";
import { type LearnedMerge, learnMerge } from "./learned-merge.ts";
import { nearRowsOf } from "./near-rows.ts";
import { plantPoison } from "./planted-poison.ts";

/**
 * What each detector counts on these very data, from a copy with wrong labels, near-copies and far rows planted where no rule flags anything. Null where no label can be wrong.
 *
 * @param ask what detectors of rows say of other data, which is what `plantPoison` makes of these with `rng.fork("planted labels")` and those suspected
 */
export async function learnFromPlanted(
  data: Dataset,
  voices: readonly Voice[],
  ask: (data: Dataset, suspected: Uint8Array) => Promise<readonly Heard[]>,
  rng: Rng,
): Promise<LearnedMerge | null> {
  const suspected = combineVoices(voices, data.y.length).flagged;
  const copy = plantPoison(data, suspected, rng.fork("planted labels"));
  const merge = copy === null ? null : learnMerge(await ask(copy.data, suspected), copy, suspected);
  return merge === null ? null : withNearRows(merge, data, rng.fork("near rows"));
}

/** The merge with what the taught ranking needs beside it; without, where labels are numbers and where rows are sparse, as of texts, which it was hardly taught on. */
export function withNearRows(merge: LearnedMerge, data: Dataset, rng: Rng): LearnedMerge {
  return data.target.kind === "classes" && data.x.kind === "dense" ? { ...merge, near: nearRowsOf(data, { rng }) } : merge;
}
