import { describe, expect, it } from "vitest";
import { blocksOf, idsOf, stringsOf, tableOf, textOf } from "../../../test/page-document.ts";
import type { TaskKnowledge } from "../../study/tasks/config.ts";
import type { FewLine, TasksResult } from "../../study/tasks/tasks-result.ts";
import { worthWords } from "./few.ts";
import { taskFindings } from "./findings.ts";
import { relatedOrder } from "./order.ts";
import { tasksPage } from "./page.ts";
import { renderTasks } from "./text.ts";

const figure = (value: number, half: number | null = 0.01) => ({
  value,
  low: half === null ? null : value - half,
  high: half === null ? null : value + half,
});

/** Tasks of two kinds, every second one alike. */
function resultOf(count: number, over: Partial<TasksResult> = {}): TasksResult {
  const tasks = Array.from({ length: count }, (_, i) => `t${i}`);
  return {
    tasks,
    learner: "mtrl",
    metric: "accuracy",
    better: "higher",
    damageMetric: "accuracyDrop",
    seeds: 3,
    budgetFraction: 0.1,
    relationDecays: [0.01, 0.01, 0.1],
    gain: { metric: "accuracy", single: figure(0.8), pooled: figure(0.7), mtrl: figure(0.85) },
    beside: { balancedAccuracy: figure(0.6), majorityAccuracy: figure(0.9) },
    gainOver: { single: figure(0.05), pooled: figure(0.15) },
    byTask: tasks.map((task) => ({ task, rows: 40, single: figure(0.8), mtrl: figure(0.85), difference: figure(0.05) })),
    relation: tasks.map((_, i) => tasks.map((_task, j) => (i === j ? 1 : i % 2 === j % 2 ? 0.8 : -0.2))),
    vulnerability: tasks.map((_, i) => tasks.map((_task, j) => (i === j ? 0.5 : i % 2 === j % 2 ? 0.02 + 0.001 * i : -0.001))),
    measured: [
      { from: "t0", to: "t2", knowledge: "white-box", figure: figure(0.03), flip: figure(0), before: figure(0.85), kind: "ascent" },
      { from: null, to: "t1", knowledge: "white-box", figure: figure(0.2), flip: figure(0.01), before: figure(0.85), kind: "ascent" },
    ],
    price: [
      {
        by: "relationDecay",
        value: 0.01,
        target: "t1",
        knowledge: "white-box",
        gain: figure(0.05),
        gainOfAll: figure(0.05),
        damage: figure(0.2),
      },
      {
        by: "relationDecay",
        value: 0.1,
        target: "t1",
        knowledge: "white-box",
        gain: figure(0.01),
        gainOfAll: figure(0.01),
        damage: figure(0.02),
      },
      { by: "targetRows", value: 10, target: "t1", knowledge: "white-box", gain: figure(0.15), gainOfAll: null, damage: figure(0.3) },
      { by: "targetRows", value: 28, target: "t1", knowledge: "white-box", gain: figure(0.05), gainOfAll: null, damage: figure(0.2) },
    ],
    priceSeeds: 3,
    few: {
      attackTasks: ["t0", "t2", "t3"],
      targets: ["t1"],
      seeds: 3,
      triedSets: 10,
      poisonRows: 30,
      flip: figure(0),
      lines: [fewLine("white-box", false, 0.6), fewLine("black-box", false, 0.84), fewLine("gray-box", true, 0.7)],
    },
    defence: {
      target: "t1",
      seeds: 3,
      ownRows: 12,
      freshRows: 6,
      knowledge: ["white-box", "gray-box"],
      lines: [
        { repair: "none", isFresh: false, clean: figure(0.8), attacked: attackedBy(0.5, 0.7), hasNoEffect: false },
        { repair: "cut-ties", isFresh: false, clean: figure(0.8), attacked: attackedBy(0.5, 0.7), hasNoEffect: true },
        { repair: "fresh-rows", isFresh: true, clean: figure(0.79), attacked: attackedBy(0.75, 0.76), hasNoEffect: false },
      ],
      recommended: {
        repair: "fresh-rows",
        isFresh: true,
        costs: 0.01,
        winsBack: [
          { knowledge: "white-box", of: 0.3, won: 0.25 },
          { knowledge: "gray-box", of: 0.1, won: 0.06 },
        ],
      },
    },
    notes: [],
    ...over,
  };
}

