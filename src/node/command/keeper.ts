// A process of its own that starts commands and ends them with all that they started. It lives as long as the channel to whoever began it: where that one is stopped,
// crashes or is killed, the channel closes, and nothing of a command is left. It imports nothing but Node, so that it is there at once.
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, lstatSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Broken, KeeperReply, Limits, Order, Outcome, Start } from "./messages.ts";

const [base, token] = process.argv.slice(2);
/** In the environment of whatever a command starts, by which processes are found that left its group. */
const mark = `THERIAC_KEPT=${token}`;
const everyMs = 100;
/** How long what a command started may outlive it: a helper that notices its end by itself. */
const graceMs = 2000;
const mostLastWords = 4096;
const longestLine = 1 << 20;
const mostFiles = 100_000;

interface Session {
  readonly child: ChildProcess;
  /** As JSON: how it was started. */
  readonly start: string;
  readonly pid: number;
  output: number;
  stdout: Buffer[];
  lastWords: Buffer;
  exit: Outcome["exit"];
  /** It spoke when nothing had been asked: what it says next might be no answer to what is asked then, so it is begun anew. */
  isStray: boolean;
}

let session: Session | null = null;
/** The process that was started last, from the moment it is there. */
let latest: number | null = null;
/** What ends the order at hand; null where none is. */
let settle: ((broken: Broken | null, detail?: string, line?: string | null) => void) | null = null;

process.on("message", (order: Order) => void obey(order));
process.on("disconnect", endHere);
// Whoever began it may have gone while this file was loaded.
if (!process.connected) endHere();
// A terminal sends its signals to every process in it; this one ends with its channel.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});

function endHere(): void {
  if (latest !== null) endAll(latest);
  remove(base);
  // Whatever is still open here is of no use to anybody.
  process.kill(process.pid, "SIGKILL");
}

async function obey(order: Order): Promise<void> {
  const { id, limits, line } = order;
  const isNew =
    session === null || session.exit !== null || session.isStray || session.start !== JSON.stringify(order.start) || line === undefined;
  if (isNew) {
    if (session !== null) endAll(session.pid);
    session = null;
    const begun = await begin(order.start, line !== undefined);
    if (typeof begun === "string") return reply({ id, exit: null, broken: "start", detail: begun, lastWords: "", line: null });
    session = begun;
    reply({ started: begun.pid });
  }
  const own = session!;
  const outcome = await watch(own, order);
  if (line === undefined && outcome.broken === null) {
    const left = await leave(own);
    if (left > 0) return finish(own, { ...outcome, broken: "children", detail: String(left) });
  }
  if (outcome.broken !== null || outcome.exit !== null) return finish(own, outcome);
  reply({ id, ...outcome, lastWords: tailOf(own) });

  function finish(ended: Session, result: Omit<Outcome, "id" | "lastWords">): void {
    endAll(ended.pid);
    if (session === ended) session = null;
    // What it said last may still be in the pipe.
    setTimeout(() => reply({ id, ...result, lastWords: tailOf(ended) }), 20);
  }

  function watch(running: Session, { watched }: Order): Promise<Omit<Outcome, "id" | "lastWords">> {
    running.output = 0;
    running.lastWords = Buffer.alloc(0);
    const deadline = Date.now() + limits.seconds * 1000;
    return new Promise((resolve) => {
      const timer = setInterval(() => {
        const over = beyond(running, limits, watched, deadline);
        if (over !== null) settle?.(over);
      }, everyMs);
      settle = (broken, detail = "", answer = null) => {
        clearInterval(timer);
        settle = null;
        resolve({ exit: running.exit, broken, detail, line: answer });
      };
      if (running.exit !== null) settle(null);
      else if (line !== undefined) running.child.stdin?.write(`${line}\n`);
    });
  }

  function beyond({ pid, output }: Session, most: Limits, watched: string, deadline: number): Broken | null {
    if (output > most.outputMiB * 2 ** 20) return "output";
    if (Date.now() > deadline) return "time";
    if (memoryOf(pid) > most.memoryMiB * 2 ** 20) return "memory";
    return bytesIn(watched, most.diskMiB * 2 ** 20) ? "disk" : null;
  }
}

