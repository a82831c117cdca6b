// What svm-injection does to a linear SVM (plain hinge, C = 1) of two overlapping clouds in the plane, beside the same number of flipped copies, and the
// time each point takes. ART's PoisoningAttackSVM takes some 0.52 s a point on 100 × 2 rows and, on 200 × 2 rows with 10 points, gains nothing on flips.
//   node bench/svm-injection.mjs [--seeds 20] [--points 10]
import { parseArgs } from "node:util";
import { flippedCopies } from "../dist/attacks/inject/flipped-copies.js";
import { svmInjection } from "../dist/attacks/inject/svm-injection.js";
import { predict } from "../dist/core/learner.js";
import { resolveParams } from "../dist/core/params.js";
import { encoderParams, makeEncoder } from "../dist/data/encoder.js";
import { linearSvm } from "../dist/learners/linear-svm.js";
import { meanInterval } from "../dist/numeric/statistics/intervals.js";
import { makeRng } from "../dist/numeric/random.js";
import { makePipeline } from "../dist/study/table/make-pipeline.js";

const { values: options } = parseArgs({ options: { seeds: { type: "string", default: "20" }, points: { type: "string", default: "10" } } });
const points = Number(options.points);
const reach = { attackTasks: null, targetTasks: null };
const figure = (values) => {
  const { value, low, high } = meanInterval(values);
  return `${value.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`;
};

for (const rows of [100, 200]) {
  const [clean, flipped, attacked, msPerPoint] = [[], [], [], []];
  for (let seed = 0; seed < Number(options.seeds); seed++) {
    const rng = makeRng(`bench/svm-injection/${seed}`);
    const table = twoClouds(rows + 2000, rng.fork("data"));
    const set = { table, rows: Int32Array.from({ length: rows }, (_, i) => i) };
    const encoder = makeEncoder(resolveParams("encoder", encoderParams), table);
    const learnerParams = resolveParams("linear-svm", linearSvm.params, { loss: "hinge", weightDecay: 1 / rows, tolerance: 1e-6 });
    const pipeline = makePipeline({ encoder, fittedOn: "poisoned", learner: linearSvm, learnerParams, repair: null });
    const victim = await pipeline.fit(set, { rng });
    const input = { clean: set, pipeline, budget: { fraction: points / rows, rows: points }, reach, victim: () => Promise.resolve(victim) };
    const accuracyAfter = async (poison) => {
      const fitted = await pipeline.fit(set, { rng, poison });
      const test = fitted.encode(
        table,
        Int32Array.from({ length: 2000 }, (_, i) => rows + i),
      );
      return predict(fitted.model, test).filter((y, i) => y === test.y[i]).length / 2000;
    };
    clean.push(await accuracyAfter(null));
    flipped.push(await accuracyAfter(await flippedCopies.poison(input, { rng, params: {} })));
    const before = process.cpuUsage().user;
    const poison = await svmInjection.poison(input, { rng, params: resolveParams("svm-injection", svmInjection.params) });
    msPerPoint.push((process.cpuUsage().user - before) / 1e3 / points);
    attacked.push(await accuracyAfter(poison));
  }
  msPerPoint.sort((a, b) => a - b);
  const median = msPerPoint[Math.floor(msPerPoint.length / 2)];
  console.log(`${rows} × 2 rows, ${points} points, ${clean.length} seeds; test accuracy with its 95 % interval`);
  console.log(`  clean            ${figure(clean)}`);
  console.log(`  flipped copies   ${figure(flipped)}`);
  console.log(`  svm-injection    ${figure(attacked)}, ${figure(flipped.map((value, i) => value - attacked[i]))} below flipped copies`);
  console.log(`  CPU              ${median.toFixed(2)} ms a point, median; 520 ms is ${(520 / median).toFixed(0)} times that`);
}

function twoClouds(rows, rng) {
  const codes = Int32Array.from({ length: rows }, () => rng.integer(2));
  const values = [0, 1].map((axis) => Float64Array.from(codes, (code) => rng.normal() + (axis === 0 ? 2 * code - 1 : 0)));
  return {
    rows,
    columns: [
      ...values.map((column, axis) => ({ kind: "number", name: `x${axis}`, values: column })),
      { kind: "category", name: "label", names: ["0", "1"], codes },
    ],
    roles: { labels: ["label"], features: ["x0", "x1"], task: null, source: null, id: null },
  };
}
