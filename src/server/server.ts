import { randomBytes } from "node:crypto";
import fastify, { type FastifyError, type FastifyInstance } from "fastify";
import { StorageError, UsageError } from "../core/errors.ts";
import { visible } from "../core/text/visible.ts";
import type { RowsAsked } from "../node/review/rows-thread.ts";
import type { RowsOfData } from "../node/review/rows-of-data.ts";
import { pageHtml } from "../node/write/page-html.ts";
import { cookieName, guard } from "./guard.ts";
import { Refusal } from "./refusal.ts";
import { makeReviews } from "./reviews.ts";
import { liveRoutes } from "./routes/live-routes.ts";
import { reviewRoutes } from "./routes/review-routes.ts";
import { runRoutes } from "./routes/run-routes.ts";
import { runFolders } from "./run-folders.ts";
import { makeStudies } from "./studies.ts";

export interface ServerOptions {
  /** The folder whose runs are listed, and whose data can be studied. */
  readonly root: string;
  /** One run to be shown, instead of all. */
  readonly run?: string | undefined;
  /** The data of that run as they are here. */
  readonly data?: string | undefined;
  /** 0 = any that is free. */
  readonly port?: number;
  /** Who decides here. */
  readonly by: string;
  /** The file of the command line, which studies are processes of. */
  readonly main: string;
  /** Told of what went wrong on our side. */
  readonly onFault?: (error: Error) => void;
  readonly openRows?: (asked: RowsAsked) => RowsOfData;
}

export interface RunningServer {
  /** With the token. */
  readonly address: string;
  /** Stops the studies that were started here, and ends. */
  close(): Promise<void>;
}

const largestBody = 64 * 1024;
const mostConnections = 200;
const host = "127.0.0.1";

/** Serves the page and its data on the loopback device. @throws UsageError where the port is taken, or the run is none */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { root, run, data, port = 0, by, main, openRows } = options;
  const token = randomBytes(24).toString("base64url");
  const folders = runFolders(root, run);
  const reviews = makeReviews(folders, { by, data, openRows });
  const studies = makeStudies(root, main);
  const server = fastify({
    bodyLimit: largestBody,
    requestTimeout: 30_000,
    connectionTimeout: 0,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 64 },
    onProtoPoisoning: "error",
    onConstructorPoisoning: "error",
  });
  server.server.maxConnections = mostConnections;
  guard(server, token);
  explainErrors(server, options.onFault);
  servePage(server, token);
  runRoutes(server, folders);
  reviewRoutes(server, reviews);
  liveRoutes(server, { root, folders, studies, canStart: run === undefined });
  const end = async (): Promise<void> => {
    await studies.close();
    await reviews.close();
    await server.close();
  };
  try {
    await server.listen({ host, port });
  } catch (error) {
    await end();
    const { code } = error as NodeJS.ErrnoException;
    throw code === "EADDRINUSE" || code === "EACCES"
      ? new UsageError(
          `--port ${port} ${code === "EACCES" ? "may not be used by you" : "is in use"}: take another one, or none for any that is free`,
        )
      : error;
  }
  const { port: taken } = server.server.address() as { readonly port: number };
  const named = run === undefined ? "" : `&run=${folders.list().runs[0]?.id ?? ""}`;
  return { address: `http://${host}:${taken}/?token=${token}${named}`, close: end };
}

/** The page is one file; its own policy is sent as a header too. */
function servePage(server: FastifyInstance, token: string): void {
  const html = pageHtml(null);
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? "default-src 'none'";
  server.get("/", (request, reply) => {
    const cookie = `${cookieName(request.socket.localPort)}=${token}; HttpOnly; SameSite=Strict; Path=/`;
    return reply
      .headers({ "content-security-policy": `${policy}; frame-ancestors 'none'`, "set-cookie": cookie })
      .type("text/html; charset=utf-8")
      .send(html);
  });
}

/** Every refusal is a JSON document with its reason; what is our fault is told where the server runs too. */
function explainErrors(server: FastifyInstance, onFault: ServerOptions["onFault"]): void {
  server.setNotFoundHandler(() => {
    throw new Refusal(404, "there is nothing at this address");
  });
  server.setErrorHandler((error: FastifyError, _, reply) => {
    const status = statusOf(error);
    if (status >= 500) onFault?.(error);
    void reply
      .code(status)
      .type("application/json")
      .send({ message: visible(error.message) });
  });
}

function statusOf(error: FastifyError): number {
  if (error instanceof UsageError) return 400;
  if (error instanceof StorageError) return 507;
  const { statusCode } = error;
  return statusCode !== undefined && statusCode >= 400 && statusCode < 600 ? statusCode : 500;
}
