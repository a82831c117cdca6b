import { describe, expect, it } from "vitest";
import { UsageError } from "../../core/errors.ts";
import { inFolder } from "./find-data.ts";

describe("a path of data from a manifest", () => {
  it("stays within the folder that it is put into", () => {
    expect(inFolder("/tmp/tree", "/data/a.csv", "x")).toBe("/tmp/tree/data/a.csv");
    expect(inFolder("/tmp/tree", "/data/../b.csv", "x")).toBe("/tmp/tree/b.csv");
    for (const path of ["/../home/a.csv", "../../etc/a", "/data/../..", "..", "/", "", "/../tree-too/a"])
      expect(() => inFolder("/tmp/tree", path, "the study of x"), path).toThrow(UsageError);
  });
});
