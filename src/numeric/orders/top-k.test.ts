import fc from "fast-check";
import { expect, it } from "vitest";
import { makeTopK } from "./top-k.ts";

it("collects what sorting would, ties in the order of the offers, and can be used again", () => {
  fc.assert(
    fc.property(fc.nat(6), fc.array(fc.array(fc.nat(4), { maxLength: 12 }), { minLength: 1, maxLength: 3 }), (capacity, rounds) => {
      const top = makeTopK(capacity);
      for (const values of rounds) {
        values.forEach((value, i) => top.offer(i, value));
        const [ids, found] = [new Int32Array(capacity), new Float64Array(capacity)];
        const count = top.drainInto(ids, found, 0);
        const sorted = values.map((value, i) => ({ value, i })).sort((a, b) => b.value - a.value || a.i - b.i);
        expect([...ids.subarray(0, count)]).toEqual(sorted.slice(0, capacity).map(({ i }) => i));
        expect([...found.subarray(0, count)]).toEqual(sorted.slice(0, capacity).map(({ value }) => value));
      }
    }),
  );
});
