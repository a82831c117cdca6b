import type { Connection } from "./connection.ts";

// The whole engine of the queue. A block is the cells of one seed and learner, done one after another: `at` is the next, `upto` where it ends. Whoever takes it holds
// it by a token for a few seconds, and renews that; a cell, its records and its patch are committed by one statement, which does nothing where the token is no
// longer its holder's. Every statement comes to the same when it is sent twice, since an answer may be lost with the server.

/** How long a block is its holder's without a word from it. After the server was away, everybody has as long again. */
export const leaseSeconds = 6;
const lease = `now() + interval '${leaseSeconds} seconds'`;
const isFree = `(token is null or greatest(lease, pg_postmaster_start_time() + interval '${leaseSeconds} seconds') < now())`;
/** A holder keeps the cell that it runs; whoever helps takes half of the others, if they are worth a setup. */
const fewestToShare = 4;

/** Another layout gets another name. */
const schema = "theriac_1";

const layout = `
create schema if not exists ${schema};
create table if not exists ${schema}.study (
  id text primary key, theriac text not null, build text not null, name text not null, manifest bytea not null,
  stage int not null default 0, aimed_by bytea, fault text, put_up timestamptz not null default now());
create table if not exists ${schema}.block (
  id text primary key, study text not null references ${schema}.study on delete cascade, stage int not null, cells jsonb not null,
  start int not null default 0, at int not null default 0, upto int not null, token text unique, lease timestamptz, deaths int not null default 0, tuned text);
create table if not exists ${schema}.result (
  study text not null references ${schema}.study on delete cascade, cell int not null, records bytea, patch bytea, primary key (study, cell));
create index if not exists block_open on ${schema}.block (study, stage) where at < upto;
create index if not exists result_new on ${schema}.result (study) where records is not null;`;

/** A cell by its place in the plan, and the trials of it that are wanted. */
export interface PlacedCell {
  readonly cell: number;
  readonly trials: readonly string[];
}

export interface StudyRow {
  readonly id: string;
  readonly theriac: string;
  readonly build: string;
  readonly name: string;
  readonly stage: number;
}

export interface BlockRow {
  readonly cells: readonly PlacedCell[];
  /** The block is `cells` from `start` up to, and without, `upto`. */
  readonly start: number;
  readonly at: number;
  readonly upto: number;
  /** How many held it that were never heard of again, since it last got on. */
  readonly deaths: number;
  readonly tuned: string | null;
}

type Span = Pick<BlockRow, "at" | "upto">;
type Row<T> = Promise<T | undefined>;

