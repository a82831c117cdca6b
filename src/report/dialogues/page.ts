import { dropFindings } from "../../study/dialogues/config.ts";
import { allDetectors } from "../../study/dialogues/scene.ts";
import type { CutEntry } from "../../study/ratings/cuts.ts";
import { noRepair } from "../../study/record.ts";
import type { Summary } from "../../study/summary.ts";
import { outcomeBlock } from "../audit/answer.ts";
import { failureSection, methodTable, reproduceSection, timeText } from "../audit/ending.ts";
import { budgetsOf, entryOf } from "../judging/findings.ts";
import type { LearnerFindings } from "../judging/learner-findings.ts";
import type { Verdict } from "../judging/verdict.ts";
import { budgetAxis, describeSeries, listed, opened, prose, section, seedWords, told } from "../page/blocks.ts";
import type { Cell, Chart, PageDocument, Section, Series, Table } from "../page/document.ts";
import { budgetText } from "../words/format.ts";
import { capitalised, countOf, metricWord } from "../words/words.ts";
import { dialogueFindings, standInWords } from "./text.ts";

/** All that the page of an audit of fine-tuning data is made of: plain data, without a text of any record. */
export interface DialoguesPageInput {
  readonly title: string;
  readonly run: {
    readonly name: string;
    readonly status: string;
    readonly startedAt: string;
    readonly theriac: string;
    readonly node: string;
    readonly platform: string;
    readonly command: string;
    readonly commandNotes: readonly string[];
  };
  readonly records: number;
  readonly form: string;
  readonly standIn: keyof typeof standInWords;
  readonly warnings: readonly string[];
  readonly found: LearnerFindings;
  readonly verdict: Verdict;
  readonly limits: readonly string[];
  readonly plannedTrials: number;
  readonly recordedTrials: number;
  readonly methods: readonly {
    readonly id: string;
    readonly title: string;
    readonly summary: string;
    readonly cite: string;
    readonly url: string | null;
  }[];
}

/** The page of an audit of fine-tuning data, with its trials where they are given. */
export function dialoguesPage(input: DialoguesPageInput, trials: Section | null = null): PageDocument {
  const { title, run, records, form, warnings, found, methods } = input;
  const sections = [
    answerSection(input),
    warnings.length === 0 ? null : opened(section("warnings", "Warned of when the data were read", "", listed(...warnings))),
    successSection(found.summary),
    detectionSection(found),
    trials,
    failureSection({ summary: found.summary, findings: input }),
    reproduceSection(run.command, run.commandNotes, [
      ["Run folder", run.name],
      ["Status", run.status],
      ["Made with", `Theriac ${run.theriac}, Node ${run.node}, ${run.platform}`],
    ]),
    section("methods-used", "Methods", "What was used, and where it comes from.", methodTable(methods)),
  ];
  return {
    kind: "audit-dialogues",
    kicker: "Theriac audit of fine-tuning data",
    title,
    size: `${countOf(records, "record")}, ${form} · ${timeText(run.startedAt)} · run ${run.name}`,
    theriac: run.theriac,
    sections: sections.filter((part) => part !== null),
    keeps: "The page holds no text of a record, and loads nothing.",
  };
}

function answerSection({ verdict, limits, found, standIn }: DialoguesPageInput): Section {
  const { sentences, limits: untried } = dialogueFindings(found, standIn);
  return opened(
    section(
      "verdict",
      "Verdict",
      "",
      outcomeBlock(verdict.outcome),
      {
        kind: "sentences",
        look: "answer",
        items: [...(sentences.length === 0 ? ["No attack ended, so nothing can be said about damage."] : sentences)],
      },
      limits.length === 0 ? null : listed(...verdict.reasons),
      { kind: "sentences", look: "small", items: [standInWords[standIn], ...untried] },
    ),
  );
}

