/** A small kernel: sockets in network namespaces, the steps they make, and the events of its tracepoint. */
import type { FourTuple } from '../../../src/model/four-tuple.js';
import type { ProbeEvent, TransitionEvent } from '../../../src/model/probe-event.js';
import type { CloseReason, Origin } from '../../../src/model/stored-codes.js';
import type { TcpState } from '../../../src/model/tcp-state.js';
import { transition } from '../stories.js';
import { type Fate, type Life, type Sock, sameTuple, type Timewait } from './life.js';
import { SockPool } from './sock-pool.js';
import { HAPPENINGS, type Happening } from './tcp-machine.js';

const S = 1_000_000;
/** Events are so far apart: with a fraction, as the kernel's nanoseconds have. */
const BEAT_US = 20.25;
const TIMEWAIT_US = 60 * S;
/** net.ipv4.tcp_tw_reuse: a TIME-WAIT older than a second gives its ports to a connect. */
const REUSE_AFTER_US = S;
/** How late a timer of a minute expires, at most (kernel/time/timer.c, CONFIG_HZ=250). */
const LATEST_US = 2.1 * S;

/** Receives every event; says what became of it. */
export type Tracer = (event: ProbeEvent, cpu: number) => Fate;

export class SimulatedKernel {
  nowUs = 10 * S;
  readonly lives: Life[] = [];
  readonly netns = new Set<number>();
  /** Sockets that ended and whose process still has them. */
  private readonly kept: { readonly sock: Sock; readonly netns: number; readonly tuple: FourTuple }[] = [];
  private readonly pool = new SockPool();
  private cookies = 100;
  private inodes = 5_000;
  tracer: Tracer = () => 'unwatched';

  constructor(netns: readonly number[]) {
    for (const each of netns) this.netns.add(each);
  }

  /** Those that ss shows now, oldest first. */
  get open(): Life[] {
    return this.lives.filter(({ endUs }) => endUs === undefined);
  }

  holders(netns: number, tuple: FourTuple): Life[] {
    return this.open.filter((life) => life.netns === netns && sameTuple(life.tuple, tuple));
  }

  /** Time passes, and timers expire. */
  wait(us: number): void {
    const untilUs = this.nowUs + us;
    for (;;) {
      const next = this.open
        .filter(({ timewait }) => timewait !== undefined && timewait.expiresUs <= untilUs)
        .sort((one, other) => (one.timewait?.expiresUs ?? 0) - (other.timewait?.expiresUs ?? 0))[0];
      if (next?.timewait === undefined) break;
      this.nowUs = Math.max(this.nowUs, next.timewait.expiresUs);
      this.endTimewait(next, next.state === 'TIME-WAIT' ? 'orderly' : 'timed out');
    }
    this.nowUs = untilUs;
  }

  /** connect(2): `bound`: it had its port before. `again`: on a socket that was used before. False: the four-tuple is in use. */
  connect(netns: number, tuple: FourTuple, { bound = false, again = false, cpu = 0 } = {}): boolean {
    if (!this.netns.has(netns)) return false;
    const holders = this.holders(netns, tuple);
    for (const { state, timewait, moments } of holders) {
      const sinceUs = this.nowUs - (moments.at(-1)?.atUs ?? 0);
      if (timewait === undefined || state !== 'TIME-WAIT' || sinceUs < REUSE_AFTER_US) return false;
    }
    // The same socket with the same four-tuple would be the same to everyone, if all in between was missed.
    const isOther = (each: FourTuple) => each.localPort !== tuple.localPort;
    const old = again ? this.kept.findIndex((each) => each.netns === netns && isOther(each.tuple)) : -1;
    const sock = old < 0 ? this.pool.take() : this.kept.splice(old, 1)[0]?.sock;
    if (sock === undefined) return false;
    if (sock.inode === 0) sock.inode = ++this.inodes;
    const life = this.begin(netns, tuple, 'connect', sock);
    this.beat();
    // The local port is chosen, and the TIME-WAIT is replaced, within the same call.
    this.replace(holders);
    const shown = bound ? tuple : { ...tuple, localPort: 0 };
    const task = { pid: 7, tid: 7, comm: 'curl' };
    this.step(life, 'UNCONN', 'SYN-SENT', cpu, { tuple: shown, task, fd: 3, inProcess: true });
    return true;
  }

