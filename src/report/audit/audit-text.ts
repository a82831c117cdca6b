import { visible } from "../../core/text/visible.ts";
import { noRepair } from "../../study/record.ts";
import type { Summary, SummaryEntry } from "../../study/summary.ts";
import { budgetText, figureText } from "../words/format.ts";
import { boundMeaning, hasBounds, objectiveWords } from "../judging/goal-rows.ts";
import { effectOf, intervalCaution, intervalWords, noDamage, ofLeftOut, theseRows } from "../words/interval-words.ts";
import { sectionText, tableText } from "../page/section-text.ts";
import { adaptiveSection, goalsSection, knowledgeSection, ladderSection, persistenceSection } from "./attackers.ts";
import { detectionTable } from "./defence.ts";
import { recallText } from "./recalls.ts";
import { transferSection } from "./transfer.ts";
import { textTable } from "../words/text-table.ts";
import { certainSentences, renderCertified } from "../certify/certify-text.ts";
import { type FindingsContext, findingsOf, untilSentences } from "../judging/findings.ts";
import type { LearnerFindings } from "../judging/learner-findings.ts";
import { repairAdvice } from "../judging/repair-advice.ts";
import { unnoticedSentences } from "../judging/unnoticed-text.ts";
import type { Verdict } from "../judging/verdict.ts";
import { worstOf, worstOfAll } from "../judging/worst.ts";

/** What an audit found, for a terminal: baseline, damage by attack and budget, what repairs and detectors do, the verdict. */
export function renderAudit(summary: Summary, verdict: Verdict): string {
  return textOf([...sectionsOf(summary), certifiedSection(summary), verdictSection(verdict)]);
}

/** The same of several learners, one after another. */
export function renderAudits(learners: readonly LearnerFindings[], verdict: Verdict): string {
  if (learners.length === 1) return renderAudit(learners[0].summary, verdict);
  const worst = worstOfAll(learners);
  const sections = learners.flatMap(({ learner, summary }) => [`Learner ${learner}`, ...sectionsOf(summary)]);
  const first = worst === null ? "" : `Worst of the strongest attacks, on ${worst.learner}: ${worst.sentence}`;
  return textOf([first, ...sections, certifiedSection(learners[0].summary), verdictSection(verdict)]);
}

function certifiedSection({ certified }: Summary): string {
  return certified === undefined ? "" : renderCertified(certified, "Certificates", null);
}

/** What is said of one learner where no tables are asked for. */
export interface ToldLearner extends Pick<LearnerFindings, "learner" | "summary"> {
  readonly findings: FindingsContext;
  /** What the worst poison looks like. */
  readonly example: readonly string[];
  readonly next: readonly string[];
}

/**
 * What an audit found in sentences, for a screen of a terminal: what is worst, how bad at which budget, for whom, the verdict and what to do.
 *
 * @param more what to type for the tables
 */
export function renderFindings(told: readonly ToldLearner[], verdict: Verdict, more: string): string {
  const listOf = (sentences: readonly string[]): string => sentences.map((sentence) => `- ${visible(sentence)}`).join("\n");
  const sections = told.flatMap(({ learner, summary, findings, example, next }) => [
    told.length === 1 ? "" : `Learner ${learner}`,
    listOf(withExample(findingsOf(summary, findings), example)),
    sectionText(ladderSection({ summary })),
    next.length === 0 ? "" : `Next\n${listOf(next)}`,
  ]);
  const certified = told[0]?.summary.certified;
  const proven = certified === undefined ? "" : `What is certain\n${listOf(certainSentences(certified))}`;
  return textOf([...sections, proven, verdictSection(verdict), `All tables: ${visible(more)}`]);
}

/** The example behind the first sentence, which says what is worst. */
export function withExample(sentences: readonly string[], example: readonly string[]): string[] {
  return [...sentences.slice(0, 1), ...example, ...sentences.slice(1)];
}

function sectionsOf(summary: Summary): string[] {
  const worst = worstOf(summary);
  return [
    worst === null ? "" : `Worst of the strongest attacks: ${worst.sentence}`,
    baselineSection(summary),
    damageSection(summary),
    recallText(summary),
    unnoticedSentences(summary).join("\n"),
    untilSentences(summary).join("\n"),
    ...[goalsSection, ladderSection, transferSection, knowledgeSection].map((part) => sectionText(part({ summary }))),
    repairSection(summary),
    ...[adaptiveSection, persistenceSection].map((part) => sectionText(part({ summary }))),
    summary.detections.length === 0 ? "" : detectionText(summary),
  ];
}

