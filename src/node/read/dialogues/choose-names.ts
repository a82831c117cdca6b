import { UsageError } from "../../../core/errors.ts";
import type { Note } from "../request.ts";
import { isObject } from "./content.ts";
import type { Form } from "./form.ts";
import { documentNames } from "./forms/texts.ts";
import type { JsonRecord } from "./records.ts";

/** Who contributed a record, and which document a passage is of. */
export interface RecordNames {
  readonly document: string | null;
  /** Null where the record does not say. */
  sourceOf(record: JsonRecord): string | null;
  documentOf(record: JsonRecord): string | null;
  readonly notes: readonly Note[];
}

const sourceNames = [
  ...["contributor", "contributor_id", "annotator", "annotator_id", "labeler", "labeler_id", "worker", "worker_id"],
  ...["submitter", "uploader", "author", "author_id", "user_id", "username", "source", "data_source", "dataset"],
];

export function chooseNames(form: Form, records: readonly JsonRecord[], { source }: { readonly source?: string }): RecordNames {
  const notes: Note[] = [];
  if (source !== undefined && records.every((record) => saidUnder(record, source) === null))
    throw new UsageError(`--source "${source}" stands in none of the records that were looked at, or is no plain value there`);
  const guessed = source ?? sourceNames.find((name) => isContributor(records, name)) ?? null;
  if (source === undefined && guessed !== null)
    notes.push({ level: "info", text: `"${guessed}" is taken for who contributed a record (override with --source)` });
  const document = form.id === "passages" ? (documentNames.find((name) => isMostlySaid(records, name)) ?? null) : null;
  if (document !== null) notes.push({ level: "info", text: `"${document}" is taken for the document that a passage is of` });
  return {
    document,
    sourceOf: (record) => (guessed === null ? null : saidUnder(record, guessed)),
    documentOf: (record) => (document === null ? null : saidUnder(record, document)),
    notes,
  };
}

/** The number of a name, a new one where it is not known; −1 for none. */
export function numberOf(names: Map<string, number>, name: string | null): number {
  if (name === null) return -1;
  let number = names.get(name);
  if (number === undefined) names.set(name, (number = names.size));
  return number;
}

/** A plain value under a name, or under names with dots between them. */
function saidUnder(record: JsonRecord, name: string): string | null {
  let value: unknown = record[name];
  if (value === undefined && name.includes(".")) {
    value = record;
    for (const part of name.split(".")) value = isObject(value) ? value[part] : undefined;
  }
  if (typeof value === "string") return value.trim() === "" ? null : value;
  return typeof value === "number" ? String(value) : null;
}

function isMostlySaid(records: readonly JsonRecord[], name: string): boolean {
  const said = records.reduce((sum, record) => sum + Number(saidUnder(record, name) !== null), 0);
  return said >= 0.9 * records.length;
}

/** Several contributors, who have more than one record each on the whole. */
function isContributor(records: readonly JsonRecord[], name: string): boolean {
  if (records.length === 0 || !(name in records[0]) || !isMostlySaid(records, name)) return false;
  const names = new Set(records.map((record) => saidUnder(record, name)));
  return names.size > 1 && names.size <= records.length / 2;
}
