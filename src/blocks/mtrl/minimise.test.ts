import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { multiTaskArbitrary, multiTaskData } from "../../../test/multi-task-data.ts";
import { expectClose } from "../../../test/objective-checks.ts";
import { type Dataset, selectExamples } from "../../core/dataset.ts";
import { toDense } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { norm } from "../../numeric/matrices/vector.ts";
import type { BiasKind } from "../linear/layout.ts";
import { linearObjective } from "../linear/objective.ts";
import { logisticLoss, squareLoss } from "../linear/margin-losses.ts";
import { minimise } from "../linear/minimise.ts";
import { descend, minimiseMtrl } from "./minimise.ts";
import { type MtrlSettings, mtrlProblem } from "./problem.ts";
import { rowBasis } from "./row-basis.ts";

const biases = fc.constantFrom<BiasKind>("free", "regularised");

function settingsWith(given: Partial<MtrlSettings>): MtrlSettings {
  return { weightDecay: 0, relationDecay: 0.03, epsilon: 1e-6, bias: "regularised", ...given };
}

function fit(data: Dataset, settings: MtrlSettings, tolerance = 1e-12, start?: Float64Array) {
  return minimiseMtrl(data, settings, start ?? new Float64Array(data.tasks.length * (data.x.cols + 1)), { tolerance });
}

