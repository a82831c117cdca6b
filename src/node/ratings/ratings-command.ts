import { basename, isAbsolute } from "node:path";
import type { Chosen } from "../../study/config.ts";
import { quoteForShell } from "../config/audit-command.ts";
import type { RatingsManifest } from "../runs/manifest.ts";

/** The command that does a run again, for a POSIX shell; a data path is shortened to its name, because a report may be mailed. */
export function ratingsCommand({ read, study, limits, strict }: RatingsManifest): string {
  const one = (option: string, value: string | undefined): string[] => (value === undefined ? [] : [option, value]);
  const ids = (option: string, chosen: readonly Chosen[]): string[] => [option, chosen.map(({ id }) => id).join(",") || "none"];
  const budgets = study.budgets.map((budget) => `${Number((budget * 100).toPrecision(12))}%`);
  const parts = [
    ["theriac", "audit", isAbsolute(read.data) ? basename(read.data) : read.data, "--ratings"],
    [...one("--user", read.user), ...one("--item", read.item), ...one("--rating", read.rating), ...one("--time", read.time)],
    [
      ...one("--format", read.format),
      ...one("--delimiter", read.delimiter),
      ...(read.header === undefined ? [] : [read.header ? "--header" : "--no-header"]),
      ...(read.quoted === undefined ? [] : [read.quoted ? "--quoted" : "--no-quoted"]),
    ],
    [
      ...(read.scale === undefined
        ? []
        : ["--scale", `${read.scale.low},${read.scale.high}`, ...(read.scale.clip === true ? ["--clip"] : [])]),
      ...(read.notRated === undefined ? [] : ["--not-rated", read.notRated.join(",")]),
    ],
    ids("--learner", study.engines),
    ids("--attack", study.attacks),
    ids("--detector", study.detectors),
    ids("--repair", study.repairs),
    ["--goal", study.goal, "--fillers", String(study.fillers)],
    study.targets.flatMap((target) => ["--target", target]),
    (study.audience ?? []).flatMap((item) => ["--audience", item]),
    ["--budget", budgets.join(","), "--seeds", String(study.seeds), "--seed", String(study.firstSeed)],
    ...limits.map((limit) => ["--limit", limit]),
    strict ? ["--strict"] : [],
  ];
  return parts
    .filter((words) => words.length > 0)
    .map((words) => words.map(quoteForShell).join(" "))
    .join(" \\\n  ");
}
