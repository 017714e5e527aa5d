import type { RunStart } from '../model/run.js';
import type { RecordingHeader } from '../recording-file/header.js';
import { VERSION } from '../sys/version.js';

/** The header of a recording file of this run, or of a history whose last run it is; undefined: of an empty database. */
export function headerOfRun(run: RunStart | undefined, writtenBy: RecordingHeader['writtenBy']): RecordingHeader {
  return {
    sstory: VERSION,
    host: run?.host ?? '',
    bootId: run?.bootId ?? '',
    kernel: run?.kernel ?? '',
    source: run?.source ?? '',
    transport: run?.transport,
    intervalUs: run?.intervalUs ?? 0,
    clockOffsetUs: run?.clockOffsetUs ?? 0,
    clockSteps: [],
    startedUs: run?.startedUs ?? 0,
    writtenUs: Date.now() * 1000,
    writtenBy,
  };
}
