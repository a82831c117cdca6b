import { generateKeyPairSync, sign } from "node:crypto";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UsageError } from "../../core/errors.ts";
import { readAttestation } from "./attestation-file.ts";
import { attest } from "./attest.ts";
import { type Attestation, type Statement, makeAttestation, signedText, writeKeyPair } from "./attestation.ts";
import { canonicalJson } from "./canonical-json.ts";
import { readPrivateKey, readPublicKey } from "./keys.ts";
import { type Verification, type VerifyOptions, verify } from "./verify.ts";

const old = fileURLToPath(new URL("../../../test/own-files/0.1.0/attestation/", import.meta.url));
const { privateKey, publicKey } = generateKeyPairSync("ed25519");

let folder: string;
let data: string;
let path: string;
let written: Attestation;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "theriac-verify-"));
  data = join(folder, "loans.csv");
  cpSync(join(old, "loans.csv"), data);
  path = (await attest({ data: { path: data, labels: ["default"] } }, { out: join(folder, "m"), privateKey })).attestationPath;
  written = readAttestation(path);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Beside the model, so that only what was changed differs. */
function write(value: unknown): string {
  const file = join(folder, "m", "changed.json");
  writeFileSync(file, typeof value === "string" ? value : JSON.stringify(value));
  return file;
}

const signedAnew = (change: Partial<Statement>): Attestation => makeAttestation({ ...written.statement, ...change }, privateKey);
const outcome = async (options: VerifyOptions): Promise<string> => (await verify({ probes: 20, ...options })).outcome;
const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "no refusal",
    (error: unknown) => (error instanceof UsageError ? error.message.replaceAll(folder, "") : `a bug: ${String(error)}`),
  );

