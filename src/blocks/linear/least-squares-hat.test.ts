import { expect, it } from "vitest";
import { datasetOf } from "../../../test/small-data.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { leastSquaresHat } from "./least-squares-hat.ts";

it("fits a straight line through four points as by hand", () => {
  const x = denseMatrix(4, 1, Float64Array.of(-300, -100, 100, 300));
  const hat = leastSquaresHat(datasetOf(x, new Float64Array(4), { kind: "real" }));
  // Through (−300, 0), (−100, 0), (100, 0), (300, 10): mean 2.5, slope 3000 / 200000.
  const fitted = hat(Float64Array.of(0, 0, 0, 10));
  [-2, 1, 4, 7].forEach((value, i) => expect(fitted[i]).toBeCloseTo(value, 5));
  hat(Float64Array.of(1, 1, 1, 1)).forEach((value) => expect(value).toBeCloseTo(1, 10));
});
