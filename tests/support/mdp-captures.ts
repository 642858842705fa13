/** Captures of CME's MDP 3.0 with status messages, for tests. */

import { ethernet, ipv4, pcapFile, udp } from './capture-files.ts';

/** Time 0 of `atSeconds`, the same as that of the hand-made DBN files, and how far it is from midnight UTC. */
export const mdpTime = {
  epochNs: 1_700_006_400_000_000_000n,
  sinceMidnightNs: Number(1_700_006_400_000_000_000n % 86_400_000_000_000n),
};

export interface MdpStatusFields {
  /** SecurityTradingStatus: 17 ready to trade, 2 halt, 21 pre-open, ... */
  readonly status: number;
  readonly haltReason: number;
  /** SecurityTradingEvent: 1 no cancel. */
  readonly event: number;
  readonly atSeconds: number;
  /** Instead of `atSeconds`. */
  readonly transactNs: bigint;
  readonly securityId: number | null;
  readonly group: string;
  /** Lengths as written, where they are wrong. */
  readonly blockBytes: number;
  readonly size: number;
}

/** A message SecurityStatus30 with its size and SBE header. */
export function mdpStatus(fields: Partial<MdpStatusFields>): Uint8Array {
  const bytes = Buffer.alloc(40);
  const atNs = BigInt(Math.round((fields.atSeconds ?? 0) * 1e9));
  bytes.writeUInt16LE(fields.size ?? 40, 0);
  bytes.writeUInt16LE(fields.blockBytes ?? 30, 2);
  bytes.writeUInt16LE(30, 4);
  bytes.writeUInt16LE(1, 6);
  bytes.writeUInt16LE(9, 8);
  bytes.writeBigUInt64LE(fields.transactNs ?? mdpTime.epochNs + atNs, 10);
  bytes.write(fields.group ?? 'ES', 18, 'latin1');
  bytes.writeInt32LE(fields.securityId === undefined ? 5 : (fields.securityId ?? 0x7fff_ffff), 30);
  bytes.writeUInt8(0x80, 36);
  bytes.writeUInt8(fields.status ?? 17, 37);
  bytes.writeUInt8(fields.haltReason ?? 0, 38);
  bytes.writeUInt8(fields.event ?? 0, 39);
  return bytes;
}

/** Each list of messages becomes a packet, on as many lines as asked for, one line after the other. */
export function mdpCapture(packets: readonly (readonly Uint8Array[])[], lines = 1): Uint8Array {
  const captured = packets.flatMap((messages, sequence) => {
    const head = Buffer.alloc(12);
    head.writeUInt32LE(sequence + 1, 0);
    head.writeBigUInt64LE(mdpTime.epochNs + BigInt(sequence), 4);
    const payload = [...head, ...messages.flatMap((message) => [...message])];
    const bytes = ethernet(ipv4(udp(payload, [1, 14_310])), 0x0800);
    return Array.from({ length: lines }, () => ({
      time: { seconds: 1_700_006_400, nanos: sequence },
      bytes,
    }));
  });
  return pcapFile(captured);
}
