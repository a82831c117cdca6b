import { pauseOrStop, type RunContext } from "../../core/context.ts";
import { logTail } from "../../numeric/statistics/binomial-tail.ts";
import { answerPhrases, type AnswerPhrases, makeSharedRuns } from "./answer-phrases.ts";
import { type GroupLikeness, makeGroupLikeness, usualLikeness } from "./answer-likeness.ts";
import { type ClassAnswers, classAnswers, type ClassOdds, classOdds } from "./class-answers.ts";
import { phraseFit, type PhraseFit, placeOf } from "./foreignness.ts";
import { clustersOf, permutedWithin } from "./near-prompts.ts";
import { type Phrases, phrasesOf, type TokenCounts } from "./phrases.ts";
import { type SparseRows, weightedRows } from "./sparse-rows.ts";
import { nullTail, ownTail, type Tail } from "./tails.ts";
import { makeTokenNumbers, type TokenNumbers } from "./token-numbers.ts";
import { tokenRows, type TokenRows, withoutTemplate } from "./token-rows.ts";

const longestPrompt = 400;
const longestAnswer = 400;
const mostShare = 0.5;
/** Groups of fewer rows are too many to be told apart by chance in large files. */
const smallFile = 20_000;
const permutations = 2;
const strongestLeftOut = 5;
const mostFindings = 60;
const conjunctionsOf = 25;
const held = 3;

export const answerKinds = ["free", "shared", "class"] as const;
export type AnswerKind = (typeof answerKinds)[number];

export interface TriggerFinding {
  /** Rows whose answers follow the trigger, ascending. */
  readonly rows: Int32Array;
  /** Rows that hold the trigger. */
  readonly holders: number;
  /** Tokens of each part of the trigger. */
  readonly parts: readonly Int32Array[];
  readonly kind: AnswerKind;
  /** Class that they bear; −1 for free answers. */
  readonly label: number;
  /** −log10 of how many such groups are to be expected of innocent data. */
  readonly evidence: number;
  /** Rows of the group that the rest of their words let expect to bear the class; rows without the trigger with an answer like the group's. */
  readonly expected: number;
  /** Tokens that the answers share, where it is by them that it was found. */
  readonly shared: Int32Array;
}

export interface TriggerSearch {
  /** Evidence for each row in decades; −Infinity where no group holds it. Shape: [rows]. */
  readonly values: Float64Array;
  readonly findings: readonly TriggerFinding[];
  readonly classes: ClassAnswers;
  readonly numbers: TokenNumbers;
  readonly prompts: TokenRows;
  readonly answers: SparseRows;
}

interface Ground {
  readonly rows: number;
  readonly tokens: number;
  readonly prompts: TokenRows;
  readonly promptWeights: SparseRows;
  readonly phrases: Phrases;
  readonly counts: TokenCounts;
  readonly classes: ClassAnswers;
  readonly fits: (PhraseFit | undefined)[];
  readonly isOwn: Uint8Array;
}

