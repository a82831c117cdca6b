import { parse } from "yaml";
import { describe, expect, it } from "vitest";
import { configSchema, methodsByKind } from "./config-schema.ts";
import { starterText } from "./config-starter.ts";
import { checkAgainstSchema } from "./json-schema.ts";
import { valueAt } from "./options/keys.ts";
import { dataKinds } from "./options/option.ts";
import { optionsOf } from "./options/options.ts";

const check = (value: unknown): void => checkAgainstSchema(value, configSchema(), "c.yaml");

describe("the schema of a configuration", () => {
  it("takes every method of the catalog by its id, and with each of its defaults spelt out", () => {
    const both = (methods: readonly { readonly id: string; readonly params: object }[]): unknown[] => [
      ...methods.map(({ id }) => id),
      ...methods.map(({ id, params }) => ({
        id,
        params: Object.fromEntries(Object.entries(params).map(([name, spec]) => [name, (spec as { default: unknown }).default])),
      })),
    ];
    for (const kind of dataKinds) {
      const { learners, attacks, detectors, repairs } = methodsByKind[kind];
      const common = { data: { kind }, attacks: both(attacks), detectors: both(detectors), repairs: both(repairs) };
      if (kind !== "table") check({ ...common, learners: both(learners) });
      else for (const learner of both(learners)) check({ ...common, learner });
    }
  });

  it.each(dataKinds)("takes the starter of %s, as it is and with every key that is commented out", (kind) => {
    const text = starterText(kind);
    check(parse(text));
    const uncommented = parse(text.replace(/^( *)#(?! |$)/gm, "$1")) as Record<string, object>;
    check(uncommented);
    const keys = optionsOf("audit", kind).flatMap(({ key }) => (key === undefined || /\..*\.|^encoder\./.test(key) ? [] : [key]));
    for (const key of keys) expect(valueAt(uncommented, key), key).toBeDefined();
    expect(keys.length).toBeGreaterThan(15);
  });

  it("says each thing once: what recurs is referred to", () => {
    expect(JSON.stringify(configSchema(), null, 1).length).toBeLessThan(250_000);
    const refs = [...JSON.stringify(configSchema()).matchAll(/"#\/\$defs\/([^"]+)"/g)].map(([, name]) => name);
    expect(new Set(refs)).toEqual(new Set(Object.keys(configSchema().$defs ?? {})));
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
    [{ data: { kind: "ratings", user: 1 }, learners: ["item-nn"] }, "c.yaml: learners[0] must be one of"],
    [{ data: { kind: "ratings", labels: ["y"] } }, 'c.yaml: unknown key "data.labels"'],
    [{ data: { kind: "ratings" }, goal: "backdoor" }, "c.yaml: goal must be one of promote, demote, availability"],
    [{ data: { kind: "ratings", scale: { low: 1 } } }, 'c.yaml: data.scale needs the key "high"'],
    [{ data: { user: "u" } }, 'c.yaml: unknown key "data.user"'],
    [[1], "c.yaml: the configuration must be a mapping"],
    [{ toString: 1 }, 'c.yaml: unknown key "toString"'],
  ])("refuses %j and says where and what is allowed", (value, message) => {
    expect(() => check(value)).toThrow(message);
  });
});
