import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Section } from "../../report/page/document.ts";
import { trialsSection } from "../../report/page/trials.ts";
import { poisonName } from "../runs/run-folder.ts";
import type { AnyManifest } from "../runs/manifest.ts";
import type { JudgedRun } from "./audit-kind.ts";

export interface TrialsToShow {
  readonly metrics: readonly string[];
  /** The command of the whole run. */
  readonly command: string;
  /** A failure as it may be told to whoever gets the page. */
  tell(error: string): string;
}

/** The trials of a run for its page. */
export function trialsOf({ path, manifest, records }: JudgedRun<AnyManifest>, { metrics, command, tell }: TrialsToShow): Section | null {
  const patches = new Map(
    manifest.plan.flatMap(({ trials }) => {
      const name = `${poisonName}/${trials[0]}.json`;
      return existsSync(join(path, name)) ? trials.map((id) => [id, name] as const) : [];
    }),
  );
  const errors = new Map(records.flatMap(({ id, error }) => (error === undefined ? [] : [[id, error] as const])));
  return trialsSection({
    records,
    metrics,
    command,
    counted: "counted" in manifest.study ? manifest.study.counted : undefined,
    patchOf: (id) => patches.get(id) ?? null,
    failureOf: (id) => {
      const error = errors.get(id);
      return error === undefined ? null : tell(error);
    },
  });
}
