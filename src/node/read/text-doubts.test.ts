import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readTable } from "./read-table.ts";

const folder = mkdtempSync(join(tmpdir(), "theriac-texts-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(name: string, texts: readonly string[], numbers = false): Promise<readonly string[]> {
  const path = join(folder, `${name}.csv`);
  const rows = texts.map((text, i) => `"${text}",${numbers ? `${(i * 37) % 11},` : ""}${i % 2 === 0 ? "a" : "b"}`);
  writeFileSync(path, `text,${numbers ? "x," : ""}label\n${rows.join("\n")}\n`);
  const request = { data: path, labels: ["label"], text: ["text"], features: numbers ? ["x"] : [], drop: [] };
  const { notes } = await readTable(request);
  return notes.filter(({ level }) => level === "warning").map(({ text }) => text);
}

const many = (text: (i: number) => string): string[] => Array.from({ length: 120 }, (_, i) => text(i));

describe("texts in which models see nothing", () => {
  it("are told with count and an example row", async () => {
    const notes = await read(
      "some",
      many((i) => (i % 10 === 4 ? "  " : i % 2 === 0 ? "good phone" : "bad phone")),
    );
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(
      /^"text": no word was found in 12 of 120 texts, such as .*some\.csv: row 5 \(line 6\), " {2}": to models these texts are empty$/,
    );
  });

  it("are refused where nearly all are so and there is nothing else to learn from", async () => {
    const alone = many((i) => `w${i}`);
    await expect(read("alone", alone)).rejects.toThrow(
      /^"text": no word that another text has, too, in 120 of 120 texts, such as .*row 1 \(line 2\), "w0": there is nothing to learn from/,
    );
    await expect(
      read(
        "blank",
        many((i) => " ".repeat(1 + (i % 3))),
      ),
    ).rejects.toThrow(/"text"|no column is left/);
  });

  it("are told and not refused where other columns are there to learn from", async () => {
    const notes = await read(
      "other",
      many((i) => `w${i}`),
      true,
    );
    expect(notes.join()).toMatch("no word that another text has, too, in 120 of 120 texts");
  });

  it("are none of emoji, stars, single letters, marks, or scripts without blanks", async () => {
    for (const [name, pair] of Object.entries({
      emoji: ["😀😍", "😡👎"],
      stars: ["★★★★★", "★☆☆☆☆"],
      letters: ["x", "y"],
      marks: ["!", "?"],
      chinese: ["很好用", "很难用"],
    }))
      expect(
        await read(
          name,
          many((i) => pair[i % 2] + (name === "chinese" ? "手机" : "")),
        ),
      ).not.toContainEqual(expect.stringMatching(/no word/));
  });
});
