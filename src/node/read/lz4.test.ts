import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unpackLz4 } from "./lz4.ts";

/** A frame of such blocks, with neither sizes nor checksums. */
function frameOf(...blocks: readonly (readonly number[])[]): Uint8Array {
  const sized = blocks.flatMap((block) => [block.length & 255, block.length >> 8, 0, 0, ...block]);
  return Uint8Array.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82, ...sized, 0, 0, 0, 0]);
}

const bytesOf = (text: string): number[] => [...Buffer.from(text)];
const unpack = (frame: Uint8Array, most = 1 << 20): string => Buffer.from(unpackLz4(frame, most)).toString();

/** Packs greedily: a match of four bytes or more at any distance. */
function pack(data: Uint8Array): number[] {
  const out: number[] = [];
  const extra = (length: number): number[] =>
    length < 15 ? [] : [...Array.from({ length: Math.floor((length - 15) / 255) }, () => 255), (length - 15) % 255];
  let from = 0;
  const write = (to: number, match: { distance: number; length: number } | null): void => {
    const literals = to - from;
    const length = match === null ? 0 : match.length - 4;
    out.push((Math.min(15, literals) << 4) | Math.min(15, length), ...extra(literals), ...data.subarray(from, to));
    if (match !== null) out.push(match.distance & 255, match.distance >> 8, ...extra(length));
    from = to + (match?.length ?? 0);
  };
  for (let at = 1; at < data.length; at++) {
    for (let distance = 1; distance <= at; distance++) {
      let length = 0;
      while (at + length < data.length && data[at + length] === data[at + length - distance]) length++;
      if (length < 4 || at < from) continue;
      write(at, { distance, length });
      at = from - 1;
      break;
    }
  }
  write(data.length, null);
  return out;
}

describe("a frame of LZ4", () => {
  it("is unpacked as its specification has it: literals, matches that overlap, long lengths, blocks as they are", () => {
    // By hand: 3 literals, 18 bytes from 3 back; then 5 literals.
    expect(unpack(frameOf([0x3e, ...bytesOf("abc"), 3, 0, 0x50, ...bytesOf("hello")]))).toBe(`${"abc".repeat(7)}hello`);
    // 1 literal and 4 + 15 + 255 + 10 bytes from 1 back.
    expect(unpack(frameOf([0x1f, ...bytesOf("x"), 1, 0, 255, 10, 0x10, ...bytesOf("y")]))).toBe(`${"x".repeat(285)}y`);
    const plain = frameOf(bytesOf("as it is"));
    plain[10] = 0x80;
    expect(unpack(plain)).toBe("as it is");
    // A later block may point into an earlier one.
    expect(unpack(frameOf([0x40, ...bytesOf("abcd")], [0x04, 4, 0, 0x10, ...bytesOf("z")]))).toBe(`abcd${"abcdabcd"}z`);
  });

  it("is unpacked as lz4 1.9 packs it", () => {
    const hex =
      "04224d186440a73a000000fe155468657269616320646f7365732074686520747261696e696e6720646174612c20616e6417009a2074616b652069743b1b0050646174612e000000002309582e";
    expect(unpack(Buffer.from(hex, "hex"))).toBe("Theriac doses the training data, and the training data take it; the training data.");
  });

  it("gives back what was packed", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 400 }), (data) => {
        expect([...unpackLz4(frameOf(pack(Uint8Array.from(data))), 1 << 20)]).toEqual(data);
      }),
    );
  });

  it("is refused where it is damaged or too large", () => {
    expect(() => unpack(frameOf([0x1f, 120, 1, 0, 255, 255, 10, 0x10, 121]), 100)).toThrow("more than the memory");
    expect(() => unpack(frameOf([0x10, 120, 9, 0, 0x10, 121]))).toThrow("points before its start");
    expect(() => unpack(frameOf([0x70, 120]))).toThrow("cut off");
    expect(() => unpack(Uint8Array.from([1, 2, 3, 4, 5]))).toThrow("no frame");
    expect(() => unpack(frameOf([0x10, 120]).subarray(0, -4))).toThrow();
  });
});
