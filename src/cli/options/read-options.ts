import { UsageError } from "../../core/errors.ts";
import type { CommandName, DataKind, Option } from "../../node/config/options/option.ts";
import { type ConfigOf, type FlagsOf, attributeOf, isFor, optionsOf } from "../../node/config/options/options.ts";
import { setKey } from "../../node/config/options/keys.ts";
import type { Given } from "./add-options.ts";
import { readValue } from "./read-value.ts";

/** What is about this one call. @throws UsageError on a value that is not allowed */
export function readFlags<C extends CommandName>(command: C, given: Given): FlagsOf<C> {
  const own = optionsOf(command).filter((option) => option.key === undefined && isGiven(option, given));
  return Object.fromEntries(own.map((option) => [attributeOf(option), readValue(option, given[attributeOf(option)]!)])) as FlagsOf<C>;
}

/**
 * The configuration that the command line asks for.
 *
 * @param path of the data; undefined = not named
 * @throws UsageError on an option that such data do not have, and on a value that is not allowed
 */
export function readConfig<C extends CommandName, K extends DataKind>(
  command: C,
  kind: K,
  path: string | undefined,
  given: Given,
): ConfigOf<C, K> {
  refuseOptions(command, kind, given);
  let config: Record<string, unknown> = path === undefined ? {} : { data: { path } };
  for (const option of optionsOf(command, kind)) {
    if (option.key === undefined || !isGiven(option, given)) continue;
    const { needs } = option;
    if (needs !== undefined && given[needs.name] === undefined)
      throw new UsageError(`--${option.name} needs --${needs.name}: ${needs.words}`);
    config = setKey(config, option.key, readValue(option, given[attributeOf(option)]!));
  }
  return config as ConfigOf<C, K>;
}

/** @throws UsageError on the first option given that data of this kind do not have, by its name */
export function refuseOptions(command: CommandName, kind: DataKind, given: Given): void {
  const own = optionsOf(command).filter((option) => isGiven(option, given));
  const wrong = own.find(({ name }) => !own.some((option) => option.name === name && isFor(option, kind)));
  if (wrong === undefined) return;
  const words = wrong.goesWith ?? wrong.kinds!.map(kindWords).join(" and ");
  throw new UsageError(`--${wrong.name} goes with ${words}, and these data are ${kind === "table" ? "a table" : kind}${insteads[kind]}`);
}

/** The kind that the options speak of: the one that alone has an option that is given and means something alone; a table else. */
export function kindAsked(command: CommandName, given: Given): DataKind {
  const own = optionsOf(command).filter((option) => option.needs === undefined && isGiven(option, given));
  const telling = own.find((option) => !isFor(option, "table") && own.filter(({ name }) => name === option.name).length === 1);
  return telling?.kinds?.[0] ?? "table";
}

/** Whether an option is given that means something for tables, and nothing for dialogues. */
export function speaksOfTable(command: CommandName, given: Given): boolean {
  const own = optionsOf(command).filter((option) => isGiven(option, given));
  return own.some(({ name }) => !own.some((option) => option.name === name && isFor(option, "dialogues")));
}

export function isGiven(option: Option, given: Given): boolean {
  const value = given[attributeOf(option)];
  // Of what can be switched off alone, commander says that it is on.
  return value !== undefined && !(option.type.of === "off" && value === true);
}

/** What such data have instead of an option that they do not. */
const insteads: Readonly<Record<DataKind, string>> = {
  table: "",
  ratings: "; ratings have --user, --item, --rating and --time",
  dialogues: "; they have --prompt, --answer, --source and --split",
};

const kindWords = (kind: DataKind): string => (kind === "table" ? "tables" : kind);
