import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drain, type MboRow } from '../../../tests/support/mbo-rows.ts';
import { sharedFile } from '../../../tests/support/shared-data.ts';
import { TwinError } from '../../base/index.ts';
import { BUY, SELL } from '../../domain/index.ts';
import {
  MBO_ADD,
  MBO_CLEAR,
  MBO_CROSS,
  MBO_DELETE,
  MBO_EXECUTE,
  MBO_FLAG_LAST,
  MBO_FLAG_NOT_PRINTABLE,
  MBO_HIDDEN_TRADE,
  MBO_REDUCE,
  MBO_REPLACE,
  MBO_STATUS,
  SIDE_UNKNOWN,
  STATUS_HALTED,
  STATUS_PAUSED,
  STATUS_QUOTE_ONLY,
  STATUS_TRADING,
  UNDEF_PRICE,
  UNDEF_TS,
} from '../mbo-batch.ts';
import { Quarantine } from '../quarantine.ts';
import { ItchDecoder } from './itch-decoder.ts';
import { ItchWriter } from './itch-encoder.ts';
import type { ItchDecoderOptions } from './itch-frames.ts';
import {
  decodeItchMessage,
  ITCH_LENGTH_BY_CODE,
  type ItchMessage,
  type ItchMessageOf,
  type ItchType,
} from './itch-messages.ts';

const T = 34_200_000_123_456;

const PLAIN: MboRow = {
  ...{ sourceIndex: 0, tsEventNs: T, tsRecvNs: UNDEF_TS, instrument: 7, action: 0, side: SIDE_UNKNOWN },
  ...{ price: UNDEF_PRICE, qty: 0, orderIdHi: 0, orderIdLo: 1001, newOrderIdHi: 0, newOrderIdLo: 0 },
  ...{ sequence: 0, flags: MBO_FLAG_LAST, code: 0 },
};

function framed(...hexes: string[]): Uint8Array {
  const parts = hexes.map((hex) => (hex.length / 2).toString(16).padStart(4, '0') + hex);
  return new Uint8Array(Buffer.from(parts.join(''), 'hex'));
}

function strictRows(bytes: Uint8Array, options?: ItchDecoderOptions): MboRow[] {
  return drain(new ItchDecoder(new Quarantine('strict', 'test'), options), bytes);
}

function lenient(bytes: Uint8Array): {
  rows: MboRow[];
  decoder: ItchDecoder;
  counts: Record<string, number>;
} {
  const quarantine = new Quarantine('lenient', 'test');
  const decoder = new ItchDecoder(quarantine);
  const rows = drain(decoder, bytes);
  return { rows, decoder, counts: Object.fromEntries(quarantine.counts) };
}

const HEX_A = '41000700001f1acedbd24000000000000003e9420000012c4141504c20202020001c4454';
const HEX_D = '44000700001f1acedbddf800000000000003e9';
const HEADER = (type: string) => `${Buffer.from(type).toString('hex')}000700001f1acedbd240`;
const AAPL = '4141504c20202020';

