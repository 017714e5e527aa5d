/** The classic BPF programs that let DNS answers through, and nothing else (packet data begins with the IP header). */
import type { Family } from '../model/address.js';
import type { Instruction } from '../sys/packet-socket.js';

/** Instructions of include/uapi/linux/bpf_common.h, as they are used here. */
const LOAD_BYTE = 0x30;
const LOAD_HALF = 0x28;
const LOAD_HALF_FROM_X = 0x48;
const LOAD_BYTE_FROM_X = 0x50;
const X_IS_HEADER_LENGTH = 0xb1;
const X_IS = 0x01;
const IF_EQUAL = 0x15;
const IF_SET = 0x45;
const RETURN = 0x06;

/** SKF_AD_OFF + SKF_AD_PKTTYPE: how the packet came; PACKET_OTHERHOST: it was not for this host. */
const PACKET_TYPE = 0xfffff000 + 4;
const OTHER_HOST = 3;
const TCP = 6;
const UDP = 17;
const DNS_PORT = 53;
const FRAGMENT_OFFSET = 0x1fff;
/** The highest bit of a DNS header's third byte: it is an answer. 8 bytes of UDP lie before it. */
const QR = 0x80;
const QR_BYTE = 8 + 2;
const WHOLE = 0xffff_ffff;

/** From X, the start of the transport header, on: source port 53, and over UDP an answer. `udp` is known by then. */
function fromDns(udp: boolean): Instruction[] {
  const isAnswer: Instruction[] = udp
    ? [
        [LOAD_BYTE_FROM_X, 0, 0, QR_BYTE],
        [IF_SET, 0, 1, QR],
      ]
    : [];
  return [
    [LOAD_HALF_FROM_X, 0, 0, 0],
    [IF_EQUAL, 0, 1 + isAnswer.length, DNS_PORT],
    ...isAnswer,
    [RETURN, 0, 0, WHOLE],
    [RETURN, 0, 0, 0],
  ];
}

function program(load: readonly Instruction[], transport: Instruction, startOfTransport: Instruction): Instruction[] {
  const udp = fromDns(true);
  return [
    [LOAD_HALF, 0, 0, PACKET_TYPE],
    [IF_EQUAL, 0, 1, OTHER_HOST],
    [RETURN, 0, 0, 0],
    ...load,
    startOfTransport,
    transport,
    [IF_EQUAL, 1, 0, UDP],
    [IF_EQUAL, udp.length, udp.length + fromDns(false).length - 1, TCP],
    ...udp,
    ...fromDns(false),
  ];
}

/**
 * IPv4: only a first fragment has ports. IPv6: extension headers are not followed, DNS answers have none unless
 * they are fragments.
 */
export const ANSWER_FILTER: Readonly<Record<Family, readonly Instruction[]>> = {
  4: program(
    [
      [LOAD_HALF, 0, 0, 6],
      [IF_SET, 0, 1, FRAGMENT_OFFSET],
      [RETURN, 0, 0, 0],
    ],
    [LOAD_BYTE, 0, 0, 9],
    [X_IS_HEADER_LENGTH, 0, 0, 0],
  ),
  6: program([], [LOAD_BYTE, 0, 0, 6], [X_IS, 0, 0, 40]),
};
