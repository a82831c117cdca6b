import { describe, expect, it } from "vitest";
import { type Rng, makeRng } from "../../numeric/random.ts";
import type { TrialRecord } from "../record.ts";
import { type CompareAsked, type ComparedRecords, compareRecords } from "./compare-records.ts";

const accuracy = { id: "accuracy", better: "higher", damage: { id: "accuracyDrop", as: "drop" }, range: [0, 1], isRate: true } as const;
const asked: CompareAsked = {
  quantities: [accuracy],
  primaryMetric: "accuracy",
  alsoMetrics: [],
  learnerBefore: new Map([["own", "own"]]),
  whyNot: () => null,
};

function recordOf(
  seed: number,
  attack: string | null,
  budgetFraction: number,
  right: number,
  more: Partial<TrialRecord> = {},
): TrialRecord {
  return {
    ...{
      id: `${seed} ${attack} ${budgetFraction} ${right}`,
      status: "ok",
      learner: "own",
      learnerParams: {},
      attack,
      budgetFraction,
      seed,
    },
    ...{ access: null, goal: attack === null ? null : "availability", knowledge: null, reach: null, target: null, repair: "none" },
    ...{
      budgetRows: 0,
      touchedRows: 0,
      trainingRows: 3500,
      testRows,
      metrics: { accuracy: right },
      attackerObjective: null,
      detections: [],
    },
    times: { attackMs: 0, trainMs: 0 },
    ...more,
  };
}

const testRows = 1500;
const attacks = ["flip", "inject", "shift"];
const budgets = [0.01, 0.05];

/**
 * Two runs of five seeds: each row is answered right by chance, the model of each trial is off by half a point, in part together with the others of its run and seed, and most rows
 * are answered alike by both runs.
 */
function twoRuns(rng: Rng, plantedDrop: number): ComparedRecords {
  const runs: [TrialRecord[], TrialRecord[]] = [[], []];
  for (let seed = 0; seed < 5; seed++) {
    const off = [rng.normal(), rng.normal()];
    for (const [attack, budget] of [[null, 0] as const, ...attacks.flatMap((id) => budgets.map((share) => [id, share] as const))]) {
      const level = 0.85 - (attack === null ? 0 : budget);
      const both = level - 0.06;
      const shared = level + Math.sqrt((both * (1 - both)) / testRows) * rng.normal();
      runs.forEach((run, which) => {
        const rows = Math.sqrt((0.06 * 0.94) / testRows) * rng.normal();
        const training = 0.005 * (Math.SQRT1_2 * off[which] + Math.SQRT1_2 * rng.normal());
        const drop = which === 1 && attack === "inject" && budget === 0.01 ? plantedDrop : 0;
        run.push(recordOf(seed, attack, budget, Math.round((shared + rows + training - drop) * testRows) / testRows));
      });
    }
  }
  return compareRecords(runs[0], runs[1], asked);
}

describe("comparing the records of two runs", () => {
  it("calls at most 5 % of pairs of equal runs changed, and finds a drop of 3 points at 1 % four times in five", () => {
    const studies = 400;
    const [equal, dropped] = [0, 0.03].map((drop) =>
      Array.from({ length: studies }, (_, i) => twoRuns(makeRng(i).fork(`drop ${drop}`), drop)),
    );
    const isChanged = ({ change }: ComparedRecords["figures"][number]): boolean => change === "worse" || change === "better";
    expect(equal.filter(({ figures }) => figures.some(isChanged)).length / studies).toBeLessThanOrEqual(0.05);
    const found = dropped.filter(({ figures }) =>
      figures.some((figure) => figure.change === "worse" && figure.attack === "inject" && figure.budgetFraction === 0.01),
    );
    expect(found.length / studies).toBeGreaterThanOrEqual(0.8);
  });

  it("asks nothing of trials that are the same, and pairs only seeds that both runs have", () => {
    const run = [0, 1, 2].flatMap((seed) => [recordOf(seed, null, 0, 0.8 + seed / 100), recordOf(seed, "flip", 0.01, 0.7 + seed / 100)]);
    const {
      figures,
      asked: count,
      notCompared,
    } = compareRecords(
      run,
      run.filter(({ seed }) => seed > 0),
      asked,
    );
    expect([count, notCompared, figures.map(({ seeds, change }) => [seeds, change])]).toEqual([
      0,
      [],
      [
        [[1, 2], null],
        [[1, 2], null],
      ],
    ]);
  });

  it("says what it cannot compare, and why", () => {
    const before = [0, 1].flatMap((seed) => [
      recordOf(seed, null, 0, 0.8),
      recordOf(seed, "flip", 0.01, 0.7),
      recordOf(seed, "old", 0.01, 0.7),
    ]);
    const after = [
      ...[0, 1].map((seed) => recordOf(seed, null, 0, 0.8)),
      recordOf(0, "flip", 0.01, 0.7),
      recordOf(1, "flip", 0.01, 0, { status: "failed", metrics: {} }),
      recordOf(0, "new", 0.01, 0.7),
    ];
    expect(compareRecords(before, after, asked).notCompared).toEqual([
      { what: "own under flip at 1 %", why: "1 of its trials failed, so that both runs have it of one seed only; two are needed" },
      { what: "own under old at 1 %", why: "only the run before has it" },
      { what: "own under new at 1 %", why: "only the run after has it" },
    ]);
  });
});
