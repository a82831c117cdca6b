import type { EncoderParams } from "../../../data/encoder.ts";
import type { ColumnChoice, MethodChoice, RepairChoice, ScaleChoice } from "./choices.ts";

/** Kinds of data as the command line tells them apart; whether rows are images is known once they were read. */
export const dataKinds = ["table", "ratings"] as const;
export type DataKind = (typeof dataKinds)[number];

export type CommandName =
  | "audit"
  | "scan"
  | "tasks"
  | "certify"
  | "attack"
  | "attest"
  | "check"
  | "clean"
  | "demo"
  | "init"
  | "list"
  | "report"
  | "review"
  | "undo"
  | "verify"
  | "view";

/** What an option takes: it says how a text of the command line is read, how a key of a file is checked, and how both are written down again. */
export type OptionType =
  /** There or not; `sets` is what the key becomes where that is not `true`. */
  | { readonly of: "switch"; readonly sets?: string }
  /** `--name` and `--no-name`; `not` is the help of the second. */
  | { readonly of: "either"; readonly not: string }
  /** `--no-name` alone. */
  | { readonly of: "off" }
  | { readonly of: "text" | "path" | "column" | "positive" | "scale" | "encoder" }
  /** Repeatable; with `commas` each text holds several. */
  | { readonly of: "texts" | "columns" | "values"; readonly commas?: true }
  /** Repeatable; those of a file are seen from its folder. */
  | { readonly of: "paths" }
  | { readonly of: "choice"; readonly among: readonly string[] }
  | { readonly of: "choices"; readonly among: readonly string[] }
  /** A choice of several for one command, of which these data take one; `why` ends the message. */
  | { readonly of: "one-choice"; readonly among: readonly string[]; readonly why: string }
  | { readonly of: "whole"; readonly min: number; readonly max?: number }
  /** More than 0 and less than 1, or with `orAll` at most 1. */
  | { readonly of: "fraction"; readonly orAll?: true }
  | { readonly of: "budgets" }
  /** One budget; `why` there is but one. */
  | { readonly of: "budget"; readonly why: string }
  /**
   * Methods of the catalog, by their list; several, or none by the word `none`, which learners do not have. With `last`, what is said later replaces what was said before;
   * with `orOne` a file may name one alone.
   */
  | {
      readonly of: "method" | "methods";
      readonly list: "learners" | "attacks" | "detectors" | "repairs" | "certificates";
      readonly last?: true;
      readonly orOne?: true;
    };

/** All about an option. The flags of every command, the configuration and its schema, the refusals, the help, `init` and the command that does a run again follow from it. */
export interface Option {
  /** As on the command line, without dashes. */
  readonly name: string;
  /** How the help calls its value. */
  readonly value?: string;
  readonly type: OptionType;
  readonly help: string;
  readonly commands: readonly CommandName[];
  /** Its key in a configuration, as `data.labels`; absent = it is about this one call and no configuration holds it. */
  readonly key?: string;
  /** What the key means, where the help would read wrong in a file. */
  readonly about?: string;
  /** A configuration file alone may say it. */
  readonly fileOnly?: true;
  /** Default: all. */
  readonly kinds?: readonly DataKind[];
  /** What it goes with, in words, where that is less than its kinds. */
  readonly goesWith?: string;
  /** What files it goes with, in words, where that is not all; the readers of those list it. */
  readonly files?: string;
  /** Another option without which it means nothing, and what that one is for. */
  readonly needs?: { readonly name: string; readonly words: string };
  readonly required?: true;
  /** The heading that it stands under in the help. */
  readonly group?: string;
  /** Shown to everybody; the others with `--help --all`. */
  readonly first?: true;
  /** What the key is by default, for editors. */
  readonly default?: string | number | boolean;
  /** What `init` writes as its value, in YAML; with `starts` in force, else as a comment. */
  readonly example?: string;
  readonly starts?: true;
}

/** What a configuration holds of an option, by what it takes. */
interface Values {
  switch: boolean;
  either: boolean;
  off: boolean;
  text: string;
  path: string;
  texts: readonly string[];
  paths: readonly string[];
  values: readonly (string | number)[];
  column: ColumnChoice;
  columns: readonly ColumnChoice[];
  whole: number;
  fraction: number;
  positive: number;
  budget: number | string;
  budgets: readonly (number | string)[];
  method: MethodChoice;
  methods: readonly MethodChoice[];
  scale: ScaleChoice;
  encoder: Partial<EncoderParams>;
  choice: string;
  choices: readonly string[];
  "one-choice": string;
}

export type ValueOf<T extends OptionType> = T extends { readonly sets: infer S }
  ? S
  : T extends { readonly of: "choices"; readonly among: readonly (infer C)[] }
    ? readonly C[]
    : T extends { readonly among: readonly (infer C)[] }
      ? C
      : T extends { readonly of: "methods"; readonly list: "repairs" }
        ? readonly RepairChoice[]
        : T extends { readonly of: "methods"; readonly orOne: true }
          ? MethodChoice | readonly MethodChoice[]
          : Values[T["of"]];
