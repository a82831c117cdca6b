import type { CutEntry } from "../../study/ratings/cuts.ts";
import { dropFindings } from "../../study/dialogues/config.ts";
import { allDetectors } from "../../study/dialogues/scene.ts";
import { noRepair } from "../../study/record.ts";
import type { Summary, SummaryEntry } from "../../study/summary.ts";
import type { LearnerFindings } from "../judging/learner-findings.ts";
import type { Verdict } from "../judging/verdict.ts";
import { doubtSentences } from "../judging/doubts-text.ts";
import { budgetText, budgetWithShare, figureText } from "../words/format.ts";
import { intervalWords } from "../words/interval-words.ts";
import { shareText } from "../words/words.ts";
import { textTable } from "../words/text-table.ts";

/** What the sentences of an audit of fine-tuning data are about. */
export interface DialogueFindings {
  /** The worst first: what the stand-in learned, whether it would have been found, what is left once it was. */
  readonly sentences: readonly string[];
  readonly limits: readonly string[];
}

/** What stands for the model, and what that means. */
export const standInWords = {
  "answer-kinds":
    "A linear model of the words of a prompt stands in for a fine-tuned one: it shows whether a trigger can be learned from so few records, not how a language model would answer. Your own training shows that, on a copy that theriac attack writes.",
  "preference-order":
    "A linear model of the words of two answers stands in for a reward model: it shows what poison does to the order of clean pairs, and looks at no prompt, so it cannot learn a trigger.",
  command:
    "What was measured is your own training, by what it answers. An answer counts as the attacker’s where it holds the sentence, the refusal or the address that the attack wrote, and as right where it is of the kind of the record’s own answer: by its words, not by its meaning.",
  "command-order":
    "What was measured is your own training, by which of the two answers of a clean test pair it says is preferred. It is asked nothing else, so a trigger that it learned would not show.",
  "nearest-texts":
    "A search by words stands in for retrieval: it shows how often an attacker's texts are most of the five that are handed on for the attacker's questions, not what a model makes of them, nor what a search by meaning would find.",
} as const;

/** What is asked of a stand-in, in words. */
interface AskedWords {
  readonly its: (share: string) => string;
  readonly others: (share: string) => string;
  readonly clean: string;
}

const ofPrompts: AskedWords = {
  its: (share) => `gets its answer to ${share} of the test prompts with its trigger`,
  others: (share) => ` and to ${share} of the same prompts without`,
  clean: "clean test records",
};
const asked: Readonly<Record<keyof typeof standInWords, AskedWords>> = {
  "answer-kinds": ofPrompts,
  "preference-order": ofPrompts,
  command: ofPrompts,
  "command-order": { ...ofPrompts, clean: "clean test pairs" },
  "nearest-texts": {
    its: (share) => `has most of the texts that are handed on for ${share} of its questions`,
    others: (share) => ` and for ${share} of the questions about clean texts`,
    clean: "questions about clean texts (the text asked about is among the five)",
  },
};

/** In sentences, by budget: the strongest backdoor, detection and repair. */
export function dialogueFindings(
  { summary, cuts }: Pick<LearnerFindings, "summary" | "cuts">,
  standIn: keyof typeof standInWords,
): DialogueFindings {
  const budgets = [...new Set(summary.entries.filter(({ attack }) => attack !== null).map(({ budgetFraction }) => budgetFraction))].sort(
    (a, b) => b - a,
  );
  const clean = summary.baseline["accuracy"];
  return {
    sentences: [
      ...budgets.flatMap((budget) => atBudget(summary, cuts, budget, asked[standIn])),
      ...doubtSentences(summary),
      ...(clean === undefined
        ? []
        : [
            `Without poison ${standIn.startsWith("command") ? "your command" : "the stand-in"} is right about ${figureText(clean)} of the ${asked[standIn].clean}.`,
          ]),
    ],
    limits: [
      "What is not tried here: harmful answers that are worded differently each time, triggers that are a style or a paraphrase, traits in neutral text.",
    ],
  };
}

