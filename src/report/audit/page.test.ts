import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type XmlElement, elementsOf, parseXml } from "../../../test/parse-xml.ts";
import type { Figure } from "../../numeric/statistics/intervals.ts";
import { noRepair } from "../../study/record.ts";
import type { SummaryEntry } from "../../study/summary.ts";
import type { ReportInput } from "./report-input.ts";
import { renderPage } from "../page/page.ts";
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

function elementsNamed(page: XmlElement, ...wanted: readonly string[]): XmlElement[] {
  return elementsOf(page).filter(({ name }) => wanted.includes(name));
}

describe("the report", () => {
  it("draws the eight detectors that find most and tables all of them", () => {
    const detectors = Array.from({ length: 12 }, (_, k) => `finder-${String.fromCharCode(97 + k)}`);
    const input = inputOf({ ...plain, detectors });
    const found = (detector: string, attack: string): number =>
      detector === "finder-k" && attack === "label-flip" ? 1 : detectors.indexOf(detector) / 20;
    const detections = input.summary.detections.map((entry) => ({
      ...entry,
      recall: { value: found(entry.detector, entry.attack), low: 0, high: 1 },
    }));
    const page = renderPage(auditPage({ ...input, summary: { ...input.summary, detections } }));
    const section = page.slice(page.indexOf('aria-labelledby="detection"'));
    const [figure, table] = [
      section.slice(0, section.indexOf("</figure>")),
      section.slice(section.indexOf("</figure>"), section.indexOf("</section>")),
    ];
    const drawn = detectors.filter((detector) => figure.includes(detector));
    expect(drawn).toEqual(["e", "f", "g", "h", "i", "j", "k", "l"].map((letter) => `finder-${letter}`));
    for (const detector of detectors) expect(table).toContain(detector);
    expect(figure).toContain("Of 12 detectors these find most of some attack");
  });

  it("is well-formed for studies of any shape, and lets no text become markup", () => {
    const known = new Set(elementsOf(parseXml(renderPage(auditPage(inputOf(plain))))).map(({ name }) => name));
    fc.assert(
      fc.property(shapes, (shape) => {
        const page = parseXml(renderPage(auditPage(inputOf(shape))));
        for (const { name, attributes } of elementsOf(page)) {
          expect([...known, "polygon", "path", "circle"]).toContain(name);
          expect(Object.keys(attributes).filter((attribute) => attribute.startsWith("on"))).toEqual([]);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("holds accuracy against always saying one class, and tells the recall of uneven classes", () => {
    const tables = elementsNamed(parseXml(renderPage(auditPage(inputOf({ ...plain, text: "rare" })))), "table");
    const rowsOf = (id: string): string[][] =>
      elementsNamed(
        tables.find(({ attributes }) => attributes.id === id)!,
        "tr",
      ).map((row) => elementsNamed(row, "th", "td").map((cell) => cell.text));
    expect(rowsOf("baseline-table").map(([metric, value]) => [metric, value.slice(0, 5)])).toEqual([
      ["Metric", "Figur"],
      ["Accuracy", "0.850"],
      ["Balanced accuracy", "0.600"],
      ["Majority baseline", "0.900"],
    ]);
    expect(
      rowsOf("recall-table")
        .slice(1)
        .map(([name, clean]) => [name, clean.slice(0, 5)]),
    ).toEqual([
      ["common", "0.900"],
      ["rare", "0.700"],
    ]);
  });

  it("shows text as it was written", () => {
    const text = `<script>alert("1")</script> & 'more'`;
    const page = parseXml(renderPage(auditPage(inputOf({ ...plain, text }))));
    expect(elementsNamed(page, "h1").map((element) => element.text)).toEqual([text]);
    expect(elementsNamed(page, "pre").map((element) => element.text)).toEqual([`theriac audit ${text}`]);
  });

  it("loads nothing, runs nothing and links to papers alone", () => {
    const html = renderPage(auditPage(inputOf(plain)));
    const page = parseXml(html);
    expect(elementsNamed(page, "script", "link", "img", "iframe", "object", "form")).toEqual([]);
    expect(elementsNamed(page, "a").map(({ attributes }) => attributes.href)).toEqual(["https://example.org/paper"]);
    expect(html).not.toMatch(/url\(|@import|src=/);
    const policies = elementsNamed(page, "meta").filter(({ attributes }) => attributes["http-equiv"] === "Content-Security-Policy");
    expect(policies[0].attributes.content).toBe("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'");
  });

  it("has its headings in order, unique ids, and every reference leads somewhere", () => {
    const elements = elementsOf(
      parseXml(renderPage(auditPage(inputOf({ ...plain, detectors: ["loss", "knn"], repairs: ["drop", "other"] })))),
    );
    expect(elements[0].attributes.lang).toBe("en");
    expect(elements.filter(({ name }) => /^h\d$/.test(name)).map(({ name }) => name)).toEqual(["h1", ...Array<string>(10).fill("h2")]);
    const ids = elements.flatMap(({ attributes }) => (attributes.id === undefined ? [] : [attributes.id]));
    expect(new Set(ids).size).toBe(ids.length);
    for (const { attributes } of elements)
      for (const id of (attributes["aria-labelledby"] ?? "").split(" ").filter((part) => part !== "")) expect(ids).toContain(id);
  });

  it("gives each of several learners a section, the worst of all a name, and every id to one element", () => {
    const of = (learner: string, damage: number): ReportInput => {
      const input = inputOf(plain);
      const entries = input.summary.entries.map((entry) => ({ ...entry, learner, figure: { ...entry.figure, value: damage } }));
      const strongestByGoal = input.summary.strongest.map((strongest) => ({ ...strongest, goal: "availability" as const }));
      const limits = [{ text: "accuracy >= 0.8", outcome: learner === "mlp" ? ("fail" as const) : ("pass" as const), reason: "why" }];
      return { ...input, learner, limits, summary: { ...input.summary, entries, strongestByGoal } };
    };
    const html = renderPage(auditPage(of("logistic", 0.1), of("mlp", 0.3)));
    const elements = elementsOf(parseXml(html));
    const ids = elements.flatMap(({ attributes }) => (attributes.id === undefined ? [] : [attributes.id]));
    expect(new Set(ids).size).toBe(ids.length);
    for (const { attributes } of elements)
      for (const id of (attributes["aria-labelledby"] ?? "").split(" ").filter((part) => part !== "")) expect(ids).toContain(id);
    expect(html).toContain("Worst of the strongest attacks, on <b>mlp</b>: ");
    const headings = elements.filter(({ name }) => /^h[23]$/.test(name)).map(({ name, attributes }) => `${name} ${attributes.id}`);
    for (const learner of ["logistic", "mlp"]) {
      const from = headings.indexOf(`h2 learner-${learner}`);
      expect(headings.slice(from + 1, from + 3)).toEqual([`h3 baseline-${learner}`, `h3 damage-${learner}`]);
    }
    const table = elements.find(({ name, attributes }) => name === "table" && attributes.id === "limits")!;
    expect(elementsNamed(table, "th").map(({ text }) => text)).toEqual(expect.arrayContaining(["logistic", "mlp"]));
    expect(html).toContain("22 of 24");
  });

  it("gives every table a caption and scopes, and every chart a title, a description and a table after it", () => {
    const page = parseXml(renderPage(auditPage(inputOf(plain))));
    for (const table of elementsNamed(page, "table")) {
      expect(table.children[0].name).toBe("caption");
      for (const cell of elementsNamed(table, "th")) expect(["col", "row", "rowgroup"]).toContain(cell.attributes.scope);
    }
    for (const chart of elementsNamed(page, "svg")) {
      expect(chart.attributes.role).toBe("img");
      expect(chart.children.slice(0, 2).map(({ name }) => name)).toEqual(["title", "desc"]);
    }
    for (const section of elementsNamed(page, "section")) {
      const kinds = elementsNamed(section, "figure", "table").map(({ name }) => name);
      if (kinds.includes("figure")) expect(kinds).toEqual(["figure", "table"]);
    }
  });

  it("keeps every mark and every word of a chart inside of it", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        for (const chart of elementsNamed(parseXml(renderPage(auditPage(inputOf(shape)))), "svg")) {
          const [, , width, height] = chart.attributes.viewBox.split(" ").map(Number);
          for (const { attributes, text } of elementsNamed(chart, "text")) {
            const length = [...text].length * 12 * 0.5;
            const start = { start: 0, middle: length / 2, end: length }[attributes["text-anchor"]] as number;
            expect(Number(attributes.x) - start).toBeGreaterThanOrEqual(-1);
            expect(Number(attributes.x) - start + length).toBeLessThanOrEqual(width + 1);
            expect(Number(attributes.y)).toBeLessThanOrEqual(height);
          }
          for (const { attributes } of elementsNamed(chart, "circle", "line")) {
            for (const name of ["cx", "x1", "x2"]) expect(Number(attributes[name] ?? 0)).toBeLessThanOrEqual(width);
            for (const name of ["cy", "y1", "y2"]) expect(Number(attributes[name] ?? 0)).toBeLessThanOrEqual(height);
          }
        }
      }),
      { numRuns: 20 },
    );
  });
});
