import { createWriteStream, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { CancelledError, UsageError } from "../../../core/errors.ts";
import type { Note, SourceFile } from "../request.ts";
import { rawHead } from "../delimited/read-text.ts";

/** What stands for standard input where a file is named. */
export const standardInput = "-";

interface Read {
  readonly notes: readonly Note[];
  readonly files: readonly SourceFile[];
}

/**
 * Reads what `data` names; of standard input from a file that is there only meanwhile, whose name is said nowhere. It is removed too where the program is
 * stopped.
 */
export async function withStandardInput<T extends Read>(data: string, work: (path: string) => Promise<T>): Promise<T> {
  if (data !== standardInput) return work(data);
  if (process.stdin.isTTY) throw new UsageError("- stands for standard input, and nothing comes over it: pipe the data in, or name a file");
  const folder = mkdtempSync(join(tmpdir(), "theriac-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  let isStopped = false;
  const stop = (signal: NodeJS.Signals): void => {
    isStopped = true;
    remove();
    process.stdin.destroy();
    // Where nobody else listens, the program ends as it would have.
    if (process.listenerCount(signal) === 1) {
      process.off(signal, stop);
      process.kill(process.pid, signal);
    }
  };
  for (const signal of signals) process.on(signal, stop);
  process.on("exit", remove);
  const plain = (text: string): string =>
    [join(folder, "standard-input.gz"), join(folder, "standard-input")]
      .reduce((said, path) => said.replaceAll(path, "standard input"), text)
      .replace("standard input: its ending says no format; by its content it is read", "standard input is read");
  try {
    const result = await work(await spool(join(folder, "standard-input")));
    return {
      ...result,
      notes: result.notes.map((note) => ({ ...note, text: plain(note.text) })),
      files: result.files.map((file) => ({ ...file, path: standardInput })),
    };
  } catch (error) {
    if (isStopped) throw new CancelledError("stopped while standard input was read");
    if (error instanceof UsageError) throw new UsageError(plain(error.message));
    throw error;
  } finally {
    remove();
    process.off("exit", remove);
    for (const signal of signals) process.off(signal, stop);
  }
}

/** What a run remembers of where its data are: the place of a file from anywhere, and that there was none. */
export function keptPlace(data: string): string {
  return data === standardInput ? data : resolve(data);
}

/** @throws UsageError where a run that is to go on was begun with data that came over standard input */
export function refuseGone(run: string, data: string): void {
  if (data === standardInput)
    throw new UsageError(`${run} was begun with data that came over standard input and are gone: save them to a file and begin it again`);
}

async function spool(path: string): Promise<string> {
  try {
    await pipeline(process.stdin, createWriteStream(path, { flags: "wx", mode: 0o600 }));
  } catch (error) {
    throw new UsageError(`standard input cannot be read: ${(error as Error).message}`);
  }
  const { bytes } = await rawHead(path, 4);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return path;
  renameSync(path, `${path}.gz`);
  return `${path}.gz`;
}
