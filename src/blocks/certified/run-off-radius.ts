import { type CertifiedAnswers, firstLargest } from "./certified-answers.ts";

export interface RunOffOptions {
  readonly models: number;
  readonly classes: number;
  /** Which of equally good classes a model prefers: the smaller one, or (class + model) mod classes, so that models that know no better do not all say the same. */
  readonly ties?: "smaller" | "rotated";
  /** `published` is the bound of the paper, never above the exact radius. */
  readonly form?: "exact" | "published";
}

/**
 * Run-Off Election (Rezaei et al. 2023, ICML): the two classes with most first choices stand against each other, and the one that more models prefer wins; ties to the smaller class. The radius
 * is how many models may turn to any order of classes without changing the winner A. With n first choices and g(x, y) = n_x − n_y + [y > x], a change needs either two rivals that both pass A,
 * max(⌈g₁/2⌉, ⌈g₂/2⌉, ⌈(g₁ + g₂)/3⌉) models with g_i = max(0, g(A, c_i)), which is what the paper tabulates; or one rival that comes second and is preferred to A. The paper bounds the
 * latter by the harder half; exact, r models are enough for c iff f_x = max(0, n_x − n_c − r + [c > x]) ≤ n_x taken from each other x, Σ f_x ≤ r, leave enough for the duel:
 * of the P_x models with first choice x that prefer A to c, min(Σ P_x, r − Σ max(0, f_x − P_x)) ≥ ⌈(2 Σ P_x − models + [c > A]) / 2⌉. Equal to `pluralityRadii` for two classes.
 * Shapes: scores [rows, models, classes].
 */
export function runOffRadii(
  scores: Float64Array | Float32Array,
  { models, classes, ties = "smaller", form = "exact" }: RunOffOptions,
): CertifiedAnswers {
  const rows = scores.length / (models * classes);
  const answers = new Int32Array(rows);
  const radii = new Float64Array(rows);
  const ballot = makeBallot(scores, models, classes, ties);
  const { votes, first } = ballot;
  // Models by first choice x that prefer the winner to c: [x, c].
  const loyal = new Int32Array(classes * classes);
  for (let i = 0; i < rows; i++) {
    const { winner, loser } = ballot.count(i);
    loyal.fill(0);
    for (let m = 0; m < models; m++)
      for (let c = 0; c < classes; c++) if (c !== winner && ballot.prefers(i, m, winner, c)) loyal[first[m] * classes + c]++;
    let least = twoRivals(votes, winner);
    for (let c = 0; c < classes; c++) {
      if (c === winner) continue;
      let total = 0;
      for (let x = 0; x < classes; x++) total += loyal[x * classes + c];
      const duel = Math.max(0, Math.ceil((2 * total - models + (c > winner ? 1 : 0)) / 2));
      const entry = c === loser ? 0 : Math.max(0, Math.ceil(gapOf(votes, loser, c) / 2));
      const published = Math.max(duel, entry);
      if (published < least) least = form === "published" ? published : fewestForRival(c, winner, total, duel, published, least);
    }
    answers[i] = winner;
    radii[i] = least - 1;
  }
  return { answers, radii };

  /** From `low`, which may be enough, to `high`, which either is or is no better than what is known. */
  function fewestForRival(c: number, winner: number, total: number, duel: number, low: number, high: number): number {
    high = Math.min(high, models);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isEnough(c, winner, total, duel, middle)) high = middle;
      else low = middle + 1;
    }
    return high;
  }

  function isEnough(c: number, winner: number, total: number, duel: number, count: number): boolean {
    let taken = 0;
    let wasted = 0;
    for (let x = 0; x < classes; x++) {
      if (x === winner || x === c) continue;
      const needed = Math.max(0, votes[x] - votes[c] - count + (c > x ? 1 : 0));
      if (needed > votes[x]) return false;
      taken += needed;
      wasted += Math.max(0, needed - loyal[x * classes + c]);
    }
    return taken <= count && Math.min(total, count - wasted) >= duel;
  }
}

/** What must be made up for y to stand before x by first choices; a model that turns from x to y makes up 2. */
export function gapOf(votes: Int32Array, x: number, y: number): number {
  return votes[x] - votes[y] + (y > x ? 1 : 0);
}

/** The fewest models that must turn for two rivals with these gaps to pass together; each turned model closes one gap by 2 and the other by 1. */
export function fewestForTwo(gap1: number, gap2: number): number {
  const a = Math.max(0, gap1);
  const b = Math.max(0, gap2);
  return Math.max(Math.ceil(a / 2), Math.ceil(b / 2), Math.ceil((a + b) / 3));
}

function twoRivals(votes: Int32Array, winner: number): number {
  let least = Infinity;
  for (let c = 0; c < votes.length; c++) {
    if (c === winner) continue;
    for (let other = c + 1; other < votes.length; other++)
      if (other !== winner) least = Math.min(least, fewestForTwo(gapOf(votes, winner, c), gapOf(votes, winner, other)));
  }
  return least;
}

/** The two rounds of an election, over and over. */
export interface Ballot {
  /** First choices per class, of the row last counted. Shape: [classes]. */
  readonly votes: Int32Array;
  /** First choice of each model, of the row last counted. Shape: [models]. */
  readonly first: Int32Array;
  count(row: number): { winner: number; loser: number };
  prefers(row: number, model: number, x: number, y: number): boolean;
}

/** Shapes: scores [rows, models, classes]. */
export function makeBallot(
  scores: Float64Array | Float32Array,
  models: number,
  classes: number,
  ties: "smaller" | "rotated" = "smaller",
): Ballot {
  const votes = new Int32Array(classes);
  const first = new Int32Array(models);
  const result = { winner: 0, loser: 0 };

  function prefers(row: number, model: number, x: number, y: number): boolean {
    const at = (row * models + model) * classes;
    const own = scores[at + x];
    const other = scores[at + y];
    if (own !== other) return own > other;
    return ties === "smaller" ? x < y : (x + model) % classes < (y + model) % classes;
  }

  function count(row: number): { winner: number; loser: number } {
    votes.fill(0);
    for (let m = 0; m < models; m++) {
      let best = 0;
      for (let c = 1; c < classes; c++) if (prefers(row, m, c, best)) best = c;
      first[m] = best;
      votes[best]++;
    }
    const a = firstLargest(votes, 0, classes);
    let b = a === 0 ? Math.min(1, classes - 1) : 0;
    for (let c = b + 1; c < classes; c++) if (c !== a && votes[c] > votes[b]) b = c;
    let forA = 0;
    for (let m = 0; m < models; m++) if (prefers(row, m, a, b)) forA++;
    const wins = a === b || 2 * forA > models || (2 * forA === models && a < b);
    result.winner = wins ? a : b;
    result.loser = wins ? b : a;
    return result;
  }

  return { votes, first, count, prefers };
}
