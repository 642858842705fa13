/** Why a LOBSTER message row was refused. Slow and thorough: it only sees rows that the decoder did not take. */

import type { QuarantineReason } from '../quarantine.ts';

export interface LobsterRowFault {
  readonly reason: QuarantineReason;
  readonly detail: string;
  /** True if a row cut short could look like this. */
  readonly mayBeCut: boolean;
}

/**
 * A row this far ahead of the one before it is compared with the one after it: if that one is earlier, the row itself is
 * wrong, not all rows up to its time.
 */
export const LOBSTER_JUMP_NS = 60e9;

const COLUMNS = 6;
const COLUMNS_WITH_EXTRA = 7;
const DETAIL_CHARS_MAX = 120;
const SECONDS_PER_DAY = 86_400;
const UNSIGNED = /^\d{1,15}$/;
const ID_MAX = 2n ** 64n - 1n;

/** First broken rule of a row, in the order: columns, numbers, type, side, time, price, quantity. */
export function describeBadRow(text: string, lastTsNs: number): LobsterRowFault {
  const columns = text.split(',');
  const row = text.length > DETAIL_CHARS_MAX ? `${text.slice(0, DETAIL_CHARS_MAX)}...` : text;
  if (columns.length !== COLUMNS && columns.length !== COLUMNS_WITH_EXTRA) {
    return {
      reason: 'column-count',
      detail: `columns=${columns.length} row=${row}`,
      mayBeCut: columns.length < COLUMNS,
    };
  }
  const [time, type, id, size, price, direction] = columns as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const found = (reason: QuarantineReason, name: string, value: string): LobsterRowFault => ({
    reason,
    detail: `${name}=${value} row=${row}`,
    mayBeCut: name === 'direction' && (value === '' || value === '-'),
  });
  if (/^-\d+(\.\d+)?$/.test(time) || Number(time) >= SECONDS_PER_DAY + 1)
    return found('time-range', 'time', time);
  if (!/^\d+(\.\d+)?$/.test(time)) return found('not-a-number', 'time', time);
  if (!/^-?\d+$/.test(type)) return found('not-a-number', 'type', type);
  if (!/^[1-7]$/.test(type)) return found('unknown-type', 'type', type);
  if (!isOrderId(id, Number(type))) return found('not-a-number', 'orderId', id);
  if (!/^-?\d{1,15}$/.test(size)) return found('not-a-number', 'size', size);
  if (!/^-?\d{1,15}$/.test(price)) return found('not-a-number', 'price', price);
  if (!/^-?\d+$/.test(direction)) return found('not-a-number', 'direction', direction);
  if (direction !== '1' && direction !== '-1') return found('unknown-side', 'direction', direction);
  if (type === '7' && !/^(-1|0|1)$/.test(price)) return found('unknown-type', 'haltPrice', price);
  if (Number(time) < lastTsNs / 1e9) return found('time-backwards', 'time', time);
  if (!UNSIGNED.test(size) || (type !== '7' && Number(size) === 0)) {
    return found('qty-not-positive', 'size', size);
  }
  if (type !== '7' && Number(price) < 1) return found('price-range', 'price', price);
  return found(Number(time) - lastTsNs / 1e9 > 1 ? 'time-jump' : 'time-backwards', 'time', time);
}

function isOrderId(text: string, type: number): boolean {
  if (/^-[1-4]$/.test(text)) return type === 6;
  return /^\d{1,40}$/.test(text) && BigInt(text) <= ID_MAX;
}
