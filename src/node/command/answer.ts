import { createHash } from "node:crypto";
import { createReadStream, lstatSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stopIfCancelled } from "../../core/context.ts";
import type { Target } from "../../core/dataset.ts";
import { NumericalError } from "../../core/errors.ts";
import { targetOf } from "../../core/examples.ts";
import type { OutsideAnswers, OutsideTask } from "../../core/learner.ts";
import { type Cell, columnOf } from "../../core/table.ts";
import { recall, remember } from "./answer-cache.ts";
import { absoluteWords, digestOfCommand } from "./command-files.ts";
import { keeperOfThread } from "./keeper-client.ts";
import type { Limits, Outcome } from "./messages.ts";
import { readPredictions } from "./read-predictions.ts";
import { type RowFormat, type WrittenColumn, cellsOf, writeRows } from "./write-rows.ts";

/** How a command is run; see the parameters of the learner `command`. */
export interface CommandSettings {
  readonly run: readonly string[];
  readonly mode: "each-trial" | "long-lived";
  readonly format: RowFormat;
  readonly startIn: "trial-folder" | "own-folder";
  readonly seconds: number;
  readonly memoryMiB: number;
  readonly diskMiB: number;
  readonly outputMiB: number;
  readonly cache: string;
  /** The folder that files in `run` are seen from. */
  readonly from: string;
  /** Of the words and the files that they name. */
  readonly digest: string;
}

/** The version of what a command is told and must answer. */
export const contractVersion = 1;

/**
 * Writes what a command is to learn from and to answer into a folder of its own, runs it, and reads what it says of every row. Nothing of the folder stays.
 *
 * @throws NumericalError for whatever keeps it from an answer: how it ended, what it wrote, what it changed, what it took
 */
export async function answerOf(
  settings: CommandSettings,
  task: OutsideTask,
  { signal, anew = false }: { readonly signal?: { readonly aborted: boolean } | undefined; readonly anew?: boolean },
): Promise<OutsideAnswers> {
  stopIfCancelled(signal);
  if (digestOfCommand(settings.run, settings.from) !== settings.digest)
    throw new NumericalError(
      "the files of the command have changed since the run was begun: trials before and after are not of one learner",
    );
  const keeper = orFail(keeperOfThread);
  let folder = "";
  try {
    const target = targetOf(task.table);
    const asked = orFail(() => {
      mkdirSync(keeper.base, { recursive: true, mode: 0o700 });
      folder = mkdtempSync(join(keeper.base, "trial-"));
      return writeTask(folder, settings, task, target);
    });
    const rows = task.test.reduce((sum, part) => sum + part.rows.length, 0);
    const key = createHash("sha256")
      .update(
        JSON.stringify([
          contractVersion,
          settings.digest,
          settings.mode,
          settings.format,
          settings.startIn,
          task.seed,
          target,
          asked.digests,
        ]),
      )
      .digest("hex");
    const known = anew ? null : recall(key, settings.cache, rows);
    if (known !== null) return known;

    const words = absoluteWords(settings.run, settings.from);
    const limits: Limits = settings;
    const own = settings.startIn === "own-folder" ? settings.from : null;
    const isServed = settings.mode === "long-lived";
    const outcome = await keeper.run({
      start: {
        words,
        folder: own ?? (isServed ? keeper.base : folder),
        environment: isServed ? { THERIAC_MODE: "long-lived" } : asked.environment,
      },
      limits: { seconds: limits.seconds, memoryMiB: limits.memoryMiB, diskMiB: limits.diskMiB, outputMiB: limits.outputMiB },
      watched: isServed ? keeper.base : folder,
      ...(isServed ? { line: JSON.stringify(asked.request) } : {}),
    });
    stopIfCancelled(signal);
    refuseEnding(outcome, settings, isServed);
    if (isServed) refuseAnswer(outcome);
    for (const [path, digest] of [...asked.digests, ["request.json", asked.requestDigest] as const])
      await refuseChanged(join(folder, path), path, digest);
    const answers = readPredictions(asked.request.predictions, { format: settings.format, id: asked.request.id, rows, target });
    await remember(key, settings.cache, answers);
    return answers;
  } finally {
    if (folder !== "") removeQuietly(folder);
  }
}

