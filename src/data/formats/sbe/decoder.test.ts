import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sharedFile } from '../../../../tests/support/shared-data.ts';
import { TwinError } from '../../../base/index.ts';
import { Quarantine } from '../../quarantine.ts';
import { PcapReader } from '../pcap.ts';
import { type SbeDecoded, SbeDecoder } from './decoder.ts';
import { encodedBytes } from './schema.ts';
import { readSbeSchema } from './schema-xml.ts';

const SCHEMA = `<?xml version="1.0"?>
<sbe:messageSchema xmlns:sbe="http://fixprotocol.io/2016/sbe" package="t" id="7" version="3" byteOrder="littleEndian">
  <!-- every part of the language -->
  <types>
    <type name="OptionalInt" primitiveType="int32" presence="optional" nullValue="-1"/>
    <type name="Name" primitiveType="char" length="4"/>
    <type name="Three" primitiveType="uint8" length="3"/>
    <type name="Kind" primitiveType="char" presence="constant">K</type>
    <composite name="messageHeader"><type name="blockLength" primitiveType="uint16"/></composite>
    <composite name="Price">
      <type name="mantissa" primitiveType="int64" presence="optional" nullValue="9223372036854775807"/>
      <type name="exponent" primitiveType="int8" presence="constant">-2</type>
    </composite>
    <composite name="Month">
      <type name="year" primitiveType="uint16" presence="optional"/>
      <type name="week" primitiveType="uint8" offset="3"/>
      <ref name="again" type="OptionalInt"/>
    </composite>
    <composite name="size"><type name="blockLength" primitiveType="uint16"/><type name="numInGroup" primitiveType="uint8"/></composite>
    <composite name="size8"><type name="blockLength" primitiveType="uint16"/><type name="numInGroup" primitiveType="uint8" offset="7"/></composite>
    <composite name="varText"><type name="length" primitiveType="uint8"/><type name="varData" length="0" primitiveType="char"/></composite>
    <enum name="Side" encodingType="char"><validValue name="Buy">B</validValue><validValue name="Sell">S</validValue></enum>
    <enum name="Colour" encodingType="uint8"><validValue name="Red">0</validValue></enum>
    <set name="Bits" encodingType="uint8"><choice name="Low">0</choice><choice name="High">7</choice></set>
  </types>
  <sbe:message name="Order" id="1">
    <field name="id" id="1" type="uint64"/>
    <field name="price" id="2" type="Price"/>
    <field name="qty" id="3" type="OptionalInt"/>
    <field name="name" id="4" type="Name"/>
    <field name="three" id="5" type="Three"/>
    <field name="kind" id="6" type="Kind"/>
    <field name="side" id="7" type="Side"/>
    <field name="always" id="8" type="Side" presence="constant" valueRef="Side.Sell"/>
    <field name="colour" id="9" type="Colour"/>
    <field name="bits" id="10" type="Bits"/>
    <field name="month" id="11" type="Month"/>
    <field name="young" id="12" type="uint8" sinceVersion="3"/>
    <group name="legs" id="13" dimensionType="size" blockLength="4">
      <field name="leg" id="14" type="OptionalInt"/>
      <group name="parts" id="15" dimensionType="size8"><field name="part" id="16" type="uint8"/></group>
      <data name="note" id="17" type="varText"/>
    </group>
    <data name="text" id="18" type="varText"/>
    <data name="late" id="19" type="varText" sinceVersion="3"/>
  </sbe:message>
</sbe:messageSchema>`;

const schema = readSbeSchema(SCHEMA, 'test.xml');
const BLOCK = 8 + 8 + 4 + 4 + 3 + 1 + 1 + 1 + 8 + 1;

