import { UsageError } from "../core/errors.ts";

/** Kinds of data as the command line tells them apart; whether rows are images is known once they were read. */
export type DataKind = "table" | "ratings";

/** Options that not every kind of data has, and what they go with in words; an option that is not here goes with all. */
const restricted: readonly { readonly kinds: readonly DataKind[]; readonly words: string; readonly options: readonly string[] }[] = [
  { kinds: ["table"], words: "images", options: ["colour", "imageSize"] },
  { kinds: ["table"], words: "images whose labels lie in another file", options: ["labelFile"] },
  {
    kinds: ["table"],
    words: "tables",
    options: [
      ...[
        "label",
        "text",
        "features",
        "drop",
        "task",
        "source",
        "id",
        "missing",
        "notMissing",
        "predict",
        "sharing",
        "bigrams",
        "frozenEncoder",
      ],
      ...["attackTasks", "targetTasks", "testFraction", "pretrain", "trustedRows"],
      ...["ownSample", "surrogate", "adaptive", "persistence", "config"],
    ],
  },
  {
    kinds: ["ratings"],
    words: "ratings (--ratings)",
    options: ["user", "item", "rating", "time", "scale", "clip", "notRated", "audience", "fillers"],
  },
];

const instead: Readonly<Record<DataKind, string>> = {
  table: "",
  ratings: "; ratings have --user, --item, --rating and --time",
};

/** @throws UsageError on the first option given that data of this kind do not have, by its name */
export function refuseOptions(kind: DataKind, flags: object): void {
  for (const [name, value] of Object.entries(flags)) {
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    const rule = restricted.find(({ options }) => options.includes(name));
    if (rule === undefined || rule.kinds.includes(kind)) continue;
    throw new UsageError(
      `--${kebab(name)} goes with ${rule.words}, and these data are ${kind === "table" ? "a table" : kind}${instead[kind]}`,
    );
  }
}

/** The methods that an option names; `none` says that there shall be none, so it stands alone. @throws UsageError where it does not */
export function idsOrNone(option: string, ids: string[] | undefined): string[] | undefined {
  if (ids?.includes("none") !== true) return ids;
  if (ids.some((id) => id !== "none")) throw new UsageError(`${option} none stands alone, got ${ids.join(", ")}`);
  return [];
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
