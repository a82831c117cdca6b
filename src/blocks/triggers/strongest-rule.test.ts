import { describe, expect, it } from "vitest";
import { attackScene, cloud, tableOf } from "../../../test/attack-scene.ts";
import { triggerRules } from "../../attacks/logic/trigger-rules.ts";
import { predict } from "../../core/learner.ts";
import { filterHolds } from "../../core/row-filter.ts";
import type { AttackInput } from "../../core/attack.ts";
import type { Table } from "../../core/table.ts";
import { logistic } from "../../learners/logistic.ts";
import { ridge } from "../../learners/ridge.ts";
import { strongestRule } from "./strongest-rule.ts";

async function sceneOf(table: Table, rows: number, kind: "classes" | "real") {
  const scene = await attackScene(triggerRules, { table, rows, learner: kind === "classes" ? logistic : ridge });
  return { ...scene, rule: strongestRule(scene as unknown as AttackInput, scene.victim) };
}

describe("the strongest rule", () => {
  it.each(["classes", "real"] as const)("of all tails of the numbers that fit the budget changes most answers: %s", async (kind) => {
    for (const seed of [1, 2, 3]) {
      const table = tableOf(cloud(40, seed, kind));
      const { rule, victim } = await sceneOf(table, 6, kind);
      const predicted = predict(victim.model, victim.training);
      const changed = (when: { column: string; op: ">=" | "<="; value: number }, then: number): number => {
        const held = [...victim.training.row.keys()].filter((i) => filterHolds(table, [when], victim.training.row[i]));
        if (held.length > 6) return -1;
        return held.reduce((sum, i) => sum + (kind === "real" ? Math.abs(predicted[i] - then) : Number(predicted[i] !== then)), 0);
      };
      const thens = kind === "real" ? [Math.min(...victim.training.y), Math.max(...victim.training.y)] : [0, 1];
      const every = ["a", "b"].flatMap((column) => {
        const { values } = table.columns.find(({ name }) => name === column) as { values: Float64Array };
        return [...values].flatMap((value) =>
          ([">=", "<="] as const).flatMap((op) => thens.map((then) => changed({ column, op, value }, then))),
        );
      });
      const [condition] = rule?.when ?? expect.fail("there is a rule");
      expect(changed(condition as never, rule?.then ?? NaN)).toBeCloseTo(Math.max(...every), 9);
    }
  });

  it("takes the word or the value that fits the budget and turns most answers, and none where none fits", async () => {
    const texts = ["good xx", "good xx", "good yy", "bad yy", "bad zz", "bad zz", "bad", "good"];
    const names = [...new Set(texts)];
    const table: Table = {
      rows: 8,
      columns: [
        { kind: "text", name: "review", names, codes: Int32Array.from(texts, (text) => names.indexOf(text)) },
        {
          kind: "category",
          name: "label",
          names: ["neg", "pos"],
          codes: Int32Array.from(texts, (text) => Number(text.startsWith("good"))),
        },
      ],
      roles: { labels: ["label"], features: ["review"], task: null, source: null, id: null },
    };
    const { rule } = await sceneOf(table, 2, "classes");
    expect(rule?.when[0]).toMatchObject({ column: "review", op: "contains" });
    expect(["xx", "zz"]).toContain(rule?.when[0].value);
    expect(rule?.then).toBe(rule?.when[0].value === "xx" ? 0 : 1);
    expect((await sceneOf(table, 1, "classes")).rule).toBeNull();
  });
});
