import type { Attack } from "../../core/attack.ts";
import { editedPatch, pickRows, reachablePositions } from "../../blocks/edits/input-edits.ts";
import { type PerturbationParams, perturbationParams, perturbationDomain } from "../../blocks/feasible/perturbation-domain.ts";
import { shiftRows } from "../../blocks/edits/shifted-rows.ts";

interface RowShiftParams extends PerturbationParams {
  distance: number;
}

export const rowShift: Attack<RowShiftParams> = {
  kind: "attack",
  id: "row-shift",
  title: "Shifted rows",
  summary:
    "Moves randomly drawn rows along the line from the mean of their class to that of another and beyond it, their labels untouched; needs the training data, not the learner.",
  source: {
    cite: "the mean-attack of Kloft & Laskov 2012, Security Analysis of Online Centroid Anomaly Detection, JMLR 13, of rows that are there in place of added ones",
    url: "https://www.jmlr.org/papers/v13/kloft12b.html",
  },
  params: {
    distance: {
      type: "number",
      default: 3,
      min: 0,
      max: 1000,
      help: "length of the shift, in distances between the two means: at 1 a row comes to lie in the other class as it lay in its own",
    },
    ...perturbationParams,
  },
  data: "table",
  targets: ["classes", "real"],
  threat: { access: "modify-inputs", goal: "availability", knowledge: "black-box" },
  movesFeatures: true,
  async poison(input, { params, rng }) {
    const victim = await input.victim();
    const data = victim.training;
    const open = reachablePositions(data, input.reach);
    const drawn = rng.fork("rows").sample(open.length, Math.min(open.length, input.budget.rows));
    const picked = pickRows(
      data,
      Int32Array.from(drawn, (k) => open[k]),
    );
    const x = shiftRows(data, picked, perturbationDomain(data, params), params.distance, rng.fork("sides"));
    return editedPatch(input.clean.table, victim, picked.positions, x);
  },
};
