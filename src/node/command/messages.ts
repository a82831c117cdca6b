/** What a run of a command may take at most. */
export interface Limits {
  readonly seconds: number;
  /** Resident memory of all its processes together; seen on Linux alone. */
  readonly memoryMiB: number;
  /** What it may write into its folder. */
  readonly diskMiB: number;
  /** What it may say on standard output and error together. */
  readonly outputMiB: number;
}

/** How a command is started: never through a shell. */
export interface Start {
  readonly words: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** What is asked of whoever keeps the processes of commands: to run one to its end, or to start one unless it runs, hand it a line and wait for one. */
export interface Order {
  readonly id: number;
  readonly start: Start;
  readonly limits: Limits;
  /** The folder whose growth is watched. */
  readonly watched: string;
  /** Absent = the command is to run to its end. */
  readonly line?: string;
}

/** Why a command was ended before it ended by itself, or what it left behind. */
export type Broken = "start" | "time" | "memory" | "disk" | "output" | "children" | "stray";

export interface Outcome {
  readonly id: number;
  /** null while it runs on. */
  readonly exit: { readonly code: number | null; readonly signal: string | null } | null;
  readonly broken: Broken | null;
  /** More of what broke, in words; may be empty. */
  readonly detail: string;
  /** The last that it said on standard error. */
  readonly lastWords: string;
  /** Its answer to a line; null where there is none. */
  readonly line: string | null;
}

export type KeeperReply = { readonly started: number } | Outcome;
