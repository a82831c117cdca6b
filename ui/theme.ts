export type Theme = "auto" | "light" | "dark";

/** Chosen before, on this machine; a page from disk may be refused a memory. */
export function chosenTheme(): Theme {
  try {
    const kept = localStorage.getItem("theriac-theme");
    return kept === "light" || kept === "dark" ? kept : "auto";
  } catch {
    return "auto";
  }
}

export function applyTheme(theme: Theme = chosenTheme()): void {
  if (theme === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  try {
    localStorage.setItem("theriac-theme", theme);
  } catch {
    return;
  }
}
