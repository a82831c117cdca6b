import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MethodInfo } from "../core/method.ts";
import type { ParamSpec } from "../core/params.ts";
import { methodsByKind } from "../node/config/config-schema.ts";
import { scan } from "../node/scan.ts";
import { decisionsName } from "../node/review/decision-log.ts";
import { openRowsHere } from "../node/review/rows-thread.ts";
import { type RunningServer, type ServerOptions, startServer } from "./server.ts";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
let root: string;
let server: RunningServer;
let run: string;
const faults: Error[] = [];

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: any;
}

interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: OutgoingHttpHeaders;
  readonly raw?: string;
  readonly of?: RunningServer;
  readonly token?: string | null;
}

/** By hand: fetch would not let the host be another one. */
function ask(path: string, { method, body, headers = {}, raw, of = server, token }: Asked = {}): Promise<Answer> {
  const { port, searchParams } = new URL(of.address);
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const own = token === null ? {} : { "x-theriac-token": token ?? searchParams.get("token")! };
  return new Promise((resolve, reject) => {
    const sending = request(
      {
        ...{ host: "127.0.0.1", port, path, method: method ?? (sent === undefined ? "GET" : "POST") },
        headers: { ...own, ...(sent === undefined ? {} : { "content-type": "application/json" }), ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          let parsed: unknown = null;
          try {
            parsed = JSON.parse(text);
          } catch {
            // Some answers are no JSON.
          }
          resolve({ status: response.statusCode!, headers: response.headers, text, body: parsed });
        });
      },
    );
    sending.on("error", reject);
    sending.end(sent);
  });
}

const start = (more: Partial<ServerOptions> = {}): Promise<RunningServer> =>
  startServer({ root, by: "ana", main, onFault: (error) => faults.push(error), openRows: openRowsHere, ...more });

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "theriac-server-"));
  const lines = Array.from({ length: 80 }, (_, i) => {
    const words = i % 2 === 0 || i % 16 === 5 ? "great fine lovely" : "awful poor broken";
    return `${i % 2 === 0 ? "good" : "bad"},acc ${i % 20},${words} box ${i} <img src=x onerror=alert(1)>`;
  });
  writeFileSync(join(root, "reviews.csv"), `label,account,text\n${lines.join("\n")}\n`);
  const data = { path: join(root, "reviews.csv"), labels: ["label"], text: ["text"], source: "account" };
  await scan({ data, detectors: ["loss"], out: join(root, "runs", "scan") });
  server = await start();
  run = (await ask("/api/runs")).body.runs[0].id;
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true });
});

describe("who may ask", () => {
  it("only who knows the token, and nothing is told to others", async () => {
    for (const path of ["/", "/api/runs", `/api/runs/${run}/queue`, "/nothing"])
      for (const token of [null, "", "x", "a".repeat(32)]) {
        const { status, text } = await ask(path, { token });
        expect(status).toBe(401);
        expect(text).not.toContain("great");
      }
    expect((await ask("/?token=wrong", { token: null })).status).toBe(401);
    expect((await ask(`/api/runs${new URL(server.address).search}`, { token: null })).status).toBe(401);
  });

  it("the address gives the page and a cookie that scripts and other sites do not get", async () => {
    const { pathname, search, port } = new URL(server.address);
    const { status, headers, text } = await ask(`${pathname}${search}`, { token: null });
    expect(status).toBe(200);
    expect(text).toContain('<div id="app">');
    const [cookie] = headers["set-cookie"]!;
    expect(cookie).toMatch(new RegExp(`^theriac-${port}=[\\w-]{32}; HttpOnly; SameSite=Strict; Path=/$`));
    expect((await ask("/api/runs", { token: null, headers: { cookie: cookie.split(";")[0] } })).status).toBe(200);
    expect((await ask("/api/runs", { token: null, headers: { cookie: `theriac-${port}=${"x".repeat(32)}` } })).status).toBe(401);
  });

  it("no other name of this machine, as DNS rebinding gives it", async () => {
    const { port } = new URL(server.address);
    for (const host of [
      "evil.example",
      `evil.example:${port}`,
      "127.0.0.1",
      `127.0.0.1.evil.example:${port}`,
      `[::1]:${port}`,
      "localhost:1",
      `127.0.0.1:${port}@evil.example`,
    ])
      expect((await ask("/api/runs", { headers: { host } })).status).toBe(403);
    expect((await ask("/api/runs", { headers: { host: `localhost:${port}` } })).status).toBe(200);
  });

  it("no page of another site or port", async () => {
    const { port } = new URL(server.address);
    const body = { row: 1, decision: "poison" };
    for (const origin of ["http://evil.example", "null", "http://127.0.0.1:1", `https://127.0.0.1:${port}`, `http://localhost:${port}`])
      expect((await ask(`/api/runs/${run}/decisions`, { body, headers: { origin } })).status).toBe(403);
    for (const site of ["cross-site", "same-site"])
      expect((await ask("/api/runs", { headers: { "sec-fetch-site": site } })).status).toBe(403);
    expect(existsSync(join(root, "runs", "scan", decisionsName))).toBe(false);
  });

  it("no form, which could send no JSON", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""])
      expect(
        (await ask(`/api/runs/${run}/decisions`, { raw: '{"row":1,"decision":"poison"}', headers: { "content-type": type } })).status,
      ).toBe(415);
    expect((await ask(`/api/runs/${run}/decisions`, { method: "POST", headers: { "content-type": "text/plain" } })).status).toBe(415);
  });

  it("listens on the loopback device alone", () => {
    expect(new URL(server.address).hostname).toBe("127.0.0.1");
    expect(new URL(server.address).searchParams.get("token")).toMatch(/^[\w-]{32}$/);
  });
});