/** What the machine does not give for a trial fails that trial. */
function orFail<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw new NumericalError(`the folder of the trial cannot be written: ${JSON.stringify((error as Error).message)}`);
  }
}

/** What a command has locked stays until its keeper ends. */
function removeQuietly(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // It is looked after when the keeper ends.
  }
}

/** What a command is told, as request.json, in its environment, or as a line on standard input. */
interface Request {
  readonly contract: number;
  readonly folder: string;
  readonly train: string;
  readonly test: string;
  readonly predictions: string;
  readonly format: RowFormat;
  readonly label: string;
  readonly id: string;
  /** Columns to learn from, and those among them that hold numbers, categories and free text. */
  readonly features: readonly string[];
  readonly numbers: readonly string[];
  readonly categories: readonly string[];
  readonly texts: readonly string[];
  /** null where the label is a number. */
  readonly classes: readonly string[] | null;
  readonly seed: number;
}

interface Asked {
  readonly request: Request;
  readonly environment: Readonly<Record<string, string>>;
  /** Of the files that the command is given, by name. */
  readonly digests: readonly (readonly [name: string, sha256: string])[];
  /** Of request.json, which holds the folder: where that is called otherwise, the question is the same. */
  readonly requestDigest: string;
}

/** The label column in training only, the id column in the test only; all other columns are those of the data. No name of the data becomes the name of a file. */
function writeTask(folder: string, { format }: CommandSettings, { table, train, test, seed }: OutsideTask, target: Target): Asked {
  const [label] = table.roles.labels;
  const labelCell = (k: number): Cell => (target.kind === "real" ? train.y[k] : target.names[train.y[k]]);
  const trainColumns = table.columns.map((column): WrittenColumn =>
    column.name === label ? { name: label, cell: labelCell } : cellsOf(column, (k) => train.rows[k]),
  );
  const id = freeName(
    "row_id",
    table.columns.map(({ name }) => name),
  );
  const places = test.flatMap((part) => Array.from(part.rows, (row) => ({ part, row })));
  const testColumns = table.columns
    .filter(({ name }) => name !== label)
    .map(({ name }): WrittenColumn => {
      const byPart = new Map(test.map((part) => [part, cellsOf(columnOf(part.table, name), (row) => row)]));
      return { name, cell: (k) => byPart.get(places[k].part)!.cell(places[k].row) };
    });
  const ids: WrittenColumn = { name: id, cell: (k) => String(k + 1) };

  const featuresOf = (kind: string): string[] => table.roles.features.filter((name) => columnOf(table, name).kind === kind);
  const names = { train: `train.${format}`, test: `test.${format}`, request: "request.json" };
  const request: Request = {
    contract: contractVersion,
    folder,
    train: join(folder, names.train),
    test: join(folder, names.test),
    predictions: join(folder, `predictions.${format}`),
    format,
    label,
    id,
    features: table.roles.features,
    ...{ numbers: featuresOf("number"), categories: featuresOf("category"), texts: featuresOf("text") },
    classes: target.kind === "classes" ? target.names : null,
    seed,
  };
  const digests = [
    [names.train, writeRows(request.train, format, trainColumns, train.rows.length)],
    [names.test, writeRows(request.test, format, [ids, ...testColumns], places.length)],
  ] as [string, string][];
  const text = `${JSON.stringify(request, null, 1)}\n`;
  writeFileSync(join(folder, names.request), text, { flag: "wx" });
  const environment = {
    THERIAC_MODE: "each-trial",
    THERIAC_REQUEST: join(folder, names.request),
    THERIAC_FOLDER: folder,
    THERIAC_TRAIN: request.train,
    THERIAC_TEST: request.test,
    THERIAC_PREDICTIONS: request.predictions,
    THERIAC_FORMAT: format,
    THERIAC_LABEL: label,
    THERIAC_LABEL_POSITION: String(table.columns.findIndex(({ name }) => name === label) + 1),
    THERIAC_ID: id,
    THERIAC_TASK: target.kind === "classes" ? "classes" : "number",
    THERIAC_SEED: String(seed),
  };
  return {
    request,
    // No process takes a NUL; a name that has one stands in request.json alone.
    environment: Object.fromEntries(Object.entries(environment).filter(([, value]) => !value.includes("\0"))),
    digests,
    requestDigest: createHash("sha256").update(text).digest("hex"),
  };
}

