/**
 * Numbers of the fields that a trace is made of, as Perfetto publishes them (google/perfetto, protos/perfetto/trace/: trace.proto,
 * trace_packet.proto, trace_packet_defaults.proto, clock_snapshot.proto, interned_data/interned_data.proto, and in track_event/
 * track_event.proto, track_descriptor.proto, process_descriptor.proto, counter_descriptor.proto, debug_annotation.proto; and
 * protos/perfetto/common/builtin_clock.proto). They never change: they are part of the format.
 */

export const TRACE = { packet: 1 } as const;

export const PACKET = {
  clockSnapshot: 6,
  timestamp: 8,
  trustedPacketSequenceId: 10,
  trackEvent: 11,
  internedData: 12,
  sequenceFlags: 13,
  timestampClockId: 58,
  tracePacketDefaults: 59,
  trackDescriptor: 60,
} as const;

/** TracePacket.SequenceFlags. */
export const SEQUENCE = { incrementalStateCleared: 1, needsIncrementalState: 2 } as const;

export const CLOCK_SNAPSHOT = { clocks: 1, primaryTraceClock: 2 } as const;
export const CLOCK = { clockId: 1, timestamp: 2 } as const;
/** BuiltinClock. */
export const CLOCK_ID = { realtime: 1, boottime: 6 } as const;

export const TRACK_DESCRIPTOR = { uuid: 1, name: 2, process: 3, parentUuid: 5, counter: 8 } as const;
export const PROCESS_DESCRIPTOR = { pid: 1, processName: 6 } as const;
export const COUNTER_DESCRIPTOR = { unit: 3 } as const;
export const UNIT_COUNT = 2;

export const TRACK_EVENT = {
  categoryIids: 3,
  debugAnnotations: 4,
  type: 9,
  nameIid: 10,
  trackUuid: 11,
  name: 23,
  counterValue: 30,
} as const;
/** TrackEvent.Type. */
export const EVENT_TYPE = { sliceBegin: 1, sliceEnd: 2, instant: 3, counter: 4 } as const;

export const DEBUG_ANNOTATION = { nameIid: 1, boolValue: 2, intValue: 4, stringValue: 6 } as const;

export const INTERNED_DATA = { eventCategories: 1, eventNames: 2, debugAnnotationNames: 3 } as const;
/** EventCategory, EventName and DebugAnnotationName alike. */
export const INTERNED = { iid: 1, name: 2 } as const;
