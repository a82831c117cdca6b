import { describe, expect, it } from "vitest";
import { makeRng } from "../../src/numeric/random.ts";
import { mutateBytes, mutateJson, mutateLines } from "../../fuzz/mutate.mjs";

const text = JSON.stringify({ schema: 1, list: [{ name: "a", count: 3 }, null, true], deep: { more: { text: "b" } } });

describe("mutations", () => {
  it("are the same for the same stream, and differ from stream to stream", () => {
    const of = (seed: number): string => mutateJson(text, makeRng("mutate").fork(seed));
    const all = Array.from({ length: 500 }, (_, seed) => of(seed));
    expect(Array.from({ length: 500 }, (_, seed) => of(seed))).toEqual(all);
    expect(new Set(all).size).toBeGreaterThan(200);
    expect(all.filter((one) => one === text).length).toBeLessThan(50);
  });

  it("take any text and any bytes, empty ones too", () => {
    for (let seed = 0; seed < 300; seed++) {
      const rng = makeRng(seed);
      for (const odd of ["", "no JSON", "[", "1", '""', "{}", "[]"]) {
        expect(typeof mutateJson(odd, rng)).toBe("string");
        expect(typeof mutateLines(`${odd}\n${odd}\n`, rng)).toBe("string");
      }
      expect(mutateBytes(new Uint8Array(0), rng)).toBeInstanceOf(Uint8Array);
    }
  });
});