function begin(start: Start, isAsked: boolean): Promise<Session | string> {
  const { words, folder, environment } = start;
  return new Promise((resolve) => {
    let child: ChildProcess;
    try {
      child = spawn(words[0], words.slice(1), {
        cwd: folder,
        env: { ...process.env, ...environment, THERIAC_KEPT: token },
        // A group of its own, which is ended as a whole.
        detached: true,
        shell: false,
        stdio: [isAsked ? "pipe" : "ignore", "pipe", "pipe"],
      });
      latest = child.pid ?? null;
    } catch (error) {
      return resolve(error instanceof Error ? error.message : String(error));
    }
    child.once("error", (error) => resolve(error.message));
    child.once("spawn", () => {
      const own: Session = {
        ...{ child, start: JSON.stringify(start), pid: child.pid! },
        ...{ output: 0, stdout: [], lastWords: Buffer.alloc(0), exit: null, isStray: false },
      };
      child.on("error", () => {});
      child.stdin?.on("error", () => {});
      for (const stream of [child.stdout, child.stderr]) stream?.on("error", () => {});
      child.stdout?.on("data", (chunk: Buffer) => {
        own.output += chunk.length;
        if (isAsked) hear(own, chunk);
      });
      child.stderr?.on("data", (chunk: Buffer) => {
        own.output += chunk.length;
        own.lastWords = Buffer.concat([own.lastWords, chunk]).subarray(-mostLastWords);
      });
      child.once("exit", (code, signal) => {
        own.exit = { code, signal };
        if (session === own) settle?.(null);
      });
      resolve(own);
    });
  });
}

/** Lines on standard output are answers, one to each line that it was handed. */
function hear(own: Session, chunk: Buffer): void {
  own.stdout.push(chunk);
  if (own.stdout.reduce((sum, part) => sum + part.length, 0) > longestLine) {
    own.stdout = [];
    return settle?.("output");
  }
  if (!chunk.includes(10)) return;
  const lines = Buffer.concat(own.stdout).toString("utf8").split("\n");
  own.stdout = [Buffer.from(lines.pop() ?? "")];
  const isAlone = lines.length === 1 && own.stdout[0].length === 0;
  if (settle === null || session !== own) own.isStray = true;
  else if (isAlone) settle(null, "", lines[0]);
  else settle("stray", (lines[1] ?? own.stdout[0].toString("utf8")).slice(0, 200));
}

/** How many processes are still there once they had time to go. */
async function leave({ pid }: Session): Promise<number> {
  const until = Date.now() + graceMs;
  let left = membersOf(pid, true).length;
  while (left > 0 && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    left = membersOf(pid, true).length;
  }
  return left;
}

/** Ends a command and all that it started, also what went into a session of its own. */
function endAll(pid: number): void {
  killQuietly(-pid);
  for (let round = 0; round < 100; round++) {
    const left = membersOf(pid, true);
    if (left.length === 0) return;
    for (const { pid: member } of left) killQuietly(member);
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone.
  }
}

/** Living processes of a command's group and session, with `byMark` those too that inherited its environment. Elsewhere than on Linux none can be seen. */
function membersOf(leader: number, byMark: boolean): { readonly pid: number }[] {
  let names: string[];
  try {
    names = readdirSync("/proc");
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) return [];
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      // The name of a program may hold anything, a bracket too.
      const [state, , group, own] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (state === "Z" || state === "X") return [];
      const isOfIt = Number(group) === leader || Number(own) === leader;
      return isOfIt || (byMark && readFileSync(`/proc/${pid}/environ`, "latin1").includes(mark)) ? [{ pid }] : [];
    } catch {
      return [];
    }
  });
}

/** Bytes in memory of all processes of a command. */
function memoryOf(leader: number): number {
  let bytes = 0;
  for (const { pid } of membersOf(leader, false))
    try {
      bytes += 1024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0);
    } catch {
      // It ended meanwhile.
    }
  return bytes;
}

/** Whether there is more in a folder than so many bytes, or than so many files. */
function bytesIn(folder: string, most: number): boolean {
  let bytes = 0;
  let files = 0;
  const open = [folder];
  while (open.length > 0) {
    let entries;
    const here = open.pop()!;
    try {
      entries = readdirSync(here, { withFileTypes: true });
    } catch {
      continue;
    }
    for (const entry of entries) {
      if (++files > mostFiles) return true;
      const path = join(here, entry.name);
      if (entry.isDirectory()) open.push(path);
      else
        try {
          const { size, blocks } = lstatSync(path);
          bytes += Math.min(size, blocks * 512);
        } catch {
          // It is gone.
        }
      if (bytes > most) return true;
    }
  }
  return false;
}

function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
  } catch {
    try {
      for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o700);
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // What a command has locked stays where the system clears its temporary files.
    }
  }
}

function tailOf({ lastWords }: Session): string {
  return lastWords.toString("utf8");
}

function reply(message: KeeperReply): void {
  if (process.connected) process.send?.(message);
}
