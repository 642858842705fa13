/** A LOBSTER message file with its orderbook files as flow: levels that no file shows are rebuilt from the messages. */

import { basename } from 'node:path';
import {
  BookRow,
  LobsterBookReader,
  MBO_HIDDEN_TRADE,
  MBO_STATUS,
  type MboBatch,
  openByteSource,
  Quarantine,
} from '../../../data/index.ts';
import { FlowFromMbo, type FlowLevels, type FlowRemarks, type FlowStream } from '../../../fidelity/index.ts';
import { type LobsterFiles, lobsterSymbol, PriceScale, TickVote } from '../../../replay/index.ts';
import { fileSource } from './record-source.ts';

export interface LobsterFlow {
  readonly stream: FlowStream;
  readonly remarks: FlowRemarks;
  readonly setAside: Readonly<Record<string, number>>;
}

/**
 * Reads a pair. Where the files show fewer levels than are asked for, the stream has as many as they show. Row r of the orderbook is the book after message r; the first row of the file with the most levels opens the
 * book. Raises DATA_FORMAT, DATA_PAIR.
 */
export async function flowOfLobster(files: LobsterFiles, levels: number): Promise<LobsterFlow> {
  const source = fileSource([{ path: files.messagePath, kind: 'lobster-message' }]);
  const vote = new TickVote();
  for await (const batch of source.read()) {
    for (let r = 0; r < batch.count; r++) {
      if (batch.action[r] !== MBO_HIDDEN_TRADE && batch.action[r] !== MBO_STATUS) vote.add(batch.price[r]!);
    }
  }
  const { unitsPerTick } = vote;
  const rows = files.orderbookPath === null ? null : new RowReader(files.orderbookPath, unitsPerTick);
  const opening = await openingRow(files, unitsPerTick);
  const flow = new FlowFromMbo({
    symbol: lobsterSymbol(files.messagePath),
    tickSize: new PriceScale(source.priceUnit, unitsPerTick).tickSize,
    lotSize: '1',
    // Messages of a file of one level say nothing of what stands behind it.
    levels: opening === null ? levels : Math.min(levels, opening.askLots.length),
    dayOffsetNs: 0,
    unitsPerTick,
    unitsPerLot: 1,
    instrument: null,
  });
  try {
    for await (const batch of source.read()) await takeBatch(flow, batch, rows, opening);
  } finally {
    await rows?.close();
  }
  const setAside = { ...source.setAside() };
  for (const [reason, count] of Object.entries(rows?.setAside() ?? {})) {
    setAside[`orderbook ${reason}`] = count;
  }
  return { stream: flow.stream, remarks: flow.remarks, setAside };
}

async function takeBatch(
  flow: FlowFromMbo,
  batch: MboBatch,
  rows: RowReader | null,
  opening: FlowLevels | null,
): Promise<void> {
  for (let r = 0; r < batch.count; r++) {
    const row = rows === null ? null : await rows.rowAt(batch.sourceIndex[r]!);
    const isFirst = flow.stream.count === 0;
    flow.takeRecord(batch, r, isFirst && opening !== null ? opening : row);
  }
}

/** The first row of the deepest file. */
async function openingRow(files: LobsterFiles, unitsPerTick: number): Promise<FlowLevels | null> {
  const path = files.openingPath ?? files.orderbookPath;
  if (path === null) return null;
  const reader = new RowReader(path, unitsPerTick);
  try {
    return await reader.rowAt(0);
  } finally {
    await reader.close();
  }
}

/** Rows of an orderbook file by the number of their message. */
class RowReader {
  readonly #quarantine: Quarantine;
  readonly #reader: LobsterBookReader;
  readonly #chunks: AsyncGenerator<Uint8Array>;
  readonly #unitsPerTick: number;
  readonly #row = new BookRow();
  readonly #levels = { askTicks: [0], askLots: [0], bidTicks: [0], bidLots: [0] };
  #hasEnded = false;
  #hasRow = false;

  constructor(path: string, unitsPerTick: number) {
    this.#quarantine = new Quarantine('lenient', basename(path));
    this.#reader = new LobsterBookReader(this.#quarantine);
    this.#chunks = openByteSource(path);
    this.#unitsPerTick = unitsPerTick;
  }

  /** The row of a message, null where it is damaged or missing. Valid until the next call. */
  async rowAt(message: number): Promise<FlowLevels | null> {
    while (!this.#hasRow || this.#row.sourceIndex < message) {
      this.#hasRow = this.#reader.readRow(this.#row);
      if (this.#hasRow) continue;
      if (this.#hasEnded) return null;
      await this.#pull();
    }
    return this.#row.sourceIndex === message ? this.#converted() : null;
  }

  setAside(): Record<string, number> {
    return Object.fromEntries(this.#quarantine.counts);
  }

  async close(): Promise<void> {
    await this.#chunks.return(undefined);
  }

  async #pull(): Promise<void> {
    const next = await this.#chunks.next();
    if (next.done === true) {
      this.#reader.end();
      this.#hasEnded = true;
    } else {
      this.#reader.write(next.value);
    }
  }

  #converted(): FlowLevels {
    const { askPrice, askQty, bidPrice, bidQty, levels } = this.#row;
    const out = this.#levels;
    for (let level = 0; level < levels; level++) {
      out.askTicks[level] = askPrice[level]! / this.#unitsPerTick;
      out.askLots[level] = askQty[level]!;
      out.bidTicks[level] = bidPrice[level]! / this.#unitsPerTick;
      out.bidLots[level] = bidQty[level]!;
    }
    return out;
  }
}
