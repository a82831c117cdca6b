import type { UntilGoal } from "../../study/until/goal.ts";
import type { Access, Goal, Knowledge } from "../../core/threat.ts";

/** What an attacker with this access may do, to follow "an attack that …". */
export const accessWords: Readonly<Record<Access, string>> = {
  logic: "may change the training itself",
  modify: "may change labels and inputs",
  "modify-labels": "may change labels",
  "modify-inputs": "may change inputs but no labels",
  inject: "may only add rows",
  upstream: "may only touch what the base model was pretrained on",
};

/** What an attacker with this knowledge has, to follow "and …". */
export const knowledgeWords: Readonly<Record<Knowledge, string>> = {
  "white-box": "knows the model",
  "gray-box": "knows how the model learns but not its data",
  "black-box": "knows neither model nor data",
  none: "needs no knowledge",
};

export const goalWords: Readonly<Record<Goal, string>> = {
  availability: "errors everywhere",
  targeted: "chosen rows answered wrongly",
  backdoor: "wrong only with the trigger",
  promote: "an item shown more",
  demote: "an item shown less",
};

const metricWords: Readonly<Record<string, string>> = {
  auc: "AUC",
  rmse: "RMSE",
  rSquared: "R²",
  balancedAccuracy: "balanced accuracy",
  majorityAccuracy: "majority baseline",
};

/** `accuracy`, `AUC`, `RMSE`; another metric as it is named in the records. */
export function metricWord(metric: string): string {
  return Object.hasOwn(metricWords, metric) ? metricWords[metric] : metric;
}

/** A damage as a heading says it: `drop of accuracy`, `RMSE, clean = 1`; another metric as it is named in the records. */
export function damageWord(damageMetric: string): string {
  const [, metric, as] = /^(.+?)(Drop|Rise|Ratio)$/.exec(damageMetric) ?? [];
  if (metric === undefined) return metricWord(damageMetric);
  return as === "Ratio" ? `${metricWord(metric)}, clean = 1` : `${as.toLowerCase()} of ${metricWord(metric)}`;
}

/** `accuracyDrop >= 0.05`. */
export function goalText({ metric, operator, bound }: Pick<UntilGoal, "metric" | "operator" | "bound">): string {
  return `${metric} ${operator} ${bound}`;
}

/** `5,600`. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 row`, `2 rows`. */
export function countOf(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listText(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`;
}

/** `37 %`; `<1 %` and `>99 %` where rounding would claim none or all. */
export function shareText(share: number): string {
  const percent = Math.round(share * 100);
  if (percent === 0 && share > 0) return "<1 %";
  if (percent === 100 && share < 1) return ">99 %";
  return `${percent} %`;
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Said wherever budgets are explained. */
export const budgetRowWords = "A row that is changed and a row that is added count one each.";
