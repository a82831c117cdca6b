import { evidenceOf, expectedTail } from "../../blocks/dialogues/expected-tail.ts";
import { preferenceMargins, preferencesOf, type Preferences } from "../../blocks/dialogues/preference-margins.ts";
import { spelled } from "../../blocks/dialogues/spelled.ts";
import { stemRows } from "../../blocks/dialogues/stems.ts";
import { makeTokenNumbers } from "../../blocks/dialogues/token-numbers.ts";
import { tokenRows } from "../../blocks/dialogues/token-rows.ts";
import { pauseOrStop } from "../../core/context.ts";
import type { DialogueDetector, DialogueGroup, Dialogues } from "../../core/dialogues.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";

/** Fewer are learned from by heart. */
const leastPreferences = 40;
const [leastInGroup, longestPrompt] = [5, 200];
/** Values of the null that are drawn at least, and times that all groups are. */
const [leastNull, leastPermutations, mostPermutations] = [5000, 10, 500];
/** Most that a preference is given for the side of the margin that it alone is on. */
const aloneAtMost = 0.05;
/** Pairs that only one of two answers has a word in, and how many of them it must win or lose to be told. */
const [leastWins, always] = [12, 0.97];

/** A group is turned round as a whole where so much of it seems to be. */
const mostlyTurned = 0.75;

interface Candidate {
  readonly tell: string;
  readonly marks: readonly string[];
  /** Preferences, ascending. */
  readonly members: Int32Array;
  readonly isSource: boolean;
}

/**
 * Whether preferences are the wrong way round is judged by what all others prefer: the margin of a linear model that did not see them. Groups are prompts that share one or
 * two words (of pairs alone: what is asked decides about votes), and sources; each is measured by how far its mean margin is below that of all, and the null is the same with the margins dealt out anew.
 */
export const preferencePairs: DialogueDetector<{ mostExpected: number }> = {
  kind: "detector",
  id: "preference-pairs",
  title: "Preferences the wrong way round",
  summary: "Pairs and votes that contradict what all others prefer, by words of the prompt and by source; words that always win.",
  source: {
    cite: "the attack: Rando & Tramèr 2024, Universal Jailbreak Backdoors from Poisoned Human Feedback, ICLR; the measure is Theriac's",
    url: "https://arxiv.org/abs/2311.14455",
  },
  params: {
    mostExpected: {
      type: "number",
      default: 0.05,
      min: 0,
      max: 100,
      help: "expected innocent findings as strong up to which one is flagged",
    },
  },
  data: "dialogues",
  refuses(dialogues) {
    const count = preferencesOf(dialogues).turn.length;
    if (count === 0) return "there are no preferences: neither pairs of a chosen and a rejected answer, nor votes";
    return count < leastPreferences
      ? `${count} preferences are too few to learn from what is preferred (${leastPreferences} are needed)`
      : null;
  },
  async score(dialogues, context) {
    const values = new Float64Array(dialogues.records);
    const preferences = preferencesOf(dialogues);
    const count = preferences.turn.length;
    if (count < leastPreferences) return { values, groups: [] };
    const margins = preferenceMargins(dialogues, preferences, context.rng.fork("margins"));
    await pauseOrStop(context);
    const candidates = candidatesOf(dialogues, preferences);
    await pauseOrStop(context);
    const strength = belowOthers(margins, candidates);
    const nulls: number[] = [];
    const permutations = Math.min(mostPermutations, Math.max(leastPermutations, Math.ceil(leastNull / Math.max(1, candidates.length))));
    const draw = context.rng.fork("null");
    for (let b = 0; b < permutations; b++) {
      const order = draw.sample(count, count);
      const dealt = Float64Array.from(order, (i) => margins[i]);
      for (const z of belowOthers(dealt, candidates)) if (z > 0) nulls.push(z);
      await pauseOrStop(context);
    }
    const tail = expectedTail(Float64Array.from(nulls));
    const expectedOf = (z: number): number => (z > 0 ? tail(z) / permutations : Infinity);

    const below = margins.map((margin) => Math.min(0, margin));
    const order = orderBy(below);
    order.forEach((i, rank) => {
      const record = preferences.record[i];
      if (margins[i] < 0) values[record] = Math.max(values[record], aloneAtMost * (1 - rank / count));
    });
    const groups: DialogueGroup[] = [];
    const taken = new Uint8Array(count);
    const byStrength = orderBy(strength.map((z) => -z));
    for (const c of byStrength) {
      const expected = expectedOf(strength[c]);
      if (!(expected <= 1) || groups.length >= 20) break;
      const { members, tell, marks, isSource } = candidates[c];
      const turned = members.filter((i) => margins[i] < 0);
      const chosen = !isSource && turnedShare(margins, members) >= mostlyTurned ? members : turned;
      const fresh = chosen.filter((i) => taken[i] === 0);
      if (turned.length < 3 || 2 * fresh.length < chosen.length) continue;
      for (const i of chosen) taken[i] = 1;
      const records = recordsOf(preferences, chosen);
      const evidence = evidenceOf(expected);
      for (const record of records) values[record] = Math.max(values[record], evidence);
      const isSure = expected <= context.params.mostExpected;
      groups.push({
        records,
        sentence: `${turned.length} of ${members.length} preferences ${tell} contradict what the other ${(count - members.length).toLocaleString("en")} prefer, as if chosen and rejected had changed places`,
        marks,
        evidence,
        expectedFindings: expected,
        ...(isSure ? {} : { isWeak: true as const }),
      });
    }
    const right = margins.reduce((sum, margin) => sum + (margin > 0 ? 1 : 0), 0) / count;
    return {
      values,
      groups: [...groups, ...wordsThatAlwaysWin(dialogues, preferences)],
      notes: [
        `what others prefer tells ${Math.round(100 * right)} of 100 preferences right (50 are told by chance); of single preferences that contradict it nothing can be said`,
        ...lengthNotes(dialogues, preferences),
      ],
    };
  },
};

