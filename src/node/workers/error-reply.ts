import { UsageError } from "../../core/errors.ts";
import type { WorkerReply } from "./messages.ts";

/** An error as it goes from thread to thread. */
export function errorReply(error: unknown): WorkerReply {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { type: "error", isUsage: error instanceof UsageError, message, stack };
}
