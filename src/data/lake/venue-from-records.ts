/**
 * Canonical status, imbalance and statistics records as what a venue says: the way back of `VenueRecordWriter`. A record says as
 * much as its message did; the reference price of a collar is in no record, and of a cancelled release the time is not.
 */

import { priceStepsOfNumber } from '../../base/index.ts';
import { UNDEF_PRICE } from '../mbo-batch.ts';
import type { CanonicalRecord } from '../registry.ts';
import type {
  AuctionName,
  CrossMessage,
  ImbalanceDirectionName,
  SessionRuleName,
  SystemEventName,
  VenueMessage,
  VenueMessageHead,
} from '../venue-message.ts';

/** What records of a feed mean beyond their words. */
export interface VenueWording {
  /** Symbols that no order has are codes of groups of instruments (CME). */
  readonly hasGroups: boolean;
  /** Whether an outage is one of the venue's own system, and not of trading everywhere (ITCH). */
  readonly isOutageOfService: boolean;
  /** Whether a cross with a price of 0 had none (ITCH). */
  readonly isZeroNoPrice: boolean;
  /** Steps of 1e-9 in one unit of the feed's prices. */
  readonly priceSteps: number;
}

type Imbalance = CanonicalRecord<'imbalance'>;
type Status = CanonicalRecord<'status'>;

const DIRECTIONS: Readonly<Record<NonNullable<Imbalance['direction']>, ImbalanceDirectionName>> = {
  buy: 'B',
  sell: 'S',
  none: 'N',
  insufficient: 'O',
  paused: 'P',
};

const SYSTEM_EVENTS: ReadonlySet<string> = new Set<SystemEventName>([
  'startOfMessages',
  'startOfSystemHours',
  'startOfMarketHours',
  'endOfMarketHours',
  'endOfSystemHours',
  'endOfMessages',
  'unknown',
]);

/** Auction by the letter of a cross, as feeds write it. */
const AUCTION_OF_LETTER: Readonly<Record<string, AuctionName>> = {
  O: 'opening',
  C: 'closing',
  A: 'closing',
  H: 'reopening',
  I: 'intraday',
};

export function statusMessage(record: Status, head: VenueMessageHead, wording: VenueWording): VenueMessage {
  const { rule, reason, status } = record;
  if (head.instrument === null) {
    if (rule === 'schedule' && SYSTEM_EVENTS.has(reason ?? ''))
      return { ...head, kind: 'systemEvent', event: reason as SystemEventName };
    const level = /^level ([123])$/.exec(reason ?? '');
    if (rule === 'marketWide' && level !== null)
      return { ...head, kind: 'marketBreach', level: Number(level[1]) as 1 | 2 | 3 };
  }
  if (rule === 'regSho201' && record.isShortRestricted !== null)
    return { ...head, kind: 'shortSale', isRestricted: record.isShortRestricted };
  const extension = /^auction collar, extension (\d+)$/.exec(reason ?? '');
  if (extension !== null) {
    const { priceSteps } = wording;
    return {
      ...head,
      kind: 'collar',
      referencePrice: UNDEF_PRICE,
      lowPrice: unitsOf(record.limitDown, priceSteps),
      highPrice: unitsOf(record.limitUp, priceSteps),
      extension: Number(extension[1]),
    };
  }
  return {
    ...head,
    kind: 'status',
    status,
    layer: rule === 'outage' && wording.isOutageOfService ? 'service' : 'trading',
    rule: (rule ?? '') as SessionRuleName,
    reason: reason ?? '',
    group: head.instrument === null && record.symbol !== '*' ? record.symbol : '',
  };
}

/** `epochNs` is time 0 of the messages, ns since 1970 UTC. */
export function imbalanceMessage(
  record: Imbalance,
  head: VenueMessageHead,
  { priceSteps }: VenueWording,
  epochNs: bigint,
): VenueMessage {
  if (record.auction === 'ipo') {
    const { tsAuction } = record;
    return {
      ...head,
      kind: 'ipoRelease',
      releaseNs: tsAuction === null ? 0 : Number(tsAuction - epochNs),
      isCancelled: tsAuction === null,
      price: unitsOf(record.referencePrice, priceSteps),
    };
  }
  return {
    ...head,
    kind: 'imbalance',
    auction: record.auction === 'unknown' ? null : record.auction,
    pairedQty: record.pairedQty ?? 0,
    imbalanceQty: record.imbalanceQty ?? 0,
    direction: record.direction === null ? 'P' : DIRECTIONS[record.direction],
    farPrice: unitsOf(record.farPrice, priceSteps),
    nearPrice: unitsOf(record.nearPrice, priceSteps),
    referencePrice: unitsOf(record.referencePrice, priceSteps),
    variation: record.variation ?? '',
  };
}

/** The auction of a row with the action `cross`. */
export function crossMessage(
  head: VenueMessageHead,
  letterCode: number,
  qty: number,
  priceUnits: number,
  { isZeroNoPrice }: VenueWording,
): CrossMessage {
  const auction = AUCTION_OF_LETTER[String.fromCharCode(letterCode)] ?? null;
  const price = isZeroNoPrice && priceUnits === 0 ? UNDEF_PRICE : priceUnits;
  return { ...head, kind: 'cross', auction, qty, price };
}

/** Level 1 to 3 and index points in 1e-8 of a record of decline levels; null for any other figure. */
export function declineLevel(
  record: CanonicalRecord<'statistics'>,
): { level: number; pointsE8: number } | null {
  const found = /^market-wide decline level ([123])$/.exec(record.detail ?? '');
  if (found === null || record.value === null) return null;
  return { level: Number(found[1]), pointsE8: Math.round(record.value * 1e8) };
}

function unitsOf(price: number | null, priceSteps: number): number {
  return price === null ? UNDEF_PRICE : Number(priceStepsOfNumber(price)) / priceSteps;
}
