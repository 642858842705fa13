import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bookText, type MdpRead, readMdp } from '../../../../tests/support/mdp-reader.ts';
import { sharedFile } from '../../../../tests/support/shared-data.ts';
import { MDP_FORMAT } from './format.ts';

const CAPTURES = sharedFile('data/cme/pcap/Cme');
const MAIN = 'data/cme/pcap/Cme/Mdp3.Sbe.v1.6/Cme.Mdp3.Sbe.v6.1.pcap.gz';

interface Facts {
  readonly cme: Readonly<
    Record<
      string,
      { per_feed: number; sequence: [number, number]; messages_by_template: Record<string, number> }
    >
  >;
}

function bytesOf(path: string): Uint8Array {
  const bytes = readFileSync(path);
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

/** The blocks of a pcapng whose packets go to that port, and all that are not packets. */
function oneLine(bytes: Uint8Array, port: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += view.getUint32(at + 4, true)) {
    const isPacket = view.getUint32(at, true) === 6;
    const portAt = at + 28 + 14 + 20 + 2;
    if (!isPacket || view.getUint16(portAt) === port)
      kept.push(bytes.subarray(at, at + view.getUint32(at + 4, true)));
  }
  return Buffer.concat(kept);
}

const remark = ({ sink }: MdpRead, name: string): number => sink.remarks.get(name) ?? 0;

function booksOf(read: MdpRead): string[] {
  return read.normaliser.instruments
    .toSorted((a, b) => a - b)
    .map((id) =>
      (['buy', 'sell'] as const)
        .flatMap((side) => (['outright', 'implied'] as const).map((view) => bookText(read, id, side, view)))
        .join(' | '),
    );
}

describe('a recording of both lines', () => {
  const path = sharedFile(MAIN);
  const factsPath = sharedFile('data/facts.json');
  const isAbsent = path === null || factsPath === null;

  it.skipIf(isAbsent)(
    'has the messages of the facts, no gap, and the same book from either line and from both',
    () => {
      const bytes = bytesOf(path!);
      const facts = (JSON.parse(readFileSync(factsPath!, 'utf8')) as Facts).cme[
        MAIN.replace('data/cme/', '')
      ]!;
      const both = readMdp(bytes);
      const a = readMdp(oneLine(bytes, 14_340));
      const b = readMdp(oneLine(bytes, 15_340));
      for (const read of [both, a, b]) {
        expect(Object.fromEntries(read.sink.quarantine.counts)).toEqual({});
        // The first packet of a line is a sign of life before anything is known of the line.
        const templates = Object.fromEntries(read.normaliser.templates);
        templates[12]! += 1;
        expect(templates).toEqual(
          Object.fromEntries(
            Object.entries(facts.messages_by_template).map(([id, count]) => [id, count / 2]),
          ),
        );
      }
      expect(remark(both, 'heartbeat')).toBe(2);
      expect(remark(both, 'repeated-packet')).toBe(facts.per_feed - 1);
      expect(booksOf(both).length).toBeGreaterThan(100);
      expect(booksOf(a)).toEqual(booksOf(both));
      expect(booksOf(b)).toEqual(booksOf(both));
      const rows = ({ sink }: MdpRead) => sink.records('mbp').map(({ tsRecv: _, ...row }) => row);
      expect(rows(a)).toEqual(rows(b));
      expect(rows(both)).toEqual(rows(a));
    },
  );

  it.skipIf(isAbsent)('has levels from the best one outward, and trades with all their orders', () => {
    const read = readMdp(bytesOf(path!));
    let levels = 0;
    for (const id of read.normaliser.instruments) {
      for (const side of ['buy', 'sell'] as const) {
        const prices = (read.normaliser.levels(id, side, 'outright') ?? []).map(
          ({ priceSteps }) => priceSteps,
        );
        levels += prices.length;
        expect(new Set(prices).size).toBe(prices.length);
      }
    }
    expect(levels).toBeGreaterThan(500);
    expect(remark(read, 'order-of-no-trade')).toBe(0);
    const trades = read.sink.records('trade');
    expect(trades.length).toBeGreaterThan(300);
    // Fills and aggressors of a trade stand beside it.
    expect(read.sink.records('mbo').length).toBeGreaterThan(trades.length);
  });

  it.skipIf(isAbsent)('two lines that each lost every tenth packet give the whole', () => {
    const bytes = bytesOf(path!);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const kept: Uint8Array[] = [];
    for (let at = 0, packet = 0; at < bytes.length; at += view.getUint32(at + 4, true)) {
      const block = bytes.subarray(at, at + view.getUint32(at + 4, true));
      if (view.getUint32(at, true) !== 6) {
        kept.push(block);
        continue;
      }
      const payloadAt = at + 28 + 14 + 20 + 8;
      const isLost =
        view.getUint32(payloadAt, true) % 10 === (view.getUint16(payloadAt - 6) === 14_340 ? 3 : 7);
      if (!isLost) kept.push(block);
      packet++;
      expect(packet).toBeGreaterThan(0);
    }
    const lossy = readMdp(Buffer.concat(kept));
    const whole = readMdp(bytes);
    expect(lossy.sink.quarantine.total).toBe(0);
    expect(booksOf(lossy)).toEqual(booksOf(whole));
  });

  it.skipIf(isAbsent)('gives the same records however its bytes come', () => {
    const bytes = oneLine(bytesOf(path!), 14_340).subarray(0, 200_000);
    const whole = readMdp(bytes);
    const cut = readMdp(bytes, {}, 997);
    for (const schema of ['mbp', 'bbo', 'trade', 'mbo', 'statistics'] as const) {
      expect(cut.sink.records(schema)).toEqual(whole.sink.records(schema));
    }
  });

  it.skipIf(isAbsent)('is read by the schema of the exchange as by what is built in', () => {
    const bytes = bytesOf(path!);
    const built = readMdp(bytes);
    for (const version of [6, 9]) {
      const schema = sharedFile(`data/cme/schema/Cme.Futures.Mdp3.Sbe.v1.${version}.xml.gz`)!;
      const read = readMdp(bytes, { schema });
      for (const name of ['mbp', 'bbo', 'trade', 'mbo', 'statistics'] as const) {
        expect(read.sink.records(name)).toEqual(built.sink.records(name));
      }
    }
  });
});

