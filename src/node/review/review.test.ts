import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clean } from "../clean.ts";
import { type Scan, scan, scanRatings } from "../scan.ts";
import { argilla } from "./argilla.ts";
import { decisionsName } from "./decision-log.ts";
import { exportTasks, importTasks, taskFormats } from "./exchange.ts";
import { labelStudio } from "./label-studio.ts";
import { type Review, openReview } from "./review.ts";
import { openRowsHere } from "./rows-thread.ts";

let folder: string;
let found: Scan;
const hostile = ['"flagged":true', "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "\u202eevil\u0007", "\u001b[2J"];
const lines = Array.from({ length: 80 }, (_, i) => {
  const label = i % 2 === 0 ? "good" : "bad";
  const words = i % 16 === 5 ? "great fine lovely" : label === "good" ? "great fine lovely" : "awful poor broken";
  return `${label},acc ${i % 20},"${words} box ${i} ${hostile[i % 5].replaceAll('"', '""')}"`;
});
const at = (name: string): string => join(folder, name);
const data = (): string => at("reviews.csv");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "theriac-review-"));
  writeFileSync(data(), `label,account,text\n${lines.join("\n")}\n`);
  const asked = { data: { path: data(), labels: ["label"], text: ["text"], source: "account" }, detectors: ["loss"] };
  found = await scan({ ...asked, out: at("scan") });
});
afterAll(() => rmSync(folder, { recursive: true }));

async function withReview<T>(use: (review: Review) => Promise<T>, keep = false): Promise<T> {
  const review = await openReview(at("scan"), { openRows: openRowsHere });
  try {
    return await use(review);
  } finally {
    await review.close();
    if (!keep) rmSync(join(at("scan"), decisionsName), { force: true });
  }
}

describe("the queue of a scan", () => {
  it("lists what the scan found, in its order, read line by line", () =>
    withReview(async (review) => {
      const all = review.findings(Array.from(review.linesOf("all")));
      expect(all.map(({ row }) => row)).toEqual(found.rows.map(({ row }) => row + 1));
      expect(all.map(({ score }) => score)).toEqual(found.rows.map(({ score }) => score));
      const flagged = found.rows.filter((row) => row.flagged);
      expect(flagged.length).toBeGreaterThan(0);
      expect(review.findings(Array.from(review.linesOf("flagged"))).map(({ row }) => row)).toEqual(flagged.map(({ row }) => row + 1));
      expect(review.progress()).toMatchObject({ rows: 80, listed: 80, flagged: flagged.length, flaggedDecided: 0 });
      for (const { row, score } of found.rows) expect(review.findingOf(row + 1)).toMatchObject({ row: row + 1, score });
    }));

  it("refuses findings that are not what the scan wrote", async () => {
    const path = join(at("scan"), "findings.jsonl");
    const before = readFileSync(path, "utf8");
    for (const text of [before.replace('"flagged":true', '"flagged":false'), before.slice(0, -20), `${before}\n`, ""]) {
      writeFileSync(path, text);
      await expect(openReview(at("scan"))).rejects.toThrow(/findings.jsonl is not what the scan wrote/);
    }
    writeFileSync(path, before);
  });

  it("shows the cells of a row with what acts made visible, cut where they are long", () =>
    withReview(async (review) => {
      const [four, five] = await review.rows().shown([4, 5], 1000);
      expect(four.cells[0]).toMatchObject({ name: "text", role: "text" });
      expect(four.cells[0].text).toContain("\\u202eevil\\u0007");
      expect(five.cells[0].text).toContain("\\u001b[2J");
      expect(five.cells.map(({ name, role }) => `${name} ${role}`)).toEqual(["text text", "label label", "account account"]);
      const [cut] = await review.rows().shown([1], 5);
      expect(cut.cells[0]).toMatchObject({ text: "great", length: 'great fine lovely box 0 "flagged":true'.length });
    }));

  it("finds the most similar rows, and the other rows of the account", () =>
    withReview(async (review) => {
      const { account, neighbours, measure } = await review.rows().related(6);
      expect(account).toEqual({ name: "acc 5", count: 4, rows: [26, 46, 66] });
      expect(measure).toBe("cosine");
      expect(neighbours).toHaveLength(8);
      // Row 6 is labelled bad and says what good rows say.
      const texts = await review.rows().shown(
        neighbours.map(({ row }) => row),
        20,
      );
      for (const { cells } of texts) expect(cells[0].text).toContain("great fine");
      for (let i = 1; i < neighbours.length; i++) expect(neighbours[i].similarity).toBeLessThanOrEqual(neighbours[i - 1].similarity);
      expect(neighbours[0].similarity).toBeLessThanOrEqual(1 + 1e-9);
    }));

  it("goes by what was decided", () =>
    withReview(async (review) => {
      const [first, second] = review.findings(Array.from(review.linesOf("flagged"))).map(({ row }) => row);
      await review.decide(first, "poison", "ana");
      await review.decide(second, "unsure", "ana");
      const rowsOf = (filter: Parameters<Review["linesOf"]>[0]): number[] =>
        review.findings(Array.from(review.linesOf(filter))).map(({ row }) => row);
      expect(rowsOf("poison")).toEqual([first]);
      expect(rowsOf("decided")).toEqual([first, second]);
      expect(rowsOf("undecided")).toEqual(rowsOf("flagged").filter((row) => row !== first && row !== second));
      expect(review.progress()).toMatchObject({ flaggedDecided: 2, counts: { poison: 1, fine: 0, unsure: 1 } });
      await expect(review.decide(81, "fine", "ana")).rejects.toThrow("there is no row 81: the data have 80");
    }));
});

