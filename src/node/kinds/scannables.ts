import type { AnyScannable } from "./scannable.ts";
import { dialoguesScan } from "./dialogues-scan.ts";
import { ratingsScan } from "./ratings-scan.ts";
import { tableScan } from "./table-scan.ts";

/** All kinds of data that a scan may have been of. */
export const scannables: readonly AnyScannable[] = [tableScan, ratingsScan, dialoguesScan];
