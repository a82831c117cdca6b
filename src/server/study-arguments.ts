import { realpathSync, statSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { didYouMean } from "../core/errors.ts";
import type { MethodInfo } from "../core/method.ts";
import type { ParamSpec } from "../core/params.ts";
import { methodsByKind } from "../node/config/config-schema.ts";
import type { DataKind, Option } from "../node/config/options/option.ts";
import type { StudyAsked } from "./api.ts";
import { splitUnquoted } from "../node/config/quoted.ts";
import { formOptions, namesFile, runsCommand } from "./form.ts";
import { Refusal } from "./refusal.ts";

/**
 * The command line of a study that a form asks for. Values are checked by the command itself; here it is only made sure that they are values, and that no
 * path leads out of the folder.
 *
 * @throws Refusal on an option that the form does not have, and on files outside
 */
export function studyArguments(root: string, { data, kind = "table", options }: StudyAsked): string[] {
  const known = formOptions(kind);
  const words = Object.entries(options).flatMap(([name, values]) => {
    const option = known.find((one) => one.name === name);
    if (option === undefined)
      throw new Refusal(
        400,
        `there is no option "${name.slice(0, 60)}" in the form${didYouMean(
          name,
          known.map((one) => one.name),
        )}`,
      );
    return wordsOf(root, kind, option, values);
  });
  return ["audit", `./${fileWithin(root, data, "data")}`, ...(kind === "table" ? [] : [`--${kind}`]), ...words];
}

function wordsOf(root: string, kind: DataKind, { name, type }: Option, values: readonly string[]): string[] {
  switch (type.of) {
    case "switch":
      return [`--${name}`];
    case "off":
      return [`--no-${name}`];
    case "either":
      return values.map((value) => (value === "no" ? `--no-${name}` : `--${name}`));
    case "path":
      return values.map((value) => `--${name}=./${fileWithin(root, value, name)}`);
    case "method":
    case "methods":
      for (const value of values) for (const text of splitUnquoted(value, ",")) checkMethod(name, methodsByKind[kind][type.list], text);
      return values.map((value) => `--${name}=${value}`);
    default:
      return values.map((value) => `--${name}=${value}`);
  }
}

/** @throws Refusal on a method that runs a program, and on a parameter that names a file */
function checkMethod(name: string, methods: readonly MethodInfo[], text: string): void {
  const [id, ...settings] = splitUnquoted(text, ":");
  const method = methods.find((one) => one.id === id);
  if (method !== undefined && runsCommand(method))
    throw new Refusal(400, `${name}: ${id} runs a program, which is named on the command line alone: theriac audit … -- python train.py`);
  for (const setting of settings) {
    const parameter = setting.split("=", 1)[0].trim();
    const specs = (method?.params ?? {}) as Readonly<Record<string, ParamSpec>>;
    const spec = Object.hasOwn(specs, parameter) ? specs[parameter] : undefined;
    if (spec === undefined) throw new Refusal(400, `${name}: ${id} has no parameter "${parameter.slice(0, 60)}"`);
    if (namesFile(spec)) throw new Refusal(400, `${name}: ${id}.${parameter} names a file: set it on the command line`);
  }
}

/** The path of a file, seen from the folder. @throws Refusal where it is none, or lies elsewhere */
function fileWithin(root: string, path: string, name: string): string {
  const outside = new Refusal(403, `${name}: only files of the folder that theriac view was started in can be named`);
  if (isAbsolute(path) || path.includes("\0") || path.split(/[/\\]/).includes("..")) throw outside;
  const full = resolve(root, path);
  let real: string;
  try {
    real = realpathSync(full);
    if (!statSync(real).isFile()) throw new Refusal(400, `${name}: ${path} is no file`);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(400, `${name}: there is no file ${path}`);
  }
  const within = relative(realpathSync(root), real);
  if (within.split(sep)[0] === ".." || isAbsolute(within)) throw outside;
  return join(relative(root, full)).split(sep).join("/");
}
