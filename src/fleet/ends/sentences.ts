/** What both ends say, in sentences. Rows of the other host name it; its times are by its own clock. */
import {
  at,
  count,
  type Evidence,
  lasting,
  ofHost,
  type Piece,
  type Sentence,
  sentence,
  words,
} from '../../explain/sentence.js';
import {
  endEvidence,
  localEndOf,
  ownerOf,
  peerOf,
  type Subject,
  sinceEvidence,
  whenOf,
} from '../../explain/subject.js';
import { counted } from '../../model/counted.js';
import { endpoint } from '../../model/four-tuple.js';
import { shownState } from '../../model/tcp-state.js';
import { aloneSentences } from './alone-sentences.js';
import { queueSentence } from './queue-sentence.js';
import { overSinceUs, type Side, wasEstablished } from './side.js';
import { clientAndServer, type EndsFacts, type Verdict } from './verdict.js';

/** Candidates that a sentence names. */
const MOST_NAMED = 4;

export function endsSentences(verdict: Verdict, facts: EndsFacts): readonly Sentence[] {
  const { here, there, candidates } = facts;
  if (there !== undefined) {
    return [
      ...(facts.isTranslated ? [translatedSentence(here, there)] : []),
      otherEndSentence(there),
      ...clockSentences(here, there),
      ...pairSentences(verdict, here, there, facts),
    ];
  }
  return candidates.length > 1 ? [severalSentence(candidates)] : aloneSentences(verdict, facts);
}

function translatedSentence(here: Side, there: Side): Sentence {
  const own = here.connection.tuple;
  const isSource =
    there.connection.tuple.localAddr === own.remoteAddr && there.connection.tuple.localPort === own.remotePort;
  const kept = isSource
    ? `it has the address and port that ${here.machine.host} connects to, and the same port of the client`
    : `its peer has the address and port of ${here.machine.host}`;
  return sentence(
    words`No host has a connection with the same addresses and ports. The connection ${there.connection.id} of ${there.machine.host} is probably the other end, behind an address translation: ${kept}, and both opened at the same time. This is inferred.`,
    ...openedEvidence(there),
  );
}

function openedEvidence({ connection, machine }: Side): Evidence[] {
  const [step] = connection.steps;
  if (step === undefined) return [];
  return ofHost(machine.host, [{ kind: 'transition', connectionId: connection.id, index: 1, step }]);
}

function otherEndSentence({ machine, connection, subject, clock }: Side): Sentence {
  const { ended, since } = subject;
  const state: Piece[] =
    ended === undefined
      ? words`${shownState(subject.state)} since ${at(since?.atUs ?? connection.openedUs)}`
      : words`it ended at ${at(ended.atUs)} (${ended.reason}), last in ${shownState(subject.state)}`;
  const by = clock.offsetUs === 0 && clock.isMeasured ? '' : ', by its own clock';
  return sentence(
    words`The other end is connection ${connection.id} of ${machine.host}, ${localEndOf(connection)} to ${peerOf(connection)}, of ${ownerOf(connection)}: ${state}${by}.`,
    ...ofHost(machine.host, lastEvidence(subject)),
  );
}

function lastEvidence(subject: Subject): Evidence[] {
  return subject.ended === undefined ? sinceEvidence(subject) : endEvidence(subject);
}

/** Both ends on one host have the same clock. */
function clockSentences(here: Side, there: Side): Sentence[] {
  const [a, b] = [here.machine, there.machine];
  if (a.machine === b.machine) return [];
  const { offsetUs, errorUs, isMeasured } = there.clock;
  if (!isMeasured)
    return [
      sentence(
        words`How far the clocks of ${a.host} and ${b.host} differ was not measured: their times are not comparable below a second or two.`,
      ),
    ];
  if (Math.abs(offsetUs) <= errorUs)
    return [
      sentence(
        words`The clocks of ${a.host} and ${b.host} differ by ${lasting(Math.abs(offsetUs) + errorUs)} at most.`,
      ),
    ];
  const direction = offsetUs > 0 ? 'ahead of' : 'behind';
  return [
    sentence(
      words`The clock of ${b.host} is ${lasting(Math.abs(offsetUs))} ${direction} that of ${a.host}; that may be wrong by ${lasting(errorUs)}.`,
    ),
  ];
}

