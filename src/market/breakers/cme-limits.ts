/**
 * CME's daily price limits of equity index futures (market-rules §4.8): percent limits that depend on the part of the
 * session. At a limit the market stays open, so a breach interrupts nothing: the order trades up to the limit and no
 * further. Each limit is rounded to the nearest tick.
 */

import { type BinaryReader, type BinaryWriter, TwinError } from '../../base/index.ts';
import { BUY, PRICE_TICKS_MAX, PRICE_TICKS_MIN, SELL, UNDEF_INT32 } from '../../domain/index.ts';
import { checkRanges, DOWN_PPM_MAX, DURATION_NS_RANGE, PPM_RANGE } from './config-check.ts';
import { Breaker, type BreakerAction } from './contract.ts';
import { PPM, scaleHalfUp } from './rounding.ts';

/** 'daily': yesterday's reference (VWAP before 15:00), 'late': today's, 'fixing': the centre of the overnight range, 'index': the cash index. */
export const CME_REFERENCE_NAMES = ['daily', 'late', 'fixing', 'index'] as const;
export type CmeReferenceName = (typeof CME_REFERENCE_NAMES)[number];

/** Prices in millionths of a tick, since an average or an index value is seldom a whole number of ticks; null: unknown. */
export type CmeReferences = Readonly<Record<CmeReferenceName, number | null>>;

export interface CmeLimitPart {
  /** From the start of the trade date. Parts neither overlap nor run backwards; between them there are no limits. */
  readonly fromNs: number;
  readonly toNs: number;
  readonly center: CmeReferenceName;
  /** Of what the limits are a share. */
  readonly widthOf: CmeReferenceName;
  readonly upPpm: number | null;
  /** One per level: the market-wide breaker's levels move the limit to the next one. Empty: none. */
  readonly downPpm: readonly number[];
  /** The lower limit is not below this share under the 'daily' reference; null: no floor. */
  readonly floorPpm: number | null;
}

const NO_REFERENCES: CmeReferences = { daily: null, late: null, fixing: null, index: null };
const MICROTICKS = 1_000_000n;

export class CmeLimits extends Breaker {
  override readonly boundsOrders = true;
  readonly parts: readonly CmeLimitPart[];
  #references = NO_REFERENCES;
  #startNs = 0;
  #hasDay = false;
  /** Market-wide level that was triggered today. */
  #level = 0;
  #bidTicks = UNDEF_INT32;
  #askTicks = UNDEF_INT32;
  /** Side at its limit, UNDEF_INT32 for none. */
  #lockedSide = UNDEF_INT32;

  constructor(parts: readonly CmeLimitPart[]) {
    super('cmeLimits');
    checkParts(parts);
    this.parts = parts;
  }

  startDay(startNs: number, references: CmeReferences, actions: BreakerAction[]): void {
    this.#startNs = startNs;
    this.#hasDay = true;
    this.#references = references;
    this.#level = 0;
    this.#renew(startNs, actions);
  }

  /** References that become known during the day, for instance the one of 15:00. */
  setReferences(timeNs: number, references: Partial<CmeReferences>, actions: BreakerAction[]): void {
    this.#references = { ...this.#references, ...references };
    this.#renew(timeNs, actions);
  }

  /** The market-wide breaker was triggered at a level: the lower limit moves to the next one. */
  onMarketWideLevel(timeNs: number, level: number, actions: BreakerAction[]): void {
    this.#level = level;
    this.#renew(timeNs, actions);
  }

  override onTime(timeNs: number, actions: BreakerAction[]): void {
    while (this.nextTimeNs <= timeNs) this.#renew(this.nextTimeNs, actions);
  }

  override onQuote(timeNs: number, bidTicks: number, askTicks: number, actions: BreakerAction[]): void {
    this.#bidTicks = bidTicks;
    this.#askTicks = askTicks;
    this.#lookAtQuotes(timeNs, actions);
  }

