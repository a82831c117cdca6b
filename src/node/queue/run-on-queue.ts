import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { CancelledError, UsageError } from "../../core/errors.ts";
import type { Cell } from "../../study/kind.ts";
import { inGroups } from "../../study/shard.ts";
import type { CellWorkOptions } from "../workers/run-cells-on-workers.ts";
import { type Stage, type StageRunner, trialsOf } from "../workers/run-stages.ts";
import type { Note } from "../read/request.ts";
import { type AnyManifest, manifestText } from "../runs/manifest.ts";
import { digest } from "../runs/provenance.ts";
import { parseRecordLine, recordLine } from "../runs/records-file.ts";
import { version } from "../runs/version.ts";
import { connect } from "./connection.ts";
import { type LeaseTable, type PlacedCell, leaseTable } from "./lease-table.ts";
import { pack, unpack } from "./packing.ts";
import { programDigest } from "./program-digest.ts";
import type { QueueAddress } from "./queue-address.ts";

/** A queue that a study is put up on. */
export interface StudyQueue {
  readonly run: StageRunner;
  /** Takes the study down, unless it is to be gone on with. */
  close(options: { readonly isKept: boolean }): Promise<void>;
}

export interface QueuedStudy {
  readonly address: QueueAddress;
  readonly manifest: AnyManifest;
  /** Every cell of the plan. */
  readonly plan: readonly Cell[];
  /** What the study is called before those who work on it. */
  readonly name: string;
  readonly signal?: AbortSignal | undefined;
  readonly onNote?: ((note: Note) => void) | undefined;
}

const pollMs = 200;
const resultsAtOnce = 20;
/** What is up is held against what is missing now and then. */
const lookAgainMs = 30_000;
const lonelyMs = 20_000;

/** @throws UsageError where the queue cannot be reached */
export async function openStudyQueue(study: QueuedStudy): Promise<StudyQueue> {
  const { address, manifest, signal } = study;
  const connection = await connect(address, signal);
  const table = leaseTable(connection);
  // The same for a run that is gone on with, so that it finds what was computed meanwhile.
  const id = digest(JSON.stringify([manifest.startedAt, manifest.identity, manifest.plan])).slice(0, 32);
  try {
    if (!(await table.exists())) await table.create();
  } catch (error) {
    await connection.end();
    throw error;
  }
  return {
    run: (_, __, stage, options) => runStage({ ...study, id, table, shown: connection.shown }, stage, options),
    async close({ isKept }) {
      try {
        if (!isKept) await takeDown(table, id, signal);
      } finally {
        await connection.end().catch(() => {});
      }
    },
  };
}

/** A queue that is gone when nobody needs it any more is no fault. */
async function takeDown(table: LeaseTable, id: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    await table.remove(id);
  } catch (error) {
    if (signal?.aborted !== true && !(error instanceof CancelledError)) throw error;
  }
}

interface Running extends QueuedStudy {
  readonly id: string;
  readonly table: LeaseTable;
  readonly shown: string;
}

async function runStage(running: Running, { number: stage, cells, aimedBy }: Stage, options: CellWorkOptions): Promise<void> {
  const { id, table, plan, signal, onNote } = running;
  const place = new Map(plan.map(({ trials }, i) => [trials[0].id, i]));
  const total = trialsOf(cells);
  /** Cells with trials that are not recorded, by their place in the plan. */
  const open = new Map<number, { readonly cell: Cell; readonly trials: readonly string[] }>();
  for (const cell of cells) {
    const trials = cell.trials.map((trial) => trial.id).filter((trial) => options.recorded?.has(trial) !== true);
    if (trials.length > 0) open.set(place.get(cell.trials[0].id)!, { cell, trials });
  }
  const left = (): number => [...open.values()].reduce((sum, { trials }) => sum + trials.length, 0);
  if (open.size === 0) return;
  const stopIfAsked = (): void => {
    if (signal?.aborted === true) throw new CancelledError("stopped on request");
  };

  /** Records what was computed; tells whether there was anything. */
  async function collect(): Promise<boolean> {
    const results = await table.results(id, resultsAtOnce);
    for (const { cell: at, records, patch } of results) {
      const wanted = open.get(at);
      if (wanted === undefined) continue;
      const text = patch === null ? null : unpack(patch);
      const made = unpack(records)
        .trimEnd()
        .split("\n")
        .map((line, i) => parseRecordLine(`${line}`, `the queue: cell ${at}, record ${i + 1}`));
      const isWhole =
        made.length === wanted.trials.length &&
        made.every(
          ({ record, patch: digested }, i) => record.id === wanted.trials[i] && digested === (text === null ? null : digest(text)),
        );
      if (!isWhole)
        throw new UsageError(`the queue ${running.shown} holds records that are not those of the study: somebody else writes there`);
      await options.onCell(
        wanted.cell,
        made.map(({ record }) => record),
        text,
      );
      open.delete(at);
      options.onProgress?.(total - left(), total, wanted.cell);
    }
    if (results.length > 0)
      await table.drop(
        id,
        results.map(({ cell }) => cell),
      );
    return results.length > 0;
  }

  /** Puts up what is neither up nor computed. What is up is looked for first: what leaves it meanwhile has been computed, and is collected. */
  async function putUpMissing(): Promise<void> {
    const up = new Set((await table.openCells(id)).map(({ cell }) => cell));
    while (await collect()) stopIfAsked();
    const missing = [...open]
      .filter(([at]) => !up.has(at))
      .map(([at, { cell, trials }]) => ({ at, trials, seed: cell.seed, learner: cell.learner }));
    if (missing.length === 0) return;
    const round = randomUUID();
    const blocks = inGroups(missing).map((group, i) => ({
      id: `${round}-${String(i).padStart(7, "0")}`,
      cells: group.map(({ at, trials }): PlacedCell => ({ cell: at, trials })),
    }));
    await table.putUpBlocks(id, stage, blocks);
    const trials = missing.reduce((sum, cell) => sum + cell.trials.length, 0);
    onNote?.({
      level: "info",
      text: `on the queue ${running.shown}: ${trials} trials in ${blocks.length} ${blocks.length === 1 ? "block" : "blocks"}; on any machine that reaches it, theriac work --queue … computes them`,
    });
  }

  const { manifest, name } = running;
  await table.putUp({
    ...{ id, name, stage, theriac: version, build: programDigest() },
    manifest: pack(manifestText(manifest)),
    aimedBy: aimedBy === null ? null : pack(aimedBy.map((record) => recordLine({ record, patch: null })).join("")),
  });
  let looked = -Infinity;
  let heard = performance.now();
  let isLonely = false;
  while (open.size > 0) {
    stopIfAsked();
    if (performance.now() - looked > lookAgainMs) {
      await putUpMissing();
      looked = performance.now();
    }
    if (await collect()) {
      heard = performance.now();
      continue;
    }
    const state = await table.watch(id);
    // Somebody took it down: then all that is missing is put up again.
    if (state === undefined) throw new UsageError(`the study was taken off the queue ${running.shown} by somebody else`);
    if (state.fault !== null) throw new Error(state.fault);
    if (state.holders > 0) heard = performance.now();
    if (!isLonely && performance.now() - heard > lonelyMs) {
      isLonely = true;
      onNote?.({
        level: "warning",
        text: `nobody works on it: start theriac work --queue … somewhere; where it runs, it says what it refuses`,
      });
    }
    await pause(pollMs, undefined, { signal }).catch(() => {});
  }
}
