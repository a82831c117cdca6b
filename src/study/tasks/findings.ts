import type { AttackOutcome } from "./measure-attack.ts";
import type { PriceOfSeed } from "./price-of-sharing.ts";

/** What one trial of a study of tasks shows. */
export type TaskFindings = SharingFindings | AttackFindings | PriceFindings;

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