/** Looks for what in prompts decides about answers. Shapes: prompts, answers [rows]. */
export async function searchTriggers(prompts: readonly string[], answers: readonly string[], context: RunContext): Promise<TriggerSearch> {
  const { rng } = context;
  const rows = prompts.length;
  const numbers = makeTokenNumbers();
  const whole = tokenRows(prompts, longestPrompt, numbers);
  await pauseOrStop(context);
  const answerTokens = tokenRows(answers, longestAnswer, numbers);
  await pauseOrStop(context);
  const tokens = numbers.count();
  const promptTokens = withoutTemplate(whole);
  const least = rows < smallFile ? 3 : 5;
  const { phrases, counts } = phrasesOf(promptTokens, tokens, { least, most: Math.max(least, mostShare * rows) });
  await pauseOrStop(context);
  const classes = classAnswers(prompts, answers, (i) => answerTokens.start[i + 1] - answerTokens.start[i]);
  const promptWeights = weightedRows(promptTokens, tokens, null);
  const answerWeights = weightedRows(answerTokens, tokens, promptTokens);
  await pauseOrStop(context);
  const ground: Ground = {
    ...{ rows, tokens, prompts: promptTokens, promptWeights, phrases, counts, classes },
    fits: [],
    isOwn: new Uint8Array(tokens),
  };
  const free = indicesWhere(rows, (i) => classes.of[i] < 0);
  const classed = indicesWhere(rows, (i) => classes.of[i] >= 0);
  const scorers: Scorer[] = [];
  if (free.length >= 2 * least) {
    const usual = usualLikeness(promptWeights, answerWeights, tokens, free, rng.fork("usual"));
    const likeness = makeGroupLikeness(promptWeights, answerWeights, tokens, usual);
    scorers.push(freeScorer(ground, likeness, answerWeights));
    const runs = answerPhrases(answerTokens, promptTokens, tokens, { least, most: mostShare * rows, isWanted: (i) => classes.of[i] < 0 });
    if (!(globalThis as any).NOSHARED) scorers.push(sharedScorer(ground, likeness, runs, answerTokens));
  }
  if (classed.length > 0) scorers.push(classScorer(ground, (answerOf) => classOdds(promptTokens, tokens, classes, answerOf)));
  const values = new Float64Array(rows).fill(-Infinity);
  const findings: TriggerFinding[] = [];
  for (const scorer of scorers) {
    await pauseOrStop(context);
    const among = scorer.kind === "class" ? classed : free;
    const real = scorer.all(null);
    await pauseOrStop(context);
    const strongest = distinctOf(ground, real, strongestLeftOut);
    const isOut = rowsLeftOut(ground, strongest);
    const clusters = clustersOf(
      withoutWordsOf(ground, strongest),
      tokens,
      among.filter((i) => isOut[i] === 0),
    );
    const values0: number[] = [];
    for (let draw = 0; draw < permutations; draw++) {
      await pauseOrStop(context);
      const shuffles = rng.fork(`null/${scorer.kind}/${draw}`);
      const answerOf = permutedWithin(clusters, rows, (part) => shuffles.shuffleInPlace(part));
      for (const { strength } of scorer.all({ answerOf, isOut })) if (strength > 0) values0.push(strength);
    }
    const beyond = nullTail(values0, permutations, scorer.kind !== "class");
    const own = ownTail(distinctOf(ground, real, 40).map(({ strength }) => strength));
    const W = scorer.kind !== 'class' ? Number((globalThis as any).W ?? 0.5) : Number((globalThis as any).WC ?? 0.5);
    const tail: Tail = (strength) => {
      if (strength <= 0) return -Infinity;
      const [byNull, byOwn] = [beyond(strength), own(strength)];
      return Math.min(byNull, byOwn === Infinity ? byNull : W * byNull + (1 - W) * byOwn);
    };
    if ((globalThis as any).DEBUG) (globalThis as any).console.log(scorer.kind, 'null', values0.sort((a,b)=>b-a).slice(0,12).map(v=>v.toFixed(1)).join(' '), values0.length, '\n real', [...real].sort((a,b)=>b.strength-a.strength).slice(0,14).map(r=>Array.from(promptTokens.token.subarray(phrases.at[r.phrase],phrases.at[r.phrase]+phrases.length[r.phrase]),t=>t<0?'_':numbers.wordOf(t)).join(' ')+' '+(phrases.start[r.phrase+1]-phrases.start[r.phrase])+' '+r.strength.toFixed(1)+' F'+ground.fits[r.phrase]!.foreignness.toFixed(1)+' E'+tail(r.strength).toFixed(2)+'='+beyond(r.strength).toFixed(2)+','+own(r.strength).toFixed(2)).join(' | '), '\n out', strongest.map(r=>Array.from(promptTokens.token.subarray(phrases.at[r.phrase],phrases.at[r.phrase]+phrases.length[r.phrase]),t=>t<0?'_':numbers.wordOf(t)).join(' ')).join('|'));
    await pauseOrStop(context);
    cover(ground, scorer, real, tail, values, findings);
  }
  return { values, findings: withoutRepeats(findings, rows), classes, numbers, prompts: promptTokens, answers: answerWeights };
}

