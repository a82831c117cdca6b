import { layOut, ratingKernels } from "./rating-kernels.ts";

/**
 * The places of some items among those that are not rated, 1 = first; equal scores share the mean of their places. NaN for an item that is rated.
 * Shapes: out, asked [asked], scores [items], rated [any].
 */
export function placesInto(out: Float64Array, scores: Float64Array, rated: Int32Array, asked: Int32Array): void {
  const items = scores.length + (scores.length % 2);
  const { floats, integers, at } = layOut({ scores: items, asked: asked.length, above: asked.length, beside: asked.length });
  const from = at.scores / 8;
  floats.set(scores, from);
  floats[from + items - 1] = items > scores.length ? NaN : scores[items - 1];
  for (let k = 0; k < rated.length; k++) floats[from + rated[k]] = NaN;
  integers.set(asked, at.asked / 4);
  ratingKernels.countAbove(at.above, at.beside, at.scores, items, at.asked, asked.length);
  for (let t = 0; t < asked.length; t++) {
    const isOpen = !Number.isNaN(floats[from + asked[t]]);
    out[t] = isOpen ? 1 + integers[at.above / 4 + t] + (integers[at.beside / 4 + t] - 1) / 2 : NaN;
  }
}
