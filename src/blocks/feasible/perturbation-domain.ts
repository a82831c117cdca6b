import type { NumberSpec } from "../../core/params.ts";
import type { Dataset } from "../../core/dataset.ts";
import { percentileBox } from "./box.ts";
import type { Domain } from "./domain.ts";
import { injectionDomain } from "./injection-domain.ts";

export interface PerturbationParams {
  radius: number;
  tail: number;
}

export const perturbationParams: { readonly radius: NumberSpec; readonly tail: NumberSpec } = {
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
 * Where clean rows may be moved: as an injected row may lie, and within its radius of home. A dense row that lies beyond the percentiles already may stay
 * there. A sparse row is drawn back along the line to its home, so that it may have the entries of both ends.
 */
export function perturbationDomain(data: Dataset, { radius, tail }: PerturbationParams): Domain {
  if (data.x.kind === "sparse") {
    const anywhere = injectionDomain(data, tail);
    if (radius === 0) return anywhere;
    return {
      scale: anywhere.scale.map((length) => radius * length),
      projectInPlace(x, row) {
        anywhere.projectInPlace(x, row);
        drawBackInPlace(x, row.home, radius);
      },
    };
  }
  const { low, high, scale } = percentileBox(data.x, data.features, tail);
  return {
    scale,
    projectInPlace(x, { home }) {
      for (let j = 0; j < x.length; j++) {
        if (!(scale[j] > 0)) continue;
        const reach = radius === 0 ? Infinity : radius * scale[j];
        x[j] = Math.max(Math.min(low[j], home[j]), home[j] - reach, Math.min(Math.max(high[j], home[j]), home[j] + reach, x[j]));
      }
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
