import type { Poison } from "../../core/poison.ts";
import type { Cell } from "../../study/kind.ts";
import { stringifyExactly } from "../schemas/exact-json.ts";

/** The text of `poison/<trial>.json`; its digest stands in the records of the cell's trials. */
export function patchText(cell: Cell, poison: Poison): string {
  const { trials, ...rest } = cell;
  const { seed, attack, budgetFraction, ...more } = rest;
  return `${stringifyExactly({ schema: 1, ...more, attack, budgetFraction, seed, trials: trials.map(({ id }) => id), poison })}\n`;
}
