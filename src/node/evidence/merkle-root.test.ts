import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { merkleRoot } from "./merkle-root.ts";

const hash = (...parts: readonly (Uint8Array | string)[]): Buffer => {
  const sha256 = createHash("sha256");
  for (const part of parts) sha256.update(part);
  return sha256.digest();
};

/** As RFC 6962, 2.1 defines it, by recursion. */
function rootOf(leaves: readonly string[]): Buffer {
  if (leaves.length === 0) return hash();
  if (leaves.length === 1) return hash(Uint8Array.of(0), leaves[0]);
  let size = 1;
  while (2 * size < leaves.length) size *= 2;
  return hash(Uint8Array.of(1), rootOf(leaves.slice(0, size)), rootOf(leaves.slice(size)));
}

describe("the root over rows", () => {
  it("is that of RFC 6962 for any number of leaves", () => {
    for (let count = 0; count < 40; count++) {
      const leaves = Array.from({ length: count }, (_, i) => `row ${i} ü`);
      expect(merkleRoot(leaves)).toBe(rootOf(leaves).toString("hex"));
    }
  });

  it("is that of public test vectors", () => {
    // Certificate transparency's own: github.com/google/certificate-transparency, cpp/merkletree/merkle_tree_test.cc; its first three leaves.
    expect(merkleRoot([])).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(merkleRoot([""])).toBe("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    expect(merkleRoot(["", "\0"])).toBe("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
  });

  it("changes with each leaf and with their order", () => {
    expect(new Set([["a", "b"], ["b", "a"], ["a", "b", "b"], ["ab"]].map(merkleRoot)).size).toBe(4);
  });
});
