/**
 * The numbers of one inet_diag message, read by a table: a command that lists sockets once has no time to have a getter for each field
 * compiled.
 */
import { INFO_NUMBERS, NUMBER_AT, type RowNumber } from '../model/row-numbers.js';
import { TIMER_KINDS } from '../model/socket-row.js';
import { numberOfWords } from '../model/uint64.js';
import { BBR_AT, BBR_BYTES, DCTCP_BYTES } from './congestion-info.js';
import { AT, ATTRIBUTE } from './inet-diag-msg.js';
import { AF_INET6 } from './netlink-messages.js';
import { bytesAt, AT as INFO_AT, TCP_INFO_BYTES } from './tcp-info-layout.js';

/** Types of attributes that are looked at: from 0 to this. */
export const ATTRIBUTE_TYPES = 32;

/** Where the payloads of a message's attributes are, by type; 0: it has none. */
export interface Attributes {
  readonly places: Int32Array;
  readonly lengths: Int32Array;
}

/** How a number lies in memory: so many bytes in the order of the host, or in a way of its own; `there`: 1 if the attribute is. */
type Form = 1 | 2 | 4 | 8 | 'port' | 'timer' | 'v6only' | 'there';

interface Field {
  /** In ROW_NUMBERS. */
  readonly place: number;
  /** Of the attribute; NONE: it is in the message itself. */
  readonly type: number;
  readonly offset: number;
  readonly form: Form;
  /** What the attribute must have. */
  readonly leastBytes: number;
  /** Of a byte, the bits that count. */
  readonly shift: number;
  readonly mask: number;
}

/** INET_DIAG_NONE: no attribute has this type. */
const NONE = 0;

function field(name: RowNumber, type: number, offset: number, form: Form, more: Partial<Field> = {}): Field {
  const leastBytes = typeof form === 'number' ? offset + form : 0;
  return { place: NUMBER_AT[name], type, offset, form, leastBytes, shift: 0, mask: 255, ...more };
}

function head(name: RowNumber, offset: number, form: Form = 4): Field {
  return field(name, NONE, offset, form);
}

function attribute(name: RowNumber, type: number, form: Form, leastBytes = Number(form)): Field {
  return field(name, type, 0, form, { leastBytes });
}

function info(name: RowNumber, offset: number, bits: Partial<Field> = {}): Field {
  const form = bytesAt(offset);
  return field(name, ATTRIBUTE.info, offset, form, { leastBytes: Math.max(TCP_INFO_BYTES, offset + form), ...bits });
}

function bbr(name: RowNumber, offset: number, form: Form = 4): Field {
  return field(name, ATTRIBUTE.bbr, offset, form, { leastBytes: BBR_BYTES });
}

const FIELDS: readonly Field[] = [
  head('timer', AT.timer, 'timer'),
  head('localPort', AT.localPort, 'port'),
  head('remotePort', AT.remotePort, 'port'),
  head('interfaceIndex', AT.interface),
  head('cookie', AT.cookie, 8),
  head('recvQ', AT.recvQ),
  head('sendQ', AT.sendQ),
  head('uid', AT.uid),
  head('inode', AT.inode),
  attribute('tos', ATTRIBUTE.tos, 1),
  attribute('tclass', ATTRIBUTE.tclass, 1),
  attribute('shutdown', ATTRIBUTE.shutdown, 1),
  attribute('v6only', ATTRIBUTE.v6only, 'v6only', 1),
  attribute('mark', ATTRIBUTE.mark, 4),
  attribute('classId', ATTRIBUTE.classId, 4),
  attribute('cgroup', ATTRIBUTE.cgroup, 8),
  attribute('sockopt', ATTRIBUTE.sockopt, 2),
  attribute('info', ATTRIBUTE.info, 'there', TCP_INFO_BYTES),
  attribute('memory', ATTRIBUTE.skmem, 'there', 4),
  attribute('dctcp', ATTRIBUTE.dctcp, 'there', DCTCP_BYTES),
  attribute('ulp', ATTRIBUTE.ulp, 'there', 0),
  bbr('bbrBandwidth', BBR_AT.bw, 8),
  bbr('bbrMinRttUs', BBR_AT.minRtt),
  bbr('bbrPacingGain', BBR_AT.pacingGain),
  bbr('bbrCwndGain', BBR_AT.cwndGain),
  info('appLimited', INFO_AT.flags, { mask: 1 }),
  ...INFO_NUMBERS.map((name) => {
    if (name === 'sndWscale') return info(name, INFO_AT.wscales, { mask: 15 });
    if (name === 'rcvWscale') return info(name, INFO_AT.wscales, { shift: 4 });
    return info(name, INFO_AT[name]);
  }),
];
const BY_PLACE = FIELDS.toSorted((one, other) => one.place - other.place);
const UNKNOWN_KIND = TIMER_KINDS.indexOf('unknown');

/** The number at a place of ROW_NUMBERS of the message at `at`: NaN where it is not known. */
export function readNumber(view: DataView, at: number, { places, lengths }: Attributes, place: number): number {
  const { type, offset, form, leastBytes, shift, mask } = BY_PLACE[place] as Field;
  const begin = type === NONE ? at : (places[type] as number);
  if (begin === 0 || (type !== NONE && (lengths[type] as number) < leastBytes)) return Number.NaN;
  const from = begin + offset;
  if (form === 4) return view.getUint32(from, true);
  if (form === 8) return numberOfWords(view.getUint32(from, true), view.getUint32(from + 4, true));
  if (form === 1) return (view.getUint8(from) >> shift) & mask;
  return otherNumber(view, at, from, form);
}

function otherNumber(view: DataView, at: number, from: number, form: Form): number {
  switch (form) {
    case 2:
      return view.getUint16(from, true);
    case 'port':
      return view.getUint16(from, false);
    case 'timer':
      return Math.min(view.getUint8(from), UNKNOWN_KIND);
    case 'v6only':
      return view.getUint8(at + AT.family) === AF_INET6 ? Math.min(view.getUint8(from), 1) : Number.NaN;
    default:
      return 1;
  }
}
