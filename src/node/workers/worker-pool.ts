import { totalmem } from "node:os";
import { Worker } from "node:worker_threads";
import { CancelledError, UsageError } from "../../core/errors.ts";
import { workerDied } from "../runs/worker-died.ts";
import type { WorkerReply } from "./messages.ts";

interface Seat<T> {
  worker: Worker;
  /** The group whose setup the worker holds. */
  group: string | null;
  running: T | null;
  isReady: boolean;
}

/** What the tasks of a pool are run by. */
export interface PoolWork<T extends object, R extends object> {
  /** The file that a worker runs, and what it is started with. */
  readonly script: URL;
  readonly data: unknown;
  /** Tasks of one group share a setup. */
  groupOf(task: T): string;
  /** Whether the first worker of a group tunes parameters, which it passes on: until then nobody can help with the group. */
  readonly isTuned: boolean;
  /** Tasks of one trail go on from one another: another is begun rather than one of a trail that some worker is on. Absent = there are none. */
  trailOf?(task: T): string;
  /** What comes of a task whose worker died. @throws where that is the end of everything */
  died(task: T, error: string): R;
}

export interface PoolOptions {
  readonly jobs: number;
  readonly signal?: AbortSignal | undefined;
  /** Heap of each worker; by default three quarters of the machine's memory are shared out. Shared arrays do not count. */
  readonly memoryMiB?: number;
}

export interface PoolRun<T, R> {
  onStart?(task: T): void;
  onDone(task: T, result: R): void | Promise<void>;
}

/** Worker threads that stay until they are closed. */
export interface WorkerPool<T extends object, R extends object> {
  /**
   * Runs tasks, one call at a time. A worker keeps to the tasks of one group while there are any, because they share a setup; then it takes a new group, or helps with one
   * whose parameters are tuned. What a worker that dies was running comes to what `died` says, and another takes its seat; one that cannot be started leaves work and seat to the others.
   * @throws what a task threw, what kept the last worker from starting, and CancelledError
   */
  run(tasks: readonly T[], run: PoolRun<T, R>): Promise<void>;
  close(): Promise<void>;
}

interface Now<T, R> extends PoolRun<T, R> {
  readonly pending: Map<string, T[]>;
  unfinished: number;
  recording: Promise<void>;
  readonly settle: { resolve(): void; reject(error: unknown): void };
}

