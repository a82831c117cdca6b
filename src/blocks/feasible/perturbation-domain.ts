import type { NumberSpec } from "../../core/params.ts";
import type { DenseMatrix } from "../../numeric/matrices/matrix.ts";
import type { Dataset } from "../../core/dataset.ts";
import { percentileBox } from "./box.ts";
import { type Region, regionAround } from "./injection-domain.ts";

export interface InputRegionParams {
  radius: number;
  tail: number;
}

export const inputRegionParams: { readonly radius: NumberSpec; readonly tail: NumberSpec } = {
  radius: {
    type: "number",
    default: 0,
    min: 0,
    max: 1000,
    help: "how far a row is moved at most: standard deviations of each number; of texts and vectors, lengths of the row; 0: anywhere that clean rows lie",
  },
  tail: {
    type: "number",
    default: 0.01,
    min: 0,
    max: 0.4,
    help: "changed rows stay between this percentile of the clean rows and its opposite, in each feature; sparse ones in length and entries",
  },
};

/**
 * Where each of these clean rows may be moved: as an injected row may lie, and within its radius of where it was. A dense row that lies beyond the percentiles
 * already may stay there. A sparse row is drawn back along the line to its home, so that it may have the entries of both ends.
 *
 * @param home the rows as they are. Shape: [rows, features].
 */
export function regionAroundRows(data: Dataset, home: DenseMatrix, { radius, tail }: InputRegionParams): Region {
  const { cols } = home;
  if (data.x.kind === "sparse") {
    const anywhere = regionAround(data, tail);
    if (radius === 0) return anywhere;
    return {
      ...anywhere,
      stepLength: radius * anywhere.stepLength,
      projectInPlace(x, y, i) {
        anywhere.projectInPlace(x, y, i);
        drawBackInPlace(x, home.data.subarray(i * cols, (i + 1) * cols), radius);
      },
    };
  }
  const { scale, within } = boxAroundRows(data, { radius, tail });
  return {
    scale,
    stepLength: 1,
    projectInPlace(x, _, i) {
      for (let j = 0; j < cols; j++) if (scale[j] > 0) x[j] = within(x[j], j, home.data[i * cols + j]);
    },
  };
}

/** Of dense rows: the unit of each feature, 0 for one that stays, and the nearest value that feature j may take in a row where it was `home`. */
export function boxAroundRows(
  data: Dataset,
  { radius, tail }: InputRegionParams,
): { readonly scale: Float64Array; readonly within: (value: number, j: number, home: number) => number } {
  const { low, high, scale } = percentileBox(data.x, data.features, tail);
  return {
    scale,
    within(value, j, home) {
      const reach = radius === 0 ? Infinity : radius * scale[j];
      return Math.max(Math.min(low[j], home), home - reach, Math.min(Math.max(high[j], home), home + reach, value));
    },
  };
}

function drawBackInPlace(x: Float64Array, home: Float64Array, radius: number): void {
  let [squares, own] = [0, 0];
  for (let j = 0; j < x.length; j++) {
    squares += (x[j] - home[j]) ** 2;
    own += home[j] ** 2;
  }
  const share = squares > 0 ? (radius * Math.sqrt(own)) / Math.sqrt(squares) : 1;
  if (share < 1) for (let j = 0; j < x.length; j++) x[j] = home[j] + share * (x[j] - home[j]);
}
