import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { connect as compiledConnect } from "../../src/node/queue/connection.ts";
import type { leaseTable as compiledTable } from "../../src/node/queue/lease-table.ts";
import { parseQueue } from "../../src/node/queue/queue-address.ts";
import { filesIn, inFolder, start, theriac, writeReviews } from "../cli/command.ts";
import { patchesIn, recordsIn } from "../run-contents.ts";

interface Server {
  readonly url: string;
  readonly password: string;
  readonly reason?: string;
  remove(): Promise<void>;
}

const { startPostgres } = (await import("../../bench/parts/postgres.mjs" as string)) as { startPostgres(): Promise<Server> };
const { connect } = (await import("../../dist/node/queue/connection.js" as string)) as { connect: typeof compiledConnect };
const { leaseTable } = (await import("../../dist/node/queue/lease-table.js" as string)) as { leaseTable: typeof compiledTable };
let server: Server;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  if (server.reason === undefined) await server.remove();
});

const study = ["--label", "stars", "--attack", "label-flip", "--repair", "none", "--certificate", "none", "--budget", "5%", "--seeds", "2"];
const request = ["audit", "reviews.csv", ...study];
/** Ends once there was nothing to do for a moment. */
const work = (...args: string[]): string[] => ["work", "--queue", server.url, "--jobs", "1", ...args];

/** Waits until a command has said something on standard error. */
async function until(child: ReturnType<typeof start>["child"], words: string): Promise<void> {
  let said = "";
  await new Promise<void>((resolve) => {
    child.stderr?.on("data", (text: Buffer) => {
      said += text.toString("utf8");
      if (said.includes(words)) resolve();
    });
    child.once("close", () => resolve());
  });
}

