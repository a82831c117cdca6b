import { expect } from "vitest";
import type { Dataset } from "../src/core/dataset.ts";
import type { Objective } from "../src/core/objective.ts";
import { toDense } from "../src/numeric/matrices/matrix.ts";
import { dot, norm } from "../src/numeric/matrices/vector.ts";

const step = 1e-5;

export function expectClose(actual: Float64Array, expected: Float64Array, relative = 1e-6): void {
  const difference = norm(actual.map((value, j) => value - expected[j]));
  expect(difference, `${[...actual].join(" ")} against ${[...expected].join(" ")}`).toBeLessThanOrEqual(
    relative * Math.max(norm(expected), norm(actual)) + 1e-9,
  );
}

/** Checks every derivative of an objective at θ along v against central finite differences. `rows` may differ from the training rows. */
export function checkDerivatives(objective: Objective, theta: Float64Array, v: Float64Array, rows: Dataset): void {
  const { size } = objective;
  const gradient = new Float64Array(size);
  expect(objective.gradientInto(gradient, theta)).toBeCloseTo(objective.value(theta), 12);
  expectClose(
    gradient,
    differences(theta, (at) => objective.value(at)),
  );

  const product = new Float64Array(size);
  objective.hessianVectorInto(product, theta, v);
  const above = new Float64Array(size);
  const below = new Float64Array(size);
  objective.gradientInto(
    above,
    theta.map((value, j) => value + step * v[j]),
  );
  objective.gradientInto(
    below,
    theta.map((value, j) => value - step * v[j]),
  );
  expectClose(
    product,
    above.map((value, j) => (value - below[j]) / (2 * step)),
  );

  const back = new Float64Array(size);
  objective.hessianVectorInto(back, theta, objective.solveHessian(theta, product));
  expectClose(back, product);

  const sensitivities = new Float64Array(rows.x.rows);
  objective.rowSensitivitiesInto(sensitivities, theta, v, rows);
  const rowGradient = new Float64Array(size);
  const derivative = new Float64Array(rows.x.cols);
  for (let i = 0; i < rows.x.rows; i++) {
    objective.rowGradientInto(rowGradient, theta, rows, i);
    const added = v.slice();
    objective.addRowGradientInto(added, theta, rows, i);
    expectClose(
      added,
      rowGradient.map((value, j) => v[j] + value),
      1e-9,
    );
    expect(sensitivities[i]).toBeCloseTo(dot(v, rowGradient), 9);
    objective.rowDerivativeInto(derivative, theta, v, rows, i);
    const x = toDense(rows.x).data.slice(i * rows.x.cols, (i + 1) * rows.x.cols);
    const sensitivityAt = (moved: Float64Array, y: number): number => {
      const one = { ...rows, x: { kind: "dense" as const, rows: 1, cols: rows.x.cols, data: moved }, y: Float64Array.of(y) };
      objective.rowGradientInto(rowGradient, theta, one, 0);
      return dot(v, rowGradient);
    };
    expectClose(
      derivative,
      differences(x, (at) => sensitivityAt(at, rows.y[i])),
    );
    if (rows.target.kind !== "real") continue;
    const label = differences(Float64Array.of(rows.y[i]), (at) => sensitivityAt(x, at[0]));
    expectClose(Float64Array.of(objective.labelDerivative(theta, v, rows, i)), label);
  }
}

/** Checks that the shares and row gradients add up to the gradient of F without its penalty. */
export function checkShares(objective: Objective, theta: Float64Array, data: Dataset, penaltyGradient: Float64Array): void {
  const sum = penaltyGradient.slice();
  const rowGradient = new Float64Array(objective.size);
  for (let i = 0; i < data.x.rows; i++) {
    objective.rowGradientInto(rowGradient, theta, data, i);
    const share = objective.rowShare(data.task[i]) * (data.weight === null ? 1 : data.weight[i]);
    for (let j = 0; j < sum.length; j++) sum[j] += share * rowGradient[j];
  }
  const gradient = new Float64Array(objective.size);
  objective.gradientInto(gradient, theta);
  expectClose(gradient, sum, 1e-9);
}

function differences(at: Float64Array, f: (at: Float64Array) => number): Float64Array {
  return at.map((value, j) => {
    const moved = at.slice();
    moved[j] = value + step;
    const above = f(moved);
    moved[j] = value - step;
    return (above - f(moved)) / (2 * step);
  });
}
