import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { CancelledError, StorageError, UsageError } from "../../core/errors.ts";
import type { Cell, TrialSpec } from "../../study/kind.ts";
import { failedRecord } from "../../study/run-cell.ts";
import type { AnyAuditKind } from "../kinds/audit-kind.ts";
import { kinds } from "../kinds/kinds.ts";
import { commandsOf, refuseUnnamedCommand } from "../kinds/named-command.ts";
import { refuseUnknownMethods } from "../kinds/read-again.ts";
import { ownModules } from "../methods/own-methods.ts";
import type { Note } from "../read/request.ts";
import type { AnyManifest } from "../runs/manifest.ts";
import { manifestFile } from "../runs/manifest-file.ts";
import { digest } from "../runs/provenance.ts";
import { parseRecordLine, recordLine } from "../runs/records-file.ts";
import { kindIn } from "../runs/run-kind.ts";
import { checkPlan, planAnew } from "../runs/run-plan.ts";
import { version } from "../runs/version.ts";
import { workerDied } from "../runs/worker-died.ts";
import { parseExactly, stringifyExactly } from "../schemas/exact-json.ts";
import { parseOwn } from "../schemas/read-own-file.ts";
import { type CellOutcome, type CellThread, makeCellThread } from "./cell-thread.ts";
import { connect } from "./connection.ts";
import { readHere } from "./find-data.ts";
import { type BlockRow, type LeaseTable, type StudyRow, leaseSeconds, leaseTable } from "./lease-table.ts";
import { pack, unpack } from "./packing.ts";
import { programDigest } from "./program-digest.ts";
import { parseQueue } from "./queue-address.ts";

export interface WorkAsked {
  /** Address of the database, as `postgres://user@host/database`. */
  readonly queue: string;
  /** Folder in which the data of studies are looked for by their content; default: they lie where the study was begun with them. */
  readonly data?: string | undefined;
  /** The training command that may be run, word by word; studies of another one are refused. */
  readonly command?: readonly string[] | undefined;
  /** Worker threads; default: one for each core. */
  readonly jobs?: number | undefined;
  /** Ends after so many seconds without anything to do; default: never. */
  readonly idleSeconds?: number | undefined;
  readonly signal?: AbortSignal;
  readonly onNote?: (note: Note) => void;
}

export interface Worked {
  readonly cells: number;
  readonly blocks: number;
  /** Milliseconds that threads waited for the queue while they had a block: until it was theirs, and until what they made was kept. */
  readonly queueMs: number;
  /** Studies that could not be worked on here; why was a note. */
  readonly refused: number;
}

const pollMs = 250;
/** A block that so many died of, one after another, is not tried again. */
const mostDeaths = 3;

const stopped: CellOutcome = { kind: "stopped" };

/** A study that is worked on: one at a time, so that nothing else keeps the threads' leases from being renewed. */
interface Current {
  readonly id: string;
  readonly stage: number;
  readonly name: string;
  readonly kind: AnyAuditKind;
  readonly input: unknown;
  readonly plan: readonly Cell[];
  readonly threads: readonly CellThread[];
}

/** What was read of a study, for its later stages. */
interface Held {
  readonly id: string;
  readonly kind: AnyAuditKind;
  readonly manifest: AnyManifest;
  readonly input: unknown;
}

/**
 * Computes what is put up on a queue, until it is stopped or has had nothing to do for long enough.
 *
 * @throws UsageError where the queue cannot be reached; StorageError where it went away and did not come back
 */
export async function work({
  queue,
  data,
  command = [],
  jobs = availableParallelism(),
  idleSeconds = Infinity,
  signal,
  onNote,
}: WorkAsked): Promise<Worked> {
  const connection = await connect(parseQueue(queue), signal);
  const table = leaseTable(connection);
  const tell = (level: Note["level"], text: string): void => onNote?.({ level, text });
  const build = programDigest();
  const refused = new Set<string>();
  const leases = keepLeases(table);
  const hasStopped = (): boolean => signal?.aborted === true;
  const worked = { cells: 0, blocks: 0, queueMs: 0 };
  const now: { held: Held | null; current: Current | null } = { held: null, current: null };
  const onAbort = (): void => void Promise.all((now.current?.threads ?? []).map((thread) => thread.stop()));
  signal?.addEventListener("abort", onAbort);
  tell("info", `waiting for work on ${connection.shown}, with ${jobs} ${jobs === 1 ? "thread" : "threads"}`);
  try {
    let lastWork = performance.now();
    while (!hasStopped() && performance.now() - lastWork <= idleSeconds * 1000) {
      const studies = (await table.exists()) ? await table.studies() : [];
      const before = worked.cells;
      for (const study of studies) {
        if (refused.has(study.id) || hasStopped()) continue;
        try {
          refuseOther(study, build);
          if (now.current?.id !== study.id || now.current.stage !== study.stage) {
            await dropThreads(now.current);
            now.current = null;
            now.held = now.held?.id === study.id ? now.held : await open(table, study, { folder: data, command, shown: connection.shown });
            now.current = now.held === null ? null : await begin(table, study, now.held, jobs);
          }
        } catch (error) {
          if (!(error instanceof UsageError)) throw error;
          refused.add(study.id);
          tell("warning", `not taken: ${error.message}`);
          continue;
        }
        if (now.current !== null) await workOn(now.current, { table, leases, worked, hasStopped, tell });
        if (worked.cells > before) break;
      }
      // Of a study that others hold whole there may be something to do at any time.
      if (studies.some(({ id }) => !refused.has(id))) lastWork = performance.now();
      if (worked.cells === before) await pause(pollMs, undefined, { signal }).catch(() => {});
    }
  } catch (error) {
    // Stopped while the queue was away.
    if (!(error instanceof CancelledError)) throw error;
  } finally {
    signal?.removeEventListener("abort", onAbort);
    leases.end();
    await dropThreads(now.current);
    await connection.end().catch(() => {});
  }
  return { ...worked, refused: refused.size };
}

