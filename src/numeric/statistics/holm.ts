/**
 * Chances adjusted for as many questions as there are (Holm 1979): who calls those at most α answered errs in the whole family with a chance of at most α, however the
 * questions depend on each other. Shapes: chances, result [questions], in [0, 1].
 */
export function holmAdjusted(chances: Float64Array): Float64Array {
  const order = Array.from(chances.keys()).sort((a, b) => chances[a] - chances[b]);
  const out = new Float64Array(chances.length);
  let least = 0;
  order.forEach((at, rank) => {
    least = Math.max(least, Math.min(1, (chances.length - rank) * chances[at]));
    out[at] = least;
  });
  return out;
}
