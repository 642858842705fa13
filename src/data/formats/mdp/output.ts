// hot: bench/mdp-decode.ts
/** What all records of one message have alike, and the places of records in their capture. */

import type { RecordSink } from '../../ingest/adapter.ts';
import type { HeadField, SchemaOf } from '../../registry.ts';
import type { Columns } from '../../schema/record-batch.ts';

type HeadColumns = Pick<Columns<SchemaOf<'mbp'>>, HeadField>;

export class MdpOutput {
  readonly sink: RecordSink;
  /** MsgSeqNum of the packet. */
  sequence = 0;
  /** TransactTime of the message, ns since 1970, as words. */
  eventHigh = 0;
  eventLow = 0;
  /** Time of capture; seconds are -1 where the capture has none. */
  receivedSeconds = -1;
  receivedNanos = 0;
  /** Number of the next record of the capture. */
  index = 0;

  constructor(sink: RecordSink) {
    this.sink = sink;
  }

  /** TransactTime as a bigint, for records that are objects. */
  get eventNs(): bigint {
    return (BigInt(this.eventHigh) << 32n) | BigInt(this.eventLow);
  }

  get receivedNs(): bigint | null {
    return this.receivedSeconds < 0
      ? null
      : BigInt(this.receivedSeconds) * 1_000_000_000n + BigInt(this.receivedNanos);
  }

  /** The fields that every record has, for records that are objects; counts the record. */
  head(symbol: string): {
    symbol: string;
    tsEvent: bigint;
    tsRecv: bigint | null;
    sequence: number;
    sourceIndex: number;
  } {
    return {
      symbol,
      tsEvent: this.eventNs,
      tsRecv: this.receivedNs,
      sequence: this.sequence,
      sourceIndex: this.index++,
    };
  }

  /** The same for a row of columns. */
  writeHead(columns: HeadColumns, row: number, symbol: string, quality: number): void {
    columns.symbol.set(row, symbol);
    columns.tsEvent.setWords(row, this.eventHigh, this.eventLow);
    if (this.receivedSeconds < 0) columns.tsRecv.setAbsent(row);
    else columns.tsRecv.setSeconds(row, this.receivedSeconds, this.receivedNanos);
    columns.sequence.setNumber(row, this.sequence);
    columns.quality[row] = quality;
    columns.source[row] = 0;
    columns.sourceIndex.setNumber(row, this.index++);
  }
}
