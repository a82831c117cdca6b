import type { StudyBudgets } from "../../study/budgets.ts";
import { budgetsAsked } from "../../study/budgets.ts";
import { type TrialRecord, noRepair } from "../../study/record.ts";
import { budgetText, numberText } from "../words/format.ts";
import { capitalised, countText, metricWord, shareText } from "../words/words.ts";
import { prose, section } from "./blocks.ts";
import type { Cell, Column, Section } from "./document.ts";

export interface TrialsAbout extends Pick<StudyBudgets, "counted"> {
  readonly records: readonly TrialRecord[];
  /** Shown of each trial; the others stand in its detail. */
  readonly metrics: readonly string[];
  /** The command of the whole run, an option a line. */
  readonly command: string;
  /** The file in poison/ that holds the patch of a trial. */
  patchOf(id: string): string | null;
  /** Why a trial failed, as it may be told. */
  failureOf(id: string): string | null;
}

/** As much of a page as trials may take, in characters. */
const mostListed = 2_500_000;

/** Options of a whole run that a single trial asks for otherwise. */
const ofTheRun =
  /^--(attack|budget|repair|seeds?|learner|knowledge|limit|strict|until|unnoticed|all-trials|certificate|surrogate|own-sample)\b/;

/** Every trial, in full for whoever opens it: what it was set to, what was touched, what came out, and how to run it alone. */
export function trialsSection({ records, metrics, command, patchOf, failureOf, counted }: TrialsAbout): Section | null {
  if (records.length === 0) return null;
  const learners = new Set(records.map(({ learner }) => learner)).size;
  const kept = command.split(" \\\n  ").filter((option) => !ofTheRun.test(option));
  const columns: Column[] = [
    { name: "Trial", code: true },
    { name: "Attack", filter: true },
    { name: "Budget", filter: true },
    { name: "Repair", filter: true },
    ...(learners > 1 ? [{ name: "Learner", filter: true as const }] : []),
    { name: "Seed", unit: "count" },
    { name: "Status", filter: true },
    ...metrics.map((metric) => ({ name: capitalised(metricWord(metric)) })),
    ...["Access", "Goal", "Knows", "Rows", "Settings of the learner", "All figures", "Detectors"].map((name) => ({
      name,
      hidden: true as const,
    })),
    { name: "Patch", hidden: true, code: true },
    { name: "Why it failed", hidden: true },
    { name: "Run it alone", hidden: true, code: true, template: `${kept.join(" ")} {}` },
  ];
  const rowOf = (record: TrialRecord): Cell[] => [
    record.id,
    record.attack ?? "none",
    record.attack === null ? "none" : budgetText(record.budgetFraction, { counted }),
    record.repair === noRepair ? "none" : `${record.repair}${record.adaptive === true ? " (known to the attacker)" : ""}`,
    ...(learners > 1 ? [record.learner] : []),
    record.seed,
    record.status === "ok" ? "ok" : record.status === "failed" ? { text: "failed", tone: "fail" as const } : neededNoMore(record),
    ...metrics.map((metric) => record.metrics[metric] ?? null),
    ...[record.access, record.goal, record.knowledge],
    rowsText(record),
    JSON.stringify(record.learnerParams),
    Object.entries(record.metrics)
      .map(([metric, value]) => `${metricWord(metric)} ${numberText(value)}`)
      .join(", "),
    record.detections.map(({ detector, recall }) => `${detector} finds ${shareText(recall)}`).join(", "),
    patchOf(record.id),
    record.status === "failed" ? failureOf(record.id) : null,
    aloneText(record, counted),
  ];
  const rows: Cell[][] = [];
  for (let length = 0; rows.length < records.length;) {
    const row = rowOf(records[rows.length]);
    length += JSON.stringify(row).length;
    if (length > mostListed) break;
    rows.push(row);
  }
  const left = records.length - rows.length;
  return section(
    "trials",
    "Every trial",
    `${countText(records.length)} trials, each in full: what it was set to, what it touched, what came out, and how to run it alone.`,
    prose("One attack on one learner at one budget with one seed, with and without repair. A row opens to all that is known of its trial."),
    {
      kind: "table",
      id: "trials-table",
      caption: `${countText(records.length)} trials`,
      columns,
      rows,
      shown: 5,
      ...(left === 0
        ? {}
        : {
            leftOut: `${countText(left)} more trials are left out here, so that the page stays small: records.jsonl in the folder of the run has them all.`,
          }),
    },
  );
}

function neededNoMore({ decided }: TrialRecord): string {
  return `not needed, decided at seed ${decided?.seed ?? "?"}`;
}

function rowsText({ attack, touchedRows, budgetRows, trainingRows, testRows }: TrialRecord): string {
  const poison = attack === null ? "" : `${countText(touchedRows)} touched of ${countText(budgetRows)} allowed; `;
  return `${poison}${countText(trainingRows)} trained on, ${countText(testRows)} tested on`;
}

function aloneText({ attack, budgetFraction, repair, seed, learner, knowledge }: TrialRecord, counted: StudyBudgets["counted"]): string {
  const [asked] = attack === null ? [] : budgetsAsked({ budgets: [budgetFraction], counted });
  const budget = typeof asked === "number" ? `${Number((100 * asked).toPrecision(12))}%` : asked;
  return [
    ...(attack === null ? [] : [`--attack ${attack}`, `--budget ${budget}`, ...(knowledge === null ? [] : [`--knowledge ${knowledge}`])]),
    `--repair ${repair} --learner ${learner} --seeds 1 --seed ${seed}`,
  ].join(" ");
}
