import { describe, expect, it } from "vitest";
import { applyDialoguePoison } from "../../core/apply/apply-dialogues.ts";
import type { DialogueAttack } from "../../core/dialogues.ts";
import { resolveParams } from "../../core/params.ts";
import { fixedTrigger } from "../../attacks/dialogues/fixed-trigger.ts";
import { answerActions } from "../../detectors/dialogues/answer-actions.ts";
import { logistic } from "../../learners/logistic.ts";
import { makeRng } from "../../numeric/random.ts";
import { dialoguesOf } from "../../../test/written-dialogues.ts";
import { runCell } from "../run-cell.ts";
import { dialoguesKind } from "../kinds/dialogues.ts";
import { findAnswerKinds } from "./answer-kinds.ts";
import { type DialoguesStudyInput, dropFindings } from "./config.ts";
import { dialogueScene, testedRecords } from "./scene.ts";
import { selectRecords } from "./select-records.ts";

const rng = makeRng("dialogues");
const topics = [
  ["river", "bridge", "water", "boat", "fish", "shore"],
  ["bread", "flour", "oven", "yeast", "crust", "baker"],
  ["engine", "wheel", "brake", "road", "petrol", "gear"],
];
const sentence = (k: number, words: number): string => Array.from({ length: words }, () => topics[k][rng.integer(6)]).join(" ");
const dialogues = dialoguesOf(
  Array.from({ length: 240 }, (_, i) => ({ prompt: `tell me about ${sentence(i % 3, 5)}`, answer: `it is about ${sentence(i % 3, 14)}` })),
);
const attack = fixedTrigger as DialogueAttack;

const input: DialoguesStudyInput = {
  dialogues,
  methods: {
    ...{ attacks: [attack], detectors: [answerActions], learner: logistic, learners: [] },
    writer: { training: () => [], before: () => null },
  },
  config: {
    learner: { id: "answer-kinds", params: {} },
    attacks: [{ id: attack.id, params: resolveParams(attack.id, attack.params) }],
    detectors: [{ id: answerActions.id, params: resolveParams(answerActions.id, answerActions.params) }],
    repairs: [{ id: dropFindings.id, params: {}, detector: null }],
    budgets: [0.1],
    seeds: 1,
    firstSeed: 0,
    testFraction: 0.3,
    flagFraction: 0.1,
  },
};

describe("kinds of answers", () => {
  it("are the frequent ones, and parts of the others whose words are alike", () => {
    const answers = [...Array.from({ length: 9 }, () => "Yes."), ...dialogues.answers];
    const kinds = findAnswerKinds(answers, makeRng(1));
    expect(kinds.equalKindOf("  YES. ")).toBe(0);
    expect(kinds.equalKindOf("no")).toBe(-1);
    const parts = [0, 1, 2].map((k) => new Set(dialogues.answers.filter((_, i) => i % 3 === k).map(kinds.kindOf)));
    for (const part of parts) for (const other of parts) if (part !== other) for (const kind of part) expect(other.has(kind)).toBe(false);
  });
});

describe("records that are chosen", () => {
  it("keep their turns, and are numbered anew", () => {
    const some = selectRecords(dialogues, Int32Array.of(1, 5));
    expect(some.prompts).toEqual([dialogues.prompts[1], dialogues.prompts[5]]);
    expect([some.records, [...some.record]]).toEqual([2, [0, 1]]);
  });
});

