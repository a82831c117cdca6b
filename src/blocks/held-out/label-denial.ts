import type { Dataset } from "../../core/dataset.ts";
import { medianOf } from "../../numeric/statistics/robust-spread.ts";

/** Chance that an honest label is as good as random: caps what one row can say. */
const honestNoise = 0.05;
/** How much wider wrong real labels lie than honest ones. */
const wide = 4;

/**
 * How many times likelier each label is if its source labels wrongly a share `wrongShare` of the time than if it is honest, as a logarithm, by what models say
 * that never saw it; at most about ln 20. Honest labels follow the models, but for 5 %; honest errors of a real label are Laplace distributed about the
 * prediction, with the scale of the median error, and wrong ones four times as wide. Its mean over honest rows of right models is at most 0.
 * Shapes: probabilities [examples, classes], predictions [examples], result [examples].
 */
export function labelDenials(
  data: Dataset,
  { probabilities, predictions }: { readonly probabilities: Float64Array; readonly predictions: Float64Array },
  wrongShare: number,
): Float64Array {
  if (data.target.kind === "real") return realDenials(data.y, predictions, wrongShare);
  const classes = data.target.names.length;
  return data.y.map((label, i) => {
    if (classes < 2) return 0;
    const right = (1 - honestNoise) * probabilities[i * classes + label] + honestNoise / classes;
    return Math.log((wrongShare * (1 - right)) / (classes - 1) / right + 1 - wrongShare);
  });
}

function realDenials(y: Float64Array, predictions: Float64Array, wrongShare: number): Float64Array {
  const errors = y.map((value, i) => Math.abs(value - predictions[i]));
  const scale = medianOf(errors) / Math.LN2;
  if (!(scale > 0)) return new Float64Array(y.length);
  return errors.map((error) => {
    const narrow = Math.exp(-error / scale);
    const broad = Math.exp(-error / scale / wide) / wide;
    const honest = (1 - honestNoise) * narrow + honestNoise * broad;
    return Math.log((wrongShare * broad) / honest + 1 - wrongShare);
  });
}
