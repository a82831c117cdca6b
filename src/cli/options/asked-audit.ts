import { catalog } from "../../catalog.ts";
import { UsageError } from "../../core/errors.ts";
import { type AuditConfig, mergeConfigs } from "../../node/config/audit-config.ts";
import { withCommand, withCommandAmong } from "../../node/config/command-words.ts";
import { isDialoguesConfig, isRatingsConfig, readConfigFile } from "../../node/config/config-file.ts";
import type { DialoguesAuditConfig } from "../../node/config/dialogues-config.ts";
import type { ConfigOf } from "../../node/config/options/options.ts";
import type { RatingsAuditConfig } from "../../node/config/ratings-audit-config.ts";
import type { Given } from "./add-options.ts";
import { kindOf } from "./kind-of.ts";
import { kindAsked, readConfig, refuseOptions } from "./read-options.ts";

export type AskedAudit =
  | { readonly kind: "table"; readonly config: AuditConfig }
  | { readonly kind: "ratings"; readonly config: RatingsAuditConfig }
  | { readonly kind: "dialogues"; readonly config: DialoguesAuditConfig };

/** The audit that a configuration file and the command line ask for together; the command line wins. @throws UsageError on a wrong request */
export async function askedAudit(
  data: string | undefined,
  file: string | undefined,
  given: Given,
  words: readonly string[] = [],
): Promise<AskedAudit> {
  const spoken = file === undefined && data !== undefined ? await kindOf("audit", data, given) : kindAsked("audit", given);
  if (file === undefined) refuseOptions("audit", spoken, given);
  if (data === undefined && file === undefined)
    throw new UsageError(
      spoken === "ratings"
        ? "audit needs data: theriac audit RATINGS --ratings"
        : "audit needs data: theriac audit DATA, or theriac audit --config FILE",
    );
  const base = file === undefined ? {} : await readConfigFile(file, spoken);
  if (file === undefined ? spoken === "dialogues" : isDialoguesConfig(base)) {
    const merged = mergeConfigs<ConfigOf<"audit", "dialogues">>(
      base as DialoguesAuditConfig,
      readConfig("audit", "dialogues", data, given),
    );
    const config = withCommandAmong(merged, catalog.dialogues.learners, words);
    return { kind: "dialogues", config: { ...config, data: { ...config.data, kind: "dialogues" } } };
  }
  if (file === undefined ? spoken === "ratings" : isRatingsConfig(base)) {
    const merged = mergeConfigs<ConfigOf<"audit", "ratings">>(base as RatingsAuditConfig, readConfig("audit", "ratings", data, given));
    const config = withCommandAmong(merged as RatingsAuditConfig, catalog.ratings.recommenders, words);
    return { kind: "ratings", config: { ...config, data: { ...config.data, kind: "ratings" } } };
  }
  return { kind: "table", config: withCommand(mergeConfigs(base as AuditConfig, readConfig("audit", "table", data, given)), words) };
}
