import { catalog } from "../../catalog.ts";
import { UsageError } from "../../core/errors.ts";
import type { TrustedRelation } from "../../core/detector.ts";
import { targetOf, taskNames } from "../../core/examples.ts";
import { resolveParams } from "../../core/params.ts";
import { type Cell, type Table, cellOf, columnOf } from "../../core/table.ts";
import { encoderParams } from "../../data/encoder.ts";
import { detectorsOf } from "../../study/config.ts";
import { cannotSee } from "../../study/scan/cannot-see.ts";
import { detectorsNotRun, hasSubjects } from "../../study/scan/not-run.ts";
import { scanRows } from "../../study/scan/scan-rows.ts";
import type { ChosenDetector } from "../../study/table/run-detector.ts";
import { type AuditConfig, readRequestOf } from "../config/audit-config.ts";
import { resolveDetectors } from "../config/resolve-detectors.ts";
import { resolveLearning } from "../config/resolve-learners.ts";
import { checkConfig } from "../config/resolve-study.ts";
import { defaults } from "../config/options/study-defaults.ts";
import { readTable } from "../read/read-table.ts";
import type { ReadRequest, ReadResult } from "../read/request.ts";
import { readRequest } from "../schemas/parts.ts";
import { readOwnFile } from "../schemas/read-own-file.ts";
import { trustedRelationFile } from "../schemas/trusted-relation-file.ts";
import { tuneOnWhole } from "../train-whole.ts";
import type { RowsOfScan, ScanHooks, Scannable, Sight } from "./scannable.ts";

/** Characters of a cell. */
const mostRead = 2000;

export interface ScanConfig extends Pick<
  AuditConfig,
  "data" | "learner" | "encoder" | "detectors" | "effort" | "sharing" | "seed" | "methods"
> {
  /** What `theriac tasks --json` printed of earlier data of the same tasks, which nobody could touch. */
  readonly trusted?: string;
  /** Folder that the findings are written to; none by default. */
  readonly out?: string;
  /** Whether its page holds what rows hold, and who wrote them. */
  readonly includeRows?: boolean;
}

/** What is looked for in a table. */
interface TableScan extends Pick<ReturnType<typeof resolveLearning>, "learner" | "sharing" | "setting"> {
  readonly config: ScanConfig;
  readonly detectors: readonly ChosenDetector[];
  readonly trusted: TrustedRelation | null;
}

/** Rows with features and labels. */
export const tableScan: Scannable<ScanConfig, ReadRequest, ReadResult, TableScan> = {
  id: "table",
  request: readRequest,
  checkConfig,
  requestOf: ({ data = {} }) => readRequestOf(data),
  read: readTable,
  resolve(config, { table }) {
    const { learner, sharing, setting, notes } = resolveLearning(config, table);
    const chosen = resolveDetectors(config, targetOf(table).kind, [setting], ["row", "source", "task"], "scan");
    const detectors = detectorsOf({ detectors: chosen }, catalog);
    const trusted = config.trusted === undefined ? null : readTrusted(config.trusted, table);
    return { asked: { config, learner, sharing, setting, detectors, trusted }, notes };
  },
  look,
  rowsOf: ({ table }) => rowsOf(table),
};

async function look(
  { table }: ReadResult,
  { config, learner, sharing, setting, detectors, trusted }: TableScan,
  { signal, onProgress }: ScanHooks,
): Promise<Sight> {
  const firstSeed = config.seed ?? defaults.seed;
  const encoder = resolveParams("encoder", encoderParams, { ...config.encoder });
  onProgress?.(0, detectors.length + 1, `choosing the parameters of ${learner.id}`);
  const { rng, clean, pipeline } = await tuneOnWhole(table, { encoder, learner, sharing, firstSeed });
  const hasSources = table.roles.source !== null;
  const hasText = table.roles.features.some((name) => columnOf(table, name).kind === "text");
  const tasks = taskNames(table).length;
  const usable = detectors.filter(({ method }) => hasSubjects(method, { hasSources, hasText, tasks }));
  const result = await scanRows(pipeline.encode(clean, null), pipeline, usable, {
    rng: rng.fork("scan"),
    signal,
    trusted,
    learnsMerge: (config.effort ?? defaults.effort) !== "quick",
    onDetector: (done, total, id) => onProgress?.(done + 1, total + 1, id),
  });
  const { kind: target } = targetOf(table);
  const notRun = detectorsNotRun(catalog.detectors, result.detectors, {
    target,
    learning: setting,
    hasSources,
    hasText,
    tasks,
    effort: config.effort ?? defaults.effort,
    isNamed: config.detectors !== undefined,
  });
  const ids = usable.map(({ method, params }) => ({ id: method.id, params }));
  return {
    result,
    settings: { learner, sharing, encoder, seed: firstSeed, detectors: ids },
    notRun,
    cannotSee: cannotSee({ detectors: result.detectors, hasSources, hasText }),
  };
}

/** A row goes by its id where there is one. */
function rowsOf(table: Table): RowsOfScan {
  const { id, source, task, labels, features } = table.roles;
  const target = targetOf(table);
  const dates = table.columns.filter(({ kind }) => kind === "date").map(({ name }) => name);
  const texts = features.filter((name) => columnOf(table, name).kind === "text");
  const names = new Set([...[id, source, task].filter((name) => name !== null), ...labels, ...dates, ...texts]);
  const cellsOf = (name: string) => (row: number) => cellText(cellOf(columnOf(table, name), row));
  return {
    rows: table.rows,
    columns: Array.from(names, (name) => ({ name, cellOf: cellsOf(name) })),
    known: target.kind === "classes" ? target.names : [],
    nameOf: (row) => (id === null ? "" : cellsOf(id)(row)) || String(row + 1),
  };
}

/** A moderator reads the beginning; the file has the rest. */
function cellText(cell: Cell): string {
  if (cell === null || typeof cell === "object") return "";
  const text = String(cell);
  return text.length <= mostRead ? text : `${text.slice(0, mostRead)} … (${text.length} characters)`;
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
