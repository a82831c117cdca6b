import { isNoBetterThanConstant } from "../../study/doubts-summary.ts";
import type { Summary } from "../../study/summary.ts";
import { countText, shareText } from "../words/words.ts";

/** What speaks against the figures of a command, a sentence each. */
export function doubtSentences({ doubts }: Pick<Summary, "doubts">): string[] {
  const { repeated = null, constant = null } = doubts ?? {};
  return [
    ...(repeated === null || repeated.changed === 0
      ? []
      : [
          `Trained twice on the same clean rows with the same seed, your command answers ${countText(repeated.changed)} of ${countText(repeated.answers)} otherwise: part of every difference here is its own chance, so let it use the seed that it is given.`,
        ]),
    ...(constant === null || !isNoBetterThanConstant(constant)
      ? []
      : [
          `On clean data your command is right about ${shareText(constant.right / constant.rows)} of the test rows, and whoever always says the most frequent answer is about ${shareText(constant.constantRight / constant.rows)}, which so many rows do not tell apart: what poison takes from its accuracy can hardly be seen.`,
        ]),
  ];
}
