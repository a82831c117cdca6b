import type { Certificate } from "../core/certificate.ts";
import { pauseOrStop } from "../core/context.ts";
import { NumericalError } from "../core/errors.ts";
import { listExamples, targetOf } from "../core/examples.ts";
import { chooseKernel } from "../blocks/certified/kernel-ridge.ts";
import { medianIntervals, sortPredictions } from "../blocks/certified/median-interval.ts";
import { type EnsembleParams, coded, ensembleParams, firstChoice, partitionsFor } from "../blocks/certified/partition-ensemble.ts";
import { assumptionsOf, costsOf } from "../blocks/certified/partition-words.ts";
import { inContentOrder, partsOfRows } from "../blocks/certified/partitions.ts";
import { countVotes, pluralityRadii } from "../blocks/certified/plurality-radius.ts";
import { refusesSmoother, smootherParams } from "../blocks/certified/label-smoother.ts";
import { type View, diagonalOf, gram, kernelInPlace, rowsOfView, scaledViews, squaresOf } from "../blocks/kernels/row-kernels.ts";
import { type RowWiseFeatures, rowWiseFeatures } from "../data/row-wise/row-wise-features.ts";
import { productWithTransposeInto, transposeInto } from "../numeric/matrices/dense-product.ts";
import { blockedCholeskyInPlace, blockedCholeskySolveInPlace } from "../numeric/solvers/blocked-cholesky.ts";

interface OtherTaskParams extends Pick<EnsembleParams, "partitions"> {
  sharing: number;
  mostRows: number;
}

/**
 * Every model of a task learns from all rows of that task and from one part of the rows of the others, by the kernel (ρ + (1 − ρ) [same task]) k(x, x') with a fixed
 * ρ. The task's own rows are trusted, so scales, k and the ridge parameter are theirs, and a row of another task reaches one model.
 */
export const otherTaskPartitions: Certificate<OtherTaskParams> = {
  kind: "certificate",
  id: "other-task-partitions",
  title: "Partitions of the other tasks",
  summary:
    "For each task, models that learn from all of its own rows and from one part of the rows of the other tasks vote: how many rows of other tasks cannot change an answer.",
  source: {
    cite: "The vote of Levine & Feizi 2021, Deep Partition Aggregation, ICLR, Theorem 1, over the rows of other tasks alone; the kernel of Evgeniou, Micchelli & Pontil 2005, Learning Multiple Tasks with Kernel Methods, JMLR 6, §3.1",
    url: "https://arxiv.org/abs/2006.14768",
  },
  params: { partitions: ensembleParams.partitions, sharing: smootherParams.sharing, mostRows: smootherParams.mostRows },
  effort: "full",
  targets: ["classes", "real"],
  unit: "insertions",
  refuses(input, { mostRows }) {
    if (input.table.roles.task === null) return "it counts rows of other tasks, and these data have no task column: name it with --task";
    return refusesSmoother(input, mostRows);
  },
  async certify({ table, train, test }, { params, ...context }) {
    const { sharing } = params;
    const models = partitionsFor({ ...params, by: "row" }, { table, train });
    const target = targetOf(table);
    const classes = target.kind === "classes" ? target.names.length : 0;
    const own = listExamples(table, train);
    const asked = listExamples(table, test);
    const placeOf = new Map<number, number>();
    own.row.forEach((row, i) => placeOf.set(row, i));
    const exampleOf = (row: number): number => placeOf.get(row) as number;
    const seed = "partitions";
    const order = inContentOrder(table, own.row, (row) => own.y[exampleOf(row)], seed);
    const part = partsOfRows(table, order, models, { by: "row", seed });
    const task = order.map((row) => own.task[exampleOf(row)]);
    const labels = Float64Array.from(order, (row) => own.y[exampleOf(row)]);
    // The task enters by the kernel.
    const untasked = { ...table, roles: { ...table.roles, task: null } };
    const features = rowWiseFeatures(untasked, Int32Array.from([...order, ...asked.row]));
    const choices = new Int32Array(classes === 0 ? 0 : asked.row.length * models);
    const values = new Float64Array(classes === 0 ? asked.row.length * models : 0);
    const tasks = [...new Set(asked.task)];
    for (const [done, of] of tasks.entries()) {
      const questions = positionsWhere(asked.task, (i) => asked.task[i] === of);
      const rows = positionsWhere(task, (i) => task[i] === of);
      const mean = classes > 0 || rows.length === 0 ? 0 : rows.reduce((sum, i) => sum + labels[i], 0) / rows.length;
      const ofTask = modelsOfTask({
        ...{ features, own: rows, others: positionsWhere(task, (i) => task[i] !== of), asked: questions.map((i) => order.length + i) },
        ...{ task, sharing, outputs: Math.max(1, classes) },
        codedOf: (positions) => coded(labels, positions, classes, mean).y,
      });
      for (let m = 0; m < models; m++) {
        await pauseOrStop(context);
        const scores = ofTask(positionsWhere(part, (i) => part[i] === m && task[i] !== of));
        questions.forEach((question, i) => {
          if (classes === 0) values[question * models + m] = scores[i] + mean;
          else choices[question * models + m] = firstChoice(scores, i * classes, classes, m);
        });
        context.progress?.((done + (m + 1) / models) / tasks.length);
      }
    }
    const info = {
      ...({
        unit: "insertions",
        costs: costsOf("row"),
        reach: "others",
        confidence: null,
        settled: { ...params, partitions: models },
      } as const),
      assumes: [
        "the rows of the task that is asked about are right, none is missing and none is added: only rows of other tasks are counted",
        ...assumptionsOf({ by: "row", base: "ridge" }, models),
      ],
      made: `for each of ${tasks.length} tasks ${models} models (kernel ridge, sharing ${sharing}) of its own rows, ${Math.round(order.length / Math.max(1, tasks.length))} on average, and of a part of the others': ${classes === 0 ? "median" : "vote"}`,
    };
    if (classes > 0) {
      const { answers, radii } = pluralityRadii(countVotes(choices, models, classes), classes);
      return {
        kind: "answers",
        ...info,
        answers: Float64Array.from(answers),
        radii: sharing === 0 ? radii.fill(Infinity) : radii,
      };
    }
    const sorted = sortPredictions(values, models);
    const middle = Math.floor((models - 1) / 2);
    return {
      ...{ kind: "values", ...info, mostRadius: Math.min(middle, models - 1 - middle) },
      values: medianIntervals(sorted, models, 0).low,
      intervals: (radius) => medianIntervals(sorted, models, radius),
    };
  },
};

