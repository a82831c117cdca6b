import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeReviews } from "../cli/command.ts";
import { writeRatings } from "../written-ratings.ts";
import { launchBrowser } from "./browser.ts";
import { type View, openTab, startView } from "./view.ts";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let folder: string;
let browser: Browser;
let view: View;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "theriac-study-"));
  writeReviews(folder);
  writeRatings(folder);
  view = await startView(folder);
  browser = await launchBrowser();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  view?.child.kill("SIGKILL");
  await view?.ended;
  rmSync(folder, { recursive: true, maxRetries: 5 });
});

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { violations: found } = await (globalThis as any).axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] });
    return found
      .filter(({ impact }: { impact: string }) => impact === "serious" || impact === "critical")
      .map(
        ({ id, nodes }: { id: string; nodes: { html: string }[] }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`,
      );
  });
}

const run = (): string =>
  join(folder, "theriac-runs", readdirSync(join(folder, "theriac-runs")).find((name) => name.startsWith("reviews")) ?? "");
const status = (): string => (JSON.parse(readFileSync(join(run(), "manifest.json"), "utf8")) as { status: string }).status;
const recorded = (): number => readFileSync(join(run(), "records.jsonl"), "utf8").trimEnd().split("\n").length;

describe("a study in a browser", () => {
  it("is started from the form, watched, paused, gone on with and cancelled", async () => {
    const { page, complaints } = await openTab(browser, view.address);
    await page.getByText("There is no run below this folder yet").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("link", { name: "Start a study", exact: true }).click();
    await page.getByLabel("data", { exact: true }).selectOption("reviews.csv");
    expect(await violations(page)).toEqual([]);
    const start = page.getByRole("button", { name: "Start" });
    // What the command refuses is said, in its words.
    await page.getByLabel("label", { exact: true }).fill("nothing");
    await start.click();
    await expect.poll(() => page.getByRole("alert").innerText(), { timeout: 15_000 }).toContain('"nothing"');
    expect(existsSync(join(folder, "theriac-runs"))).toBe(false);
    await page.getByLabel("label", { exact: true }).fill("stars");
    await page.getByLabel("text", { exact: true }).fill("review");
    await page.getByRole("checkbox", { name: /^label-flip / }).check();
    await page.getByRole("checkbox", { name: /^logistic / }).check();
    await page.locator("summary", { hasText: "more" }).nth(1).click();
    await page.getByLabel("seeds", { exact: true }).fill("1000");
    await start.click();
    await page.waitForURL(/#\/live/, { timeout: 20_000 });
    const line = page.locator(".live-line");
    await expect.poll(() => line.innerText(), { timeout: 20_000 }).toMatch(/^Running · [1-9][\d,]* of [\d,]+ trials/);
    await page.getByRole("table").nth(1).getByText("label-flip").first().waitFor({ timeout: 15_000 });
    await expect.poll(() => page.locator("section[aria-labelledby=strongest]").innerText(), { timeout: 15_000 }).toContain("accuracyDrop");
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await violations(page)).toEqual([]);

    await page.getByRole("button", { name: "Pause" }).click();
    await expect.poll(() => line.innerText(), { timeout: 20_000 }).toMatch(/^Paused/);
    expect(status()).toBe("cancelled");
    const before = recorded();
    expect(before).toBeGreaterThan(0);
    await page.getByRole("button", { name: "Go on" }).click();
    await expect.poll(() => line.innerText(), { timeout: 20_000 }).toMatch(/^Running/);
    await expect.poll(recorded, { timeout: 20_000 }).toBeGreaterThan(before);
    await page.getByRole("button", { name: "Cancel" }).click();
    await expect.poll(() => line.innerText(), { timeout: 20_000 }).toMatch(/^Cancelled/);
    expect(status()).toBe("cancelled");
    // Whoever comes later sees the same, and the run is listed.
    await page.getByRole("link", { name: "Runs" }).click();
    await page.getByText("One run").waitFor();
    await page.getByRole("checkbox").check();
    await expect.poll(() => page.locator(".comparison").innerText(), { timeout: 10_000 }).toMatch(/Trials\s+\d+ of \d+ recorded/);
    expect(await violations(page)).toEqual([]);
    await page.getByRole("link", { name: "Start a study", exact: true }).click();
    await page.getByLabel("data", { exact: true }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(complaints.filter((text) => !/status of 400/.test(text))).toEqual([]);
  }, 120_000);

  it("is of ratings, with the options that they have", async () => {
    const { page, complaints } = await openTab(browser, view.address);
    await page.getByRole("link", { name: "Start a study", exact: true }).click();
    await page.getByLabel("data", { exact: true }).selectOption("ratings.csv");
    await page.getByLabel("they are", { exact: true }).selectOption("ratings");
    expect(await page.getByLabel("text", { exact: true }).count()).toBe(0);
    await page.evaluate(`document.querySelectorAll("details").forEach((details) => { details.open = true; })`);
    for (const [name, column] of [
      ["user", "who"],
      ["item", "movie"],
      ["rating", "stars"],
    ])
      await page.getByLabel(name, { exact: true }).fill(column);
    await page.getByRole("checkbox", { name: /^average-profiles / }).check();
    await page.getByRole("checkbox", { name: /^item-knn Nearest/ }).check();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Start" }).click();
    await page.waitForURL(/#\/live/, { timeout: 20_000 });
    await expect.poll(() => page.locator(".live-line").innerText(), { timeout: 90_000 }).toMatch(/^Finished/);
    expect(complaints).toEqual([]);
  }, 120_000);

  it("is paused in order when the server ends", async () => {
    const { page } = await openTab(browser, view.address);
    await page.getByRole("link", { name: /^Trials of .*reviews/ }).click();
    await page.getByRole("button", { name: "Go on" }).click();
    await expect.poll(() => page.locator(".live-line").innerText(), { timeout: 20_000 }).toMatch(/^Running/);
    view.child.kill("SIGINT");
    expect(await view.ended).toBe(0);
    expect(status()).toBe("cancelled");
    expect(existsSync(join(run(), "lock.json"))).toBe(false);
  }, 60_000);
});
