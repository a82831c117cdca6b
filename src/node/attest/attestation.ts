import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify as verifySignature, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { UsageError } from "../../core/errors.ts";
import type { StudyConfig } from "../../study/config.ts";
import { parseExactly, stringifyExactly } from "../exact-json.ts";
import { type Provenance, digest } from "../provenance.ts";
import type { ReadRequest, SourceFile } from "../read/request.ts";
import { writeFiles } from "../write/write-files.ts";

/** What a training says of itself. */
export interface Statement extends Provenance {
  /** ISO 8601. */
  readonly trainedAt: string;
  readonly read: ReadRequest;
  readonly files: readonly SourceFile[];
  readonly rows: number;
  readonly examples: number;
  readonly pipeline: Pick<StudyConfig, "encoder" | "learner" | "sharing">;
  readonly seed: number;
  /** What tuning chose. */
  readonly learnerParams: unknown;
  /** SHA-256 of the model file; null where the model has no parameters to store. */
  readonly modelSha256: string | null;
  /** Of the file, beside the attestation. */
  readonly modelName: string | null;
}

export interface Attestation {
  readonly schema: 1;
  readonly kind: "theriac-attestation";
  readonly statement: Statement;
  /** SHA-256 of the statement. */
  readonly digest: string;
  readonly signature: { readonly algorithm: "ed25519"; readonly publicKey: string; readonly value: string } | null;
}

/** The parameters of a trained model, with the features that they belong to. */
export interface ModelFile {
  readonly schema: 1;
  readonly kind: "theriac-model";
  readonly learner: string;
  readonly features: readonly string[];
  readonly parameters: readonly number[];
}

export function makeAttestation(statement: Statement, privateKey: KeyObject | null): Attestation {
  const text = textOf(statement);
  const signature =
    privateKey === null
      ? null
      : ({
          algorithm: "ed25519",
          publicKey: pemOf(createPublicKey(privateKey)),
          value: sign(null, Buffer.from(text), privateKey).toString("base64"),
        } as const);
  return { schema: 1, kind: "theriac-attestation", statement, digest: digest(text), signature };
}

/** How an attestation is not what was signed, in words; null where it is. `publicKey` is the one that its reader trusts. */
export function findForgery({ statement, digest: told, signature }: Attestation, publicKey: KeyObject | null): string | null {
  const text = textOf(statement);
  if (digest(text) !== told) return "the statement was changed after it was written: its digest does not fit";
  if (signature === null) return publicKey === null ? null : "a key was given and the attestation is not signed";
  const signer = readKey(() => createPublicKey(signature.publicKey), "the public key in the attestation");
  if (publicKey !== null && pemOf(publicKey) !== pemOf(signer))
    return `it is signed with another key (${fingerprint(signer)}) than the one given (${fingerprint(publicKey)})`;
  const isGenuine = verifySignature(null, Buffer.from(text), signer, Buffer.from(signature.value, "base64"));
  return isGenuine ? null : "the signature does not fit the statement: one of them was changed";
}

/** Sixteen characters of the SHA-256 of a public key. */
export function fingerprint(key: KeyObject): string {
  return digest(pemOf(key)).slice(0, 16);
}

/** @throws UsageError on a file that is no attestation */
export function readAttestation(path: string): Attestation {
  const value = readJson(path) as Partial<Attestation> | null;
  if (typeof value !== "object" || value?.kind !== "theriac-attestation" || value.statement === undefined)
    throw new UsageError(`${path} is not an attestation of theriac attest`);
  if (value.schema !== 1) throw new UsageError(`${path} has schema ${String(value.schema)}; this version of Theriac reads schema 1`);
  return value as Attestation;
}

/** @throws UsageError on a file that is no model */
export function readModelFile(path: string): { readonly model: ModelFile; readonly sha256: string } {
  const text = readText(path);
  const value = readJson(path) as Partial<ModelFile> | null;
  const isModel =
    typeof value === "object" && value?.kind === "theriac-model" && Array.isArray(value.parameters) && Array.isArray(value.features);
  if (!isModel || !value.parameters.every((entry) => typeof entry === "number"))
    throw new UsageError(`${path} is not a model of theriac attest`);
  return { model: value as ModelFile, sha256: digest(text) };
}

/** @throws UsageError where it is no Ed25519 key of that kind */
export function readPrivateKey(path: string): KeyObject {
  return readKey(() => createPrivateKey(readText(path)), path);
}

export function readPublicKey(path: string): KeyObject {
  return readKey(() => createPublicKey(readText(path)), path);
}

/** Writes a new pair of keys: the private one for its owner alone to read, and the public one beside it as `<path>.pub`. */
export function writeKeyPair(path: string): { readonly publicPath: string; readonly fingerprint: string } {
  const publicPath = `${path}.pub`;
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  writeFiles([
    { path: publicPath, content: pemOf(publicKey) },
    { path, content: privateKey.export({ type: "pkcs8", format: "pem" }).toString(), mode: 0o600 },
  ]);
  return { publicPath, fingerprint: fingerprint(publicKey) };
}

function textOf(statement: Statement): string {
  return stringifyExactly(statement);
}

function pemOf(key: KeyObject): string {
  return key.export({ type: "spki", format: "pem" }).toString();
}

function readKey(make: () => KeyObject, where: string): KeyObject {
  let key: KeyObject;
  try {
    key = make();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${where} holds no key in PEM form`);
  }
  if (key.asymmetricKeyType === "ed25519") return key;
  throw new UsageError(`${where} holds a key of kind ${key.asymmetricKeyType ?? "unknown"}; Ed25519 is needed`);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(
      `${path} cannot be read: ${(error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : String(error)}`,
    );
  }
}

function readJson(path: string): unknown {
  try {
    return parseExactly(readText(path));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path} is not JSON`);
  }
}