describe("every answer", () => {
  it("says that nothing in it may run, be framed, kept or passed on", async () => {
    for (const path of ["/", "/api/runs", `/api/runs/${run}/rows/1`, "/api/nothing"]) {
      const { headers } = await ask(path);
      expect(headers["content-security-policy"]).toMatch(/^default-src 'none'/);
      expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
      expect(headers["content-security-policy"]).not.toMatch(/unsafe|\*|https?:/);
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "cross-origin-resource-policy": "same-origin",
      });
      expect(headers["access-control-allow-origin"]).toBeUndefined();
    }
  });
});

describe("what is asked wrongly", () => {
  it("is refused with a reason", async () => {
    const decide = `/api/runs/${run}/decisions`;
    const wrong: [string, Asked, number, RegExp][] = [
      [decide, { raw: "{" }, 400, /JSON/],
      [decide, { raw: "", method: "POST", headers: { "content-type": "application/json" } }, 400, /empty|JSON/],
      [decide, { raw: '{"row":1,"decision":"fine","__proto__":{"x":1}}' }, 400, /JSON/],
      [decide, { body: { row: 0, decision: "fine" } }, 400, /row must be/],
      [decide, { body: { row: 1.5, decision: "fine" } }, 400, /row must be/],
      [decide, { body: { row: "1", decision: "fine" } }, 400, /row must be/],
      [decide, { body: { row: 81, decision: "fine" } }, 404, /there is no row 81: the data have 80/],
      [decide, { body: { row: 1, decision: "maybe" } }, 400, /decision must be/],
      [decide, { body: { row: 1, decision: "fine", by: "root" } }, 400, /by|key/],
      [decide, { body: [1] }, 400, /must be an object/],
      [decide, { body: "x".repeat(100_000) }, 413, /large/],
      [`/api/runs/${run}/undo`, { body: {} }, 409, /ana has decided nothing/],
      [`/api/runs/${run}/undo`, { body: { id: "0".repeat(16) } }, 400, /there is no decision/],
      [`/api/runs/${run}/queue?count=100000`, {}, 400, /count must be/],
      [`/api/runs/${run}/queue?filter=x`, {}, 400, /filter must be/],
      [`/api/runs/${run}/texts?rows=1,2,x`, {}, 400, /rows must be/],
      [`/api/runs/${run}/texts?rows=99`, {}, 404, /there is no row 99/],
      [`/api/runs/${run}/rows/x`, {}, 400, /row must be/],
      [`/api/runs/${run}/export`, { body: {} }, 400, /onlyDecided/],
      [`/api/runs/${run}/live/events`, {}, 409, /is a scan/],
      [`/api/runs/${run}/stop`, { body: {} }, 409, /does not run it/],
      [`/api/runs/${run}/resume`, { body: {} }, 409, /cannot be gone on with/],
      ["/api/runs/000000000000", {}, 404, /no such run/],
      ["/api/runs/000000000000/queue", {}, 404, /no such run/],
      ["/api/nothing", {}, 404, /nothing at this address/],
      [`/api/runs/${run}/queue`, { method: "PUT", headers: { "content-type": "application/json" }, raw: "{}" }, 404, /nothing/],
    ];
    for (const [path, asked, status, message] of wrong) {
      const answer = await ask(path, asked);
      expect([path, answer.status, answer.body?.message]).toEqual([path, status, expect.stringMatching(message)]);
      expect(answer.text).not.toContain("    at ");
    }
    expect(faults).toEqual([]);
    expect(existsSync(join(root, "runs", "scan", decisionsName))).toBe(false);
  });

  it("a path that leads elsewhere is no run", async () => {
    for (const path of [
      "..",
      "../..",
      "%2e%2e",
      "%2e%2e%2f%2e%2e",
      "..%5c..",
      "/etc",
      "%2fetc%2fpasswd",
      "runs%2fscan",
      "a".repeat(300),
      "%00",
    ]) {
      for (const end of ["", "/queue", "/live"]) {
        const { status, text } = await ask(`/api/runs/${path}${end}`);
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
        expect(text).not.toMatch(/root:|great fine/);
      }
    }
    for (const path of ["/../../etc/passwd", "/%2e%2e/etc/passwd", "//etc/passwd", "/manifest.json", "/runs/scan/manifest.json"])
      expect((await ask(path)).status).toBe(404);
  });

  it("runs behind a link, and folders that hold something else, are not listed", async () => {
    const other = mkdtempSync(join(tmpdir(), "theriac-other-"));
    try {
      cpSync(join(root, "runs", "scan"), join(other, "scan"), { recursive: true });
      symlinkSync(join(other, "scan"), join(root, "link"));
      mkdirSync(join(root, "app"));
      writeFileSync(join(root, "app", "manifest.json"), '{"kind":"app","name":"not ours"}');
      writeFileSync(join(root, "runs", "manifest.json"), "{");
      const { runs } = (await ask("/api/runs")).body;
      expect(runs.map(({ path }: { path: string }) => path)).toEqual(["runs/scan"]);
    } finally {
      rmSync(other, { recursive: true });
      for (const name of ["link", "app", "runs/manifest.json"]) rmSync(join(root, name), { recursive: true });
    }
  });
});

