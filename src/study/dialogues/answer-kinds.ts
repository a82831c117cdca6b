import { makeTokenNumbers } from "../../blocks/dialogues/token-numbers.ts";
import type { Rng } from "../../numeric/random.ts";

/** Answers so short and so frequent are a kind each: classes, refusals. */
const [fewestAlike, mostAlike] = [3, 40];
/** The others are parted into a kind for so many of them, at most so many kinds. */
const [answersEach, mostParts] = [60, 12];
const rounds = 8;
/** Tokens of an answer that are looked at. */
const longest = 400;

/** What kinds of answers there are, learned from clean ones: frequent equal ones, and parts of the others whose words are alike. */
export interface AnswerKinds {
  readonly count: number;
  /** The kind of any answer, in [0, count). */
  kindOf(answer: string): number;
  /** The kind that is this very answer, again and again; −1 = there is none. */
  equalKindOf(answer: string): number;
}

/** Parts by spherical k-means over log-weighted, length-1 counts of words (Dhillon & Modha 2001). */
export function findAnswerKinds(answers: readonly string[], rng: Rng): AnswerKinds {
  const times = new Map<string, number>();
  for (const answer of answers) times.set(folded(answer), (times.get(folded(answer)) ?? 0) + 1);
  const frequent = [...times]
    .filter(([, count]) => count >= Math.max(fewestAlike, answers.length / 200))
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, mostAlike);
  const equal = new Map(frequent.map(([answer], kind) => [answer, kind]));
  const others = answers.filter((answer) => !equal.has(folded(answer)));
  const parts = others.length === 0 ? 0 : Math.min(mostParts, Math.max(1, Math.round(others.length / answersEach)));
  const partOf = parts === 0 ? () => 0 : makeParts(others, parts, rng);
  return {
    count: equal.size + Math.max(1, parts),
    kindOf: (answer) => equal.get(folded(answer)) ?? equal.size + partOf(answer),
    equalKindOf: (answer) => equal.get(folded(answer)) ?? -1,
  };
}

function folded(answer: string): string {
  return answer.trim().toLowerCase().replace(/\s+/g, " ");
}

interface Bag {
  readonly tokens: Int32Array;
  readonly weights: Float64Array;
}

function makeParts(answers: readonly string[], parts: number, rng: Rng): (answer: string) => number {
  const numbers = makeTokenNumbers();
  const counted = answers.map((answer) => countTokens(numbers.numbersOf(answer, longest)));
  const tokens = numbers.count();
  const documents = new Int32Array(tokens);
  for (const counts of counted) for (const token of counts.keys()) documents[token]++;
  const bagOf = (counts: ReadonlyMap<number, number>): Bag => {
    const known = [...counts].filter(([token]) => token < tokens && documents[token] > 1);
    const weights = Float64Array.from(known, ([token, count]) => (1 + Math.log(count)) * Math.log((1 + answers.length) / documents[token]));
    const length = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0)) || 1;
    return { tokens: Int32Array.from(known, ([token]) => token), weights: weights.map((weight) => weight / length) };
  };
  const bags = counted.map(bagOf);
  const centres = Array.from(rng.sample(bags.length, parts), (i) => spread([bags[i]], tokens));
  for (let round = 0; round < rounds; round++) {
    const members: Bag[][] = centres.map(() => []);
    for (const bag of bags) members[nearest(bag, centres)].push(bag);
    members.forEach((own, k) => {
      if (own.length > 0) centres[k] = spread(own, tokens);
    });
  }
  return (answer) => nearest(bagOf(countTokens(numbers.numbersOf(answer, longest))), centres);
}

function countTokens(tokens: Int32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
}

/** The direction of their sum. Shape: [tokens]. */
function spread(bags: readonly Bag[], tokens: number): Float64Array {
  const out = new Float64Array(tokens);
  for (const { tokens: own, weights } of bags) for (let p = 0; p < own.length; p++) out[own[p]] += weights[p];
  const length = Math.sqrt(out.reduce((sum, value) => sum + value * value, 0)) || 1;
  for (let t = 0; t < tokens; t++) out[t] /= length;
  return out;
}

function nearest({ tokens, weights }: Bag, centres: readonly Float64Array[]): number {
  let best = 0;
  let most = -1;
  for (let k = 0; k < centres.length; k++) {
    let cosine = 0;
    for (let p = 0; p < tokens.length; p++) cosine += weights[p] * centres[k][tokens[p]];
    if (cosine > most) {
      best = k;
      most = cosine;
    }
  }
  return best;
}
