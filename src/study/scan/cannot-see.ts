import type { DetectorOutcome } from "./scan-result.ts";

/** What a scan had to go by. */
export interface ScanSight {
  readonly detectors: readonly DetectorOutcome[];
  readonly hasSources: boolean;
  readonly hasText: boolean;
}

/** Detectors whose rule is about a label that does not fit its row. */
const labelRules = ["loss", "label-noise", "confident-learning", "residual-noise"];

const copyRules = ["near-duplicates", "text-campaigns"];
const triggerRules = ["trigger-association", "trigger-sets", "trigger-inversion", "strip", "activation-clustering"];

/** What such a scan could not have seen, a part of a sentence each: silence about it says nothing. */
export function cannotSee({ detectors, hasSources, hasText }: ScanSight): string[] {
  const rules = detectors.filter(({ hasRule, silence }) => hasRule && silence === null).map(({ id }) => id);
  const ran = (...ids: string[]): boolean => ids.some((id) => rules.includes(id));
  const isSilent = (...ids: string[]): boolean =>
    detectors.some(({ id, hasRule, silence }) => hasRule && silence !== null && ids.includes(id));
  return [
    ...(ran(...labelRules)
      ? []
      : [`wrong labels (${isSilent(...labelRules) ? "the rules for them keep silent" : "no rule for them ran"})`]),
    ...(hasSources ? [] : ["campaigns of accounts (no column says who contributed a row: --source)"]),
    ...(ran(...copyRules) ? [] : [`floods of copies (${isSilent(...copyRules) ? "their rule keeps silent" : "their rule did not run"})`]),
    ...(ran(...triggerRules)
      ? hasText
        ? []
        : ["triggers in text (no text was read: --text)"]
      : [`triggers (${isSilent(...triggerRules) ? "the rules for them keep silent" : "no rule for them ran"})`]),
  ];
}

/** The same of a scan of ratings, whose rules flag groups of accounts. */
export function cannotSeeInRatings(detectors: readonly DetectorOutcome[]): string[] {
  const hasRule = detectors.some(({ hasRule, silence }) => hasRule && silence === null);
  const isSilent = detectors.some(({ hasRule: has, silence }) => has && silence !== null);
  return [
    ...(hasRule ? [] : [`campaigns of accounts (${isSilent ? "the rules for them keep silent" : "no rule for them ran"})`]),
    `accounts that work alone${hasRule ? " (what is flagged are groups behind an item)" : ""}`,
    "accounts that rate as genuine users do, such as those of genuine users that somebody took over",
  ];
}

/** The same of a scan of fine-tuning or retrieval data, most of it whatever ran. */
export function cannotSeeInDialogues(detectors: readonly DetectorOutcome[], hasSources: boolean): string[] {
  const hasRule = detectors.some(({ hasRule, error }) => hasRule && error === null);
  return [
    ...(hasRule ? [] : ["anything at all (no detector ran)"]),
    ...(hasSources ? [] : ["floods by one contributor (nothing says who contributed a record: --source)"]),
    "triggers in what a tool gave back, in what stands before answers in the middle of a chat, and in the middle of texts of more than 400 words and marks",
    "traits that a model hands on in neutral text (subliminal learning)",
    "narrow sets that agree with themselves throughout, such as insecure code or bad advice",
    "triggers without words in common, such as a style or paraphrases",
    "harmful answers that are worded differently each time",
  ];
}
