import { z } from "zod";
import type { Attestation, ModelFile, Statement } from "./attestation.ts";
import { digest } from "../runs/provenance.ts";
import {
  type SchemaKeys,
  chosen,
  count,
  encoder,
  finite,
  isoTime,
  plainName,
  provenance,
  readRequest,
  sha256,
  sharing,
  sourceFile,
} from "../schemas/parts.ts";
import { type OwnFile, readOwnFile } from "../schemas/read-own-file.ts";

const statement = z
  .object({
    ...provenance,
    trainedAt: isoTime,
    read: readRequest,
    files: z.array(sourceFile).min(1),
    rows: count,
    examples: count,
    pipeline: z.object({ encoder, learner: chosen, sharing }),
    seed: count,
    learnerParams: z.unknown(),
    modelSha256: sha256.nullable(),
    modelName: plainName.nullable(),
  } satisfies SchemaKeys<Statement>)
  .refine(
    (one) => (one.modelSha256 === null) === (one.modelName === null),
    "a statement with both modelSha256 and modelName, or null for both",
  );

const signature = z.object({
  algorithm: z.literal("ed25519"),
  publicKey: z
    .string()
    .regex(/^-----BEGIN PUBLIC KEY-----\n[A-Za-z0-9+/=\n]{1,200}\n-----END PUBLIC KEY-----\n?$/, "an Ed25519 public key in PEM form"),
  value: z.string().regex(/^[A-Za-z0-9+/]{86}==$/, "a signature of 64 bytes in base64"),
});

const attestationFile: OwnFile<Attestation> = {
  what: "an attestation of theriac attest",
  kinds: ["theriac-attestation"],
  versions: [2],
  maxBytes: 1 << 26,
  remedy: "one of schema 1, of Theriac 0.1.0, is signed over its statement without saying what that is, so attest the training again",
  schema: z.object({
    schema: z.literal(2),
    kind: z.literal("theriac-attestation"),
    statement,
    digest: sha256,
    signature: signature.nullable(),
  }),
};

const modelFile: OwnFile<ModelFile> = {
  what: "a model of theriac attest",
  kinds: ["theriac-model"],
  versions: [1],
  schema: z.object({
    schema: z.literal(1),
    kind: z.literal("theriac-model"),
    learner: z.string(),
    features: z.array(z.string()),
    parameters: z.array(finite),
  }),
};

/** @throws UsageError on a file that is no attestation */
export function readAttestation(path: string): Attestation {
  return readOwnFile(path, attestationFile).value;
}

/** @throws UsageError on a file that is no model */
export function readModelFile(path: string): { readonly model: ModelFile; readonly sha256: string } {
  const { value, text } = readOwnFile(path, modelFile);
  return { model: value, sha256: digest(text) };
}
