import { resolve } from "node:path";
import type { ReadRequest } from "../read/request.ts";
import type { ColumnChoice } from "./options/choices.ts";
import type { ConfigOf, DataConfigOf } from "./options/options.ts";

/** What the data of an audit of a table are; columns by name, or by 1-based position where no column bears that name. */
export type DataConfig = DataConfigOf<"audit", "table">;

/** All that an audit can be asked for, as the table of options has it; what is left out has a default. A configuration file holds one, the command line another. */
export type AuditConfig = ConfigOf<"audit", "table">;

/** One configuration over another; data and encoder key by key. */
export function mergeConfigs<C extends { readonly data?: object; readonly encoder?: object }>(base: C, over: C): C {
  const parts = (["data", "encoder"] as const).flatMap((part) =>
    base[part] === undefined && over[part] === undefined ? [] : [[part, { ...base[part], ...withoutUndefined<object>(over[part] ?? {}) }]],
  );
  return { ...base, ...withoutUndefined<C>(over), ...(Object.fromEntries(parts) as Pick<C, "data" | "encoder">) };
}

export function readRequestOf({
  kind: _,
  path,
  labels,
  text,
  features,
  drop,
  task,
  source,
  id,
  labelFile,
  ...plain
}: DataConfig): ReadRequest {
  const names = (columns: readonly ColumnChoice[] = []): string[] => columns.map(String);
  return {
    data: path ?? "",
    labels: names(labels),
    text: names(text),
    features: names(features),
    drop: names(drop),
    ...(task === undefined ? {} : { task: String(task) }),
    ...(source === undefined ? {} : { source: String(source) }),
    ...(id === undefined ? {} : { id: String(id) }),
    // Absolute, so that what was begun here can be gone on with from anywhere.
    ...(labelFile === undefined ? {} : { labelFile: resolve(labelFile) }),
    ...plain,
  };
}

/** The keys that have a value. */
export function withoutUndefined<T extends object>(value: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T;
}
