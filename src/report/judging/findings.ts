import { countedAt } from "../../study/budgets.ts";
import type { Figure } from "../../numeric/statistics/intervals.ts";
import { noRepair } from "../../study/record.ts";
import type { Summary, SummaryEntry } from "../../study/summary.ts";
import { budgetText, budgetWithShare, figureText, numberText, percentText } from "../words/format.ts";
import { effectOf, intervalCaution, intervalWords, ofLeftOut } from "../words/interval-words.ts";
import { accessWords, capitalised, countOf, countText, goalText, knowledgeText, metricWord, shareText } from "../words/words.ts";
import { doubtSentences } from "./doubts-text.ts";
import { transferSentences } from "./transfer-text.ts";
import { unnoticedSentences } from "./unnoticed-text.ts";
import { worstOf } from "./worst.ts";
import { yardstickSentences } from "./yardsticks.ts";

/** What the sentences say beyond the summary. */
export interface FindingsContext {
  /** Clean training examples that poison may be counted against; null = not known. */
  readonly trainingRows: number | null;
  /** Whether poison may only go into some of the tasks. */
  readonly hasAttackTasks: boolean;
  readonly budgets: readonly { readonly budgetFraction: number; readonly rows: number }[];
  /** Share of the training rows, the most suspicious first, that detectors are judged by. */
  readonly flagFraction: number;
  readonly plannedTrials: number;
  readonly recordedTrials: number;
}

/** The few sentences that matter most, for somebody who was not there: damage, detection and repair at 1 % and at the largest budget. */
export function findingsOf(summary: Summary, context: FindingsContext): string[] {
  const clean = summary.baseline[summary.primaryMetric];
  if (clean === undefined)
    return ["No model was trained on the clean data, so nothing can be said about damage.", ...missing(summary, context)];
  const budgets = summary.strongest.map(({ budgetFraction }) => budgetFraction).sort((a, b) => a - b);
  if (budgets.length === 0)
    return [
      `On clean data the model reaches ${metricWord(summary.primaryMetric)} ${figureText(clean)}; no attack ended, so nothing can be said about damage.`,
      ...missing(summary, context),
    ];
  const main = budgets.find((budget) => Math.abs(budget - 0.01) < 1e-9) ?? budgets[0];
  const largest = budgets[budgets.length - 1];
  const shown = main === largest ? [main] : [main, largest];
  const worst = worstOf(summary);
  const isOther = worst !== null && (worst.attack !== strongestAt(summary, worst.budgetFraction) || worst.metric !== summary.damageMetric);
  return [
    ...(isOther ? [`Worst of the strongest attacks: ${worst.sentence}`] : []),
    ...shown.map((budget) => damageSentence(summary, context, budget, budget === main)),
    ...transferSentences(summary),
    ...doubtSentences(summary),
    ...yardstickSentences(summary, largest),
    ...unnoticedSentences(summary),
    ...untilSentences(summary),
    ...goalSentences(summary, main),
    ...detectionSentences(summary, context, shown),
    ...repairSentences(summary, shown),
    ...missing(summary, context),
    ...(hasIntervals(summary)
      ? [
          `Intervals in brackets are of 95 %${ofLeftOut(summary)}, ${intervalWords(summary)}${summary.detections.some(({ recall }) => recall.low !== null) ? "; those of detectors are over seeds on these very rows" : ""}${intervalCaution(summary)}.`,
        ]
      : []),
  ].filter((sentence) => sentence !== "");
}

function hasIntervals({ entries }: Summary): boolean {
  return entries.some(({ figure }) => figure.low !== null);
}