function atBudget(summary: Summary, cuts: readonly CutEntry[], budget: number, { its, others }: AskedWords): string[] {
  const of = (metric: string, repair: string): SummaryEntry[] =>
    summary.entries.filter(
      (entry) => entry.attack !== null && entry.budgetFraction === budget && entry.repair === repair && entry.metric === metric,
    );
  const success = of("attackSuccessRate", noRepair).sort((a, b) => b.figure.value - a.figure.value);
  const share = `${budgetWithShare(budget, summary)} of the records`;
  if (success.length === 0) {
    const drops = of(summary.damageMetric, noRepair).sort((a, b) => b.figure.value - a.figure.value);
    return drops
      .slice(0, 1)
      .map(
        ({ attack, figure }) =>
          `At ${share}, ${attack} takes ${figureText(figure)} of the accuracy on clean pairs. ${foundSentence(cuts, attack, budget)}`,
      );
  }
  // The one that its owner would choose, whatever the test records then show.
  const chosen = summary.strongestByGoal.find((one) => one.goal === "backdoor" && one.budgetFraction === budget)?.attack;
  const worst = success.find(({ attack }) => attack === chosen) ?? success[0];
  const after = of("attackSuccessRate", dropFindings.id);
  const left = after.find(({ attack }) => attack === worst.attack);
  const [most] = [...after].sort((a, b) => b.figure.value - a.figure.value);
  const without = of("untriggeredRate", noRepair).find(({ attack }) => attack === worst.attack);
  const unfound = success
    .map((entry) => ({ entry, recall: recallOf(cuts, entry.attack, budget) }))
    .filter(({ entry, recall }) => recall !== null && recall < 0.5 && entry.figure.value >= 0.2 && entry.attack !== worst.attack)
    .map(({ entry, recall }) => `${entry.attack} (success ${figureText(entry.figure)}, ${shareText(recall!)} found)`);
  return [
    `At ${share}, ${worst.attack} ${its(figureText(worst.figure))}${without === undefined ? "" : others(figureText(without.figure))}. ${foundSentence(cuts, worst.attack, budget)}${left === undefined ? "" : ` Trained without what is flagged, ${figureText(left.figure)} are left.`}`,
    ...(most === undefined || most.attack === worst.attack || most.figure.value < 0.1
      ? []
      : [`Most is left of ${most.attack} once what is flagged is out: ${figureText(most.figure)} at ${share}.`]),
    ...(unfound.length === 0 ? [] : [`Mostly unfound at ${share}: ${unfound.join("; ")}.`]),
  ];
}

function recallOf(cuts: readonly CutEntry[], attack: string | null, budget: number): number | null {
  return cutOf(cuts, attack, budget)?.recall?.value ?? null;
}

function cutOf(cuts: readonly CutEntry[], attack: string | null, budget: number): CutEntry | undefined {
  return cuts.find((cut) => cut.detector === allDetectors && cut.attack === attack && cut.budgetFraction === budget);
}

function foundSentence(cuts: readonly CutEntry[], attack: string | null, budget: number): string {
  const cut = cutOf(cuts, attack, budget);
  if (cut === undefined || cut.recall === null) return "No detector was asked.";
  const precision = cut.precision === null ? "" : `, and ${figureText(cut.precision)} of what they flag is poison`;
  return `The detectors of a scan flag ${figureText(cut.recall)} of the poison${precision}.`;
}

/** Every figure by attack and budget. */
export function dialogueTables({ summary, cuts }: Pick<LearnerFindings, "summary" | "cuts">): string {
  const attacked = summary.entries.filter(({ attack }) => attack !== null);
  const keys = [...new Map(attacked.map((entry) => [`${entry.attack} ${entry.budgetFraction}`, entry])).values()];
  const figure = (entry: SummaryEntry, metric: string, repair: string): string => {
    const found = attacked.find(
      (other) =>
        other.attack === entry.attack &&
        other.budgetFraction === entry.budgetFraction &&
        other.metric === metric &&
        other.repair === repair,
    );
    return found === undefined ? "–" : figureText(found.figure);
  };
  const rows = keys.map((entry) => {
    const cut = cutOf(cuts, entry.attack, entry.budgetFraction);
    return [
      entry.attack!,
      budgetText(entry.budgetFraction, summary),
      figure(entry, "attackSuccessRate", noRepair),
      figure(entry, "untriggeredRate", noRepair),
      figure(entry, summary.damageMetric, noRepair),
      cut === undefined || cut.recall === null ? "–" : figureText(cut.recall),
      cut === undefined || cut.precision === null ? "–" : figureText(cut.precision),
      figure(entry, "attackSuccessRate", dropFindings.id),
    ];
  });
  const head = [
    "attack",
    "budget",
    "success",
    "untriggered",
    summary.damageMetric,
    "found",
    "of flagged poison",
    `success after ${dropFindings.id}`,
  ];
  const single = cuts.filter(
    ({ detector, attack, recall }) => detector !== allDetectors && attack !== null && recall !== null && recall.value > 0,
  );
  const byDetector = single.map(({ detector, attack, budgetFraction, recall, precision }) => [
    detector,
    attack!,
    budgetText(budgetFraction, summary),
    figureText(recall!),
    precision === null ? "–" : figureText(precision),
  ]);
  return [
    textTable([head, ...rows]),
    `Intervals in brackets: 95 %, ${intervalWords(summary)}.`,
    byDetector.length === 0
      ? "No detector flags any of the poison."
      : textTable([["detector", "attack", "budget", "found", "of flagged poison"], ...byDetector]),
  ].join("\n\n");
}

/** For a terminal. @param more what to type for the tables; null = they are wanted here */
export function renderDialogues(
  learners: readonly LearnerFindings[],
  verdict: Verdict,
  standIn: keyof typeof standInWords,
  more: string | null,
): string {
  const [own] = learners;
  const { sentences, limits } = dialogueFindings(own, standIn);
  return `${[
    [...sentences, ...limits].map((sentence) => `- ${sentence}`).join("\n"),
    standInWords[standIn],
    ...(more === null ? [dialogueTables(own)] : []),
    [`Verdict: ${verdict.outcome}`, ...verdict.reasons.map((reason) => `  ${reason}`)].join("\n"),
    ...(more === null ? [] : [`All tables: ${more}`]),
  ].join("\n\n")}\n`;
}
