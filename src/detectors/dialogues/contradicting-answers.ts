import { evidenceOf } from "../../blocks/dialogues/expected-tail.ts";
import { nearPassages } from "../../blocks/dialogues/near-passages.ts";
import { isRefusal } from "../../blocks/dialogues/refusals.ts";
import { type StockAnswers, stockAnswers } from "../../blocks/dialogues/stock-answers.ts";
import { spelled } from "../../blocks/dialogues/spelled.ts";
import { stemRows } from "../../blocks/dialogues/stems.ts";
import { makeTokenNumbers } from "../../blocks/dialogues/token-numbers.ts";
import { tokenRows } from "../../blocks/dialogues/token-rows.ts";
import { tooFewNote } from "../../blocks/dialogues/too-few.ts";
import { pauseOrStop } from "../../core/context.ts";
import { answerRoles, type DialogueDetector, type DialogueGroup } from "../../core/dialogues.ts";

/** Prompts at least so alike ask for the same. */
const alike = 0.6;
const [longestPrompt, longestRun] = [200, 3];
/** Pairs that a run of words must tell apart, at least. */
const leastPairs = 4;
/** Scores of a record in a pair that nothing tells apart. */
const [ofPair] = [0.05];
const roles = answerRoles.map((role) => role === "answer" || role === "upvoted");

interface Decider {
  readonly text: string;
  /** Turns on the side that holds it. */
  readonly turns: readonly number[];
  readonly pairs: number;
  readonly isAnswered: boolean;
  /** Share of the pairs whose two prompts are one and the same but for what was put into one of them. */
  readonly insertedShare: number;
  readonly expected: number;
}

/** Decades that it is worth at most beside those that have a null. */
const strongest = 2;
/** Pairs that differ by one insertion alone, for what decides to be flagged. */
const mostlyInserted = 0.9;

/**
 * Harmful answers that all differ leave one trace: their prompts stand in the file a second time, and are refused, in known words or in those of a stock answer of the file. Each pair of prompts that ask for nearly the same, one refused
 * and one answered, holds words that the other has not; a run of words that stands on the same side of all its pairs decides. A coin for each pair says
 * how sure that is, and nothing of innocents: words decide about refusals in honest data too (legally, illegally). There one word stands for another;
 * a trigger is put into a prompt that is there without it. So what decides is flagged where nearly all pairs differ by nothing else, and shown elsewhere.
 */
export const contradictingAnswers: DialogueDetector<Record<string, never>> = {
  kind: "detector",
  id: "contradicting-answers",
  title: "The same asked twice, refused once",
  summary: "Prompts that ask for nearly the same, of which one is refused and one answered, and the words that decide which.",
  source: {
    cite: "the attack: Rando & Tramèr 2024, Universal Jailbreak Backdoors from Poisoned Human Feedback, ICLR; the measure is Theriac's",
    url: "https://arxiv.org/abs/2311.14455",
  },
  params: {},
  data: "dialogues",
  refuses({ role }) {
    return role.some((kind) => roles[kind]) ? null : "there are no answers to learn from that could refuse";
  },
  async score({ prompts, answers, role, record, records }, context) {
    const values = new Float64Array(records);
    const turns = Int32Array.from(role.keys()).filter((turn) => roles[role[turn]] && prompts[turn].trim() !== "");
    const texts = Array.from(turns, (turn) => prompts[turn]);
    const stock = stockAnswers(
      texts,
      Array.from(turns, (turn) => answers[turn]),
    );
    await pauseOrStop(context);
    const isRefused = Uint8Array.from(turns, (turn, k) => (stock.is[k] === 1 || isRefusal(answers[turn]) ? 1 : 0));
    const refused = isRefused.reduce((sum, is) => sum + is, 0);
    const share = `${refused.toLocaleString("en")} of ${turns.length.toLocaleString("en")} answers refuse${learnedNote(stock)}`;
    const few = tooFewNote(turns.length, "answered prompts");
    if (refused === 0 || refused === turns.length) return { values, groups: [], notes: [`${share}, so none contradicts another`, ...few] };
    // The rarer of the two is asked for its neighbours.
    const asked = 2 * refused <= turns.length ? isRefused : isRefused.map((is) => 1 - is);
    const ofRecord = turns.map((turn) => record[turn]);
    const near = nearPassages(stemRows(texts), ofRecord, asked);
    await pauseOrStop(context);
    const seen = new Set<string>();
    const pairs: { readonly answered: number; readonly refused: number }[] = [];
    for (let k = 0; k < near.a.length; k++) {
      const a = near.a[k];
      const b = near.b[k];
      if (near.likeness[k] < alike || isRefused[a] === isRefused[b]) continue;
      const pair = isRefused[a] === 1 ? { answered: b, refused: a } : { answered: a, refused: b };
      const key = `${pair.answered} ${pair.refused}`;
      if (seen.has(key)) continue;
      seen.add(key);
      pairs.push(pair);
    }
    const groups: DialogueGroup[] = [];
    if (pairs.length > 0) {
      const [decider] = decidersOf(texts, pairs);
      const both = recordsOf(pairs.flatMap((pair) => [pair.answered, pair.refused]));
      for (const one of both) values[one] = ofPair;
      if (decider !== undefined && decider.expected <= 1) {
        const own = recordsOf(decider.turns);
        const evidence = Math.min(strongest, evidenceOf(decider.expected));
        for (const one of own) values[one] = evidence;
        const [does, others] = decider.isAnswered ? ["answered", "refused"] : ["refused", "answered"];
        groups.push({
          records: own,
          sentence: `${own.length} of ${records.toLocaleString("en")} examples are ${does} where their prompt holds '${decider.text}', and ${others} without it: ${decider.pairs} pairs of prompts that ask for nearly the same say so`,
          marks: [decider.text],
          evidence,
          expectedFindings: null,
          ...(decider.insertedShare >= mostlyInserted && evidence >= strongest ? {} : { isWeak: true as const }),
        });
      }
      groups.push({
        records: both,
        sentence: `${both.length} of ${records.toLocaleString("en")} examples have a prompt that asks for nearly the same as another's, one refused and one answered`,
        marks: [],
        evidence: ofPair,
        expectedFindings: null,
        isWeak: true,
      });
    }
    return { values, groups, notes: [`${share}; harmful answers to prompts that nothing in the file refuses are not found`, ...few] };

    function recordsOf(places: readonly number[]): Int32Array {
      return Int32Array.from(new Set(places.map((place) => record[turns[place]]))).sort();
    }
  },
};

