import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { kinds } from "../kinds/kinds.ts";
import { manifestFile } from "./manifest-file.ts";

const manifestOf = (kind: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`../../../test/own-files/0.1.0/${kind}/manifest.json`, import.meta.url), "utf8")) as Record<
    string,
    unknown
  >;
const isRight = (manifest: object): boolean => manifestFile(kinds).schema.safeParse(manifest).success;

describe("the schema of a manifest", () => {
  it("takes every word that may stand for no rating", () => {
    const manifest = manifestOf("ratings");
    const read = manifest.read as object;
    expect(isRight({ ...manifest, read: { ...read, notRated: [0, "empty", "?"] } })).toBe(true);
    expect(isRight({ ...manifest, read: { ...read, notRated: [true] } })).toBe(false);
  });

  it("refuses an identity whose columns a report could not name", () => {
    const manifest = manifestOf("audit");
    expect(isRight({ ...manifest, identity: { dialect: { columns: ["a"] }, other: 1 } })).toBe(true);
    for (const identity of [null, 3, { dialect: null }, { dialect: { columns: {} } }, { dialect: { columns: [3] } }])
      expect(isRight({ ...manifest, identity })).toBe(false);
  });
});
