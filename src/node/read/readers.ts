// Generated from the readers in src/node/read/formats by `node scripts/catalog.mjs`; do not edit.
import type { Format } from "../formats.ts";
import { arrowReader } from "./formats/arrow.ts";
import { csvReader } from "./formats/csv.ts";
import { idxReader } from "./formats/idx.ts";
import { imagesReader } from "./formats/images.ts";
import { jsonReader } from "./formats/json.ts";
import { jsonlReader } from "./formats/jsonl.ts";
import { npyReader } from "./formats/npy.ts";
import { parquetReader } from "./formats/parquet.ts";
import { svmlightReader } from "./formats/svmlight.ts";
import { tsvReader } from "./formats/tsv.ts";
import { xlsxReader } from "./formats/xlsx.ts";
import type { Reader } from "./reader.ts";

/** What reads each format. */
export const readers: Readonly<Record<Format, Reader>> = {
  arrow: arrowReader,
  csv: csvReader,
  idx: idxReader,
  images: imagesReader,
  json: jsonReader,
  jsonl: jsonlReader,
  npy: npyReader,
  parquet: parquetReader,
  svmlight: svmlightReader,
  tsv: tsvReader,
  xlsx: xlsxReader,
};