/** A message of that version; `blockBytes` is what it says of its block. */
function message(version: number, blockBytes = BLOCK): Buffer {
  const block = Buffer.alloc(blockBytes);
  block.writeBigUInt64LE(2n ** 63n, 0);
  block.writeBigInt64LE(-1234n, 8);
  block.writeInt32LE(-1, 16);
  block.write('AB\0Z', 20, 'latin1');
  block.set([1, 2, 3], 24);
  block.write('S', 27);
  block.writeUInt8(9, 28);
  block.writeUInt8(0x81, 29);
  block.writeUInt16LE(65_535, 30);
  block.writeUInt8(5, 33);
  block.writeInt32LE(7, 34);
  if (blockBytes > 38) block.writeUInt8(42, 38);
  const head = Buffer.alloc(8);
  head.writeUInt16LE(blockBytes, 0);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(7, 4);
  head.writeUInt16LE(version, 6);
  const group = Buffer.from([
    ...[4, 0, 2],
    ...[11, 0, 0, 0, ...[2, 0, 0, 0, 0, 0, 0, 2], 1, 0, 2, 0, 2, 104, 105],
    ...[255, 255, 255, 255, ...[1, 0, 0, 0, 0, 0, 0, 0], 0],
  ]);
  const late = version < 3 ? [] : [1, 120];
  return Buffer.concat([head, block, group, Buffer.from([3, 97, 98, 99]), Buffer.from(late)]);
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function decode(bytes: Uint8Array, wording: 'words' | 'codes' = 'words'): SbeDecoded | null {
  return new SbeDecoder(schema, wording).decode(viewOf(bytes), 0, bytes.length);
}

describe('a decoder made of a schema', () => {
  it('reads every kind of field, groups within groups, and texts behind them', () => {
    expect(decode(message(3))).toEqual({
      templateId: 1,
      name: 'Order',
      version: 3,
      values: {
        id: 2n ** 63n,
        price: { mantissa: -1234n, exponent: -2 },
        qty: null,
        name: 'AB',
        three: [1, 2, 3],
        kind: 'K',
        side: 'Sell',
        always: 'S',
        colour: '9',
        bits: ['Low', 'High'],
        month: { year: null, week: 5, again: 7 },
        young: 42,
        legs: [
          { leg: 11, parts: [{ part: 1 }, { part: 2 }], note: 'hi' },
          { leg: null, parts: [], note: '' },
        ],
        text: 'abc',
        late: 'x',
      },
    });
  });

  it('an entry of a group is as long as its header says, so that the second part is where it is', () => {
    // The parts have blocks of two bytes, of which the schema knows one.
    expect(decode(message(3))?.values.legs).toHaveLength(2);
  });

  it('gives codes instead of words where they are asked for', () => {
    expect(decode(message(3), 'codes')?.values).toMatchObject({ side: 'S', colour: 9, bits: 0x81 });
  });

  it('what a message of an older version or with a shorter block lacks is absent', () => {
    expect(decode(message(2))?.values).toMatchObject({ young: null, late: null, text: 'abc' });
    expect(decode(message(3, BLOCK - 1))?.values).toMatchObject({ young: null, late: 'x', text: 'abc' });
  });

  it('a longer block of a newer version is passed over as far as it is unknown', () => {
    expect(decode(message(9, BLOCK + 5))?.values).toMatchObject({ young: 42, text: 'abc', late: 'x' });
  });

  it('another schema or template is none of its messages', () => {
    const other = message(3);
    other.writeUInt16LE(8, 4);
    expect(decode(other)).toBeNull();
    other.writeUInt16LE(7, 4);
    other.writeUInt16LE(2, 2);
    expect(decode(other)).toBeNull();
  });

  it('a message that was cut anywhere is said to be, and nothing behind it is read', () => {
    const whole = message(3);
    for (let bytes = 0; bytes < whole.length; bytes++) {
      const padded = Buffer.concat([whole.subarray(0, bytes), Buffer.alloc(64, 1)]);
      expect(() => new SbeDecoder(schema).decode(viewOf(padded), 0, bytes), String(bytes)).toThrow(TwinError);
    }
  });
});

describe('schemas that are none', () => {
  const types = '<types><type name="A" primitiveType="int8"/></types>';
  it.each([
    ['<other/>', 'root'],
    ['<messageSchema id="1" version="1"><types/></messageSchema>', 'messages'],
    [
      `<messageSchema id="1" version="1">${types}<message name="M" id="1"><field name="f" id="1" type="B"/></message></messageSchema>`,
      'type',
    ],
    [
      '<messageSchema id="1" version="1"><types><type name="A" primitiveType="int9"/></types><message name="M" id="1"><field name="f" id="1" type="A"/></message></messageSchema>',
      'primitiveType',
    ],
    [
      '<messageSchema id="1" version="1"><types><composite name="A"><ref name="a" type="A"/></composite></types><message name="M" id="1"><field name="f" id="1" type="A"/></message></messageSchema>',
      'type',
    ],
    [
      `<messageSchema id="x" version="1">${types}<message name="M" id="1"/></messageSchema>`,
      'messageSchema.id',
    ],
    [
      `<messageSchema id="1" version="1">${types}<message name="M" id="1"><group name="g" id="2" dimensionType="A"/></message></messageSchema>`,
      'dimensionType',
    ],
  ])('%s', (xml, what) => {
    expect(() => readSbeSchema(xml, 'x.xml')).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ what, source: 'x.xml' }) }),
    );
  });

  it.each(['', '<a>', '<a></b>', '<a/><b/>', 'text', '<a b=c/>', '<a><b></a></b>'])(
    'no document: %s',
    (xml) => {
      expect(() => readSbeSchema(xml, 'x.xml')).toThrow(/XML document/);
    },
  );
});

