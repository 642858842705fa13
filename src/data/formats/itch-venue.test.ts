import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { itchBytes, itchMessage } from '../../../tests/support/itch-day.ts';
import { sharedFile } from '../../../tests/support/shared-data.ts';
import { MboBatch, type MboDecoder, UNDEF_PRICE } from '../mbo-batch.ts';
import { Quarantine } from '../quarantine.ts';
import type { VenueMessage } from '../venue-message.ts';
import { ItchDecoder } from './itch-decoder.ts';
import {
  decodeItchMessage,
  encodeItchMessage,
  ITCH_LENGTH_BY_CODE,
  type ItchMessage,
} from './itch-messages.ts';
import { ItchPcapDecoder } from './itch-pcap-decoder.ts';

const T = 34_200_000_123_456;
const AAPL = '4141504c20202020';

const header = (type: string, locate = '0007'): string =>
  `${Buffer.from(type).toString('hex')}${locate}00001f1acedbd240`;
const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

type WithoutHead = VenueMessage extends infer M
  ? M extends VenueMessage
    ? Omit<M, 'row' | 'sourceIndex' | 'tsEventNs' | 'instrument'>
    : never
  : never;

interface Case {
  readonly name: string;
  readonly hex: string;
  /** Fields behind the header, as the readable codec names them. */
  readonly fields: Record<string, unknown>;
  readonly said: WithoutHead;
  readonly rows: number;
}

const status = { kind: 'status', layer: 'trading', rule: '', reason: '', group: '' } as const;
const stock = { stock: 'AAPL' };