describe("training with Ω minimised out", () => {
  it("ends where the gradient is zero, on either side of tasks = features", () => {
    fc.assert(
      fc.property(multiTaskArbitrary({ tasks: 7, cols: 7 }), biases, fc.constantFrom(0.003, 0.3), (shape, bias, relationDecay) => {
        const data = multiTaskData(shape);
        const problem = mtrlProblem(data, settingsWith({ bias, relationDecay }));
        const { point } = fit(data, settingsWith({ bias, relationDecay }), 1e-14);
        const atZero = problem.evaluate(new Float64Array(problem.size)).gradient;
        expect(norm(point.gradient)).toBeLessThan(1e-4 * norm(atZero) + 1e-9);
        // Any other θ is worse.
        const rng = makeRng(shape.seed).fork("away");
        for (const away of [1e-3, 1e-1]) {
          const moved = point.theta.map((value) => value + away * rng.normal());
          expect(problem.evaluate(moved).value).toBeGreaterThanOrEqual(point.value - 1e-12);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("alternating between W and Ω does not get lower", () => {
    const data = multiTaskData({ seed: 5, tasks: 6, rowsPerTask: 20, cols: 4, real: true });
    const settings = settingsWith({ bias: "free", epsilon: 1e-3 });
    const { point } = fit(data, settings);
    let theta: Float64Array = new Float64Array(point.theta.length);
    for (let turn = 0; turn < 3000; turn++) {
      const omega = mtrlProblem(data, settings).evaluate(theta).penalty.relation();
      theta = descend(mtrlProblem(data, settings, omega), theta, { tolerance: 1e-15 }).point.theta;
    }
    const alternated = mtrlProblem(data, settings).evaluate(theta);
    expect(alternated.value).toBeGreaterThanOrEqual(point.value - 1e-13);
    expect(alternated.value).toBeCloseTo(point.value, 9);
    expectClose(alternated.penalty.relation(), point.penalty.relation(), 1e-3);
  });

  it("comes to the same optimum from a warm start, sooner", () => {
    const data = multiTaskData({ seed: 9, tasks: 8, rowsPerTask: 30, cols: 5, real: false });
    const cold = fit(data, settingsWith({}), 1e-13);
    const near = fit(data, settingsWith({ relationDecay: 0.035 }), 1e-6);
    const warm = fit(data, settingsWith({}), 1e-13, near.point.theta);
    expect(warm.point.value).toBeCloseTo(cold.point.value, 11);
    expectClose(warm.point.theta, cold.point.theta, 1e-4);
    expect(warm.products).toBeLessThan(cold.products);
    const useless = cold.point.theta.map((value) => -9 * value);
    expect(fit(data, settingsWith({}), 1e-13, useless).point.value).toBeCloseTo(cold.point.value, 11);
  });

  it("a single task is the single-task optimum with λ₁ + λ₂", () => {
    fc.assert(
      fc.property(multiTaskArbitrary({ tasks: 1, cols: 5 }), biases, (shape, bias) => {
        const data = multiTaskData(shape);
        const loss = data.target.kind === "real" ? squareLoss : logisticLoss;
        const alone = linearObjective(data, { loss, weightDecay: 0.05, bias });
        const theta = minimise(alone, new Float64Array(alone.size), { tolerance: 1e-12 });
        const { point } = fit(data, settingsWith({ bias, weightDecay: 0.02, relationDecay: 0.03 }), 1e-15);
        // A task of one class has no finite optimum while its bias is free.
        fc.pre(bias === "regularised" || data.target.kind === "real" || new Set(data.y).size === 2);
        expectClose(point.theta, theta, 1e-5);
        expect(point.value - 0.5 * 0.03 * 1e-6).toBeCloseTo(alone.value(theta), 10);
      }),
    );
  });

  it("with λ₂ = 0 every task is on its own", () => {
    const data = multiTaskData({ seed: 2, tasks: 3, rowsPerTask: 20, cols: 3, real: false });
    const { point } = fit(data, settingsWith({ weightDecay: 0.1, relationDecay: 0 }), 1e-15);
    for (let task = 0; task < 3; task++) {
      const picked = Int32Array.from({ length: 20 }, (_, i) => 3 * i + task);
      const alone = linearObjective(selectExamples(data, picked), { loss: logisticLoss, weightDecay: 0.1, bias: "regularised" });
      const theta = minimise(alone, new Float64Array(alone.size), { tolerance: 1e-12 });
      expectClose(point.theta.slice(4 * task, 4 * task + 4), theta, 1e-6);
    }
  });

  it("a strong λ₂ makes copies of a task alike, and equal tasks get equal weights", () => {
    const one = multiTaskData({ seed: 4, tasks: 1, rowsPerTask: 12, cols: 3, real: true });
    const twice = selectExamples(
      one,
      Int32Array.from({ length: 24 }, (_, i) => i >> 1),
    );
    const data = { ...twice, task: twice.task.map((_, i) => i & 1), tasks: ["a", "b"] };
    const { point } = fit(data, settingsWith({ bias: "free" }), 1e-14);
    expectClose(point.theta.slice(0, 4), point.theta.slice(4), 1e-6);
    const omega = point.penalty.relation();
    expect(omega[1] / Math.sqrt(omega[0] * omega[3])).toBeGreaterThan(0.99);
  });

  it("Ω has trace 1, is positive definite, and is what the formula says", () => {
    fc.assert(
      fc.property(multiTaskArbitrary({ tasks: 6, cols: 6 }), (shape) => {
        const data = multiTaskData(shape);
        const m = shape.tasks;
        const width = shape.cols + 1;
        const { point } = fit(data, settingsWith({ epsilon: 1e-4 }), 1e-8);
        const omega = point.penalty.relation();
        let trace = 0;
        for (let i = 0; i < m; i++) trace += omega[i * m + i];
        expect(trace).toBeCloseTo(1, 12);
        // Ω² τ² = WᵀW + ε I, with τ² from the trace of both sides.
        const square = new Float64Array(m * m);
        const gram = new Float64Array(m * m);
        for (let i = 0; i < m; i++)
          for (let j = 0; j < m; j++) {
            for (let k = 0; k < m; k++) square[i * m + j] += omega[i * m + k] * omega[k * m + j];
            for (let k = 0; k < width; k++) gram[i * m + j] += point.theta[i * width + k] * point.theta[j * width + k];
            if (i === j) gram[i * m + j] += 1e-4;
          }
        let [squares, grams] = [0, 0];
        for (let i = 0; i < m; i++) {
          squares += square[i * m + i];
          grams += gram[i * m + i];
        }
        expectClose(
          square.map((value) => (value * grams) / squares),
          gram,
          1e-9,
        );
      }),
      { numRuns: 40 },
    );
  });
});

describe("fewer rows than features", () => {
  it("training through the rows' kernel comes to the optimum that training in the features does", () => {
    for (const [real, sparse, bias] of [
      [true, true, "free"],
      [true, false, "regularised"],
      [false, true, "regularised"],
      [false, false, "free"],
    ] as const) {
      const data = multiTaskData({ seed: 6, tasks: 3, rowsPerTask: 7, cols: 150, real, sparse });
      const settings = settingsWith({ bias });
      const through = fit(data, settings, 1e-12);
      const problem = mtrlProblem(data, settings);
      let direct = descend(problem.withEpsilon(1e-3), new Float64Array(problem.size), { tolerance: 1e-6 });
      direct = descend(problem, direct.point.theta, { tolerance: 1e-13 });
      expect(through.point.value).toBeCloseTo(direct.point.value, 10);
      expectClose(through.point.theta, direct.point.theta, 1e-4);
    }
  });

  it("the rows' own coordinates keep their products, equal and empty rows too", () => {
    const data = multiTaskData({ seed: 8, tasks: 1, rowsPerTask: 5, cols: 9, real: true });
    const again = selectExamples(data, Int32Array.of(0, 1, 2, 3, 4, 0));
    const x = toDense(again.x);
    x.data.fill(0, 9, 18);
    const basis = rowBasis(x)!;
    const inner = toDense(basis.x).data;
    const weights = Float64Array.from({ length: 6 }, (_, j) => Math.sin(j));
    weights[5] = 0;
    const lifted = new Float64Array(9);
    basis.liftInto(lifted, weights, 0);
    for (let i = 0; i < 6; i++) {
      let [a, b, c, d] = [0, 0, 0, 0];
      for (let j = 0; j < 9; j++) {
        a += x.data[i * 9 + j] * x.data[2 * 9 + j];
        c += x.data[i * 9 + j] * lifted[j];
      }
      for (let j = 0; j < 6; j++) {
        b += inner[i * 6 + j] * inner[2 * 6 + j];
        d += inner[i * 6 + j] * weights[j];
      }
      expect(a).toBeCloseTo(b, 9);
      if (i !== 1) expect(c).toBeCloseTo(d, 5);
    }
  });
});
