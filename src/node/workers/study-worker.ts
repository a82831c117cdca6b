import { performance } from "node:perf_hooks";
import { parentPort, workerData } from "node:worker_threads";
import { catalog } from "../../catalog.ts";
import { NumericalError } from "../../core/errors.ts";
import { runCell } from "../../study/run-cell.ts";
import { type SeedSetup, makeStudyEncoder, trySetUpSeed } from "../../study/seed-setup.ts";
import { errorReply } from "./error-reply.ts";
import type { CellTask, WorkerData, WorkerReply } from "./messages.ts";

// Runs one cell after another as they are sent; what the cells of a seed share is kept for the last two seeds.
const { table, config } = workerData as WorkerData;
const input = { table, config, methods: catalog };
const encoder = makeStudyEncoder(input);
/** By seed, the one used last at the end. */
const setups = new Map<number, SeedSetup | NumericalError>();
const keptSetups = 2;

function reply(message: WorkerReply): void {
  parentPort?.postMessage(message);
}

async function setupOf(seed: number, learnerParams: unknown): Promise<SeedSetup | NumericalError> {
  let setup = setups.get(seed);
  if (setup === undefined) {
    setup = await trySetUpSeed(input, encoder, seed, {}, learnerParams);
    // Where tuning failed there is nothing to pass on: whoever helps with this seed tries again and fails alike.
    const tuned = setup instanceof NumericalError ? undefined : setup.undefended.learnerParams;
    if (learnerParams === undefined) reply({ type: "tuned", learnerParams: tuned });
  }
  setups.delete(seed);
  setups.set(seed, setup);
  for (const oldest of setups.keys()) if (setups.size > keptSetups) setups.delete(oldest);
  return setup;
}

async function run({ cell, wanted, learnerParams }: CellTask): Promise<void> {
  const setup = await setupOf(cell.seed, learnerParams);
  const { records, poison } = await runCell(input, setup, cell, wanted, { now: () => performance.now() });
  reply({ type: "done", records, poison });
}

parentPort?.on("message", (task: CellTask) => {
  run(task).catch((error: unknown) => reply(errorReply(error)));
});
reply({ type: "ready" });