describe('published schemas', () => {
  const names = [
    ...[5, 6, 8, 9, 10, 11, 12, 13].map((version) => `Cme.Futures.Mdp3.Sbe.v1.${version}`),
    'Cme.Futures.Settlements.Sbe.v7.0',
    'Cme.Futures.iLink3.Sbe.v8.9',
    'templates_FixBinary',
  ];
  for (const name of names) {
    const path = sharedFile(`data/cme/schema/${name}.xml.gz`);
    it.skipIf(path === null)(name, () => {
      const read = readSbeSchema(gunzipSync(readFileSync(path!)).toString('utf8'), name);
      expect(read.messages.size).toBeGreaterThan(2);
      for (const message of read.messages.values()) {
        for (const { name: block, fields, blockLength } of [message, ...message.groups]) {
          const taken = fields
            .map(({ offset, encoding }) => [offset, offset + encodedBytes(encoding)] as const)
            .filter(([from, to]) => to > from)
            .sort(([a], [b]) => a - b);
          const shared = taken.filter(([from], index) => index > 0 && from < taken[index - 1]![1]);
          expect(shared, block).toEqual([]);
          expect(taken.at(-1)?.[1] ?? 0, block).toBeLessThanOrEqual(blockLength);
        }
      }
    });
  }

  const ilink = sharedFile('data/cme/schema/Cme.Futures.iLink3.Sbe.v8.9.xml.gz');
  const captures = ['ExecutionReportStatus', 'QuoteCancel', 'QuoteCancelAck', 'Sequence'] as const;
  it.skipIf(ilink === null)('messages of iLink 3 are read from captures', () => {
    const decoder = new SbeDecoder(
      readSbeSchema(gunzipSync(readFileSync(ilink!)).toString('utf8'), 'ilink3'),
    );
    const found: Record<string, SbeDecoded[]> = {};
    for (const name of captures) {
      const packets = new PcapReader(new Quarantine('strict', name));
      packets.write(readFileSync(sharedFile(`data/cme/pcap/Cme/iLink3.Sbe.8.5/${name}.pcap`)!));
      packets.end();
      found[name] = [];
      while (packets.next()) {
        const { payload } = packets;
        const view = viewOf(payload);
        // Simple open framing: length of the message with these four bytes, then the encoding, 0xCAFE for SBE.
        for (let at = 0; at + 4 <= payload.length; at += view.getUint16(at, true)) {
          expect(view.getUint16(at + 2, true)).toBe(0xcafe);
          const end = at + view.getUint16(at, true);
          if (end > payload.length) break;
          found[name].push(decoder.decode(view, at + 4, end)!);
        }
      }
    }
    expect(found.Sequence).toEqual([
      {
        templateId: 506,
        name: 'Sequence506',
        version: 5,
        values: {
          UUID: expect.any(BigInt),
          NextSeqNo: 3,
          FaultToleranceIndicator: 'Primary',
          KeepAliveIntervalLapsed: 'NotLapsed',
        },
      },
    ]);
    expect(found.QuoteCancel!.map(({ name }) => name)).toEqual(['QuoteCancel528']);
    expect(found.ExecutionReportStatus!.map(({ name }) => name)).toEqual(['ExecutionReportStatus532']);
    expect(found.ExecutionReportStatus![0]!.values).toMatchObject({
      Text: 'Order Status Not Found',
      ExecType: 'I',
    });
    expect(found.QuoteCancelAck!.map(({ name }) => name)).toContain('QuoteCancelAck563');
    expect(found.QuoteCancelAck!.every((message) => message !== null)).toBe(true);
  });
});
