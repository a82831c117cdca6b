/** Kinds of methods; those that work on ratings stand beside those that work on tables. */
export const methodKinds = ["learners", "attacks", "detectors", "repairs", "certificates", "metrics", "recommenders"] as const;

/** What commander makes of the options of a list. */
export interface ListFlags {
  readonly json?: boolean;
}
