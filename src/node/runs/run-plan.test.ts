import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { kinds } from "../kinds/kinds.ts";
import { kindIn } from "./run-kind.ts";
import { UsageError } from "../../core/errors.ts";
import { audit, openRun, resumeAudit, writeReport } from "../audit.ts";
import { parseExactly } from "../schemas/exact-json.ts";
import { type AnyManifest, manifestText, storedPlan } from "./manifest.ts";
import { readHarm } from "../kinds/ratings-harm-file.ts";
import { readRun } from "./run-folder.ts";
import { missingTrials, planAnew } from "./run-plan.ts";
import { version } from "./version.ts";

const old = fileURLToPath(new URL("../../../test/own-files/0.1.0/", import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "theriac-plan-"));
  for (const kind of ["audit", "ratings"]) cpSync(join(old, kind), join(folder, kind), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const runOf = (kind: string): string => join(folder, kind);
const manifestOf = (kind: string): AnyManifest => parseExactly(readFileSync(join(folder, kind, "manifest.json"), "utf8")) as AnyManifest;
const writeManifest = (kind: string, text: string): void => writeFileSync(join(folder, kind, "manifest.json"), text);

/** The run as this version writes it, but begun by the version that is named. */
function asBegunBy(kind: string, theriac: string): void {
  const own = manifestOf(kind);
  writeManifest(kind, manifestText({ ...own, schema: 2, notes: [], plan: storedPlan(planAnew(own, kindIn(kinds, own.kind))), theriac }));
}

async function outcomeOf(kind: string): Promise<{ outcome: string; reasons: readonly string[]; missing: number; recorded: number }> {
  const {
    kind: of,
    manifest,
    records,
    judged: { verdict },
  } = await openRun(runOf(kind));
  return { outcome: verdict.outcome, reasons: verdict.reasons, missing: missingTrials(manifest, of, records), recorded: records.length };
}

const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "no refusal",
    (error: unknown) => (error instanceof UsageError ? error.message.replaceAll(folder, "") : `a bug: ${String(error)}`),
  );

/** Takes the last lines off the records. */
function cutRecords(kind: string, lines: number): void {
  const file = join(folder, kind, "records.jsonl");
  const kept = readFileSync(file, "utf8").trimEnd().split("\n").slice(0, -lines);
  writeFileSync(file, kept.map((line) => `${line}\n`).join(""));
}

describe("a run of 0.1.0, whose manifest has no plan", () => {
  it("is judged and reported as it was", async () => {
    expect(await outcomeOf("audit")).toMatchObject({ missing: 0, recorded: 6 });
    expect(await outcomeOf("ratings")).toMatchObject({ missing: 0, recorded: 2 });
    for (const kind of ["audit", "ratings"]) {
      await writeReport(runOf(kind));
      expect(readdirSync(runOf(kind))).toEqual(expect.arrayContaining(["report.html", "junit.xml"]));
    }
    expect(await readHarm(runOf("ratings"))).toHaveLength(1);
  });

  it("keeps its trials when another version stands in its manifest, in one place or in all", async () => {
    const text = readFileSync(join(folder, "audit", "manifest.json"), "utf8");
    for (const changed of [
      text.replace('"theriac": "0.1.0"', '"theriac": "0.0.9"'),
      text.replaceAll('"theriac": "0.1.0"', '"theriac": "0.0.9"'),
    ]) {
      expect(changed).not.toBe(text);
      writeManifest("audit", changed);
      expect(await outcomeOf("audit")).toMatchObject({ missing: 0, recorded: 6 });
      await writeReport(runOf("audit"));
    }
  });

  it("is incomplete by as many trials as its records lack", async () => {
    cutRecords("audit", 2);
    expect(await outcomeOf("audit")).toMatchObject({ outcome: "incomplete", missing: 2, recorded: 4 });
    cutRecords("ratings", 1);
    expect(await outcomeOf("ratings")).toMatchObject({ outcome: "incomplete", missing: 1 });
  });

  it("knows the patch that a trial was recorded with", async () => {
    const [patch] = readdirSync(join(folder, "audit", "poison"));
    const file = join(folder, "audit", "poison", patch);
    writeFileSync(file, readFileSync(file, "utf8").replace('"seed":0', '"seed":1'));
    expect(await refusal(readRun(runOf("audit"), kinds))).toMatch(
      /^\/audit\/poison\/[0-9a-f]{16}\.json was changed after trial [0-9a-f]{16} was recorded$/,
    );
    rmSync(file);
    expect(await refusal(readRun(runOf("audit"), kinds))).toMatch(/\.json is missing: trial [0-9a-f]{16} was recorded with it$/);
  });

  it("is not gone on with, and its reader is told what to do", async () => {
    for (const kind of ["audit", "ratings"]) {
      writeManifest(
        kind,
        readFileSync(join(folder, kind, "manifest.json"), "utf8").replace('"status": "finished"', '"status": "cancelled"'),
      );
      const resume = resumeAudit(runOf(kind));
      expect(await refusal(resume)).toMatch(
        new RegExp(
          `^/${kind} was begun by .*Theriac 0\\.1\\.0.*: their trials do not belong together; .* theriac check /${kind}, or begin a new run$`,
        ),
      );
    }
  });
});

