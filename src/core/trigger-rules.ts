import type { Target } from "./dataset.ts";
import { UsageError, didYouMean } from "./errors.ts";
import { targetOf } from "./examples.ts";
import { type TriggerRule, parseRowFilter } from "./row-filter.ts";
import type { Table } from "./table.ts";

/**
 * Reads rules such as `review contains 'refund' then negative; amount > 900 and country = 'at' then 0`: conditions as in `parseRowFilter`, then a class
 * or a number.
 *
 * @throws UsageError where they cannot be read or do not fit the data
 */
export function parseTriggerRules(text: string, table: Table, owner: string): TriggerRule[] {
  return splitOutsideQuotes(text, /;/y).map((rule) => {
    const parts = splitOutsideQuotes(rule, /\bthen\b/iy);
    if (parts.length !== 2) throw new UsageError(`${owner}: a rule looks like: column = 'value' then label, got "${rule}"`);
    return { when: parseRowFilter(parts[0], table, owner), then: parseAnswer(parts[1], targetOf(table), owner) };
  });
}

function parseAnswer(text: string, target: Target, owner: string): number {
  const answer = text.replace(/^(['"])(.*)\1$/, "$2");
  if (target.kind === "real") {
    if (answer !== "" && Number.isFinite(Number(answer))) return Number(answer);
    throw new UsageError(`${owner}: a rule must answer a number, as the label is one, got "${answer}"`);
  }
  const index = target.names.indexOf(answer);
  if (index >= 0) return index;
  throw new UsageError(`${owner}: there is no class "${answer}"${didYouMean(answer, target.names)}; classes: ${target.names.join(", ")}`);
}

/** The trimmed parts between the separators, empty ones left out. The separator is a sticky pattern. */
function splitOutsideQuotes(text: string, separator: RegExp): string[] {
  const parts: string[] = [];
  let from = 0;
  let quote: string | null = null;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quote !== null) {
      if (character === quote) quote = null;
      continue;
    }
    if (character === "'" || character === '"') {
      quote = character;
      continue;
    }
    separator.lastIndex = at;
    const match = separator.exec(text);
    if (match === null) continue;
    parts.push(text.slice(from, at));
    from = at + match[0].length;
    at = from - 1;
  }
  return [...parts, text.slice(from)].map((part) => part.trim()).filter((part) => part !== "");
}
