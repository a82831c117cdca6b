/** What files may be written in. */
export const formats = ["csv", "tsv", "jsonl", "json", "parquet", "svmlight", "idx", "images"] as const;
export type Format = (typeof formats)[number];
