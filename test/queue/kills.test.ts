import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

// The whole of it, with 100 kills and 20 crashes, takes many minutes: node bench/queue.mjs.
it("a study whose workers are killed and whose server crashes has the records of --jobs 1", async (context) => {
  const script = join(import.meta.dirname, "../../bench/queue.mjs");
  const asked = ["--seeds", "3", "--budgets", "4", "--workers", "3", "--kills", "4", "--crashes", "1", "--only", "killed"];
  const child = spawn(process.execPath, [script, ...asked], { stdio: ["ignore", "pipe", "pipe"] });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => said.push(text.toString("utf8")));
  const status = await new Promise((resolve) => child.once("close", resolve));
  const text = said.join("");
  if (text.startsWith("skipped")) context.skip(text.trimEnd());
  expect([status, text.split("\n").filter((line) => line.startsWith("FAULT"))]).toEqual([0, []]);
  expect(text).toMatch(/records equal those of --jobs 1[^]*patches equal[^]*\n0 faults\n$/);
});
