import { performance } from "node:perf_hooks";
import { parentPort, workerData } from "node:worker_threads";
import { catalog } from "../../catalog.ts";
import { NumericalError, UsageError } from "../../core/errors.ts";
import { runCell } from "../../study/run-cell.ts";
import { type SeedSetup, makeStudyEncoder, trySetUpSeed } from "../../study/seed-setup.ts";
import type { CellTask, WorkerData, WorkerReply } from "./messages.ts";

// Runs one cell after another as they are sent; what the cells of a seed share is kept until a cell of another seed comes.
const { table, config } = workerData as WorkerData;
const input = { table, config, methods: catalog };
const encoder = makeStudyEncoder(input);
let current: { readonly seed: number; readonly setup: SeedSetup | NumericalError } | null = null;

function reply(message: WorkerReply): void {
  parentPort?.postMessage(message);
}

async function run({ cell, wanted, learnerParams }: CellTask): Promise<void> {
  if (current?.seed !== cell.seed) {
    current = { seed: cell.seed, setup: await trySetUpSeed(input, encoder, cell.seed, {}, learnerParams) };
    // Where tuning failed there is nothing to pass on: whoever helps with this seed tries again and fails alike.
    if (learnerParams === undefined)
      reply({
        type: "tuned",
        seed: cell.seed,
        learnerParams: current.setup instanceof NumericalError ? undefined : current.setup.undefended.learnerParams,
      });
  }
  const { records, poison } = await runCell(input, current.setup, cell, wanted, { now: () => performance.now() });
  reply({ type: "done", records, poison });
}

parentPort?.on("message", (task: CellTask) => {
  run(task).catch((error: unknown) => {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    reply({ type: "error", isUsage: error instanceof UsageError, message, stack });
  });
});
