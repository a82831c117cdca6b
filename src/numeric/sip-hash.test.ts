import { expect, it } from "vitest";
import { makeSipHash } from "./sip-hash.ts";

// Vectors of the reference implementation (vectors.h of its repository): key 00 01 … 0f, input 00 01 … of the length.
const key = new Uint32Array([0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c]);
const vectors: readonly (readonly [length: number, hash: string])[] = [
  [0, "726fdb47dd0e0e31"],
  [1, "74f839c593dc67fd"],
  [2, "0d6c8009d9a94f5a"],
  [3, "85676696d7fb7e2d"],
  [7, "ab0200f58b01d137"],
  [8, "93f5f5799a932462"],
  [15, "a129ca6149be45e5"],
];

it.each(vectors)("hashes %i bytes as the reference implementation does", (length, hash) => {
  const sip = makeSipHash(key);
  sip.hash(Uint8Array.from({ length }, (_, i) => i));
  expect(sip.high.toString(16).padStart(8, "0") + sip.low.toString(16).padStart(8, "0")).toBe(hash);
});

it("hashes a part of a longer buffer", () => {
  const sip = makeSipHash(key);
  sip.hash(
    Uint8Array.from({ length: 40 }, (_, i) => i),
    8,
  );
  expect(sip.low).toBe(0x9a932462);
});
