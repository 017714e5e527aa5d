import { deepEqual, doesNotMatch, match, ok } from 'node:assert/strict';
import type { NameRecord } from '../../src/model/name.js';
import { connectionOf, usAt } from '../lab/history.js';
import { clock, explainedText, explanationOf } from './explained.js';

const OLD = '10.4.1.80';
const NEW = '10.4.1.81';

function to(remoteAddr: string, id: number) {
  return {
    tuple: { family: 4, localAddr: '10.4.1.1', localPort: 40_000 + id, remoteAddr, remotePort: 9_200 },
  } as const;
}

function name(address: string, fromS: number, toS: number, ended?: NameRecord['ended']): NameRecord {
  return { name: 'kafka.test', address, fromUs: usAt(fromS), toUs: usAt(toS), source: 'dns', netns: 1, ended };
}

const stuck = connectionOf(1, [[60, 'SYN-SENT']], to(OLD, 1));

describe('a stale name, explained', () => {
  it('names the old and the new address, the time of the move, and that the old one is still used', () => {
    const names = [name(OLD, 10, 40, 'replaced'), name(NEW, 40, 90)];
    const text = explainedText({ connections: [stuck], names });
    ok(
      text.includes(
        `kafka.test resolved to ${OLD} at ${clock(10)} (by DNS); since ${clock(40)} it has resolved to ${NEW}: the process still uses the old address, 20s after it moved.`,
      ),
      text,
    );
    ok(
      text.includes(
        `[name kafka.test = ${OLD}, dns, ${clock(10)} to ${clock(40)} (replaced); name kafka.test = ${NEW}, dns, ${clock(40)} to ${clock(90)}]`,
      ),
      text,
    );
  });

  it('says whether connections to the new address work', () => {
    const names = [name(OLD, 10, 40, 'replaced'), name(NEW, 40, 90)];
    match(explainedText({ connections: [stuck], names }), /No connect to 10\.4\.1\.81 port 9200 was seen from here\./);
    const works = connectionOf(
      2,
      [
        [50, 'SYN-SENT'],
        [50.001, 'ESTAB'],
      ],
      to(NEW, 2),
    );
    ok(
      explainedText({ connections: [stuck, works], names }).includes(
        `Connections to the new address work: ${NEW} port 9200 answered, most recently a connect at ${clock(50)}.`,
      ),
    );
    const stuckToo = connectionOf(2, [[50, 'SYN-SENT']], to(NEW, 2));
    match(explainedText({ connections: [stuck, stuckToo], names }), /The new address does not answer here either/);
  });

  it('knows a v4-mapped address, as sockets of both families have it, for the same', () => {
    const mapped = (id: number, address: string) =>
      ({ tuple: { ...to(`::ffff:${address}`, id).tuple, family: 6 } }) as const;
    const old = connectionOf(1, [[60, 'SYN-SENT']], mapped(1, OLD));
    const works = connectionOf(
      2,
      [
        [50, 'SYN-SENT'],
        [50.001, 'ESTAB'],
      ],
      mapped(2, NEW),
    );
    const before = connectionOf(
      3,
      [
        [20, 'SYN-SENT'],
        [20.001, 'ESTAB'],
      ],
      to(OLD, 3),
    );
    const text = explainedText({
      connections: [old, works, before],
      names: [name(OLD, 10, 40, 'replaced'), name(NEW, 40, 90)],
    });
    match(text, /kafka\.test resolved to 10\.4\.1\.80 at .* it has resolved to 10\.4\.1\.81/);
    match(text, /Connections to the new address work: 10\.4\.1\.81 port 9200/);
    match(text, /did answer other connects in the recorded history: 1 of 2 connects/);
  });

  it('dates the move from the new answer where the TTL of the old one had expired before', () => {
    const text = explainedText({ connections: [stuck], names: [name(OLD, 10, 20, 'replaced'), name(NEW, 50, 90)] });
    ok(text.includes(`since ${clock(50)} it has resolved to ${NEW}`), text);
  });

  it('dates the move from the first new answer where the name was looked up again since', () => {
    const again = [name(NEW, 40, 45), name(NEW, 55, 58), name(NEW, 70, 90)];
    const text = explainedText({ connections: [stuck], names: [name(OLD, 10, 40, 'replaced'), ...again] });
    ok(
      text.includes(`since ${clock(40)} it has resolved to ${NEW}: the process still uses the old address, 20s`),
      text,
    );
    const expired = explainedText({ connections: [stuck], names: [name(OLD, 10, 20), ...again] });
    ok(expired.includes(`since ${clock(40)} it has resolved to ${NEW}`), expired);
  });

  it('dates the move from when the old address was left out, where the new one had been listed beside it', () => {
    const beside = [name(OLD, 10, 40, 'replaced'), name(NEW, 10, 45), name(NEW, 70, 90)];
    const text = explainedText({ connections: [stuck], names: beside });
    ok(
      text.includes(`since ${clock(40)} it has resolved to ${NEW}: the process still uses the old address, 20s`),
      text,
    );
  });

  it('dates the move from the last one, where the name had moved back meanwhile', () => {
    const back = [name(OLD, 10, 20, 'replaced'), name(NEW, 20, 30, 'replaced'), name(OLD, 30, 40, 'replaced')];
    const text = explainedText({ connections: [stuck], names: [...back, name(NEW, 40, 90)] });
    ok(
      text.includes(`since ${clock(40)} it has resolved to ${NEW}: the process still uses the old address, 20s`),
      text,
    );
  });

  it('says that a connection was made before the name moved', () => {
    const names = [name(OLD, 10, 70, 'replaced'), name(NEW, 70, 90)];
    match(explainedText({ connections: [stuck], names }), /java\[42\] connected to the old address before it moved\./);
  });

  it('is no cause of what ended while the name resolved to the address', () => {
    const refused = connectionOf(
      1,
      [
        [30, 'SYN-SENT'],
        [30.001, 'UNCONN'],
      ],
      { ...to(OLD, 1), closeReason: 'refused' },
    );
    const story = { connections: [refused], names: [name(OLD, 10, 40, 'replaced'), name(NEW, 40, 90)] };
    ok(
      explainedText(story).includes(`since ${clock(40)} it has resolved to ${NEW}: the connection had ended before.`),
      explainedText(story),
    );
    deepEqual(explanationOf(story).troubles, ['refused']);
    const expired = { ...story, names: [name(OLD, 10, 20), name(NEW, 40, 90)] };
    ok(
      explainedText(expired).includes(
        `java[42] connected to the old address before that was seen, and after the TTL of the old answer had expired at ${clock(20)}.`,
      ),
      explainedText(expired),
    );
    deepEqual(explanationOf(expired).troubles, ['refused', 'stale name']);
  });

  it('is silent about a move while the name lists the address, also among others', () => {
    const text = explainedText({ connections: [stuck], names: [name(OLD, 10, 95), name(NEW, 40, 95)] });
    doesNotMatch(text, /it has resolved to/);
    match(text, /kafka\.test resolved to 10\.4\.1\.80 when it was opened \(by DNS, first seen at/);
  });

  it('does not claim a move that was not seen', () => {
    const text = explainedText({ connections: [stuck], names: [name(OLD, 10, 20)] });
    match(
      text,
      /kafka\.test last resolved to 10\.4\.1\.80, by DNS .* the TTL of that answer expired at \S+, and no later answer was seen\./,
    );
  });

  it('says that the name is gone', () => {
    match(
      explainedText({ connections: [stuck], names: [name(OLD, 10, 40, 'gone')] }),
      /since \S+ it has had no address: the process still uses/,
    );
  });
});