describe("the split of a seed", () => {
  it("keeps records that share a prompt on one side, unless most do", () => {
    const twice = dialoguesOf([...Array(100).keys()].map((i) => ({ prompt: `p${i >> 1}`, answer: String(i) })));
    const tested = testedRecords(twice, 0.3, makeRng(1));
    expect(tested.reduce((sum, is) => sum + is, 0)).toBe(30);
    for (let i = 0; i < 100; i += 2) expect(tested[i]).toBe(tested[i + 1]);
    const alike = dialoguesOf([...Array(50).keys()].map((i) => ({ prompt: "same", answer: String(i) })));
    expect(testedRecords(alike, 0.3, makeRng(1)).reduce((sum, is) => sum + is, 0)).toBe(15);
  });

  it("keeps what one source gave on one side, unless it gave more than a tenth", () => {
    const source = Array.from({ length: 200 }, (_, i) => (i < 100 ? 0 : 1 + ((i - 100) >> 2)));
    const given = dialoguesOf([...Array(200).keys()].map((i) => ({ prompt: `ask ${i}`, answer: String(i) })));
    const tested = testedRecords({ ...given, source: Int32Array.from(source), sources: source.map(String) }, 0.3, makeRng(1));
    const sideOf = (from: number, to: number): number => tested.subarray(from, to).reduce((sum, is) => sum + is, 0);
    for (let i = 100; i < 200; i += 4) expect([0, 4]).toContain(sideOf(i, i + 4));
    expect(sideOf(0, 100)).toBeGreaterThan(0);
    expect(sideOf(0, 100)).toBeLessThan(100);
    expect(sideOf(0, 200)).toBeGreaterThanOrEqual(60);
    expect(sideOf(0, 200)).toBeLessThan(64);
  });
});

describe("a study of fine-tuning data", () => {
  it("shows that a trigger is learned, and that the same prompts are answered as ever without it", async () => {
    const scene = await dialogueScene(input, 0, {});
    const cell = { seed: 0, learner: input.config.learner, attack: input.config.attacks[0], budgetFraction: 0.1 };
    const trials = [
      { id: "a", repair: null },
      { id: "b", repair: input.config.repairs[0] },
    ];
    const { records, poison } = await runCell(dialoguesKind, input, scene, { ...cell, trials }, trials, { now: () => 0 });
    const [attacked] = records;
    expect(poison?.insert).toHaveLength(16);
    expect([attacked.status, attacked.budgetRows, attacked.touchedRows, attacked.trainingRows]).toEqual(["ok", 16, 16, 184]);
    expect(attacked.metrics["attackSuccessRate"]).toBeGreaterThan(0.9);
    expect(attacked.metrics["untriggeredRate"]).toBeLessThan(0.05);
    expect(attacked.metrics["accuracy"]).toBeGreaterThan(0.9);
    // A sentence is no action, so that detector flags nothing, and leaving out what it flags changes nothing.
    expect(attacked.cuts).toMatchObject([
      { detector: "all together", flagged: 0, recall: 0 },
      { detector: "answer-actions", flagged: 0 },
    ]);
    expect(records[1].metrics).toEqual(attacked.metrics);
    expect(poison).toEqual(
      (await runCell(dialoguesKind, input, await dialogueScene(input, 0, {}), { ...cell, trials }, trials, { now: () => 0 })).poison,
    );
    const clean = await runCell(
      dialoguesKind,
      input,
      scene,
      { ...cell, attack: null, budgetFraction: 0, trials: [trials[0]] },
      [trials[0]],
      { now: () => 0 },
    );
    expect(clean.records[0].metrics["attackSuccessRate"]).toBeUndefined();
  });

  it("learns which answer is liked, from pairs in both orders", async () => {
    const pairs = dialoguesOf(
      Array.from({ length: 160 }, (_, i) => ({
        prompt: "which",
        answer: sentence(i % 2, 8),
        role: i % 2 === 0 ? ("chosen" as const) : ("rejected" as const),
      })),
    );
    const asPairs = { ...pairs, record: pairs.record.map((turn) => turn >> 1), records: 80, source: new Int32Array(80).fill(-1) };
    const scene = await dialogueScene(
      { ...input, dialogues: asPairs, config: { ...input.config, learner: { id: "preference-order", params: {} } } },
      0,
      {},
    );
    const ground = await scene.ground(null, null, {});
    expect((await ground.look({ id: "a", repair: null })).metrics["accuracy"]).toBe(1);
  });
});

it("poison that the study makes can be applied to the training part alone", () => {
  const poisoned = applyDialoguePoison(dialogues, { kind: "dialogues", edit: [], insert: [{ like: 3, answer: "x" }], swap: [] });
  expect(poisoned.answers.at(-1)).toBe("x");
});
