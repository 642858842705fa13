/**
 * Settlement prices of CME in FIX: incremental refreshes (35=X) and snapshots (35=W) with entries of type 6, and beside them cleared
 * volume (B) and open interest (C). An entry begins at MDUpdateAction (279) in a refresh, at MDEntryType (269) in a snapshot; what
 * stands before the first entry holds for all.
 *
 *   55 symbol · 48 security id · 270 price · 271 size · 272 day · 273 time · 731 kind of settlement · 5796 day it is about
 *   60 time of the event · 52 time of sending · 34 number of the message
 */

import type { RecordSink } from '../../ingest/adapter.ts';
import type { NewRecord } from '../../registry.ts';
import { dayOfText } from '../../schema/day.ts';
import { isFinalSettle, settleWords } from '../settle-type.ts';
import type { FixField } from './messages.ts';

type Statistics = NewRecord<'statistics'>;

const TAG = {
  type: 35,
  number: 34,
  sent: 52,
  symbol: 55,
  securityId: 48,
  transact: 60,
  day: 75,
  count: 268,
  entryType: 269,
  price: 270,
  size: 271,
  entryDay: 272,
  entryTime: 273,
  action: 279,
  settleType: 731,
  referenceDay: 5796,
} as const;

const KINDS: Readonly<Record<string, Statistics['kind']>> = {
  '6': 'settlement',
  B: 'clearedVolume',
  C: 'openInterest',
};
const ACTION_DELETE = '2';
const NS_PER_DAY = 86_400_000_000_000n;
const TIMESTAMP = /^(\d{8})-(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?$/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{0,9})$/;
const CLOCK = /^(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?$/;

type Values = ReadonlyMap<number, string>;

export class SettlementMessages {
  readonly #sink: RecordSink;
  #index = 0;

  constructor(sink: RecordSink) {
    this.#sink = sink;
  }

  /** Sets a piece of the file aside that is no message. */
  damaged(detail: string): void {
    this.#sink.reject('field-value', this.#index++, detail);
  }

  read(fields: readonly FixField[]): void {
    const type = fields.find(({ tag }) => tag === TAG.type)?.value ?? '';
    if (type !== 'X' && type !== 'W') {
      this.#sink.remark(`other-message-${type}`);
      return;
    }
    const { head, entries } = split(fields, type === 'X' ? TAG.action : TAG.entryType);
    const told = Number(head.get(TAG.count));
    if (entries.length !== told) {
      this.#sink.reject(
        'length-mismatch',
        this.#index++,
        `${entries.length} entries, ${head.get(TAG.count)} are told`,
      );
      return;
    }
    for (const entry of entries) this.#entry(head, entry);
  }

  #entry(head: Values, entry: Values): void {
    const fieldOf = (tag: number): string | null => entry.get(tag) ?? head.get(tag) ?? null;
    const type = entry.get(TAG.entryType) ?? '';
    const kind = KINDS[type];
    if (kind === undefined) {
      this.#sink.remark('entry-of-other-type');
      return;
    }
    const sourceIndex = this.#index++;
    const symbol = fieldOf(TAG.symbol) ?? fieldOf(TAG.securityId);
    const tsEvent = timeOf(head, entry);
    const isDeleted = entry.get(TAG.action) === ACTION_DELETE;
    const price = kind === 'settlement' ? (entry.get(TAG.price) ?? null) : null;
    const size = entry.get(TAG.size);
    const value = kind === 'settlement' || size === undefined ? null : Number(size);
    if (symbol === null || tsEvent === null || (!isDeleted && price === null && value === null)) {
      this.#sink.reject(
        'missing-value',
        sourceIndex,
        `type ${type} symbol=${symbol} price=${price} size=${size}`,
      );
      return;
    }
    const settle = kind === 'settlement' ? settleOf(fieldOf(TAG.settleType)) : null;
    const number = Number(head.get(TAG.number));
    this.#sink.push('statistics', {
      symbol,
      tsEvent,
      sequence: Number.isSafeInteger(number) && number >= 0 && head.has(TAG.number) ? number : null,
      sourceIndex,
      kind,
      price: isDeleted ? null : price,
      value: isDeleted ? null : value,
      tsReference: dayNs(fieldOf(TAG.referenceDay) ?? fieldOf(TAG.day)),
      isFinal: settle?.isFinal ?? null,
      detail: isDeleted ? 'deleted' : (settle?.words ?? null),
    });
  }
}

/** Fields before the first entry, and those of each; an entry begins where its first tag comes again. */
function split(fields: readonly FixField[], first: number): { head: Values; entries: Values[] } {
  const head = new Map<number, string>();
  const entries: Map<number, string>[] = [];
  for (const { tag, value } of fields) {
    if (tag === first) entries.push(new Map());
    const target = entries.at(-1) ?? head;
    target.set(tag, value);
  }
  return { head, entries };
}

/** When it happened: day and time of the entry, else the time of the event, else that of sending. */
function timeOf(head: Values, entry: Values): bigint | null {
  const day = dayNs(entry.get(TAG.entryDay) ?? null);
  const clock = clockNs(entry.get(TAG.entryTime) ?? null);
  if (day !== null && clock !== null) return day + clock;
  return timestampNs(entry.get(TAG.transact) ?? head.get(TAG.transact)) ?? timestampNs(head.get(TAG.sent));
}

/** 'YYYYMMDD-HH:MM:SS.sss', or CME's 'YYYYMMDDHHMMSSsss'; UTC. */
function timestampNs(written: string | undefined): bigint | null {
  const match = written === undefined ? null : TIMESTAMP.exec(written);
  if (match !== null) {
    const [, day, hours, minutes, seconds, fraction = ''] = match;
    return joined(
      dayNs(day!),
      clockNs(`${hours}:${minutes}:${seconds}${fraction === '' ? '' : `.${fraction}`}`),
    );
  }
  const compact = written === undefined ? null : COMPACT.exec(written);
  if (compact === null) return null;
  const [, year, month, day, hours, minutes, seconds, fraction = ''] = compact;
  const clock = `${hours}:${minutes}:${seconds}${fraction === '' ? '' : `.${fraction}`}`;
  return joined(dayNs(`${year}${month}${day}`), clockNs(clock));
}

function joined(day: bigint | null, clock: bigint | null): bigint | null {
  return day === null || clock === null ? null : day + clock;
}

function dayNs(written: string | null): bigint | null {
  const match = written === null ? null : /^(\d{4})(\d{2})(\d{2})$/.exec(written);
  const day = match === null ? null : dayOfText(`${match[1]}-${match[2]}-${match[3]}`);
  return day === null ? null : BigInt(day) * NS_PER_DAY;
}

function clockNs(written: string | null): bigint | null {
  const match = written === null ? null : CLOCK.exec(written);
  if (match === null) return null;
  const [, hours, minutes, seconds, fraction = ''] = match;
  const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** SettlPriceType as a number, or as its bits written from the highest to the lowest ('00000011'). */
function settleOf(written: string | null): { isFinal: boolean; words: string } | null {
  if (written === null || !/^\d{1,8}$/.test(written)) return null;
  const bits = /^[01]{8}$/.test(written) ? Number.parseInt(written, 2) : Number(written);
  const isFinal = isFinalSettle(bits);
  const words = settleWords(bits);
  return isFinal === null || words === null ? null : { isFinal, words };
}
