/** What every replay needs whatever its format: options, journal, counts, progress. */

import { TwinError } from '../base/index.ts';
import type { MboBatch } from '../data/index.ts';
import { BUY, SELL } from '../domain/index.ts';
import { type FastBook, levelShownLots } from '../market/index.ts';
import type { ByteCount } from './byte-feed.ts';
import type { AbandonedBooks, BookSummary, ReplayOptions } from './contract.ts';
import type { MboInput, MboRows } from './mbo-input.ts';
import { CoarserTickNeeded, type PriceScale } from './price-scale.ts';
import type { RunJournal } from './run-journal.ts';

/** Tells how far a replay is and asks whether to go on. */
export class ReplayProgressReport {
  isCancelled = false;
  readonly #options: ReplayOptions;
  readonly #bytes: ByteCount;
  #bytesTotal = 0;

  constructor(options: ReplayOptions, bytes: ByteCount) {
    this.#options = options;
    this.#bytes = bytes;
  }

  async measure(inputs: readonly Pick<MboInput, 'size'>[]): Promise<void> {
    const sizes = await Promise.all(inputs.map((input) => input.size()));
    this.#bytesTotal = sizes.includes(0) ? 0 : sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Returns false when the replay is to end here. */
  goesOn(records: number): boolean {
    const bytes = this.#bytes.done;
    const bytesTotal = this.#bytesTotal === 0 ? 0 : Math.max(this.#bytesTotal, bytes);
    this.#options.onProgress?.({ records, bytes, bytesTotal });
    if (this.#options.isCancelled?.() === true) this.isCancelled = true;
    return !this.isCancelled;
  }
}

/** Reads batches such that the records and venue messages before a bad one are replayed before the replay fails. */
export class PatientReader {
  #failure: unknown = null;
  readonly #decoder: Pick<MboRows, 'read'>;

  constructor(decoder: Pick<MboRows, 'read'>) {
    this.#decoder = decoder;
  }

  /** Whether there is anything new in the batch; raises what the decoder raised once all before it was given. */
  read(batch: MboBatch): boolean {
    if (this.#failure !== null) throw this.#failure;
    try {
      return this.#decoder.read(batch) > 0 || batch.venue.length > 0;
    } catch (error) {
      this.#failure = error;
      if (batch.count === 0 && batch.venue.length === 0) throw error;
      return true;
    }
  }
}

/** A failing replay first hands over what it had accepted, so that it can still be read. The failure stays the failure. */
export async function keepAccepted<Result extends AbandonedBooks>(
  { onAbandoned }: ReplayOptions,
  journal: RunJournal,
  replay: () => Promise<Result>,
  result: () => Result,
): Promise<Result> {
  try {
    return await replay();
  } catch (error) {
    if (!(error instanceof CoarserTickNeeded)) {
      try {
        journal.flush();
        onAbandoned?.(result());
      } catch (second) {
        // A sink that refuses, the cause of the failure perhaps: there is nowhere else to put the records.
        if (!(second instanceof TwinError)) throw second;
      }
    }
    throw error;
  }
}

/** `lotSize` is decimal text: units of quantity of one lot. */
export function summarizeBook(
  book: FastBook,
  symbol: string,
  scale: PriceScale,
  lotSize: string,
): BookSummary {
  const lots = (handle: number): number => (handle === 0 ? 0 : levelShownLots(book, handle));
  return {
    symbol,
    bestBid: book.bids.best === 0 ? null : scale.text(book.bestTicks(BUY)),
    bestAsk: book.asks.best === 0 ? null : scale.text(book.bestTicks(SELL)),
    bidLots: lots(book.bids.best),
    askLots: lots(book.asks.best),
    bidLevels: book.bids.levelCount,
    askLevels: book.asks.levelCount,
    liveOrders: book.liveOrderCount,
    tickSize: scale.tickSize,
    lotSize,
  };
}

/** Raises DATA_FORMAT if symbols were asked for that the source does not have. */
export function checkSymbolsFound(
  missing: readonly string[],
  inputs: readonly Pick<MboInput, 'name'>[],
  isCancelled: boolean,
): void {
  if (missing.length === 0 || isCancelled) return;
  throw new TwinError('DATA_FORMAT', 'a symbol that is asked for is in the source', {
    missing: missing.join(', '),
    files: inputs.map(({ name }) => name).join(', '),
  });
}
