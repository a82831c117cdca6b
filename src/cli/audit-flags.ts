import type { Effort } from "../core/method.ts";
import type { Access, Goal, Knowledge } from "../core/threat.ts";
import type { RatingsFlags } from "./audit-ratings.ts";
import type { DataFlags } from "./data-options.ts";

/** What commander makes of the options of an audit. */
export interface AuditFlags extends DataFlags, Omit<RatingsFlags, keyof DataFlags> {
  readonly config?: string;
  readonly budget?: number[];
  readonly attack?: string[];
  readonly access?: Access[];
  readonly goal?: Goal[];
  readonly knowledge?: Knowledge[];
  readonly ownSample?: number;
  readonly surrogate?: string;
  readonly adaptive?: boolean;
  readonly persistence?: boolean;
  readonly attackTasks?: string[];
  readonly targetTasks?: string[];
  readonly learner?: string;
  readonly repair?: string[];
  readonly detector?: string[];
  readonly sharing?: "pooled" | "separate";
  readonly seeds?: number;
  readonly seed?: number;
  readonly testFraction?: number;
  readonly pretrain?: number;
  readonly trustedRows?: number;
  readonly bigrams?: boolean;
  readonly frozenEncoder?: boolean;
  readonly limit?: string[];
  readonly strict?: boolean;
  readonly out?: string;
  readonly effort?: Effort;
  readonly jobs?: number;
  readonly resume?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}
