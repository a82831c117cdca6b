import { readdirSync } from "node:fs";
import { basename, join, relative } from "node:path";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { visible } from "../../core/text/visible.ts";
import { clean } from "../../node/clean.ts";
import { choices, decisionId } from "../../node/review/decision.ts";
import { type Review, filters } from "../../node/review/review.ts";
import type { RowsOfData } from "../../node/review/rows-of-data.ts";
import { rowNumber } from "../../node/schemas/parts.ts";
import type { Decided, Detail, Exported, NearRow, Queue, QueueRow, RelatedRows, Texts } from "../api.ts";
import { checked } from "../checked.ts";
import { openEvents } from "../events.ts";
import { Refusal } from "../refusal.ts";
import type { Reviews } from "../reviews.ts";
import { makeSnapshots } from "../snapshots.ts";
import { shownDecision } from "../shown-decision.ts";

const mostAtOnce = 200;
const excerpt = 400;
const longest = 20_000;
const whole = 2_000_000;
const nearText = 160;
const nearRows = 30;

const page = z.object({
  filter: z.enum(filters).default("flagged"),
  snapshot: z
    .string()
    .regex(/^[0-9a-f]{16}$/, "16 hexadecimal digits")
    .optional(),
  from: z.coerce
    .number()
    .int()
    .min(0)
    .max(2 ** 31)
    .default(0),
  count: z.coerce.number().int().min(1).max(mostAtOnce).default(50),
});
const some = z.object({ rows: z.string().regex(/^\d{1,10}(,\d{1,10}){0,199}$/, "up to 200 row numbers with commas between") });
const one = z.object({
  row: z.coerce
    .number()
    .int()
    .min(1)
    .max(2 ** 31),
});
const detailAsked = z.object({ whole: z.enum(["yes"]).optional() });
const decisionAsked = z.strictObject({ row: rowNumber, decision: z.enum(choices) });
const undoAsked = z.strictObject({ id: decisionId.optional() });
const exportAsked = z.strictObject({ onlyDecided: z.boolean() });

/** The queue of a scan: its rows by suspicion, what was decided on them, and the files that follow from it. */
export function reviewRoutes(server: FastifyInstance, reviews: Reviews): void {
  const base = "/api/runs/:run";
  const snapshots = makeSnapshots();
  const reviewOf = (params: unknown): Promise<Review> => reviews.open(checked(z.object({ run: z.string() }), params).run);

  server.get(`${base}/queue`, async ({ params, query }): Promise<Queue> => {
    const review = await reviewOf(params);
    const { filter, from, count, snapshot } = checked(page, query);
    review.log.refresh();
    const shot = snapshot === undefined ? snapshots.take(review, filter) : snapshots.get(review, snapshot);
    const findings = review.findings(Array.from(shot.lines.subarray(from, from + count)));
    const rows = findings.map((finding) => queueRow(review, finding));
    const { id, filter: kept, lines, firstOpen } = shot;
    return { snapshot: id, filter: kept, total: lines.length, firstOpen, from, rows, progress: review.progress() };
  });

  server.get(`${base}/texts`, async ({ params, query }): Promise<Texts> => {
    const review = await reviewOf(params);
    const rows = checked(some, query).rows.split(",").map(Number);
    for (const row of rows) checkRow(review, row);
    return { rows: await review.rows().shown(rows, excerpt) };
  });

  server.get(`${base}/rows/:row`, async ({ params, query }): Promise<Detail> => {
    const review = await reviewOf(params);
    const { row } = checked(one, params);
    checkRow(review, row);
    const [shown] = await review.rows().shown([row], checked(detailAsked, query).whole === "yes" ? whole : longest);
    const finding = review.findingOf(row);
    const { campaigns = [] } = review.manifest;
    return {
      row,
      finding:
        finding === null
          ? null
          : {
              ...queueRow(review, finding),
              scores: Object.fromEntries(Object.entries(finding.scores).map(([id, score]) => [id, numberOrNull(score)])),
            },
      shown,
      history: review.log.historyOf(row).map(shownDecision),
      campaigns: campaigns.filter(({ rows }) => rows.includes(row)).map(({ sentence }) => visible(sentence)),
    };
  });

  server.get(`${base}/rows/:row/related`, async ({ params }): Promise<RelatedRows> => {
    const review = await reviewOf(params);
    const { row } = checked(one, params);
    checkRow(review, row);
    const data = review.rows();
    const { account, neighbours, measure } = await data.related(row);
    const others = [...(account?.rows ?? [])].sort((a, b) => placeOf(review, a) - placeOf(review, b)).slice(0, nearRows);
    const near = await nearOf(review, data, [...neighbours.map((neighbour) => neighbour.row), ...others]);
    return {
      measure,
      neighbours: neighbours.map(({ similarity }, i) => ({ ...near[i], similarity })),
      account: account === null ? null : { name: account.name, count: account.count, rows: near.slice(neighbours.length) },
    };
  });

  server.post(`${base}/decisions`, async ({ params, body }, reply): Promise<Decided> => {
    const review = await reviewOf(params);
    const { row, decision } = checked(decisionAsked, body);
    checkRow(review, row);
    await review.decide(row, decision, reviews.by);
    void reply.code(201);
    return reviews.tell(review, [row]);
  });

  server.post(`${base}/undo`, async ({ params, body }): Promise<Decided> => {
    const review = await reviewOf(params);
    const undone = await review.log.undo(reviews.by, checked(undoAsked, body).id);
    if (undone === null) throw new Refusal(409, `${visible(reviews.by)} has decided nothing that could be taken back`);
    return reviews.tell(review, [undone.row]);
  });

  server.post(`${base}/export`, async ({ params, body }, reply): Promise<Exported> => {
    const review = await reviewOf(params);
    const { onlyDecided } = checked(exportAsked, body);
    const out = newFolder(review.folder);
    const { data } = reviews;
    const { files, kept, quarantined } = await clean({
      ...(data === undefined ? {} : { data }),
      scan: review.folder,
      decisions: true,
      onlyDecided,
      out,
    });
    const names = files.flatMap(({ cleaned, quarantined: taken }) => [cleaned, taken]);
    void reply.code(201);
    return { kept, quarantined, files: names.map((path) => visible(relative(review.folder, path))) };
  });

  server.get(`${base}/decisions`, async ({ params }, reply) => {
    const review = await reviewOf(params);
    void reply.header("content-disposition", "attachment");
    return { decisions: review.log.inForce().map((decision) => ({ row: decision.row, ...shownDecision(decision) })) };
  });

  server.get(`${base}/decisions/events`, async (request, reply) => {
    const review = await reviewOf(request.params);
    const events = openEvents(request, reply);
    events.send("decided", { changed: [], progress: review.progress() } satisfies Decided);
    events.onEnd(reviews.listen(review, events));
  });
}

