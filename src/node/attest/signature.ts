import { type KeyObject, verify as verifySignature } from "node:crypto";
import { digest } from "../runs/provenance.ts";
import { type Attestation, signedText } from "./attestation.ts";
import { fingerprint, parsePublicKey, pemOf } from "./keys.ts";

/** What is known of who says it: `proved` by a key that its reader trusts, `forged`, or `unproven`, where nobody known vouches for it. */
export interface Proof {
  readonly outcome: "proved" | "unproven" | "forged";
  readonly text: string;
}

/** Holds an attestation against its digest and its signature. `publicKey` is the one that its reader trusts; null = none was named. */
export function proofOf({ statement, digest: told, signature }: Attestation, publicKey: KeyObject | null): Proof {
  const forged = (text: string): Proof => ({ outcome: "forged", text });
  const signed = signedText(statement);
  if (digest(signed) !== told) return forged("the statement was changed after it was written: its digest does not fit");
  if (signature === null)
    return publicKey === null
      ? { outcome: "unproven", text: "the attestation is not signed: whoever could write the file could write all of it" }
      : forged("a key was given and the attestation is not signed");
  const signer = parsePublicKey(signature.publicKey, "signature.publicKey of the attestation");
  if (publicKey !== null && pemOf(publicKey) !== pemOf(signer))
    return forged(`it is signed with another key (${fingerprint(signer)}) than the one given (${fingerprint(publicKey)})`);
  // With the key that is trusted, not with the one that the file bears.
  if (!verifySignature(null, Buffer.from(signed), publicKey ?? signer, Buffer.from(signature.value, "base64")))
    return forged("the signature does not fit the statement: one of them was changed");
  return publicKey === null
    ? {
        outcome: "unproven",
        text: `the statement is as it was signed with the key ${fingerprint(signer)} that it bears itself, which anybody could have made: name the one that you trust with --key`,
      }
    : { outcome: "proved", text: `the statement is as it was signed with the key ${fingerprint(publicKey)}` };
}
