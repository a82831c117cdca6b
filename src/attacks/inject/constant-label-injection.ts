import type { Attack } from "../../core/attack.ts";
import { targetOf, taskNames } from "../../core/examples.ts";
import { noDataPoison } from "../../core/poison.ts";
import { reachableExamples } from "../../blocks/relabel/reachable-examples.ts";
import { farEnds, uniformRows, uniformTail } from "../../blocks/injection/uniform-rows.ts";

interface ConstantLabelInjectionParams {
  label: "low" | "high";
  tail: number;
}

/** Moves all decisions one way where few rows are known, and is then the strongest of the random injections. */
export const constantLabelInjection: Attack<ConstantLabelInjectionParams> = {
  kind: "attack",
  id: "constant-label-injection",
  title: "Injection of one label",
  summary:
    "Inserts rows whose numbers are drawn evenly over the range of the clean ones, all with the same label: one class, or one far end of real labels.",
  source: {
    cite: "baseline of NIST AI 100-2 E2025 (availability poisoning), with one label for all rows",
    url: "https://doi.org/10.6028/NIST.AI.100-2e2025",
  },
  params: {
    label: {
      type: "choice",
      default: "high",
      options: ["low", "high"],
      help: "the first or the last class of the data, or the lower or upper end of a real label",
    },
    tail: uniformTail,
  },
  data: "table",
  targets: ["classes", "real"],
  threat: { access: "inject", goal: "availability", knowledge: "none", labelling: "attacker" },
  effort: "full",
  async poison({ clean, budget, reach }, { rng, params: { label, tail } }) {
    const target = targetOf(clean.table);
    const examples = reachableExamples(clean, reach);
    const ends = farEnds(examples);
    const labelOf = (task: number): string | number => {
      if (target.kind === "classes") return target.names[label === "low" ? 0 : target.names.length - 1];
      return ends.get(task)?.[label] ?? 0;
    };
    const request = { clean, examples, tasks: taskNames(clean.table).length, rows: budget.rows, tail, labelOf };
    return { ...noDataPoison, insert: uniformRows(request, rng.fork("rows")) };
  },
};
