import type { RunContext } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Learner, Model } from "../../core/learner.ts";
import type { Metric } from "../../core/metric.ts";
import type { Chosen } from "../config.ts";

export interface ChosenLearner {
  readonly learner: Learner;
  readonly params: unknown;
}

/** How rows came to be poison: their features climbed, or they are copies with a wrong label, chosen by their first-order effect. */
export type AttackKind = "ascent" | "copies";

export interface TaskAttack {
  readonly kind: AttackKind;
  /** The clean rows with the poison below them. */
  readonly poisoned: Dataset;
  /** The clean rows with as many copies of random rows of the attack tasks with a wrong label. */
  readonly flipped: Dataset;
}

export interface TaskAttackRequest {
  /** Rows of the targets that stand for their own, which this attacker does not know: each of his trainings draws among them anew. Absent: he knows them. */
  readonly standIns?: Dataset | undefined;
  readonly clean: Dataset;
  /** Trained on the clean rows. */
  readonly model: Model;
  /** Tuned. */
  readonly params: unknown;
  readonly attackTasks: readonly number[];
  readonly targets: readonly number[];
  /** Of the rows of each attack task. */
  readonly budgetFraction: number;
}

export interface TaskRepairRequest {
  readonly data: Dataset;
  readonly repair: Chosen;
  /** Tuned. */
  readonly params: unknown;
  readonly target: number;
  readonly fresh: Dataset | null;
}

/** The methods that a study of tasks works with. */
export interface TaskTools {
  /** Learns each task alone, and all of them as if they were one. */
  readonly single: ChosenLearner;
  /** Learns tasks together with their relation. */
  readonly together: ChosenLearner;
  readonly metric: Metric;
  /** Correlations between tasks as a model learned them; NaN for a task without rows. Shape: [tasks, tasks]. */
  relation(model: Model, train: Dataset): Float64Array;
  /** First-order damage; entry i, j: rise of the loss of task j per unit of budget spent in task i, NaN without rows. Shape: [tasks, tasks]. */
  vulnerability(model: Model, train: Dataset, params: unknown): Float64Array;
  attack(request: TaskAttackRequest, context: RunContext): Promise<TaskAttack>;
  /** Whether this repair learns from rows that no attacker saw. */
  needsFresh(repair: string): boolean;
  /** Trains together through a repair; `fresh` are rows of the target that no attacker saw. */
  repair(request: TaskRepairRequest, context: RunContext): Promise<Model>;
}