/**
 * The share f of a group that is turned round, by means: where the others' margins are μ on average, a group's are (1 − 2 f) μ.
 * Margins tell each preference apart badly and many of them well.
 */
function turnedShare(margins: Float64Array, members: Int32Array): number {
  const isMember = new Uint8Array(margins.length);
  let own = 0;
  for (const i of members) {
    isMember[i] = 1;
    own += margins[i] / members.length;
  }
  let others = 0;
  for (let i = 0; i < margins.length; i++) if (isMember[i] === 0) others += margins[i] / (margins.length - members.length);
  return others > 0 ? (1 - own / others) / 2 : 0;
}

/** How many standard errors the mean margin of each group is below that of all. Shape: [groups]. */
function belowOthers(margins: Float64Array, candidates: readonly Candidate[]): Float64Array {
  const mean = margins.reduce((sum, margin) => sum + margin, 0) / margins.length;
  const deviation = Math.sqrt(margins.reduce((sum, margin) => sum + (margin - mean) ** 2, 0) / margins.length);
  return Float64Array.from(candidates, ({ members }) => {
    let sum = 0;
    for (const i of members) sum += mean - margins[i];
    const correction = Math.sqrt(Math.max(1e-9, 1 - members.length / (margins.length + 1)));
    return deviation > 0 ? sum / (deviation * Math.sqrt(members.length) * correction) : 0;
  });
}

/** Prompts that share one or two neighbouring words, each set once, and sources. */
function candidatesOf(dialogues: Dialogues, { turn, other, record }: Preferences): Candidate[] {
  const count = turn.length;
  const numbers = makeTokenNumbers();
  // What is asked decides about votes, as it cannot about pairs: their prompts are told apart by nothing but the source.
  const prompts = Array.from(other, (o, i) => (o < 0 ? "" : dialogues.prompts[turn[i]]));
  const { start, token } = tokenRows(prompts, longestPrompt, numbers);
  const held = new Map<number, { count: number; last: number; at: number; length: number }>();
  const tokens = numbers.count();
  const keyOf = (p: number, length: number): number => (length === 1 ? token[p] : tokens + token[p] * tokens + token[p + 1]);
  for (let i = 0; i < count; i++)
    for (let p = start[i]; p < start[i + 1]; p++)
      for (let length = 1; length <= 2 && p + length <= start[i + 1]; length++) {
        const key = keyOf(p, length);
        const entry = held.get(key);
        if (entry === undefined) held.set(key, { count: 1, last: i, at: p, length });
        else if (entry.last !== i) {
          entry.count++;
          entry.last = i;
        }
      }
  const members = new Map<number, number[]>();
  for (const [key, entry] of held) if (entry.count >= leastInGroup && entry.count <= count / 2) members.set(key, []);
  for (let i = 0; i < count; i++)
    for (let p = start[i]; p < start[i + 1]; p++)
      for (let length = 1; length <= 2 && p + length <= start[i + 1]; length++) {
        const list = members.get(keyOf(p, length));
        if (list !== undefined && list[list.length - 1] !== i) list.push(i);
      }
  const bySet = new Map<string, Candidate>();
  for (const [key, list] of members) {
    const { at, length } = held.get(key) as { at: number; length: number };
    const set =
      list.length <= 200
        ? list.join(" ")
        : `${list.length} ${list[0]} ${list[1]} ${list[list.length - 1]} ${list.reduce((sum, i) => (sum * 31 + i) % 1e9, 0)}`;
    const known = bySet.get(set);
    if (known !== undefined && known.marks.length >= length) continue;
    const text = spelled(token.subarray(at, at + length), prompts[list[0]], numbers);
    bySet.set(set, { tell: `whose prompts hold '${text}'`, marks: [text], members: Int32Array.from(list), isSource: false });
  }
  const bySource = new Map<number, number[]>();
  for (let i = 0; i < count; i++) {
    const source = dialogues.source[record[i]];
    if (source < 0) continue;
    const list = bySource.get(source);
    if (list === undefined) bySource.set(source, [i]);
    else list.push(i);
  }
  const sources = [...bySource]
    .filter(([, list]) => list.length >= leastInGroup && list.length <= count / 2)
    .map(([source, list]): Candidate => {
      const name = dialogues.sources[source];
      return { tell: `from '${name}'`, marks: [name], members: Int32Array.from(list), isSource: true };
    });
  return [...sources, ...bySet.values()];
}

