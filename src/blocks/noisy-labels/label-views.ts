import { type Dataset, selectExamples } from "../../core/dataset.ts";
import type { DetectorContext } from "../../core/detector.ts";
import { partOf, stopIfCancelled } from "../../core/context.ts";
import { makeUnionFind } from "../../numeric/orders/union-find.ts";
import type { Rng } from "../../numeric/random.ts";
import { stratifiedFolds } from "../held-out/folds.ts";
import { outOfFold } from "../held-out/out-of-fold.ts";
import { partsByLabel } from "../outliers/neighbour-labels-text.ts";
import { compactRows } from "./compact-rows.ts";
import { kernelChances } from "./kernel-chances.ts";
import { type NeighbourSearch, joinNearCopies, searchNeighbours } from "./neighbour-groups.ts";
import type { LabelEvidence } from "./noise-model.ts";
import { surprisingLabels } from "./surprising-labels.ts";
import { treeChances } from "./tree-chances.ts";

/** The learner, a kernel, the neighbours and trees. */
export const viewNames = ["the learner", "a kernel", "the nearest rows", "random trees"] as const;
/** Rows that models are trained on, at most; beyond, they are drawn. */
export const mostKnown = 50_000;
const neighbours = 15;
/** Views say no class is less probable than this. */
const leastChance = 1e-5;

/** Examples with one label each, and what views that never saw a row or its near-copies say of it. */
export interface ViewedLabels {
  /** Positions in the data, rising. */
  readonly rows: Int32Array;
  /** The classes that occur, as the evidence numbers them. */
  readonly present: Int32Array;
  readonly evidence: LabelEvidence;
  /** Rows of `rows` that the models may have learned from, rising: all, or so many as were drawn. */
  readonly known: Int32Array;
}

/**
 * Four unlike views of each label, out of fold: the user's learner, logistic regression on 300 random features of a Gaussian kernel, 15 nearest rows of other
 * groups, and 100 extremely randomised trees; such that err alike only where a label is wrong are what keeps clean data clean. Near-copies and rows of one source are in one fold. Of more than 50,000 rows models
 * are trained on so many drawn at random. Where rows have several labels, each label is looked at apart but for the learner.
 */
export async function labelViews(
  data: Dataset,
  context: Omit<DetectorContext<{ folds: number }>, "objective" | "table">,
): Promise<ViewedLabels[]> {
  const { params, rng, fit, signal } = context;
  const parts = [...partsByLabel(data)].map(({ part, rows }, k) => {
    const own = rng.fork("views").fork(k);
    const known = rows.length <= mostKnown ? Int32Array.from(rows.keys()) : own.fork("known").sample(rows.length, mostKnown).sort();
    const compact = compactRows(part.x, known, own.fork("directions"));
    return { part, rows, known, compact, rng: own, near: searchNeighbours(compact, part.source, own.fork("neighbours"), signal) };
  });
  const groups = groupsOf(data, parts);
  const folds = stratifiedFolds({ ...data, source: groups }, params.folds, rng);
  const learned = await outOfFold(
    data,
    folds,
    (train, f, before) => fit(someOf(train, rng.fork("train").fork(f)), before),
    partOf(context, 0, 2),
  );
  const classes = data.target.kind === "classes" ? data.target.names.length : 0;
  const chances = learned.probabilities ?? surprisingLabels(data.y, classes, learned).probabilities;
  const seen: ViewedLabels[] = [];
  for (const { part, rows, known, compact, near, rng: own } of parts) {
    stopIfCancelled(signal);
    const present = classesIn(part.y, classes);
    const at = new Int32Array(classes).fill(-1);
    present.forEach((k, number) => (at[k] = number));
    const labels = Int32Array.from(part.y, (label) => at[label]);
    const shape = { rows: rows.length, classes: present.length, views: viewNames.length };
    const features = new Float64Array(shape.rows * shape.classes * shape.views);
    const evidence = { ...shape, labels, features };
    if (present.length > 1) {
      setView(evidence, 0, (i, k) => chances[rows[i] * classes + present[k]]);
      const fold = Int32Array.from(rows, (i) => folds.fold[i]);
      const views = { compact, labels, classes: present.length, known, fold, folds: folds.count, signal };
      const kernel = kernelChances({ ...views, rng: own.fork("kernel") });
      setView(evidence, 1, (i, k) => kernel[i * present.length + k]);
      setNeighbourView(
        evidence,
        2,
        near,
        Int32Array.from(rows, (i) => groups[i]),
      );
      const trees = treeChances({ ...views, rng: own.fork("trees") });
      setView(evidence, 3, (i, k) => trees[i * present.length + k]);
    }
    seen.push({ rows, present, evidence, known });
  }
  return seen;
}

/** Rows that must not be parted: of one source, and near-copies; the sources alone where these would tie a quarter of the rows together. Shape: [examples]. */
function groupsOf(data: Dataset, parts: readonly { readonly near: NeighbourSearch; readonly rows: Int32Array }[]): Int32Array {
  const all = data.source.length;
  const sets = makeUnionFind(all);
  const firstOf = new Map<number, number>();
  for (let i = 0; i < all; i++) {
    if (data.source[i] < 0) continue;
    const first = firstOf.get(data.source[i]);
    if (first === undefined) firstOf.set(data.source[i], i);
    else sets.union(i, first);
  }
  const bySource = Int32Array.from({ length: all }, (_, i) => sets.find(i));
  for (const { near, rows } of parts) joinNearCopies(sets, near, rows);
  const groups = Int32Array.from({ length: all }, (_, i) => sets.find(i));
  const sizes = new Int32Array(all);
  let largest = 0;
  for (const group of groups) largest = Math.max(largest, ++sizes[group]);
  return 4 * largest > all ? bySource : groups;
}

function someOf(data: Dataset, rng: Rng): Dataset {
  return data.y.length <= mostKnown ? data : selectExamples(data, rng.sample(data.y.length, mostKnown).sort());
}

function classesIn(y: Float64Array, classes: number): Int32Array {
  const occurs = new Uint8Array(classes);
  for (const label of y) occurs[label] = 1;
  return Int32Array.from(occurs.keys()).filter((k) => occurs[k] === 1);
}

/** ln p less its mean over the classes. */
function setView({ rows, classes, views, features }: LabelEvidence, view: number, chance: (row: number, k: number) => number): void {
  const own = new Float64Array(classes);
  for (let i = 0; i < rows; i++) {
    let mean = 0;
    for (let k = 0; k < classes; k++) mean += (own[k] = Math.log(Math.max(leastChance, chance(i, k)))) / classes;
    for (let k = 0; k < classes; k++) features[(i * classes + k) * views + view] = own[k] - mean;
  }
}

/** (neighbours labelled k + the share of k) / (neighbours + 1). */
function setNeighbourView(evidence: LabelEvidence, view: number, { capacity, count, ids }: NeighbourSearch, groups: Int32Array): void {
  const { rows, classes, labels } = evidence;
  const shares = new Float64Array(classes);
  for (const label of labels) shares[label] += 1 / rows;
  const votes = new Float64Array(rows * classes);
  for (let i = 0; i < rows; i++) {
    let asked = 0;
    for (let at = i * capacity; at < i * capacity + count[i] && asked < neighbours; at++) {
      if (groups[ids[at]] === groups[i]) continue;
      votes[i * classes + labels[ids[at]]]++;
      asked++;
    }
    for (let k = 0; k < classes; k++) votes[i * classes + k] = (votes[i * classes + k] + shares[k]) / (asked + 1);
  }
  setView(evidence, view, (i, k) => votes[i * classes + k]);
}
