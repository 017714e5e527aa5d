/**
 * What a recorder connects to when it checks that it sees connects. The kernel refuses the call (EINVAL) before it looks at the address.
 * 0.0.0.0/8 is never a destination (RFC 1122, 3.2.1.3), so the check of another recorder is recognised by it.
 */
export const SELF_CHECK_ADDRESS = '0.115.115.116';
