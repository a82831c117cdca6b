import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MultiTaskOptions, multiTaskArbitrary, multiTaskData } from "../../../test/multi-task-data.ts";
import { checkDerivatives, checkShares, expectClose } from "../../../test/objective-checks.ts";
import { type Dataset, selectExamples } from "../../core/dataset.ts";
import { NumericalError } from "../../core/errors.ts";
import { toDense, toSparse } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { norm } from "../../numeric/matrices/vector.ts";
import type { BiasKind } from "../linear/layout.ts";
import { minimiseMtrl } from "./minimise.ts";
import { mtrlObjective } from "./objective.ts";
import { type MtrlProblem, type MtrlSettings, mtrlProblem } from "./problem.ts";

const biases = fc.constantFrom<BiasKind>("free", "regularised");
const settingsWith = (bias: BiasKind): MtrlSettings => ({ weightDecay: 0.02, relationDecay: 0.05, epsilon: 1e-2, bias });

/** A positive definite matrix of trace 1. */
function anyRelation(tasks: number, seed: number): Float64Array {
  const rng = makeRng(seed).fork("relation");
  const a = Float64Array.from({ length: tasks * tasks }, () => rng.normal());
  const omega = new Float64Array(tasks * tasks);
  let trace = 0;
  for (let i = 0; i < tasks; i++) {
    for (let j = 0; j < tasks; j++) for (let k = 0; k < tasks; k++) omega[i * tasks + j] += a[i * tasks + k] * a[j * tasks + k];
    omega[i * tasks + i] += 0.3;
    trace += omega[i * tasks + i];
  }
  return omega.map((value) => value / trace);
}

function randomVector(size: number, scale: number, seed: number): Float64Array {
  const rng = makeRng(seed).fork("vector");
  return Float64Array.from({ length: size }, () => scale * rng.normal());
}

describe.each(["exact", "fixed"] as const)("the objective of multi-task relationship learning with Ω %s", (relation) => {
  it("has the derivatives that finite differences show", () => {
    fc.assert(
      fc.property(multiTaskArbitrary({ tasks: 5, cols: 5 }), biases, (shape, bias) => {
        const data = multiTaskData(shape);
        const omega = relation === "fixed" ? anyRelation(shape.tasks, shape.seed) : undefined;
        const f = mtrlObjective(data, settingsWith(bias), { relation, omega });
        const theta = randomVector(f.size, 0.7, shape.seed);
        const v = randomVector(f.size, 1, shape.seed + 1);
        const other = multiTaskData({ ...shape, seed: shape.seed + 1 });
        // Row by row, for a row concerns its own task alone.
        for (let i = 0; i < Math.min(4, other.x.rows); i++) checkDerivatives(f, theta, v, selectExamples(other, Int32Array.of(i)));
        checkShares(f, theta, data, penaltyGradient(data, settingsWith(bias), theta, omega));
      }),
      { numRuns: 60 },
    );
  });
});

/** ∇ of the penalty: what is left of the gradient where no row has weight. */
function penaltyGradient(data: Dataset, settings: MtrlSettings, theta: Float64Array, omega: Float64Array | undefined): Float64Array {
  const f = mtrlObjective({ ...data, weight: new Float64Array(data.x.rows) }, settings, { relation: omega ? "fixed" : "exact", omega });
  const out = new Float64Array(f.size);
  f.gradientInto(out, theta);
  return out;
}

it("with Ω held at that of θ, value and gradient stay and only the Hessian changes", () => {
  const data = multiTaskData({ seed: 3, tasks: 3, rowsPerTask: 8, cols: 4, real: false });
  const settings = settingsWith("free");
  const exact = mtrlObjective(data, settings, { relation: "exact" });
  const fixed = mtrlObjective(data, settings, { relation: "fixed" });
  const theta = randomVector(exact.size, 0.7, 1);
  const omega = mtrlProblem(data, settings).evaluate(theta).penalty.relation();
  const given = mtrlObjective(data, settings, { relation: "fixed", omega });
  const v = randomVector(exact.size, 1, 2);
  const [a, b, c] = [new Float64Array(exact.size), new Float64Array(exact.size), new Float64Array(exact.size)];
  expect(fixed.gradientInto(a, theta)).toBe(exact.gradientInto(b, theta));
  expect(a).toEqual(b);
  given.gradientInto(c, theta);
  // (λ₂/2) ε tr Ω⁻¹ apart, a problem with this Ω has the same value, and the same slope (the envelope theorem).
  expectClose(c, a, 1e-10);
  fixed.hessianVectorInto(a, theta, v);
  given.hessianVectorInto(b, theta, v);
  expectClose(a, b, 1e-10);
  exact.hessianVectorInto(c, theta, v);
  expect(norm(c.map((value, j) => value - a[j]))).toBeGreaterThan(1e-3);
  expectClose(fixed.solveHessian(theta, v), given.solveHessian(theta, v), 1e-7);
});

