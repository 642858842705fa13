/** Builds capture files and packets byte by byte, for tests of their readers. */

export interface PacketTime {
  readonly seconds: number;
  readonly nanos: number;
}

const u16 = (value: number, isLittle = false): number[] =>
  isLittle ? [value & 0xff, (value >> 8) & 0xff] : [(value >> 8) & 0xff, value & 0xff];
const u32 = (value: number, isLittle = false): number[] => {
  const big = [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);
  return isLittle ? big.reverse() : big;
};

export function udp(payload: readonly number[], ports: readonly [number, number] = [1, 26_477]): number[] {
  return [...u16(ports[0]), ...u16(ports[1]), ...u16(8 + payload.length), 0, 0, ...payload];
}

export function tcp(payload: readonly number[]): number[] {
  return [...u16(1), ...u16(2), ...u32(0), ...u32(0), 0x60, 0x18, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, ...payload];
}

/** `fragment` is the field with the flags and the offset. */
export function ipv4(body: readonly number[], protocol = 17, fragment = 0x4000): number[] {
  const head = [0x45, 0, ...u16(20 + body.length), 0, 0, ...u16(fragment), 64, protocol, 0, 0];
  return [...head, 10, 0, 0, 1, 233, 54, 12, 111, ...body];
}

/** With one extension header of `extension` type (8 bytes) where given. */
export function ipv6(body: readonly number[], protocol = 17, extension: number | null = null): number[] {
  const rest = extension === null ? body : [protocol, 0, 0, 0, 0, 0, 0, 0, ...body];
  const first = extension ?? protocol;
  return [0x60, 0, 0, 0, ...u16(rest.length), first, 64, ...Array<number>(32).fill(1), ...rest];
}

/** `tags` are the types of the VLAN tags from outside in. */
export function ethernet(body: readonly number[], type = 0x0800, tags: readonly number[] = []): number[] {
  return [...Array<number>(12).fill(2), ...tags.flatMap((tag) => [...u16(tag), 0, 5]), ...u16(type), ...body];
}

export function cooked(body: readonly number[], type = 0x0800): number[] {
  return [...Array<number>(14).fill(0), ...u16(type), ...body];
}

export interface PcapOptions {
  readonly isLittle?: boolean;
  readonly isNano?: boolean;
  readonly linkType?: number;
}

export interface CapturedPacket {
  readonly time: PacketTime;
  readonly bytes: readonly number[];
  /** Length on the wire, where the capture cut the packet. */
  readonly originalLength?: number;
}

export function pcapFile(packets: readonly CapturedPacket[], options: PcapOptions = {}): Uint8Array {
  const { isLittle = true, isNano = true, linkType = 1 } = options;
  const out = [...u32(isNano ? 0xa1b23c4d : 0xa1b2c3d4, isLittle), ...u16(2, isLittle), ...u16(4, isLittle)];
  out.push(...u32(0), ...u32(0), ...u32(65_535, isLittle), ...u32(linkType, isLittle));
  for (const { time, bytes, originalLength } of packets) {
    const fraction = isNano ? time.nanos : Math.floor(time.nanos / 1000);
    out.push(...u32(time.seconds, isLittle), ...u32(fraction, isLittle));
    out.push(...u32(bytes.length, isLittle), ...u32(originalLength ?? bytes.length, isLittle), ...bytes);
  }
  return Uint8Array.from(out);
}

export function block(type: number, body: readonly number[], isLittle = true): number[] {
  const padded = [...body, ...Array<number>(-body.length & 3).fill(0)];
  const length = u32(12 + padded.length, isLittle);
  return [...u32(type, isLittle), ...length, ...padded, ...length];
}

export function sectionBlock(isLittle = true): number[] {
  const body = [...u32(0x1a2b3c4d, isLittle), ...u16(1, isLittle), ...u16(0), ...Array<number>(8).fill(0xff)];
  return block(0x0a0d0d0a, body, isLittle);
}

export function interfaceBlock(resolution: number | null, linkType = 1, isLittle = true): number[] {
  const option = resolution === null ? [] : [...u16(9, isLittle), ...u16(1, isLittle), resolution, 0, 0, 0];
  const body = [...u16(linkType, isLittle), 0, 0, ...u32(65_535, isLittle), ...option, ...u16(0), ...u16(0)];
  return block(1, body, isLittle);
}

export function enhancedBlock(ticks: bigint, bytes: readonly number[], isLittle = true): number[] {
  const hi = Number(ticks >> 32n);
  const lo = Number(ticks & 0xffff_ffffn);
  const length = u32(bytes.length, isLittle);
  const padding = Array<number>(-bytes.length & 3).fill(0);
  const head = [...u32(0), ...u32(hi, isLittle), ...u32(lo, isLittle), ...length, ...length];
  return block(6, [...head, ...bytes, ...padding], isLittle);
}

export function simpleBlock(bytes: readonly number[], isLittle = true): number[] {
  return block(3, [...u32(bytes.length, isLittle), ...bytes], isLittle);
}

/** MoldUDP64 packet; `count` differs from the messages only in damaged ones and at the end of a session. */
export function mold(sequence: bigint, messages: readonly Uint8Array[], options: MoldOptions = {}): number[] {
  const session = options.session ?? 'SESSION001';
  const head = [...session].map((letter) => letter.charCodeAt(0));
  const number = [...u32(Number(sequence >> 32n)), ...u32(Number(sequence & 0xffff_ffffn))];
  const body = messages.flatMap((message) => [...u16(message.length), ...message]);
  return [...head, ...number, ...u16(options.count ?? messages.length), ...body];
}

export interface MoldOptions {
  readonly session?: string;
  readonly count?: number;
}
