import { type AuditConfig, readRequestOf } from "../config/audit-config.ts";
import { checkConfig } from "../config/resolve-study.ts";
import { makePoison } from "../poison/make-poison.ts";
import { readTable } from "../read/read-table.ts";
import type { ReadRequest, ReadResult } from "../read/request.ts";
import type { Attackable } from "./attackable.ts";

/** A table, all of whose labelled rows are within reach. */
export const attackTable: Attackable<AuditConfig, ReadRequest, ReadResult> = {
  checkConfig,
  requestOf: ({ data = {} }) => readRequestOf(data),
  read: readTable,
  async makePoison({ table }, config, progress) {
    const { poison, about, budgetRows, notes } = await makePoison(table, config, progress);
    const touched = new Set([...poison.relabel, ...poison.edit].map(({ row }) => row)).size;
    const told = `${touched} rows changed, ${poison.insert.length} inserted, with a budget of ${budgetRows}`;
    return { poison, about, told, notes };
  },
};
