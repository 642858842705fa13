/**
 * From a captured frame to the payload of its UDP or TCP packet: Ethernet with VLAN tags, Linux cooked capture or bare
 * IP, then IPv4 or IPv6. Lengths come from the IP and UDP headers, so padding and trailers behind them do not matter.
 * Checksums are not verified: captures with blanked addresses keep the old or no checksum, and cards fill them in late.
 * A fragment is not put together but reported, so is any header that contradicts another.
 */

export const LINK_ETHERNET = 1;
const LINK_RAW_BSD = 12;
const LINK_RAW_OPENBSD = 14;
export const LINK_RAW = 101;
export const LINK_COOKED = 113;
const LINK_IPV4 = 228;
const LINK_IPV6 = 229;
const LINK_COOKED_2 = 276;

const ETHER_IPV4 = 0x0800;
const ETHER_IPV6 = 0x86dd;
const ETHER_VLAN = 0x8100;
const ETHER_VLAN_OUTER = 0x88a8;
const ETHER_VLAN_OUTER_OLD = 0x9100;
const VLAN_TAGS_MAX = 2;

export const IP_TCP = 6;
export const IP_UDP = 17;
const IPV6_HOP_BY_HOP = 0;
const IPV6_ROUTING = 43;
const IPV6_FRAGMENT = 44;
const IPV6_DESTINATION = 60;
const IPV6_EXTENSIONS_MAX = 8;

/** Where the payload of a packet lies. */
export interface PacketPayload {
  /** IP_UDP or IP_TCP; 0 for any other packet, which is sound but has no payload for us. */
  transport: number;
  payloadAt: number;
  payloadEnd: number;
  sourcePort: number;
  destinationPort: number;
  /** Where it was sent to: the IPv4 address, or the last 32 bits of an IPv6 one, unsigned. */
  destinationHost: number;
}

export function isKnownLink(linkType: number): boolean {
  return (
    linkType === LINK_ETHERNET ||
    linkType === LINK_COOKED ||
    linkType === LINK_COOKED_2 ||
    isRawLink(linkType) ||
    linkType === LINK_IPV4 ||
    linkType === LINK_IPV6
  );
}

/** Fills `out` for the frame in `view` from `at` to `end`; returns what is damaged about it, '' if nothing is. */
export function locatePayload(
  view: DataView,
  at: number,
  end: number,
  linkType: number,
  out: PacketPayload,
): string {
  out.transport = 0;
  out.payloadAt = end;
  out.payloadEnd = end;
  out.sourcePort = 0;
  out.destinationPort = 0;
  out.destinationHost = 0;
  if (linkType === LINK_ETHERNET) return fromEthernet(view, at, end, out);
  if (linkType === LINK_COOKED) {
    if (at + 16 > end) return 'cut in the link header';
    return fromEtherType(view, at + 16, end, view.getUint16(at + 14), out);
  }
  if (linkType === LINK_COOKED_2) {
    if (at + 20 > end) return 'cut in the link header';
    return fromEtherType(view, at + 20, end, view.getUint16(at), out);
  }
  if (at >= end) return 'empty packet';
  return view.getUint8(at) >> 4 === 6 ? fromIpv6(view, at, end, out) : fromIpv4(view, at, end, out);
}

function isRawLink(linkType: number): boolean {
  return linkType === LINK_RAW || linkType === LINK_RAW_BSD || linkType === LINK_RAW_OPENBSD;
}

function fromEthernet(view: DataView, at: number, end: number, out: PacketPayload): string {
  if (at + 14 > end) return 'cut in the link header';
  return fromEtherType(view, at + 14, end, view.getUint16(at + 12), out);
}

function fromEtherType(
  view: DataView,
  start: number,
  end: number,
  firstType: number,
  out: PacketPayload,
): string {
  let at = start;
  let type = firstType;
  for (let tags = 0; isVlan(type); tags++) {
    if (tags === VLAN_TAGS_MAX) return 'more than two VLAN tags';
    if (at + 4 > end) return 'cut in a VLAN tag';
    type = view.getUint16(at + 2);
    at += 4;
  }
  if (type === ETHER_IPV4) return fromIpv4(view, at, end, out);
  if (type === ETHER_IPV6) return fromIpv6(view, at, end, out);
  return '';
}

function isVlan(type: number): boolean {
  return type === ETHER_VLAN || type === ETHER_VLAN_OUTER || type === ETHER_VLAN_OUTER_OLD;
}

function fromIpv4(view: DataView, at: number, end: number, out: PacketPayload): string {
  if (at + 20 > end) return 'cut in the IP header';
  const first = view.getUint8(at);
  if (first >> 4 !== 4) return `IP version ${first >> 4}`;
  const headerLength = (first & 15) * 4;
  const totalLength = view.getUint16(at + 2);
  if (headerLength < 20 || totalLength < headerLength) return 'IP lengths contradict each other';
  if (at + totalLength > end) return 'cut in the IP packet';
  // More-fragments bit and offset; what a fragment lacks is in another packet.
  if ((view.getUint16(at + 6) & 0x3fff) !== 0) return 'IP fragment';
  out.destinationHost = view.getUint32(at + 16);
  return fromTransport(view, at + headerLength, at + totalLength, view.getUint8(at + 9), out);
}

function fromIpv6(view: DataView, at: number, end: number, out: PacketPayload): string {
  if (at + 40 > end) return 'cut in the IP header';
  if (view.getUint8(at) >> 4 !== 6) return `IP version ${view.getUint8(at) >> 4}`;
  const packetEnd = at + 40 + view.getUint16(at + 4);
  if (packetEnd > end) return 'cut in the IP packet';
  out.destinationHost = view.getUint32(at + 36);
  let protocol = view.getUint8(at + 6);
  let next = at + 40;
  for (let extensions = 0; isIpv6Extension(protocol); extensions++) {
    if (extensions === IPV6_EXTENSIONS_MAX) return 'too many IP extension headers';
    if (next + 8 > packetEnd) return 'cut in an IP extension header';
    protocol = view.getUint8(next);
    next += 8 + 8 * view.getUint8(next + 1);
  }
  if (protocol === IPV6_FRAGMENT) return 'IP fragment';
  if (next > packetEnd) return 'cut in an IP extension header';
  return fromTransport(view, next, packetEnd, protocol, out);
}

function isIpv6Extension(protocol: number): boolean {
  return protocol === IPV6_HOP_BY_HOP || protocol === IPV6_ROUTING || protocol === IPV6_DESTINATION;
}

function fromTransport(
  view: DataView,
  at: number,
  end: number,
  protocol: number,
  out: PacketPayload,
): string {
  if (protocol !== IP_UDP && protocol !== IP_TCP) return '';
  const isUdp = protocol === IP_UDP;
  if (at + (isUdp ? 8 : 20) > end) return `cut in the ${isUdp ? 'UDP' : 'TCP'} header`;
  const headerLength = isUdp ? 8 : (view.getUint8(at + 12) >> 4) * 4;
  const payloadEnd = isUdp ? at + view.getUint16(at + 4) : end;
  if (!isUdp && headerLength < 20) return 'TCP header length below 20';
  if (at + headerLength > payloadEnd || payloadEnd > end)
    return 'lengths of IP and transport contradict each other';
  out.transport = protocol;
  out.payloadAt = at + headerLength;
  out.payloadEnd = payloadEnd;
  out.sourcePort = view.getUint16(at);
  out.destinationPort = view.getUint16(at + 2);
  return '';
}
