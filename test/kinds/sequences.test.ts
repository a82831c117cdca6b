import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { attackData as Attack } from "../../src/node/attack.ts";
import type * as Audits from "../../src/node/audit.ts";
import type * as Cleaning from "../../src/node/clean.ts";
import type { AnyAuditKind } from "../../src/node/kinds/audit-kind.ts";
import type { Attackable } from "../../src/node/kinds/attackable.ts";
import type { AnyScannable } from "../../src/node/kinds/scannable.ts";
import { undoPatch } from "../../src/node/poison/poison-file.ts";
import type * as Scans from "../../src/node/scan.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { inFolder } from "../cli/command.ts";

// Workers start from compiled files, and so does a kind that is handed to them.
const built = (path: string): Promise<unknown> => import(path);
const { openRun, resumeAudit, runAudit, writeReport } = (await built("../../dist/node/audit.js")) as typeof Audits;
const { attackData } = (await built("../../dist/node/attack.js")) as { attackData: typeof Attack };
const { scanData } = (await built("../../dist/node/scan.js")) as typeof Scans;
const { clean } = (await built("../../dist/node/clean.js")) as typeof Cleaning;
const { sequences } = (await built("./sequences.mjs")) as { sequences: AnyAuditKind & Attackable<any, any, any> & AnyScannable };

/** Lines of three numbers that rise by about one. */
function writeLines(path: string): void {
  const rng = makeRng(5);
  const lines = Array.from({ length: 40 }, (_, i) => [i, i + 1, i + 2 + 0.1 * rng.normal()].map((value) => value.toFixed(2)).join(","));
  writeFileSync(path, `${lines.join("\n")}\n`);
}

it("audits, resumes, reports, poisons, scans, cleans and undoes a kind of data that is one file", () =>
  inFolder(async (folder) => {
    const [path, run] = [join(folder, "lines.csv"), join(folder, "run")];
    writeLines(path);
    const config = { data: { path }, out: run, limits: ["rmseRatio@10% <= 2"], seeds: 5 };
    const whole = await runAudit(sequences, { ...config, out: join(folder, "whole") }, { jobs: 2 });
    expect(whole.records).toHaveLength(10);

    expect(whole.verdict.outcome).toBe("fail");
    const attacked = whole.records.filter(({ attack }) => attack !== null);
    expect(attacked.map(({ budgetRows, detections: [found] }) => [budgetRows, found.auc])).toEqual(new Array(5).fill([3, 1]));

    const stop = new AbortController();
    const stopped = await runAudit(sequences, config, { jobs: 1, signal: stop.signal, onProgress: (done) => done > 0 && stop.abort() });
    expect(stopped.status).toBe("cancelled");
    expect(stopped.records.length).toBeLessThan(10);
    const kinds = [sequences];
    const resumed = await resumeAudit(run, { jobs: 1 }, kinds);
    const timeless = (records: readonly object[]): object[] => records.map((record) => ({ ...record, times: null }));
    expect(timeless(resumed.records)).toEqual(timeless(whole.records));

    const opened = await openRun(run, { among: kinds });
    expect(opened.judged.verdict).toEqual(whole.verdict);
    expect(readFileSync(await writeReport(run, kinds), "utf8")).toContain("leap");
    await expect(openRun(run)).rejects.toThrow(/its kind must be "audit" or .*, got "sequences"/);

    const poisoned = await attackData(sequences, { ...config, budgets: [0.1] }, { out: join(folder, "bad"), attack: "leap", budget: 0.1 });
    expect(poisoned.told).toBe("4 lines added");
    expect(readFileSync(poisoned.copyPath, "utf8").endsWith("0,0,100\n")).toBe(true);
    const found = join(folder, "found");
    const scanned = await scanData(sequences, { data: { path: poisoned.copyPath }, out: found });
    expect(scanned.rows.filter(({ flagged }) => flagged).map(({ row }) => row)).toEqual([40, 41, 42, 43]);
    const cleaned = await clean({ scan: found }, kinds);
    expect(readFileSync(cleaned.files[0].cleaned, "utf8")).toBe(readFileSync(path, "utf8"));

    const { restoredPath } = await undoPatch(poisoned.patchPath);
    expect(readFileSync(restoredPath, "utf8")).toBe(readFileSync(path, "utf8"));
  }));
