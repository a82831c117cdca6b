import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { CancelledError, StorageError, UsageError } from "../../core/errors.ts";
import type { QueueAddress } from "./queue-address.ts";

/** A database that may go away for a while. */
export interface Connection {
  readonly shown: string;
  /**
   * The rows that a statement gives. It is sent again where the server was gone meanwhile, and nobody can tell whether it was done before: so it must come to the
   * same when it is done twice.
   */
  query<R>(statement: string, values?: readonly unknown[]): Promise<R[]>;
  end(): Promise<void>;
}

/** How long a server that has answered before is waited for. */
const patienceMs = 10 * 60_000;
const longestPauseMs = 1000;

/** Of the network, by what Node calls it. */
const passingCodes = ["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "EAI_AGAIN"];
/** Of the server: connections that break (08), too many of them, stopping, starting, crashed, a lock taken in another order. */
const passingStates = /^(08...|53300|57P0[1-4]|40001|40P01|25006)$/;
const passingWords =
  /connection terminated|connection timeout|timeout exceeded when trying to connect|query read timeout|not queryable|client was closed/i;

/**
 * Connects.
 *
 * @param signal once it is aborted nothing is waited for
 * @throws UsageError where nobody answers there or the server refuses; the message holds no password
 */
export async function connect(address: QueueAddress, signal?: AbortSignal): Promise<Connection> {
  const pool = new pg.Pool({
    connectionString: address.url,
    max: 4,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    query_timeout: 60_000,
    application_name: "theriac",
  });
  // A connection that breaks while it is idle is replaced when it is needed.
  pool.on("error", () => {});
  const ask = async <R>(statement: string, values: readonly unknown[] = []): Promise<R[]> =>
    (await pool.query(statement, [...values])).rows as R[];
  const because = (error: unknown): string => address.scrub(reasonOf(error));
  try {
    await ask("select 1");
  } catch (error) {
    await pool.end().catch(() => {});
    throw new UsageError(`--queue: no connection to ${address.shown}: ${because(error)}`);
  }
  return {
    shown: address.shown,
    async query<R>(statement: string, values?: readonly unknown[]): Promise<R[]> {
      const began = performance.now();
      for (let waitMs = 50; ; waitMs = Math.min(2 * waitMs, longestPauseMs)) {
        try {
          return await ask<R>(statement, values);
        } catch (error) {
          if (signal?.aborted === true) throw new CancelledError("stopped on request");
          if (!isPassing(error)) throw new StorageError(`the queue ${address.shown} refused: ${because(error)}`);
          if (performance.now() - began > patienceMs)
            throw new StorageError(`the queue ${address.shown} has been away for ${patienceMs / 60_000} minutes: ${because(error)}`);
          await pause(waitMs);
        }
      }
    },
    end: () => pool.end(),
  };
}

function isPassing(error: unknown): boolean {
  const { code = "", message = "" } = error as { readonly code?: string; readonly message?: string };
  return passingCodes.includes(code) || passingStates.test(code) || passingWords.test(message);
}

function reasonOf(error: unknown): string {
  // Where a name has several addresses, Node gives one error of all.
  const {
    errors = [],
    message,
    code,
  } = error as { readonly errors?: readonly unknown[]; readonly message?: string; readonly code?: string };
  if (errors.length > 0) return reasonOf(errors[0]);
  return message === undefined || message === "" ? (code ?? "no reason is given") : message;
}