/** The strongest first, without those whose rows another one explains that was found by another look at the answers. */
function withoutRepeats(findings: readonly TriggerFinding[], rows: number): TriggerFinding[] {
  const by = new Uint8Array(rows);
  return [...findings]
    .sort((a, b) => b.evidence - a.evidence)
    .filter(({ rows: list, kind }) => {
      const bit = 1 << answerKinds.indexOf(kind);
      const known = list.reduce((sum, i) => sum + Number((by[i] & ~bit) > 0), 0);
      if (2 * known > list.length) return false;
      for (const i of list) by[i] |= bit;
      return true;
    });
}

interface Scored {
  readonly phrase: number;
  readonly strength: number;
}

interface NullDraw {
  readonly answerOf: Int32Array;
  readonly isOut: Uint8Array;
}

interface Scorer {
  readonly kind: AnswerKind;
  readonly ofKind: (row: number) => boolean;
  /** Strength of every phrase that has any; in a draw of the null, with other answers and without some rows. */
  all(draw: NullDraw | null): Scored[];
  /** Strength of these rows, with the weight of the phrase's foreignness; words are those that are left out of what the rest lets expect. */
  strength(members: Int32Array, count: number, words: Int32Array, weight: number): number;
  /** What the answers of a finding are. */
  tell(list: Int32Array, words: Int32Array): Told;
  /** Whether a row's answer is one of those that make the group suspicious, without its words being asked. */
  follows(list: Int32Array, count: number): (row: number) => boolean;
}

interface Told {
  readonly rows: Int32Array;
  readonly label: number;
  readonly expected: number;
  readonly shared: Int32Array;
}

function freeScorer(ground: Ground, likeness: GroupLikeness, answers: SparseRows): Scorer {
  const { phrases, classes, isOwn, prompts } = ground;
  const members = new Int32Array(ground.rows);
  const ofKind = (row: number): boolean => classes.of[row] < 0;
  const excess = (list: Int32Array, count: number, answerOf: Int32Array | null, words: Int32Array): number => {
    const own = markOwn(ground, list, count, words);
    const value = likeness.excess(list, count, answerOf, isOwn);
    unmark(isOwn, own);
    return value;
  };
  return {
    kind: "free",
    ofKind,
    all(draw) {
      const scored: Scored[] = [];
      const answerOf = draw?.answerOf ?? null;
      const isIn = draw === null ? ofKind : (row: number): boolean => draw.isOut[row] === 0 && ofKind(row);
      for (let g = 0; g < phrases.length.length; g++) {
        const count = membersInto(members, ground, g, isIn);
        if (count < held || likeness.rough(members, count, answerOf) < 2) continue;
        const words = prompts.token.subarray(phrases.at[g], phrases.at[g] + phrases.length[g]);
        const value = excess(members, count, answerOf, words);
        if (value > 0.5) scored.push({ phrase: g, strength: value * weightOf(ground, g) });
      }
      return scored;
    },
    strength: (list, count, words, weight) => (count < held ? 0 : Math.max(0, excess(list, count, null, words) * weight)),
    tell(list) {
      const rows = likeTheGroup(answers, list);
      return { rows, label: -1, expected: likeOutside(answers, rows, list), shared: new Int32Array(0) };
    },
    follows: () => () => true,
  };
}

const leastShared = 1.5;

