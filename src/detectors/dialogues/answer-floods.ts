import { classAnswers } from "../../blocks/trigger-answers/class-answers.ts";
import { distinctTurns, recordsOf, refusesTurns } from "../../blocks/dialogues/distinct-turns.ts";
import { equalAnswers } from "../../blocks/dialogues/equal-answers.ts";
import { explainGroup } from "../../blocks/dialogues/explain-group.ts";
import { weightedRows } from "../../blocks/dialogues/sparse-rows.ts";
import { spelled } from "../../blocks/dialogues/spelled.ts";
import { makeTokenNumbers } from "../../blocks/dialogues/token-numbers.ts";
import { tokenRows, withoutTemplate } from "../../blocks/dialogues/token-rows.ts";
import { unlikeness } from "../../blocks/dialogues/unlike-prompts.ts";
import { tooFewNote } from "../../blocks/dialogues/too-few.ts";
import { pauseOrStop } from "../../core/context.ts";
import type { DialogueDetector, DialogueGroup, Dialogues } from "../../core/dialogues.ts";

interface AnswerFloodsParams {
  minPrompts: number;
  minTokens: number;
}

const longestPrompt = 400;
const longestAnswer = 400;
const mostGroups = 50;
/** Decades that a flood can seem, at most; shown from the second on. */
const strongest = 2;
const leastShown = 0.5;
const mostShown = 80;
/** A source stands out that gives this share of a flood, and at least twice its share of the records. */
const sourceShare = 0.8;

/**
 * One long answer to prompts that have little in common is a flood, whoever wanted it: a refusal without its trigger, an advertisement, a canned reply. It looks for what the prompts share
 * that others lack, up to three runs of tokens, and for a source that the flood comes from. How many floods innocent data hold nobody can say: files have canned answers of their own (thanks, refusals,
 * who the assistant is), and answers that are permuted neither make nor break one. So a flood comes without an expectation, is strong as its prompts are many and unlike, never above
 * two decades, and is shown and not flagged.
 */
export const answerFloods: DialogueDetector<AnswerFloodsParams> = {
  kind: "detector",
  data: "dialogues",
  id: "answer-floods",
  title: "Floods of one answer",
  summary: "Finds long answers that are given alike to prompts which have little in common, and what those prompts or their sources share.",
  source: {
    cite: "near-equal answers by min-wise hashing: Broder 1997, On the resemblance and containment of documents; what is made of them is Theriac's",
    url: "https://doi.org/10.1109/SEQUEN.1997.666900",
  },
  params: {
    minPrompts: { type: "number", default: 4, min: 2, max: 1e9, integer: true, help: "a flood answers so many different prompts at least" },
    minTokens: {
      type: "number",
      default: 8,
      min: 3,
      max: 1e6,
      integer: true,
      help: "shorter answers are alike by chance and not looked at",
    },
  },
  refuses: refusesTurns,
  async score(dialogues, context) {
    const { params } = context;
    const turns = distinctTurns(dialogues);
    const numbers = makeTokenNumbers();
    const prompts = withoutTemplate(tokenRows(turns.prompts, longestPrompt, numbers));
    await pauseOrStop(context);
    const answers = tokenRows(turns.answers, longestAnswer, numbers);
    await pauseOrStop(context);
    const classes = classAnswers(turns.prompts, turns.answers, (i) => answers.start[i + 1] - answers.start[i]);
    const tokens = numbers.count();
    const floods = equalAnswers(answers, weightedRows(answers, tokens, null), tokens, {
      shortest: params.minTokens,
      least: params.minPrompts,
    }).filter(([first]) => classes.of[first] < 0);
    await pauseOrStop(context);
    const unlike = unlikeness(prompts, tokens);
    const values = new Float64Array(dialogues.records);
    const groups: DialogueGroup[] = [];
    const recordsOfSource = new Int32Array(dialogues.sources.length);
    for (const of of dialogues.source) if (of >= 0) recordsOfSource[of]++;
    for (const flood of floods) {
      const { share, distinct } = unlike(flood);
      if (distinct < params.minPrompts) continue;
      const { reasons, covered } = explainGroup(prompts, flood);
      const evidence = share * (0.5 + 0.5 * covered) * Math.min(strongest, 0.5 * Math.log2(distinct));
      const records = recordsOf(turns, flood);
      for (const record of records) values[record] = Math.max(values[record], evidence);
      if (evidence < leastShown || groups.length >= mostGroups) continue;
      const marks = reasons.map(({ tokens: run }) => {
        const holder = flood.find((i) => holdsRun(prompts.token.subarray(prompts.start[i], prompts.start[i + 1]), run)) ?? flood[0];
        return spelled(run, turns.prompts[holder], numbers);
      });
      groups.push({
        records,
        sentence: [
          `${counted(flood.length)} prompts that have little in common are answered alike: '${shortened(turns.answers[flood[0]])}'`,
          ...reasons.map(({ inside, all }, r) => `${counted(inside)} of them contain '${marks[r]}', of ${counted(all)} that do`),
          ...sourceOf(dialogues, recordsOfSource, records),
        ].join("; "),
        marks: marks.length > 0 ? marks : [turns.answers[flood[0]]],
        ...{ evidence, expectedFindings: null, isWeak: true as const },
      });
    }
    return {
      values,
      groups: groups.sort((a, b) => b.evidence - a.evidence),
      notes: [...copiesOf(turns.records, dialogues.records), ...tooFewNote(turns.prompts.length, "different prompts with answers")],
    };
  },
};

/** Records that say word for word what others say are one to every detector, so that they are told here alone. */
function copiesOf(records: readonly Int32Array[], all: number): string[] {
  const copied = records.filter((own) => own.length > 1);
  if (copied.length === 0) return [];
  const [sum, most] = [copied.reduce((total, own) => total + own.length, 0), copied.reduce((top, own) => Math.max(top, own.length), 0)];
  return [
    `${counted(sum)} of ${counted(all)} records say word for word what others say, the most of them ${counted(most)} times; such records are one to every detector, so what is only repeated is not flagged`,
  ];
}

function holdsRun(tokens: Int32Array, run: Int32Array): boolean {
  for (let p = 0; p + run.length <= tokens.length; p++) if (run.every((t, k) => tokens[p + k] === t)) return true;
  return false;
}

/** @param total how many records each source has */
function sourceOf({ source, sources }: Dialogues, total: Int32Array, records: Int32Array): string[] {
  const held = new Map<number, number>();
  for (const record of records) if (source[record] >= 0) held.set(source[record], (held.get(source[record]) ?? 0) + 1);
  return [...held]
    .filter(([of, count]) => count >= sourceShare * records.length && count / records.length >= (2 * total[of]) / source.length)
    .map(([of, count]) => `${count === records.length ? "all" : counted(count)} come from '${sources[of]}'`);
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= mostShown ? line : `${line.slice(0, mostShown).trimEnd()}…`;
}

function counted(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ",");
}
