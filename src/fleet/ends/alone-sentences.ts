/** What is known where no host of the fleet has the other end. */
import { at, count, type Evidence, ofHost, type Sentence, sentence, words } from '../../explain/sentence.js';
import { endEvidence, localEndOf, ownerOf, peerOf } from '../../explain/subject.js';
import { plainAddress } from '../../model/address.js';
import { queueSentence } from './queue-sentence.js';
import { wasEstablished } from './side.js';
import type { EndsFacts, RemoteHost, Verdict } from './verdict.js';

type KnownHost = Extract<RemoteHost, { kind: 'known' }>;

export function aloneSentences(verdict: Verdict, facts: EndsFacts): readonly Sentence[] {
  const { here, remote } = facts;
  if (verdict === 'not sent')
    return [
      sentence(words`connect(2) failed on ${here.machine.host} itself: no SYN was sent.`, ...endEvidence(here.subject)),
    ];
  const address = plainAddress(here.connection.tuple.remoteAddr);
  if (remote.kind === 'unknown')
    return [
      sentence(
        words`No host of the fleet is known to have the address ${address}: no connection or listener of it was recorded within a day. What happened at the other end is not known.`,
      ),
    ];
  if (remote.kind === 'several')
    return [
      sentence(
        words`Several hosts of the fleet have the address ${address}, as private addresses can be used more than once: ${remote.hosts.join(', ')}. None of them has this connection; which of them is meant is not known.`,
      ),
    ];
  return [hostSentence(address, remote), ...verdictSentences(verdict, facts, remote)];
}

function hostSentence(address: string, { holder, byName }: KnownHost): Sentence {
  if (byName !== undefined)
    return sentence(
      words`The address ${address} was looked up as ${byName}, which is the name of ${holder.host}: the other end is probably there. This is inferred.`,
    );
  const { rows, window } = holder;
  return sentence(
    words`${address} is an address of ${holder.host}.`,
    ...ofHost(holder.host, [count('connection', rows, window.fromUs, window.toUs, `of ${address}`)]),
  );
}

function verdictSentences(verdict: Verdict, facts: EndsFacts, remote: KnownHost): Sentence[] {
  const { here, listener, reset } = facts;
  const { host } = remote.holder;
  const own = here.machine.host;
  const sent: Evidence[] = reset === undefined ? [] : ofHost(host, [{ kind: 'event', event: reset }]);
  switch (verdict) {
    case 'SYN lost':
      return [
        sentence(
          words`${host} has no connection of these addresses and ports, and its record of that time is complete: the SYN did not reach its TCP. It was lost on the way from ${own} to ${host}, or a packet filter dropped it (of ${own}, of a host between, or of ${host}).`,
        ),
        listenerSentence(facts, host),
      ];
    case 'queue full':
      return listener === undefined ? [] : [queueSentence(listener, host, 'SYN')];
    case 'RST lost':
      return [
        sentence(
          words`The SYN reached ${host}, which refused it with a RST at ${at(reset?.atUs ?? 0)}; ${own} did not receive the RST: it was lost on the way back, or a packet filter dropped it.`,
          ...sent,
        ),
      ];
    case 'refused there':
      return [
        sentence(
          reset === undefined
            ? words`Nothing listened on ${peerOf(here.connection)} there, and its record of that time is complete: ${host} refused the connection itself.`
            : words`${host} refused the connection itself, with a RST at ${at(reset.atUs)}: nothing listened on ${peerOf(here.connection)}, or its packet filter rejects it.`,
          ...sent,
        ),
      ];
    case 'refused on the way':
      return [
        listenerSentence(facts, host),
        sentence(
          words`No RST of ${host} for this connection is recorded: a firewall or another host between ${own} and ${host} refused it, or a packet filter of ${host}.`,
        ),
      ];
    case 'not there':
      return [
        sentence(
          words`${host} has no connection of these addresses and ports at that time, and its record is complete: it has ended there (or was never there, if another host answers for the address). ${ownerOf(here.connection)} of ${own} does not know it until it sends data, or a keepalive fails.`,
        ),
      ];
    case 'no such client':
      return [
        sentence(
          words`${host} has no connection of these addresses and ports, and its record of that time is complete: it did not send this SYN through its TCP, or has ended the connect. The address may be forged, or that of an address translation.`,
        ),
      ];
    case 'too early':
      return [
        sentence(
          words`${host} has no connection of these addresses and ports yet. The SYN was sent less than 3 s before: this is too early to say that it was lost.`,
        ),
      ];
    default:
      return [notKnownSentence(facts, remote)];
  }
}

function listenerSentence({ here, listener }: EndsFacts, host: string): Sentence {
  const { remotePort } = here.connection.tuple;
  if (listener === undefined)
    return sentence(
      words`No process of ${host} is recorded to have listened on port ${remotePort} at that time: it would have answered with a RST, and ${here.machine.host} received none.`,
    );
  const { connection } = listener.found;
  return sentence(
    words`${ownerOf(connection)} listened there on ${localEndOf(connection)} (connection ${connection.id}), and its accept queue is not known to have been full.`,
    ...ofHost(host, [{ kind: 'connection', connectionId: connection.id, atUs: connection.openedUs }]),
  );
}

/** Why the missing row proves nothing. */
function notKnownSentence({ here }: EndsFacts, { holder, standing, completeUs, what, byName }: KnownHost): Sentence {
  const { host } = holder;
  const nothing = `that it has no row of this connection does not show that nothing arrived there`;
  if (standing === 'behind')
    return sentence(words`${host} has sent its history up to ${at(completeUs)} only: ${nothing}.`);
  if (standing === 'gap') return sentence(words`The record of ${host} has a gap at that time: ${nothing}.`);
  if (standing === 'later') return sentence(words`The record of ${host} begins later: ${nothing}.`);
  if (byName !== undefined)
    return sentence(words`No row of ${host} has the address, so another host may answer for it: ${nothing}.`);
  if (what !== 'all')
    return sentence(
      words`${host} ships ${what} only, and counts ${wasEstablished(here) ? 'ordinary short connections' : 'the others'}: ${nothing}.`,
    );
  return sentence(words`What happened on ${host} is not known: ${nothing}.`);
}
