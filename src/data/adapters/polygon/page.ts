/** One answer of Polygon as its readers see it: rows, what stands beside them, and what the address tells. */

import { isMessage, type Message } from '../../venues/messages.ts';
import type { RecordMaker } from '../record-maker.ts';

export interface Page {
  readonly rows: readonly Message[];
  /** The answer around the rows; empty for a table. */
  readonly whole: Message;
  /** Parts of the path by their names: ticker, timespan, … */
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly maker: RecordMaker;
}

export type PageReader = (page: Page) => void;

/** Reads row after row. Rows that tell an error of one ticker are counted by it. */
export function eachRow(read: (row: Message, page: Page) => void): PageReader {
  return (page) => {
    page.rows.forEach((row, index) => {
      page.maker.sourceIndex = index;
      if (typeof row.error === 'string') page.maker.remark(`ticker ${row.error}`);
      else read(row, page);
    });
  };
}

/** The ticker of a row, else the one that was asked for; null where neither tells it. */
export function tickerIn(row: Message, { whole, path }: Page, ...names: readonly string[]): string | null {
  for (const name of [...names, 'ticker', 'T']) {
    const value = row[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  if (path.ticker !== undefined) return path.ticker;
  const said = whole.ticker ?? whole.symbol;
  return typeof said === 'string' ? said : null;
}

/** The first of several names that has a value. */
export function firstOf(row: Message, ...names: readonly string[]): unknown {
  for (const name of names) {
    const value = row[name];
    if (value !== undefined && value !== null) return value;
  }
  return null;
}

export function partOf(row: Message, name: string): Message | null {
  const part = row[name];
  return isMessage(part) ? part : null;
}

/** Codes of an array, a single number, or a text with commas, separated by commas; null for none. */
export function codeList(value: unknown): string | null {
  const codes = Array.isArray(value) ? value.join(',') : value;
  if (typeof codes === 'number') return String(codes);
  return typeof codes === 'string' && codes !== '' ? codes : null;
}

/** A number or a text as text; null for anything else. */
export function idText(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}
