import { readAsHere } from "../blocks/certified/partition-words.ts";
import type { Certificate } from "../core/certificate.ts";
import { listExamples } from "../core/examples.ts";
import { nearestRadii } from "../blocks/certified/nearest-radius.ts";
import { type NearestOperation, nearestRows, ofOperation, operationParam } from "../blocks/certified/nearest-rows.ts";
import { refusesEnsemble } from "../blocks/certified/partition-ensemble.ts";
import { makeRadixOrder } from "../numeric/orders/radix-order.ts";

interface NearestParams {
  neighbours: number | "auto";
  operation: NearestOperation;
}

/** Differs from the paper in its radii, which are exact for each operation. */
export const nearestNeighbours: Certificate<NearestParams> = {
  kind: "certificate",
  id: "nearest-neighbours",
  title: "Nearest neighbours",
  summary:
    "The vote of the k nearest training rows, by distances that no other row can move, and exactly how many rows must be added, taken away, replaced or relabelled to change it.",
  source: {
    cite: "Jia, Liu, Cao & Gong 2022, Certified Robustness of Nearest Neighbors against Data Poisoning and Backdoor Attacks, AAAI",
    url: "https://arxiv.org/abs/2012.03765",
  },
  params: {
    neighbours: {
      type: "number-or-auto",
      default: "auto",
      min: 1,
      max: 1_000_000,
      help: "rows that vote; auto = the odd number next to twice the root of the number of training rows",
    },
    operation: operationParam,
  },
  effort: "standard",
  targets: ["classes"],
  unit: "edits",
  refuses: (input) => refusesEnsemble(input, { by: "row" }),
  certify(input, { params, ...context }) {
    const { classes, labels, testRows, forEach } = nearestRows(input);
    const train = labels.length;
    const neighbours =
      params.neighbours === "auto"
        ? 2 * Math.floor(Math.sqrt(listExamples(input.table, input.train).row.length)) + 1
        : Math.round(params.neighbours);
    const { unit, costs, key } = ofOperation[params.operation];
    const { order } = makeRadixOrder(train);
    const sorted = new Int32Array(train);
    const answers = new Float64Array(testRows);
    // Without rows nothing is known of what the first ones would do.
    const radii = new Float64Array(testRows).fill(-1);
    forEach(context, (distances, i) => {
      if (train === 0) return;
      const nearest = order(distances, 0);
      for (let j = 0; j < train; j++) sorted[j] = labels[nearest[j]];
      const found = nearestRadii(sorted, train, { neighbours, classes });
      answers[i] = found.answers[0];
      radii[i] = found[key][0];
    });
    return Promise.resolve({
      ...{ kind: "answers", answers, radii, unit, costs, confidence: null, settled: { ...params, neighbours } },
      assumes: [`the answers are those of this vote with neighbours=${neighbours}, however many rows come`, readAsHere],
      made: `vote of the ${neighbours} nearest of ${train} rows; features are scaled by no other row`,
    });
  },
};
