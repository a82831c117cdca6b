import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import type { StudyConfig } from "../../study/config.ts";
import { type Provenance, digest } from "../runs/provenance.ts";
import type { ReadRequest, SourceFile } from "../read/request.ts";
import { writeFiles } from "../write/write-files.ts";
import { canonicalJson } from "./canonical-json.ts";
import { fingerprint, pemOf } from "./keys.ts";

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
  /** That of schema 1 was signed over the statement alone, so that a signature of something else could pass for it. */
  readonly schema: 2;
  readonly kind: "theriac-attestation";
  readonly statement: Statement;
  /** SHA-256 of what is signed. */
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
  const text = signedText(statement);
  const signature =
    privateKey === null
      ? null
      : ({
          algorithm: "ed25519",
          publicKey: pemOf(createPublicKey(privateKey)),
          value: sign(null, Buffer.from(text), privateKey).toString("base64"),
        } as const);
  return { schema: 2, kind: "theriac-attestation", statement, digest: digest(text), signature };
}

/** What a signature is over: what kind of document it is of, in which version, and the statement in its one form; so it fits nothing else. */
export function signedText(statement: Statement): string {
  return `theriac-attestation\nschema 2\n${canonicalJson(statement)}`;
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
