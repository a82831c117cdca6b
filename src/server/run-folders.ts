import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, join, relative, resolve, sep } from "node:path";
import { visible } from "../core/text/visible.ts";
import { UsageError } from "../core/errors.ts";
import type { RunEntry, RunList } from "./api.ts";
import { Refusal } from "./refusal.ts";

const manifestName = "manifest.json";
const mostFolders = 2000;
const deepest = 3;
const largestManifest = 200 * 2 ** 20;

/** Where a run lies; requests name it by its id alone, so that no path ever comes from one. */
export interface RunPlace extends RunEntry {
  /** Absolute. */
  readonly folder: string;
}

/** The runs of a folder, or one run that was named. */
export interface RunFolders {
  list(): RunList & { readonly places: readonly RunPlace[] };
  /** @throws Refusal (404) where there is no such run */
  place(id: string): RunPlace;
}

/** @param only the folder of one run; all runs below `root` by default. @throws UsageError where that folder holds none */
export function runFolders(root: string, only?: string): RunFolders {
  if (only !== undefined && !existsSync(join(only, manifestName))) throw new UsageError(`${only} is not a run: it has no ${manifestName}`);
  const cache = new Map<string, { readonly stamp: string; readonly entry: RunEntry }>();
  const placeOf = (folder: string): RunPlace | null => {
    const path = join(folder, manifestName);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined || !stat.isFile() || stat.size > largestManifest) return null;
    const stamp = `${stat.ino} ${stat.mtimeMs} ${stat.size}`;
    const known = cache.get(folder);
    if (known?.stamp === stamp) return { ...known.entry, folder };
    const entry = entryOf(root, folder);
    if (entry !== null) cache.set(folder, { stamp, entry });
    return entry === null ? null : { ...entry, folder };
  };
  const find = (): { folders: string[]; leftOut: number } =>
    only === undefined ? foldersWithin(root) : { folders: [resolve(only)], leftOut: 0 };
  const places = new Map<string, string>();
  const list = (): ReturnType<RunFolders["list"]> => {
    const { folders, leftOut } = find();
    const found = folders.flatMap((folder) => placeOf(folder) ?? []);
    for (const { id, folder } of found) places.set(id, folder);
    found.sort((a, b) => (b.at ?? "").localeCompare(a.at ?? ""));
    return {
      folder: visible(basename(resolve(root))),
      runs: found.map(withoutFolder),
      places: found,
      leftOut,
      canStart: only === undefined,
    };
  };
  return {
    list,
    place(id) {
      if (!places.has(id)) list();
      const folder = places.get(id);
      const place = folder === undefined ? null : placeOf(folder);
      if (place === null) throw new Refusal(404, "there is no such run here");
      return place;
    },
  };
}

export function withoutFolder({ folder: _, ...entry }: RunPlace): RunEntry {
  return entry;
}

/** Of a folder as seen from the one that the server was started in. */
export function runId(root: string, folder: string): string {
  return createHash("sha256")
    .update(relative(realpathSync(root), realpathSync(folder)))
    .digest("hex")
    .slice(0, 12);
}

/** Links are not followed, and what begins with a dot or holds packages is not looked into. */
function foldersWithin(root: string): { folders: string[]; leftOut: number } {
  const folders: string[] = [];
  let seen = 0;
  let leftOut = 0;
  const look = (folder: string, depth: number): void => {
    if (seen++ > mostFolders) {
      leftOut++;
      return;
    }
    if (existsSync(join(folder, manifestName))) folders.push(folder);
    if (depth === deepest) return;
    let entries;
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch {
      return;
    }
    for (const entry of entries)
      if (entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules") look(join(folder, entry.name), depth + 1);
  };
  look(resolve(root), 0);
  return { folders, leftOut };
}

/** null where it is no manifest of ours. */
function entryOf(root: string, folder: string): RunEntry | null {
  let manifest: Record<string, unknown>;
  try {
    manifest = JSON.parse(readFileSync(join(folder, manifestName), "utf8")) as Record<string, unknown>;
  } catch {
    return null;
  }
  const text = (key: string): string | null => (typeof manifest[key] === "string" ? visible(manifest[key].slice(0, 300)) : null);
  const kind = text("kind");
  if (kind === null || text("theriac") === null) return null;
  const { data } = (manifest["read"] ?? {}) as { readonly data?: unknown };
  const path = relative(root, folder).split(sep).join("/");
  return {
    id: runId(root, folder),
    path: visible(path === "" ? "." : path),
    kind,
    status: text("status") ?? "unknown",
    at: text("finishedAt") ?? text("startedAt"),
    data: typeof data === "string" ? visible(basename(data).slice(0, 200)) : null,
  };
}
