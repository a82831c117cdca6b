import "./style.css";
import { render } from "preact";
import { App } from "./app.tsx";
import { forgetToken } from "./server.ts";
import { isLive } from "./source.ts";
import { applyTheme } from "./theme.ts";

applyTheme();
if (isLive()) forgetToken();
const root = document.getElementById("app");
if (root !== null) {
  root.replaceChildren();
  render(<App />, root);
}