  listen(netns: number, tuple: FourTuple, cpu = 0): boolean {
    if (!this.netns.has(netns)) return false;
    const sock = this.pool.take();
    sock.inode = ++this.inodes;
    const life = this.begin(netns, tuple, 'listen', sock);
    this.beat();
    this.step(life, 'UNCONN', 'LISTEN', cpu, { task: { pid: 8, tid: 8, comm: 'nginx' }, inProcess: true });
    return true;
  }

  /** A SYN arrives for a listener: a half-open request, which may take the four-tuple of a TIME-WAIT. */
  receiveSyn(netns: number, tuple: FourTuple): boolean {
    if (!this.netns.has(netns)) return false;
    const holders = this.holders(netns, tuple);
    if (holders.some(({ state }) => state !== 'TIME-WAIT')) return false;
    this.beat();
    this.replace(holders);
    const life = this.begin(netns, tuple, 'accept', undefined);
    life.request = { cookie: 0 };
    this.note(life, 'LISTEN', 'NEW-SYN-RECV', 'none');
    return true;
  }

  /** The next thing that happens to a connection, by its number in the list of its state. `keep`: its process keeps the socket. */
  act(life: Life, which: number, { keep = false, cpu = 0 } = {}): void {
    if (life.request !== undefined) this.actOnRequest(life, which, cpu);
    else if (life.timewait !== undefined) this.actOnTimewait(life, which);
    else {
      const list = HAPPENINGS[life.state] ?? [];
      const happening = list[which % list.length];
      if (happening !== undefined) this.happen(life, happening, keep, cpu);
    }
  }

  /** A FIN for a timewait socket; false: it has none. */
  receiveFin(life: Life): boolean {
    const { timewait, state } = life;
    if (timewait === undefined) return false;
    if (state === 'FIN-WAIT-2') this.note(life, 'FIN-WAIT-2', 'TIME-WAIT', 'none');
    this.startTimer(life, timewait);
    return true;
  }

  /** accept(2) gives a file to an established child. */
  accept(life: Life, cpu = 0): void {
    const { sock, netns, tuple } = life;
    if (life.origin !== 'accept' || sock === undefined || sock.inode !== 0) return;
    sock.inode = ++this.inodes;
    this.beat();
    const { skaddr, cookie, inode } = sock;
    const task = { pid: 8, tid: 8, comm: 'nginx' };
    const event = { kind: 'accept', bootUs: this.nowUs, skaddr, netns, tuple, task, fd: 9, uid: 0 } as const;
    this.tracer({ ...event, cookie, inode, cgroup: 0 }, cpu);
  }

  /** The cookie of what a dump shows of a connection: made when it is first asked for. */
  cookieOf(life: Life): number {
    const holder = life.request ?? life.timewait ?? life.sock;
    if (holder === undefined) return 0;
    if (holder.cookie === 0) holder.cookie = ++this.cookies;
    life.cookies.add(holder.cookie);
    life.shownUs.push(this.nowUs);
    return holder.cookie;
  }

  /** A namespace ends, with everything in it: its processes have ended before. */
  endNetns(netns: number): void {
    for (const life of this.open) {
      if (life.netns !== netns || life.sock === undefined) continue;
      // A socket that waits for its last ACK has no process.
      const orderly = life.state === 'LISTEN' || life.state === 'LAST-ACK';
      this.happen(life, { to: 'UNCONN', inProcess: true, reason: orderly ? 'orderly' : 'aborted' }, false, 0);
    }
    for (const life of this.open) {
      if (life.netns !== netns) continue;
      if (life.timewait !== undefined) this.endTimewait(life, 'unknown');
      else this.dropRequest(life);
    }
    this.kept.splice(0, this.kept.length, ...this.kept.filter((each) => each.netns !== netns));
    this.netns.delete(netns);
  }

  beat(): void {
    this.wait(BEAT_US);
  }

