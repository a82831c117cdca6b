import type { DialogueDetector, Dialogues } from "../../core/dialogues.ts";
import type { Detector } from "../../core/detector.ts";
import { type Effort, type TargetKind, efforts } from "../../core/method.ts";
import type { LearningSetting } from "../../core/pipeline.ts";
import type { AccountDetector } from "../../core/recommender.ts";
import type { DetectorOutcome, NotRun } from "./scan-result.ts";

export interface ScanSetting {
  readonly target: TargetKind;
  readonly learning: LearningSetting;
  /** Whether it is known who contributed a row. */
  readonly hasSources: boolean;
  /** Whether any text is read. */
  readonly hasText: boolean;
  readonly tasks: number;
  readonly effort: Effort;
  /** Whether detectors were named, so that effort has no say. */
  readonly isNamed: boolean;
}

/** Whether data of so many tasks, with or without known contributors and text, give it anything to go by. */
export function hasSubjects(
  { subject, needsSource = false, reads }: Detector,
  { hasSources, hasText, tasks }: Pick<ScanSetting, "hasSources" | "hasText" | "tasks">,
): boolean {
  if (reads !== undefined && hasText !== (reads === "text")) return false;
  return (hasSources || (subject !== "source" && !needsSource)) && (tasks > 1 || subject !== "task");
}

/** Every detector that could judge rows, accounts or tasks and said nothing, and why. */
export function detectorsNotRun(all: readonly Detector[], outcomes: readonly DetectorOutcome[], setting: ScanSetting): NotRun[] {
  const judges = all.filter(({ subject, combines }) => subject !== "model" && combines !== true);
  return notRun(judges, outcomes, (method) => whyNot(method, setting));
}

function notRun<M extends { readonly id: string }>(
  methods: readonly M[],
  outcomes: readonly DetectorOutcome[],
  whyNot: (method: M) => string,
): NotRun[] {
  const ran = new Map(outcomes.map(({ id, error }) => [id, error]));
  return methods.flatMap((method): NotRun[] => {
    const error = ran.get(method.id);
    if (error === null) return [];
    return [{ detector: method.id, why: error === undefined ? whyNot(method) : gaveOut(error) }];
  });
}

function whyNot(method: Detector, { target, learning, hasSources, hasText, tasks, effort, isNamed }: ScanSetting): string {
  if (!method.targets.includes(target)) return `it needs ${target === "real" ? "classes, and the label is a number" : "a number as label"}`;
  const refusal = method.refuses?.(learning) ?? null;
  if (refusal !== null) return refusal;
  if (method.reads === "text" && !hasText) return "no text was read (--text)";
  if (method.reads === "tables without text" && hasText) return "it judges tables without text";
  if (!hasSubjects(method, { hasSources, hasText, tasks: Infinity })) return "no column says who contributed a row (--source)";
  if (method.subject === "task" && tasks < 2) return "there is one task only (--task)";
  return whyUnasked(method.scanEffort ?? method.effort, { effort, isNamed });
}

/** Every detector that could judge accounts and said nothing, and why. */
export function accountDetectorsNotRun(
  all: readonly AccountDetector[],
  outcomes: readonly DetectorOutcome[],
  setting: Pick<ScanSetting, "effort" | "isNamed">,
): NotRun[] {
  return notRun(all, outcomes, ({ effort }) => whyUnasked(effort, setting));
}

/** Every detector that could judge dialogues and said nothing, and why. */
export function dialogueDetectorsNotRun(
  all: readonly DialogueDetector[],
  outcomes: readonly DetectorOutcome[],
  dialogues: Dialogues,
  setting: Pick<ScanSetting, "effort" | "isNamed">,
): NotRun[] {
  return notRun(all, outcomes, (method) => method.refuses?.(dialogues) ?? whyUnasked(method.effort, setting));
}

const gaveOut = (error: string): string => `its numbers gave out: ${error}`;

function whyUnasked(least: Effort = "quick", { effort, isNamed }: Pick<ScanSetting, "effort" | "isNamed">): string {
  if (!isNamed && efforts.indexOf(least) > efforts.indexOf(effort)) return `asked from --effort ${least} on`;
  return "not asked for (--detector)";
}
