import { answerRoles, type Dialogues } from "../../core/dialogues.ts";
import type { SparseMatrix } from "../../numeric/matrices/matrix.ts";
import type { Rng } from "../../numeric/random.ts";
import { fitSparseLogistic } from "../../numeric/solvers/sparse-logistic.ts";
import { isRefusal } from "./refusals.ts";
import { stemRows } from "./stems.ts";

/** What somebody preferred: one answer to another, or an answer to none. Shapes: all [preferences]. */
export interface Preferences {
  readonly record: Int32Array;
  /** The chosen, or the voted, answer's turn. */
  readonly turn: Int32Array;
  /** The rejected answer's turn; −1 for votes. */
  readonly other: Int32Array;
  /** 1 = chosen, or voted up; 0 = voted down. */
  readonly isUp: Uint8Array;
}

const [folds, mostTaught] = [5, 20_000];
const [cost, tolerance] = [4, 1e-3];
const mostMargin = 3;

/** Pairs and votes in the order of their records; of a chat whose answers are all voted alike the last answer. */
export function preferencesOf({ role, record }: Dialogues): Preferences {
  const kinds = answerRoles.map((_, kind) => answerRoles[kind]);
  const [turn, other, isUp, of]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let t = 0; t < role.length; t++) {
    const kind = kinds[role[t]];
    const isPair = kind === "chosen" && t + 1 < role.length && kinds[role[t + 1]] === "rejected" && record[t + 1] === record[t];
    if (!isPair && kind !== "upvoted" && kind !== "downvoted") continue;
    if (!isPair && t + 1 < role.length && record[t + 1] === record[t] && role[t + 1] === role[t]) continue;
    turn.push(t);
    other.push(isPair ? t + 1 : -1);
    isUp.push(kind === "downvoted" ? 0 : 1);
    of.push(record[t]);
  }
  return { record: Int32Array.from(of), turn: Int32Array.from(turn), other: Int32Array.from(other), isUp: Uint8Array.from(isUp) };
}

/**
 * How surely others would have preferred the same: log odds, clipped to ±3, of a logistic regression of what the answers say (stems, presence × rarity, of a pair the difference)
 * and how they are written (`styles`), taught by the other four fifths. Negative = the wrong way round. Shape: [preferences].
 */
export function preferenceMargins(dialogues: Dialogues, { turn, other, isUp }: Preferences, rng: Rng): Float64Array {
  const { answers } = dialogues;
  const count = turn.length;
  const place = new Int32Array(answers.length).fill(-1);
  const texts: string[] = [];
  for (const list of [turn, other]) for (const t of list) if (t >= 0 && place[t] < 0) place[t] = texts.push(answers[t]) - 1;
  const { start, stem, texts: held } = stemRows(texts);
  const style = styleDifferences(dialogues, { turn, other });
  const columns = held.length + styles.length;
  const rarity = Float64Array.from(held, (times) => (times < 3 ? 0 : Math.log((1 + texts.length) / times)));
  const sides = rng.fork("sides");
  const isOf = new Uint8Array(count);
  const indptr = new Int32Array(count + 1);
  const indices: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < count; i++) {
    const isTurned = other[i] >= 0 && sides.uniform() < 0.5;
    isOf[i] = isTurned ? 0 : isUp[i];
    const sign = isTurned ? -1 : 1;
    const from = indices.length;
    const a = place[turn[i]];
    const b = other[i] < 0 ? -1 : place[other[i]];
    let squares = 0;
    let p = start[a];
    let q = b < 0 ? 0 : start[b];
    const endA = start[a + 1];
    const endB = b < 0 ? 0 : start[b + 1];
    while (p < endA || q < endB) {
      const s = q >= endB || (p < endA && stem[p] <= stem[q]) ? stem[p] : stem[q];
      const inA = p < endA && stem[p] === s;
      const inB = q < endB && stem[q] === s;
      if (inA) p++;
      if (inB) q++;
      if (inA === inB || rarity[s] === 0) continue;
      indices.push(s);
      values.push((inA ? sign : -sign) * rarity[s]);
      squares += rarity[s] * rarity[s];
    }
    const scale = squares > 0 ? 2 / Math.sqrt(squares) : 0;
    for (let k = from; k < values.length; k++) values[k] *= scale;
    styles.forEach((_, k) => {
      if (style[i * styles.length + k] === 0) return;
      indices.push(held.length + k);
      values.push(sign * style[i * styles.length + k]);
    });
    indptr[i + 1] = indices.length;
  }
  const x: SparseMatrix = {
    kind: "sparse",
    rows: count,
    cols: columns,
    indptr,
    indices: Int32Array.from(indices),
    values: Float64Array.from(values),
  };
  const foldOf = new Uint8Array(count);
  const draw = rng.fork("folds");
  for (let i = 0; i < count; i++) foldOf[i] = draw.integer(folds);
  const margins = new Float64Array(count);
  for (let fold = 0; fold < folds; fold++) {
    let rows = Int32Array.from(foldOf.keys()).filter((i) => foldOf[i] !== fold);
    if (rows.length > mostTaught) rows = Int32Array.from(rng.fork(`taught ${fold}`).sample(rows.length, mostTaught), (k) => rows[k]).sort();
    const theta = fitSparseLogistic(x, { rows, isOf, cost, tolerance });
    for (let i = 0; i < count; i++) {
      if (foldOf[i] !== fold) continue;
      let z = theta[columns];
      for (let p = indptr[i]; p < indptr[i + 1]; p++) z += x.values[p] * theta[x.indices[p]];
      margins[i] = Math.max(-mostMargin, Math.min(mostMargin, isOf[i] === 1 ? z : -z));
    }
  }
  return margins;
}

