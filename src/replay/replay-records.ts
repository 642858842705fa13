/** Replays canonical records of datasets by the code that replays recordings of their kind. */

import { TwinError } from '../base/index.ts';
import type { MboRecords, Quarantine } from '../data/index.ts';
import type { ByteCount } from './byte-feed.ts';
import type { ReplayOptions, ReplayResult } from './contract.ts';
import { replayEvents } from './event-replay.ts';
import { replayLobster } from './lobster-replay.ts';
import type { MboFeed, MboInput } from './mbo-input.ts';
import { replayMessages } from './message-replay.ts';
import type { VenueInput } from './venue-feeds.ts';

/**
 * How records of a feed belong together. 'messages': each stands for itself (ITCH, PITCH, crypto venues). 'events': several make
 * one event, whose last one says so (DBN, CME). 'lobster': messages of a book that is cut off at some depth, and that had orders
 * before the first of them.
 */
export type FeedStyle = 'messages' | 'events' | 'lobster';

/** Records of one dataset. */
export interface RecordsInput {
  readonly name: string;
  readonly priceUnit: string;
  readonly lotsPerUnit: (symbol: string) => number;
  /** Number of records, for progress. */
  readonly rows: number;
  open(): MboRecords;
}

export interface RecordsReplay {
  readonly style: FeedStyle;
  /** Records of orders, in the order of time. */
  readonly inputs: readonly RecordsInput[];
  /** What the venue said in sources of its own: for the style 'events'. */
  readonly beside: readonly RecordsInput[];
  /** The only symbol, for the style 'lobster'. */
  readonly symbol: string;
}

/** Raises DATA_FORMAT, DATA_LAKE and, in strict mode, DATA_RECORD. */
export async function replayRecords(replay: RecordsReplay, options: ReplayOptions): Promise<ReplayResult> {
  const startMs = performance.now(); // det-ok: how long it took is told, in no record
  const result = await replayStyle(replay, options);
  return {
    format: 'records',
    mode: options.mode,
    files: replay.inputs.map(({ name }) => name),
    ...result,
    seconds: Math.round(performance.now() - startMs) / 1000, // det-ok: as above, beside the digest
  };
}

function replayStyle({ style, inputs, beside, symbol }: RecordsReplay, options: ReplayOptions) {
  const [first, ...others] = inputs.map(mboInput);
  if (first === undefined) throw new TwinError('DATA_FORMAT', 'a replay has at least one dataset');
  if (style === 'messages') return replayMessages([first, ...others], options);
  if (style === 'events') return replayEvents([first, ...others], beside.map(besideInput), options);
  const source = { input: first, symbol, epochNs: null, levels: 0, orderbookPath: null, openingPath: null };
  return replayLobster(source, options);
}

function mboInput({ name, priceUnit, lotsPerUnit, rows, open }: RecordsInput): MboInput {
  return {
    name,
    priceUnit,
    lotsPerUnit,
    size: async () => rows,
    open: (_quarantine: Quarantine, done: ByteCount) => new RecordsFeed(open(), done),
  };
}

function besideInput(input: RecordsInput): VenueInput {
  return { ...mboInput(input), hasPrices: true };
}

class RecordsFeed implements MboFeed {
  readonly rows: MboRecords;
  readonly #done: ByteCount;
  #counted = 0;

  constructor(records: MboRecords, done: ByteCount) {
    this.rows = records;
    this.#done = done;
  }

  get hasEnded(): boolean {
    return this.rows.hasEnded;
  }

  get messages(): number {
    return this.rows.messages;
  }

  async pull(): Promise<void> {
    this.#done.done += this.messages - this.#counted;
    this.#counted = this.messages;
    await this.rows.pull();
  }

  close(): Promise<void> {
    return this.rows.close();
  }
}
