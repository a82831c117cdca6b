import { expect, test } from "vitest";
import { parseMemory } from "./parse-bytes.ts";

test("sizes are read with their units, of a thousand or of 1024", () => {
  expect(parseMemory("2GB", "--memory")).toBe(2e9);
  expect(parseMemory(" 1.5 GiB ", "--memory")).toBe(1.5 * 2 ** 30);
  expect(parseMemory("1500mb", "--memory")).toBe(1.5e9);
});

test.each(["2", "GB", "-1GB", "2 gigabytes", ""])("%j is no size", (text) => {
  expect(() => parseMemory(text, "--memory")).toThrow(/--memory must be a size such as 2GB/);
});

test("less than the program takes is refused", () => {
  expect(() => parseMemory("200MB", "--memory")).toThrow(/must be 1GB at least/);
});
