import { useState } from "preact/hooks";
import { type Theme, applyTheme, chosenTheme } from "./theme.ts";

const next: Readonly<Record<Theme, Theme>> = { auto: "light", light: "dark", dark: "auto" };
const names: Readonly<Record<Theme, string>> = { auto: "as the system", light: "light", dark: "dark" };

export function ThemeButton() {
  const [theme, setTheme] = useState(chosenTheme);
  const turn = (): void => {
    applyTheme(next[theme]);
    setTheme(next[theme]);
  };
  return (
    <button type="button" class="theme" onClick={turn}>
      Colours: {names[theme]}
    </button>
  );
}
