import { UsageError, didYouMean } from "./errors.ts";

/** One description of a parameter gives its default, check, help, configuration schema and form field. */
export type ParamSpec = NumberSpec | AutoSpec | ChoiceSpec | BooleanSpec | TextSpec | WordsSpec;

export interface NumberSpec {
  readonly type: "number";
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly integer?: boolean;
  readonly help: string;
}

/** A number, or `"auto"`: chosen from the data in the way that `help` says. */
export interface AutoSpec {
  readonly type: "number-or-auto";
  readonly default: number | "auto";
  readonly min: number;
  readonly max: number;
  readonly help: string;
}

export interface ChoiceSpec {
  readonly type: "choice";
  readonly default: string;
  readonly options: readonly string[];
  readonly help: string;
}

export interface BooleanSpec {
  readonly type: "boolean";
  readonly default: boolean;
  readonly help: string;
}

/** Any text; what it must look like is checked by whoever reads it, against the data. */
export interface TextSpec {
  readonly type: "text";
  readonly default: string;
  readonly help: string;
  /** True where nobody needs to say it: it is filled in once the request is understood. */
  readonly isFilledIn?: true;
  /** True of the path of a file or folder, which a page in a browser may not set. */
  readonly namesFile?: true;
}

/** Several texts in their order, as the words of a command; a command line gives them after `--`. */
export interface WordsSpec {
  readonly type: "words";
  readonly default: readonly string[];
  readonly help: string;
}

/** The specification that fits each field of P; for P = any, a specification of any kind for any name. */
export type ParamSpecs<P = any> = 0 extends 1 & P ? Readonly<Record<string, ParamSpec>> : { readonly [K in keyof P]-?: SpecOf<P[K]> };

type SpecOf<T> = [T] extends [boolean]
  ? BooleanSpec
  : [T] extends [number]
    ? NumberSpec
    : [string] extends [T]
      ? TextSpec
      : [T] extends [readonly string[]]
        ? WordsSpec
        : [T] extends [string]
          ? ChoiceSpec & { readonly default: T; readonly options: readonly T[] }
          : AutoSpec;

/**
 * Checks what the user gave and fills in the defaults.
 *
 * @param owner who is configured, for messages: `label-flip`
 * @throws UsageError on an unknown name or a value that is not allowed
 */
export function resolveParams<P = any>(owner: string, specs: ParamSpecs, given: Readonly<Record<string, unknown>> = {}): P {
  const entries = Object.entries(specs);
  const names = entries.map(([name]) => name);
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    const allowed = names.length === 0 ? "it has no parameters" : `allowed: ${names.join(", ")}`;
    throw new UsageError(`${owner} has no parameter "${name}"${didYouMean(name, names)}; ${allowed}`);
  }
  const resolved: Record<string, unknown> = {};
  for (const [name, spec] of entries)
    resolved[name] = given[name] === undefined ? spec.default : checkParam(`${owner}.${name}`, spec, given[name]);
  return resolved as P;
}

function checkParam(where: string, spec: ParamSpec, value: unknown): unknown {
  if (!isAllowed(spec, value)) throw new UsageError(`${where} must be ${describeAllowed(spec)}, got ${JSON.stringify(value)}`);
  return value;
}

function isAllowed(spec: ParamSpec, value: unknown): boolean {
  switch (spec.type) {
    case "boolean":
      return typeof value === "boolean";
    case "choice":
      return typeof value === "string" && spec.options.includes(value);
    case "text":
      return typeof value === "string";
    case "words":
      return Array.isArray(value) && value.every((word) => typeof word === "string");
    case "number-or-auto":
      return value === "auto" || isWithin(spec, value);
    case "number":
      return isWithin(spec, value) && (spec.integer !== true || Number.isInteger(value));
  }
}

function isWithin(spec: NumberSpec | AutoSpec, value: unknown): boolean {
  return typeof value === "number" && value >= spec.min && value <= spec.max;
}

/** What a parameter may be, in words: `a number in [0, 1]`. */
export function describeAllowed(spec: ParamSpec): string {
  switch (spec.type) {
    case "boolean":
      return "true or false";
    case "choice":
      return `one of ${spec.options.join(", ")}`;
    case "text":
      return "a text";
    case "words":
      return "a list of texts";
    case "number-or-auto":
      return `"auto" or a number in ${interval(spec)}`;
    case "number":
      return `${spec.integer === true ? "a whole number" : "a number"} in ${interval(spec)}`;
  }
}

function interval(spec: NumberSpec | AutoSpec): string {
  return `[${spec.min}, ${spec.max}]`.replace("Infinity]", "∞)").replace("[-Infinity", "(−∞");
}

/** Reads `name=value` as written on a command line into what `resolveParams` checks. */
export function parseParamText(spec: ParamSpec | undefined, text: string): unknown {
  if (spec?.type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  if (spec?.type === "choice" || spec?.type === "text" || text.trim() === "" || Number.isNaN(Number(text))) return text;
  return Number(text);
}

/** JSON Schema (2020-12) of an object with these parameters. */
export function paramsSchema(specs: ParamSpecs): Record<string, unknown> {
  const properties = Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, paramSchema(spec)]));
  return { type: "object", properties, additionalProperties: false };
}

function paramSchema(spec: ParamSpec): Record<string, unknown> {
  const common = { description: spec.help, default: spec.default };
  switch (spec.type) {
    case "boolean":
      return { type: "boolean", ...common };
    case "choice":
      return { enum: spec.options, ...common };
    case "text":
      return { type: "string", ...common };
    case "words":
      return { type: "array", items: { type: "string" }, ...common };
    case "number-or-auto":
      return { anyOf: [{ const: "auto" }, numberSchema(spec)], ...common };
    case "number":
      return { ...numberSchema(spec), ...common };
  }
}

function numberSchema(spec: NumberSpec | AutoSpec): Record<string, unknown> {
  return {
    type: spec.type === "number" && spec.integer === true ? "integer" : "number",
    ...(Number.isFinite(spec.min) ? { minimum: spec.min } : {}),
    ...(Number.isFinite(spec.max) ? { maximum: spec.max } : {}),
  };
}
