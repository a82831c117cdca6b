import { certainSentences } from "../certify/certify-text.ts";
import { visible } from "../../core/text/visible.ts";
import type { Figure } from "../../numeric/statistics/intervals.ts";
import type { RatingsHarm } from "../../study/ratings/harm.ts";
import { noRepair } from "../../study/record.ts";
import type { Summary } from "../../study/summary.ts";
import { attacksOf, budgetsOf, entryOf, strongestAt, untilSentences } from "../judging/findings.ts";
import { unnoticedSentences } from "../judging/unnoticed-text.ts";
import { doubtSentences } from "../judging/doubts-text.ts";
import { budgetText, figureText, numberText } from "../words/format.ts";
import { engineRows } from "./engines.ts";
import { type TastelessFigure, noBetterThanTasteless, tastelessFigures } from "./tasteless.ts";
import type { LearnerFindings } from "../judging/learner-findings.ts";
import { intervalWords, theseRows } from "../words/interval-words.ts";
import type { Block } from "../page/document.ts";
import { tableText } from "../page/section-text.ts";
import { attackedTable, noticedBlocks } from "./page.ts";
import { harmText } from "./harm-text.ts";

import { textTable } from "../words/text-table.ts";
import type { Verdict } from "../judging/verdict.ts";

/**
 * What an audit of a recommender found, for a terminal: of each engine the attacks, and what is flagged.
 *
 * @param more what to type for the other tables, where they are left out
 */
export function renderRatings(
  engines: readonly LearnerFindings[],
  verdict: Verdict,
  harm: readonly RatingsHarm[],
  more: string | null,
): string {
  const sections = engines.flatMap(({ learner: engine, summary, cuts }) => [
    [`Engine ${engine}`, cleanText(summary), ...noBetterThanTasteless(engine, summary), ...doubtSentences(summary)].join("\n"),
    damageText(summary),
    unnoticedSentences(summary, "accounts").join("\n"),
    untilSentences(summary).join("\n"),
    ...(more === null
      ? [
          ...harm.filter((found) => found.engine === engine).map(harmText),
          tablesText([attackedTable(engine, summary), ...noticedBlocks(engine, summary, cuts)]),
        ]
      : []),
  ]);
  if (engines.length > 1 && more === null) sections.push(enginesText(engines));
  const certified = engines[0]?.summary.certified;
  if (certified !== undefined)
    sections.push(
      `What is certain\n${certainSentences(certified)
        .map((sentence) => `- ${visible(sentence)}`)
        .join("\n")}`,
    );
  const judged = [`Verdict: ${verdict.outcome}`, ...verdict.reasons.map((reason) => `  ${visible(reason)}`)].join("\n");
  const left = more === null ? [] : [`Who is hurt, repairs and detection: ${visible(more)}`];
  return `${[...sections, judged, ...left].filter((section) => section !== "").join("\n\n")}\n`;
}

function cleanText({ baseline }: Summary): string {
  const beside = tastelessFigures(baseline);
  const names = Object.keys(baseline).filter((name) => name !== "predictionShift" && beside.every(({ id }) => id !== name));
  if (names.length === 0) return "Clean: no trial ended.";
  const intervals = names.some((name) => baseline[name].low !== null) ? `\nIntervals in brackets: 95 %, ${theseRows}` : "";
  const text = (name: string, figure: Figure): string => `${name} ${figureText(figure, digitsOf(name))}`;
  return `Clean: ${names.map((name) => text(name, baseline[name])).join(", ")}${besideText(beside, text)}${intervals}`;
}

/** What it takes no taste to reach. */
function besideText(beside: readonly TastelessFigure[], text: (name: string, figure: Figure) => string): string {
  const lines = [...new Set(beside.map(({ by }) => by))].map(
    (by) =>
      `${by}: ${beside
        .filter((found) => found.by === by)
        .map(({ of, figure }) => text(of, figure))
        .join(", ")}`,
  );
  return lines.map((line) => `\n${line}`).join("");
}

/** Of each attack at each budget: hit rate with its interval, shift, rank. */
function damageText(summary: Summary): string {
  const attacks = attacksOf(summary);
  if (attacks.length === 0) return "";
  const budgets = budgetsOf(summary);
  const rows = attacks.map((attack) => [
    attack,
    ...budgets.map((budget) => {
      const figure = (metric: string): Figure | undefined => entryOf(summary, attack, budget, noRepair, metric)?.figure;
      const [rate, shift, rank] = ["hitRateAt10", "predictionShift", "medianRank"].map(figure);
      if (rate === undefined) return "–";
      const rest = [shift === undefined ? "–" : signed(shift.value), rank === undefined ? "–" : numberText(rank.value, 0)].join(" / ");
      return `${figureText(rate)} / ${rest}${strongestAt(summary, budget) === attack ? " strongest" : ""}`;
    }),
  ]);
  return `Targets under attack: hitRateAt10${summary.seeds === 1 ? " (from a single seed, so without an interval)" : ` [95 % interval ${intervalWords(summary)}]`} / predictionShift / medianRank\n${textTable([["attack", ...budgets.map((budget) => budgetText(budget, summary))], ...rows])}\nstrongest: the one that an attacker would choose, by the share of genuine users whose list of ten has the targets, or by the error on genuine ratings`;
}

/** The same attacks against every engine, at the largest budget: their order differs from engine to engine. */
function enginesText(engines: readonly LearnerFindings[]): string {
  const { budget, rows } = engineRows(engines);
  if (budget === null) return "";
  const cells = rows.map(({ attack, cells: own }) => [
    attack,
    ...own.map((found) => {
      if (found === null) return "–";
      const { hitRate, shift, rank } = found;
      const rest = [shift === undefined ? "–" : signed(shift.value), rank === undefined ? "–" : numberText(rank.value, 0)].join(" / ");
      return `${hitRate === undefined ? "–" : numberText(hitRate.value)} / ${rest}${found.isStrongest ? " strongest" : ""}`;
    }),
  ]);
  return `Every attack against every engine at ${budgetText(budget, engines[0].summary)}: hitRateAt10 / predictionShift / medianRank\n${textTable([["attack", ...engines.map(({ learner }) => learner)], ...cells])}`;
}

function tablesText(blocks: readonly Block[]): string {
  return blocks
    .flatMap((block) => (block.kind === "table" && block.rows.length > 0 ? [`${block.caption}\n${tableText(block)}`] : []))
    .join("\n\n");
}

function digitsOf(metric: string): number {
  return metric === "medianRank" ? 0 : 3;
}

function signed(value: number): string {
  return `${value > 0 ? "+" : ""}${numberText(value, 2)}`;
}
