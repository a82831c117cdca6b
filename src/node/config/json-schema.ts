import { UsageError, didYouMean } from "../../core/errors.ts";
import { shownValue } from "../schemas/shown.ts";

/** The part of JSON Schema (2020-12) that a configuration is described in. */
export interface JsonSchema {
  readonly $schema?: string;
  /** Schemas that others refer to by `#/$defs/NAME`; of the root alone. */
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: "object" | "array" | "string" | "number" | "integer" | "boolean";
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly if?: JsonSchema;
  readonly then?: JsonSchema;
  readonly else?: JsonSchema;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
}

const longestKey = 80;
const mostEntries = 100_000;
const longestText = 4096;

/**
 * Holds a value against a schema.
 *
 * @param file where the value was read, and `path` where in it, for messages: `attacks[0].params`
 * @param root the schema that holds what `schema` refers to
 * @throws UsageError on the first fault
 */
export function checkAgainstSchema(value: unknown, schema: JsonSchema, file: string, path = "", root = schema): void {
  const subject = path === "" ? "the configuration" : path;
  const refuse = (allowed: string, hint = ""): never => {
    throw new UsageError(`${file}: ${subject} must be ${allowed}, got ${shownValue(value)}${hint}`);
  };
  const check = (inner: unknown, other: JsonSchema, where: string): void => checkAgainstSchema(inner, other, file, where, root);
  if (schema.$ref !== undefined) return check(value, referred(schema, root), path);
  if (schema.if !== undefined) return check(value, (holds(value, schema.if) ? schema.then : schema.else) ?? {}, path);
  if (schema.anyOf !== undefined) {
    const branches = alternatives(schema, root);
    return check(value, chooseBranch(value, branches) ?? refuse(describe({ anyOf: branches })), path);
  }
  if (schema.enum !== undefined || schema.const !== undefined) {
    const allowed = schema.enum ?? [schema.const];
    if (!allowed.includes(value)) refuse(describe(schema), typeof value === "string" ? didYouMean(value, allowed.map(String)) : "");
    return;
  }
  if (schema.type !== undefined && !isOfType(value, schema)) refuse(describe(schema));
  if (typeof value === "string" && value.length > longestText) refuse(`a text of at most ${longestText} characters`);
  if (typeof value === "string" && value.includes("\0")) refuse("a text without a NUL character");
  if (typeof value === "number" && !isWithin(value, schema)) refuse(describe(schema));
  if (Array.isArray(value) && value.length > mostEntries) refuse(`a list of at most ${mostEntries} entries`);
  if (Array.isArray(value) && schema.items !== undefined) {
    const { items } = schema;
    value.forEach((entry, i) => check(entry, items, `${path}[${i}]`));
  } else if (schema.type === "object") checkKeys(value as Record<string, unknown>, schema, file, path, check);
}

/** What a value may be, those among them that offer a choice themselves included. */
function alternatives(schema: JsonSchema, root: JsonSchema): JsonSchema[] {
  const found = referred(schema, root);
  return found.anyOf === undefined ? [found] : found.anyOf.flatMap((branch) => alternatives(branch, root));
}

/** What a schema refers to, or itself. */
function referred(schema: JsonSchema, root: JsonSchema): JsonSchema {
  if (schema.$ref === undefined) return schema;
  const found = root.$defs?.[schema.$ref.replace("#/$defs/", "")];
  if (found === undefined) throw new Error(`the schema has no ${schema.$ref}`);
  return found;
}

function holds(value: unknown, schema: JsonSchema): boolean {
  try {
    checkAgainstSchema(value, schema, "");
    return true;
  } catch {
    return false;
  }
}

function checkKeys(
  value: Record<string, unknown>,
  schema: JsonSchema,
  file: string,
  path: string,
  check: (value: unknown, schema: JsonSchema, path: string) => void,
): void {
  const properties = schema.properties ?? {};
  const names = Object.keys(properties);
  for (const [key, entry] of Object.entries(value)) {
    const shown = key.length > longestKey ? `${key.slice(0, longestKey)}…` : key;
    const where = path === "" ? shown : `${path}.${shown}`;
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (property !== undefined) check(entry, property, where);
    else if (schema.additionalProperties === false) {
      const known = names.filter((name) => !name.startsWith("$"));
      const allowed = known.length === 0 ? "no key is allowed here" : `allowed here: ${known.join(", ")}`;
      throw new UsageError(`${file}: unknown key "${where}"${didYouMean(key, known)}; ${allowed}`);
    }
  }
  const missing = schema.required?.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) throw new UsageError(`${file}: ${path === "" ? "the configuration" : path} needs the key "${missing}"`);
}

/** The branch of the value's type; among objects that name a method, the one of that method. */
function chooseBranch(value: unknown, branches: readonly JsonSchema[]): JsonSchema | null {
  const fitting = branches.filter((branch) => isOfType(value, branch));
  if (fitting.length < 2) return fitting[0] ?? null;
  const { id } = value as { readonly id?: unknown };
  const ids = fitting.flatMap((branch) => (branch.properties?.id?.const === undefined ? [] : [branch.properties.id.const]));
  const chosen = fitting.find((branch) => branch.properties?.id?.const === id);
  const any = { ...fitting[0].properties, id: { enum: ids } };
  return chosen ?? { type: "object", required: ["id"], additionalProperties: false, properties: any };
}

function isOfType(value: unknown, schema: JsonSchema): boolean {
  const example = schema.const ?? schema.enum?.[0];
  switch (schema.type ?? (example === undefined ? undefined : typeof example)) {
    case undefined:
      return true;
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "array":
      return Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === (schema.type ?? typeof example);
  }
}

function isWithin(value: number, { minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): boolean {
  return (
    value >= (minimum ?? -Infinity) &&
    value <= (maximum ?? Infinity) &&
    value > (exclusiveMinimum ?? -Infinity) &&
    value < (exclusiveMaximum ?? Infinity)
  );
}

/** What a schema allows, in words. */
function describe(schema: JsonSchema): string {
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(describe))].join(", or ");
  if (schema.enum !== undefined) return `one of ${schema.enum.join(", ")}`;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  switch (schema.type) {
    case "object":
      return `a mapping of ${Object.keys(schema.properties ?? {}).join(", ")}`;
    case "array":
      return "a list";
    case "boolean":
      return "true or false";
    case "integer":
      return `a whole number${describeRange(schema)}`;
    case "number":
      return `a number${describeRange(schema)}`;
    default:
      return "a text";
  }
}

function describeRange({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  const low = minimum === undefined ? (exclusiveMinimum === undefined ? "" : `more than ${exclusiveMinimum}`) : `at least ${minimum}`;
  const high = maximum === undefined ? (exclusiveMaximum === undefined ? "" : `less than ${exclusiveMaximum}`) : `at most ${maximum}`;
  const range = [low, high].filter((part) => part !== "").join(" and ");
  return range === "" ? "" : ` of ${range}`;
}