const CASES: readonly (readonly [name: string, hex: string, rows: readonly Partial<MboRow>[]])[] = [
  [
    'T12.9-a: A adds 300 to buy at 185.25',
    HEX_A,
    [{ action: MBO_ADD, side: BUY, qty: 300, price: 1_852_500 }],
  ],
  [
    'T12.9-b: E executes 100 at the price of the order',
    '45000700021f1acedbd62800000000000003e900000064000000000000022b',
    [{ action: MBO_EXECUTE, tsEventNs: T + 1000, qty: 100, sequence: 555 }],
  ],
  [
    'T12.9-c: C executes 50 at 185.24 and does not count in volume',
    '43000700021f1acedbd62800000000000003e900000032000000000000022c4e001c43f0',
    [
      {
        ...{ action: MBO_EXECUTE, tsEventNs: T + 1000, qty: 50, sequence: 556, price: 1_852_400 },
        flags: MBO_FLAG_LAST | MBO_FLAG_NOT_PRINTABLE,
      },
    ],
  ],
  [
    'T12.9-d: X takes 50 off',
    '58000700001f1acedbda1000000000000003e900000032',
    [{ action: MBO_REDUCE, tsEventNs: T + 2000, qty: 50 }],
  ],
  [
    'T12.9-e: U replaces 1001 by 1002',
    '55000700001f1acedbdc0400000000000003e900000000000003ea00000096001c44b8',
    [{ action: MBO_REPLACE, tsEventNs: T + 2500, newOrderIdLo: 1002, qty: 150, price: 1_852_600 }],
  ],
  ['T12.9-f: D deletes', HEX_D, [{ action: MBO_DELETE, tsEventNs: T + 3000 }]],
  ['T12.9-g: the start of market hours has no row', '53000000001f1acedbd24051', []],
  [
    'T12.9-h: an imbalance has no row',
    `${HEADER('I')}000000000000177000000000000003e842${AAPL}0007a4400007a4400007a314434c`,
    [],
  ],
  [
    'F adds as A does, with both halves of the id',
    `${HEADER('F')}ffffffff80000001530000012c${AAPL}001c44544d504944`,
    [{ action: MBO_ADD, side: SELL, qty: 300, price: 1_852_500, orderIdHi: -1, orderIdLo: -0x7fffffff }],
  ],
  [
    'P of the sell side says so',
    `${HEADER('P')}0000000000000000530000012c${AAPL}001c4454000000000000022b`,
    [{ action: MBO_HIDDEN_TRADE, side: SELL, qty: 300, price: 1_852_500, orderIdLo: 0, sequence: 555 }],
  ],
  [
    'P with B says nothing of the side',
    `${HEADER('P')}0000000000000000420000012c${AAPL}001c4454000000010000022b`,
    [
      {
        ...{ action: MBO_HIDDEN_TRADE, side: SIDE_UNKNOWN, qty: 300, price: 1_852_500, orderIdLo: 0 },
        sequence: 2 ** 32 + 555,
      },
    ],
  ],
  [
    'Q is an auction print of more than 2^32 shares',
    `${HEADER('Q')}0000000200000003${AAPL}001c4454000000000000022b4f`,
    [
      {
        ...{ action: MBO_CROSS, qty: 2 ** 33 + 3, price: 1_852_500, orderIdLo: 0, sequence: 555 },
        code: 'O'.charCodeAt(0),
      },
    ],
  ],
  ...(['H', 'P', 'Q', 'T'] as const).map((letter, i): [string, string, Partial<MboRow>[]] => [
    `H ${letter} is a trading status`,
    `${HEADER('H')}${AAPL}${Buffer.from(letter).toString('hex')}2020202020`,
    [
      {
        ...{ action: MBO_STATUS, orderIdLo: 0 },
        code: [STATUS_HALTED, STATUS_PAUSED, STATUS_QUOTE_ONLY, STATUS_TRADING][i]!,
      },
    ],
  ]),
  [
    'h is a trading status',
    `${HEADER('h')}${AAPL}5148`,
    [{ action: MBO_STATUS, orderIdLo: 0, code: STATUS_HALTED }],
  ],
  [
    'the end of messages clears all stocks',
    '53000000001f1acedbd24043',
    [{ action: MBO_CLEAR, instrument: 0, orderIdLo: 0 }],
  ],
];

