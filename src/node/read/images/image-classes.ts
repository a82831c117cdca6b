import { basename, dirname, join, sep } from "node:path";
import { UsageError } from "../../../core/errors.ts";
import { contentOf, countText, imageEndings, namesIn } from "./find-images.ts";
import type { Note } from "../request.ts";

export interface LabelledImage {
  readonly path: string;
  /** null where nothing says what it shows. */
  readonly label: string | null;
}

/** Where the images to learn from lie: the folder itself, its part for training, or the one folder inside it. */
export interface ImageRoot {
  readonly folder: string;
  readonly notes: readonly Note[];
}

const partNames = ["train", "training", "test", "testing", "val", "valid", "validation", "dev", "eval", "evaluation", "holdout"];

/** Down through parts for training and testing, and through folders that hold a single one. @throws UsageError where no part is for training */
export function imageRoot(data: string): ImageRoot {
  let folder = data;
  const notes: Note[] = [];
  for (;;) {
    const inside = foldersWithImages(folder);
    const beside = imagesIn(folder);
    const isWrapped = inside.length === 1 && beside === 0;
    const parts = inside.map((path) => partOf(basename(path)));
    const others = inside.filter((_, i) => parts[i] === null);
    if (others.length > 0 && parts.includes("train") && parts.some((part) => part !== null && part !== "train"))
      throw new UsageError(
        `some folders in ${folder} look like parts of a data set and ${listed(others)} ${others.length === 1 ? "does" : "do"} not: name the one to read`,
      );
    if ((inside.length > 1 || isWrapped) && others.length === 0) {
      const training = inside.filter((_, i) => parts[i] === "train");
      if (training.length !== 1)
        throw new UsageError(
          `the folders ${listed(inside)} in ${folder} are parts of a data set, and ${training.length === 0 ? "none is" : "several are"} for training: name the one to read`,
        );
      const rest = inside.filter((path) => path !== training[0]);
      const used = contentOf(training[0]).images.length;
      const leftOut = rest.map((path) => `${basename(path)} (${contentOf(path).images.length})`).join(", ");
      notes.push({
        level: "info",
        text: `${basename(training[0])} of ${folder} is read (${used} images)${rest.length === 0 ? "" : `, and ${leftOut} left out`}; an audit draws its test rows from it (name another folder to read that)`,
      });
      [folder] = training;
    } else if (isWrapped && foldersWithImages(inside[0]).length > 0) [folder] = inside;
    else return { folder, notes };
  }
}

/** Images by the folder right below the root in which they lie, however deep. @throws UsageError where that makes no classes */
export function classesOf(root: string): { images: LabelledImage[]; notes: Note[] } {
  const classes = namesIn(root)
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "__MACOSX")
    .map(({ name }) => ({ name, ...contentOf(join(root, name)) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if (classes.every(({ images }) => images.length === 0))
    throw new UsageError(
      `${root} holds ${imagesIn(root)} images and nothing that says what they show: put those of a class into a subfolder of its name, or name a table with their names and labels by --label-file`,
    );
  const empty = classes.find(({ images }) => images.length === 0);
  if (empty !== undefined) {
    const others = empty.others.size === 0 ? "" : `, only ${countText(empty.others)}, which must be converted to PNG or JPEG`;
    throw new UsageError(`${join(root, empty.name)} holds no image${others}: each subfolder of ${root} is a class of images`);
  }
  if (classes.length < 2)
    throw new UsageError(`${root} holds images of one class, "${classes[0].name}", and needs a subfolder for each of two or more`);
  refuseSameInside(root, classes);
  const notes: Note[] = [];
  const counts = classes.map(({ name, images }) => `${name} ${images.length}`);
  const how = `images by the names of their folders: ${counts.slice(0, 12).join(", ")}${counts.length > 12 ? ", …" : ""}`;
  const deep = classes.flatMap(({ name, images }) => images.filter((path) => dirname(path) !== join(root, name)));
  notes.push({ level: "info", text: deep.length === 0 ? how : `${how}; ${deep.length} of them lie deeper, as ${deep[0]}` });
  const beside = imagesIn(root);
  if (beside > 0)
    notes.push({ level: "warning", text: `${beside} images beside the folders of the classes are left out: no class is theirs` });
  const rest = classes.reduce((sum, own) => sum + own.rest.length, 0);
  if (rest > 0)
    notes.push({
      level: "info",
      text: `${rest} ${rest === 1 ? "entry" : "entries"} that end in none of ${imageEndings.join(" ")} left out`,
    });
  return { images: classes.flatMap(({ name, images }) => images.map((path) => ({ path, label: name }))), notes };
}

/** @throws UsageError where folders that should be classes hold the same folders, so that these are more likely the classes */
function refuseSameInside(root: string, classes: readonly { readonly name: string; readonly images: readonly string[] }[]): void {
  const inside = classes.map(({ name, images }) => {
    const folder = join(root, name) + sep;
    const next = images.map((path) => path.slice(folder.length).split(sep));
    return next.some((parts) => parts.length === 1) ? null : [...new Set(next.map(([first]) => first))].sort().join("/");
  });
  if (inside[0] === null || !inside[0].includes("/") || inside.some((names) => names !== inside[0])) return;
  throw new UsageError(
    `the folders ${listed(classes.map(({ name }) => name))} in ${root} hold the same folders, ${listed(inside[0].split("/"))}: these are the classes, it seems, so name one of the former`,
  );
}

function foldersWithImages(folder: string): string[] {
  return namesIn(folder)
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "__MACOSX")
    .map(({ name }) => join(folder, name))
    .filter((path) => contentOf(path).images.length > 0)
    .sort();
}

function imagesIn(folder: string): number {
  return contentOf(folder).images.filter((path) => dirname(path) === folder).length;
}

/** Whether folders alone could say what the images show. */
export function hasClasses(root: string): boolean {
  return foldersWithImages(root).length > 1 && imagesIn(root) === 0;
}

/** What part of a data set a folder is by its name, `train` or another; null for any other name. */
export function partOf(name: string): string | null {
  const words = name.toLowerCase().split(/[^a-z]+/);
  const part = words.find((word) => partNames.includes(word));
  return part === undefined ? null : part.startsWith("train") ? "train" : part;
}

function listed(paths: readonly string[]): string {
  const names = paths.map((path) => basename(path));
  return names.length > 6 ? `${names.slice(0, 6).join(", ")}, …` : names.join(", ");
}
