/** Which part of a recording is fitted to and which one is gone through, in designs B and D (fidelity.md §1.1). */

import { TwinError } from '../../base/index.ts';
import { callRows, dayTimeNs, FLOW_OPENING, type FlowStream } from '../../fidelity/index.ts';

const NS_PER_MINUTE = 6e10;
const MINUTES_A_DAY = 1440;
/** How long design D goes on. */
const FREE_RUN_NS = 3_600e9;

export interface PartsRequest {
  readonly design: 'A' | 'B' | 'D';
  readonly fromMinute: number | null;
  readonly toMinute: number | null;
  readonly splitMinute: number | null;
}

export interface EvaluatedParts {
  readonly isFitted: (row: number) => boolean;
  /** Row right before which the runs begin; the row behind the last one that they are held against. */
  readonly fromRow: number;
  readonly toRow: number;
}

/** Whether a row is a message of continuous trading in the part of the day that is asked for. */
export function continuousRows(
  stream: FlowStream,
  { fromMinute, toMinute }: Pick<PartsRequest, 'fromMinute' | 'toMinute'>,
): (row: number) => boolean {
  const isCall = callRows(stream);
  const fromNs = (fromMinute ?? 0) * NS_PER_MINUTE;
  const toNs = (toMinute ?? MINUTES_A_DAY) * NS_PER_MINUTE;
  return (row) => {
    const ns = dayTimeNs(stream, row);
    return stream.kind[row] !== FLOW_OPENING && isCall[row] === 0 && ns >= fromNs && ns < toNs;
  };
}

/** Raises FIDELITY_INPUT where a part is empty or there is no book to begin with. */
export function partsOf(stream: FlowStream, request: PartsRequest): EvaluatedParts {
  const isPart = continuousRows(stream, request);
  let [first, last] = [0, stream.count - 1];
  while (first < stream.count && !isPart(first)) first++;
  while (last >= 0 && !isPart(last)) last--;
  if (first > last) throw partFault(stream, 'a part of a recording has messages', { messages: 0 });
  if (request.design === 'D') {
    const fromRow = bookFrom(stream, first, last);
    const endNs = stream.timeNs[fromRow]! + FREE_RUN_NS;
    let toRow = fromRow;
    while (toRow <= last && stream.timeNs[toRow]! < endNs) toRow++;
    return { isFitted: isPart, fromRow, toRow };
  }
  const fromRow = bookFrom(stream, splitRow(stream, first, last, request.splitMinute), last);
  return { isFitted: (row) => row < fromRow && isPart(row), fromRow, toRow: last + 1 };
}

/** The first row behind the split: at a time of day, or in the middle of the time. */
function splitRow(stream: FlowStream, first: number, last: number, minute: number | null): number {
  const { timeNs } = stream;
  const middleNs = (timeNs[first]! + timeNs[last]!) / 2;
  const isBefore = (row: number): boolean =>
    minute === null ? timeNs[row]! < middleNs : dayTimeNs(stream, row) < minute * NS_PER_MINUTE;
  let row = first;
  while (row <= last && isBefore(row)) row++;
  if (row > first && row <= last) return row;
  throw partFault(stream, 'a split has messages before and behind it', {
    splitMinute: minute,
    before: row - first,
    behind: last + 1 - row,
  });
}

/** First row with a book of two levels a side before it, which is not crossed. */
function bookFrom(stream: FlowStream, first: number, last: number): number {
  const { levels, bidTicks, askTicks, bidLots, askLots } = stream;
  for (let row = Math.max(1, first); levels > 1 && row <= last; row++) {
    const at = (row - 1) * levels;
    if (bidLots[at + 1]! > 0 && askLots[at + 1]! > 0 && bidTicks[at]! < askTicks[at]!) return row;
  }
  throw partFault(stream, 'a run begins with a book of two levels a side', { levels });
}

function partFault(stream: FlowStream, rule: string, details: Record<string, number | null>): TwinError {
  return new TwinError('FIDELITY_INPUT', rule, { symbol: stream.symbol, ...details });
}
