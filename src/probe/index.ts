export { bpftraceVersion } from './bpftrace.js';
export { probeChecks } from './capabilities.js';
export { openProbe, type PassStatus, Probe, type ProbeOptions, type ProbeStart } from './probe.js';
