import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { visible } from "../../core/text/visible.ts";
import { openRun } from "../../node/audit.ts";
import { dataKinds } from "../../node/config/options/option.ts";
import { commandsOf, wordsBehind } from "../../node/kinds/named-command.ts";
import { resumeCommand } from "../../node/runs/resume-command.ts";
import { RecordTail } from "../../node/runs/record-tail.ts";
import { isFolderHeld } from "../../node/write/lock-folder.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TrialRecord } from "../../study/record.ts";
import type { Form, LiveState, LiveTrial, StudyStarted } from "../api.ts";
import { checked } from "../checked.ts";
import { openEvents } from "../events.ts";
import { formOf } from "../form.ts";
import { Refusal } from "../refusal.ts";
import { type RunFolders, type RunPlace, withoutFolder } from "../run-folders.ts";
import { strongestSoFar } from "../strongest-so-far.ts";
import type { Studies } from "../studies.ts";

const lookEveryMs = 400;
/** What is computed from all records again takes at most a tenth of the time. */
const restPerWork = 10;
const leastRestMs = 1500;

const runAsked = z.object({ run: z.string() });
const text = z
  .string()
  .max(500)
  .regex(/^[^\0\r\n]*$/, "a text of one line");
const studyAsked = z.strictObject({
  data: text,
  kind: z.enum(dataKinds).default("table"),
  options: z.record(z.string().max(60), z.array(text).max(100)),
});

export interface LiveOptions {
  readonly root: string;
  readonly folders: RunFolders;
  readonly studies: Studies;
  readonly canStart: boolean;
}

/** Studies that run: what they record, as it comes, and what starts and stops them. */
export function liveRoutes(server: FastifyInstance, { root, folders, studies, canStart }: LiveOptions): void {
  const placeOf = (params: unknown): RunPlace => folders.place(checked(runAsked, params).run);
  const refuseHere = (): void => {
    if (!canStart) throw new Refusal(403, "theriac view was given one run: start it without one to start studies");
  };

  server.get("/api/form", (): Form => {
    refuseHere();
    return formOf(root);
  });

  server.post("/api/studies", async ({ body }, reply): Promise<StudyStarted> => {
    refuseHere();
    const started = await studies.start(checked(studyAsked, body));
    void reply.code(201);
    return started;
  });

  server.post("/api/runs/:run/stop", ({ params }) => {
    studies.stop(placeOf(params).folder);
    return { isStopping: true };
  });

  server.post("/api/runs/:run/resume", async ({ params }, reply): Promise<StudyStarted> => {
    refuseHere();
    const place = placeOf(params);
    if (place.kind === "scan") throw new Refusal(409, "a scan cannot be gone on with: scan the data again");
    if (place.status === "finished") throw new Refusal(409, `${place.path} is finished`);
    if (await isFolderHeld(place.folder)) throw new Refusal(409, `${place.path} is running already`);
    refuseCommand(place);
    void reply.code(202);
    return studies.resume(place.folder, place.kind);
  });

  server.get("/api/runs/:run/live", ({ params }): Promise<LiveState> => {
    const place = placeOf(params);
    return stateOf(place, countsOf(new RecordTail(place.folder)), studies);
  });

  server.get("/api/runs/:run/live/events", async (request, reply) => {
    const place = placeOf(request.params);
    if (place.kind === "scan") throw new Refusal(409, `${place.path} is a scan, which records no trials`);
    const tail = new RecordTail(place.folder);
    const events = openEvents(request, reply);
    const counts = { recorded: 0, failed: 0 };
    let hasEnded = false;
    let lastState = "";
    let computed = -1;
    let restUntil = 0;
    events.onEnd(() => (hasEnded = true));
    while (!hasEnded) {
      try {
        const { records, isWhole } = tail.next();
        add(counts, records);
        if (records.length > 0) events.send("trials", records.map(liveTrial));
        if (isWhole) {
          const state = JSON.stringify(await stateOf(folders.place(place.id), counts, studies));
          if (state !== lastState) events.send("state", JSON.parse((lastState = state)));
          if (computed !== counts.recorded && Date.now() >= restUntil) {
            const began = Date.now();
            computed = counts.recorded;
            events.send("strongest", strongestSoFar(await openRun(place.folder)));
            restUntil = Date.now() + Math.max(leastRestMs, restPerWork * (Date.now() - began));
          }
        } else {
          await new Promise((resolve) => setImmediate(resolve));
          continue;
        }
      } catch (error) {
        // A run that ends writes its files anew; whoever looks in between looks again.
        if (!(error instanceof Error)) throw error;
        events.send("fault", { message: visible(error.message) });
        await new Promise((resolve) => setTimeout(resolve, leastRestMs));
      }
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  });
}

/** No page starts a program that the folder of a run names. */
function refuseCommand({ folder, kind, path }: RunPlace): void {
  const { study } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as { readonly study?: unknown };
  if (commandsOf(study).length > 0)
    throw new Refusal(
      409,
      `${path} runs a training command, which is named on the command line alone; if you trust it: ${resumeCommand(kind, path)}${wordsBehind(study)}`,
    );
}

interface Counts {
  recorded: number;
  failed: number;
}

function add(counts: Counts, records: readonly TrialRecord[]): void {
  counts.recorded += records.length;
  counts.failed += records.filter(({ status }) => status === "failed").length;
}

function countsOf(tail: RecordTail): Counts {
  const counts = { recorded: 0, failed: 0 };
  for (let isWhole = false; !isWhole;) {
    const next = tail.next();
    add(counts, next.records);
    ({ isWhole } = next);
  }
  return counts;
}

async function stateOf(place: RunPlace, counts: Counts, studies: Studies): Promise<LiveState> {
  const isOurs = studies.isRunning(place.folder);
  const isRunning = isOurs || (await isFolderHeld(place.folder));
  const ended = place.status === "finished" || place.status === "failed" ? place.status : "stopped";
  return {
    run: withoutFolder(place),
    planned: plannedTrials(place.folder),
    ...counts,
    state: isRunning ? "running" : ended,
    isOurs,
    said: studies.said(place.folder),
  };
}

const planned = new Map<string, number>();

function plannedTrials(folder: string): number {
  const known = planned.get(folder);
  if (known !== undefined) return known;
  const { plannedTrials: count } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as { readonly plannedTrials?: unknown };
  if (typeof count === "number") planned.set(folder, count);
  return typeof count === "number" ? count : 0;
}

function liveTrial({ id, status, error, learner, attack, goal, budgetFraction, repair, seed, metrics }: TrialRecord): LiveTrial {
  return {
    id,
    status,
    ...(error === undefined ? {} : { error: visible(error) }),
    learner,
    attack,
    goal,
    budgetFraction,
    repair,
    seed,
    metrics,
  };
}
