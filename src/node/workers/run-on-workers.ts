import { totalmem } from "node:os";
import { Worker } from "node:worker_threads";
import { catalog } from "../../catalog.ts";
import { CancelledError, UsageError } from "../../core/errors.ts";
import type { Table } from "../../core/table.ts";
import type { StudyConfig } from "../../study/config.ts";
import type { Cell, TrialSpec } from "../../study/plan.ts";
import { failedRecord } from "../../study/base-record.ts";
import type { StudyOptions } from "../../study/run-study.ts";
import type { CellTask, WorkerData, WorkerReply } from "./messages.ts";
import { shareTable } from "./share-table.ts";

/** How the error of a trial begins whose worker died; that says more of the machine than of the trial, so a resumed run tries it again. */
export const workerDied = "the worker died: ";

interface Task {
  readonly cell: Cell;
  readonly wanted: readonly TrialSpec[];
}

interface Seat {
  worker: Worker;
  /** The seed whose setup the worker holds. */
  seed: number | null;
  running: Task | null;
}

/**
 * Runs the cells of a plan on worker threads; the records are those of `runStudy` to the byte, times apart. A worker keeps to the cells of one seed
 * while there are any, because they share a split, tuned parameters and a clean model; then it takes a new seed, or helps with one whose
 * parameters are tuned. A worker that dies fails the trials that it was running, and another takes its seat.
 */
export async function runOnWorkers(
  input: { readonly table: Table; readonly config: StudyConfig },
  cells: readonly Cell[],
  options: Omit<StudyOptions, "now" | "signal"> & {
    readonly jobs: number;
    readonly signal?: AbortSignal | undefined;
    /** Heap of each worker; by default three quarters of the machine's memory are shared out. Shared arrays do not count. */
    readonly memoryMiB?: number;
  },
): Promise<void> {
  const total = cells.reduce((sum, cell) => sum + cell.trials.length, 0);
  const tasks = cells
    .map((cell): Task => ({ cell, wanted: cell.trials.filter((trial) => options.recorded?.has(trial.id) !== true) }))
    .filter((task) => task.wanted.length > 0);
  const open = total - tasks.reduce((sum, task) => sum + task.wanted.length, 0);
  const pending = new Map<number, Task[]>();
  for (const task of tasks) pending.set(task.cell.seed, [...(pending.get(task.cell.seed) ?? []), task]);
  const tuned = new Map<number, unknown>();
  const started = new Set<number>();
  const data: WorkerData = { table: shareTable(input.table), config: input.config };
  const seats: Seat[] = [];

  let done = open;
  let unfinished = tasks.length;
  let recording: Promise<void> = Promise.resolve();
  let settle: { resolve: () => void; reject: (error: unknown) => void };
  const finished = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  finished.catch(() => {});

  /** A cell of the worker's own seed, else of one that nobody has begun, else of the tuned seed with most left to do. */
  function nextTask(seat: Seat): Task | null {
    const left = [...pending].filter(([, queue]) => queue.length > 0);
    const own = left.find(([seed]) => seed === seat.seed);
    const unstarted = left.filter(([seed]) => !started.has(seed));
    const fresh = unstarted[0];
    const helped = left.filter(([seed]) => tuned.has(seed)).sort((a, b) => b[1].length - a[1].length)[0];
    // The last seeds, too few for all workers, are begun early: a seed that is being tuned can have no helpers.
    const isLastRound = unstarted.length < seats.length;
    const [, queue] = (isLastRound ? fresh : undefined) ?? own ?? fresh ?? helped ?? [null, []];
    return queue.shift() ?? null;
  }

  function dispatch(): void {
    for (const seat of seats) {
      if (seat.running !== null) continue;
      const task = nextTask(seat);
      if (task === null) continue;
      seat.running = task;
      seat.seed = task.cell.seed;
      started.add(task.cell.seed);
      options.onProgress?.(done, total, task.cell);
      const message: CellTask = { ...task, learnerParams: tuned.get(task.cell.seed) };
      seat.worker.postMessage(message);
    }
  }

  /** Records in the order in which cells end; the next cell does not wait for the disk. */
  function record(task: Task, ...result: [Parameters<StudyOptions["onCell"]>[1], Parameters<StudyOptions["onCell"]>[2]]): void {
    recording = recording.then(() => options.onCell(task.cell, ...result));
    recording
      .then(() => {
        done += task.wanted.length;
        if (--unfinished === 0) settle.resolve();
      })
      .catch((error: unknown) => settle.reject(error));
  }

  function onReply(seat: Seat, message: WorkerReply): void {
    const task = seat.running;
    if (message.type === "tuned") tuned.set(message.seed, message.learnerParams);
    else if (message.type === "error") {
      const error = message.isUsage ? new UsageError(message.message) : new Error(message.message);
      if (message.stack !== undefined) error.stack = message.stack;
      settle.reject(error);
    } else if (task !== null) {
      seat.running = null;
      record(task, message.records, message.poison);
    }
    dispatch();
  }

  function onDeath(seat: Seat, reason: string): void {
    const task = seat.running;
    if (task === null && unfinished === 0) return;
    if (task !== null) {
      const message = `${workerDied}${reason}`;
      record(
        task,
        task.wanted.map((spec) => failedRecord({ ...input, methods: catalog }, task.cell, spec, message)),
        null,
      );
      // Nobody else can learn what this worker was to tune; the seed starts anew.
      if (!tuned.has(task.cell.seed)) started.delete(task.cell.seed);
    }
    // Where nothing is left to hand out, the seat stays empty.
    if ([...pending.values()].every((queue) => queue.length === 0)) return;
    sit(seat);
    dispatch();
  }

  /** Starts a worker for this seat. */
  function sit(seat: Seat): void {
    const memory = options.memoryMiB ?? Math.max(256, Math.floor((0.75 * totalmem()) / Math.min(options.jobs, tasks.length) / 2 ** 20));
    const worker = new Worker(new URL("./study-worker.js", import.meta.url), {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: memory },
    });
    let reason = "";
    seat.worker = worker;
    seat.seed = null;
    seat.running = null;
    worker.on("message", (message: WorkerReply) => onReply(seat, message));
    worker.on(
      "error",
      (error: Error & { code?: string }) =>
        (reason = error.code === "ERR_WORKER_OUT_OF_MEMORY" ? `out of memory (limit ${memory} MiB)` : error.message),
    );
    worker.once("exit", (code) => {
      if (seat.worker === worker && unfinished > 0) onDeath(seat, reason || `exit code ${code}`);
    });
  }

  const cancel = (): void => settle.reject(new CancelledError("stopped on request"));
  options.signal?.addEventListener("abort", cancel);
  try {
    if (options.signal?.aborted) cancel();
    else if (tasks.length === 0) return;
    else {
      for (let i = 0; i < Math.min(options.jobs, tasks.length); i++) {
        const seat = { worker: null as unknown as Worker, seed: null, running: null };
        seats.push(seat);
        sit(seat);
      }
      dispatch();
    }
    await finished;
  } finally {
    options.signal?.removeEventListener("abort", cancel);
    unfinished = 0;
    await Promise.all(seats.map((seat) => seat.worker.terminate()));
    await recording.catch(() => {});
  }
}