function textOf(sections: readonly string[]): string {
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function baselineSection(summary: Summary): string {
  const { baseline, primaryMetric } = summary;
  const names = Object.keys(baseline).sort((a, b) => Number(b === primaryMetric) - Number(a === primaryMetric));
  if (names.length === 0) return "Clean model: no trial ended.";
  return `Clean model: ${names.map((name) => `${name} ${figureText(baseline[name])}`).join(", ")}\nIntervals in brackets: 95 %${ofLeftOut(summary)}, ${intervalWords(summary)}, where nothing else is said${intervalCaution(summary)}`;
}

function damageSection(summary: Summary): string {
  const damage = summary.entries.filter(
    (entry) => entry.attack !== null && entry.repair === noRepair && entry.metric === summary.damageMetric,
  );
  if (damage.length === 0) return "";
  const isStrongest = (entry: SummaryEntry): boolean =>
    summary.strongest.some(({ attack, budgetFraction }) => attack === entry.attack && budgetFraction === entry.budgetFraction);
  const isUntold = ({ figure }: SummaryEntry): boolean => effectOf(summary.damageMetric, figure) === "none";
  const table = byAttackAndBudget(
    summary,
    damage,
    (entry) => [`${entry.access ?? ""}${entry.inFeatureSpace === true ? " (bound)" : ""}`],
    (entry) => `${figureText(entry.figure)}${isUntold(entry) ? " ~" : ""}${isStrongest(entry) ? " strongest" : ""}`,
    ["access"],
  );
  const meaning = summary.damageMetric.endsWith("Ratio") ? "attacked / clean" : "clean − attacked";
  const none = noDamage(summary.damageMetric);
  const single = damage.every(({ figure }) => figure.low === null);
  const paired = single ? "from a single seed, so without an interval" : `paired over seeds, 95 % interval ${intervalWords(summary)}`;
  const notes = [
    `strongest: the one that an attacker would choose at its budget, by ${objectiveWords(summary)}, whatever the test rows show`,
    ...(hasBounds({ entries: damage }) ? [`(bound): ${boundMeaning}`] : []),
    ...(damage.some(isUntold) ? [`~ the interval holds ${none}: it may be none, or as much as its upper end`] : []),
  ];
  return `Damage: ${summary.damageMetric} (${meaning}, ${paired})\n${table}\n${notes.join("\n")}`;
}

function repairSection(summary: Summary): string {
  const repaired = summary.entries.filter((entry) => entry.repair !== noRepair && entry.metric === summary.damageMetric);
  if (repaired.length === 0) return "";
  const repairs = [...new Set(repaired.map((entry) => entry.repair))];
  const tables = repairs.map((repair) => {
    const own = repaired.filter((entry) => entry.repair === repair);
    const cost = own.find((entry) => entry.attack === null);
    const attacked = own.filter((entry) => entry.attack !== null);
    const table =
      attacked.length === 0
        ? ""
        : `\n${byAttackAndBudget(
            summary,
            attacked,
            () => [],
            (entry) => figureText(entry.figure),
            [],
          )}`;
    return `With repair ${repair}: ${summary.damageMetric} against the clean model without it${cost ? `; on clean data it costs ${figureText(cost.figure)}` : ""}${table}`;
  });
  return [repairAdvice(summary).join("\n"), ...tables].filter((part) => part !== "").join("\n\n");
}

function detectionText(summary: Summary): string {
  const { caption, ...table } = detectionTable(summary, "", "poisoned rows");
  return `Detection of the poisoned rows (95 % intervals ${theseRows}). ${caption}\n${tableText(table)}`;
}

function verdictSection({ outcome, reasons }: Verdict): string {
  return [`Verdict: ${outcome}`, ...reasons.map((reason) => `  ${visible(reason)}`)].join("\n");
}

/** One line for each attack, one column for each budget. */
function byAttackAndBudget(
  summary: Summary,
  entries: readonly SummaryEntry[],
  describe: (entry: SummaryEntry) => string[],
  cell: (entry: SummaryEntry) => string,
  described: readonly string[],
): string {
  const attacks = [...new Set(entries.map((entry) => entry.attack))];
  const budgets = [...new Set(entries.map((entry) => entry.budgetFraction))];
  const rows = attacks.map((attack) => {
    const own = entries.filter((entry) => entry.attack === attack);
    const cells = budgets.map((budget) => {
      const entry = own.find((candidate) => candidate.budgetFraction === budget);
      return entry === undefined ? "–" : cell(entry);
    });
    return [attack ?? "", ...describe(own[0]), ...cells];
  });
  return textTable([["attack", ...described, ...budgets.map((budget) => budgetText(budget, summary))], ...rows]);
}
