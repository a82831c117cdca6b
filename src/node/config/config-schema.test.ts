import { parse } from "yaml";
import { describe, expect, it } from "vitest";
import { catalog } from "../../catalog.ts";
import { configSchema } from "./config-schema.ts";
import { starterText } from "./config-starter.ts";
import { checkAgainstSchema } from "./json-schema.ts";

const check = (value: unknown): void => checkAgainstSchema(value, configSchema, "c.yaml");

describe("the schema of a configuration", () => {
  it("takes every method of the catalog by its id, and with each of its defaults spelt out", () => {
    const both = (methods: readonly { readonly id: string; readonly params: object }[]): unknown[] => [
      ...methods.map(({ id }) => id),
      ...methods.map(({ id, params }) => ({
        id,
        params: Object.fromEntries(Object.entries(params).map(([name, spec]) => [name, (spec as { default: unknown }).default])),
      })),
    ];
    for (const learner of both(catalog.learners)) check({ learner });
    check({ attacks: both(catalog.attacks), detectors: both(catalog.detectors), repairs: both(catalog.repairs) });
  });

  it("takes the starter, as it is and with every key that is commented out", () => {
    const text = starterText();
    check(parse(text));
    const uncommented = text.replace(/^( *)#(?! \S)/gm, "$1");
    check(parse(uncommented));
    expect(Object.keys(parse(uncommented) as object)).toEqual(expect.arrayContaining(["learner", "encoder", "attacks", "sharing", "out"]));
  });

  it.each([
    [{ sed: 1 }, 'c.yaml: unknown key "sed" (did you mean "seed"?)'],
    [{ data: { label: "y" } }, 'c.yaml: unknown key "data.label" (did you mean "labels"?)'],
    [{ data: { labels: "y" } }, 'c.yaml: data.labels must be a list, got "y"'],
    [{ data: { labels: [0] } }, "c.yaml: data.labels[0] must be a whole number of at least 1, got 0"],
    [{ learner: { params: {} } }, 'c.yaml: learner needs the key "id"'],
    [{ learner: { id: "logisitc" } }, '(did you mean "logistic"?)'],
    [{ learner: { id: "ridge", params: { weightdecay: 1 } } }, 'unknown key "learner.params.weightdecay" (did you mean "weightDecay"?)'],
    [{ learner: { id: "ridge", params: { weightDecay: -1 } } }, "c.yaml: learner.params.weightDecay must be"],
    [{ attacks: [null] }, "c.yaml: attacks[0] must be one of"],
    [{ testFraction: 1 }, "c.yaml: testFraction must be a number of more than 0 and less than 1, got 1"],
    [{ strict: "yes" }, 'c.yaml: strict must be true or false, got "yes"'],
    [[1], "c.yaml: the configuration must be a mapping"],
    [{ toString: 1 }, 'c.yaml: unknown key "toString"'],
  ])("refuses %j and says where and what is allowed", (value, message) => {
    expect(() => check(value)).toThrow(message);
  });
});