function pairSentences(verdict: Verdict, here: Side, there: Side, facts: EndsFacts): Sentence[] {
  const [client, server] = clientAndServer(here, there);
  const [c, s] = [client.machine.host, server.machine.host];
  switch (verdict) {
    case 'SYN-ACK lost': {
      const again =
        server.connection.retransmits > 0
          ? ` and retransmitted the SYN-ACK (${counted(server.connection.retransmits, 'retransmit')})`
          : '';
      return [
        sentence(
          words`The SYN reached ${s} ${whenReached(server)}, and its kernel answered it${again}, but ${c} ${client.subject.ended === undefined ? 'has not received' : 'did not receive'} the answer: the SYN-ACK was lost on the way from ${s} to ${c}, or a packet filter dropped it (of a host between, of ${s} or of ${c}).`,
          ...openedEvidence(server),
          ...ofHost(c, sinceEvidence(client.subject)),
        ),
      ];
    }
    case 'ACK lost':
      return [
        sentence(
          words`${c} received the SYN-ACK and is connected; ${s} still waits for the last ACK of the handshake: it was lost on the way from ${c} to ${s}, a packet filter dropped it, or the accept queue of the listener was full (its record does not show that).`,
          ...openedEvidence(server),
          ...ofHost(c, sinceEvidence(client.subject)),
        ),
      ];
    case 'queue full':
      return facts.listener === undefined
        ? []
        : [queueSentence(facts.listener, s, wasEstablished(client) ? 'last ACK' : 'SYN')];
    case 'older connection there':
      return [
        sentence(
          words`That is an older connection with the same addresses and ports, which ${c} does not have any more: ${s} answers the new SYN with an ACK of the old connection, and ${c} should reset it. Where the RST or the ACK is dropped (by a firewall that tracks connections), the new one waits.`,
          ...openedEvidence(server),
        ),
      ];
    case 'reset on the way':
      return [
        sentence(
          words`A RST arrived at ${c}${c === s ? '' : words` and at ${s}`.join('')} that neither end is known to have sent: a host between them (a firewall, a load balancer) sent it.`,
          ...[client, server].flatMap((side) => ofHost(side.machine.host, endEvidence(side.subject))),
        ),
      ];
    case 'reset by an end':
      return [resetSentence(here, there)];
    case 'cut on the way':
      return [
        sentence(
          words`Data or keepalives were not acknowledged: the way between ${c} and ${s} was cut in at least one direction, or a host between had forgotten the connection. Neither end closed it in order.`,
          ...[client, server].flatMap((side) => ofHost(side.machine.host, lastEvidence(side.subject))),
        ),
      ];
    case 'half-open':
      return [halfOpenSentence(here, there)];
    case 'FIN lost': {
      const [closing, other] = isClosing(here) ? [here, there] : [there, here];
      return [
        sentence(
          words`${ownerOf(closing.connection)} of ${closing.machine.host} closed it ${whenOf(closing.subject.since ?? { atUs: closing.subject.atUs, notBeforeUs: undefined, source: 'probe' })}; ${other.machine.host} is still in ${shownState(other.subject.state)}: the FIN, or its ACK, was lost on the way.`,
          ...ofHost(closing.machine.host, sinceEvidence(closing.subject)),
          ...ofHost(other.machine.host, sinceEvidence(other.subject)),
        ),
      ];
    }
    case 'waits for a process': {
      const waits = here.subject.state === 'CLOSE-WAIT' ? here : there;
      const other = waits === here ? there : here;
      return [
        sentence(
          words`${other.machine.host} has closed its half, and ${waits.machine.host} knows it: it waits for ${ownerOf(waits.connection)} of ${waits.machine.host} to close the other half, for ${lasting(waits.subject.ageUs)} now.`,
          ...ofHost(waits.machine.host, sinceEvidence(waits.subject)),
        ),
      ];
    }
    case 'too early':
      return [sentence(words`The handshake had just begun at that time: a packet may have been on its way.`)];
    default:
      return [sentence(words`Both ends agree: nothing was lost between them, as far as their states show.`)];
  }
}

function whenReached({ connection }: Side): Piece[] {
  return whenOf({
    atUs: connection.openedUs,
    notBeforeUs: connection.openedNotBeforeUs,
    source: connection.openedSource,
  });
}

function isClosing({ subject }: Side): boolean {
  return subject.state === 'FIN-WAIT-1' || subject.state === 'LAST-ACK';
}

function resetSentence(here: Side, there: Side): Sentence {
  const received = here.subject.ended?.reason === 'reset by peer' ? here : there;
  const sent = received === here ? there : here;
  const reason = sent.subject.ended?.reason ?? 'orderly';
  const [by, to] = [sent.machine.host, received.machine.host];
  const overUs = overSinceUs(sent) ?? sent.subject.atUs;
  const text =
    reason === 'aborted'
      ? words`${ownerOf(sent.connection)} of ${by} aborted it at ${at(overUs)}, and its kernel sent the RST that ${to} received.`
      : reason === 'destroyed'
        ? words`It was destroyed on ${by} at ${at(overUs)} by SOCK_DESTROY (as ss -K does), which sent the RST that ${to} received.`
        : words`It had ended on ${by} at ${at(overUs)} (${reason}): data that arrived there afterwards was answered with the RST that ${to} received.`;
  return sentence(text, ...ofHost(by, lastEvidence(sent.subject)), ...ofHost(to, endEvidence(received.subject)));
}

function halfOpenSentence(here: Side, there: Side): Sentence {
  const open = overSinceUs(here) === undefined ? here : there;
  const closed = open === here ? there : here;
  const overUs = overSinceUs(closed) ?? closed.subject.atUs;
  const reason = closed.subject.ended?.reason ?? 'orderly';
  const what = reason === 'orderly' || reason === 'unknown' ? 'FIN' : 'RST';
  return sentence(
    words`It ended on ${closed.machine.host} at ${at(overUs)} (${reason}), and is still ${shownState(open.subject.state)} on ${open.machine.host}: half-open. The ${what} did not arrive there, or was not sent; ${ownerOf(open.connection)} of ${open.machine.host} does not know it until it sends data, or a keepalive fails.`,
    ...ofHost(closed.machine.host, lastEvidence(closed.subject)),
    ...ofHost(open.machine.host, sinceEvidence(open.subject)),
  );
}

function severalSentence(candidates: readonly Side[]): Sentence {
  const [first] = candidates;
  const named = candidates.slice(0, MOST_NAMED).map(({ machine, connection }) => `${machine.host}:${connection.id}`);
  const more = candidates.length > MOST_NAMED ? ` and ${candidates.length - MOST_NAMED} more` : '';
  const { localAddr, localPort } = first?.connection.tuple ?? { localAddr: '', localPort: 0 };
  return sentence(
    words`Several hosts have a connection that fits, as private addresses can be used more than once: ${named.join(', ')}${more}. Which of them is the other end is not known.`,
    count(
      'connection',
      candidates.length,
      first?.connection.openedUs ?? 0,
      first?.subject.atUs ?? 0,
      `that fit, as of ${endpoint(localAddr, localPort)}`,
    ),
  );
}
