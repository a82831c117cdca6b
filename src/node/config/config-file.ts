import { isUtf8 } from "node:buffer";
import { existsSync } from "node:fs";
import { dirname, extname, isAbsolute, join, resolve } from "node:path";
import { createJiti } from "jiti";
import { UsageError } from "../../core/errors.ts";
import { type AuditConfig, withoutUndefined } from "./audit-config.ts";
import { parseLimit } from "../../report/judging/limits.ts";
import type { RatingsAuditConfig } from "./ratings-audit-config.ts";
import { configSchema, schemaOfData } from "./config-schema.ts";
import { checkAgainstSchema } from "./json-schema.ts";
import { setKey, valueAt } from "./options/keys.ts";
import { type DataKind, dataKinds } from "./options/option.ts";
import { optionsOf } from "./options/options.ts";
import { parseBudget } from "./parse-budget.ts";
import { useMethods } from "../methods/own-methods.ts";
import { deepestNesting, isNestedTooDeeply } from "../schemas/nesting.ts";
import { parseYaml } from "../schemas/parse-yaml.ts";
import { readBytes } from "../schemas/read-bytes.ts";
import { placeOfFault } from "../schemas/place-of-fault.ts";
import { oneLine, shownPath } from "../schemas/shown.ts";

const codeEndings = [".ts", ".mts", ".js", ".mjs"];
const yamlEndings = [".yaml", ".yml"];

/** A configuration of an audit of any kind of data. */
export type AnyAuditConfig = AuditConfig | RatingsAuditConfig;

export function isRatingsConfig(config: AnyAuditConfig): config is RatingsAuditConfig {
  return config.data?.kind === "ratings";
}

/**
 * Reads a configuration; paths in it are seen from its own folder, and budgets become fractions or counts.
 *
 * @param unsaid the kind of the data where the file does not say it (`data.kind`)
 * @throws UsageError on a file that cannot be read, an unknown key at any depth, or a value that is not allowed
 */
export async function readConfigFile(file: string, unsaid: DataKind = "table"): Promise<AnyAuditConfig> {
  if (!existsSync(file)) throw new UsageError(`there is no configuration file ${shownPath(file)}`);
  // An empty YAML file asks for nothing.
  const value = (await load(file)) ?? {};
  let kind = unsaid;
  try {
    const said = valueAt(value, "data.kind");
    if (said !== undefined) checkAgainstSchema(said, { enum: dataKinds }, file, "data.kind");
    kind = (said as DataKind | undefined) ?? unsaid;
    // What they are called must be known before the rest can be checked.
    const own = valueAt(value, "methods");
    if (own !== undefined) {
      checkAgainstSchema(own, { type: "array", items: { type: "string" } }, file, "methods");
      await useMethods((own as readonly string[]).map((path) => seenFrom(file, path)));
    }
    checkAgainstSchema(value, schemaOfData(kind), file, "", configSchema());
  } catch (error) {
    // What a module hands out may be any object, even one that throws when it is looked at.
    throw error instanceof UsageError ? error : new UsageError(`${file} cannot be checked: ${messageOf(error)}`);
  }
  const { $schema: _, ...given } = value as AnyAuditConfig & { readonly $schema?: string };
  given.limits?.forEach((limit, i) => parseLimit(limit, `${file}: limits[${i}]`));
  let config: Record<string, unknown> = withoutUndefined<object>(given) as Record<string, unknown>;
  if (given.data !== undefined) config = { ...config, data: withoutUndefined<object>(given.data) };
  if (given.budgets !== undefined)
    config = { ...config, budgets: given.budgets.map((budget, i) => parseBudget(`${file}: budgets[${i}]`, budget)) };
  if (kind !== "table") config = setKey(config, "data.kind", kind);
  for (const { key, type } of optionsOf("audit", kind)) {
    const path = type.of === "path" && key !== undefined ? valueAt(config, key) : undefined;
    if (typeof path === "string" && path !== "") config = setKey(config, key!, seenFrom(file, path));
    const paths = type.of === "paths" && key !== undefined ? valueAt(config, key) : undefined;
    if (Array.isArray(paths))
      config = setKey(
        config,
        key!,
        (paths as readonly string[]).map((each) => seenFrom(file, each)),
      );
  }
  return config as AnyAuditConfig;
}

async function load(file: string): Promise<unknown> {
  const ending = extname(file).toLowerCase();
  if (codeEndings.includes(ending)) return loadCode(file);
  if (yamlEndings.includes(ending)) return parseYaml(file, readText(file));
  if (ending === ".json") return parseJson(file, readText(file));
  throw new UsageError(`${file}: a configuration ends in ${[".json", ...yamlEndings, ...codeEndings].join(", ")}`);
}

async function loadCode(file: string): Promise<unknown> {
  const jiti = createJiti(import.meta.url, { fsCache: false });
  try {
    return await jiti.import(resolve(file), { default: true });
  } catch (error) {
    throw new UsageError(`${file} cannot be run: ${messageOf(error)}`);
  }
}

function parseJson(file: string, text: string): unknown {
  if (isNestedTooDeeply(text)) throw new UsageError(`${file} is nested more than ${deepestNesting} levels deep`);
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is not JSON${placeOfFault(text)}`);
  }
}

const mostBytes = 1 << 22;

function readText(file: string): string {
  const bytes = readBytes(file, { what: "a configuration", maxBytes: mostBytes, mayBePipe: true });
  if (!isUtf8(bytes)) throw new UsageError(`${file} is not text in UTF-8`);
  return bytes.toString("utf8").replace(/^\uFEFF/, "");
}

function seenFrom(file: string, path: string): string {
  return isAbsolute(path) || /^[a-z][a-z0-9+.-]*:\/\//i.test(path) ? path : join(dirname(file), path);
}

function messageOf(error: unknown): string {
  return oneLine(error instanceof Error ? error.message : "it threw something that is no error");
}