function damageSentence(summary: Summary, context: FindingsContext, budget: number, isFirst: boolean): string {
  const { primaryMetric, damageMetric, baseline } = summary;
  const attack = strongestAt(summary, budget);
  const damage = entryOf(summary, attack, budget, noRepair, damageMetric);
  const left = entryOf(summary, attack, budget, noRepair, primaryMetric);
  if (damage === undefined || left === undefined)
    return `At ${budgetText(budget, summary)} nothing can be compared: no seed has both a clean and an attacked model.`;
  const word = metricWord(primaryMetric);
  const values = [baseline[primaryMetric].value, left.figure.value].map((value) => numberText(value));
  const change =
    !["damage", "gain"].includes(effectOf(summary.damageMetric, damage.figure)) && values[0] === values[1]
      ? `leaves ${word} at ${values[0]}`
      : `${left.figure.value < baseline[primaryMetric].value ? "lowers" : "raises"} ${word} from ${values[0]} to ${values[1]}`;
  const rows = context.budgets.find(({ budgetFraction }) => budgetFraction === budget)?.rows;
  const whose = context.hasAttackTasks ? "training rows of the attacked tasks" : "training rows";
  const total = isFirst && context.trainingRows !== null ? ` of ${countText(context.trainingRows)}` : "";
  const count = rows === undefined ? "" : total === "" ? ` (${countOf(rows, "row")})` : ` (${countText(rows)}${total})`;
  const where =
    countedAt(summary.counted, budget) === undefined
      ? `At ${budgetText(budget, summary)}${isFirst ? ` of the ${whose}` : ""}${count}`
      : `At ${budgetWithShare(budget, summary)}`;
  const who = isFirst ? `the strongest attack found (${describeAttack(summary, damage)})` : `the strongest, ${attack},`;
  return `${where}, ${who} ${change}: ${effectText(summary, damage.figure)}.${rivalSentence(summary, budget)}${worseSentence(summary, budget, damage)}`;
}

/** How few rows are enough for what was asked. */
export function untilSentences({ until }: Pick<Summary, "until">): string[] {
  if (until === null) return [];
  const { attack, access, rows, typical, share, splits, reached, mostRows, unit } = until;
  const goal = goalText(until);
  if (attack === "") return [`How little poison brings ${goal} could not be searched: no attack ended that has the figure.`];
  const [noun, again] = unit === "rows" ? ["row", "split"] : ["account", "repetition"];
  const who = access === null || unit === "accounts" ? attack : `${attack}, which ${accessWords[access]},`;
  if (rows === null)
    return [
      reached === 0
        ? `Up to ${countOf(mostRows, noun)} of ${who} did not bring ${goal} on any of ${countOf(splits, again)}: what other attacks would need was not searched.`
        : splits === 1
          ? `${countOf(typical ?? mostRows, noun)} of ${who} brought ${goal} on a single ${again}, so nothing says how many another one takes.`
          : `Up to ${countOf(mostRows, noun)} of ${who} brought ${goal} on ${reached} of ${splits} ${again}s, so that no number is known to be enough${typical === null ? "" : `; on half of them ${countText(typical)} are`}.`,
    ];
  const another = unit === "rows" ? "another split of these data" : "another attempt on these users";
  return [
    `${countOf(rows, noun)}${share === null ? "" : ` (${percentText(Number(share.toPrecision(3)))})`} of ${who} are enough for ${goal} with 95 % confidence on ${another}; on half of ${splits} ${again}s ${countText(typical ?? rows)} are.`,
  ];
}

/** How sure the choice was. */
function rivalSentence({ strongest, seeds }: Summary, budget: number): string {
  const rivals = strongest.find((entry) => isAt(entry, budget))?.rivals ?? [];
  if (rivals.length === 0 || seeds < 2) return "";
  const named = rivals.slice(0, 3).join(", ");
  return ` By what attackers can tell, ${rivals.length > 3 ? `${named} and ${rivals.length - 3} more` : named} may do as much.`;
}

function describeAttack(summary: Summary, { attack, access, knowledge }: SummaryEntry): string {
  const may = access === null ? [] : [accessWords[access]];
  const knows = knowledge === null ? [] : [knowledgeText(knowledge, summary)];
  return [attack, [...may, ...knows].join(" and ")].filter((part) => part !== "").join(", which ");
}

/** An attacker cannot choose by the test rows, but a reader should know when another attack happened to do more harm there. */
function worseSentence(summary: Summary, budget: number, strongest: SummaryEntry): string {
  const worst = summary.entries
    .filter((entry) => entry.attack !== null && isAt(entry, budget) && entry.repair === noRepair && entry.metric === summary.damageMetric)
    .reduce((most, entry) => (entry.figure.value > most.figure.value ? entry : most), strongest);
  if (worst === strongest || figureText(worst.figure) === figureText(strongest.figure)) return "";
  return ` On the test rows ${worst.attack} happened to do more harm: ${damageText(summary, worst.figure)}.`;
}

