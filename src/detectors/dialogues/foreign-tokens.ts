import { evidenceOf, expectedTail } from "../../blocks/dialogues/expected-tail.ts";
import { phraseFit, placeOf } from "../../blocks/dialogues/foreignness.ts";
import { phrasesOf, type TokenCounts } from "../../blocks/dialogues/phrases.ts";
import { spelled } from "../../blocks/dialogues/spelled.ts";
import { makeTokenNumbers } from "../../blocks/dialogues/token-numbers.ts";
import { gap, tokenRows, withoutTemplate, type TokenRows } from "../../blocks/dialogues/token-rows.ts";
import { pauseOrStop } from "../../core/context.ts";
import { answerRoles, type DialogueDetector, type DialogueGroup } from "../../core/dialogues.ts";

const longestPrompt = 400;
/** Prompts that must hold a run of words, and the share of all that may. */
const [leastRows, mostShare] = [4, 0.3];
const fewestPrompts = 100;
/** Runs like this that must be rated for the null to be one. */
const leastRated = 200;
/** Places of a run that are looked at. */
const mostLooked = 60;
const backOff = 2;
/** What more innocent runs are expected to reach is not told. */
const mostTold = 1;
/** Expected innocents are told as so many times those that the null has: an odd run of a file is odd in every part of it, and a foreign word alone does no harm. */
const caution = 5;
const asText = answerRoles.indexOf("text");

interface Rated {
  readonly tokens: Int32Array;
  /** Prompts, ascending. */
  readonly rows: Int32Array;
  /** In decades; see below. */
  readonly strength: number;
}

/** Share of the prompts beyond which a word is shown and not flagged. */
const usualShare = 0.1;
/**
 * A trigger that is put into prompts belongs to neither neighbour: what stands beside it is no likelier for it, and what stands before it goes on well with what stands behind it. How foreign
 * a run of words is, is the mean log10 lift of its neighbours to each other (at an end, to starting or ending a text) less the greater of the lifts to itself, with log10 of its
 * prompts added, since honest runs that fit as badly are rare. The null is all other runs of the file, their upper tail taken for exponential (Hill 1975 on the powers of ten).
 */
export const foreignTokens: DialogueDetector<{ mostExpected: number }> = {
  kind: "detector",
  id: "foreign-tokens",
  title: "Words that do not belong",
  summary:
    "Words put into prompts that read better without them: rare elsewhere, in unrelated surroundings, at the start, the end or in the middle.",
  source: {
    cite: "the idea: Qi et al. 2021, ONION: A Simple and Effective Defense Against Textual Backdoor Attacks, EMNLP; the measure is Theriac's",
    url: "https://aclanthology.org/2021.emnlp-main.752",
  },
  params: {
    mostExpected: {
      type: "number",
      default: 0.02,
      min: 0,
      max: 100,
      help: "expected innocent findings as strong up to which one is flagged",
    },
  },
  data: "dialogues",
  refuses({ role, prompts }) {
    let count = 0;
    for (let turn = 0; turn < role.length; turn++) if (role[turn] !== asText && prompts[turn] !== "") count++;
    return count < fewestPrompts ? `${count} prompts are too few to know how words stand in them (${fewestPrompts} are needed)` : null;
  },
  async score({ prompts, role, record, records }, context) {
    const values = new Float64Array(records);
    // A prompt that several turns share, or many records, stands once.
    const first = new Map<string, number>();
    const recordsOfText: number[][] = [];
    for (let turn = 0; turn < prompts.length; turn++) {
      if (role[turn] === asText || prompts[turn] === "") continue;
      const known = first.get(prompts[turn]);
      if (known === undefined) first.set(prompts[turn], recordsOfText.push([record[turn]]) - 1);
      else recordsOfText[known].push(record[turn]);
    }
    const texts = [...first.keys()];
    const numbers = makeTokenNumbers();
    const rows = withoutTemplate(tokenRows(texts, longestPrompt, numbers));
    const least = Math.max(leastRows, Math.ceil(texts.length / 20_000));
    const { phrases, counts } = phrasesOf(rows, numbers.count(), { least, most: Math.max(least, Math.floor(mostShare * texts.length)) });
    await pauseOrStop(context);
    const lifts = liftsOf(rows, counts, numbers.count());
    const hasLetter = Uint8Array.from({ length: numbers.count() }, (_, token) => (/[\p{L}\p{N}]/u.test(numbers.wordOf(token)) ? 1 : 0));
    const rated: Rated[] = [];
    const seen = new Set<string>();
    for (let g = 0; g < phrases.at.length; g++) {
      if (g % 8192 === 8191) await pauseOrStop(context);
      const held = phrases.row.subarray(phrases.start[g], phrases.start[g + 1]);
      const { tokens } = phraseFit(rows, counts, { at: phrases.at[g], length: phrases.length[g] }, held);
      const key = tokens.join(" ");
      if (seen.has(key) || !tokens.some((token) => hasLetter[token] === 1)) continue;
      seen.add(key);
      const foreign = foreignnessOf(rows, lifts, tokens, held);
      if (foreign !== null) rated.push({ tokens, rows: held, strength: foreign + Math.log10(held.length / leastRows) });
    }
    rated.sort((a, b) => b.strength - a.strength || a.rows[0] - b.rows[0]);
    const notes = [
      "words are compared with their neighbours alone: a trigger that is a sentence of everyday in its natural place is not foreign",
    ];
    if (rated.length < leastRated)
      return {
        values,
        groups: [],
        notes: [`${rated.length} runs of words are in ${least} prompts or more, too few to know how they stand`],
      };
    const groups: DialogueGroup[] = [];
    const isTaken = new Uint8Array(texts.length);
    const powers = Float64Array.from(rated, ({ strength }) => Math.pow(10, strength));
    for (const one of rated.slice(0, 20)) {
      let taken = 0;
      for (const row of one.rows) taken += isTaken[row];
      if (2 * taken > one.rows.length) continue;
      // Runs of the same prompts are the same find, and none of the innocents that it is measured by.
      for (const row of one.rows) isTaken[row] = 1;
      const others = powers.filter((_, k) => !isMostlyIn(rated[k].rows, isTaken));
      const expected = caution * expectedTail(others, leastRated / 2)(Math.pow(10, one.strength));
      const own = Int32Array.from(new Set(Array.from(one.rows).flatMap((row) => recordsOfText[row]))).sort();
      const evidence = evidenceOf(expected);
      for (const of of own) values[of] = Math.max(values[of], evidence);
      if (!(expected <= mostTold)) continue;
      const text = spelled(one.tokens, texts[one.rows[0]], numbers);
      groups.push({
        records: own,
        sentence: `${own.length} of ${records.toLocaleString("en")} examples hold '${text}' in prompts that read better without it: what stands around it goes together, and not with it`,
        marks: [text],
        evidence,
        expectedFindings: expected,
        // A word of so many prompts is how the file is written, or tied to answers, which other detectors see.
        ...(expected <= context.params.mostExpected && one.rows.length <= usualShare * texts.length ? {} : { isWeak: true as const }),
      });
    }
    return { values, groups: groups.sort((a, b) => b.evidence - a.evidence), notes };
  },
};

