import type { Attack } from "../../core/attack.ts";
import { labelOfTask, targetOf } from "../../core/examples.ts";
import { type RawRow, noDataPoison } from "../../core/poison.ts";
import { type Cell, cellOf, columnOf } from "../../core/table.ts";
import { reachableExamples } from "../../blocks/relabel/reachable-examples.ts";
import { labelRanges } from "../../blocks/relabel/wrong-label.ts";

export const randomInjection: Attack<Record<string, never>> = {
  kind: "attack",
  id: "random-injection",
  title: "Random injection",
  summary:
    "Inserts rows whose cells are each drawn from a random training row, with a label drawn evenly: noise that any outsider can add.",
  source: {
    cite: "baseline of NIST AI 100-2 E2025 (availability poisoning)",
    url: "https://doi.org/10.6028/NIST.AI.100-2e2025",
  },
  params: {},
  data: "table",
  targets: ["classes", "real"],
  threat: { access: "inject", goal: "availability", knowledge: "none", labelling: "attacker" },
  effort: "standard",
  async poison({ clean, budget, reach }, { rng }) {
    const { table } = clean;
    const target = targetOf(table);
    const examples = reachableExamples(clean, reach);
    const ranges = labelRanges(examples);
    const insert = Array.from({ length: budget.rows }, (_, i): RawRow => {
      const draw = rng.fork("row").fork(i);
      const model = draw.integer(examples.row.length);
      const task = examples.task[model];
      const cells = table.roles.features.map((name): [string, Cell] => {
        const donor = examples.row[draw.integer(examples.row.length)];
        return [name, cellOf(columnOf(table, name), donor)];
      });
      if (table.roles.task !== null) cells.push([table.roles.task, cellOf(columnOf(table, table.roles.task), examples.row[model])]);
      const range = ranges.get(task) ?? { low: 0, high: 0 };
      const label =
        target.kind === "classes" ? target.names[draw.integer(target.names.length)] : range.low + draw.uniform() * (range.high - range.low);
      return { kind: "raw", cells: Object.fromEntries([...cells, [labelOfTask(table, task), label]]) };
    });
    return { ...noDataPoison, insert };
  },
};
