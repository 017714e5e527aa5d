export { bpftraceVersion } from './bpftrace.js';
export { openProbe, Probe, type ProbeOptions, type ProbeStart } from './probe.js';
