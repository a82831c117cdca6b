import { describe, expect, it } from "vitest";
import { accuracy } from "../../metrics/accuracy.ts";
import type { Cell } from "../kind.ts";
import { type TrialRecord, noRepair } from "../record.ts";
import { summarise } from "../summary.ts";
import { leftOut } from "./decide.ts";
import type { WatchedLimit } from "./decided.ts";
import { looksFor, waveOf } from "./stopping.ts";

const learner = { id: "logistic", params: {} };

function cellOf(seed: number, attack: string | null): Cell {
  return {
    ...{ seed, learner, budgetFraction: attack === null ? 0 : 0.05 },
    attack: attack === null ? null : { id: attack, params: {} },
    trials: [{ id: `${seed} ${attack}`, repair: null }],
  };
}

/** @param harm what the attacker takes it for, and what the test rows show */
function recordOf({ seed, attack, budgetFraction, trials }: Cell, harm: number, more: Partial<TrialRecord> = {}): TrialRecord {
  return {
    ...{ id: trials[0].id, status: "ok", learner: "logistic", learnerParams: {}, attack: attack?.id ?? null },
    ...{
      access: attack === null ? null : "inject",
      goal: attack === null ? null : "availability",
      knowledge: null,
      reach: null,
      target: null,
    },
    ...{ budgetFraction, budgetRows: 10, touchedRows: 10, repair: noRepair, seed, trainingRows: 7000, testRows: 3000 },
    ...{ metrics: { accuracy: 0.9 - harm }, attackerObjective: harm, attackerEstimate: harm, detections: [] },
    times: { attackMs: 0, trainMs: 0 },
    ...more,
  };
}

const harms: Readonly<Record<string, readonly number[]>> = {
  strong: [0.3, 0.309, 0.291, 0.3, 0.31],
  close: [0.3, 0.291, 0.309, 0.31, 0.29],
  weak: [0.02, 0.03, 0.01, 0.02, 0.02],
};
const seeds = [0, 1, 2, 3, 4];
const cells = seeds.flatMap((seed) => [null, ...Object.keys(harms)].map((attack) => cellOf(seed, attack)));
const known = (upTo: number): TrialRecord[] =>
  cells.filter(({ seed }) => seed < upTo).map((cell) => recordOf(cell, cell.attack === null ? 0 : harms[cell.attack.id][cell.seed]));

function decided(upTo: number, limits: readonly WatchedLimit[] = [], records = known(upTo)): Record<string, string> {
  const out = leftOut(cells, ({ seed }) => seed === upTo, records, {
    ...{ stopping: { looks: [3, 4], limits }, counted: undefined, quantities: [accuracy], primary: accuracy },
    ...{ examples: 10000, testFraction: 0.3 },
  });
  return Object.fromEntries([...out].map(([{ attack }, { seed, why }]) => [attack?.id ?? "clean", `${why} at ${seed}`]));
}

