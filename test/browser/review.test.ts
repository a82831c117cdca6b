import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scan } from "../../src/node/scan.ts";
import { reviewLines } from "../cli/command.ts";
import { launchBrowser } from "./browser.ts";
import { type Tab, type View, openTab, startView } from "./view.ts";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Of what takes its time on a machine that is busy. */
const slow = { timeout: 20_000 };
const hostile = [
  `<img src=x onerror=alert(1)>`,
  "<script>alert(2)</script>",
  "\u202egnitseretni\u202c",
  "\u001b]0;x\u0007",
  '=HYPERLINK("http://evil.example")',
];

let folder: string;
let browser: Browser;
const views: View[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "theriac-browser-"));
  const [header, ...lines] = reviewLines(120);
  const long = `${"long words ".repeat(90_000)}end`;
  const texts = lines.map((line, i) => {
    const [label, review] = line.split(",");
    const more = i === 0 ? long : hostile[i % hostile.length].replaceAll('"', '""');
    return `${label},u${i % 15},"${review} ${more}"`;
  });
  expect(header).toContain("stars");
  writeFileSync(join(folder, "reviews.csv"), `stars,account,review\n${texts.join("\n")}\n`);
  const data = { path: join(folder, "reviews.csv"), labels: ["stars"], text: ["review"], source: "account" };
  await scan({ data, detectors: ["loss"], out: join(folder, "scan") });
  browser = await launchBrowser();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  for (const { child, ended } of views) {
    child.kill("SIGKILL");
    await ended;
  }
  rmSync(folder, { recursive: true });
});

async function view(...args: readonly string[]): Promise<View> {
  const started = await startView(folder, ...args);
  views.push(started);
  return started;
}