async function dropThreads(current: Current | null): Promise<void> {
  await Promise.all((current?.threads ?? []).map((thread) => thread.stop()));
}

/** @throws UsageError where another program put it up, whose trials do not belong together with those of this one */
function refuseOther({ name, theriac, build }: StudyRow, own: string): void {
  if (theriac !== version) throw new UsageError(`the study of ${name} was put up by Theriac ${theriac}, and this is ${version}`);
  if (build !== own) throw new UsageError(`the study of ${name} was put up by another build of Theriac ${theriac} than this one`);
}

/** Reads what a study is of. Null where it is gone meanwhile. @throws UsageError where its data or methods are not here, or its training command was not named */
async function open(
  table: LeaseTable,
  { id, name }: StudyRow,
  { folder, command, shown }: { readonly folder: string | undefined; readonly command: readonly string[]; readonly shown: string },
): Promise<Held | null> {
  const row = await table.open(id);
  if (row === undefined) return null;
  const whose = `the study of ${name}`;
  const manifest = parseOwn(unpack(row.manifest), `the manifest of ${name} on the queue`, manifestFile(kinds));
  const kind = kindIn(kinds, manifest.kind);
  checkPlan(`the manifest of ${name} on the queue`, manifest, kind);
  refuseUnknownMethods(whose, manifest);
  // A worker that may run a command serves studies without one too.
  if (commandsOf(manifest.study).length > 0) refuseUnnamedCommand(whose, manifest.study, command, `theriac work --queue ${shown}`);
  return { id, kind, manifest, input: await readHere(kind, whose, manifest, folder) };
}

/** Aims a stage of a study by what the stages before showed, and hands it to threads. */
async function begin(
  table: LeaseTable,
  { id, stage, name }: StudyRow,
  { kind, manifest, input }: Held,
  jobs: number,
): Promise<Current | null> {
  const row = await table.open(id);
  if (row === undefined || row.stage !== stage) return null;
  const lines = row.aimedBy === null ? null : unpack(row.aimedBy).trimEnd().split("\n");
  const records = lines?.map((line, i) => parseRecordLine(line, `the queue: record ${i + 1}`).record);
  const given: unknown = records === undefined ? input : kind.study.later!.aim(input, records);
  const shared = { kind: kind.id, module: kind.module, input: kind.share(given), methods: ownModules().map(({ path }) => path) };
  const threads = Array.from({ length: jobs }, () => makeCellThread(shared, jobs));
  return { id, stage, name, kind, input: given, plan: planAnew(manifest, kind), threads };
}

interface Leases {
  hold(token: string, onLost: () => void): void;
  letGo(token: string): void;
  end(): void;
}

/** Renews what is held, a few times in the time of a lease; tells whose lease was lost. */
function keepLeases(table: LeaseTable): Leases {
  const held = new Map<string, () => void>();
  let isAsking = false;
  async function renew(): Promise<void> {
    const tokens = [...held.keys()];
    const kept = new Set((await table.renew(tokens)).map(({ token }) => token));
    for (const token of tokens) {
      if (kept.has(token)) continue;
      held.get(token)?.();
      held.delete(token);
    }
  }
  const timer = setInterval(() => {
    if (isAsking || held.size === 0) return;
    isAsking = true;
    // Where the queue does not come back, whoever commits says so.
    renew()
      .catch(() => {})
      .finally(() => (isAsking = false));
  }, leaseSeconds * 250);
  return {
    hold: (token, onLost) => void held.set(token, onLost),
    letGo: (token) => void held.delete(token),
    end: () => clearInterval(timer),
  };
}

interface Tools {
  readonly table: LeaseTable;
  readonly leases: Leases;
  readonly worked: { cells: number; blocks: number; queueMs: number };
  hasStopped(): boolean;
  tell(level: Note["level"], text: string): void;
}

