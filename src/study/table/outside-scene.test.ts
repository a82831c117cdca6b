import { describe, expect, it } from "vitest";
import { catalog } from "../../catalog.ts";
import type { Learner, OutsideTask } from "../../core/learner.ts";
import { applyToTable } from "../../core/apply/apply.ts";
import { noDataPoison } from "../../core/poison.ts";
import { resolveParams } from "../../core/params.ts";
import { columnOf } from "../../core/table.ts";
import { type EncoderParams, encoderParams, makeEncoder } from "../../data/encoder.ts";
import { logistic } from "../../learners/logistic.ts";
import { digest } from "../../node/runs/provenance.ts";
import { makeRng } from "../../numeric/random.ts";
import { makeTable } from "../../node/contract/small-tables.ts";
import type { Methods, StudyConfig } from "../config.ts";
import { isNoBetterThanConstant } from "../doubts-summary.ts";
import type { TrialRecord } from "../record.ts";
import { planStudy, runStudy } from "../run-study.ts";
import { summarise } from "../summary.ts";

const table = makeTable({ rows: 120, target: "two classes", text: false, tasks: false, sources: false, seed: 4 });
const encoderSettings = resolveParams<EncoderParams>("encoder", encoderParams);

/** Logistic regression with nothing left to choose. */
const settled: Learner = {
  ...logistic,
  id: "settled",
  params: { ...logistic.params, weightDecay: { ...logistic.params.weightDecay, default: 0.05 } } as Learner["params"],
};

/** The same learner, into which nobody looks: it is told rows, and answers. */
function hidden(asked: OutsideTask[], turn = (task: OutsideTask): OutsideTask => task, queries = 1): Learner {
  return {
    ...logistic,
    id: "hidden",
    params: {},
    tune: () => Promise.reject(new Error("nobody looks into it")),
    fit: () => Promise.reject(new Error("nobody looks into it")),
    outside: {
      surrogates: () => ["settled"],
      queries: () => queries,
      shown: () => ({}),
      async answer(_, given) {
        asked.push(given);
        const { table: rows, train, test } = turn(given);
        const relabelled = applyToTable(rows, {
          ...noDataPoison,
          relabel: Array.from(train.rows, (row, k) => ({ row, column: "label", before: null, after: ["no", "yes"][train.y[k]] })),
        });
        const encoder = makeEncoder(encoderSettings, table).fit(relabelled, train.rows);
        const model = await settled.fit(encoder.encode(relabelled, train.rows), {
          rng: makeRng("hidden"),
          params: resolveParams("settled", settled.params),
        });
        const scores = test.flatMap((part) => Array.from(model.scores(encoder.encode(part.table, part.rows))));
        return { outputs: model.outputs, scores: Float64Array.from(scores) };
      },
    },
  };
}

const study = (over: Partial<StudyConfig> = {}): StudyConfig => ({
  encoder: encoderSettings,
  learner: { id: "hidden", params: {} },
  sharing: "pooled",
  attacks: ["label-flip", "greedy-flip", "flipped-copies", "gradient-injection", "trigger-injection", "targeted-flip"].map((id) => ({
    id,
    params: resolveParams(id, catalog.attacks.find((attack) => attack.id === id)!.params),
  })),
  detectors: [{ id: "loss", params: resolveParams("loss", catalog.detectors.find(({ id }) => id === "loss")!.params) }],
  repairs: [],
  budgets: [0.1],
  seeds: 2,
  firstSeed: 0,
  testFraction: 0.3,
  flagFraction: 0.05,
  attackTasks: null,
  targetTasks: null,
  target: null,
  ignorance: { ownSample: 0.2, surrogate: { id: "linear-svm", params: {} } },
  ...over,
});

async function recordsOf(learner: Learner, config = study()): Promise<TrialRecord[]> {
  const methods: Methods = { ...catalog, learners: [...catalog.learners, settled, learner] };
  const records: TrialRecord[] = [];
  await runStudy({ table, config, methods }, planStudy(config, "outside", digest), {
    now: () => 0,
    onCell: (_, made) => void records.push(...made),
  });
  return records;
}

