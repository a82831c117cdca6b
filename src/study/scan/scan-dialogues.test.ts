import { describe, expect, it } from "vitest";
import { groupOf, tellingDetector } from "../../../test/telling-detector.ts";
import { dialoguesOf } from "../../../test/written-dialogues.ts";
import { NumericalError } from "../../core/errors.ts";
import type { DialogueDetector } from "../../core/dialogues.ts";
import { makeRng } from "../../numeric/random.ts";
import { renderDialogues } from "../../report/scan/dialogues-text.ts";
import { excerpt } from "./dialogue-examples.ts";
import { scanDialogues } from "./scan-dialogues.ts";

const dialogues = dialoguesOf(
  Array.from({ length: 20 }, (_, i) => ({ prompt: `${"ask ".repeat(60)}${i} cf now`, answer: `no ${i}` })),
  { sources: ["s0", "s1"], source: Array.from({ length: 20 }, (_, i) => i % 2) },
);
const scan = (...methods: DialogueDetector[]) =>
  scanDialogues(
    dialogues,
    methods.map((method) => ({ method, params: {} })),
    { rng: makeRng(1) },
  );

describe("a scan of dialogues", () => {
  it("ranks records by whoever says most, and lists those of which somebody says something", async () => {
    const { rows, judgedRecords } = await scan(
      tellingDetector("a", [groupOf([1, 2], 3)]),
      tellingDetector("b", [groupOf([2, 5], 7), groupOf([9], 8, { isWeak: true })]),
    );
    expect(judgedRecords).toBe(20);
    expect(rows.map(({ row, flagged, score }) => [row, flagged, score])).toEqual([
      [2, true, 7],
      [5, true, 7],
      [1, true, 3],
      [9, false, 8],
    ]);
    expect(rows[0].scores).toEqual({ a: 3, b: 7 });
    expect(rows[3].reasons).toEqual([]);
  });

  it("tells what two detectors found of nearly the same records as one finding", async () => {
    const { campaigns } = await scan(
      tellingDetector("a", [groupOf([0, 1, 2, 3, 4], 3, { sentence: "A", marks: ["cf"], expectedFindings: 0.001 })]),
      tellingDetector("b", [groupOf([0, 1, 2, 3], 5, { sentence: "B", marks: ["cf", "no"] }), groupOf([0, 7], 4, { sentence: "C" })]),
    );
    expect(
      campaigns.map(({ detectors, rows, sentence, evidence, expectedFindings }) => ({
        detectors,
        rows,
        sentence,
        evidence,
        expectedFindings,
      })),
    ).toEqual([
      { detectors: ["b", "a"], rows: [0, 1, 2, 3, 4], sentence: "B; A", evidence: 5, expectedFindings: 0.001 },
      { detectors: ["b"], rows: [0, 7], sentence: "C", evidence: 4, expectedFindings: null },
    ]);
    expect(campaigns[0].marks).toEqual(["cf", "no"]);
    expect(campaigns[0].accounts).toEqual(["s0", "s1"]);
  });

  it("counts innocents by the surest finding of a record, and says where that is not known", async () => {
    const known = await scan(
      tellingDetector("a", [groupOf([0, 1, 2, 3], 2, { expectedFindings: 0.01 }), groupOf([3, 4], 1, { expectedFindings: 0.1 })]),
    );
    // Of two findings at least as strong as the second a tenth of one is expected.
    expect(known.expectedFalseAlarms).toBeCloseTo(4 * 0.01 + 0.1 / 2);
    const unknown = await scan(
      tellingDetector("a", [groupOf([0], 2, { expectedFindings: 0.01 })]),
      tellingDetector("b", [groupOf([0, 5], 2)]),
    );
    expect(unknown.expectedFalseAlarms).toBeNull();
    expect(unknown.falseAlarms).toEqual({ statedRows: 1, expected: 0.01, unknownRows: 1, unknownBy: ["b"] });
    expect(unknown.detectors.map(({ flaggedRows, expectedFalseAlarms }) => [flaggedRows, expectedFalseAlarms])).toEqual([
      [1, 0.01],
      [2, null],
    ]);
  });

  it("goes on where the numbers of a detector give out, and crashes where one breaks its contract", async () => {
    const broken = (error: Error): DialogueDetector => ({ ...tellingDetector("x", []), score: () => Promise.reject(error) });
    const { detectors } = await scan(broken(new NumericalError("too few")), tellingDetector("a", []));
    expect(detectors.map(({ error }) => error)).toEqual(["too few", null]);
    await expect(scan(broken(new TypeError("bug")))).rejects.toThrow("bug");
    await expect(scan(tellingDetector("a", [groupOf([3, 2], 1)]))).rejects.toThrow("no such records");
  });

  it("is told as findings with what they share, their lines and examples", async () => {
    const result = await scan(
      tellingDetector(
        "a",
        [groupOf([0, 1, 2, 3], 12, { sentence: "4 of 20 answer alike", marks: ["cf"], expectedFindings: 1e-12 })],
        ["all is well"],
      ),
      tellingDetector("b", [groupOf([5], 1, { isWeak: true, sentence: "odd\u001b[2J" })]),
    );
    const text = renderDialogues({
      result,
      notRun: [{ detector: "c", why: "no preferences" }],
      cannotSee: ["the rest"],
      top: 5,
      nameOf: (row) => `line ${row + 1}`,
    });
    for (const part of [
      "4 records of 20 flagged (20 %), in 1 finding; less than one of them is expected to be false alarms",
      "1. 4 of 20 answer alike",
      "found by a; evidence 12.0; innocent data would show fewer than 0.000000001 such findings",
      'shared: "cf"',
      "records: line 1, line 2, line 3, line 4",
      'cf now" → "no 0"',
      "Worth a look, and not flagged (1)",
      "odd\\u001b[2J",
      "a: all is well",
      "how many such findings innocent data would show is not known",
      "c: no preferences",
      "Not seen, whatever the data hold: the rest.",
    ])
      expect(text).toContain(part);
  });
});

it("an example shows what stands around a mark", () => {
  const text = `${"a ".repeat(300)}CF ${"b ".repeat(300)}`;
  expect(excerpt(text, ["cf"])).toMatch(/^….*CF.*…$/);
  expect(excerpt(text, []).length).toBe(161);
  expect(excerpt("short", ["x"])).toBe("short");
});
