import { catalog } from "../../catalog.ts";
import { allRows, targetOf } from "../../core/examples.ts";
import { countSources } from "../../core/sources.ts";
import type { Table } from "../../core/table.ts";
import type { Chosen } from "../../study/config.ts";
import { chooseFor, distinct, idsFor } from "./choose-method.ts";
import type { MethodChoice } from "./options/choices.ts";

/** Fewer accounts than these make no parts of which something could be certified. */
const fewestAccounts = 20;

/**
 * The certificates that were named, or those of the effort; unasked, where it is known who a row is from, also the parts of accounts. One certificate with
 * several settings is several certificates.
 *
 * @throws UsageError where one is named that there is not
 */
export function certificatesFor(asked: readonly MethodChoice[] | undefined, table: Table, effort: "quick" | "standard" | "full"): Chosen[] {
  const { kind } = targetOf(table);
  const choices = asked ?? [...idsFor(catalog.certificates, kind, effort), ...(hasAccounts(table) ? [byAccounts] : [])];
  return distinct(choices.map((choice) => chooseFor("certificate", catalog.certificates, choice, kind)));
}

const byAccounts = { id: "deep-partition-aggregation", params: { by: "source" } } as const;

function hasAccounts(table: Table): boolean {
  return table.roles.labels.length === 1 && (countSources(table, allRows(table)) ?? 0) >= fewestAccounts;
}
