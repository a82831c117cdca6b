import type { DefenceLine, DefenceResult, TasksResult } from "../../study/tasks/tasks-result.ts";
import { numberText } from "../words/format.ts";
import { metricWord } from "../words/words.ts";
import { taskWord } from "./order.ts";

export const knowledgeWords = {
  "white-box": "attacked, white box",
  "gray-box": "attacked, stand-in rows",
  "black-box": "attacked, no rows of the task",
} as const;

const attackerWords = {
  "white-box": "from a white-box attacker",
  "gray-box": "from one who has stand-in rows",
  "black-box": "from one who has none of its rows",
} as const;

/** Below this nothing is said to be won or lost. */
const nothing = 5e-4;

/** How a line is called in a table: the repair, and whether fresh rows were learned from too. */
export function defenceName({ repair, isFresh, hasNoEffect }: DefenceLine): string {
  const name = repair === "none" ? "no repair" : repair === "alone" ? "the task alone" : repair;
  return `${name}${isFresh && name !== repair ? " + fresh rows" : ""}${hasNoEffect ? " (no effect)" : ""}`;
}

/** Who attacks with what, and on which rows. */
export function defenceCaption({ target, ownRows, freshRows, seeds }: DefenceResult, { metric }: Pick<TasksResult, "metric">): string {
  const fresh = freshRows === 0 ? "" : `, ${freshRows} fresh rows that no attacker sees beside them`;
  return `${metricWord(metric)} of ${taskWord(target)}, attacked through all other tasks; ${ownRows} training rows of its own${fresh}; ${seeds} ${seeds === 1 ? "seed" : "seeds"}`;
}

/** What to use, what it costs and what it wins back, in a sentence; that nothing helps where nothing does; then the repairs that did nothing at all. */
export function defenceSentences({ defence, metric }: TasksResult): string[] {
  if (defence === null || defence.knowledge.length === 0) return [];
  const { recommended, target, lines, freshRows } = defence;
  const idle = lines.filter(({ hasNoEffect }) => hasNoEffect).map(({ repair }) => repair);
  const word = metricWord(metric);
  const silent =
    idle.length === 0
      ? []
      : [`No effect: ${idle.join(", ")} ${idle.length === 1 ? "equals" : "equal"} no repair to the last digit, attacked or not.`];
  if (recommended === null)
    return [`Nothing helps ${taskWord(target)}: on average over no attack and the attacks, no repair does better than none.`, ...silent];
  const use =
    recommended.repair === "alone"
      ? `learn ${taskWord(target)} alone`
      : recommended.repair === "none"
        ? `only add fresh rows to ${taskWord(target)}`
        : `use ${recommended.repair} for ${taskWord(target)}`;
  const price = recommended.isFresh ? ` It takes ${freshRows} fresh labelled rows.` : "";
  const cost =
    recommended.costs > nothing
      ? `costs ${numberText(recommended.costs)} ${word} where nothing is attacked`
      : recommended.costs < -nothing
        ? `gains ${numberText(-recommended.costs)} ${word} even where nothing is attacked`
        : "costs nothing to speak of where nothing is attacked";
  const won = recommended.winsBack.map(({ knowledge, of, won: back }) => {
    const who = attackerWords[knowledge];
    return of > nothing ? `wins back ${numberText(back)} of ${numberText(of)} ${word} ${who}` : `has nothing to win back ${who}`;
  });
  return [`Recommended: ${use}. It ${cost}, and ${won.join(", and ")}.${price}`, ...silent];
}
