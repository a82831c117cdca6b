import { targets as binaries } from "./targets/binaries.mjs";
import { targets as binaryTables } from "./targets/binary-tables.mjs";
import { targets as commands } from "./targets/commands.mjs";
import { targets as ownFiles } from "./targets/own-files.mjs";
import { targets as patterns } from "./targets/patterns.mjs";
import { targets as ratings } from "./targets/ratings.mjs";
import { targets as tables } from "./targets/tables.mjs";

/**
 * Everything that reads what somebody else may have written. Each has an id, its share of the inputs, `prepare` (files made once), `load` (what the inputs are
 * made from), `make` (input number n from its own random stream) and `run` (reads it; may throw what a wrong request throws and nothing else).
 */
export const allTargets = [...tables, ...ratings, ...binaries, ...binaryTables, ...patterns, ...ownFiles, ...commands];
