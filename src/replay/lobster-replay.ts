// hot: runs for every record of a replay
/** Replays a LOBSTER message file, alone or in lockstep with its orderbook file; both are read in constant memory. */

import { basename } from 'node:path';
import { TwinError } from '../base/index.ts';
import {
  BookRow,
  LobsterBookReader,
  MBO_ADD,
  MBO_DELETE,
  MBO_EXECUTE,
  MBO_REDUCE,
  MboBatch,
  Quarantine,
  SIDE_UNKNOWN,
  type VenueMessage,
  venuePrices,
} from '../data/index.ts';
import { BUY, type Side } from '../domain/index.ts';
import { ByteCount, ByteFeed, unpackedBytes } from './byte-feed.ts';
import type { ReplayOptions, ReplayResult } from './contract.ts';
import { FeedSessions, type SessionInstrument } from './feed-sessions.ts';
import { firstBookRow, type LobsterSource } from './lobster-files.ts';
import { LobsterMessages } from './lobster-messages.ts';
import { LobsterQueues } from './lobster-queues.ts';
import { LobsterRows } from './lobster-rows.ts';
import type { MboFeed } from './mbo-input.ts';
import { OrderIds } from './order-ids.ts';
import { CoarserTickNeeded, commonTick, PriceScale } from './price-scale.ts';
import { keepAccepted, PatientReader, ReplayProgressReport, summarizeBook } from './replay-run.ts';
import { RunJournal } from './run-journal.ts';
import { quarantineResult, Tally } from './tally.ts';

/** Replays with a tick of one price unit if that fits all prices, else with the coarsest tick that divides them all. */
export async function replayLobster(source: LobsterSource, options: ReplayOptions): Promise<LobsterResult> {
  try {
    return await new LobsterReplay(source, options, { unitsPerTick: 1, isFirstPass: true }).run();
  } catch (error) {
    if (!(error instanceof CoarserTickNeeded)) throw error;
    const unitsPerTick = await commonTickOf(source);
    return await new LobsterReplay(source, options, { unitsPerTick, isFirstPass: false }).run();
  }
}

export type LobsterResult = Omit<ReplayResult, 'format' | 'mode' | 'files' | 'seconds'>;

class LobsterReplay {
  readonly #source: LobsterSource;
  readonly #options: ReplayOptions;
  readonly #bytes = new ByteCount();
  readonly #progress: ReplayProgressReport;
  readonly #journal: RunJournal;
  readonly #tally: Tally;
  readonly #scale: PriceScale;
  readonly #queues: LobsterQueues;
  readonly #quarantines: Quarantine[] = [];
  readonly #messageQuarantine: Quarantine;
  readonly #symbol: string;
  readonly #messages: LobsterMessages;
  readonly #messageFeed: MboFeed;
  readonly #batch = new MboBatch();
  readonly #row = new BookRow();
  #reader: LobsterBookReader | null = null;
  #rowFeed: ByteFeed | null = null;
  #rows: LobsterRows | null = null;
  /** `#row` was read and its message has not been applied. */
  #isRowWaiting = false;
  /** Source index up to which rows were dealt with. */
  #rowsDone = 0;
  #epochNs: bigint | null = null;
  readonly #sessions: FeedSessions;
  readonly #instrument: SessionInstrument;