it("dense and sparse rows, whether gone over or summed up, give the same", () => {
  fc.assert(
    fc.property(multiTaskArbitrary({ tasks: 5, cols: 6 }), biases, (shape, bias) => {
      const data = multiTaskData({ ...shape, rowsPerTask: 12 });
      const dense = mtrlObjective({ ...data, x: toDense(data.x) }, settingsWith(bias), { relation: "exact" });
      const sparse = mtrlObjective({ ...data, x: toSparse(toDense(data.x)) }, settingsWith(bias), { relation: "exact" });
      const theta = randomVector(dense.size, 0.5, 3);
      const g = randomVector(dense.size, 1, 4);
      expect(dense.value(theta)).toBeCloseTo(sparse.value(theta), 12);
      expectClose(dense.solveHessian(theta, g), sparse.solveHessian(theta, g), 1e-7);
    }),
    { numRuns: 30 },
  );
});

it("a bias that no row bends cannot be solved for", () => {
  const data = multiTaskData({ seed: 1, tasks: 2, rowsPerTask: 4, cols: 2, real: true });
  const f = mtrlObjective({ ...data, tasks: [...data.tasks, "empty"] }, settingsWith("free"), { relation: "exact" });
  const g = new Float64Array(f.size);
  g[8] = 1;
  expect(() => f.solveHessian(new Float64Array(f.size), g)).toThrow(NumericalError);
  g[8] = 0;
  g[0] = 1;
  expect(f.solveHessian(new Float64Array(f.size), g)[8]).toBe(0);
});

describe("the gradient of an attack through training", () => {
  const reaches = {
    direct: { attack: [0], targets: [0] },
    hybrid: { attack: [0, 1], targets: [1, 2] },
    indirect: { attack: [0], targets: [2, 3] },
  };
  const cases = (["exact", "fixed"] as const).flatMap((relation) =>
    ([false, true] as const).flatMap((real) =>
      Object.keys(reaches).flatMap((reach) => (["fewer", "more"] as const).map((tasks) => ({ relation, real, reach, tasks }))),
    ),
  );

  it.each(cases)("is what refits show: $reach, real $real, Ω $relation, $tasks tasks than features", ({ relation, real, reach, tasks }) => {
    const [m, cols, tolerance] = tasks === "fewer" ? [4, 5, 1e-6] : [5, 3, 1e-5];
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000 }), biases, fc.constantFrom(0.02, 0.1), (seed, bias, relationDecay) => {
        const settings: MtrlSettings = { weightDecay: 0.01, relationDecay, epsilon: 1e-3, bias };
        const { attack, targets } = reaches[reach as keyof typeof reaches];
        const shape = { seed, tasks: m, rowsPerTask: 12, cols, real };
        const shown = compareWithRefits(shape, settings, { attack, targets, relation });
        expect(norm(shown.predicted.map((value, j) => value - shown.refitted[j])) / norm(shown.refitted)).toBeLessThan(tolerance);
      }),
      { numRuns: 6 },
    );
  });
});

interface Attack {
  readonly attack: readonly number[];
  readonly targets: readonly number[];
  readonly relation: "exact" | "fixed";
}

