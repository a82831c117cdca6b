import { readAsHere } from "../blocks/certified/partition-words.ts";
import type { Certificate } from "../core/certificate.ts";
import { withinDistanceRadii } from "../blocks/certified/nearest-radius.ts";
import { type NearestOperation, nearestRows, ofOperation, operationParam } from "../blocks/certified/nearest-rows.ts";
import { refusesEnsemble } from "../blocks/certified/partition-ensemble.ts";

interface RadiusParams {
  distance: number;
  operation: NearestOperation;
}

export const radiusNeighbours: Certificate<RadiusParams> = {
  kind: "certificate",
  id: "radius-neighbours",
  title: "Neighbours within a distance",
  summary:
    "The vote of all training rows within a fixed distance, and exactly how many rows must be added, taken away, replaced or relabelled to change it; far from all rows one is enough.",
  source: {
    cite: "Jia, Liu, Cao & Gong 2022, Certified Robustness of Nearest Neighbors against Data Poisoning and Backdoor Attacks, AAAI",
    url: "https://arxiv.org/abs/2012.03765",
  },
  params: {
    distance: {
      type: "number",
      default: 0.7,
      min: 1e-6,
      max: 1e6,
      help: "within which rows vote, of rows of about unit length; none within it = the first class",
    },
    operation: operationParam,
  },
  effort: "full",
  targets: ["classes"],
  unit: "edits",
  refuses: (input) => refusesEnsemble(input, { by: "row" }),
  certify(input, { params, ...context }) {
    const { classes, labels, testRows, forEach } = nearestRows(input);
    const limit = params.distance * params.distance;
    const votes = new Int32Array(testRows * classes);
    forEach(context, (distances, i) => {
      for (let j = 0; j < labels.length; j++) if (distances[j] <= limit) votes[i * classes + labels[j]]++;
    });
    const { unit, costs, key } = ofOperation[params.operation];
    const found = withinDistanceRadii(votes, classes, 0);
    return Promise.resolve({
      ...{
        kind: "answers",
        answers: Float64Array.from(found.answers),
        radii: found[key],
        unit,
        costs,
        confidence: null,
        settled: { ...params },
      },
      assumes: [`the answers are those of this vote with distance=${params.distance}`, readAsHere],
      made: `vote of the rows within ${params.distance} among ${labels.length}; features are scaled by no other row`,
    });
  },
};
