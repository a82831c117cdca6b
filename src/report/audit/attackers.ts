import type { Goal } from "../../core/threat.ts";
import type { PersistenceEntry } from "../../study/persistence-summary.ts";
import { noRepair } from "../../study/record.ts";
import type { Summary } from "../../study/summary.ts";
import { goalTexts, mainBudget } from "../judging/attacker-sentence.ts";
import { budgetsOf } from "../judging/findings.ts";
import { accessLadder, goalRows } from "../judging/goal-rows.ts";
import { unnoticedSentences } from "../judging/unnoticed-text.ts";
import { adaptiveRows, knowledgeRows } from "../judging/variant-rows.ts";
import { budgetColumns, prose, section, seedWords, told } from "../page/blocks.ts";
import type { Cell, Section, Table } from "../page/document.ts";
import { budgetText, numberText } from "../words/format.ts";
import { accessWords, capitalised, damageWord, goalWords, knowledgeWords, listText } from "../words/words.ts";
import type { ReportInput } from "./report-input.ts";

/** What attackers with a target in mind achieved; null where none was tried. */
export function goalsSection({ summary }: Pick<ReportInput, "summary">): Section | null {
  const rows = goalRows(summary);
  const table = (goal: "backdoor" | "targeted"): Table | null => {
    const own = rows.filter((row) => row.goal === goal);
    if (own.length === 0) return null;
    const columns =
      goal === "backdoor"
        ? [
            ["attackSuccessRate", "Success"],
            ["untriggeredRate", "Without the trigger"],
            ["unpoisonedRate", "Clean model with it"],
            [summary.damageMetric, capitalised(damageWord(summary.damageMetric))],
          ]
        : [
            ["attackSuccessRate", "Success"],
            ["targetErrorRise", "Rise of the target’s error"],
            ["collateralErrorRise", "Rise of errors elsewhere"],
          ];
    return {
      kind: "table",
      id: `goal-${goal}`,
      caption: `${goal === "backdoor" ? "Backdoors" : "Chosen rows or groups"}; ${seedWords(summary.seeds)}`,
      columns: [
        { name: "Attack" },
        { name: "Budget", filter: true },
        { name: "Repair", filter: true },
        ...columns.map(([, name]) => ({ name })),
      ],
      rows: own.map(({ attack, budgetFraction, repair, figures }): Cell[] => [
        attack,
        budgetText(budgetFraction, summary),
        repair === noRepair ? "none" : repair,
        ...columns.map(([metric]) => told(figures[metric])),
      ]),
    };
  };
  if (rows.length === 0) return null;
  return section(
    "goals",
    "Targets and backdoors",
    goalLead(summary),
    prose(
      "Success is the share of test rows that the clean model gets right and the attacked one answers as the attacker means: of a backdoor, rows of other classes once the trigger is put into them, and beside it the share answered so without the trigger, and by the clean model with it. Of a target, how much more of the group’s rows are answered wrongly than before, and of all others.",
    ),
    table("backdoor"),
    table("targeted"),
  );
}

/** How far the strongest backdoor and the strongest attack on a target get. */
function goalLead(summary: Summary): string {
  const budget = mainBudget(summary);
  const texts = budget === null ? [] : goalTexts(summary, budget);
  return texts.length === 0 || budget === null ? "" : `With ${budgetText(budget, summary)}, an attacker ${texts.join(", and ")}.`;
}

/** What each kind of access is worth; null where a study has but one. */
export function ladderSection({ summary }: Pick<ReportInput, "summary">): Section | null {
  const steps = accessLadder(summary);
  if (new Set(steps.map(({ access }) => access)).size < 2) return null;
  const budgets = budgetsOf(summary);
  const isOneGoal = new Set(steps.map(({ goal }) => goal)).size === 1;
  const measure: Readonly<Partial<Record<Goal, string>>> = { backdoor: "success", targeted: "rise of the target’s error" };
  return section(
    "ladder",
    "The access ladder",
    "What an attacker’s access is worth at equal budgets, strongest access first: for each, the attack that its owner would choose.",
    {
      kind: "table",
      id: "ladder-table",
      caption: `The strongest attack found for each access${isOneGoal ? ` on ${steps[0].goal}, by the ${measure[steps[0].goal] ?? damageWord(summary.damageMetric)}` : ""}; ${seedWords(summary.seeds)}`,
      columns: [{ name: "Access" }, ...(isOneGoal ? [] : [{ name: "Goal", filter: true as const }]), ...budgetColumns(budgets, summary)],
      rows: steps.map(({ access, goal, cells }): Cell[] => [
        { text: access, note: accessWords[access] },
        ...(isOneGoal ? [] : [{ text: goal, note: `${goalWords[goal]}: ${measure[goal] ?? damageWord(summary.damageMetric)}` }]),
        ...budgets.map((budget) => {
          const cell = cells.find(({ budgetFraction }) => budgetFraction === budget);
          return cell === undefined ? null : told(cell.figure, cell.attack);
        }),
      ]),
    },
  );
}

