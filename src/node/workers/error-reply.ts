import { UsageError } from "../../core/errors.ts";
import type { ErrorReply } from "./messages.ts";

/** An error as it goes from thread to thread. */
export function errorReply(error: unknown): ErrorReply {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { type: "error", isUsage: error instanceof UsageError, message, stack };
}
