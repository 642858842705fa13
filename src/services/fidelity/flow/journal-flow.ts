/** The displayed book of a run, simulated or replayed, as flow. */

import { TwinError } from '../../../base/index.ts';
import { MBO_FLAG_LAST, MBO_HIDDEN_TRADE, MboBatch } from '../../../data/index.ts';
import { DOUBLE_TIME, RECORD_WORDS, WORD_INSTRUMENT } from '../../../domain/index.ts';
import { FlowFromMbo, type FlowRemarks, type FlowStream } from '../../../fidelity/index.ts';
import {
  DisplayedBook,
  type DisplayedEvent,
  JournalReader,
  MBO_ACTION_OF_CHANGE,
} from '../../../runs/index.ts';

const BATCH_RECORDS = 8192;

export interface JournalFlow {
  readonly stream: FlowStream;
  readonly remarks: FlowRemarks;
  readonly setAside: Readonly<Record<string, number>>;
}

/**
 * Reads a journal up to its end or its damaged tail, which is counted as set aside. Sizes are in units of the instrument, whatever
 * its lots are. Raises FIDELITY_INPUT, RUNS_NOT_FOUND, RUNS_DAMAGED.
 */
export function flowOfJournal(path: string, symbol: string | null, levels: number): JournalFlow {
  const reader = new JournalReader(path);
  try {
    const instrument = instrumentOf(reader, symbol);
    const { tickSize, lotSize, symbol: name } = reader.header.instruments[instrument]!;
    const flow = new FlowFromMbo({
      symbol: name,
      tickSize,
      lotSize: '1',
      levels,
      // A run's time counts from midnight at its venue.
      dayOffsetNs: 0,
      unitsPerTick: 1,
      unitsPerLot: 1,
      instrument: null,
    });
    takeAll(reader, instrument, Number(lotSize), flow);
    const torn = reader.tail === null ? {} : { 'torn-tail-bytes': reader.tail.tornBytes };
    return { stream: flow.stream, remarks: flow.remarks, setAside: torn };
  } finally {
    reader.close();
  }
}

function takeAll(reader: JournalReader, instrument: number, unitsPerLot: number, flow: FlowFromMbo): void {
  const one = new MboBatch(1);
  one.count = 1;
  one.flags[0] = MBO_FLAG_LAST;
  let timeNs = 0;
  const book = new DisplayedBook((event) => {
    fill(one, event, timeNs, unitsPerLot);
    flow.takeRecord(one, 0, null);
  });
  let index = 0;
  for (let batch = reader.next(BATCH_RECORDS); batch !== null; batch = reader.next(BATCH_RECORDS)) {
    for (let r = 0; r < batch.count; r++, index++) {
      if (batch.words[r * RECORD_WORDS + WORD_INSTRUMENT] !== instrument) continue;
      timeNs = batch.doubles[((r * RECORD_WORDS) >> 1) + DOUBLE_TIME]!;
      book.take(batch, r, index);
    }
  }
  book.end();
}

/** Each display of an order is a new order to the public. */
function fill(batch: MboBatch, event: DisplayedEvent, timeNs: number, unitsPerLot: number): void {
  const action = MBO_ACTION_OF_CHANGE[event.change];
  batch.tsEventNs[0] = timeNs;
  batch.action[0] = action;
  batch.side[0] = event.side;
  batch.price[0] = event.priceTicks;
  batch.qty[0] = event.qtyLots * unitsPerLot;
  batch.orderIdHi[0] = action === MBO_HIDDEN_TRADE ? 0 : event.displays;
  batch.orderIdLo[0] = action === MBO_HIDDEN_TRADE ? 0 : event.orderId;
}

function instrumentOf(reader: JournalReader, symbol: string | null): number {
  const { instruments } = reader.header;
  const symbols = instruments.map((instrument) => instrument.symbol);
  if (symbol === null && symbols.length === 1) return 0;
  const found = symbol === null ? -1 : symbols.indexOf(symbol);
  if (found >= 0) return found;
  throw new TwinError(
    'FIDELITY_INPUT',
    'one instrument is scored: its symbol is named where there are more',
    {
      symbol,
      found: symbols.slice(0, 20).join(', '),
    },
  );
}
