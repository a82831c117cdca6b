import { describe, expect, it } from "vitest";
import { parseTime } from "./parse-time.ts";

const secondsOf = (text: string, order: "day-first" | "month-first" | null = null): number => parseTime(text, order)?.seconds ?? NaN;

describe("a time as people write it", () => {
  it.each([
    ["2026-01-01T10:00:00+02:00", 1767254400],
    ["2026-01-01T10:00:00-0500", 1767279600],
    ["2026-01-01T10:00:00Z", 1767261600],
    ["2026-01-01 10:00:00", 1767261600],
    ["2026-01-01T10:00:00+02", 1767254400],
    ["2026-01-01 10:00:00 UTC", 1767261600],
    ["2026-01-01 10:00:00 +0000", 1767261600],
    ["2026-01-01T10:00:00.250Z", 1767261600.25],
    ["2026-01-01T10:00", 1767261600],
    ["20260101T100000Z", 1767261600],
    ["2026/01/01", 1767225600],
    ["2026.1.1", 1767225600],
    ["1 January 2026", 1767225600],
    ["January 1, 2026", 1767225600],
    ["Jan 1st 2026 10:00 AM", 1767261600],
    ["1-Jan-2026", 1767225600],
    ["Thu, 01 Jan 2026 10:00:00 +0200", 1767254400],
    ["Thu Jan 01 10:00:00 +0000 2026", 1767261600],
    ["Thu Jan  1 10:00:00 2026", 1767261600],
  ])("%s", (text, seconds) => expect(secondsOf(text)).toBe(seconds));

  it("has the day first or the month first, as is said", () => {
    expect(secondsOf("03/02/2026", "day-first")).toBe(Date.UTC(2026, 1, 3) / 1000);
    expect(secondsOf("03/02/2026", "month-first")).toBe(Date.UTC(2026, 2, 2) / 1000);
    expect(secondsOf("09 13, 2009", "month-first")).toBe(Date.UTC(2009, 8, 13) / 1000);
    expect(secondsOf("3.2.2026 18:30", "day-first")).toBe(Date.UTC(2026, 1, 3, 18, 30) / 1000);
    expect(secondsOf("9/13/2009 12:05:00 AM", "month-first")).toBe(Date.UTC(2009, 8, 13, 0, 5) / 1000);
    expect(secondsOf("03/02/2026")).toBeNaN();
  });

  it.each([
    "2026-02-30",
    "2026-13-01",
    "2026-01-01 25:00",
    "2026-01-01 10:61",
    "soon",
    "",
    "2026-01-01T10:00:00 Mars",
    "13:00",
    "1 Foo 2026",
  ])("is not %j", (text) => expect(secondsOf(text, "day-first")).toBeNaN());
});
