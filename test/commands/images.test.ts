import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { inFolder, theriac } from "../cli/command.ts";
import { writeImages } from "../small-images.ts";

/** Answers the class whose mean image is nearest; fails on anything but 64 pixels of the 256 levels from black to white. */
const train = `
import { readFileSync, writeFileSync } from "node:fs";
const task = JSON.parse(readFileSync(process.env.THERIAC_REQUEST, "utf8"));
const read = (path) => readFileSync(path, "utf8").trim().split("\\n").map((line) => line.split(","));
const [[head, ...rows], [asked, ...test]] = [read(task.train), read(task.test)];
const pixels = (names, row) => task.features.map((name) => Number(row[names.indexOf(name)]));
if (JSON.stringify(task.vectors) !== '{"image":64}' || task.numbers.length !== 64 || task.features[0] !== "image_1") throw new Error(JSON.stringify(task));
const label = Number(process.env.THERIAC_LABEL_POSITION) - 1;
const images = rows.map((row) => ({ of: row[label], pixels: pixels(head, row) }));
for (const { pixels } of images) for (const value of pixels) if (Math.abs(255 * value - Math.round(255 * value)) > 1e-6 || value < 0 || value > 1) throw new Error("no pixel: " + value);
const means = task.classes.map((name) => {
  const own = images.filter(({ of }) => of === name);
  return task.features.map((_, j) => own.reduce((sum, { pixels }) => sum + pixels[j], 0) / Math.max(1, own.length));
});
const far = (a, b) => a.reduce((sum, value, j) => sum + (value - b[j]) ** 2, 0);
const answer = (row) => task.classes[means.map((mean, c) => [far(mean, pixels(asked, row)), c]).sort((a, b) => a[0] - b[0])[0][1]];
writeFileSync(task.predictions, [task.id + ",prediction", ...test.map((row) => row[asked.indexOf(task.id)] + "," + answer(row))].join("\\n"));
`;

it("hands images to a command as rows of pixels, poisoned ones and those with a trigger too", { timeout: 600_000 }, () =>
  inFolder(async (folder) => {
    const images = writeImages(folder, 90);
    writeFileSync(join(folder, "train.mjs"), train);
    const study = ["--attack", "label-flip,gradient-injection,trigger-injection", "--budget", "10%", "--seeds", "1"];
    const { exitCode, stdout, stderr } = await theriac(
      folder,
      ...["audit", images, ...study, "--repair", "none", "--detector", "none", "--learner", "command", "--quiet", "--json"],
      ...["--", process.execPath, "train.mjs"],
    );
    expect([exitCode, stderr]).toEqual([0, ""]);
    const { trials } = JSON.parse(stdout) as { trials: { attack: string | null; status: string; metrics: Record<string, number> }[] };
    expect(trials.map(({ attack, status }) => [attack, status])).toEqual(
      [null, "label-flip", "gradient-injection", "trigger-injection"].map((attack) => [attack, "ok"]),
    );
    const [clean, , , trigger] = trials;
    expect(clean.metrics.accuracy).toBeGreaterThan(0.9);
    expect(trigger.metrics.attackSuccess ?? trigger.metrics.attackSuccessRate).toBeGreaterThanOrEqual(0);
  }),
);
