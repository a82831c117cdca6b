import { describe, expect, it } from "vitest";
import { markupText } from "../words/markup.ts";
import { odditiesSection } from "./oddities-part.ts";

describe("what was odd in the data", () => {
  it("names warnings first and guesses after them", () => {
    const section = odditiesSection([
      { level: "info", text: 'label: column "y", by its name' },
      { level: "warning", text: '"x" <b>: 2 of 200 cells are no numbers' },
    ]);
    const page = section === null ? "" : markupText(section);
    expect(page).toContain("<li>&quot;x&quot; &lt;b&gt;: 2 of 200 cells are no numbers.</li>");
    expect(page.indexOf("no numbers")).toBeLessThan(page.indexOf("by its name"));
  });

  it("says nothing where nothing was said, and that there was no warning where there was none", () => {
    expect(odditiesSection([])).toBeNull();
    const section = odditiesSection([{ level: "info", text: "a guess" }]);
    expect(section === null ? "" : markupText(section)).toContain("Nothing that changes what is learned was noticed");
  });
});
