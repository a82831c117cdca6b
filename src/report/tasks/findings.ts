import type { Figure } from "../../numeric/statistics/intervals.ts";
import type { MeasuredAttack, PricePoint, TasksResult } from "../../study/tasks/tasks-result.ts";
import { percentText, figureText, numberText } from "../words/format.ts";
import { defenceSentences } from "./defence.ts";
import { fewSentences, knowsText } from "./few.ts";
import { taskWord } from "./order.ts";
import { damageWord, metricWord } from "../words/words.ts";

/** What a study of tasks found, in sentences, the most important first. */
export function taskFindings(result: TasksResult): string[] {
  return [
    gainSentence(result, "single"),
    gainSentence(result, "pooled"),
    besideSentence(result),
    relationSentence(result),
    ...fewSentences(result),
    ...attackSentences(result),
    priceSentence(result),
    ...defenceSentences(result),
  ].filter((sentence) => sentence !== "");
}

function gainSentence({ metric, better, gain, gainOver }: TasksResult, over: "single" | "pooled"): string {
  const difference = gainOver[over];
  const against = over === "single" ? "learning each task alone" : "one model for all tasks";
  const word = metricWord(metric);
  const levels = `${word} ${numberText(gain.mtrl.value)} against ${numberText(gain[over].value)}`;
  const worth = better === "higher" ? difference : turned(difference);
  const isSure = worth.low !== null && worth.high !== null && (worth.low > 0 || worth.high < 0);
  if (!isSure) return `Sharing cannot be told from ${against}: ${levels}, a difference of ${figureText(difference)}.`;
  const verb = worth.value > 0 ? "gains over" : "loses against";
  return `Sharing ${verb} ${against}: ${levels}, a difference of ${figureText(difference)}.`;
}

/** What the tasks together are to be held against: always saying one thing, and every class counted alike. */
function besideSentence({ metric, gain, beside }: TasksResult): string {
  const { rSquared, majorityAccuracy, balancedAccuracy } = beside;
  const accuracy = metric === "accuracy" ? gain.mtrl : beside["accuracy"];
  if (rSquared !== undefined) return `Together, R² is ${figureText(rSquared)}, where always saying the mean of each task has 0.`;
  if (accuracy === undefined || majorityAccuracy === undefined) return "";
  const balanced = balancedAccuracy === undefined ? "" : ` (balanced: ${figureText(balancedAccuracy)})`;
  const says = accuracy.value > majorityAccuracy.value ? "would reach" : "reaches no less:";
  return `Together, accuracy is ${figureText(accuracy)}${balanced}; always saying the most frequent class of each task ${says} ${numberText(majorityAccuracy.value)}.`;
}

/** With the sign that makes better positive. */
function turned({ value, low, high }: Figure): Figure {
  return { value: -value, low: high === null ? null : -high, high: low === null ? null : -low };
}

function relationSentence({ tasks, relation }: TasksResult): string {
  const pairs = relation.flatMap((row, i) => row.flatMap((value, j) => (value === null || j <= i ? [] : [{ i, j, value }])));
  if (pairs.length === 0) return "";
  const near = pairs.reduce((best, next) => (next.value > best.value ? next : best));
  const far = pairs.reduce((best, next) => (next.value < best.value ? next : best));
  const words = (pair: typeof near): string =>
    `${taskWord(tasks[pair.i])} and ${taskWord(tasks[pair.j])} (correlation ${numberText(pair.value, 2)})`;
  if (pairs.length === 1)
    return `The correlation of ${taskWord(tasks[near.i])} and ${taskWord(tasks[near.j])} is ${numberText(near.value, 2)}.`;
  if (near.value - far.value < 0.005) return `All pairs of tasks are equally near (correlation ${numberText(near.value, 2)}).`;
  return `Nearest to each other are ${words(near)}, farthest apart ${words(far)}.`;
}

function attackSentences(result: TasksResult): string[] {
  const { measured } = result;
  if (measured.length === 0) return [];
  const strongest = measured.reduce((best, next) => (next.figure.value > best.figure.value ? next : best));
  return [`The strongest indirect attack measured: ${attackText(result, strongest)}`];
}

function attackText({ budgetFraction, damageMetric, metric }: TasksResult, attack: MeasuredAttack): string {
  const where = attack.from === null ? "all other tasks" : taskWord(attack.from);
  const { low, high } = attack.figure;
  const none = damageMetric.endsWith("Ratio") ? 1 : 0;
  const isSure = low !== null && high !== null && low > none;
  const isHelp = low !== null && high !== null && high < none;
  const told = isSure ? "" : isHelp ? ", which is a gain" : ", which may be none, by its interval over splits of these rows";
  return `poison in ${where}, ${percentText(budgetFraction)} of ${attack.from === null ? "their" : "its"} rows, hurts ${taskWord(attack.to)} without touching it: ${damageWord(damageMetric)} ${figureText(attack.figure)} from ${metricWord(metric)} ${numberText(attack.before.value)}${told} (random wrong labels: ${figureText(attack.flip)}). The attacker knows ${knowsText(attack.knowledge)}.`;
}

/** At the strength that tuning chose, and with the fewest rows. */
function priceSentence({ price, metric, relationDecays }: TasksResult): string {
  const tuned = Math.log(
    Math.max(Number.MIN_VALUE, [...relationDecays].sort((a, b) => a - b)[Math.floor((relationDecays.length - 1) / 2)]),
  );
  const distance = ({ value }: PricePoint): number => Math.abs(Math.log(Math.max(Number.MIN_VALUE, value)) - tuned);
  const decays = price.filter(({ by }) => by === "relationDecay");
  if (decays.length === 0) return "";
  const usual = decays.reduce((best, next) => (distance(next) < distance(best) ? next : best));
  const rows = price.filter(({ by }) => by === "targetRows");
  const fewest = rows.length < 2 ? null : rows.reduce((best, next) => (next.value < best.value ? next : best));
  const few = fewest === null ? "" : `; were it to have ${fewest.value} rows, ${figureText(fewest.gain)} and ${figureText(fewest.damage)}`;
  return `The price of sharing for ${taskWord(usual.target)}, the task that is most exposed: ${metricWord(metric)} gains ${figureText(usual.gain)} from sharing and loses ${figureText(usual.damage)} to an attack through all other tasks${few}. The attacker knows ${knowsText(usual.knowledge)}.`;
}
