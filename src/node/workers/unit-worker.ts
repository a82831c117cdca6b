import { parentPort, workerData } from "node:worker_threads";
import { unshare } from "../kinds/share.ts";
import { errorReply } from "./error-reply.ts";
import type { WorkerReply } from "./messages.ts";
import type { UnitData, UnitDone, UnitTask } from "./run-units.ts";

// Runs one unit of a job after another as they are sent.
const { module, id, input, methods } = workerData as UnitData;
if (methods.length > 0) await (await import("../methods/own-methods.ts")).useMethods(methods);
interface Kind {
  readonly id: string;
  readonly units?: { open(data: object): (unit: object) => Promise<object> };
}
const exported = Object.values((await import(module)) as Readonly<Record<string, Partial<Kind>>>);
const kind = exported.find((one) => one.id === id && one.units !== undefined);
if (kind?.units === undefined) throw new Error(`${module} has no units of "${id}"`);
const run = kind.units.open(unshare(input) as object);

function reply(message: WorkerReply<UnitDone>): void {
  parentPort?.postMessage(message);
}

parentPort?.on("message", ({ unit }: UnitTask) => {
  run(unit).then(
    (result) => reply({ type: "done", result }),
    (error: unknown) => reply(errorReply(error)),
  );
});
reply({ type: "ready" });