const CASES: readonly Case[] = [
  {
    name: 'T12.9-g: S tells that market hours begin',
    hex: `${header('S', '0000')}51`,
    fields: { eventCode: 'Q' },
    said: { kind: 'systemEvent', event: 'startOfMarketHours' },
    rows: 0,
  },
  {
    name: 'S C clears all stocks besides',
    hex: `${header('S', '0000')}43`,
    fields: { eventCode: 'C' },
    said: { kind: 'systemEvent', event: 'endOfMessages' },
    rows: 1,
  },
  {
    name: 'H P LUDP is a pause of LULD',
    hex: `${header('H')}${AAPL}50204c554450`,
    fields: { ...stock, tradingState: 'P', reserved: '', reason: 'LUDP' },
    said: { ...status, status: 'halted', rule: 'luld', reason: 'LUDP' },
    rows: 1,
  },
  {
    name: 'H Q IPOQ begins a quotation period',
    hex: `${header('H')}${AAPL}512049504f51`,
    fields: { ...stock, tradingState: 'Q', reserved: '', reason: 'IPOQ' },
    said: { ...status, status: 'quoting', rule: 'other', reason: 'IPOQ' },
    rows: 1,
  },
  {
    name: 'H T without a reason lets trading go on',
    hex: `${header('H')}${AAPL}542020202020`,
    fields: { ...stock, tradingState: 'T', reserved: '', reason: '' },
    said: { ...status, status: 'trading' },
    rows: 1,
  },
  {
    name: 'h H is an outage of the exchange',
    hex: `${header('h')}${AAPL}5148`,
    fields: { ...stock, marketCode: 'Q', haltAction: 'H' },
    said: { ...status, status: 'halted', layer: 'service', rule: 'outage', reason: 'Q' },
    rows: 1,
  },
  {
    name: 'T4.5-a: V tells the levels of the market-wide circuit breakers',
    hex: `${header('V', '0000')}00000062229539c00000005bcdc0f980000000546adb2680`,
    fields: { level1E8: 421_487_000_000n, level2E8: 394_294_000_000n, level3E8: 362_570_000_000n },
    said: { kind: 'declineLevels', levelsE8: [421_487_000_000, 394_294_000_000, 362_570_000_000] },
    rows: 0,
  },
  {
    name: 'W tells which of them was hit',
    hex: `${header('W', '0000')}32`,
    fields: { breachedLevel: '2' },
    said: { kind: 'marketBreach', level: 2 },
    rows: 0,
  },
  {
    name: 'Y 1 restricts short sales',
    hex: `${header('Y')}${AAPL}31`,
    fields: { ...stock, regShoAction: '1' },
    said: { kind: 'shortSale', isRestricted: true },
    rows: 0,
  },
  {
    name: 'Y 0 does not',
    hex: `${header('Y')}${AAPL}30`,
    fields: { ...stock, regShoAction: '0' },
    said: { kind: 'shortSale', isRestricted: false },
    rows: 0,
  },
  {
    name: 'T4.4-h: J tells the collar of a reopening after a limit up',
    hex: `${header('J')}${AAPL}001005900010d2a4000e7ef000000000`,
    fields: {
      ...stock,
      collarReferencePriceE4: 1_050_000,
      upperCollarPriceE4: 1_102_500,
      lowerCollarPriceE4: 950_000,
      collarExtension: 0,
    },
    said: {
      kind: 'collar',
      referencePrice: 1_050_000,
      lowPrice: 950_000,
      highPrice: 1_102_500,
      extension: 0,
    },
    rows: 0,
  },
  {
    name: 'K tells when a new stock is released, and its price',
    hex: `${header('K')}${AAPL}000093a84100030d40`,
    fields: { ...stock, releaseTimeSeconds: 37_800, releaseQualifier: 'A', ipoPriceE4: 200_000 },
    said: { kind: 'ipoRelease', releaseNs: 37_800e9, isCancelled: false, price: 200_000 },
    rows: 0,
  },
  {
    name: 'T12.9-h: I tells what the closing cross would come to (T3.5-a)',
    hex: `${header('I')}000000000000177000000000000003e842${AAPL}0007a4400007a4400007a314434c`,
    fields: {
      pairedShares: 6000n,
      imbalanceShares: 1000n,
      imbalanceDirection: 'B',
      ...stock,
      farPriceE4: 500_800,
      nearPriceE4: 500_800,
      referencePriceE4: 500_500,
      crossType: 'C',
      priceVariation: 'L',
    },
    said: {
      kind: 'imbalance',
      auction: 'closing',
      pairedQty: 6000,
      imbalanceQty: 1000,
      direction: 'B',
      farPrice: 500_800,
      nearPrice: 500_800,
      referencePrice: 500_500,
      variation: 'L',
    },
    rows: 0,
  },
  {
    name: 'an early I has neither far nor near price',
    hex: `${header('I')}000000000000000000000000000003e84f${AAPL}00000000000000000007a3144f20`,
    fields: {
      pairedShares: 0n,
      imbalanceShares: 1000n,
      imbalanceDirection: 'O',
      ...stock,
      farPriceE4: 0,
      nearPriceE4: 0,
      referencePriceE4: 500_500,
      crossType: 'O',
      priceVariation: '',
    },
    said: {
      kind: 'imbalance',
      auction: 'opening',
      pairedQty: 0,
      imbalanceQty: 1000,
      direction: 'O',
      farPrice: UNDEF_PRICE,
      nearPrice: UNDEF_PRICE,
      referencePrice: 500_500,
      variation: '',
    },
    rows: 0,
  },
  {
    name: 'Q is a cross after a halt',
    hex: `${header('Q')}0000000000003039${AAPL}001c4454000000000000022b48`,
    fields: { crossShares: 12_345n, ...stock, priceE4: 1_852_500, matchNumber: 555n, crossType: 'H' },
    said: { kind: 'cross', auction: 'reopening', qty: 12_345, price: 1_852_500 },
    rows: 1,
  },
  {
    name: 'Q without shares is a cross that did not take place',
    hex: `${header('Q')}0000000000000000${AAPL}0000000000000000000000004f`,
    fields: { crossShares: 0n, ...stock, priceE4: 0, matchNumber: 0n, crossType: 'O' },
    said: { kind: 'cross', auction: 'opening', qty: 0, price: UNDEF_PRICE },
    rows: 1,
  },
];

/** All rows and venue messages of a source, with the rows that were read before each message. */
function readAll(decoder: MboDecoder, bytes: Uint8Array, capacity = 8, chunkBytes = bytes.length) {
  const batch = new MboBatch(capacity);
  const said: { message: VenueMessage; rowsBefore: number }[] = [];
  let rows = 0;
  const drain = (): void => {
    for (;;) {
      const count = decoder.read(batch);
      for (const message of batch.venue) said.push({ message, rowsBefore: rows + message.row });
      if (count === 0 && batch.venue.length === 0) return;
      rows += count;
    }
  };
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    decoder.write(bytes.slice(at, at + chunkBytes));
    drain();
  }
  decoder.end();
  drain();
  return { said, rows };
}

function framed(...messages: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(messages.flatMap((message) => [0, message.length, ...message]));
}

function lenient(bytes: Uint8Array) {
  const quarantine = new Quarantine('lenient', 'test');
  const decoder = new ItchDecoder(quarantine);
  return { ...readAll(decoder, bytes), counts: Object.fromEntries(quarantine.counts), decoder };
}

