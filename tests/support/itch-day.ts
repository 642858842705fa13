/** Short ITCH days written message by message, for tests of replays. */

import { encodeItchMessage, type ItchMessage, ItchWriter } from '../../src/data/index.ts';
import { ethernet, ipv4, mold, pcapFile, udp } from './capture-files.ts';

type WithoutHeader<M> = M extends ItchMessage
  ? Omit<M, 'stockLocate' | 'trackingNumber' | 'tsEventNs'>
  : never;

/** A message; without a locate it is of AAPL, without a time as many ns after 09:30 as messages are before it. */
export type ItchBody = WithoutHeader<ItchMessage> & {
  readonly stockLocate?: number;
  readonly tsEventNs?: number;
};

export const AAPL_LOCATE = 7;
export const MSFT_LOCATE = 8;
const OPEN_NS = 34_200e9;

const e4 = (dollars: number): number => Math.round(dollars * 10_000);

export const add = (
  ref: number,
  side: 'B' | 'S',
  shares: number,
  dollars: number,
  stock = 'AAPL',
): ItchBody => ({ type: 'A', orderRef: BigInt(ref), side, shares, stock, priceE4: e4(dollars) });

export const executed = (ref: number, shares: number): ItchBody => ({
  type: 'E',
  orderRef: BigInt(ref),
  shares,
  matchNumber: 1n,
});

export const executedAt = (ref: number, shares: number, dollars: number, printable: 'Y' | 'N'): ItchBody => ({
  type: 'C',
  orderRef: BigInt(ref),
  shares,
  matchNumber: 1n,
  printable,
  priceE4: e4(dollars),
});

export const reduced = (ref: number, shares: number): ItchBody => ({
  type: 'X',
  orderRef: BigInt(ref),
  shares,
});

export const deleted = (ref: number): ItchBody => ({ type: 'D', orderRef: BigInt(ref) });

export const replaced = (ref: number, newRef: number, shares: number, dollars: number): ItchBody => ({
  type: 'U',
  orderRef: BigInt(ref),
  newOrderRef: BigInt(newRef),
  shares,
  priceE4: e4(dollars),
});

export const hiddenTrade = (shares: number, dollars: number): ItchBody => ({
  type: 'P',
  orderRef: 0n,
  side: 'B',
  shares,
  stock: 'AAPL',
  priceE4: e4(dollars),
  matchNumber: 1n,
});

export const systemEvent = (eventCode: string): ItchBody => ({ type: 'S', stockLocate: 0, eventCode });

export const tradingAction = (tradingState: string, reason = '', stock = 'AAPL'): ItchBody => ({
  type: 'H',
  stock,
  tradingState,
  reserved: '',
  reason,
});

export const operationalHalt = (haltAction: string, marketCode = 'Q'): ItchBody => ({
  type: 'h',
  stock: 'AAPL',
  marketCode,
  haltAction,
});

export const cross = (shares: number, dollars: number, crossType: string): ItchBody => ({
  type: 'Q',
  crossShares: BigInt(shares),
  stock: 'AAPL',
  priceE4: e4(dollars),
  matchNumber: 1n,
  crossType,
});

/** The same message about MSFT. */
export const ofMsft = (body: ItchBody): ItchBody =>
  ({ ...body, stockLocate: MSFT_LOCATE, ...('stock' in body ? { stock: 'MSFT' } : {}) }) as ItchBody;

/** The same message at a time of the day, hh:mm or hh:mm:ss. */
export function at(clock: string, body: ItchBody): ItchBody {
  return { ...body, tsEventNs: clockNs(clock) };
}

/** Ns after midnight of hh:mm or hh:mm:ss. */
export function clockNs(clock: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  return (hours * 3600 + minutes * 60 + seconds) * 1e9;
}

export function itchMessage(body: ItchBody, place: number): ItchMessage {
  return {
    stockLocate: AAPL_LOCATE,
    trackingNumber: 0,
    tsEventNs: OPEN_NS + place,
    ...body,
  } as ItchMessage;
}

/** A file that begins with the directory of AAPL and MSFT. */
export function itchBytes(bodies: readonly ItchBody[]): Uint8Array {
  const writer = new ItchWriter();
  for (const message of [...directory(), ...bodies.map(itchMessage)]) writer.append(message);
  return Uint8Array.from(writer.bytes);
}

/** The same messages as a capture of MoldUDP64, some in each packet. */
export function itchCapture(bodies: readonly ItchBody[], messagesPerPacket = 3): Uint8Array {
  const messages = [...directory(), ...bodies.map(itchMessage)].map(encodeItchMessage);
  const packets = [];
  for (let from = 0; from < messages.length; from += messagesPerPacket) {
    const part = messages.slice(from, from + messagesPerPacket);
    const bytes = ethernet(ipv4(udp(mold(BigInt(from + 1), part))), 0x0800);
    packets.push({ time: { seconds: 1_692_711_000, nanos: from }, bytes });
  }
  return pcapFile(packets);
}

function directory(): ItchMessage[] {
  const stocks = [
    [AAPL_LOCATE, 'AAPL'],
    [MSFT_LOCATE, 'MSFT'],
  ] as const;
  return stocks.map(([stockLocate, stock]) => ({
    type: 'R',
    stockLocate,
    trackingNumber: 0,
    tsEventNs: 9_000e9,
    stock,
    marketCategory: 'Q',
    financialStatus: 'N',
    roundLotShares: 100,
    roundLotsOnly: 'N',
    issueClassification: 'C',
    issueSubType: 'Z',
    authenticity: 'P',
    shortSaleThreshold: 'N',
    ipoFlag: 'N',
    luldTier: '1',
    etpFlag: 'N',
    etpLeverageFactor: 0,
    inverse: 'N',
  }));
}
