import { doesNotMatch, match } from 'node:assert/strict';
import { connectionOf, usAt } from '../lab/history.js';
import { explainedText } from './explained.js';

const NETNS = 4_026_535_000;

function to(remotePort: number, id: number) {
  const tuple = {
    family: 4,
    localAddr: '127.0.0.1',
    localPort: 40_000 + id,
    remoteAddr: '127.0.0.1',
    remotePort,
  } as const;
  return { netns: NETNS, tuple };
}

const answered = connectionOf(
  1,
  [
    [20, 'SYN-SENT'],
    [20.001, 'ESTAB'],
    [30, 'UNCONN'],
  ],
  to(7_000, 1),
);
const triedBefore = connectionOf(
  2,
  [
    [25, 'SYN-SENT'],
    [35, 'UNCONN'],
  ],
  to(9_999, 2),
);
const stuck = connectionOf(3, [[60, 'SYN-SENT']], to(9_999, 3));
const connections = [answered, triedBefore, stuck];
const record = { netns: NETNS, name: undefined, netCookie: undefined };
const until40 = { ...record, fromUs: usAt(10), toUs: usAt(40) };

describe('an inode number that stood for several network namespaces, explained', () => {
  it('has only what the namespace of the connection showed', () => {
    const namespaces = [until40, { ...record, fromUs: usAt(50), toUs: undefined }];
    const text = explainedText({ connections, namespaces }, 3);
    doesNotMatch(text, /7000/);
    match(text, /1 attempt/);
  });

  it('has all of it where it was one namespace with another name', () => {
    const named = { ...record, name: 'blue', fromUs: usAt(40), toUs: undefined };
    const text = explainedText({ connections, namespaces: [until40, named] }, 3);
    match(text, /7000/);
    match(text, /2 attempts/);
  });
});
