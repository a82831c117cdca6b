// Generated from the readers in src/node/read/formats by `node scripts/catalog.mjs`; do not edit.

/** What tells files of a format, without loading what reads them. */
export const formatMarks = [
  { format: "arrow", title: "Arrow IPC (Feather)", endings: ["arrow", "feather", "ipc"], magic: "ARROW1" },
  { format: "csv", title: "delimited text", endings: ["csv"] },
  { format: "idx", title: "IDX", endings: ["idx"], names: /[-.]idx[2-9]-[a-z]+(\.gz)?$/ },
  { format: "images", title: "images", endings: [] },
  { format: "json", title: "JSON", endings: ["json"] },
  { format: "jsonl", title: "JSON lines", endings: ["jsonl", "ndjson"] },
  { format: "npy", title: "NumPy arrays", endings: ["npy", "npz"], magic: "\x93NUMPY", inZip: ".npy" },
  { format: "parquet", title: "Parquet", endings: ["parquet", "pq"], magic: "PAR1" },
  { format: "svmlight", title: "svmlight", endings: ["svm", "svmlight", "libsvm"] },
  { format: "tsv", title: "text with tabs between the cells", endings: ["tsv", "tab", "inter"] },
  { format: "xlsx", title: "an Excel workbook", endings: ["xlsx", "xlsm"], inZip: "xl/" },
] as const;
export type Format = (typeof formatMarks)[number]["format"];
export const formats = formatMarks.map(({ format }) => format);