describe("the queue", () => {
  it("is stored at once, told to every tab, and of two servers at once nothing is lost", async () => {
    const other = await start({ by: "ben" });
    const tabs = await Promise.all([
      listen(server, `/api/runs/${run}/decisions/events`),
      listen(other, `/api/runs/${run}/decisions/events`),
    ]);
    try {
      const rows = (await ask(`/api/runs/${run}/queue?filter=all&count=20`)).body.rows.map(({ row }: { row: number }) => row) as number[];
      const answers = await Promise.all(
        rows.map((row, i) =>
          ask(`/api/runs/${run}/decisions`, { body: { row, decision: i % 2 === 0 ? "poison" : "fine" }, of: i % 2 === 0 ? server : other }),
        ),
      );
      for (const { status } of answers) expect(status).toBe(201);
      const lines = readFileSync(join(root, "runs", "scan", decisionsName), "utf8")
        .trimEnd()
        .split("\n");
      expect(lines.map((line) => (JSON.parse(line) as { row: number }).row).sort()).toEqual([...rows].sort());
      for (const tab of tabs)
        await expect
          .poll(() => new Set(tab.events.flatMap(({ changed = [] }) => changed.map(({ row }: { row: number }) => row))).size, {
            timeout: 5000,
          })
          .toBe(rows.length);
      const { body } = await ask(`/api/runs/${run}/queue?filter=decided&count=50`);
      expect(body.progress.counts).toEqual({ poison: 10, fine: 10, unsure: 0 });
      expect(new Set(body.rows.map((row: any) => `${row.decision.decision} ${row.decision.by}`))).toEqual(
        new Set(["poison ana", "fine ben"]),
      );
      const undone = await ask(`/api/runs/${run}/undo`, { body: {} });
      expect(undone.body.changed).toMatchObject([{ decision: null }]);
      await expect.poll(() => tabs[1].events.at(-1)?.progress.counts.poison, { timeout: 5000 }).toBe(9);
      const exported = await ask(`/api/runs/${run}/export`, { body: { onlyDecided: true } });
      expect(exported.body).toMatchObject({
        quarantined: 9,
        kept: 71,
        files: ["reviewed-1/reviews.cleaned.csv", "reviewed-1/reviews.quarantined.csv"],
      });
      const again = await ask(`/api/runs/${run}/export`, { body: { onlyDecided: true } });
      expect(again.body.files[0]).toBe("reviewed-2/reviews.cleaned.csv");
    } finally {
      for (const tab of tabs) tab.close();
      await other.close();
    }
  });

  it("gives a row with what the scan says, and what lies near it", async () => {
    const { body } = await ask(`/api/runs/${run}/rows/6`);
    expect(body.shown.cells[0]).toMatchObject({ name: "text", text: "great fine lovely box 5 <img src=x onerror=alert(1)>" });
    expect(body.finding).toMatchObject({ row: 6, line: 7 });
    const related = (await ask(`/api/runs/${run}/rows/6/related`)).body;
    expect(related.account).toMatchObject({ name: "acc 5", count: 4 });
    expect(related.neighbours).toHaveLength(8);
    const texts = (await ask(`/api/runs/${run}/texts?rows=1,2`)).body;
    expect(texts.rows.map(({ row }: { row: number }) => row)).toEqual([1, 2]);
  });

  it("has a report beside it, as the scan wrote it", async () => {
    const { status, body, headers } = await ask(`/api/runs/${run}/page`);
    expect([status, body.kind]).toEqual([200, "scan"]);
    expect(headers["content-type"]).toMatch(/^application\/json/);
    const path = join(root, "runs", "scan", "report.html");
    const before = readFileSync(path, "utf8");
    writeFileSync(path, before.replace('id="document"', 'id="other"'));
    expect((await ask(`/api/runs/${run}/page`)).status).toBe(409);
    rmSync(path);
    expect((await ask(`/api/runs/${run}/page`)).status).toBe(404);
    writeFileSync(path, before);
  });

  it("says that the data changed, and stores nothing then", async () => {
    const path = join(root, "reviews.csv");
    const before = readFileSync(path, "utf8");
    const decisions = readFileSync(join(root, "runs", "scan", decisionsName), "utf8");
    writeFileSync(path, before.replace("great", "grand"));
    const other = await start();
    try {
      const { status, body } = await ask(`/api/runs/${run}/decisions`, { body: { row: 70, decision: "fine" }, of: other });
      expect([status, body.message]).toEqual([400, expect.stringMatching(/is not what .* scanned/)]);
      expect((await ask(`/api/runs/${run}/queue`, { of: other })).status).toBe(200);
      expect(readFileSync(join(root, "runs", "scan", decisionsName), "utf8")).toBe(decisions);
    } finally {
      writeFileSync(path, before);
      await other.close();
    }
  });
});

