import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ethernet, ipv4, mold, pcapFile, tcp, udp } from '../../../tests/support/capture-files.ts';
import { type DrainOptions, drain } from '../../../tests/support/mbo-rows.ts';
import { sharedFile } from '../../../tests/support/shared-data.ts';
import { TwinError } from '../../base/index.ts';
import { MBO_FLAG_LAST, MBO_FLAG_MAYBE_BAD_BOOK, MboBatch, UNDEF_TS } from '../mbo-batch.ts';
import { Quarantine } from '../quarantine.ts';
import { ItchDecoder } from './itch-decoder.ts';
import { decodeItchMessage, encodeItchMessage } from './itch-messages.ts';
import { ItchPcapDecoder } from './itch-pcap-decoder.ts';
import { MoldSequencer } from './mold-udp64.ts';
import { PcapReader } from './pcap.ts';

/** 2023-08-22 13:30:00 UTC, 09:30 at the venue. */
const SECONDS = 1_692_711_000;
const OPEN_UTC_NS = 48_600_000_000_000;
const OPEN_LOCAL_NS = 34_200_000_000_000;

const deletion = (number: number): Uint8Array =>
  encodeItchMessage({
    type: 'D',
    stockLocate: 7,
    trackingNumber: 0,
    tsEventNs: OPEN_LOCAL_NS + number,
    orderRef: BigInt(number),
  });

interface Sent {
  readonly sequence: number;
  readonly messages: readonly Uint8Array[];
  readonly seconds?: number;
  readonly nanos?: number;
}

function capture(sent: readonly Sent[]): Uint8Array {
  return pcapFile(
    sent.map(({ sequence, messages, seconds = SECONDS, nanos = 500 }) => ({
      time: { seconds, nanos },
      bytes: ethernet(ipv4(udp(mold(BigInt(sequence), messages))), 0x0800, [0x8100]),
    })),
  );
}

function decode(bytes: Uint8Array, options: DrainOptions = {}) {
  const quarantine = new Quarantine('lenient', 'test');
  const decoder = new ItchPcapDecoder(quarantine);
  const rows = drain(decoder, bytes, options);
  return { decoder, rows, counts: Object.fromEntries(quarantine.counts) };
}

