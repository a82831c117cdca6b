import { performance } from "node:perf_hooks";
import { parentPort, workerData } from "node:worker_threads";
import { catalog } from "../../catalog.ts";
import type { NumericalError } from "../../core/errors.ts";
import { runRatingsCell } from "../../study/ratings/ratings-cell.ts";
import type { RatingsCell } from "../../study/ratings/ratings-plan.ts";
import { type RatingsSetup, setUpRatings } from "../../study/ratings/ratings-setup.ts";
import { errorReply } from "./error-reply.ts";
import type { CellTask, RatingsWorkerData, WorkerReply } from "./messages.ts";

// Runs one cell of a study of a recommender after another as they are sent; the clean model of the last seed and engine is kept.
const { ratings, config } = workerData as RatingsWorkerData;
const input = { ratings, config, methods: catalog.ratings };
let known: { readonly key: string; readonly setup: RatingsSetup | NumericalError } | null = null;

function reply(message: WorkerReply): void {
  parentPort?.postMessage(message);
}

async function run({ cell, wanted }: CellTask<RatingsCell>): Promise<void> {
  const key = `${cell.seed} ${cell.engine.id}`;
  if (known?.key !== key) known = { key, setup: await setUpRatings(input, cell.engine, cell.seed, {}) };
  const { records, poison } = await runRatingsCell(input, known.setup, cell, wanted, { now: () => performance.now() });
  reply({ type: "done", records, poison });
}

parentPort?.on("message", (task: CellTask<RatingsCell>) => {
  run(task).catch((error: unknown) => reply(errorReply(error)));
});
reply({ type: "ready" });
