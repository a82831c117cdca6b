import { resolve } from "node:path";
import type { Access, Goal, Knowledge } from "../../core/threat.ts";
import type { Effort } from "../../core/method.ts";
import type { EncoderParams } from "../../data/encoder.ts";
import type { StudyConfig } from "../../study/config.ts";
import type { Format, ReadRequest } from "../read/request.ts";

/** A method by name, or with parameters that differ from its defaults. */
export type MethodChoice = string | { readonly id: string; readonly params?: Readonly<Record<string, unknown>> };

/** A repair that goes by suspicion uses the detector that is named here, else the one of `detectorUnasked`. */
export type RepairChoice =
  string | { readonly id: string; readonly params?: Readonly<Record<string, unknown>>; readonly detector?: MethodChoice };

/** A column by name, or by its 1-based position where no column bears that name. */
export type ColumnChoice = string | number;

export interface DataConfig {
  readonly path?: string;
  readonly labels?: readonly ColumnChoice[];
  readonly text?: readonly ColumnChoice[];
  readonly features?: readonly ColumnChoice[];
  readonly drop?: readonly ColumnChoice[];
  readonly task?: ColumnChoice;
  readonly source?: ColumnChoice;
  readonly id?: ColumnChoice;
  /** Words, or numbers, that mean a missing cell, beside the usual ones. */
  readonly missing?: readonly string[];
  /** Words that usually mean a missing cell and here are values. */
  readonly notMissing?: readonly string[];
  readonly predict?: "classes" | "number";
  readonly format?: Format;
  readonly labelFile?: string;
  readonly imageSize?: string;
  readonly colour?: boolean;
  readonly header?: boolean;
  readonly delimiter?: string;
  readonly quoted?: boolean;
}

/** All that an audit can be asked for; what is left out has a default. A configuration file holds one, the command line another. */
export interface AuditConfig {
  readonly data?: DataConfig;
  /** How much is tried unasked: methods, budgets, seeds. */
  readonly effort?: Effort;
  readonly learner?: MethodChoice;
  readonly encoder?: Partial<EncoderParams>;
  readonly attacks?: readonly MethodChoice[];
  /** Only attacks with one of these; the same for goal. */
  readonly access?: readonly Access[];
  readonly goal?: readonly Goal[];
  /** What attackers know: each attack is tried with all of these that it can make use of. */
  readonly knowledge?: readonly Knowledge[];
  /** Of the training rows, what an attacker with less than white-box knowledge has. */
  readonly ownSample?: number;
  /** What an attacker takes for the learner where it does not know it. */
  readonly surrogate?: MethodChoice;
  /** Attackers who plan around each repair are tried too. */
  readonly adaptive?: boolean;
  /** How long damage lasts once poisoning stops and clean rows arrive is measured too. */
  readonly persistence?: boolean;
  readonly detectors?: readonly MethodChoice[];
  readonly repairs?: readonly RepairChoice[];
  /** Fractions, or texts such as "1%". */
  readonly budgets?: readonly (number | string)[];
  readonly seeds?: number;
  /** The first seed. */
  readonly seed?: number;
  readonly limits?: readonly string[];
  readonly strict?: boolean;
  readonly sharing?: StudyConfig["sharing"];
  readonly testFraction?: number;
  /** Share of the training rows that a base model is pretrained on, and that are not learned from again. */
  readonly pretraining?: number;
  /** Share of the training rows that is set apart as verified, for repairs that learn from such rows. */
  readonly trustedFraction?: number;
  readonly flagFraction?: number;
  readonly attackTasks?: readonly string[];
  readonly targetTasks?: readonly string[];
  /** Rows that targeted attacks are to harm, as filters on raw cells of which one must hold. */
  readonly target?: readonly string[];
  /** Folder of the run. */
  readonly out?: string;
}

/** One configuration over another; data and encoder key by key. */
export function mergeConfigs(base: AuditConfig, over: AuditConfig): AuditConfig {
  return withoutUndefined({
    ...base,
    ...withoutUndefined(over),
    data: { ...base.data, ...withoutUndefined(over.data ?? {}) },
    encoder: { ...base.encoder, ...withoutUndefined(over.encoder ?? {}) },
  });
}

export function readRequestOf({ path, labels, text, features, drop, task, source, id, labelFile, ...plain }: DataConfig): ReadRequest {
  const names = (columns: readonly ColumnChoice[] = []): string[] => columns.map(String);
  return {
    data: path ?? "",
    labels: names(labels),
    text: names(text),
    features: names(features),
    drop: names(drop),
    ...(task === undefined ? {} : { task: String(task) }),
    ...(source === undefined ? {} : { source: String(source) }),
    ...(id === undefined ? {} : { id: String(id) }),
    // Absolute, so that what was begun here can be gone on with from anywhere.
    ...(labelFile === undefined ? {} : { labelFile: resolve(labelFile) }),
    ...plain,
  };
}

/** The keys that have a value. */
export function withoutUndefined<T extends object>(value: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T;
}
