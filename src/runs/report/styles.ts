/** The look of a report. Colours are variables, set twice: for light and for dark screens. Print is always light. */

import { STATE_COLOURS_DARK, STATE_COLOURS_LIGHT } from './venue/state-looks.ts';

const LIGHT = `
  --bg: #f5f6f8; --card: #ffffff; --ink: #171a21; --muted: #5c6472; --line: #e3e6eb; --soft: #f0f2f5;
  --accent: #3459d6; --buy: #0b8a78; --sell: #cf4b32; --good: #137a4b; --good-soft: #e2f4ea;
  --warn: #8f5a00; --warn-soft: #fbf0d9; --bad: #b3261e; --bad-soft: #fce8e6;
  --s1: #3459d6; --s2: #98a3b8; --s3: #8d6bd0; --s4: #0b8a78; --s5: #cf4b32;
  ${STATE_COLOURS_LIGHT}
  --shadow: 0 1px 2px rgb(16 24 40 / 6%), 0 1px 3px rgb(16 24 40 / 4%);`;

const DARK = `
  --bg: #0e1116; --card: #171b22; --ink: #e8ebf0; --muted: #9aa3b2; --line: #2a303b; --soft: #1e232c;
  --accent: #7c9cff; --buy: #35bfa6; --sell: #f08066; --good: #58cf92; --good-soft: #14301f;
  --warn: #e8b75c; --warn-soft: #33270f; --bad: #ff8a80; --bad-soft: #3a1a18;
  --s1: #7c9cff; --s2: #6b7688; --s3: #b197f0; --s4: #35bfa6; --s5: #f08066;
  ${STATE_COLOURS_DARK}
  --shadow: none;`;

