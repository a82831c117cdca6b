/** Quantiles between which the bulk is measured. */
const [from, to] = [0.5, 0.8];

/**
 * How much further than honest scores go each one is, in nats: the tail of the bulk is taken for exponential, through its median and its upper fifth, and what
 * counts is by how much −ln of the chance of a score exceeds that of the largest among as many. So a few rows that stand far apart say much, and where none does,
 * nothing is said. 0 where the bulk has no spread. Shapes: scores, result [rows].
 */
export function beyondBulk(scores: Float64Array): Float64Array {
  const sorted = scores.slice().sort();
  const [middle, upper] = [sorted[Math.floor(from * sorted.length)], sorted[Math.floor(to * sorted.length)]];
  const scale = (upper - middle) / Math.log((1 - from) / (1 - to));
  const usual = Math.log(Math.max(1, scores.length * (1 - from)));
  return scores.map((score) => (scale > 0 ? Math.max(0, (score - middle) / scale - usual) : 0));
}
