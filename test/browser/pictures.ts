import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";

const folder = fileURLToPath(new URL("./pictures/", import.meta.url));

/** Draws a picture of whatever size at 400 × 500, in a page, and gives a canvas. */
const drawn = `async (source, width = 400, height = 500) => {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  if (typeof source === "string") {
    const image = Object.assign(new Image(), { src: "data:;base64," + source });
    await image.decode();
    context.drawImage(image, 0, 0, width, height);
  } else context.drawImage(source, 0, 0, width, height);
  return canvas;
}`;

/**
 * How far what is shown is from the stored picture of that name, 0 to 1: the mean over 40 × 50 cells of the largest difference of a colour, so that another
 * digit or the font of another machine is hardly a difference. Where THERIAC_PICTURES is "write", the picture is stored first.
 *
 * @throws Error where no picture is stored
 */
export async function differenceFromPicture(page: Page, name: string): Promise<number> {
  const path = `${folder}${name}.jpg`;
  const shot = (await page.screenshot()).toString("base64");
  const canvas = await page.context().newPage();
  try {
    if (process.env.THERIAC_PICTURES === "write") {
      const small = await canvas.evaluate(`(${drawn})("${shot}").then((canvas) => canvas.toDataURL("image/jpeg", 0.7).split(",")[1])`);
      mkdirSync(folder, { recursive: true });
      writeFileSync(path, Buffer.from(String(small), "base64"));
    }
    if (!existsSync(path)) throw new Error(`there is no picture ${path}: store it with THERIAC_PICTURES=write and look at it`);
    const difference =
      await canvas.evaluate(`Promise.all(${JSON.stringify([shot, readFileSync(path).toString("base64")])}.map(async (image) =>
      (await (${drawn})(await (${drawn})(image), 40, 50)).getContext("2d").getImageData(0, 0, 40, 50).data)).then(([a, b]) => {
        let sum = 0;
        for (let at = 0; at < a.length; at += 4) sum += Math.max(...[0, 1, 2].map((colour) => Math.abs(a[at + colour] - b[at + colour])));
        return sum / (255 * 40 * 50);
      })`);
    return Number(difference);
  } finally {
    await canvas.close();
  }
}
