import { extname } from "node:path";
import { markedFormat } from "./marks.ts";

interface Kind {
  readonly what: string;
  readonly remedy: string;
}

const asCsv = "save it as CSV";
const magics: readonly { readonly at?: number; readonly bytes: string; readonly kind: Kind }[] = [
  { bytes: "\xd0\xcf\x11\xe0", kind: { what: "an old Excel workbook or another Office file", remedy: "save the sheet as XLSX or CSV" } },
  { bytes: "Rar!", kind: { what: "a RAR archive", remedy: "unpack it and name the file or the folder inside" } },
  { bytes: "7z\xbc\xaf", kind: { what: "a 7z archive", remedy: "unpack it and name the file or the folder inside" } },
  { at: 257, bytes: "ustar", kind: { what: "a tar archive", remedy: "unpack it and name the file or the folder inside" } },
  { bytes: "BZh", kind: { what: "packed with bzip2", remedy: "unpack it (bunzip2), or pack it with gzip" } },
  { bytes: "\xfd7zXZ", kind: { what: "packed with xz", remedy: "unpack it (unxz), or pack it with gzip" } },
  { bytes: "\x28\xb5\x2f\xfd", kind: { what: "packed with Zstandard", remedy: "unpack it (unzstd), or pack it with gzip" } },
  { bytes: "\x04\x22\x4d\x18", kind: { what: "packed with LZ4", remedy: "unpack it (unlz4), or pack it with gzip" } },
  { bytes: "\x89HDF", kind: { what: "an HDF5 file", remedy: "write its table as Parquet or CSV, in pandas with to_parquet" } },
  {
    bytes: "SQLite format 3",
    kind: { what: "an SQLite database", remedy: "write the table as CSV: sqlite3 -header -csv FILE 'select * from TABLE'" },
  },
  { bytes: "%PDF-", kind: { what: "a PDF document", remedy: "find the table that it was made of and save it as CSV" } },
  { bytes: "FEA1", kind: { what: "a Feather file", remedy: "write it as Parquet, in pandas with to_parquet" } },
  { bytes: "ORC", kind: { what: "an ORC file", remedy: "write it as Parquet, in pandas with to_parquet" } },
  { bytes: "Obj\x01", kind: { what: "an Avro file", remedy: "write it as Parquet or JSON lines" } },
  { bytes: "RDX", kind: { what: "an R workspace", remedy: 'write the table in R with write.csv(x, "data.csv", row.names = FALSE)' } },
  { bytes: "X\n\0\0\0", kind: { what: "an R object", remedy: 'write the table in R with write.csv(x, "data.csv", row.names = FALSE)' } },
  { bytes: "$FL2", kind: { what: "an SPSS file", remedy: asCsv } },
  { bytes: "<stata_dta>", kind: { what: "a Stata file", remedy: asCsv } },
  { bytes: "MATLAB 5", kind: { what: "a MATLAB file", remedy: "write its matrix as CSV, in MATLAB with writematrix" } },
  { bytes: "\x89PNG", kind: { what: "an image", remedy: "name the folder that holds one subfolder of images for each class" } },
  { bytes: "\xff\xd8\xff", kind: { what: "an image", remedy: "name the folder that holds one subfolder of images for each class" } },
  {
    bytes: "GIF8",
    kind: { what: "a GIF image", remedy: "save the images as PNG and name the folder that holds one subfolder for each class" },
  },
  { bytes: "RIFF", kind: { what: "a sound, a film or a WebP image", remedy: "images are read from PNG and JPEG files" } },
  { bytes: "\x7fELF", kind: { what: "a program", remedy: "name a file of data" } },
];

/** What cannot be read as it was asked, by its first bytes, and what to do about it; null where they say nothing of the kind. */
export function foreignKind(path: string, bytes: Buffer): Kind | null {
  const head = bytes.toString("latin1", 0, 4096);
  const known = markedFormat(bytes);
  if (known !== null) return { what: known.title, remedy: `say --format ${known.format}` };
  const isBinary = head.includes("\0");
  // Three letters may begin a text too.
  const found = magics.find(
    ({ bytes: magic, at = 0 }) => head.startsWith(magic, at) && (isBinary || magic.length > 4 || !/^[ -~]+$/.test(magic)),
  );
  if (found !== undefined) return found.kind;
  if (head.startsWith("PK\x03\x04")) return zipKind(path, head);
  if (bytes[0] === 0x80 && bytes[1] >= 2 && bytes[1] <= 5)
    return { what: "a Python pickle", remedy: "nothing is run that a file holds: write the table in pandas with to_parquet or to_csv" };
  const text = head.replace(/^\xef\xbb\xbf/, "").trimStart();
  if (/^<(!doctype html|html|head|body|table)\b/i.test(text))
    return { what: "a web page (HTML)", remedy: "the download may have failed: get the file itself, or save its table as CSV" };
  if (/^<(\?xml|svg)\b/i.test(text)) return { what: "XML", remedy: "write its records as CSV or JSON lines" };
  if (/^version https:\/\/git-lfs/.test(text))
    return { what: "a pointer of Git LFS and not the data", remedy: "fetch the file with git lfs pull" };
  if (/^(%[^\n]*\n|\s*\n)*\s*@relation\b/i.test(text))
    return { what: "an ARFF file", remedy: "write it as CSV, in Weka with its CSV saver" };
  if (/^\{\\rtf/.test(text)) return { what: "a formatted document (RTF)", remedy: "save it as plain text or CSV" };
  if (/^%%MatrixMarket/.test(text))
    return { what: "a Matrix Market file", remedy: "write it as svmlight, in scikit-learn with dump_svmlight_file" };
  return null;
}

function zipKind(path: string, head: string): Kind {
  if (/\.ods$/i.test(path) || head.includes("opendocument.spreadsheet")) return { what: "a spreadsheet", remedy: "save the sheet as CSV" };
  if (/\.(docx|pptx|odt)$/i.test(path) || /\bword\/|opendocument/.test(head))
    return { what: "an Office document", remedy: "save its table as CSV" };
  if (/\.(pt|pth)$/i.test(path) || head.includes("data.pkl"))
    return { what: "a PyTorch file", remedy: "write the table as Parquet or CSV" };
  return { what: "a ZIP archive", remedy: "unpack it and name the file or the folder inside" };
}

/** `a ZIP archive: unpack it …`, for the end of a message; of an ending that is known for something else too. */
export function kindOfEnding(path: string): Kind | null {
  const ending = extname(path).toLowerCase();
  if ([".xls", ".xlsb", ".ods", ".numbers"].includes(ending))
    return { what: "a spreadsheet by its ending", remedy: "save the sheet as XLSX or CSV" };
  if ([".pkl", ".pickle", ".joblib"].includes(ending))
    return { what: "a Python pickle by its ending", remedy: "write the table in pandas with to_parquet or to_csv" };
  return null;
}
