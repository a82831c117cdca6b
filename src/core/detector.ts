import type { RunContext } from "./context.ts";
import type { Dataset } from "./dataset.ts";
import type { Model } from "./learner.ts";
import type { Effort, MethodInfo, TargetKind } from "./method.ts";
import type { Objective } from "./objective.ts";
import type { LearningSetting } from "./pipeline.ts";
import type { Table } from "./table.ts";

/** What is known of earlier data of the same tasks that nobody could touch. */
export interface TrustedRelation {
  /** The task covariance Ω learned from them, tasks in the order of the data; any scale. Shape: [tasks, tasks]. */
  readonly relation: Float64Array;
}

export interface DetectorContext<P = any> extends RunContext {
  readonly params: P;
  /** Trains the pipeline's learner, with its tuned parameters, on some of the rows. */
  fit(data: Dataset, start?: Model | null): Promise<Model>;
  /** What the pipeline's learner minimises over these rows; null where it has no derivative. */
  objective(data: Dataset): Objective | null;
  /**
   * The rows as the learner sees them once it is trained on them: a network's penultimate layer. Null or absent where it learns no features, and the encoded
   * ones are all there is.
   */
  readonly represent?: ((data: Dataset) => Promise<Dataset>) | null;
  /** The raw rows that the data were encoded from, by `data.row`; null where there are none. */
  readonly table: Table | null;
  /** Runs the detectors that are asked beside this one, on these data unless others are given, without those whose numbers give out; absent where there are none. */
  readonly others?: Ask | undefined;
  /** Verified rows that nobody could touch, encoded as the data are and none of them; absent or null where there are none. */
  readonly verified?: Dataset | null | undefined;
  /** Absent or null in an audit, which has no earlier data. */
  readonly trusted?: TrustedRelation | null;
}

/** Subjects that belong together: one finding, however many they are. */
export interface Campaign {
  /** Ascending, as `values` counts them. */
  readonly subjects: Int32Array;
  /** Who did what, as a moderator would write it: "48 rows by 12 accounts say nearly the same as 4 texts; …". */
  readonly sentence: string;
  /** Texts that the others are made from, where it is copies. */
  readonly baseTexts?: number;
  /** How many of its subjects are expected to be innocent; absent where that cannot be said, which is never 0. */
  readonly expectedFalseAlarms?: number;
}

/** What a detector says of its subjects (rows, sources, tasks or the model). */
export interface Scores {
  /** Higher = more suspicious; finite. Shape: [subjects]. */
  readonly values: Float64Array;
  /** Why a subject is suspicious, in words that a moderator understands; null where there is nothing to say of it. Absent: the title has to do. */
  reason?(subject: number): string | null;
  /** 1 for each subject that the method's own rule flags, with no share given; absent where it only ranks. Shape: [subjects]. */
  readonly flagged?: Uint8Array;
  /** What it says of the data or the model as a whole, a sentence each; absent where it says nothing beyond its subjects. */
  readonly findings?: readonly string[];
  /** Those of its subjects that belong together, the surest first; absent where it looks at each alone. */
  readonly campaigns?: readonly Campaign[];
  /**
   * How many of those flagged that rule expects to be innocent, by a null that it can state and that held on clean data (bench/false-alarms.mjs); absent where it
   * cannot say, which is never 0.
   */
  readonly expectedFalseAlarms?: number;
  /** Where it cannot say: how many of them are innocent at least, by which its word is weighed and nothing is told; absent = no bound but 0. */
  readonly leastFalseAlarms?: number;
}

/** What a detector said. */
export interface Heard {
  readonly method: Detector;
  readonly scores: Scores;
}

/** What others say of the data at hand; of other data, those that judge rows. */
export type Ask = (data?: Dataset) => Promise<readonly Heard[]>;

/** The learner that never saw a row, several unlike models that did not, the labels of the nearest rows, or the pull of a row on the learner that is trained on it. */
export type View = "learner" | "models" | "neighbours" | "gradients";

/** Gives every row (source, task, model) a suspicion score. */
export interface Detector<P = any> extends MethodInfo<P> {
  readonly kind: "detector";
  readonly subject: "row" | "source" | "task" | "model";
  /** The least effort of a scan at which it is asked unasked, where that is not `effort`: a scan runs it once, an audit once for each attack. */
  readonly scanEffort?: Effort;
  readonly targets: readonly TargetKind[];
  /** True where its scores say what its own rule flags. */
  readonly flags?: boolean;
  /** True where it has nothing to go by unless it is known who contributed a row; of detectors that judge sources that goes without saying. */
  readonly needsSource?: boolean;
  /** What it has nothing to go by without: a text column, or a table that has none. Absent = it takes both. */
  readonly reads?: "text" | "tables without text";
  /** True where all that it asks of a trained model are answers on rows that the model was not trained on: somebody else's out-of-sample ones do as well. */
  readonly heldOut?: boolean;
  /** True where the features are all that it looks at of a row, so that it takes embeddings of the rows instead. */
  readonly onEmbeddings?: boolean;
  /** What its scores of rows go by, where that tells kinds of poison apart: see blocks/outliers/merged-score.ts. */
  readonly view?: View;
  /** True where it goes by what the detectors beside it say. */
  readonly combines?: boolean;
  /** Why it cannot score what such a learner learns from, in words; absent or null where it can. */
  refuses?(setting: LearningSetting): string | null;
  /** One score for each of `data`'s rows, sources or tasks, by `subject`. */
  score(data: Dataset, context: DetectorContext<P>): Promise<Scores>;
}
