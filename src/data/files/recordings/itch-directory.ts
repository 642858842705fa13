/** The stock directory of ITCH (R) as definitions. Source: Nasdaq TotalView-ITCH 5.0 specification, section 1.2.1. */

import { invariant } from '../../../base/index.ts';
import { decodeItchMessage } from '../../formats/itch-messages.ts';
import type { RecordSink } from '../../ingest/adapter.ts';

/** Listing market by category: the tiers of Nasdaq are one market. */
const LISTED_AT: Readonly<Record<string, string>> = {
  Q: 'XNAS',
  G: 'XNAS',
  S: 'XNAS',
  N: 'XNYS',
  A: 'XASE',
  P: 'ARCX',
  Z: 'BATS',
  V: 'IEXG',
};

export class ItchDirectory {
  readonly #sink: RecordSink;
  #epochNs: bigint | null = null;

  constructor(sink: RecordSink) {
    this.#sink = sink;
  }

  /** Local midnight of the file's day, ns since 1970 UTC. */
  setEpoch(epochNs: bigint): void {
    this.#epochNs = epochNs;
  }

  get isOpen(): boolean {
    return this.#epochNs !== null;
  }

  /** Writes an entry. The epoch has to be set. */
  add(bytes: Uint8Array, sourceIndex: number): void {
    const epochNs = this.#epochNs;
    invariant(epochNs !== null, 'the day of a directory is known');
    const message = decodeItchMessage(bytes, 0, bytes.length);
    if (message.type !== 'R') return;
    const listed = LISTED_AT[message.marketCategory];
    if (listed === undefined) this.#sink.remark('unknown-market-category');
    this.#sink.push('definition', {
      symbol: message.stock,
      tsEvent: epochNs + BigInt(message.tsEventNs),
      sourceIndex,
      assetClass: message.etpFlag === 'Y' ? 'etf' : 'equity',
      mic: listed ?? null,
      currency: 'USD',
      roundLot: message.roundLotShares,
      vendorId: String(message.stockLocate),
    });
  }
}
