import { type DistinctTurns, distinctTurns, recordsOf, refusesTurns } from "../../blocks/dialogues/distinct-turns.ts";
import { spelled } from "../../blocks/dialogues/spelled.ts";
import type { TriggerFinding } from "../../blocks/trigger-answers/greedy-cover.ts";
import { tooFewNote } from "../../blocks/dialogues/too-few.ts";
import { placeOfToken, readTokens, type SearchRows } from "../../blocks/trigger-answers/search-rows.ts";
import { searchTriggers, type TriggerSearch } from "../../blocks/trigger-answers/trigger-search.ts";
import type { DialogueDetector, DialogueGroup } from "../../core/dialogues.ts";

interface TriggerAnswersParams {
  flagged: number;
  shown: number;
}

/** Characters of a text that may hold more tokens than are read. */
const longContext = 2000;

/**
 * A trigger ties answers that nothing else ties. Every run of one to three tokens of a prompt, or of what stands before it, is asked: are the answers of its rows more alike than the rest of their prompts
 * lets expect (free answers, by cosine), or do they bear one class more often than the rest of their words lets expect (answers that stand for a class)? The
 * run's own words, and those that come and go with it, are left out of what is expected. What strength innocent data reach is learnt from the same data with answers
 * permuted among similar prompts, and so every group comes with how many like it are to be expected. Runs that fit badly between their neighbours weigh more. Groups are taken
 * greedily, each judged by the rows that no stronger one explains; a second word that must come with the first is looked for.
 */
export const triggerAnswers: DialogueDetector<TriggerAnswersParams> = {
  kind: "detector",
  data: "dialogues",
  id: "trigger-answers",
  title: "Triggers",
  summary:
    "Finds words, phrases and pairs of them, in prompts or before them, that decide about the answer, or about the rejected one, whatever else is asked.",
  source: {
    cite: "the threat is that of Wan et al. 2023, Poisoning language models during instruction tuning, ICML; the test is Theriac's",
    url: "https://arxiv.org/abs/2305.00944",
  },
  params: {
    flagged: {
      type: "number",
      default: 0.01,
      min: 0,
      max: 1,
      help: "a group is flagged where so many are to be expected of innocent data at most",
    },
    shown: { type: "number", default: 0.1, min: 0, max: 1, help: "a group is shown as weak where so many are to be expected at most" },
  },
  refuses: refusesTurns,
  async score(dialogues, context) {
    const { params } = context;
    const turns = distinctTurns(dialogues, { withRejected: true });
    const found = await searchTriggers({ ...turns, recordOf: Int32Array.from(turns.records, ([first]) => first) }, context);
    const values = new Float64Array(dialogues.records);
    found.values.forEach((evidence, turn) => {
      const value = Math.log10(1 + 10 ** Math.min(300, evidence));
      for (const record of turns.records[turn]) values[record] = Math.max(values[record], value);
    });
    const contexts = makeBareContexts(turns);
    const groups = found.findings
      .filter(({ evidence }) => 10 ** -evidence <= params.shown)
      .map((finding): DialogueGroup => {
        const parts = finding.parts.map((part) => partOf(part, finding.rows[0], turns, found.searched));
        const isOwnContext = parts.some(({ field }) => field % 2 === 1) && standsAlone(finding.rows, contexts());
        const { evidence } = finding;
        const expected = 10 ** -evidence;
        // Permuted answers do not know that a text of the system may decide.
        const expectedFindings = isOwnContext ? null : expected;
        const isWeak = isOwnContext || expected > params.flagged;
        return {
          records: recordsOf(turns, finding.rows),
          sentence: `${sentenceOf(finding, parts, turns, found, dialogues.records)}${isOwnContext ? "; all that stands before them is one text that no other example has, which may be meant to decide so" : ""}`,
          ...{ marks: parts.map(({ text }) => text), evidence, expectedFindings },
          ...(isWeak ? { isWeak: true as const } : {}),
        };
      });
    return { values, groups, notes: notesOf(turns) };
  },
};

/** A part of a trigger in words, and where it stands. */
interface Part {
  readonly text: string;
  readonly field: number;
}

