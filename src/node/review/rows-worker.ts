import { parentPort, workerData } from "node:worker_threads";
import { UsageError } from "../../core/errors.ts";
import { type RowsAsked, type RowsCall, type RowsReply, openRows } from "./rows-thread.ts";

// Reads the data at once, and answers what is asked of them.
const opening = openRows(workerData as RowsAsked);
opening.catch(() => {});

async function answer({ id, method, args }: RowsCall): Promise<RowsReply> {
  try {
    const rows = await opening;
    const call = rows[method] as (...given: readonly unknown[]) => Promise<unknown>;
    return { id, value: await call(...args) };
  } catch (error) {
    return { id, error: { message: error instanceof Error ? error.message : String(error), isUsage: error instanceof UsageError } };
  }
}

parentPort?.on("message", (call: RowsCall) => {
  void answer(call).then((reply) => parentPort?.postMessage(reply));
});
