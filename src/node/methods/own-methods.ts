import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createJiti } from "jiti";
import { catalog } from "../../catalog.ts";
import { UsageError } from "../../core/errors.ts";
import type { MethodInfo } from "../../core/method.ts";
import { holdFaults } from "./hold-faults.ts";
import { checkInfo } from "../contract/contract.ts";
import { digest } from "../runs/provenance.ts";
import { oneLine, shownPath } from "../schemas/shown.ts";

/** A module that was named, with what it brought. */
export interface OwnModule {
  /** Absolute. */
  readonly path: string;
  readonly sha256: string;
  readonly methods: readonly (MethodInfo & { readonly kind: string })[];
}

/** What each kind of method is called in the catalog, with the functions that it cannot be without. */
const kinds = {
  attack: { list: "attacks", needs: ["poison"] },
  detector: { list: "detectors", needs: ["score"] },
  repair: { list: "repairs", needs: ["repair"] },
  learner: { list: "learners", needs: ["fit", "tune"] },
  certificate: { list: "certificates", needs: ["certify"] },
  metric: { list: "metrics", needs: [] },
} as const;
type Kind = keyof typeof kinds;
const metricId = /^[a-z][a-zA-Z0-9]*$/;

const loaded = new Map<string, OwnModule>();

/** The modules that this process was given, in the order in which they came. */
export function ownModules(): readonly OwnModule[] {
  return [...loaded.values()];
}

/**
 * Adds the methods that modules export to the catalog of this process: from then on they are named, configured, planned, guarded and judged as every other. The modules
 * run with all that this process may do, so they are named by whoever starts it and by nothing that is read, such as the folder of a run. A module that was named
 * before is not run again.
 *
 * @param paths modules in JavaScript or TypeScript, each exporting one method or several (or lists of them)
 * @throws UsageError where a module cannot be run, exports nothing that is a method, or one that lacks what its kind must have or takes a name that is taken
 */
export async function useMethods(paths: readonly string[]): Promise<void> {
  for (const given of paths) {
    const path = resolve(given);
    const sha256 = digest(contentOf(path, given));
    const before = loaded.get(path);
    if (before !== undefined && before.sha256 !== sha256)
      throw new UsageError(`${shownPath(given)} has changed since this process loaded it: start again`);
    if (before === undefined) loaded.set(path, { path, sha256, methods: add(given, methodsOf(await load(path, given))) });
  }
}

/** Every method that a plan names, at whatever depth. */
export function methodsIn(plan: object): { readonly id: string }[] {
  const inner = Object.values(plan).flatMap((part: unknown) => (typeof part === "object" && part !== null ? methodsIn(part) : []));
  return "id" in plan && typeof plan.id === "string" ? [{ id: plan.id }, ...inner] : inner;
}

/** The modules among whose methods are some of these. */
export function modulesOf(used: readonly { readonly id: string }[]): readonly OwnModule[] {
  const ids = new Set(used.map(({ id }) => id));
  return ownModules().filter(({ methods }) => methods.some(({ id }) => ids.has(id)));
}

function contentOf(path: string, given: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch {
    throw new UsageError(`methods: ${shownPath(given)} cannot be read`);
  }
}

async function load(path: string, given: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    // Whatever folder the module lies in, "theriac" is the one that runs it.
    const alias = {
      theriac: fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "../../index.ts" : "../../index.js", import.meta.url)),
    };
    return await createJiti(import.meta.url, { fsCache: false, alias, tryNative: true }).import<Record<string, unknown>>(path);
  } catch (error) {
    throw new UsageError(`methods: ${shownPath(given)} cannot be run: ${oneLine(error instanceof Error ? error.message : String(error))}`);
  }
}

/** Whatever is exported by name, as default or in a list, and says of itself that it is a method; each once. */
function methodsOf(exported: Readonly<Record<string, unknown>>): readonly unknown[] {
  const values = Object.values(exported).flatMap((value): readonly unknown[] =>
    Array.isArray(value) ? (value as readonly unknown[]) : [value],
  );
  return [...new Set(values)].filter((value) => typeof value === "object" && value !== null && "kind" in value);
}

/** All or none of them. */
function add(given: string, methods: readonly unknown[]): OwnModule["methods"] {
  const said = `methods: ${shownPath(basename(given))}`;
  if (methods.length === 0)
    throw new UsageError(
      `${said} exports no method: an object with kind (${Object.keys(kinds).join(", ")}), id, title, summary, source and params`,
    );
  const checked = methods.map((method) => checkMethod(said, method));
  for (const { kind, id } of checked) {
    const others = [...catalog[kinds[kind].list], ...checked.filter((other) => other.kind === kind)];
    if (others.filter((other) => other.id === id).length > 1)
      throw new UsageError(`${said}: there is already another ${kind} called "${id}"`);
  }
  const held = checked.map((method) => holdFaults(basename(given), method));
  for (const method of held) (catalog[kinds[method.kind].list] as unknown as MethodInfo[]).push(method);
  return held;
}

function checkMethod(said: string, given: unknown): MethodInfo & { readonly kind: Kind } {
  const method = given as MethodInfo & { readonly kind: Kind; readonly data?: string };
  if (!Object.hasOwn(kinds, method.kind))
    throw new UsageError(`${said}: kind must be one of ${Object.keys(kinds).join(", ")}, got ${JSON.stringify(method.kind)}`);
  if (method.data !== undefined && method.data !== "table")
    throw new UsageError(`${said}: methods of one's own work on tables, and ${method.id} is for ${String(method.data)}`);
  try {
    checkInfo(method, method.kind === "metric" ? metricId : undefined);
  } catch (error) {
    throw new UsageError(`${said}: ${(error as Error).message}`);
  }
  for (const name of kinds[method.kind].needs)
    if (typeof (method as unknown as Record<string, unknown>)[name] !== "function")
      throw new UsageError(`${said}: ${method.kind} ${method.id} has no function ${name}`);
  return method;
}
