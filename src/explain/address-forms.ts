import { plainAddress, v4Mapped } from '../model/address.js';

/** The forms in which an address may be stored, as a JSON array: an IPv4 address also occurs in its v4-mapped form. */
export function storedForms(addresses: Iterable<string>): string {
  const plain = [...addresses].map(plainAddress);
  return JSON.stringify([...plain, ...plain.filter((each) => !each.includes(':')).map(v4Mapped)]);
}
