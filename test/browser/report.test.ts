import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pageHtml } from "../../src/node/write/page-html.ts";
import type { Cell, PageDocument } from "../../src/report/page/document.ts";
import { section } from "../../src/report/page/blocks.ts";
import { scanPage } from "../../src/report/scan/page.ts";
import type { RowFinding, ScanResult } from "../../src/study/scan/scan-result.ts";
import { theriac, writeReviews } from "../cli/command.ts";
import { writeInstructions } from "../written-instructions.ts";
import { writeRatings } from "../written-ratings.ts";
import { writeSites } from "../written-sites.ts";
import { type Opened, launchBrowser, openOffline } from "./browser.ts";
import { differenceFromPicture } from "./pictures.ts";

let folder = "";
let browser: Browser;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const small = ["--seeds", "2", "--jobs", "2", "--quiet", "--out"];
const reviews = ["reviews.csv", "--label", "stars", "--text", "review"];

/** One run of each kind. */
const runs = {
  table: [
    "audit",
    ...reviews,
    "--attack",
    "label-flip,flipped-copies",
    "--budget",
    "5%,10%",
    "--repair",
    "drop",
    "--detector",
    "loss",
    ...small,
    "table",
  ],
  ratings: [
    "audit",
    "ratings.csv",
    "--ratings",
    "--user",
    "who",
    "--item",
    "movie",
    "--rating",
    "stars",
    "--learner",
    "item-knn",
    "--attack",
    "average-profiles,random-profiles",
    "--budget",
    "5%",
    ...small,
    "ratings",
  ],
  tasks: [
    "tasks",
    "sites.csv",
    "--label",
    "label",
    "--task",
    "site",
    "--pairs",
    "1",
    "--relation-decay",
    "0.01",
    "--no-price",
    ...small,
    "tasks",
  ],
  dialogues: [
    "audit",
    "tuning.jsonl",
    "--attack",
    "fixed-trigger,triggered-refusal",
    "--budget",
    "5%,10%",
    "--detector",
    "trigger-answers",
    ...small,
    "dialogues",
  ],
  scan: ["scan", ...reviews, "--include-rows", "--quiet", "--out", "scan"],
};
const kinds = Object.keys(runs) as (keyof typeof runs)[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "theriac-browser-"));
  writeReviews(folder);
  writeRatings(folder);
  writeSites(folder);
  writeInstructions(folder);
  const [launched, ...outcomes] = await Promise.all([launchBrowser(), ...Object.values(runs).map((args) => theriac(folder, ...args))]);
  browser = launched;
  for (const { exitCode, stderr } of outcomes) expect(exitCode, stderr).toBe(0);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

function addressOf(run: string, hash = ""): string {
  return `${pathToFileURL(join(folder, run, "report.html")).href}${hash}`;
}

function written(name: string, page: PageDocument): string {
  const path = join(folder, `${name}.html`);
  writeFileSync(path, pageHtml(page));
  return pathToFileURL(path).href;
}

/** Opens all that is folded: sections, then what is in them. */
async function unfold(page: Page): Promise<void> {
  await page.evaluate(`document.querySelectorAll("h2 button[aria-expanded=false]").forEach((button) => button.click())`);
  for (let depth = 0; depth < 3; depth++) {
    await page.waitForTimeout(80);
    await page.evaluate(`document.querySelectorAll("main details:not([open])").forEach((details) => { details.open = true; })`);
  }
  await page.waitForTimeout(200);
}

async function closing<T>({ page }: Opened, use: (page: Page) => Promise<T>): Promise<T> {
  try {
    return await use(page);
  } finally {
    await page.context().close();
  }
}

