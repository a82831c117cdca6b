/** Kinds of methods; those that work on ratings stand beside those that work on tables. */
export const methodKinds = ["learners", "attacks", "detectors", "repairs", "certificates", "metrics", "recommenders"] as const;
