import type { Attack } from "../../core/attack.ts";
import { positionsWhere } from "../../core/dataset.ts";
import { type RawRow, noDataPoison } from "../../core/poison.ts";
import { type Cell, replaceCells, rowCells } from "../../core/table.ts";
import { triggeredCell } from "../../core/trigger.ts";
import { type BackdoorParams, backdoorParams, cannotPlant, planBackdoor } from "../../blocks/triggers/backdoor.ts";

export const triggerInjection: Attack<BackdoorParams> = {
  kind: "attack",
  id: "trigger-injection",
  title: "Backdoor by inserted rows",
  summary: "Inserts copies of rows of other classes with a trigger in them and the attacker's answer as label, from unknown sources.",
  source: {
    cite: "Gu, Dolan-Gavitt & Garg 2017, BadNets; by addition alone as in Chen et al. 2017, Targeted Backdoor Attacks on Deep Learning Systems Using Data Poisoning",
    url: "https://arxiv.org/abs/1712.05526",
  },
  params: backdoorParams,
  data: "table",
  targets: ["classes"],
  threat: { access: "inject", goal: "backdoor", knowledge: "none", labelling: "attacker" },
  refuses: cannotPlant,
  poison(input, { params, rng }) {
    const { table } = input.clean;
    const plan = planBackdoor(input, params, "trigger-injection", rng);
    if (plan === null) return Promise.resolve(noDataPoison);
    const { intent, examples, answerName } = plan;
    const others = positionsWhere(examples.y.length, (i) => examples.y[i] !== intent.answer);
    const carriers = others.length > 0 ? others : positionsWhere(examples.y.length, () => true);
    const rounds = Math.ceil(input.budget.rows / carriers.length);
    const picked = Array.from({ length: rounds }, (_, round) => [
      ...rng.fork("rows").fork(round).sample(carriers.length, carriers.length),
    ]).flat();
    const { labels, id, source, task } = table.roles;
    const nobody = [id, source].filter((name) => name !== null && name !== task).map((name): [string, Cell] => [name as string, null]);
    const insert = picked.slice(0, input.budget.rows).map((k): RawRow => {
      const cells = rowCells(table, examples.row[carriers[k]]);
      const triggered = new Map<string, Cell>();
      for (const part of intent.trigger) triggered.set(part.column, triggeredCell(part, triggered.get(part.column) ?? cells[part.column]));
      return { kind: "raw", cells: replaceCells(cells, [...triggered, ...nobody, [labels[0], answerName]]) };
    });
    return Promise.resolve({ ...noDataPoison, insert, intent });
  },
};
