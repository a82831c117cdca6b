import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blocksOf, idsOf, stringsOf, tableOf, textOf } from "../../../test/page-document.ts";
import type { Figure } from "../../numeric/statistics/intervals.ts";
import type { PersistenceEntry } from "../../study/persistence-summary.ts";
import { noRepair } from "../../study/record.ts";
import type { SummaryEntry } from "../../study/summary.ts";
import type { ReportInput } from "./report-input.ts";
import type { PageDocument } from "../page/document.ts";
import { auditPage } from "./page.ts";

interface Shape {
  readonly attacks: readonly string[];
  readonly detectors: readonly string[];
  readonly repairs: readonly string[];
  readonly budgets: readonly number[];
  readonly isRatio: boolean;
  readonly hasIntervals: boolean;
  /** Stands wherever a user can have a say. */
  readonly text: string;
}

const plain: Shape = {
  attacks: ["confident-flip", "label-flip"],
  detectors: ["loss"],
  repairs: ["drop"],
  budgets: [0.01, 0.05],
  isRatio: false,
  hasIntervals: true,
  text: "reviews",
};

function inputOf({ attacks, detectors, repairs, budgets, isRatio, hasIntervals, text }: Shape): ReportInput {
  const figure = (value: number): Figure =>
    hasIntervals ? { value, low: value - 0.02, high: value + 0.02 } : { value, low: null, high: null };
  const entry = (attack: string | null, budgetFraction: number, repair: string, metric: string, value: number): SummaryEntry => ({
    learner: "logistic",
    attack,
    access: attack === null ? null : "inject",
    goal: null,
    knowledge: attack === null ? null : "none",
    budgetFraction,
    repair,
    metric,
    figure: figure(value),
    seeds: hasIntervals ? 3 : 1,
  });
  const [metric, damage] = isRatio ? ["rmse", "rmseRatio"] : ["accuracy", "accuracyDrop"];
  const chosen = (id: string): { id: string; params: unknown } => ({ id, params: { [text]: 1 } });
  const drop = (i: number, budget: number): number => (isRatio ? 1 : 0) + (budget * i) / (attacks.length + 1);
  return {
    title: text,
    run: {
      name: text,
      status: "finished",
      startedAt: "2026-03-01T10:15:00.000Z",
      finishedAt: null,
      theriac: "0.1.0",
      node: "v20.20.0",
      platform: text,
      git: null,
      command: `theriac audit ${text}`,
      commandNotes: [text],
    },
    notes: [
      { level: "warning", text },
      { level: "info", text },
    ],
    data: {
      files: [{ name: text, bytes: 6812181, rows: 8000, sha256: "35d09b" }],
      rows: 8000,
      examples: 7999,
      labels: [text],
      classes: isRatio ? [] : [{ name: text, share: 0.5 }],
      features: [text],
      taskColumn: text,
      tasks: 29,
      sourceColumn: text,
      sources: 7191,
    },
    study: {
      encoder: { bigrams: false, minDocuments: 2, fittedOn: "poisoned" },
      learner: chosen("logistic"),
      sharing: "pooled",
      attacks: attacks.map(chosen),
      detectors: detectors.map(chosen),
      repairs: repairs.map((id) => ({ ...chosen(id), detector: chosen("loss") })),
      budgets,
      seeds: 3,
      firstSeed: 0,
      testFraction: 0.3,
      flagFraction: 0.05,
      attackTasks: null,
      targetTasks: null,
      target: null,
      ignorance: { ownSample: 0.2, surrogate: { id: "linear-svm", params: {} } },
    },
    learner: "logistic",
    methods: [
      { kind: "attack", id: attacks[0] ?? "none", title: text, summary: text, cite: text, url: "https://example.org/paper" },
      { kind: "repair", id: "drop", title: text, summary: text, cite: text, url: "javascript:alert(1)" },
    ],
    learnerParams: [{ weightDecay: 0.001 }],
    summary: {
      intervalsOf: "new-data",
      seeds: 3,
      primaryMetric: metric,
      better: isRatio ? "lower" : "higher",
      damageMetric: damage,
      baseline: isRatio
        ? { [metric]: figure(0.85), rSquared: figure(0.4) }
        : { [metric]: figure(0.85), balancedAccuracy: figure(0.6), majorityAccuracy: figure(0.9) },
      ...(isRatio
        ? {}
        : {
            recalls: ["common", text].map((name, k) => ({
              class: name,
              clean: figure(0.9 - k / 5),
              attacked: budgets.map((budgetFraction) => ({
                budgetFraction,
                attack: attacks[0] ?? "none",
                figure: figure(0.5),
                drop: figure(0.2),
              })),
            })),
          }),
      entries: [
        ...repairs.map((repair) => entry(null, 0, repair, damage, drop(0, 0))),
        ...attacks.flatMap((attack, i) =>
          budgets.flatMap((budget) => [
            entry(attack, budget, noRepair, metric, 0.85 - drop(i, budget)),
            entry(attack, budget, noRepair, damage, drop(i, budget)),
            ...repairs.map((repair) => entry(attack, budget, repair, damage, drop(i, budget) / 2)),
          ]),
        ),
      ],
      detections: attacks.flatMap((attack) =>
        budgets.flatMap((budgetFraction) =>
          detectors.map((detector) => ({
            attack,
            budgetFraction,
            detector,
            auc: null,
            precision: figure(0.2),
            recall: figure(0.9),
          })),
        ),
      ),
      strongest:
        attacks.length === 0 ? [] : budgets.map((budgetFraction) => ({ budgetFraction, attack: attacks[attacks.length - 1], rivals: [] })),
      variants: [],
      recommendation: null,
      persistence: [],
      until: null,
      unnoticed: null,
      strongestByGoal: [],
      strongestByAccess: [],
      failures: [{ id: "abc", attack: null, budgetFraction: 0, error: text }],
    },
    outcome: "incomplete",
    limits: [{ text, outcome: "inconclusive", reason: text }],
    strict: true,
    findings: {
      trainingRows: 5600,
      hasAttackTasks: false,
      budgets: budgets.map((budgetFraction) => ({ budgetFraction, rows: 56 })),
      flagFraction: 0.05,
      plannedTrials: 12,
      recordedTrials: 11,
    },
    split: { trainingRows: 5600, testRows: 2400 },
  };
}

