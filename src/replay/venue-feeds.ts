/**
 * Files that tell of sessions, auctions and limits only, given beside those with the orders: DBN status and imbalance, and
 * captures of CME's MDP 3.0. They are read as far as the time of the orders has come, and each message is given out before
 * the first order record of its time or later. What is later than the last order is left unread.
 */

import { DbnDecoder, MboBatch, MdpStatusDecoder, Quarantine, type VenueMessage } from '../data/index.ts';
import type { ByteCount } from './byte-feed.ts';
import { DBN_PRICE_UNIT, fileInput, type MboFeed, type MboInput } from './mbo-input.ts';
import { PatientReader } from './replay-run.ts';

export interface VenueInput extends MboInput {
  /** Whether its prices count for the ticks of the replay. */
  readonly hasPrices: boolean;
}

/** A file of DBN status or imbalance, or a capture of CME's MDP 3.0. */
export function venueInput(path: string, kind: 'dbn' | 'mdp'): VenueInput {
  const decode = (quarantine: Quarantine) => ({
    decoder:
      kind === 'mdp' ? new MdpStatusDecoder(quarantine) : new DbnDecoder(quarantine, { content: 'venue' }),
    messages: () => 0,
  });
  return { ...fileInput(path, DBN_PRICE_UNIT, decode), hasPrices: kind === 'dbn' };
}

/** A message with its time since the replay's epoch, ns, and where its faults are counted. */
export interface DueMessage {
  readonly message: VenueMessage;
  readonly timeNs: number;
  readonly quarantine: Quarantine;
}

export class VenueFeeds {
  /** Time of the earliest message that waits; Infinity for none. */
  dueNs = Number.POSITIVE_INFINITY;
  readonly #feeds: readonly VenueFeed[];

  constructor(inputs: readonly VenueInput[], strictness: 'strict' | 'lenient', bytes: ByteCount) {
    this.#feeds = inputs.map((input) => new VenueFeed(input, strictness, bytes));
  }

  get quarantines(): Quarantine[] {
    return this.#feeds.map(({ quarantine }) => quarantine);
  }

  /** Makes all messages up to `timeNs` since `epochNs` wait. */
  async readTo(timeNs: number, epochNs: bigint): Promise<void> {
    for (const feed of this.#feeds) await feed.readTo(timeNs, epochNs);
    this.#setDue();
  }

  /** The next message that is due at `timeNs`; null for none. Of equal times the file given first goes first. */
  next(timeNs: number): DueMessage | null {
    if (this.dueNs > timeNs) return null;
    const feed = this.#feeds.find(({ dueNs }) => dueNs === this.dueNs)!;
    const message = feed.take();
    this.#setDue();
    return message;
  }

  remarks(): Record<string, number>[] {
    return this.#feeds.map((feed) => feed.remarks());
  }

  async close(): Promise<void> {
    for (const feed of this.#feeds) await feed.close();
  }

  #setDue(): void {
    this.dueNs = Math.min(Number.POSITIVE_INFINITY, ...this.#feeds.map(({ dueNs }) => dueNs));
  }
}

class VenueFeed {
  readonly quarantine: Quarantine;
  readonly #reader: PatientReader;
  readonly #feed: MboFeed;
  readonly #batch = new MboBatch(1);
  #waiting: DueMessage[] = [];
  #given = 0;
  /** Time of the message read last. */
  #readNs = Number.NEGATIVE_INFINITY;

  constructor(input: VenueInput, strictness: 'strict' | 'lenient', bytes: ByteCount) {
    this.quarantine = new Quarantine(strictness, input.name);
    this.#feed = input.open(this.quarantine, bytes);
    this.#reader = new PatientReader(this.#feed.rows);
  }

  get dueNs(): number {
    return this.#waiting[this.#given]?.timeNs ?? Number.POSITIVE_INFINITY;
  }

  take(): DueMessage {
    return this.#waiting[this.#given++]!;
  }

  remarks(): Record<string, number> {
    return this.#feed.rows.remarks();
  }

  close(): Promise<void> {
    return this.#feed.close();
  }

  async readTo(timeNs: number, epochNs: bigint): Promise<void> {
    while (this.#readNs <= timeNs) {
      if (this.#reader.read(this.#batch)) this.#keep(epochNs);
      else if (this.#feed.hasEnded) this.#readNs = Number.POSITIVE_INFINITY;
      else await this.#feed.pull();
    }
  }

  #keep(epochNs: bigint): void {
    this.#waiting.splice(0, this.#given);
    this.#given = 0;
    const shiftNs = Number((this.#feed.rows.info.epochNs ?? epochNs) - epochNs);
    for (const message of this.#batch.venue) {
      this.#readNs = message.tsEventNs + shiftNs;
      this.#waiting.push({ message, timeNs: this.#readNs, quarantine: this.quarantine });
    }
  }
}
