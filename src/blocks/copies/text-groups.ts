import { type UnionFind, makeUnionFind } from "../../numeric/orders/union-find.ts";
import { positionsWhere } from "../../core/dataset.ts";
import { mixWord } from "./record-words.ts";
import { type Signal, stopIfCancelled } from "../../core/context.ts";
import { medianOf } from "../../numeric/statistics/robust-spread.ts";
import { averageLinkage } from "./average-linkage.ts";
import { type CoreRule, type Cores, makeCores } from "./group-core.ts";
import { type Comparison, comparisonOf, eachPair } from "./linked-texts.ts";
import type { SharedItems } from "./shared-items.ts";
import { type WordPairs, wordPairs, wordRuns } from "./word-pairs.ts";

/** Texts that are made from each other, or from the same pieces. */
export interface TextGroup {
  /** Ascending; two at least. */
  readonly members: readonly number[];
  /** Mean cosine of each with the others, by the pairs of words that they share; in [0, 1]. Shape: [members]. */
  readonly closeness: Float64Array;
  /** Its mean. */
  readonly similarity: number;
}

export interface TextGroups {
  readonly groups: readonly TextGroup[];
  /** How alike a text and what is most like it usually are in this file, as a cosine. */
  readonly usual: number;
}

/** Texts that share so many runs of four words may be made from the same sentences. */
const sharedRuns = 5;
/** Shorter texts are nobody's copy: people write the same few words. */
const leastWords = 8;
/** Two texts that are so alike are compared as a group, and groups are merged while they are so alike on average. */
const [linked, merged] = [0.12, 0.08];
/** Pairs of words that more than this share of the texts hold, between the two counts, are the language's. */
const [commonShare, leastCommon, mostCommon] = [0.025, 60, 200];
/** Groups of more than `mostCommon` texts are looked for in every fourth text, every sixteenth and so on, down to so many texts. */
const [fewer, leastTexts] = [4, 400];
/** What a group has in common is this share at least of what it usually is of its members' texts. */
const filled = 0.4;
/** Pairs that a group has in common, at least: a few that some texts share make no copies of them. */
const leastCore = 6;
/** Texts with slots share each piece with few others: groups of so many grow by pieces that two members hold, in so many rounds at most. */
const [leastOfPieces, mostRounds] = [4, 4];
const piecesOfTwo: CoreRule = { least: 2, support: 0, ownership: 0.34 };
/** Texts that are asked how alike texts are by chance. */
const mostAsked = 1000;
/** The most texts that are compared each with each. */
const mostInComponent = 2000;

/**
 * Groups of texts by what all their members share, not by links: texts that are like one member alone are in no group. Found twice: by runs of four words, which texts
 * put together from the same sentences share, then among the rest by pairs of words near each other, which copies share however they were edited. A group is then
 * extended by its core (pairs that many of its members hold and few others) to all texts that hold enough of it, and members that do not leave.
 *
 * Time and memory grow with the words: what is compared is cut where it would not (linked-texts.ts). The largest groups come from a part of the texts.
 *
 * @param tokens words of each text, as indices below `words`, spelling folded
 * @param all texts of the file, where these are a part of it that is unlike the rest
 */