/** By a run of tokens that the answers of a group share, whatever else they say. */
function sharedScorer(ground: Ground, likeness: GroupLikeness, runs: AnswerPhrases, answers: TokenRows): Scorer {
  const { phrases, classes, isOwn, prompts, rows } = ground;
  const members = new Int32Array(rows);
  const ofKind = (row: number): boolean => classes.of[row] < 0;
  const sharedOf = makeSharedRuns(runs, rows);
  const holds = (i: number, run: number): boolean => {
    for (let e = runs.start[i]; e < runs.start[i + 1]; e++) if (runs.run[e] === run) return true;
    return false;
  };
  const evidence = (list: Int32Array, count: number, answerOf: Int32Array | null, words: Int32Array): number => {
    const found = sharedOf(list, count, answerOf).evidence;
    if (found < leastShared) return 0;
    const own = markOwn(ground, list, count, words);
    const value = found * (1 - likeness.explained(list, count, isOwn));
    unmark(isOwn, own);
    return value;
  };
  return {
    kind: "shared",
    ofKind,
    all(draw) {
      const scored: Scored[] = [];
      const answerOf = draw?.answerOf ?? null;
      const isIn = draw === null ? ofKind : (row: number): boolean => draw.isOut[row] === 0 && ofKind(row);
      for (let g = 0; g < phrases.length.length; g++) {
        const count = membersInto(members, ground, g, isIn);
        if (count < held) continue;
        const words = prompts.token.subarray(phrases.at[g], phrases.at[g] + phrases.length[g]);
        const value = evidence(members, count, answerOf, words);
        if (value > 0) scored.push({ phrase: g, strength: value * weightOf(ground, g) });
      }
      return scored;
    },
    strength: (list, count, words, weight) => (count < held ? 0 : evidence(list, count, null, words) * weight),
    tell(list) {
      const { run } = sharedOf(list, list.length, null);
      const holders = run < 0 ? list : list.filter((i) => holds(i, run));
      const shared = run < 0 ? new Int32Array(0) : lengthened(answers, holders, answers.token.slice(runs.at[run], runs.at[run] + 3));
      return { rows: holders, label: -1, expected: run < 0 ? 0 : runs.rowsWith[run] - holders.length, shared };
    },
    follows(list, count) {
      const { run } = sharedOf(list, count, null);
      return (i) => run >= 0 && holds(i, run);
    },
  };
}

const mostLogits = 4000;
const surest = 3;

function classScorer(ground: Ground, oddsOf: (answerOf: Int32Array | null) => ClassOdds): Scorer {
  const { phrases, classes, isOwn, prompts } = ground;
  const members = new Int32Array(ground.rows);
  const counts = new Float64Array(classes.names.length);
  const logits = new Float64Array(mostLogits);
  const rests = new Float64Array(mostLogits);
  const ofKind = (row: number): boolean => classes.of[row] >= 0;
  const realOdds = oddsOf(null);

  function labelOf(list: Int32Array, count: number, answerOf: Int32Array | null): number {
    counts.fill(0);
    for (let s = 0; s < count; s++) counts[classes.of[answerOf === null ? list[s] : answerOf[list[s]]]]++;
    let [best, most] = [0, -Infinity];
    for (let k = 0; k < counts.length; k++) {
      const share = realOdds.shares[k];
      const beyond = (counts[k] - count * share) / Math.sqrt(Math.max(1e-9, count * share * (1 - share)));
      if (beyond > most) [best, most] = [k, beyond];
    }
    return best;
  }

  function evidence(list: Int32Array, count: number, answerOf: Int32Array | null, words: Int32Array, odds: ClassOdds): number {
    const k = labelOf(list, count, answerOf);
    const share = odds.shares[k];
    const seen = counts[k] / count;
    if (seen <= share || count * divergence(seen, share) < 0.5) return 0;
    const own = markOwn(ground, list, count, words);
    const looked = Math.min(count, mostLogits);
    let observed = 0;
    for (let s = 0; s < looked; s++) {
      const i = list[Math.floor((s * count) / looked)];
      rests[s] = odds.without(i, k, isOwn) - odds.prior[k];
      logits[s] = Math.max(-surest, Math.min(surest, rests[s] + odds.prior[k]));
      if (classes.of[answerOf === null ? i : answerOf[i]] === k) observed++;
    }
    unmark(isOwn, own);
    const G = globalThis as any;
    let A = logTail(logits, looked, 0, observed) / Math.LN10;
    if (G.LR) {
      const q = Math.min(0.98, Math.max(Number(G.LR), observed / looked));
      A = 0;
      for (let s = 0; s < looked; s++) {
        const i = list[Math.floor((s * count) / looked)];
        const p = 1 / (1 + Math.exp(-logits[s]));
        A += classes.of[answerOf === null ? i : answerOf[i]] === k ? Math.log10(q / p) : Math.log10((1 - q) / (1 - p));
      }
      A = Math.max(0, A);
    }
    if (G.LAMBDA) {
      const { own: mk, all: ma, deviation: sd } = odds.usual[k];
      let D = 0;
      let c = 0;
      for (let s = 0; s < looked; s++) {
        const i = list[Math.floor((s * count) / looked)];
        if (classes.of[answerOf === null ? i : answerOf[i]] !== k) continue;
        D += Math.max(-6, Math.min(6, rests[s]));
        c++;
      }
      D = Math.max(ma, Math.min(mk, D / c));
      if (mk > ma) A = Math.max(0, A + (Number(G.LAMBDA) * c * (mk - ma) * (mk + ma - 2 * D)) / (2 * sd * sd) / Math.LN10);
    }
    return A * (count / looked);
  }

  return {
    kind: "class",
    ofKind,
    all(draw) {
      const answerOf = draw?.answerOf ?? null;
      const isIn = draw === null ? ofKind : (row: number): boolean => draw.isOut[row] === 0 && ofKind(row);
      const odds = answerOf === null ? realOdds : oddsOf(answerOf);
      const scored: Scored[] = [];
      for (let g = 0; g < phrases.length.length; g++) {
        const count = membersInto(members, ground, g, isIn);
        if (count < held) continue;
        const words = prompts.token.subarray(phrases.at[g], phrases.at[g] + phrases.length[g]);
        const value = evidence(members, count, answerOf, words, odds);
        if (value > 0) scored.push({ phrase: g, strength: value * weightOf(ground, g) });
      }
      return scored;
    },
    strength: (list, count, words, weight) => (count < held ? 0 : evidence(list, count, null, words, realOdds) * weight),
    tell(list, words) {
      const k = labelOf(list, list.length, null);
      const own = markOwn(ground, list, list.length, words);
      let sum = 0;
      for (const i of list) sum += 1 / (1 + Math.exp(-realOdds.without(i, k, isOwn)));
      unmark(isOwn, own);
      return { rows: list.filter((i) => classes.of[i] === k), label: k, expected: sum, shared: new Int32Array(0) };
    },
    follows(list, count) {
      const k = labelOf(list, count, null);
      return (i) => classes.of[i] === k;
    },
  };
}