/** dU over the features (and real labels) of two injected rows for each attacked task: by the adjoint, and by refits. */
function compareWithRefits(shape: MultiTaskOptions, settings: MtrlSettings, { attack, targets, relation }: Attack) {
  const clean = multiTaskData(shape);
  const wrong = multiTaskData({ ...shape, seed: shape.seed + 1 });
  const injected = Int32Array.from(attack.flatMap((task) => [task, shape.tasks + task]));
  const [first, cols] = [clean.x.rows, shape.cols];
  const poisoned = stack(clean, selectExamples(wrong, injected));
  const rough = minimiseMtrl(poisoned, settings, new Float64Array(shape.tasks * (cols + 1)), { tolerance: 1e-12 });
  const base = polish(mtrlProblem(poisoned, settings), rough.point.theta);
  const omega = relation === "fixed" ? mtrlProblem(poisoned, settings).evaluate(base).penalty.relation() : null;

  const f = mtrlObjective(poisoned, settings, { relation, solveTolerance: 1e-13 });
  const g = new Float64Array(f.size);
  const rowGradient = new Float64Array(f.size);
  const counts = targets.map((t) => clean.task.filter((task) => task === t).length);
  for (let i = 0; i < first; i++) {
    const at = targets.indexOf(clean.task[i]);
    if (at < 0) continue;
    f.rowGradientInto(rowGradient, base, clean, i);
    for (let j = 0; j < g.length; j++) g[j] += rowGradient[j] / counts[at];
  }
  const v = f.solveHessian(base, g);

  const targetLoss = (theta: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < first; i++) {
      const at = targets.indexOf(clean.task[i]);
      if (at < 0) continue;
      const offset = clean.task[i] * (cols + 1);
      let z = theta[offset + cols];
      for (let j = 0; j < cols; j++) z += toDense(clean.x).data[i * cols + j] * theta[offset + j];
      sum += (shape.real ? 0.5 * (z - clean.y[i]) ** 2 : Math.log1p(Math.exp(clean.y[i] === 1 ? -z : z))) / counts[at];
    }
    return sum;
  };
  const refitted: number[] = [];
  const predicted: number[] = [];
  const derivative = new Float64Array(cols);
  injected.forEach((_, k) => {
    const row = first + k;
    const share = f.rowShare(poisoned.task[row]);
    f.rowDerivativeInto(derivative, base, v, poisoned, row);
    for (let j = 0; j < cols; j++) {
      predicted.push(-share * derivative[j]);
      refitted.push(
        difference((by) => {
          const x = toDense(poisoned.x).data.slice();
          x[row * cols + j] += by;
          return targetLoss(polish(mtrlProblem({ ...poisoned, x: { ...toDense(poisoned.x), data: x } }, settings, omega), base));
        }),
      );
    }
    if (!shape.real) return;
    predicted.push(-share * f.labelDerivative(base, v, poisoned, row));
    refitted.push(
      difference((by) => {
        const y = poisoned.y.map((value, i) => (i === row ? value + by : value));
        return targetLoss(polish(mtrlProblem({ ...poisoned, y }, settings, omega), base));
      }),
    );
  });
  return { predicted: Float64Array.from(predicted), refitted: Float64Array.from(refitted) };
}

/** Central differences of the fourth order. */
function difference(f: (by: number) => number): number {
  const h = 1e-3;
  return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h);
}

/** Plain Newton steps from nearby, until rounding stops them. */
function polish(problem: MtrlProblem, start: Float64Array): Float64Array {
  let theta = start;
  const step = new Float64Array(problem.size);
  for (let pass = 0; pass < 12; pass++) {
    const point = problem.evaluate(theta);
    point.solveInto(step, point.gradient, { relation: "exact", tolerance: 1e-10, maxIterations: 2000 });
    theta = theta.map((value, j) => value - step[j]);
    if (norm(step) < 1e-11 * norm(theta)) break;
  }
  return theta;
}

function stack(a: Dataset, b: Dataset): Dataset {
  const data = Float64Array.from([...toDense(a.x).data, ...toDense(b.x).data]);
  return {
    ...a,
    x: { kind: "dense", rows: a.x.rows + b.x.rows, cols: a.x.cols, data },
    y: Float64Array.from([...a.y, ...b.y]),
    task: Int32Array.from([...a.task, ...b.task]),
    source: new Int32Array(a.x.rows + b.x.rows).fill(-1),
    row: new Int32Array(a.x.rows + b.x.rows).fill(-1),
  };
}
