import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeRng } from "../../src/numeric/random.ts";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line in a folder. */
export function theriac(folder: string, ...args: readonly string[]): Promise<Outcome> {
  return start(folder, ...args).outcome;
}

export function start(folder: string, ...args: readonly string[]): { child: ChildProcess; outcome: Promise<Outcome> } {
  const child = spawn(process.execPath, [main, ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    return chunks;
  });
  const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString("utf8");
  const outcome = new Promise<Outcome>((resolve) =>
    child.on("close", (code) => resolve({ exitCode: code ?? -1, stdout: text(stdout), stderr: text(stderr) })),
  );
  return { child, outcome };
}

/** Runs something in a folder of its own, which is gone afterwards. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "theriac-test-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true }).map(String).sort();
}

/** Lines of a table of reviews in two classes, told apart by words and a price, the header first. */
export function reviewLines(rows = 200): string[] {
  const rng = makeRng(1);
  const words = {
    good: ["great", "fine", "lovely", "sturdy"],
    bad: ["awful", "poor", "broken", "ugly"],
    any: ["box", "chair", "lamp", "shelf"],
  };
  const lines = Array.from({ length: rows }, (_, i) => {
    const kind = i % 2 === 0 ? "good" : "bad";
    const review = Array.from({ length: 6 }, () => {
      const from = rng.uniform() < 0.35 ? words[kind] : words.any;
      return from[rng.integer(from.length)];
    });
    const price = 20 + (kind === "good" ? 2 : 0) + 6 * rng.uniform();
    return `${kind},${review.join(" ")} ${i},${price.toFixed(2)},${["red", "green", "blue"][rng.integer(3)]}`;
  });
  return ["stars,review,price,colour", ...lines];
}

export function writeReviews(folder: string, name = "reviews.csv"): void {
  writeFileSync(join(folder, name), `${reviewLines().join("\n")}\n`);
}
