import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  block,
  cooked,
  enhancedBlock,
  ethernet,
  interfaceBlock,
  ipv4,
  ipv6,
  pcapFile,
  sectionBlock,
  simpleBlock,
  tcp,
  udp,
} from '../../../tests/support/capture-files.ts';
import { sharedFile } from '../../../tests/support/shared-data.ts';
import { TwinError } from '../../base/index.ts';
import { Quarantine } from '../quarantine.ts';
import { IP_TCP, IP_UDP } from './packet-layers.ts';
import { PcapReader } from './pcap.ts';

const TIME = { seconds: 1_692_711_000, nanos: 123_456_789 };
const PAYLOAD = [1, 2, 3, 4, 5];
const UDP_FRAME = ethernet(ipv4(udp(PAYLOAD)));

interface Seen {
  readonly packets: { payload: number[]; seconds: number; nanos: number; transport: number }[];
  readonly counts: Record<string, number>;
  readonly reader: PcapReader;
}

function readAll(bytes: Uint8Array, chunkBytes: readonly number[] = [1 << 20]): Seen {
  const quarantine = new Quarantine('lenient', 'test');
  const reader = new PcapReader(quarantine);
  const packets: Seen['packets'] = [];
  const drain = (): void => {
    while (reader.next()) {
      const { captureSeconds: seconds, captureNanos: nanos, transport } = reader;
      packets.push({ payload: [...reader.payload], seconds, nanos, transport });
      if (packets.length > bytes.length) throw new Error('more packets than bytes');
    }
  };
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const chunk = new Uint8Array(bytes.subarray(at, at + chunkBytes[turn % chunkBytes.length]!));
    at += chunk.length;
    reader.write(chunk);
    drain();
    chunk.fill(0xee);
  }
  reader.end();
  drain();
  return { packets, counts: Object.fromEntries(quarantine.counts), reader };
}

const SEEN = { payload: PAYLOAD, seconds: TIME.seconds, nanos: TIME.nanos, transport: IP_UDP };

