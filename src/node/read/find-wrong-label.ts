/** Sizes of labels whose squares, and products of these, neither overflow nor vanish. */
const largest = 1e60;
const smallest = 1e-60;

/** A label that is a number and cannot be learned from, because squared errors would overflow or vanish. */
export interface WrongLabel {
  /** From 0. */
  readonly row: number;
  readonly why: string;
}

/** The first label that is too large, or the largest where all are too small; null where they can be learned from. */
export function findWrongLabel(labels: Float64Array): WrongLabel | null {
  let at = -1;
  for (let row = 0; row < labels.length; row++) {
    const size = Math.abs(labels[row]);
    if (size > largest)
      return {
        row,
        why: `the label is ${labels[row]}; a label that is a number must lie within ±${largest}, or squared errors overflow: divide the labels by a power of ten`,
      };
    if (size > 0 && (at < 0 || size > Math.abs(labels[at]))) at = row;
  }
  if (at < 0 || Math.abs(labels[at]) >= smallest) return null;
  return {
    row: at,
    why: `the largest label is ${labels[at]}; labels that are numbers must reach ±${smallest}, or squared errors vanish: multiply the labels by a power of ten`,
  };
}
