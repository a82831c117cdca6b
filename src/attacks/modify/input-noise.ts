import type { Attack, AttackInput } from "../../core/attack.ts";
import { tasksByRow } from "../../core/examples.ts";
import type { CellChange } from "../../core/poison.ts";
import { noDataPoison } from "../../core/poison.ts";
import { type Cell, type Column, cellOf, columnOf } from "../../core/table.ts";
import { mayTouch } from "../../core/threat.ts";
import type { Rng } from "../../numeric/random.ts";
import { quantileOfSorted } from "../../blocks/feasible/box.ts";
import { type PerturbationParams, perturbationParams } from "../../blocks/feasible/perturbation-domain.ts";

/**
 * Each number of a changed row is drawn evenly from where the attacks that plan may move it. A text or a vector has no places in between, so that the row is
 * given another row's, where it may go anywhere; categories and dates stay, as they do in those attacks.
 */
export const inputNoise: Attack<PerturbationParams> = {
  kind: "attack",
  id: "input-noise",
  title: "Noise in inputs",
  summary:
    "Moves randomly drawn rows to random places among the clean ones, their labels untouched: what changed inputs do without a plan.",
  source: {
    cite: "baseline of NIST AI 100-2 E2025 (availability poisoning)",
    url: "https://doi.org/10.6028/NIST.AI.100-2e2025",
  },
  params: perturbationParams,
  data: "table",
  targets: ["classes", "real"],
  threat: { access: "modify-inputs", goal: "availability", knowledge: "none" },
  effort: "standard",
  async poison({ clean, budget, reach }, { params, rng }) {
    const { table } = clean;
    const rows = affordableRows({ clean, budget, reach }, rng.fork("rows"));
    const edit = table.roles.features.flatMap((name): CellChange[] => {
      const column = columnOf(table, name);
      const place = placeIn(column, clean.rows, params);
      const draw = rng.fork("places").fork(name);
      return rows.flatMap((row): CellChange[] => {
        const before = cellOf(column, row);
        const after = place(before, draw);
        return after === before ? [] : [{ row, column: name, before, after }];
      });
    });
    return { ...noDataPoison, edit };
  },
};

/** Rows in random order as far as the budget goes. A changed row changes in all of its tasks, which all count and must all be within reach. */
function affordableRows({ clean, budget, reach }: Pick<AttackInput, "clean" | "budget" | "reach">, rng: Rng): number[] {
  const open = [...tasksByRow(clean.table, clean.rows)].filter(([row, tasks]) => tasks.every((task) => mayTouch(reach, row, task)));
  let left = budget.rows;
  return [...rng.sample(open.length, open.length)].flatMap((k) => {
    const [row, tasks] = open[k];
    if (tasks.length > left) return [];
    left -= tasks.length;
    return [row];
  });
}

/** What a cell of this column may become. */
function placeIn(column: Column, rows: Int32Array, { radius, tail }: PerturbationParams): (before: Cell, draw: Rng) => Cell {
  switch (column.kind) {
    case "category":
    case "date":
      return (before) => before;
    case "text":
    case "vector":
      return (before, draw) => (radius > 0 ? before : cellOf(column, rows[draw.integer(rows.length)]));
    case "number": {
      const known = Float64Array.from(rows, (row) => column.values[row]).filter((value) => !Number.isNaN(value));
      if (known.length === 0) return (before) => before;
      const mean = known.reduce((sum, value) => sum + value / known.length, 0);
      const spread = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2 / known.length, 0));
      known.sort();
      const [low, high] = [quantileOfSorted(known, tail), quantileOfSorted(known, 1 - tail)];
      return (before, draw) => {
        const share = draw.uniform();
        if (typeof before !== "number" || !(high > low)) return before;
        const reach = radius === 0 ? Infinity : radius * spread;
        const [from, to] = [Math.max(low, before - reach), Math.min(high, before + reach)];
        return from < to ? from + share * (to - from) : before;
      };
    }
  }
}