/** What the strongest attackers with a target got, where they did not set the tone already. */
function goalSentences(summary: Summary, budget: number): string[] {
  return summary.strongestByGoal.flatMap(({ goal, attack, budgetFraction }) => {
    if (budgetFraction !== budget || (goal !== "backdoor" && goal !== "targeted")) return [];
    const figure = (metric: string): Figure | undefined => entryOf(summary, attack, budget, noRepair, metric)?.figure;
    if (goal === "targeted") {
      const rise = figure("targetErrorRise");
      return rise === undefined ? [] : [`At ${budgetText(budget, summary)} the attack ${attack} ${riseText(rise)}.`];
    }
    const [success, without] = [figure("attackSuccessRate"), figure("untriggeredRate")];
    if (success === undefined || without === undefined) return [];
    return [
      `At ${budgetText(budget, summary)} the backdoor of ${attack} turns ${recallText(success)} of the rows that the trigger is put into, and without the trigger ${shareText(without.value)} of them.`,
    ];
  });
}

function riseText(rise: Figure): string {
  const text = figureText(rise);
  const effect = effectOf("targetErrorRise", rise);
  if (rise.value <= 0) return `does not raise the error on its target (by ${text}${effect === "none" ? ", though it may rise" : ""})`;
  return `raises the error on its target by ${text}${effect === "none" ? ", which may be none" : ""}`;
}

function detectionSentences(summary: Summary, { flagFraction }: FindingsContext, budgets: readonly number[]): string[] {
  const found = budgets.flatMap((budget) => {
    const own = summary.detections.filter((entry) => entry.attack === strongestAt(summary, budget) && isAt(entry, budget));
    const best = own.reduce<(typeof own)[number] | null>(
      (most, entry) => (most === null || entry.recall.value > most.recall.value ? entry : most),
      null,
    );
    return best === null ? [] : [{ budget, best, count: own.length }];
  });
  if (found.length === 0) return [];
  const [first, ...rest] = found;
  const chance = shareText(flagFraction);
  const finder = first.count > 1 ? `the best of ${first.count} detectors, ${first.best.detector},` : `the ${first.best.detector} detector`;
  const later = rest.map(
    ({ budget, best }) =>
      ` At ${budgetText(budget, summary)} ${best.detector === first.best.detector ? "it finds" : `the best, ${best.detector}, finds`} ${recallText(best.recall)}.`,
  );
  return [
    `Of the poisoned rows at ${budgetText(first.budget, summary)}, ${finder} finds ${recallText(first.best.recall)} among the ${chance} most suspicious training rows, where picking at random would find ${chance}; ${shareText(first.best.precision.value)} of the rows so flagged are poisoned.${later.join("")}`,
  ];
}

function recallText({ value, low, high }: Figure): string {
  return low === null || high === null ? shareText(value) : `${shareText(value)} [${shareText(low)}, ${shareText(high)}]`;
}

function repairSentences(summary: Summary, budgets: readonly number[]): string[] {
  const [first, ...rest] = budgets.flatMap((budget) => {
    const attack = strongestAt(summary, budget);
    const without = entryOf(summary, attack, budget, noRepair, summary.damageMetric);
    const repaired = summary.entries.filter(
      (entry) => entry.attack === attack && isAt(entry, budget) && entry.repair !== noRepair && entry.metric === summary.damageMetric,
    );
    if (without === undefined || repaired.length === 0) return [];
    const best = repaired.reduce((least, entry) => (entry.figure.value < least.figure.value ? entry : least));
    return [{ budget, without, best, count: repaired.length }];
  });
  if (first === undefined) return [];
  const cost = entryOf(summary, null, 0, first.best.repair, summary.damageMetric);
  const name =
    first.count > 1 ? `the best of ${first.count} repairs on the test rows, "${first.best.repair}",` : `the repair "${first.best.repair}",`;
  const later = rest.map(({ budget, without, best }) => {
    const with_ = best.repair === first.best.repair ? "" : ` with "${best.repair}"`;
    return ` At ${budgetText(budget, summary)}${with_}, ${repairedText(summary, without.figure, best.figure)}.`;
  });
  const price = cost === undefined ? "" : ` On clean data ${costText(summary, cost.figure)}.`;
  return [
    `With ${name} ${repairedText(summary, first.without.figure, first.best.figure)} at ${budgetText(first.budget, summary)}.${later.join("")}${price}`,
  ];
}