  constructor(
    source: LobsterSource,
    options: ReplayOptions,
    { unitsPerTick, isFirstPass }: { unitsPerTick: number; isFirstPass: boolean },
  ) {
    this.#source = source;
    this.#options = options;
    this.#progress = new ReplayProgressReport(options, this.#bytes);
    this.#journal = new RunJournal(options.sink ?? null, isFirstPass);
    this.#tally = new Tally(options.differencesMax);
    this.#scale = new PriceScale(source.input.priceUnit, unitsPerTick);
    this.#queues = new LobsterQueues(new OrderIds(), this.#journal.events);
    this.#epochNs = source.epochNs;
    this.#symbol = source.symbol;
    this.#messageQuarantine = this.#newQuarantine(source.input.name);
    this.#messageFeed = source.input.open(this.#messageQuarantine, this.#bytes);
    this.#instrument = { index: 0, number: 0, symbol: this.#symbol, scale: this.#scale };
    this.#sessions = new FeedSessions(this.#journal);
    this.#sessions.open(this.#instrument);
    this.#messages = new LobsterMessages({
      sessions: this.#sessions,
      instrument: this.#instrument,
      queues: this.#queues,
      scale: this.#scale,
      tally: this.#tally,
      journal: this.#journal,
      quarantine: this.#messageQuarantine,
      mode: options.mode,
      hasRows: source.orderbookPath !== null,
    });
    if (source.orderbookPath !== null) {
      this.#reader = new LobsterBookReader(this.#newQuarantine(basename(source.orderbookPath)));
      this.#rowFeed = new ByteFeed(source.orderbookPath, this.#reader, this.#bytes);
    }
  }

  run(): Promise<LobsterResult> {
    return keepAccepted(
      this.#options,
      this.#journal,
      () => this.#replayAll(),
      () => this.#result(),
    );
  }

  async #replayAll(): Promise<LobsterResult> {
    const { input, orderbookPath } = this.#source;
    const rows = orderbookPath === null ? [] : [{ size: () => unpackedBytes(orderbookPath) }];
    await this.#progress.measure([input, ...rows]);
    try {
      await this.#replayRows();
    } finally {
      await this.#messageFeed.close();
      await this.#rowFeed?.close();
    }
    this.#journal.flush();
    this.#tally.addRemarks(this.#messageFeed.rows.remarks());
    return this.#result();
  }

  async #replayRows(): Promise<void> {
    const batch = this.#batch;
    const reader = new PatientReader(this.#messageFeed.rows);
    for (;;) {
      if (!reader.read(batch)) {
        if (this.#messageFeed.hasEnded) break;
        await this.#messageFeed.pull();
        continue;
      }
      this.#epochNs ??= this.#messageFeed.rows.info.epochNs;
      const { venue } = batch;
      let said = 0;
      for (let r = 0; r <= batch.count; r++) {
        while (said < venue.length && venue[said]!.row === r) this.#hear(venue[said++]!);
        this.#journal.settle();
        if (r === batch.count) break;
        if (this.#reader === null) this.#applyAlone(r);
        else if (this.#rows !== null && this.#isRowAt(batch.sourceIndex[r]!)) this.#applyWithRow(r);
        else if (!(await this.#findRow(r))) return;
      }
      this.#tally.rows = this.#messageFeed.messages;
      if (!this.#progress.goesOn(this.#tally.rows)) return;
    }
    this.#tally.rows = this.#messageFeed.messages;
    if (this.#reader !== null) await this.#finishRows();
  }

  #hear(message: VenueMessage): void {
    this.#sessions.hear(message, message.tsEventNs, this.#instrument, this.#messageQuarantine);
  }

  #applyAlone(r: number): void {
    this.#queues.row = this.#batch.sourceIndex[r]!;
    this.#messages.apply(this.#batch, r);
  }

  /** Whether the row of a message is there without waiting for bytes. */
  #isRowAt(sourceIndex: number): boolean {
    if (!this.#isRowWaiting) {
      if (!this.#reader!.readRow(this.#row)) return false;
      this.#isRowWaiting = true;
    }
    return this.#row.sourceIndex === sourceIndex && this.#rowsDone === sourceIndex;
  }

  #applyWithRow(r: number): void {
    const batch = this.#batch;
    const rows = this.#rows!;
    this.#queues.row = batch.sourceIndex[r]!;
    if (!this.#messages.apply(batch, r)) rows.expectMissingMessage();
    this.#useRow(batch.tsEventNs[r]!);
  }

  /** Compares with the waiting row, if it can be used. */
  #useRow(tsNs: number): void {
    const rows = this.#rows!;
    const row = this.#row;
    this.#isRowWaiting = false;
    this.#rowsDone = row.sourceIndex + 1;
    if (row.isCrossed) {
      rows.passOver();
    } else if (!rows.fits(row)) {
      if (this.#journal.mayRestart) throw new CoarserTickNeeded();
      this.#reader!.quarantine.add('price-range', row.sourceIndex, 'a price does not fit the book');
      rows.passOver();
    } else {
      rows.compare(row, tsNs);
    }
  }

  /** The slow way to the row of message `r`: more bytes, rows or messages set aside. False: there is no such row. */
  async #findRow(r: number): Promise<boolean> {
    const sourceIndex = this.#batch.sourceIndex[r]!;
    const tsNs = this.#batch.tsEventNs[r]!;
    for (;;) {
      if (!this.#isRowWaiting && !(await this.#nextRow())) {
        await this.#reportLengths();
        return false;
      }
      if (this.#rows === null) {
        if (this.#row.isCrossed) {
          this.#isRowWaiting = false;
          this.#rowsDone = this.#row.sourceIndex + 1;
          continue;
        }
        await this.#open(r);
      }
      if (this.#row.sourceIndex >= sourceIndex) break;
      // Its message was set aside by the decoder.
      this.#queues.row = this.#row.sourceIndex;
      this.#messages.noteUnreadable();
      this.#rows!.expectMissingMessage();
      this.#useRow(tsNs);
    }
    if (this.#row.sourceIndex === sourceIndex) {
      if (this.#rowsDone < sourceIndex) this.#rows!.passOver();
      this.#applyWithRow(r);
      return true;
    }
    // The row of this message was set aside.
    this.#queues.row = sourceIndex;
    this.#messages.apply(this.#batch, r);
    this.#rows!.passOver();
    this.#rowsDone = sourceIndex + 1;
    return true;
  }

  async #nextRow(): Promise<boolean> {
    while (!this.#reader!.readRow(this.#row)) {
      if (this.#rowFeed!.hasEnded) return false;
      await this.#rowFeed!.pull();
    }
    this.#isRowWaiting = true;
    return true;
  }

  /** Opens the book before message `r` from the first row that can be used. */
  async #open(r: number): Promise<void> {
    const batch = this.#batch;
    const messageLevels = this.#source.levels;
    const isDeeper = messageLevels > this.#row.levels;
    const rows = new LobsterRows(this.#queues, this.#scale, this.#tally, isDeeper ? messageLevels : 0);
    this.#rows = rows;
    this.#journal.events.timeNs = batch.tsEventNs[r]!;
    let opening: BookRow = this.#row;
    if (this.#source.openingPath !== null)
      opening = (await firstBookRow(this.#source.openingPath)) ?? opening;
    if (!rows.fits(opening)) {
      if (this.#journal.mayRestart) throw new CoarserTickNeeded();
      throw new TwinError(
        'DATA_FORMAT',
        'the prices of the first orderbook row fit one tick and the range of a book',
        {
          file: basename(this.#source.openingPath ?? this.#source.orderbookPath!),
        },
      );
    }
    const isSameRow = opening.sourceIndex === batch.sourceIndex[r];
    const sign = !isSameRow ? 0 : undoSign(batch.action[r]!);
    const side = batch.side[r] === SIDE_UNKNOWN ? BUY : (batch.side[r] as Side);
    const price = sign === 0 ? 0 : this.#scale.ticks(batch.price[r]!);
    if (Number.isNaN(price) && this.#journal.mayRestart) throw new CoarserTickNeeded();
    // A message whose price fits no tick is set aside when it is applied; there is then nothing to undo.
    if (Number.isNaN(price)) rows.open(opening, side, 0, 0);
    else rows.open(opening, side, price, sign * batch.qty[r]!);
  }

  /** All messages are read: the orderbook file has to be at its end too, but for rows of messages set aside. */
  async #finishRows(): Promise<void> {
    while (this.#isRowWaiting || (await this.#nextRow())) {
      if (this.#row.sourceIndex >= this.#messageFeed.messages || this.#rows === null) {
        await this.#reportLengths();
        return;
      }
      this.#queues.row = this.#row.sourceIndex;
      this.#rows.expectMissingMessage();
      this.#useRow(this.#journal.events.timeNs);
    }
    if (this.#reader!.rowsSeen !== this.#messageFeed.messages) await this.#reportLengths();
  }

  /** Reads both files to their end to name both lengths. */
  async #reportLengths(): Promise<void> {
    const comparedRows = this.#rowsDone;
    const silent = new MboBatch();
    do {
      while (this.#messageFeed.rows.read(silent) > 0);
      if (!this.#messageFeed.hasEnded) await this.#messageFeed.pull();
    } while (!this.#messageFeed.hasEnded || this.#messageFeed.rows.read(silent) > 0);
    this.#isRowWaiting = false;
    while (await this.#nextRow()) this.#isRowWaiting = false;
    const messages = this.#messageFeed.messages;
    const bookRows = this.#reader!.rowsSeen;
    if (this.#options.strictness === 'strict') {
      throw new TwinError('DATA_PAIR', 'the files of a LOBSTER pair have the same number of rows', {
        messages,
        orderbookRows: bookRows,
        messageFile: this.#source.input.name,
        orderbookFile: basename(this.#source.orderbookPath!),
      });
    }
    const detail = `messages=${messages} orderbookRows=${bookRows}: the replay ends with the shorter file`;
    this.#messageQuarantine.add('pair-length', comparedRows, detail, Math.abs(messages - bookRows));
    this.#tally.rows = Math.min(messages, bookRows);
  }

  #newQuarantine(name: string): Quarantine {
    const quarantine = new Quarantine(this.#options.strictness, name);
    this.#quarantines.push(quarantine);
    return quarantine;
  }

  #result(): LobsterResult {
    const hasRows = this.#reader !== null;
    return {
      ...this.#tally.result(this.#options.mode, hasRows),
      symbols: [this.#symbol],
      books: [summarizeBook(this.#queues.book, this.#symbol, this.#scale, '1')],
      quarantine: quarantineResult(this.#quarantines),
      crossed: null,
      sessions: this.#sessions.result(),
      epochNs: this.#epochNs?.toString() ?? null,
      digest: this.#journal.digest.hex(),
      eventRecords: this.#journal.digest.count,
      isCancelled: this.#progress.isCancelled,
    };
  }
}

/** What undoes a message on its level: -1 takes its quantity away, +1 gives it back. */
function undoSign(action: number): -1 | 0 | 1 {
  if (action === MBO_ADD) return -1;
  return action === MBO_REDUCE || action === MBO_DELETE || action === MBO_EXECUTE ? 1 : 0;
}

/** Greatest tick that divides every price of the files, in price units. */
async function commonTickOf({ input, orderbookPath, openingPath }: LobsterSource): Promise<number> {
  let tick = 0;
  const feed = input.open(new Quarantine('lenient', input.name), new ByteCount());
  const batch = new MboBatch();
  for (;;) {
    while (feed.rows.read(batch) > 0) {
      for (let r = 0; r < batch.count; r++) {
        if (batch.side[r] !== SIDE_UNKNOWN) tick = commonTick(tick, batch.price[r]!);
      }
      for (const message of batch.venue)
        for (const price of venuePrices(message)) tick = commonTick(tick, price);
    }
    if (feed.hasEnded) break;
    await feed.pull();
  }
  for (const path of [orderbookPath, openingPath]) {
    if (path !== null) tick = await commonTickOfRows(path, tick);
  }
  return Math.max(1, tick);
}

async function commonTickOfRows(path: string, tickSoFar: number): Promise<number> {
  let tick = tickSoFar;
  const reader = new LobsterBookReader(new Quarantine('lenient', basename(path)));
  const feed = new ByteFeed(path, reader, new ByteCount());
  const row = new BookRow();
  for (;;) {
    while (reader.readRow(row)) {
      for (let at = 0; at < row.levels; at++) {
        if (row.askQty[at]! > 0) tick = commonTick(tick, row.askPrice[at]!);
        if (row.bidQty[at]! > 0) tick = commonTick(tick, row.bidPrice[at]!);
      }
    }
    if (feed.hasEnded) return tick;
    await feed.pull();
  }
}