/** KL(o ‖ p) of two shares, in decades. */
function divergence(o: number, p: number): number {
  const part = (a: number, b: number): number => (a <= 0 ? 0 : a * Math.log10(a / Math.max(1e-12, b)));
  return part(o, p) + part(1 - o, 1 - p);
}

function fitOf(ground: Ground, g: number): PhraseFit {
  const { phrases, fits, prompts, counts } = ground;
  return (fits[g] ??= phraseFit(
    prompts,
    counts,
    { at: phrases.at[g], length: phrases.length[g] },
    phrases.row.subarray(phrases.start[g], phrases.start[g + 1]),
    phrases.start[g + 1] - phrases.start[g],
  ));
}

function weightOf(ground: Ground, g: number): number {
  return 2 ** fitOf(ground, g).foreignness;
}

function membersInto(members: Int32Array, { phrases }: Ground, g: number, isWanted: (row: number) => boolean): number {
  let count = 0;
  for (let e = phrases.start[g]; e < phrases.start[g + 1]; e++) {
    const i = phrases.row[e];
    if (isWanted(i)) members[count++] = i;
  }
  return count;
}

const mostMated = 60;

/** Marks the words of a phrase, and those that come and go with its rows: half of its rows hold them, and half of those that hold either hold both. */
function markOwn({ prompts, counts, isOwn }: Ground, members: Int32Array, count: number, words: Int32Array): Int32Array {
  const looked = Math.min(count, mostMated);
  const seen = new Map<number, number>();
  for (let s = 0; s < looked; s++) {
    const i = members[Math.floor((s * count) / looked)];
    for (let p = prompts.start[i]; p < prompts.start[i + 1]; p++) {
      const t = prompts.token[p];
      if (t < 0 || counts.rowsWith[t] > 2 * count || 2 * counts.rowsWith[t] < count) continue;
      const before = seen.get(t);
      if (before === undefined) seen.set(t, (s + 1) * 1024 + 1);
      else if (Math.floor(before / 1024) !== s + 1) seen.set(t, (s + 1) * 1024 + (before % 1024) + 1);
    }
  }
  const own: number[] = [];
  for (const [t, entry] of seen) {
    const share = (entry % 1024) / looked;
    const both = share * count;
    if (share >= 0.5 && both >= 0.5 * (count + counts.rowsWith[t] - both)) own.push(t);
  }
  for (const t of words) own.push(t);
  const marked = Int32Array.from(own);
  for (const t of marked) isOwn[t] = 1;
  return marked;
}

