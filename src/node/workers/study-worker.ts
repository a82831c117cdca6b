import { performance } from "node:perf_hooks";
import { parentPort, workerData } from "node:worker_threads";
import { NumericalError } from "../../core/errors.ts";
import type { Cell, Scene } from "../../study/kind.ts";
import { runCell } from "../../study/run-cell.ts";
import { groupOf, trySetUp } from "../../study/run-study.ts";
import type { AnyAuditKind } from "../kinds/audit-kind.ts";
import type { Poison } from "../../core/poison.ts";
import { kindIn } from "../runs/run-kind.ts";
import { errorReply } from "./error-reply.ts";
import type { CellTask, WorkerData, WorkerReply } from "./messages.ts";

// Runs one cell after another as they are sent; what the cells of a group share is kept for the last two groups.
const data = workerData as WorkerData;
if (data.methods.length > 0) await (await import("../methods/own-methods.ts")).useMethods(data.methods);
const exported = Object.values((await import(data.module)) as Readonly<Record<string, Partial<AnyAuditKind>>>);
const { study: kind, unshare } = kindIn(exported as readonly AnyAuditKind[], data.kind);
const input: unknown = unshare(data.input);
const setUp = kind.open(input);
/** By group, the one used last at the end. */
const scenes = new Map<string, Scene<Poison> | NumericalError>();
const keptScenes = 2;

function reply(message: WorkerReply): void {
  parentPort?.postMessage(message);
}

async function sceneOf(cell: Cell, learnerParams: unknown): Promise<Scene<Poison> | NumericalError> {
  const group = groupOf(cell);
  let scene = scenes.get(group);
  if (scene === undefined) {
    scene = await trySetUp(setUp, cell, undefined, learnerParams);
    // Where tuning failed there is nothing to pass on: whoever helps with this group tries again and fails alike.
    const tuned = scene instanceof NumericalError ? undefined : scene.learnerParams;
    if (kind.isTuned && learnerParams === undefined) reply({ type: "tuned", learnerParams: tuned });
  }
  scenes.delete(group);
  scenes.set(group, scene);
  for (const oldest of scenes.keys()) if (scenes.size > keptScenes) scenes.delete(oldest);
  return scene;
}

async function run({ cell, wanted, learnerParams }: CellTask): Promise<void> {
  const scene = await sceneOf(cell, learnerParams);
  const { records, poison } = await runCell(kind, input, scene, cell, wanted, { now: () => performance.now() });
  reply({ type: "done", records, poison });
}

parentPort?.on("message", (task: CellTask) => {
  run(task).catch((error: unknown) => reply(errorReply(error)));
});
reply({ type: "ready" });