describe("the pages of a queue", () => {
  it("keep their order while rows are decided on", async () => {
    const get = async (query: string) => (await ask(`/api/runs/${run}/queue?${query}`)).body;
    const first = await get("filter=decided&count=5");
    const all = (await get(`snapshot=${first.snapshot}&count=200`)).rows.map(({ row }: { row: number }) => row) as number[];
    expect(all).toHaveLength(first.total);
    expect((await ask(`/api/runs/${run}/undo`, { body: {} })).status).toBe(200);
    const next = await get(`snapshot=${first.snapshot}&from=5&count=5`);
    expect([...first.rows, ...next.rows].map(({ row }: { row: number }) => row)).toEqual(all.slice(0, 10));
    expect((await get("filter=decided")).total).toBe(first.total - 1);
    expect((await ask(`/api/runs/${run}/queue?snapshot=${"0".repeat(16)}`)).status).toBe(410);
  });
});

describe("studies", () => {
  const start1 = (body: unknown) => ask("/api/studies", { body });

  it("have a form of every option that can do no harm, with the parameters of methods that name no file", async () => {
    const { kinds, files } = (await ask("/api/form")).body as { kinds: { kind: string; fields: any[] }[]; files: string[] };
    const [fields, ofRatings, ofDialogues] = ["table", "ratings", "dialogues"].map(
      (of) => kinds.find(({ kind }) => kind === of)?.fields ?? [],
    );
    expect(ofRatings.map(({ name }) => name)).toEqual(expect.arrayContaining(["user", "item", "fillers"]));
    expect(ofDialogues.find(({ name }) => name === "attack").methods.map(({ id }: { id: string }) => id)).toContain("fixed-trigger");
    for (const { kind, fields: own } of kinds) expect(own.map(({ name }) => name)).not.toContain(kind);
    expect(files).toEqual(["reviews.csv"]);
    const names = fields.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["label", "text", "budget", "attack", "learner", "seeds", "limit"]));
    for (const name of ["config", "resume", "out", "methods", "queue", "shard"]) expect(names).not.toContain(name);
    const learners = fields.find(({ name }) => name === "learner").methods as any[];
    expect(learners.find(({ id }) => id === "encoder-head").params.map(({ name }: { name: string }) => name)).not.toContain("encoder");
    const trigger = fields.find(({ name }) => name === "attack").methods.find(({ id }: { id: string }) => id === "trigger-injection");
    expect(trigger.params.map(({ name }: { name: string }) => name)).toContain("trigger");
    const methodIds = kinds.flatMap((one) => one.fields.flatMap(({ methods = [] }) => methods.map(({ id }: { id: string }) => id)));
    expect(methodIds).toEqual(expect.arrayContaining(["logistic", "als-implicit", "fixed-trigger"]));
    expect(methodIds).not.toContain("command");
    // Nothing but a command can take the place of what stands in there.
    expect(ofDialogues.map(({ name }) => name)).not.toContain("learner");
    expect(learners.find(({ id }) => id === "logistic").params.length).toBeGreaterThan(0);
  });

  it("name no file outside of the folder, and no option that the form has not", async () => {
    writeFileSync(join(root, "..", "theriac-outside.csv"), "a,label\n1,x\n");
    symlinkSync(join(root, "..", "theriac-outside.csv"), join(root, "out.csv"));
    try {
      const data = "reviews.csv";
      const wrong: [unknown, number, RegExp][] = [
        [{ data: "../theriac-outside.csv", options: {} }, 403, /only files of the folder/],
        [{ data: join(root, "reviews.csv"), options: {} }, 403, /only files of the folder/],
        [{ data: "out.csv", options: {} }, 403, /only files of the folder/],
        [{ data: "runs/../../theriac-outside.csv", options: {} }, 403, /only files of the folder/],
        [{ data: "-", options: {} }, 400, /there is no file -/],
        [{ data: "--help", options: {} }, 400, /there is no file/],
        [{ data: ".", options: {} }, 400, /is no file/],
        [{ data: "*.csv", options: {} }, 400, /there is no file/],
        [{ data, options: { out: ["/tmp/x"] } }, 400, /no option "out"/],
        [{ data, options: { config: ["evil.config.js"] } }, 400, /no option "config"/],
        [{ data, options: { methods: ["evil.mjs"] } }, 400, /no option "methods"/],
        [{ data, options: { queue: ["postgres://127.0.0.1/x"] } }, 400, /no option "queue"/],
        [{ data, options: { shard: ["1/2"] } }, 400, /no option "shard"/],
        [{ data, kind: "images", options: {} }, 400, /kind/],
        [{ data, kind: "ratings", options: { text: ["review"] } }, 400, /no option "text"/],
        [{ data, options: { learner: ["command"] } }, 400, /runs a program/],
        [{ data, options: { learner: ["logistic,command:seconds=1"] } }, 400, /runs a program/],
        [{ data, kind: "ratings", options: { learner: ["command"] } }, 400, /runs a program/],
        [{ data, kind: "dialogues", options: { learner: ["command:prompts=20"] } }, 400, /runs a program/],
        [{ data, options: { "label=x --out": ["y"] } }, 400, /no option/],
        [{ data, options: { "label-file": ["../theriac-outside.csv"] } }, 403, /only files of the folder/],
        [{ data, options: { learner: ["encoder-head:encoder=/etc/passwd"] } }, 400, /names a file/],
        [{ data, options: { learner: ["logistic,encoder-head:encoder=x"] } }, 400, /names a file/],
        [{ data, options: { surrogate: ["encoder-head:encoder=x"] } }, 400, /names a file/],
        [{ data, options: { learner: ['mlp:hidden="1,2",encoder-head:encoder="x"'] } }, 400, /names a file/],
        [{ data, options: { label: ["a\nb"] } }, 400, /one line/],
        [{ data, options: { label: "label" } }, 400, /must be a list/],
        [{ data }, 400, /options/],
        [{ data, options: {}, cwd: "/" }, 400, /cwd|key/],
      ];
      for (const [body, status, message] of wrong) {
        const answer = await start1(body);
        expect([body, answer.status, answer.body.message]).toEqual([body, status, expect.stringMatching(message)]);
      }
      // What the command itself refuses comes back in its words.
      const refused = await start1({ data, options: { label: ["nothing"] } });
      expect([refused.status, refused.body.message]).toEqual([400, expect.stringMatching(/nothing/)]);
      expect(existsSync(join(root, "theriac-runs"))).toBe(false);
    } finally {
      rmSync(join(root, "out.csv"));
      rmSync(join(root, "..", "theriac-outside.csv"));
    }
  }, 150_000);

  it("that train with a command are gone on with on the command line alone, by which the command is named", async () => {
    const folder = join(root, "runs", "of-a-command");
    const learner = { id: "command", params: { run: ["touch", join(root, "touched")] } };
    mkdirSync(folder, { recursive: true });
    const manifest = {
      kind: "audit",
      theriac: "0.1.0",
      status: "cancelled",
      read: { data: "reviews.csv" },
      study: { learners: [learner] },
    };
    writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
    try {
      const { runs } = (await ask("/api/runs")).body as { runs: { id: string; path: string }[] };
      const { id } = runs.find(({ path }) => path === "runs/of-a-command")!;
      const { status, body } = await ask(`/api/runs/${id}/resume`, { body: {} });
      expect([status, body.message]).toEqual([
        409,
        expect.stringMatching(/command line alone; if you trust it: theriac audit --resume runs\/of-a-command -- touch /),
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("lists no file among the data that Theriac wrote itself", async () => {
    const own = ["reviews.cleaned.csv", "reviews.poisoned-label-flip-10.csv", "theriac.config.json"];
    for (const name of own) writeFileSync(join(root, name), "a,label\n1,x\n");
    try {
      expect((await ask("/api/form")).body.files).toEqual(["reviews.csv"]);
    } finally {
      for (const name of own) rmSync(join(root, name));
    }
  });

  it("where one run was named, none can be started", async () => {
    const other = await start({ run: join(root, "runs", "scan") });
    try {
      expect((await ask("/api/form", { of: other })).status).toBe(403);
      expect((await ask("/api/studies", { of: other, body: { data: "reviews.csv", options: {} } })).status).toBe(403);
      expect((await ask("/api/runs", { of: other })).body).toMatchObject({ canStart: false, runs: [{ kind: "scan" }] });
    } finally {
      await other.close();
    }
    await expect(start({ run: root })).rejects.toThrow(/is not a run/);
  });
});

/** What a tab hears. */
async function listen(of: RunningServer, path: string): Promise<{ readonly events: any[]; close(): void }> {
  const { port, searchParams } = new URL(of.address);
  const events: any[] = [];
  return new Promise((resolve, reject) => {
    const sending = request({ host: "127.0.0.1", port, path, headers: { "x-theriac-token": searchParams.get("token")! } }, (response) => {
      let rest = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        const parts = `${rest}${text}`.split("\n\n");
        rest = parts.pop()!;
        for (const part of parts) {
          const data = /^data: (.*)$/m.exec(part)?.[1];
          if (data !== undefined) events.push(JSON.parse(data));
        }
      });
      response.on("error", () => {});
      expect(response.headers["content-type"]).toMatch(/^text\/event-stream/);
      resolve({ events, close: () => sending.destroy() });
    });
    sending.on("error", reject);
    sending.end();
  });
}

it("a text parameter whose help speaks of a file is said to name one, so that no page may set it", () => {
  const specs = Object.values(methodsByKind).flatMap((lists) =>
    Object.values(lists)
      .filter(Array.isArray)
      .flatMap((methods: MethodInfo[]) => methods.flatMap(({ params }) => Object.values(params as Record<string, ParamSpec>))),
  );
  const texts = specs.filter((spec) => spec.type === "text" && spec.isFilledIn !== true && /\b(file|path|folder)\b/i.test(spec.help));
  expect(texts.length).toBeGreaterThan(0);
  for (const spec of texts) expect(spec).toMatchObject({ namesFile: true });
});