function checkRow({ manifest }: Review, row: number): void {
  if (row < 1 || row > manifest.rows) throw new Refusal(404, `there is no row ${row}: the data have ${manifest.rows}`);
}

function queueRow({ log }: Review, { row, line, source, flagged, score, reasons }: ReturnType<Review["findings"]>[number]): QueueRow {
  const decision = log.decisionOn(row);
  return {
    ...{ row, flagged, score: numberOrNull(score), reasons: reasons.map(visible) },
    ...(line === undefined ? {} : { line }),
    ...(source === undefined ? {} : { source: visible(source) }),
    decision: decision === null ? null : shownDecision(decision),
  };
}

async function nearOf(review: Review, data: RowsOfData, rows: readonly number[]): Promise<NearRow[]> {
  const shown = await data.shown(rows, nearText);
  return shown.map(({ row, cells }) => {
    const finding = review.findingOf(row);
    return {
      ...{ row, text: summaryOf(cells), flagged: finding?.flagged ?? false, score: finding === null ? null : numberOrNull(finding.score) },
      decision: review.log.decisionOn(row)?.decision ?? null,
    };
  });
}

/** The texts, and the label after them; the first features where there are no texts. */
function summaryOf(cells: Texts["rows"][number]["cells"]): string {
  const of = (...roles: readonly string[]) => cells.filter(({ role, text }) => roles.includes(role) && text !== null);
  const texts = of("text").map(({ text }) => text!);
  const main =
    texts.length > 0
      ? texts
      : of("feature", "task")
          .slice(0, 4)
          .map(({ name, text }) => `${name} ${text}`);
  return [...main, ...of("label").map(({ name, text }) => `${name}: ${text}`)].join(" · ");
}

function placeOf({ index }: Review, row: number): number {
  const line = index.lineOf[row];
  return line < 0 ? index.count : line;
}

function numberOrNull(score: number | null): number | null {
  return score !== null && Number.isFinite(score) ? score : null;
}

/** `reviewed-1` and so on, within the folder of the scan. */
function newFolder(folder: string): string {
  const taken = new Set(readdirSync(folder).map((name) => basename(name)));
  for (let i = 1; ; i++) if (!taken.has(`reviewed-${i}`)) return join(folder, `reviewed-${i}`);
}