describe('PcapReader on classic files', () => {
  it.each([
    { isLittle: true, isNano: true, nanos: 123_456_789 },
    { isLittle: false, isNano: true, nanos: 123_456_789 },
    { isLittle: true, isNano: false, nanos: 123_456_000 },
    { isLittle: false, isNano: false, nanos: 123_456_000 },
  ])('reads payload and time: $isLittle $isNano', ({ nanos, ...options }) => {
    const { packets, counts } = readAll(pcapFile([{ time: TIME, bytes: UDP_FRAME }], options));
    expect(packets).toEqual([{ ...SEEN, nanos }]);
    expect(counts).toEqual({});
  });

  it.each<[string, number, number[]]>([
    ['one VLAN tag', 1, ethernet(ipv4(udp(PAYLOAD)), 0x0800, [0x8100])],
    ['two VLAN tags', 1, ethernet(ipv4(udp(PAYLOAD)), 0x0800, [0x88a8, 0x8100])],
    ['IPv6', 1, ethernet(ipv6(udp(PAYLOAD)), 0x86dd)],
    ['IPv6 behind a hop-by-hop header', 1, ethernet(ipv6(udp(PAYLOAD), 17, 0), 0x86dd)],
    ['bytes behind the IP packet', 1, [...UDP_FRAME, 9, 9, 9, 9]],
    ['Linux cooked capture', 113, cooked(ipv4(udp(PAYLOAD)))],
    ['bare IPv4', 101, ipv4(udp(PAYLOAD))],
    ['bare IPv6', 101, ipv6(udp(PAYLOAD))],
    ['bare IPv4 by its own link type', 228, ipv4(udp(PAYLOAD))],
    ['bare IPv6 by its own link type', 229, ipv6(udp(PAYLOAD))],
  ])('finds the payload of %s', (_name, linkType, bytes) => {
    const { packets, counts } = readAll(pcapFile([{ time: TIME, bytes }], { linkType }));
    expect(packets).toEqual([SEEN]);
    expect(counts).toEqual({});
  });

  it('finds the payload of TCP behind its options', () => {
    const { packets } = readAll(pcapFile([{ time: TIME, bytes: ethernet(ipv4(tcp(PAYLOAD), 6)) }]));
    expect(packets).toEqual([{ ...SEEN, transport: IP_TCP }]);
  });

  it('counts packets that are neither UDP nor TCP', () => {
    const arp = ethernet([0, 1, 8, 0], 0x0806);
    const icmp = ethernet(ipv4([8, 0, 0, 0], 1));
    const { packets, counts, reader } = readAll(
      pcapFile([arp, icmp, UDP_FRAME].map((bytes) => ({ time: TIME, bytes }))),
    );
    expect(packets).toEqual([SEEN]);
    expect(reader.otherPacketCount).toBe(2);
    expect(reader.packetCount).toBe(3);
    expect(counts).toEqual({});
  });

  it.each<[string, number[]]>([
    ['the first fragment', ethernet(ipv4(udp(PAYLOAD), 17, 0x2000))],
    ['a later fragment', ethernet(ipv4(udp(PAYLOAD), 17, 3))],
    ['an IPv6 fragment', ethernet(ipv6(udp(PAYLOAD), 17, 44), 0x86dd)],
    ['three VLAN tags', ethernet(ipv4(udp(PAYLOAD)), 0x0800, [0x8100, 0x8100, 0x8100])],
    ['a packet cut in its payload', UDP_FRAME.slice(0, -1)],
    ['a packet cut in its link header', UDP_FRAME.slice(0, 9)],
    ['a packet cut in its IP header', UDP_FRAME.slice(0, 20)],
    ['an IP header shorter than 20 bytes', UDP_FRAME.map((byte, i) => (i === 14 ? 0x44 : byte))],
    ['an IP version that is none', UDP_FRAME.map((byte, i) => (i === 14 ? 0x75 : byte))],
    ['a UDP length beyond its IP packet', UDP_FRAME.map((byte, i) => (i === 39 ? 14 : byte))],
    ['a UDP length below its header', UDP_FRAME.map((byte, i) => (i === 39 ? 7 : byte))],
    [
      'a TCP header length below 20',
      ethernet(
        ipv4(
          tcp([]).map((b, i) => (i === 12 ? 0x40 : b)),
          6,
        ),
      ),
    ],
  ])('quarantines %s and reads on', (_name, bytes) => {
    const { packets, counts } = readAll(pcapFile([bytes, UDP_FRAME].map((b) => ({ time: TIME, bytes: b }))));
    expect(packets).toEqual([SEEN]);
    expect(counts).toEqual({ 'packet-damaged': 1 });
  });

  it('quarantines a packet that the capture cut', () => {
    const cut = { time: TIME, bytes: UDP_FRAME, originalLength: UDP_FRAME.length + 1 };
    expect(readAll(pcapFile([cut])).counts).toEqual({ 'packet-damaged': 1 });
  });

  it('reports a cut record at the end', () => {
    const bytes = pcapFile([{ time: TIME, bytes: UDP_FRAME }]);
    expect(readAll(bytes.subarray(0, -1)).counts).toEqual({ truncated: 1 });
    expect(readAll(bytes.subarray(0, 30)).counts).toEqual({ truncated: 1 });
    expect(readAll(bytes.subarray(0, 10)).counts).toEqual({ truncated: 1 });
  });

  it('stops where a packet claims more bytes than there are packets of', () => {
    const bytes = pcapFile([UDP_FRAME, UDP_FRAME].map((b) => ({ time: TIME, bytes: b })));
    bytes.set([0xff, 0xff, 0xff, 0x7f], 24 + 8);
    const { packets, counts } = readAll(bytes, [50]);
    expect(packets).toEqual([]);
    expect(counts).toEqual({ 'packet-damaged': 1 });
  });

  it.each<[string, Uint8Array]>([
    ['a file of another kind', Uint8Array.from([1, 2, 3, 4, 5])],
    ['a link type it does not know', pcapFile([], { linkType: 147 })],
  ])('refuses %s', (_name, bytes) => {
    expect(() => readAll(bytes)).toThrow(TwinError);
  });
});

