import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { statSync } from "node:fs";
import { UsageError } from "../../core/errors.ts";
import { digest } from "../runs/provenance.ts";
import { readBytes } from "../schemas/read-bytes.ts";

const mostBytes = 1 << 16;

/** @throws UsageError where it is no private Ed25519 key, or others than its owner may read it */
export function readPrivateKey(path: string): KeyObject {
  const text = readText(path, "a private key");
  const mode = process.platform === "win32" ? 0 : statSync(path).mode & 0o077;
  if (mode !== 0)
    throw new UsageError(
      `${path} is a private key that others may read or change: chmod 600 ${path}, and a new pair where somebody may have read it`,
    );
  return checked(() => createPrivateKey(text), path, "a private key");
}

/** @throws UsageError where it is no public Ed25519 key */
export function readPublicKey(path: string): KeyObject {
  const text = readText(path, "a public key");
  if (/PRIVATE KEY/.test(text))
    throw new UsageError(
      `${path} holds a private key, which stays where the training runs: verify takes the public one, ${path}.pub beside it`,
    );
  return checked(() => createPublicKey(text), path, "a public key");
}

/** The key that an attestation bears; whose it is, it cannot say. @throws UsageError where it is none */
export function parsePublicKey(pem: string, where: string): KeyObject {
  return checked(() => createPublicKey(pem), where, "a public key");
}

/** Sixteen characters of the SHA-256 of a public key. */
export function fingerprint(key: KeyObject): string {
  return digest(pemOf(key)).slice(0, 16);
}

export function pemOf(key: KeyObject): string {
  return key.export({ type: "spki", format: "pem" }).toString();
}

function readText(path: string, what: string): string {
  return readBytes(path, { what, maxBytes: mostBytes, mayBePipe: true }).toString("utf8");
}

function checked(make: () => KeyObject, where: string, what: string): KeyObject {
  let key: KeyObject;
  try {
    key = make();
  } catch {
    throw new UsageError(`${where} holds no key in PEM form that can be read as ${what}`);
  }
  if (key.asymmetricKeyType === "ed25519") return key;
  throw new UsageError(`${where} holds a key of kind ${key.asymmetricKeyType ?? "unknown"}; Ed25519 is needed`);
}
