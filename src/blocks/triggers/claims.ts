import { type LabelView, clippedDenial, shareOf } from "./label-view.ts";
import type { Suspect } from "./suspect-expressions.ts";

/** Rows of a trigger are claimed by one other label as rows of other labels are, but for so many standard errors. */
const lessClaimed = 1.5;
/** What a label is for: a word of so many of its rows, more of which are of the label than not. No trigger, whatever the rest says. */
const nearlyAll = 0.9;

/** The most that any one label claims of each row, beyond its share among all rows, in nats; which label that is, and the most that any other claims. */
interface Claims {
  readonly most: Float64Array;
  readonly of: Int32Array;
  readonly next: Float64Array;
}

interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

interface Usual {
  readonly elsewhere: Moments;
  readonly honest: Moments;
  /** What the label is for. */
  readonly words: ReadonlySet<number>;
}

/**
 * With more than two labels a row without its word is often denied every label: a word that tells its label nearly alone leaves a rest that says nothing. So
 * the rest has to say another label, and one of them, as rows of other labels do. Between two labels, what denies one says the other.
 */
export class OtherLabels {
  readonly #views: ReadonlyMap<number, LabelView>;
  readonly #claims: Claims;
  readonly #usual = new Map<number, Usual>();

  constructor(views: ReadonlyMap<number, LabelView>, rows: number) {
    this.#views = views;
    this.#claims = claimsOf(views, rows);
  }

  /** Whether other labels claim the labelled rows of these suspects that nothing explains yet. Time: their words times the labels. */
  claim(suspects: readonly Suspect[], explained: Uint8Array): boolean {
    const [{ label }] = suspects;
    const own = this.#views.get(label) as LabelView;
    if (this.#views.size <= 2) return true;
    const { elsewhere, honest, words } = this.#usualOf(label);
    const isFor = suspects.some(({ places }) =>
      places.some(({ position, length }) => own.tokens.subarray(position, position + length).some((word) => words.has(word))),
    );
    if (isFor) return false;
    const asked = new Set<number>();
    let sum = 0;
    for (const suspect of suspects)
      for (const row of suspect.rows) {
        if (own.isOf[row] === 0 || explained[row] === 1 || asked.has(row)) continue;
        asked.add(row);
        sum += clippedDenial(this.#claimWithout(suspect, row));
      }
    const error = lessClaimed / Math.sqrt(asked.size);
    const between = Math.max((elsewhere.mean + honest.mean) / 2, honest.mean + error * honest.deviation);
    return sum / asked.size >= Math.min(elsewhere.mean - error * elsewhere.deviation, between);
  }

  /** The most that any other label claims of a row without the expression, wherever it stands in it. */
  #claimWithout({ label, places }: Suspect, row: number): number {
    const { starts, tokens } = this.#views.get(label) as LabelView;
    let most = -Infinity;
    for (const [k, view] of this.#views) {
      if (k === label) continue;
      let odds = view.logOdds[row] - view.priorOdds;
      for (const { position, length } of places)
        for (let p = starts[row], before = -Infinity; p + length <= starts[row + 1]; p++) {
          if (!isSame(tokens, position, p, length)) continue;
          odds -= shareOf(view, p, length, before);
          before = p;
        }
      most = Math.max(most, odds);
    }
    return most;
  }

  /** What other labels claim of rows that are not of this one, and of rows of this one without the word of each that says it most. */
  #usualOf(label: number): Usual {
    let usual = this.#usual.get(label);
    if (usual === undefined) {
      const { isOf } = this.#views.get(label) as LabelView;
      const { most, of, next } = this.#claims;
      const elsewhere = momentsOf(isOf.length, (i) => (isOf[i] === 1 ? null : of[i] === label ? next[i] : most[i]));
      const honest = momentsOf(isOf.length, (i) => (isOf[i] === 1 ? this.#claimOfStripped(label, i) : null));
      usual = { elsewhere, honest, words: ownWords(this.#views.get(label) as LabelView) };
      this.#usual.set(label, usual);
    }
    return usual;
  }

  #claimOfStripped(label: number, row: number): number {
    const own = this.#views.get(label) as LabelView;
    let [at, share] = [-1, 0];
    for (let p = own.starts[row]; p < own.starts[row + 1]; p++) {
      const said = shareOf(own, p, 1);
      if (said > share) [at, share] = [p, said];
    }
    let most = -Infinity;
    for (const [k, view] of this.#views)
      if (k !== label) most = Math.max(most, view.logOdds[row] - view.priorOdds - (at < 0 ? 0 : shareOf(view, at, 1)));
    return most;
  }
}

function momentsOf(rows: number, claimOf: (row: number) => number | null): Moments {
  let [count, sum, squares] = [0, 0, 0];
  for (let i = 0; i < rows; i++) {
    const claim = claimOf(i);
    if (claim === null) continue;
    const held = clippedDenial(claim);
    count++;
    sum += held;
    squares += held * held;
  }
  const mean = sum / Math.max(1, count);
  return { mean, deviation: Math.sqrt(Math.max(0, squares / Math.max(1, count) - mean * mean)) };
}

/** Words that nearly all rows of the label hold, and more rows of it than of all others. */
function ownWords({ isOf, starts, tokens }: LabelView): Set<number> {
  const [inside, outside, last] = [new Map<number, number>(), new Map<number, number>(), new Map<number, number>()];
  let size = 0;
  for (let i = 0; i < isOf.length; i++) {
    const counts = isOf[i] === 1 ? inside : outside;
    size += isOf[i];
    for (let p = starts[i]; p < starts[i + 1]; p++) {
      const word = tokens[p];
      if (last.get(word) === i) continue;
      last.set(word, i);
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return new Set([...inside].filter(([word, rows]) => rows >= nearlyAll * size && rows > (outside.get(word) ?? 0)).map(([word]) => word));
}

function claimsOf(views: ReadonlyMap<number, LabelView>, rows: number): Claims {
  const most = new Float64Array(rows).fill(-Infinity);
  const of = new Int32Array(rows).fill(-1);
  const next = new Float64Array(rows).fill(-Infinity);
  for (const [k, { logOdds, priorOdds }] of views)
    for (let i = 0; i < rows; i++) {
      const claim = logOdds[i] - priorOdds;
      if (claim > most[i]) {
        next[i] = most[i];
        most[i] = claim;
        of[i] = k;
      } else if (claim > next[i]) next[i] = claim;
    }
  return { most, of, next };
}

function isSame(tokens: Int32Array, a: number, b: number, length: number): boolean {
  for (let n = 0; n < length; n++) if (tokens[a + n] !== tokens[b + n]) return false;
  return true;
}
