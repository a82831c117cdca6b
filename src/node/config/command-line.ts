import { basename, isAbsolute } from "node:path";
import { valueAt } from "./options/keys.ts";
import type { CommandName, DataKind, Option } from "./options/option.ts";
import { optionsOf } from "./options/options.ts";
import type { AskedBudget } from "../../study/budgets.ts";
import { parseBudget } from "./parse-budget.ts";

/**
 * The command that asks for a configuration, for a POSIX shell, an option a line. What a configuration holds and no option does (parameters of methods) is
 * not in it. A data path is shortened to its name, because a report may be mailed.
 */
export function commandLine(command: CommandName, kind: DataKind, data: string, config: object): string {
  const lines = optionsOf(command, kind).flatMap((option) => {
    if (option.key === undefined || option.fileOnly === true) return [];
    return writeOption(option, valueAt(config, option.key)).map((words) => words.map(quoteForShell).join(" "));
  });
  const name = isAbsolute(data) ? basename(data) : data;
  return [["theriac", command, name].map(quoteForShell).join(" "), ...lines].join(" \\\n  ");
}

/** A command in one line, for a POSIX shell. */
export function commandText(words: readonly string[]): string {
  return words.map(quoteForShell).join(" ");
}

/** The flags that say so, each with its value; none where the value is what it is unasked. */
function writeOption({ name, type }: Option, value: unknown): string[][] {
  if (value === undefined || value === null) return [];
  const list = Array.isArray(value) ? (value as readonly unknown[]).map(idOf) : [];
  switch (type.of) {
    case "switch":
      return value === (type.sets ?? true) ? [[`--${name}`]] : [];
    case "either":
      return [[value === true ? `--${name}` : `--no-${name}`]];
    case "off":
      return value === false ? [[`--no-${name}`]] : [];
    case "methods":
      return [[`--${name}`, (Array.isArray(value) ? list.join(",") : idOf(value)) || "none"]];
    case "budgets":
      return [[`--${name}`, (value as readonly AskedBudget[]).map(budgetText).join(",")]];
    case "texts":
    case "paths":
    case "columns":
    case "values":
    case "choices":
      if (list.length === 0) return [];
      return type.of === "choices" || ("commas" in type && type.commas === true)
        ? [[`--${name}`, list.join(",")]]
        : list.map((entry) => [`--${name}`, entry]);
    case "scale": {
      const { low, high } = value as { readonly low: number; readonly high: number };
      return [[`--${name}`, `${low},${high}`]];
    }
    default:
      return [[`--${name}`, idOf(value)]];
  }
}

function idOf(value: unknown): string {
  return String(typeof value === "object" && value !== null ? (value as { readonly id: string }).id : value);
}

/** A count as it is; a share in per cent where that is read back as the same number: 28.3 / 100 is not 0.283. */
function budgetText(fraction: AskedBudget): string {
  if (typeof fraction === "string") return fraction;
  const percent = `${Number((fraction * 100).toPrecision(12))}%`;
  return parseBudget("a budget", percent) === fraction ? percent : String(fraction);
}

/** A word that a POSIX shell takes as it is. */
function quoteForShell(word: string): string {
  return /^[\w%+,./:=@-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`;
}