describe('ItchPcapDecoder', () => {
  it('reads the messages of packets with the time of their capture', () => {
    const { rows, counts } = decode(
      capture([
        { sequence: 1, messages: [deletion(1), deletion(2)] },
        { sequence: 3, messages: [deletion(3)], seconds: SECONDS + 1, nanos: 999_999_999 },
      ]),
    );
    expect(rows.map((row) => [row.sourceIndex, row.orderIdLo, row.tsEventNs, row.tsRecvNs])).toEqual([
      [0, 1, OPEN_LOCAL_NS + 1, OPEN_UTC_NS + 500],
      [1, 2, OPEN_LOCAL_NS + 2, OPEN_UTC_NS + 500],
      [2, 3, OPEN_LOCAL_NS + 3, OPEN_UTC_NS + 1_999_999_999],
    ]);
    expect(rows.every((row) => row.flags === MBO_FLAG_LAST)).toBe(true);
    expect(counts).toEqual({});
  });

  it('counts on past UTC midnight, and gives no time before the first day', () => {
    const { rows } = decode(
      capture([
        { sequence: 1, messages: [deletion(1)] },
        { sequence: 2, messages: [deletion(2)], seconds: SECONDS + 86_400 },
        { sequence: 3, messages: [deletion(3)], seconds: SECONDS - 86_400 },
      ]),
    );
    expect(rows.map((row) => row.tsRecvNs)).toEqual([
      OPEN_UTC_NS + 500,
      OPEN_UTC_NS + 86_400_000_000_000 + 500,
      UNDEF_TS,
    ]);
  });

  it('reports a gap and marks all rows behind it', () => {
    const { rows, counts } = decode(
      capture([
        { sequence: 1, messages: [deletion(1)] },
        { sequence: 3, messages: [deletion(3)] },
        { sequence: 4, messages: [deletion(4)] },
      ]),
    );
    const bad = MBO_FLAG_LAST | MBO_FLAG_MAYBE_BAD_BOOK;
    expect(rows.map((row) => row.flags)).toEqual([MBO_FLAG_LAST, bad, bad]);
    expect(counts).toEqual({ gap: 1 });
  });

  it('reads a feed that was captured twice once', () => {
    const packets = [1, 2, 3].flatMap((n) => {
      const sent = { sequence: n, messages: [deletion(n)] };
      return [sent, sent];
    });
    const { rows, counts, decoder } = decode(capture(packets));
    expect(rows.map((row) => row.orderIdLo)).toEqual([1, 2, 3]);
    expect(decoder.sequencer.repeatCount).toBe(3);
    expect(counts).toEqual({});
  });

  describe('of both lines of a feed', () => {
    const MS = 1_000_000;
    /** Numbers on a line, each at its ms. */
    const line = (...heard: readonly (readonly [number: number, atMs: number])[]): Sent[] =>
      heard.map(([number, atMs]) => ({
        sequence: number,
        messages: [deletion(number)],
        seconds: SECONDS + Math.floor(atMs / 1000),
        nanos: Math.round((atMs % 1000) * MS),
      }));
    const inTime = (sent: readonly Sent[]): Sent[] =>
      sent.toSorted((a, b) => a.seconds! - b.seconds! || a.nanos! - b.nanos!);

    it('T12.8-a takes from one what the other lacks, with the time at which it came', () => {
      const a = line([1, 0], [2, 1], [4, 2], [5, 3]);
      const b = line([1, 10], [2, 11], [3, 12], [4, 13]);
      const { rows, counts, decoder } = decode(capture(inTime([...a, ...b])));
      expect(rows.map((row) => row.orderIdLo)).toEqual([1, 2, 3, 4, 5]);
      expect(rows.map((row) => (row.tsRecvNs - OPEN_UTC_NS) / MS)).toEqual([0, 1, 12, 2, 3]);
      expect(rows.every((row) => row.flags === MBO_FLAG_LAST)).toBe(true);
      expect(counts).toEqual({});
      expect(decoder.remarks()).toEqual({ 'repeated-message': 3 });
    });

    it('names what both lack as a gap when the window is over, or at the end', () => {
      const a = line([1, 0], [3, 1], [4, 2], [5, 60]);
      const late = line([2, 70], [7, 80]);
      const { rows, counts, decoder } = decode(capture([...a, ...late]));
      expect(rows.map((row) => row.orderIdLo)).toEqual([1, 3, 4, 5, 7]);
      expect(rows.map((row) => (row.flags & MBO_FLAG_MAYBE_BAD_BOOK) !== 0)).toEqual([
        false,
        true,
        true,
        true,
        true,
      ]);
      expect(counts).toEqual({ gap: 2 });
      expect(decoder.sequencer).toMatchObject({ missingCount: 2, repeatCount: 1 });
    });

    it('joins packets that the lines cut differently', () => {
      const packet = (from: number, to: number, atMs: number): Sent => ({
        ...line([from, atMs])[0]!,
        messages: Array.from({ length: to - from }, (_, at) => deletion(from + at)),
      });
      const { rows, counts } = decode(
        capture([
          packet(1, 4, 0),
          packet(6, 9, 1),
          packet(3, 8, 2),
          packet(8, 10, 3),
          packet(20, 22, 4),
          packet(10, 21, 5),
        ]),
      );
      expect(rows.map((row) => row.orderIdLo)).toEqual(Array.from({ length: 21 }, (_, at) => at + 1));
      expect(counts).toEqual({});
    });

    it('learns from a heartbeat that a packet is missing, and waits for it', () => {
      const beat = (next: number, atMs: number): Sent => ({ ...line([next, atMs])[0]!, messages: [] });
      const { rows, counts } = decode(
        capture([...line([1, 0]), beat(3, 1), ...line([3, 2]), ...line([2, 3])]),
      );
      expect(rows.map((row) => row.orderIdLo)).toEqual([1, 2, 3]);
      expect(counts).toEqual({});
      expect(decode(capture([...line([1, 0]), beat(3, 1)])).counts).toEqual({ gap: 1 });
    });

    it('whatever is lost and however late the lines are, gives each number once and in order, or counts it (seed 17)', () => {
      const chance = fc.record({ isLost: fc.boolean(), lateMs: fc.integer({ min: 0, max: 90 }) });
      fc.assert(
        fc.property(fc.array(fc.tuple(chance, chance), { minLength: 1, maxLength: 40 }), (chances) => {
          const heard = chances.flatMap((lines, at) =>
            lines.flatMap(({ isLost, lateMs }) => (isLost ? [] : [[at + 2, at + 1 + lateMs] as const])),
          );
          const bytes = capture(inTime(line([1, 0], ...heard)));
          const { rows, decoder } = decode(bytes, { chunkBytes: [61] });
          const found = rows.map((row) => row.orderIdLo);
          expect(found).toEqual([...new Set(found)].sort((x, y) => x - y));
          expect(found.length + decoder.sequencer.missingCount).toBe(found.at(-1));
          // What both lines have within the window is there.
          const isThere = (at: number): boolean =>
            chances[at]!.some(({ isLost, lateMs }) => !isLost && lateMs < 50);
          for (const at of chances.keys())
            if (chances.every((_, n) => isThere(n))) expect(found).toContain(at + 2);
        }),
        { seed: 17, numRuns: 200 },
      );
    });
  });

  it('passes over TCP and counts it', () => {
    const bytes = pcapFile([
      { time: { seconds: SECONDS, nanos: 0 }, bytes: ethernet(ipv4(tcp([...deletion(1)]), 6)) },
    ]);
    const { rows, counts, decoder } = decode(bytes);
    expect(rows).toEqual([]);
    expect(decoder.tcpPacketCount).toBe(1);
    expect(counts).toEqual({});
  });

  it('gives a packet of many messages to batches of one row, across chunk borders', () => {
    const messages = Array.from({ length: 30 }, (_, i) => deletion(i + 1));
    const bytes = capture([
      { sequence: 1, messages },
      { sequence: 31, messages: [deletion(31)] },
    ]);
    const quarantine = new Quarantine('strict', 'test');
    const decoder = new ItchPcapDecoder(quarantine);
    const whole = decode(bytes).rows;
    expect(whole).toHaveLength(31);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 7 }),
        (chunkBytes, capacity) => {
          expect(decode(bytes, { chunkBytes, capacity }).rows).toEqual(whole);
        },
      ),
      { seed: 11, numRuns: 100 },
    );
    expect(drain(decoder, bytes)).toEqual(whole);
  });

  it('keeps a half-read packet when the next chunk takes the place of its bytes', () => {
    const ten = (from: number) => Array.from({ length: 10 }, (_, i) => deletion(from + i));
    const bytes = capture([
      { sequence: 1, messages: ten(1) },
      { sequence: 11, messages: ten(11) },
    ]);
    const secondAt = 24 + (bytes.length - 24) / 2;
    const decoder = new ItchPcapDecoder(new Quarantine('strict', 'test'));
    const batch = new MboBatch(3);
    const found: number[] = [];
    const read = (): number => {
      const count = decoder.read(batch);
      found.push(...batch.orderIdLo.subarray(0, count));
      return count;
    };
    decoder.write(bytes.slice(0, 100));
    expect(read()).toBe(0);
    decoder.write(bytes.slice(100, secondAt + 20));
    expect(read()).toBe(3);
    decoder.write(bytes.slice(secondAt + 20));
    while (read() > 0);
    decoder.end();
    expect(found).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  it('reports a cut file at its end', () => {
    const bytes = capture([{ sequence: 1, messages: [deletion(1)] }]);
    expect(decode(bytes.subarray(0, -3)).counts).toEqual({ truncated: 1 });
    const quarantine = new Quarantine('lenient', 'test');
    const decoder = new ItchPcapDecoder(quarantine);
    decoder.write(bytes.subarray(0, -3));
    decoder.end();
    expect(quarantine.counts.get('truncated')).toBe(1);
  });

  it('survives damage with nothing but a TwinError', () => {
    const bytes = capture(
      [1, 3, 5, 7].map((n) => ({ sequence: n, messages: [deletion(n), deletion(n + 1)] })),
    );
    fc.assert(
      fc.property(
        fc.nat(bytes.length),
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom('strict' as const, 'lenient' as const),
        (length, flips, chunkBytes, mode) => {
          const damaged = Uint8Array.from(bytes.subarray(0, length));
          for (const [at, value] of flips) if (at < length) damaged[at]! ^= value;
          try {
            drain(new ItchPcapDecoder(new Quarantine(mode, 'fuzz')), damaged, { chunkBytes, capacity: 3 });
          } catch (error) {
            if (!(error instanceof TwinError)) throw error;
          }
        },
      ),
      { seed: 13, numRuns: 1500 },
    );
  });
});

