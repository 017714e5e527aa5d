/**
 * What the format files of tracepoints list on three kernels, as far as the programs ask: Linux 5.4 (protocol in one byte, no
 * family, no error reports), 6.1 (tcp_send_reset like tcp_retransmit_skb), and 6.18.
 */
type Layout = Readonly<Record<string, string>>;

const ADDRESSES = '__u8 saddr[4], __u8 daddr[4], __u8 saddr_v6[16], __u8 daddr_v6[16]';
const SEGMENT = 'const void * skbaddr, const void * skaddr, int state, __u16 sport, __u16 dport';

const SYSCALLS: Layout = {
  'syscalls:sys_enter_connect': 'int __syscall_nr, int fd, struct sockaddr * uservaddr, int addrlen',
  'syscalls:sys_exit_connect': 'int __syscall_nr, long ret',
  'syscalls:sys_enter_listen': 'int __syscall_nr, int fd, int backlog',
  'syscalls:sys_exit_listen': 'int __syscall_nr, long ret',
  'syscalls:sys_exit_accept': 'int __syscall_nr, long ret',
  'syscalls:sys_exit_accept4': 'int __syscall_nr, long ret',
};

const PROCESSES: Layout = {
  'task:task_newtask': 'pid_t pid, char comm[16], unsigned long clone_flags, short oom_score_adj',
  'task:task_rename': 'pid_t pid, char oldcomm[16], char newcomm[16], short oom_score_adj',
  'sched:sched_process_exec': '__data_loc char[] filename, pid_t pid, pid_t old_pid',
  'sched:sched_process_exit': 'char comm[16], pid_t pid, int prio',
};

const LINUX_5_4: Layout = {
  ...SYSCALLS,
  ...PROCESSES,
  'sock:inet_sock_set_state': `const void * skaddr, int oldstate, int newstate, __u16 sport, __u16 dport, __u16 family, __u8 protocol, ${ADDRESSES}`,
  'tcp:tcp_retransmit_skb': `${SEGMENT}, ${ADDRESSES}`,
  'tcp:tcp_retransmit_synack': `const void * skaddr, const void * req, __u16 sport, __u16 dport, ${ADDRESSES}`,
  'tcp:tcp_receive_reset': `const void * skaddr, __u16 sport, __u16 dport, ${ADDRESSES}, __u64 sock_cookie`,
  'tcp:tcp_send_reset': `${SEGMENT}, ${ADDRESSES}`,
};

const LINUX_6_1: Layout = {
  ...SYSCALLS,
  ...PROCESSES,
  'sock:inet_sock_set_state': `const void * skaddr, int oldstate, int newstate, __u16 sport, __u16 dport, __u16 family, __u16 protocol, ${ADDRESSES}`,
  'sock:inet_sk_error_report': `int error, __u16 sport, __u16 dport, __u16 family, __u16 protocol, ${ADDRESSES}`,
  'tcp:tcp_retransmit_skb': `${SEGMENT}, __u16 family, ${ADDRESSES}`,
  'tcp:tcp_retransmit_synack': `const void * skaddr, const void * req, __u16 sport, __u16 dport, __u16 family, ${ADDRESSES}`,
  'tcp:tcp_receive_reset': `const void * skaddr, __u16 sport, __u16 dport, __u16 family, ${ADDRESSES}, __u64 sock_cookie`,
  'tcp:tcp_send_reset': `${SEGMENT}, __u16 family, ${ADDRESSES}`,
};

const LINUX_6_18: Layout = {
  ...LINUX_6_1,
  'tcp:tcp_retransmit_skb': `${SEGMENT}, __u16 family, ${ADDRESSES}, int err`,
  'tcp:tcp_send_reset':
    'const void * skbaddr, const void * skaddr, int state, enum sk_rst_reason reason, __u8 saddr[28], __u8 daddr[28]',
};

export const KERNELS = { '5.4': LINUX_5_4, '6.1': LINUX_6_1, '6.18': LINUX_6_18 } as const;

/** The format files of a kernel, written as the kernel writes them. */
export function formatsOf(kernel: keyof typeof KERNELS): (tracepoint: string) => string | undefined {
  return (tracepoint) => {
    const fields = KERNELS[kernel][tracepoint];
    if (fields === undefined) return undefined;
    const lines = fields.split(', ').map((field) => `\tfield:${field};\toffset:8;\tsize:8;\tsigned:0;`);
    return [`name: ${tracepoint.replace(/.*:/, '')}`, 'ID: 1', 'format:', ...lines, '', 'print fmt: ""', ''].join('\n');
  };
}
