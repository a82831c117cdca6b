import { existsSync, readFileSync } from "node:fs";
import { dirname, extname, isAbsolute, join, resolve } from "node:path";
import { createJiti } from "jiti";
import { parseDocument } from "yaml";
import { UsageError } from "../core/errors.ts";
import { type AuditConfig, withoutUndefined } from "./audit-config.ts";
import { parseLimit } from "../report/limits.ts";
import { configSchema } from "./config-schema.ts";
import { checkAgainstSchema } from "./json-schema.ts";
import { parseBudget } from "./parse-budget.ts";

const codeEndings = [".ts", ".mts", ".js", ".mjs"];
const yamlEndings = [".yaml", ".yml"];

/**
 * Reads a configuration; paths in it are seen from its own folder.
 *
 * @throws UsageError on a file that cannot be read, an unknown key at any depth, or a value that is not allowed
 */
export async function readConfigFile(file: string): Promise<AuditConfig> {
  if (!existsSync(file)) throw new UsageError(`there is no configuration file ${file}`);
  // An empty YAML file asks for nothing.
  const value = (await load(file)) ?? {};
  checkAgainstSchema(value, configSchema, file);
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

function parseYaml(file: string, text: string): unknown {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error === undefined) return document.toJS();
  const line = error.linePos?.[0].line;
  throw new UsageError(
    `${file}: ${line === undefined ? "" : `line ${line}: `}${error.message.split("\n")[0].replace(/ at line \d+.*$/, "")}`,
  );
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${messageOf(error)}`);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${messageOf(error)}`);
  }
}

function seenFrom(file: string, path: string): string {
  return isAbsolute(path) || /^[a-z][a-z0-9+.-]*:\/\//i.test(path) ? path : join(dirname(file), path);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