  override writeState(writer: BinaryWriter): void {
    super.writeState(writer);
    for (const name of CME_REFERENCE_NAMES) writer.float64(this.#references[name] ?? Number.NaN);
    writer.float64(this.#startNs);
    writer.uint8(this.#hasDay ? 1 : 0);
    writer.int32(this.#level);
    writer.int32(this.#bidTicks);
    writer.int32(this.#askTicks);
    writer.int32(this.#lockedSide);
  }

  override readState(reader: BinaryReader): void {
    super.readState(reader);
    const next = (): number | null => {
      const value = reader.float64();
      return Number.isNaN(value) ? null : value;
    };
    this.#references = { daily: next(), late: next(), fixing: next(), index: next() };
    this.#startNs = reader.float64();
    this.#hasDay = reader.uint8() === 1;
    this.#level = reader.int32();
    this.#bidTicks = reader.int32();
    this.#askTicks = reader.int32();
    this.#lockedSide = reader.int32();
  }

  #renew(timeNs: number, actions: BreakerAction[]): void {
    const sinceNs = timeNs - this.#startNs;
    const part = this.parts.find(({ fromNs, toNs }) => fromNs <= sinceNs && sinceNs < toNs);
    const { lowTicks, highTicks } = this.#limitsOf(part);
    if (this.setRange(lowTicks, highTicks)) {
      actions.push({ kind: 'bandsChanged', rule: this.rule, timeNs, lowTicks, highTicks });
    }
    this.#lookAtQuotes(timeNs, actions);
    let next = Number.POSITIVE_INFINITY;
    for (const { fromNs, toNs } of this.parts) {
      for (const edge of [fromNs, toNs]) if (edge > sinceNs) next = Math.min(next, this.#startNs + edge);
    }
    this.setWake(this.#hasDay ? next : Number.POSITIVE_INFINITY);
  }

  #limitsOf(part: CmeLimitPart | undefined): { lowTicks: number; highTicks: number } {
    let lowTicks = PRICE_TICKS_MIN;
    let highTicks = PRICE_TICKS_MAX;
    const center = part === undefined ? null : this.#references[part.center];
    const base = part === undefined ? null : this.#references[part.widthOf];
    if (part === undefined || center === null || base === null) return { lowTicks, highTicks };
    if (part.upPpm !== null) highTicks = limitTicks(center, base, part.upPpm);
    if (part.downPpm.length > 0) {
      const ppm = part.downPpm[Math.min(this.#level, part.downPpm.length - 1)]!;
      lowTicks = limitTicks(center, base, -ppm);
    }
    const { daily } = this.#references;
    if (part.floorPpm !== null && daily !== null) {
      lowTicks = Math.max(lowTicks, limitTicks(daily, daily, -part.floorPpm));
    }
    return { lowTicks, highTicks };
  }

  /** Limit lock is told, and changes nothing. */
  #lookAtQuotes(timeNs: number, actions: BreakerAction[]): void {
    let side: number = UNDEF_INT32;
    if (this.#bidTicks !== UNDEF_INT32 && this.#bidTicks === this.highTicks) side = BUY;
    else if (this.#askTicks !== UNDEF_INT32 && this.#askTicks === this.lowTicks) side = SELL;
    if (side === this.#lockedSide) return;
    if (this.#lockedSide !== UNDEF_INT32) actions.push({ kind: 'limitStateLeft', rule: this.rule, timeNs });
    this.#lockedSide = side;
    if (side === UNDEF_INT32) return;
    actions.push({
      kind: 'limitStateEntered',
      rule: this.rule,
      timeNs,
      side: side === BUY ? BUY : SELL,
      limitTicks: side === BUY ? this.highTicks : this.lowTicks,
    });
  }
}

/** center + base · ppm to the nearest tick; both prices in millionths of a tick. */
function limitTicks(center: number, base: number, ppm: number): number {
  const numerator = BigInt(center) * BigInt(PPM) + BigInt(base) * BigInt(ppm);
  return scaleHalfUp(numerator, 1n, MICROTICKS * BigInt(PPM));
}

function checkParts(parts: readonly CmeLimitPart[]): void {
  checkRanges('cmeLimits', [
    ['parts.length', parts.length, [1, 64]],
    ...parts.flatMap((part, i) => [
      [`parts[${i}].fromNs`, part.fromNs, [parts[i - 1]?.toNs ?? 0, DURATION_NS_RANGE[1]]] as const,
      [`parts[${i}].toNs`, part.toNs, [part.fromNs + 1, DURATION_NS_RANGE[1]]] as const,
      [`parts[${i}].upPpm`, part.upPpm ?? 1, PPM_RANGE] as const,
      [`parts[${i}].floorPpm`, part.floorPpm ?? 1, PPM_RANGE] as const,
      ...part.downPpm.map(
        (ppm, level) =>
          [`parts[${i}].downPpm[${level}]`, ppm, [(part.downPpm[level - 1] ?? 0) + 1, DOWN_PPM_MAX]] as const,
      ),
    ]),
  ]);
  const unknown = parts.flatMap((part) =>
    [part.center, part.widthOf].filter((name) => !CME_REFERENCE_NAMES.includes(name)),
  );
  if (unknown.length > 0) {
    throw new TwinError('MKT_CONFIG', 'a reference is one of the known names', {
      unknown,
      allowed: CME_REFERENCE_NAMES,
    });
  }
}
