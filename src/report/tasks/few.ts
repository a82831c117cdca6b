import type { Figure } from "../../numeric/statistics/intervals.ts";
import type { TaskKnowledge } from "../../study/tasks/config.ts";
import type { FewLine, FewResult, TasksResult } from "../../study/tasks/tasks-result.ts";
import { figureText, numberText, percentText } from "../words/format.ts";
import { listText, metricWord } from "../words/words.ts";
import { taskWord } from "./order.ts";

/** What an attacker has of the target's rows, as a cell says it. */
export const knowsWords: Readonly<Record<TaskKnowledge, string>> = {
  "white-box": "the target’s very rows",
  "gray-box": "other rows of the same task",
  "black-box": "none of the target’s rows",
};

/** As text without typography. */
export function knowsText(knowledge: TaskKnowledge): string {
  return knowsWords[knowledge].replace("’", "'");
}

/** What poison in a few tasks does, whether sharing is worth that, and what attackers do who know less. */
export function fewSentences({ few, metric, better }: TasksResult): string[] {
  if (few === null || few.lines.length === 0) return [];
  const [most, ...rest] = few.lines;
  const target = listText(few.targets.map(taskWord));
  const quantity = `${few.targets.length > 1 ? "mean " : ""}${metricWord(metric)}`;
  const moves = !isSure(most.damage) ? "moves" : most.damage.value > 0 === (better === "lower") ? "raises" : "lowers";
  const unsure = most.damage.low === null ? ", on a single split" : isSure(most.damage) ? "" : ", which cannot be told from no change";
  const first = `Poisoning ${few.poisonRows} rows of ${listText(few.attackTasks.map(taskWord))} ${moves} the ${quantity} of ${target} from ${numberText(most.before.value)} to ${numberText(most.after.value)}${unsure} (the attacker knows ${knowsText(most.knowledge)}); learning ${target} alone has ${numberText(most.alone.value)}: ${worthWords(most)}.`;
  if (rest.length === 0) return [first];
  const others = rest.map(
    ({ knowledge, isHalved, before, after, alone, targetRows }) =>
      `who knows ${knowsText(knowledge)}${isHalved ? `, ${target} having ${targetRows} rows` : ""}: ${numberText(before.value)} to ${numberText(after.value)}, alone ${numberText(alone.value)}`,
  );
  return [first, `The same poison budget in other hands: ${others.join("; ")}.`];
}

/** Whether sharing is worth what poison in a few tasks takes, from its gain and what is left under attack. */
export function worthWords({ gain, attackedOverAlone }: Pick<FewLine, "gain" | "attackedOverAlone">): string {
  if (gain.value <= 0) return "sharing is not worth its price, since it gains nothing even where nothing is attacked";
  if (attackedOverAlone.low === null) return "of a single split nothing is known of whether sharing is worth its price";
  if (!isSure(attackedOverAlone)) return "attacked, sharing cannot be told from learning it alone";
  if (attackedOverAlone.value < 0) return "sharing is worth its price, even so attacked it does better";
  const likelihood = gain.value / (gain.value + attackedOverAlone.value);
  return `sharing is not worth its price where such poison is likelier than ${percentText(Number(likelihood.toPrecision(2)))}`;
}

/** By its interval; of one split nothing is known but the value. */
function isSure({ low, high }: Figure): boolean {
  return low !== null && high !== null && (low > 0 || high < 0);
}

export function fewCaption(
  { attackTasks, targets, poisonRows, triedSets, seeds }: FewResult,
  { metric, budgetFraction }: TasksResult,
): string {
  const found = triedSets === 0 ? "the worst to first order" : `chosen among ${triedSets} sets by first order and real attacks`;
  return `${metricWord(metric)} of ${listText(targets.map(taskWord))}, attacked through ${listText(attackTasks.map(taskWord))} (${found}) with ${percentText(budgetFraction)} of their rows, ${poisonRows} in all; ${seeds} ${seeds === 1 ? "seed" : "seeds"}`;
}

export const fewHead = [
  "attacker knows",
  "target rows",
  "not attacked",
  "alone",
  "attacked",
  "damage per 100 rows",
  "attacked, worse than alone by",
];

/** What is said below the table. */
export function fewNote({ flip }: FewResult): string {
  return `as many random rows with a wrong label: worse by ${figureText(flip)}. Who knows other rows of the same task has the half that is set apart, and draws from it anew at every step; who knows none takes rows of other tasks for the target's, but attacks the same tasks, which were found with its rows.`;
}
