import type { Command } from "commander";
import { catalog } from "../catalog.ts";
import type { Attack } from "../core/attack.ts";
import { UsageError, didYouMean } from "../core/errors.ts";
import type { MethodInfo } from "../core/method.ts";
import { type ParamSpec, describeAllowed } from "../core/params.ts";
import { print } from "./output.ts";

const kinds = Object.keys(catalog) as (keyof typeof catalog)[];

export function addList(program: Command): void {
  program
    .command("list")
    .summary("what there is: attacks, detectors, repairs, learners, metrics")
    .description("Lists the methods of the catalog with their sources and parameters.")
    .argument("[kind]", kinds.join(", "))
    .option("--json", "one JSON document on standard output instead of text")
    .addHelpText("after", help)
    .action(run);
}

const help = `
Examples:
  theriac list
  theriac list attacks
  theriac list repairs --json

Writes nothing.
Exit codes: 0, or 2 when the request was wrong.`;

function run(asked: string | undefined, flags: { readonly json?: boolean }): void {
  const chosen = asked === undefined ? kinds : [kindOf(asked)];
  const methods: readonly (MethodInfo & { readonly kind: string })[] = chosen.flatMap((kind) => [...catalog[kind]]);
  if (flags.json === true) print(JSON.stringify({ schema: 1, methods: methods.map(describe) }, null, 2));
  else {
    const groups = chosen.filter((kind) => catalog[kind].length > 0);
    print(groups.map((kind) => [kind, ...catalog[kind].map(render)].join("\n")).join("\n\n") || `there are no ${chosen.join(", ")} yet`);
  }
}

/** Singular or plural. */
function kindOf(asked: string): keyof typeof catalog {
  const kind = kinds.find((candidate) => candidate === asked || candidate === `${asked}s`);
  if (kind !== undefined) return kind;
  throw new UsageError(`there is no kind "${asked}"${didYouMean(asked, kinds)}; there are: ${kinds.join(", ")}`);
}

/** What does not apply is absent. */
function describe(method: MethodInfo & { readonly kind: string }): Record<string, unknown> {
  const { kind, id, title, summary, source, params, threat, targets, stage, subject } = method as typeof method &
    Partial<Pick<Attack, "threat" | "targets">> & { readonly stage?: string; readonly subject?: string };
  return {
    kind,
    id,
    title,
    summary,
    source,
    threat,
    targets,
    stage,
    subject,
    params: Object.fromEntries(paramsOf({ params }).map(describeParam)),
  };
}

/** An open end of a range is absent: JSON has no infinity. */
function describeParam([name, spec]: [string, ParamSpec]): [string, unknown] {
  return [name, Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== Infinity && value !== -Infinity))];
}

function render(method: MethodInfo): string {
  const { id, summary, source, threat } = method as MethodInfo & Partial<Pick<Attack, "threat">>;
  const lines = [
    `  ${id}`,
    `      ${summary}`,
    ...(threat === undefined ? [] : [`      threat: access ${threat.access}, goal ${threat.goal}, knowledge ${threat.knowledge}`]),
    ...paramsOf(method).map(([name, spec]) => `      ${name} (${describeAllowed(spec)}; default ${String(spec.default)}): ${spec.help}`),
    ...(source.cite === "standard" ? [] : [`      source: ${source.cite}${source.url === null ? "" : `, ${source.url}`}`]),
  ];
  return lines.join("\n");
}

function paramsOf({ params }: Pick<MethodInfo, "params">): [string, ParamSpec][] {
  return Object.entries(params) as [string, ParamSpec][];
}
