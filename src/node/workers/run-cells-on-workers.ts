import { totalmem } from "node:os";
import { Worker } from "node:worker_threads";
import { CancelledError, UsageError } from "../../core/errors.ts";
import type { TrialRecord } from "../../study/record.ts";
import type { Cell, TrialSpec } from "../../study/kind.ts";
import { workerDied } from "../runs/worker-died.ts";
import type { CellTask, WorkerReply } from "./messages.ts";

interface Task {
  readonly cell: Cell;
  readonly wanted: readonly TrialSpec[];
}

interface Seat {
  worker: Worker;
  /** The group whose setup the worker holds. */
  group: string | null;
  running: Task | null;
  isReady: boolean;
}

/** What the cells of a study are run by. */
export interface CellWork {
  /** The file that a worker runs, and what it is started with. */
  readonly script: URL;
  readonly data: unknown;
  /** Cells of one group share a setup. */
  groupOf(cell: Cell): string;
  /** Whether the first worker of a group tunes parameters, which it passes on: until then nobody can help with the group. */
  readonly isTuned: boolean;
  /** The record of a trial whose worker died. */
  failed(cell: Cell, trial: TrialSpec, error: string): TrialRecord;
}

export interface CellWorkOptions {
  readonly jobs: number;
  readonly recorded?: ReadonlySet<string>;
  readonly signal?: AbortSignal | undefined;
  /** Heap of each worker; by default three quarters of the machine's memory are shared out. Shared arrays do not count. */
  readonly memoryMiB?: number;
  /** @param patch the text of the cell's patch; null = it has none */
  onCell(cell: Cell, records: readonly TrialRecord[], patch: string | null): void | Promise<void>;
  onProgress?(done: number, total: number, running: Cell): void;
}

/**
 * Runs the cells of a plan on worker threads. A worker keeps to the cells of one group while there are any, because they share a split, tuned
 * parameters and a clean model; then it takes a new group, or helps with one whose parameters are tuned. A worker that dies fails the trials
 * that it was running, and another takes its seat; one that cannot be started leaves work and seat to the others.
 * @throws what kept the last worker from starting
 */
