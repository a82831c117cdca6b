import { catalog } from "../catalog.ts";
import type { Attack } from "../core/attack.ts";
import { UsageError, didYouMean } from "../core/errors.ts";
import type { Learner } from "../core/learner.ts";
import type { MethodInfo } from "../core/method.ts";
import type { RatingAttack } from "../core/recommender.ts";
import { type ParamSpec, describeAllowed } from "../core/params.ts";
import type { FlagsOf } from "../node/config/options/options.ts";
import { methodKinds } from "./method-kinds.ts";
import { print, printJson } from "./output.ts";

type Listed = MethodInfo & { readonly kind: string };

/** What methods work on, where that is not a table. */
const dataOf: ReadonlyMap<MethodInfo, string> = new Map(
  (["ratings", "dialogues"] as const).flatMap((data) =>
    Object.values<readonly MethodInfo[]>(catalog[data]).flatMap((methods) => methods.map((method): [MethodInfo, string] => [method, data])),
  ),
);

/** By kind; those that work on other data stand beside those that work on tables, and say so. */
const methodsByKind: Readonly<Record<string, readonly Listed[]>> = (() => {
  const { ratings, dialogues, ...forTables } = catalog;
  const all: Record<string, readonly Listed[]> = { ...forTables };
  for (const other of [ratings, dialogues])
    for (const [kind, methods] of Object.entries<readonly Listed[]>(other)) all[kind] = [...(all[kind] ?? []), ...methods];
  return all;
})();

export function runList(asked: string | undefined, flags: FlagsOf<"list">): void {
  const chosen = asked === undefined ? methodKinds : [kindOf(asked)];
  const methods = chosen.flatMap((kind) => methodsByKind[kind]);
  if (flags.json === true) printJson({ methods: methods.map(describe) });
  else {
    const groups = chosen.filter((kind) => methodsByKind[kind].length > 0);
    print(
      groups.map((kind) => [kind, ...methodsByKind[kind].map(render)].join("\n")).join("\n\n") || `there are no ${chosen.join(", ")} yet`,
    );
  }
}

/** Singular or plural. */
function kindOf(asked: string): string {
  const kind = methodKinds.find((candidate) => candidate === asked || candidate === `${asked}s`);
  if (kind !== undefined) return kind;
  throw new UsageError(`there is no kind "${asked}"${didYouMean(asked, methodKinds)}; there are: ${methodKinds.join(", ")}`);
}

/** What does not apply is absent. */
function describe(method: Listed): Record<string, unknown> {
  const { kind, id, title, summary, source, params, threat, targets, stage, subject } = method as typeof method &
    Partial<Pick<Attack, "threat" | "targets">> & { readonly stage?: string; readonly subject?: string };
  return {
    kind,
    id,
    data: dataOf.get(method),
    title,
    summary,
    source,
    threat,
    targets,
    stage,
    subject,
    lacks: lackOf(method) ?? undefined,
    params: Object.fromEntries(paramsOf({ params }).map(describeParam)),
  };
}

/** An open end of a range is absent: JSON has no infinity. */
function describeParam([name, spec]: [string, ParamSpec]): [string, unknown] {
  return [name, Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== Infinity && value !== -Infinity))];
}

function render(method: MethodInfo): string {
  const { id, summary, source, threat, goals } = method as MethodInfo & Partial<Pick<Attack, "threat"> & Pick<RatingAttack, "goals">>;
  const lines = [
    `  ${id}${dataOf.has(method) ? ` (data: ${dataOf.get(method)})` : ""}`,
    `      ${summary}`,
    ...(threat === undefined
      ? []
      : [`      threat: access ${threat.access}, goal ${goals?.join(" or ") ?? threat.goal}, knowledge ${threat.knowledge}`]),
    ...paramsOf(method).map(([name, spec]) => `      ${name} (${describeAllowed(spec)}; default ${String(spec.default)}): ${spec.help}`),
    ...(lackOf(method) === null ? [] : [`      not here: ${lackOf(method)}`]),
    ...(source.cite === "standard" ? [] : [`      source: ${source.cite}${source.url === null ? "" : `, ${source.url}`}`]),
  ];
  return lines.join("\n");
}

/** What the method needs and this machine has not, with the remedy. */
function lackOf(method: MethodInfo): string | null {
  return (method as MethodInfo & Partial<Pick<Learner, "lacks">>).lacks?.() ?? null;
}

function paramsOf({ params }: Pick<MethodInfo, "params">): [string, ParamSpec][] {
  return Object.entries(params) as [string, ParamSpec][];
}
