import type { Attack } from "../../core/attack.ts";
import { targetOf, taskNames } from "../../core/examples.ts";
import { noDataPoison } from "../../core/poison.ts";
import { reachableExamples } from "../../blocks/relabel/reachable-examples.ts";
import { farEnds, uniformRows, uniformTail } from "../../blocks/injection/uniform-rows.ts";

interface UniformInjectionParams {
  tail: number;
}

export const uniformInjection: Attack<UniformInjectionParams> = {
  kind: "attack",
  id: "uniform-injection",
  title: "Uniform injection",
  summary:
    "Inserts rows whose numbers are drawn evenly over the range of the clean ones, with a class drawn evenly or a real label at either far end: the random counterpart of injections that climb within a box.",
  source: {
    cite: "baseline of NIST AI 100-2 E2025 (availability poisoning)",
    url: "https://doi.org/10.6028/NIST.AI.100-2e2025",
  },
  params: {
    tail: uniformTail,
  },
  data: "table",
  targets: ["classes", "real"],
  threat: { access: "inject", goal: "availability", knowledge: "none", labelling: "attacker" },
  effort: "full",
  async poison({ clean, budget, reach }, { rng, params }) {
    const target = targetOf(clean.table);
    const examples = reachableExamples(clean, reach);
    const ends = farEnds(examples);
    const request = { clean, examples, tasks: taskNames(clean.table).length, rows: budget.rows, tail: params.tail };
    const insert = uniformRows(
      {
        ...request,
        labelOf(task, draw) {
          if (target.kind === "classes") return target.names[draw.integer(target.names.length)];
          const { low, high } = ends.get(task) ?? { low: 0, high: 0 };
          return draw.integer(2) === 0 ? low : high;
        },
      },
      rng.fork("rows"),
    );
    return { ...noDataPoison, insert };
  },
};
