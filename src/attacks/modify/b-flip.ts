import { highest } from "../../numeric/orders/ranks.ts";
import type { Attack } from "../../core/attack.ts";
import { noDataPoison } from "../../core/poison.ts";
import { reachableExamples } from "../../blocks/relabel/reachable-examples.ts";
import { labelRanges, relabelling } from "../../blocks/relabel/wrong-label.ts";

interface BFlipParams {
  rows: "farthest" | "random";
}

/** Differs from the paper, which draws rows at random (`rows: "random"`) and inserts them beside the real ones, in relabelling, and in which rows it takes. */
export const bFlip: Attack<BFlipParams> = {
  kind: "attack",
  id: "b-flip",
  title: "Boundary flip of a real label",
  summary: "Gives rows the end of the label's range that is farther from their own label; needs to know nothing but the labels.",
  source: {
    cite: "Jagielski et al. 2018, Manipulating Machine Learning: Poisoning Attacks and Countermeasures for Regression Learning, IEEE S&P, section IV-A (BFlip)",
    url: "https://arxiv.org/abs/1804.00308",
  },
  params: {
    rows: {
      type: "choice",
      default: "farthest",
      options: ["farthest", "random"],
      help: "the rows that move farthest, as a share of the range of their task, or rows drawn at random",
    },
  },
  data: "table",
  targets: ["real"],
  threat: { access: "modify-labels", goal: "availability", knowledge: "none" },
  effort: "standard",
  async poison({ clean, budget, reach }, { rng, params }) {
    const examples = reachableExamples(clean, reach);
    const ranges = labelRanges(examples);
    const farEnd = (i: number): { end: number; share: number } => {
      const { low, high } = ranges.get(examples.task[i]) ?? { low: 0, high: 0 };
      const end = examples.y[i] - low > high - examples.y[i] ? low : high;
      return { end, share: high > low ? Math.abs(end - examples.y[i]) / (high - low) : 0 };
    };
    const count = Math.min(budget.rows, examples.row.length);
    const order = rng.fork("rows").sample(examples.row.length, examples.row.length);
    const picked =
      params.rows === "random"
        ? order.subarray(0, count)
        : Int32Array.from(
            highest(
              Float64Array.from(order, (i) => farEnd(i).share),
              count,
            ),
            (k) => order[k],
          );
    const relabel = Array.from(picked, (i) => relabelling(clean.table, examples, i, farEnd(i).end)).filter(
      ({ before, after }) => before !== after,
    );
    return { ...noDataPoison, relabel };
  },
};
