import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { UsageError } from "../core/errors.ts";
import { type Given, addOptions } from "./options/add-options.ts";
import { catchInterruption } from "./interruption.ts";
import { printLine, say } from "./output.ts";
import { readFlags } from "./options/read-options.ts";

export function addView(program: Command, showsAll: boolean): void {
  const command = program
    .command("view")
    .summary("look at runs in the browser, decide on rows, follow and start studies")
    .description(
      "Serves a page on this machine alone: the report of a run, the queue in which the rows of a scan are decided on, and studies as they run. Without a run it lists those of this folder.",
    )
    .argument("[run]", "the folder that theriac audit, tasks or scan wrote (default: all runs below this folder)");
  addOptions(command, showsAll).addHelpText("after", help).action(run);
}

const help = `
Examples:
  theriac view
  theriac view theriac-runs/reviews-20260314-101500
  theriac view scan --by ana --no-open

The address holds a token without which nothing is answered, and nobody but this machine can reach it. Nothing is sent anywhere. Decisions are stored at
once, in decisions.jsonl in the folder of the scan; theriac clean takes them with --decisions. Ctrl-C ends it, and pauses the studies that it started.
Exit codes: 0 ended, 2 the request was wrong.`;

async function run(folder: string | undefined, given: Given): Promise<void> {
  const { port, by, data, open } = readFlags("view", given);
  if (data !== undefined && folder === undefined) throw new UsageError("--data needs a run: theriac view RUN --data DATA");
  const { startServer } = await import("../server/server.ts");
  const { address, close } = await startServer({
    root: process.cwd(),
    run: folder,
    data,
    ...(port === undefined ? {} : { port }),
    by: nameOf(by),
    main: fileURLToPath(new URL("./main.js", import.meta.url)),
    onFault: ({ message, stack }) => say(`fault: ${stack ?? message}`),
  });
  const interruption = catchInterruption();
  printLine(address);
  say("the page is open to this machine alone, as long as this command runs; Ctrl-C ends it");
  const forget = open === false ? () => {} : openBrowser(address);
  await new Promise<void>((resolve) => interruption.signal.addEventListener("abort", () => resolve(), { once: true }));
  forget();
  await close();
  interruption.release();
}

/** Who decides. @throws UsageError on a name that cannot be stored */
export function nameOf(given: string | undefined): string {
  const name = (given ?? userName()).trim();
  if (name === "" || name.length > 200)
    throw new UsageError(`--by must be a name of at most 200 characters, got ${JSON.stringify(name.slice(0, 80))}`);
  return name;
}

function userName(): string {
  try {
    return userInfo().username || "unknown";
  } catch {
    return "unknown";
  }
}

/**
 * Opens the address by way of a file that its owner alone can read, since others see the words that a process is started with. Where there is no browser, the
 * address was printed.
 *
 * @returns what removes the file
 */
function openBrowser(address: string): () => void {
  const folder = mkdtempSync(join(tmpdir(), "theriac-view-"));
  const page = join(folder, "open.html");
  writeFileSync(page, `<!DOCTYPE html><meta http-equiv="refresh" content="0;url=${address}"><title>Theriac</title>`, { mode: 0o600 });
  const openers: Readonly<Record<string, readonly string[]>> = { darwin: ["open"], win32: ["rundll32", "url.dll,FileProtocolHandler"] };
  const [command, ...words] = openers[process.platform] ?? ["xdg-open"];
  const child = spawn(command, [...words, page], { stdio: "ignore", detached: true });
  child.on("error", () => {});
  child.unref();
  return () => rmSync(folder, { recursive: true, force: true });
}
