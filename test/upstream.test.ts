import { describe, expect, it } from "vitest";
import { badEncoder } from "../src/attacks/upstream/bad-encoder.ts";
import { upstreamTrigger } from "../src/attacks/upstream/upstream-trigger.ts";
import type { Attack } from "../src/core/attack.ts";
import { applyToTable } from "../src/core/apply/apply.ts";
import { findBreach } from "../src/core/patch.ts";
import { predict } from "../src/core/learner.ts";
import { resolveParams } from "../src/core/params.ts";
import { noDataPoison } from "../src/core/poison.ts";
import type { Table } from "../src/core/table.ts";
import { triggerEdits } from "../src/core/trigger.ts";
import { encoderParams, makeEncoder } from "../src/data/encoder.ts";
import { encoderHead } from "../src/node/learners/encoder-head.ts";
import { missingRuntime } from "../src/node/onnx/runtime.ts";
import { denseMatrix, toSparse } from "../src/numeric/matrices/matrix.ts";
import { makeRng } from "../src/numeric/random.ts";
import { makePipeline } from "../src/study/table/make-pipeline.ts";
import { dealRows, pretrain } from "../src/study/table/pretraining.ts";

/** Images of 36 places, of which each of three classes lights other eight, and the last twelve are dark. */
const count = 1500;
const rng = makeRng("upstream images");
const places = Float64Array.from({ length: count * 36 }, (_, p) => {
  const [row, place] = [Math.floor(p / 36), p % 36];
  if (place >= 24) return 0;
  return 0.5 * rng.uniform() + (Math.floor(place / 8) === row % 3 ? 0.5 * rng.uniform() : 0);
});
const table: Table = {
  rows: count,
  columns: [
    { kind: "vector", name: "pixels", matrix: toSparse(denseMatrix(count, 36, places)) },
    { kind: "category", name: "label", names: ["a", "b", "c"], codes: Int32Array.from({ length: count }, (_, row) => row % 3) },
  ],
  roles: { labels: ["label"], features: ["pixels"], task: null, source: null, id: null },
};
const rowsFrom = (from: number, to: number): Int32Array => Int32Array.from({ length: to - from }, (_, i) => from + i);
const [sources, clean, test] = [{ table, rows: rowsFrom(0, 1100) }, { table, rows: rowsFrom(1100, 1250) }, rowsFrom(1250, 1500)];
const params = { ...resolveParams<object>("encoder-head", encoderHead.params), weightDecay: 0.001 };
const encoder = makeEncoder(resolveParams("encoder", encoderParams), table);
const base = () => pretrain(sources, { encoder, learner: encoderHead, params }, { rng: makeRng("base") });

describe.skipIf(missingRuntime() !== null)("a base model", () => {
  it("is built on as it is by a linear probe, and with poison where there is some", async () => {
    const upstream = await base();
    const { view } = upstream;
    const ground = await upstream.after(null);
    const data = view.encode(table, clean.rows);
    const model = await ground.learner.fit(data, { rng: makeRng(1), params });
    const { theta } = view.base;
    expect(model.parameters?.theta.subarray(0, theta.length)).toEqual(theta);
    const relabel = [{ row: 0, column: "label", before: "a", after: "b" }];
    const poisoned = await upstream.after({ kind: "upstream", pretraining: { ...noDataPoison, relabel } });
    const other = await poisoned.learner.fit(data, { rng: makeRng(1), params });
    expect(other.parameters?.theta.subarray(0, theta.length)).not.toEqual(theta);
    expect((await base()).view.base).toEqual(view.base);
  });

  it.each<[string, Attack, Record<string, unknown>, number]>([
    ["of which a tenth of the rows is poisoned", upstreamTrigger, { size: 12 }, 110],
    ["that is handed out by an attacker", badEncoder, {}, 1],
  ])("%s answers as meant once a clean probe stands on it, and only with the trigger", async (_, attack, given, rows) => {
    const upstream = await base();
    const budget = { fraction: rows / sources.rows.length, rows };
    const reach = { attackTasks: null, targetTasks: null };
    const honest = makePipeline({ ...(await upstream.after(null)), fittedOn: "frozen", learnerParams: params, repair: null });
    const poison = await attack.poison(
      { clean, pipeline: honest, budget, reach, upstream: upstream.view, victim: () => honest.fit(clean, { rng: makeRng("fit") }) },
      { rng: makeRng("attack"), params: resolveParams(attack.id, attack.params, { answer: "b", ...given }) },
    );
    expect(findBreach({ poison, threat: attack.threat, budget, reach, clean, pretraining: sources })).toBeNull();
    if (poison.kind !== "upstream" || poison.intent?.goal !== "backdoor") throw new Error("it is a backdoor upstream");
    const attacked = makePipeline({ ...(await upstream.after(poison)), fittedOn: "frozen", learnerParams: params, repair: null });
    const { trigger } = poison.intent;
    const triggered = applyToTable(table, { ...noDataPoison, edit: triggerEdits(table, test, trigger) });
    const [good, bad] = [await honest.fit(clean, { rng: makeRng("fit") }), await attacked.fit(clean, { rng: makeRng("fit") })];
    const labels = bad.encode(table, test).y;
    const share = (answers: Float64Array, of: (i: number) => boolean, is: (answer: number, i: number) => boolean): number => {
      const open = [...answers.keys()].filter(of);
      return open.filter((i) => is(answers[i], i)).length / open.length;
    };
    const answersOf = (fitted: typeof bad, asked: Table): Float64Array => predict(fitted.model, fitted.encode(asked, test));
    const isMeant = (answer: number): boolean => answer === 1;
    const isOther = (i: number): boolean => labels[i] !== 1;
    expect(share(answersOf(bad, triggered), isOther, isMeant)).toBeGreaterThan(0.8);
    expect(share(answersOf(good, triggered), isOther, isMeant)).toBeLessThan(0.3);
    const accuracy = (fitted: typeof bad): number =>
      share(
        answersOf(fitted, table),
        () => true,
        (answer, i) => answer === labels[i],
      );
    expect(accuracy(good)).toBeGreaterThan(0.9);
    expect(accuracy(bad)).toBeGreaterThan(accuracy(good) - 0.03);
  });

  it("refuses a learner that builds on nothing", async () => {
    const learner = { ...encoderHead };
    delete learner.pretrain;
    await expect(pretrain(sources, { encoder, learner, params }, { rng: makeRng(1) })).rejects.toThrow("builds on no base model");
  });
});

it("deals each training row to one side, and leaves one to learn from", () => {
  for (const [length, share] of [
    [10, 0.5],
    [10, 0.99],
    [10, 0.01],
    [2, 0.5],
    [1, 0.5],
  ] as const) {
    const { pretraining, own } = dealRows(rowsFrom(5, 5 + length), share, makeRng("deal"));
    expect([...pretraining, ...own].sort((a, b) => a - b)).toEqual([...rowsFrom(5, 5 + length)]);
    expect(own.length).toBeGreaterThan(0);
    expect(pretraining.length).toBe(Math.min(length - 1, Math.max(1, Math.round(share * length))));
  }
});
