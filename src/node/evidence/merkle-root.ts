import { createHash } from "node:crypto";

/**
 * Root of the hash tree of RFC 6962 (Certificate Transparency), 2.1, in hexadecimal: a leaf is SHA-256(0x00 ‖ its text in UTF-8), a node SHA-256(0x01 ‖ left ‖ right), and the left
 * part holds the largest power of two below the number of leaves. The root of nothing is the SHA-256 of nothing. Leaves are read once and in order.
 */
export function merkleRoot(leaves: Iterable<string>): string {
  // Whole subtrees by falling size, as a binary counter has its digits.
  const whole: { readonly size: number; readonly hash: Buffer }[] = [];
  for (const leaf of leaves) {
    let next: { readonly size: number; readonly hash: Buffer } = {
      size: 1,
      hash: createHash("sha256").update("\0").update(leaf, "utf8").digest(),
    };
    while (whole.length > 0 && whole[whole.length - 1].size === next.size)
      next = { size: 2 * next.size, hash: joined(whole.pop()!.hash, next.hash) };
    whole.push(next);
  }
  if (whole.length === 0) return createHash("sha256").digest("hex");
  return whole
    .map(({ hash }) => hash)
    .reduceRight((right, left) => joined(left, right))
    .toString("hex");
}

function joined(left: Buffer, right: Buffer): Buffer {
  return createHash("sha256").update(Uint8Array.of(1)).update(left).update(right).digest();
}
