import type { Choice } from "../node/review/decision.ts";
import type { RowsOfData, ShownRow } from "../node/review/rows-of-data.ts";
import type { Filter, Progress } from "../node/review/review.ts";
import type { Figure } from "../numeric/statistics/intervals.ts";
import type { TrialRecord } from "../study/record.ts";

// What the server answers; the page is held to the same types.

/** A folder that holds a run. */
export interface RunEntry {
  /** 12 hexadecimal digits: the only name that a request can give it. */
  readonly id: string;
  /** Seen from the folder that the server was started in. */
  readonly path: string;
  readonly kind: string;
  readonly status: string;
  /** ISO 8601; when it ended, else when it began. */
  readonly at: string | null;
  readonly data: string | null;
}

export interface RunList {
  /** The folder that the server was started in, by its name. */
  readonly folder: string;
  readonly runs: readonly RunEntry[];
  /** Folders that were not looked into, as there are too many. */
  readonly leftOut: number;
  /** Whether studies can be started here. */
  readonly canStart: boolean;
}

/** What two runs are held side by side by. */
export interface RunSummary {
  readonly run: RunEntry;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly sentences: readonly string[];
}

export interface QueueRow {
  readonly row: number;
  readonly line?: number;
  readonly source?: string;
  readonly flagged: boolean;
  readonly score: number | null;
  readonly reasons: readonly string[];
  readonly decision: ShownDecision | null;
}

export interface ShownDecision {
  readonly id: string;
  readonly decision: Choice;
  readonly by: string;
  readonly at: string;
}

export interface Queue {
  /** Names the rows as they were when the queue was first asked for: decisions made since move none of them. */
  readonly snapshot: string;
  readonly filter: Filter;
  readonly total: number;
  /** Place of the first row that nobody had decided on then; null where there is none. */
  readonly firstOpen: number | null;
  readonly from: number;
  readonly rows: readonly QueueRow[];
  readonly progress: Progress;
}

/** Texts of rows, which may come later than the queue: the data are read anew. */
export interface Texts {
  readonly rows: readonly ShownRow[];
}

export interface Detail {
  readonly row: number;
  readonly finding: (QueueRow & { readonly scores: Readonly<Record<string, number | null>> }) | null;
  readonly shown: ShownRow;
  /** Oldest first; the last is in force. */
  readonly history: readonly ShownDecision[];
  /** Sentences of the campaigns that it is in. */
  readonly campaigns: readonly string[];
}

type Related = Awaited<ReturnType<RowsOfData["related"]>>;

export interface RelatedRows {
  readonly measure: Related["measure"];
  readonly neighbours: readonly (NearRow & { readonly similarity: number })[];
  readonly account: { readonly name: string; readonly count: number; readonly rows: readonly NearRow[] } | null;
}

export interface NearRow {
  readonly row: number;
  readonly text: string;
  readonly flagged: boolean;
  readonly score: number | null;
  readonly decision: Choice | null;
}

/** What a tab is told of decisions, whoever made them. */
export interface Decided {
  readonly changed: readonly { readonly row: number; readonly decision: ShownDecision | null }[];
  readonly progress: Progress;
}

export interface Exported {
  readonly kept: number;
  readonly quarantined: number;
  readonly files: readonly string[];
}

/** A trial as the live page lists it. */
export type LiveTrial = Pick<
  TrialRecord,
  "id" | "status" | "error" | "learner" | "attack" | "goal" | "budgetFraction" | "repair" | "seed" | "metrics"
>;

export interface LiveState {
  readonly run: RunEntry;
  readonly planned: number;
  readonly recorded: number;
  readonly failed: number;
  /** `running`: a process writes it; `ours`: this server started that process, so that it can stop it. */
  readonly state: "running" | "stopped" | "finished" | "failed";
  readonly isOurs: boolean;
  /** What the last process said, for whoever started it. */
  readonly said: readonly string[];
}

/** The attack that an attacker would choose, for each learner, goal and budget, as far as it has run. */
export interface StrongestSoFar {
  readonly damageMetric: string;
  readonly rows: readonly {
    readonly learner: string;
    readonly goal: string | null;
    readonly budgetFraction: number;
    readonly attack: string;
    readonly metric: string;
    readonly figure: Figure;
  }[];
}

/** A field of the form that starts a study, out of the table of options. */
export interface FormField {
  readonly name: string;
  readonly group: string;
  readonly help: string;
  readonly isUsual: boolean;
  readonly type: "switch" | "text" | "texts" | "choice" | "choices" | "number" | "methods" | "file";
  readonly among?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly isWhole?: boolean;
  readonly methods?: readonly FormMethod[];
}

export interface FormMethod {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly params: readonly { readonly name: string; readonly allowed: string; readonly default: string; readonly help: string }[];
}

export interface Form {
  /** Files of the folder that may be data. */
  readonly files: readonly string[];
  readonly kinds: readonly {
    readonly kind: "table" | "ratings" | "dialogues";
    readonly title: string;
    readonly fields: readonly FormField[];
  }[];
}

export interface StudyAsked {
  readonly data: string;
  /** What the data are; absent = a table. */
  readonly kind?: Form["kinds"][number]["kind"];
  /** By the names of the fields, each text as on the command line; a switch has none. */
  readonly options: Readonly<Record<string, readonly string[]>>;
}

export interface StudyStarted {
  /** Of the run; null while it is not written yet. */
  readonly run: string | null;
  readonly study: string;
}
