import { UsageError } from "../../../core/errors.ts";
import { visible } from "../../../core/text/visible.ts";
import { type AskedNames, type Form, readRecord } from "./form.ts";
import { forms } from "./forms/forms.ts";
import { namedPairs } from "./forms/pairs.ts";
import { namedTexts } from "./forms/texts.ts";
import type { JsonRecord } from "./records.ts";
import { isMessage } from "./turns.ts";

/** The form that a record looks like by its names; null where it is none. */
export function formOfRecord(record: JsonRecord): Form | null {
  return forms.find((form) => form.looksLike(record)) ?? null;
}

/** The form that most of these records look like. @throws UsageError where none looks like any, or names that were asked for stand nowhere */
export function chooseForm(path: string, records: readonly JsonRecord[], asked: AskedNames): Form {
  const { prompt, answer } = asked;
  if (prompt !== undefined || answer !== undefined) return namedForm(path, records, asked);
  const form = mostLike(records);
  if (form !== null) return form;
  if (records.length > 0 && records.every((record) => isMessage(record)))
    throw new UsageError(
      `${path} holds messages one by one and no records: gather those of a chat into one, as {"messages": [...]}, one chat a line`,
    );
  throw new UsageError(
    `${path} holds no prompts and answers that are known: its records have ${namesOf(records)}; name them with --prompt and --answer`,
  );
}

/** Null where none looks like any. */
export function mostLike(records: readonly JsonRecord[]): Form | null {
  const counts = new Map<Form, number>();
  for (const record of records) {
    const form = formOfRecord(record);
    if (form !== null) counts.set(form, (counts.get(form) ?? 0) + 1);
  }
  let best: Form | null = null;
  for (const form of forms) if ((counts.get(form) ?? 0) > (best === null ? 0 : counts.get(best)!)) best = form;
  return best;
}

function namedForm(path: string, records: readonly JsonRecord[], { prompt, answer }: AskedNames): Form {
  for (const [option, name] of [
    ["--prompt", prompt],
    ["--answer", answer],
  ] as const)
    if (name !== undefined && !records.some((record) => name in record))
      throw new UsageError(`${path}: ${option} "${name}" stands in none of the records; they have ${namesOf(records)}`);
  const pairs = namedPairs({ ...(prompt === undefined ? {} : { prompt }), ...(answer === undefined ? {} : { answer }) });
  if (prompt !== undefined || answer === undefined) return pairs;
  const some = records.slice(0, 100).map((record) => readRecord(pairs, record));
  const hasPrompts = some.some((given) => !("misfit" in given) && given.turns.some((turn) => turn.prompt !== null));
  return hasPrompts ? pairs : namedTexts({ answer });
}

function namesOf(records: readonly JsonRecord[]): string {
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  if (names.length === 0) return "no names";
  const shown = names.slice(0, 8).map((name) => `"${visible(name.slice(0, 40))}"`);
  return `the names ${shown.join(", ")}${names.length > shown.length ? `, and ${names.length - shown.length} more` : ""}`;
}
