import { createPublicKey, verify as verifySignature } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { schemaFaults } from "../schemas/check-schema.ts";
import { filesIn, inFolder, theriac, writeReviews } from "./command.ts";

const few =
  "--label stars --text review --attack label-flip,trigger-injection --repair none --detector none --certificate none --quiet --seeds 2 --budget 20%";
const read = (folder: string, ...names: string[]): any => JSON.parse(readFileSync(join(folder, ...names), "utf8"));

/** One audit for all of these, with its evidence. */
let made = "";
beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), "theriac-test-"));
  writeReviews(made);
  await theriac(made, "audit", "reviews.csv", ...few.split(" "), "--limit", "accuracy >= 0.5", "--out", "run");
  await theriac(made, "attest", "--new-key", "key.pem");
  const decided = ["--decision", "accepted until May", "--by", "Ada"];
  const { exitCode, stderr } = await theriac(made, "attest", "--run", "run", "--key", "key.pem", "--out", "evidence", ...decided);
  expect([exitCode, stderr]).toEqual([0, ""]);
}, 180_000);
afterAll(() => rmSync(made, { recursive: true }));

const inCopy = (use: (folder: string) => Promise<void>): Promise<void> =>
  inFolder((folder) => {
    cpSync(made, folder, { recursive: true });
    return use(folder);
  });

/** The few lines of DSSE's protocol that another implementation has: what is signed, and whether it is. */
function holds({ payload, payloadType, signatures }: any, pem: string): boolean {
  const body = Buffer.from(payload, "base64");
  const signed = Buffer.concat([Buffer.from(["DSSEv1", Buffer.byteLength(payloadType), payloadType, body.length, ""].join(" ")), body]);
  return verifySignature(null, signed, createPublicKey(pem), Buffer.from(signatures[0].sig, "base64"));
}

