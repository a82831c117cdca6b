import { catalog } from "../../catalog.ts";
import { givenModel } from "../../blocks/held-out/given-model.ts";
import type { RunContext } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import { UsageError } from "../../core/errors.ts";
import type { Model } from "../../core/learner.ts";
import type { TrustedRelation } from "../../core/detector.ts";
import { targetOf, taskNames } from "../../core/examples.ts";
import { resolveParams } from "../../core/params.ts";
import { rowContent } from "../../core/row-content.ts";
import { type Cell, type Table, cellOf, columnOf } from "../../core/table.ts";
import { makeRng } from "../../numeric/random.ts";
import { encoderParams } from "../../data/encoder.ts";
import { detectorsOf } from "../../study/config.ts";
import { cannotSee } from "../../study/scan/cannot-see.ts";
import { detectorsNotRun, hasSubjects } from "../../study/scan/not-run.ts";
import { type OwnModel, embedder, takesOf } from "../../study/scan/own-model.ts";
import { type PlainSaid, type ScanUnit, hearing, plainSaid, saidAgain } from "../../study/scan/hear.ts";
import { scanRows } from "../../study/scan/scan-rows.ts";
import { listText } from "../../report/words/words.ts";
import type { ChosenDetector, Learning } from "../../study/table/run-detector.ts";
import { type AuditConfig, readRequestOf } from "../config/audit-config.ts";
import { resolveDetectors } from "../config/resolve-detectors.ts";
import { resolveLearning } from "../config/resolve-learners.ts";
import { checkConfig } from "../config/resolve-study.ts";
import { defaults } from "../config/options/study-defaults.ts";
import { readTable } from "../read/read-table.ts";
import type { ReadRequest } from "../read/request.ts";
import { readRequest } from "../schemas/parts.ts";
import { readOwnFile } from "../schemas/read-own-file.ts";
import { trustedRelationFile } from "../schemas/trusted-relation-file.ts";
import { learnerFor, tuneOnWhole } from "../train-whole.ts";
import { type OwnNumbers, leakOf, readOwnNumbers } from "./own-model.ts";
import { subTable } from "../../data/sub-table.ts";
import { countOf } from "../../report/words/words.ts";
import { type ReadAgainst, againstText, holdAgainstOld } from "./old-rows.ts";
import type { RowsOfScan, ScanHooks, Scannable, Sight } from "./scannable.ts";

/** Characters of a cell. */
const mostRead = 2000;

export interface ScanConfig extends Pick<
  AuditConfig,
  "data" | "learner" | "encoder" | "detectors" | "effort" | "sharing" | "seed" | "methods"
