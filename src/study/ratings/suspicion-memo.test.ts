import { expect, it } from "vitest";
import type { AccountPoison } from "../../core/poison.ts";
import { makeSuspicionMemo } from "./suspicion-memo.ts";

const accounts = (...values: number[]): AccountPoison => ({ kind: "accounts", accounts: [{ items: values.map((_, k) => k), values }] });

it("what detectors said is kept for equal accounts of the same seed, and for no others", () => {
  const memo = makeSuspicionMemo();
  const known = memo.under(0, accounts(5, 1));
  expect(memo.under(0, accounts(5, 1))).toBe(known);
  expect(memo.under(0, accounts(5, 2))).not.toBe(known);
  expect(memo.under(0, accounts(5))).not.toBe(known);
  expect(memo.under(0, null)).not.toBe(known);
  expect(memo.under(0, null)).toBe(memo.under(0, null));
  expect(memo.under(1, accounts(5, 1))).not.toBe(known);
});