/** Of a task with accuracy .85 together and .8 alone. */
function fewLine(knowledge: TaskKnowledge, isHalved: boolean, after: number): FewLine {
  return {
    ...{ knowledge, isHalved, targetRows: isHalved ? 20 : 40 },
    ...{ before: figure(0.85), alone: figure(0.8), after: figure(after), gain: figure(0.05) },
    ...{ damage: figure(0.85 - after), damagePer100Rows: figure((0.85 - after) / 0.3), attackedOverAlone: figure(0.8 - after) },
  };
}

const pageOf = (result: TasksResult, title = "data.csv") =>
  tasksPage(result, { title, theriac: "0.0.0", plannedTrials: 9, recordedTrials: 9 });

function attackedBy(whiteBox: number, grayBox: number) {
  return [
    { knowledge: "white-box" as const, figure: figure(whiteBox) },
    { knowledge: "gray-box" as const, figure: figure(grayBox) },
  ];
}

describe("the page of a study of tasks", () => {
  it("shows both attackers side by side, says what to use and what has no effect", () => {
    const table = tableOf(pageOf(resultOf(4)), "defence-table");
    expect(table.columns.map(({ name }) => name)).toEqual(["Repair", "Not attacked", "Attacked, white box", "Attacked, stand-in rows"]);
    expect(table.rows.map(([name]) => name)).toContain("cut-ties (no effect)");
    const told = taskFindings(resultOf(4)).join(" ");
    expect(told).toContain(
      "Recommended: use fresh-rows for t1. It costs 0.010 accuracy where nothing is attacked, and wins back 0.250 of 0.300 accuracy from a white-box attacker, and wins back 0.060 of 0.100 accuracy from one who has stand-in rows. It takes 6 fresh labelled rows.",
    );
    expect(told).toContain("No effect: cut-ties equals no repair to the last digit, attacked or not.");
    const { defence } = resultOf(4);
    if (defence === null) expect.fail("it was measured");
    expect(taskFindings({ ...resultOf(4), defence: { ...defence, recommended: null } }).join(" ")).toContain("Nothing helps t1:");
    expect(idsOf(pageOf({ ...resultOf(4), defence: null }))).not.toContain("defence-table");
  });

  it.each([2, 4, 29, 151])("has for %i tasks a map of every cell in groups of related tasks, and every id once", (count) => {
    const page = pageOf(resultOf(count));
    const ids = idsOf(page);
    expect(new Set(ids).size).toBe(ids.length);
    const map = blocksOf(page).find((block) => block.kind === "heat-map" && block.id === "relation-map");
    if (map?.kind !== "heat-map") expect.fail("there is no map");
    expect(map.values.map((row) => row.length)).toEqual(Array<number>(count).fill(count));
    expect(map.values[map.rows.indexOf("t0")][map.columns.indexOf("t1")]).toBe(-0.2);
    if (count > 2) expect(map.breaks).toEqual([Math.ceil(count / 2)]);
  });

  it("tells the strongest pairs beside the map, fifty at most", () => {
    const { rows, caption } = tableOf(pageOf(resultOf(151)), "relation-table");
    expect(rows).toHaveLength(50);
    expect(caption).toContain("the 50 largest of 11,325 pairs");
  });

  it("draws of many tasks those with the largest entries, and says so", () => {
    const vulnerability = Array.from({ length: 400 }, (_, i) => Array.from({ length: 400 }, (_entry, j) => Math.min(i, j) / 1000));
    const page = pageOf(resultOf(400, { vulnerability }));
    const map = blocksOf(page).find((block) => block.kind === "heat-map" && block.id === "vulnerability-map");
    if (map?.kind !== "heat-map") throw new Error("there is no map");
    expect(map.rows).toHaveLength(250);
    expect(map.rows).toContain("t399");
    expect(map.rows).not.toContain("t0");
    expect(map.caption).toContain("Of 400 tasks the 250 with the largest entries are drawn");
  });

  it("leaves empty what is not known", () => {
    const unknown = [
      [1, null],
      [null, null],
    ];
    const page = pageOf(resultOf(2, { tasks: ["a", "b"], relation: unknown, vulnerability: unknown, measured: [], price: [] }));
    expect(stringsOf(page)).toContain("No pair is known.");
    expect(tableOf(page, "relation-table").rows).toEqual([]);
  });
});

