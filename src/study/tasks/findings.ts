import type { AttackOutcome } from "./measure-attack.ts";
import type { TaskKnowledge } from "./config.ts";
import type { PriceOfSeed } from "./price-of-sharing.ts";

/** What one trial of a study of tasks shows. */
export type TaskFindings = SharingFindings | AttackFindings | PriceFindings | DefenceFindings | SearchFindings | FewFindings;

/** One split, before any attack; null where the metric is not defined. */
export interface SharingFindings {
  readonly kind: "sharing";
  readonly single: number | null;
  readonly pooled: number | null;
  readonly together: number | null;
  readonly byTask: readonly { readonly single: number | null; readonly together: number | null }[];
  /** Shape: [tasks]. */
  readonly trainRows: readonly number[];
  /** Correlations, NaN for a task without rows. Shape: [tasks × tasks], row by row. */
  readonly relation: readonly number[];
  /** First-order damage, NaN without rows. Shape: [tasks × tasks], row by row. */
  readonly vulnerability: readonly number[];
  /** Why there is no first-order damage. */
  readonly noVulnerability?: string;
}

export interface AttackFindings {
  readonly kind: "attack";
  /** null where there is nothing to attack or to measure. */
  readonly outcome: AttackOutcome | null;
}

export interface PriceFindings {
  readonly kind: "price";
  readonly points: readonly PriceOfSeed[];
}

export interface DefenceFindings {
  readonly kind: "defence";
  /** null where the target has too few rows, or its test rows do not define the metric. */
  readonly measured: DefenceOfSeed | null;
}

/** The metric on the target's test rows. */
export interface DefendedCell {
  /** null = nothing is attacked. */
  readonly knowledge: TaskKnowledge | null;
  /** Of the plan, "none", or "alone": the target learned from its own rows. */
  readonly repair: string;
  /** Whether the fresh rows were learned from. */
  readonly isFresh: boolean;
  readonly value: number;
}

export interface DefenceOfSeed {
  /** Training rows of the target. */
  readonly ownRows: number;
  readonly freshRows: number;
  readonly cells: readonly DefendedCell[];
}

export interface SearchFindings {
  readonly kind: "search";
  /** In the order in which the sets were planned; empty where nothing could be tried. */
  readonly tried: readonly {
    readonly tasks: readonly number[];
    /** By how much the targets' loss rises on rows that neither attacker nor training has; each target and each of its classes counts the same. */
    readonly harm: number;
  }[];
}

export interface FewFindings {
  readonly kind: "few";
  /** null where there is nothing to attack or to measure. */
  readonly measured: FewOfSeed | null;
}

/** The metric on the targets' test rows, its mean over the targets. */
export interface FewLineOfSeed {
  readonly knowledge: TaskKnowledge;
  /** Whether the targets have one half of their training rows. */
  readonly isHalved: boolean;
  /** Training rows of the targets. */
  readonly targetRows: number;
  /** Learned together, not attacked. */
  readonly before: number;
  readonly alone: number;
  readonly after: number;
}

export interface FewOfSeed {
  readonly poisonRows: number;
  /** As many random rows with a wrong label, beside all training rows. */
  readonly flipped: number;
  readonly lines: readonly FewLineOfSeed[];
}
