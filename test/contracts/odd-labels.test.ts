import { describe, expect, it } from "vitest";
import { catalog } from "../../src/catalog.ts";
import { targetOf } from "../../src/core/examples.ts";
import { findBreach } from "../../src/core/patch.ts";
import type { Table } from "../../src/core/table.ts";
import { attackScene, cloud, tableOf } from "../attack-scene.ts";

const tables: Record<string, { readonly table: Table; readonly rows: number }> = {
  "features that are all equal": { table: tableOf(Array.from({ length: 12 }, (_, i) => [1, 2, i % 2 === 0 ? "no" : "yes"])), rows: 3 },
  "a class of one row": { table: tableOf(cloud(20, 1, "classes").map(([a, b], i) => [a, b, i === 3 ? "yes" : "no"])), rows: 3 },
  "a class of one row among three": {
    table: tableOf(cloud(20, 1, "classes").map(([a, b, label], i) => [a, b, i === 3 ? "rare" : label])),
    rows: 4,
  },
  "more rows to flip than a class has": { table: tableOf(cloud(10, 2, "classes")), rows: 8 },
  "a budget of every row": { table: tableOf(cloud(10, 2, "classes")), rows: 10 },
  "rows that are told apart without error": {
    table: tableOf(cloud(20, 3, "classes").map(([a, b, label]) => [a + (label === "yes" ? 50 : 0), b, label])),
    rows: 2,
  },
  "real labels": { table: tableOf(cloud(12, 4, "real")), rows: 12 },
  "real labels that are all equal": { table: tableOf(cloud(12, 4, "real").map(([a, b]) => [a, b, 5])), rows: 3 },
  "real labels and features that are all equal": { table: tableOf(cloud(12, 4, "real").map(([, , y]) => [1, 2, y])), rows: 3 },
};

const relabelling = catalog.attacks.filter(({ threat }) => threat.access === "modify-labels");

describe.each(Object.entries(tables))("relabelling %s", (_, { table, rows }) => {
  const target = targetOf(table);
  const cases = relabelling
    .filter(({ targets }) => targets.includes(target.kind))
    .flatMap((attack) =>
      catalog.learners
        .filter(({ outside }) => outside === undefined)
        .filter((learner) => learner.targets.includes(target.kind) && (learner.refuses?.(target) ?? null) === null)
        .filter((learner) => (attack.refuses?.({ table, learner, sharing: "pooled" }) ?? null) === null)
        .flatMap((learner) => (learner.id === "linear-svm" ? ["squared-hinge", "hinge"] : [""]).map((loss) => ({ attack, learner, loss }))),
    );

  it.each(cases)("by $attack.id against $learner.id $loss keeps to its budget and its threat", async ({ attack, learner, loss }) => {
    const settings = { ...(loss === "" ? {} : { loss }), ...("relationDecay" in learner.params ? { relationDecay: 0.01 } : {}) };
    const { clean, budget, reach, poison } = await attackScene(attack, { table, rows, learner, settings });
    const patch = await poison(1);
    expect(findBreach({ poison: patch, threat: attack.threat, budget, reach, clean })).toBeNull();
    expect(patch.relabel.every(({ before, after }) => before !== after) || attack.id === "label-flip").toBe(true);
    expect(JSON.stringify(await poison(1))).toBe(JSON.stringify(patch));
  });
});
