/** Reads recordings of feeds through a file format into memory, and builds books out of the records. */

import {
  type BookSide,
  FeedBook,
  type FileFormat,
  type FileNormaliser,
  MemorySink,
  openByteSource,
} from '../../src/data/index.ts';

export interface ReadFile {
  readonly sink: MemorySink;
  readonly reader: FileNormaliser;
}

/** Reads a file; `chunkBytes` cuts it into pieces of that size. */
export async function readFeedFile(
  format: FileFormat,
  path: string,
  options: Readonly<Record<string, string>> = {},
  chunkBytes = 0,
): Promise<ReadFile> {
  const sink = new MemorySink(path);
  const defaults = Object.entries(format.options).map(([name, option]) => [name, option.default]);
  const fileName = path.slice(path.lastIndexOf('/') + 1);
  const reader = format.open({ fileName, options: { ...Object.fromEntries(defaults), ...options } }, sink);
  for await (const bytes of openByteSource(path)) {
    if (chunkBytes === 0) reader.write(bytes);
    for (let at = 0; chunkBytes > 0 && at < bytes.length; at += chunkBytes) {
      reader.write(bytes.subarray(at, at + chunkBytes));
    }
  }
  reader.endPage();
  reader.end();
  return { sink, reader };
}

export interface BuiltBook {
  readonly book: FeedBook;
  readonly records: number;
  /** Levels set to nothing, and how many of them were not there. */
  readonly removals: number;
  readonly removalsOfUnknown: number;
  /** Ends of messages at which the book was crossed. */
  readonly crossed: number;
}

/** The book of a symbol after all its `mbp` records, from the row `from` on. */
export function buildBook(sink: MemorySink, symbol: string): BuiltBook {
  const book = new FeedBook();
  const counts = { records: 0, removals: 0, removalsOfUnknown: 0, crossed: 0 };
  for (const batch of sink.batches('mbp')) {
    const { columns } = batch;
    for (let row = 0; row < batch.count; row++) {
      if (columns.symbol.name(row) !== symbol) continue;
      counts.records++;
      const side = columns.side[row]!;
      if (columns.action[row] === 1) {
        book.clear(side > 1 ? undefined : (side as BookSide));
      } else {
        const isThere = book.set(side as BookSide, columns.price.number(row), columns.qty[row]!);
        if (columns.qty[row] === 0) {
          counts.removals++;
          if (!isThere) counts.removalsOfUnknown++;
        }
      }
      if ((columns.flags[row]! & 1) !== 0 && book.isCrossed) counts.crossed++;
    }
  }
  return { book, ...counts };
}
