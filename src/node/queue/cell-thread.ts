import { totalmem } from "node:os";
import { Worker } from "node:worker_threads";
import { UsageError } from "../../core/errors.ts";
import type { TrialRecord } from "../../study/record.ts";
import type { CellTask, WorkerData, WorkerReply } from "../workers/messages.ts";

/** What a cell came to. */
export type CellOutcome =
  | {
      readonly kind: "done";
      readonly records: readonly TrialRecord[];
      readonly patch: string | null;
      /** Parameters that were tuned on the way; undefined = none were. */
      readonly tuned: unknown;
    }
  /** Of the work: it took the memory, or ended the thread. */
  | { readonly kind: "died"; readonly reason: string }
  /** It was told to stop. */
  | { readonly kind: "stopped" };

/** A thread that runs one cell after another, and can be begun anew. */
export interface CellThread {
  /** @throws whatever the cell threw, and where no thread can be started */
  run(task: CellTask): Promise<CellOutcome>;
  /** Ends what runs; the next cell gets a new thread. */
  stop(): Promise<void>;
}

/** @param threads that share the machine's memory */
export function makeCellThread(data: WorkerData, threads: number): CellThread {
  let worker: Worker | null = null;
  const stopped = new WeakSet<Worker>();
  const memoryMiB = Math.max(256, Math.floor((0.75 * totalmem()) / threads / 2 ** 20));

  function start(): Worker {
    const own = new Worker(new URL("../workers/study-worker.js", import.meta.url), {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: memoryMiB },
    });
    // One that ends between two cells is replaced by the next.
    own.on("error", () => {});
    own.once("exit", () => {
      if (worker === own) worker = null;
    });
    return own;
  }

  return {
    run(task) {
      return new Promise<CellOutcome>((resolve, reject) => {
        const own = (worker ??= start());
        let tuned: unknown;
        let failure: (Error & { readonly code?: string }) | null = null;
        const settle = (act: () => void): void => {
          own.off("message", onMessage);
          own.off("error", onError);
          own.off("exit", onExit);
          act();
        };
        const onMessage = (message: WorkerReply): void => {
          if (message.type === "tuned") tuned = message.learnerParams;
          else if (message.type === "done") settle(() => resolve({ kind: "done", records: message.records, patch: message.patch, tuned }));
          else if (message.type === "error")
            settle(() => reject(message.isUsage ? new UsageError(message.message) : new Error(message.message)));
        };
        const onError = (error: Error): void => {
          failure = error;
        };
        const onExit = (code: number): void => {
          const isOutOfHeap = failure?.code === "ERR_WORKER_OUT_OF_MEMORY";
          const reason = isOutOfHeap ? `out of memory (limit ${memoryMiB} MiB)` : (failure?.message ?? `exit code ${code}`);
          settle(() => resolve(stopped.has(own) ? { kind: "stopped" } : { kind: "died", reason }));
        };
        own.on("message", onMessage);
        own.on("error", onError);
        own.on("exit", onExit);
        own.postMessage(task);
      });
    },
    async stop() {
      const own = worker;
      if (own === null) return;
      worker = null;
      stopped.add(own);
      await own.terminate();
    },
  };
}