const ids = fc.stringMatching(/^[a-z]{1,12}(-[a-z]{1,20})?$/);
const names = (maxLength: number): fc.Arbitrary<string[]> => fc.uniqueArray(ids, { maxLength });
const shapes: fc.Arbitrary<Shape> = fc.record({
  attacks: names(9),
  detectors: names(3),
  repairs: names(3),
  budgets: fc.uniqueArray(fc.constantFrom(0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.3), { minLength: 1, maxLength: 4 }),
  isRatio: fc.boolean(),
  hasIntervals: fc.boolean(),
  text: fc.string({ unit: fc.constantFrom("<", ">", "&", '"', "'", "/", "a", " ", "\0", "\uD800", "</style>", "<script>", "${x}", "%") }),
});

/** What every page must keep to: ids of one thing each, rows as long as their head, series within the places of their axis. */
function expectSound(page: PageDocument): void {
  const ids = idsOf(page);
  expect(new Set(ids).size).toBe(ids.length);
  for (const block of blocksOf(page)) {
    if (block.kind === "table") {
      expect(block.caption).not.toBe("");
      for (const row of block.rows) expect(row).toHaveLength(block.columns.length);
    }
    if (block.kind !== "chart") continue;
    for (const text of [block.title, block.description, block.caption]) expect(text).not.toBe("");
    expect(new Set(block.series.map(({ name }) => name)).size).toBe(block.series.length);
    const places = block.x.places ?? block.y.places;
    for (const { x, figure } of block.series.flatMap(({ points }) => points)) {
      if (places !== undefined) expect(places[x]).toBeDefined();
      expect(Number.isFinite(x) && Number.isFinite(figure.value)).toBe(true);
    }
  }
}

