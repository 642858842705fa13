import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { textOfRows } from '../../../../tests/support/mbo-rows.ts';
import { readBytes, readFile, sinkText } from '../../../../tests/support/read-file.ts';
import { sharedFile } from '../../../../tests/support/shared-data.ts';
import { openByteSource, readAllBytes } from '../../byte-source.ts';
import { ItchDecoder } from '../../formats/itch-decoder.ts';
import { ItchPcapDecoder } from '../../formats/itch-pcap-decoder.ts';
import { LobsterDecoder } from '../../formats/lobster-decoder.ts';
import type { MemorySink } from '../../ingest/memory-sink.ts';
import { MboFromRecords } from '../../lake/mbo-from-records.ts';
import { MboBatch, type MboDecoder } from '../../mbo-batch.ts';
import { Quarantine } from '../../quarantine.ts';
import { dateOfName, ITCH_FILE, ITCH_PCAP_FILE } from './itch-file.ts';
import { E4_STEPS, LOBSTER_FILE } from './lobster-file.ts';

const GOOG = 'data/lobster/GOOG_2012-06-21_34200000_57600000_message_10.csv.gz';
const EPOCH_NS = 1_340_251_200_000_000_000n;
const ITCH = 'data/itch/ritch/ex20101224.TEST_ITCH_50.gz';

/** Every column of every row of a decoder, as text. */
async function rowsOf(decoder: MboDecoder, path: string): Promise<string[]> {
  const rows: string[] = [];
  const batch = new MboBatch(1000);
  const drain = () => {
    do {
      decoder.read(batch);
      rows.push(...textOfRows(batch));
    } while (batch.count === batch.capacity);
  };
  for await (const chunk of openByteSource(path)) {
    decoder.write(chunk.slice());
    drain();
  }
  decoder.end();
  drain();
  return rows;
}

function rowsAgain(sink: MemorySink, way: MboFromRecords): string[] {
  const rows: string[] = [];
  const batch = new MboBatch(777);
  for (const records of sink.batches('mbo')) {
    for (let from = 0; from < records.count; ) {
      from += way.fill(records, from, batch);
      rows.push(...textOfRows(batch));
    }
  }
  return rows;
}

/** A side as pairs of price and quantity, best first; `sign` is 1 for asks. */
function sorted(side: ReadonlyMap<number, number>, sign: 1 | -1): [number, number][] {
  return [...side].sort(([a], [b]) => sign * (a - b));
}

function numbersOf(decoder: MboDecoder): Map<string, number> {
  return new Map([...decoder.symbols].map(([number, symbol]) => [symbol, number]));
}