describe('ItchDecoder', () => {
  it.each(CASES)('%s', (_name, hex, rows) => {
    expect(strictRows(framed(hex))).toEqual(rows.map((row) => ({ ...PLAIN, ...row })));
  });

  it('takes the side of P as written where the caller knows that it is', () => {
    const bytes = framed(`${HEADER('P')}0000000000000000420000012c${AAPL}001c4454000000000000022b`);
    expect(strictRows(bytes, { hasHiddenTradeSides: true })[0]!.side).toBe(BUY);
  });

  it('names stocks by the directory, and by their orders where there is none', () => {
    const writer = new ItchWriter();
    writer.stockDirectory(8, T, 'MSFT');
    const decoder = new ItchDecoder(new Quarantine('strict', 'test'));
    drain(decoder, Uint8Array.from([...framed(HEX_A), ...writer.bytes]));
    expect([...decoder.symbols]).toEqual([
      [7, 'AAPL'],
      [8, 'MSFT'],
    ]);
    expect([...decoder.messageCounts]).toEqual([
      ['A', 1],
      ['R', 1],
    ]);
  });

  it('skips an unknown type by its length', () => {
    const { rows, counts } = lenient(framed('5a0102', HEX_A));
    expect(rows).toEqual([
      { ...PLAIN, sourceIndex: 1, action: MBO_ADD, side: BUY, qty: 300, price: 1_852_500 },
    ]);
    expect(counts).toEqual({ 'unknown-type': 1 });
  });

  it('skips a message whose length is not that of its type', () => {
    const { rows, counts } = lenient(framed(`${HEX_D}00`, HEX_A));
    expect(rows.map((row) => row.action)).toEqual([MBO_ADD]);
    expect(counts).toEqual({ 'length-mismatch': 1 });
  });

  it.each([1, 2, 3, 20, 37])('reports a file cut after %d bytes of its last message', (kept) => {
    const whole = framed(HEX_A);
    const { rows, counts } = lenient(Uint8Array.from([...whole, ...whole.subarray(0, kept)]));
    expect(rows).toHaveLength(1);
    expect(counts).toEqual({ truncated: 1 });
    expect(() => strictRows(whole.subarray(0, kept))).toThrow(TwinError);
  });

  it('reports the cut at the end even when nobody reads again', () => {
    const quarantine = new Quarantine('lenient', 'test');
    const decoder = new ItchDecoder(quarantine);
    decoder.write(framed(HEX_A).subarray(0, 9));
    decoder.end();
    expect(quarantine.counts.get('truncated')).toBe(1);
  });

  it('takes a closing zero length as the end mark, and not in the midst', () => {
    const message = framed(HEX_A);
    expect(lenient(Uint8Array.from([...message, 0, 0])).counts).toEqual({});
    const { rows, counts } = lenient(Uint8Array.from([...message, 0, 0, ...message]));
    expect(rows).toHaveLength(2);
    expect(counts).toEqual({ 'length-mismatch': 1 });
  });

  it('keeps records whose time goes backwards and counts each step back once', () => {
    const { rows, counts } = lenient(framed(HEX_D, HEX_A, HEX_A, HEX_D, HEX_A));
    expect(rows).toHaveLength(5);
    expect(counts).toEqual({ 'time-backwards': 2 });
    expect(() => strictRows(framed(HEX_D, HEX_A))).toThrow(/time does not decrease/);
  });

  it('sets aside sides and values that the format does not know, and nothing of them stays behind', () => {
    const badAdd = HEX_A.replace('e942', 'e943');
    const badMatch = '45000700021f1acedbd62800000000000003e9000000640020000000000000';
    const badC = '43000700021f1acedbd62800000000000003e900000032000000000000022c20001c43f0';
    const badState = `${HEADER('H')}${AAPL}5a2020202020`;
    const { rows, counts, decoder } = lenient(framed(badAdd, badState, badMatch, badC, HEX_D));
    expect(rows).toEqual([{ ...PLAIN, sourceIndex: 4, action: MBO_DELETE, tsEventNs: T + 3000 }]);
    expect(counts).toEqual({ 'unknown-side': 1, 'field-value': 3 });
    expect([...decoder.messageCounts]).toEqual([['D', 1]]);
  });

  it('stops at an unknown type in a file without lengths, and says so', () => {
    const noLengths = (hex: string) => `0000${hex}`;
    const bytes = new Uint8Array(Buffer.from([HEX_A, '5a', HEX_A].map(noLengths).join(''), 'hex'));
    const { rows, counts } = lenient(bytes);
    expect(rows).toHaveLength(1);
    expect(counts).toEqual({ 'unknown-type': 1 });
  });
});

describe('ItchDecoder against the readable codec', () => {
  const NASDAQ = sharedFile('data/itch/nasdaq/sample_1000_messages.ITCH50');
  const RITCH = sharedFile('data/itch/ritch/ex20101224.TEST_ITCH_50.gz');
  const FACTS = sharedFile('data/facts.json');
  const facts = FACTS === null ? null : JSON.parse(readFileSync(FACTS, 'utf8')).itch;
  const FILES = [
    ['nasdaq/sample_1000_messages.ITCH50', NASDAQ, (path: string) => readFileSync(path)],
    ['ritch/ex20101224.TEST_ITCH_50.gz', RITCH, (path: string) => gunzipSync(readFileSync(path))],
  ] as const;

  describe.each(FILES)('%s', (name, path, load) => {
    it.skipIf(path === null || facts === null)('has the messages that the facts name', () => {
      const { decoder, counts } = lenient(load(path!));
      const known = facts[name];
      expect(Object.fromEntries(decoder.messageCounts)).toEqual(known.types);
      expect(counts).toEqual({});
      const messages = messagesOf(load(path!));
      expect(messages).toHaveLength(known.messages);
      expect(messages[0]!.tsEventNs).toBe(known.first_ns);
      expect(messages.at(-1)!.tsEventNs).toBe(known.last_ns);
      const added = new Map<string, number>();
      for (const row of lenient(load(path!)).rows) {
        const symbol = decoder.symbols.get(row.instrument)!;
        if (row.action === MBO_ADD) added.set(symbol, (added.get(symbol) ?? 0) + 1);
      }
      expect(Object.fromEntries(added)).toEqual(known.adds_by_stock ?? {});
    });

    it.skipIf(path === null)('gives the rows that the readable codec gives', () => {
      const expected = messagesOf(load(path!)).flatMap(rowOf);
      expect(expected.length).toBeGreaterThan(0);
      expect(lenient(load(path!)).rows).toEqual(expected);
    });

    it.skipIf(path === null)('reads the same in chunks of any size', () => {
      const bytes = load(path!).subarray(0, 60_000);
      const whole = lenient(bytes).rows;
      fc.assert(
        fc.property(
          fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 9 }),
          fc.integer({ min: 1, max: 300 }),
          (chunkBytes, capacity) => {
            const decoder = new ItchDecoder(new Quarantine('lenient', 'test'));
            expect(drain(decoder, bytes, { chunkBytes, capacity })).toEqual(whole);
          },
        ),
        { seed: 7, numRuns: 25 },
      );
      const decoder = new ItchDecoder(new Quarantine('lenient', 'test'));
      expect(drain(decoder, bytes.subarray(0, 3000), { chunkBytes: [1] })).toEqual(
        lenient(bytes.subarray(0, 3000)).rows,
      );
    });

    it.skipIf(path === null)('survives damage with nothing but a TwinError', () => {
      const bytes = load(path!).subarray(0, 20_000);
      fc.assert(
        fc.property(
          fc.integer({ min: 0, max: 20_000 }),
          fc.array(fc.tuple(fc.nat(20_000), fc.nat(255)), { maxLength: 12 }),
          fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 5 }),
          fc.constantFrom('strict' as const, 'lenient' as const),
          (length, flips, chunkBytes, mode) => {
            const damaged = Uint8Array.from(bytes.subarray(0, length));
            for (const [at, value] of flips) if (at < length) damaged[at]! ^= value;
            try {
              drain(new ItchDecoder(new Quarantine(mode, 'fuzz')), damaged, { chunkBytes });
            } catch (error) {
              if (!(error instanceof TwinError) || mode === 'lenient') throw error;
            }
          },
        ),
        { seed: 99, numRuns: 150 },
      );
    });
  });
});