describe('ItchPcapDecoder on real captures', () => {
  const ROOT = sharedFile('data/itch/pcap/Nasdaq');
  const FACTS = sharedFile('data/facts.json');
  const facts = FACTS === null ? null : JSON.parse(readFileSync(FACTS, 'utf8')).itch;
  const filesOf = (family: string): Uint8Array[] =>
    readdirSync(`${ROOT}/${family}`)
      .sort()
      .map((name) => readFileSync(`${ROOT}/${family}/${name}`));

  it.skipIf(ROOT === null || facts === null).each([
    ['Nasdaq.Equities.TotalView.Itch.v5.0.20230822', 'pcap TotalView 20230822, messages per type'],
    ['Bx.Equities.TotalView.Itch.v5.0.20230822', 'pcap BX 20230822'],
    ['Psx.Equities.TotalView.Itch.v5.0.20230822', 'pcap PSX 20230822'],
  ])('finds in %s the messages that the facts name', (family, fact) => {
    const found: Record<string, number> = {};
    for (const bytes of filesOf(family)) {
      const { decoder, counts } = decode(bytes, { chunkBytes: [77] });
      expect(counts).toEqual({});
      for (const [type, count] of decoder.messageCounts) found[type] = (found[type] ?? 0) + count;
    }
    expect(found).toEqual(facts[fact]);
  });

  const FAMILIES = [
    'Nasdaq.Equities.TotalView.Itch.v5.0',
    'Nasdaq.Equities.TotalView.Itch.v5.0.20230822',
    'Bx.Equities.TotalView.Itch.v5.0',
    'Bx.Equities.TotalView.Itch.v5.0.20230822',
    'Psx.Equities.TotalView.Itch.v5.0.20230822',
  ];

  it.skipIf(ROOT === null).each(FAMILIES)('re-encodes each message of %s to the same bytes', (family) => {
    let messages = 0;
    for (const bytes of filesOf(family)) {
      for (const message of messagesOf(bytes)) {
        const again = encodeItchMessage(decodeItchMessage(message, 0, message.length));
        expect(Buffer.from(again).toString('hex')).toBe(Buffer.from(message).toString('hex'));
        messages++;
      }
    }
    expect(messages).toBeGreaterThan(0);
  });

  it.skipIf(ROOT === null).each(FAMILIES)(
    'gives the rows of %s that its messages give in a file',
    (family) => {
      for (const bytes of filesOf(family)) {
        const framed = messagesOf(bytes).flatMap((message) => [0, message.length, ...message]);
        const fromFile = drain(new ItchDecoder(new Quarantine('strict', 'test')), Uint8Array.from(framed));
        const { rows } = decode(bytes);
        const plain = rows.map((row) => ({
          ...row,
          tsRecvNs: UNDEF_TS,
          flags: row.flags & ~MBO_FLAG_MAYBE_BAD_BOOK,
        }));
        expect(plain).toEqual(fromFile);
        // The venue is four hours behind UTC in August, and the capture follows within a second.
        for (const row of rows) {
          const delayNs = row.tsRecvNs - row.tsEventNs - 4 * 3_600_000_000_000;
          expect(delayNs).toBeGreaterThan(0);
          expect(delayNs).toBeLessThan(1e9);
        }
      }
    },
  );

  it.skipIf(ROOT === null)('reports the gap between two packets that are far apart', () => {
    const bytes = readFileSync(`${ROOT}/Nasdaq.Equities.TotalView.Itch.v5.0/Multiple.Packets.pcap`);
    const { counts, rows } = decode(bytes);
    expect(counts).toEqual({ gap: 1 });
    expect(rows).toHaveLength(39);
  });

  it.skipIf(ROOT === null).each(['Nasdaq.Nsm.Ouch.v5.0', 'Uqdf.Output.Utp.v1.5', 'Ise.OrderComboFeed.v1.1'])(
    'gives no rows for %s, which is not ITCH 5.0, and says why',
    (family) => {
      for (const bytes of filesOf(family)) {
        const { rows, counts, decoder } = decode(bytes);
        expect(rows).toEqual([]);
        const explained =
          decoder.tcpPacketCount +
          decoder.sequencer.heartbeatCount +
          Object.values(counts).reduce((sum, count) => sum + count, 0);
        expect(explained).toBeGreaterThan(0);
      }
    },
  );
});

/** Messages of a capture, without the ITCH decoder. */
function messagesOf(bytes: Uint8Array): Uint8Array[] {
  const quarantine = new Quarantine('lenient', 'test');
  const reader = new PcapReader(quarantine);
  const sequencer = new MoldSequencer(quarantine);
  const messages: Uint8Array[] = [];
  reader.write(bytes);
  reader.end();
  while (reader.next()) {
    if (!sequencer.accept(reader.bytes, reader.payloadAt, reader.payloadEnd, reader.packetCount - 1))
      continue;
    for (let at = sequencer.messagesAt; at < sequencer.messagesEnd; ) {
      const length = (reader.bytes[at]! << 8) | reader.bytes[at + 1]!;
      messages.push(Uint8Array.from(reader.bytes.subarray(at + 2, at + 2 + length)));
      at += 2 + length;
    }
  }
  return messages;
}