const stored = (): { row: number; decision?: string; by: string; undo?: string }[] =>
  readFileSync(join(folder, "scan", "decisions.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as never);

const isSettled = (page: Page) => expect.poll(() => page.locator(".review header").innerText(), slow).not.toContain("storing");

/** Opens the queue of all rows. */
async function openQueue(of: View, by?: Parameters<typeof openTab>[2]): Promise<Tab> {
  const tab = await openTab(browser, `${of.address}#/review`, by);
  await tab.page.getByLabel("Show").selectOption("all");
  await tab.page.locator(".item[aria-current]").waitFor();
  await expect.poll(() => tab.page.locator(".review .count").innerText(), slow).toBe("120 rows");
  return tab;
}

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

describe("the review queue in a browser", () => {
  it("marks 50 rows by keyboard, the server killed in between and started again, and nothing is lost", async () => {
    const first = await view("scan", "--by", "ana");
    const one = await openQueue(first);
    expect(new URL(one.page.url()).searchParams.has("token")).toBe(false);
    const marks = "pfu";
    for (let i = 0; i < 24; i++) await one.page.keyboard.press(marks[i % 3]);
    await isSettled(one.page);
    expect(stored()).toHaveLength(24);
    first.child.kill("SIGKILL");
    await first.ended;
    await one.page.keyboard.press("p");
    const alert = one.page.locator(".fault");
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(/The server does not answer.*Not stored: row \d+ \(poison\)/s);
    // What nobody stored is not shown as if it were, and no key decides until it is mended.
    await one.page.keyboard.press("f");
    expect(stored()).toHaveLength(24);
    expect(one.complaints.filter((text) => !/ERR_CONNECTION|Failed to load resource|ERR_INCOMPLETE|EventSource/.test(text))).toEqual([]);

    const second = await view("scan", "--by", "ana");
    const two = await openQueue(second);
    await expect.poll(() => two.page.locator(".review header").innerText(), slow).toContain("8 poison, 8 fine, 8 unsure");
    // It goes on where the work was left.
    await expect.poll(() => two.page.locator(".review header .unseen").innerText(), slow).toContain("25 of 120");
    for (let i = 24; i < 50; i++) await two.page.keyboard.press(marks[i % 3]);
    await isSettled(two.page);
    const decisions = stored();
    expect(decisions).toHaveLength(50);
    const queue = readFileSync(join(folder, "scan", "findings.jsonl"), "utf8")
      .split("\n")
      .slice(0, 50);
    expect(decisions.map(({ row }) => row)).toEqual(queue.map((line) => (JSON.parse(line) as { row: number }).row));
    expect(decisions.map(({ decision }) => decision![0])).toEqual(Array.from({ length: 50 }, (_, i) => marks[i % 3]));
    // Taken back by a key, as another line.
    await two.page.keyboard.press("z");
    await isSettled(two.page);
    await expect.poll(() => stored().length, slow).toBe(51);
    await expect.poll(() => two.page.locator(".item[aria-current] .mark").innerText(), slow).not.toMatch(/poison|fine|unsure/);
    expect(two.complaints).toEqual([]);
    second.child.kill("SIGINT");
    expect(await second.ended).toBe(0);
  });

  it("two tabs at once, of two servers, see what the other decides and lose nothing", async () => {
    const [ana, ben] = await Promise.all([view("scan", "--by", "ana"), view("scan", "--by", "ben")]);
    const [one, two] = [await openQueue(ana), await openQueue(ben)];
    const before = stored().length;
    for (let i = 0; i < 10; i++) await Promise.all([one.page.keyboard.press("p"), two.page.keyboard.press("f")]);
    await isSettled(one.page);
    await isSettled(two.page);
    const lines = stored().slice(before);
    expect(lines.filter(({ by }) => by === "ana")).toHaveLength(10);
    expect(lines.filter(({ by }) => by === "ben")).toHaveLength(10);
    const header = (page: Page) => page.locator(".review header .progress").innerText();
    await expect.poll(async () => (await header(one.page)) === (await header(two.page)), slow).toBe(true);
    await two.page.keyboard.press("u");
    await isSettled(two.page);
    await expect.poll(() => header(one.page), slow).toBe(await header(two.page));
    expect([...one.complaints, ...two.complaints]).toEqual([]);
  });

  it("shows hostile and very long rows as texts, and what lies near them", async () => {
    const { page, complaints } = await openQueue(await view("scan"));
    await page.locator("article.row .cell-text").first().waitFor();
    await page.getByText("Most similar rows").waitFor();
    await page.locator(".near tr").first().waitFor();
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press("j");
      await page.locator("article.row[aria-busy=false] .cell-text").first().waitFor();
      const text = await page.locator("article.row .cell-text").first().innerText();
      if (text.length < 10_000)
        expect(text).toMatch(/<img src=x onerror=alert\(1\)>|<script>alert\(2\)<\/script>|\\u202e|\\u001b|=HYPERLINK|end$/);
    }
    // Row 1 holds a million characters.
    const run = new URL(page.url()).searchParams.get("run");
    const long: any = await page.evaluate(`fetch("api/runs/${run}/rows/1").then((answer) => answer.json())`);
    expect(long.shown.cells[0]).toMatchObject({ length: expect.any(Number) });
    expect(long.shown.cells[0].text).toHaveLength(20_000);
    expect(complaints).toEqual([]);
  });

  it("writes the files that follow, and has no serious fault of accessibility in either theme, nor a page wider than a phone", async () => {
    const started = await view("scan");
    for (const colours of ["light", "dark"] as const) {
      const { page, complaints } = await openQueue(started, { width: 390, colours });
      await page.locator(".near tr").first().waitFor();
      await page.keyboard.press("u");
      await isSettled(page);
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
      await page.getByRole("button", { name: "Write cleaned" }).click();
      await expect
        .poll(() => page.locator(".export [role=status]").innerText(), slow)
        .toMatch(/rows kept, \d+ quarantined: reviewed-\d\/reviews\.cleaned\.csv/);
      expect(complaints).toEqual([]);
    }
  });
});