describe("a queue of studies", () => {
  it("gives what --jobs 1 gives, stages among it, to workers that know the data by their content; the password stays nowhere", (context) =>
    inFolder(async (folder) => {
      if (server.reason !== undefined) context.skip(`no PostgreSQL can be started here: ${server.reason}`);
      writeReviews(folder);
      const staged = [...request, "--until", "accuracyDrop >= 0.05"];
      await theriac(folder, ...staged, "--jobs", "1", "--out", "alone");
      mkdirSync(join(folder, "elsewhere", "deep"), { recursive: true });
      copyFileSync(join(folder, "reviews.csv"), join(folder, "elsewhere", "deep", "7f3a"));
      const planner = start(folder, ...staged, "--queue", server.url, "--out", "queued");
      await until(planner.child, "on the queue");
      const worker = await theriac(folder, ...work("--data", "elsewhere", "--idle", "2"));
      const planned = await planner.outcome;
      expect([worker.exitCode, planned.exitCode]).toEqual([0, 0]);
      expect(recordsIn(join(folder, "queued"))).toEqual(recordsIn(join(folder, "alone")));
      expect(patchesIn(join(folder, "queued"))).toEqual(patchesIn(join(folder, "alone")));
      const said = [planned, worker].flatMap(({ stdout, stderr }) => [stdout, stderr]);
      const written = filesIn(join(folder, "queued"))
        .filter((name) => name.includes("."))
        .map((name) => readFileSync(join(folder, "queued", name), "utf8"));
      for (const text of [...said, ...written]) {
        expect(text).not.toContain(server.password);
        expect(text).not.toContain("theriac:");
      }
    }));

  it("is not served by a worker without the data or of another build, which says so; a stopped study is gone on with", (context) =>
    inFolder(async (folder) => {
      if (server.reason !== undefined) context.skip(`no PostgreSQL can be started here: ${server.reason}`);
      writeReviews(folder);
      const planner = start(folder, ...request, "--queue", server.url, "--out", "run");
      await until(planner.child, "on the queue");
      mkdirSync(join(folder, "other"));
      writeFileSync(join(folder, "other", "reviews.csv"), readFileSync(join(folder, "reviews.csv"), "utf8").replace("good", "bad"));
      const without = await theriac(folder, ...work("--data", "other", "--idle", "1"));
      expect(without.exitCode).toBe(2);
      expect(without.stderr).toMatch(
        /not taken: the study of reviews\.csv: no file in other has the content of reviews\.csv \(\d+ bytes, sha256 [0-9a-f]{64}\)/,
      );
      // Killed, the planner comes back to what was computed meanwhile.
      planner.child.kill("SIGKILL");
      await planner.outcome;
      expect((await theriac(folder, ...work("--idle", "1"))).stderr).toMatch(/4 cells computed, in 2 blocks/);
      const again = await theriac(folder, "audit", "--resume", "run", "--queue", server.url, "--quiet");
      expect(again.exitCode).toBe(0);
      expect(recordsIn(join(folder, "run"))).toHaveLength(4);
      const connection = await connect(parseQueue(server.url));
      const table = leaseTable(connection);
      const foreign = { name: "x.csv", stage: 0, manifest: Buffer.alloc(1), aimedBy: null };
      for (const [id, version] of [
        ["a", "9.9.9"],
        ["b", (await theriac(folder, "--version")).stdout.trim()],
      ]) {
        await table.putUp({ ...foreign, id, theriac: version, build: "0" });
        await table.putUpBlocks(id, 0, [{ id, cells: [{ cell: 0, trials: [] }] }]);
      }
      const refusing = await theriac(folder, ...work("--idle", "1"));
      for (const id of ["a", "b"]) await table.remove(id);
      await connection.end();
      expect(refusing.exitCode).toBe(2);
      expect(refusing.stderr).toMatch(/not taken: the study of x\.csv was put up by Theriac 9\.9\.9, and this is/);
      expect(refusing.stderr).toMatch(/not taken: the study of x\.csv was put up by another build of Theriac/);
    }));

  it("records as failed what three workers died of, and goes on", (context) =>
    inFolder(async (folder) => {
      if (server.reason !== undefined) context.skip(`no PostgreSQL can be started here: ${server.reason}`);
      writeReviews(folder);
      writeFileSync(join(folder, "deadly.mjs"), deadly);
      const own = ["--methods", "deadly.mjs"];
      const asked = [...request, "--attack", "deadly,label-flip", ...own, "--seeds", "1"];
      const planner = start(folder, ...asked, "--queue", server.url, "--out", "run");
      await until(planner.child, "on the queue");
      const worker = await theriac(folder, ...work(...own, "--idle", "1"));
      expect((await planner.outcome).exitCode).toBe(3);
      expect(worker.stderr.match(/the worker died: exit code 7/g)).toHaveLength(3);
      const records = recordsIn(join(folder, "run")) as { attack: string | null; status: string; error?: string }[];
      expect(records.map(({ attack, status }) => `${attack}: ${status}`).sort()).toEqual(["deadly: failed", "label-flip: ok", "null: ok"]);
      expect(records.find(({ attack }) => attack === "deadly")?.error).toBe("the worker died: 3 of them, one after another");
    }));

  it("has no command run that stands on it, but one that the worker was told", (context) =>
    inFolder(async (folder) => {
      if (server.reason !== undefined) context.skip(`no PostgreSQL can be started here: ${server.reason}`);
      writeReviews(folder);
      writeFileSync(join(folder, "train.mjs"), `import { writeFileSync } from "node:fs"; writeFileSync(process.argv[2], "");`);
      const words = ["node", "train.mjs", join(folder, "mark")];
      const planner = start(folder, ...request, "--learner", "command", "--queue", server.url, "--out", "run", "--", ...words);
      await until(planner.child, "on the queue");
      const refusing = await theriac(folder, ...work("--idle", "1"));
      expect([refusing.exitCode, refusing.stderr]).toEqual([
        2,
        expect.stringMatching(/name it again, if you trust it: theriac work --queue .* -- node train/),
      ]);
      expect(existsSync(join(folder, "mark"))).toBe(false);
      await theriac(folder, ...work("--idle", "1", "--", ...words));
      expect(existsSync(join(folder, "mark"))).toBe(true);
      expect((await planner.outcome).exitCode).toBe(3);
    }));

  it("is asked for in words where it is not there, without a password in them, and leaves no run behind", () =>
    inFolder(async (folder) => {
      writeReviews(folder);
      const { exitCode, stderr } = await theriac(folder, ...request, "--queue", "postgres://me:s3cret@127.0.0.1:1/x", "--out", "run");
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining("no connection to postgres://127.0.0.1:1/x: connect ECONNREFUSED")]);
      expect(stderr).not.toContain("s3cret");
      expect(existsSync(join(folder, "run"))).toBe(false);
      const wrong = await theriac(folder, "work", "--queue", "me:s3cret@host");
      expect([wrong.exitCode, wrong.stderr.includes("s3cret")]).toEqual([2, false]);
    }));
});

const deadly = `
export const deadlyAttack = {
  kind: "attack", data: "table", id: "deadly", title: "Deadly", summary: "Ends whoever runs it.", source: { cite: "standard", url: null }, params: {},
  threat: { access: "modify-labels", goal: "availability", knowledge: "none" }, targets: ["classes"],
  poison() { process.exit(7); },
};
`;
