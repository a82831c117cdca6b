import { readdirSync } from "node:fs";
import { extname, join } from "node:path";
import { UsageError } from "../../core/errors.ts";
import type { Note } from "./request.ts";

const endings = [".png", ".jpg", ".jpeg"];

export interface FoundImages {
  /** Class by class, each in sorted order. */
  readonly paths: readonly string[];
  readonly notes: readonly Note[];
}

/** Images in a folder with one subfolder for each class; null where no subfolder holds any. @throws UsageError where the classes are too few or empty */
export function findImages(folder: string): FoundImages | null {
  const classes = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => {
      const inside = readdirSync(join(folder, name), { withFileTypes: true }).filter((entry) => !entry.name.startsWith("."));
      const images = inside.filter((entry) => entry.isFile() && endings.includes(extname(entry.name).toLowerCase()));
      return { name, paths: images.map((entry) => join(folder, name, entry.name)).sort(), others: inside.length - images.length };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if (classes.every(({ paths }) => paths.length === 0)) return null;
  const empty = classes.find(({ paths }) => paths.length === 0);
  if (empty !== undefined)
    throw new UsageError(`${join(folder, empty.name)} holds no image: each subfolder of ${folder} is a class of images`);
  if (classes.length < 2)
    throw new UsageError(`${folder} holds images of one class, "${classes[0].name}", and needs a subfolder for each of two or more`);
  const others = classes.reduce((sum, own) => sum + own.others, 0);
  const counts = classes.map(({ name, paths }) => `${name} ${paths.length}`);
  const notes: Note[] = [
    { level: "info", text: `images by the names of their folders: ${counts.slice(0, 12).join(", ")}${counts.length > 12 ? ", …" : ""}` },
  ];
  if (others > 0)
    notes.push({
      level: "info",
      text: `${others} ${others === 1 ? "entry" : "entries"} that end in none of ${endings.join(" ")} left out`,
    });
  return { paths: classes.flatMap(({ paths }) => paths), notes };
}
