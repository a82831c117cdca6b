import type { StudyConfig } from "../../study/config.ts";
import type { Summary } from "../../study/summary.ts";
import type { FindingsContext } from "../judging/findings.ts";
import type { LimitOutcome } from "../judging/limit-outcomes.ts";
import type { Verdict } from "../judging/verdict.ts";

/** All that a report is made of about one learner: plain data, without any row, account or task name. */
export interface ReportInput {
  /** What was audited, in a few words: the name of the data file. */
  readonly title: string;
  readonly run: ReportRun;
  readonly data: ReportData;
  /** What was said when the data were read, without cells. */
  readonly notes: readonly ReportNote[];
  /** Of all learners. */
  readonly study: StudyConfig;
  readonly learner: string;
  /** Every method that the study names, and nothing else. */
  readonly methods: readonly ReportMethod[];
  /** Parameters of the learner with nothing left to choose, one for each different choice that a seed led to. */
  readonly learnerParams: readonly unknown[];
  readonly summary: Summary;
  /** Over all learners. */
  readonly outcome: Verdict["outcome"];
  readonly limits: readonly LimitOutcome[];
  readonly strict: boolean;
  readonly findings: FindingsContext;
  /** Clean training and test examples of the first recorded seed; null where no baseline is recorded. */
  readonly split: { readonly trainingRows: number; readonly testRows: number } | null;
}

export interface ReportRun {
  /** Name of the folder. */
  readonly name: string;
  readonly status: "started" | "finished" | "cancelled" | "failed";
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly theriac: string;
  readonly node: string;
  readonly platform: string;
  readonly git: { readonly commit: string; readonly dirty: boolean } | null;
  /** What to type to do it again. */
  readonly command: string;
  /** What the command cannot say, a sentence each. */
  readonly commandNotes: readonly string[];
}

export interface ReportData {
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly rows: number; readonly sha256: string }[];
  readonly rows: number;
  /** Labelled examples. */
  readonly examples: number;
  readonly labels: readonly string[];
  /** Empty for a label that is a number. */
  readonly classes: readonly { readonly name: string; readonly share: number }[];
  readonly features: readonly string[];
  readonly taskColumn: string | null;
  /** null = not known. */
  readonly tasks: number | null;
  readonly sourceColumn: string | null;
  readonly sources: number | null;
}

export interface ReportNote {
  readonly level: "info" | "warning";
  readonly text: string;
}

export interface ReportMethod {
  readonly kind: "learner" | "attack" | "detector" | "repair" | "metric";
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly cite: string;
  readonly url: string | null;
}
