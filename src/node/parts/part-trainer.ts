import { mkdirSync } from "node:fs";
import { serialize } from "node:v8";
import { Worker } from "node:worker_threads";
import { CancelledError, NumericalError, UsageError } from "../../core/errors.ts";
import { listExamples } from "../../core/examples.ts";
import type { PartTask, PartTrainer } from "../../study/certify/train-part.ts";
import { recall, remember, scoresCodec } from "../command/answer-cache.ts";
import { ownModules } from "../methods/own-methods.ts";
import { digest } from "../runs/provenance.ts";
import { version } from "../runs/version.ts";
import type { NamedPipeline, PartOrder, PartReply, PartWorkerData } from "./messages.ts";

export interface PartTrainerOptions {
  /** Worker threads; they change nothing but the time. */
  readonly jobs: number;
  /** A folder in which answers are kept from run to run, by all that shapes them; absent = for this run alone. */
  readonly cache?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told once a few models of an ensemble were trained: how many there are, and what they all will take. */
  readonly onEstimate?: ((estimate: { readonly models: number; readonly ms: number }) => void) | undefined;
  /** Milliseconds of some clock. */
  readonly now: () => number;
}

export interface OpenPartTrainer {
  readonly trainer: PartTrainer;
  /** Ends the workers, and the commands that they keep. */
  close(): Promise<void>;
}

interface Waiting {
  readonly order: PartOrder;
  readonly resolve: (scores: Float64Array) => void;
  readonly reject: (error: Error) => void;
}

interface Seat {
  readonly worker: Worker;
  running: Waiting | null;
}

/** Numbers that are remembered of all parts together. */
const mostNumbers = 2 ** 25;

/**
 * Trains models of parts on worker threads, each by the content of its rows: what was trained once, for another certificate or in a run before, is not trained
 * again. Threads are started when they are first needed.
 *
 * @throws UsageError where the folder cannot be written
 */
export function openPartTrainer(pipeline: NamedPipeline, options: PartTrainerOptions): OpenPartTrainer {
  const { jobs, cache = "", signal, now, onEstimate } = options;
  if (cache !== "") checkFolder(cache);
  const data: PartWorkerData = { ...pipeline, methods: ownModules().map(({ path }) => path) };
  // Where answers are kept, and where a command is seen from, shapes none of them: its digest has what does.
  const { cache: _, from: __, ...params } = pipeline.learnerParams as Record<string, unknown>;
  const modules = ownModules().map(({ sha256 }) => sha256);
  const head = JSON.stringify([version, { ...pipeline, learnerParams: params }, modules]);
  const seats: Seat[] = [];
  const ended: Promise<number>[] = [];
  const queue: Waiting[] = [];
  const known = new Map<string, Promise<Float64Array>>();
  /** By the number of models: how many are trained, and when the first was. */
  const trained = new Map<number, { count: number; readonly first: number }>();
  let numbers = 0;
  let ids = 0;

  const fail = (error: Error): void => {
    for (const { reject } of [...queue.splice(0), ...seats.flatMap(({ running }) => (running === null ? [] : [running]))]) reject(error);
    for (const seat of seats) seat.running = null;
  };
  const cancel = (): void => fail(new CancelledError("stopped on request"));
  signal?.addEventListener("abort", cancel);

  function dispatch(): void {
    while (queue.length > 0) {
      const seat = seats.find(({ running }) => running === null) ?? (seats.length < jobs ? sit() : undefined);
      if (seat === undefined) return;
      seat.running = queue.shift()!;
      seat.worker.postMessage(seat.running.order);
    }
  }

  function sit(): Seat {
    const seat: Seat = { worker: new Worker(new URL("./part-worker.js", import.meta.url), { workerData: data }), running: null };
    seats.push(seat);
    seat.worker.on("message", (reply: PartReply) => {
      const { running } = seat;
      // Of an order that was given up.
      if (running === null || running.order.id !== reply.id) return;
      seat.running = null;
      if ("scores" in reply) running.resolve(reply.scores);
      else running.reject(errorOf(reply));
      dispatch();
    });
    const leave = (reason: string): void => {
      if (!seats.includes(seat)) return;
      // A machine that gives out is no property of the rows: no part is taken for failed by it. Other threads are left too, busy with what nobody waits for.
      fail(new UsageError(`a thread that trains parts died: ${reason} (fewer at once may do: --jobs 1)`));
      ended.push(...seats.splice(0).map(({ worker }) => worker.terminate()));
    };
    seat.worker.on("error", (error: Error) => leave(error.message));
    seat.worker.on("exit", (code) => leave(`exit code ${code}`));
    return seat;
  }

  function train(task: PartTask): Promise<Float64Array> {
    if (signal?.aborted === true) return Promise.reject(new CancelledError("stopped on request"));
    return new Promise((resolve, reject) => {
      queue.push({ order: { id: ++ids, task }, resolve, reject });
      dispatch();
    });
  }

  async function answer(key: string, task: PartTask): Promise<Float64Array> {
    const asked = Int32Array.from({ length: task.table.rows - task.trained }, (_, i) => task.trained + i);
    const rows = listExamples(task.table, asked).row.length;
    const codec = scoresCodec(rows);
    const kept = recall(key, cache, codec);
    if (kept !== null) return kept.scores;
    const scores = await train(task);
    estimate(task.of);
    if (cache !== "" && scores.every(Number.isFinite)) await remember(key, cache, { outputs: scores.length / rows, scores }, codec);
    return scores;
  }

  /** The first model starts threads and commands too, so that time runs from its end. */
  function estimate(models: number): void {
    const sofar = trained.get(models);
    if (sofar === undefined) trained.set(models, { count: 1, first: now() });
    else if (++sofar.count === jobs + 1) onEstimate?.({ models, ms: ((now() - sofar.first) / jobs) * models });
  }

  return {
    trainer(task) {
      const key = digest(Buffer.concat([Buffer.from(head), serialize([task.name, task.trained, task.table])]));
      const found = known.get(key);
      if (found !== undefined) return found;
      const answers = answer(key, task).then((scores) => {
        numbers += scores.length;
        return scores;
      });
      // A part that failed is tried again where it is asked for again.
      answers.catch(() => known.delete(key));
      if (numbers < mostNumbers) known.set(key, answers);
      return answers;
    },
    async close() {
      signal?.removeEventListener("abort", cancel);
      fail(new CancelledError("nothing more is trained"));
      await Promise.all([...ended, ...seats.splice(0).map(({ worker }) => worker.terminate())]);
    },
  };
}

function errorOf({ kind, message, stack }: Exclude<PartReply, { readonly scores: unknown }>): Error {
  const error = kind === "numerical" ? new NumericalError(message) : kind === "usage" ? new UsageError(message) : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}

function checkFolder(cache: string): void {
  try {
    mkdirSync(cache, { recursive: true });
  } catch (error) {
    throw new UsageError(`--cache ${cache} cannot be made: ${(error as Error).message}`);
  }
}
