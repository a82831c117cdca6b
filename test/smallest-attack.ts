/**
 * The largest number of moves, at most `cap`, no sequence of which changes the answer: by trying all of them. States are strings, so that equal ones are tried once;
 * `cap` where nothing up to there does.
 */
export function radiusByTrial(
  start: string,
  movesOf: (state: string) => Iterable<string>,
  answerOf: (state: string) => number,
  cap: number,
): number {
  const answer = answerOf(start);
  const seen = new Set([start]);
  let reached = [start];
  for (let r = 1; r <= cap; r++) {
    const next: string[] = [];
    for (const state of reached)
      for (const moved of movesOf(state)) {
        if (seen.has(moved)) continue;
        if (answerOf(moved) !== answer) return r - 1;
        seen.add(moved);
        next.push(moved);
      }
    reached = next;
  }
  return cap;
}

/** Counts how often a certificate claims more than is true (must never be) and less (its looseness), and sums both radii. */
export function makeTally(): {
  problems: number;
  violated: number;
  loose: number;
  claimed: number;
  true: number;
  add(claimed: number, trueRadius: number): void;
} {
  return {
    problems: 0,
    violated: 0,
    loose: 0,
    claimed: 0,
    true: 0,
    add(claimed, trueRadius) {
      this.problems++;
      this.violated += claimed > trueRadius ? 1 : 0;
      this.loose += claimed < trueRadius ? 1 : 0;
      this.claimed += claimed;
      this.true += trueRadius;
    },
  };
}
