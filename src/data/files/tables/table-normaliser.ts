/**
 * Rows of a text file, one after another. What the first rows decide (step of the prices, length of a bar) is decided once
 * they are there, so the same bytes make the same records whatever the chunks.
 */

import type { FileNormaliser } from '../../ingest/file-format.ts';
import { LineReader } from '../lines.ts';

/** Rows that are looked at before the first is read. */
export const HEAD_ROWS = 256;

export interface Table {
  /** Told the first rows, at most HEAD_ROWS, blank ones left out. */
  start?(rows: readonly string[]): void;
  /** A row that is not blank and its number in the file, from 0, blank ones counted. */
  row(row: string, index: number): void;
  end?(): void;
}

export class TableNormaliser implements FileNormaliser {
  readonly venue: string;
  readonly #table: Table;
  readonly #lines: LineReader;
  #waiting: { readonly row: string; readonly index: number }[] | null = [];
  #index = 0;

  constructor(venue: string, table: Table) {
    this.venue = venue;
    this.#table = table;
    this.#lines = new LineReader((line) => this.#take(line));
  }

  write(bytes: Uint8Array): void {
    this.#lines.write(bytes);
  }

  endPage(): void {
    this.#lines.end();
    this.#start();
    this.#table.end?.();
  }

  end(): void {}

  #take(line: string): void {
    const index = this.#index++;
    const row = index === 0 ? line.replace(/^\uFEFF/, '') : line;
    if (row.trim() === '') return;
    if (this.#waiting === null) {
      this.#table.row(row, index);
      return;
    }
    this.#waiting.push({ row, index });
    if (this.#waiting.length >= HEAD_ROWS) this.#start();
  }

  #start(): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    this.#waiting = null;
    this.#table.start?.(waiting.map(({ row }) => row));
    for (const { row, index } of waiting) this.#table.row(row, index);
  }
}

/** Rows of the beginning of a file, the last one left out when it may be cut; none for what is no text. */
export function headRows(head: Uint8Array, isWhole: boolean): string[] {
  if (head.subarray(0, 4096).includes(0)) return [];
  const text = new TextDecoder().decode(head).replace(/^\uFEFF/, '');
  const rows = text.split(/\r?\n/);
  if (!isWhole) rows.pop();
  return rows.filter((row) => row.trim() !== '');
}

/** Length of bars in s, by the times of the first ones: the longest usual one that all their distances are multiples of. */
export function intervalOf(timesS: readonly number[]): number | null {
  let common = 0;
  for (let at = 1; at < timesS.length; at++) common = gcd(common, Math.abs(timesS[at]! - timesS[at - 1]!));
  if (common === 0) return null;
  // Days with a change of clocks are an hour longer or shorter.
  const shortest = Math.min(
    ...timesS
      .slice(1)
      .map((time, at) => time - timesS[at]!)
      .filter((distance) => distance > 0),
  );
  if (shortest >= 82_800) return 86_400;
  return [3600, 1800, 900, 600, 300, 60, 30, 10, 5, 1].find((seconds) => common % seconds === 0) ?? null;
}

function gcd(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}