/** Works on a stage until nothing of it can be taken. */
async function workOn(current: Current, tools: Tools): Promise<void> {
  const { table, worked, hasStopped } = tools;
  const { id, stage, threads } = current;
  let running = 0;
  await Promise.all(
    threads.map(async (thread) => {
      while (!hasStopped()) {
        const token = randomUUID();
        const asked = performance.now();
        let block = await table.take(id, stage, token);
        if (block === undefined) {
          await table.share(id, stage, randomUUID());
          block = await table.take(id, stage, token);
        }
        if (block === undefined) {
          if (running === 0) return;
          await pause(pollMs);
          continue;
        }
        running++;
        worked.blocks++;
        worked.queueMs += performance.now() - asked;
        try {
          await runBlock(current, thread, token, block, tools);
        } finally {
          running--;
        }
      }
    }),
  );
}

/** Runs the cells of a block from where it stands. One is committed while the next is run. */
async function runBlock(current: Current, thread: CellThread, token: string, block: BlockRow, tools: Tools): Promise<void> {
  const { plan, name } = current;
  const { table, leases, worked, hasStopped, tell } = tools;
  const { cells, start, deaths } = block;
  let { at, upto } = block;
  let tuned = block.tuned === null ? undefined : parseExactly(block.tuned);
  let pending: ReturnType<LeaseTable["commit"]> | null = null;
  leases.hold(token, () => void thread.stop());
  try {
    if (deaths >= mostDeaths) {
      // What kills before its first cell is done is the setup, which all cells share.
      const failed = at === start ? upto : at + 1;
      tell(
        "warning",
        `${name}: ${mostDeaths} workers died of a block, one after another: ${failed - at} of its cells are recorded as failed`,
      );
      for (; at < failed; at++) {
        const { cell, wanted } = cellAt(plan, cells, at);
        const error = `${workerDied}${mostDeaths} of them, one after another`;
        const records = wanted.map((trial) => failedRecord(current.kind.study, current.input, cell, trial, error));
        if (!(await keep({ records, patch: null, tuned: undefined }))) return;
      }
    }
    if (at < upto) {
      const { seed, learner } = plan[cells[at].cell];
      tell("info", `${name}: seed ${seed}, ${learner.id}: cells ${at + 1} to ${upto} of ${cells.length}`);
    }
    for (; at < upto; at++) {
      const outcome = hasStopped() ? stopped : await thread.run({ ...cellAt(plan, cells, at), learnerParams: tuned });
      if (outcome.kind !== "done") {
        await settled();
        if (outcome.kind === "died") tell("warning", `${name}: ${workerDied}${outcome.reason}`);
        await table.giveBack(token, outcome.kind === "died" ? 1 : 0);
        return;
      }
      tuned = outcome.tuned ?? tuned;
      if (!(await keep(outcome))) return;
    }
    await settled();
  } catch (error) {
    if (hasStopped()) return;
    if (!(error instanceof StorageError))
      await table.fail(token, `a worker met a fault at ${name}: ${error instanceof Error ? error.message : String(error)}`);
    throw error;
  } finally {
    leases.letGo(token);
  }

  /** Whether what was sent to be kept is kept; if not, the block is somebody else's, who thought this one dead. */
  async function settled(): Promise<boolean> {
    if (pending === null) return true;
    const asked = performance.now();
    const span = await pending;
    worked.queueMs += performance.now() - asked;
    pending = null;
    if (span === undefined) return false;
    worked.cells++;
    // Somebody may have come to help.
    upto = span.upto;
    return true;
  }

  async function keep(made: Made): Promise<boolean> {
    if (!(await settled())) return false;
    pending = commit(table, token, at, cells[at].cell, made);
    // Whoever waits for it hears of it.
    pending.catch(() => {});
    return true;
  }
}

/** @throws UsageError where a block is of another plan */
function cellAt(
  plan: readonly Cell[],
  cells: BlockRow["cells"],
  at: number,
): { readonly cell: Cell; readonly wanted: readonly TrialSpec[] } {
  const { cell: place, trials } = cells[at];
  const cell = plan[place];
  const wanted = trials.map((id) => cell?.trials.find((trial) => trial.id === id));
  if (cell === undefined || wanted.includes(undefined))
    throw new UsageError("the queue holds a block that is not of the plan of its study");
  return { cell, wanted: wanted as TrialSpec[] };
}

type Made = Pick<Extract<CellOutcome, { readonly kind: "done" }>, "records" | "patch" | "tuned">;

function commit(
  table: LeaseTable,
  token: string,
  at: number,
  cell: number,
  { records, patch, tuned }: Made,
): ReturnType<LeaseTable["commit"]> {
  const sha256 = patch === null ? null : digest(patch);
  return table.commit(token, at, {
    cell,
    records: pack(records.map((record) => recordLine({ record, patch: sha256 })).join("")),
    patch: patch === null ? null : pack(patch),
    tuned: tuned === undefined ? null : stringifyExactly(tuned),
  });
}
