/** Run-off elections over counts of rankings, written apart from the certificates that are tested with them. */
export interface Elections {
  /** All orders of the classes, best first. */
  readonly rankings: readonly number[][];
  winner(counts: ArrayLike<number>): number;
}

export function electionsOf(classes: number): Elections {
  const rankings = permutations([...Array(classes).keys()]);
  const before = rankings.map((ranking) => {
    const table = new Uint8Array(classes * classes);
    for (let i = 0; i < classes; i++) for (let j = i + 1; j < classes; j++) table[ranking[i] * classes + ranking[j]] = 1;
    return table;
  });
  const votes = new Int32Array(classes);

  function winner(counts: ArrayLike<number>): number {
    votes.fill(0);
    for (let t = 0; t < rankings.length; t++) votes[rankings[t][0]] += counts[t];
    let a = 0;
    for (let c = 1; c < classes; c++) if (votes[c] > votes[a]) a = c;
    let b = a === 0 ? 1 : 0;
    for (let c = 0; c < classes; c++) if (c !== a && votes[c] > votes[b]) b = c;
    const [low, high] = a < b ? [a, b] : [b, a];
    let lead = 0;
    for (let t = 0; t < rankings.length; t++) lead += before[t][low * classes + high] === 1 ? counts[t] : -counts[t];
    return lead >= 0 ? low : high;
  }

  return { rankings, winner };
}

/** All ways to share out `total` among `kinds`. */
export function* multisets(total: number, kinds: number): Generator<number[]> {
  if (kinds === 1) yield [total];
  else for (let first = 0; first <= total; first++) for (const rest of multisets(total - first, kinds - 1)) yield [first, ...rest];
}

/** Scores that rank as these rankings do. Shape: [rankings, classes]. */
export function scoresOfRankings(rankings: readonly (readonly number[])[]): Float64Array {
  return Float64Array.from(rankings.flatMap((ranking) => ranking.map((_, c) => -ranking.indexOf(c))));
}

function permutations(values: readonly number[]): number[][] {
  if (values.length === 0) return [[]];
  return values.flatMap((value) => permutations(values.filter((other) => other !== value)).map((rest) => [value, ...rest]));
}
