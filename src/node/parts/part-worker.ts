import { parentPort, workerData } from "node:worker_threads";
import { catalog } from "../../catalog.ts";
import { NumericalError, UsageError } from "../../core/errors.ts";
import { makeRng } from "../../numeric/random.ts";
import { trainPart } from "../../study/certify/train-part.ts";
import { methodOf } from "../../study/config.ts";
import type { PartOrder, PartReply, PartWorkerData } from "./messages.ts";

// Trains one part after another as they are sent.
const { learner, learnerParams, encoder, seed, methods } = workerData as PartWorkerData;
if (methods.length > 0) await (await import("../methods/own-methods.ts")).useMethods(methods);
const pipeline = { learner: methodOf("learner", catalog.learners, learner), learnerParams, encoder };

function reply(message: PartReply): void {
  parentPort?.postMessage(message);
}

parentPort?.on("message", ({ id, task }: PartOrder) => {
  trainPart(pipeline, task, { rng: makeRng(seed) })
    .then((scores) => reply({ id, scores }))
    .catch((error: unknown) => {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      const kind = error instanceof NumericalError ? "numerical" : error instanceof UsageError ? "usage" : "fault";
      reply({ id, kind, message, stack });
    });
});