  private happen(
    life: Life,
    { to, error = 0, inProcess = false, reason }: Happening,
    keep: boolean,
    cpu: number,
  ): void {
    const { state, sock } = life;
    if (sock === undefined) return;
    this.beat();
    if (life.sock === undefined) return;
    if (to === 'timewait') {
      const orphaned = state === 'FIN-WAIT-2' && inProcess;
      const more = { done: !orphaned, inProcess, ...totalsOf(life) };
      this.step(life, state, 'UNCONN', cpu, more, orphaned ? state : 'TIME-WAIT');
      this.release(life, sock, keep && !orphaned);
      life.timewait = { cookie: sock.cookie, dueUs: 0, expiresUs: 0 };
      this.startTimer(life, life.timewait);
      return;
    }
    this.step(life, state, to, cpu, { error, inProcess, ...(to === 'UNCONN' ? totalsOf(life) : {}) });
    if (to !== 'UNCONN') return;
    this.end(life, reason ?? 'unknown');
    this.release(life, sock, keep);
  }

  /** The connection leaves its full socket, which has the same cookie when its process connects it again. */
  private release(life: Life, sock: Sock, keep: boolean): void {
    life.sock = undefined;
    if (keep && life.origin === 'connect' && sock.inode !== 0)
      this.kept.push({ sock, netns: life.netns, tuple: life.tuple });
    else this.pool.free(sock);
  }

  private actOnRequest(life: Life, which: number, cpu: number): void {
    this.beat();
    if (which % 4 === 3) {
      this.dropRequest(life);
      return;
    }
    const sock = this.pool.take();
    sock.cookie = life.request?.cookie ?? 0;
    life.request = undefined;
    life.sock = sock;
    this.step(life, 'LISTEN', 'SYN-RECV', cpu, {}, 'SYN-RECV', 'NEW-SYN-RECV');
    this.beat();
    this.step(life, 'SYN-RECV', 'ESTAB', cpu, {});
  }

  private actOnTimewait(life: Life, which: number): void {
    this.beat();
    if (life.timewait === undefined) return;
    if (which % 4 === 3) this.endTimewait(life, 'unknown');
  }

  private startTimer(life: Life, timewait: Timewait): void {
    timewait.dueUs = this.nowUs + TIMEWAIT_US;
    timewait.expiresUs = timewait.dueUs + 50_000.5 + ((life.number * 370_000) % (LATEST_US - 600_000));
  }

  private replace(holders: readonly Life[]): void {
    for (const each of holders) if (each.timewait !== undefined) this.endTimewait(each, 'orderly');
  }

  private endTimewait(life: Life, reason: CloseReason): void {
    life.timewait = undefined;
    this.note(life, life.state, 'UNCONN', 'none');
    this.end(life, reason);
  }

  private dropRequest(life: Life): void {
    life.request = undefined;
    this.note(life, 'NEW-SYN-RECV', 'UNCONN', 'none');
    this.end(life, 'unknown');
  }

  private end(life: Life, reason: CloseReason): void {
    life.endUs = this.nowUs;
    life.reason = reason;
  }

  private begin(netns: number, tuple: FourTuple, origin: Origin, sock: Sock | undefined): Life {
    const life: Life = {
      number: this.lives.length + 1,
      netns,
      tuple,
      origin,
      moments: [],
      cookies: new Set(),
      shownUs: [],
      state: 'UNCONN',
      request: undefined,
      sock,
      firstSock: sock,
      timewait: undefined,
      endUs: undefined,
      reason: undefined,
    };
    this.lives.push(life);
    return life;
  }

  /** A step with its event. `to`: where it truly leads, where the event says UNCONN. */
  private step(
    life: Life,
    from: TcpState,
    into: TcpState,
    cpu: number,
    more: Partial<TransitionEvent>,
    to = into,
    truly = from,
  ): void {
    const { netns, tuple, sock } = life;
    if (sock === undefined) return;
    const { skaddr, cookie } = sock;
    // The owner is only reported where the current task is it: bpf/transitions.bt.
    const inode = more.task === undefined ? 0 : sock.inode;
    const fate = this.tracer(transition(this.nowUs, from, into, { netns, tuple, skaddr, cookie, inode, ...more }), cpu);
    this.note(life, truly, to, fate);
  }

  private note(life: Life, from: TcpState, to: TcpState, fate: Fate): void {
    life.moments.push({ from, to, atUs: this.nowUs, fate });
    life.state = to;
  }
}

function totalsOf({ number }: Life) {
  return { totals: { bytesSent: number, bytesReceived: 0, retransmits: 0, rttUs: 0 } };
}