/** Nothing is started before there is something to run. */
export function openPool<T extends object, R extends object>(work: PoolWork<T, R>, options: PoolOptions): WorkerPool<T, R> {
  const seats: Seat<T>[] = [];
  const tuned = new Map<string, unknown>();
  const started = new Set<string>();
  const canBeHelped = (group: string): boolean => !work.isTuned || tuned.has(group);
  let now: Now<T, R> | null = null;
  let threads = options.jobs;

  /** A task of the worker's own group, else of one that nobody has begun, else of the group with most left to do that can be helped with. */
  function nextTask(seat: Seat<T>): T | null {
    const left = [...now!.pending].filter(([, queue]) => queue.length > 0);
    const own = left.find(([group]) => group === seat.group);
    const unstarted = left.filter(([group]) => !started.has(group));
    const fresh = unstarted[0];
    const helped = left.filter(([group]) => canBeHelped(group)).sort((a, b) => b[1].length - a[1].length)[0];
    // The last groups, too few for all workers, are begun early: one that is being tuned can have no helpers.
    const isLastRound = work.isTuned && unstarted.length < seats.length;
    const [, queue] = (isLastRound ? fresh : undefined) ?? own ?? fresh ?? helped ?? [null, []];
    const { trailOf } = work;
    if (trailOf === undefined) return queue.shift() ?? null;
    const busy = new Set(seats.flatMap(({ running }) => (running === null ? [] : [trailOf(running)])));
    const free = queue.findIndex((task) => !busy.has(trailOf(task)));
    return queue.splice(Math.max(0, free), 1).at(0) ?? null;
  }

  function dispatch(): void {
    if (now === null) return;
    for (const seat of seats) {
      if (seat.running !== null) continue;
      const task = nextTask(seat);
      if (task === null) continue;
      seat.running = task;
      seat.group = work.groupOf(task);
      started.add(seat.group);
      now.onStart?.(task);
      seat.worker.postMessage({ ...task, learnerParams: tuned.get(seat.group) });
    }
  }

  /** Takes results in the order in which tasks end; the next task does not wait for the disk. */
  function take(own: Now<T, R>, task: T, result: () => R): void {
    own.recording = own.recording.then(() => own.onDone(task, result()));
    own.recording
      .then(() => {
        if (--own.unfinished === 0) own.settle.resolve();
      })
      .catch((error: unknown) => own.settle.reject(error));
  }

  function onReply(seat: Seat<T>, message: WorkerReply<R>): void {
    const task = seat.running;
    if (message.type === "ready") seat.isReady = true;
    else if (message.type === "tuned") tuned.set(seat.group!, message.learnerParams);
    else if (message.type === "error") {
      const error = message.isUsage ? new UsageError(message.message) : new Error(message.message);
      if (message.stack !== undefined) error.stack = message.stack;
      now?.settle.reject(error);
    } else if (task !== null && now !== null) {
      seat.running = null;
      take(now, task, () => message);
    }
    dispatch();
  }

  function onDeath(seat: Seat<T>, reason: string): void {
    const task = seat.running;
    const hasWork = now !== null && [...now.pending.values()].some((queue) => queue.length > 0);
    if (task !== null && now !== null) {
      const message = `${workerDied}${reason}`;
      take(now, task, () => work.died(task, message));
      // Nobody else can learn what this worker was to tune; the group starts anew.
      const group = work.groupOf(task);
      if (!canBeHelped(group)) started.delete(group);
    }
    // Where nothing is left to hand out, the seat stays empty.
    if (!hasWork) return void seats.splice(seats.indexOf(seat), 1);
    sit(seat);
    dispatch();
  }

  /** The machine gives no more: fewer workers do the same work. */
  function onFailedStart(seat: Seat<T>, error: Error): void {
    const { running, group } = seat;
    seats.splice(seats.indexOf(seat), 1);
    if (running !== null && now !== null) {
      now.pending.get(work.groupOf(running))!.unshift(running);
      if (group !== null && !canBeHelped(group)) started.delete(group);
    }
    if (seats.length === 0) now?.settle.reject(error);
    else dispatch();
  }

  function sit(seat: Seat<T>): void {
    try {
      startWorker(seat);
    } catch (error) {
      onFailedStart(seat, error as Error);
    }
  }

  /** Starts a worker for this seat. */
  function startWorker(seat: Seat<T>): void {
    seat.group = null;
    seat.running = null;
    seat.isReady = false;
    const memory = options.memoryMiB ?? Math.max(256, Math.floor((0.75 * totalmem()) / threads / 2 ** 20));
    const worker = new Worker(work.script, {
      workerData: work.data,
      resourceLimits: { maxOldGenerationSizeMb: memory },
    });
    let failure: (Error & { code?: string }) | null = null;
    seat.worker = worker;
    worker.on("message", (message: WorkerReply<R>) => onReply(seat, message));
    worker.on("error", (error: Error) => (failure = error));
    worker.once("exit", (code) => {
      // Not here any longer once all is over.
      if (seat.worker !== worker || !seats.includes(seat)) return;
      const isOutOfHeap = failure?.code === "ERR_WORKER_OUT_OF_MEMORY";
      if (failure !== null && !isOutOfHeap && !seat.isReady) onFailedStart(seat, failure);
      else onDeath(seat, isOutOfHeap ? `out of memory (limit ${memory} MiB)` : (failure?.message ?? `exit code ${code}`));
    });
  }

  async function close(): Promise<void> {
    now = null;
    await Promise.all(seats.splice(0).map((seat) => seat.worker.terminate()));
  }

  async function run(tasks: readonly T[], { onStart, onDone }: PoolRun<T, R>): Promise<void> {
    if (options.signal?.aborted) throw new CancelledError("stopped on request");
    if (tasks.length === 0) return;
    let settle: Now<T, R>["settle"];
    const finished = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
    finished.catch(() => {});
    const pending = new Map<string, T[]>();
    for (const task of tasks) {
      const group = work.groupOf(task);
      const queue = pending.get(group);
      if (queue === undefined) pending.set(group, [task]);
      else queue.push(task);
    }
    const own: Now<T, R> = {
      onDone,
      ...(onStart === undefined ? {} : { onStart }),
      pending,
      unfinished: tasks.length,
      recording: Promise.resolve(),
      settle: settle!,
    };
    now = own;
    const cancel = (): void => own.settle.reject(new CancelledError("stopped on request"));
    options.signal?.addEventListener("abort", cancel);
    try {
      if (seats.length === 0) threads = Math.min(options.jobs, tasks.length);
      for (let i = seats.length; i < Math.min(options.jobs, tasks.length); i++) {
        const seat = { worker: null as unknown as Worker, group: null, running: null, isReady: false };
        seats.push(seat);
        sit(seat);
      }
      dispatch();
      await finished;
      now = null;
    } catch (error) {
      await close();
      throw error;
    } finally {
      options.signal?.removeEventListener("abort", cancel);
      now = null;
      await own.recording.catch(() => {});
    }
  }

  return { run, close };
}