> {
  /** What `theriac tasks --json` printed of earlier data of the same tasks, which nobody could touch. */
  readonly trusted?: string;
  /** Out-of-sample probabilities of each class by the user's own model, a row for each row of the data. */
  readonly probabilities?: string;
  /** How the user's own model sees the rows, numbers for each. */
  readonly embeddings?: string;
  /** Old data of the same columns: rows that say what one of these says are the reference, and what is left is judged. */
  readonly against?: string;
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
export const tableScan: Scannable<ScanConfig, ReadRequest, ReadAgainst, TableScan> = {
  id: "table",
  request: readRequest,
  checkConfig,
  requestOf: ({ data = {}, against }) => ({ ...readRequestOf(data), ...(against === undefined ? {} : { against }) }),
  read: async (request) => holdAgainstOld(await readTable(request)),
  resolve(config, { table, old }) {
    const { learner, sharing, setting, notes: told } = resolveLearning(config, table);
    const notes = old === undefined ? told : [...told, { level: "info", text: againstText(old) } as const];
    const chosen = resolveDetectors(config, targetOf(table).kind, [setting], ["row", "source", "task"], "scan");
    const detectors = detectorsOf({ detectors: chosen }, catalog);
    if (old !== undefined && old.known === 0 && hasOwnNumbers(config))
      throw new UsageError(
        "--probabilities and --embeddings are of the rows that are scanned, and none of these is in the old data, so nothing is there to hold the addition against: scan a file of both, with its numbers",
      );
    const trusted = config.trusted === undefined ? null : readTrusted(config.trusted, table);
    return { asked: { config, learner, sharing, setting, detectors, trusted }, notes };
  },
  look,
  units: { module: import.meta.url, open: openDetectors },
  rowsOf: ({ table, files }) =>
    rowsOf(
      table,
      files.reduce((sum, { rows }) => sum + rows, 0),
    ),
  oldRowsOf: ({ old }) => old ?? null,
};

/** Nothing is trained where there is nothing to judge. */
const nothingAdded: Sight = {
  result: {
    ...{ rows: [], sources: [], campaigns: [], tasks: [], expectedFalseAlarms: null, detectors: [] },
    falseAlarms: { statedRows: 0, expected: 0, unknownRows: 0, unknownBy: [] },
  },
  settings: {},
  notRun: [],
  cannotSee: ["anything: no row was added, so none was judged"],
};

function hasOwnNumbers({ probabilities, embeddings }: ScanConfig): boolean {
  return (probabilities ?? embeddings) !== undefined;
}

/** Without the old rows that the data have no longer, of which numbers of one's own say nothing. */
function withoutGone({ table, judged, old, ...read }: ReadAgainst): ReadAgainst {
  if (old === undefined || judged === undefined || old.gone === 0)
    return { table, ...(judged && { judged }), ...(old && { old }), ...read };
  const rows = table.rows - old.gone;
  const kept = Int32Array.from({ length: rows }, (_, row) => row);
  return { ...read, table: subTable(table, kept), judged: judged.subarray(0, rows), old };
}

async function look(
  read: ReadAgainst,
  { config, learner, sharing, setting, detectors, trusted }: TableScan,
  { signal, onNote, onProgress, share }: ScanHooks,
): Promise<Sight> {
  const isOwn = hasOwnNumbers(config);
  const { table, judged, old } = isOwn ? withoutGone(read) : read;
  if (old?.added === 0) return nothingAdded;
  if (isOwn && old !== undefined && old.gone > 0)
    onNote?.({
      level: "info",
      text: `${countOf(old.gone, "old row")} that the data have no longer: left out, as no numbers of your model are of them`,
    });
  // What does not fit the rows is refused before anything is trained.
  const numbers = await readOwnNumbers(config, table);
  const firstSeed = config.seed ?? defaults.seed;
  const encoder = resolveParams("encoder", encoderParams, { ...config.encoder });
  onProgress?.(0, detectors.length + 1, `choosing the parameters of ${learner.id}`);
  const { rng, clean, pipeline } = await tuneOnWhole(table, { encoder, learner, sharing, firstSeed });
  const hasSources = table.roles.source !== null;
  const hasText = table.roles.features.some((name) => columnOf(table, name).kind === "text");
  const tasks = taskNames(table).length;
  const data = pipeline.encode(clean, null);
  const context = { rng: rng.fork("scan"), signal };
  const embeddingParams: unknown = await tunedOnEmbeddings(numbers, data.data, pipeline, context);
  const own = ownModelOf(numbers, pipeline, embeddingParams);
  // Embeddings are a table without text.
  const usable = detectors.filter(({ method }) =>
    hasSubjects(method, { hasSources, hasText: hasText && !(own !== undefined && takesOf(method, own).embeddings), tasks }),
  );
  for (const text of numbers.told) onNote?.({ level: "info", text });
  if (own !== undefined) onNote?.({ level: "info", text: takersText(own, usable) });
  const fit = (rows: Dataset, start: Model | null): Promise<Model> =>
    pipeline.learner.fit(rows, { ...context, params: pipeline.learnerParams, start });
  const leak =
    numbers.probabilities === null ? null : await leakOf(numbers.probabilities, data.data, fit, { ...context, rng: rng.fork("leak") });
  if (leak !== null) onNote?.({ level: "warning", text: leak });
  const { learnerParams } = pipeline;
  const runner = share?.({
    table,
    data: data.data,
    ...{ learner, sharing, learnerParams, numbers, embeddingParams, trusted },
    firstSeed,
    detectors: usable.map(({ method: { id }, params }) => ({ id, params })),
  } satisfies SharedScan);
  const result = await scanRows(data, pipeline, usable, {
    ...context,
    own,
    trusted,
    judged,
    hear: runner && (async (units, onStart) => (await runner.run<ScanUnit, PlainSaid>(units, onStart)).map(saidAgain)),
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
    settings: {
      ...(numbers.probabilities === null ? {} : { probabilities: config.probabilities }),
      ...(numbers.embeddings === null ? {} : { embeddings: config.embeddings }),
      learner,
      sharing,
      encoder,
      seed: firstSeed,
      detectors: ids,
    },
    notRun,
    cannotSee: [
      ...cannotSee({ detectors: result.detectors, hasSources, hasText }),
      ...(leak === null
        ? []
        : [
            "wrong labels that the model of --probabilities has learned by heart (its table looks like predictions on the very rows that it was trained on)",
          ]),
      ...(old === undefined ? [] : ["poison among the old rows (they are what the addition is held against, and are not judged)"]),
    ],
  };
}

/** The learner's parameters tuned on the rows as the user's model sees them; null where embeddings were not given. */
async function tunedOnEmbeddings(
  { embeddings }: OwnNumbers,
  data: Dataset,
  { learner, learnerParams }: Learning,
  context: RunContext,
): Promise<unknown> {
  if (embeddings === null) return null;
  const rows = embedder(embeddings.values, embeddings.cols)(data);
  return learner.tune(rows, { ...context, rng: context.rng.fork("embeddings"), params: learnerParams });
}

/** The user's model as detectors are given it; undefined where nothing was given. */
function ownModelOf(
  { probabilities, embeddings }: OwnNumbers,
  { learner }: Pick<Learning, "learner">,
  embeddingParams: unknown,
): OwnModel | undefined {
  if (probabilities === null && embeddings === null) return undefined;
  return {
    given: probabilities === null ? null : givenModel(probabilities.chances, probabilities.classes),
    embedding:
      embeddings === null
        ? null
        : { embed: embedder(embeddings.values, embeddings.cols), learning: { learner, learnerParams: embeddingParams } },
  };
}

/** What threads that hear detectors are given. */
interface SharedScan extends Pick<TableScan, "learner" | "sharing" | "trusted"> {
  readonly table: Table;
  /** The rows as they are encoded. */
  readonly data: Dataset;
  readonly learnerParams: unknown;
  readonly numbers: OwnNumbers;
  readonly embeddingParams: unknown;
  readonly firstSeed: number;
  readonly detectors: readonly { readonly id: string; readonly params: unknown }[];
}

function openDetectors(shared: object): (unit: ScanUnit) => Promise<PlainSaid> {
  const {
    table,
    data,
    learner: chosen,
    sharing,
    learnerParams,
    numbers,
    embeddingParams,
    trusted,
    firstSeed,
    detectors,
  } = shared as SharedScan;
  const learning = { learner: learnerFor(table, { learner: chosen, sharing }).learner, learnerParams };
  const own = ownModelOf(numbers, learning, embeddingParams);
  const rng = makeRng(firstSeed).fork("scan");
  const hear = hearing({ data, table }, learning, detectorsOf({ detectors }, catalog), { rng, own, trusted });
  return async (unit) => plainSaid(await hear(unit), unit);
}

/** Which detectors take what was given. */
function takersText(own: OwnModel, detectors: readonly ChosenDetector[]): string {
  const ids = (of: "probabilities" | "embeddings"): string => {
    const found = detectors.filter(({ method }) => takesOf(method, own)[of]).map(({ method }) => method.id);
    return found.length === 0
      ? `no detector that is asked takes ${of} (--effort standard asks more)`
      : `${of} are taken by ${listText(found)}`;
  };
  return [...(own.given === null ? [] : [ids("probabilities")]), ...(own.embedding === null ? [] : [ids("embeddings")])].join("; ");
}

/** A row goes by its id where there is one. */
function rowsOf(table: Table, rows: number): RowsOfScan {
  const { id, source, task, labels, features } = table.roles;
  const target = targetOf(table);
  const dates = table.columns.filter(({ kind }) => kind === "date").map(({ name }) => name);
  const texts = features.filter((name) => columnOf(table, name).kind === "text");
  const names = new Set([...[id, source, task].filter((name) => name !== null), ...labels, ...dates, ...texts]);
  const cellsOf = (name: string) => (row: number) => cellText(cellOf(columnOf(table, name), row));
  return {
    rows,
    columns: Array.from(names, (name) => ({ name, cellOf: cellsOf(name) })),
    known: target.kind === "classes" ? target.names : [],
    nameOf: (row) => (id === null ? "" : cellsOf(id)(row)) || String(row + 1),
    contentOf: rowContent(table),
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
