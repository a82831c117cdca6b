import { readImageFolder } from "../images/read-image-folder.ts";
import type { Reader } from "../reader.ts";

/** A folder of PNG and JPEG files. */
export const imagesReader: Reader = {
  format: "images",
  title: "images",
  endings: [],
  // Images may have a table of their labels.
  options: ["labelFile", "imageSize", "colour", "delimiter", "header", "quoted", "missing", "notMissing"],
  memoryFactor: 1,
  hasLines: false,
  table: ({ request, limitBytes }, tools) => readImageFolder(request, limitBytes, tools),
  noCopy: (path) => `${path}: a changed copy of images cannot be written`,
};
