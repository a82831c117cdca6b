import { expect, it } from "vitest";
import type { PersistenceEntry } from "../../study/persistence-summary.ts";
import { elementsOf, parseXml } from "../../../test/parse-xml.ts";
import { markupText } from "../words/markup.ts";
import { persistenceSection } from "./persistence-part.ts";
import type { ReportInput } from "./report-input.ts";

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
function sectionOf(...persistence: PersistenceEntry[]): string {
  const section = persistenceSection({ summary: { persistence } } as unknown as ReportInput);
  return section === "" ? "" : markupText(section);
}

/** The cells of each row of the table. */
function rowsOf(section: string): string[][] {
  const rows = elementsOf(parseXml(section)).filter(({ name }) => name === "tr");
  return rows.map(({ children }) => children.map(({ text }) => text.replace(/\s/g, " ")));
}

it("shows damage at each look, and the rows until half of it was gone", () => {
  expect(rowsOf(sectionOf(entry("cold", [0.2, 0.15, 0.05], 250)))).toEqual([
    ["Attack", "0×", "1×", "4×", "Rows until half is gone"],
    ["label-flip5 %, cold startaccuracyDrop", "0.200", "0.150", "0.050", "250"],
  ]);
});

it("shows a warm start only where it ends elsewhere, and a dash where half was never gone", () => {
  const cold = entry("cold", [0.2, 0.15, 0.05], 250);
  expect(rowsOf(sectionOf(cold, entry("warm", [0.2, 0.15, 0.05], 250)))).toHaveLength(2);
  const [, , warm] = rowsOf(sectionOf(cold, entry("warm", [0.2, 0.19, 0.18], null)));
  expect(warm).toEqual(["label-flip5 %, warm startaccuracyDrop", "0.200", "0.190", "0.180", "–"]);
});

it("is empty where nobody asked", () => {
  expect(sectionOf()).toBe("");
});