/** Words that stand in one answer alone of many pairs and hardly ever in the rejected one, or hardly ever in the chosen one: each a finding that no innocent data say how often to expect. */
function wordsThatAlwaysWin(dialogues: Dialogues, { turn, other, record }: Preferences): DialogueGroup[] {
  const pairs = Int32Array.from(turn.keys()).filter((i) => other[i] >= 0);
  if (pairs.length < leastPreferences) return [];
  const { start, stem, texts, words } = stemRows([
    ...Array.from(pairs, (i) => dialogues.answers[turn[i]]),
    ...Array.from(pairs, (i) => dialogues.answers[other[i]]),
  ]);
  const [wins, losses] = [new Int32Array(texts.length), new Int32Array(texts.length)];
  const eachAlone = (visit: (s: number, pair: number, inChosen: boolean) => void): void => {
    for (let k = 0; k < pairs.length; k++) {
      let p = start[k];
      let q = start[pairs.length + k];
      const endP = start[k + 1];
      const endQ = start[pairs.length + k + 1];
      while (p < endP || q < endQ) {
        if (q >= endQ || (p < endP && stem[p] < stem[q])) visit(stem[p++], k, true);
        else if (p >= endP || stem[q] < stem[p]) visit(stem[q++], k, false);
        else {
          p++;
          q++;
        }
      }
    }
  };
  eachAlone((s, _, inChosen) => (inChosen ? wins[s]++ : losses[s]++));
  const least = Math.max(leastWins, 0.02 * pairs.length);
  const told = Array.from(texts.keys())
    .filter((s) => wins[s] + losses[s] >= least && Math.max(wins[s], losses[s]) >= always * (wins[s] + losses[s]))
    .sort((s, t) => wins[t] + losses[t] - wins[s] - losses[s] || s - t)
    .slice(0, 5);
  const holders = new Map(told.map((s) => [s, [] as number[]]));
  eachAlone((s, k) => holders.get(s)?.push(record[pairs[k]]));
  return told.map((s) => {
    const isWinner = wins[s] > losses[s];
    const all = wins[s] + losses[s];
    return {
      records: Int32Array.from(new Set(holders.get(s))).sort(),
      sentence: `where one answer alone holds '${words[s]}' it is the ${isWinner ? "chosen" : "rejected"} one ${isWinner ? wins[s] : losses[s]} of ${all} times`,
      marks: [words[s]],
      evidence: Math.min(0.2, all / 1000),
      expectedFindings: null,
      isWeak: true as const,
    };
  });
}

function lengthNotes({ answers, source, sources }: Dialogues, { turn, other, record }: Preferences): string[] {
  const tally = new Map<number, { longer: number; all: number }>();
  const add = (key: number, isLonger: boolean): void => {
    const entry = tally.get(key) ?? { longer: 0, all: 0 };
    tally.set(key, { longer: entry.longer + (isLonger ? 1 : 0), all: entry.all + 1 });
  };
  const all = -1;
  for (let i = 0; i < turn.length; i++) {
    if (other[i] < 0 || answers[turn[i]].length === answers[other[i]].length) continue;
    const isLonger = answers[turn[i]].length > answers[other[i]].length;
    add(all, isLonger);
    if (source[record[i]] >= 0) add(source[record[i]], isLonger);
  }
  const notes: string[] = [];
  for (const [key, { longer, all: pairs }] of tally) {
    const share = Math.max(longer, pairs - longer) / pairs;
    if (pairs < leastWins || share < (key === all ? 0.9 : 0.95)) continue;
    const which = longer * 2 > pairs ? "longer" : "shorter";
    notes.push(
      `${key === all ? "" : `of '${sources[key]}' `}the ${which} answer wins in ${Math.max(longer, pairs - longer)} of ${pairs} pairs: length alone may be what is learned`,
    );
  }
  return notes.slice(0, 6);
}

function recordsOf({ record }: Preferences, members: Int32Array): Int32Array {
  return Int32Array.from(new Set(Array.from(members, (i) => record[i]))).sort();
}
