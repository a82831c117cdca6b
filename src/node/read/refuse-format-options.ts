import { UsageError } from "../../core/errors.ts";
import { type FormatOption, dataOptions } from "../config/options/data-options.ts";
import type { Option } from "../config/options/option.ts";
import type { FoundFiles } from "./reader.ts";
import { readers } from "./readers.ts";
import type { ReadRequest } from "./request.ts";

/** @throws UsageError where an option asks for what the format does not have */
export function refuseFormatOptions({ paths, format }: FoundFiles, request: Partial<ReadRequest>): void {
  for (const { key, name, files } of dataOptions as readonly Option[]) {
    const asked = key?.replace("data.", "") as FormatOption;
    if (files === undefined || readers[format].options.includes(asked)) continue;
    const given = request[asked];
    if (given === undefined || (asked === "colour" && given === false) || (Array.isArray(given) && given.length === 0)) continue;
    throw new UsageError(`--${given === false ? "no-" : ""}${name} goes with ${files}, and ${paths[0]} is ${format}`);
  }
}