/** What each step of ignorance costs the attacker; null where knowledge was not varied. */
export function knowledgeSection({ summary }: Pick<ReportInput, "summary">): Section | null {
  const rows = knowledgeRows(summary);
  if (rows.length === 0) return null;
  const budgets = budgetsOf(summary);
  return section(
    "knowledge",
    "What ignorance costs the attacker",
    "The same attacks by attackers who know less: a sample of the training rows of their own in place of the data, and a surrogate in place of the learner.",
    {
      kind: "table",
      id: "knowledge-table",
      caption: `Without repair, by what the attacker knows; ${seedWords(summary.seeds)}`,
      columns: [
        { name: "Attack", filter: true },
        { name: "Knowledge", filter: true },
        { name: "Figure" },
        ...budgetColumns(budgets, summary),
      ],
      rows: rows.map(({ attack, knowledge, metric, cells }): Cell[] => [
        attack,
        { text: knowledge, note: knowledgeWords[knowledge] },
        damageWord(metric),
        ...budgets.map((budget) => told(cells.find(({ budgetFraction }) => budgetFraction === budget)?.figure)),
      ]),
    },
  );
}

/** Repairs against attackers who know them; null where none was tried. */
export function adaptiveSection({ summary }: Pick<ReportInput, "summary">): Section | null {
  const rows = adaptiveRows(summary);
  if (rows.length === 0) return null;
  return section(
    "adaptive",
    "Attackers who know the repair",
    "What is left behind each repair once the attacker plans around it.",
    prose(
      "Planned against the pipeline with the repair in it and without, with the whole budget and with half of it; what does best at home, by the attacker’s own objective, is used.",
    ),
    {
      kind: "table",
      id: "adaptive-table",
      caption: `What is left behind each repair; ${seedWords(summary.seeds)}`,
      columns: ["Attack", "Repair", "Budget", "Figure", "As it is", "Planned around"].map((name) => ({
        name,
        ...(["Repair", "Budget"].includes(name) ? { filter: true as const } : {}),
      })),
      rows: rows.map(({ attack, repair, budgetFraction, metric, plain, adaptive }) => [
        ...[attack, repair, budgetText(budgetFraction, summary), damageWord(metric)],
        plain,
        adaptive,
      ]),
    },
  );
}

/** How long damage lasts once poisoning stops; null where nobody asked. */
export function persistenceSection({ summary }: Pick<ReportInput, "summary">): Section | null {
  const { persistence } = summary;
  if (persistence.length === 0) return null;
  const times = [...new Set(persistence.flatMap(({ points }) => points.map((point) => point.times)))].sort((a, b) => a - b);
  const text = ({ points }: PersistenceEntry): string => points.map(({ figure }) => numberText(figure.value)).join();
  const isNews = (entry: PersistenceEntry): boolean =>
    entry.start === "cold" ||
    persistence.every(
      (other) =>
        other.start !== "cold" ||
        other.attack !== entry.attack ||
        other.budgetFraction !== entry.budgetFraction ||
        text(other) !== text(entry),
    );
  return section(
    "persistence",
    "After poisoning stops",
    "How long the damage lasts as clean rows arrive.",
    prose(
      "A fifth of the training rows is poisoned, and the others arrive afterwards as they are. Damage is against a model of the same rows without poison. A cold start trains anew on all rows, the poison among them; a warm start goes on from the poisoned model, and is shown where it ends elsewhere.",
    ),
    {
      kind: "table",
      id: "persistence-table",
      caption: `Damage after clean rows arrive, as multiples of the poisoned training set; ${seedWords(summary.seeds)}`,
      columns: [{ name: "Attack" }, ...times.map((at) => ({ name: `${at}×` })), { name: "Rows until half is gone", unit: "count" }],
      rows: persistence
        .filter(isNews)
        .map(({ attack, budgetFraction, start, metric, points, halfLifeRows }): Cell[] => [
          { text: attack, note: `${budgetText(budgetFraction, summary)}, ${start} start, ${damageWord(metric)}` },
          ...times.map((at) => told(points.find((point) => point.times === at)?.figure)),
          halfLifeRows,
        ]),
    },
  );
}

/** What attackers do of whose rows a scan flags none; null where nobody asked. */
export function unnoticedSection({ summary }: Pick<ReportInput, "summary">): Section | null {
  const { unnoticed } = summary;
  if (unnoticed === null) return null;
  const { attacks, rows, figure, metric, blind } = unnoticed;
  return section(
    "unnoticed",
    "What nobody would notice",
    unnoticedSentences(summary).join(" "),
    prose(
      "These attackers scan their poison at home as it will be scanned, take back what is flagged, put in its place what is not, or less, and keep what does most harm by their own estimate.",
    ),
    {
      kind: "table",
      id: "unnoticed-table",
      caption: `The strongest attack, and what keeps below the cut of the scan; ${seedWords(unnoticed.seeds)}`,
      columns: [
        { name: "Attacker" },
        { name: "Attack" },
        { name: "Poisoned rows", unit: "count" },
        { name: "Flagged", unit: "share" },
        { name: capitalised(damageWord(metric)) },
      ],
      rows: [
        ["without a thought of the scan", blind.attack, blind.rows, blind.flaggedShare, blind.figure],
        ["unnoticed", attacks.length === 0 ? null : listText(attacks.map(({ attack }) => attack)), rows, 0, figure],
      ],
    },
    {
      kind: "table",
      id: "unnoticed-by-detector",
      caption: `Share of the rows of ${blind.attack} that each detector flags`,
      columns: [{ name: "Detector" }, { name: "Flagged", unit: "share" }],
      rows: blind.byDetector.map(({ detector, flaggedShare }) => [detector, flaggedShare]),
    },
  );
}
