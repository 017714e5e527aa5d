import * as $protobuf from "protobufjs";
import Long = require("long");

/** Namespace sstory. */
export namespace sstory {

    /**
     * Properties of a Frame.
     * @deprecated Use sstory.Frame.$Properties instead.
     */
    interface IFrame extends sstory.Frame.$Properties {
    }

    /** Represents a Frame. */
    class Frame {

        /**
         * Constructs a new Frame.
         * @param [properties] Properties to set
         */
        constructor(properties?: sstory.Frame.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Frame crc32. */
        crc32: number;

        /** Frame compression. */
        compression: sstory.Compression;

        /** Frame size. */
        size: number;

        /** Frame payload. */
        payload: Uint8Array;

        /**
         * Encodes the specified Frame message. Does not implicitly {@link sstory.Frame.verify|verify} messages.
         * @param message Frame message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sstory.Frame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Frame message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sstory.Frame & sstory.Frame.$Shape} Frame
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sstory.Frame & sstory.Frame.$Shape;
    }

    namespace Frame {

        /** Properties of a Frame. */
        interface $Properties {

            /** Frame crc32 */
            crc32?: (number|null);

            /** Frame compression */
            compression?: (sstory.Compression|null);

            /** Frame size */
            size?: (number|null);

            /** Frame payload */
            payload?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Frame. */
        type $Shape = sstory.Frame.$Properties;
    }

    /** Compression enum. */
    enum Compression {

        /** COMPRESSION_NONE value */
        COMPRESSION_NONE = 0,

        /** COMPRESSION_GZIP value */
        COMPRESSION_GZIP = 1,

        /** COMPRESSION_ZSTD value */
        COMPRESSION_ZSTD = 2
    }

    /**
     * Properties of a Block.
     * @deprecated Use sstory.Block.$Properties instead.
     */
    interface IBlock extends sstory.Block.$Properties {
    }

    /** Represents a Block. */
    class Block {

        /**
         * Constructs a new Block.
         * @param [properties] Properties to set
         */
        constructor(properties?: sstory.Block.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Block header. */
        header?: (sstory.Header.$Properties|null);

        /** Block runs. */
        runs: sstory.Run.$Properties[];

        /** Block cgroups. */
        cgroups: sstory.Cgroup.$Properties[];

        /** Block connections. */
        connections: sstory.Connection.$Properties[];

        /** Block owners. */
        owners: sstory.Owner.$Properties[];

        /** Block events. */
        events: sstory.Event.$Properties[];

        /** Block samples. */
        samples: sstory.Sample.$Properties[];

        /** Block snapshots. */
        snapshots: sstory.Snapshot.$Properties[];

        /** Block gaps. */
        gaps: sstory.Gap.$Properties[];

        /** Block names. */
        names: sstory.Name.$Properties[];

        /** Block prunings. */
        prunings: sstory.Pruning.$Properties[];

        /** Block throughUs. */
        throughUs?: (number|null);

        /** Block end. */
        end?: (sstory.End.$Properties|null);

        /** Block namespaces. */
        namespaces: sstory.Namespace.$Properties[];

        /** Block threads. */
        threads: sstory.Thread.$Properties[];

        /** Block sockstat. */
        sockstat: sstory.Sockstat.$Properties[];

        /** Block bound. */
        bound: sstory.Bound.$Properties[];

        /** Block timewaits. */
        timewaits: sstory.Timewaits.$Properties[];

        /**
         * Encodes the specified Block message. Does not implicitly {@link sstory.Block.verify|verify} messages.
         * @param message Block message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sstory.Block.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Block message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sstory.Block & sstory.Block.$Shape} Block
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sstory.Block & sstory.Block.$Shape;
    }

    namespace Block {

        /** Properties of a Block. */
        interface $Properties {

            /** Block header */
            header?: (sstory.Header.$Properties|null);

            /** Block runs */
            runs?: (sstory.Run.$Properties[]|null);

            /** Block cgroups */
            cgroups?: (sstory.Cgroup.$Properties[]|null);

            /** Block connections */
            connections?: (sstory.Connection.$Properties[]|null);

            /** Block owners */
            owners?: (sstory.Owner.$Properties[]|null);

            /** Block events */
            events?: (sstory.Event.$Properties[]|null);

            /** Block samples */
            samples?: (sstory.Sample.$Properties[]|null);

            /** Block snapshots */
            snapshots?: (sstory.Snapshot.$Properties[]|null);

            /** Block gaps */
            gaps?: (sstory.Gap.$Properties[]|null);

            /** Block names */
            names?: (sstory.Name.$Properties[]|null);

            /** Block prunings */
            prunings?: (sstory.Pruning.$Properties[]|null);

            /** Block throughUs */
            throughUs?: (number|null);

            /** Block end */
            end?: (sstory.End.$Properties|null);

            /** Block namespaces */
            namespaces?: (sstory.Namespace.$Properties[]|null);

            /** Block threads */
            threads?: (sstory.Thread.$Properties[]|null);

            /** Block sockstat */
            sockstat?: (sstory.Sockstat.$Properties[]|null);

            /** Block bound */
            bound?: (sstory.Bound.$Properties[]|null);

            /** Block timewaits */
            timewaits?: (sstory.Timewaits.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Block. */
        type $Shape = sstory.Block.$Properties;
    }

    /**
     * Properties of a Header.
     * @deprecated Use sstory.Header.$Properties instead.
     */
    interface IHeader extends sstory.Header.$Properties {
    }

    /** Represents a Header. */
    class Header {

        /**
         * Constructs a new Header.
         * @param [properties] Properties to set
         */
        constructor(properties?: sstory.Header.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Header formatMajor. */
        formatMajor: number;

        /** Header formatMinor. */
        formatMinor: number;

        /** Header sstory. */
        sstory: string;

        /** Header host. */
        host: string;

        /** Header bootId. */
        bootId: string;

        /** Header kernel. */
        kernel: string;

        /** Header source. */
        source: string;

        /** Header transport. */
        transport?: (string|null);

        /** Header intervalUs. */
        intervalUs: number;

        /** Header clockOffsetUs. */
        clockOffsetUs: number;

        /** Header clockSteps. */
        clockSteps: sstory.ClockStep.$Properties[];

        /** Header startedUs. */
        startedUs: number;

        /** Header writtenUs. */
        writtenUs: number;

        /** Header writtenBy. */
        writtenBy: string;

        /** Header sinceUs. */
        sinceUs?: (number|null);

        /** Header untilUs. */
        untilUs?: (number|null);

        /** Header filter. */
        filter?: (string|null);

        /**
         * Encodes the specified Header message. Does not implicitly {@link sstory.Header.verify|verify} messages.
         * @param message Header message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sstory.Header.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Header message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sstory.Header & sstory.Header.$Shape} Header
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sstory.Header & sstory.Header.$Shape;
    }

    namespace Header {

        /** Properties of a Header. */
        interface $Properties {

            /** Header formatMajor */
            formatMajor?: (number|null);

            /** Header formatMinor */
            formatMinor?: (number|null);

            /** Header sstory */
            sstory?: (string|null);

            /** Header host */
            host?: (string|null);

            /** Header bootId */
            bootId?: (string|null);

            /** Header kernel */
            kernel?: (string|null);

            /** Header source */
            source?: (string|null);

            /** Header transport */
            transport?: (string|null);

            /** Header intervalUs */
            intervalUs?: (number|null);

            /** Header clockOffsetUs */
            clockOffsetUs?: (number|null);

            /** Header clockSteps */
            clockSteps?: (sstory.ClockStep.$Properties[]|null);

            /** Header startedUs */
            startedUs?: (number|null);

            /** Header writtenUs */
            writtenUs?: (number|null);

            /** Header writtenBy */
            writtenBy?: (string|null);

            /** Header sinceUs */
            sinceUs?: (number|null);

            /** Header untilUs */
            untilUs?: (number|null);

            /** Header filter */
            filter?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Header. */
        type $Shape = sstory.Header.$Properties;
    }

    /**
     * Properties of a ClockStep.
     * @deprecated Use sstory.ClockStep.$Properties instead.
     */
    interface IClockStep extends sstory.ClockStep.$Properties {
    }

    /** Represents a ClockStep. */
    class ClockStep {

        /**
         * Constructs a new ClockStep.
         * @param [properties] Properties to set
         */
        constructor(properties?: sstory.ClockStep.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ClockStep atUs. */
        atUs: number;

        /** ClockStep stepUs. */
        stepUs: number;

        /**
         * Encodes the specified ClockStep message. Does not implicitly {@link sstory.ClockStep.verify|verify} messages.
         * @param message ClockStep message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sstory.ClockStep.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ClockStep message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sstory.ClockStep & sstory.ClockStep.$Shape} ClockStep
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sstory.ClockStep & sstory.ClockStep.$Shape;
    }

    namespace ClockStep {

        /** Properties of a ClockStep. */
        interface $Properties {

            /** ClockStep atUs */
            atUs?: (number|null);

            /** ClockStep stepUs */
            stepUs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ClockStep. */
        type $Shape = sstory.ClockStep.$Properties;
    }

    /**
     * Properties of a Run.
     * @deprecated Use sstory.Run.$Properties instead.
     */
    interface IRun extends sstory.Run.$Properties {
    }

    /** Represents a Run. */
    class Run {

        /**
         * Constructs a new Run.
         * @param [properties] Properties to set
         */
        constructor(properties?: sstory.Run.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Run id. */
        id: number;

        /** Run host. */
        host: string;

        /** Run bootId. */
        bootId: string;

        /** Run kernel. */
        kernel: string;

        /** Run sstory. */
        sstory: string;

        /** Run bpftrace. */
        bpftrace?: (string|null);

        /** Run source. */
        source: string;

        /** Run transport. */
        transport?: (string|null);

        /** Run intervalUs. */
        intervalUs: number;

        /** Run pid. */
        pid: number;

        /** Run startedUs. */
        startedUs: number;

        /** Run lastUs. */
        lastUs: number;

        /** Run endedUs. */
        endedUs?: (number|null);

        /** Run end. */
        end?: (string|null);

        /** Run clockOffsetUs. */
        clockOffsetUs: number;

        /** Run clockSteps. */
        clockSteps: sstory.ClockStep.$Properties[];

        /** Run notes. */
        notes: string;

        /** Run initialNetns. */
        initialNetns?: (number|null);

        /** Run behindUs. */
        behindUs?: (number|null);

        /** Run backlogBytes. */
        backlogBytes?: (number|null);

        /**
         * Encodes the specified Run message. Does not implicitly {@link sstory.Run.verify|verify} messages.
         * @param message Run message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sstory.Run.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Run message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sstory.Run & sstory.Run.$Shape} Run
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sstory.Run & sstory.Run.$Shape;
    }

    namespace Run {

        /** Properties of a Run. */
        interface $Properties {

            /** Run id */
            id?: (number|null);

            /** Run host */
            host?: (string|null);

            /** Run bootId */
            bootId?: (string|null);

            /** Run kernel */
            kernel?: (string|null);

            /** Run sstory */
            sstory?: (string|null);

            /** Run bpftrace */
            bpftrace?: (string|null);

            /** Run source */
            source?: (string|null);

            /** Run transport */
            transport?: (string|null);

            /** Run intervalUs */
            intervalUs?: (number|null);

            /** Run pid */
            pid?: (number|null);

            /** Run startedUs */
            startedUs?: (number|null);

            /** Run lastUs */
            lastUs?: (number|null);

            /** Run endedUs */
            endedUs?: (number|null);

            /** Run end */
            end?: (string|null);

            /** Run clockOffsetUs */
            clockOffsetUs?: (number|null);

            /** Run clockSteps */
            clockSteps?: (sstory.ClockStep.$Properties[]|null);

            /** Run notes */
            notes?: (string|null);

            /** Run initialNetns */
            initialNetns?: (number|null);

            /** Run behindUs */
            behindUs?: (number|null);

            /** Run backlogBytes */
            backlogBytes?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Run. */
        type $Shape = sstory.Run.$Properties;
    }

    /**
     * Properties of a Cgroup.
     * @deprecated Use sstory.Cgroup.$Properties instead.
     */
    interface ICgroup extends sstory.Cgroup.$Properties {
    }

    /** Represents a Cgroup. */
    class Cgroup {

        /**
         * Constructs a new Cgroup.
         * @param [properties] Properties to set
         */
        constructor(properties?: sstory.Cgroup.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Cgroup id. */
        id: number;

        /** Cgroup path. */
        path: string;

        /** Cgroup container. */
        container?: (string|null);

        /** Cgroup pod. */
        pod?: (string|null);

        /** Cgroup unit. */
        unit?: (string|null);

        /**
         * Encodes the specified Cgroup message. Does not implicitly {@link sstory.Cgroup.verify|verify} messages.
         * @param message Cgroup message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sstory.Cgroup.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Cgroup message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sstory.Cgroup & sstory.Cgroup.$Shape} Cgroup
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sstory.Cgroup & sstory.Cgroup.$Shape;
    }

    namespace Cgroup {

        /** Properties of a Cgroup. */
        interface $Properties {

            /** Cgroup id */
            id?: (number|null);

            /** Cgroup path */
            path?: (string|null);

            /** Cgroup container */
            container?: (string|null);

            /** Cgroup pod */
            pod?: (string|null);

            /** Cgroup unit */
            unit?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Cgroup. */
        type $Shape = sstory.Cgroup.$Properties;
    }

    /** State enum. */
    enum State {

        /** STATE_UNSPECIFIED value */
        STATE_UNSPECIFIED = 0,

        /** ESTAB value */
        ESTAB = 1,

        /** SYN_SENT value */
        SYN_SENT = 2,

        /** SYN_RECV value */
        SYN_RECV = 3,

        /** FIN_WAIT_1 value */
        FIN_WAIT_1 = 4,

        /** FIN_WAIT_2 value */
        FIN_WAIT_2 = 5,

        /** TIME_WAIT value */
        TIME_WAIT = 6,

        /** UNCONN value */
        UNCONN = 7,

        /** CLOSE_WAIT value */
        CLOSE_WAIT = 8,

        /** LAST_ACK value */
        LAST_ACK = 9,

        /** LISTEN value */
        LISTEN = 10,

        /** CLOSING value */
        CLOSING = 11,

        /** NEW_SYN_RECV value */
        NEW_SYN_RECV = 12
    }

    /** Source enum. */
    enum Source {

        /** SOURCE_UNSPECIFIED value */
        SOURCE_UNSPECIFIED = 0,

        /** PROBE value */
        PROBE = 1,

        /** SNAPSHOT value */
        SNAPSHOT = 2,

        /** TIMER value */
        TIMER = 3
    }

    /** Origin enum. */
    enum Origin {

        /** ORIGIN_UNKNOWN value */
        ORIGIN_UNKNOWN = 0,

        /** CONNECT value */
        CONNECT = 1,

        /** ACCEPT value */
        ACCEPT = 2,

        /** LISTENING value */
        LISTENING = 3,

        /** BEFORE_RECORDING value */
        BEFORE_RECORDING = 4
    }

    /** CloseReason enum. */
    enum CloseReason {

        /** CLOSE_UNKNOWN value */
        CLOSE_UNKNOWN = 0,

        /** ORDERLY value */
        ORDERLY = 1,

        /** RESET_BY_PEER value */
        RESET_BY_PEER = 2,

        /** REFUSED value */
        REFUSED = 3,

        /** TIMED_OUT value */
        TIMED_OUT = 4,

        /** UNREACHABLE value */
        UNREACHABLE = 5,

        /** ABORTED value */
        ABORTED = 6,

        /** DESTROYED value */
        DESTROYED = 7,

        /** FAILED value */
        FAILED = 8
    }

    /**
     * Properties of a Connection.
     * @deprecated Use sstory.Connection.$Properties instead.
     */
    interface IConnection extends sstory.Connection.$Properties {
    }

    /** Represents a Connection. */
    class Connection {

        /**
         * Constructs a new Connection.
         * @param [properties] Properties to set
         */
        constructor(properties?: sstory.Connection.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Connection id. */
        id: number;

        /** Connection netns. */
        netns: number;

        /** Connection family. */
        family: number;

        /** Connection localAddr. */
        localAddr: string;

        /** Connection localPort. */
        localPort: number;

        /** Connection remoteAddr. */
        remoteAddr: string;

        /** Connection remotePort. */
        remotePort: number;

        /** Connection state. */
        state: sstory.State;

        /** Connection openedUs. */
        openedUs: number;

        /** Connection openedNotBeforeUs. */
        openedNotBeforeUs?: (number|null);

        /** Connection openedSource. */
        openedSource: sstory.Source;

        /** Connection closedUs. */
        closedUs?: (number|null);

        /** Connection closedNotBeforeUs. */
        closedNotBeforeUs?: (number|null);

        /** Connection closedSource. */
        closedSource?: (sstory.Source|null);

        /** Connection origin. */
        origin: sstory.Origin;

        /** Connection closeReason. */
        closeReason?: (sstory.CloseReason|null);

        /** Connection pid. */
        pid?: (number|null);

        /** Connection tid. */
        tid?: (number|null);

        /** Connection comm. */
        comm?: (string|null);

        /** Connection fd. */
        fd?: (number|null);

        /** Connection uid. */
        uid?: (number|null);

        /** Connection inode. */
        inode?: (number|null);

        /** Connection cookie. */
        cookie?: (number|null);

        /** Connection cgroupId. */
        cgroupId?: (number|null);

        /** Connection bytesSent. */
        bytesSent?: (number|null);

        /** Connection bytesReceived. */
        bytesReceived?: (number|null);

        /** Connection retransmits. */
        retransmits: number;

        /** Connection rttUs. */
        rttUs?: (number|null);

        /** Connection transitions. */
        transitions: sstory.Transition.$Properties[];

        /**
         * Encodes the specified Connection message. Does not implicitly {@link sstory.Connection.verify|verify} messages.
         * @param message Connection message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sstory.Connection.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Connection message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sstory.Connection & sstory.Connection.$Shape} Connection
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sstory.Connection & sstory.Connection.$Shape;
    }

    namespace Connection {

        /** Properties of a Connection. */
        interface $Properties {

            /** Connection id */
            id?: (number|null);

            /** Connection netns */
            netns?: (number|null);

            /** Connection family */
            family?: (number|null);

            /** Connection localAddr */
            localAddr?: (string|null);

            /** Connection localPort */
            localPort?: (number|null);

            /** Connection remoteAddr */
            remoteAddr?: (string|null);

            /** Connection remotePort */
            remotePort?: (number|null);

            /** Connection state */
            state?: (sstory.State|null);

            /** Connection openedUs */
            openedUs?: (number|null);

            /** Connection openedNotBeforeUs */
            openedNotBeforeUs?: (number|null);

            /** Connection openedSource */
            openedSource?: (sstory.Source|null);

            /** Connection closedUs */
            closedUs?: (number|null);

            /** Connection closedNotBeforeUs */
            closedNotBeforeUs?: (number|null);

            /** Connection closedSource */
            closedSource?: (sstory.Source|null);

            /** Connection origin */
            origin?: (sstory.Origin|null);

            /** Connection closeReason */
            closeReason?: (sstory.CloseReason|null);

            /** Connection pid */
            pid?: (number|null);

            /** Connection tid */
            tid?: (number|null);

            /** Connection comm */
            comm?: (string|null);

            /** Connection fd */
            fd?: (number|null);

            /** Connection uid */
            uid?: (number|null);

            /** Connection inode */
            inode?: (number|null);

            /** Connection cookie */
            cookie?: (number|null);

            /** Connection cgroupId */
            cgroupId?: (number|null);

            /** Connection bytesSent */
            bytesSent?: (number|null);

            /** Connection bytesReceived */
            bytesReceived?: (number|null);

            /** Connection retransmits */
            retransmits?: (number|null);

            /** Connection rttUs */
            rttUs?: (number|null);

            /** Connection transitions */
            transitions?: (sstory.Transition.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Connection. */
        type $Shape = sstory.Connection.$Properties;
    }

    /**
     * Properties of a Transition.
     * @deprecated Use sstory.Transition.$Properties instead.
     */
    interface ITransition extends sstory.Transition.$Properties {
    }

    /** Represents a Transition. */
    class Transition {

        /**
         * Constructs a new Transition.
         * @param [properties] Properties to set
         */
        constructor(properties?: sstory.Transition.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Transition afterUs. */
        afterUs: number;

        /** Transition oldState. */
        oldState: sstory.State;

        /** Transition newState. */
        newState: sstory.State;

        /** Transition source. */
        source: sstory.Source;

        /** Transition notBeforeUs. */
        notBeforeUs?: (number|null);

        /**
         * Encodes the specified Transition message. Does not implicitly {@link sstory.Transition.verify|verify} messages.
         * @param message Transition message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sstory.Transition.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Transition message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sstory.Transition & sstory.Transition.$Shape} Transition
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sstory.Transition & sstory.Transition.$Shape;
    }

    namespace Transition {

        /** Properties of a Transition. */
        interface $Properties {

            /** Transition afterUs */
            afterUs?: (number|null);

            /** Transition oldState */
            oldState?: (sstory.State|null);

            /** Transition newState */
            newState?: (sstory.State|null);

            /** Transition source */
            source?: (sstory.Source|null);

            /** Transition notBeforeUs */
            notBeforeUs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Transition. */
        type $Shape = sstory.Transition.$Properties;
    }

    /**
     * Properties of an Owner.
     * @deprecated Use sstory.Owner.$Properties instead.
     */
    interface IOwner extends sstory.Owner.$Properties {
    }

    /** Represents an Owner. */
    class Owner {

        /**
         * Constructs a new Owner.
         * @param [properties] Properties to set
         */
        constructor(properties?: sstory.Owner.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Owner connectionId. */
        connectionId: number;

        /** Owner pid. */
        pid: number;

        /** Owner fd. */
        fd: number;

        /** Owner comm. */
        comm: string;

        /** Owner fromUs. */
        fromUs: number;

        /** Owner toUs. */
        toUs?: (number|null);

        /** Owner seenUs. */
        seenUs?: (number|null);

        /** Owner tid. */
        tid?: (number|null);

        /**
         * Encodes the specified Owner message. Does not implicitly {@link sstory.Owner.verify|verify} messages.
         * @param message Owner message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sstory.Owner.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an Owner message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sstory.Owner & sstory.Owner.$Shape} Owner
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sstory.Owner & sstory.Owner.$Shape;
    }

    namespace Owner {

        /** Properties of an Owner. */
        interface $Properties {

            /** Owner connectionId */
            connectionId?: (number|null);

            /** Owner pid */
            pid?: (number|null);

            /** Owner fd */
            fd?: (number|null);

            /** Owner comm */
            comm?: (string|null);

            /** Owner fromUs */
            fromUs?: (number|null);

            /** Owner toUs */
            toUs?: (number|null);

            /** Owner seenUs */
            seenUs?: (number|null);

            /** Owner tid */
            tid?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an Owner. */
        type $Shape = sstory.Owner.$Properties;
    }

    /**
     * Properties of an Event.
     * @deprecated Use sstory.Event.$Properties instead.
     */
    interface IEvent extends sstory.Event.$Properties {
    }

    /** Represents an Event. */
    class Event {

        /**
         * Constructs a new Event.
         * @param [properties] Properties to set
         */
        constructor(properties?: sstory.Event.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Event id. */
        id?: (number|null);

        /** Event connectionId. */
        connectionId?: (number|null);

        /** Event atUs. */
        atUs: number;

        /** Event kind. */
        kind: string;

        /** Event detail. */
        detail: string;

        /**
         * Encodes the specified Event message. Does not implicitly {@link sstory.Event.verify|verify} messages.
         * @param message Event message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sstory.Event.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an Event message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sstory.Event & sstory.Event.$Shape} Event
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sstory.Event & sstory.Event.$Shape;
    }

    namespace Event {

        /** Properties of an Event. */
        interface $Properties {

            /** Event id */
            id?: (number|null);

            /** Event connectionId */
            connectionId?: (number|null);

            /** Event atUs */
            atUs?: (number|null);

            /** Event kind */
            kind?: (string|null);

            /** Event detail */
            detail?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an Event. */
        type $Shape = sstory.Event.$Properties;
    }

    /**
     * Properties of a Sample.
     * @deprecated Use sstory.Sample.$Properties instead.
     */
    interface ISample extends sstory.Sample.$Properties {
    }

    /** Represents a Sample. */
    class Sample {

        /**
         * Constructs a new Sample.
         * @param [properties] Properties to set
         */
        constructor(properties?: sstory.Sample.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Sample connectionId. */
        connectionId: number;

        /** Sample atUs. */
        atUs: number;

        /** Sample recvQ. */
        recvQ: number;

        /** Sample sendQ. */
        sendQ: number;

        /** Sample timer. */
        timer: string;

        /** Sample timerMs. */
        timerMs: number;

        /** Sample retrans. */
        retrans: number;

        /** Sample rttUs. */
        rttUs?: (number|null);

        /** Sample rttvarUs. */
        rttvarUs?: (number|null);

        /** Sample rtoUs. */
        rtoUs?: (number|null);

        /** Sample cwnd. */
        cwnd?: (number|null);

        /** Sample ssthresh. */
        ssthresh?: (number|null);

        /** Sample mss. */
        mss?: (number|null);

        /** Sample unacked. */
        unacked?: (number|null);

        /** Sample lost. */
        lost?: (number|null);

        /** Sample totalRetrans. */
        totalRetrans?: (number|null);

        /** Sample bytesSent. */
        bytesSent?: (number|null);

        /** Sample bytesAcked. */
        bytesAcked?: (number|null);

        /** Sample bytesReceived. */
        bytesReceived?: (number|null);

        /** Sample minRttUs. */
        minRttUs?: (number|null);

        /** Sample deliveryRate. */
        deliveryRate?: (number|null);

        /** Sample congestion. */
        congestion?: (string|null);

        /** Sample skmem. */
        skmem?: (string|null);

        /** Sample changedMs. */
        changedMs?: (number|null);

        /** Sample dueMs. */
        dueMs?: (number|null);

        /** Sample retransOut. */
        retransOut?: (number|null);

        /** Sample sacked. */
        sacked?: (number|null);

        /** Sample caState. */
        caState?: (number|null);

        /** Sample probes. */
        probes?: (number|null);

        /** Sample backoff. */
        backoff?: (number|null);

        /** Sample atoUs. */
        atoUs?: (number|null);

        /** Sample rcvmss. */
        rcvmss?: (number|null);

        /** Sample rcvRttUs. */
        rcvRttUs?: (number|null);

        /** Sample rcvSpace. */
        rcvSpace?: (number|null);

        /** Sample rcvSsthresh. */
        rcvSsthresh?: (number|null);

        /** Sample pacingRate. */
        pacingRate?: (number|null);

        /** Sample bytesRetrans. */
        bytesRetrans?: (number|null);

        /** Sample segsOut. */
        segsOut?: (number|null);

        /** Sample segsIn. */
        segsIn?: (number|null);

        /** Sample dataSegsOut. */
        dataSegsOut?: (number|null);

        /** Sample dataSegsIn. */
        dataSegsIn?: (number|null);

        /** Sample notsent. */
        notsent?: (number|null);

        /** Sample busyUs. */
        busyUs?: (number|null);

        /** Sample rwndLimitedUs. */
        rwndLimitedUs?: (number|null);

        /** Sample sndbufLimitedUs. */
        sndbufLimitedUs?: (number|null);

        /** Sample delivered. */
        delivered?: (number|null);

        /** Sample deliveredCe. */
        deliveredCe?: (number|null);

        /** Sample dsackDups. */
        dsackDups?: (number|null);

        /** Sample reordSeen. */
        reordSeen?: (number|null);

        /** Sample rcvOoopack. */
        rcvOoopack?: (number|null);

        /** Sample sndWnd. */
        sndWnd?: (number|null);

        /** Sample rcvWnd. */
        rcvWnd?: (number|null);

        /** Sample rehash. */
        rehash?: (number|null);

        /** Sample lastDataSentMs. */
        lastDataSentMs?: (number|null);

        /** Sample lastDataRecvMs. */
        lastDataRecvMs?: (number|null);

        /** Sample lastAckRecvMs. */
        lastAckRecvMs?: (number|null);

        /** Sample appLimited. */
        appLimited?: (number|null);

        /** Sample rmemAlloc. */
        rmemAlloc?: (number|null);

        /** Sample rcvbuf. */
        rcvbuf?: (number|null);

        /** Sample wmemAlloc. */
        wmemAlloc?: (number|null);

        /** Sample sndbuf. */
        sndbuf?: (number|null);

        /** Sample fwdAlloc. */
        fwdAlloc?: (number|null);

        /** Sample wmemQueued. */
        wmemQueued?: (number|null);

        /** Sample optmem. */
        optmem?: (number|null);

        /** Sample backlog. */
        backlog?: (number|null);

        /** Sample drops. */
        drops?: (number|null);

        /** Sample details. */
        details?: (string|null);

        /** Sample tcpOptions. */
        tcpOptions?: (number|null);

        /** Sample sndWscale. */
        sndWscale?: (number|null);

        /** Sample rcvWscale. */
        rcvWscale?: (number|null);

        /** Sample pmtu. */
        pmtu?: (number|null);

        /** Sample advmss. */
        advmss?: (number|null);

        /** Sample reordering. */
        reordering?: (number|null);

        /** Sample maxPacingRate. */
        maxPacingRate?: (number|null);

        /** Sample ifIndex. */
        ifIndex?: (number|null);

        /** Sample device. */
        device?: (string|null);

        /** Sample v6only. */
        v6only?: (number|null);

        /** Sample shutdown. */
        shutdown?: (number|null);

        /** Sample fwmark. */
        fwmark?: (number|null);

        /** Sample tos. */
        tos?: (number|null);

        /** Sample tclass. */
        tclass?: (number|null);

        /** Sample classId. */
        classId?: (number|null);

        /** Sample sockopt. */
        sockopt?: (number|null);

        /** Sample protocol. */
        protocol?: (number|null);

        /** Sample ulp. */
        ulp?: (string|null);

        /** Sample orphan. */
        orphan?: (number|null);

        /**
         * Encodes the specified Sample message. Does not implicitly {@link sstory.Sample.verify|verify} messages.
         * @param message Sample message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sstory.Sample.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Sample message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sstory.Sample & sstory.Sample.$Shape} Sample
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sstory.Sample & sstory.Sample.$Shape;
    }

    namespace Sample {

        /** Properties of a Sample. */
        interface $Properties {

            /** Sample connectionId */
            connectionId?: (number|null);

            /** Sample atUs */
            atUs?: (number|null);

            /** Sample recvQ */
            recvQ?: (number|null);

            /** Sample sendQ */
            sendQ?: (number|null);

            /** Sample timer */
            timer?: (string|null);

            /** Sample timerMs */
            timerMs?: (number|null);

            /** Sample retrans */
            retrans?: (number|null);

            /** Sample rttUs */
            rttUs?: (number|null);

            /** Sample rttvarUs */
            rttvarUs?: (number|null);

            /** Sample rtoUs */
            rtoUs?: (number|null);

            /** Sample cwnd */
            cwnd?: (number|null);

            /** Sample ssthresh */
            ssthresh?: (number|null);

            /** Sample mss */
            mss?: (number|null);

            /** Sample unacked */
            unacked?: (number|null);

            /** Sample lost */
            lost?: (number|null);

            /** Sample totalRetrans */
            totalRetrans?: (number|null);

            /** Sample bytesSent */
            bytesSent?: (number|null);

            /** Sample bytesAcked */
            bytesAcked?: (number|null);

            /** Sample bytesReceived */
            bytesReceived?: (number|null);

            /** Sample minRttUs */
            minRttUs?: (number|null);

            /** Sample deliveryRate */
            deliveryRate?: (number|null);

            /** Sample congestion */
            congestion?: (string|null);

            /** Sample skmem */
            skmem?: (string|null);

            /** Sample changedMs */
            changedMs?: (number|null);

            /** Sample dueMs */
            dueMs?: (number|null);

            /** Sample retransOut */
            retransOut?: (number|null);

            /** Sample sacked */
            sacked?: (number|null);

            /** Sample caState */
            caState?: (number|null);

            /** Sample probes */
            probes?: (number|null);

            /** Sample backoff */
            backoff?: (number|null);

            /** Sample atoUs */
            atoUs?: (number|null);

            /** Sample rcvmss */
            rcvmss?: (number|null);

            /** Sample rcvRttUs */
            rcvRttUs?: (number|null);

            /** Sample rcvSpace */
            rcvSpace?: (number|null);

            /** Sample rcvSsthresh */
            rcvSsthresh?: (number|null);

            /** Sample pacingRate */
            pacingRate?: (number|null);

            /** Sample bytesRetrans */
            bytesRetrans?: (number|null);

            /** Sample segsOut */
            segsOut?: (number|null);

            /** Sample segsIn */
            segsIn?: (number|null);

            /** Sample dataSegsOut */
            dataSegsOut?: (number|null);

            /** Sample dataSegsIn */
            dataSegsIn?: (number|null);

            /** Sample notsent */
            notsent?: (number|null);

            /** Sample busyUs */
            busyUs?: (number|null);

            /** Sample rwndLimitedUs */
            rwndLimitedUs?: (number|null);

            /** Sample sndbufLimitedUs */
            sndbufLimitedUs?: (number|null);

            /** Sample delivered */
            delivered?: (number|null);

            /** Sample deliveredCe */
            deliveredCe?: (number|null);

            /** Sample dsackDups */
            dsackDups?: (number|null);

            /** Sample reordSeen */
            reordSeen?: (number|null);

            /** Sample rcvOoopack */
            rcvOoopack?: (number|null);

            /** Sample sndWnd */
            sndWnd?: (number|null);

            /** Sample rcvWnd */
            rcvWnd?: (number|null);

            /** Sample rehash */
            rehash?: (number|null);

            /** Sample lastDataSentMs */
            lastDataSentMs?: (number|null);

            /** Sample lastDataRecvMs */
            lastDataRecvMs?: (number|null);

            /** Sample lastAckRecvMs */
            lastAckRecvMs?: (number|null);

            /** Sample appLimited */
            appLimited?: (number|null);

            /** Sample rmemAlloc */
            rmemAlloc?: (number|null);

            /** Sample rcvbuf */
            rcvbuf?: (number|null);

            /** Sample wmemAlloc */
            wmemAlloc?: (number|null);

            /** Sample sndbuf */
            sndbuf?: (number|null);

            /** Sample fwdAlloc */
            fwdAlloc?: (number|null);

            /** Sample wmemQueued */
            wmemQueued?: (number|null);

            /** Sample optmem */
            optmem?: (number|null);

            /** Sample backlog */
            backlog?: (number|null);

            /** Sample drops */
            drops?: (number|null);

            /** Sample details */
            details?: (string|null);

            /** Sample tcpOptions */
            tcpOptions?: (number|null);

            /** Sample sndWscale */
            sndWscale?: (number|null);

            /** Sample rcvWscale */
            rcvWscale?: (number|null);

            /** Sample pmtu */
            pmtu?: (number|null);

            /** Sample advmss */
            advmss?: (number|null);

            /** Sample reordering */
            reordering?: (number|null);

            /** Sample maxPacingRate */
            maxPacingRate?: (number|null);

            /** Sample ifIndex */
            ifIndex?: (number|null);

            /** Sample device */
            device?: (string|null);

            /** Sample v6only */
            v6only?: (number|null);

            /** Sample shutdown */
            shutdown?: (number|null);

            /** Sample fwmark */
            fwmark?: (number|null);

            /** Sample tos */
            tos?: (number|null);

            /** Sample tclass */
            tclass?: (number|null);

            /** Sample classId */
            classId?: (number|null);

            /** Sample sockopt */
            sockopt?: (number|null);

            /** Sample protocol */
            protocol?: (number|null);

            /** Sample ulp */
            ulp?: (string|null);

            /** Sample orphan */
            orphan?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Sample. */
        type $Shape = sstory.Sample.$Properties;
    }

    /**
     * Properties of a Snapshot.
     * @deprecated Use sstory.Snapshot.$Properties instead.
     */
    interface ISnapshot extends sstory.Snapshot.$Properties {
    }

    /** Represents a Snapshot. */
    class Snapshot {

        /**
         * Constructs a new Snapshot.
         * @param [properties] Properties to set
         */
        constructor(properties?: sstory.Snapshot.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Snapshot atUs. */
        atUs: number;

        /** Snapshot netns. */
        netns: number;

        /** Snapshot sockets. */
        sockets: number;

        /** Snapshot tookUs. */
        tookUs: number;

        /** Snapshot complete. */
        complete?: (boolean|null);

        /** Snapshot nextUs. */
        nextUs?: (number|null);

        /** Snapshot owners. */
        owners?: (boolean|null);

        /**
         * Encodes the specified Snapshot message. Does not implicitly {@link sstory.Snapshot.verify|verify} messages.
         * @param message Snapshot message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sstory.Snapshot.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Snapshot message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sstory.Snapshot & sstory.Snapshot.$Shape} Snapshot
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sstory.Snapshot & sstory.Snapshot.$Shape;
    }

    namespace Snapshot {

        /** Properties of a Snapshot. */
        interface $Properties {

            /** Snapshot atUs */
            atUs?: (number|null);

            /** Snapshot netns */
            netns?: (number|null);

            /** Snapshot sockets */
            sockets?: (number|null);

            /** Snapshot tookUs */
            tookUs?: (number|null);

            /** Snapshot complete */
            complete?: (boolean|null);

            /** Snapshot nextUs */
            nextUs?: (number|null);

            /** Snapshot owners */
            owners?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Snapshot. */
        type $Shape = sstory.Snapshot.$Properties;
    }

    /**
     * Properties of a Gap.
     * @deprecated Use sstory.Gap.$Properties instead.
     */
    interface IGap extends sstory.Gap.$Properties {
    }

    /** Represents a Gap. */
    class Gap {

        /**
         * Constructs a new Gap.
         * @param [properties] Properties to set
         */
        constructor(properties?: sstory.Gap.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Gap id. */
        id?: (number|null);

        /** Gap fromUs. */
        fromUs: number;

        /** Gap toUs. */
        toUs: number;

        /** Gap cpu. */
        cpu?: (number|null);

        /** Gap lost. */
        lost?: (number|null);

        /** Gap reason. */
        reason: string;

        /** Gap scope. */
        scope: string;

        /**
         * Encodes the specified Gap message. Does not implicitly {@link sstory.Gap.verify|verify} messages.
         * @param message Gap message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sstory.Gap.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Gap message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sstory.Gap & sstory.Gap.$Shape} Gap
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sstory.Gap & sstory.Gap.$Shape;
    }

    namespace Gap {

        /** Properties of a Gap. */
        interface $Properties {

            /** Gap id */
            id?: (number|null);

            /** Gap fromUs */
            fromUs?: (number|null);

            /** Gap toUs */
            toUs?: (number|null);

            /** Gap cpu */
            cpu?: (number|null);

            /** Gap lost */
            lost?: (number|null);

            /** Gap reason */
            reason?: (string|null);

            /** Gap scope */
            scope?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Gap. */
        type $Shape = sstory.Gap.$Properties;
    }

    /**
     * Properties of a Namespace.
     * @deprecated Use sstory.Namespace.$Properties instead.
     */
    interface INamespace extends sstory.Namespace.$Properties {
    }

    /** Represents a Namespace. */
    class Namespace {

        /**
         * Constructs a new Namespace.
         * @param [properties] Properties to set
         */
        constructor(properties?: sstory.Namespace.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Namespace netns. */
        netns: number;

        /** Namespace fromUs. */
        fromUs: number;

        /** Namespace toUs. */
        toUs?: (number|null);

        /** Namespace netCookie. */
        netCookie?: (number|null);

        /** Namespace name. */
        name?: (string|null);

        /**
         * Encodes the specified Namespace message. Does not implicitly {@link sstory.Namespace.verify|verify} messages.
         * @param message Namespace message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sstory.Namespace.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Namespace message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sstory.Namespace & sstory.Namespace.$Shape} Namespace
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sstory.Namespace & sstory.Namespace.$Shape;
    }

    namespace Namespace {

        /** Properties of a Namespace. */
        interface $Properties {

            /** Namespace netns */
            netns?: (number|null);

            /** Namespace fromUs */
            fromUs?: (number|null);

            /** Namespace toUs */
            toUs?: (number|null);

            /** Namespace netCookie */
            netCookie?: (number|null);

            /** Namespace name */
            name?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Namespace. */
        type $Shape = sstory.Namespace.$Properties;
    }

    /**
     * Properties of a Thread.
     * @deprecated Use sstory.Thread.$Properties instead.
     */
    interface IThread extends sstory.Thread.$Properties {
    }

    /** Represents a Thread. */
    class Thread {

        /**
         * Constructs a new Thread.
         * @param [properties] Properties to set
         */
        constructor(properties?: sstory.Thread.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Thread pid. */
        pid: number;

        /** Thread tid. */
        tid: number;

        /** Thread comm. */
        comm: string;

        /** Thread fromUs. */
        fromUs: number;

        /** Thread toUs. */
        toUs?: (number|null);

        /** Thread seenUs. */
        seenUs?: (number|null);

        /** Thread ownFiles. */
        ownFiles: boolean;

        /**
         * Encodes the specified Thread message. Does not implicitly {@link sstory.Thread.verify|verify} messages.
         * @param message Thread message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sstory.Thread.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Thread message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sstory.Thread & sstory.Thread.$Shape} Thread
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sstory.Thread & sstory.Thread.$Shape;
    }

    namespace Thread {

        /** Properties of a Thread. */
        interface $Properties {

            /** Thread pid */
            pid?: (number|null);

            /** Thread tid */
            tid?: (number|null);

            /** Thread comm */
            comm?: (string|null);

            /** Thread fromUs */
            fromUs?: (number|null);

            /** Thread toUs */
            toUs?: (number|null);

            /** Thread seenUs */
            seenUs?: (number|null);

            /** Thread ownFiles */
            ownFiles?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Thread. */
        type $Shape = sstory.Thread.$Properties;
    }

    /**
     * Properties of a Sockstat.
     * @deprecated Use sstory.Sockstat.$Properties instead.
     */
    interface ISockstat extends sstory.Sockstat.$Properties {
    }

    /** Represents a Sockstat. */
    class Sockstat {

        /**
         * Constructs a new Sockstat.
         * @param [properties] Properties to set
         */
        constructor(properties?: sstory.Sockstat.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Sockstat netns. */
        netns: number;

        /** Sockstat atUs. */
        atUs: number;

        /** Sockstat used. */
        used: number;

        /** Sockstat tcpAlloc. */
        tcpAlloc: number;

        /** Sockstat tcpOrphan. */
        tcpOrphan: number;

        /** Sockstat udp. */
        udp: number;

        /** Sockstat udp6. */
        udp6: number;

        /** Sockstat raw. */
        raw: number;

        /** Sockstat raw6. */
        raw6: number;

        /** Sockstat frag. */
        frag: number;

        /** Sockstat frag6. */
        frag6: number;

        /**
         * Encodes the specified Sockstat message. Does not implicitly {@link sstory.Sockstat.verify|verify} messages.
         * @param message Sockstat message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sstory.Sockstat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Sockstat message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sstory.Sockstat & sstory.Sockstat.$Shape} Sockstat
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sstory.Sockstat & sstory.Sockstat.$Shape;
    }

    namespace Sockstat {

        /** Properties of a Sockstat. */
        interface $Properties {

            /** Sockstat netns */
            netns?: (number|null);

            /** Sockstat atUs */
            atUs?: (number|null);

            /** Sockstat used */
            used?: (number|null);

            /** Sockstat tcpAlloc */
            tcpAlloc?: (number|null);

            /** Sockstat tcpOrphan */
            tcpOrphan?: (number|null);

            /** Sockstat udp */
            udp?: (number|null);

            /** Sockstat udp6 */
            udp6?: (number|null);

            /** Sockstat raw */
            raw?: (number|null);

            /** Sockstat raw6 */
            raw6?: (number|null);

            /** Sockstat frag */
            frag?: (number|null);

            /** Sockstat frag6 */
            frag6?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Sockstat. */
        type $Shape = sstory.Sockstat.$Properties;
    }

    /**
     * Properties of a Bound.
     * @deprecated Use sstory.Bound.$Properties instead.
     */
    interface IBound extends sstory.Bound.$Properties {
    }

    /** Represents a Bound. */
    class Bound {

        /**
         * Constructs a new Bound.
         * @param [properties] Properties to set
         */
        constructor(properties?: sstory.Bound.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Bound netns. */
        netns: number;

        /** Bound cookie. */
        cookie: number;

        /** Bound fromUs. */
        fromUs: number;

        /** Bound toUs. */
        toUs?: (number|null);

        /** Bound family. */
        family: number;

        /** Bound localAddr. */
        localAddr: string;

        /** Bound localPort. */
        localPort: number;

        /** Bound uid. */
        uid: number;

        /** Bound inode. */
        inode: number;

        /** Bound cgroupId. */
        cgroupId?: (number|null);

        /** Bound holders. */
        holders: string;

        /** Bound details. */
        details: string;

        /**
         * Encodes the specified Bound message. Does not implicitly {@link sstory.Bound.verify|verify} messages.
         * @param message Bound message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sstory.Bound.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Bound message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sstory.Bound & sstory.Bound.$Shape} Bound
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sstory.Bound & sstory.Bound.$Shape;
    }

    namespace Bound {

        /** Properties of a Bound. */
        interface $Properties {

            /** Bound netns */
            netns?: (number|null);

            /** Bound cookie */
            cookie?: (number|null);

            /** Bound fromUs */
            fromUs?: (number|null);

            /** Bound toUs */
            toUs?: (number|null);

            /** Bound family */
            family?: (number|null);

            /** Bound localAddr */
            localAddr?: (string|null);

            /** Bound localPort */
            localPort?: (number|null);

            /** Bound uid */
            uid?: (number|null);

            /** Bound inode */
            inode?: (number|null);

            /** Bound cgroupId */
            cgroupId?: (number|null);

            /** Bound holders */
            holders?: (string|null);

            /** Bound details */
            details?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Bound. */
        type $Shape = sstory.Bound.$Properties;
    }

    /**
     * Properties of a Timewaits.
     * @deprecated Use sstory.Timewaits.$Properties instead.
     */
    interface ITimewaits extends sstory.Timewaits.$Properties {
    }

    /** Represents a Timewaits. */
    class Timewaits {

        /**
         * Constructs a new Timewaits.
         * @param [properties] Properties to set
         */
        constructor(properties?: sstory.Timewaits.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Timewaits netns. */
        netns: number;

        /** Timewaits atUs. */
        atUs: number;

        /** Timewaits fact. */
        fact: string;

        /** Timewaits numbers. */
        numbers: string;

        /** Timewaits ids. */
        ids: string;

        /**
         * Encodes the specified Timewaits message. Does not implicitly {@link sstory.Timewaits.verify|verify} messages.
         * @param message Timewaits message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sstory.Timewaits.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Timewaits message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sstory.Timewaits & sstory.Timewaits.$Shape} Timewaits
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sstory.Timewaits & sstory.Timewaits.$Shape;
    }

    namespace Timewaits {

        /** Properties of a Timewaits. */
        interface $Properties {

            /** Timewaits netns */
            netns?: (number|null);

            /** Timewaits atUs */
            atUs?: (number|null);

            /** Timewaits fact */
            fact?: (string|null);

            /** Timewaits numbers */
            numbers?: (string|null);

            /** Timewaits ids */
            ids?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Timewaits. */
        type $Shape = sstory.Timewaits.$Properties;
    }

    /**
     * Properties of a Name.
     * @deprecated Use sstory.Name.$Properties instead.
     */
    interface IName extends sstory.Name.$Properties {
    }

    /** Represents a Name. */
    class Name {

        /**
         * Constructs a new Name.
         * @param [properties] Properties to set
         */
        constructor(properties?: sstory.Name.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Name name. */
        name: string;

        /** Name address. */
        address: string;

        /** Name fromUs. */
        fromUs: number;

        /** Name toUs. */
        toUs?: (number|null);

        /** Name source. */
        source: string;

        /** Name netns. */
        netns: number;

        /** Name ended. */
        ended?: (string|null);

        /**
         * Encodes the specified Name message. Does not implicitly {@link sstory.Name.verify|verify} messages.
         * @param message Name message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sstory.Name.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Name message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sstory.Name & sstory.Name.$Shape} Name
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sstory.Name & sstory.Name.$Shape;
    }

    namespace Name {

        /** Properties of a Name. */
        interface $Properties {

            /** Name name */
            name?: (string|null);

            /** Name address */
            address?: (string|null);

            /** Name fromUs */
            fromUs?: (number|null);

            /** Name toUs */
            toUs?: (number|null);

            /** Name source */
            source?: (string|null);

            /** Name netns */
            netns?: (number|null);

            /** Name ended */
            ended?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Name. */
        type $Shape = sstory.Name.$Properties;
    }

    /**
     * Properties of a Pruning.
     * @deprecated Use sstory.Pruning.$Properties instead.
     */
    interface IPruning extends sstory.Pruning.$Properties {
    }

    /** Represents a Pruning. */
    class Pruning {

        /**
         * Constructs a new Pruning.
         * @param [properties] Properties to set
         */
        constructor(properties?: sstory.Pruning.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Pruning id. */
        id?: (number|null);

        /** Pruning atUs. */
        atUs: number;

        /** Pruning throughUs. */
        throughUs: number;

        /** Pruning connections. */
        connections: number;

        /** Pruning reason. */
        reason: string;

        /**
         * Encodes the specified Pruning message. Does not implicitly {@link sstory.Pruning.verify|verify} messages.
         * @param message Pruning message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sstory.Pruning.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Pruning message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sstory.Pruning & sstory.Pruning.$Shape} Pruning
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sstory.Pruning & sstory.Pruning.$Shape;
    }

    namespace Pruning {

        /** Properties of a Pruning. */
        interface $Properties {

            /** Pruning id */
            id?: (number|null);

            /** Pruning atUs */
            atUs?: (number|null);

            /** Pruning throughUs */
            throughUs?: (number|null);

            /** Pruning connections */
            connections?: (number|null);

            /** Pruning reason */
            reason?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Pruning. */
        type $Shape = sstory.Pruning.$Properties;
    }

    /**
     * Properties of an End.
     * @deprecated Use sstory.End.$Properties instead.
     */
    interface IEnd extends sstory.End.$Properties {
    }

    /** Represents an End. */
    class End {

        /**
         * Constructs a new End.
         * @param [properties] Properties to set
         */
        constructor(properties?: sstory.End.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** End frames. */
        frames: number;

        /**
         * Encodes the specified End message. Does not implicitly {@link sstory.End.verify|verify} messages.
         * @param message End message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: sstory.End.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an End message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {sstory.End & sstory.End.$Shape} End
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sstory.End & sstory.End.$Shape;
    }

    namespace End {

        /** Properties of an End. */
        interface $Properties {

            /** End frames */
            frames?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an End. */
        type $Shape = sstory.End.$Properties;
    }
}