export function leaseTable({ query }: Connection) {
  const one = async <T>(statement: string, values: readonly unknown[]): Row<T> => (await query<T>(statement, values))[0];
  return {
    // Two that make it at once would be in each other's way.
    create: () => query(`do $$ begin perform pg_advisory_xact_lock(7274201); ${layout} end $$`),
    exists: async () => (await query<{ is: boolean }>(`select to_regclass('${schema}.result') is not null as is`))[0].is,

    putUp: (study: StudyRow & { readonly manifest: Buffer; readonly aimedBy: Buffer | null }) =>
      query(
        `insert into ${schema}.study (id, theriac, build, name, manifest, stage, aimed_by) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (id) do update set stage = excluded.stage, aimed_by = excluded.aimed_by, build = excluded.build, fault = null`,
        [study.id, study.theriac, study.build, study.name, study.manifest, study.stage, study.aimedBy],
      ),
    putUpBlocks: (study: string, stage: number, blocks: readonly { readonly id: string; readonly cells: readonly PlacedCell[] }[]) =>
      query(
        `insert into ${schema}.block (id, study, stage, cells, upto)
         select b->>'id', $1, $2, b->'cells', jsonb_array_length(b->'cells') from jsonb_array_elements($3::jsonb) b on conflict (id) do nothing`,
        [study, stage, JSON.stringify(blocks)],
      ),
    openCells: (study: string) =>
      query<{ cell: number }>(
        `select (b.cells->i->>'cell')::int as cell from ${schema}.block b, generate_series(b.at, b.upto - 1) i where b.study = $1 and b.at < b.upto`,
        [study],
      ),
    watch: (study: string) =>
      one<{ fault: string | null; holders: number }>(
        `select fault, (select count(*)::int from ${schema}.block where study = $1 and at < upto and not ${isFree}) as holders from ${schema}.study where id = $1`,
        [study],
      ),
    results: (study: string, most: number) =>
      query<{ cell: number; records: Buffer; patch: Buffer | null }>(
        `select cell, records, patch from ${schema}.result where study = $1 and records is not null limit $2`,
        [study, most],
      ),
    drop: (study: string, cells: readonly number[]) =>
      query(`update ${schema}.result set records = null, patch = null where study = $1 and cell = any($2)`, [study, cells]),
    remove: (study: string) => query(`delete from ${schema}.study where id = $1`, [study]),

    studies: () =>
      query<StudyRow>(
        `select id, theriac, build, name, stage from ${schema}.study s where fault is null and exists
         (select from ${schema}.block where study = s.id and stage = s.stage and at < upto) order by put_up`,
      ),
    open: (study: string) =>
      one<{ manifest: Buffer; aimedBy: Buffer | null; stage: number }>(
        `select manifest, aimed_by as "aimedBy", stage from ${schema}.study where id = $1`,
        [study],
      ),
    take: (study: string, stage: number, token: string) =>
      one<BlockRow>(
        `update ${schema}.block set deaths = deaths + case when token is null or token = $3 then 0 else 1 end, token = $3, lease = ${lease}
         where id = coalesce((select id from ${schema}.block where token = $3), (select id from ${schema}.block
           where study = $1 and stage = $2 and at < upto and ${isFree} order by deaths, id for update skip locked limit 1))
         returning cells, start, at, upto, deaths, tuned`,
        [study, stage, token],
      ),
    /** Halves the block with most left to do, for somebody who has nothing. */
    share: (study: string, stage: number, id: string) =>
      query(
        `with large as (select * from ${schema}.block where study = $1 and stage = $2 and at > start and upto - at - 1 >= ${fewestToShare}
           order by upto - at desc for update skip locked limit 1),
         half as (update ${schema}.block b set upto = b.upto - (b.upto - b.at - 1) / 2 from large where b.id = large.id returning b.id, b.upto)
         insert into ${schema}.block (id, study, stage, cells, start, at, upto, tuned)
         select $3, study, stage, cells, half.upto, half.upto, large.upto, tuned from large join half using (id) on conflict (id) do nothing`,
        [study, stage, id],
      ),
    commit: (
      token: string,
      at: number,
      made: { readonly cell: number; readonly records: Buffer; readonly patch: Buffer | null; readonly tuned: string | null },
    ) =>
      one<Span>(
        `with mine as (update ${schema}.block set at = at + 1, deaths = 0, tuned = coalesce($6, tuned), lease = ${lease}
           where token = $1 and at = $2 and at < upto returning study, at, upto),
         kept as (insert into ${schema}.result (study, cell, records, patch) select study, $3, $4, $5 from mine
           on conflict (study, cell) do update set records = excluded.records, patch = excluded.patch)
         select at, upto from mine union all select at, upto from ${schema}.block where token = $1 and at = $2 + 1`,
        [token, at, made.cell, made.records, made.patch, made.tuned],
      ),
    renew: (tokens: readonly string[]) =>
      query<{ token: string }>(`update ${schema}.block set lease = ${lease} where token = any($1) returning token`, [tokens]),
    giveBack: (token: string, deaths: 0 | 1) =>
      query(`update ${schema}.block set token = null, lease = null, deaths = deaths + $2 where token = $1`, [token, deaths]),
    fail: (token: string, fault: string) =>
      query(`update ${schema}.study set fault = $2 where id = (select study from ${schema}.block where token = $1)`, [token, fault]),
  };
}

export type LeaseTable = ReturnType<typeof leaseTable>;
