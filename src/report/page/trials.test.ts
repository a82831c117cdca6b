import { describe, expect, it } from "vitest";
import { stringsOf, tableOf, textOf } from "../../../test/page-document.ts";
import type { TrialRecord } from "../../study/record.ts";
import { type TrialsAbout, trialsSection } from "./trials.ts";

const record: TrialRecord = {
  ...{ id: "abc", status: "ok", learner: "logistic", learnerParams: { weightDecay: 0.1 }, attack: "label-flip", access: "modify-labels" },
  ...{ goal: "availability", knowledge: "white-box", reach: null, target: null, budgetFraction: 0.283, budgetRows: 40, touchedRows: 38 },
  ...{ repair: "drop", seed: 3, trainingRows: 140, testRows: 60, metrics: { accuracy: 0.75 }, attackerObjective: null },
  detections: [{ detector: "loss", auc: 0.9, precision: 0.4, recall: 0.8 }],
  times: { attackMs: 1, trainMs: 2 },
};

function shown(over: Partial<TrialsAbout>) {
  const found = trialsSection({
    records: [record],
    metrics: ["accuracy"],
    command:
      "theriac audit data.csv \\\n  --label y \\\n  --attack a,b \\\n  --budget 1% \\\n  --seeds 5 \\\n  --seed 0 \\\n  --limit 'accuracy >= 0.5'",
    patchOf: () => "poison/abc.json",
    failureOf: () => null,
    ...over,
  });
  return found === null ? null : tableOf({ sections: [found] }, "trials-table");
}

describe("the trials of a page", () => {
  it("tell each in full: what was touched, what came out, its patch, and the command that runs it alone", () => {
    const table = shown({});
    const told = Object.fromEntries(
      table?.columns.map(({ name, template }, k) => [
        name,
        template?.replace("{}", textOf(table.rows[0][k])) ?? textOf(table.rows[0][k]),
      ]) ?? [],
    );
    expect(told).toMatchObject({
      ...{ Trial: "abc", Attack: "label-flip", Budget: "28.3 %", Repair: "drop", Seed: "3", Accuracy: "0.75", Patch: "poison/abc.json" },
      ...{ Rows: "38 touched of 40 allowed; 140 trained on, 60 tested on", Detectors: "loss finds 80 %" },
      "Run it alone":
        "theriac audit data.csv --label y --attack label-flip --budget 28.3% --knowledge white-box --repair drop --learner logistic --seeds 1 --seed 3",
    });
  });

  it("tell why one failed as it may be told, and leave a figure that is not there empty", () => {
    const failed: TrialRecord = { ...record, status: "failed", error: 'cell "secret"', metrics: {} };
    const table = shown({ records: [failed], failureOf: () => 'cell "…"' });
    expect(stringsOf(table)).toContain('cell "…"');
    expect(stringsOf(table).join()).not.toContain("secret");
    expect(table?.rows[0][table.columns.findIndex(({ name }) => name === "Accuracy")]).toBeNull();
  });

  it("are cut where they would make the page large, and the page says how many are left out", () => {
    const table = shown({ records: Array.from({ length: 20_000 }, (_, seed) => ({ ...record, id: `trial-${seed}`, seed })) });
    expect(JSON.stringify(table).length).toBeLessThan(2.7e6);
    expect(table?.leftOut).toBe(
      `${(20_000 - (table?.rows.length ?? 0)).toLocaleString("en")} more trials are left out here, so that the page stays small: records.jsonl in the folder of the run has them all.`,
    );
    expect(shown({ records: [] })).toBeNull();
  });
});
