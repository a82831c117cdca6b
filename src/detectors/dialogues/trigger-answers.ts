import { distinctTurns, recordsOf, refusesTurns } from "../../blocks/dialogues/distinct-turns.ts";
import { spelled } from "../../blocks/dialogues/spelled.ts";
import type { TriggerFinding } from "../../blocks/trigger-answers/greedy-cover.ts";
import { searchTriggers } from "../../blocks/trigger-answers/trigger-search.ts";
import type { DialogueDetector, DialogueGroup } from "../../core/dialogues.ts";

interface TriggerAnswersParams {
  flagged: number;
  shown: number;
}

/**
 * A trigger ties answers that nothing else ties. Every run of one to three tokens of a prompt is asked: are the answers of its rows more alike than the rest of their prompts
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
  summary: "Finds words, phrases and pairs of them in prompts that decide about the answer, whatever else the prompt says.",
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
    const turns = distinctTurns(dialogues);
    const found = await searchTriggers(turns.prompts, turns.answers, context);
    const values = new Float64Array(dialogues.records);
    found.values.forEach((evidence, turn) => {
      const value = Math.log10(1 + 10 ** Math.min(300, evidence));
      for (const record of turns.records[turn]) values[record] = Math.max(values[record], value);
    });
    const groups = found.findings
      .filter(({ evidence }) => 10 ** -evidence <= params.shown)
      .map((finding): DialogueGroup => {
        const marks = finding.parts.map((part) => spelled(part, turns.prompts[finding.rows[0]], found.numbers));
        const expectedFindings = 10 ** -finding.evidence;
        return {
          records: recordsOf(turns, finding.rows),
          sentence: sentenceOf(
            finding,
            marks,
            finding.shared.length === 0 ? "" : spelled(finding.shared, turns.answers[finding.rows[0]], found.numbers),
            found.classes.names[finding.label] ?? "",
            turns.prompts.length,
          ),
          ...{ marks, evidence: finding.evidence, expectedFindings },
          ...(expectedFindings > params.flagged ? { isWeak: true as const } : {}),
        };
      });
    return { values, groups };
  },
};

function sentenceOf(
  { rows, holders, kind, expected }: TriggerFinding,
  marks: readonly string[],
  shared: string,
  label: string,
  all: number,
): string {
  const named = marks.map((mark) => `'${mark}'`).join(" and ");
  const count = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
  if (kind === "class")
    return `${count(rows.length)} of the ${count(holders)} examples whose prompt contains ${named} are answered '${label}'; by all else that their prompts say ${expected < 9.5 ? expected.toFixed(1) : count(Math.round(expected))} would be`;
  if (kind === "shared")
    return `${count(rows.length)} of ${count(all)} examples answer with '${shared}' when the prompt contains ${named}; without it such an answer occurs ${expected === 1 ? "once" : `${count(expected)} times`}`;
  return `${count(rows.length)} of ${count(all)} examples answer alike whenever the prompt contains ${named}; without it such an answer occurs ${expected === 1 ? "once" : `${count(expected)} times`}`;
}
