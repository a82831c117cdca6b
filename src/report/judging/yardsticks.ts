import type { RecallEntry } from "../../study/class-recalls.ts";
import { noRepair } from "../../study/record.ts";
import type { Summary } from "../../study/summary.ts";
import { budgetText, figureText, numberText } from "../words/format.ts";
import { effectOf } from "../words/interval-words.ts";

/** Of more classes than this, those whose recall falls the most are shown. */
export const mostClassesShown = 12;

/** What a figure of accuracy or error is to be read against: always saying one thing, every class alike, and the class that suffers most at this budget. */
export function yardstickSentences(summary: Summary, budget: number): string[] {
  const { accuracy, majorityAccuracy, balancedAccuracy, rSquared } = summary.baseline;
  const attack = summary.strongest.find(({ budgetFraction }) => budgetFraction === budget)?.attack;
  const left = summary.entries.find(
    (entry) => entry.attack === attack && entry.budgetFraction === budget && entry.repair === noRepair && entry.metric === "rSquared",
  );
  if (rSquared !== undefined) {
    const after =
      attack === undefined || left === undefined ? "" : `; ${attack} at ${budgetText(budget, summary)} leaves ${figureText(left.figure)}`;
    return [`The clean model's R² is ${figureText(rSquared)}, where always saying the mean has 0${after}.`];
  }
  if (accuracy === undefined || majorityAccuracy === undefined) return [];
  const balanced = balancedAccuracy === undefined ? "" : ` (balanced: ${figureText(balancedAccuracy)})`;
  const naive = `always saying the most frequent class ${accuracy.value > majorityAccuracy.value ? "would reach" : "reaches no less:"} ${numberText(majorityAccuracy.value)}`;
  return [
    `The clean model's accuracy is ${figureText(accuracy)}${balanced}; ${naive}.${lowestSentence(summary)}${recallSentence(summary, budget)}`,
  ];
}

function lowestSentence({ recalls = [] }: Summary): string {
  if (recalls.length === 0) return "";
  const lowest = recalls.reduce((least, entry) => (entry.clean.value < least.clean.value ? entry : least));
  return ` Its lowest recall is that of "${shortName(lowest.class)}", ${figureText(lowest.clean)}.`;
}

function recallSentence(summary: Summary, budget: number): string {
  const falls = byFall(summary.recalls ?? [], budget).flatMap(({ class: name, clean, attacked }) => {
    const found = attacked.find(({ budgetFraction }) => budgetFraction === budget);
    return found === undefined ? [] : [{ ...found, clean, name: `"${shortName(name)}"`, effect: effectOf("recallDrop", found.drop) }];
  });
  if (falls.length === 0) return "";
  const [first] = falls;
  const { attack, clean, figure, drop, effect, name } = first;
  const who = ` At ${budgetText(budget, summary)}, ${attack}`;
  if (drop.value <= 0) return `${who} was not seen to lower the recall of any class.`;
  const sure = effect === "unknown" ? ", from a single seed" : effect === "none" ? ", which may be none" : "";
  const told = effect === "none" ? falls.find((other) => other.effect === "damage") : undefined;
  const other = told === undefined ? "" : `; that of ${told.name} falls by ${figureText(told.drop)}`;
  return `${who} lowers the recall of ${name} the most, from ${numberText(clean.value)} to ${numberText(figure.value)}: by ${figureText(drop)}${sure}${other}.`;
}

/** Classes by how much their recall falls at this budget, the most first; those without a figure last. */
export function byFall(recalls: readonly RecallEntry[], budget: number): RecallEntry[] {
  const fall = ({ attacked }: RecallEntry): number =>
    attacked.find(({ budgetFraction }) => budgetFraction === budget)?.drop.value ?? -Infinity;
  return [...recalls].sort((a, b) => (fall(a) === fall(b) ? 0 : fall(b) - fall(a)));
}

/** A label may be a sentence. */
export function shortName(name: string): string {
  const letters = [...name];
  return letters.length <= 40 ? name : `${letters.slice(0, 39).join("")}…`;
}
