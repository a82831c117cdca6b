// Makes the pictures of the README from real runs: node scripts/pictures.mjs (after npm run build).
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import chromium from "@sparticuz/chromium";
import { chromium as browsers } from "playwright-core";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const pictures = join(root, "docs/pictures");
const folder = mkdtempSync(join(tmpdir(), "theriac-pictures-"));
const theriac = (...args) => execFileSync(process.execPath, [join(root, "dist/cli/main.js"), ...args], { cwd: folder, stdio: "ignore" });

mkdirSync(pictures, { recursive: true });
try {
  theriac("demo", "--data-only", "--out", "data");
  const data = ["data/reviews.csv", "--label", "label", "--text", "text", "--task", "product", "--source", "account", "--seed", "1"];
  theriac("audit", ...data, "--budget", "1%,5%,10%", "--out", "audit", "--quiet");
  theriac("scan", ...data, "--out", "scan", "--quiet", "--include-rows");
  const args = ["--no-sandbox", "--disable-gpu", "--headless"];
  const browser = await browsers.launch({ executablePath: await chromium.executablePath(), args });
  for (const name of ["audit", "scan"]) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: "light" });
    await page.goto(pathToFileURL(join(folder, name, "report.html")).href);
    await page.waitForTimeout(1000);
    await page.screenshot({ path: join(pictures, `${name}.png`) });
    await page.close();
  }
  await browser.close();
} finally {
  rmSync(folder, { recursive: true });
}
