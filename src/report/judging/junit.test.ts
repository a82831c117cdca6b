import { describe, expect, it } from "vitest";
import { elementsOf, parseXml } from "../../../test/parse-xml.ts";
import { type JunitInput, renderJunit } from "./junit.ts";

const input: JunitInput = {
  name: 'audit of <data> & "more".csv',
  startedAt: "2026-03-01T10:15:00.000Z",
  durationSeconds: 12.3456,
  limits: [
    { text: "accuracyDrop@1% <= 0.05", outcome: "pass", reason: "holds" },
    { text: "accuracyDrop@5% <= 0.05", outcome: "fail", reason: "is broken: 0.056 > 0.05" },
    { text: "accuracy >= 0.845", outcome: "inconclusive", reason: "is open" },
  ],
  failures: [{ id: "abc", attack: null, budgetFraction: 0, error: "the loss is not finite\u0007" }],
  missingTrials: 2,
  properties: { theriac: "0.1.0", node: "v20" },
};

describe("JUnit", () => {
  const suites = parseXml(renderJunit(input));
  const [suite] = suites.children;
  const cases = suite.children.filter(({ name }) => name === "testcase");

  it("has a test for each limit, an error for each failed trial, and one test that the run is whole", () => {
    expect(cases.map(({ attributes, children }) => [attributes.name, children.map(({ name }) => name)])).toEqual([
      ["accuracyDrop@1% <= 0.05", []],
      ["accuracyDrop@5% <= 0.05", ["failure"]],
      ["accuracy >= 0.845", ["skipped"]],
      ["trial abc (baseline)", ["error"]],
      ["every planned trial is recorded", ["error"]],
    ]);
    expect(cases[1].children[0].attributes.message).toBe("is broken: 0.056 > 0.05");
    expect(cases[3].text).toBe("the loss is not finite\uFFFD");
  });

  it("counts them, and says when, how long and with what", () => {
    const counts = { tests: "5", failures: "1", errors: "2", skipped: "1", time: "12.346" };
    expect(suites.attributes).toEqual({ name: "theriac", ...counts });
    expect(suite.attributes).toEqual({ name: 'audit of <data> & "more".csv', ...counts, timestamp: "2026-03-01T10:15:00.000Z" });
    const properties = elementsOf(suite).filter(({ name }) => name === "property");
    expect(properties.map(({ attributes }) => attributes)).toEqual([
      { name: "theriac", value: "0.1.0" },
      { name: "node", value: "v20" },
    ]);
  });

  it("skips the verdict where nothing was demanded, so that nobody takes it for a pass", () => {
    const quiet = parseXml(renderJunit({ ...input, limits: [], failures: [], missingTrials: 0 }));
    expect(quiet.attributes).toMatchObject({ tests: "2", failures: "0", errors: "0", skipped: "1" });
  });
});