describe('every capture of MDP 3.0', () => {
  const folders = CAPTURES === null ? [] : readdirSync(CAPTURES).filter((name) => name.startsWith('Mdp3'));
  const files = folders.flatMap((folder) =>
    readdirSync(`${CAPTURES}/${folder}`).map((file) => `${folder}/${file}`),
  );
  it.skipIf(CAPTURES === null).each(files.length === 0 ? ['none'] : files)('%s', (file) => {
    const bytes = bytesOf(`${CAPTURES}/${file}`);
    const head = bytes.subarray(0, 65_536);
    expect(MDP_FORMAT.recognise(head, head.length === bytes.length, file)).toBe(true);
    const read = readMdp(bytes);
    const counts = Object.fromEntries(read.sink.quarantine.counts);
    // Captures that were filtered by the kind of their messages have holes, and nothing else is wrong with any of them.
    delete counts.gap;
    expect(counts).toEqual({});
    const isSession = /Request|Ack|Heartbeat/.test(file);
    expect(Object.values(read.sink.counts()).reduce((sum, count) => sum + count, 0) > 0).toBe(!isSession);
    expect([...read.sink.remarks.keys()].filter((name) => name.startsWith('unknown-template'))).toEqual([]);
  });

  const small = files.filter(
    (file) => !/Session|v1\.6|iLink/.test(file) && !/Request|Ack|Heartbeat/.test(file),
  );
  it.skipIf(CAPTURES === null)(
    'with bytes changed anywhere behind the headers (seed 731) gives records or names what is wrong',
    () => {
      let state = 731;
      const draw = (limit: number): number => {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        return (state >>> 0) % limit;
      };
      let faults = 0;
      for (const file of small) {
        const bytes = bytesOf(`${CAPTURES}/${file}`);
        for (let round = 0; round < 60; round++) {
          const changed = new Uint8Array(bytes);
          for (let i = 1 + draw(12); i > 0; i--) changed[82 + draw(changed.length - 82)] = draw(256);
          try {
            faults += readMdp(changed).sink.quarantine.total;
          } catch (error) {
            // A capture of one packet may have nothing of MDP left.
            expect(error).toMatchObject({ code: 'DATA_FORMAT' });
          }
        }
      }
      expect(small.length).toBeGreaterThan(8);
      expect(faults).toBeGreaterThan(100);
    },
  );

  const other = sharedFile('data/itch/pcap');
  it.skipIf(CAPTURES === null)('captures of other feeds are not taken for it', () => {
    const ilink = readFileSync(`${CAPTURES}/iLink3.Sbe.8.5/Sequence.pcap`);
    expect(MDP_FORMAT.recognise(ilink, true, 'x')).toBe(false);
    const folder = other ?? '';
    const names =
      other === null
        ? []
        : readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /pcap/.test(name));
    for (const name of names.filter((one) => one.endsWith('.pcap') || one.endsWith('.gz'))) {
      expect(MDP_FORMAT.recognise(bytesOf(`${folder}/${name}`).subarray(0, 65_536), false, name), name).toBe(
        false,
      );
    }
    expect(MDP_FORMAT.recognise(new Uint8Array(0), true, 'x')).toBe(false);
  });
});
