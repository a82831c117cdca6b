import type { Figure } from "../../numeric/statistics/intervals.ts";
import type { RepairRecommendation } from "../../study/recommend-repair.ts";
import type { Summary } from "../../study/summary.ts";
import { figureText, numberText } from "../words/format.ts";
import { effectOf } from "../words/interval-words.ts";
import { listText, metricWord, shareText } from "../words/words.ts";

/** Which repair to use, what it wins back and what it costs, and which have no effect; a sentence each, none where there are no repairs. */
export function repairAdvice({ recommendation, primaryMetric }: Pick<Summary, "recommendation" | "primaryMetric">): string[] {
  if (recommendation === null || recommendation.damage === null) return [];
  return [...choiceSentences(recommendation, primaryMetric), ...effectSentence(recommendation)];
}

function choiceSentences(advice: RepairRecommendation, primaryMetric: string): string[] {
  const { repair, candidate, damage, wonBack, cost, damageMetric } = advice;
  if (candidate === null || damage === null || wonBack === null || cost === null)
    return ["No repair here is recommended: none wins back damage at a fair cost to clean data."];
  const unit = damageMetric.endsWith("Ratio") ? " times the clean error" : ` of ${metricWord(primaryMetric)}`;
  const lost = damageMetric.endsWith("Ratio") ? damage.value - 1 : damage.value;
  const won = `${figureText(wonBack)}${unit}`;
  if (repair === null)
    return [
      `No repair here is sure to win back damage: the best of those of a fair cost, "${candidate}", wins back ${won}${basisText(advice)}.`,
    ];
  const share = lost > 0 ? `, ${shareText(Math.min(1, wonBack.value / lost))} of the ${numberText(lost)} lost without it` : "";
  return [
    `Recommended repair: "${repair}". Over the attacks it wins back ${won}${share}; on clean data ${costText(cost, damageMetric, unit)}${basisText(advice)}.`,
  ];
}

function costText(cost: Figure, damageMetric: string, unit: string): string {
  const text = `${figureText(cost)}${unit}`;
  const effect = effectOf(damageMetric, cost);
  if (effect === "gain") return `it is a gain (${text})`;
  return damageMetric.endsWith("Ratio") ? `it brings the error to ${text}` : `it costs ${text}`;
}

/** What the figures rest on. */
function basisText({ seeds, agreeingSeeds }: RepairRecommendation): string {
  if (seeds === 1) return " (chosen and measured on one seed, which flatters it)";
  const agreeing = agreeingSeeds === seeds ? "always the same" : `the same for ${agreeingSeeds} of ${seeds}`;
  return ` (each seed measured with what the others choose, ${agreeing})`;
}

function effectSentence({ noEffect }: RepairRecommendation): string[] {
  if (noEffect.length === 0) return [];
  const names = listText(noEffect.map((id) => `"${id}"`));
  return [`No effect: ${names} ${noEffect.length === 1 ? "gives" : "give"} in every trial, to the last digit, what no repair gives.`];
}