describe.concurrent("evidence of a run", () => {
  it("passes public schemas, and an independent check of its signature", () =>
    inCopy(async (folder) => {
      expect(filesIn(join(folder, "evidence"))).toEqual([
        "evidence.dsse.json",
        "evidence.json",
        "ml-bom.cdx.json",
        "test-result.dsse.json",
      ]);
      const pem = readFileSync(join(folder, "key.pem.pub"), "utf8");
      for (const name of ["evidence", "test-result"]) {
        const envelope = read(folder, "evidence", `${name}.dsse.json`);
        const statement = JSON.parse(Buffer.from(envelope.payload, "base64").toString("utf8"));
        expect([
          name,
          schemaFaults("dsse-envelope", envelope),
          schemaFaults("in-toto-statement-v1", statement),
          holds(envelope, pem),
        ]).toEqual([name, [], [], true]);
      }
      expect(schemaFaults("cyclonedx-1.6", read(folder, "evidence", "ml-bom.cdx.json"))).toEqual([]);

      const { subject, predicate } = read(folder, "evidence", "evidence.json");
      expect(subject.map(({ name }: any) => name)).toEqual(["reviews.csv", "records.jsonl", "manifest.json"]);
      expect(
        predicate.threats.map(({ attack, budgetRows, trainingRows, testRows }: any) => [attack, budgetRows, trainingRows, testRows]),
      ).toEqual([
        ["label-flip", 28, 140, 60],
        ["trigger-injection", 28, 140, 60],
      ]);
      expect(predicate.data.rowsRoot).toMatchObject({ rows: 200, root: expect.stringMatching(/^[0-9a-f]{64}$/) });
      expect(predicate.notRun.some(({ what }: any) => what === "attack confident-flip")).toBe(true);
      expect(predicate.figures.every(({ figure }: any) => typeof figure.value === "number")).toBe(true);
      const told = predicate.figures.map(({ figure: _, seeds: __, ...named }: any) => JSON.stringify(named));
      expect(new Set(told).size).toBe(told.length);
      expect(predicate.decisions).toMatchObject([{ decision: "accepted until May", by: "Ada" }]);
      expect(predicate.reproduce.command).toMatch(/^theriac audit reviews\.csv/);
      expect(predicate.standards.ids.map(({ id }: any) => id)).toEqual(
        expect.arrayContaining(["AML.T0020", "NISTAML.013", "NISTAML.023", "LLM05:2026"]),
      );
      // No folder of this machine is in it.
      expect(readFileSync(join(folder, "evidence", "evidence.json"), "utf8")).not.toContain(folder);
      const tests = JSON.parse(Buffer.from(read(folder, "evidence", "test-result.dsse.json").payload, "base64").toString("utf8")).predicate;
      expect([tests.result, tests.passedTests]).toEqual(["PASSED", ["logistic: accuracy >= 0.5"]]);
    }));

  it("verifies with the key and the data, and stays unproven without a key", () =>
    inCopy(async (folder) => {
      const key = ["--key", "key.pem.pub"];
      const whole = await theriac(folder, "verify", "evidence/evidence.dsse.json", ...key, "--data", "reviews.csv", "--json");
      expect([whole.exitCode, JSON.parse(whole.stdout).checks.map(({ name, outcome }: any) => `${name} ${outcome}`)]).toEqual([
        0,
        ["envelope pass", "signature pass", "fields pass", "statement pass", "data pass", "rows pass"],
      ]);
      expect((await theriac(folder, "verify", "evidence/test-result.dsse.json", ...key)).exitCode).toBe(0);
      expect((await theriac(folder, "verify", "evidence/evidence.dsse.json")).exitCode).toBe(4);
      const data = readFileSync(join(folder, "reviews.csv"), "utf8");
      writeFileSync(join(folder, "other.csv"), data.replace("great", "awful"));
      const other = await theriac(folder, "verify", "evidence/evidence.dsse.json", ...key, "--data", "other.csv");
      expect([other.exitCode, other.stdout]).toEqual([
        5,
        expect.stringMatching(/data +FAILS +other\.csv: it does not have the digest[^]*rows +FAILS +the root over 200 rows is not that/),
      ]);
      const ofTests = (...data: string[]) => theriac(folder, "verify", "evidence/test-result.dsse.json", ...key, "--data", ...data);
      expect((await ofTests("reviews.csv")).exitCode).toBe(0);
      const wrong = await ofTests("other.csv");
      expect([wrong.exitCode, wrong.stdout]).toEqual([5, expect.stringMatching(/data +FAILS +other\.csv: it does not have the digest/)]);
      expect((await ofTests("evidence")).exitCode).toBe(2);
    }));

  it("needs one signature under the key that is trusted, with or without a keyid, and notes the others", () =>
    inCopy(async (folder) => {
      const { openEnvelope } = await import("../../src/node/evidence/dsse.ts");
      const publicKey = createPublicKey(readFileSync(join(folder, "key.pem.pub"), "utf8"));
      const envelope = read(folder, "evidence", "evidence.dsse.json");
      const [{ keyid, sig }] = envelope.signatures;
      const others = { keyid: "of somebody else", sig: Buffer.alloc(64).toString("base64") };
      const open = (...signatures: { keyid?: string; sig: string }[]) => openEnvelope({ ...envelope, signatures }, publicKey);
      for (const list of [[{ sig }], [{ keyid: "", sig }], [others, { keyid, sig }], [{ keyid, sig }, others]])
        expect(open(...list)).toMatchObject({
          faults: [],
          proved: 1,
          notes: list.slice(1).map(() => expect.stringContaining("somebody else")),
        });
      expect(open(others, { sig: others.sig })).toMatchObject({ faults: [expect.any(String), expect.any(String)], proved: 0, notes: [] });
    }));

  it("fails with a message of its own for each field of envelope and statement that is changed", () =>
    inCopy(async (folder) => {
      mkdirSync(join(folder, "changed"));
      const { verifyRun } = await import("../../src/node/evidence/verify-run.ts");
      const publicKey = createPublicKey(readFileSync(join(folder, "key.pem.pub"), "utf8"));
      const textOf = async (envelope: object): Promise<string> => {
        const path = join(folder, "changed", "envelope.json");
        writeFileSync(path, JSON.stringify(envelope));
        const { outcome, checks } = await verifyRun({ envelope: path, publicKey });
        expect(outcome).toBe("fail");
        return checks.flatMap((check) => (check.outcome === "fail" ? [check.text] : [])).join(" | ");
      };
      for (const file of ["evidence.dsse.json", "test-result.dsse.json"]) {
        const envelope = read(folder, "evidence", file);
        const [signature] = envelope.signatures;
        const other = signature.sig.startsWith("A") ? "B" : "A";
        expect(await textOf({ ...envelope, payloadType: "text/plain" })).toMatch(
          /payloadType: it must be application\/vnd\.in-toto\+json, got "text\/plain"/,
        );
        expect(await textOf({ ...envelope, payload: `${envelope.payload}!` })).toMatch(/payload: it is not base64/);
        expect(await textOf({ ...envelope, signatures: [{ ...signature, keyid: "0" }] })).toMatch(/signatures\[0\]\.keyid: it is "0"/);
        expect(await textOf({ ...envelope, signatures: [{ ...signature, sig: other + signature.sig.slice(1) }] })).toMatch(
          /^signatures\[0\]\.sig: it does not fit/,
        );
        expect(await textOf({ ...envelope, signatures: [{ ...signature, sig: "AAAA" }] })).toMatch(/sig: it is no Ed25519 signature/);
        const statement = JSON.parse(Buffer.from(envelope.payload, "base64").toString("utf8"));
        const sealed = (changed: object): object => ({ ...envelope, payload: Buffer.from(JSON.stringify(changed)).toString("base64") });
        for (const key of ["subject", "predicateType", "_type"]) {
          const value = key === "subject" ? [{ ...statement.subject[0], name: "else" }] : "https://else";
          expect(await textOf(sealed({ ...statement, [key]: value }))).toMatch(new RegExp(`${key}.*(was changed|must be)`));
        }
        for (const key of Object.keys(statement.predicate).filter((name) => name !== "digests")) {
          const { [key]: old, ...rest } = statement.predicate;
          const changed = {
            ...rest,
            [key]: typeof old === "string" ? `${old}x` : Array.isArray(old) ? [...old].slice(1) : { ...old, more: 1 },
          };
          const same = JSON.stringify(changed[key]) === JSON.stringify(old);
          const text = await textOf(sealed({ ...statement, predicate: same ? { ...rest, [key]: ["more"] } : changed }));
          expect([file, key, text]).toEqual([file, key, expect.stringMatching(new RegExp(`predicate\\.${key}[: ]`))]);
        }
      }
    }));

  it("refuses a run that is not finished, and options that do not go together", () =>
    inCopy(async (folder) => {
      const manifest = read(folder, "run", "manifest.json");
      writeFileSync(join(folder, "run", "manifest.json"), JSON.stringify({ ...manifest, status: "cancelled" }));
      for (const [args, why] of [
        [["--run", "run", "--out", "e"], /is not finished/],
        [["reviews.csv", "--run", "run", "--out", "e"], /--run takes no data/],
        [["--run", "run"], /needs --out/],
        [["--run", "run", "--out", "e", "--by", "Ada"], /--decision and --by go together/],
      ] as const) {
        const { exitCode, stderr } = await theriac(folder, "attest", ...args);
        expect([exitCode, stderr]).toEqual([2, expect.stringMatching(why)]);
      }
    }));
});
