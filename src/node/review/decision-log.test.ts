import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DecisionLog, decisionsName } from "./decision-log.ts";

let folder: string;
const content = "0".repeat(64);
const open = (): DecisionLog => new DecisionLog(folder, "scan-1", 100);
const text = (): string => readFileSync(join(folder, decisionsName), "utf8");
const asked = (row: number, decision: "poison" | "fine" | "unsure", by = "ana") => [{ row, decision, by, content }];
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "theriac-decisions-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function inForce(log: DecisionLog): string[] {
  log.refresh();
  return log.inForce().map(({ row, decision, by }) => `${row} ${decision} ${by}`);
}

describe("the decisions of a review", () => {
  it("are read back by whoever opens the folder next, with who and when", async () => {
    const [decision] = await open().decide(asked(7, "poison"));
    const next = open();
    expect(inForce(next)).toEqual(["7 poison ana"]);
    expect(next.decisionOn(7)).toEqual(decision);
    expect(Math.abs(Date.parse(decision.at) - Date.now())).toBeLessThan(60_000);
  });

  it("of two who write at the same time are all kept", async () => {
    const logs = [open(), open()];
    const rows = Array.from({ length: 40 }, (_, i) => i + 1);
    await Promise.all(rows.map((row) => logs[row % 2].decide(asked(row, "fine", `p${row % 2}`))));
    for (const log of logs) expect(inForce(log)).toEqual(rows.map((row) => `${row} fine p${row % 2}`));
    expect(new Set(logs[0].takeChanged())).toEqual(new Set(rows));
    expect(logs[0].takeChanged()).toEqual([]);
  });

  it("the last on a row is in force, and undoing it brings back the one before; the file only grows", async () => {
    const log = open();
    await log.decide(asked(1, "poison"));
    const before = text();
    await log.decide(asked(1, "fine"));
    expect(inForce(log)).toEqual(["1 fine ana"]);
    expect((await log.undo("ana"))?.decision).toBe("fine");
    expect(inForce(log)).toEqual(["1 poison ana"]);
    expect((await log.undo("ana"))?.decision).toBe("poison");
    expect(inForce(open())).toEqual([]);
    expect(await log.undo("ana")).toBeNull();
    expect(text().startsWith(before)).toBe(true);
    expect(text().split("\n")).toHaveLength(5);
  });

  it("undoes what the same person decided, not what another did", async () => {
    const log = open();
    await log.decide(asked(1, "poison", "ana"));
    await open().decide(asked(2, "fine", "ben"));
    expect((await log.undo("ana"))?.row).toBe(1);
    expect(inForce(log)).toEqual(["2 fine ben"]);
  });

  it("go on after a line that a kill left unfinished", async () => {
    await open().decide(asked(1, "poison"));
    appendFileSync(join(folder, decisionsName), text().slice(0, 60));
    await open().decide(asked(2, "fine"));
    const log = open();
    expect(inForce(log)).toEqual(["1 poison ana", "2 fine ana"]);
    expect([log.unfinishedLines, log.changedLines]).toEqual([1, 0]);
  });

  it("count a line that somebody changed for nothing, and say so", async () => {
    await open().decide([...asked(1, "poison"), ...asked(2, "fine")]);
    writeFileSync(join(folder, decisionsName), text().replace('"poison"', '"fine"'));
    const log = open();
    expect(inForce(log)).toEqual(["2 fine ana"]);
    expect([log.unfinishedLines, log.changedLines]).toEqual([0, 1]);
  });

  it("on another scan, and on rows that there are not, are refused", async () => {
    await new DecisionLog(folder, "scan-2", 100).decide(asked(1, "poison"));
    expect(() => open().refresh()).toThrow(/line 1 is on another scan \(scan-2; this one is scan-1\)/);
    rmSync(join(folder, decisionsName));
    await open().decide(asked(3, "poison"));
    expect(() => new DecisionLog(folder, "scan-1", 2).refresh()).toThrow(/on row 3, and the data have 2/);
  });

  it("are not written through a link", async () => {
    const outside = join(folder, "outside");
    symlinkSync(outside, join(folder, decisionsName));
    await expect(open().decide(asked(1, "fine"))).rejects.toThrow(/links are not followed/);
    expect(existsSync(outside)).toBe(false);
  });

  it("keep names and texts that try to be lines of their own", async () => {
    const by = 'x\n{"row":2}\u2028"';
    await open().decide(asked(1, "unsure", by));
    const log = open();
    log.refresh();
    expect(log.decisionOn(1)?.by).toBe(by);
    expect(text().split("\n")).toHaveLength(2);
  });
});
