import { describe, expect, it } from "vitest";
import { makeRng } from "../numeric/random.ts";
import { isMissing } from "../node/read/missing.ts";
import { freshAccounts } from "./fresh-accounts.ts";

describe("names of fake accounts", () => {
  it.each([
    [
      ["1", "12", "7"],
      ["13", "14"],
    ],
    [
      ["u008", "u009"],
      ["u010", "u011"],
    ],
    [
      ["18446744073709551616", "3"],
      ["18446744073709551617", "18446744073709551618"],
    ],
  ])("go on with the numbers of %j", (users, names) => {
    expect(freshAccounts(users, 2, makeRng(1), isMissing)).toEqual(names);
  });

  it("have the form of some other name where users are not numbered, and none is taken", () => {
    const names = freshAccounts(["A3SGXH7AUHU8GW", "B1-QT7kk"], 50, makeRng(1), isMissing);
    expect(new Set(names).size).toBe(50);
    for (const name of names) expect(name).toMatch(/^([A-Z]\d[A-Z]{4}\d[A-Z]{3}[A-Z]\d[A-Z]{2}|[A-Z]\d-[A-Z]{2}\d[a-z]{2})$/);
  });

  it("become longer where all of their form are taken", () => {
    const letters = Array.from("abcdefghijklmnopqrstuvwxyz");
    expect(freshAccounts(letters, 3, makeRng(1), isMissing).every((name) => name.length > 1)).toBe(true);
  });
});
