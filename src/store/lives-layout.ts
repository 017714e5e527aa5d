/**
 * The table `closed_life` (class, slot, stretch, members, to_us): closed connections by lifetime. A row has those of one life class that
 * were opened in one slot of 65.536 ms and whose ids lie in one stretch of 32. On a busy host that is a dozen, so that a connection takes
 * 3 bytes of the table, where a row of its own takes 31.
 */
const SLOT_BITS = 16;
const STRETCH_BITS = 5;
export const STRETCH = 2 ** STRETCH_BITS;

/** `members` has the place of the first id in its stretch, that of the last one, and a bit for each id that is a member. */
const firstSql = (members: string) => `(${members} & ${STRETCH - 1})`;
const lastSql = (members: string) => `((${members} >> ${STRETCH_BITS}) & ${STRETCH - 1})`;
const MASK_BITS = 2 * STRETCH_BITS;
const MASK_ONE = 2 ** MASK_BITS;

/** The slot of an opening, microseconds. */
export function slotOf(openedUs: number): number {
  return Math.floor(openedUs / 2 ** SLOT_BITS);
}

export function slotSql(openedUs: string): string {
  return `(${openedUs} >> ${SLOT_BITS})`;
}

/** When a slot begins, microseconds. */
export function slotBeginsSql(slot: string): string {
  return `((${slot}) << ${SLOT_BITS})`;
}

export function slotBeginsUs(slot: number): number {
  return slot * 2 ** SLOT_BITS;
}

export function stretchOf(id: number): number {
  return Math.floor(id / STRETCH);
}

export function stretchSql(id: string): string {
  return `(${id} >> ${STRETCH_BITS})`;
}

/** `members` of a row for one connection. */
export function membersOf(id: number): number {
  const place = id % STRETCH;
  return memberBit(id) + place * STRETCH + place;
}

/** The bit of one connection in it. */
export function memberBit(id: number): number {
  return MASK_ONE * placeBit(id);
}

/** The same for a group of rows. */
export function membersSql(id: string): string {
  const place = `(${id} & ${STRETCH - 1})`;
  return `sum(${memberBitSql(id)}) | (max(${place}) << ${STRETCH_BITS}) | min(${place})`;
}

export function memberBitSql(id: string): string {
  return `(1 << (${MASK_BITS} + (${id} & ${STRETCH - 1})))`;
}

/** The bit of one connection in its stretch, the lowest for the first id of it. */
export function placeBit(id: number): number {
  return (1 << (id % STRETCH)) >>> 0;
}

/** Of the members of a row, the bit of each in the stretch. */
export function memberBitsSql(members: string): string {
  return `(${members} >> ${MASK_BITS})`;
}

/** The ids of the members of a row. */
export function idsOfMembers(stretch: number, members: number): number[] {
  const ids: number[] = [];
  const mask = Math.floor(members / MASK_ONE);
  for (let place = 0; place < STRETCH; place++)
    if (Math.floor(mask / 2 ** place) % 2 === 1) ids.push(stretch * STRETCH + place);
  return ids;
}

/** The condition for a row whose members are all deleted. */
export const HAS_NO_MEMBER = `members < ${MASK_ONE}`;

/** The condition for the connection with this id to be a member, and one that a search for it can use. */
export function isMemberSql(id: string): string {
  return `${id} BETWEEN (stretch << ${STRETCH_BITS}) + ${firstSql('members')} AND (stretch << ${STRETCH_BITS}) + ${lastSql('members')}
    AND members & ${memberBitSql(id)}`;
}

/** The covered closed connections. */
export const CLOSED_SOCKETS = `closed_life CROSS JOIN socket ON ${isMemberSql('socket.id')}`;

/** At the end of an INSERT: adds the members of a row that is there already. */
export const MERGE_LIVES = `ON CONFLICT (class, slot, stretch) DO UPDATE SET
  members = ((members | excluded.members) & ~${MASK_ONE - 1})
    | (max(${lastSql('members')}, ${lastSql('excluded.members')}) << ${STRETCH_BITS})
    | min(${firstSql('members')}, ${firstSql('excluded.members')}),
  to_us = max(to_us, excluded.to_us)`;