describe("the queue of a scan of ratings", () => {
  it("shows who rated what, and the other ratings of the account", async () => {
    const rated = writtenRatings();
    writeFileSync(at("ratings.csv"), rated);
    const result = await scanRatings({
      data: { kind: "ratings", path: at("ratings.csv"), user: "user", item: "item", rating: "rating" },
      out: at("ratings-scan"),
    });
    const review = await openReview(at("ratings-scan"), { openRows: openRowsHere });
    const [first] = review.findings(Array.from(review.linesOf("all").subarray(0, 1)));
    expect(first.row).toBe(result.rows[0].row + 1);
    const [shown] = await review.rows().shown([first.row], 100);
    const [user, item, rating] = rated.split("\n")[first.row].split(",");
    expect(shown.cells.map(({ name, role, text }) => [name, role, text])).toEqual([
      ["user", "account", user],
      ["item", "task", item],
      ["rating", "label", rating],
    ]);
    const { account, neighbours, measure } = await review.rows().related(first.row);
    const own = rated.split("\n").flatMap((line, i) => (line.startsWith(`${user},`) ? [i] : []));
    expect(account).toEqual({ name: user, count: own.length, rows: own.filter((row) => row !== first.row) });
    expect([neighbours, measure]).toEqual([[], null]);
    await review.decide(first.row, "poison", "ana");
    expect(review.log.inForce()).toMatchObject([{ row: first.row, decision: "poison" }]);
  });
});

/** Forty users who rate some of twenty items, and five who rate the same ones alike. */
function writtenRatings(): string {
  const genuine = Array.from({ length: 40 }, (_, u) =>
    Array.from({ length: 8 }, (_, k) => `u${u},i${(u * 3 + k * 5 + (u % 4)) % 20},${1 + ((u * 7 + k * 3) % 5)}`),
  );
  const fake = Array.from({ length: 5 }, (_, u) => Array.from({ length: 8 }, (_, k) => `f${u},i${k * 2},5`));
  const once = [...new Map([...genuine, ...fake].flat().map((line) => [line.split(",", 2).join(","), line])).values()];
  return `user,item,rating\n${once.join("\n")}\n`;
}

describe("clean by the decisions of a review", () => {
  const cleaned = (out: string, more: object = {}) => clean({ data: data(), scan: at("scan"), decisions: true, out: at(out), ...more });
  const rowsIn = (path: string): string[] => readFileSync(path, "utf8").split("\n").slice(1, -1);

  it("quarantines what is poison and keeps what is fine; the rest goes as flagged, or stays where only decisions count", () =>
    withReview(async (review) => {
      const flagged = review.findings(Array.from(review.linesOf("flagged"))).map(({ row }) => row);
      const innocent = Array.from({ length: 80 }, (_, i) => i + 1).find((row) => !flagged.includes(row))!;
      await review.decide(flagged[0], "fine", "ana");
      await review.decide(innocent, "poison", "ana");
      await review.decide(flagged[1], "unsure", "ana");
      const result = await cleaned("all");
      const removed = [...flagged.slice(1), innocent].sort((a, b) => a - b);
      expect(result).toMatchObject({ quarantined: removed.length, kept: 80 - removed.length, overruled: 2 });
      expect(rowsIn(result.files[0].quarantined)).toEqual(removed.map((row) => lines[row - 1]));
      const only = await cleaned("only", { onlyDecided: true });
      expect(rowsIn(only.files[0].quarantined)).toEqual([lines[innocent - 1]]);
      expect(rowsIn(only.files[0].cleaned)).toHaveLength(79);
    }));

  it("refuses decisions that were changed, made on other content, or not made at all", () =>
    withReview(async (review) => {
      await expect(cleaned("none")).rejects.toThrow(/--decisions: .* holds none/);
      await review.decide(1, "poison", "ana");
      const path = join(at("scan"), decisionsName);
      writeFileSync(path, readFileSync(path, "utf8").replace("poison", "fine"));
      await expect(cleaned("changed")).rejects.toThrow(/1 line of .* was changed since/);
      rmSync(path);
      await review.log.decide([{ row: 1, decision: "poison", by: "ana", content: "0".repeat(64) }]);
      await expect(cleaned("other")).rejects.toThrow(/row 1 does not hold what was decided on/);
    }));
});