describe('PcapReader on pcapng files', () => {
  const micros = 1_692_711_000_123_456n;

  it.each([
    ['microseconds, by default', null, micros, 123_456_000],
    ['nanoseconds', 9, micros * 1000n + 789n, 123_456_789],
    ['units of 2^-30 s', 0x80 | 30, (1_692_711_000n << 30n) + (1n << 29n), 500_000_000],
  ] as const)('reads times in %s', (_name, resolution, ticks, nanos) => {
    for (const isLittle of [true, false]) {
      const bytes = [
        ...sectionBlock(isLittle),
        ...interfaceBlock(resolution, 1, isLittle),
        ...block(5, [1, 2, 3, 4], isLittle),
        ...enhancedBlock(ticks, UDP_FRAME, isLittle),
      ];
      expect(readAll(Uint8Array.from(bytes), [13]).packets).toEqual([{ ...SEEN, nanos }]);
    }
  });

  it('gives no time where the file has none', () => {
    const bytes = [...sectionBlock(), ...interfaceBlock(null), ...simpleBlock(UDP_FRAME)];
    expect(readAll(Uint8Array.from(bytes)).packets).toEqual([{ ...SEEN, seconds: -1, nanos: 0 }]);
  });

  it('gives no time where the clock is finer than it can divide', () => {
    const bytes = [...sectionBlock(), ...interfaceBlock(12), ...enhancedBlock(1n << 60n, UDP_FRAME)];
    expect(readAll(Uint8Array.from(bytes)).packets).toEqual([{ ...SEEN, seconds: -1, nanos: 0 }]);
  });

  it('starts anew with each section, in its byte order', () => {
    const bytes = [
      ...sectionBlock(true),
      ...interfaceBlock(9, 101, true),
      ...enhancedBlock(5n, ipv4(udp(PAYLOAD)), true),
      ...sectionBlock(false),
      ...interfaceBlock(9, 1, false),
      ...enhancedBlock(6n, UDP_FRAME, false),
    ];
    expect(readAll(Uint8Array.from(bytes)).packets.map((packet) => packet.nanos)).toEqual([5, 6]);
  });

  it('quarantines a packet of an interface that was not described', () => {
    const { packets, counts } = readAll(
      Uint8Array.from([...sectionBlock(), ...enhancedBlock(1n, UDP_FRAME)]),
    );
    expect(packets).toEqual([]);
    expect(counts).toEqual({ 'packet-damaged': 1 });
  });

  it('stops at a block whose two lengths differ', () => {
    const good = enhancedBlock(1n, UDP_FRAME);
    const bad = [...good.slice(0, -4), 0, 0, 0, 0];
    const { packets, counts } = readAll(
      Uint8Array.from([...sectionBlock(), ...interfaceBlock(9), ...bad, ...good]),
    );
    expect(packets).toEqual([]);
    expect(counts).toEqual({ 'packet-damaged': 1 });
  });
});

describe('PcapReader on damaged and cut files', () => {
  const CLASSIC = pcapFile(
    [UDP_FRAME, ethernet(ipv6(udp(PAYLOAD)), 0x86dd), ethernet(ipv4(tcp(PAYLOAD), 6))].map((bytes) => ({
      time: TIME,
      bytes,
    })),
  );
  const NEXT_GENERATION = Uint8Array.from([
    ...sectionBlock(),
    ...interfaceBlock(9),
    ...enhancedBlock(7n, UDP_FRAME),
    ...simpleBlock(UDP_FRAME),
    ...enhancedBlock(8n, ethernet(ipv6(udp(PAYLOAD)), 0x86dd)),
  ]);

  it.each([
    ['pcap', CLASSIC],
    ['pcapng', NEXT_GENERATION],
  ])('reads %s the same in chunks of any size', (_name, bytes) => {
    const whole = readAll(bytes).packets;
    expect(whole).toHaveLength(3);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 6 }), (sizes) => {
        expect(readAll(bytes, sizes).packets).toEqual(whole);
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  it.each([
    ['pcap', CLASSIC],
    ['pcapng', NEXT_GENERATION],
  ])('survives damage of %s with nothing but a TwinError', (_name, bytes) => {
    fc.assert(
      fc.property(
        fc.nat(bytes.length),
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 4 }),
        (length, flips, sizes) => {
          const damaged = Uint8Array.from(bytes.subarray(0, length));
          for (const [at, value] of flips) if (at < length) damaged[at]! ^= value;
          try {
            readAll(damaged, sizes);
          } catch (error) {
            if (!(error instanceof TwinError)) throw error;
          }
        },
      ),
      { seed: 5, numRuns: 1500 },
    );
  });
});

describe('PcapReader on real captures', () => {
  const ROOT = sharedFile('data/itch/pcap/Nasdaq');
  const files =
    ROOT === null
      ? []
      : readdirSync(ROOT, { recursive: true })
          .map(String)
          .filter((f) => f.endsWith('.pcap'));

  it.skipIf(ROOT === null)('finds a payload in every packet of every recording', () => {
    expect(files.length).toBeGreaterThan(60);
    for (const file of files) {
      const { packets, counts, reader } = readAll(readFileSync(`${ROOT}/${file}`), [100]);
      expect(counts, file).toEqual({});
      expect(packets.length, file).toBe(reader.packetCount);
      expect(packets.length, file).toBeGreaterThan(0);
      expect(
        packets.every((packet) => packet.payload.length > 0),
        file,
      ).toBe(true);
    }
  });
});
