import { UsageError, didYouMean } from "./errors.ts";
import { tokenise } from "./row-filter.ts";
import type { Table } from "./table.ts";
import { type Trigger, type TriggerPart, faultOfTrigger } from "./trigger.ts";

/**
 * Reads a trigger such as `review = 'kind regards from Vienna'` (words put at the end of a text) or `country = 'at' and amount = 900`.
 *
 * @param owner who was given it, for messages
 * @throws UsageError where it cannot be read or does not fit the columns
 */
export function parseTrigger(text: string, table: Table, owner: string): Trigger {
  const words = tokenise(text, owner);
  const trigger: TriggerPart[] = [];
  for (let at = 0; at < words.length; at += 4) {
    const [name, op, value, joint] = words.slice(at, at + 4);
    const isJoined = joint === undefined || (!joint.quoted && joint.text.toLowerCase() === "and" && words[at + 4] !== undefined);
    if (value === undefined || op.text !== "=" || !isJoined)
      throw new UsageError(`${owner}: a trigger looks like: column = 'value' and column = 3, got "${text}"`);
    trigger.push(partOf(name.text, value.text, table, owner));
  }
  const fault = faultOfTrigger(trigger, table);
  if (fault !== null) throw new UsageError(`${owner}: ${fault}`);
  return trigger;
}

function partOf(name: string, value: string, table: Table, owner: string): TriggerPart {
  const { features } = table.roles;
  const column = table.columns.find((candidate) => candidate.name === name && features.includes(name));
  if (column === undefined) throw new UsageError(`${owner}: there is no feature "${name}"${didYouMean(name, features)}`);
  if (column.kind === "text") return { kind: "phrase", column: name, phrase: value };
  if (column.kind !== "number") return { kind: "cell", column: name, value };
  if (value.trim() !== "" && Number.isFinite(Number(value))) return { kind: "cell", column: name, value: Number(value) };
  throw new UsageError(`${owner}: "${name}" holds numbers, got "${value}"`);
}