function repairedText(summary: Summary, without: Figure, repaired: Figure): string {
  const unit = summary.damageMetric.endsWith("Ratio") ? " times the clean error" : "";
  const text = `${figureText(repaired)}${unit}`;
  const instead = `${text}, without it ${figureText(without)}`;
  const effect = effectOf(summary.damageMetric, repaired);
  if (effect === "unknown") return `the damage is ${text} instead of ${figureText(without)}, from a single seed`;
  if (repaired.value >= without.value)
    return effect === "none" && effectOf(summary.damageMetric, without) === "none"
      ? `there may be no damage, without the repair as with it (${instead})`
      : `the damage is no smaller (${instead})`;
  if (effect === "none") return `of the damage none may be left, or as much as ${upTo(repaired)} (${instead})`;
  if (effect === "gain") return `the model is better than the clean one without repair (${instead})`;
  return `the damage is ${text} instead of ${figureText(without)}`;
}

function costText(summary: Summary, cost: Figure): string {
  const text = figureText(cost);
  const isRatio = summary.damageMetric.endsWith("Ratio");
  const unit = isRatio ? " times the clean error" : ` of ${metricWord(summary.primaryMetric)}`;
  switch (effectOf(summary.damageMetric, cost)) {
    case "none":
      return `it may cost nothing, or as much as ${upTo(cost)} (${text}${unit})`;
    case "gain":
      return `it is a gain (${text}${unit})`;
    case "unknown":
      return isRatio ? `it brings the error to ${text}${unit}, from a single seed` : `it costs ${text}${unit}, from a single seed`;
    case "damage":
      return isRatio ? `it raises the error to ${text}${unit}` : `it costs ${text}${unit}`;
  }
}

/** The most that an interval does not rule out. */
function upTo({ value, high }: Figure): string {
  return numberText(high ?? value);
}

function effectText(summary: Summary, damage: Figure): string {
  const text = damageText(summary, damage);
  switch (effectOf(summary.damageMetric, damage)) {
    case "unknown":
      return `${text}, from a single seed, so nothing says how far it would vary`;
    case "damage":
      return text;
    case "none":
      return `${text}, which may be none, or as much as ${upTo(damage)}`;
    case "gain":
      return `${text}, so the model gains`;
  }
}

/** `a drop of 0.012 [0.001, 0.024]`, `1.110 times the clean error [1.008, 1.212]`. */
function damageText(summary: Summary, figure: Figure): string {
  if (!summary.damageMetric.endsWith("Ratio")) return `a drop of ${figureText(figure)}`;
  const [value, interval] = figureText(figure).split(" [");
  return `${value} times the clean error${interval === undefined ? "" : ` [${interval}`}`;
}

function missing(summary: Summary, { plannedTrials, recordedTrials }: FindingsContext): string[] {
  const failed = summary.failures.length;
  const absent = plannedTrials - recordedTrials;
  const parts = [
    ...(failed > 0 ? [`${failed} of ${countOf(plannedTrials, "trial")} failed`] : []),
    ...(absent > 0 ? [`${absent} of ${countOf(plannedTrials, "trial")} ${absent === 1 ? "is" : "are"} missing`] : []),
  ];
  const { notNeeded } = summary;
  return [
    ...(parts.length === 0 ? [] : [`${capitalised(parts.join(" and "))}: what they would have shown is not in these figures.`]),
    ...(notNeeded === undefined
      ? []
      : [
          `${notNeeded} of ${countOf(plannedTrials, "trial")} ${notNeeded === 1 ? "was" : "were"} not needed: by the seeds before, others are surely as strong, or all that they could tell was decided; figures of their attacks are of fewer seeds, with intervals of 99 %.`,
        ]),
  ];
}

export function strongestAt(summary: Summary, budgetFraction: number): string | null {
  return summary.strongest.find((entry) => isAt(entry, budgetFraction))?.attack ?? null;
}

export function entryOf(
  summary: Summary,
  attack: string | null,
  budgetFraction: number,
  repair: string,
  metric: string,
): SummaryEntry | undefined {
  return summary.entries.find(
    (entry) => entry.attack === attack && isAt(entry, budgetFraction) && entry.repair === repair && entry.metric === metric,
  );
}

/** Attacks with damage to show, in the order of the study. */
export function attacksOf(summary: Summary): string[] {
  return [
    ...new Set(summary.entries.flatMap(({ attack, metric }) => (attack === null || metric !== summary.damageMetric ? [] : [attack]))),
  ];
}

export function budgetsOf(summary: Summary): number[] {
  return [...new Set(summary.entries.flatMap((entry) => (entry.attack === null ? [] : [entry.budgetFraction])))].sort((a, b) => a - b);
}

function isAt(entry: { readonly budgetFraction: number }, budgetFraction: number): boolean {
  return entry.budgetFraction === budgetFraction;
}
