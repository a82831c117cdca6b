import { describe, expect, it } from "vitest";
import { idsOrNone, refuseOptions } from "./refuse-options.ts";

describe("options that data of a kind do not have", () => {
  it.each([
    [{ colour: true }, "--colour goes with images, and these data are ratings; ratings have --user, --item, --rating and --time"],
    [{ imageSize: "8" }, "--image-size goes with images"],
    [{ labelFile: "x" }, "--label-file goes with images whose labels lie in another file"],
    [{ testFraction: 0.2 }, "--test-fraction goes with tables"],
    [{ attackTasks: ["a"] }, "--attack-tasks goes with tables"],
    [{ frozenEncoder: true }, "--frozen-encoder goes with tables"],
    [{ label: ["stars"] }, "--label goes with tables"],
  ])("are refused by name for ratings: %j", (flags, message) => expect(() => refuseOptions("ratings", flags)).toThrow(message));

  it.each([
    [{ clip: true }, "--clip goes with ratings (--ratings), and these data are a table"],
    [{ fillers: 3 }, "--fillers goes with ratings"],
    [{ notRated: ["0"] }, "--not-rated goes with ratings"],
  ])("are refused by name for tables: %j", (flags, message) => expect(() => refuseOptions("table", flags)).toThrow(message));

  it("are those alone: what is not given, and what goes with all kinds, passes", () => {
    refuseOptions("ratings", { label: undefined, text: [], user: "u", seeds: 3, repair: ["none"], delimiter: ";" });
    refuseOptions("table", { label: ["y"], colour: true, seeds: 3 });
  });
});

it("none stands alone", () => {
  expect(idsOrNone("--repair", undefined)).toBeUndefined();
  expect(idsOrNone("--repair", ["none"])).toEqual([]);
  expect(idsOrNone("--repair", ["drop", "trim"])).toEqual(["drop", "trim"]);
  expect(() => idsOrNone("--repair", ["none", "drop"])).toThrow("--repair none stands alone, got none, drop");
  expect(() => idsOrNone("--detector", ["loss", "none"])).toThrow("--detector none stands alone, got loss, none");
});
