import type { AskedBudget } from "../../../study/budgets.ts";
import { dataOptions } from "./data-options.ts";
import { dialogueOptions } from "./dialogue-options.ts";
import type { CommandName, DataKind, Option, ValueOf } from "./option.ts";
import { ratingsOptions } from "./ratings-options.ts";
import { resultOptions } from "./result-options.ts";
import { studyOptions } from "./study-options.ts";
import { toolOptions } from "./tool-options.ts";

/** Every option of every command, in the order of the help. It loads nothing else, so that the help is quick. */
const table = [...toolOptions, ...dataOptions, ...ratingsOptions, ...dialogueOptions, ...studyOptions, ...resultOptions] as const;
export const options: readonly Option[] = table;

type Entry = (typeof table)[number];
type Of<C extends CommandName, E> = E extends { readonly commands: readonly (infer Cs)[] } ? (C extends Cs ? E : never) : never;
type For<K extends DataKind, E> = E extends { readonly kinds: readonly (infer Ks)[] } ? (K extends Ks ? E : never) : E;
type Keyed<C extends CommandName, K extends DataKind> = Extract<For<K, Of<C, Entry>>, { readonly key: string }>;
type Unkeyed<C extends CommandName> = Exclude<Of<C, Entry>, { readonly key: string }>;
type Typed<E> = E extends { readonly type: infer T } ? (T extends Option["type"] ? ValueOf<T> : never) : never;
type Plain<Key> = Key extends `${string}.${string}` ? never : Key;
type DataKey<Key> = Key extends `data.${infer Name}` ? Plain<Name> : never;
type Camel<Name> = Name extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : Name;

/** The part `data` of a configuration for such data. */
export type DataConfigOf<C extends CommandName, K extends DataKind> = {
  readonly [E in Keyed<C, K> as DataKey<E["key"]> & string]?: Typed<E>;
};

/** What a command can be asked for of such data, by the keys of the table; what is left out has a default. */
export type ConfigOf<C extends CommandName, K extends DataKind> = {
  readonly [E in Keyed<C, K> as Plain<E["key"]> & string]?: Typed<E>;
} & { readonly data?: DataConfigOf<C, K> };

/** A command line is read at once; a file may say a budget in words. */
type Read<E> = E extends { readonly type: { readonly of: "budget" } } ? AskedBudget : Typed<E>;

/** What no configuration holds, by the names of the flags. */
export type FlagsOf<C extends CommandName> = {
  readonly [E in Extract<Unkeyed<C>, { readonly required: true }> as Camel<E["name"]> & string]: Read<E>;
} & { readonly [E in Exclude<Unkeyed<C>, { readonly required: true }> as Camel<E["name"]> & string]?: Read<E> };

/** The options of a command, for such data where they are named. */
export function optionsOf(command: CommandName, kind?: DataKind): Option[] {
  return options.filter((option) => option.commands.includes(command) && (kind === undefined || isFor(option, kind)));
}

export function isFor({ kinds }: Option, kind: DataKind): boolean {
  return kinds?.includes(kind) ?? true;
}

/** The name that commander gives the value of a flag. */
export function attributeOf({ name }: Option): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
