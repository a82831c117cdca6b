import { createHash } from "node:crypto";
import { createReadStream, lstatSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stopIfCancelled } from "../../core/context.ts";
import { NumericalError } from "../../core/errors.ts";
import { type Codec, recall, remember } from "./answer-cache.ts";
import { absoluteWords, digestOfCommand } from "./command-files.ts";
import { keeperOfThread } from "./keeper-client.ts";
import type { Limits, Outcome } from "./messages.ts";
import type { WrittenFile } from "./written.ts";
import type { RowFormat } from "./write-rows.ts";

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

/** What a command is given for a trial. */
export interface Asked {
  /** What request.json says, and the line on standard input of one that runs on. */
  readonly request: { readonly predictions: string };
  readonly environment: Readonly<Record<string, string>>;
  /** The files to read, by name. */
  readonly files: readonly WrittenFile[];
}

export interface Question<T> {
  /** What shapes the answer besides command and files: plain data. */
  readonly about: unknown;
  /** Writes the files of a trial into its folder. */
  write(folder: string): Asked | Promise<Asked>;
  /** @throws NumericalError where what was written there is no answer */
  read(asked: Asked): T | Promise<T>;
  readonly codec: Codec<T>;
  /** It is asked again though the answer is known. */
  readonly isRepeated?: boolean;
}

/**
 * Writes what a command is to learn from and to answer into a folder of its own, runs it, and reads what it says. Nothing of the folder stays.
 *
 * @throws NumericalError for whatever keeps it from an answer: how it ended, what it wrote, what it changed, what it took
 */
export async function askCommand<T>(
  settings: CommandSettings,
  question: Question<T>,
  { signal }: { readonly signal?: { readonly aborted: boolean } | undefined },
): Promise<T> {
  stopIfCancelled(signal);
  if (digestOfCommand(settings.run, settings.from) !== settings.digest)
    throw new NumericalError(
      "the files of the command have changed since the run was begun: trials before and after are not of one learner",
    );
  const keeper = await orFail(keeperOfThread);
  let folder = "";
  try {
    const { asked, requestDigest } = await orFail(async () => {
      mkdirSync(keeper.base, { recursive: true, mode: 0o700 });
      folder = mkdtempSync(join(keeper.base, "trial-"));
      const written = await question.write(folder);
      const text = `${JSON.stringify(written.request, null, 1)}\n`;
      writeFileSync(join(folder, requestName), text, { flag: "wx" });
      return { asked: written, requestDigest: createHash("sha256").update(text).digest("hex") };
    });
    const { digest, mode, format, startIn, cache } = settings;
    const contents = asked.files.map(({ name, sha256, content }) => [name, content ?? sha256]);
    const key = createHash("sha256")
      .update(JSON.stringify([contractVersion, digest, mode, format, startIn, question.about, contents]))
      .digest("hex");
    const known = question.isRepeated === true ? null : recall(key, cache, question.codec);
    if (known !== null) return known;

    const words = absoluteWords(settings.run, settings.from);
    const limits: Limits = settings;
    const own = startIn === "own-folder" ? settings.from : null;
    const isServed = mode === "long-lived";
    const environment = { ...asked.environment, THERIAC_MODE: "each-trial", THERIAC_REQUEST: join(folder, requestName) };
    const outcome = await keeper.run({
      start: {
        words,
        folder: own ?? (isServed ? keeper.base : folder),
        // No process takes a NUL; a name that has one stands in request.json alone.
        environment: isServed
          ? { THERIAC_MODE: "long-lived" }
          : Object.fromEntries(Object.entries(environment).filter(([, value]) => !value.includes("\0"))),
      },
      limits: { seconds: limits.seconds, memoryMiB: limits.memoryMiB, diskMiB: limits.diskMiB, outputMiB: limits.outputMiB },
      watched: isServed ? keeper.base : folder,
      ...(isServed ? { line: JSON.stringify(asked.request) } : {}),
    });
    stopIfCancelled(signal);
    refuseEnding(outcome, settings, isServed);
    if (isServed) refuseAnswer(outcome);
    for (const { name, sha256 } of asked.files) await refuseChanged(join(folder, name), name, sha256);
    await refuseChanged(join(folder, requestName), requestName, requestDigest);
    const answers = await question.read(asked);
    if (question.isRepeated !== true) await remember(key, cache, answers, question.codec);
    return answers;
  } finally {
    if (folder !== "") removeQuietly(folder);
  }
}

const requestName = "request.json";

/** What the machine does not give for a trial fails that trial. */
async function orFail<T>(write: () => T | Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof NumericalError) throw error;
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