describe('venue messages of ITCH', () => {
  it.each(CASES.map((one) => [one.name, one] as const))('%s', (_, { hex, fields, said, rows }) => {
    const bytes = bytesOf(hex);
    const type = hex.slice(0, 2);
    const isOfStock = 'stock' in fields;
    const message = {
      type: String.fromCharCode(Number.parseInt(type, 16)),
      stockLocate: isOfStock ? 7 : 0,
      trackingNumber: 0,
      tsEventNs: T,
      ...fields,
    } as ItchMessage;
    expect(decodeItchMessage(bytes, 0, bytes.length)).toEqual(message);
    expect(Buffer.from(encodeItchMessage(message)).toString('hex')).toBe(hex);
    const decoder = new ItchDecoder(new Quarantine('strict', 'test'));
    const found = readAll(decoder, framed(bytes));
    const head = { row: 0, sourceIndex: 0, tsEventNs: T, instrument: isOfStock ? 7 : null };
    expect(found.said.map(({ message: heard }) => heard)).toEqual([{ ...head, ...said }]);
    expect(found.rows).toBe(rows);
    if (isOfStock) expect(decoder.symbols.get(7)).toBe('AAPL');
  });

  it('stand between the rows in the order of the source, whatever the batches and chunks', () => {
    const bytes = itchBytes([
      { type: 'D', orderRef: 1n },
      { type: 'S', stockLocate: 0, eventCode: 'Q' },
      { type: 'Y', stock: 'AAPL', regShoAction: '1' },
      { type: 'D', orderRef: 2n },
      { type: 'H', stock: 'AAPL', tradingState: 'H', reserved: '', reason: 'T1' },
      { type: 'D', orderRef: 3n },
      { type: 'W', stockLocate: 0, breachedLevel: '1' },
    ]);
    const expected = [
      ['systemEvent', 1],
      ['shortSale', 1],
      // Its own row is the third.
      ['status', 2],
      ['marketBreach', 4],
    ];
    for (const capacity of [1, 2, 8]) {
      for (const chunkBytes of [1, 7, 64, 4096]) {
        const decoder = new ItchDecoder(new Quarantine('strict', 'test'));
        const { said, rows } = readAll(decoder, bytes, capacity, chunkBytes);
        expect(said.map(({ message, rowsBefore }) => [message.kind, rowsBefore])).toEqual(expected);
        expect(rows).toBe(4);
      }
    }
  });

  const replaced = (hex: string, at: number, byte: string): Uint8Array =>
    bytesOf(hex.slice(0, 2 * at) + byte + hex.slice(2 * at + 2));
  const hexOfCase = (start: string): string => CASES.find(({ name }) => name.includes(start))!.hex;

  it.each([
    ['S', replaced(hexOfCase('T12.9-g'), 11, '5a')],
    ['H', replaced(hexOfCase('LUDP'), 19, '5a')],
    ['h with an unknown market', replaced(hexOfCase('h H'), 19, '5a')],
    ['h with an unknown action', replaced(hexOfCase('h H'), 20, '51')],
    ['V beyond 2^53', replaced(hexOfCase('T4.5-a'), 11, '01')],
    ['W', replaced(hexOfCase('W tells'), 11, '34')],
    ['Y', replaced(hexOfCase('Y 1'), 19, '33')],
    ['J with its bounds crossed', replaced(hexOfCase('T4.4-h'), 27, '01')],
    ['K with an unknown qualifier', replaced(hexOfCase('K tells'), 23, '42')],
    ['K beyond the day', replaced(hexOfCase('K tells'), 20, '09')],
    ['I with an unknown direction', replaced(hexOfCase('T12.9-h'), 27, '5a')],
    ['I of an unknown cross', replaced(hexOfCase('T12.9-h'), 48, '5a')],
    ['I beyond 2^53', replaced(hexOfCase('T12.9-h'), 11, '01')],
    ['Q of an unknown cross', replaced(hexOfCase('Q is a cross'), 39, '5a')],
  ])('field-value: a bad %s stops strict, and is set aside and not counted lenient', (_, bytes) => {
    const strict = new ItchDecoder(new Quarantine('strict', 'day.itch'));
    expect(() => readAll(strict, framed(bytes))).toThrow(/source=day.itch record=0 .*in a message/);
    const { said, rows, counts, decoder } = lenient(framed(bytes));
    expect(counts).toEqual({ 'field-value': 1 });
    expect(rows).toBe(0);
    expect(decoder.messageCounts.size).toBe(0);
    // Of a status that was set aside it is known that there was one.
    const type = String.fromCharCode(bytes[0]!);
    const isStatus = 'SWHh'.includes(type);
    const unknown =
      type === 'S' ? { event: 'unknown' } : { status: 'unknown', instrument: type === 'W' ? null : 7 };
    expect(said.map(({ message }) => message)).toMatchObject(isStatus ? [unknown] : []);
  });

  it('a status of the wrong length leaves an unknown status of its stock', () => {
    const long = new Uint8Array([...bytesOf(hexOfCase('LUDP')), 0x20]);
    const { said, counts } = lenient(framed(long));
    expect(counts).toEqual({ 'length-mismatch': 1 });
    expect(said.map(({ message }) => message)).toMatchObject([{ status: 'unknown', instrument: 7 }]);
  });

  it('a status whose time is wrong leaves one that is not known, and strict stops before it', () => {
    const late = bytesOf(hexOfCase('LUDP'));
    late.fill(0xff, 5, 11);
    const { said, rows, counts } = lenient(framed(late));
    expect(said.map(({ message }) => message)).toMatchObject([{ status: 'unknown', tsEventNs: 0 }]);
    expect([rows, counts]).toEqual([0, { 'time-range': 1 }]);
    const earlier = bytesOf(hexOfCase('H T'));
    earlier[10] = 0;
    const batch = new MboBatch();
    const decoder = new ItchDecoder(new Quarantine('strict', 'test'));
    decoder.write(framed(bytesOf(hexOfCase('LUDP')), earlier));
    expect(() => decoder.read(batch)).toThrow('time does not decrease');
    expect(batch.venue).toMatchObject([{ status: 'halted' }]);
  });

  it('any bytes of a venue type either say something or go to the quarantine, seed 77', () => {
    const types = [...'SHhVWYJKIQ'];
    const message = fc.constantFrom(...types).chain((type) => {
      const size = ITCH_LENGTH_BY_CODE[type.charCodeAt(0)]! - 11;
      const byte = fc.oneof(
        fc.constantFrom(...Buffer.from('AQHTPO 0123BSNCMEI')),
        fc.nat(255),
        fc.constant(0),
      );
      return fc.array(byte, { minLength: size, maxLength: size }).map((rest) => {
        return Uint8Array.from([type.charCodeAt(0), 0, 7, 0, 0, 0x1f, 0x1a, 0xce, 0xdb, 0xd2, 0x40, ...rest]);
      });
    });
    let heard = 0;
    fc.assert(
      fc.property(message, (bytes) => {
        const { said, counts } = lenient(framed(bytes));
        const isBad = counts['field-value'] === 1;
        const isStatus = 'SWHh'.includes(String.fromCharCode(bytes[0]!));
        expect(said).toHaveLength(isBad && !isStatus ? 0 : 1);
        if (!isBad) heard++;
        expect(isBad ? JSON.stringify(said) : '').not.toMatch(/"status":"(?!unknown)/);
      }),
      { seed: 77, numRuns: 1500 },
    );
    expect(heard).toBeGreaterThan(100);
  });

  const NASDAQ = sharedFile('data/itch/nasdaq/sample_1000_messages.ITCH50');
  it.skipIf(NASDAQ === null)('a real session start says that messages begin and three stocks trade', () => {
    const { said, counts } = lenient(readFileSync(NASDAQ!));
    expect(counts).toEqual({});
    expect(said.map(({ message }) => message)).toMatchObject([
      { kind: 'systemEvent', event: 'startOfMessages', instrument: null },
      ...[1, 2, 3].flatMap((instrument) => [
        { kind: 'status', status: 'trading', instrument },
        { kind: 'shortSale', isRestricted: false, instrument },
      ]),
    ]);
  });

  const CAPTURES = sharedFile('data/itch/pcap/Nasdaq/Nasdaq.Equities.TotalView.Itch.v5.0.20230822');
  const FACTS = sharedFile('data/facts.json');
  it.skipIf(CAPTURES === null || FACTS === null)('real captures have the venue messages of the facts', () => {
    const counts: Record<string, number> = {};
    for (const name of readdirSync(CAPTURES!)) {
      const decoder = new ItchPcapDecoder(new Quarantine('strict', name));
      for (const { message } of readAll(decoder, readFileSync(`${CAPTURES}/${name}`)).said) {
        counts[message.kind] = (counts[message.kind] ?? 0) + 1;
        if (message.kind === 'collar') expect(message.highPrice).toBeGreaterThan(message.lowPrice);
      }
    }
    const facts = JSON.parse(readFileSync(FACTS!, 'utf8')).itch['pcap TotalView 20230822, messages per type'];
    expect(counts).toEqual({
      systemEvent: facts.S,
      status: facts.H,
      shortSale: facts.Y,
      collar: facts.J,
      imbalance: facts.I,
      cross: facts.Q,
    });
  });

  it('the writer of days used in tests writes what the codec writes', () => {
    const message = itchMessage({ type: 'S', stockLocate: 0, eventCode: 'Q', tsEventNs: T }, 0);
    expect(Buffer.from(encodeItchMessage(message)).toString('hex')).toBe(hexOfCase('T12.9-g'));
  });
});
