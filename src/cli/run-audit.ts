import { join } from "node:path";
import { UsageError } from "../core/errors.ts";
import {
  type AuditHooks,
  type AuditResult,
  audit,
  auditDialogues,
  auditRatings,
  measureTaskRelations,
  resumeAudit,
} from "../node/audit.ts";
import { type FlagsOf, optionsOf } from "../node/config/options/options.ts";
import { parseShard } from "../node/config/parse-shard.ts";
import { kinds } from "../node/kinds/kinds.ts";
import { wordsBehind } from "../node/kinds/named-command.ts";
import type { AnyManifest } from "../node/runs/manifest.ts";
import { isToBeRedone } from "../node/runs/run-folder.ts";
import { resumeCommand } from "../node/runs/resume-command.ts";
import { kindIn } from "../node/runs/run-kind.ts";
import { budgetText } from "../report/words/format.ts";
import type { Given } from "./options/add-options.ts";
import { askedAudit } from "./options/asked-audit.ts";
import { exitCodes } from "./exit-codes.ts";
import { catchInterruption } from "./interruption.ts";
import { noteTeller, printJson, printLine, say } from "./output.ts";
import { duration, makeProgress } from "./progress.ts";
import { isGiven, readConfig, readFlags } from "./options/read-options.ts";
import { showAudit } from "./show-audit.ts";

/** The commands that write a run. */
type Command = "audit" | "tasks";
type Work = (hooks: AuditHooks) => Promise<AuditResult<AnyManifest>>;

/** @param words a training command, as it stands behind `--` */
export async function runAudit(data: string | undefined, given: Given, words: readonly string[]): Promise<void> {
  const flags = readFlags("audit", given);
  return runOrResume("audit", data, given, words, async () => {
    const asked = await askedAudit(data, flags.config, given, words);
    return (hooks) => {
      if (asked.kind === "dialogues") return auditDialogues(asked.config, hooks);
      return asked.kind === "ratings" ? auditRatings(asked.config, hooks) : audit(asked.config, hooks);
    };
  });
}

export async function runTasks(data: string | undefined, given: Given): Promise<void> {
  return runOrResume("tasks", data, given, [], () => {
    if (data === undefined) throw new UsageError("tasks needs data: theriac tasks DATA --task COLUMN");
    const config = readConfig("tasks", "table", data, given);
    return Promise.resolve((hooks) => measureTaskRelations(config, hooks));
  });
}

/** @param ask what is to be begun, unless a run is gone on with */
async function runOrResume(
  command: Command,
  data: string | undefined,
  given: Given,
  words: readonly string[],
  ask: () => Promise<Work>,
): Promise<void> {
  const flags = readFlags(command, given);
  const { resume } = flags;
  if (resume === undefined) return finishAudit(flags, await ask());
  refuseOthers(command, data, given);
  return finishAudit(flags, (hooks) => resumeAudit(resume, { ...hooks, command: words }));
}

/** Runs an audit of any kind with notes, progress and Ctrl-C, and prints what it found. */
async function finishAudit(
  {
    quiet = false,
    jobs,
    json = false,
    tables = false,
    shard,
    queue,
  }: Pick<FlagsOf<"audit">, "quiet" | "jobs" | "json" | "tables" | "shard" | "queue">,
  work: Work,
): Promise<void> {
  if (queue !== undefined && shard !== undefined)
    throw new UsageError("--queue and --shard are two ways to share a study out: give one of them");
  if (queue !== undefined && jobs !== undefined)
    throw new UsageError("--jobs is about this machine, and with --queue others compute: give it to theriac work");
  const part = shard === undefined ? undefined : parseShard(shard);
  const result = await withProgress(quiet, jobs, (hooks) => work({ ...hooks, shard: part, queue }));
  if (result.status === "cancelled") {
    const done = `${result.records.length} of ${result.manifest.shard?.trials ?? result.manifest.plannedTrials} trials are recorded`;
    say(`stopped: ${done}; go on with: ${resumeCommand(result.manifest.kind, result.run)}${wordsBehind(result.manifest.study)}`);
    process.exitCode = exitCodes.interrupted;
    return;
  }
  const { run: path, manifest, records } = result;
  if (manifest.shard !== undefined) return showShard(result, { json, quiet });
  await showAudit({ kind: kindIn(kinds, manifest.kind), path, manifest, records, judged: result }, { json, tables });
  if (!quiet) say(`report: ${join(result.run, "report.html")}`);
}

/** A part is not judged: what it found may not be what the whole finds. */
function showShard({ run, manifest, records }: AuditResult<AnyManifest>, { json, quiet }: { json: boolean; quiet: boolean }): void {
  const { index, of, trials } = manifest.shard!;
  const again = records.filter(isToBeRedone).length;
  const failed = records.filter(({ status }) => status === "failed").length;
  if (json) printJson({ run, shard: `${index}/${of}`, recordedTrials: records.length, plannedTrials: manifest.plannedTrials });
  else printLine(run);
  if (!quiet)
    say(
      `shard ${index} of ${of}: ${records.length} of its ${trials} trials are recorded, of ${manifest.plannedTrials} in all; it is not judged by itself: join it with the others by theriac merge`,
    );
  if (failed === 0) return;
  if (again > 0)
    say(`the workers of ${again} trials died; try them again with: ${resumeCommand(manifest.kind, run)}${wordsBehind(manifest.study)}`);
  if (failed > again && !quiet) say(`${failed - again} trials failed, and fail again where they are run again: records.jsonl says why`);
  process.exitCode = exitCodes.incomplete;
}

/** Runs an audit with notes, progress and Ctrl-C. */
export async function withProgress<R>(quiet: boolean, jobs: number | undefined, work: (hooks: AuditHooks) => Promise<R>): Promise<R> {
  const progress = makeProgress({ quiet });
  const interruption = catchInterruption(() => progress.end());
  try {
    return await work({
      signal: interruption.signal,
      jobs,
      onNote: noteTeller(quiet),
      ...(quiet
        ? {}
        : {
            onEstimate: ({ trials, jobs: threads, ms, least }) => {
              const on = `on ${threads} ${threads === 1 ? "thread" : "threads"}`;
              const time = (some: number): string => (Number.isFinite(some) ? duration(some) : "an unknown time");
              say(
                least === undefined
                  ? `${trials} trials ${on}, about ${time(ms)}`
                  : `${least.trials} to ${trials} trials ${on}, about ${time(least.ms)} to ${time(ms)}: those that the first seeds show not to matter any more are left out (--all-trials runs them all)`,
              );
            },
          }),
      onProgress: (done, total, { learner, attack, seed, budgetFraction }, budgets) =>
        progress.update(
          done,
          total,
          `seed ${seed}, ${learner.id}, ${attack === null ? "without attack" : `${attack.id} at ${budgetText(budgetFraction, budgets)}`}`,
        ),
    });
  } finally {
    progress.end();
    interruption.release();
  }
}

/** A run knows what it was asked; a different question is a different run. */
function refuseOthers(command: Command, data: string | undefined, given: Given): void {
  const kept = ["resume", "jobs", "queue", "json", "tables", "quiet", "methods"];
  const other = optionsOf(command).find((option) => !kept.includes(option.name) && isGiven(option, given));
  if (data !== undefined) throw new UsageError(`--resume takes no data: the run knows its own, got ${data}`);
  if (other !== undefined)
    throw new UsageError(
      `--resume takes no other options but --jobs, --queue, --json, --tables, --quiet and --methods, got --${other.name}`,
    );
}
