import type { Summary } from "../../study/summary.ts";
import type { UnnoticedEntry } from "../../study/unnoticed/summarise.ts";
import { budgetText, figureText, numberText } from "../words/format.ts";
import { effectOf } from "../words/interval-words.ts";
import { listText, metricWord, shareText } from "../words/words.ts";

/** Names of this many detectors are told. */
const mostNamed = 3;

/**
 * What would get past everybody, and how much of the strongest attack would not; empty where nobody asked.
 *
 * @param poison what a scan flags of the poison
 */
export function unnoticedSentences(summary: Summary, poison: "rows" | "accounts" = "rows"): string[] {
  const { unnoticed } = summary;
  if (unnoticed === null) return [];
  const { budgetFraction, metric, figure, attacks, blind, flaggedAgainShare } = unnoticed;
  const unit = metric.endsWith("Ratio") ? " times the clean error" : ` of ${metricWord(summary.primaryMetric)}`;
  const beside = `${blind.attack} without a thought of the scan takes ${blind.figure === null ? "what was not measured" : `${figureText(blind.figure)}${unit}`}, and ${flaggedText(unnoticed, poison)}`;
  const where = `Unnoticed at ${budgetText(budgetFraction, summary)}`;
  if (attacks.length === 0)
    return [`${where}: nothing that does harm. Of all that was tried the scan keeps what it does not flag at no damage; ${beside}.`];
  const effect = effectOf(metric, figure);
  const doubt =
    effect === "none"
      ? `, which may be none, or as much as ${numberText(figure.high ?? figure.value)}`
      : effect === "gain"
        ? ", so that the scan keeps it at no damage"
        : effect === "unknown"
          ? ", from a single seed"
          : "";
  const again = flaggedAgainShare === 0 ? "" : ` (with other random numbers it flags ${shareText(flaggedAgainShare)})`;
  const kept =
    poison === "rows"
      ? "with none of its rows flagged by the scan"
      : `with ${numberText(unnoticed.rows, 0)} of the ${numberText(blind.rows, 0)} accounts, of whom the scan flags none`;
  const by = listText(attacks.map((one) => one.attack));
  return [`${where}: ${figureText(figure)}${unit}${doubt}, by ${by}, ${kept}${again}; ${beside}.`];
}

/** `71 % of its rows are flagged (70 % by loss)`. */
function flaggedText({ blind: { flaggedShare, byDetector } }: UnnoticedEntry, poison: "rows" | "accounts"): string {
  if (flaggedShare === 0) return `none of its ${poison} is flagged either`;
  const finders = byDetector.filter((one) => one.flaggedShare > 0).sort((a, b) => b.flaggedShare - a.flaggedShare);
  const named = finders.slice(0, mostNamed).map((one) => `${shareText(one.flaggedShare)} by ${one.detector}`);
  return `${shareText(flaggedShare)} of its ${poison} are flagged (${listText(named)})`;
}
