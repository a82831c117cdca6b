import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { visible } from "../core/text/visible.ts";
import { defaultRunPath } from "../node/runs/run-folder.ts";
import type { StudyAsked, StudyStarted } from "./api.ts";
import { Refusal } from "./refusal.ts";
import { runId } from "./run-folders.ts";
import { studyArguments } from "./study-arguments.ts";

const mostSaid = 40;
const mostRunning = 2;
/** Reading large data takes its time; what is refused then is to be told. */
const waitMs = 600_000;
const stopMs = 15_000;

interface Study {
  readonly id: string;
  /** Folder of the run, absolute. */
  readonly folder: string;
  child: ChildProcess | null;
  said: string[];
  exitCode: number | null;
}

/** Studies that this server started: processes of the command itself, which it stops by a signal, as Ctrl-C does. */
export interface Studies {
  /** Waits until the run is begun or refused. @throws Refusal with what the command said */
  start(asked: StudyAsked): Promise<StudyStarted>;
  /** Goes on with a run that was stopped. */
  resume(folder: string, kind: string): StudyStarted;
  /** The process stops in order, and what is recorded stays. @throws Refusal where this server runs none there */
  stop(folder: string): void;
  isRunning(folder: string): boolean;
  /** What the last process of a run said, its last lines. */
  said(folder: string): readonly string[];
  close(): Promise<void>;
}

/** @param main the file of the command line */
export function makeStudies(root: string, main: string): Studies {
  const studies = new Map<string, Study>();

  function run(folder: string, words: readonly string[]): Study {
    if ([...studies.values()].filter(({ child }) => child !== null).length >= mostRunning)
      throw new Refusal(409, `${mostRunning} studies are running already: wait for one, or stop it`);
    const child = spawn(process.execPath, [main, ...words], { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
    const study: Study = { id: randomBytes(8).toString("hex"), folder, child, said: [], exitCode: null };
    studies.set(folder, study);
    let rest = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      const lines = `${rest}${text}`.split("\n");
      rest = (lines.pop() ?? "").slice(-4000);
      study.said = [...study.said, ...lines.filter((line) => line.trim() !== "").map((line) => visible(line.slice(0, 500)))].slice(
        -mostSaid,
      );
    });
    const end = (code: number): void => {
      study.child = null;
      study.exitCode = code;
    };
    child.on("error", (error) => {
      study.said.push(visible(error.message));
      end(-1);
    });
    child.on("close", (code) => end(code ?? -1));
    return study;
  }

  return {
    async start(asked) {
      const words = studyArguments(root, asked);
      const path = defaultRunPath(asked.data, new Date());
      const study = run(join(root, path), [...words, `--out=${path}`]);
      for (const until = Date.now() + waitMs; Date.now() < until && study.child !== null && !isBegun(study.folder);)
        await new Promise((resolve) => setTimeout(resolve, 50));
      if (study.child === null && !isBegun(study.folder)) {
        studies.delete(study.folder);
        const why = study.said.findLast((line) => line.startsWith("theriac: "))?.replace(/^theriac: /, "");
        throw new Refusal(study.exitCode === 2 ? 400 : 500, why ?? "the study ended before it began");
      }
      return { study: study.id, run: isBegun(study.folder) ? runId(root, study.folder) : null };
    },
    resume(folder, kind) {
      if (studies.get(folder)?.child) throw new Refusal(409, "it is running already");
      const study = run(folder, [kind === "tasks" ? "tasks" : "audit", `--resume=${folder}`]);
      return { study: study.id, run: runId(root, folder) };
    },
    stop(folder) {
      const child = studies.get(folder)?.child;
      if (!child) throw new Refusal(409, "this server does not run it: stop it where it was started");
      child.kill("SIGINT");
    },
    isRunning: (folder) => Boolean(studies.get(folder)?.child),
    said: (folder) => studies.get(folder)?.said ?? [],
    async close() {
      const children = [...studies.values()].flatMap(({ child }) => (child === null ? [] : [child]));
      await Promise.all(
        children.map(
          (child) =>
            new Promise<void>((resolve) => {
              const force = setTimeout(() => child.kill("SIGKILL"), stopMs);
              child.once("close", () => {
                clearTimeout(force);
                resolve();
              });
              child.kill("SIGINT");
            }),
        ),
      );
    },
  };
}

function isBegun(folder: string): boolean {
  return existsSync(join(folder, "manifest.json"));
}
