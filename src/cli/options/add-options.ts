import { type Command, Option as Flag } from "commander";
import type { CommandName, Option } from "../../node/config/options/option.ts";
import { optionsOf } from "../../node/config/options/options.ts";
import { countOf } from "../../report/words/words.ts";

/** What commander makes of the command line: of an option with a value every text that was given, in order; they are read once the kind of the data is known. */
export type Given = Readonly<Record<string, readonly string[] | boolean | undefined>>;

/** The options of a command, from the table. Those that are not for everybody are hidden unless all are asked for. */
export function addOptions(command: Command, showsAll: boolean): Command {
  const own = optionsOf(command.name() as CommandName).filter(({ fileOnly }) => fileOnly !== true);
  // One flag may mean something else to another kind of data; the help tells of the first.
  const shown = own.filter(({ name }, i) => own.findIndex((other) => other.name === name) === i);
  const groups = [...new Set(shown.map(({ group }) => group))];
  for (const group of groups)
    for (const option of shown)
      if (option.group === group)
        for (const flag of flagsOf(option)) {
          if (group !== undefined) flag.helpGroup(group);
          if (!showsAll && option.first !== true) flag.hideHelp();
          if (option.required === true) flag.makeOptionMandatory();
          command.addOption(flag);
        }
  const hidden = shown.filter(({ first }) => first !== true).length;
  if (!showsAll && hidden > 0) command.addHelpText("after", `\n--help --all shows ${countOf(hidden, "more option")}.`);
  return command;
}

function flagsOf({ name, value, type, help }: Option): Flag[] {
  if (type.of === "either") return [new Flag(`--${name}`, help), new Flag(`--no-${name}`, type.not)];
  if (type.of === "off") return [new Flag(`--no-${name}`, help)];
  if (type.of === "switch") return [new Flag(`--${name}`, help)];
  const collect = (text: string, before: readonly string[] | undefined): string[] => [...(before ?? []), text];
  return [new Flag(`--${name} ${value ?? "<value>"}`, help).argParser(collect)];
}