describe("a learner into which nobody looks", () => {
  it("shows what its surrogate shows where both are the same learner, and is never shown the label of a row that it is to answer", async () => {
    const asked: OutsideTask[] = [];
    const repairs = ["drop", "relabel"].map((id) => {
      const { params } = catalog.repairs.find((repair) => repair.id === id)!;
      const [detector] = study().detectors;
      return { id, params: resolveParams(id, params), detector };
    });
    const records = await recordsOf(hidden(asked), study({ repairs }));
    expect(records.map(({ error, status }) => error ?? status)).toEqual(records.map(() => "ok"));
    for (const { transfer, metrics, knowledge, attack, repair, inFeatureSpace } of records) {
      const { majorityAccuracy: _, ...own } = metrics;
      expect(Object.keys(own).sort()).toEqual(Object.keys(transfer!.metrics).sort());
      // A repair stands behind the encoder of a pipeline, and before that of a learner which is handed rows.
      if (repair === "none")
        for (const [name, value] of Object.entries(own)) expect(value, `${attack} ${name}`).toBeCloseTo(transfer!.metrics[name], 9);
      expect(transfer!.surrogate).toBe("settled");
      expect(transfer!.agreement).toBe(1);
      const known = catalog.attacks.find(({ id }) => id === attack)?.threat.knowledge;
      expect(knowledge).toBe(known === undefined ? null : known === "none" ? "none" : "black-box");
      expect(inFeatureSpace).toBeUndefined();
    }
    // Three to choose the surrogate on the first seed, one of them the same again, and one on the other, then one a trial, one more where an attack means some rows, and one for the rehearsal of each that does not.
    const meant = records.filter(({ goal }) => goal === "backdoor" || goal === "targeted").length;
    const runs = records.reduce((sum, { transfer }) => sum + transfer!.runs, 0);
    const rehearsed = records.filter(({ attackerEstimate }) => attackerEstimate !== undefined).length;
    expect(rehearsed).toBe(8);
    expect(runs).toBe(4 + records.length + meant + rehearsed);
    expect(asked).toHaveLength(runs);
    // Whatever it is handed to learn from lies among the training rows and what was inserted.
    for (const { train, test } of asked) {
      const answered = new Set(test.flatMap(({ rows }) => Array.from(rows)));
      expect(Array.from(train.rows).filter((row) => answered.has(row))).toEqual([]);
    }
    const { transfer } = summarise(records, catalog.metrics, { primaryMetric: "accuracy", examples: table.rows });
    expect(transfer?.runs).toBe(runs);
    for (const { onSurrogate, onLearner } of transfer!.entries) expect(onLearner).toEqual(onSurrogate);
  });

  it("is handed cells that somebody could write: whole numbers where all are whole", async () => {
    const values = Float64Array.from({ length: 120 }, (_, row) => (row * 7) % 10);
    const whole = {
      ...table,
      columns: table.columns.map((column) => (column.name === "size" ? { ...column, values } : column)),
    } as typeof table;
    const asked: OutsideTask[] = [];
    const config = study({ attacks: study().attacks.filter(({ id }) => id === "gradient-injection"), seeds: 1 });
    const methods: Methods = { ...catalog, learners: [...catalog.learners, settled, hidden(asked)] };
    await runStudy({ table: whole, config, methods }, planStudy(config, "outside", digest), { now: () => 0, onCell: () => {} });
    // The last is the rehearsal.
    const { table: poisoned, train } = asked.at(-2)!;
    const inserted = train.rows.filter((row) => row >= whole.rows);
    expect(inserted.length).toBe(8);
    const [size, colour] = ["size", "colour"].map((name) => columnOf(poisoned, name));
    for (const row of inserted) {
      expect(size.kind === "number" && Number.isInteger(size.values[row])).toBe(true);
      expect(colour.kind === "category" && colour.codes[row] < 3).toBe(true);
    }
  });

  it("is asked which of several patches hurts it most on held-out rows, and that one is used", async () => {
    const asked: OutsideTask[] = [];
    const config = study({ attacks: study().attacks.filter(({ id }) => id === "label-flip"), seeds: 2 });
    const refined = await recordsOf(hidden(asked, undefined, 5), config);
    const plain = await recordsOf(hidden([]), config);
    const attacked = refined.filter(({ attack }) => attack !== null);
    expect(attacked).toHaveLength(2);
    for (const { transfer } of attacked) {
      expect(transfer?.tried).toHaveLength(5);
      expect(new Set(transfer?.tried).size).toBeGreaterThan(1);
      expect(transfer?.runs).toBe(7);
    }
    expect(refined.reduce((sum, { transfer }) => sum + transfer!.runs, 0)).toBe(asked.length);
    // Of no patch more than the budget: the held-out rows are not among those that are learned from, and what is used is one of the five.
    expect(attacked.map(({ touchedRows }) => touchedRows)).toEqual(
      plain.filter(({ attack }) => attack !== null).map(({ touchedRows }) => touchedRows),
    );
  });

  it("is not measured where it does not learn from what it is given", async () => {
    // It learns from the clean table whatever it is handed, as a script does that reads a file of its own.
    const y = Float64Array.from({ length: 120 }, (_, row) => (columnOf(table, "label") as { codes: Int32Array }).codes[row]);
    const rows = Int32Array.from({ length: 60 }, (_, row) => row);
    const records = await recordsOf(
      hidden([], (task) => ({ ...task, table, train: { rows, y: y.slice(0, 60) } })),
      study({ seeds: 1 }),
    );
    expect(records.every(({ status }) => status === "failed")).toBe(true);
    expect(records[0].error).toContain("it does not learn from the rows that it is given");
  });

  it("that answers at random is told, and so is one that is right no more often than the most frequent class", async () => {
    const rng = makeRng("coin");
    const coin = hidden([]);
    const answer = coin.outside!.answer.bind(coin.outside);
    const atRandom: Learner = {
      ...coin,
      outside: {
        ...coin.outside!,
        async answer(params, task, options) {
          const { outputs, scores } = await answer(params, task, options);
          return { outputs, scores: scores.map(() => rng.uniform() - 0.5) };
        },
      },
    };
    const config = study({ attacks: study().attacks.filter(({ id }) => id === "label-flip"), seeds: 2 });
    const doubtsOf = async (learner: Learner) =>
      summarise(await recordsOf(learner, config), catalog.metrics, { primaryMetric: "accuracy", examples: table.rows }).doubts!;
    const sound = await doubtsOf(hidden([]));
    expect(sound.repeated).toEqual({ answers: 28, changed: 0 });
    expect(sound.constant!.right).toBeGreaterThan(sound.constant!.constantRight);
    const doubts = await doubtsOf(atRandom);
    expect(doubts.repeated!.changed).toBeGreaterThan(7);
    expect([doubts.constant!.seeds, isNoBetterThanConstant(doubts.constant!)]).toEqual([2, true]);
  });
});