describe("a run that another version began", () => {
  it("is judged and reported by the plan that is stored with it, however this version would plan", async () => {
    for (const kind of ["audit", "ratings"]) {
      asBegunBy(kind, "0.0.9");
      const stored = readFileSync(join(folder, kind, "manifest.json"), "utf8");
      writeManifest(kind, stored.replace('"theriac": "0.1.0"', '"theriac": "0.0.9"'));
      expect(await outcomeOf(kind)).toMatchObject({ missing: 0 });
      await writeReport(runOf(kind));
      cutRecords(kind, 1);
      expect(await outcomeOf(kind)).toMatchObject({ outcome: "incomplete", missing: 1 });
    }
  });

  it("is told to be of another version where it is to be gone on with, and judged where it had ended", async () => {
    asBegunBy("audit", "0.0.9");
    const notes: string[] = [];
    expect(await resumeAudit(runOf("audit"), { onNote: ({ text }) => notes.push(text) })).toMatchObject({ status: "finished" });
    expect(notes).toEqual([expect.stringMatching(/was run by Theriac 0\.0\.9, and this is .*: it has ended, so its records are judged/)]);
    cutRecords("audit", 1);
    expect(await refusal(resumeAudit(runOf("audit")))).toBe(
      `/audit was begun by Theriac 0.0.9, and this is ${version}: their trials do not belong together; go on with it by that version, judge what it has with theriac check /audit, or begin a new run`,
    );
  });
});

describe("a study that would never end", () => {
  it("is refused before its plan fills the memory", async () => {
    const path = join(old, "attestation", "loans.csv");
    const config = { data: { path, labels: ["default"] }, seeds: 1e9, out: join(folder, "endless") };
    expect(await refusal(audit(config))).toMatch(
      /^the study would be of up to \d+ trials, and at most 1000000 can be planned: fewer seeds \(1000000000\)/,
    );
  });
});

describe("a run of this version", () => {
  it("is refused where its study or its plan was changed", async () => {
    asBegunBy("audit", version);
    const text = readFileSync(join(folder, "audit", "manifest.json"), "utf8");
    expect(await outcomeOf("audit")).toMatchObject({ missing: 0, recorded: 6 });
    for (const [from, to, reason] of [
      ['"firstSeed": 0', '"firstSeed": 1', /its study is not the one that its plan was made for/],
      ['"seeds": 1', '"seeds": 1000000', /its study is not the one that its plan was made for/],
      ['"plannedTrials": 6', '"plannedTrials": 7', /plannedTrials must be 6, the trials of its plan, got 7/],
      ['"plan": [', '"other": [', /the document needs the key "plan", a list/],
      [
        /"trials":\["[0-9a-f]{16}"/,
        '"trials":["../../../etc/pwd"',
        /plan\[0\]\.trials\[0\] must be the id of a trial, 16 hexadecimal digits/,
      ],
      ['"seeds": 1', '"seeds": 1e300', /study\.seeds must be a whole number/],
      [
        '"schema": 2',
        '"schema": 3',
        /was written by a newer version of Theriac \(Theriac [\d.]+\): the manifest of a run has schema 3 there; this version reads 1 and 2/,
      ],
    ] as const) {
      const changed = text.replace(from, to);
      expect(changed).not.toBe(text);
      writeManifest("audit", changed);
      expect(await refusal(readRun(runOf("audit"), kinds))).toMatch(reason);
    }
  });
});
