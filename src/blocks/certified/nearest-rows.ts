import type { CertificateInput, UnitCosts, CertificateUnit } from "../../core/certificate.ts";
import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import { listExamples, targetOf } from "../../core/examples.ts";
import type { ChoiceSpec } from "../../core/params.ts";
import { rowWiseFeatures } from "../../data/row-wise/row-wise-features.ts";
import { fixedView, gram, rowsOfView, squaresOf } from "../kernels/row-kernels.ts";
import type { NearestRadii } from "./nearest-radius.ts";
import { inContentOrder } from "./partitions.ts";

export type NearestOperation = "insert" | "delete" | "insert-or-delete" | "change" | "flip";

export const operationParam: ChoiceSpec & { readonly default: "change"; readonly options: readonly NearestOperation[] } = {
  type: "choice",
  default: "change",
  options: ["insert", "delete", "insert-or-delete", "change", "flip"],
  help: "what the attacker may do: add rows, take rows away, either, replace rows and all of these together, or only flip labels",
};

/** What is counted, what it covers, and where the radius stands. */
export const ofOperation: {
  readonly [operation in NearestOperation]: {
    readonly unit: CertificateUnit;
    readonly costs: UnitCosts;
    readonly key: Exclude<keyof NearestRadii, "answers">;
  };
} = {
  insert: { unit: "insertions", costs: { insertions: 1 }, key: "insert" },
  delete: { unit: "deletions", costs: { deletions: 1 }, key: "delete" },
  "insert-or-delete": { unit: "insertions", costs: { insertions: 1, deletions: 1, "label-flips": 2, edits: 2 }, key: "insertOrDelete" },
  change: { unit: "edits", costs: { insertions: 1, deletions: 1, "label-flips": 1, edits: 1 }, key: "change" },
  flip: { unit: "label-flips", costs: { "label-flips": 1 }, key: "flip" },
};

/** Training rows by their distances from test rows. */
export interface NearestRows {
  readonly classes: number;
  /** Class indices of the training rows in an order that their contents alone decide. Shape: [train]. */
  readonly labels: Int32Array;
  readonly testRows: number;
  /** Squared distances from one test row to all training rows, in the order of `labels`. Shape: [train], gone after the call. */
  forEach(context: RunContext, visit: (distances: Float64Array, test: number) => void): void;
}

const block = 64;

/** Distances between features that are made by fixed maps of single rows: a row that comes or goes moves no other. */
export function nearestRows({ table, train, test }: CertificateInput): NearestRows {
  const target = targetOf(table);
  const own = listExamples(table, train);
  const asked = listExamples(table, test);
  const labelOf = new Map<number, number>();
  own.row.forEach((row, i) => labelOf.set(row, own.y[i]));
  const order = inContentOrder(table, own.row, (row) => labelOf.get(row) as number, "nearest");
  const size = order.length;
  const features = rowWiseFeatures(table, Int32Array.from([...order, ...asked.row]));
  const rows = fixedView(
    features,
    Int32Array.from(order, (_, i) => i),
  );
  const questions = fixedView(
    features,
    Int32Array.from(asked.row, (_, i) => size + i),
  );
  const squares = squaresOf(rows);
  return {
    classes: target.kind === "classes" ? target.names.length : 0,
    labels: Int32Array.from(order, (row) => labelOf.get(row) as number),
    testRows: asked.row.length,
    forEach(context, visit) {
      for (let from = 0; from < asked.row.length; from += block) {
        stopIfCancelled(context.signal);
        const count = Math.min(block, asked.row.length - from);
        const view = rowsOfView(
          questions,
          Int32Array.from({ length: count }, (_, i) => from + i),
        );
        const lengths = squaresOf(view);
        const distances = gram(view, rows);
        for (let i = 0; i < count; i++) {
          for (let j = 0; j < size; j++) distances[i * size + j] = Math.max(0, lengths[i] + squares[j] - 2 * distances[i * size + j]);
          visit(distances.subarray(i * size, (i + 1) * size), from + i);
        }
        context.progress?.((from + count) / asked.row.length);
      }
    },
  };
}
