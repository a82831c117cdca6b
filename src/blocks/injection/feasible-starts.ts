import type { Dataset } from "../../core/dataset.ts";
import { addScaledRowInto } from "../../numeric/matrices/matrix.ts";
import { bestFeasible } from "../feasible/feasible-search.ts";
import { type FeasibleSet, isFeasible } from "../feasible/feasible-set.ts";
import { targetOf } from "../linear/layout.ts";
import type { Atom } from "./coordinate-exchange.ts";

/** The feasible row of each class that this model is most wrong about (Steinhardt, Koh & Liang 2017, eq. 7); none for a class whose set is empty. */
export function worstFeasible(set: FeasibleSet, clean: Dataset, theta: Float64Array): Atom[] {
  return set.balls.flatMap((_, y): Atom[] => {
    const t = targetOf(clean.target, 0, y);
    const gain = theta.subarray(0, clean.x.cols).map((w) => -t * w);
    const x = bestFeasible(set, { gain, y });
    return x === null ? [] : [{ x, y }];
  });
}

/** So many rows, the atoms in turn; feasible clean rows, which do no harm, where there are no atoms. */
export function inTurn(atoms: readonly Atom[], count: number, set: FeasibleSet, clean: Dataset): Atom[] {
  const found = atoms.length > 0 ? atoms : feasibleRows(set, clean);
  return found.length === 0 ? [] : Array.from({ length: count }, (_, i) => found[i % found.length]);
}

function feasibleRows(set: FeasibleSet, clean: Dataset): Atom[] {
  return Array.from(clean.y, (y, i): Atom => {
    const x = new Float64Array(clean.x.cols);
    addScaledRowInto(x, clean.x, i, 1);
    return { x, y };
  }).filter(({ x, y }) => isFeasible(set, x, y));
}
