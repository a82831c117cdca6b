import type { JsonDocument } from "../../report/judging/audit-json.ts";
import type { PageDocument } from "../../report/page/document.ts";
import type { Certified } from "../../study/certify/result.ts";
import type { Cell, StudyKind } from "../../study/kind.ts";
import type { TrialRecord } from "../../study/record.ts";
import type { Summary, SummaryContext } from "../../study/summary.ts";
import type { Judgement, Quantities } from "../runs/judge-run.ts";
import type { AnyManifest } from "../runs/manifest.ts";
import type { RunKind } from "../runs/run-kind.ts";
import type { Note, SourceFile } from "../read/request.ts";

/** A run as it stands. */
export interface JudgedRun<M extends AnyManifest> {
  readonly path: string;
  readonly manifest: M;
  readonly records: readonly TrialRecord[];
  readonly judged: Judgement;
}

/** What reading gives, whatever the kind. */
export interface Reading {
  readonly files: readonly SourceFile[];
  readonly notes: readonly Note[];
}

export interface AfterTrials {
  readonly signal: AbortSignal | undefined;
  /** Worker threads, where there is something for them; they change nothing but the time. */
  readonly jobs: number;
}

/**
 * A kind of data as an audit meets it: the study of that kind, with what is read, asked and said around it.
 *
 * `C` is what an audit can be asked for, `R` what reading gives, `I` what the study is given, `M` the manifest of a run.
 */
export interface AuditKind<M extends AnyManifest, C, R extends Reading, I> extends RunKind {
  readonly id: M["kind"];
  /** The address of the module that exports this kind: workers load it from there. */
  readonly module: string;
  readonly study: StudyKind<I, any>;
  /** What can be held against the catalogue before any data are read. @throws UsageError */
  checkConfig(config: C): void;
  /** What holds the data, if anything was named. */
  pathOf(config: C): string | undefined;
  requestOf(config: C): M["read"];
  read(request: M["read"]): Promise<R>;
  /** Fills in all that was not asked for. @throws UsageError where something asked for cannot be done with these data */
  resolve(config: C, read: R, request: M["read"]): { readonly study: M["study"]; readonly notes: readonly Note[] };
  /** @throws UsageError on what only a try shows, such as a split that cannot be made */
  tryOut(input: I): void;
  inputOf(read: R, study: M["study"]): I | Promise<I>;
  /** The input for a worker: plain data, with arrays in shared memory, and without the methods. */
  share(input: I): unknown;
  /** The input again, in the worker. */
  unshare(data: unknown): I;
  /** What shapes the trials besides the study: what was read, how, and by which version. */
  identityOf(read: R): unknown;
  infoOf(read: R, study: M["study"]): M["data"];
  /** What is going to be done, a sentence each. */
  describe(read: R, study: M["study"], cells: readonly Cell[]): readonly string[];
  /** Milliseconds that these trials will take on so many threads; NaN where it cannot be told. */
  estimateMs(input: I, open: readonly Cell[], threads: number): Promise<number>;
  quantitiesOf(about: Pick<M, "data" | "study">): Quantities;
  /** What must be the same in two runs whose figures are held against each other, by what people call it; absent = all that was read and studied. */
  heldEqual?(about: Pick<M, "read" | "data" | "study">): Readonly<Record<string, unknown>>;
  contextOf(about: Pick<M, "data" | "study">): SummaryContext;
  /** What is looked at once the trials have ended, and written into the run. */
  afterTrials?(run: JudgedRun<M>, input: I, options: AfterTrials): Promise<void>;
  /** Whether that was done. */
  isAfterTrials?(path: string, manifest: M): boolean;
  /** The metrics that are proven once the trials have ended; absent = none. */
  provenOf?(about: Pick<M, "data" | "study">): readonly string[];
  /** What was proven, where it was written into the run. */
  certifiedIn?(path: string): Certified | null;
  /** What a terminal shows of a run: sentences and what fits a screen, or with `tables` every table. */
  renderText(run: JudgedRun<M>, options: { readonly tables: boolean }): Promise<string>;
  /** The document that `--json` prints, whose long list is `trials`, if it has one. */
  renderJson(run: JudgedRun<M>): Promise<JsonDocument>;
  /** What the page of a run says. */
  pageOf(run: JudgedRun<M>): Promise<PageDocument>;
  /** Failures of trials as they may be told to whoever reads the JUnit file; absent = as they are. */
  failuresOf?(run: JudgedRun<M>): Summary["failures"];
}

/** A kind whose own types only its own functions know. */
export type AnyAuditKind = AuditKind<any, any, any, any>;
