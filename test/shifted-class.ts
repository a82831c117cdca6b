import type { Dataset } from "../src/core/dataset.ts";
import { denseMatrix } from "../src/numeric/matrices/matrix.ts";
import { makeRng } from "../src/numeric/random.ts";
import { datasetOf } from "./small-data.ts";

export interface ShiftedClass {
  readonly data: Dataset;
  /** 1 for poison. Shape: [rows]. */
  readonly isPoison: Uint8Array;
}

/**
 * Classes of standard normal rows around means drawn with standard deviation `far` in every feature, so that the means lie some far · √features from the
 * origin; a tenth of the rows labelled class 0 is shifted by `shift` along one random direction. With `foreign` those are rows of class 1 to begin with.
 */
export function shiftedClass(
  seed: number | string,
  { classes = 10, perClass = 200, features = 32, far = 5, shift = 4, poison = 0.1, foreign = false } = {},
): ShiftedClass {
  const rng = makeRng("shifted class").fork(seed);
  const draw = (label: string, scale: number): Float64Array => {
    const own = rng.fork(label);
    return Float64Array.from({ length: features }, () => scale * own.normal());
  };
  const direction = draw("direction", 1);
  const length = Math.hypot(...direction);
  const x = denseMatrix(classes * perClass, features);
  const y = new Float64Array(x.rows);
  const isPoison = new Uint8Array(x.rows);
  const noise = rng.fork("rows");
  const means = Array.from({ length: classes }, (_, k) => draw(`mean ${k}`, far));
  for (let k = 0; k < classes; k++) {
    for (let r = 0; r < perClass; r++) {
      const i = k * perClass + r;
      y[i] = k;
      isPoison[i] = k === 0 && r < poison * perClass ? 1 : 0;
      const mean = means[foreign && isPoison[i] === 1 ? 1 : k];
      for (let j = 0; j < features; j++)
        x.data[i * features + j] = mean[j] + noise.normal() + (isPoison[i] * shift * direction[j]) / length;
    }
  }
  const names = Array.from({ length: classes }, (_, k) => `class ${k}`);
  return { data: datasetOf(x, y, { kind: "classes", names }), isPoison };
}
