import { pauseOrStop, type RunContext } from "../../core/context.ts";
import { makeGroupLikeness, usualLikeness } from "../dialogues/answer-likeness.ts";
import { type AnswerPhrases, answerPhrases } from "./answer-phrases.ts";
import { type ClassAnswers, classAnswers, classOddsOf } from "./class-answers.ts";
import { classScorer } from "./class-scorer.ts";
import { equalAnswers } from "../dialogues/equal-answers.ts";
import { fixedScorer } from "./fixed-scorer.ts";
import { greedyCover, type TriggerFinding } from "./greedy-cover.ts";
import { likenessScorer } from "./likeness-scorer.ts";
import { clustersOf, permutedWithin } from "../dialogues/near-prompts.ts";
import { phrasesOf } from "../dialogues/phrases.ts";
import { distinctPhrases, type Ground, makeCountedWords, type Scored, type Scorer } from "./search-ground.ts";
import { repeatedScorer } from "./repeated-scorer.ts";
import { sharedScorer } from "./shared-scorer.ts";
import { type SparseRows, weightedRows } from "../dialogues/sparse-rows.ts";
import { decadesTail, nullTail, ownTail, type Tail } from "./tails.ts";
import { type SearchRows, searchRows, type SearchTexts } from "./search-rows.ts";

/** Tokens of the runs that answers share: a phrase, and part of a sentence. */
const [shortRun, longRun] = [3, 5];
/** Tokens of an answer that is held against others as a whole: what is shorter recurs of itself. */
const shortestFixed = 6;
const mostShare = 0.5;
/** In larger files a group has five rows at least, since groups of three and four are too many to be told from chance, and one draw of the null says enough. */
const smallFile = 20_000;
/** What the strongest groups do is no part of the null, where fewer than this share of the rows hold them. */
const leftOut = 5;
const leftOutShare = 0.2;
const ownGroups = 40;

export interface TriggerSearch {
  /** Evidence for each row in decades; −Infinity where no group holds it. Shape: [rows]. */
  readonly values: Float64Array;
  /** The strongest first. */
  readonly findings: readonly TriggerFinding[];
  readonly classes: ClassAnswers;
  readonly searched: SearchRows;
}

/** Looks for what in prompts, and before them, decides about answers. Which of these stand for a class is told by `known`, or else by the answers. */
export async function searchTriggers(texts: SearchTexts, context: RunContext, known: ClassAnswers | null = null): Promise<TriggerSearch> {
  const { rng, progress } = context;
  const rows = texts.prompts.length;
  const recordOf = texts.recordOf ?? Int32Array.from(texts.prompts.keys());
  const searched = await searchRows(texts, () => pauseOrStop(context));
  const { prompts: promptTokens, asked, said, answers: answerTokens, tokens } = searched;
  await pauseOrStop(context);
  progress?.(0.1);
  const least = rows < smallFile ? 3 : 5;
  const { phrases, counts } = phrasesOf(promptTokens, tokens, { least, most: Math.max(least, mostShare * rows) });
  await pauseOrStop(context);
  const classes = known ?? classAnswers(texts.prompts, texts.answers, (i) => answerTokens.start[i + 1] - answerTokens.start[i]);
  const promptWeights = weightedRows(promptTokens, tokens, null);
  const ground: Ground = {
    ...{ rows, tokens, words: searched.words, prompts: promptTokens, promptWeights, phrases, counts, classes, recordOf },
    ...{
      fits: [],
      isStop: stopsOf(searched),
      isOwn: new Uint8Array(tokens),
      counted: makeCountedWords(promptTokens, counts, searched.words),
    },
  };
  progress?.(0.2);
  await pauseOrStop(context);
  const free = rowsOf(rows, (i) => classes.of[i] < 0);
  const classed = rowsOf(rows, (i) => classes.of[i] >= 0);
  const values = new Float64Array(rows).fill(-Infinity);
  const findings: TriggerFinding[] = [];
  const search = async (among: Int32Array, scorers: readonly Scorer[], done: number): Promise<void> => {
    findings.push(...(await searchAmong(ground, among, scorers, values, context)));
    progress?.(done);
  };
  if (free.length >= 2 * least) {
    const answerWeights = weightedRows(answerTokens, tokens, said);
    await pauseOrStop(context);
    const likeness = makeGroupLikeness(
      { prompts: promptWeights, answers: answerWeights, asked: asked === null ? null : weightedRows(asked, tokens, null) },
      tokens,
      usualLikeness(promptWeights, answerWeights, tokens, free, rng.fork("usual")),
    );
    const runsOf = (length: number): AnswerPhrases =>
      answerPhrases(answerTokens, said, tokens, { length, least, most: mostShare * rows, isWanted: (i) => classes.of[i] < 0 });
    const short = runsOf(shortRun);
    await pauseOrStop(context);
    const long = runsOf(longRun);
    await pauseOrStop(context);
    const floods = equalAnswers(answerTokens, answerWeights, tokens, { shortest: shortestFixed, least }).filter(
      ([first]) => classes.of[first] < 0,
    );
    await pauseOrStop(context);
    await search(
      free,
      [
        likenessScorer(ground, likeness, answerWeights),
        sharedScorer(ground, likeness, short, answerTokens),
        repeatedScorer(ground, likeness, long, answerTokens),
        fixedScorer(ground, likeness, floods),
      ],
      0.8,
    );
  }
  if (classed.length > 0) await search(classed, [classScorer(ground, classOddsOf(promptTokens, tokens, classes))], 1);
  return { values, findings: withoutRepeats(findings, rows), classes, searched };
}

