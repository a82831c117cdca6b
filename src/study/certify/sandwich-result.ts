import type { Access } from "../../core/threat.ts";

/** What was found at one radius: the truth lies between the two figures. */
export interface SandwichStep {
  readonly radius: number;
  /** Accuracy that no attack within the radius goes below; of numbers the RMSE that none exceeds. */
  readonly certified: number;
  /** The same figure under the strongest attack that was found; null where none could be tried. */
  readonly attacked: number | null;
  readonly attack: string | null;
  readonly access: Access | null;
}

/** What was tried against one certificate. */
export interface Sandwich {
  readonly steps: readonly SandwichStep[];
  readonly notTried: readonly NotTried[];
}

export interface NotTried {
  readonly id: string;
  readonly why: string;
}