function messagesOf(bytes: Uint8Array): ItchMessage[] {
  const messages: ItchMessage[] = [];
  for (let at = 0; at < bytes.length; ) {
    const prefix = (bytes[at]! << 8) | bytes[at + 1]!;
    const length = prefix === 0 ? ITCH_LENGTH_BY_CODE[bytes[at + 2]!]! : prefix;
    messages.push(decodeItchMessage(bytes, at + 2, length));
    at += 2 + length;
  }
  return messages;
}

/** What a message means, said once more and slowly; one table row per type with a row. */
const MEANING: { readonly [Type in ItchType]?: (message: ItchMessageOf<Type>) => Partial<MboRow> } = {
  A: (m) => ({ action: MBO_ADD, side: m.side === 'B' ? BUY : SELL, qty: m.shares, price: m.priceE4 }),
  F: (m) => ({ action: MBO_ADD, side: m.side === 'B' ? BUY : SELL, qty: m.shares, price: m.priceE4 }),
  E: (m) => ({ action: MBO_EXECUTE, qty: m.shares, sequence: Number(m.matchNumber) }),
  X: (m) => ({ action: MBO_REDUCE, qty: m.shares }),
  D: () => ({ action: MBO_DELETE }),
  U: (m) => ({
    action: MBO_REPLACE,
    qty: m.shares,
    price: m.priceE4,
    ...halves('newOrderId', m.newOrderRef),
  }),
  P: (m) => ({
    ...{ action: MBO_HIDDEN_TRADE, side: m.side === 'B' ? SIDE_UNKNOWN : SELL, qty: m.shares },
    ...{ price: m.priceE4, sequence: Number(m.matchNumber) },
  }),
  H: (m) => ({ action: MBO_STATUS, code: 1 + 'HQTP'.indexOf(m.tradingState) }),
};

function rowOf(message: ItchMessage, sourceIndex: number): MboRow[] {
  const head = { sourceIndex, tsEventNs: message.tsEventNs, instrument: message.stockLocate };
  const ids = halves('orderId', 'orderRef' in message ? message.orderRef : 0n);
  if (message.type === 'S') {
    return message.eventCode === 'C' ? [{ ...PLAIN, ...head, ...ids, action: MBO_CLEAR } as MboRow] : [];
  }
  const meaning = MEANING[message.type] as ((m: ItchMessage) => Partial<MboRow>) | undefined;
  return meaning === undefined ? [] : [{ ...PLAIN, ...head, ...ids, ...meaning(message) } as MboRow];
}

function halves(name: string, id: bigint): Record<string, number> {
  return {
    [`${name}Hi`]: Number(BigInt.asIntN(32, id >> 32n)),
    [`${name}Lo`]: Number(BigInt.asIntN(32, id)),
  };
}
