/** Tells captures of ITCH 5.0 from those of other feeds that look alike from outside: MoldUDP64 carries many. */

import { ITCH_LENGTH_BY_CODE } from '../../formats/itch-messages.ts';
import { MOLD_END_OF_SESSION, MOLD_HEADER_BYTES } from '../../formats/mold-udp64.ts';
import { PcapReader } from '../../formats/pcap.ts';
import { Quarantine } from '../../quarantine.ts';
import { sniffBytes } from '../../sniff-format.ts';

const UDP = 17;
/** Packets that are looked at; all that carry messages must fit. */
const PACKETS = 50;

export function isItchCapture(head: Uint8Array): boolean {
  if (sniffBytes(head, false) !== 'itch-pcap') return false;
  const packets = new PcapReader(new Quarantine('lenient', 'head'));
  let messages = 0;
  try {
    packets.write(head);
    for (let packet = 0; packet < PACKETS && packets.next(); packet++) {
      if (packets.transport !== UDP) return false;
      const found = messagesOf(packets.bytes, packets.payloadAt, packets.payloadEnd);
      if (found < 0) return false;
      messages += found;
    }
  } catch {
    return false;
  }
  return messages > 0;
}

/** Number of ITCH messages in the packet, -1 if it is another one. */
function messagesOf(bytes: Uint8Array, from: number, end: number): number {
  if (end - from < MOLD_HEADER_BYTES) return -1;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint16(from + MOLD_HEADER_BYTES - 2);
  if (count === 0 || count === MOLD_END_OF_SESSION) return 0;
  let at = from + MOLD_HEADER_BYTES;
  for (let message = 0; message < count; message++) {
    if (at + 3 > end) return -1;
    const length = view.getUint16(at);
    if (length === 0 || length !== ITCH_LENGTH_BY_CODE[bytes[at + 2]!]) return -1;
    at += 2 + length;
  }
  return at <= end ? count : -1;
}