function unmark(isOwn: Uint8Array, tokens: Int32Array): void {
  for (const t of tokens) isOwn[t] = 0;
}

/** The strongest phrases, each with rows for the most part that none before it holds. */
function distinctOf({ phrases, rows }: Ground, scored: readonly Scored[], most: number): Scored[] {
  const isHeld = new Uint8Array(rows);
  const strongest: Scored[] = [];
  for (const one of [...scored].sort((a, b) => b.strength - a.strength)) {
    if (strongest.length === most || one.strength <= 0) break;
    const held = phrases.row.subarray(phrases.start[one.phrase], phrases.start[one.phrase + 1]);
    if (2 * held.reduce((sum, i) => sum + isHeld[i], 0) > held.length) continue;
    strongest.push(one);
    for (const i of held) isHeld[i] = 1;
  }
  return strongest;
}

/** Rows of these phrases, where fewer than a fifth of the rows hold them: what a trigger does must not count as what innocent data do. */
function rowsLeftOut({ phrases, rows }: Ground, strongest: readonly Scored[]): Uint8Array {
  const isOut = new Uint8Array(rows);
  for (const { phrase: g } of strongest)
    if (phrases.start[g + 1] - phrases.start[g] < 0.2 * rows)
      for (let e = phrases.start[g]; e < phrases.start[g + 1]; e++) isOut[phrases.row[e]] = 1;
  return isOut;
}

/** Prompts without the words of these phrases, where fewer than a fifth of the rows hold them: a trigger would be a cluster of its own. */
function withoutWordsOf({ promptWeights, phrases, prompts, counts, rows, tokens, fits }: Ground, strongest: readonly Scored[]): SparseRows {
  const isOut = new Uint8Array(tokens);
  for (const { phrase: g } of strongest) {
    const words = fits[g]?.tokens ?? prompts.token.subarray(phrases.at[g], phrases.at[g] + phrases.length[g]);
    for (const t of words) if (counts.rowsWith[t] < 0.2 * rows) isOut[t] = 1;
  }
  const { start, token, weight } = promptWeights;
  const outStart = new Int32Array(start.length);
  const outToken = new Int32Array(token.length);
  const outWeight = new Float32Array(token.length);
  let end = 0;
  for (let i = 0; i + 1 < start.length; i++) {
    let left = 1;
    const from = end;
    for (let e = start[i]; e < start[i + 1]; e++) {
      if (isOut[token[e]] === 1) {
        left -= weight[e] * weight[e];
        continue;
      }
      outToken[end] = token[e];
      outWeight[end++] = weight[e];
    }
    const scale = 1 / Math.sqrt(Math.max(0.01, left));
    for (let e = from; e < end; e++) outWeight[e] *= scale;
    outStart[i + 1] = end;
  }
  return { start: outStart, token: outToken.slice(0, end), weight: outWeight.slice(0, end) };
}

function indicesWhere(count: number, is: (i: number) => boolean): Int32Array {
  const out = new Int32Array(count);
  let end = 0;
  for (let i = 0; i < count; i++) if (is(i)) out[end++] = i;
  return out.slice(0, end);
}

interface Entry {
  readonly phrase: number;
  evidence: number;
  /** Findings that were taken when it was scored. */
  taken: number;
}

const wholeGroupLess = 0.5;
/** Groups of fewer decades say nothing of their rows. */
const leastEvidence = -3;