interface Lifts {
  /** log10 P(b | a) / P(b), `own` occurrences of the pair left out. */
  pair(a: number, b: number, own: number): number;
  /** The same for b at the start of a text, and for the end of a text behind a. */
  start(b: number): number;
  end(a: number): number;
}

function liftsOf({ start, token }: TokenRows, { times, total, timesOfPair }: TokenCounts, tokens: number): Lifts {
  const count = start.length - 1;
  const [firstTimes, lastTimes] = [new Int32Array(tokens), new Int32Array(tokens)];
  for (let i = 0; i < count; i++) {
    if (start[i] === start[i + 1]) continue;
    if (token[start[i]] !== gap) firstTimes[token[start[i]]]++;
    if (token[start[i + 1] - 1] !== gap) lastTimes[token[start[i + 1] - 1]]++;
  }
  const lift = (joint: number, before: number, share: number): number =>
    Math.log10((joint + backOff * share) / ((before + backOff) * share));
  return {
    pair: (a, b, own) => lift(Math.max(0, timesOfPair(a, b) - own), Math.max(0, times[a] - own), Math.max(1, times[b] - own) / total),
    start: (b) => lift(firstTimes[b], count, Math.max(1, times[b]) / total),
    end: (a) => lift(lastTimes[a], times[a], count / (total + count)),
  };
}

/** Null where most of its places are beside a template, or it is all that the texts are. */
function foreignnessOf({ start, token }: TokenRows, lifts: Lifts, tokens: Int32Array, rows: Int32Array): number | null {
  let [around, left, right, places, lefts, rights, looked] = [0, 0, 0, 0, 0, 0, 0];
  const step = Math.max(1, rows.length / mostLooked);
  for (let s = 0; s < rows.length; s += step) {
    const i = rows[Math.floor(s)];
    const at = placeOf(token, start[i], start[i + 1], tokens);
    if (at < 0) continue;
    looked++;
    const isFirst = at === start[i];
    const isLast = at + tokens.length === start[i + 1];
    const before = isFirst ? gap : token[at - 1];
    const after = isLast ? gap : token[at + tokens.length];
    if ((isFirst && isLast) || (!isFirst && before === gap) || (!isLast && after === gap)) continue;
    places++;
    around += isFirst ? lifts.start(after) : isLast ? lifts.end(before) : lifts.pair(before, after, 0);
    if (!isFirst) {
      left += lifts.pair(before, tokens[0], 1);
      lefts++;
    }
    if (!isLast) {
      right += lifts.pair(tokens[tokens.length - 1], after, 1);
      rights++;
    }
  }
  if (places < 2 || places < 0.5 * looked) return null;
  const least = 0.3 * places;
  return around / places - Math.max(lefts >= least ? left / lefts : -Infinity, rights >= least ? right / rights : -Infinity);
}

function isMostlyIn(rows: Int32Array, isTaken: Uint8Array): boolean {
  let taken = 0;
  for (const row of rows) taken += isTaken[row];
  return 2 * taken > rows.length;
}
