import type { Figure } from "../../numeric/statistics/intervals.ts";
import type { Goal } from "../../core/threat.ts";
import type { Summary } from "../../study/summary.ts";
import { noRepair } from "../../study/record.ts";
import { budgetText, figureText } from "../words/format.ts";
import { effectOf, noDamage } from "../words/interval-words.ts";
import { metricWord } from "../words/words.ts";

/** The finding that weighs most, whatever its goal. */
export interface Worst {
  readonly sentence: string;
  readonly goal: Goal;
  readonly attack: string;
  readonly budgetFraction: number;
  readonly metric: string;
  readonly figure: Figure;
}

/**
 * Of the strongest attack of each goal at each budget, the one that takes the largest share of what can be taken: of an accuracy or a rate its change, of an AUC twice
 * its drop, of an error what it grew by over what it is, of a backdoor its success less what the trigger does without poison. Null where no attack ended.
 */
export function worstOf(summary: Summary): Worst | null {
  return weighed(summary)?.worst ?? null;
}

/** The same over several learners, with the learner that it befalls. */
export function worstOfAll(
  learners: readonly { readonly learner: string; readonly summary: Summary }[],
): (Worst & { readonly learner: string }) | null {
  const found = learners.flatMap(({ learner, summary }) => {
    const own = weighed(summary);
    return own === null ? [] : [{ weight: own.weight, worst: { ...own.worst, learner } }];
  });
  return found.length === 0 ? null : found.reduce((most, next) => (next.weight > most.weight ? next : most)).worst;
}

function weighed(summary: Summary): { readonly weight: number; readonly worst: Worst } | null {
  const found = summary.strongestByGoal.flatMap(({ goal, attack, budgetFraction }) => {
    const figureOf = (metric: string): Figure | undefined =>
      summary.entries.find(
        (entry) =>
          entry.attack === attack && entry.budgetFraction === budgetFraction && entry.repair === noRepair && entry.metric === metric,
      )?.figure;
    const metric = goal === "backdoor" ? "attackSuccessRate" : goal === "targeted" ? "targetErrorRise" : summary.damageMetric;
    const figure = figureOf(metric);
    if (figure === undefined) return [];
    const share = figure.value - (metric === "attackSuccessRate" ? (figureOf("untriggeredRate")?.value ?? 0) : 0);
    const weight = metric.endsWith("Ratio") ? 1 - 1 / Math.max(share, 1e-9) : metric === "aucDrop" ? 2 * share : share;
    return [{ weight, worst: { goal, attack, budgetFraction, metric, figure } }];
  });
  if (found.length === 0) return null;
  const { weight, worst } = found.reduce((most, next) => (next.weight > most.weight ? next : most));
  return { weight, worst: { ...worst, sentence: sentenceOf(worst, summary) } };
}

function sentenceOf({ goal, attack, budgetFraction, metric, figure }: Omit<Worst, "sentence">, summary: Summary): string {
  const text = figureText(figure);
  const where = `At ${budgetText(budgetFraction, summary)}, ${attack}`;
  const none = noDamage(metric);
  // "Takes -0.01" would be no sentence.
  if (goal !== "backdoor" && figure.value <= none)
    return `${where} did no harm to ${goal === "targeted" ? "its target" : metricWord(summary.primaryMetric)} that was seen: ${metric} ${text}${figure.low === null ? ", from a single seed" : (figure.high ?? none) > none ? ", though there may be some" : ""}.`;
  const isUntold = goal !== "backdoor" && effectOf(metric, figure) === "none";
  const seeds = figure.low === null ? ", from a single seed" : isUntold ? ", which may be none" : "";
  if (goal === "backdoor") return `${where} makes its trigger turn ${text} of the rows that the clean model gets right${seeds}.`;
  if (goal === "targeted") return `${where} raises the error on its target by ${text}${seeds}.`;
  if (metric.endsWith("Ratio")) return `${where} raises ${metricWord(summary.primaryMetric)} to ${text} times the clean one${seeds}.`;
  return metric.endsWith("Drop")
    ? `${where} takes ${text} of ${metricWord(summary.primaryMetric)}${seeds}.`
    : `${where} brings a ${metric} of ${text}${seeds}.`;
}