describe.each(kinds)("the page of %s", (run) => {
  it.each(["light", "dark"] as const)(
    "opens from disk without a request, and axe finds nothing serious in it when it is %s",
    async (colours) => {
      const opened = await openOffline(browser, addressOf(run), { colours });
      await closing(opened, async (page) => {
        await unfold(page);
        expect(opened.complaints).toEqual([]);
        expect(await page.locator("h1").textContent()).toMatch(/^(reviews|ratings|sites)\.csv$|^tuning\.jsonl$/);
        // The policy of the page lets no script in; a debugger may.
        const session = await page.context().newCDPSession(page);
        await session.send("Runtime.evaluate", { expression: axe });
        const { result } = await session.send("Runtime.evaluate", {
          expression: `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => JSON.stringify(violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => id + ": " + nodes.slice(0, 3).map(({ html, any }) => html.slice(0, 160) + " " + any.map(({ message }) => message).join()).join(" | "))))`,
          awaitPromise: true,
          returnByValue: true,
        });
        expect(JSON.parse(String(result.value))).toEqual([]);
      });
    },
  );

  it("overflows at no width, lets nothing lie over anything else, and shows all columns of a table on a phone", async () => {
    for (const width of [1440, 390]) {
      const opened = await openOffline(browser, addressOf(run), { width, height: 800 });
      await closing(opened, async (page) => {
        await unfold(page);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
        const overlaps = await page.evaluate(`(() => {
          const boxes = [...document.querySelectorAll("main section > *, main details > *")].filter((box) => box.offsetParent !== null || box.tagName === "FIGURE").map((box) => ({ box, at: box.getBoundingClientRect() }));
          return boxes.flatMap(({ box, at }, i) => { const next = boxes[i + 1]; return next && next.box.parentElement === box.parentElement && at.height > 0 && next.at.top < at.bottom - 1 ? [box.className + "/" + next.box.className + " " + box.textContent.slice(0, 60)] : []; });
        })()`);
        expect(overlaps).toEqual([]);
        const hidden = await page.evaluate(
          `[...document.querySelectorAll(".scroll")].filter((box) => { const table = box.querySelector("table"); return table && table.getBoundingClientRect().width > box.scrollWidth + 1; }).length`,
        );
        expect(hidden).toBe(0);
        const [first] = [await page.screenshot({ path: join(folder, `${run}-${width}.png`) })];
        expect(first.length).toBeGreaterThan(8000);
      });
    }
  });

  it.each(["dark", "print"] as const)("looks like its stored picture, %s", async (look) => {
    const opened = await openOffline(browser, addressOf(run), { width: 1000, height: 1250, colours: look === "dark" ? "dark" : "light" });
    await closing(opened, async (page) => {
      if (look === "print") await page.emulateMedia({ media: "print" });
      await page.waitForTimeout(300);
      expect(await differenceFromPicture(page, `${run}-${look}`)).toBeLessThan(0.015);
    });
  });

  it("prints whole: every section is opened for paper", async () => {
    const opened = await openOffline(browser, addressOf(run));
    await closing(opened, async (page) => {
      const sections = await page.locator("main section").count();
      await page.emulateMedia({ media: "print" });
      await page.waitForTimeout(300);
      expect(await page.locator("main section.folded").count()).toBe(0);
      const pdf = await page.pdf({ format: "A4" });
      expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
      expect(pdf.length).toBeGreaterThan(20_000);
      await page.emulateMedia({ media: "screen" });
      await page.waitForTimeout(100);
      expect(await page.locator("main section").count()).toBe(sections);
    });
  });
});

it("shows limits whole on a phone, and breaks them at spaces alone", async () => {
  const reason = "accuracyDrop 0.150 [0.145, 0.155] under label-flip at 10 % of the rows, the strongest attack found";
  const limits = section("answer", "Answer", "", {
    ...({ kind: "table", id: "limits", caption: "The limits" } as const),
    columns: [{ name: "Limit", code: true }, { name: "Outcome" }, { name: "Why" }],
    rows: [["accuracyDrop@10% <= 0.05", { text: "is broken", tone: "fail" }, reason]],
  });
  const page: PageDocument = { kind: "audit-table", kicker: "", title: "t", size: "", theriac: "0", sections: [limits], keeps: "" };
  const view = await openOffline(browser, written("limits", page), { width: 390, height: 800 });
  await closing(view, async (shown) => {
    await unfold(shown);
    const cells = `[...document.querySelectorAll("#limits tbody th, #limits tbody td")].map((cell) => cell.getBoundingClientRect())`;
    expect(await shown.evaluate(`Math.max(...${cells}.map(({ right }) => right))`)).toBeLessThanOrEqual(390);
    expect(await shown.evaluate(`document.querySelector("#limits code").getClientRects().length`)).toBe(1);
  });
});

