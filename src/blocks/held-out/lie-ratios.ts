import type { Dataset } from "../../core/dataset.ts";
import type { DetectorContext } from "../../core/detector.ts";
import { nearCopies } from "../copies/near-copies.ts";
import { honestView } from "./calibrated-out-of-fold.ts";
import { labelDenials } from "./label-denial.ts";
import { textDenials } from "./text-denial.ts";

/** What the row alone says of whether its label is a lie. */
export interface LieRatios {
  /** ln of how much likelier each label is of somebody who lies in this row than of somebody honest; 0 in a flood. Shape: [examples]. */
  readonly nats: Float64Array;
  /** 1 for rows that are one of many copies: what they say, they say once. Shape: [examples]. */
  readonly isFlood: Uint8Array;
}

/** Copies of one text: so many and more are a flood. */
const flood = 4;
/** The same cap as that of evidence of one row elsewhere: models may be this wrong of an honest row. */
const mostNats = 4;

/** By the models of texts where there are texts, else by the learner's own; none of them saw anything of the account. */
export async function lieRatios(data: Dataset, context: DetectorContext<{ folds: number }>): Promise<LieRatios> {
  const classes = data.target.kind === "classes" ? data.target.names.length : 0;
  const isFlood = new Uint8Array(data.y.length);
  const asked = textDenials(data, context);
  const held = asked.reduce((sum, { texts }) => sum + texts.examples.length, 0);
  let nats: Float64Array;
  if (held === data.y.length) {
    const probabilities = new Float64Array(data.y.length * classes);
    for (const { texts, probabilities: of, copiesOf } of asked) {
      const sizes = new Map<number, number>();
      for (const cluster of copiesOf) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
      texts.examples.forEach((i, row) => {
        probabilities.set(of.subarray(row * classes, (row + 1) * classes), i * classes);
        isFlood[i] = Number(copiesOf[row] >= 0 && (sizes.get(copiesOf[row]) ?? 0) >= flood);
      });
    }
    nats = labelDenials(data, { probabilities, predictions: probabilities }, 1);
  } else {
    const copies = nearCopies(data, context);
    const view = await honestView(data, copies, { ...context, folds: context.params.folds });
    nats = labelDenials(data, { probabilities: view.probabilities, predictions: view.scores }, 1);
    data.y.forEach((_, i) => {
      const cluster = copies.clusterOf[copies.records.record[i]];
      isFlood[i] = Number(cluster >= 0 && copies.clusters[cluster].length >= flood);
    });
  }
  return { nats: nats.map((value, i) => (isFlood[i] === 1 ? 0 : Math.max(-mostNats, Math.min(mostNats, value)))), isFlood };
}