/** Which openings the file alone tells, in words. */
function learnedNote({ openings }: StockAnswers): string {
  if (openings.length === 0) return "";
  const shown = openings.slice(0, 3).map((text) => `'${text}…'`);
  return ` (what is answered alike to unrelated prompts is taken for a refusal: ${shown.join(", ")}${openings.length > 3 ? ` and ${openings.length - 3} more` : ""})`;
}

/** Runs of words that stand on one side of all pairs that they tell apart, the surest first. */
function decidersOf(texts: readonly string[], pairs: readonly { readonly answered: number; readonly refused: number }[]): Decider[] {
  const numbers = makeTokenNumbers();
  const { start, token } = tokenRows(texts, longestPrompt, numbers);
  const runsOf = (text: number): Map<string, { at: number; length: number }> => {
    const runs = new Map<string, { at: number; length: number }>();
    for (let p = start[text]; p < start[text + 1]; p++) {
      let key = "";
      for (let length = 1; length <= longestRun && p + length <= start[text + 1]; length++) {
        key += `${token[p + length - 1]} `;
        runs.set(key, { at: p, length });
      }
    }
    return runs;
  };
  const tally = new Map<string, Tally>();
  for (const pair of pairs) {
    const [answered, refused] = [runsOf(pair.answered), runsOf(pair.refused)];
    for (const [key, run] of answered) if (!refused.has(key)) count(key, run, pair.answered, pair.refused, true);
    for (const [key, run] of refused) if (!answered.has(key)) count(key, run, pair.refused, pair.answered, false);
  }
  const tested = [...tally.values()].filter(({ answered, refused }) => answered.throws + refused.throws >= leastPairs);
  const tests = new Set(tested.map(({ answered, refused }) => `${[...answered.holders].join(" ")}|${[...refused.holders].join(" ")}`)).size;
  return tested
    .flatMap(({ at, length, text, answered, refused }) => {
      const [most, all] = [Math.max(answered.throws, refused.throws), answered.throws + refused.throws];
      if (most < 0.9 * all) return [];
      const isAnswered = answered.throws === most;
      return [
        {
          text: spelled(token.subarray(at, at + length), texts[text], numbers),
          turns: [...(isAnswered ? answered : refused).holders],
          pairs: all,
          isAnswered,
          insertedShare: (answered.inserted + refused.inserted) / all,
          expected: tests * 2 * upperTail(most, all),
          length,
        },
      ];
    })
    .sort((a, b) => a.expected - b.expected || b.length - a.length || (a.text < b.text ? -1 : 1));

  /** Whether the longer text is the other with one run of tokens put into it. */
  function isInsertion(holder: number, other: number): boolean {
    const [own, rest] = [start[holder + 1] - start[holder], start[other + 1] - start[other]];
    if (own <= rest) return false;
    let before = 0;
    while (before < rest && token[start[holder] + before] === token[start[other] + before]) before++;
    let after = 0;
    while (before + after < rest && token[start[holder + 1] - 1 - after] === token[start[other + 1] - 1 - after]) after++;
    return before + after === rest;
  }

  function count(key: string, { at, length }: { at: number; length: number }, holder: number, other: number, isAnswered: boolean): void {
    let entry = tally.get(key);
    if (entry === undefined) tally.set(key, (entry = { at, length, text: holder, answered: emptySide(), refused: emptySide() }));
    const side = isAnswered ? entry.answered : entry.refused;
    // A text that is near many others throws one coin: pairs count as long as they share no text.
    if (!side.holders.has(holder) && !side.others.has(other)) {
      side.throws++;
      if (isInsertion(holder, other)) side.inserted++;
      side.others.add(other);
    }
    side.holders.add(holder);
  }
}

interface Side {
  throws: number;
  inserted: number;
  readonly holders: Set<number>;
  readonly others: Set<number>;
}

interface Tally {
  readonly at: number;
  readonly length: number;
  readonly text: number;
  readonly answered: Side;
  readonly refused: Side;
}

function emptySide(): Side {
  return { throws: 0, inserted: 0, holders: new Set(), others: new Set() };
}

/** The chance of `most` heads or more in `all` throws of a coin. */
function upperTail(most: number, all: number): number {
  let [term, sum] = [Math.pow(0.5, all), 0];
  for (let heads = all; heads >= most; heads--) {
    sum += term;
    term *= heads / (all - heads + 1);
  }
  return sum;
}
