/**
 * Whether a call may end: extensions of LSE auctions (market-rules §2.4, §4.7) and the extended volatility interruption of
 * Xetra (§4.6). Times are whole ns; random parts come in as arguments.
 */

import { type BinaryReader, type BinaryWriter, invariant } from '../../base/index.ts';
import type { CallResult } from './call-result.ts';
import { isRecord, oneOf, raiseProblems, unknownKeys, wholeNumber } from './price-rule.ts';
import { isBeyond } from './price-width.ts';

/** Which extension is looked at first when both are due. */
export const FIRST_EXTENSIONS = ['priceMonitoring', 'marketOrders'] as const;

export interface ExtensionRule {
  /** A price further away from the reference price than this needs an extension, basis points. */
  readonly toleranceBps: number;
  readonly priceMonitoringMax: number;
  readonly marketOrderMax: number;
  readonly first: (typeof FIRST_EXTENSIONS)[number];
  readonly priceMonitoringNs: number;
  readonly marketOrderNs: number;
  /** Largest random part of an extension's end. */
  readonly randomNsMax: number;
  /** Volume below which a price out of tolerance is not used after the last extension, lots; 0 = no check. */
  readonly minVolumeLots: number;
}

/** An extension rule as it came from a file. Raises MKT_CONFIG with every problem. */
export function checkExtensionRule(value: unknown, path: string): ExtensionRule {
  raiseProblems(extensionRuleProblems(value, path), 'an extension rule has sound values');
  return value as ExtensionRule;
}

/** Problems of an extension rule as it came from a file. */
export function extensionRuleProblems(value: unknown, path: string): string[] {
  const ranges: Readonly<Record<string, readonly [number, number]>> = {
    toleranceBps: [0, 10_000],
    priceMonitoringMax: [0, 100],
    marketOrderMax: [0, 100],
    priceMonitoringNs: [0, Number.MAX_SAFE_INTEGER],
    marketOrderNs: [0, Number.MAX_SAFE_INTEGER],
    randomNsMax: [0, Number.MAX_SAFE_INTEGER],
    minVolumeLots: [0, Number.MAX_SAFE_INTEGER],
  };
  const keys = [...Object.keys(ranges), 'first'];
  if (!isRecord(value)) return [`${path}: is an extension rule with the keys ${keys.join(', ')}`];
  return [
    ...unknownKeys(value, keys, path),
    ...Object.entries(ranges).flatMap(([key, [min, max]]) =>
      wholeNumber(value[key], min, max, `${path}.${key}`),
    ),
    ...oneOf(value.first, FIRST_EXTENSIONS, `${path}.first`),
  ];
}

/** Smallest volume of LSE's check: half the normal market size, at least `floorLots`. Rounding: ceil. */
export function minVolumeOf(normalMarketSizeLots: number, floorLots: number): number {
  return Math.max(Math.ceil(normalMarketSizeLots / 2), floorLots);
}

/** 'noPrice': the call ends without an auction price, the closing price comes from elsewhere. */
export type CallDecision = 'uncross' | 'priceMonitoring' | 'marketOrders' | 'noPrice';

/** The extensions of one auction of LSE. */
export class AuctionExtensions {
  readonly #rule: ExtensionRule;
  #priceMonitoringCount = 0;
  #marketOrderCount = 0;

  constructor(rule: ExtensionRule) {
    this.#rule = rule;
  }

  get priceMonitoringCount(): number {
    return this.#priceMonitoringCount;
  }

  get marketOrderCount(): number {
    return this.#marketOrderCount;
  }

  /** Decides at the end of a call and counts the extension it decides for. Without a reference every price is tolerated. */
  endCall(result: CallResult, referenceTicks: number | null): CallDecision {
    const { toleranceBps, priceMonitoringMax, marketOrderMax, first, minVolumeLots } = this.#rule;
    const { priceTicks } = result;
    const isOut =
      priceTicks !== null && referenceTicks !== null && isBeyond(priceTicks, referenceTicks, toleranceBps);
    const mayMonitor = isOut && this.#priceMonitoringCount < priceMonitoringMax;
    const hasLeft = result.leftMarketBuyLots > 0 || result.leftMarketSellLots > 0;
    const mayWait = hasLeft && this.#marketOrderCount < marketOrderMax;
    if (mayMonitor && (first === 'priceMonitoring' || !mayWait)) {
      this.#priceMonitoringCount++;
      return 'priceMonitoring';
    }
    if (mayWait) {
      this.#marketOrderCount++;
      return 'marketOrders';
    }
    return priceTicks === null || (isOut && result.volumeLots < minVolumeLots) ? 'noPrice' : 'uncross';
  }

  /** End of the extension that `endCall` decided for, ns; `randomNs` comes from the venue's stream. */
  endNs(nowNs: number, kind: 'priceMonitoring' | 'marketOrders', randomNs: number): number {
    const { priceMonitoringNs, marketOrderNs, randomNsMax } = this.#rule;
    invariant(randomNs >= 0 && randomNs <= randomNsMax, 'the random part of an end is within its bound');
    return nowNs + (kind === 'priceMonitoring' ? priceMonitoringNs : marketOrderNs) + randomNs;
  }

  writeState(writer: BinaryWriter): void {
    writer.section('auction-extensions');
    writer.int32(this.#priceMonitoringCount);
    writer.int32(this.#marketOrderCount);
  }

  readState(reader: BinaryReader): void {
    reader.section('auction-extensions');
    this.#priceMonitoringCount = reader.int32();
    this.#marketOrderCount = reader.int32();
  }
}

export interface ExtendedInterruptionRule {
  /** Width of the dynamic range, basis points. */
  readonly dynamicBps: number;
  /** The wider range is the dynamic one times this, in hundredths (200 = twice). */
  readonly factorPercent: number;
}

/**
 * Whether a volatility interruption of Xetra may end. A potential price outside of the wider range makes it an extended
 * one; that ends by hand, or by itself when nothing is executable any more (market-rules §4.6).
 */
export function endInterruption(
  rule: ExtendedInterruptionRule,
  call: {
    readonly priceTicks: number | null;
    /** Reference 1: last price of an auction or of continuous trading. */
    readonly referenceTicks: number;
    readonly isExtended: boolean;
    readonly isEndedByHand: boolean;
  },
): 'uncross' | 'extend' | 'resumeWithoutPrice' {
  if (call.priceTicks === null) return 'resumeWithoutPrice';
  if (call.isEndedByHand) return 'uncross';
  if (call.isExtended) return 'extend';
  const widerBps = (rule.dynamicBps * rule.factorPercent) / 100;
  return isBeyond(call.priceTicks, call.referenceTicks, widerBps) ? 'extend' : 'uncross';
}
