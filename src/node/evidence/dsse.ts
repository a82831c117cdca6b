import { type KeyObject, createPublicKey, sign, verify } from "node:crypto";
import { z } from "zod";
import { digest } from "../runs/provenance.ts";
import { type OwnFile, readOwnFile } from "../schemas/read-own-file.ts";
import { shownValue } from "../schemas/shown.ts";

/** A signed envelope of DSSE 1.0 (github.com/secure-systems-lab/dsse, envelope.md). */
export interface Envelope {
  readonly payloadType: string;
  /** Base64. */
  readonly payload: string;
  readonly signatures: readonly { readonly keyid?: string | undefined; readonly sig: string }[];
}

export const payloadType = "application/vnd.in-toto+json";

/** What is signed: "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body, lengths in bytes (protocol.md). */
export function preAuthentication(type: string, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.length} `), body]);
}

/** SHA-256 of the public key in DER, hexadecimal. */
export function keyIdOf(key: KeyObject): string {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  return digest(publicKey.export({ type: "spki", format: "der" }));
}

export function sealed(body: string, privateKey: KeyObject): Envelope {
  const bytes = Buffer.from(body);
  const sig = sign(null, preAuthentication(payloadType, bytes), privateKey).toString("base64");
  return { payloadType, payload: bytes.toString("base64"), signatures: [{ keyid: keyIdOf(privateKey), sig }] };
}

const envelopeFile: OwnFile<Envelope> = {
  what: "a DSSE envelope",
  versions: null,
  maxBytes: 1 << 28,
  schema: z.object({
    payloadType: z.string(),
    payload: z.string(),
    signatures: z.array(z.object({ keyid: z.string().optional(), sig: z.string() })).min(1),
  }),
};

/** @throws UsageError on a file that is no envelope */
export function readEnvelope(path: string): Envelope {
  return readOwnFile(path, envelopeFile).value;
}

/** What speaks against an envelope, each in its own words; `body` is what it holds, where that can be said at all. */
export interface OpenedEnvelope {
  readonly faults: readonly string[];
  /** Signatures that prove nothing, beside one that does. */
  readonly notes: readonly string[];
  readonly body: string | null;
  /** Signatures under the key that is trusted; 0 where none was named. */
  readonly proved: number;
}

/**
 * One signature under the key that is trusted is enough; those of others beside it prove nothing and speak against nothing.
 *
 * @param publicKey the one that its reader trusts; null = none was named, so nothing is proved
 */
export function openEnvelope({ payloadType: type, payload, signatures }: Envelope, publicKey: KeyObject | null): OpenedEnvelope {
  const faults: string[] = [];
  if (type !== payloadType) faults.push(`payloadType: it must be ${payloadType}, got ${shownValue(type)}`);
  const bytes = decoded(payload);
  if (bytes === null) faults.push("payload: it is not base64 as it is written, so it was changed");
  const signed = bytes === null ? null : preAuthentication(type, bytes);
  const against = signatures.map((signature, i) => faultOf(signature, `signatures[${i}]`, signed, publicKey));
  const told = against.filter((fault) => fault !== null);
  const fitting = against.length - told.length;
  return {
    faults: fitting > 0 ? faults : [...faults, ...told],
    notes: fitting > 0 ? told.map((fault) => `besides, ${fault}`) : [],
    body: bytes === null ? null : bytes.toString("utf8"),
    proved: publicKey === null || signed === null ? 0 : fitting,
  };
}

/** What speaks against a signature; null where nothing does. */
function faultOf(
  { keyid = "", sig }: Envelope["signatures"][number],
  name: string,
  signed: Buffer | null,
  publicKey: KeyObject | null,
): string | null {
  const value = decoded(sig);
  if (value === null || value.length !== 64) return `${name}.sig: it is no Ed25519 signature of 64 bytes in base64`;
  if (publicKey === null) return null;
  const own = keyIdOf(publicKey);
  // A keyid is optional, and a hint only.
  if (keyid !== "" && keyid !== own) return `${name}.keyid: it is ${shownValue(keyid)}, and the key that you trust is ${own}`;
  return signed === null || verify(null, signed, publicKey, value)
    ? null
    : `${name}.sig: it does not fit payloadType and payload under the key that you trust: one of the three was changed`;
}

/** Bytes of strict base64, so that no two texts hold the same ones; null where it is none. */
function decoded(text: string): Buffer | null {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : null;
}
