import { Worker } from "node:worker_threads";
import { UsageError } from "../../core/errors.ts";
import { scannables } from "../kinds/scannables.ts";
import { readScanManifest, readScanned } from "../scan/read-scan.ts";
import { type RowsOfData, rowsOfData } from "./rows-of-data.ts";

/** Which data are read. */
export interface RowsAsked {
  /** Folder of the scan. */
  readonly scan: string;
  /** The data as they are here; where the scan read them by default. */
  readonly data?: string | undefined;
}

export type RowsMethod = Exclude<keyof RowsOfData, "close">;

export interface RowsCall {
  readonly id: number;
  readonly method: RowsMethod;
  readonly args: readonly unknown[];
}

export interface RowsReply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { readonly message: string; readonly isUsage: boolean };
}

/** Reads the data of a scan here. @throws UsageError where they are not what was scanned */
export async function openRows({ scan, data }: RowsAsked): Promise<RowsOfData> {
  const stored = readScanManifest(scan, scannables);
  return rowsOfData(stored.kind, await readScanned(scan, stored, data));
}

/** The same for who does not wait: what goes wrong is thrown by the first call. */
export function openRowsHere(asked: RowsAsked): RowsOfData {
  const opening = openRows(asked);
  opening.catch(() => {});
  return {
    shown: async (rows, most) => (await opening).shown(rows, most),
    contents: async (rows) => (await opening).contents(rows),
    related: async (row) => (await opening).related(row),
    close: async () => {},
  };
}

/** The same on a thread of its own, so that others need not wait while a large file is read. What goes wrong is thrown by the first call. */
export function openRowsOnThread(asked: RowsAsked): RowsOfData {
  const worker = new Worker(new URL("./rows-worker.js", import.meta.url), { workerData: asked });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let last = 0;
  let gone: Error | null = null;
  const end = (error: Error): void => {
    gone = error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on("message", ({ id, value, error }: RowsReply) => {
    const call = waiting.get(id);
    waiting.delete(id);
    // An idle thread keeps nobody from ending.
    if (waiting.size === 0) worker.unref();
    if (error === undefined) call?.resolve(value);
    else call?.reject(error.isUsage ? new UsageError(error.message) : new Error(error.message));
  });
  worker.on("error", (error) => end(error instanceof Error ? error : new Error(String(error))));
  worker.on("exit", () => end(gone ?? new Error("the thread that reads the data has ended")));
  worker.unref();
  const call = <T>(method: RowsMethod, ...args: readonly unknown[]): Promise<T> =>
    new Promise<unknown>((resolve, reject) => {
      if (gone !== null) return reject(gone);
      waiting.set(++last, { resolve, reject });
      worker.ref();
      worker.postMessage({ id: last, method, args } satisfies RowsCall);
    }) as Promise<T>;
  return {
    shown: (rows, most) => call("shown", rows, most),
    contents: (rows) => call("contents", rows),
    related: (row) => call("related", row),
    close: async () => {
      await worker.terminate();
    },
  };
}
