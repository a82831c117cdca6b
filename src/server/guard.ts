import { timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Refusal } from "./refusal.ts";

/** Of every answer but the page itself: it is data, and nothing in it may run. */
const dataPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox";

const headers: Readonly<Record<string, string>> = {
  "content-security-policy": dataPolicy,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

const names = ["127.0.0.1", "localhost"];

/**
 * Lets nobody in but the page that this server gave out: the name of the host must be ours (another name that leads here is DNS rebinding), no other site may
 * ask, and who asks must know the token, by a header, the address or the cookie that the address set.
 */
export function guard(server: FastifyInstance, token: string): void {
  server.addHook("onRequest", async (request, reply) => {
    void reply.headers(headers);
    const port = request.socket.localPort;
    const hosts = names.map((name) => `${name}:${port}`);
    const { host, origin } = request.headers;
    if (host === undefined || !hosts.includes(host)) throw new Refusal(403, "this server answers to 127.0.0.1 and localhost alone");
    if (origin !== undefined && origin !== `http://${host}`) throw new Refusal(403, "requests of other sites are refused");
    const site = request.headers["sec-fetch-site"];
    // Whoever opens the address itself may come from a file that leads there.
    const isOpened = request.method === "GET" && origin === undefined && isEqual(inAddress(request), token);
    if (!isOpened && site !== undefined && site !== "same-origin" && site !== "none")
      throw new Refusal(403, "requests of other sites are refused");
    // What changes something must come from a page of ours or from no page at all; a form of another site cannot send JSON.
    if (request.method !== "GET" && !/^application\/json\b/.test(request.headers["content-type"] ?? ""))
      throw new Refusal(415, "what is sent must be application/json");
    if (!knowsToken(request, token, port)) throw new Refusal(401, "open the address that theriac view printed: it holds the token");
  });
}

/** Of the cookie; ports of one host share their cookies, so the port is in it. */
export function cookieName(port: number | undefined): string {
  return `theriac-${port}`;
}

function knowsToken(request: FastifyRequest, token: string, port: number | undefined): boolean {
  const header = request.headers["x-theriac-token"];
  const cookie = (request.headers.cookie ?? "")
    .split(";")
    .map((part) => part.trim().split("=", 2))
    .find(([name]) => name === cookieName(port))?.[1];
  return [header, inAddress(request), cookie].some((given) => isEqual(given, token));
}

/** Of the page alone: data are asked for with the cookie that it sets. */
function inAddress(request: FastifyRequest): unknown {
  return request.routeOptions.url === "/" ? (request.query as Readonly<Record<string, unknown>>)["token"] : undefined;
}

function isEqual(given: unknown, token: string): boolean {
  if (typeof given !== "string") return false;
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