function freeName(wanted: string, taken: readonly string[]): string {
  for (let k = 1; ; k++) {
    const name = k === 1 ? wanted : `${wanted}_${k}`;
    if (!taken.includes(name)) return name;
  }
}

/** @throws NumericalError unless the command did what it should as far as its processes tell */
function refuseEnding({ broken, exit, detail, lastWords }: Outcome, limits: Limits, isServed: boolean): void {
  const said = lastWords.trim() === "" ? "" : `; the last of its error output: ${JSON.stringify(lastLines(lastWords))}`;
  const reasons = {
    start: `it cannot be started: ${JSON.stringify(detail)}`,
    time: `it was ended after ${limits.seconds} s, its time limit (command:seconds=…)`,
    memory: `it was ended above ${limits.memoryMiB} MiB of memory, its limit (command:memoryMiB=…)`,
    disk: `it was ended when it had written more than ${limits.diskMiB} MiB, or 100,000 files, into its folder (command:diskMiB=…)`,
    output: `it was ended when it had said more than ${limits.outputMiB} MiB, or a line of more than 1 MiB (command:outputMiB=…)`,
    children: `it left ${detail === "1" ? "a process" : `${detail} processes`} running when it ended, which ${detail === "1" ? "was" : "were"} ended too`,
    stray: `it said a line on standard output that nobody had asked for: ${JSON.stringify(detail)}`,
  };
  const ended =
    exit === null
      ? null
      : exit.signal !== null
        ? `it was ended by the signal ${exit.signal}`
        : exit.code !== 0 || isServed
          ? `it ended with exit status ${exit.code}${isServed ? " in place of an answer" : ""}`
          : null;
  // Whatever else it did, one that ended badly is told of by how it ended.
  const reason = broken === null || broken === "children" ? (ended ?? (broken === null ? null : reasons[broken])) : reasons[broken];
  if (reason !== null) throw new NumericalError(`the command failed: ${reason}${said}`);
}

/** A command that runs on answers each line that it is handed with {"ok": true}, or says why not. */
function refuseAnswer({ line }: Outcome): void {
  let answer: unknown;
  try {
    answer = JSON.parse(line ?? "");
  } catch {
    answer = null;
  }
  const { ok, error } = (typeof answer === "object" && answer !== null ? answer : {}) as {
    readonly ok?: unknown;
    readonly error?: unknown;
  };
  if (ok === true) return;
  const said = typeof error === "string" ? error : (line ?? "");
  throw new NumericalError(
    `the command failed: ${ok === false ? "it answered that it could not" : 'its answer is not {"ok": true}'}: ${JSON.stringify(lastLines(said))}`,
  );
}

/** The last lines, as far as they are not long; places in a stack tell less than the error that stands above them. */
function lastLines(text: string): string {
  const told = text
    .trimEnd()
    .split("\n")
    .filter((line) => !/^\s+at \S/.test(line) && line.trim() !== "");
  const lines = told.slice(-6).join("\n");
  return lines.length <= 800 ? lines : `…${lines.slice(-799)}`;
}

async function refuseChanged(path: string, name: string, digest: string): Promise<void> {
  const changed = new NumericalError(`the command failed: it changed ${name}, which it was given to read`);
  try {
    if (!lstatSync(path).isFile()) throw changed;
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    if (hash.digest("hex") !== digest) throw changed;
  } catch {
    throw changed;
  }
}
