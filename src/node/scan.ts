import { existsSync } from "node:fs";
import { join } from "node:path";
import { catalog } from "../catalog.ts";
import type { Signal } from "../core/context.ts";
import type { TrustedRelation } from "../core/detector.ts";
import { UsageError } from "../core/errors.ts";
import { targetOf, taskNames } from "../core/examples.ts";
import { resolveParams } from "../core/params.ts";
import { type Table, columnOf } from "../core/table.ts";
import { encoderParams } from "../data/encoder.ts";
import { methodOf } from "../study/config.ts";
import { scanData } from "../study/scan/scan-data.ts";
import { cannotSee } from "../study/scan/cannot-see.ts";
import { detectorsNotRun, hasSubjects } from "../study/scan/not-run.ts";
import type { NotRun, ScanResult } from "../study/scan/scan-result.ts";
import { type AuditConfig, readRequestOf } from "./config/audit-config.ts";
import { readTable } from "./read/read-table.ts";
import { type Note, notesOf } from "./read/request.ts";
import { resolveDetectors, resolveLearning } from "./config/resolve-study.ts";
import { rowLines } from "./scan/row-lines.ts";
import { scanFiles, writeScan } from "./scan/scan-folder.ts";
import { readOwnFile } from "./schemas/read-own-file.ts";
import { trustedRelationFile } from "./schemas/trusted-relation-file.ts";
import { defaults } from "./config/study-defaults.ts";
import { tuneOnWhole } from "./train-whole.ts";
import { holdFolder } from "./write/hold-folder.ts";
import { checkNewFiles } from "./write/write-files.ts";

export interface ScanConfig extends Pick<AuditConfig, "data" | "learner" | "encoder" | "detectors" | "effort" | "sharing" | "seed"> {
  /** What `theriac tasks --json` printed of earlier data of the same tasks, which nobody could touch. */
  readonly trusted?: string;
  /** Folder that the findings are written to; none by default. */
  readonly out?: string;
}

export interface ScanHooks {
  readonly signal?: Signal;
  readonly onNote?: (note: Note) => void;
  readonly onProgress?: (done: number, total: number, running: string) => void;
}

export interface Scan extends ScanResult {
  readonly table: Table;
  /** The line on which each row of the table begins, from 1; null where the data have no lines. */
  readonly lines: Int32Array | null;
  /** Detectors that said nothing, and why. */
  readonly notRun: readonly NotRun[];
  /** What such a scan could not have seen, a part of a sentence each. */
  readonly cannotSee: readonly string[];
}

/**
 * Scores the rows of the data as they are, with nothing simulated, and writes what it found where a folder is named.
 *
 * @throws UsageError where the request is wrong; NumericalError where the learner cannot be trained at all
 */
export async function scan(config: ScanConfig, hooks: ScanHooks = {}): Promise<Scan> {
  if (config.out === undefined) return scanInto(config, hooks);
  const release = await holdFolder(config.out, "--out");
  try {
    const { out } = config;
    if (existsSync(join(out, scanFiles.manifest))) throw new UsageError(`--out ${out} holds another run: name a new folder`);
    checkNewFiles(Object.values(scanFiles).map((name) => join(out, name)));
    return await scanInto(config, hooks);
  } finally {
    await release();
  }
}

async function scanInto(config: ScanConfig, hooks: ScanHooks): Promise<Scan> {
  const request = readRequestOf(config.data ?? {});
  const read = await readTable(request);
  const { table, notes, files } = read;
  for (const note of notesOf(read, "warning")) hooks.onNote?.(note);
  const { learner, sharing, setting, notes: learningNotes } = resolveLearning(config, table);
  const detectors = resolveDetectors(config, targetOf(table).kind, [setting], ["row", "source", "task"], "scan").map(({ id, params }) => ({
    method: methodOf("detector", catalog.detectors, id),
    params,
  }));
  const trusted = config.trusted === undefined ? null : readTrusted(config.trusted, table);
  for (const note of [...notesOf({ notes }, "info"), ...learningNotes]) hooks.onNote?.(note);
  const firstSeed = config.seed ?? defaults.seed;
  const encoder = resolveParams("encoder", encoderParams, { ...config.encoder });
  hooks.onProgress?.(0, detectors.length + 1, `choosing the parameters of ${learner.id}`);
  const { rng, clean, pipeline } = await tuneOnWhole(table, { encoder, learner, sharing, firstSeed });
  const hasSources = table.roles.source !== null;
  const tasks = taskNames(table).length;
  const usable = detectors.filter(({ method }) => hasSubjects(method, { hasSources, tasks }));
  const result = await scanData(pipeline.encode(clean, null), pipeline, usable, {
    rng: rng.fork("scan"),
    signal: hooks.signal,
    trusted,
    onDetector: (done, total, id) => hooks.onProgress?.(done + 1, total + 1, id),
  });
  const lines = rowLines(read);
  const { kind: target } = targetOf(table);
  const notRun = detectorsNotRun(catalog.detectors, result.detectors, {
    target,
    learning: setting,
    hasSources,
    tasks,
    effort: config.effort ?? defaults.effort,
    isNamed: config.detectors !== undefined,
  });
  const hasText = table.roles.features.some((name) => columnOf(table, name).kind === "text");
  const unseen = cannotSee({ detectors: result.detectors, target, hasSources, hasText });
  if (config.out !== undefined) {
    const settings = {
      learner,
      sharing,
      encoder,
      seed: firstSeed,
      detectors: usable.map(({ method, params }) => ({ id: method.id, params })),
    };
    await writeScan(config.out, table, result, lines, {
      ...{ read: request, files, settings, notes: [...notes, ...learningNotes], notRun, cannotSee: unseen },
    });
  }
  return { ...result, table, lines, notRun, cannotSee: unseen };
}

/** The relation by the names of its tasks; pairs that it does not know are unrelated. */
function readTrusted(path: string, table: Table): TrustedRelation {
  const { tasks, relation } = readOwnFile(path, trustedRelationFile).value;
  const names = taskNames(table);
  const place = names.map((name) => tasks.indexOf(name));
  if (place.every((at) => at < 0))
    throw new UsageError(`--trusted ${path}: none of its tasks is in the data (${names.slice(0, 3).join(", ")}, …)`);
  const out = new Float64Array(names.length ** 2);
  place.forEach((from, i) =>
    place.forEach((to, j) => {
      const value = from < 0 || to < 0 ? null : relation[from][to];
      out[i * names.length + j] = i === j ? 1 : (value ?? 0);
    }),
  );
  return { relation: out };
}
