import { UsageError } from "../../core/errors.ts";
import type { FoundFiles } from "./find/find-files.ts";
import type { Format } from "../formats.ts";
import type { ReadRequest } from "./request.ts";

interface Rule {
  readonly options: Readonly<Partial<Record<keyof ReadRequest, string>>>;
  readonly formats: readonly Format[];
  readonly words: string;
}

/** Options that not every format has; an option that is not here goes with all. Images may have a table of their labels. */
const rules: readonly Rule[] = [
  { options: { labelFile: "--label-file" }, formats: ["idx", "images"], words: "images in IDX, PNG and JPEG files" },
  { options: { imageSize: "--image-size", colour: "--colour" }, formats: ["images"], words: "images in PNG and JPEG files" },
  {
    options: { delimiter: "--delimiter", header: "--header", quoted: "--quoted" },
    formats: ["csv", "tsv", "images"],
    words: "files of cells with something between them",
  },
  {
    options: { missing: "--missing", notMissing: "--not-missing" },
    formats: ["csv", "tsv", "json", "jsonl", "parquet", "images"],
    words: "files of columns",
  },
];

/** @throws UsageError where an option asks for what the format does not have */
export function refuseFormatOptions({ paths, format }: FoundFiles, request: Partial<ReadRequest>): void {
  for (const { options, formats, words } of rules) {
    if (formats.includes(format)) continue;
    for (const [key, option] of Object.entries(options)) {
      const given = request[key as keyof ReadRequest];
      if (given === undefined || (key === "colour" && given === false) || (Array.isArray(given) && given.length === 0)) continue;
      const name = given === false ? option.replace("--", "--no-") : option;
      throw new UsageError(`${name} goes with ${words}, and ${paths[0]} is ${format}`);
    }
  }
}
