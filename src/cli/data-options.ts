import { type Command } from "commander";
import { type DataConfig, withoutUndefined } from "../node/config/audit-config.ts";
import type { Format } from "../node/read/request.ts";
import { listed, oneOf, several } from "./parse-options.ts";

const formats: readonly Format[] = ["csv", "tsv", "jsonl", "json", "parquet", "svmlight", "idx", "images"];

/** Options that say what the data mean; the same for every command that reads data. */
export function addDataOptions(command: Command): Command {
  return command
    .optionsGroup("Data (a column by name, or by 1-based position where no column bears that name):")
    .option(
      "--label <column>",
      "column to predict; several times: one task each (default: the one named label, target, class, y or the like)",
      several,
    )
    .option("--text <column>", "column of free text to learn from; repeatable; then only text is learned from", several)
    .option("--features <columns>", "columns to learn from (default: every other one); repeatable, commas separate", listed)
    .option("--drop <columns>", "columns to leave out; repeatable, commas separate", listed)
    .option("--task <column>", "which of several related problems a row belongs to: a product, a user, a sensor")
    .option(
      "--source <column>",
      "who contributed a row: an account, a supplier; its rows stay on one side of a split; none = do not guess one",
    )
    .option("--id <column>", "identifies a row; never learned from")
    .option("--missing <words>", "words or numbers that mean a missing cell, beside the usual ones; repeatable, commas separate", listed)
    .option(
      "--not-missing <words>",
      "words that usually mean a missing cell and here are values, such as NA; repeatable, commas separate",
      listed,
    )
    .option("--predict <kind>", "what the label is, where the guess is wrong: classes or number", oneOf("--predict", ["classes", "number"]))
    .option("--format <format>", `${formats.join(", ")} (default: by the ending, else by the content)`, oneOf("--format", formats))
    .option(
      "--label-file <file>",
      "images: the IDX file of their labels, or for PNG and JPEG a table with their names and labels (default: as lies beside them)",
    )
    .option("--image-size <size>", "PNG and JPEG images: what all are resized to, as 28x28 (default: they must have one size)")
    .option("--colour", "PNG and JPEG images: three numbers a pixel instead of its brightness")
    .option("--delimiter <character>", 'between cells: one character or a few, or "tab", "space", "spaces" (default: found)')
    .option("--header", "the first record names the columns")
    .option("--no-header", "the first record is data")
    .option("--quoted", 'a " quotes a cell')
    .option("--no-quoted", 'a " is a character like any other');
}

/** What commander makes of those options. */
export interface DataFlags {
  readonly label?: string[];
  readonly text?: string[];
  readonly features?: string[];
  readonly drop?: string[];
  readonly task?: string;
  readonly source?: string;
  readonly id?: string;
  readonly missing?: string[];
  readonly notMissing?: string[];
  readonly predict?: "classes" | "number";
  readonly format?: Format;
  readonly labelFile?: string;
  readonly imageSize?: string;
  readonly colour?: boolean;
  readonly delimiter?: string;
  readonly header?: boolean;
  readonly quoted?: boolean;
}

export function dataConfigOf(path: string | undefined, flags: DataFlags): DataConfig {
  const {
    label,
    text,
    features,
    drop,
    task,
    source,
    id,
    missing,
    notMissing,
    predict,
    format,
    labelFile,
    imageSize,
    colour,
    delimiter,
    header,
    quoted,
  } = flags;
  return withoutUndefined<DataConfig>({
    path,
    labels: label,
    text,
    features,
    drop,
    task,
    source,
    id,
    missing,
    notMissing,
    predict,
    format,
    labelFile,
    imageSize,
    colour,
    delimiter,
    header,
    quoted,
  });
}
