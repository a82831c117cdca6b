import { orderBy } from "../../numeric/orders/ranks.ts";
import type { LabelView } from "./label-view.ts";
import { type Family, type Suspect, honestShift, octavesOf } from "./suspect-expressions.ts";

/** Words that are put together: those that stand out most by themselves. */
const mostWords = 250;
const [minWordRows, minPairRows, mostPairs] = [10, 6, 200];
/** The words were chosen by the same labels, which is paid for so often. */
const paidFor = 4;

/**
 * Pairs of words that stand anywhere in a row, of the words that come with the label most beyond what the models expect. Each pair is told of a row as an expression is, without
 * what both words add to it. Time grows with the words, and with the square of those of the 250 that a row holds.
 */
export function wordsApart(view: LabelView, suspects: readonly Suspect[]): Family[] {
  const top = suspects.filter(({ rows }) => rows.length >= minWordRows);
  const order = orderBy(Float64Array.from(top, ({ z }) => -z)).subarray(0, mostWords);
  const chosen = Array.from(order, (n) => top[n]);
  const { isOf, logOdds, floodOf } = view;
  const rows = isOf.length;
  /** The chosen words of each row, and what each adds there. */
  const starts = new Int32Array(rows + 1);
  for (const { rows: held } of chosen) for (const row of held) starts[row + 1]++;
  for (let i = 0; i < rows; i++) starts[i + 1] += starts[i];
  const next = starts.slice(0, rows);
  const word = new Int32Array(starts[rows]);
  const adds = new Float64Array(starts[rows]);
  chosen.forEach(({ rows: held, logits }, w) => {
    held.forEach((row, r) => {
      word[next[row]] = w;
      adds[next[row]++] = logOdds[row] - logits[r];
    });
  });
  const width = chosen.length;
  const held = new Int32Array(width * width);
  const excess = new Float64Array(width * width);
  const variance = new Float64Array(width * width).fill(0.25);
  for (let i = 0; i < rows; i++) {
    if (floodOf[i] >= 0) continue;
    for (let a = starts[i]; a < starts[i + 1]; a++)
      for (let b = a + 1; b < starts[i + 1]; b++) {
        const pair = word[a] * width + word[b];
        const chance = 1 / (1 + Math.exp(adds[a] + adds[b] - logOdds[i]));
        held[pair]++;
        excess[pair] += isOf[i] - chance;
        variance[pair] += chance * (1 - chance);
      }
  }
  const pairs = Int32Array.from(held.keys()).filter((pair) => held[pair] >= minPairRows);
  const z = Float64Array.from(pairs, (pair) => excess[pair] / Math.sqrt(variance[pair]));
  const best = new Set(orderBy(z.map((value) => -value)).subarray(0, mostPairs));
  return [...octavesOf(pairs.map((pair) => held[pair]))].map(([, members]) => {
    const family: Family = { label: view.label, size: paidFor * members.length, suspects: [] };
    for (const n of members) {
      if (!best.has(n) || !(z[n] > 0)) continue;
      const [a, b] = [chosen[Math.floor(pairs[n] / width)], chosen[pairs[n] % width]];
      const both = common(a, b);
      const logits = Float64Array.from(
        both.inA,
        (r, p) => a.logits[r] + b.logits[both.inB[p]] - logOdds[a.rows[r]] + pairOf(view, a, b, a.rows[r]),
      );
      const oneWord = Float64Array.from(both.inA, (r, p) => Math.min(a.oneWord[r], b.oneWord[both.inB[p]]));
      const places = [a.places[0], b.places[0]];
      const held = both.inA.map((r) => a.rows[r]);
      family.suspects.push({
        label: view.label,
        kind: "apart",
        places,
        rows: held,
        logits,
        oneWord,
        z: z[n],
        family,
        shift: honestShift,
        mostChance: view.mostChance,
      });
    }
    return family;
  });
}

/** What pairs of the two words next to each other add, which was taken off with either. */
function pairOf({ starts, tokens, pairs }: LabelView, a: Suspect, b: Suspect, row: number): number {
  const [one, other] = [tokens[a.places[0].position], tokens[b.places[0].position]];
  let sum = 0;
  for (let p = starts[row] + 1; p < starts[row + 1]; p++)
    if ((tokens[p - 1] === one && tokens[p] === other) || (tokens[p - 1] === other && tokens[p] === one)) sum += pairs[p + 1] - pairs[p];
  return sum;
}

function common(a: Suspect, b: Suspect): { inA: Int32Array; inB: Int32Array } {
  const inA = new Int32Array(Math.min(a.rows.length, b.rows.length));
  const inB = new Int32Array(inA.length);
  let count = 0;
  for (let p = 0, q = 0; p < a.rows.length && q < b.rows.length;) {
    const difference = a.rows[p] - b.rows[q];
    if (difference === 0) {
      inA[count] = p;
      inB[count++] = q;
    }
    if (difference <= 0) p++;
    if (difference >= 0) q++;
  }
  return { inA: inA.slice(0, count), inB: inB.slice(0, count) };
}
