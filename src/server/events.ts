import type { FastifyReply, FastifyRequest } from "fastify";

/** A stream of server-sent events to one tab. */
export interface Events {
  send(event: string, data: unknown): void;
  /** Called once the tab is gone, or the server ends. */
  onEnd(end: () => void): void;
  close(): void;
}

/** A comment now and then tells a dead connection from a quiet one. */
const aliveEveryMs = 15_000;

export function openEvents(request: FastifyRequest, reply: FastifyReply): Events {
  const { raw } = reply;
  const ends: (() => void)[] = [];
  reply.hijack();
  const headers = Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]));
  raw.writeHead(200, { ...headers, "content-type": "text/event-stream; charset=utf-8" });
  raw.write("retry: 1000\n\n");
  const alive = setInterval(() => raw.write(":\n\n"), aliveEveryMs);
  request.raw.on("close", () => {
    clearInterval(alive);
    for (const end of ends) end();
  });
  return {
    send: (event, data) => {
      if (!raw.writableEnded) raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    onEnd: (end) => {
      ends.push(end);
    },
    close: () => raw.end(),
  };
}
