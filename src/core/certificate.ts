import type { RunContext } from "./context.ts";
import type { Learner } from "./learner.ts";
import type { MethodInfo, TargetKind } from "./method.ts";
import type { Table } from "./table.ts";

/** What a radius counts. An edit replaces a row, label and all; an account stands for any number of rows that it adds, edits or takes away. */
export const certificateUnits = ["insertions", "deletions", "label-flips", "edits", "accounts"] as const;
export type CertificateUnit = (typeof certificateUnits)[number];

/** How many units of the radius one change of each kind uses up; what is absent is not covered by the bound. */
export type UnitCosts = { readonly [unit in CertificateUnit]?: number };

/** One model of an ensemble. */
export interface PartAsked {
  /** Decides what is random in its training, with the seed and nothing else. */
  readonly name: string;
  /** Models of the ensemble. */
  readonly of: number;
}

/** What a certificate is about: rows that are learned from, and rows that are answered. */
export interface CertificateInput {
  readonly table: Table;
  /** Rows of the table; any of them may be poisoned. */
  readonly train: Int32Array;
  /** Rows of the table that are predicted, as they are: nobody poisons these. */
  readonly test: Int32Array;
  /** Of the pipeline, with its parameters as they were asked for: what is chosen from data is not chosen yet. */
  readonly learner: Learner;
  readonly learnerParams: unknown;
  /**
   * Trains the pipeline on these rows of a table, which may be a poisoned copy, and on nothing else of it, its encoder and its tuning included. Shape of the
   * result: [examples of test, outputs].
   *
   * @throws NumericalError where there is no such model
   */
  scoresOf(table: Table, rows: Int32Array, part: PartAsked, context: Pick<RunContext, "signal">): Promise<Float64Array>;
  /** How many models may be asked for at once; absent = one. */
  readonly atOnce?: number;
  /**
   * What a part that cannot be trained is: `fixed`, a model with a fixed answer, as what is trained in here fails by its rows alone; or `void`, the end of the
   * certificate, as a program of somebody else's may fail for any reason. Absent = fixed.
   */
  readonly failedPart?: "fixed" | "void";
}

export interface CertifyContext<P> extends RunContext {
  readonly params: P;
}

interface BoundInfo {
  readonly unit: CertificateUnit;
  readonly costs: UnitCosts;
  /** Whose rows the radius counts, by the task of the row that is answered: those of its own task, or of all others; absent = anybody's. */
  readonly reach?: "own" | "others";
  /** Probability with which the whole bound holds; null = it holds for certain. */
  readonly confidence: number | null;
  /** What must be so for the bound to hold, a sentence each. */
  readonly assumes: readonly string[];
  /** What was certified, in words: models, rows of each, what they learn from. */
  readonly made: string;
  /** Parameters with which the same is trained again on other rows: whatever was left to the data is settled in them. */
  readonly settled: Readonly<Record<string, unknown>>;
}

/** Classes that stay as they are. */
export interface AnswerBound extends BoundInfo {
  readonly kind: "answers";
  /** Class indices. Shape: [examples of test]. */
  readonly answers: Float64Array;
  /** The most units that cannot change the answer: 0 or more, Infinity where nothing can, −1 where not even the answer itself is sure. Shape: as answers. */
  readonly radii: Float64Array;
}

/** Numbers that stay within an interval. */
export interface ValueBound extends BoundInfo {
  readonly kind: "values";
  /** Shape: [examples of test]. */
  readonly values: Float64Array;
  /** Ends of the intervals at this radius, infinite where there is none. Shapes: as values. */
  intervals(radius: number): { readonly low: Float64Array; readonly high: Float64Array };
  /** The largest radius at which intervals are finite; −1 = none. */
  readonly mostRadius: number;
}

/** A loss that training cannot exceed. */
export interface LossBound extends BoundInfo {
  readonly kind: "loss";
  /** How the loss is called. */
  readonly loss: string;
  /** By rising budget: no poison within it makes the loss larger than `upper`, and some poison was found that makes it `reached`. */
  readonly curve: readonly { readonly units: number; readonly upper: number; readonly reached: number | null }[];
}

export type Bound = AnswerBound | ValueBound | LossBound;

/** A bound that holds for every attacker within a budget, not only for the attacks that were tried. */
export interface Certificate<P = any> extends MethodInfo<P> {
  readonly kind: "certificate";
  readonly targets: readonly TargetKind[];
  /** What its radius counts, unless a parameter says otherwise. */
  readonly unit: CertificateUnit;
  /** Why it can say nothing of such data, in words; absent or null where it can. */
  refuses?(input: CertificateInput, params: P): string | null;
  certify(input: CertificateInput, context: CertifyContext<P>): Promise<Bound>;
}
