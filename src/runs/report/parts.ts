/** Small pieces that the sections of a report share. */

import { formatCount, formatPercent } from './format.ts';
import { Html, type HtmlPart, html } from './html.ts';
import type { NamedCount } from './run-summary.ts';

export interface Tile {
  readonly name: string;
  readonly value: HtmlPart;
  readonly note?: string;
}

export function tiles(list: readonly Tile[]): Html {
  return html`<dl class="tiles">${list.map(
    ({ name, value, note }) =>
      html`<div class="tile"><dt>${name}</dt><dd>${value}${
        note === undefined ? null : html`<span class="note">${note}</span>`
      }</dd></div>`,
  )}</dl>`;
}

/** A table whose first column names the row; the columns in `numeric` are set right. */
export function table(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly HtmlPart[])[],
  numeric: readonly number[] = [],
): Html {
  const kind = (c: number): Html | null => (numeric.includes(c) ? new Html(' class="n"') : null);
  const head = columns.map((name, c) => html`<th scope="col"${kind(c)}>${name}</th>`);
  const body = rows.map(
    (row) =>
      html`<tr>${row.map((cell, c) =>
        c === 0 ? html`<th scope="row">${cell}</th>` : html`<td${kind(c)}>${cell}</td>`,
      )}</tr>`,
  );
  return html`<div class="card"><div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div></div>`;
}

/** Counts by name with their share, largest first; a line of words when there are none. */
export function countTable(
  caption: string,
  first: string,
  counts: readonly NamedCount[],
  none: string,
): Html {
  if (counts.length === 0) {
    return html`<div class="card"><table><caption>${caption}</caption><tbody><tr><td>${none}</td></tr></tbody></table></div>`;
  }
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const rows = [...counts]
    .sort((a, b) => b.count - a.count)
    .map(({ name, count }) => [name, formatCount(count), formatPercent(count / total)]);
  return table(caption, [first, 'Count', 'Share'], rows, [1, 2]);
}

export function fact(name: string, value: HtmlPart): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

export function code(text: string): Html {
  return html`<code>${text}</code>`;
}
