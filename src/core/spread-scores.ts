import type { Dataset } from "./dataset.ts";
import type { Detector } from "./detector.ts";

/** How many scores a detector of this subject gives. */
export function subjectCount(subject: Detector["subject"], data: Dataset): number {
  return { row: data.y.length, source: data.sources.length, task: data.tasks.length, model: 1 }[subject];
}

/** Rows of what is flagged. Shapes: flagged [subjects], result [rows]. */
export function spreadFlags(subject: Detector["subject"], flagged: Uint8Array, data: Dataset): Uint8Array {
  switch (subject) {
    case "row":
      return flagged;
    case "task":
      return Uint8Array.from(data.task, (task) => flagged[task]);
    case "source":
      return Uint8Array.from(data.source, (source) => (source < 0 ? 0 : flagged[source]));
    case "model":
      return new Uint8Array(data.y.length).fill(flagged[0]);
  }
}

/**
 * What scores of tasks, sources or the model say about rows: a row is as suspicious as what it belongs to. A row of unknown source belongs to no
 * source and gets the lowest score there is. Shapes: scores [subjects], result [rows].
 */
export function spreadScores(subject: Detector["subject"], scores: Float64Array, data: Dataset): Float64Array {
  switch (subject) {
    case "row":
      return scores;
    case "task":
      return Float64Array.from(data.task, (task) => scores[task]);
    case "source": {
      const lowest = scores.reduce((low, score) => Math.min(low, score), scores.length > 0 ? scores[0] : 0);
      return Float64Array.from(data.source, (source) => (source < 0 ? lowest : scores[source]));
    }
    case "model":
      return new Float64Array(data.y.length).fill(scores[0]);
  }
}
