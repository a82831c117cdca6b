import type { Arrival } from "./arrival.ts";
import type { Decided } from "./stopping/decided.ts";
import type { UnnoticedResult } from "./unnoticed/result.ts";
import type { SearchResult } from "./until/search.ts";
import type { TaskFindings } from "./tasks/findings.ts";
import type { Access, Goal, Knowledge, ReachKind } from "../core/threat.ts";

/** How well a detector found the poison of a trial, which the patch makes known. */
export interface Detection {
  readonly detector: string;
  /** Over all training examples; null where none or all are poisoned. */
  readonly auc: number | null;
  /** Of the share of examples that the study would look at (`flagFraction`, the most suspicious first). */
  readonly precision: number;
  readonly recall: number;
}

/** What a detector with a cut of its own holds for fake, when nobody tells it how many accounts there are to be found. */
export interface DetectionCut {
  readonly detector: string;
  readonly flagged: number;
  /** Share of the flagged accounts that are fake; null where none is flagged or there is none to find. */
  readonly precision: number | null;
  /** Share of the fake accounts that are flagged; null where there is none. */
  readonly recall: number | null;
  /** Share of the genuine users that are flagged. */
  readonly falseAlarmRate: number;
}

/** How much of one class is found on test rows. */
export interface ClassRecall {
  /** Test rows of the class. */
  readonly rows: number;
  /** Share of them that is predicted right; null without any. */
  readonly recall: number | null;
}

/** Of a learner into which nobody looks: what the same poison does to the learner that stood for it, on the same test rows. */
export interface SurrogateFigures {
  /** The learner that the poison was made on, and whose detectors and repairs were used. */
  readonly surrogate: string;
  /** How much both say alike of held-out rows of the clean data: the share of equal classes; of numbers, 1 − squared difference / variance. At most 1. */
  readonly agreement: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Of the surrogate that never met poison, without a repair. */
  readonly cleanMetrics: Readonly<Record<string, number>>;
  /** How often the learner was run for this trial, what the seed took to set up counted with the baseline; answers that were known already count too. */
  readonly runs: number;
  /** Whether attackers asked the learner what their harm would be; else they took it from the surrogate. */
  readonly isAsked: boolean;
  /**
   * Where the attacker made several patches and tried each on the learner: the learner's error on held-out training rows with each of them, 1 − metric or RMSE, null where it could
   * not be told; the one with the largest was used.
   */
  readonly tried?: readonly (number | null)[];
}

/** What may speak against the figures of a learner into which nobody looks. */
export interface LearnerDoubts {
  /** Trained twice on the same clean rows with the same seed: how many answers were compared, and how many differ. */
  readonly repeated?: { readonly answers: number; readonly changed: number };
  /** Clean test rows that it answers right, and that the most frequent answer of the training rows alone would. */
  readonly constant?: { readonly rows: number; readonly right: number; readonly constantRight: number };
}

/** One trial: pipeline × threat × budget × seed. `attack` is null for the baseline, whose budget is 0. */
export interface TrialRecord {
  readonly id: string;
  /** `not-needed`: it was not run, since earlier seeds had decided what it is for. */
  readonly status: "ok" | "failed" | "not-needed";
  /** Of a trial that is not needed: since when, and why. */
  readonly decided?: Decided;
  /** Why a failed trial failed. */
  readonly error?: string;
  readonly learner: string;
  readonly learnerParams: unknown;
  /** Which rows the encoder was fitted on; absent where there is none. */
  readonly encoder?: "poisoned" | "frozen";
  readonly attack: string | null;
  readonly access: Access | null;
  readonly goal: Goal | null;
  readonly knowledge: Knowledge | null;
  /** Whether the attacker planned around the repair. */
  readonly adaptive?: true;
  /** The patch is made of features, which nobody could post as rows: it bounds what an attacker could do. */
  readonly inFeatureSpace?: true;
  /** Where poisoning stopped and clean rows arrived: how many, how training began, and the figures of a model of the same rows without poison. */
  readonly arrival?: Arrival & { readonly rows: number; readonly cleanMetrics: Readonly<Record<string, number>> };
  /** Of a search for the budget that is enough: the rows that are (null where none that was tried is), and the figure at each number of rows that was tried. */
  readonly until?: SearchResult;
  /** Of attackers who keep below the cut of a scan: what they got through, and how much of the strongest attack is flagged. */
  readonly unnoticed?: UnnoticedResult;
  readonly reach: ReachKind | null;
  readonly target: string | null;
  readonly budgetFraction: number;
  readonly budgetRows: number;
  /** Examples that the patch touched; at most `budgetRows`. */
  readonly touchedRows: number;
  readonly repair: string;
  readonly seed: number;
  readonly trainingRows: number;
  readonly testRows: number;
  /** A metric that is not defined on these test rows is absent. */
  readonly metrics: Readonly<Record<string, number>>;
  /**
   * How many rows each metric is a share of that is a share of some of the test rows only: of those of a target, of those that a trigger could turn; of a mean of
   * shares, how many know a rate as well.
   */
  readonly shareRows?: Readonly<Record<string, number>>;
  /** Of each class, in the order of the label's classes; absent where classes are about even (see `areUneven`). */
  readonly recalls?: readonly ClassRecall[];
  /** What the attacker maximises and can see: the mean loss on the clean training examples of the targets. */
  readonly attackerObjective: number | null;
  /**
   * What the attacker takes its harm to be, by which the strongest attack is chosen: of the study's primary metric, on clean examples that the poisoned model was not trained on,
   * higher = more harm; null where it could not be told. Absent where no choice is made by it.
   */
  readonly attackerEstimate?: number | null;
  readonly detections: readonly Detection[];
  /** Of trials of a recommender without a repair, the baseline included. */
  readonly cuts?: readonly DetectionCut[];
  /** Of studies of tasks. */
  readonly tasks?: TaskFindings;
  /** Of learners into which nobody looks. */
  readonly transfer?: SurrogateFigures;
  /** Of the baselines of such learners. */
  readonly doubts?: LearnerDoubts;
  /** Milliseconds; the one part of a record that differs from run to run. */
  readonly times: { readonly attackMs: number; readonly trainMs: number };
}

/** The name of "no repair" in records, and of "no attack" in tables. */
export const noRepair = "none";
