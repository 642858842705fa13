/** Writes SBE messages by their schema, for tests of those who read them: values by name, what is not given is absent or zero. */

import { fieldNamed, MDP_SCHEMA, type SbeBlock, type SbeEncoding } from '../../src/data/index.ts';
import { ethernet, ipv4, pcapFile, udp } from './capture-files.ts';

export type Given = Readonly<Record<string, number | bigint | string | null>>;

/** A block of the length of the schema. Prices and other decimals are given as mantissas. */
function blockBytes(block: SbeBlock, given: Given): Buffer {
  const bytes = Buffer.alloc(block.blockLength);
  for (const name of Object.keys(given)) {
    if (fieldNamed(block, name) === null) throw new Error(`${block.name} has no field ${name}`);
  }
  for (const { name, offset, encoding } of block.fields) writeValue(bytes, offset, encoding, given[name]);
  return bytes;
}

function writeValue(
  bytes: Buffer,
  at: number,
  encoding: SbeEncoding,
  value: Given[string] | undefined,
): void {
  if (encoding.kind === 'composite') {
    // The mantissa, or the year of a month.
    const [first] = encoding.members;
    writeValue(bytes, at + first!.offset, first!.encoding, value);
    return;
  }
  const scalar = encoding.kind === 'scalar' ? encoding : encoding.scalar;
  if (scalar.constant !== null) return;
  if (scalar.primitive === 'char') {
    if (typeof value === 'string') bytes.write(value, at, scalar.length, 'latin1');
    return;
  }
  const number = BigInt(value ?? scalar.nullValue ?? 0n);
  const size = { int8: 1, uint8: 1, int16: 2, uint16: 2, int32: 4, uint32: 4, int64: 8, uint64: 8 }[
    scalar.primitive as 'int8'
  ];
  let rest = BigInt.asUintN(8 * size, number as bigint);
  for (let i = 0; i < size; i++, rest >>= 8n) bytes[at + i] = Number(rest & 0xffn);
}

/** A message of MDP 3.0 with its size and header; groups in the order of the schema, absent ones are empty. */
export function mdpMessage(
  templateId: number,
  given: Given,
  groups: Readonly<Record<string, readonly Given[]>> = {},
  version = 13,
): Buffer {
  const message = MDP_SCHEMA.messages.get(templateId)!;
  const parts = [blockBytes(message, given)];
  for (const group of message.groups) {
    const entries = groups[group.name] ?? [];
    const head = Buffer.alloc(group.dimension.bytes);
    head.writeUInt16LE(group.blockLength, 0);
    head.writeUInt8(entries.length, group.dimension.entries.offset);
    parts.push(head, ...entries.map((entry) => blockBytes(group, entry)));
  }
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(10);
  head.writeUInt16LE(10 + body.length, 0);
  head.writeUInt16LE(message.blockLength, 2);
  head.writeUInt16LE(templateId, 4);
  head.writeUInt16LE(1, 6);
  head.writeUInt16LE(version, 8);
  return Buffer.concat([head, body]);
}

export const MDP_EPOCH_NS = 1_700_006_400_000_000_000n;

export interface MdpPacket {
  readonly sequence: number;
  readonly messages: readonly Uint8Array[];
  /** Time of capture after the epoch, ms; the packet was sent as many ms after it as its number. */
  readonly atMs?: number;
  /** Port: 14xxx is line A, 15xxx line B. */
  readonly port?: number;
  /** Sent that many ms after the epoch. */
  readonly sentMs?: number;
}

export function mdpPacketBytes({ sequence, messages, sentMs }: MdpPacket): number[] {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(sequence, 0);
  head.writeBigUInt64LE(MDP_EPOCH_NS + BigInt(Math.round((sentMs ?? sequence) * 1e6)), 4);
  return [...head, ...messages.flatMap((message) => [...message])];
}

/** A capture of packets in the order they are given. */
export function mdpFile(packets: readonly MdpPacket[]): Uint8Array {
  return pcapFile(
    packets.map((packet) => {
      const atMs = packet.atMs ?? packet.sequence;
      const seconds = Number(MDP_EPOCH_NS / 1_000_000_000n) + Math.floor(atMs / 1000);
      return {
        time: { seconds, nanos: Math.round((atMs % 1000) * 1e6) },
        bytes: ethernet(ipv4(udp(mdpPacketBytes(packet), [1, packet.port ?? 14_310])), 0x0800),
      };
    }),
  );
}