export const STYLES = `
:root { color-scheme: light dark; ${LIGHT} }
@media screen and (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--bg); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto,
  'Helvetica Neue', 'Noto Sans', 'DejaVu Sans', sans-serif; font-variant-numeric: tabular-nums; }
h1, h2, h3, h4, p, ul, dl, dd, figure, table { margin: 0; padding: 0; }
a { color: var(--accent); }
a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
code, .mono { font: 0.92em/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace;
  overflow-wrap: anywhere; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 12px; top: 12px; background: var(--card); padding: 6px 12px; z-index: 9; }
.page { max-width: 1180px; margin: 0 auto; padding: 0 24px 64px; }
.top { padding: 36px 0 24px; }
.brand { display: flex; align-items: center; gap: 8px; color: var(--muted); font-size: 13px; font-weight: 600;
  letter-spacing: 0.02em; }
.brand svg { width: 20px; height: 20px; }
h1 { font-size: 30px; line-height: 1.2; letter-spacing: -0.02em; margin: 12px 0 8px; overflow-wrap: anywhere; }
.sub { color: var(--muted); display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; }
.badge { display: inline-block; border-radius: 999px; padding: 2px 10px; font-size: 12.5px; font-weight: 600;
  background: var(--soft); color: var(--muted); white-space: nowrap; }
.badge.good { background: var(--good-soft); color: var(--good); }
.badge.warn { background: var(--warn-soft); color: var(--warn); }
.badge.bad { background: var(--bad-soft); color: var(--bad); }
nav.jump { position: sticky; top: 0; z-index: 5; background: var(--bg); border-bottom: 1px solid var(--line);
  margin: 0 -24px 28px; padding: 0 24px; display: flex; gap: 22px; overflow-x: auto; scrollbar-width: none; }
nav.jump a { color: var(--muted); text-decoration: none; padding: 12px 0 11px; white-space: nowrap; font-weight: 500;
  font-size: 14px; }
nav.jump a:hover { color: var(--ink); box-shadow: inset 0 -2px var(--accent); }
section { margin: 0 0 44px; scroll-margin-top: 60px; }
h2 { font-size: 20px; letter-spacing: -0.01em; margin: 0 0 4px; }
h3 { font-size: 15px; margin: 28px 0 10px; }
.lead { color: var(--muted); margin: 0 0 16px; max-width: 76ch; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 16px 0; }
.tile, .card, figure.chart, details.instrument, .verdict { background: var(--card); border: 1px solid var(--line);
  border-radius: 12px; box-shadow: var(--shadow); }
.inside .tiles { grid-template-columns: repeat(4, minmax(0, 1fr)); }
.tile { padding: 14px 16px; min-width: 0; }
.tile dt { color: var(--muted); font-size: 13px; }
.tile dd { font-size: 22px; font-weight: 650; letter-spacing: -0.01em; line-height: 1.3; overflow-wrap: anywhere; }
.tile dd small { font-size: 13px; font-weight: 500; color: var(--muted); letter-spacing: 0; }
.tile .note { color: var(--muted); font-size: 12.5px; font-weight: 400; letter-spacing: 0; display: block; }
.note-line { border-radius: 10px; padding: 10px 14px; margin: 12px 0; background: var(--warn-soft); color: var(--warn); }
.note-line.bad { background: var(--bad-soft); color: var(--bad); }
.charts { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 14px; margin: 14px 0; }
figure.chart { padding: 16px 16px 10px; min-width: 0; }
figure.wide { grid-column: 1 / -1; }
figcaption h4 { font-size: 15px; }
figcaption p { color: var(--muted); font-size: 13px; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; list-style: none; margin: 6px 0 0; font-size: 13px;
  color: var(--muted); }
.key { display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 6px; background: currentcolor; }
.key.dashed, .key.dotted { height: 0; width: 16px; border-radius: 0; border-top: 2px dashed; background: none; vertical-align: middle; }
.key.dotted { border-top-style: dotted; }
.key.diamond { width: 8px; height: 8px; border-radius: 1px; transform: rotate(45deg); margin: 0 7px 0 1px; }
.key.state { width: auto; min-width: 22px; height: 16px; padding: 0 4px; font-size: 10px; line-height: 16px; text-align: center;
  color: var(--ink); background: var(--tint); vertical-align: 1px; }
.key.striped { background: repeating-linear-gradient(90deg, var(--tint) 0 2px, transparent 2px 4px); }
.key.low { background: linear-gradient(transparent 30%, var(--tint) 30%); }
.key.thin { background: linear-gradient(transparent 75%, var(--tint) 75%); }
.key.line { background: linear-gradient(transparent 90%, var(--tint) 90%); }
.key.auction { color: var(--s3); font-size: 12px; background: none; }
.part > h4 { font-size: 17px; margin: 26px 0 10px; }
.part { margin: 0 0 14px; }
.part tbody th { white-space: nowrap; }
.strip svg { margin-top: 8px; }
.check { font-size: 14px; color: var(--muted); margin: 0 0 16px; overflow-wrap: anywhere; }
.check .badge { margin-right: 6px; }
.tables.broad { grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); margin: 14px 0; }
.tall .scroll { max-height: 420px; overflow: auto; }
.tall thead th { position: sticky; top: 0; background: var(--card); }
figure svg { display: block; width: 100%; height: auto; overflow: visible; }
.small { display: none; }
.empty { color: var(--muted); text-align: center; padding: 56px 12px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
caption { text-align: left; font-weight: 600; padding: 14px 16px 8px; font-size: 15px; }
th, td { text-align: left; padding: 7px 16px; border-top: 1px solid var(--line); vertical-align: top; }
thead th { color: var(--muted); font-weight: 500; font-size: 13px; white-space: nowrap; }
tbody th { font-weight: 500; }
td.n, th.n { text-align: right; white-space: nowrap; }
.tables { display: grid; grid-template-columns: repeat(auto-fit, minmax(290px, 1fr)); gap: 14px; align-items: start; }
.card { min-width: 0; overflow: hidden; margin: 14px 0; }
.tables .card { margin: 0; }
.facts { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); }
.facts > div { padding: 10px 16px; border-top: 1px solid var(--line); min-width: 0; }
.facts > div:nth-child(-n+2) { border-top: 0; }
.facts dt { color: var(--muted); font-size: 13px; }
.facts dd { overflow-wrap: anywhere; }
details.instrument { margin: 0 0 14px; }
details.instrument > summary { cursor: pointer; padding: 14px 16px; display: flex; flex-wrap: wrap; gap: 4px 14px;
  align-items: baseline; list-style: none; }
details.instrument > summary::-webkit-details-marker { display: none; }
details.instrument > summary::before { content: '▸'; color: var(--muted); }
details.instrument[open] > summary::before { content: '▾'; }
summary h3 { margin: 0; font-size: 18px; font-weight: 650; overflow-wrap: anywhere; }
summary .about { color: var(--muted); font-size: 14px; }
details.instrument > .inside { padding: 0 16px 16px; }
.inside .tile, .inside figure.chart, .inside .card { box-shadow: none; }
details.plain > summary { cursor: pointer; padding: 12px 16px; font-weight: 600; }
pre { margin: 0; padding: 4px 16px 16px; overflow-x: auto; font-size: 13px; max-height: 480px; }
.verdict { padding: 20px 22px; margin: 16px 0; border-left: 5px solid var(--line); }
.verdict.good { border-left-color: var(--good); }
.verdict.warn { border-left-color: var(--warn); }
.verdict.bad { border-left-color: var(--bad); }
.verdict .big { font-size: 24px; font-weight: 650; letter-spacing: -0.01em; line-height: 1.25; }
.bar { display: flex; height: 12px; border-radius: 6px; overflow: hidden; background: var(--soft); margin: 14px 0 8px; gap: 2px; }
.bar i { display: block; min-width: 3px; }
.bar .good { background: var(--good); } .bar .warn { background: var(--warn); } .bar .bad { background: var(--bad); }
ol.differences { list-style: none; margin: 0; padding: 0; }
ol.differences li { padding: 14px 16px; border-top: 1px solid var(--line); }
ol.differences .what { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; font-weight: 600; }
ol.differences .values { color: var(--muted); font-size: 14px; margin: 2px 0; }
ol.differences .values b { color: var(--ink); font-weight: 600; }
footer { color: var(--muted); font-size: 13px; border-top: 1px solid var(--line); padding-top: 16px; }
@media (max-width: 760px) {
  .page { padding: 0 14px 48px; }
  nav.jump { margin: 0 -14px 22px; padding: 0 14px; }
  h1 { font-size: 24px; }
  .top { padding: 24px 0 18px; }
  .charts { grid-template-columns: minmax(0, 1fr); }
  .tiles, .inside .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 10px; }
  .tile:last-child:nth-child(odd) { grid-column: 1 / -1; }
  .tile { padding: 12px; }
  .tile dd { font-size: 18px; }
  .large { display: none; }
  .small { display: block; }
  .facts { grid-template-columns: minmax(0, 1fr); }
  .facts > div:nth-child(2) { border-top: 1px solid var(--line); }
  figure.chart { padding: 12px 10px 8px; }
  details.instrument > .inside { padding: 0 10px 10px; }
  th, td { padding: 7px 12px; }
}
@media print {
  body { background: #fff; font-size: 12px; }
  nav.jump, .skip { display: none; }
  figure.chart, .card, .tile { break-inside: avoid; box-shadow: none; }
}
`;