/** Scores all groups and those of the null, which the scorers share, and takes the strongest. */
async function searchAmong(
  ground: Ground,
  among: Int32Array,
  scorers: readonly Scorer[],
  values: Float64Array,
  context: RunContext,
): Promise<TriggerFinding[]> {
  const { rows, tokens } = ground;
  const real: Scored[][] = [];
  for (const scorer of scorers) {
    real.push(scorer.all(null));
    await pauseOrStop(context);
  }
  const strongest = real.map((scored) => distinctPhrases(ground, scored, leftOut));
  const isOut = rowsOfPhrases(ground, strongest.flat());
  const clusters = clustersOf(
    withoutWordsOf(ground, strongest.flat()),
    tokens,
    among.filter((i) => isOut[i] === 0),
  );
  const draws = among.length < smallFile ? 2 : 1;
  const reached: number[][] = scorers.map(() => []);
  for (let draw = 0; draw < draws; draw++) {
    const shuffles = context.rng.fork(`null/${scorers[0].kind}/${draw}`);
    const answerOf = permutedWithin(clusters, rows, (part) => shuffles.shuffleInPlace(part));
    for (let s = 0; s < scorers.length; s++) {
      await pauseOrStop(context);
      for (const { strength } of scorers[s].all({ answerOf, isOut })) if (strength > 0) reached[s].push(strength);
    }
  }
  const findings: TriggerFinding[] = [];
  for (let s = 0; s < scorers.length; s++) {
    await pauseOrStop(context);
    const falling = distinctPhrases(ground, real[s], ownGroups).map(({ strength }) => strength);
    const own = scorers[s].kind === "repeated" || scorers[s].kind === "fixed" ? decadesTail(falling) : ownTail(falling);
    const isHeavy = scorers[s].kind === "likeness" || scorers[s].kind === "shared";
    findings.push(
      ...greedyCover(
        ground,
        scorers[s],
        real[s],
        bothTails(nullTail(reached[s], draws, isHeavy), own, {
          nullShare: scorers[s].nullShare,
          cost: scorers.length > 1 ? ofLooks : ofOneLook,
        }),
        values,
      ),
    );
  }
  return findings;
}

/** Decades that looking costs: of one look, and of three looks at the same rows, which find the same for the most part; as measured on parts of clean sets. */
const [ofOneLook, ofLooks] = [0.15, 0.3];

/** What is strong must be so beside innocent data, and beside the strongest groups of the file itself, which has honest ties that no permutation shows. */
function bothTails(byNull: Tail, byOwn: Tail, { nullShare, cost }: { readonly nullShare: number; readonly cost: number }): Tail {
  return (strength) => {
    if (strength <= 0) return -Infinity;
    const evidence = byNull(strength);
    return Math.min(evidence, nullShare * evidence + (1 - nullShare) * byOwn(strength)) - cost;
  };
}

function rowsOfPhrases({ phrases, rows }: Ground, strongest: readonly Scored[]): Uint8Array {
  const isOut = new Uint8Array(rows);
  for (const { phrase: g } of strongest)
    if (phrases.start[g + 1] - phrases.start[g] < leftOutShare * rows)
      for (let e = phrases.start[g]; e < phrases.start[g + 1]; e++) isOut[phrases.row[e]] = 1;
  return isOut;
}

/** Prompts without the words of these phrases, which would make clusters of their own. */
function withoutWordsOf({ promptWeights, phrases, prompts, counts, rows, tokens, fits }: Ground, strongest: readonly Scored[]): SparseRows {
  const isOut = new Uint8Array(tokens);
  for (const { phrase: g } of strongest) {
    const words = fits[g]?.tokens ?? prompts.token.subarray(phrases.at[g], phrases.at[g] + phrases.length[g]);
    for (const t of words) if (counts.rowsWith[t] < leftOutShare * rows) isOut[t] = 1;
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

const kinds = ["likeness", "shared", "repeated", "fixed", "class"] as const;

/** The strongest first, without those whose rows are for the most part those of a finding by another look at the answers. */
function withoutRepeats(findings: readonly TriggerFinding[], rows: number): TriggerFinding[] {
  const foundBy = new Uint8Array(rows);
  return [...findings]
    .sort((a, b) => b.evidence - a.evidence)
    .filter(({ rows: list, kind }) => {
      const bit = 1 << kinds.indexOf(kind);
      const known = list.reduce((sum, i) => sum + ((foundBy[i] & ~bit) > 0 ? 1 : 0), 0);
      if (2 * known > list.length) return false;
      for (const i of list) foundBy[i] |= bit;
      return true;
    });
}

function rowsOf(rows: number, is: (i: number) => boolean): Int32Array {
  const out = new Int32Array(rows);
  let end = 0;
  for (let i = 0; i < rows; i++) if (is(i)) out[end++] = i;
  return out.slice(0, end);
}

/** Marks that end a sentence or a line of thought, in the scripts that have their own. */
const stops = new Set([...".?!。？！؟।…"]);

function stopsOf({ numbers, tokens, words }: SearchRows): Uint8Array {
  const isStop = new Uint8Array(tokens);
  for (let t = 0; t < words; t++) if (stops.has(numbers.wordOf(t))) for (let at = t; at < tokens; at += words) isStop[at] = 1;
  return isStop;
}
