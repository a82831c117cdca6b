import { expect, it } from "vitest";
import { makeTable } from "../src/node/contract/small-tables.ts";
import { encoderParams } from "../src/data/encoder.ts";
import { resolveParams } from "../src/core/params.ts";
import type * as compiled from "../src/node/parts/part-trainer.ts";
import { partTask } from "../src/study/certify/train-part.ts";

// Workers start from compiled files.
const { openPartTrainer } = (await import("../dist/node/parts/part-trainer.js" as string)) as typeof compiled;

const table = makeTable({ rows: 60, target: "two classes", text: false, tasks: false, sources: false, seed: 1 });
const [train, test] = [0, 40].map((from) => Int32Array.from({ length: from === 0 ? 40 : 20 }, (_, i) => from + i));
const encoder = resolveParams<any>("encoder", encoderParams);

it("a thread that dies is told of as often as parts are asked for, and nobody waits for it", async () => {
  const { trainer, close } = openPartTrainer(
    { learner: "no such learner", learnerParams: {}, encoder, seed: 0 },
    { jobs: 2, now: () => 0 },
  );
  try {
    for (const name of ["part 0", "part 1", "part 2"])
      await expect(trainer(partTask(table, train, test, { name, of: 3 }), {})).rejects.toThrow(/a thread that trains parts died/);
  } finally {
    await close();
  }
}, 120_000);