export function textGroups(tokens: readonly Int32Array[], words: number, signal?: Signal, all = tokens.length): TextGroups {
  const count = tokens.length;
  const pairs = wordPairs(tokens, words, all);
  const runs = wordRuns(tokens);
  const ofPairs = makeCores(pairs, pairs.weights);
  const ofRuns = makeCores(runs, new Float64Array(runs.holders.length).fill(1));
  const isFree = new Uint8Array(count).fill(1);
  let usual = 0;
  const found: (readonly number[])[] = [];
  const take = (group: readonly number[], holders: Int32Array): void => {
    let grown = extended(extended(group, ofPairs, pairs, holders, isFree), ofPairs, pairs, pairs.holders, isFree);
    // Who is met by pieces that two members share brings pieces of its own.
    for (let round = 0, before = 0; round < mostRounds && grown.length >= leastOfPieces && grown.length !== before; round++) {
      before = grown.length;
      grown = extended(grown, ofPairs, pairs, pairs.holders, isFree, piecesOfTwo);
    }
    if (grown.length < 2) return;
    for (const t of grown) isFree[t] = 0;
    found.push(grown);
  };
  for (let step = coarsest(count); step >= 1; step /= fewer) {
    stopIfCancelled(signal);
    const most = Math.round(Math.min(mostCommon, Math.max(leastCommon, commonShare * (all / step))));
    const part = (): Int32Array =>
      positionsWhere(count, (t) => isFree[t] === 1 && tokens[t].length >= leastWords && (step === 1 || (mixWord(0, t) >>> 0) % step === 0));
    const ofSentences = comparisonOf(runs, part(), most);
    const pairHolders = comparisonOf(pairs, ofSentences.picked, most).holders;
    for (const group of groupsByRuns(runs, ofRuns, ofSentences)) take(group, pairHolders);
    stopIfCancelled(signal);
    const compared = comparisonOf(pairs, part(), most);
    if (step === 1) usual = usualCosine(pairs, compared);
    for (const group of groupsByPairs(pairs, ofPairs, compared)) if (step === 1 || group.length > 3) take(group, compared.holders);
  }
  const groups = found.map((members) =>
    described(
      [...members].sort((a, b) => a - b),
      pairs,
    ),
  );
  return { groups, usual };
}

function coarsest(texts: number): number {
  let step = 1;
  while (texts / (step * fewer) >= leastTexts) step *= fewer;
  return step;
}

/** By what they share beyond chance: whoever is joined to others by one of them alone holds too few of the runs that many hold. */
function groupsByRuns(runs: SharedItems, cores: Cores, compared: Comparison): number[][] {
  const sets = makeUnionFind(runs.starts.length - 1);
  const one = new Float64Array(runs.holders.length).fill(1);
  eachPair(runs, compared, one, (a, b, shared) => {
    if (shared >= sharedRuns) sets.union(a, b);
  });
  return setsOf(sets, compared.picked)
    .filter(({ length }) => length >= 3)
    .map((members) => {
      const { held, median } = cores.of(members, { least: 3, support: 0.12, ownership: 0 }, compared.holders, null);
      return members.filter((t) => held[t] >= Math.max(4, 0.4 * median));
    })
    .filter(({ length }) => length >= 4);
}

function groupsByPairs(pairs: WordPairs, cores: Cores, compared: Comparison): number[][] {
  return componentsOf(pairs, compared, linked).flatMap((component) =>
    averageLinkage(cosinesOf(pairs, compared, component), component.length, merged).map((places) => {
      const members = places.map((at) => component[at]);
      if (members.length < 4) return members;
      const { held, median } = cores.of(members, { least: 2, support: 0.25, ownership: 0 }, compared.holders, null);
      return members.filter((t) => held[t] >= 0.35 * median);
    }),
  );
}

/** Of the last texts, the median cosine with what is most like each among those before it: how alike texts of this file are by chance. */
function usualCosine(pairs: WordPairs, compared: Comparison): number {
  const { picked } = compared;
  const asked = Math.min(mostAsked, Math.ceil(picked.length / 2));
  const best = new Float64Array(asked);
  const place = new Map(Array.from(picked.subarray(picked.length - asked), (t, k) => [t, k]));
  eachPair(
    pairs,
    compared,
    squared(pairs.weights),
    (a, b, product) => {
      const k = place.get(a)!;
      best[k] = Math.max(best[k], product / (pairs.norms[a] * pairs.norms[b]));
    },
    picked.length - asked,
  );
  return asked === 0 ? 0 : medianOf(best);
}