describe("finding one’s way", () => {
  it("is done by keyboard: skip link, contents, sections, sorting, filters and cells of a map", async () => {
    const opened = await openOffline(browser, addressOf("table"));
    await closing(opened, async (page) => {
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
      await page.locator("nav.contents a", { hasText: "Every trial" }).focus();
      await page.keyboard.press("Enter");
      const table = page.locator("#trials-table");
      await table.waitFor();
      await table.getByRole("button", { name: "Seed" }).focus();
      await page.keyboard.press("Enter");
      await page.keyboard.press("Enter");
      expect(await table.locator("thead th[aria-sort=descending]").textContent()).toContain("Seed");
      expect(page.url()).toContain("trials-table.sort=-");
      await table.getByRole("searchbox").focus();
      await page.keyboard.type("flipped-copies");
      await expect.poll(() => table.getByRole("status").textContent()).toMatch(/^\d+ of \d+$/);
      const attacks = await table.locator("tbody tr td:nth-child(2)").allTextContents();
      expect(new Set(attacks)).toEqual(new Set(["flipped-copies"]));
      await table.locator(".opener").first().focus();
      await page.keyboard.press("Enter");
      expect(await table.locator(".opened").first().textContent()).toMatch(
        /Run it alone.*theriac audit reviews\.csv .*--attack flipped-copies/,
      );
      expect(opened.complaints).toEqual([]);
    });
    const tasks = await openOffline(browser, addressOf("tasks"));
    await closing(tasks, async (page) => {
      await page.locator("#relation-map .map").focus();
      for (const key of ["ArrowDown", "ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
      expect(await page.locator("#relation-map .told").textContent()).toMatch(/^\w+, \w+: [−\d.]+$/);
    });
  });

  it("can be linked to: the address opens what is folded, and keeps filters", async () => {
    const opened = await openOffline(browser, addressOf("table", "#/report/trials-table?trials-table.q=label-flip&trials-table.3=drop"));
    await closing(opened, async (page) => {
      const rows = page.locator("#trials-table tbody tr");
      await rows.first().waitFor();
      const told = await rows.allTextContents();
      expect(told.length).toBeGreaterThan(0);
      for (const text of told) expect(text).toMatch(/label-flip.*drop/s);
    });
  });

  it("gives a table as CSV as it is shown, in which nothing is a formula", async () => {
    const cells: Cell[][] = [
      ["=1+1", { value: 0.5, low: 0.4, high: 0.6 }],
      ["-5", 1],
      ["@x, y", null],
    ];
    const page = pageOf(
      section("s", "S", "", { kind: "table", id: "t", caption: "T", columns: [{ name: "=name" }, { name: "value" }], rows: cells }),
    );
    const opened = await openOffline(
      browser,
      written("csv", { ...page, sections: page.sections.map((one) => ({ ...one, isOpen: true })) }),
    );
    await closing(opened, async (shown) => {
      const [download] = await Promise.all([shown.waitForEvent("download"), shown.getByRole("button", { name: "CSV" }).click()]);
      const text = readFileSync((await download.path()) ?? "", "utf8").replace("\uFEFF", "");
      expect(text.split("\r\n")).toEqual(["'=name,value,value low,value high", "'=1+1,0.5,0.4,0.6", "-5,1,,", '"\'@x, y",,,', ""]);
    });
  });
});

function pageOf(...sections: PageDocument["sections"]): PageDocument {
  return { kind: "scan", kicker: "Theriac scan", title: "data.csv", size: "3 rows", theriac: "0.0.0", keeps: "Nothing.", sections };
}

describe("hostile data", () => {
  const bad = `</script><script>window.owned = 1</script><img src=x onerror="window.owned = 1">${"\0"}\u202eevil\u001b[2J{{1}}\${1}<!--\u2028`;

  it("is text wherever it stands, and turns, runs and breaks nothing", async () => {
    const everywhere = pageOf({
      ...section(
        "s",
        bad,
        bad,
        { kind: "sentences", look: "answer", items: [bad] },
        { kind: "figures", items: [{ name: bad, value: bad }] },
        { kind: "facts", items: [{ name: bad, values: [bad, { text: bad, note: bad, url: "javascript:window.owned=1" }] }] },
        {
          kind: "table",
          id: "t",
          caption: bad,
          columns: [
            { name: bad, filter: true },
            { name: `${bad}2`, hidden: true },
          ],
          rows: [
            [bad, bad],
            [{ text: bad, note: bad }, "x".repeat(1_000_000)],
          ],
        },
        {
          kind: "chart",
          id: "c",
          title: bad,
          description: bad,
          caption: bad,
          shape: "dots",
          x: { name: bad },
          y: { name: bad, places: [bad] },
          series: [{ name: bad, points: [{ x: 0, figure: { value: 1, low: null, high: null } }] }],
        },
        {
          kind: "heat-map",
          id: "m",
          title: bad,
          description: bad,
          caption: bad,
          rows: [bad, "b"],
          columns: [bad, "b"],
          values: [
            [1, 0],
            [0, -1],
          ],
          reading: "{row}, {column}",
        },
        { kind: "code", text: bad },
        { kind: "details", id: "d", summary: bad, isOpen: true, blocks: [{ kind: "sentences", items: [bad] }] },
      ),
      isOpen: true,
    });
    const opened = await openOffline(
      browser,
      written("hostile", { ...everywhere, title: bad, size: bad, kicker: bad, keeps: bad, caution: bad }),
    );
    await closing(opened, async (page) => {
      await unfold(page);
      expect(opened.complaints).toEqual([]);
      expect(await page.evaluate("window.owned")).toBeUndefined();
      expect(await page.locator("script").count()).toBe(2);
      expect(await page.locator("img, iframe, object, link, a[href^=javascript]").count()).toBe(0);
      const text = String(await page.evaluate("document.body.innerText"));
      expect(text).toContain("<script>window.owned = 1</script>");
      expect(text).not.toMatch(/[\u202e\u001b\0]/);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(1440);
    });
  });

  it("meets a policy that runs nothing but the application", async () => {
    const kept = await openOffline(browser, addressOf("table"));
    await closing(kept, async (page) => {
      await page.evaluate(
        `{ const script = document.createElement("script"); script.textContent = "window.owned = 1"; document.body.append(script); }`,
      );
      await page.evaluate(
        `{ const image = new Image(); image.src = "https://example.org/x.png"; document.body.append(image); fetch("https://example.org").catch(() => undefined); }`,
      );
      await page.waitForTimeout(100);
      expect(await page.evaluate("window.owned")).toBeUndefined();
      for (const kind of ["script-src", "connect-src", "default-src"])
        expect(kept.complaints.some((text) => text.includes("Content Security Policy") && text.includes(kind))).toBe(true);
    });
  });
});

describe("length", () => {
  /** Seconds that the page kept its thread busy until it was drawn: a busy machine lets it wait, which is not its fault. */
  async function secondsToOpen(address: string): Promise<number> {
    const context = await browser.newContext({ offline: true });
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    await page.goto(address);
    await page.locator("main section").first().waitFor();
    await page.waitForTimeout(200);
    const { metrics } = await session.send("Performance.getMetrics");
    await context.close();
    return metrics.find(({ name }) => name === "TaskDuration")?.value ?? Infinity;
  }

  it("opens a scan of a million rows in less than two seconds, below 5 MB, and says what it left out", async () => {
    const shared = { reasons: ["labelled one way, and said to be the other by models that never saw it"], scores: { loss: 0.9, knn: 0.8 } };
    const rows: RowFinding[] = Array.from({ length: 1_000_000 }, (_, row) => ({
      row,
      flagged: row < 200_000,
      score: 1 - row / 1e6,
      ...shared,
    }));
    const campaigns = Array.from({ length: 500 }, (_, k) => ({
      ...{ detectors: ["copies"], rows: Array.from({ length: 400 }, (_row, i) => k * 400 + i), accounts: [], tasks: [] },
      ...{ days: null, baseTexts: null, sentence: `400 rows alike (${k})`, expectedFalseAlarms: null },
    }));
    const falseAlarms = { statedRows: 0, expected: 0, unknownRows: 200_000, unknownBy: ["loss"] };
    const result: ScanResult = { rows, campaigns, sources: [], tasks: [], expectedFalseAlarms: null, falseAlarms, detectors: [] };
    const about = { title: "big.csv", size: "1,000,000 rows", theriac: "0.0.0", notRun: [], cannotSee: [], notes: [], knownNames: [] };
    const cells = [{ name: "text", cellOf: (row: number) => `${row} ${"word ".repeat(400)}` }];
    const page = scanPage({ ...about, result, rows: rows.length, lines: null, cells, command: "theriac clean big.csv --scan run" });
    const address = written("big", page);
    const html = readFileSync(new URL(address), "utf8");
    expect(html.length).toBeLessThan(5e6);
    expect(html).toContain("more rows are left out here");
    expect(html).toContain("smaller groups are left out here");
    expect(await secondsToOpen(address)).toBeLessThan(2);
  });

  it("opens ten thousand trials in less than two seconds, and draws those of them that are looked at", async () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => [`trial-${i}`, `attack-${i % 22}`, i % 10, i / 7, "settings ".repeat(10)]);
    const table = {
      kind: "table" as const,
      id: "trials-table",
      caption: "Trials",
      columns: [
        { name: "Trial" },
        { name: "Attack", filter: true as const },
        { name: "Seed" },
        { name: "Accuracy" },
        { name: "Settings", hidden: true as const },
      ],
      rows,
    };
    const address = written("long", pageOf(section("trials", "Every trial", "10,000 trials", table)));
    expect(await secondsToOpen(address)).toBeLessThan(2);
    expect(await secondsToOpen(`${address}#/report/trials-table?trials-table.all=1`)).toBeLessThan(2);
    const opened = await openOffline(browser, `${address}#/report/trials-table?trials-table.all=1`);
    await closing(opened, async (page) => {
      const box = page.locator("#trials-table .virtual");
      await box.waitFor();
      expect(await page.locator("#trials-table tbody tr").count()).toBeLessThan(300);
      await box.evaluate((element) => element.scrollTo(0, 1e9));
      await page.locator("#trials-table", { hasText: "trial-9999" }).waitFor();
      expect(await page.locator("#trials-table tbody tr").count()).toBeLessThan(300);
    });
  });
});