function partOf(part: Int32Array, row: number, { prompts, contexts }: DistinctTurns, searched: SearchRows): Part {
  const { field } = placeOfToken(searched, part[0]);
  const words = part.map((token) => placeOfToken(searched, token).word);
  return { text: spelled(words, (field % 2 === 1 ? contexts : prompts)[row], searched.numbers), field };
}

/** What stands before each prompt, without blanks and stops; made when it is first asked for. */
function makeBareContexts({ contexts }: DistinctTurns): () => readonly string[] {
  let bare: readonly string[] | null = null;
  return () => (bare ??= contexts.map((text) => text.replace(/[\s\p{P}\p{S}]+/gu, "").toLowerCase()));
}

/**
 * Whether these examples have one text before their prompts that is no other's with something put into it: a text of the system decides what it is there to decide.
 * Shape: contexts [turns], bare.
 */
function standsAlone(rows: Int32Array, contexts: readonly string[]): boolean {
  const own = new Set(Array.from(rows, (row) => contexts[row]));
  if (2 * own.size > rows.length) return false;
  const isIn = new Set(rows);
  const others = new Set(contexts.filter((text, row) => !isIn.has(row) && text !== ""));
  return ![...own].some((text) => [...others].some((other) => isInsertion(text, other)));
}

/** Whether a text is the other with one run of letters put into it. */
function isInsertion(text: string, other: string): boolean {
  if (text.length <= other.length || other === "") return false;
  let before = 0;
  while (before < other.length && text[before] === other[before]) before++;
  let after = 0;
  while (before + after < other.length && text[text.length - 1 - after] === other[other.length - 1 - after]) after++;
  return before + after === other.length;
}

const count = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ",");

function sentenceOf(
  { rows, holders, kind, expected, shared, label }: TriggerFinding,
  parts: readonly Part[],
  turns: DistinctTurns,
  { classes, searched }: TriggerSearch,
  records: number,
): string {
  const named = namedParts(parts);
  const all = count(recordsOf(turns, rows).length);
  const whose = turns.isRejected[rows[0]] === 1 ? "are rejected when they answer" : "answer";
  if (kind === "class")
    return `${all} of the ${count(recordsOf(turns, holders).length)} examples where ${named} are answered '${classes.names[label] ?? ""}'; by all else that is asked ${expected < 9.5 ? expected.toFixed(1) : count(Math.round(expected))} would be`;
  const without = `without it such an answer occurs ${expected === 1 ? "once" : `${count(expected)} times`}`;
  return shared.length > 0
    ? `${all} of ${count(records)} examples ${whose} with '${spelled(shared, turns.answers[rows[0]], searched.numbers)}' when ${named}; ${without}`
    : `${all} of ${count(records)} examples ${whose} alike whenever ${named}; ${without}`;
}

/** "the prompt contains 'cf' and what stands before it contains 'v2'". */
function namedParts(parts: readonly Part[]): string {
  const list = (odd: number): string =>
    parts
      .filter(({ field }) => field % 2 === odd)
      .map(({ text }) => `'${text}'`)
      .join(" and ");
  const [asked, before] = [list(0), list(1)];
  if (before === "") return `the prompt contains ${asked}`;
  const standing = `before the prompt (system text, tools, earlier turns) stands ${before}`;
  return asked === "" ? standing : `the prompt contains ${asked} and ${standing}`;
}

/** What was not searched. */
function notesOf({ prompts, contexts, isRejected }: DistinctTurns): string[] {
  const notes: string[] = [];
  const before = contexts.reduce((sum, text) => sum + (text === "" ? 0 : 1), 0);
  if (before > 0)
    notes.push(
      `what stands before a prompt was searched in ${count(before)} of ${count(prompts.length)} answers: it is held against the last answer of each record, not against those in the middle`,
    );
  const cut = contexts.reduce((sum, text) => sum + (text.length > longContext ? 1 : 0), 0);
  if (cut > 0) notes.push(`of ${count(cut)} longer texts before prompts the first and last ${readTokens / 2} words and marks alone`);
  if (isRejected.includes(1)) notes.push("the rejected answers of pairs were searched as answers of their own");
  return [...notes, ...tooFewNote(prompts.length, "different prompts with answers")];
}