describe("the sentences of a study of tasks", () => {
  it("say in one what a few poisoned tasks do, beside learning the target alone, and when sharing is worth its price", () => {
    const told = taskFindings(resultOf(4));
    expect(told).toContain(
      "Poisoning 30 rows of t0, t2 and t3 lowers the accuracy of t1 from 0.850 to 0.600 (the attacker knows the target's very rows); learning t1 alone has 0.800: sharing is not worth its price where such poison is likelier than 20 %.",
    );
    expect(told.join(" ")).toContain("who knows none of the target's rows: 0.850 to 0.840, alone 0.800");
    expect(told.join(" ")).toContain("who knows other rows of the same task, t1 having 20 rows: 0.850 to 0.700");
    const worth = (gain: number, over: number, half = 0.01) => worthWords({ gain: figure(gain), attackedOverAlone: figure(over, half) });
    expect(worth(0.05, -0.02)).toMatch(/^sharing is worth its price/);
    expect(worth(0.05, 0.02, 0.03)).toMatch(/cannot be told from learning it alone/);
    expect(worth(-0.01, 0.2)).toMatch(/gains nothing even where nothing is attacked/);
  });

  it("name with every indirect figure what the attacker knows of the target's rows", () => {
    const told = taskFindings(resultOf(4));
    for (const start of ["The strongest indirect attack", "The price of sharing"])
      expect(told.find((sentence) => sentence.startsWith(start))).toContain("The attacker knows the target's very rows");
    const text = renderTasks(resultOf(4), null);
    expect(text).toMatch(/Poison in +Damage to +Attacker knows/);
    expect(text).toMatch(/The price of sharing\. What t1, .* by who knows the target’s very rows/);
    expect(text).toMatch(/other rows of the same task +20 \(half\) +0\.850/);
    expect(tableOf(pageOf(resultOf(4)), "few-table").rows.map(([first]) => textOf(first))).toContain("none of the target’s rows");
    expect(idsOf(pageOf(resultOf(4, { few: null })))).not.toContain("few-table");
  });

  it("say what is gained and which attack was the strongest", () => {
    const sentences = taskFindings(resultOf(4));
    expect(sentences[0]).toBe(
      "Sharing gains over learning each task alone: accuracy 0.850 against 0.800, a difference of 0.050 [0.040, 0.060].",
    );
    expect(sentences.join(" ")).toContain(
      "The strongest indirect attack measured: poison in all other tasks, 10 % of their rows, hurts t1",
    );
    expect(sentences.join(" ")).toContain("were it to have 10 rows, 0.150 [0.140, 0.160] and 0.300");
  });

  it("claim nothing that the interval does not", () => {
    const unsure = resultOf(4, { gainOver: { single: figure(0.05, 0.1), pooled: figure(0.05, null) } });
    expect(taskFindings(unsure)[0]).toMatch(/^Sharing cannot be told from learning each task alone/);
    expect(taskFindings(unsure)[1]).toMatch(/^Sharing cannot be told from one model/);
    const error = resultOf(4, { metric: "rmse", better: "lower", gainOver: { single: figure(-0.05), pooled: figure(0.05) } });
    expect(taskFindings(error)[0]).toMatch(/^Sharing gains over learning/);
    expect(taskFindings(error)[1]).toMatch(/^Sharing loses against one model/);
  });

  it("put related tasks next to each other, in words and in order", () => {
    const result = resultOf(4);
    expect(relatedOrder(result).map((i) => i % 2)).toEqual([0, 0, 1, 1]);
    expect(renderTasks(result, null)).toMatch(/t0 +1\.00 +0\.80 +-0\.20 +-0\.20/);
    expect(renderTasks(resultOf(13), null)).toContain("rise of loss");
    const other = resultOf(3, { learner: "related" });
    expect(renderTasks(other, null)).toContain("related − alone");
    expect(renderTasks(other, null)).not.toContain("mtrl");
    for (const text of stringsOf(pageOf(other))) expect(text).not.toContain("mtrl");
  });
});