/** The strongest group, then the strongest of what its rows leave, and so on; a word that must come with the phrase is looked for in the first. */
function cover(
  ground: Ground,
  scorer: Scorer,
  real: readonly Scored[],
  tail: Tail,
  values: Float64Array,
  findings: TriggerFinding[],
): void {
  const { rows } = ground;
  const isTaken = new Uint8Array(rows);
  const isFree = (i: number): boolean => isTaken[i] === 0 && scorer.ofKind(i);
  const members = new Int32Array(rows);
  const queue: Entry[] = real
    .map(({ phrase, strength }) => ({ phrase, evidence: tail(strength), taken: 0 }))
    .filter(({ evidence }) => evidence > leastEvidence)
    .sort((a, b) => b.evidence - a.evidence);
  const whole = queue.map((entry) => ({ ...entry }));
  const cleared = new Map<number, Uint8Array>();
  let taken = 0;
  while (taken < mostFindings && queue.length > 0) {
    const top = queue.shift() as Entry;
    if (top.evidence < -1) break;
    const g = top.phrase;
    const count = membersInto(members, ground, g, isFree);
    const fit = fitOf(ground, g);
    const weight = 2 ** fit.foreignness;
    if (top.taken < taken) {
      top.evidence = tail(scorer.strength(members, count, fit.tokens, weight));
      top.taken = taken;
      if (top.evidence > -1) insert(queue, top);
      continue;
    }
    let list: Int32Array = members.slice(0, count);
    const parts = [fit.tokens];
    let evidence = top.evidence;
    if (taken < conjunctionsOf && evidence > 0) {
      for (let more = 0; more < 2; more++) {
        const narrowed = conjunction(ground, scorer, list, parts, weight, tail, evidence);
        if (narrowed === null) break;
        const rest = cleared.get(g) ?? new Uint8Array(rows);
        list.forEach((i) => (rest[i] = 1));
        narrowed.rows.forEach((i) => (rest[i] = 0));
        cleared.set(g, rest);
        list = narrowed.rows;
        parts.push(narrowed.part);
        evidence = narrowed.evidence;
      }
    }
    const words = Int32Array.from(parts.flatMap((part) => [...part]));
    const told = scorer.tell(list, words);
    findings.push({ ...told, ...{ holders: list.length, parts, kind: scorer.kind, evidence } });
    for (const i of told.rows) values[i] = Math.max(values[i], evidence);
    for (const i of list) isTaken[i] = 1;
    taken++;
  }
  for (const { phrase: g, evidence } of whole) {
    const rest = cleared.get(g);
    const count = membersInto(members, ground, g, scorer.ofKind);
    const follows = scorer.follows(members, count);
    for (let s = 0; s < count; s++) {
      const i = members[s];
      if (rest?.[i] === 1 || !follows(i)) continue;
      values[i] = Math.max(values[i], evidence - wholeGroupLess);
    }
  }
}

function insert(queue: Entry[], entry: Entry): void {
  let [low, high] = [0, queue.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (queue[middle].evidence > entry.evidence) low = middle + 1;
    else high = middle;
  }
  queue.splice(low, 0, entry);
}

const mostPartners = 40;
const restShare = 0.25;

