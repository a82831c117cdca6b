import { describe, expect, it } from "vitest";
import { attackScene, cloud, tableOf } from "../../../test/attack-scene.ts";
import { applyToTable } from "../../core/apply/apply.ts";
import { allRows, listExamples } from "../../core/examples.ts";
import { predict } from "../../core/learner.ts";
import { resolveParams } from "../../core/params.ts";
import type { Table } from "../../core/table.ts";
import { logistic } from "../../learners/logistic.ts";
import { denseMatrix, toSparse } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { bullseyePolytope } from "./bullseye-polytope.ts";
import { featureCollision } from "./feature-collision.ts";

/** Two classes around two centres; the last row, of the class "no", lies between them, and the model says "no" of it. */
const table = tableOf([...cloud(60, 3, "classes"), [0.4, 0.1, "no"]]);
const target = { anyOf: null, rows: Int32Array.of(60) };
const { y } = listExamples(table, allRows(table));

/** Rows of 100 places in [0, 1] of which the class brightens some; 80 are learned from, row 80 is asked about, the others tell what else changes. */
const rng = makeRng("images");
const pixels = Float64Array.from(
  { length: 160 * 100 },
  (_, p) => 0.85 * rng.uniform() + (p % 100 < 20 && Math.floor(p / 100) % 2 === 1 ? 0.15 : 0),
);
const images: Table = {
  rows: 160,
  columns: [
    { kind: "vector", name: "pixels", matrix: toSparse(denseMatrix(160, 100, pixels)) },
    { kind: "category", name: "label", names: ["no", "yes"], codes: Int32Array.from({ length: 160 }, (_, row) => row % 2) },
  ],
  roles: { labels: ["label"], features: ["pixels"], task: null, source: null, id: null },
};
const asked = Int32Array.of(80);

describe.each([featureCollision, bullseyePolytope])("$id", (attack) => {
  const scene = () => attackScene(attack, { table, rows: 10, learner: logistic, target });

  it("moves rows of the other class alone, within the box, and leaves labels as they are", async () => {
    const { poison, victim } = await scene();
    const patch = await poison(1, { radius: 0.3 });
    expect(patch).toMatchObject({ relabel: [], insert: [], intent: { goal: "targeted", group: { rows: [60] } } });
    const given = predict(victim.model, victim.encode(table, target.rows))[0];
    expect(patch.intent).toMatchObject({ answer: 1 - given });
    const rows = new Set(patch.edit.map(({ row }) => row));
    expect(rows.size).toBeGreaterThan(0);
    expect([...rows].every((row) => y[row] === 1 - given)).toBe(true);
    for (const change of patch.edit) {
      if (!("column" in change)) throw new Error("numbers can be written to a file");
      const values = (table.columns.find(({ name }) => name === change.column) as { values: Float64Array }).values;
      const range = Math.max(...values) - Math.min(...values);
      expect(Math.abs(Number(change.after) - Number(change.before))).toBeLessThanOrEqual(0.3 * range + 1e-9);
    }
  });

  it("turns the answer to the target once the model learns from the moved rows, and keeps nearly all others", async () => {
    const { poison, victim } = await attackScene(attack, {
      table: images,
      rows: 10,
      learner: logistic,
      target: { anyOf: null, rows: asked },
    });
    const patch = await poison(1, { radius: 0.5 });
    const params = { ...resolveParams<object>("logistic", logistic.params), weightDecay: 0.01 } as never;
    const learnt = Int32Array.from({ length: 80 }, (_, row) => row);
    const fit = (from: Table) => logistic.fit(victim.encode(from, learnt), { rng: makeRng(1), params });
    const [before, after] = [await fit(images), await fit(applyToTable(images, patch))].map((model) =>
      predict(model, victim.encode(images, allRows(images))),
    );
    const { y: labels } = listExamples(images, allRows(images));
    expect([before[80], after[80]]).toEqual([labels[80], 1 - labels[80]]);
    const wrong = (given: Float64Array): number => given.filter((answer, row) => row > 80 && answer !== labels[row]).length;
    expect(wrong(after) - wrong(before)).toBeLessThanOrEqual(0.1 * 79);
  });

  it("refuses a class that there is none of", async () => {
    await expect((await scene()).poison(1, { answer: "yess" })).rejects.toThrow(`${attack.id}.answer: there is no class "yess"`);
  });
});
