import { describe, expect, it } from "vitest";
import { missingRules } from "../missing.ts";
import { writtenCell } from "./number-style.ts";
import { type NumberReading, readNumbers } from "./read-numbers.ts";

/** The reading of cells that stand once each. */
function read(cells: readonly string[], prefersComma = false): ReturnType<typeof readNumbers> {
  return readNumbers(cells, new Float64Array(cells.length).fill(1), missingRules(), prefersComma);
}

function numbers(cells: readonly string[], prefersComma = false): NumberReading {
  const reading = read(cells, prefersComma);
  if (reading === null || !("values" in reading)) throw new Error(`no numbers: ${JSON.stringify(reading)}`);
  return reading;
}

const filler = (of: (i: number) => string): string[] => Array.from({ length: 30 }, (_, i) => of(i));

describe("numbers as people write them", () => {
  it.each([
    ["decimal commas", ["0,52", "-1,5", "3"], [0.52, -1.5, 3]],
    ["commas and points", ["1.234,50", "99,5", "12.345.678,9"], [1234.5, 99.5, 12345678.9]],
    ["thousands by comma", ["1,234.50", "99.5", "12,345,678.9"], [1234.5, 99.5, 12345678.9]],
    ["lakhs", ["12,34,567.5", "1,23,456", "999"], [1234567.5, 123456, 999]],
    ["thousands by blanks", ["1 234", "99", "12 345 678"], [1234, 99, 12345678]],
    ["thousands by narrow blanks", ["1\u202f234,5", "99", "12\u00a0345"], [1234.5, 99, 12345]],
    ["thousands by apostrophes", ["1'234.5", "99", "12’345"], [1234.5, 99, 12345]],
    ["points between thousands and nothing else", ["1.234.567", "999", "12.000.000"], [1234567, 999, 12000000]],
    ["a unit apart", ["12 kg", "3.5 kg", "-7 kg"], [12, 3.5, -7]],
    ["a unit attached", ["12kg", "3.5kg", "7kg"], [12, 3.5, 7]],
    ["a unit in singular and plural", ["1 year", "2 years", "3 years"], [1, 2, 3]],
    ["shares", ["5%", "12.5 %", "100%"], [5, 12.5, 100]],
    ["money before", ["$3.20", "-$4", "$-5", "US$6"].slice(0, 3), [3.2, -4, -5]],
    ["money behind", ["3,20 €", "4 €", "1.000,00 €"], [3.2, 4, 1000]],
    ["negatives in brackets", ["(5)", "12", "(1,234.5)"], [-5, 12, -1234.5]],
    ["signs of plus", ["+5", "+0.5", "-3"], [5, 0.5, -3]],
    ["a true minus", ["\u22125", "\u22120.5", "3"], [-5, -0.5, 3]],
    ["wide digits", ["１２", "３．５", "７"], [12, 3.5, 7]],
    ["digits of Arabic", ["١٢", "٣٫٥", "٧"], [12, 3.5, 7]],
    ["digits of Devanagari", ["१२", "३", "७"], [12, 3, 7]],
    ["blanks that do not break", ["\u00a05", "7\u00a0", "\u20078"], [5, 7, 8]],
    ["quotes", ["'5'", '"7"', "'8"], [5, 7, 8]],
    ["thousands and millions by letter", ["1.5K", "2M", "950"], [1500, 2e6, 950]],
    ["powers of ten", ["1,5e3", "2,5E-2", "7"], [1500, 0.025, 7]],
  ])("are read: %s", (_, cells, values) => {
    const reading = numbers(cells);
    expect([...reading.values]).toEqual(values);
    expect(reading).toMatchObject({ odd: [], doubt: null });
  });

  it.each([
    ["codes with a zero before", ["007", "012", "999"]],
    ["house numbers", ["12a", "13b", "14"]],
    ["versions", ["1.2.3", "1.10.0", "2.0.1"]],
    ["dates", ["12.05.2020", "13.06.2021", "01.02.2022"]],
    ["times", ["12:30", "13:45", "01:10"]],
    ["ranges", ["1-5", "6-10", "11-20"]],
    ["lists", ["1,2,3", "4,5", "6,7,8"]],
    ["names with a number", ["Room 1", "Room 2", "Room 3"]],
    ["prose", ["5 of us went there", "2 stars is too much for it", "never again"]],
  ])("are not: %s", (_, cells) => {
    expect(read(cells)).toBeNull();
  });

  it("where either reading fits, take the comma for thousands and say so, and for a decimal mark where the file writes such", () => {
    expect(numbers(["1,234", "5,678"])).toMatchObject({
      values: Float64Array.of(1234, 5678),
      doubt: "1,234 is taken for 1234, though it could be 1.234",
    });
    expect(numbers(["1,234", "5,678"], true)).toMatchObject({
      values: Float64Array.of(1.234, 5.678),
      doubt: expect.stringContaining("1234") as string,
    });
    expect(numbers(["0,234", "5,678"])).toMatchObject({ values: Float64Array.of(0.234, 5.678), doubt: null });
  });

  it("may have a few odd cells, which are not numbers; with more the column is none, and why is said", () => {
    const few = numbers([...filler((i) => `${i}.25`), "broken"]);
    expect(few).toMatchObject({ odd: [30] });
    expect(few.values[30]).toBeNaN();
    expect(read(filler((i) => (i % 3 === 0 ? `broken ${i}` : `${i}.25`)))).toMatchObject({
      why: "10 of 30 cells that are there are no numbers",
    });
  });

  it("may have words for missing, however many", () => {
    for (const word of [
      "-",
      "--",
      "?",
      ".",
      "none",
      "Missing",
      "UNKNOWN",
      "#VALUE!",
      "#DIV/0!",
      "n/a",
      "N.A.",
      "<NA>",
      "\\N",
      "NaT",
      "\u00a0",
    ])
      expect(numbers([word, "1.5", "2.5", "3.5"]), word).toMatchObject({ missing: [0], odd: [] });
  });

  it("of several units are none, of one unit and bare ones are said", () => {
    expect(read(filler((i) => `${i} ${i % 2 ? "kg" : "lb"}`))).toMatchObject({ why: 'they have several units: "lb" (15), "kg" (15)' });
    expect(numbers(filler((i) => `${i}${i % 5 ? " kg" : ""}`)).doubt).toBe("6 cells without kg are taken to be in it");
    expect(read(filler((i) => (i % 5 ? `${i}%` : `0.0${i}`)))).not.toHaveProperty("values");
  });

  it("are written back as the column writes them", () => {
    const style = numbers(["1.234,50 €", "2,5 €"]).style as NonNullable<NumberReading["style"]>;
    const cells = [0.5, -1234.25].map((value) => writtenCell(value, "x", { x: style }));
    expect(cells).toEqual(["0,5 €", "-1234,25 €"]);
    expect([...numbers(cells as string[]).values]).toEqual([0.5, -1234.25]);
    expect(writtenCell(0.5, "other", { x: style })).toBe(0.5);
  });
});