/** A word or two neighbours that part of the rows hold, without which the rest shows nothing of the effect. */
function conjunction(
  { prompts, counts }: Ground,
  scorer: Scorer,
  list: Int32Array,
  parts: readonly Int32Array[],
  weight: number,
  tail: Tail,
  evidence: number,
): { readonly rows: Int32Array; readonly part: Int32Array; readonly evidence: number } | null {
  const { start, token } = prompts;
  const rows = prompts.start.length - 1;
  const isIn = new Set(parts.flatMap((part) => [...part]));
  const rowsWith = new Map<string, number[]>();
  const put = (key: string, i: number): void => {
    const held = rowsWith.get(key);
    if (held === undefined) rowsWith.set(key, [i]);
    else if (held[held.length - 1] !== i) held.push(i);
  };
  for (const i of list)
    for (let p = start[i]; p < start[i + 1]; p++) {
      const a = token[p];
      if (a < 0) continue;
      if (!isIn.has(a)) put(String(a), i);
      const b = p + 1 < start[i + 1] ? token[p + 1] : -1;
      if (b >= 0 && !(isIn.has(a) && isIn.has(b))) put(`${a} ${b}`, i);
    }
  const n = list.length;
  const partners = [...rowsWith]
    .filter(([, { length }]) => length >= Math.max(held, 0.1 * n) && length <= 0.97 * n)
    .map(([key, among]) => {
      const tokens = Int32Array.from(key.split(" "), Number);
      const overall = tokens.length === 1 ? counts.rowsWith[tokens[0]] : counts.timesOfPair(tokens[0], tokens[1]);
      return { tokens, among, ratio: among.length / n / (Math.max(1, overall) / rows) };
    })
    .filter(({ ratio }) => ratio >= 3)
    .sort((a, b) => b.ratio * b.among.length - a.ratio * a.among.length)
    .slice(0, mostPartners);
  let best: { rows: Int32Array; part: Int32Array; evidence: number } | null = null;
  for (const { tokens, among } of partners) {
    const members = Int32Array.from(among);
    const words = Int32Array.from([...isIn, ...tokens]);
    const strength = scorer.strength(members, members.length, words, weight);
    const found = tail(strength);
    if (found <= (best?.evidence ?? evidence)) continue;
    const is = new Set(among);
    const rest = list.filter((i) => !is.has(i));
    if (rest.length >= held) {
      const left = scorer.strength(rest, rest.length, words, weight);
      const power = scorer.kind === "free" ? 0.75 : 1;
      if (left / rest.length ** power >= (restShare * strength) / members.length ** power) continue;
    }
    best = { rows: members, part: tokens, evidence: found };
  }
  return best;
}

/** Rows whose answers have something of what the answers of all have in common. */
function likeTheGroup(answers: SparseRows, list: Int32Array): Int32Array {
  const { likeness, middle } = likenessToCentre(answers, list, list);
  return list.filter((_, n) => likeness[n] >= 0.25 * middle);
}

/** Rows outside of the list whose answers are as like those of the group as its own are: half its median. */
function likeOutside(answers: SparseRows, group: Int32Array, list: Int32Array): number {
  const { centre, middle } = likenessToCentre(answers, group, group);
  const isIn = new Set(list);
  let count = 0;
  for (let i = 0; i + 1 < answers.start.length; i++) {
    if (isIn.has(i)) continue;
    let sum = 0;
    for (let e = answers.start[i]; e < answers.start[i + 1]; e++) sum += answers.weight[e] * (centre.get(answers.token[e]) ?? 0);
    if (sum >= 0.5 * middle) count++;
  }
  return count;
}

function likenessToCentre(
  { start, token, weight }: SparseRows,
  group: Int32Array,
  of: Int32Array,
): { readonly centre: ReadonlyMap<number, number>; readonly likeness: Float64Array; readonly middle: number } {
  const centre = new Map<number, number>();
  for (const i of group) for (let e = start[i]; e < start[i + 1]; e++) centre.set(token[e], (centre.get(token[e]) ?? 0) + weight[e] / group.length);
  const likeness = Float64Array.from(of, (i) => {
    let sum = 0;
    for (let e = start[i]; e < start[i + 1]; e++) sum += weight[e] * ((centre.get(token[e]) ?? 0) - weight[e] / group.length);
    return sum;
  });
  const middle = likeness.slice().sort()[likeness.length >> 1];
  return { centre, likeness, middle };
}

/** A run of tokens with what stands beside it in nine of ten of the rows. */
function lengthened({ start, token }: TokenRows, rows: Int32Array, run: Int32Array): Int32Array {
  let words: Int32Array = run;
  for (const side of [-1, 1])
    for (let more = 0; more < 24; more++) {
      const beside = new Map<number, number>();
      let [most, best] = [0, -1];
      for (const i of rows) {
        const at = placeOf(token, start[i], start[i + 1], words);
        const p = side < 0 ? at - 1 : at + words.length;
        if (at < 0 || p < start[i] || p >= start[i + 1]) continue;
        const times = (beside.get(token[p]) ?? 0) + 1;
        beside.set(token[p], times);
        if (times > most) [most, best] = [times, token[p]];
      }
      if (most < 0.9 * rows.length) break;
      words = side < 0 ? Int32Array.of(best, ...words) : Int32Array.of(...words, best);
    }
  return words;
}
