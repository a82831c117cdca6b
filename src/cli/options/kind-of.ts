import type { CommandName, DataKind } from "../../node/config/options/option.ts";
import { isGiven, kindAsked, readConfig, speaksOfTable } from "./read-options.ts";
import type { Given } from "./add-options.ts";
import { optionsOf } from "../../node/config/options/options.ts";

/** The kind that the options speak of; where they speak of none, of what the data look like: records of prompts and answers, else a table. */
export async function kindOf(command: CommandName, data: string, given: Given): Promise<DataKind> {
  const asked = kindAsked(command, given);
  if (asked !== "table" || speaksOfTable(command, given)) return asked;
  const { looksLikeDialogues } = await import("../../node/read/dialogues/looks-like-dialogues.ts");
  const format = optionsOf(command, "table").find(({ name }) => name === "format");
  const config = format !== undefined && isGiven(format, given) ? readConfig("scan", "table", data, { format: given.format }) : {};
  return (await looksLikeDialogues(data, config.data?.format)) ? "dialogues" : "table";
}
