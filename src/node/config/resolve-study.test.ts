import { describe, expect, it } from "vitest";
import { makeTable } from "../contract/small-tables.ts";
import { studyOf } from "../../study/config.ts";
import { tableKind } from "../../study/kinds/table.ts";
import { planCells } from "../../study/plan.ts";
import { digest } from "../runs/provenance.ts";
import type { AuditConfig } from "./audit-config.ts";
import { resolveLearning } from "./resolve-learners.ts";
import { resolveStudy } from "./resolve-study.ts";

const table = makeTable({ rows: 120, target: "two classes", text: true, tasks: false, sources: false, seed: 5 });
const asked: AuditConfig = {
  attacks: ["label-flip", "greedy-flip"],
  detectors: ["loss", "influence"],
  repairs: ["drop", { id: "reweight", detector: "influence" }],
  budgets: ["5%"],
  seeds: 1,
  adaptive: true,
  // What is guessed unasked depends on the learners.
  surrogate: "linear-svm",
};
const idsOf = (chosen: readonly { readonly id: string }[]): string[] => [...new Set(chosen.map(({ id }) => id))];

describe("attackers who keep below the cut of a scan", () => {
  const unnoticedOf = (config: AuditConfig) => resolveStudy(config, table).study.unnoticed;
  const few: AuditConfig = { attacks: ["label-flip"], repairs: [] };

  it("are tried unasked at standard and full effort, with the largest budget of at most 5 %", () => {
    expect(unnoticedOf(few)).toBeUndefined();
    expect(unnoticedOf({ ...few, unnoticed: true, budgets: ["1%", "5%", "20%"] })?.budgetFraction).toBe(0.05);
    expect(unnoticedOf({ ...few, effort: "full", budgets: ["10%", "20%"] })?.budgetFraction).toBe(0.1);
    expect(unnoticedOf({ ...few, effort: "standard" })?.budgetFraction).toBe(0.05);
    expect(unnoticedOf({ ...few, effort: "full", unnoticed: false })).toBeUndefined();
  });

  it("meet what flags in a scan and in the study, whatever only ranks", () => {
    const watchers = unnoticedOf({ ...few, detectors: ["influence", "confident-learning", "combined"], unnoticed: true })?.watchers;
    const ids = watchers?.map(({ id }) => id) ?? [];
    expect(ids).toEqual(expect.arrayContaining(["confident-learning", "loss", "label-noise"]));
    expect(ids).not.toContain("influence");
    expect(ids).not.toContain("combined");
  });

  it("are refused where all budgets are in accounts", () => {
    const sourced = makeTable({ rows: 120, target: "two classes", text: true, tasks: false, sources: true, seed: 5 });
    expect(() => resolveStudy({ ...few, budgets: ["2accounts"], unnoticed: true }, sourced)).toThrow(
      "a budget in rows beside those in accounts",
    );
  });

  it("are refused where no attack leaves a trace in the rows, and left out where nobody asked", () => {
    const logic: AuditConfig = { attacks: ["silent-reweight"], repairs: [] };
    expect(() => unnoticedOf({ ...logic, unnoticed: true })).toThrow("changes or adds rows");
    expect(unnoticedOf({ ...logic, effort: "full" })).toBeUndefined();
  });
});

describe("a study of several learners", () => {
  it("tries on each what works on it, and says what it leaves out", () => {
    const { study, notes } = resolveStudy({ ...asked, learner: ["logistic", { id: "mlp", params: { epochs: 2 } }] }, table);
    expect(study.learner).toEqual(study.learners?.[0] && { id: "logistic", params: study.learners[0].params });
    const [logistic, mlp] = tableKind.plan.learnersOf(study).map((learner) => studyOf(study, learner));
    expect(mlp.learner.params).toMatchObject({ epochs: 2 });
    expect([logistic.attacks, logistic.detectors, logistic.repairs].map(idsOf)).toEqual([
      ["label-flip", "greedy-flip"],
      ["loss", "influence"],
      ["drop", "reweight"],
    ]);
    // A repair that goes by a detector works where the detector does, and nobody plans around one that is not there.
    expect([mlp.attacks, mlp.detectors, mlp.repairs].map(idsOf)).toEqual([["label-flip"], ["loss"], ["drop"]]);
    expect(mlp.attacks.map(({ against }) => against)).toEqual([undefined, "drop"]);
    expect(notes).toContainEqual({
      level: "info",
      text: "not tried on mlp, where they do not work: attacks greedy-flip; detectors influence; repairs reweight",
    });
  });

  it("has of each learner the trials that a study of it alone has", () => {
    const ids = (learner: NonNullable<AuditConfig["learner"]>, more: AuditConfig): string[] =>
      planCells(tableKind.plan, resolveStudy({ ...asked, ...more, learner }, table).study, {}, digest).flatMap(({ trials }) =>
        trials.map(({ id }) => id),
      );
    const several = ids(["logistic", "mlp"], {});
    const alone = [...ids("logistic", {}), ...ids("mlp", { attacks: ["label-flip"], detectors: ["loss"], repairs: ["drop"] })];
    expect(new Set(several).size).toBe(several.length);
    expect(several).toEqual(alone);
  });

  it("is of one learner, as it ever was, where one is named", () => {
    const { study } = resolveStudy({ ...asked, learner: "logistic" }, table);
    expect(study).not.toHaveProperty("learners");
    expect(resolveStudy({ ...asked, learner: ["logistic", "logistic"] }, table).study).toEqual(study);
  });

  it.each<[AuditConfig, RegExp]>([
    [{ learner: [] }, /no learner was named/],
    [{ learner: ["mlp", { id: "mlp", params: { epochs: 2 } }] }, /learner "mlp" is asked for twice with different settings/],
    [{ learner: ["logistic", "ridge"] }, /learner "ridge" needs a number as label/],
    [{ learner: ["mlp", "mlp"], attacks: ["greedy-flip"] }, /attack "greedy-flip" cannot be tried here/],
    [{ learner: ["logistic", "mlp"], pretraining: 0.5 }, /the learner "logistic" builds on no base model/],
    [{ learner: ["logistic", "linear-svm"], attacks: ["bad-encoder"] }, /attack "bad-encoder" cannot be tried here/],
  ])("refuses %j", (config, message) => {
    expect(() => resolveStudy(config, table)).toThrow(message);
  });

  it("is for audits alone", () => {
    expect(() => resolveLearning({ learner: ["logistic", "mlp"] }, table)).toThrow(
      "one learner is needed here, and logistic, mlp were named",
    );
  });
});
