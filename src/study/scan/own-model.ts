import type { Dataset } from "../../core/dataset.ts";
import type { Detector } from "../../core/detector.ts";
import type { Model } from "../../core/learner.ts";
import { type DenseMatrix, denseMatrix } from "../../numeric/matrices/matrix.ts";
import type { Pipeline } from "../../core/pipeline.ts";

/** What the user's own model says of the rows, which detectors take instead of what the study's learner would. */
export interface OwnModel {
  /** Its out-of-sample answers; null where they were not given. */
  readonly given: Model | null;
  /** The same rows as it sees them, with the learner tuned on that; null where embeddings were not given. */
  readonly embedding: { embed(data: Dataset): Dataset; readonly learning: Pick<Pipeline, "learner" | "learnerParams"> } | null;
}

/** Which parts of it a detector takes. */
export function takesOf(
  { heldOut, onEmbeddings }: Pick<Detector, "heldOut" | "onEmbeddings">,
  { given, embedding }: OwnModel,
): { readonly probabilities: boolean; readonly embeddings: boolean } {
  return { probabilities: heldOut === true && given !== null, embeddings: onEmbeddings === true && embedding !== null };
}

/**
 * Rows with their embeddings for features, all divided by one number, so that the mean square of an entry is 1 and directions stay as they are.
 *
 * @param values by the row of the table. Shape: [rows of the table, cols]
 */
export function embedder(values: Float64Array, cols: number): (data: Dataset) => Dataset {
  const scale = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length) || 1;
  const names = Array.from({ length: cols }, (_, j) => `embedding ${j + 1}`);
  const features = { names, kinds: names.map(() => "real" as const), groups: names };
  return (data) => {
    const x: DenseMatrix = denseMatrix(data.row.length, cols);
    for (let i = 0; i < data.row.length; i++) for (let j = 0; j < cols; j++) x.data[i * cols + j] = values[data.row[i] * cols + j] / scale;
    return { ...data, x, features };
  };
}
