import type { Figure } from "../../numeric/statistics/intervals.ts";
import type { TaskKnowledge } from "./config.ts";
import type { AttackKind } from "./task-tools.ts";

/** An attack that was carried out, and what it did to the test rows of its target. */
export interface MeasuredAttack {
  /** The attack task, or null for all tasks but the target. */
  readonly from: string | null;
  readonly to: string;
  /** What the attacker knows of the target's rows. */
  readonly knowledge: TaskKnowledge;
  /** Damage as `damageMetric`, paired over seeds. */
  readonly figure: Figure;
  /** The same budget spent on random rows with a wrong label. */
  readonly flip: Figure;
  /** What the target's metric was before. */
  readonly before: Figure;
  readonly kind: AttackKind;
}

/** What the target gains by sharing and what it can lose, at one strength of sharing or one number of rows; in the unit of the metric. */
export interface PricePoint {
  readonly by: "relationDecay" | "targetRows";
  readonly value: number;
  readonly target: string;
  /** What the attacker knows of the target's rows. */
  readonly knowledge: TaskKnowledge;
  /** How much better than learned alone; positive is better. */
  readonly gain: Figure;
  /** The same over all tasks; null where only the target's rows change. */
  readonly gainOfAll: Figure | null;
  /** How much worse the target is after all other tasks were attacked; positive is worse. */
  readonly damage: Figure;
}

/** One way to train under the attack through all other tasks; in the metric, on the test rows of the target. */
export interface DefenceLine {
  /** A repair, "none", or "alone": the target learned from its own rows. */
  readonly repair: string;
  /** Whether it learned from the fresh rows too. */
  readonly isFresh: boolean;
  readonly clean: Figure | null;
  readonly attacked: readonly { readonly knowledge: TaskKnowledge; readonly figure: Figure | null }[];
  /** Whether it equals no repair to the last digit with every seed, attacked or not. */
  readonly hasNoEffect: boolean;
}

/** What a few attack tasks do to the targets together, by an attacker who knows so much of the targets' rows; in the metric, its mean over the targets. */
export interface FewLine {
  readonly knowledge: TaskKnowledge;
  /** Whether one half of the targets' training rows is set apart, so that an attacker may have rows that are not trained on. */
  readonly isHalved: boolean;
  /** Training rows of the targets here. */
  readonly targetRows: number;
  /** Learned together, not attacked; each learned alone; learned together, attacked. */
  readonly before: Figure;
  readonly alone: Figure;
  readonly after: Figure;
  /** Paired differences, positive where worse: attacked against not, that for each 100 rows of poison, and attacked against learned alone. */
  readonly damage: Figure;
  readonly damagePer100Rows: Figure;
  readonly attackedOverAlone: Figure;
  /** How much better together than alone where nothing is attacked, paired; positive is better. */
  readonly gain: Figure;
}

export interface FewResult {
  /** As they were found, without being told. */
  readonly attackTasks: readonly string[];
  readonly targets: readonly string[];
  readonly seeds: number;
  /** Sets of attack tasks that were tried by real attacks; 0 where there was nothing to choose or nothing to try them on. */
  readonly triedSets: number;
  readonly poisonRows: number;
  /** Damage of as many random rows with a wrong label. */
  readonly flip: Figure;
  /** The attacker who knows most first. */
  readonly lines: readonly FewLine[];
}

export interface DefenceResult {
  readonly target: string;
  readonly seeds: number;
  /** Training rows of the target in this measurement, and fresh ones beside them. */
  readonly ownRows: number;
  readonly freshRows: number;
  readonly knowledge: readonly TaskKnowledge[];
  readonly lines: readonly DefenceLine[];
  /** The best on average over attackers and none, in the unit of the metric, positive is better; null where that is to repair nothing. */
  readonly recommended: {
    readonly repair: string;
    readonly isFresh: boolean;
    readonly costs: number;
    readonly winsBack: readonly { readonly knowledge: TaskKnowledge; readonly of: number; readonly won: number }[];
  } | null;
}

export interface TaskFigures {
  readonly task: string;
  /** Labelled rows in all. */
  readonly rows: number;
  /** null where the metric is defined for no seed. */
  readonly single: Figure | null;
  readonly mtrl: Figure | null;
  /** mtrl − single, paired. */
  readonly difference: Figure | null;
}

/** Who helps whom, who can hurt whom, and what sharing costs. Matrices by task in the order of `tasks`; null = not defined. */
export interface TasksResult {
  readonly tasks: readonly string[];
  /** Id of what learns them together; its figures stand under `mtrl`, whichever it is. */
  readonly learner: string;
  readonly metric: string;
  readonly better: "higher" | "lower";
  readonly damageMetric: string;
  readonly seeds: number;
  readonly budgetFraction: number;
  /** λ₂ of each seed. */
  readonly relationDecays: readonly number[];
  readonly gain: { readonly metric: string; readonly single: Figure; readonly pooled: Figure; readonly mtrl: Figure };
  /** What else is known of the tasks together: other metrics of `mtrl`, and `majorityAccuracy`, what always saying the most frequent class of each task reaches. */
  readonly beside: Readonly<Record<string, Figure>>;
  /** mtrl − single and mtrl − pooled, paired over seeds. */
  readonly gainOver: { readonly single: Figure; readonly pooled: Figure };
  readonly byTask: readonly TaskFigures[];
  readonly relation: readonly (readonly (number | null)[])[];
  /**
   * First order: rise of the mean loss on the clean rows of the column's task per unit of budget in the row's task; a unit is as many poison rows as that
   * task has rows.
   */
  readonly vulnerability: readonly (readonly (number | null)[])[];
  /** Re-measured by real attacks: pairs, the strongest by first order first, then the attack through all other tasks. */
  readonly measured: readonly MeasuredAttack[];
  readonly price: readonly PricePoint[];
  /** How many of the seeds the price was measured on. */
  readonly priceSeeds: number;
  /** What poison in the few tasks that hurt most does; null where that was not measured. */
  readonly few: FewResult | null;
  /** What repairs leave of the attack on the most exposed task; null where that was not measured. */
  readonly defence: DefenceResult | null;
  readonly notes: readonly string[];
}
