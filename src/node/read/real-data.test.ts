import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { columnOf } from "../../core/table.ts";
import { readTable } from "./read-table.ts";
import type { ReadRequest } from "./request.ts";

const data = process.env.THERIAC_DATA ?? resolve(import.meta.dirname, "../../../../shared/data");
const read = (path: string, more: Partial<ReadRequest>) =>
  readTable({ data: join(data, path), labels: [], text: [], features: [], drop: [], ...more });
/** Says in the name of a skipped test why it was. */
const where = (path: string): string => (existsSync(join(data, path)) ? path : `${path} (skipped: the data is not on this machine)`);

describe("real data", () => {
  it.skipIf(!existsSync(join(data, "sms/sms.tsv")))(`keeps every message of ${where("sms/sms.tsv")}, whatever its quotes`, async () => {
    const { table } = await read("sms/sms.tsv", { labels: ["1"] });
    expect(table.rows).toBe(5574);
    expect(columnOf(table, "c1")).toMatchObject({ names: ["ham", "spam"] });
    expect(columnOf(table, "c2").kind).toBe("text");
  });

  it.skipIf(!existsSync(join(data, "reviews/reviews.csv")))(
    `reads the quoted newlines of ${where("reviews/reviews.csv")} and finds its leak`,
    async () => {
      const { table, notes } = await read("reviews/reviews.csv", { source: "account", task: "domain" });
      expect(table.rows).toBe(8000);
      expect(table.roles.features).toEqual(["rating", "title", "text"]);
      expect(columnOf(table, "date").kind).toBe("date");
      const account = columnOf(table, "account");
      expect("codes" in account && [account.names.length, account.codes.filter((code) => code < 0).length]).toEqual([7191, 167]);
      expect(notes.some((note) => note.text.startsWith("rating alone predicts the label almost perfectly (1.000)"))).toBe(true);
    },
  );

  it.skipIf(!existsSync(join(data, "spambase/spambase.data")))(`reads ${where("spambase/spambase.data")} without a header`, async () => {
    const { table } = await read("spambase/spambase.data", { labels: ["58"] });
    expect([table.rows, table.columns.length]).toEqual([4601, 58]);
  });

  it.skipIf(!existsSync(join(data, "landmine/landmine.csv")))(`reads the 29 tasks of ${where("landmine/landmine.csv")}`, async () => {
    const { table } = await read("landmine/landmine.csv", { task: "task" });
    const task = columnOf(table, "task");
    expect([table.rows, "names" in task && task.names.length]).toEqual([14820, 29]);
  });

  it.skipIf(!existsSync(join(data, "breast-cancer/breast_cancer.csv")))(
    `leaves the line of counts before ${where("breast-cancer/breast_cancer.csv")} out, with a warning`,
    async () => {
      const { table, notes } = await read("breast-cancer/breast_cancer.csv", { labels: ["31"] });
      expect([table.rows, table.columns.length]).toEqual([569, 31]);
      expect(notes.some(({ level, text }) => level === "warning" && text.includes('taken for a title: "569"'))).toBe(true);
      await expect(read("breast-cancer/breast_cancer.csv", { labels: ["31"], header: true })).rejects.toThrow(
        /row 1 \(line 2\) has 31 cells where the header names 4/,
      );
    },
  );
});