/** Texts that are linked, through others too; those of which there are too many to compare by closer links. */
function componentsOf(pairs: WordPairs, compared: Comparison, cosine: number): Int32Array[] {
  const sets = makeUnionFind(pairs.starts.length - 1);
  const { norms } = pairs;
  eachPair(pairs, compared, squared(pairs.weights), (a, b, product) => {
    if (product >= cosine * norms[a] * norms[b]) sets.union(a, b);
  });
  return setsOf(sets, compared.picked).flatMap((members) => {
    const picked = Int32Array.from(members);
    if (members.length <= mostInComponent) return [picked];
    return cosine > 0.9 ? [picked.subarray(0, mostInComponent)] : componentsOf(pairs, { ...compared, picked }, 1.5 * cosine);
  });
}

/** Shape: [members, members]; 0 on the diagonal. */
function cosinesOf({ starts, items, weights, norms }: WordPairs, { holders, least, most }: Comparison, members: Int32Array): Float64Array {
  const m = members.length;
  const out = new Float64Array(m * m);
  const place = new Map<number, number[]>();
  members.forEach((t, a) => {
    for (let p = starts[t]; p < starts[t + 1]; p++) {
      const item = items[p];
      if (holders[item] < least || holders[item] > most) continue;
      const others = place.get(item);
      if (others === undefined) {
        place.set(item, [a]);
        continue;
      }
      for (const b of others) out[a * m + b] += (weights[item] * weights[item]) / (norms[t] * norms[members[b]]);
      others.push(a);
    }
  });
  for (let a = 0; a < m; a++) for (let b = 0; b < a; b++) out[b * m + a] = out[a * m + b];
  return out;
}

function squared(values: Float64Array): Float64Array {
  return values.map((value) => value * value);
}

function setsOf(sets: UnionFind, picked: Int32Array): number[][] {
  const members = new Map<number, number[]>();
  for (const t of picked) {
    const known = members.get(sets.find(t));
    if (known === undefined) members.set(sets.find(t), [t]);
    else known.push(t);
  }
  return [...members.values()].filter(({ length }) => length > 1);
}

/**
 * The members and free texts that hold enough of what the members share and few others hold, and of which it is enough: who wrote one of the sentences of a template
 * holds much of it, in a text that is about something else.
 */
function extended(
  members: readonly number[],
  cores: Cores,
  { weights, sizes }: WordPairs,
  holders: Int32Array,
  isFree: Uint8Array,
  rule: CoreRule = { least: Math.min(3, members.length), support: 0.12, ownership: 0.34 },
): readonly number[] {
  if (members.length < 2) return [];
  const { items, held, counts, candidates, median } = cores.of(members, rule, holders, isFree);
  if (items.length < leastCore) return [];
  const floor = (4 * items.reduce((sum, item) => sum + weights[item], 0)) / items.length;
  const share = (t: number): number => counts[t] / Math.max(1, sizes[t]);
  const usual = medianOf(Float64Array.from(members, share));
  const isMember = new Set(members);
  const joining = candidates.filter((t) => !isMember.has(t) && held[t] >= Math.max(0.4 * median, floor) && share(t) >= filled * usual);
  return [...members.filter((t) => held[t] >= Math.min(0.25 * median, floor) && share(t) >= filled * usual), ...joining];
}

/** By what three texts or more share, without what is common in the language. */
function described(members: readonly number[], { starts, items, holders, weights, norms }: WordPairs): TextGroup {
  const most = Math.max(leastCommon, 3 * members.length);
  const sums = new Map<number, number>();
  for (const t of members)
    for (let p = starts[t]; p < starts[t + 1]; p++) {
      const item = items[p];
      if (holders[item] <= most) sums.set(item, (sums.get(item) ?? 0) + weights[item] / norms[t]);
    }
  const closeness = Float64Array.from(members, (t) => {
    let sum = 0;
    for (let p = starts[t]; p < starts[t + 1]; p++) {
      const value = weights[items[p]] / norms[t];
      if (holders[items[p]] <= most) sum += value * (sums.get(items[p])! - value);
    }
    return sum / (members.length - 1);
  });
  return { members, closeness, similarity: closeness.reduce((sum, value) => sum + value, 0) / members.length };
}