/** What the stand-in learned of each attack, and what is left of it once what is found is left out. */
function successSection(summary: Summary): Section {
  const metric = summary.entries.some((entry) => entry.metric === "attackSuccessRate") ? "attackSuccessRate" : summary.damageMetric;
  const word = capitalised(metricWord(metric));
  const attacks = [...new Set(summary.entries.flatMap(({ attack }) => attack ?? []))];
  const budgets = budgetsOf(summary);
  const series = attacks.map((attack): Series => ({
    name: attack,
    points: budgets.flatMap((x) => {
      const figure = entryOf(summary, attack, x, noRepair, metric)?.figure;
      return figure === undefined ? [] : [{ x, figure }];
    }),
  }));
  const chart: Chart = {
    kind: "chart",
    id: "success",
    title: `${word} by budget`,
    description: describeSeries(series, (x) => budgetText(x, summary)),
    caption: `Without repair; ${seedWords(summary.seeds)}`,
    shape: "lines",
    x: budgetAxis("Budget", budgets, summary),
    y: { name: word, range: metric === "attackSuccessRate" ? [0, 1] : [null, null] },
    series,
  };
  const columns = ["attackSuccessRate", "untriggeredRate", summary.damageMetric];
  const table: Table = {
    kind: "table",
    id: "success-figures",
    caption: `What was learned; ${seedWords(summary.seeds)}`,
    columns: [
      { name: "Attack" },
      { name: "Budget", filter: true },
      { name: "Repair", filter: true },
      ...columns.map((name) => ({ name: capitalised(metricWord(name)) })),
    ],
    rows: attacks.flatMap((attack) =>
      budgets.flatMap((budget) =>
        [noRepair, dropFindings.id].flatMap((repair): Cell[][] => {
          const figures = columns.map((name) => entryOf(summary, attack, budget, repair, name)?.figure);
          return figures.every((figure) => figure === undefined)
            ? []
            : [[attack, budgetText(budget, summary), repair === noRepair ? "none" : repair, ...figures.map((figure) => told(figure))]];
        }),
      ),
    ),
  };
  return opened(
    section(
      "learned",
      "What was learned",
      "How often a model that was trained on the poisoned records gives the attacker’s answer to clean test prompts that hold the trigger, and to the same prompts without it.",
      budgets.length === 0 ? prose("No attack ended.") : chart,
      budgets.length === 0 ? null : table,
    ),
  );
}

/** What each detector flags by its own rule. */
function detectionSection({ summary, cuts }: LearnerFindings): Section {
  const attacked = cuts.filter(({ attack }) => attack !== null);
  const clean = cuts.filter(({ attack }) => attack === null);
  const rowOf = ({ detector, attack, budgetFraction, recall, precision, falseAlarmRate }: CutEntry): Cell[] => [
    detector,
    attack,
    budgetText(budgetFraction, summary),
    recall,
    precision,
    falseAlarmRate,
  ];
  const together = clean.find(({ detector }) => detector === allDetectors);
  return opened(
    section(
      "detection",
      "Whether it would be found",
      together === undefined
        ? "What detectors flag by their own rules, which know no attack size."
        : `What detectors flag by their own rules, which know no attack size. On the records as they are, all together flag ${(100 * together.falseAlarmRate.value).toFixed(2)} %; whether those are innocent nobody knows.`,
      attacked.length === 0
        ? prose("No detector was asked.")
        : {
            kind: "table",
            id: "cuts",
            caption: `Of the poison, what is flagged; of what is flagged, what is poison; ${seedWords(summary.seeds)}`,
            columns: [
              { name: "Detector", filter: true },
              { name: "Attack", filter: true },
              { name: "Budget", filter: true },
              { name: "Poison found" },
              { name: "Of flagged, poison" },
              { name: "Other records flagged" },
            ],
            rows: [...attacked].sort((a, b) => Number(b.detector === allDetectors) - Number(a.detector === allDetectors)).map(rowOf),
          },
    ),
  );
}
