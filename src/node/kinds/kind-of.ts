import type { AnyManifest } from "../runs/manifest.ts";
import type { AuditKind } from "./audit-kind.ts";
import { ratingsAudit } from "./ratings.ts";
import { tableAudit } from "./table.ts";
import { tasksStudy } from "./tasks.ts";

/** A kind whose own types only its own functions know. */
export type AnyAuditKind = AuditKind<any, any, any, any>;

const kinds: { readonly [K in AnyManifest["kind"]]: AnyAuditKind } = {
  audit: tableAudit,
  "ratings-audit": ratingsAudit,
  tasks: tasksStudy,
};

export function kindOf(id: AnyManifest["kind"]): AnyAuditKind {
  return kinds[id];
}
