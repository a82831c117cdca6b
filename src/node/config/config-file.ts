import { isUtf8 } from "node:buffer";
import { existsSync } from "node:fs";
import { dirname, extname, isAbsolute, join, resolve } from "node:path";
import { createJiti } from "jiti";
import { UsageError } from "../../core/errors.ts";
import { type AuditConfig, withoutUndefined } from "./audit-config.ts";
import { parseLimit } from "../../report/judging/limits.ts";
import { configSchema } from "./config-schema.ts";
import { checkAgainstSchema } from "./json-schema.ts";
import { parseBudget } from "./parse-budget.ts";
import { deepestNesting, isNestedTooDeeply } from "../schemas/nesting.ts";
import { parseYaml } from "../schemas/parse-yaml.ts";
import { readBytes } from "../schemas/read-bytes.ts";
import { placeOfFault } from "../schemas/place-of-fault.ts";
import { oneLine, shownPath } from "../schemas/shown.ts";

const codeEndings = [".ts", ".mts", ".js", ".mjs"];
const yamlEndings = [".yaml", ".yml"];

/**
 * Reads a configuration; paths in it are seen from its own folder.
 *
 * @throws UsageError on a file that cannot be read, an unknown key at any depth, or a value that is not allowed
 */
export async function readConfigFile(file: string): Promise<AuditConfig> {
  if (!existsSync(file)) throw new UsageError(`there is no configuration file ${shownPath(file)}`);
  // An empty YAML file asks for nothing.
  const value = (await load(file)) ?? {};
  try {
    checkAgainstSchema(value, configSchema, file);
  } catch (error) {
    // What a module hands out may be any object, even one that throws when it is looked at.
    throw error instanceof UsageError ? error : new UsageError(`${file} cannot be checked: ${messageOf(error)}`);
  }
  const { $schema: _, ...config } = value as AuditConfig & { readonly $schema?: string };
  config.budgets?.forEach((budget, i) => parseBudget(`${file}: budgets[${i}]`, budget));
  config.limits?.forEach((limit, i) => parseLimit(limit, `${file}: limits[${i}]`));
  return withoutUndefined<AuditConfig>({
    ...config,
    data: config.data && withoutUndefined({ ...config.data, path: config.data.path && seenFrom(file, config.data.path) }),
    out: config.out && seenFrom(file, config.out),
  });
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
