import type { StemRows } from "./stems.ts";

/** Pairs of texts of different documents that are near each other. Shapes: a, b, likeness [pairs]. */
export interface NearPairs {
  readonly a: Int32Array;
  readonly b: Int32Array;
  /** In (0, 1]; see `nearPassages`. */
  readonly likeness: Float64Array;
}

/** Neighbours kept of a text, those looked at closely, and the entries of the index read for it. */
const [kept, looked, read] = [20, 32, 2000];
/** Less alike is not near. */
const least = 0.03;
/** What is more alike is the same text once more. */
const same = 0.97;
/** Words that no other text has, by which every text is made longer: two of few words are not alike by sharing three of them. */
const ownWords = 4;

/**
 * The nearest of other documents to every text: the cosine of presence × ln((1 + n) / texts with the stem), with ‖x‖² + 4 ln² n in place of ‖x‖². Stems in more than
 * a twentieth of the texts are left out. Candidates come from the rarest stems of a text, so that time grows with the texts and not with their pairs.
 *
 * @param document equal numbers for texts that are not compared; shape [texts]
 * @param copiesOf where given, the neighbours of those alone are looked for, equal texts are near too, and texts are not made longer; shape [texts]
 */
export function nearPassages({ start, stem, texts }: StemRows, document: Int32Array, copiesOf: Uint8Array | null = null): NearPairs {
  const count = start.length - 1;
  const mostTexts = Math.max(20, count / 20);
  const weight = Float64Array.from(texts, (held) => (held > mostTexts ? 0 : Math.log((1 + count) / held) ** 2));
  const own = copiesOf !== null ? 0 : ownWords * Math.log(1 + count) ** 2;
  const most = copiesOf !== null ? Infinity : same;
  const length = new Float64Array(count);
  for (let i = 0; i < count; i++) for (let p = start[i]; p < start[i + 1]; p++) length[i] += weight[stem[p]];
  const [postings, postingStart] = postingsOf(start, stem, texts);

  const shared = new Float64Array(count);
  const seen = new Int32Array(Math.max(read, count));
  const isHere = new Uint8Array(texts.length);
  const [near, nearSum] = [new Int32Array(looked), new Float64Array(looked)];
  const [best, bestLikeness] = [new Int32Array(kept), new Float64Array(kept)];
  const byRarity: number[] = [];
  let [a, b] = [new Int32Array(8 * count + 64), new Int32Array(8 * count + 64)];
  let likeness = new Float64Array(a.length);
  let pairs = 0;
  for (let i = 0; i < count; i++) {
    if (copiesOf?.[i] === 0) continue;
    byRarity.length = 0;
    for (let p = start[i]; p < start[i + 1]; p++) {
      if (weight[stem[p]] > 0) isHere[stem[p]] = 1;
      if (weight[stem[p]] > 0 && texts[stem[p]] > 1) byRarity.push(stem[p]);
    }
    byRarity.sort((s, t) => texts[s] - texts[t] || s - t);
    let met = 0;
    let left = read;
    for (let k = 0; k < byRarity.length; k++) {
      const s = byRarity[k];
      left -= texts[s];
      if (left < 0 && k > 2) break;
      for (let p = postingStart[s]; p < postingStart[s + 1]; p++) {
        const j = postings[p];
        if (document[j] === document[i]) continue;
        if (shared[j] === 0) seen[met++] = j;
        shared[j] += weight[s];
      }
    }
    let close = 0;
    for (let m = 0; m < met; m++) {
      const j = seen[m];
      const sum = shared[j] / Math.sqrt(length[j] + own);
      shared[j] = 0;
      close = keepBest(near, nearSum, close, looked, j, sum);
    }
    let nearest = 0;
    for (let m = 0; m < close; m++) {
      const j = near[m];
      let sum = 0;
      for (let p = start[j]; p < start[j + 1]; p++) if (isHere[stem[p]] === 1) sum += weight[stem[p]];
      if (sum > most * Math.sqrt(length[i] * length[j])) continue;
      const cosine = sum / Math.sqrt((length[i] + own) * (length[j] + own));
      if (cosine > least) nearest = keepBest(best, bestLikeness, nearest, kept, j, cosine);
    }
    for (let p = start[i]; p < start[i + 1]; p++) isHere[stem[p]] = 0;
    if (pairs + nearest > a.length) {
      a = grown(a, new Int32Array(2 * a.length));
      b = grown(b, new Int32Array(2 * b.length));
      likeness = grown(likeness, new Float64Array(2 * likeness.length));
    }
    for (let m = 0; m < nearest; m++, pairs++) {
      a[pairs] = i;
      b[pairs] = best[m];
      likeness[pairs] = bestLikeness[m];
    }
  }
  return { a: a.subarray(0, pairs), b: b.subarray(0, pairs), likeness: likeness.slice(0, pairs) };
}

/** Texts of each stem, rising. */
function postingsOf(start: Int32Array, stem: Int32Array, texts: Int32Array): readonly [Int32Array, Int32Array] {
  const from = new Int32Array(texts.length + 1);
  for (let s = 0; s < texts.length; s++) from[s + 1] = from[s] + texts[s];
  const next = from.slice();
  const postings = new Int32Array(stem.length);
  for (let i = 0; i + 1 < start.length; i++) for (let p = start[i]; p < start[i + 1]; p++) postings[next[stem[p]]++] = i;
  return [postings, from];
}

/** Keeps the `most` largest by falling value; returns how many are kept. */
function keepBest(items: Int32Array, values: Float64Array, count: number, most: number, item: number, value: number): number {
  if (count === most && value <= values[most - 1]) return count;
  let k = count < most ? count : most - 1;
  for (; k > 0 && values[k - 1] < value; k--) {
    values[k] = values[k - 1];
    items[k] = items[k - 1];
  }
  values[k] = value;
  items[k] = item;
  return count < most ? count + 1 : count;
}

function grown<T extends Int32Array | Float64Array>(from: T, into: T): T {
  into.set(from);
  return into;
}
