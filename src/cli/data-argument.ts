import { formats } from "../node/formats.ts";

/** What the help says of the data that a command reads. */
export const dataArgument = `a file, a glob or a folder of ${formats.filter((format) => format !== "images").join(", ")}, or a folder of PNG and JPEG images by class`;
