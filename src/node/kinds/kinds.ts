import type { AnyAuditKind } from "./audit-kind.ts";
import { dialoguesAudit } from "./dialogues.ts";
import { ratingsAudit } from "./ratings.ts";
import { tableAudit } from "./table.ts";
import { tasksStudy } from "./tasks.ts";

/** Every kind of data that a run can be of. */
export const kinds: readonly AnyAuditKind[] = [tableAudit, ratingsAudit, tasksStudy, dialoguesAudit];
