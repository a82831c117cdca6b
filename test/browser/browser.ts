import chromium from "@sparticuz/chromium";
import { type Browser, type Page, chromium as driver } from "playwright-core";

/** What a machine without a user, a screen and much shared memory asks for; nothing that makes the browser laxer towards a page. */
const args = ["--headless=shell", "--no-sandbox", "--disable-setuid-sandbox", "--disable-dev-shm-usage", "--disable-gpu"];

/** A headless Chromium out of a package of npm. */
export async function launchBrowser(): Promise<Browser> {
  return driver.launch({ executablePath: await chromium.executablePath(), args, headless: true });
}

export interface Opened {
  readonly page: Page;
  /** What the page complained of: errors, refusals by its policy, requests that it tried. */
  readonly complaints: string[];
}

/** A page from disk, in a browser that has no network and notes every request. */
export async function openOffline(
  browser: Browser,
  address: string,
  { width = 1440, height = 900, colours = "light" }: { width?: number; height?: number; colours?: "light" | "dark" } = {},
): Promise<Opened> {
  const context = await browser.newContext({ offline: true, viewport: { width, height }, colorScheme: colours });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith("file:") && !request.url().startsWith("blob:")) complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(address);
  await page.locator("main section, main [role=alert]").first().waitFor();
  return { page, complaints };
}
