import { markup } from "../words/markup.ts";

/** The style of a report. Free of `<` and `&`, so that it reads the same in HTML and in XML. */
export const reportStyle = markup`<style>
:root {
  --paper: #fdfcf9; --panel: #f5f2ea; --ink: #1f2422; --soft: #5b635f; --rule: #ddd8cb; --accent: #1c5d4f; --shade: #1f242230;
  --pass: #1c6b43; --fail: #a3271f; --inconclusive: #80590a; --incomplete: #4d5865;
  --c0: #0067a5; --c1: #c04a00; --c2: #00795a; --c3: #84489c; --c4: #8b6100; --c5: #48535e; --c6: #b83c78; --c7: #1f7f96;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #151817; --panel: #1d2220; --ink: #e9e6dd; --soft: #a4aca6; --rule: #38403c; --accent: #7fc7b2; --shade: #00000090;
    --pass: #72cf9b; --fail: #ff9388; --inconclusive: #e3b95a; --incomplete: #a9b6c4;
    --c0: #62b8f0; --c1: #ff9c57; --c2: #3fcba0; --c3: #cfa3e8; --c4: #e2bf52; --c5: #b9c3cd; --c6: #f391bd; --c7: #74d2e4;
  }
}
* { box-sizing: border-box; }
html { color-scheme: light dark; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
}
header, main, footer { max-width: 50rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 4.5rem; }
.kicker { margin: 0; color: var(--accent); font-size: 0.8rem; font-weight: 600; letter-spacing: 0.14em; text-transform: uppercase; }
h1, h2, h3 { font-family: "Iowan Old Style", "Palatino Linotype", Palatino, "Book Antiqua", Georgia, "Liberation Serif", serif; font-weight: 500; line-height: 1.2; text-wrap: balance; }
h1 { margin: 0.4rem 0 0.6rem; font-size: 2.6rem; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { margin: 0 0 1rem; font-size: 1.65rem; }
h3 { margin: 0 0 0.8rem; font-size: 1.3rem; }
section { margin-top: 4rem; }
header + main section:first-child { margin-top: 2.5rem; }
p { margin: 0 0 1rem; max-width: 42rem; }
a { color: var(--accent); text-underline-offset: 0.15em; }
code, pre { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: 0.86em; overflow-wrap: anywhere; }
pre { margin: 0 0 1rem; padding: 1rem 1.2rem; background: var(--panel); border-radius: 6px; white-space: pre-wrap; line-height: 1.5; }
.small { color: var(--soft); font-size: 0.9rem; }
header .small { overflow-wrap: anywhere; }

.outcome { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.2rem 0.8rem; max-width: none; margin: 0 0 1.5rem; padding: 1rem 1.2rem; background: var(--panel); border-left: 5px solid var(--o); border-radius: 0 6px 6px 0; }
.outcome .sign, .outcome strong { color: var(--o); font-size: 1.35rem; line-height: 1.3; }
.outcome .sign { font-weight: 700; }
.pass { --o: var(--pass); } .fail { --o: var(--fail); } .inconclusive { --o: var(--inconclusive); } .incomplete, .not-judged { --o: var(--incomplete); }
.glance { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 1rem 1.5rem; margin: 0 0 1.75rem; padding: 0 0 1.5rem; border-bottom: 1px solid var(--rule); }
.glance div { display: flex; flex-direction: column; justify-content: flex-end; }
.glance dt { color: var(--soft); font-size: 0.85rem; }
.glance dd { margin: 0; }
.glance .value { display: block; font-size: 1.9rem; line-height: 1.25; font-weight: 500; letter-spacing: -0.01em; }
.glance .interval { font-size: 0.85rem; }
.findings { margin: 0 0 2rem; padding: 0; list-style: none; max-width: 44rem; }
.findings li { position: relative; margin: 0 0 0.9rem; padding-left: 1.6rem; }
.findings li::before { content: ""; position: absolute; left: 0; top: 0.78em; width: 0.9rem; height: 2px; background: var(--accent); }
.findings li:first-child { font-size: 1.15rem; line-height: 1.5; }

.facts { margin: 0 0 1.5rem; }
.facts div { display: grid; grid-template-columns: 8rem 1fr; gap: 0 1rem; padding: 0.45rem 0; border-top: 1px solid var(--rule); }
.facts dt, .terms dt { color: var(--soft); }
.facts dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.facts b { font-weight: 550; }
.terms { display: grid; grid-template-columns: 8rem 1fr; gap: 0.6rem 1rem; margin: 0 0 2rem; }
.terms dd { margin: 0; }

.scroll {
  overflow-x: auto; margin: 0 0 1.5rem;
  background:
    linear-gradient(to left, var(--paper) 40%, transparent) right / 2.5rem 100% no-repeat local,
    linear-gradient(to left, var(--shade), transparent) right / 0.9rem 100% no-repeat scroll;
}
.scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; }
table { width: 100%; border-collapse: collapse; font-size: 0.92rem; line-height: 1.4; font-variant-numeric: tabular-nums; }
caption { padding: 0 0 0.6rem; color: var(--soft); font-size: 0.9rem; text-align: left; }
caption span { display: block; position: sticky; left: 0; max-width: min(100%, calc(100vw - 2.5rem)); }
th, td { padding: 0.5rem 1.1rem 0.5rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); font-weight: 400; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--soft); font-size: 0.85rem; border-bottom-color: var(--soft); vertical-align: bottom; }
tbody th { font-weight: 550; white-space: nowrap; }
.group th { padding-top: 1.1rem; color: var(--accent); font-weight: 600; }
.value, .interval, .tag, .whole { white-space: nowrap; }
.interval, .sub, .absent { color: var(--soft); }
.sub { font-size: 0.88em; font-weight: 400; }
.prose { display: inline-block; min-width: 11rem; white-space: normal; }
#damage-table tbody th .prose { min-width: 8rem; max-width: 11rem; }
#damage-table td { white-space: nowrap; }
#limits .prose { min-width: 9rem; }
#files th, #failure-table code { overflow-wrap: anywhere; }
.digest { display: inline-block; min-width: 14rem; }
.tag { display: inline-block; padding: 0 0.5em; border: 1px solid var(--o, var(--accent)); border-radius: 1em; color: var(--o, var(--accent)); font-size: 0.8em; font-weight: 600; line-height: 1.5; }

figure { margin: 2rem 0; }
figcaption { margin-top: 0.5rem; color: var(--soft); font-size: 0.9rem; }
.narrow { display: none; }
.chart { display: block; max-width: 100%; height: auto; font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif; font-variant-numeric: tabular-nums; }
.chart text { fill: var(--ink); }
.chart .label, .chart .group { paint-order: stroke; stroke: var(--paper); stroke-width: 4; stroke-linejoin: round; }
.chart .tick, .chart .axis-name { fill: var(--soft); }
.chart .group { fill: var(--accent); font-weight: 600; }
.chart .grid { stroke: var(--rule); stroke-width: 1; }
.chart .row { stroke: var(--rule); stroke-width: 1; stroke-dasharray: 1 4; }
.chart .axis { stroke: var(--soft); stroke-width: 1; }
.chart .clean { stroke: var(--ink); stroke-width: 1.25; stroke-dasharray: 5 4; }
.chart .clean-name { font-style: italic; }
.chart .thread { stroke: var(--s, var(--ink)); stroke-width: 1; opacity: 0.5; }
.chart .line { fill: none; stroke: var(--s); stroke-width: 2; stroke-linejoin: round; }
.chart .whisker { stroke: var(--s); stroke-width: 1.25; opacity: 0.7; }
.chart .mark { fill: var(--s); stroke: var(--paper); stroke-width: 1; }
.chart .mark.open { fill: none; stroke: var(--s); stroke-width: 2.25; }
.chart .ring { fill: none; stroke: var(--ink); stroke-width: 1.5; }
.chart .name { font-weight: 550; fill: var(--s); }
.s0 { --s: var(--c0); } .s1 { --s: var(--c1); } .s2 { --s: var(--c2); } .s3 { --s: var(--c3); }
.s4 { --s: var(--c4); } .s5 { --s: var(--c5); } .s6 { --s: var(--c6); } .s7 { --s: var(--c7); }

footer { margin-top: 4rem; margin-bottom: 3rem; color: var(--soft); font-size: 0.9rem; }
footer p { padding-top: 1rem; border-top: 1px solid var(--rule); max-width: none; }

@media screen and (max-width: 640px) {
  header { padding-top: 2.5rem; }
  h1 { font-size: 1.9rem; }
  h2 { font-size: 1.4rem; }
  section { margin-top: 3rem; }
  .wide { display: none; }
  .narrow { display: block; }
  .facts div { grid-template-columns: 1fr; }
  .terms { grid-template-columns: 1fr; gap: 0; }
  .terms dd { margin-bottom: 0.8rem; }
  .glance { grid-template-columns: 1fr 1fr; }
  #limits tbody th { white-space: normal; min-width: 7.5rem; }
  .findings li:first-child { font-size: 1.05rem; }
}
@page { size: A4; margin: 17mm 16mm; }
@media print {
  html { color-scheme: light; }
  body { font-size: 10pt; line-height: 1.5; background: none; }
  header, main, footer { max-width: none; padding: 0; }
  header { padding-top: 0; }
  section { margin-top: 2.2rem; }
  h2, caption, thead { break-after: avoid; }
  figure, tr, dl div, .outcome, .glance, .findings li, pre { break-inside: avoid; }
  .scroll { overflow: visible; background: none; }
  caption { font-size: 9pt; }
  .glance { grid-template-columns: repeat(4, 1fr); }
  #damage-table td { white-space: normal; }
  table { font-size: 8.5pt; }
  th, td { padding-right: 0.7rem; }
  tbody th { white-space: normal; }
  .value { white-space: nowrap; }
  .prose, .digest { display: inline; }
  .short, caption span { break-inside: avoid; }
  .outcome, pre { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  a { color: inherit; text-decoration: none; }
}
</style>`;
