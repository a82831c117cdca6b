import type { Summary } from "../../study/summary.ts";
import { budgetText, figureText, numberText } from "../words/format.ts";
import { countOf, countText, listText } from "../words/words.ts";

/** What stood for a learner into which nobody looks, and how much of what poison did to that reached the learner; none of others. */
export function transferSentences({ transfer, ...summary }: Summary): string[] {
  if (transfer === undefined) return [];
  const stood = transfer.surrogates.map(({ id, agreement }) => `${id} (agreement ${figureText(agreement)})`);
  const largest = Math.max(...transfer.entries.map(({ budgetFraction }) => budgetFraction));
  const chosen = summary.strongest.find(({ budgetFraction }) => budgetFraction === largest)?.attack;
  const entry = transfer.entries.find(({ attack, budgetFraction }) => attack === chosen && budgetFraction === largest);
  return [
    `Nobody looks into your command: poison was made on ${listText(stood)} in its place, and every damage here but that of the surrogate is your command's own, in ${countOf(transfer.runs, "run")} of it.`,
    ...(entry === undefined
      ? []
      : [
          `At ${budgetText(largest, summary)}, ${entry.attack} does ${figureText(entry.onSurrogate)} of ${entry.metric} to the surrogate and ${figureText(entry.onLearner)} to your command.`,
        ]),
  ];
}

/** What is said below a table of transfer. */
export function transferNote({ transfer }: Pick<Summary, "transfer">): string {
  return transfer === undefined
    ? ""
    : `agreement with the command on held-out clean rows: ${transfer.surrogates.map(({ id, agreement }) => `${id} ${figureText(agreement)}`).join(", ")}; runs of the command: ${countText(transfer.runs)}`;
}

/** How much of the damage to the surrogate reached the learner; null where there was hardly any to reach it. */
export function transferredShare(onSurrogate: number, onLearner: number, metric: string): string | null {
  const [from, to] = metric.endsWith("Ratio") ? [onSurrogate - 1, onLearner - 1] : [onSurrogate, onLearner];
  return from < 0.005 ? null : numberText(to / from);
}
