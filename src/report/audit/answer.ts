import { noRepair } from "../../study/record.ts";
import { attackerSentences } from "../judging/attacker-sentence.ts";
import { budgetsOf, entryOf, findingsOf, strongestAt } from "../judging/findings.ts";
import type { Verdict } from "../judging/verdict.ts";
import { worstOfAll } from "../judging/worst.ts";
import { budgetColumns, folded, listed, opened, section, seedWords, told } from "../page/blocks.ts";
import type { Block, Cell, Outcome, Section, Sentences, Table } from "../page/document.ts";
import { poisonText } from "../words/format.ts";
import { capitalised, metricWord } from "../words/words.ts";
import type { ReportInput } from "./report-input.ts";

const outcomeWords: Readonly<Record<Verdict["outcome"], { readonly word: string; readonly meaning: string }>> = {
  pass: { word: "Pass", meaning: "Every limit holds." },
  fail: { word: "Fail", meaning: "A limit is broken." },
  inconclusive: {
    word: "Inconclusive",
    meaning: "No limit is broken, but at least one is open: it lies inside the interval of its figure, or one seed gives no interval.",
  },
  "not-judged": {
    word: "Measured, not judged",
    meaning: "No limit was set, so the page says what was measured and not whether that is good enough.",
  },
  incomplete: { word: "Incomplete", meaning: "Trials failed or are missing, so there is no verdict." },
};

export function outcomeBlock(outcome: Verdict["outcome"], isStrict = false): Outcome {
  const { word, meaning } = outcomeWords[outcome];
  return { kind: "outcome", outcome, word, meaning: `${meaning}${isStrict ? " Strict: what is open counts as broken." : ""}` };
}

/** The verdict, what an attacker can, and how each limit fared. */
export function answerSection(input: ReportInput): Section {
  return opened(section("verdict", "Verdict", "", outcomeOf(input), limitTable([input]), ...answerBlocks(input)));
}

/** The verdict over several learners, the worst that befalls one of them, and all of them side by side. */
export function answerOfAllSection(learners: readonly ReportInput[]): Section {
  const worst = worstOfAll(learners);
  const sentence = worst === null ? null : `Worst of the strongest attacks, on ${worst.learner}: ${worst.sentence}`;
  return opened(
    section(
      "verdict",
      "Verdict",
      "",
      outcomeOf(learners[0]),
      sentence === null ? null : { kind: "sentences", look: "answer", items: [sentence] },
      limitTable(learners),
      comparison(learners),
    ),
  );
}

function outcomeOf({ outcome, limits, strict }: ReportInput): Outcome {
  return outcomeBlock(outcome, strict && limits.length > 0);
}

/** What an attacker can in a few sentences, the figures large, and all that was found. */
export function answerBlocks(input: ReportInput): (Block | null)[] {
  const { summary, findings } = input;
  const answer = attackerSentences(summary, findings);
  const all = findingsOf(summary, findings);
  const sentences: Sentences = { kind: "sentences", look: "answer", items: answer.length > 0 ? answer : all };
  return [sentences, glance(input), answer.length === 0 ? null : folded("in-words", "All that was found, in words", listed(...all))];
}

/** The primary metric of the clean model and of the one under the strongest attack at each budget, three at most. */
function glance({ summary }: ReportInput): Block | null {
  const clean = summary.baseline[summary.primaryMetric];
  if (clean === undefined) return null;
  const budgets = summary.strongest.map(({ budgetFraction }) => budgetFraction).sort((a, b) => a - b);
  const shown = budgets.length <= 3 ? budgets : [budgets[0], budgets[Math.floor(budgets.length / 2)], budgets[budgets.length - 1]];
  const tiles = shown.flatMap((budget) => {
    const left = entryOf(summary, strongestAt(summary, budget), budget, noRepair, summary.primaryMetric);
    return left === undefined ? [] : [{ name: `with ${poisonText(budget, summary)}`, value: left.figure }];
  });
  return { kind: "figures", items: [{ name: `${capitalised(metricWord(summary.primaryMetric))}, clean model`, value: clean }, ...tiles] };
}

/** How each limit fared, on each learner. */
function limitTable(inputs: readonly ReportInput[]): Table | null {
  if (inputs[0].limits.length === 0) return null;
  const words = { pass: "holds", fail: "is broken", inconclusive: "is open" };
  const isOne = inputs.length === 1;
  return {
    kind: "table",
    id: "limits",
    caption: "The limits, held against the strongest attack at their budget, without repair",
    columns: [{ name: "Limit", code: true }, ...(isOne ? [] : [{ name: "Learner" }]), { name: "Outcome" }, { name: "Why" }],
    rows: inputs.flatMap(({ learner, limits }) =>
      limits.map(({ text, outcome, reason }): Cell[] => [
        text,
        ...(isOne ? [] : [learner]),
        { text: words[outcome], tone: outcome },
        reason.split(": ").at(-1) ?? "",
      ]),
    ),
  };
}

/** What each learner reaches on clean data, and what its strongest attack at each budget leaves. */
function comparison(learners: readonly ReportInput[]): Table {
  const [{ summary: first }] = learners;
  const budgets = [...new Set(learners.flatMap(({ summary }) => budgetsOf(summary)))].sort((a, b) => a - b);
  return {
    kind: "table",
    id: "learners",
    caption: `${capitalised(metricWord(first.primaryMetric))} of each learner, clean and under its strongest attack at each budget; ${seedWords(first.seeds)}`,
    columns: [{ name: "Learner" }, { name: "Clean" }, ...budgetColumns(budgets, first)],
    rows: learners.map(({ learner, summary }) => [
      learner,
      told(summary.baseline[summary.primaryMetric]),
      ...budgets.map((budget) => {
        const attack = strongestAt(summary, budget);
        return attack === null ? null : told(entryOf(summary, attack, budget, noRepair, summary.primaryMetric)?.figure, attack);
      }),
    ]),
  };
}
