import type { ParamSpecs } from "./params.ts";

/** What every method of the catalog says of itself. */
export interface MethodInfo<P = any> {
  /** Kebab-case, unique within its kind; metrics are camelCase, as in the JSON. */
  readonly id: string;
  readonly title: string;
  /** One sentence for somebody who has not met the method. */
  readonly summary: string;
  readonly source: Source;
  readonly params: ParamSpecs<P>;
  /** The least effort of an audit at which it is used unasked; "quick" by default. */
  readonly effort?: Effort;
}

export const efforts = ["quick", "standard", "full"] as const;
export type Effort = (typeof efforts)[number];

/** Where a method comes from. */
export interface Source {
  readonly cite: string;
  readonly url: string | null;
}

/** The kinds of labels a method works with. */
export type TargetKind = "classes" | "real";