/** How an answer is written, whatever it says: numbers of about equal range. */
const styles: readonly ((answer: string, prompt: ReadonlySet<string>) => number)[] = [
  (answer) => Math.log(1 + answer.length),
  (answer) => Math.log(1 + timesOf(answer, /\n/g)),
  (answer) => Math.log(1 + timesOf(answer, /^\s*(?:[-*•]|\d+[.)])\s/gm)),
  (answer) => timesOf(answer, /\p{N}/gu) / (1 + answer.length),
  (answer) => (answer.includes("```") ? 1 : 0),
  (answer) => (isRefusal(answer) ? 1 : 0),
  (answer) => Math.log(1 + timesOf(answer, /[?？]/g)),
  (answer) => Math.log(1 + timesOf(answer, /[!！]/g)),
  (answer, prompt) => shareOf(wordsIn(answer), (word) => prompt.has(word)),
  (answer) => new Set(wordsIn(answer)).size / (1 + wordsIn(answer).length),
];

/** Weight of a deviation of style beside the words of an answer, whose squares are 4 in all. */
const ofStyle = 0.5;

/** Styles of the chosen answer less those of the other, or of a voted one less those of all, in halves of deviations. Shape: [preferences, styles]. */
function styleDifferences({ answers, prompts }: Dialogues, { turn, other }: Pick<Preferences, "turn" | "other">): Float64Array {
  const out = new Float64Array(turn.length * styles.length);
  for (let i = 0; i < turn.length; i++) {
    const asked = new Set(wordsIn(prompts[turn[i]]));
    styles.forEach((of, k) => {
      out[i * styles.length + k] = of(answers[turn[i]], asked) - (other[i] < 0 ? 0 : of(answers[other[i]], asked));
    });
  }
  for (let k = 0; k < styles.length; k++) {
    let sum = 0;
    let square = 0;
    let votes = 0;
    for (let i = 0; i < turn.length; i++) {
      if (other[i] >= 0) continue;
      sum += out[i * styles.length + k];
      votes++;
    }
    for (let i = 0; i < turn.length; i++) {
      if (other[i] < 0) out[i * styles.length + k] -= sum / votes;
      square += out[i * styles.length + k] ** 2;
    }
    const scale = square > 0 ? ofStyle / Math.sqrt(square / turn.length) : 0;
    for (let i = 0; i < turn.length; i++) out[i * styles.length + k] *= scale;
  }
  return out;
}

function timesOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function wordsIn(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function shareOf(words: readonly string[], is: (word: string) => boolean): number {
  return words.filter(is).length / (1 + words.length);
}
