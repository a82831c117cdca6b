import type { FlagsOf } from "../node/config/options/options.ts";

/** What the command line says of this one audit, beside its configuration. */
export type AuditFlags = FlagsOf<"audit">;
