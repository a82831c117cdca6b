import { orderBy } from "../../numeric/orders/ranks.ts";
import { chanceOfSizes } from "./chance-of-sizes.ts";

/** As many groups as a campaign has base texts that are copied about equally often, at most, and how unequally at most. */
const [mostTogether, mostUnequal] = [6, 2];

/**
 * The chance that honest copies come in groups as large as each of these, by the sizes of the smaller ones: of one alone, or of the t largest together down to it, whichever is
 * least likely, times t² for the choice (the sum of 1 / t² is below 2). 1 = as usual. Shape: [sizes].
 */
export function beyondUsualSize(sizes: readonly number[]): Float64Array {
  const chances = new Float64Array(sizes.length).fill(1);
  const order = orderBy(Float64Array.from(sizes, (size) => -size));
  const ordered = Array.from(order, (at) => sizes[at]);
  for (let t = 1; t <= Math.min(mostTogether, sizes.length) && mostUnequal * ordered[t - 1] >= ordered[0]; t++) {
    const chance = Math.min(1, t * t * chanceOfSizes(ordered.slice(0, t), ordered.slice(t)));
    for (let k = 0; k < t; k++) chances[order[k]] = Math.min(chances[order[k]], chance);
  }
  return chances;
}
