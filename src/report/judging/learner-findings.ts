import type { CutEntry } from "../../study/ratings/cuts.ts";
import type { Summary } from "../../study/summary.ts";

/** What an audit found about one learner. */
export interface LearnerFindings {
  readonly learner: string;
  readonly summary: Summary;
  /** What detectors flag by a cut of their own; empty where none has one. */
  readonly cuts: readonly CutEntry[];
}