describe("the report", () => {
  it("draws the six detectors that find most and tables all of them", () => {
    const detectors = Array.from({ length: 12 }, (_, k) => `finder-${String.fromCharCode(97 + k)}`);
    const input = inputOf({ ...plain, detectors });
    const found = (detector: string, attack: string): number =>
      detector === "finder-k" && attack === "label-flip" ? 1 : detectors.indexOf(detector) / 20;
    const detections = input.summary.detections.map((entry) => ({
      ...entry,
      recall: { value: found(entry.detector, entry.attack), low: 0, high: 1 },
    }));
    const page = auditPage([{ ...input, summary: { ...input.summary, detections } }]);
    const chart = blocksOf(page).find((block) => block.kind === "chart" && block.id === "detection-chart");
    if (chart?.kind !== "chart") expect.fail("there is no chart");
    expect(chart.series.map(({ name }) => name)).toEqual(["g", "h", "i", "j", "k", "l"].map((letter) => `finder-${letter}`));
    expect(chart.caption).toContain("Of 12 detectors these find most of some attack");
    expect(new Set(tableOf(page, "detection-table").rows.map((row) => row[2]))).toEqual(new Set(detectors));
  });

  it("is sound for studies of any shape", () => {
    fc.assert(
      fc.property(shapes, (shape) => expectSound(auditPage([inputOf(shape)]))),
      { numRuns: 60 },
    );
  });

  it("holds accuracy against always saying one class, and tells the recall of uneven classes", () => {
    const page = auditPage([inputOf({ ...plain, text: "rare" })]);
    const told = (id: string): string[][] => tableOf(page, id).rows.map((row) => row.slice(0, 2).map(textOf));
    expect(told("baseline-table")).toEqual([
      ["Accuracy", "0.85"],
      ["Balanced accuracy", "0.6"],
      ["Majority baseline", "0.9"],
    ]);
    expect(told("recall-table")).toEqual([
      ["common", "0.9"],
      ["rare", "0.7"],
    ]);
  });

  it("says what was measured where no limit was set, and never that it passed", () => {
    const page = auditPage([{ ...inputOf(plain), outcome: "not-judged", limits: [] }]);
    const outcome = blocksOf(page).find(({ kind }) => kind === "outcome");
    expect(outcome).toMatchObject({ outcome: "not-judged", word: "Measured, not judged" });
    expect(blocksOf(page).some((block) => "id" in block && block.id === "limits")).toBe(false);
  });

  it("answers first, and says of what was not measured that it was not", () => {
    const answerOf = (shape: Shape): string => {
      const block = blocksOf(auditPage([inputOf(shape)])).find((one) => one.kind === "sentences" && one.look === "answer");
      return block?.kind === "sentences" ? block.items.join(" ") : "";
    };
    expect(answerOf(plain)).toMatch(/^An attacker who controls 1 % of your rows \(56 rows\) /);
    expect(answerOf({ ...plain, detectors: [] })).toContain("Whether anybody would notice: not measured.");
    expect(answerOf({ ...plain, repairs: [] })).toContain("What a repair would win back: not measured.");
    expect(answerOf(plain)).toContain("What no attacker can exceed: not proven");
  });

  it("says of how many seeds every chart is, in words that nobody has to decipher", () => {
    const page = auditPage([inputOf(plain)]);
    for (const block of blocksOf(page)) if (block.kind === "chart") expect(block.caption).toContain("3 seeds");
    for (const text of stringsOf(page)) expect(text).not.toMatch(/the interval can tell|told from none|\(\)|: ,/);
  });

  it("links to papers alone", () => {
    const urls = tableOf(auditPage([inputOf(plain)]), "methods").rows.flatMap((row) =>
      row.flatMap((cell) => (typeof cell === "object" && cell !== null && "url" in cell ? [cell.url] : [])),
    );
    expect(urls).toEqual(["https://example.org/paper"]);
  });

  it("names warnings first and guesses after them, and says that there was no warning where there was none", () => {
    const notes = [
      { level: "info" as const, text: 'label: column "y", by its name' },
      { level: "warning" as const, text: '"x" <b>: 2 of 200 cells are no numbers' },
    ];
    const oddities = (some: ReportInput["notes"]) =>
      auditPage([{ ...inputOf(plain), notes: some }]).sections.find(({ id }) => id === "oddities");
    const texts = stringsOf(oddities(notes));
    expect(texts).toContain('"x" <b>: 2 of 200 cells are no numbers.');
    expect(texts.findIndex((text) => text.includes("no numbers"))).toBeLessThan(texts.findIndex((text) => text.includes("by its name")));
    expect(oddities([])).toBeUndefined();
    expect(oddities(notes.slice(0, 1))?.lead).toContain("Nothing that changes what is learned was noticed");
  });

  it("gives each of several learners a section, the worst of all a name, and every id to one thing", () => {
    const of = (learner: string, damage: number): ReportInput => {
      const input = inputOf(plain);
      const entries = input.summary.entries.map((entry) => ({ ...entry, learner, figure: { ...entry.figure, value: damage } }));
      const strongestByGoal = input.summary.strongest.map((strongest) => ({ ...strongest, goal: "availability" as const }));
      const limits = [{ text: "accuracy >= 0.8", outcome: learner === "mlp" ? ("fail" as const) : ("pass" as const), reason: "why" }];
      return { ...input, learner, limits, summary: { ...input.summary, entries, strongestByGoal } };
    };
    const page = auditPage([of("logistic", 0.1), of("mlp", 0.3)]);
    expectSound(page);
    expect(stringsOf(page)).toContainEqual(expect.stringMatching(/^Worst of the strongest attacks, on mlp: /));
    for (const learner of ["logistic", "mlp"]) {
      const ids = page.sections.find(({ id }) => id === `learner-${learner}`)?.blocks.flatMap((block) => ("id" in block ? [block.id] : []));
      expect(ids?.slice(0, 2)).toEqual([`answer-${learner}`, `damage-${learner}`]);
    }
    expect(tableOf(page, "limits").rows.map((row) => row[1])).toEqual(["logistic", "mlp"]);
    expect(stringsOf(page).some((text) => text.startsWith("22 of 24"))).toBe(true);
  });

  describe("after poisoning stops", () => {
    const figure = (value: number) => ({ value, low: null, high: null });
    const entry = (start: "cold" | "warm", values: readonly number[], halfLifeRows: number | null): PersistenceEntry => ({
      attack: "label-flip",
      goal: "availability",
      budgetFraction: 0.05,
      start,
      metric: "accuracyDrop",
      points: values.map((value, i) => ({ times: [0, 1, 4][i], arrivedRows: 100 * [0, 1, 4][i], figure: figure(value) })),
      halfLifeRows,
    });
    const rowsOf = (...persistence: PersistenceEntry[]): string[][] => {
      const input = inputOf(plain);
      const table = tableOf(auditPage([{ ...input, summary: { ...input.summary, persistence } }]), "persistence-table");
      return [table.columns.map(({ name }) => name), ...table.rows.map((row) => row.map(textOf))];
    };

    it("shows damage at each look, and the rows until half of it was gone", () => {
      expect(rowsOf(entry("cold", [0.2, 0.15, 0.05], 250))).toEqual([
        ["Attack", "0×", "1×", "4×", "Rows until half is gone"],
        ["label-flip 5 %, cold start, drop of accuracy", "0.2", "0.15", "0.05", "250"],
      ]);
    });

    it("shows a warm start only where it ends elsewhere, and nothing where half was never gone", () => {
      const cold = entry("cold", [0.2, 0.15, 0.05], 250);
      expect(rowsOf(cold, entry("warm", [0.2, 0.15, 0.05], 250))).toHaveLength(2);
      const [, , warm] = rowsOf(cold, entry("warm", [0.2, 0.19, 0.18], null));
      expect(warm).toEqual(["label-flip 5 %, warm start, drop of accuracy", "0.2", "0.19", "0.18", "–"]);
    });

    it("is not there where nobody asked", () => {
      expect(idsOf(auditPage([inputOf(plain)]))).not.toContain("persistence");
    });
  });
});