describe("leftOut", () => {
  it("leaves out who is surely weaker, and goes on with those between whom nothing is decided", () => {
    const wide = known(3).map((record) => ({ ...record, metrics: { accuracy: record.metrics.accuracy - 0.05 * (record.seed % 2) } }));
    const clean = wide.map((record) => (record.attack === null ? { ...record, metrics: { accuracy: 0.9 } } : record));
    expect(decided(3, [], clean)).toEqual({ weak: "weaker at 2" });
  });

  it("ends where the figures of all that are left are known to a tenth of the damage", () => {
    // 99 % of three seeds that differ by 0.009 reach 0.05, of those that differ by 0.002 no farther than 0.013.
    expect(decided(3)).toEqual({ weak: "weaker at 2" });
    const alike = known(3).map((record) =>
      record.attack === null ? record : { ...record, metrics: { accuracy: 0.6 + (record.metrics.accuracy - 0.6) / 4 } },
    );
    expect(decided(3, [], alike)).toEqual({ strong: "known at 2", close: "known at 2", weak: "weaker at 2" });
  });

  it("goes on while a limit is open, however well the figure is known", () => {
    const limit = (bound: number): WatchedLimit => ({ metric: "accuracyDrop", budget: 0.05, operator: "<=", bound });
    expect(decided(3, [limit(0.3)])).toEqual({ weak: "weaker at 2" });
    expect(decided(3, [limit(0.1)])).toEqual({ strong: "limits at 2", close: "limits at 2", weak: "weaker at 2" });
    // Whichever of two turns out to be the strongest, the same must come of it.
    expect(decided(3, [limit(0.1), limit(0.299)])).toEqual({ weak: "weaker at 2" });
  });

  it("keeps to what it decided, and never leaves out an attack of which a trial failed", () => {
    const records = known(3).map((record) =>
      record.attack === "weak" && record.seed === 1 ? { ...record, status: "failed" as const, metrics: {} } : record,
    );
    expect(decided(3, [], records)).not.toHaveProperty("weak");
    const needless = cells
      .filter(({ seed, attack }) => seed === 3 && attack?.id === "weak")
      .map((cell) => recordOf(cell, 0, { status: "not-needed", metrics: {}, decided: { seed: 2, why: "weaker" } }));
    const later = [...known(4).filter(({ id }) => !needless.some((one) => one.id === id)), ...needless];
    expect(decided(4, [], later).weak).toBe("weaker at 2");
  });

  it("finds the truly strongest in simulated studies, and leaves out most others", () => {
    let state = 7;
    const uniform = (): number => (state = (state * 48271) % 2147483647) / 2147483647;
    const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    const [draws, attacks] = [150, 8];
    let [wrong, out] = [0, 0];
    for (let draw = 0; draw < draws; draw++) {
      const truth = Array.from({ length: attacks }, (_, a) => 0.04 * a);
      const made = [0, 1, 2].flatMap((seed) => [null, ...truth.keys()].map((a) => cellOf(seed, a === null ? null : `a${a}`)));
      const ease = [0, 1, 2].map(() => 0.02 * normal());
      const records = made.map((cell) => {
        const a = cell.attack === null ? null : Number(cell.attack.id.slice(1));
        return recordOf(cell, a === null ? 0 : truth[a] + ease[cell.seed] + 0.015 * normal());
      });
      const open = truth.map((_, a) => cellOf(3, `a${a}`));
      const found = leftOut([...made, ...open], ({ seed }) => seed === 3, records, {
        ...{ stopping: { looks: [3], limits: [] }, counted: undefined, quantities: [accuracy], primary: accuracy },
        ...{ examples: 10000, testFraction: 0.3 },
      });
      for (const [{ attack }, { why }] of found) {
        if (why !== "weaker") continue;
        out++;
        if (attack?.id === `a${attacks - 1}`) wrong++;
      }
    }
    expect(wrong / draws).toBeLessThan(0.01);
    expect(out / draws / (attacks - 1)).toBeGreaterThan(0.5);
  });
});

describe("summarise", () => {
  it("chooses the strongest among those that were not found weaker, and widens what rests on fewer seeds", () => {
    const whole = known(5);
    const cut = whole.map((record) =>
      record.attack === "weak" && record.seed >= 3
        ? { ...record, status: "not-needed" as const, metrics: {}, attackerEstimate: null, decided: { seed: 2, why: "weaker" as const } }
        : record,
    );
    // On the seeds that it has, it would be the strongest.
    const lucky = cut.map((record) => (record.attack === "weak" && record.seed < 3 ? { ...record, attackerEstimate: 0.9 } : record));
    const context = { primaryMetric: "accuracy", examples: 10000 };
    expect(summarise(lucky, [accuracy], context).strongest).toMatchObject([{ attack: "strong" }]);
    const dropOf = (records: readonly TrialRecord[]) =>
      summarise(records, [accuracy], context).entries.find((one) => one.attack === "weak" && one.metric === "accuracyDrop");
    const three = dropOf(whole.filter(({ seed }) => seed < 3));
    expect(dropOf(cut)).toMatchObject({ seeds: 3, figure: { value: three?.figure.value } });
    const [low, usual] = [dropOf(cut)?.figure.low ?? NaN, three?.figure.low ?? NaN];
    // t(2) is 9.925 at 99 % and 4.303 at 95 %.
    expect((0.02 - low) / (0.02 - usual)).toBeCloseTo(9.9248 / 4.3027, 3);
    expect(summarise(cut, [accuracy], context).notNeeded).toBe(2);
  });
});

describe("looks", () => {
  it("come after three seeds and then ever more, and never where there are few", () => {
    expect([3, 4].map(looksFor)).toEqual([undefined, undefined]);
    expect([5, 10].map(looksFor)).toEqual([
      [3, 4],
      [3, 4, 6, 8],
    ]);
    expect([0, 2, 3, 4].map((place) => waveOf({ looks: [3, 4] }, place))).toEqual([0, 0, 1, 2]);
  });
});
