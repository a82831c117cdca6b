import { Command } from "commander";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commandLine } from "../../node/config/command-line.ts";
import { setKey } from "../../node/config/options/keys.ts";
import { type DataKind, type Option, dataKinds } from "../../node/config/options/option.ts";
import { optionsOf } from "../../node/config/options/options.ts";
import { type Given, addOptions } from "./add-options.ts";
import { kindAsked, readConfig, readFlags, refuseOptions } from "./read-options.ts";

/** What an audit is given by such a command line. */
function given(...args: string[]): Given {
  const command = addOptions(
    new Command("audit")
      .argument("[data]")
      .exitOverride()
      .action(() => {}),
    false,
  );
  return command.parse(args, { from: "user" }).opts();
}

describe("options that data of a kind do not have", () => {
  it.each([
    [["--colour"], "--colour goes with images, and these data are ratings; ratings have --user, --item, --rating and --time"],
    [["--image-size", "8"], "--image-size goes with images"],
    [["--label-file", "x"], "--label-file goes with images whose labels lie in another file"],
    [["--test-fraction", "0.2"], "--test-fraction goes with tables"],
    [["--attack-tasks", "a"], "--attack-tasks goes with tables"],
    [["--frozen-encoder"], "--frozen-encoder goes with tables"],
    [["--label", "stars"], "--label goes with tables"],
  ])("are refused by name for ratings: %j", (args, message) =>
    expect(() => refuseOptions("audit", "ratings", given(...args))).toThrow(message),
  );

  it.each([
    [["--clip"], "--clip goes with ratings (--ratings), and these data are a table"],
    [["--fillers", "3"], "--fillers goes with ratings"],
    [["--not-rated", "0"], "--not-rated goes with ratings"],
    [["--ratings"], "--ratings goes with ratings"],
  ])("are refused by name for tables: %j", (args, message) =>
    expect(() => refuseOptions("audit", "table", given(...args))).toThrow(message),
  );

  it("are those alone: what goes with all kinds, or means something to each, passes", () => {
    refuseOptions("audit", "ratings", given("--user", "u", "--seeds", "3", "--repair", "none", "--delimiter", ";", "--target", "i"));
    refuseOptions("audit", "table", given("--label", "y", "--colour", "--seeds", "3", "--target", "a = 1", "--goal", "targeted"));
  });

  it("say of which kind the data are, unless they mean nothing alone", () => {
    expect(kindAsked("audit", given("--label", "y"))).toBe("table");
    expect(kindAsked("audit", given("--target", "y", "--learner", "l"))).toBe("table");
    expect(kindAsked("audit", given("--fillers", "3"))).toBe("ratings");
    expect(kindAsked("audit", given("--clip"))).toBe("table");
    expect(() => readConfig("audit", "ratings", "d", given("--ratings", "--clip"))).toThrow("--clip needs --scale: the ends");
  });
});

describe("options", () => {
  it.each(dataKinds)("that name methods of %s take none alone", (kind) => {
    const config = (...args: string[]) => readConfig("audit", kind, undefined, given(...args));
    expect(config()).toEqual({});
    expect(config("--repair", "none").repairs).toEqual([]);
    expect(config("--repair", "drop,trim").repairs).toEqual(["drop", "trim"]);
    expect(() => config("--repair", "none,drop")).toThrow("--repair none stands alone, got none, drop");
    expect(() => config("--detector", "loss", "--detector", "none")).toThrow("--detector none stands alone, got loss, none");
  });

  it("mean what their kind makes of them", () => {
    const args = given("--learner", "a, b", "--target", "x", "--goal", "promote");
    expect(readConfig("audit", "table", "d", args)).toEqual({ data: { path: "d" }, learner: ["a", "b"], target: ["x"], goal: ["promote"] });
    expect(readConfig("audit", "ratings", "d", args)).toEqual({
      data: { path: "d" },
      learners: ["a", "b"],
      targets: ["x"],
      goal: "promote",
    });
    expect(() => readConfig("audit", "ratings", "d", given("--goal", "backdoor"))).toThrow(
      "--goal: an attack on a recommender has one goal, promote, demote or availability, got backdoor",
    );
  });

  it("of a single value are what was said last, and what no configuration holds is kept apart", () => {
    const args = given("--seed", "1", "--seed", "2", "--jobs", "3", "--json", "--no-header");
    expect(readConfig("audit", "table", undefined, args)).toEqual({ seed: 2, data: { header: false } });
    expect(readFlags("audit", args)).toEqual({ jobs: 3, json: true });
  });
});

/** Values that an option may have in a configuration. */
function valuesOf({ type }: Option): fc.Arbitrary<unknown> {
  const word = fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom("a", "B", "é", " ", "'", '"', "$", "=", "_", "9") });
  const plain = word.map((text) => `x${text.trim()}`);
  const some = { minLength: 1, maxLength: 3 };
  switch (type.of) {
    case "switch":
      return fc.constant(type.sets ?? true);
    case "either":
      return fc.boolean();
    case "texts":
    case "paths":
    case "columns":
      return fc.array(plain, some);
    case "methods":
      // Double quotes stand around values of parameters alone.
      return fc.array(
        plain.map((text) => text.replaceAll('"', "'")),
        some,
      );
    case "values":
      return fc.array(fc.oneof(plain, fc.integer()), some);
    case "choice":
    case "one-choice":
      return fc.constantFrom(...type.among);
    case "choices":
      return fc.subarray([...type.among], { minLength: 1 });
    case "whole":
      return fc.integer({ min: type.min, max: type.max ?? 1000 });
    case "fraction":
      return fc.double({ min: 0.001, max: 0.999, noNaN: true });
    case "budgets":
      return fc.array(
        fc.integer({ min: 1, max: 1000 }).map((budget) => budget / 1000),
        some,
      );
    case "scale":
      return fc.record({ low: fc.integer({ min: -9, max: 0 }), high: fc.integer({ min: 1, max: 9 }) });
    default:
      return plain;
  }
}

/** Words as a POSIX shell takes them apart. */
function wordsOf(line: string): string[] {
  const parts = line.replace(/ \\\n {2}/g, " ").match(/(?:'[^']*'|\\'|[^\s'])+/g) ?? [];
  return parts.map((part) => part.replace(/'([^']*)'|\\(')/g, (_, inner?: string, quote?: string) => inner ?? quote ?? ""));
}

it.each(dataKinds)("a configuration of %s that is written as a command is read back as it was", (kind: DataKind) => {
  const own = optionsOf("audit", kind).filter(({ key, fileOnly }) => key !== undefined && fileOnly !== true);
  const withScale = own.filter(({ name }) => name !== "clip");
  fc.assert(
    fc.property(
      fc.subarray(withScale).chain((some) => fc.tuple(...some.map((option) => valuesOf(option).map((value) => ({ option, value }))))),
      (chosen) => {
        const config = chosen.reduce<Record<string, unknown>>((sum, { option, value }) => setKey(sum, option.key!, value), {
          data: { path: "d.csv" },
        });
        const line = commandLine("audit", kind, "d.csv", config);
        const [, , path, ...args] = wordsOf(line);
        expect(readConfig("audit", kind, path, given(...args))).toEqual(config);
      },
    ),
  );
});