export async function runCellsOnWorkers(work: CellWork, cells: readonly Cell[], options: CellWorkOptions): Promise<void> {
  const total = cells.reduce((sum, cell) => sum + cell.trials.length, 0);
  const tasks = cells
    .map((cell): Task => ({ cell, wanted: cell.trials.filter((trial) => options.recorded?.has(trial.id) !== true) }))
    .filter((task) => task.wanted.length > 0);
  const open = total - tasks.reduce((sum, task) => sum + task.wanted.length, 0);
  const pending = new Map<string, Task[]>();
  for (const task of tasks) {
    const group = work.groupOf(task.cell);
    pending.set(group, [...(pending.get(group) ?? []), task]);
  }
  const tuned = new Map<string, unknown>();
  const started = new Set<string>();
  const canBeHelped = (group: string): boolean => !work.isTuned || tuned.has(group);
  const seats: Seat[] = [];

  let done = open;
  let unfinished = tasks.length;
  let recording: Promise<void> = Promise.resolve();
  let settle: { resolve: () => void; reject: (error: unknown) => void };
  const finished = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  finished.catch(() => {});

  /** A cell of the worker's own group, else of one that nobody has begun, else of the group with most left to do that can be helped with. */
  function nextTask(seat: Seat): Task | null {
    const left = [...pending].filter(([, queue]) => queue.length > 0);
    const own = left.find(([group]) => group === seat.group);
    const unstarted = left.filter(([group]) => !started.has(group));
    const fresh = unstarted[0];
    const helped = left.filter(([group]) => canBeHelped(group)).sort((a, b) => b[1].length - a[1].length)[0];
    // The last groups, too few for all workers, are begun early: one that is being tuned can have no helpers.
    const isLastRound = work.isTuned && unstarted.length < seats.length;
    const [, queue] = (isLastRound ? fresh : undefined) ?? own ?? fresh ?? helped ?? [null, []];
    // An attack that goes on from budget to budget goes to the worker that has climbed so far, where it is free.
    const climbed = new Set(seats.flatMap(({ running }) => (running === null ? [] : [attackOf(running)])));
    const free = queue.findIndex((task) => !climbed.has(attackOf(task)));
    return queue.splice(Math.max(0, free), 1).at(0) ?? null;
  }

  function attackOf({ cell }: Task): string {
    return `${work.groupOf(cell)} ${JSON.stringify(cell.attack)}`;
  }

  function dispatch(): void {
    for (const seat of seats) {
      if (seat.running !== null) continue;
      const task = nextTask(seat);
      if (task === null) continue;
      seat.running = task;
      seat.group = work.groupOf(task.cell);
      started.add(seat.group);
      options.onProgress?.(done, total, task.cell);
      const message: CellTask = { ...task, learnerParams: tuned.get(seat.group) };
      seat.worker.postMessage(message);
    }
  }

  /** Records in the order in which cells end; the next cell does not wait for the disk. */
  function record(task: Task, records: readonly TrialRecord[], patch: string | null): void {
    recording = recording.then(() => options.onCell(task.cell, records, patch));
    recording
      .then(() => {
        done += task.wanted.length;
        if (--unfinished === 0) settle.resolve();
      })
      .catch((error: unknown) => settle.reject(error));
  }

  function onReply(seat: Seat, message: WorkerReply): void {
    const task = seat.running;
    if (message.type === "ready") seat.isReady = true;
    else if (message.type === "tuned") tuned.set(seat.group!, message.learnerParams);
    else if (message.type === "error") {
      const error = message.isUsage ? new UsageError(message.message) : new Error(message.message);
      if (message.stack !== undefined) error.stack = message.stack;
      settle.reject(error);
    } else if (task !== null) {
      seat.running = null;
      record(task, message.records, message.patch);
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
        task.wanted.map((trial) => work.failed(task.cell, trial, message)),
        null,
      );
      // Nobody else can learn what this worker was to tune; the group starts anew.
      const group = work.groupOf(task.cell);
      if (!canBeHelped(group)) started.delete(group);
    }
    // Where nothing is left to hand out, the seat stays empty.
    if ([...pending.values()].every((queue) => queue.length === 0)) return;
    sit(seat);
    dispatch();
  }

  /** The machine gives no more: fewer workers do the same work. */
  function onFailedStart(seat: Seat, error: Error): void {
    const { running, group } = seat;
    seats.splice(seats.indexOf(seat), 1);
    if (running !== null) {
      pending.get(work.groupOf(running.cell))!.unshift(running);
      if (group !== null && !canBeHelped(group)) started.delete(group);
    }
    if (seats.length === 0) settle.reject(error);
    else dispatch();
  }

  function sit(seat: Seat): void {
    try {
      startWorker(seat);
    } catch (error) {
      onFailedStart(seat, error as Error);
    }
  }

  /** Starts a worker for this seat. */
  function startWorker(seat: Seat): void {
    seat.group = null;
    seat.running = null;
    seat.isReady = false;
    const memory = options.memoryMiB ?? Math.max(256, Math.floor((0.75 * totalmem()) / Math.min(options.jobs, tasks.length) / 2 ** 20));
    const worker = new Worker(work.script, {
      workerData: work.data,
      resourceLimits: { maxOldGenerationSizeMb: memory },
    });
    let failure: (Error & { code?: string }) | null = null;
    seat.worker = worker;
    worker.on("message", (message: WorkerReply) => onReply(seat, message));
    worker.on("error", (error: Error) => (failure = error));
    worker.once("exit", (code) => {
      // Below 0 once all is over and a record that was on its way has arrived.
      if (seat.worker !== worker || unfinished <= 0) return;
      const isOutOfHeap = failure?.code === "ERR_WORKER_OUT_OF_MEMORY";
      if (failure !== null && !isOutOfHeap && !seat.isReady) onFailedStart(seat, failure);
      else onDeath(seat, isOutOfHeap ? `out of memory (limit ${memory} MiB)` : (failure?.message ?? `exit code ${code}`));
    });
  }

  const cancel = (): void => settle.reject(new CancelledError("stopped on request"));
  options.signal?.addEventListener("abort", cancel);
  try {
    if (options.signal?.aborted) cancel();
    else if (tasks.length === 0) return;
    else {
      for (let i = 0; i < Math.min(options.jobs, tasks.length); i++) {
        const seat = { worker: null as unknown as Worker, group: null, running: null, isReady: false };
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
