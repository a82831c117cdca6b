import { describe, expect, it } from "vitest";
import { accesses, goals } from "../../core/threat.ts";
import { idsOfRun, idsOfThreat, standards, standardsDate } from "./threat-standards.ts";

const shapes = { atlas: /^AML\.T\d{4}(\.\d{3})?$/, nist: /^NISTAML\.\d{3}$/, "owasp-llm": /^LLM\d\d:2026$/, aisvs: /^C?\d+\.\d+\.\d+$/ };

describe("ids of public standards", () => {
  it("have a date, a version each, and the form that they have there", () => {
    expect(Number.isNaN(Date.parse(standardsDate))).toBe(false);
    expect(standards.every(({ version }) => version !== "")).toBe(true);
    for (const { standard, id } of accesses.flatMap((access) => goals.flatMap((goal) => idsOfThreat(access, goal))))
      expect(id).toMatch(shapes[standard]);
    for (const { standard, id } of idsOfRun([])) expect(id).toMatch(shapes[standard]);
  });

  it("are there for every threat on a model, and say which are not sure", () => {
    for (const access of accesses)
      for (const goal of goals) expect(idsOfThreat(access, goal).map(({ standard }) => standard)).toContain("atlas");
    expect(idsOfThreat("inject", "backdoor").map(({ id }) => id)).toEqual(expect.arrayContaining(["AML.T0020", "NISTAML.023"]));
    expect(idsOfThreat("modify-labels", "availability").map(({ id }) => id)).toContain("NISTAML.013");
    expect(idsOfRun([]).every(({ standard, fit }) => standard !== "aisvs" || fit === "unsure")).toBe(true);
  });
});