interface TaskProblem {
  readonly features: RowWiseFeatures;
  /** Positions among the rows of `features`: the task's own rows, those of the other tasks, and those that are answered. */
  readonly own: Int32Array;
  readonly others: Int32Array;
  readonly asked: Int32Array;
  /** Of the rows that are learned from, by position. */
  readonly task: Int32Array;
  readonly sharing: number;
  readonly outputs: number;
  /** What is learned of rows at these positions. Shape: [positions, outputs]. */
  codedOf(positions: Int32Array): Float64Array;
}

/**
 * Kernel ridge on the rows o of a task with a part p of the others: with A = K_oo + λI, which is factored once, S = K_pp + λI − K_po A⁻¹ K_op and
 * R = K_xp − K_xo A⁻¹ K_op, the decision values are K_xo A⁻¹ y_o + R S⁻¹ (y_p − K_po A⁻¹ y_o).
 *
 * @returns what gives those of a part. Shape: [asked, outputs]
 */
function modelsOfTask({ features, own, others, asked, task, sharing, outputs, codedOf }: TaskProblem): (part: Int32Array) => Float64Array {
  const size = own.length;
  const placeAmong = new Map<number, number>();
  others.forEach((position, i) => placeAmong.set(position, i));
  const views = scaledViews(features, own, Int32Array.from([...others, ...asked]), { learnsFromAsked: true });
  const questions = rowsOfView(
    views.asked,
    Int32Array.from(asked, (_, i) => others.length + i),
  );
  const y = codedOf(own);
  const factor = gram(views.own, views.own);
  const squares = diagonalOf(factor, size);
  const { width, decay } = chooseKernel(factor, squares, { own, y, outputs });
  kernelInPlace(factor, squares, squares, width);
  for (let i = 0; i < size; i++) factor[i * size + i] += decay;
  if (!blockedCholeskyInPlace(factor, size)) throw new NumericalError("the kernel matrix of a task is singular");
  const weights = transposed(y, size, outputs);
  blockedCholeskySolveInPlace(weights, outputs, factor, size);
  const toOwn = kernelBetween(questions, views.own, 1);
  const alone = timesTransposed(toOwn, weights, asked.length, size, outputs);
  return (positions) => {
    const count = positions.length;
    if (count === 0 || sharing === 0) return alone;
    const part = rowsOfView(
      views.asked,
      positions.map((position) => placeAmong.get(position) as number),
    );
    const toPart = kernelBetween(part, views.own, sharing);
    const solved = toPart.slice();
    blockedCholeskySolveInPlace(solved, count, factor, size);
    const schur = kernelBetween(part, part, 1);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) if (task[positions[i]] !== task[positions[j]]) schur[i * count + j] *= sharing;
      schur[i * count + i] += decay;
    }
    takeOff(schur, timesTransposed(solved, toPart, count, size, count));
    if (!blockedCholeskyInPlace(schur, count)) return alone;
    const left = codedOf(positions);
    takeOff(left, timesTransposed(toPart, weights, count, size, outputs));
    const corrections = transposed(left, count, outputs);
    blockedCholeskySolveInPlace(corrections, outputs, schur, count);
    const reach = kernelBetween(questions, part, sharing);
    takeOff(reach, timesTransposed(toOwn, solved, asked.length, size, count));
    const scores = timesTransposed(reach, corrections, asked.length, count, outputs);
    return scores.map((value, i) => value + alone[i]);
  };

  function kernelBetween(a: View, b: View, factorOfTasks: number): Float64Array {
    const kernel = gram(a, b);
    kernelInPlace(kernel, squaresOf(a), squaresOf(b), width);
    return factorOfTasks === 1 ? kernel : kernel.map((value) => factorOfTasks * value);
  }
}

function positionsWhere(values: Int32Array, is: (i: number) => boolean): Int32Array {
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) if (is(i)) found.push(i);
  return Int32Array.from(found);
}

/** a bᵀ. Shapes: a [rows, inner], b [cols, inner], result [rows, cols]. */
function timesTransposed(a: Float64Array, b: Float64Array, rows: number, inner: number, cols: number): Float64Array {
  const out = new Float64Array(rows * cols);
  if (inner > 0) productWithTransposeInto(out, a, b, rows, inner, cols);
  return out;
}

function transposed(a: Float64Array, rows: number, cols: number): Float64Array {
  const out = new Float64Array(a.length);
  transposeInto(out, a, rows, cols);
  return out;
}

function takeOff(from: Float64Array, what: Float64Array): void {
  for (let i = 0; i < from.length; i++) from[i] -= what[i];
}