describe('LOBSTER files', () => {
  const path = sharedFile(GOOG);
  const book = sharedFile(GOOG.replace('message', 'orderbook'));

  it.skipIf(path === null)('a day as records and back is the day that the decoder reads', async () => {
    const decoder = new LobsterDecoder(new Quarantine('strict', 'GOOG'));
    const expected = await rowsOf(decoder, path!);
    const sink = await readFile(LOBSTER_FILE, path!, { mode: 'strict' });
    const way = new MboFromRecords({
      epochNs: EPOCH_NS,
      priceSteps: E4_STEPS,
      instruments: new Map([['GOOG', 0]]),
    });
    expect(expected).toHaveLength(147_916);
    expect(rowsAgain(sink, way)).toEqual(expected);
  });

  it.skipIf(path === null)(
    'trades are the executions, with the aggressor opposite to the order that was there',
    async () => {
      const sink = await readFile(LOBSTER_FILE, path!, { mode: 'strict' });
      const trades = sink.records('trade');
      expect(sink.counts()).toEqual({ mbo: 147_916, trade: 7765 + 3913 });
      const shares = (kind: string) =>
        trades.filter((trade) => trade.kind === kind).reduce((sum, trade) => sum + trade.qty, 0);
      expect([shares('regular'), shares('hidden')]).toEqual([492_509, 213_616]);
      const notional = trades.reduce((sum, { price, qty }) => sum + price * qty, 0);
      expect(notional).toBeCloseTo(402_095_725.32, 1);
      expect(trades[0]).toMatchObject({
        symbol: 'GOOG',
        tsEvent: EPOCH_NS + 34_200_015_105_074n,
        price: 579.4,
        qty: 4,
        aggressor: 'sell',
        buyOrderId: 15_818_974n,
      });
    },
  );

  it.skipIf(book === null || path === null)(
    'the changes of a book file rebuild each of its rows',
    async () => {
      const sink = await readFile(LOBSTER_FILE, book!, { mode: 'strict', options: { messages: path! } });
      const text = new TextDecoder().decode(await readAllBytes(book!));
      const rows = text
        .trimEnd()
        .split('\n')
        .map((row) => row.split(',').map(Number));
      const bids = new Map<number, number>();
      const asks = new Map<number, number>();
      let row = 0;
      const compare = () => {
        const found = [...sorted(asks, 1), ...sorted(bids, -1)].map(([price, qty]) => `${price}x${qty}`);
        const levels = Array.from({ length: 10 }, (_, level) => rows[row]!.slice(4 * level, 4 * level + 4));
        const wanted = [
          ...levels.filter((level) => level[1]! > 0).map((level) => `${level[0]}x${level[1]}`),
          ...levels.filter((level) => level[3]! > 0).map((level) => `${level[2]}x${level[3]}`),
        ];
        if (found.join() !== wanted.join()) expect.fail(`row ${row}: ${found} and not ${wanted}`);
        row++;
      };
      for (const record of sink.records('mbp')) {
        while (row < record.sourceIndex) compare();
        const side = record.side === 'buy' ? bids : asks;
        const price = Math.round(record.price! * 10_000);
        if (record.qty === 0) side.delete(price);
        else side.set(price, record.qty!);
      }
      while (row < rows.length) compare();
      expect(row).toBe(147_916);
      expect(sink.records('mbp').at(-1)).toMatchObject({ tsEvent: EPOCH_NS + 57_599_871_751_084n });
    },
  );

  it('a book file without its messages, and a name that tells nothing, are refused with all problems', () => {
    expect(() => readBytes(LOBSTER_FILE, Buffer.from(''), { fileName: 'x.csv' })).toThrow(/symbol.*date/s);
    expect(() =>
      readBytes(LOBSTER_FILE, Buffer.from(''), {
        fileName: 'A_2012-06-21_34200000_57600000_orderbook_1.csv',
      }),
    ).toThrow(/messages/);
    expect(() =>
      readBytes(LOBSTER_FILE, Buffer.from('100,2,99,3\n'), { options: { symbol: 'A', date: '2012-06-21' } }),
    ).toThrow(/message file/);
    expect(() =>
      readBytes(LOBSTER_FILE, Buffer.from(''), {
        options: { symbol: 'A', date: '2012-02-30', zone: 'Nowhere' },
      }),
    ).toThrow(/Nowhere.*2012-02-30/s);
  });

  it('halts are status records, a bad row is set aside, and the cut of chunks changes nothing', () => {
    const bytes = Buffer.from(
      [
        '34200.5,1,7,100,5853300,1',
        '34201,9,7,1,1,1',
        '34202.25,7,0,0,-1,-1',
        '34203,6,-1,500,5853400,1',
        '',
      ].join('\n'),
    );
    const options = { symbol: 'AAPL', date: '2024-01-10' };
    const sink = readBytes(LOBSTER_FILE, bytes, { options });
    expect(sink.records('status')).toMatchObject([
      { status: 'halted', tsEvent: 1_704_862_800_000_000_000n + 34_202_250_000_000n },
    ]);
    expect(sink.records('trade')).toMatchObject([
      { kind: 'auction', qty: 500, price: 585.34, aggressor: null },
    ]);
    expect([...sink.quarantine.counts]).toEqual([['unknown-type', 1]]);
    expect(sinkText(readBytes(LOBSTER_FILE, bytes, { options, chunkBytes: 1 }))).toBe(sinkText(sink));
  });
});