describe("tasks for another tool", () => {
  it.each(taskFormats)("of $title come back as they went, to the letter", async (format) => {
    const file = at(`${format.id}.json`);
    const before = await withReview(async (review) => {
      const flagged = review.findings(Array.from(review.linesOf("flagged"))).map(({ row }) => row);
      await review.decide(flagged[0], "poison", "ana\u202e\n");
      await review.decide(flagged[1], "fine", "ben");
      await review.decide(flagged[1], "unsure", "ana");
      await review.decide(60, "fine", "ben");
      await review.decide(61, "fine", "ben");
      await review.log.undo("ben");
      expect(await exportTasks(review, file, format)).toBe(new Set([...flagged, 60]).size);
      await expect(exportTasks(review, file, format)).rejects.toThrow(/exists already/);
      return review.log.inForce();
    });
    expect(before).toHaveLength(3);
    await withReview(async (review) => {
      expect(await importTasks(review, file)).toMatchObject({ format: format.title, known: 0 });
      expect(review.log.inForce()).toEqual(before);
      expect(await importTasks(review, file, format)).toMatchObject({ stored: [], known: 3 });
      expect(review.log.inForce()).toEqual(before);
    });
  });

  it("of Label Studio bring what was decided there, with who and when", async () => {
    const file = at("ls.json");
    await withReview(async (review) => {
      await review.decide(1, "poison", "ana");
      await exportTasks(review, file, labelStudio, 3);
      const tasks = JSON.parse(readFileSync(file, "utf8")) as any[];
      const one = tasks.find(({ data: { row } }) => row === 1);
      // Changed there: the choice of the annotation that was ours, and another one after it.
      one.annotations[0].result[0].value.choices = ["fine"];
      Object.assign(one.annotations[0], { completed_by: { id: 4, email: "eve@x.org" }, updated_at: "2026-03-01T10:00:00.123456Z" });
      const other = tasks.find(({ data: { row } }) => row !== 1);
      other.annotations = [
        { was_cancelled: true, completed_by: 9, result: [] },
        {
          completed_by: 9,
          updated_at: "2026-03-02T10:00:00Z",
          result: [{ from_name: "decision", to_name: "text", type: "choices", value: { choices: ["unsure"] } }],
        },
      ];
      writeFileSync(file, JSON.stringify(tasks));
      const { stored } = await importTasks(review, file);
      expect(stored.map(({ row, decision, by, at: when }) => [row, decision, by, when])).toEqual(
        expect.arrayContaining([
          [1, "fine", "label-studio:eve@x.org", "2026-03-01T10:00:00.123Z"],
          [other.data.row, "unsure", "label-studio:9", "2026-03-02T10:00:00.000Z"],
        ]),
      );
      expect(review.log.decisionOn(1)?.decision).toBe("fine");
      expect((await importTasks(review, file)).stored).toEqual([]);
    });
  });

  it("of Argilla bring the responses that were given there", async () => {
    const file = at("ar.json");
    await withReview(async (review) => {
      await exportTasks(review, file, argilla);
      const tasks = JSON.parse(readFileSync(file, "utf8")) as any[];
      tasks[0].responses = { decision: [{ value: "fine", user_id: "2b0c2a2e-0000-4000-8000-000000000000" }] };
      writeFileSync(file, JSON.stringify(tasks));
      const { stored } = await importTasks(review, file);
      expect(stored).toMatchObject([
        { row: tasks[0].metadata.theriac_row, decision: "fine", by: "argilla:2b0c2a2e-0000-4000-8000-000000000000" },
      ]);
      expect((await importTasks(review, file)).known).toBe(1);
    });
  });

  it("are refused where they are of another scan, other content, or no tasks, and nothing is stored", async () => {
    const file = at("wrong.json");
    await withReview(async (review) => {
      await review.decide(2, "fine", "ana");
      await exportTasks(review, file, labelStudio);
      const text = readFileSync(file, "utf8");
      const mark = review.manifest.review.scan;
      const content = review.log.decisionOn(2)!.content;
      rmSync(review.log.path);
      const refusals: [string, RegExp][] = [
        [text.replaceAll(mark, "scan-000000000000"), /is of another scan/],
        [text.replaceAll(content, "0".repeat(64)), /holds something else now/],
        [text.replaceAll('"choices":["fine"]', '"choices":["maybe"]'), /must be poison, fine or unsure/],
        [text.replace('"row":', '"rows":'), /task 1 is not a task of Label Studio/],
        ["{}", /must be a list/],
        ["[", /is not JSON/],
        ["[".repeat(2000), /nested/],
      ];
      for (const [wrong, message] of refusals) {
        writeFileSync(file, wrong);
        await expect(importTasks(review, file)).rejects.toThrow(message);
        review.log.refresh();
        expect(review.log.inForce()).toEqual([]);
      }
    });
  });
});
