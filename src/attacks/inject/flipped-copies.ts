import type { Attack } from "../../core/attack.ts";
import { labelOfTask } from "../../core/examples.ts";
import { type RawRow, noDataPoison } from "../../core/poison.ts";
import { type Cell, replaceCells, rowCells } from "../../core/table.ts";
import { reachableExamples } from "../../blocks/relabel/reachable-examples.ts";
import { makeWrongLabels } from "../../blocks/relabel/wrong-label.ts";

export const flippedCopies: Attack<Record<string, never>> = {
  kind: "attack",
  id: "flipped-copies",
  title: "Copies with the wrong label",
  summary:
    "Inserts copies of randomly drawn training rows with a wrong label, from unknown sources; every optimised injection must beat it.",
  source: {
    cite: "the random-flip baseline of Koh, Steinhardt & Liang 2018, Stronger Data Poisoning Attacks Break Data Sanitization Defenses",
    url: "https://arxiv.org/abs/1811.00741",
  },
  params: {},
  data: "table",
  targets: ["classes", "real"],
  threat: { access: "inject", goal: "availability", knowledge: "none", labelling: "attacker" },
  async poison({ clean, budget, reach }, { rng }) {
    const { table } = clean;
    const { labels, id, source } = table.roles;
    const examples = reachableExamples(clean, reach);
    const wrongLabel = makeWrongLabels(table, examples);
    const rounds = Math.ceil(budget.rows / examples.row.length);
    const picked = Array.from({ length: rounds }, (_, round) => [
      ...rng.fork("rows").fork(round).sample(examples.row.length, examples.row.length),
    ]).flat();
    const insert = picked.slice(0, budget.rows).map((position, i): RawRow => {
      const nobody = [...labels, id, source]
        .filter((name) => name !== null && name !== table.roles.task)
        .map((name): [string, Cell] => [name as string, null]);
      const label: [string, Cell] = [labelOfTask(table, examples.task[position]), wrongLabel(position, rng.fork("label").fork(i))];
      return { kind: "raw", cells: replaceCells(rowCells(table, examples.row[position]), [...nobody, label]) };
    });
    return { ...noDataPoison, insert };
  },
};
