import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readPredictions } from "./read-predictions.ts";
import type { Target } from "../../core/dataset.ts";

const folder = mkdtempSync(join(tmpdir(), "theriac-test-"));
const path = join(folder, "predictions");
afterAll(() => rmSync(folder, { recursive: true }));

const two: Target = { kind: "classes", names: ["no", "yes"] };
const three: Target = { kind: "classes", names: ["1", "2", "10"] };
const real: Target = { kind: "real" };

async function read(text: string, target: Target, format: "csv" | "jsonl" = "csv", rows = 2): Promise<number[]> {
  writeFileSync(path, text);
  return Array.from((await readPredictions(path, { format, id: "row_id", rows, target })).scores);
}

describe("predictions", () => {
  it("are classes, numbers or a probability for each class, of rows in any order", async () => {
    expect(await read("row_id,prediction\n2,no\n1,yes\n", two)).toEqual([1, -1]);
    expect(await read('\ufeff"row_id","prediction"\r\n"1","yes"\r\n"2","no"\r\n', two)).toEqual([1, -1]);
    expect(await read("prediction,row_id\n-1.5e3,1\n0,2", real)).toEqual([-1500, 0]);
    expect(await read("row_id,no,yes\n1,0.25,0.75\n2,1,0\n", two)).toEqual([0.5, -1]);
    expect(await read("row_id,2,10,1\n1,0.5,0.3,0.2\n2,0,1,0\n", three)).toEqual([0.2, 0.5, 0.3, 0, 0, 1]);
    expect(await read('{"row_id":"2","prediction":"no"}\n\n{"row_id":1,"probabilities":{"yes":1}}', two, "jsonl")).toEqual([1, -1]);
    expect(await read('{"row_id":1,"prediction":2}\n{"row_id":2,"prediction":3.5}', real, "jsonl")).toEqual([2, 3.5]);
  });

  it("may name a class as another language writes it, where one alone can be meant", async () => {
    expect(await read("row_id,prediction\n1,2.0\n2,10\n", three)).toEqual([0, 1, 0, 0, 0, 1]);
    expect(await read("row_id,prediction\n1,True\n2,False\n", { kind: "classes", names: ["false", "true"] })).toEqual([1, -1]);
    await expect(read("row_id,prediction\n1,2.0\n2,2\n", { kind: "classes", names: ["2", "2.00"] })).rejects.toThrow(
      'there is no class "2.0"',
    );
    await expect(read("row_id,prediction\n1,YES\n2,no\n", two)).rejects.toThrow('there is no class "YES"; there are: "no", "yes"');
  });

  it("may have a class that is named like their column", async () => {
    const target: Target = { kind: "classes", names: ["prediction", "else"] };
    expect(await read("row_id,prediction\n1,prediction\n2,else\n", target)).toEqual([-1, 1]);
    expect(await read("row_id,prediction,else\n1,0.25,0.75\n2,1,0\n", target)).toEqual([0.5, -1]);
  });

  it.each([
    ["row_id,prediction\n1,yes\n", two, "csv", '1 of 2 rows are answered, and one is missing, row "2" first'],
    ["row_id,prediction\n1,yes\n1,no\n", two, "csv", 'line 3: row "1" is answered twice'],
    ["row_id,prediction\n1,yes\n3,no\n", two, "csv", 'line 3: there is no row "3"'],
    ["row_id,prediction\n1,yes\n02,no\n", two, "csv", 'line 3: there is no row "02"'],
    ["row_id,prediction\n1,yes\n2,\n", two, "csv", "line 3 says no class"],
    ["row_id,prediction\n1,yes\n2\n", two, "csv", "line 3 has 1 fields, and the header 2"],
    ["row_id,prediction,prediction\n1,a,b\n", two, "csv", 'two columns are named "prediction"'],
    ["row_id,prediction\n1,0.5\n2,NaN\n", real, "csv", '"NaN" is no finite number'],
    ["row_id,prediction\n1,0.5\n2,\n", real, "csv", '"" is no finite number'],
    ["row_id,prediction\n1,0.5\n2,-Infinity\n", real, "csv", '"-Infinity" is no finite number'],
    ["row_id,no,yes\n1,0.5,0.5\n2,-0.5,1.5\n", two, "csv", "-0.5 is no probability"],
    ["row_id,no,yes\n1,0.5,0.5\n2,0.5,0.6\n", two, "csv", "the probabilities come to 1.1 and not to 1"],
    ["row_id,no,maybe\n1,0.5,0.5\n2,0.5,0.5\n", two, "csv", "and the columns are not the classes either"],
    ["row_id\n1\n2\n", two, "csv", 'no column is named "prediction"'],
    ["\n\n", two, "csv", "the file is empty"],
    ['{"row_id":1}\n', two, "jsonl", 'line 1 has neither "prediction" nor "probabilities"'],
    ['{"row_id":1,"prediction":NaN}\n', real, "jsonl", "line 1 is no JSON"],
    ['{"row_id":1,"prediction":1e999}\n', real, "jsonl", '"Infinity" is no finite number'],
    ['{"row_id":1,"prediction":null}\n', two, "jsonl", "line 1 says no class"],
    ['{"row_id":1,"probabilities":{"no":"a"}}\n', two, "jsonl", '"a" is no finite number'],
    ['{"row_id":1,"probabilities":{"no":1}}\n', real, "jsonl", "the label is a number"],
    ['{"row_id":{},"prediction":1}\n', real, "jsonl", 'line 1 has no "row_id"'],
    ["[1]\n", two, "jsonl", "line 1 is no object"],
  ] as const)("that are not an answer to each row are no numbers: %j", async (text, target, format, reason) => {
    await expect(read(text, target, format)).rejects.toThrow(reason);
  });
});
