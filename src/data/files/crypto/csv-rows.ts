/** Rows of simple tables: a header, commas, no quotes. Each row has the columns of the header, or is set aside. */

import { TwinError } from '../../../base/index.ts';
import type { FeedWriter } from '../../venues/feed-writer.ts';
import { LineReader } from '../lines.ts';

export type Cells = readonly string[];

export class CsvRows {
  readonly #lines: LineReader;
  readonly #writer: FeedWriter;
  readonly #onHeader: (columns: Cells) => void;
  readonly #onRow: (cells: Cells) => void;
  #columns = 0;

  constructor(writer: FeedWriter, onHeader: (columns: Cells) => void, onRow: (cells: Cells) => void) {
    this.#writer = writer;
    this.#onHeader = onHeader;
    this.#onRow = onRow;
    this.#lines = new LineReader((line) => this.#line(line));
  }

  write(bytes: Uint8Array): void {
    this.#lines.write(bytes);
  }

  end(): void {
    this.#lines.end();
  }

  #line(line: string): void {
    if (line === '') return;
    const cells = line.split(',');
    if (this.#columns === 0) {
      this.#columns = cells.length;
      this.#onHeader(cells);
    } else if (cells.length === this.#columns) this.#onRow(cells);
    else
      this.#writer.reject(
        'column-count',
        `${cells.length} instead of ${this.#columns}: ${line.slice(0, 150)}`,
      );
  }
}

/** The value of an option that a file needs. Raises DATA_REQUEST when it is not given. */
export function neededOption(
  options: Readonly<Record<string, string>>,
  name: string,
  fileName: string,
  example: string,
): string {
  const value = options[name] ?? '';
  if (value !== '') return value;
  throw new TwinError('DATA_REQUEST', 'an option says what a file does not', {
    file: fileName,
    option: name,
    example,
  });
}
