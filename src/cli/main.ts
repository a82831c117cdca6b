#!/usr/bin/env node
// Node ends with 1 where an import or a promise fails, which is the code of a broken limit: so this file imports nothing, and stands ready before it loads the rest.
let conclude: ((error: unknown) => number) | undefined;
let hasEnded = false;

process.on("uncaughtException", (error) => process.exit(end(error)));
if (isTooOld(process.versions.node)) {
  process.stderr.write(`theriac: it needs Node 20.20 or newer, and this is Node ${process.versions.node}\n`);
  process.exitCode = 3;
} else void run();

async function run(): Promise<void> {
  try {
    const concluding = await import("./conclude.ts");
    conclude = concluding.conclude;
    concluding.watchEnd(() => hasEnded);
    const { runProgram } = await import("./program.ts");
    const exitCode = await runProgram(process.argv);
    if (exitCode !== undefined) process.exitCode = exitCode;
    hasEnded = true;
  } catch (error) {
    process.exitCode = end(error);
  }
}

function isTooOld(version: string): boolean {
  const [major, minor] = version.split(".").map(Number);
  return major < 20 || (major === 20 && minor < 20);
}

function end(error: unknown): number {
  hasEnded = true;
  if (conclude !== undefined) return conclude(error);
  // Not even the file that tells of faults could be loaded. JSON shows what would act on the terminal.
  const message = JSON.stringify(error instanceof Error ? error.message : String(error)).slice(1, -1);
  process.stderr.write(
    `theriac: it cannot be started (${message}): where file handles or memory are short (ulimit -n, ulimit -v), raise the limit; else install it again\n`,
  );
  return /EMFILE|ENFILE|ENOMEM|allocate/.test(message) ? 3 : 70;
}
