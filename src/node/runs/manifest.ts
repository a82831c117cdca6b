import type { Target } from "../../core/dataset.ts";
import type { RatingScale } from "../../core/ratings.ts";
import type { KCore } from "../../data/k-core.ts";
import type { Roles } from "../../core/table.ts";
import type { StudyBudgets } from "../../study/budgets.ts";
import type { StudyConfig } from "../../study/config.ts";
import type { Cell } from "../../study/kind.ts";
import type { RatingsStudyConfig } from "../../study/ratings/config.ts";
import type { TasksStudyConfig } from "../../study/tasks/config.ts";
import { stringifyExactly } from "../schemas/exact-json.ts";
import type { Provenance } from "./provenance.ts";
import type { RatingsRequest } from "../read/ratings/read-ratings.ts";
import type { Note, ReadRequest, SourceFile } from "../read/request.ts";

/** What any run was made with and how it ended; its records lie beside it. */
interface RunInfo extends Provenance {
  /** A manifest of schema 1, of 0.1.0, came without its plan; when it is read, the plan is made from what lies beside it. */
  readonly schema: 1 | 2;
  /** `started` until it has ended in one way or another; so it stays when a run is killed. */
  readonly status: "started" | "finished" | "cancelled" | "failed";
  /** Why a failed run failed. */
  readonly error?: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** What else shapes the trials, as it went into their ids. */
  readonly identity: unknown;
  readonly plannedTrials: number;
  /** Lines and SHA-256 of the records, once the run has ended in one way or another. */
  readonly records?: { readonly count: number; readonly sha256: string };
  /** SHA-256 of what was written once the trials had ended, by the name of the file; absent = nothing was. */
  readonly afterTrials?: Readonly<Record<string, string>>;
  readonly limits: readonly string[];
  readonly strict: boolean;
  /** Modules of one's own whose methods it uses; absent = none. */
  readonly methods?: readonly { readonly path: string; readonly sha256: string }[];
  /** What was guessed and what looks wrong, as it was said when the run began. */
  readonly notes: readonly Note[];
  /** What is to be run, as it was planned when the run began: another version would plan otherwise. */
  readonly plan: readonly StoredCell[];
}

/** A cell of the plan as it is stored. */
export interface StoredCell {
  readonly seed: number;
  readonly learner?: string;
  /** What runs of 0.1.0 call the learner of a recommender. */
  readonly engine?: string;
  /** null = the baseline. */
  readonly attack: string | null;
  readonly budgetFraction: number;
  /** Ids; the patch of the cell is named after the first. */
  readonly trials: readonly string[];
}

/** What the study of any kind of data says of itself. */
export interface AnyStudy extends StudyBudgets {
  readonly seeds: number;
  readonly firstSeed: number;
  readonly attacks: readonly { readonly id: string }[];
  readonly repairs: readonly { readonly id: string }[];
}

/** What an audit was asked for: how its data were read, what they are, what is studied; all three are of the kind of data. */
export interface AnyManifest<
  Id extends string = string,
  Read extends { readonly data: string } = { readonly data: string },
  Data extends { readonly files: readonly SourceFile[] } = { readonly files: readonly SourceFile[] },
  Study extends AnyStudy = AnyStudy,
> extends RunInfo {
  readonly kind: Id;
  readonly read: Read;
  readonly data: Data;
  readonly study: Study;
}

export type Manifest = AnyManifest<"audit", ReadRequest, DataInfo, StudyConfig>;
export type TasksManifest = AnyManifest<"tasks", ReadRequest, TasksInfo, TasksStudyConfig>;
export type RatingsManifest = AnyManifest<"ratings-audit", RatingsRequest, RatingsInfo, RatingsStudyConfig>;

export interface DataInfo {
  readonly files: readonly SourceFile[];
  readonly roles: Roles;
  readonly rows: number;
  readonly examples: number;
  /** Of the tasks that are measured; the test rows of several seeds overlap within these. */
  readonly measuredExamples: number;
  readonly target: Target;
  /** Share of each class among the labelled examples; empty for a real label. */
  readonly classShares: readonly number[];
  readonly tasks?: number;
  /** Known ones. */
  readonly sources?: number;
}

export interface RatingsInfo {
  readonly files: readonly SourceFile[];
  readonly ratings: number;
  readonly users: number;
  readonly items: number;
  readonly scale: RatingScale;
  readonly hasTime: boolean;
  /** What `minRatings` left out, which the numbers above are without. */
  readonly leftOut?: KCore["leftOut"];
}

export interface TasksInfo extends Pick<DataInfo, "files" | "roles" | "rows" | "examples" | "target"> {
  /** With how many labelled rows each has. */
  readonly tasks: readonly { readonly name: string; readonly rows: number }[];
}

export function storedPlan(cells: readonly Cell[]): StoredCell[] {
  return cells.map(({ seed, learner, attack, budgetFraction, trials }) => ({
    seed,
    learner: learner.id,
    attack: attack?.id ?? null,
    budgetFraction,
    trials: trials.map(({ id }) => id),
  }));
}

/** The text of a manifest: indented, but each cell of its plan on one line, since there may be thousands. */
export function manifestText({ plan, ...rest }: AnyManifest): string {
  const cells = plan.map((cell) => `    ${JSON.stringify(cell)}`).join(",\n");
  return `${stringifyExactly(rest, 2).slice(0, -2)},\n  "plan": [${plan.length === 0 ? "" : `\n${cells}\n  `}]\n}\n`;
}