describe("verify", () => {
  it("passes an honest model whose statement is signed with the key that is trusted", async () => {
    const result = await verify({ attestation: path, data, publicKey, probes: 20 });
    expect(result.outcome).toBe("pass");
    expect(result.checks.map((check) => check.outcome)).not.toContain("skipped");
  });

  it("calls unproven what is not signed, or signed with a key that nobody named, and reads and trains nothing", async () => {
    const only = (result: Verification): unknown => [result.outcome, result.checks.map(({ name, outcome: own }) => [name, own])];
    const unread = { ...written.statement, read: { ...written.statement.read, data: "/nowhere/at-all.csv" } };
    for (const attestation of [makeAttestation(unread, null), makeAttestation(unread, privateKey)])
      expect(only(await verify({ attestation: write(attestation) }))).toEqual(["unproven", [["signature", "skipped"]]]);
  });

  it("checks an unproven statement on request, against data that are named, and never passes it", async () => {
    const attestation = write(makeAttestation(written.statement, null));
    expect(await refusal(verify({ attestation, evenUnproven: true }))).toMatch(
      /is not proved, so the data that it names are not read: say where they are with --data/,
    );
    const result = await verify({ attestation, evenUnproven: true, data, probes: 20 });
    expect([result.outcome, result.checks.filter(({ outcome: own }) => own === "fail")]).toEqual(["unproven", []]);
    const wrong = write(makeAttestation({ ...written.statement, learnerParams: {} }, null));
    expect(await outcome({ attestation: wrong, evenUnproven: true, data })).toBe("fail");
  });

  it("ends with the signature where that does not fit: nothing that a forged file names is read or said", async () => {
    const secret = join(folder, "secret.csv");
    writeFileSync(secret, "password,hunter2\n");
    const { statement } = written;
    const forged = write({ ...written, statement: { ...statement, read: { ...statement.read, data: secret } } });
    const result = await verify({ attestation: forged, publicKey });
    expect([result.outcome, result.checks.length]).toEqual(["fail", 1]);
    expect(JSON.stringify(result)).not.toMatch(/password|hunter2|secret/);
    const { publicKey: other } = generateKeyPairSync("ed25519");
    expect((await verify({ attestation: path, publicKey: other, data })).checks).toHaveLength(1);
  });

  it("does not take the signature of another kind of document, or one of schema 1, for that of an attestation", async () => {
    const text = canonicalJson(written.statement);
    for (const other of [text, `theriac-model\nschema 2\n${text}`, `theriac-attestation\nschema 1\n${text}`]) {
      const value = sign(null, Buffer.from(other), privateKey).toString("base64");
      const attestation = write({ ...written, signature: { ...written.signature, value } });
      expect(await outcome({ attestation, publicKey, data })).toBe("fail");
    }
    expect(signedText(written.statement)).toBe(`theriac-attestation\nschema 2\n${text}`);
  });

  it("takes the same statement in another order of keys for the same", async () => {
    const { statement } = written;
    const turned = Object.fromEntries(Object.entries(statement).reverse());
    expect(await outcome({ attestation: write({ ...written, statement: turned }), publicKey, data })).toBe("pass");
  });

  it("says of an attestation of 0.1.0 why it is not checked", async () => {
    expect(await refusal(verify({ attestation: join(old, "attestation.json") }))).toMatch(
      /attestation\.json was written by an older version of Theriac: an attestation of theriac attest has schema 1 there; this version reads 2; .*attest the training again$/,
    );
  });

  it("holds the paths of a signed statement to its folder and to the one it is run in", async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "theriac-elsewhere-"));
    try {
      cpSync(data, join(elsewhere, "loans.csv"));
      symlinkSync(join(elsewhere, "loans.csv"), join(folder, "m", "link.csv"));
      cpSync(data, join(folder, "m", "loans.csv"));
      const request = (at: string): Attestation => signedAnew({ read: { ...written.statement.read, data: at } });
      for (const at of [
        join(elsewhere, "loans.csv"),
        "../../../../../../../etc/passwd",
        "/etc/passwd",
        "link.csv",
        "/",
        "https://example.org/x.csv",
        " ",
      ])
        expect(await refusal(verify({ attestation: write(request(at)), publicKey })), at).toMatch(
          /names data outside of its folder and of this one: say where they are here with --data/,
        );
      expect(await outcome({ attestation: write(request("loans.csv")), publicKey })).toBe("pass");
      expect(await outcome({ attestation: write(request(join(folder, "m", "loans.csv"))), publicKey })).toBe("pass");
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  it("calls unproven a signed statement whose model is not there to be asked", async () => {
    const alone = join(folder, "alone");
    mkdirSync(alone);
    cpSync(path, join(alone, "attestation.json"));
    expect(await outcome({ attestation: join(alone, "attestation.json"), publicKey, data })).toBe("unproven");
  });

  it("fails a changed model, and refuses a link that leads out of its folder", async () => {
    const model = JSON.parse(readFileSync(join(folder, "m", "model.json"), "utf8")) as { parameters: number[] };
    const changed = join(folder, "changed-model.json");
    writeFileSync(changed, JSON.stringify({ ...model, parameters: model.parameters.map((value) => value + 1) }));
    expect(await outcome({ attestation: path, data, publicKey, model: changed })).toBe("fail");
    const linked = join(folder, "linked");
    mkdirSync(linked);
    cpSync(path, join(linked, "attestation.json"));
    symlinkSync(changed, join(linked, "model.json"));
    expect(await refusal(verify({ attestation: join(linked, "attestation.json"), data, publicKey }))).toMatch(
      /is a link that leads out of the folder/,
    );
  });

  it.each([
    ["nothing", ""],
    ["a list", "[]"],
    ["another kind", { schema: 2, kind: "theriac-patch" }],
    ["no statement", { schema: 2, kind: "theriac-attestation", digest: "0".repeat(64), signature: null }],
    ["a statement of null", (given: Attestation) => ({ ...given, statement: null })],
    ["files that are none", (given: Attestation) => ({ ...given, statement: { ...given.statement, files: [{}] } })],
    ["no files", (given: Attestation) => ({ ...given, statement: { ...given.statement, files: [] } })],
    ["a signature of a number", (given: Attestation) => ({ ...given, signature: 7 })],
    ["another algorithm", (given: Attestation) => ({ ...given, signature: { ...given.signature, algorithm: "none" } })],
    ["a key that is none", (given: Attestation) => ({ ...given, signature: { ...given.signature, publicKey: "x" } })],
    ["a signature that is too short", (given: Attestation) => ({ ...given, signature: { ...given.signature, value: "AAAA" } })],
    ["a model elsewhere", (given: Attestation) => ({ ...given, statement: { ...given.statement, modelName: "../../model.json" } })],
    ["no learner", (given: Attestation) => ({ ...given, statement: { ...given.statement, pipeline: {} } })],
    ["a seed of text", (given: Attestation) => ({ ...given, statement: { ...given.statement, seed: "0" } })],
    ["deep nesting", `{"schema":2,"kind":"theriac-attestation","statement":${"[".repeat(100_000)}`],
  ])("refuses a file with %s in one line, with or without a key", async (_, made) => {
    const attestation = write(typeof made === "function" ? made(written) : made);
    for (const options of [{}, { publicKey }, { evenUnproven: true, data }]) {
      const message = await refusal(verify({ attestation, ...options }));
      expect(message).toMatch(/^\/m\/changed\.json is not an attestation of theriac attest: /);
      expect(message).not.toContain("\n");
    }
  });

  it.each([
    [
      "a learner that there is none of",
      { pipeline: (given: Statement) => ({ ...given.pipeline, learner: { id: "__proto__", params: {} } }) },
    ],
    [
      "parameters out of range",
      { pipeline: (given: Statement) => ({ ...given.pipeline, learner: { id: "logistic", params: { weightDecay: -1 } } }) },
    ],
    ["a learner for other labels", { pipeline: (given: Statement) => ({ ...given.pipeline, learner: { id: "ridge", params: {} } }) }],
  ])("refuses %s, even where it is signed", async (_, { pipeline }) => {
    const attestation = write(signedAnew({ pipeline: pipeline(written.statement) as Statement["pipeline"] }));
    expect(await refusal(verify({ attestation, publicKey, data }))).not.toMatch(/^a bug|^no refusal/);
  });

  it("refuses answers that are none", async () => {
    const answers = join(folder, "answers.jsonl");
    for (const line of [
      '{"probe":0,"default":{"toString":1}}',
      '{"probe":-1,"default":"no"}',
      '{"probe":0.5,"default":"no"}',
      '{"probe":0}',
      "[0]",
      "[".repeat(100_000),
    ]) {
      writeFileSync(answers, `${line}\n`);
      expect(await refusal(verify({ attestation: path, data, publicKey, answers, probes: 20 }))).toMatch(/^\/answers\.jsonl: line 1/);
    }
  });
});

describe("keys", () => {
  it("are written for their owner alone, and refused where others may read the private one", () => {
    const key = join(folder, "k.pem");
    writeKeyPair(key);
    expect([statSync(key).mode & 0o777, statSync(dirname(key)).isDirectory()]).toEqual([0o600, true]);
    expect(readPrivateKey(key).asymmetricKeyType).toBe("ed25519");
    expect(() => readPublicKey(key)).toThrow(/holds a private key, which stays where the training runs/);
    chmodSync(key, 0o644);
    expect(() => readPrivateKey(key)).toThrow(/others may read or change: chmod 600/);
  });

  it("of other kinds are refused", () => {
    const file = join(folder, "rsa.pub");
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
    writeFileSync(file, rsa.publicKey.export({ type: "spki", format: "pem" }));
    expect(() => readPublicKey(file)).toThrow(/holds a key of kind rsa; Ed25519 is needed/);
  });
});