describe('ITCH files', () => {
  const path = sharedFile(ITCH);

  it.skipIf(path === null)('a file as records and back is the file that the decoder reads', async () => {
    const decoder = new ItchDecoder(new Quarantine('strict', 'itch'));
    const expected = await rowsOf(decoder, path!);
    const sink = await readFile(ITCH_FILE, path!, { mode: 'strict' });
    const way = new MboFromRecords({
      epochNs: 1_293_166_800_000_000_000n,
      priceSteps: E4_STEPS,
      instruments: numbersOf(decoder),
    });
    expect(rowsAgain(sink, way)).toEqual(expected);
    expect(sink.counts()).toMatchObject({
      mbo: 4997 + 1745 + 198 + 3 + 3 + 5000 + 12 + 45 + 1,
      definition: 3,
    });
    expect(sink.records('trade').filter(({ kind }) => kind === 'hidden')).toHaveLength(5000);
    const executed = sink.records('trade').filter(({ kind }) => kind === 'regular');
    expect(executed.length + (sink.remarks.get('execution-of-unknown-order') ?? 0)).toBe(198);
    expect(executed.length).toBeGreaterThan(100);
    const byOrder = new Map(
      sink
        .records('mbo')
        .filter(({ action }) => action === 'add')
        .map((add) => [add.orderId, add]),
    );
    const replaced = new Map(
      sink
        .records('mbo')
        .filter(({ action }) => action === 'replace')
        .map((row) => [row.newOrderId, row]),
    );
    for (const trade of executed) {
      const id = trade.buyOrderId ?? trade.sellOrderId;
      const order = byOrder.get(id!) ?? replaced.get(id!);
      expect(trade.price).toBe(order!.price);
      expect(trade.aggressor).toBe(trade.buyOrderId === null ? 'buy' : 'sell');
    }
  });

  it('T12.1-a executions take the price of their order, also of one that replaced another', () => {
    const bytes = Buffer.concat(
      [
        '41000700001f1acedbd24000000000000003e9420000012c4141504c20202020001c4454',
        '45000700021f1acedbd62800000000000003e900000064000000000000022b',
        '43000700021f1acedbd62800000000000003e900000032000000000000022c4e001c43f0',
        '55000700001f1acedbdc0400000000000003e900000000000003ea00000096001c44b8',
        '45000700021f1acedbdd2800000000000003ea00000064000000000000022d',
        '45000700021f1acedbde2800000000000009ff00000064000000000000022e',
      ].map((hex) => {
        const message = Buffer.from(hex, 'hex');
        return Buffer.concat([Buffer.from([0, message.length]), message]);
      }),
    );
    const options = { date: '2024-07-01' };
    const sink = readBytes(ITCH_FILE, bytes, { options, mode: 'strict' });
    expect(sink.records('trade')).toMatchObject([
      {
        symbol: 'AAPL',
        price: 185.25,
        qty: 100,
        kind: 'regular',
        aggressor: 'sell',
        tradeId: '555',
        buyOrderId: 1001n,
      },
      { price: 185.24, qty: 50, kind: 'auction', isPrintable: false, tradeId: '556' },
      { price: 185.26, qty: 100, buyOrderId: 1002n },
    ]);
    expect(sink.remarks.get('execution-of-unknown-order')).toBe(1);
    expect(sinkText(readBytes(ITCH_FILE, bytes, { options, chunkBytes: 3 }))).toBe(sinkText(sink));
  });

  it('kinds and symbols that are not wanted are left out, and counted', () => {
    const add = (locate: string, symbol: string) =>
      Buffer.from(
        `00244100${locate}00001f1acedbd24000000000000003e94200000 12c${symbol}001c4454`.replace(' ', ''),
        'hex',
      );
    const bytes = Buffer.concat([add('07', '4141504c20202020'), add('08', '4d53465420202020')]);
    const date = '2024-07-01';
    const all = readBytes(ITCH_FILE, bytes, { options: { date } });
    expect(all.records('mbo').map(({ symbol }) => symbol)).toEqual(['AAPL', 'MSFT']);
    const one = readBytes(ITCH_FILE, bytes, { options: { date, symbols: 'MSFT+IBM' } });
    expect(one.records('mbo').map(({ symbol }) => symbol)).toEqual(['MSFT']);
    expect(one.remarks.get('other-symbol')).toBe(1);
    expect(readBytes(ITCH_FILE, bytes, { options: { date, records: 'trade+status' } }).counts()).toEqual({});
    expect(() => readBytes(ITCH_FILE, bytes, { options: { date, records: 'bar' } })).toThrow(
      /records is made of mbo/,
    );
  });

  it('the day stands in the name, month first as Nasdaq writes it', () => {
    expect(dateOfName('01302020.NASDAQ_ITCH50')).toBe('2020-01-30');
    expect(dateOfName('S083022-v50.txt.gz')).toBe('2022-08-30');
    expect(dateOfName('ex20101224.TEST_ITCH_50.gz')).toBe('2010-12-24');
    expect(dateOfName('13322020.ITCH')).toBeNull();
  });
});

describe('captures of ITCH', () => {
  const all = sharedFile('data/itch/pcap/Nasdaq');

  it.skipIf(all === null)('captures as records and back are what the decoder reads', async () => {
    let rows = 0;
    let files = 0;
    for (const folder of readdirSync(all!).filter((name) => /TotalView.Itch.v5/.test(name))) {
      for (const name of readdirSync(`${all}/${folder}`)) {
        const path = `${all}/${folder}/${name}`;
        const decoder = new ItchPcapDecoder(new Quarantine('lenient', name));
        const expected = await rowsOf(decoder, path);
        const sink = await readFile(ITCH_PCAP_FILE, path, { fileName: basename(path) });
        const first = sink.records('mbo')[0];
        files++;
        if (first === undefined) continue;
        const way = new MboFromRecords({
          epochNs: first.tsEvent - BigInt(expected[0]!.split(' ')[1]!),
          recvEpochNs: decoder.captureEpochNs ?? 0n,
          priceSteps: E4_STEPS,
          instruments: numbersOf(decoder),
        });
        expect(rowsAgain(sink, way), path).toEqual(expected);
        rows += expected.length;
      }
    }
    expect(files).toBeGreaterThan(40);
    expect(rows).toBeGreaterThan(150);
  });
});
