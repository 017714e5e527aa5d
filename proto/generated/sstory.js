/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["sstory"] || ($protobuf.roots["sstory"] = {});

export const sstory = $root.sstory = (() => {

    /**
     * Namespace sstory.
     * @exports sstory
     * @namespace
     */
    const sstory = {};

    sstory.Frame = (function() {

        /**
         * Properties of a Frame.
         * @typedef {Object} sstory.Frame.$Properties
         * @property {number|null} [crc32] Frame crc32
         * @property {sstory.Compression|null} [compression] Frame compression
         * @property {number|null} [size] Frame size
         * @property {Uint8Array|null} [payload] Frame payload
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Frame.
         * @memberof sstory
         * @interface IFrame
         * @augments sstory.Frame.$Properties
         * @deprecated Use sstory.Frame.$Properties instead.
         */

        /**
         * Shape of a Frame.
         * @typedef {sstory.Frame.$Properties} sstory.Frame.$Shape
         */

        /**
         * Constructs a new Frame.
         * @memberof sstory
         * @classdesc Represents a Frame.
         * @constructor
         * @param {sstory.Frame.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Frame = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Frame crc32.
         * @member {number} crc32
         * @memberof sstory.Frame
         * @instance
         */
        Frame.prototype.crc32 = 0;

        /**
         * Frame compression.
         * @member {sstory.Compression} compression
         * @memberof sstory.Frame
         * @instance
         */
        Frame.prototype.compression = 0;

        /**
         * Frame size.
         * @member {number} size
         * @memberof sstory.Frame
         * @instance
         */
        Frame.prototype.size = 0;

        /**
         * Frame payload.
         * @member {Uint8Array} payload
         * @memberof sstory.Frame
         * @instance
         */
        Frame.prototype.payload = $util.newBuffer([]);

        /**
         * Encodes the specified Frame message. Does not implicitly {@link sstory.Frame.verify|verify} messages.
         * @function encode
         * @memberof sstory.Frame
         * @static
         * @param {sstory.Frame.$Properties} message Frame message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Frame.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.crc32 != null && $Object.hasOwnProperty.call(message, "crc32") && message.crc32 !== 0)
                writer.uint32(/* id 1, wireType 5 =*/13).fixed32(message.crc32);
            if (message.compression != null && $Object.hasOwnProperty.call(message, "compression") && message.compression !== 0)
                writer.uint32(/* id 2, wireType 0 =*/16).int32(message.compression);
            if (message.size != null && $Object.hasOwnProperty.call(message, "size") && message.size !== 0)
                writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.size);
            if (message.payload != null && $Object.hasOwnProperty.call(message, "payload") && message.payload.length)
                writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.payload);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Frame message from the specified reader or buffer.
         * @function decode
         * @memberof sstory.Frame
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sstory.Frame & sstory.Frame.$Shape} Frame
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Frame.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sstory.Frame();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 5)
                            break;
                        if (value = reader.fixed32())
                            message.crc32 = value;
                        else
                            delete message.crc32;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.compression = value;
                        else
                            delete message.compression;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.size = value;
                        else
                            delete message.size;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.payload = value;
                        else
                            delete message.payload;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Frame;
    })();

    /**
     * Compression enum.
     * @name sstory.Compression
     * @enum {number}
     * @property {number} COMPRESSION_NONE=0 COMPRESSION_NONE value
     * @property {number} COMPRESSION_GZIP=1 COMPRESSION_GZIP value
     * @property {number} COMPRESSION_ZSTD=2 COMPRESSION_ZSTD value
     */
    sstory.Compression = (function() {
        const valuesById = $Object.create(null), values = $Object.create(valuesById);
        values[valuesById[0] = "COMPRESSION_NONE"] = 0;
        values[valuesById[1] = "COMPRESSION_GZIP"] = 1;
        values[valuesById[2] = "COMPRESSION_ZSTD"] = 2;
        return values;
    })();

    sstory.Block = (function() {

        /**
         * Properties of a Block.
         * @typedef {Object} sstory.Block.$Properties
         * @property {sstory.Header.$Properties|null} [header] Block header
         * @property {Array.<sstory.Run.$Properties>|null} [runs] Block runs
         * @property {Array.<sstory.Cgroup.$Properties>|null} [cgroups] Block cgroups
         * @property {Array.<sstory.Connection.$Properties>|null} [connections] Block connections
         * @property {Array.<sstory.Owner.$Properties>|null} [owners] Block owners
         * @property {Array.<sstory.Event.$Properties>|null} [events] Block events
         * @property {Array.<sstory.Sample.$Properties>|null} [samples] Block samples
         * @property {Array.<sstory.Snapshot.$Properties>|null} [snapshots] Block snapshots
         * @property {Array.<sstory.Gap.$Properties>|null} [gaps] Block gaps
         * @property {Array.<sstory.Name.$Properties>|null} [names] Block names
         * @property {Array.<sstory.Pruning.$Properties>|null} [prunings] Block prunings
         * @property {number|null} [throughUs] Block throughUs
         * @property {sstory.End.$Properties|null} [end] Block end
         * @property {Array.<sstory.Namespace.$Properties>|null} [namespaces] Block namespaces
         * @property {Array.<sstory.Thread.$Properties>|null} [threads] Block threads
         * @property {Array.<sstory.Sockstat.$Properties>|null} [sockstat] Block sockstat
         * @property {Array.<sstory.Bound.$Properties>|null} [bound] Block bound
         * @property {Array.<sstory.Timewaits.$Properties>|null} [timewaits] Block timewaits
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Block.
         * @memberof sstory
         * @interface IBlock
         * @augments sstory.Block.$Properties
         * @deprecated Use sstory.Block.$Properties instead.
         */

        /**
         * Shape of a Block.
         * @typedef {sstory.Block.$Properties} sstory.Block.$Shape
         */

        /**
         * Constructs a new Block.
         * @memberof sstory
         * @classdesc Represents a Block.
         * @constructor
         * @param {sstory.Block.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Block = function (properties) {
            this.runs = [];
            this.cgroups = [];
            this.connections = [];
            this.owners = [];
            this.events = [];
            this.samples = [];
            this.snapshots = [];
            this.gaps = [];
            this.names = [];
            this.prunings = [];
            this.namespaces = [];
            this.threads = [];
            this.sockstat = [];
            this.bound = [];
            this.timewaits = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Block header.
         * @member {sstory.Header.$Properties|null|undefined} header
         * @memberof sstory.Block
         * @instance
         */
        Block.prototype.header = null;

        /**
         * Block runs.
         * @member {Array.<sstory.Run.$Properties>} runs
         * @memberof sstory.Block
         * @instance
         */
        Block.prototype.runs = $util.emptyArray;

        /**
         * Block cgroups.
         * @member {Array.<sstory.Cgroup.$Properties>} cgroups
         * @memberof sstory.Block
         * @instance
         */
        Block.prototype.cgroups = $util.emptyArray;

        /**
         * Block connections.
         * @member {Array.<sstory.Connection.$Properties>} connections
         * @memberof sstory.Block
         * @instance
         */
        Block.prototype.connections = $util.emptyArray;

        /**
         * Block owners.
         * @member {Array.<sstory.Owner.$Properties>} owners
         * @memberof sstory.Block
         * @instance
         */
        Block.prototype.owners = $util.emptyArray;

        /**
         * Block events.
         * @member {Array.<sstory.Event.$Properties>} events
         * @memberof sstory.Block
         * @instance
         */
        Block.prototype.events = $util.emptyArray;

        /**
         * Block samples.
         * @member {Array.<sstory.Sample.$Properties>} samples
         * @memberof sstory.Block
         * @instance
         */
        Block.prototype.samples = $util.emptyArray;

        /**
         * Block snapshots.
         * @member {Array.<sstory.Snapshot.$Properties>} snapshots
         * @memberof sstory.Block
         * @instance
         */
        Block.prototype.snapshots = $util.emptyArray;

        /**
         * Block gaps.
         * @member {Array.<sstory.Gap.$Properties>} gaps
         * @memberof sstory.Block
         * @instance
         */
        Block.prototype.gaps = $util.emptyArray;

        /**
         * Block names.
         * @member {Array.<sstory.Name.$Properties>} names
         * @memberof sstory.Block
         * @instance
         */
        Block.prototype.names = $util.emptyArray;

        /**
         * Block prunings.
         * @member {Array.<sstory.Pruning.$Properties>} prunings
         * @memberof sstory.Block
         * @instance
         */
        Block.prototype.prunings = $util.emptyArray;

        /**
         * Block throughUs.
         * @member {number|null|undefined} throughUs
         * @memberof sstory.Block
         * @instance
         */
        Block.prototype.throughUs = null;

        /**
         * Block end.
         * @member {sstory.End.$Properties|null|undefined} end
         * @memberof sstory.Block
         * @instance
         */
        Block.prototype.end = null;

        /**
         * Block namespaces.
         * @member {Array.<sstory.Namespace.$Properties>} namespaces
         * @memberof sstory.Block
         * @instance
         */
        Block.prototype.namespaces = $util.emptyArray;

        /**
         * Block threads.
         * @member {Array.<sstory.Thread.$Properties>} threads
         * @memberof sstory.Block
         * @instance
         */
        Block.prototype.threads = $util.emptyArray;

        /**
         * Block sockstat.
         * @member {Array.<sstory.Sockstat.$Properties>} sockstat
         * @memberof sstory.Block
         * @instance
         */
        Block.prototype.sockstat = $util.emptyArray;

        /**
         * Block bound.
         * @member {Array.<sstory.Bound.$Properties>} bound
         * @memberof sstory.Block
         * @instance
         */
        Block.prototype.bound = $util.emptyArray;

        /**
         * Block timewaits.
         * @member {Array.<sstory.Timewaits.$Properties>} timewaits
         * @memberof sstory.Block
         * @instance
         */
        Block.prototype.timewaits = $util.emptyArray;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Block.prototype, "_throughUs", {
            get: $util.oneOfGetter($oneOfFields = ["throughUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Encodes the specified Block message. Does not implicitly {@link sstory.Block.verify|verify} messages.
         * @function encode
         * @memberof sstory.Block
         * @static
         * @param {sstory.Block.$Properties} message Block message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Block.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.header != null && $Object.hasOwnProperty.call(message, "header"))
                $root.sstory.Header.encode(message.header, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
            if (message.runs != null && message.runs.length)
                for (let i = 0; i < message.runs.length; ++i)
                    $root.sstory.Run.encode(message.runs[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
            if (message.cgroups != null && message.cgroups.length)
                for (let i = 0; i < message.cgroups.length; ++i)
                    $root.sstory.Cgroup.encode(message.cgroups[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
            if (message.connections != null && message.connections.length)
                for (let i = 0; i < message.connections.length; ++i)
                    $root.sstory.Connection.encode(message.connections[i], writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
            if (message.owners != null && message.owners.length)
                for (let i = 0; i < message.owners.length; ++i)
                    $root.sstory.Owner.encode(message.owners[i], writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
            if (message.events != null && message.events.length)
                for (let i = 0; i < message.events.length; ++i)
                    $root.sstory.Event.encode(message.events[i], writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
            if (message.samples != null && message.samples.length)
                for (let i = 0; i < message.samples.length; ++i)
                    $root.sstory.Sample.encode(message.samples[i], writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
            if (message.snapshots != null && message.snapshots.length)
                for (let i = 0; i < message.snapshots.length; ++i)
                    $root.sstory.Snapshot.encode(message.snapshots[i], writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
            if (message.gaps != null && message.gaps.length)
                for (let i = 0; i < message.gaps.length; ++i)
                    $root.sstory.Gap.encode(message.gaps[i], writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
            if (message.names != null && message.names.length)
                for (let i = 0; i < message.names.length; ++i)
                    $root.sstory.Name.encode(message.names[i], writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
            if (message.prunings != null && message.prunings.length)
                for (let i = 0; i < message.prunings.length; ++i)
                    $root.sstory.Pruning.encode(message.prunings[i], writer.uint32(/* id 11, wireType 2 =*/90).fork(), _depth + 1).ldelim();
            if (message.throughUs != null && $Object.hasOwnProperty.call(message, "throughUs"))
                writer.uint32(/* id 12, wireType 0 =*/96).int64(message.throughUs);
            if (message.end != null && $Object.hasOwnProperty.call(message, "end"))
                $root.sstory.End.encode(message.end, writer.uint32(/* id 13, wireType 2 =*/106).fork(), _depth + 1).ldelim();
            if (message.namespaces != null && message.namespaces.length)
                for (let i = 0; i < message.namespaces.length; ++i)
                    $root.sstory.Namespace.encode(message.namespaces[i], writer.uint32(/* id 14, wireType 2 =*/114).fork(), _depth + 1).ldelim();
            if (message.threads != null && message.threads.length)
                for (let i = 0; i < message.threads.length; ++i)
                    $root.sstory.Thread.encode(message.threads[i], writer.uint32(/* id 15, wireType 2 =*/122).fork(), _depth + 1).ldelim();
            if (message.sockstat != null && message.sockstat.length)
                for (let i = 0; i < message.sockstat.length; ++i)
                    $root.sstory.Sockstat.encode(message.sockstat[i], writer.uint32(/* id 16, wireType 2 =*/130).fork(), _depth + 1).ldelim();
            if (message.bound != null && message.bound.length)
                for (let i = 0; i < message.bound.length; ++i)
                    $root.sstory.Bound.encode(message.bound[i], writer.uint32(/* id 17, wireType 2 =*/138).fork(), _depth + 1).ldelim();
            if (message.timewaits != null && message.timewaits.length)
                for (let i = 0; i < message.timewaits.length; ++i)
                    $root.sstory.Timewaits.encode(message.timewaits[i], writer.uint32(/* id 18, wireType 2 =*/146).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Block message from the specified reader or buffer.
         * @function decode
         * @memberof sstory.Block
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sstory.Block & sstory.Block.$Shape} Block
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Block.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sstory.Block();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.header = $root.sstory.Header.decode(reader, reader.size(), $undefined, _depth + 1, message.header);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.runs && message.runs.length))
                            message.runs = [];
                        message.runs.push($root.sstory.Run.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.cgroups && message.cgroups.length))
                            message.cgroups = [];
                        message.cgroups.push($root.sstory.Cgroup.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if (!(message.connections && message.connections.length))
                            message.connections = [];
                        message.connections.push($root.sstory.Connection.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if (!(message.owners && message.owners.length))
                            message.owners = [];
                        message.owners.push($root.sstory.Owner.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if (!(message.events && message.events.length))
                            message.events = [];
                        message.events.push($root.sstory.Event.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if (!(message.samples && message.samples.length))
                            message.samples = [];
                        message.samples.push($root.sstory.Sample.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        if (!(message.snapshots && message.snapshots.length))
                            message.snapshots = [];
                        message.snapshots.push($root.sstory.Snapshot.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 9: {
                        if (wireType !== 2)
                            break;
                        if (!(message.gaps && message.gaps.length))
                            message.gaps = [];
                        message.gaps.push($root.sstory.Gap.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 10: {
                        if (wireType !== 2)
                            break;
                        if (!(message.names && message.names.length))
                            message.names = [];
                        message.names.push($root.sstory.Name.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 11: {
                        if (wireType !== 2)
                            break;
                        if (!(message.prunings && message.prunings.length))
                            message.prunings = [];
                        message.prunings.push($root.sstory.Pruning.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 12: {
                        if (wireType !== 0)
                            break;
                        message.throughUs = reader.int64();
                        message._throughUs = "throughUs";
                        continue;
                    }
                case 13: {
                        if (wireType !== 2)
                            break;
                        message.end = $root.sstory.End.decode(reader, reader.size(), $undefined, _depth + 1, message.end);
                        continue;
                    }
                case 14: {
                        if (wireType !== 2)
                            break;
                        if (!(message.namespaces && message.namespaces.length))
                            message.namespaces = [];
                        message.namespaces.push($root.sstory.Namespace.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 15: {
                        if (wireType !== 2)
                            break;
                        if (!(message.threads && message.threads.length))
                            message.threads = [];
                        message.threads.push($root.sstory.Thread.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 16: {
                        if (wireType !== 2)
                            break;
                        if (!(message.sockstat && message.sockstat.length))
                            message.sockstat = [];
                        message.sockstat.push($root.sstory.Sockstat.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 17: {
                        if (wireType !== 2)
                            break;
                        if (!(message.bound && message.bound.length))
                            message.bound = [];
                        message.bound.push($root.sstory.Bound.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 18: {
                        if (wireType !== 2)
                            break;
                        if (!(message.timewaits && message.timewaits.length))
                            message.timewaits = [];
                        message.timewaits.push($root.sstory.Timewaits.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Block;
    })();

    sstory.Header = (function() {

        /**
         * Properties of a Header.
         * @typedef {Object} sstory.Header.$Properties
         * @property {number|null} [formatMajor] Header formatMajor
         * @property {number|null} [formatMinor] Header formatMinor
         * @property {string|null} [sstory] Header sstory
         * @property {string|null} [host] Header host
         * @property {string|null} [bootId] Header bootId
         * @property {string|null} [kernel] Header kernel
         * @property {string|null} [source] Header source
         * @property {string|null} [transport] Header transport
         * @property {number|null} [intervalUs] Header intervalUs
         * @property {number|null} [clockOffsetUs] Header clockOffsetUs
         * @property {Array.<sstory.ClockStep.$Properties>|null} [clockSteps] Header clockSteps
         * @property {number|null} [startedUs] Header startedUs
         * @property {number|null} [writtenUs] Header writtenUs
         * @property {string|null} [writtenBy] Header writtenBy
         * @property {number|null} [sinceUs] Header sinceUs
         * @property {number|null} [untilUs] Header untilUs
         * @property {string|null} [filter] Header filter
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Header.
         * @memberof sstory
         * @interface IHeader
         * @augments sstory.Header.$Properties
         * @deprecated Use sstory.Header.$Properties instead.
         */

        /**
         * Shape of a Header.
         * @typedef {sstory.Header.$Properties} sstory.Header.$Shape
         */

        /**
         * Constructs a new Header.
         * @memberof sstory
         * @classdesc Represents a Header.
         * @constructor
         * @param {sstory.Header.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Header = function (properties) {
            this.clockSteps = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Header formatMajor.
         * @member {number} formatMajor
         * @memberof sstory.Header
         * @instance
         */
        Header.prototype.formatMajor = 0;

        /**
         * Header formatMinor.
         * @member {number} formatMinor
         * @memberof sstory.Header
         * @instance
         */
        Header.prototype.formatMinor = 0;

        /**
         * Header sstory.
         * @member {string} sstory
         * @memberof sstory.Header
         * @instance
         */
        Header.prototype.sstory = "";

        /**
         * Header host.
         * @member {string} host
         * @memberof sstory.Header
         * @instance
         */
        Header.prototype.host = "";

        /**
         * Header bootId.
         * @member {string} bootId
         * @memberof sstory.Header
         * @instance
         */
        Header.prototype.bootId = "";

        /**
         * Header kernel.
         * @member {string} kernel
         * @memberof sstory.Header
         * @instance
         */
        Header.prototype.kernel = "";

        /**
         * Header source.
         * @member {string} source
         * @memberof sstory.Header
         * @instance
         */
        Header.prototype.source = "";

        /**
         * Header transport.
         * @member {string|null|undefined} transport
         * @memberof sstory.Header
         * @instance
         */
        Header.prototype.transport = null;

        /**
         * Header intervalUs.
         * @member {number} intervalUs
         * @memberof sstory.Header
         * @instance
         */
        Header.prototype.intervalUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Header clockOffsetUs.
         * @member {number} clockOffsetUs
         * @memberof sstory.Header
         * @instance
         */
        Header.prototype.clockOffsetUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Header clockSteps.
         * @member {Array.<sstory.ClockStep.$Properties>} clockSteps
         * @memberof sstory.Header
         * @instance
         */
        Header.prototype.clockSteps = $util.emptyArray;

        /**
         * Header startedUs.
         * @member {number} startedUs
         * @memberof sstory.Header
         * @instance
         */
        Header.prototype.startedUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Header writtenUs.
         * @member {number} writtenUs
         * @memberof sstory.Header
         * @instance
         */
        Header.prototype.writtenUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Header writtenBy.
         * @member {string} writtenBy
         * @memberof sstory.Header
         * @instance
         */
        Header.prototype.writtenBy = "";

        /**
         * Header sinceUs.
         * @member {number|null|undefined} sinceUs
         * @memberof sstory.Header
         * @instance
         */
        Header.prototype.sinceUs = null;

        /**
         * Header untilUs.
         * @member {number|null|undefined} untilUs
         * @memberof sstory.Header
         * @instance
         */
        Header.prototype.untilUs = null;

        /**
         * Header filter.
         * @member {string|null|undefined} filter
         * @memberof sstory.Header
         * @instance
         */
        Header.prototype.filter = null;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Header.prototype, "_transport", {
            get: $util.oneOfGetter($oneOfFields = ["transport"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Header.prototype, "_sinceUs", {
            get: $util.oneOfGetter($oneOfFields = ["sinceUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Header.prototype, "_untilUs", {
            get: $util.oneOfGetter($oneOfFields = ["untilUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Header.prototype, "_filter", {
            get: $util.oneOfGetter($oneOfFields = ["filter"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Encodes the specified Header message. Does not implicitly {@link sstory.Header.verify|verify} messages.
         * @function encode
         * @memberof sstory.Header
         * @static
         * @param {sstory.Header.$Properties} message Header message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Header.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.formatMajor != null && $Object.hasOwnProperty.call(message, "formatMajor") && message.formatMajor !== 0)
                writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.formatMajor);
            if (message.formatMinor != null && $Object.hasOwnProperty.call(message, "formatMinor") && message.formatMinor !== 0)
                writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.formatMinor);
            if (message.sstory != null && $Object.hasOwnProperty.call(message, "sstory") && message.sstory !== "")
                writer.uint32(/* id 3, wireType 2 =*/26).string(message.sstory);
            if (message.host != null && $Object.hasOwnProperty.call(message, "host") && message.host !== "")
                writer.uint32(/* id 4, wireType 2 =*/34).string(message.host);
            if (message.bootId != null && $Object.hasOwnProperty.call(message, "bootId") && message.bootId !== "")
                writer.uint32(/* id 5, wireType 2 =*/42).string(message.bootId);
            if (message.kernel != null && $Object.hasOwnProperty.call(message, "kernel") && message.kernel !== "")
                writer.uint32(/* id 6, wireType 2 =*/50).string(message.kernel);
            if (message.source != null && $Object.hasOwnProperty.call(message, "source") && message.source !== "")
                writer.uint32(/* id 7, wireType 2 =*/58).string(message.source);
            if (message.transport != null && $Object.hasOwnProperty.call(message, "transport"))
                writer.uint32(/* id 8, wireType 2 =*/66).string(message.transport);
            if (message.intervalUs != null && $Object.hasOwnProperty.call(message, "intervalUs") && (typeof message.intervalUs === "object" ? message.intervalUs.low || message.intervalUs.high : message.intervalUs !== 0))
                writer.uint32(/* id 9, wireType 0 =*/72).int64(message.intervalUs);
            if (message.clockOffsetUs != null && $Object.hasOwnProperty.call(message, "clockOffsetUs") && (typeof message.clockOffsetUs === "object" ? message.clockOffsetUs.low || message.clockOffsetUs.high : message.clockOffsetUs !== 0))
                writer.uint32(/* id 10, wireType 0 =*/80).int64(message.clockOffsetUs);
            if (message.clockSteps != null && message.clockSteps.length)
                for (let i = 0; i < message.clockSteps.length; ++i)
                    $root.sstory.ClockStep.encode(message.clockSteps[i], writer.uint32(/* id 11, wireType 2 =*/90).fork(), _depth + 1).ldelim();
            if (message.startedUs != null && $Object.hasOwnProperty.call(message, "startedUs") && (typeof message.startedUs === "object" ? message.startedUs.low || message.startedUs.high : message.startedUs !== 0))
                writer.uint32(/* id 12, wireType 0 =*/96).int64(message.startedUs);
            if (message.writtenUs != null && $Object.hasOwnProperty.call(message, "writtenUs") && (typeof message.writtenUs === "object" ? message.writtenUs.low || message.writtenUs.high : message.writtenUs !== 0))
                writer.uint32(/* id 13, wireType 0 =*/104).int64(message.writtenUs);
            if (message.writtenBy != null && $Object.hasOwnProperty.call(message, "writtenBy") && message.writtenBy !== "")
                writer.uint32(/* id 14, wireType 2 =*/114).string(message.writtenBy);
            if (message.sinceUs != null && $Object.hasOwnProperty.call(message, "sinceUs"))
                writer.uint32(/* id 15, wireType 0 =*/120).int64(message.sinceUs);
            if (message.untilUs != null && $Object.hasOwnProperty.call(message, "untilUs"))
                writer.uint32(/* id 16, wireType 0 =*/128).int64(message.untilUs);
            if (message.filter != null && $Object.hasOwnProperty.call(message, "filter"))
                writer.uint32(/* id 17, wireType 2 =*/138).string(message.filter);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Header message from the specified reader or buffer.
         * @function decode
         * @memberof sstory.Header
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sstory.Header & sstory.Header.$Shape} Header
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Header.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sstory.Header();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.formatMajor = value;
                        else
                            delete message.formatMajor;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.formatMinor = value;
                        else
                            delete message.formatMinor;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sstory = value;
                        else
                            delete message.sstory;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.host = value;
                        else
                            delete message.host;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.bootId = value;
                        else
                            delete message.bootId;
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.kernel = value;
                        else
                            delete message.kernel;
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.source = value;
                        else
                            delete message.source;
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        message.transport = reader.stringVerify();
                        message._transport = "transport";
                        continue;
                    }
                case 9: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.intervalUs = value;
                        else
                            delete message.intervalUs;
                        continue;
                    }
                case 10: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.clockOffsetUs = value;
                        else
                            delete message.clockOffsetUs;
                        continue;
                    }
                case 11: {
                        if (wireType !== 2)
                            break;
                        if (!(message.clockSteps && message.clockSteps.length))
                            message.clockSteps = [];
                        message.clockSteps.push($root.sstory.ClockStep.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 12: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.startedUs = value;
                        else
                            delete message.startedUs;
                        continue;
                    }
                case 13: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.writtenUs = value;
                        else
                            delete message.writtenUs;
                        continue;
                    }
                case 14: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.writtenBy = value;
                        else
                            delete message.writtenBy;
                        continue;
                    }
                case 15: {
                        if (wireType !== 0)
                            break;
                        message.sinceUs = reader.int64();
                        message._sinceUs = "sinceUs";
                        continue;
                    }
                case 16: {
                        if (wireType !== 0)
                            break;
                        message.untilUs = reader.int64();
                        message._untilUs = "untilUs";
                        continue;
                    }
                case 17: {
                        if (wireType !== 2)
                            break;
                        message.filter = reader.stringVerify();
                        message._filter = "filter";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Header;
    })();

    sstory.ClockStep = (function() {

        /**
         * Properties of a ClockStep.
         * @typedef {Object} sstory.ClockStep.$Properties
         * @property {number|null} [atUs] ClockStep atUs
         * @property {number|null} [stepUs] ClockStep stepUs
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a ClockStep.
         * @memberof sstory
         * @interface IClockStep
         * @augments sstory.ClockStep.$Properties
         * @deprecated Use sstory.ClockStep.$Properties instead.
         */

        /**
         * Shape of a ClockStep.
         * @typedef {sstory.ClockStep.$Properties} sstory.ClockStep.$Shape
         */

        /**
         * Constructs a new ClockStep.
         * @memberof sstory
         * @classdesc Represents a ClockStep.
         * @constructor
         * @param {sstory.ClockStep.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const ClockStep = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * ClockStep atUs.
         * @member {number} atUs
         * @memberof sstory.ClockStep
         * @instance
         */
        ClockStep.prototype.atUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * ClockStep stepUs.
         * @member {number} stepUs
         * @memberof sstory.ClockStep
         * @instance
         */
        ClockStep.prototype.stepUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Encodes the specified ClockStep message. Does not implicitly {@link sstory.ClockStep.verify|verify} messages.
         * @function encode
         * @memberof sstory.ClockStep
         * @static
         * @param {sstory.ClockStep.$Properties} message ClockStep message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        ClockStep.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.atUs != null && $Object.hasOwnProperty.call(message, "atUs") && (typeof message.atUs === "object" ? message.atUs.low || message.atUs.high : message.atUs !== 0))
                writer.uint32(/* id 1, wireType 0 =*/8).int64(message.atUs);
            if (message.stepUs != null && $Object.hasOwnProperty.call(message, "stepUs") && (typeof message.stepUs === "object" ? message.stepUs.low || message.stepUs.high : message.stepUs !== 0))
                writer.uint32(/* id 2, wireType 0 =*/16).int64(message.stepUs);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a ClockStep message from the specified reader or buffer.
         * @function decode
         * @memberof sstory.ClockStep
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sstory.ClockStep & sstory.ClockStep.$Shape} ClockStep
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        ClockStep.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sstory.ClockStep();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.atUs = value;
                        else
                            delete message.atUs;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.stepUs = value;
                        else
                            delete message.stepUs;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return ClockStep;
    })();

    sstory.Run = (function() {

        /**
         * Properties of a Run.
         * @typedef {Object} sstory.Run.$Properties
         * @property {number|null} [id] Run id
         * @property {string|null} [host] Run host
         * @property {string|null} [bootId] Run bootId
         * @property {string|null} [kernel] Run kernel
         * @property {string|null} [sstory] Run sstory
         * @property {string|null} [bpftrace] Run bpftrace
         * @property {string|null} [source] Run source
         * @property {string|null} [transport] Run transport
         * @property {number|null} [intervalUs] Run intervalUs
         * @property {number|null} [pid] Run pid
         * @property {number|null} [startedUs] Run startedUs
         * @property {number|null} [lastUs] Run lastUs
         * @property {number|null} [endedUs] Run endedUs
         * @property {string|null} [end] Run end
         * @property {number|null} [clockOffsetUs] Run clockOffsetUs
         * @property {Array.<sstory.ClockStep.$Properties>|null} [clockSteps] Run clockSteps
         * @property {string|null} [notes] Run notes
         * @property {number|null} [initialNetns] Run initialNetns
         * @property {number|null} [behindUs] Run behindUs
         * @property {number|null} [backlogBytes] Run backlogBytes
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Run.
         * @memberof sstory
         * @interface IRun
         * @augments sstory.Run.$Properties
         * @deprecated Use sstory.Run.$Properties instead.
         */

        /**
         * Shape of a Run.
         * @typedef {sstory.Run.$Properties} sstory.Run.$Shape
         */

        /**
         * Constructs a new Run.
         * @memberof sstory
         * @classdesc Represents a Run.
         * @constructor
         * @param {sstory.Run.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Run = function (properties) {
            this.clockSteps = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Run id.
         * @member {number} id
         * @memberof sstory.Run
         * @instance
         */
        Run.prototype.id = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Run host.
         * @member {string} host
         * @memberof sstory.Run
         * @instance
         */
        Run.prototype.host = "";

        /**
         * Run bootId.
         * @member {string} bootId
         * @memberof sstory.Run
         * @instance
         */
        Run.prototype.bootId = "";

        /**
         * Run kernel.
         * @member {string} kernel
         * @memberof sstory.Run
         * @instance
         */
        Run.prototype.kernel = "";

        /**
         * Run sstory.
         * @member {string} sstory
         * @memberof sstory.Run
         * @instance
         */
        Run.prototype.sstory = "";

        /**
         * Run bpftrace.
         * @member {string|null|undefined} bpftrace
         * @memberof sstory.Run
         * @instance
         */
        Run.prototype.bpftrace = null;

        /**
         * Run source.
         * @member {string} source
         * @memberof sstory.Run
         * @instance
         */
        Run.prototype.source = "";

        /**
         * Run transport.
         * @member {string|null|undefined} transport
         * @memberof sstory.Run
         * @instance
         */
        Run.prototype.transport = null;

        /**
         * Run intervalUs.
         * @member {number} intervalUs
         * @memberof sstory.Run
         * @instance
         */
        Run.prototype.intervalUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Run pid.
         * @member {number} pid
         * @memberof sstory.Run
         * @instance
         */
        Run.prototype.pid = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Run startedUs.
         * @member {number} startedUs
         * @memberof sstory.Run
         * @instance
         */
        Run.prototype.startedUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Run lastUs.
         * @member {number} lastUs
         * @memberof sstory.Run
         * @instance
         */
        Run.prototype.lastUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Run endedUs.
         * @member {number|null|undefined} endedUs
         * @memberof sstory.Run
         * @instance
         */
        Run.prototype.endedUs = null;

        /**
         * Run end.
         * @member {string|null|undefined} end
         * @memberof sstory.Run
         * @instance
         */
        Run.prototype.end = null;

        /**
         * Run clockOffsetUs.
         * @member {number} clockOffsetUs
         * @memberof sstory.Run
         * @instance
         */
        Run.prototype.clockOffsetUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Run clockSteps.
         * @member {Array.<sstory.ClockStep.$Properties>} clockSteps
         * @memberof sstory.Run
         * @instance
         */
        Run.prototype.clockSteps = $util.emptyArray;

        /**
         * Run notes.
         * @member {string} notes
         * @memberof sstory.Run
         * @instance
         */
        Run.prototype.notes = "";

        /**
         * Run initialNetns.
         * @member {number|null|undefined} initialNetns
         * @memberof sstory.Run
         * @instance
         */
        Run.prototype.initialNetns = null;

        /**
         * Run behindUs.
         * @member {number|null|undefined} behindUs
         * @memberof sstory.Run
         * @instance
         */
        Run.prototype.behindUs = null;

        /**
         * Run backlogBytes.
         * @member {number|null|undefined} backlogBytes
         * @memberof sstory.Run
         * @instance
         */
        Run.prototype.backlogBytes = null;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Run.prototype, "_bpftrace", {
            get: $util.oneOfGetter($oneOfFields = ["bpftrace"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Run.prototype, "_transport", {
            get: $util.oneOfGetter($oneOfFields = ["transport"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Run.prototype, "_endedUs", {
            get: $util.oneOfGetter($oneOfFields = ["endedUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Run.prototype, "_end", {
            get: $util.oneOfGetter($oneOfFields = ["end"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Run.prototype, "_initialNetns", {
            get: $util.oneOfGetter($oneOfFields = ["initialNetns"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Run.prototype, "_behindUs", {
            get: $util.oneOfGetter($oneOfFields = ["behindUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Run.prototype, "_backlogBytes", {
            get: $util.oneOfGetter($oneOfFields = ["backlogBytes"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Encodes the specified Run message. Does not implicitly {@link sstory.Run.verify|verify} messages.
         * @function encode
         * @memberof sstory.Run
         * @static
         * @param {sstory.Run.$Properties} message Run message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Run.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.id != null && $Object.hasOwnProperty.call(message, "id") && (typeof message.id === "object" ? message.id.low || message.id.high : message.id !== 0))
                writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.id);
            if (message.host != null && $Object.hasOwnProperty.call(message, "host") && message.host !== "")
                writer.uint32(/* id 2, wireType 2 =*/18).string(message.host);
            if (message.bootId != null && $Object.hasOwnProperty.call(message, "bootId") && message.bootId !== "")
                writer.uint32(/* id 3, wireType 2 =*/26).string(message.bootId);
            if (message.kernel != null && $Object.hasOwnProperty.call(message, "kernel") && message.kernel !== "")
                writer.uint32(/* id 4, wireType 2 =*/34).string(message.kernel);
            if (message.sstory != null && $Object.hasOwnProperty.call(message, "sstory") && message.sstory !== "")
                writer.uint32(/* id 5, wireType 2 =*/42).string(message.sstory);
            if (message.bpftrace != null && $Object.hasOwnProperty.call(message, "bpftrace"))
                writer.uint32(/* id 6, wireType 2 =*/50).string(message.bpftrace);
            if (message.source != null && $Object.hasOwnProperty.call(message, "source") && message.source !== "")
                writer.uint32(/* id 7, wireType 2 =*/58).string(message.source);
            if (message.transport != null && $Object.hasOwnProperty.call(message, "transport"))
                writer.uint32(/* id 8, wireType 2 =*/66).string(message.transport);
            if (message.intervalUs != null && $Object.hasOwnProperty.call(message, "intervalUs") && (typeof message.intervalUs === "object" ? message.intervalUs.low || message.intervalUs.high : message.intervalUs !== 0))
                writer.uint32(/* id 9, wireType 0 =*/72).int64(message.intervalUs);
            if (message.pid != null && $Object.hasOwnProperty.call(message, "pid") && (typeof message.pid === "object" ? message.pid.low || message.pid.high : message.pid !== 0))
                writer.uint32(/* id 10, wireType 0 =*/80).int64(message.pid);
            if (message.startedUs != null && $Object.hasOwnProperty.call(message, "startedUs") && (typeof message.startedUs === "object" ? message.startedUs.low || message.startedUs.high : message.startedUs !== 0))
                writer.uint32(/* id 11, wireType 0 =*/88).int64(message.startedUs);
            if (message.lastUs != null && $Object.hasOwnProperty.call(message, "lastUs") && (typeof message.lastUs === "object" ? message.lastUs.low || message.lastUs.high : message.lastUs !== 0))
                writer.uint32(/* id 12, wireType 0 =*/96).int64(message.lastUs);
            if (message.endedUs != null && $Object.hasOwnProperty.call(message, "endedUs"))
                writer.uint32(/* id 13, wireType 0 =*/104).int64(message.endedUs);
            if (message.end != null && $Object.hasOwnProperty.call(message, "end"))
                writer.uint32(/* id 14, wireType 2 =*/114).string(message.end);
            if (message.clockOffsetUs != null && $Object.hasOwnProperty.call(message, "clockOffsetUs") && (typeof message.clockOffsetUs === "object" ? message.clockOffsetUs.low || message.clockOffsetUs.high : message.clockOffsetUs !== 0))
                writer.uint32(/* id 15, wireType 0 =*/120).int64(message.clockOffsetUs);
            if (message.clockSteps != null && message.clockSteps.length)
                for (let i = 0; i < message.clockSteps.length; ++i)
                    $root.sstory.ClockStep.encode(message.clockSteps[i], writer.uint32(/* id 16, wireType 2 =*/130).fork(), _depth + 1).ldelim();
            if (message.notes != null && $Object.hasOwnProperty.call(message, "notes") && message.notes !== "")
                writer.uint32(/* id 17, wireType 2 =*/138).string(message.notes);
            if (message.initialNetns != null && $Object.hasOwnProperty.call(message, "initialNetns"))
                writer.uint32(/* id 18, wireType 0 =*/144).int64(message.initialNetns);
            if (message.behindUs != null && $Object.hasOwnProperty.call(message, "behindUs"))
                writer.uint32(/* id 19, wireType 0 =*/152).int64(message.behindUs);
            if (message.backlogBytes != null && $Object.hasOwnProperty.call(message, "backlogBytes"))
                writer.uint32(/* id 20, wireType 0 =*/160).int64(message.backlogBytes);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Run message from the specified reader or buffer.
         * @function decode
         * @memberof sstory.Run
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sstory.Run & sstory.Run.$Shape} Run
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Run.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sstory.Run();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.id = value;
                        else
                            delete message.id;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.host = value;
                        else
                            delete message.host;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.bootId = value;
                        else
                            delete message.bootId;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.kernel = value;
                        else
                            delete message.kernel;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sstory = value;
                        else
                            delete message.sstory;
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        message.bpftrace = reader.stringVerify();
                        message._bpftrace = "bpftrace";
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.source = value;
                        else
                            delete message.source;
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        message.transport = reader.stringVerify();
                        message._transport = "transport";
                        continue;
                    }
                case 9: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.intervalUs = value;
                        else
                            delete message.intervalUs;
                        continue;
                    }
                case 10: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.pid = value;
                        else
                            delete message.pid;
                        continue;
                    }
                case 11: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.startedUs = value;
                        else
                            delete message.startedUs;
                        continue;
                    }
                case 12: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.lastUs = value;
                        else
                            delete message.lastUs;
                        continue;
                    }
                case 13: {
                        if (wireType !== 0)
                            break;
                        message.endedUs = reader.int64();
                        message._endedUs = "endedUs";
                        continue;
                    }
                case 14: {
                        if (wireType !== 2)
                            break;
                        message.end = reader.stringVerify();
                        message._end = "end";
                        continue;
                    }
                case 15: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.clockOffsetUs = value;
                        else
                            delete message.clockOffsetUs;
                        continue;
                    }
                case 16: {
                        if (wireType !== 2)
                            break;
                        if (!(message.clockSteps && message.clockSteps.length))
                            message.clockSteps = [];
                        message.clockSteps.push($root.sstory.ClockStep.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 17: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.notes = value;
                        else
                            delete message.notes;
                        continue;
                    }
                case 18: {
                        if (wireType !== 0)
                            break;
                        message.initialNetns = reader.int64();
                        message._initialNetns = "initialNetns";
                        continue;
                    }
                case 19: {
                        if (wireType !== 0)
                            break;
                        message.behindUs = reader.int64();
                        message._behindUs = "behindUs";
                        continue;
                    }
                case 20: {
                        if (wireType !== 0)
                            break;
                        message.backlogBytes = reader.int64();
                        message._backlogBytes = "backlogBytes";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Run;
    })();

    sstory.Cgroup = (function() {

        /**
         * Properties of a Cgroup.
         * @typedef {Object} sstory.Cgroup.$Properties
         * @property {number|null} [id] Cgroup id
         * @property {string|null} [path] Cgroup path
         * @property {string|null} [container] Cgroup container
         * @property {string|null} [pod] Cgroup pod
         * @property {string|null} [unit] Cgroup unit
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Cgroup.
         * @memberof sstory
         * @interface ICgroup
         * @augments sstory.Cgroup.$Properties
         * @deprecated Use sstory.Cgroup.$Properties instead.
         */

        /**
         * Shape of a Cgroup.
         * @typedef {sstory.Cgroup.$Properties} sstory.Cgroup.$Shape
         */

        /**
         * Constructs a new Cgroup.
         * @memberof sstory
         * @classdesc Represents a Cgroup.
         * @constructor
         * @param {sstory.Cgroup.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Cgroup = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Cgroup id.
         * @member {number} id
         * @memberof sstory.Cgroup
         * @instance
         */
        Cgroup.prototype.id = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Cgroup path.
         * @member {string} path
         * @memberof sstory.Cgroup
         * @instance
         */
        Cgroup.prototype.path = "";

        /**
         * Cgroup container.
         * @member {string|null|undefined} container
         * @memberof sstory.Cgroup
         * @instance
         */
        Cgroup.prototype.container = null;

        /**
         * Cgroup pod.
         * @member {string|null|undefined} pod
         * @memberof sstory.Cgroup
         * @instance
         */
        Cgroup.prototype.pod = null;

        /**
         * Cgroup unit.
         * @member {string|null|undefined} unit
         * @memberof sstory.Cgroup
         * @instance
         */
        Cgroup.prototype.unit = null;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Cgroup.prototype, "_container", {
            get: $util.oneOfGetter($oneOfFields = ["container"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Cgroup.prototype, "_pod", {
            get: $util.oneOfGetter($oneOfFields = ["pod"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Cgroup.prototype, "_unit", {
            get: $util.oneOfGetter($oneOfFields = ["unit"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Encodes the specified Cgroup message. Does not implicitly {@link sstory.Cgroup.verify|verify} messages.
         * @function encode
         * @memberof sstory.Cgroup
         * @static
         * @param {sstory.Cgroup.$Properties} message Cgroup message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Cgroup.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.id != null && $Object.hasOwnProperty.call(message, "id") && (typeof message.id === "object" ? message.id.low || message.id.high : message.id !== 0))
                writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.id);
            if (message.path != null && $Object.hasOwnProperty.call(message, "path") && message.path !== "")
                writer.uint32(/* id 2, wireType 2 =*/18).string(message.path);
            if (message.container != null && $Object.hasOwnProperty.call(message, "container"))
                writer.uint32(/* id 3, wireType 2 =*/26).string(message.container);
            if (message.pod != null && $Object.hasOwnProperty.call(message, "pod"))
                writer.uint32(/* id 4, wireType 2 =*/34).string(message.pod);
            if (message.unit != null && $Object.hasOwnProperty.call(message, "unit"))
                writer.uint32(/* id 5, wireType 2 =*/42).string(message.unit);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Cgroup message from the specified reader or buffer.
         * @function decode
         * @memberof sstory.Cgroup
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sstory.Cgroup & sstory.Cgroup.$Shape} Cgroup
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Cgroup.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sstory.Cgroup();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.id = value;
                        else
                            delete message.id;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.path = value;
                        else
                            delete message.path;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.container = reader.stringVerify();
                        message._container = "container";
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.pod = reader.stringVerify();
                        message._pod = "pod";
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.unit = reader.stringVerify();
                        message._unit = "unit";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Cgroup;
    })();

    /**
     * State enum.
     * @name sstory.State
     * @enum {number}
     * @property {number} STATE_UNSPECIFIED=0 STATE_UNSPECIFIED value
     * @property {number} ESTAB=1 ESTAB value
     * @property {number} SYN_SENT=2 SYN_SENT value
     * @property {number} SYN_RECV=3 SYN_RECV value
     * @property {number} FIN_WAIT_1=4 FIN_WAIT_1 value
     * @property {number} FIN_WAIT_2=5 FIN_WAIT_2 value
     * @property {number} TIME_WAIT=6 TIME_WAIT value
     * @property {number} UNCONN=7 UNCONN value
     * @property {number} CLOSE_WAIT=8 CLOSE_WAIT value
     * @property {number} LAST_ACK=9 LAST_ACK value
     * @property {number} LISTEN=10 LISTEN value
     * @property {number} CLOSING=11 CLOSING value
     * @property {number} NEW_SYN_RECV=12 NEW_SYN_RECV value
     */
    sstory.State = (function() {
        const valuesById = $Object.create(null), values = $Object.create(valuesById);
        values[valuesById[0] = "STATE_UNSPECIFIED"] = 0;
        values[valuesById[1] = "ESTAB"] = 1;
        values[valuesById[2] = "SYN_SENT"] = 2;
        values[valuesById[3] = "SYN_RECV"] = 3;
        values[valuesById[4] = "FIN_WAIT_1"] = 4;
        values[valuesById[5] = "FIN_WAIT_2"] = 5;
        values[valuesById[6] = "TIME_WAIT"] = 6;
        values[valuesById[7] = "UNCONN"] = 7;
        values[valuesById[8] = "CLOSE_WAIT"] = 8;
        values[valuesById[9] = "LAST_ACK"] = 9;
        values[valuesById[10] = "LISTEN"] = 10;
        values[valuesById[11] = "CLOSING"] = 11;
        values[valuesById[12] = "NEW_SYN_RECV"] = 12;
        return values;
    })();

    /**
     * Source enum.
     * @name sstory.Source
     * @enum {number}
     * @property {number} SOURCE_UNSPECIFIED=0 SOURCE_UNSPECIFIED value
     * @property {number} PROBE=1 PROBE value
     * @property {number} SNAPSHOT=2 SNAPSHOT value
     * @property {number} TIMER=3 TIMER value
     */
    sstory.Source = (function() {
        const valuesById = $Object.create(null), values = $Object.create(valuesById);
        values[valuesById[0] = "SOURCE_UNSPECIFIED"] = 0;
        values[valuesById[1] = "PROBE"] = 1;
        values[valuesById[2] = "SNAPSHOT"] = 2;
        values[valuesById[3] = "TIMER"] = 3;
        return values;
    })();

    /**
     * Origin enum.
     * @name sstory.Origin
     * @enum {number}
     * @property {number} ORIGIN_UNKNOWN=0 ORIGIN_UNKNOWN value
     * @property {number} CONNECT=1 CONNECT value
     * @property {number} ACCEPT=2 ACCEPT value
     * @property {number} LISTENING=3 LISTENING value
     * @property {number} BEFORE_RECORDING=4 BEFORE_RECORDING value
     */
    sstory.Origin = (function() {
        const valuesById = $Object.create(null), values = $Object.create(valuesById);
        values[valuesById[0] = "ORIGIN_UNKNOWN"] = 0;
        values[valuesById[1] = "CONNECT"] = 1;
        values[valuesById[2] = "ACCEPT"] = 2;
        values[valuesById[3] = "LISTENING"] = 3;
        values[valuesById[4] = "BEFORE_RECORDING"] = 4;
        return values;
    })();

    /**
     * CloseReason enum.
     * @name sstory.CloseReason
     * @enum {number}
     * @property {number} CLOSE_UNKNOWN=0 CLOSE_UNKNOWN value
     * @property {number} ORDERLY=1 ORDERLY value
     * @property {number} RESET_BY_PEER=2 RESET_BY_PEER value
     * @property {number} REFUSED=3 REFUSED value
     * @property {number} TIMED_OUT=4 TIMED_OUT value
     * @property {number} UNREACHABLE=5 UNREACHABLE value
     * @property {number} ABORTED=6 ABORTED value
     * @property {number} DESTROYED=7 DESTROYED value
     * @property {number} FAILED=8 FAILED value
     */
    sstory.CloseReason = (function() {
        const valuesById = $Object.create(null), values = $Object.create(valuesById);
        values[valuesById[0] = "CLOSE_UNKNOWN"] = 0;
        values[valuesById[1] = "ORDERLY"] = 1;
        values[valuesById[2] = "RESET_BY_PEER"] = 2;
        values[valuesById[3] = "REFUSED"] = 3;
        values[valuesById[4] = "TIMED_OUT"] = 4;
        values[valuesById[5] = "UNREACHABLE"] = 5;
        values[valuesById[6] = "ABORTED"] = 6;
        values[valuesById[7] = "DESTROYED"] = 7;
        values[valuesById[8] = "FAILED"] = 8;
        return values;
    })();

    sstory.Connection = (function() {

        /**
         * Properties of a Connection.
         * @typedef {Object} sstory.Connection.$Properties
         * @property {number|null} [id] Connection id
         * @property {number|null} [netns] Connection netns
         * @property {number|null} [family] Connection family
         * @property {string|null} [localAddr] Connection localAddr
         * @property {number|null} [localPort] Connection localPort
         * @property {string|null} [remoteAddr] Connection remoteAddr
         * @property {number|null} [remotePort] Connection remotePort
         * @property {sstory.State|null} [state] Connection state
         * @property {number|null} [openedUs] Connection openedUs
         * @property {number|null} [openedNotBeforeUs] Connection openedNotBeforeUs
         * @property {sstory.Source|null} [openedSource] Connection openedSource
         * @property {number|null} [closedUs] Connection closedUs
         * @property {number|null} [closedNotBeforeUs] Connection closedNotBeforeUs
         * @property {sstory.Source|null} [closedSource] Connection closedSource
         * @property {sstory.Origin|null} [origin] Connection origin
         * @property {sstory.CloseReason|null} [closeReason] Connection closeReason
         * @property {number|null} [pid] Connection pid
         * @property {number|null} [tid] Connection tid
         * @property {string|null} [comm] Connection comm
         * @property {number|null} [fd] Connection fd
         * @property {number|null} [uid] Connection uid
         * @property {number|null} [inode] Connection inode
         * @property {number|null} [cookie] Connection cookie
         * @property {number|null} [cgroupId] Connection cgroupId
         * @property {number|null} [bytesSent] Connection bytesSent
         * @property {number|null} [bytesReceived] Connection bytesReceived
         * @property {number|null} [retransmits] Connection retransmits
         * @property {number|null} [rttUs] Connection rttUs
         * @property {Array.<sstory.Transition.$Properties>|null} [transitions] Connection transitions
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Connection.
         * @memberof sstory
         * @interface IConnection
         * @augments sstory.Connection.$Properties
         * @deprecated Use sstory.Connection.$Properties instead.
         */

        /**
         * Shape of a Connection.
         * @typedef {sstory.Connection.$Properties} sstory.Connection.$Shape
         */

        /**
         * Constructs a new Connection.
         * @memberof sstory
         * @classdesc Represents a Connection.
         * @constructor
         * @param {sstory.Connection.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Connection = function (properties) {
            this.transitions = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Connection id.
         * @member {number} id
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.id = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Connection netns.
         * @member {number} netns
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.netns = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Connection family.
         * @member {number} family
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.family = 0;

        /**
         * Connection localAddr.
         * @member {string} localAddr
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.localAddr = "";

        /**
         * Connection localPort.
         * @member {number} localPort
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.localPort = 0;

        /**
         * Connection remoteAddr.
         * @member {string} remoteAddr
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.remoteAddr = "";

        /**
         * Connection remotePort.
         * @member {number} remotePort
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.remotePort = 0;

        /**
         * Connection state.
         * @member {sstory.State} state
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.state = 0;

        /**
         * Connection openedUs.
         * @member {number} openedUs
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.openedUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Connection openedNotBeforeUs.
         * @member {number|null|undefined} openedNotBeforeUs
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.openedNotBeforeUs = null;

        /**
         * Connection openedSource.
         * @member {sstory.Source} openedSource
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.openedSource = 0;

        /**
         * Connection closedUs.
         * @member {number|null|undefined} closedUs
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.closedUs = null;

        /**
         * Connection closedNotBeforeUs.
         * @member {number|null|undefined} closedNotBeforeUs
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.closedNotBeforeUs = null;

        /**
         * Connection closedSource.
         * @member {sstory.Source|null|undefined} closedSource
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.closedSource = null;

        /**
         * Connection origin.
         * @member {sstory.Origin} origin
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.origin = 0;

        /**
         * Connection closeReason.
         * @member {sstory.CloseReason|null|undefined} closeReason
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.closeReason = null;

        /**
         * Connection pid.
         * @member {number|null|undefined} pid
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.pid = null;

        /**
         * Connection tid.
         * @member {number|null|undefined} tid
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.tid = null;

        /**
         * Connection comm.
         * @member {string|null|undefined} comm
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.comm = null;

        /**
         * Connection fd.
         * @member {number|null|undefined} fd
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.fd = null;

        /**
         * Connection uid.
         * @member {number|null|undefined} uid
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.uid = null;

        /**
         * Connection inode.
         * @member {number|null|undefined} inode
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.inode = null;

        /**
         * Connection cookie.
         * @member {number|null|undefined} cookie
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.cookie = null;

        /**
         * Connection cgroupId.
         * @member {number|null|undefined} cgroupId
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.cgroupId = null;

        /**
         * Connection bytesSent.
         * @member {number|null|undefined} bytesSent
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.bytesSent = null;

        /**
         * Connection bytesReceived.
         * @member {number|null|undefined} bytesReceived
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.bytesReceived = null;

        /**
         * Connection retransmits.
         * @member {number} retransmits
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.retransmits = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Connection rttUs.
         * @member {number|null|undefined} rttUs
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.rttUs = null;

        /**
         * Connection transitions.
         * @member {Array.<sstory.Transition.$Properties>} transitions
         * @memberof sstory.Connection
         * @instance
         */
        Connection.prototype.transitions = $util.emptyArray;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Connection.prototype, "_openedNotBeforeUs", {
            get: $util.oneOfGetter($oneOfFields = ["openedNotBeforeUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Connection.prototype, "_closedUs", {
            get: $util.oneOfGetter($oneOfFields = ["closedUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Connection.prototype, "_closedNotBeforeUs", {
            get: $util.oneOfGetter($oneOfFields = ["closedNotBeforeUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Connection.prototype, "_closedSource", {
            get: $util.oneOfGetter($oneOfFields = ["closedSource"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Connection.prototype, "_closeReason", {
            get: $util.oneOfGetter($oneOfFields = ["closeReason"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Connection.prototype, "_pid", {
            get: $util.oneOfGetter($oneOfFields = ["pid"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Connection.prototype, "_tid", {
            get: $util.oneOfGetter($oneOfFields = ["tid"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Connection.prototype, "_comm", {
            get: $util.oneOfGetter($oneOfFields = ["comm"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Connection.prototype, "_fd", {
            get: $util.oneOfGetter($oneOfFields = ["fd"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Connection.prototype, "_uid", {
            get: $util.oneOfGetter($oneOfFields = ["uid"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Connection.prototype, "_inode", {
            get: $util.oneOfGetter($oneOfFields = ["inode"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Connection.prototype, "_cookie", {
            get: $util.oneOfGetter($oneOfFields = ["cookie"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Connection.prototype, "_cgroupId", {
            get: $util.oneOfGetter($oneOfFields = ["cgroupId"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Connection.prototype, "_bytesSent", {
            get: $util.oneOfGetter($oneOfFields = ["bytesSent"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Connection.prototype, "_bytesReceived", {
            get: $util.oneOfGetter($oneOfFields = ["bytesReceived"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Connection.prototype, "_rttUs", {
            get: $util.oneOfGetter($oneOfFields = ["rttUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Encodes the specified Connection message. Does not implicitly {@link sstory.Connection.verify|verify} messages.
         * @function encode
         * @memberof sstory.Connection
         * @static
         * @param {sstory.Connection.$Properties} message Connection message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Connection.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.id != null && $Object.hasOwnProperty.call(message, "id") && (typeof message.id === "object" ? message.id.low || message.id.high : message.id !== 0))
                writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.id);
            if (message.netns != null && $Object.hasOwnProperty.call(message, "netns") && (typeof message.netns === "object" ? message.netns.low || message.netns.high : message.netns !== 0))
                writer.uint32(/* id 2, wireType 0 =*/16).int64(message.netns);
            if (message.family != null && $Object.hasOwnProperty.call(message, "family") && message.family !== 0)
                writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.family);
            if (message.localAddr != null && $Object.hasOwnProperty.call(message, "localAddr") && message.localAddr !== "")
                writer.uint32(/* id 4, wireType 2 =*/34).string(message.localAddr);
            if (message.localPort != null && $Object.hasOwnProperty.call(message, "localPort") && message.localPort !== 0)
                writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.localPort);
            if (message.remoteAddr != null && $Object.hasOwnProperty.call(message, "remoteAddr") && message.remoteAddr !== "")
                writer.uint32(/* id 6, wireType 2 =*/50).string(message.remoteAddr);
            if (message.remotePort != null && $Object.hasOwnProperty.call(message, "remotePort") && message.remotePort !== 0)
                writer.uint32(/* id 7, wireType 0 =*/56).uint32(message.remotePort);
            if (message.state != null && $Object.hasOwnProperty.call(message, "state") && message.state !== 0)
                writer.uint32(/* id 8, wireType 0 =*/64).int32(message.state);
            if (message.openedUs != null && $Object.hasOwnProperty.call(message, "openedUs") && (typeof message.openedUs === "object" ? message.openedUs.low || message.openedUs.high : message.openedUs !== 0))
                writer.uint32(/* id 9, wireType 0 =*/72).int64(message.openedUs);
            if (message.openedNotBeforeUs != null && $Object.hasOwnProperty.call(message, "openedNotBeforeUs"))
                writer.uint32(/* id 10, wireType 0 =*/80).int64(message.openedNotBeforeUs);
            if (message.openedSource != null && $Object.hasOwnProperty.call(message, "openedSource") && message.openedSource !== 0)
                writer.uint32(/* id 11, wireType 0 =*/88).int32(message.openedSource);
            if (message.closedUs != null && $Object.hasOwnProperty.call(message, "closedUs"))
                writer.uint32(/* id 12, wireType 0 =*/96).int64(message.closedUs);
            if (message.closedNotBeforeUs != null && $Object.hasOwnProperty.call(message, "closedNotBeforeUs"))
                writer.uint32(/* id 13, wireType 0 =*/104).int64(message.closedNotBeforeUs);
            if (message.closedSource != null && $Object.hasOwnProperty.call(message, "closedSource"))
                writer.uint32(/* id 14, wireType 0 =*/112).int32(message.closedSource);
            if (message.origin != null && $Object.hasOwnProperty.call(message, "origin") && message.origin !== 0)
                writer.uint32(/* id 15, wireType 0 =*/120).int32(message.origin);
            if (message.closeReason != null && $Object.hasOwnProperty.call(message, "closeReason"))
                writer.uint32(/* id 16, wireType 0 =*/128).int32(message.closeReason);
            if (message.pid != null && $Object.hasOwnProperty.call(message, "pid"))
                writer.uint32(/* id 17, wireType 0 =*/136).int64(message.pid);
            if (message.tid != null && $Object.hasOwnProperty.call(message, "tid"))
                writer.uint32(/* id 18, wireType 0 =*/144).int64(message.tid);
            if (message.comm != null && $Object.hasOwnProperty.call(message, "comm"))
                writer.uint32(/* id 19, wireType 2 =*/154).string(message.comm);
            if (message.fd != null && $Object.hasOwnProperty.call(message, "fd"))
                writer.uint32(/* id 20, wireType 0 =*/160).int64(message.fd);
            if (message.uid != null && $Object.hasOwnProperty.call(message, "uid"))
                writer.uint32(/* id 21, wireType 0 =*/168).int64(message.uid);
            if (message.inode != null && $Object.hasOwnProperty.call(message, "inode"))
                writer.uint32(/* id 22, wireType 0 =*/176).int64(message.inode);
            if (message.cookie != null && $Object.hasOwnProperty.call(message, "cookie"))
                writer.uint32(/* id 23, wireType 0 =*/184).int64(message.cookie);
            if (message.cgroupId != null && $Object.hasOwnProperty.call(message, "cgroupId"))
                writer.uint32(/* id 24, wireType 0 =*/192).int64(message.cgroupId);
            if (message.bytesSent != null && $Object.hasOwnProperty.call(message, "bytesSent"))
                writer.uint32(/* id 25, wireType 0 =*/200).int64(message.bytesSent);
            if (message.bytesReceived != null && $Object.hasOwnProperty.call(message, "bytesReceived"))
                writer.uint32(/* id 26, wireType 0 =*/208).int64(message.bytesReceived);
            if (message.retransmits != null && $Object.hasOwnProperty.call(message, "retransmits") && (typeof message.retransmits === "object" ? message.retransmits.low || message.retransmits.high : message.retransmits !== 0))
                writer.uint32(/* id 27, wireType 0 =*/216).int64(message.retransmits);
            if (message.rttUs != null && $Object.hasOwnProperty.call(message, "rttUs"))
                writer.uint32(/* id 28, wireType 0 =*/224).int64(message.rttUs);
            if (message.transitions != null && message.transitions.length)
                for (let i = 0; i < message.transitions.length; ++i)
                    $root.sstory.Transition.encode(message.transitions[i], writer.uint32(/* id 29, wireType 2 =*/234).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Connection message from the specified reader or buffer.
         * @function decode
         * @memberof sstory.Connection
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sstory.Connection & sstory.Connection.$Shape} Connection
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Connection.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sstory.Connection();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.id = value;
                        else
                            delete message.id;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.netns = value;
                        else
                            delete message.netns;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.family = value;
                        else
                            delete message.family;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.localAddr = value;
                        else
                            delete message.localAddr;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.localPort = value;
                        else
                            delete message.localPort;
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.remoteAddr = value;
                        else
                            delete message.remoteAddr;
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.remotePort = value;
                        else
                            delete message.remotePort;
                        continue;
                    }
                case 8: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.state = value;
                        else
                            delete message.state;
                        continue;
                    }
                case 9: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.openedUs = value;
                        else
                            delete message.openedUs;
                        continue;
                    }
                case 10: {
                        if (wireType !== 0)
                            break;
                        message.openedNotBeforeUs = reader.int64();
                        message._openedNotBeforeUs = "openedNotBeforeUs";
                        continue;
                    }
                case 11: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.openedSource = value;
                        else
                            delete message.openedSource;
                        continue;
                    }
                case 12: {
                        if (wireType !== 0)
                            break;
                        message.closedUs = reader.int64();
                        message._closedUs = "closedUs";
                        continue;
                    }
                case 13: {
                        if (wireType !== 0)
                            break;
                        message.closedNotBeforeUs = reader.int64();
                        message._closedNotBeforeUs = "closedNotBeforeUs";
                        continue;
                    }
                case 14: {
                        if (wireType !== 0)
                            break;
                        message.closedSource = reader.int32();
                        message._closedSource = "closedSource";
                        continue;
                    }
                case 15: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.origin = value;
                        else
                            delete message.origin;
                        continue;
                    }
                case 16: {
                        if (wireType !== 0)
                            break;
                        message.closeReason = reader.int32();
                        message._closeReason = "closeReason";
                        continue;
                    }
                case 17: {
                        if (wireType !== 0)
                            break;
                        message.pid = reader.int64();
                        message._pid = "pid";
                        continue;
                    }
                case 18: {
                        if (wireType !== 0)
                            break;
                        message.tid = reader.int64();
                        message._tid = "tid";
                        continue;
                    }
                case 19: {
                        if (wireType !== 2)
                            break;
                        message.comm = reader.stringVerify();
                        message._comm = "comm";
                        continue;
                    }
                case 20: {
                        if (wireType !== 0)
                            break;
                        message.fd = reader.int64();
                        message._fd = "fd";
                        continue;
                    }
                case 21: {
                        if (wireType !== 0)
                            break;
                        message.uid = reader.int64();
                        message._uid = "uid";
                        continue;
                    }
                case 22: {
                        if (wireType !== 0)
                            break;
                        message.inode = reader.int64();
                        message._inode = "inode";
                        continue;
                    }
                case 23: {
                        if (wireType !== 0)
                            break;
                        message.cookie = reader.int64();
                        message._cookie = "cookie";
                        continue;
                    }
                case 24: {
                        if (wireType !== 0)
                            break;
                        message.cgroupId = reader.int64();
                        message._cgroupId = "cgroupId";
                        continue;
                    }
                case 25: {
                        if (wireType !== 0)
                            break;
                        message.bytesSent = reader.int64();
                        message._bytesSent = "bytesSent";
                        continue;
                    }
                case 26: {
                        if (wireType !== 0)
                            break;
                        message.bytesReceived = reader.int64();
                        message._bytesReceived = "bytesReceived";
                        continue;
                    }
                case 27: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.retransmits = value;
                        else
                            delete message.retransmits;
                        continue;
                    }
                case 28: {
                        if (wireType !== 0)
                            break;
                        message.rttUs = reader.int64();
                        message._rttUs = "rttUs";
                        continue;
                    }
                case 29: {
                        if (wireType !== 2)
                            break;
                        if (!(message.transitions && message.transitions.length))
                            message.transitions = [];
                        message.transitions.push($root.sstory.Transition.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Connection;
    })();

    sstory.Transition = (function() {

        /**
         * Properties of a Transition.
         * @typedef {Object} sstory.Transition.$Properties
         * @property {number|null} [afterUs] Transition afterUs
         * @property {sstory.State|null} [oldState] Transition oldState
         * @property {sstory.State|null} [newState] Transition newState
         * @property {sstory.Source|null} [source] Transition source
         * @property {number|null} [notBeforeUs] Transition notBeforeUs
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Transition.
         * @memberof sstory
         * @interface ITransition
         * @augments sstory.Transition.$Properties
         * @deprecated Use sstory.Transition.$Properties instead.
         */

        /**
         * Shape of a Transition.
         * @typedef {sstory.Transition.$Properties} sstory.Transition.$Shape
         */

        /**
         * Constructs a new Transition.
         * @memberof sstory
         * @classdesc Represents a Transition.
         * @constructor
         * @param {sstory.Transition.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Transition = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Transition afterUs.
         * @member {number} afterUs
         * @memberof sstory.Transition
         * @instance
         */
        Transition.prototype.afterUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Transition oldState.
         * @member {sstory.State} oldState
         * @memberof sstory.Transition
         * @instance
         */
        Transition.prototype.oldState = 0;

        /**
         * Transition newState.
         * @member {sstory.State} newState
         * @memberof sstory.Transition
         * @instance
         */
        Transition.prototype.newState = 0;

        /**
         * Transition source.
         * @member {sstory.Source} source
         * @memberof sstory.Transition
         * @instance
         */
        Transition.prototype.source = 0;

        /**
         * Transition notBeforeUs.
         * @member {number|null|undefined} notBeforeUs
         * @memberof sstory.Transition
         * @instance
         */
        Transition.prototype.notBeforeUs = null;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Transition.prototype, "_notBeforeUs", {
            get: $util.oneOfGetter($oneOfFields = ["notBeforeUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Encodes the specified Transition message. Does not implicitly {@link sstory.Transition.verify|verify} messages.
         * @function encode
         * @memberof sstory.Transition
         * @static
         * @param {sstory.Transition.$Properties} message Transition message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Transition.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.afterUs != null && $Object.hasOwnProperty.call(message, "afterUs") && (typeof message.afterUs === "object" ? message.afterUs.low || message.afterUs.high : message.afterUs !== 0))
                writer.uint32(/* id 1, wireType 0 =*/8).sint64(message.afterUs);
            if (message.oldState != null && $Object.hasOwnProperty.call(message, "oldState") && message.oldState !== 0)
                writer.uint32(/* id 2, wireType 0 =*/16).int32(message.oldState);
            if (message.newState != null && $Object.hasOwnProperty.call(message, "newState") && message.newState !== 0)
                writer.uint32(/* id 3, wireType 0 =*/24).int32(message.newState);
            if (message.source != null && $Object.hasOwnProperty.call(message, "source") && message.source !== 0)
                writer.uint32(/* id 4, wireType 0 =*/32).int32(message.source);
            if (message.notBeforeUs != null && $Object.hasOwnProperty.call(message, "notBeforeUs"))
                writer.uint32(/* id 5, wireType 0 =*/40).int64(message.notBeforeUs);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Transition message from the specified reader or buffer.
         * @function decode
         * @memberof sstory.Transition
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sstory.Transition & sstory.Transition.$Shape} Transition
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Transition.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sstory.Transition();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.sint64()) === "object" ? value.low || value.high : value !== 0)
                            message.afterUs = value;
                        else
                            delete message.afterUs;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.oldState = value;
                        else
                            delete message.oldState;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.newState = value;
                        else
                            delete message.newState;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.source = value;
                        else
                            delete message.source;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        message.notBeforeUs = reader.int64();
                        message._notBeforeUs = "notBeforeUs";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Transition;
    })();

    sstory.Owner = (function() {

        /**
         * Properties of an Owner.
         * @typedef {Object} sstory.Owner.$Properties
         * @property {number|null} [connectionId] Owner connectionId
         * @property {number|null} [pid] Owner pid
         * @property {number|null} [fd] Owner fd
         * @property {string|null} [comm] Owner comm
         * @property {number|null} [fromUs] Owner fromUs
         * @property {number|null} [toUs] Owner toUs
         * @property {number|null} [seenUs] Owner seenUs
         * @property {number|null} [tid] Owner tid
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an Owner.
         * @memberof sstory
         * @interface IOwner
         * @augments sstory.Owner.$Properties
         * @deprecated Use sstory.Owner.$Properties instead.
         */

        /**
         * Shape of an Owner.
         * @typedef {sstory.Owner.$Properties} sstory.Owner.$Shape
         */

        /**
         * Constructs a new Owner.
         * @memberof sstory
         * @classdesc Represents an Owner.
         * @constructor
         * @param {sstory.Owner.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Owner = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Owner connectionId.
         * @member {number} connectionId
         * @memberof sstory.Owner
         * @instance
         */
        Owner.prototype.connectionId = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Owner pid.
         * @member {number} pid
         * @memberof sstory.Owner
         * @instance
         */
        Owner.prototype.pid = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Owner fd.
         * @member {number} fd
         * @memberof sstory.Owner
         * @instance
         */
        Owner.prototype.fd = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Owner comm.
         * @member {string} comm
         * @memberof sstory.Owner
         * @instance
         */
        Owner.prototype.comm = "";

        /**
         * Owner fromUs.
         * @member {number} fromUs
         * @memberof sstory.Owner
         * @instance
         */
        Owner.prototype.fromUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Owner toUs.
         * @member {number|null|undefined} toUs
         * @memberof sstory.Owner
         * @instance
         */
        Owner.prototype.toUs = null;

        /**
         * Owner seenUs.
         * @member {number|null|undefined} seenUs
         * @memberof sstory.Owner
         * @instance
         */
        Owner.prototype.seenUs = null;

        /**
         * Owner tid.
         * @member {number|null|undefined} tid
         * @memberof sstory.Owner
         * @instance
         */
        Owner.prototype.tid = null;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Owner.prototype, "_toUs", {
            get: $util.oneOfGetter($oneOfFields = ["toUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Owner.prototype, "_seenUs", {
            get: $util.oneOfGetter($oneOfFields = ["seenUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Owner.prototype, "_tid", {
            get: $util.oneOfGetter($oneOfFields = ["tid"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Encodes the specified Owner message. Does not implicitly {@link sstory.Owner.verify|verify} messages.
         * @function encode
         * @memberof sstory.Owner
         * @static
         * @param {sstory.Owner.$Properties} message Owner message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Owner.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.connectionId != null && $Object.hasOwnProperty.call(message, "connectionId") && (typeof message.connectionId === "object" ? message.connectionId.low || message.connectionId.high : message.connectionId !== 0))
                writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.connectionId);
            if (message.pid != null && $Object.hasOwnProperty.call(message, "pid") && (typeof message.pid === "object" ? message.pid.low || message.pid.high : message.pid !== 0))
                writer.uint32(/* id 2, wireType 0 =*/16).int64(message.pid);
            if (message.fd != null && $Object.hasOwnProperty.call(message, "fd") && (typeof message.fd === "object" ? message.fd.low || message.fd.high : message.fd !== 0))
                writer.uint32(/* id 3, wireType 0 =*/24).int64(message.fd);
            if (message.comm != null && $Object.hasOwnProperty.call(message, "comm") && message.comm !== "")
                writer.uint32(/* id 4, wireType 2 =*/34).string(message.comm);
            if (message.fromUs != null && $Object.hasOwnProperty.call(message, "fromUs") && (typeof message.fromUs === "object" ? message.fromUs.low || message.fromUs.high : message.fromUs !== 0))
                writer.uint32(/* id 5, wireType 0 =*/40).int64(message.fromUs);
            if (message.toUs != null && $Object.hasOwnProperty.call(message, "toUs"))
                writer.uint32(/* id 6, wireType 0 =*/48).int64(message.toUs);
            if (message.seenUs != null && $Object.hasOwnProperty.call(message, "seenUs"))
                writer.uint32(/* id 7, wireType 0 =*/56).int64(message.seenUs);
            if (message.tid != null && $Object.hasOwnProperty.call(message, "tid"))
                writer.uint32(/* id 8, wireType 0 =*/64).int64(message.tid);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an Owner message from the specified reader or buffer.
         * @function decode
         * @memberof sstory.Owner
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sstory.Owner & sstory.Owner.$Shape} Owner
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Owner.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sstory.Owner();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.connectionId = value;
                        else
                            delete message.connectionId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.pid = value;
                        else
                            delete message.pid;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.fd = value;
                        else
                            delete message.fd;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.comm = value;
                        else
                            delete message.comm;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.fromUs = value;
                        else
                            delete message.fromUs;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        message.toUs = reader.int64();
                        message._toUs = "toUs";
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        message.seenUs = reader.int64();
                        message._seenUs = "seenUs";
                        continue;
                    }
                case 8: {
                        if (wireType !== 0)
                            break;
                        message.tid = reader.int64();
                        message._tid = "tid";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Owner;
    })();

    sstory.Event = (function() {

        /**
         * Properties of an Event.
         * @typedef {Object} sstory.Event.$Properties
         * @property {number|null} [id] Event id
         * @property {number|null} [connectionId] Event connectionId
         * @property {number|null} [atUs] Event atUs
         * @property {string|null} [kind] Event kind
         * @property {string|null} [detail] Event detail
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an Event.
         * @memberof sstory
         * @interface IEvent
         * @augments sstory.Event.$Properties
         * @deprecated Use sstory.Event.$Properties instead.
         */

        /**
         * Shape of an Event.
         * @typedef {sstory.Event.$Properties} sstory.Event.$Shape
         */

        /**
         * Constructs a new Event.
         * @memberof sstory
         * @classdesc Represents an Event.
         * @constructor
         * @param {sstory.Event.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Event = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Event id.
         * @member {number|null|undefined} id
         * @memberof sstory.Event
         * @instance
         */
        Event.prototype.id = null;

        /**
         * Event connectionId.
         * @member {number|null|undefined} connectionId
         * @memberof sstory.Event
         * @instance
         */
        Event.prototype.connectionId = null;

        /**
         * Event atUs.
         * @member {number} atUs
         * @memberof sstory.Event
         * @instance
         */
        Event.prototype.atUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Event kind.
         * @member {string} kind
         * @memberof sstory.Event
         * @instance
         */
        Event.prototype.kind = "";

        /**
         * Event detail.
         * @member {string} detail
         * @memberof sstory.Event
         * @instance
         */
        Event.prototype.detail = "";

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Event.prototype, "_id", {
            get: $util.oneOfGetter($oneOfFields = ["id"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Event.prototype, "_connectionId", {
            get: $util.oneOfGetter($oneOfFields = ["connectionId"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Encodes the specified Event message. Does not implicitly {@link sstory.Event.verify|verify} messages.
         * @function encode
         * @memberof sstory.Event
         * @static
         * @param {sstory.Event.$Properties} message Event message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Event.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.id != null && $Object.hasOwnProperty.call(message, "id"))
                writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.id);
            if (message.connectionId != null && $Object.hasOwnProperty.call(message, "connectionId"))
                writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.connectionId);
            if (message.atUs != null && $Object.hasOwnProperty.call(message, "atUs") && (typeof message.atUs === "object" ? message.atUs.low || message.atUs.high : message.atUs !== 0))
                writer.uint32(/* id 3, wireType 0 =*/24).int64(message.atUs);
            if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== "")
                writer.uint32(/* id 4, wireType 2 =*/34).string(message.kind);
            if (message.detail != null && $Object.hasOwnProperty.call(message, "detail") && message.detail !== "")
                writer.uint32(/* id 5, wireType 2 =*/42).string(message.detail);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an Event message from the specified reader or buffer.
         * @function decode
         * @memberof sstory.Event
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sstory.Event & sstory.Event.$Shape} Event
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Event.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sstory.Event();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        message.id = reader.uint64();
                        message._id = "id";
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        message.connectionId = reader.uint64();
                        message._connectionId = "connectionId";
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.atUs = value;
                        else
                            delete message.atUs;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.kind = value;
                        else
                            delete message.kind;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.detail = value;
                        else
                            delete message.detail;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Event;
    })();

    sstory.Sample = (function() {

        /**
         * Properties of a Sample.
         * @typedef {Object} sstory.Sample.$Properties
         * @property {number|null} [connectionId] Sample connectionId
         * @property {number|null} [atUs] Sample atUs
         * @property {number|null} [recvQ] Sample recvQ
         * @property {number|null} [sendQ] Sample sendQ
         * @property {string|null} [timer] Sample timer
         * @property {number|null} [timerMs] Sample timerMs
         * @property {number|null} [retrans] Sample retrans
         * @property {number|null} [rttUs] Sample rttUs
         * @property {number|null} [rttvarUs] Sample rttvarUs
         * @property {number|null} [rtoUs] Sample rtoUs
         * @property {number|null} [cwnd] Sample cwnd
         * @property {number|null} [ssthresh] Sample ssthresh
         * @property {number|null} [mss] Sample mss
         * @property {number|null} [unacked] Sample unacked
         * @property {number|null} [lost] Sample lost
         * @property {number|null} [totalRetrans] Sample totalRetrans
         * @property {number|null} [bytesSent] Sample bytesSent
         * @property {number|null} [bytesAcked] Sample bytesAcked
         * @property {number|null} [bytesReceived] Sample bytesReceived
         * @property {number|null} [minRttUs] Sample minRttUs
         * @property {number|null} [deliveryRate] Sample deliveryRate
         * @property {string|null} [congestion] Sample congestion
         * @property {string|null} [skmem] Sample skmem
         * @property {number|null} [changedMs] Sample changedMs
         * @property {number|null} [dueMs] Sample dueMs
         * @property {number|null} [retransOut] Sample retransOut
         * @property {number|null} [sacked] Sample sacked
         * @property {number|null} [caState] Sample caState
         * @property {number|null} [probes] Sample probes
         * @property {number|null} [backoff] Sample backoff
         * @property {number|null} [atoUs] Sample atoUs
         * @property {number|null} [rcvmss] Sample rcvmss
         * @property {number|null} [rcvRttUs] Sample rcvRttUs
         * @property {number|null} [rcvSpace] Sample rcvSpace
         * @property {number|null} [rcvSsthresh] Sample rcvSsthresh
         * @property {number|null} [pacingRate] Sample pacingRate
         * @property {number|null} [bytesRetrans] Sample bytesRetrans
         * @property {number|null} [segsOut] Sample segsOut
         * @property {number|null} [segsIn] Sample segsIn
         * @property {number|null} [dataSegsOut] Sample dataSegsOut
         * @property {number|null} [dataSegsIn] Sample dataSegsIn
         * @property {number|null} [notsent] Sample notsent
         * @property {number|null} [busyUs] Sample busyUs
         * @property {number|null} [rwndLimitedUs] Sample rwndLimitedUs
         * @property {number|null} [sndbufLimitedUs] Sample sndbufLimitedUs
         * @property {number|null} [delivered] Sample delivered
         * @property {number|null} [deliveredCe] Sample deliveredCe
         * @property {number|null} [dsackDups] Sample dsackDups
         * @property {number|null} [reordSeen] Sample reordSeen
         * @property {number|null} [rcvOoopack] Sample rcvOoopack
         * @property {number|null} [sndWnd] Sample sndWnd
         * @property {number|null} [rcvWnd] Sample rcvWnd
         * @property {number|null} [rehash] Sample rehash
         * @property {number|null} [lastDataSentMs] Sample lastDataSentMs
         * @property {number|null} [lastDataRecvMs] Sample lastDataRecvMs
         * @property {number|null} [lastAckRecvMs] Sample lastAckRecvMs
         * @property {number|null} [appLimited] Sample appLimited
         * @property {number|null} [rmemAlloc] Sample rmemAlloc
         * @property {number|null} [rcvbuf] Sample rcvbuf
         * @property {number|null} [wmemAlloc] Sample wmemAlloc
         * @property {number|null} [sndbuf] Sample sndbuf
         * @property {number|null} [fwdAlloc] Sample fwdAlloc
         * @property {number|null} [wmemQueued] Sample wmemQueued
         * @property {number|null} [optmem] Sample optmem
         * @property {number|null} [backlog] Sample backlog
         * @property {number|null} [drops] Sample drops
         * @property {string|null} [details] Sample details
         * @property {number|null} [tcpOptions] Sample tcpOptions
         * @property {number|null} [sndWscale] Sample sndWscale
         * @property {number|null} [rcvWscale] Sample rcvWscale
         * @property {number|null} [pmtu] Sample pmtu
         * @property {number|null} [advmss] Sample advmss
         * @property {number|null} [reordering] Sample reordering
         * @property {number|null} [maxPacingRate] Sample maxPacingRate
         * @property {number|null} [ifIndex] Sample ifIndex
         * @property {string|null} [device] Sample device
         * @property {number|null} [v6only] Sample v6only
         * @property {number|null} [shutdown] Sample shutdown
         * @property {number|null} [fwmark] Sample fwmark
         * @property {number|null} [tos] Sample tos
         * @property {number|null} [tclass] Sample tclass
         * @property {number|null} [classId] Sample classId
         * @property {number|null} [sockopt] Sample sockopt
         * @property {number|null} [protocol] Sample protocol
         * @property {string|null} [ulp] Sample ulp
         * @property {number|null} [orphan] Sample orphan
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Sample.
         * @memberof sstory
         * @interface ISample
         * @augments sstory.Sample.$Properties
         * @deprecated Use sstory.Sample.$Properties instead.
         */

        /**
         * Shape of a Sample.
         * @typedef {sstory.Sample.$Properties} sstory.Sample.$Shape
         */

        /**
         * Constructs a new Sample.
         * @memberof sstory
         * @classdesc Represents a Sample.
         * @constructor
         * @param {sstory.Sample.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Sample = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Sample connectionId.
         * @member {number} connectionId
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.connectionId = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Sample atUs.
         * @member {number} atUs
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.atUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Sample recvQ.
         * @member {number} recvQ
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.recvQ = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Sample sendQ.
         * @member {number} sendQ
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.sendQ = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Sample timer.
         * @member {string} timer
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.timer = "";

        /**
         * Sample timerMs.
         * @member {number} timerMs
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.timerMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Sample retrans.
         * @member {number} retrans
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.retrans = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Sample rttUs.
         * @member {number|null|undefined} rttUs
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.rttUs = null;

        /**
         * Sample rttvarUs.
         * @member {number|null|undefined} rttvarUs
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.rttvarUs = null;

        /**
         * Sample rtoUs.
         * @member {number|null|undefined} rtoUs
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.rtoUs = null;

        /**
         * Sample cwnd.
         * @member {number|null|undefined} cwnd
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.cwnd = null;

        /**
         * Sample ssthresh.
         * @member {number|null|undefined} ssthresh
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.ssthresh = null;

        /**
         * Sample mss.
         * @member {number|null|undefined} mss
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.mss = null;

        /**
         * Sample unacked.
         * @member {number|null|undefined} unacked
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.unacked = null;

        /**
         * Sample lost.
         * @member {number|null|undefined} lost
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.lost = null;

        /**
         * Sample totalRetrans.
         * @member {number|null|undefined} totalRetrans
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.totalRetrans = null;

        /**
         * Sample bytesSent.
         * @member {number|null|undefined} bytesSent
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.bytesSent = null;

        /**
         * Sample bytesAcked.
         * @member {number|null|undefined} bytesAcked
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.bytesAcked = null;

        /**
         * Sample bytesReceived.
         * @member {number|null|undefined} bytesReceived
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.bytesReceived = null;

        /**
         * Sample minRttUs.
         * @member {number|null|undefined} minRttUs
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.minRttUs = null;

        /**
         * Sample deliveryRate.
         * @member {number|null|undefined} deliveryRate
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.deliveryRate = null;

        /**
         * Sample congestion.
         * @member {string|null|undefined} congestion
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.congestion = null;

        /**
         * Sample skmem.
         * @member {string|null|undefined} skmem
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.skmem = null;

        /**
         * Sample changedMs.
         * @member {number|null|undefined} changedMs
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.changedMs = null;

        /**
         * Sample dueMs.
         * @member {number|null|undefined} dueMs
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.dueMs = null;

        /**
         * Sample retransOut.
         * @member {number|null|undefined} retransOut
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.retransOut = null;

        /**
         * Sample sacked.
         * @member {number|null|undefined} sacked
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.sacked = null;

        /**
         * Sample caState.
         * @member {number|null|undefined} caState
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.caState = null;

        /**
         * Sample probes.
         * @member {number|null|undefined} probes
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.probes = null;

        /**
         * Sample backoff.
         * @member {number|null|undefined} backoff
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.backoff = null;

        /**
         * Sample atoUs.
         * @member {number|null|undefined} atoUs
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.atoUs = null;

        /**
         * Sample rcvmss.
         * @member {number|null|undefined} rcvmss
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.rcvmss = null;

        /**
         * Sample rcvRttUs.
         * @member {number|null|undefined} rcvRttUs
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.rcvRttUs = null;

        /**
         * Sample rcvSpace.
         * @member {number|null|undefined} rcvSpace
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.rcvSpace = null;

        /**
         * Sample rcvSsthresh.
         * @member {number|null|undefined} rcvSsthresh
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.rcvSsthresh = null;

        /**
         * Sample pacingRate.
         * @member {number|null|undefined} pacingRate
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.pacingRate = null;

        /**
         * Sample bytesRetrans.
         * @member {number|null|undefined} bytesRetrans
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.bytesRetrans = null;

        /**
         * Sample segsOut.
         * @member {number|null|undefined} segsOut
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.segsOut = null;

        /**
         * Sample segsIn.
         * @member {number|null|undefined} segsIn
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.segsIn = null;

        /**
         * Sample dataSegsOut.
         * @member {number|null|undefined} dataSegsOut
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.dataSegsOut = null;

        /**
         * Sample dataSegsIn.
         * @member {number|null|undefined} dataSegsIn
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.dataSegsIn = null;

        /**
         * Sample notsent.
         * @member {number|null|undefined} notsent
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.notsent = null;

        /**
         * Sample busyUs.
         * @member {number|null|undefined} busyUs
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.busyUs = null;

        /**
         * Sample rwndLimitedUs.
         * @member {number|null|undefined} rwndLimitedUs
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.rwndLimitedUs = null;

        /**
         * Sample sndbufLimitedUs.
         * @member {number|null|undefined} sndbufLimitedUs
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.sndbufLimitedUs = null;

        /**
         * Sample delivered.
         * @member {number|null|undefined} delivered
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.delivered = null;

        /**
         * Sample deliveredCe.
         * @member {number|null|undefined} deliveredCe
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.deliveredCe = null;

        /**
         * Sample dsackDups.
         * @member {number|null|undefined} dsackDups
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.dsackDups = null;

        /**
         * Sample reordSeen.
         * @member {number|null|undefined} reordSeen
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.reordSeen = null;

        /**
         * Sample rcvOoopack.
         * @member {number|null|undefined} rcvOoopack
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.rcvOoopack = null;

        /**
         * Sample sndWnd.
         * @member {number|null|undefined} sndWnd
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.sndWnd = null;

        /**
         * Sample rcvWnd.
         * @member {number|null|undefined} rcvWnd
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.rcvWnd = null;

        /**
         * Sample rehash.
         * @member {number|null|undefined} rehash
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.rehash = null;

        /**
         * Sample lastDataSentMs.
         * @member {number|null|undefined} lastDataSentMs
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.lastDataSentMs = null;

        /**
         * Sample lastDataRecvMs.
         * @member {number|null|undefined} lastDataRecvMs
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.lastDataRecvMs = null;

        /**
         * Sample lastAckRecvMs.
         * @member {number|null|undefined} lastAckRecvMs
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.lastAckRecvMs = null;

        /**
         * Sample appLimited.
         * @member {number|null|undefined} appLimited
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.appLimited = null;

        /**
         * Sample rmemAlloc.
         * @member {number|null|undefined} rmemAlloc
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.rmemAlloc = null;

        /**
         * Sample rcvbuf.
         * @member {number|null|undefined} rcvbuf
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.rcvbuf = null;

        /**
         * Sample wmemAlloc.
         * @member {number|null|undefined} wmemAlloc
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.wmemAlloc = null;

        /**
         * Sample sndbuf.
         * @member {number|null|undefined} sndbuf
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.sndbuf = null;

        /**
         * Sample fwdAlloc.
         * @member {number|null|undefined} fwdAlloc
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.fwdAlloc = null;

        /**
         * Sample wmemQueued.
         * @member {number|null|undefined} wmemQueued
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.wmemQueued = null;

        /**
         * Sample optmem.
         * @member {number|null|undefined} optmem
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.optmem = null;

        /**
         * Sample backlog.
         * @member {number|null|undefined} backlog
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.backlog = null;

        /**
         * Sample drops.
         * @member {number|null|undefined} drops
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.drops = null;

        /**
         * Sample details.
         * @member {string|null|undefined} details
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.details = null;

        /**
         * Sample tcpOptions.
         * @member {number|null|undefined} tcpOptions
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.tcpOptions = null;

        /**
         * Sample sndWscale.
         * @member {number|null|undefined} sndWscale
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.sndWscale = null;

        /**
         * Sample rcvWscale.
         * @member {number|null|undefined} rcvWscale
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.rcvWscale = null;

        /**
         * Sample pmtu.
         * @member {number|null|undefined} pmtu
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.pmtu = null;

        /**
         * Sample advmss.
         * @member {number|null|undefined} advmss
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.advmss = null;

        /**
         * Sample reordering.
         * @member {number|null|undefined} reordering
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.reordering = null;

        /**
         * Sample maxPacingRate.
         * @member {number|null|undefined} maxPacingRate
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.maxPacingRate = null;

        /**
         * Sample ifIndex.
         * @member {number|null|undefined} ifIndex
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.ifIndex = null;

        /**
         * Sample device.
         * @member {string|null|undefined} device
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.device = null;

        /**
         * Sample v6only.
         * @member {number|null|undefined} v6only
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.v6only = null;

        /**
         * Sample shutdown.
         * @member {number|null|undefined} shutdown
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.shutdown = null;

        /**
         * Sample fwmark.
         * @member {number|null|undefined} fwmark
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.fwmark = null;

        /**
         * Sample tos.
         * @member {number|null|undefined} tos
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.tos = null;

        /**
         * Sample tclass.
         * @member {number|null|undefined} tclass
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.tclass = null;

        /**
         * Sample classId.
         * @member {number|null|undefined} classId
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.classId = null;

        /**
         * Sample sockopt.
         * @member {number|null|undefined} sockopt
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.sockopt = null;

        /**
         * Sample protocol.
         * @member {number|null|undefined} protocol
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.protocol = null;

        /**
         * Sample ulp.
         * @member {string|null|undefined} ulp
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.ulp = null;

        /**
         * Sample orphan.
         * @member {number|null|undefined} orphan
         * @memberof sstory.Sample
         * @instance
         */
        Sample.prototype.orphan = null;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_rttUs", {
            get: $util.oneOfGetter($oneOfFields = ["rttUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_rttvarUs", {
            get: $util.oneOfGetter($oneOfFields = ["rttvarUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_rtoUs", {
            get: $util.oneOfGetter($oneOfFields = ["rtoUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_cwnd", {
            get: $util.oneOfGetter($oneOfFields = ["cwnd"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_ssthresh", {
            get: $util.oneOfGetter($oneOfFields = ["ssthresh"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_mss", {
            get: $util.oneOfGetter($oneOfFields = ["mss"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_unacked", {
            get: $util.oneOfGetter($oneOfFields = ["unacked"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_lost", {
            get: $util.oneOfGetter($oneOfFields = ["lost"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_totalRetrans", {
            get: $util.oneOfGetter($oneOfFields = ["totalRetrans"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_bytesSent", {
            get: $util.oneOfGetter($oneOfFields = ["bytesSent"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_bytesAcked", {
            get: $util.oneOfGetter($oneOfFields = ["bytesAcked"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_bytesReceived", {
            get: $util.oneOfGetter($oneOfFields = ["bytesReceived"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_minRttUs", {
            get: $util.oneOfGetter($oneOfFields = ["minRttUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_deliveryRate", {
            get: $util.oneOfGetter($oneOfFields = ["deliveryRate"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_congestion", {
            get: $util.oneOfGetter($oneOfFields = ["congestion"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_skmem", {
            get: $util.oneOfGetter($oneOfFields = ["skmem"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_changedMs", {
            get: $util.oneOfGetter($oneOfFields = ["changedMs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_dueMs", {
            get: $util.oneOfGetter($oneOfFields = ["dueMs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_retransOut", {
            get: $util.oneOfGetter($oneOfFields = ["retransOut"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_sacked", {
            get: $util.oneOfGetter($oneOfFields = ["sacked"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_caState", {
            get: $util.oneOfGetter($oneOfFields = ["caState"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_probes", {
            get: $util.oneOfGetter($oneOfFields = ["probes"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_backoff", {
            get: $util.oneOfGetter($oneOfFields = ["backoff"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_atoUs", {
            get: $util.oneOfGetter($oneOfFields = ["atoUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_rcvmss", {
            get: $util.oneOfGetter($oneOfFields = ["rcvmss"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_rcvRttUs", {
            get: $util.oneOfGetter($oneOfFields = ["rcvRttUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_rcvSpace", {
            get: $util.oneOfGetter($oneOfFields = ["rcvSpace"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_rcvSsthresh", {
            get: $util.oneOfGetter($oneOfFields = ["rcvSsthresh"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_pacingRate", {
            get: $util.oneOfGetter($oneOfFields = ["pacingRate"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_bytesRetrans", {
            get: $util.oneOfGetter($oneOfFields = ["bytesRetrans"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_segsOut", {
            get: $util.oneOfGetter($oneOfFields = ["segsOut"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_segsIn", {
            get: $util.oneOfGetter($oneOfFields = ["segsIn"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_dataSegsOut", {
            get: $util.oneOfGetter($oneOfFields = ["dataSegsOut"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_dataSegsIn", {
            get: $util.oneOfGetter($oneOfFields = ["dataSegsIn"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_notsent", {
            get: $util.oneOfGetter($oneOfFields = ["notsent"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_busyUs", {
            get: $util.oneOfGetter($oneOfFields = ["busyUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_rwndLimitedUs", {
            get: $util.oneOfGetter($oneOfFields = ["rwndLimitedUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_sndbufLimitedUs", {
            get: $util.oneOfGetter($oneOfFields = ["sndbufLimitedUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_delivered", {
            get: $util.oneOfGetter($oneOfFields = ["delivered"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_deliveredCe", {
            get: $util.oneOfGetter($oneOfFields = ["deliveredCe"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_dsackDups", {
            get: $util.oneOfGetter($oneOfFields = ["dsackDups"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_reordSeen", {
            get: $util.oneOfGetter($oneOfFields = ["reordSeen"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_rcvOoopack", {
            get: $util.oneOfGetter($oneOfFields = ["rcvOoopack"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_sndWnd", {
            get: $util.oneOfGetter($oneOfFields = ["sndWnd"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_rcvWnd", {
            get: $util.oneOfGetter($oneOfFields = ["rcvWnd"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_rehash", {
            get: $util.oneOfGetter($oneOfFields = ["rehash"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_lastDataSentMs", {
            get: $util.oneOfGetter($oneOfFields = ["lastDataSentMs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_lastDataRecvMs", {
            get: $util.oneOfGetter($oneOfFields = ["lastDataRecvMs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_lastAckRecvMs", {
            get: $util.oneOfGetter($oneOfFields = ["lastAckRecvMs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_appLimited", {
            get: $util.oneOfGetter($oneOfFields = ["appLimited"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_rmemAlloc", {
            get: $util.oneOfGetter($oneOfFields = ["rmemAlloc"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_rcvbuf", {
            get: $util.oneOfGetter($oneOfFields = ["rcvbuf"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_wmemAlloc", {
            get: $util.oneOfGetter($oneOfFields = ["wmemAlloc"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_sndbuf", {
            get: $util.oneOfGetter($oneOfFields = ["sndbuf"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_fwdAlloc", {
            get: $util.oneOfGetter($oneOfFields = ["fwdAlloc"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_wmemQueued", {
            get: $util.oneOfGetter($oneOfFields = ["wmemQueued"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_optmem", {
            get: $util.oneOfGetter($oneOfFields = ["optmem"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_backlog", {
            get: $util.oneOfGetter($oneOfFields = ["backlog"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_drops", {
            get: $util.oneOfGetter($oneOfFields = ["drops"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_details", {
            get: $util.oneOfGetter($oneOfFields = ["details"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_tcpOptions", {
            get: $util.oneOfGetter($oneOfFields = ["tcpOptions"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_sndWscale", {
            get: $util.oneOfGetter($oneOfFields = ["sndWscale"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_rcvWscale", {
            get: $util.oneOfGetter($oneOfFields = ["rcvWscale"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_pmtu", {
            get: $util.oneOfGetter($oneOfFields = ["pmtu"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_advmss", {
            get: $util.oneOfGetter($oneOfFields = ["advmss"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_reordering", {
            get: $util.oneOfGetter($oneOfFields = ["reordering"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_maxPacingRate", {
            get: $util.oneOfGetter($oneOfFields = ["maxPacingRate"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_ifIndex", {
            get: $util.oneOfGetter($oneOfFields = ["ifIndex"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_device", {
            get: $util.oneOfGetter($oneOfFields = ["device"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_v6only", {
            get: $util.oneOfGetter($oneOfFields = ["v6only"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_shutdown", {
            get: $util.oneOfGetter($oneOfFields = ["shutdown"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_fwmark", {
            get: $util.oneOfGetter($oneOfFields = ["fwmark"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_tos", {
            get: $util.oneOfGetter($oneOfFields = ["tos"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_tclass", {
            get: $util.oneOfGetter($oneOfFields = ["tclass"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_classId", {
            get: $util.oneOfGetter($oneOfFields = ["classId"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_sockopt", {
            get: $util.oneOfGetter($oneOfFields = ["sockopt"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_protocol", {
            get: $util.oneOfGetter($oneOfFields = ["protocol"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_ulp", {
            get: $util.oneOfGetter($oneOfFields = ["ulp"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sample.prototype, "_orphan", {
            get: $util.oneOfGetter($oneOfFields = ["orphan"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Encodes the specified Sample message. Does not implicitly {@link sstory.Sample.verify|verify} messages.
         * @function encode
         * @memberof sstory.Sample
         * @static
         * @param {sstory.Sample.$Properties} message Sample message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Sample.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.connectionId != null && $Object.hasOwnProperty.call(message, "connectionId") && (typeof message.connectionId === "object" ? message.connectionId.low || message.connectionId.high : message.connectionId !== 0))
                writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.connectionId);
            if (message.atUs != null && $Object.hasOwnProperty.call(message, "atUs") && (typeof message.atUs === "object" ? message.atUs.low || message.atUs.high : message.atUs !== 0))
                writer.uint32(/* id 2, wireType 0 =*/16).int64(message.atUs);
            if (message.recvQ != null && $Object.hasOwnProperty.call(message, "recvQ") && (typeof message.recvQ === "object" ? message.recvQ.low || message.recvQ.high : message.recvQ !== 0))
                writer.uint32(/* id 3, wireType 0 =*/24).int64(message.recvQ);
            if (message.sendQ != null && $Object.hasOwnProperty.call(message, "sendQ") && (typeof message.sendQ === "object" ? message.sendQ.low || message.sendQ.high : message.sendQ !== 0))
                writer.uint32(/* id 4, wireType 0 =*/32).int64(message.sendQ);
            if (message.timer != null && $Object.hasOwnProperty.call(message, "timer") && message.timer !== "")
                writer.uint32(/* id 5, wireType 2 =*/42).string(message.timer);
            if (message.timerMs != null && $Object.hasOwnProperty.call(message, "timerMs") && (typeof message.timerMs === "object" ? message.timerMs.low || message.timerMs.high : message.timerMs !== 0))
                writer.uint32(/* id 6, wireType 0 =*/48).int64(message.timerMs);
            if (message.retrans != null && $Object.hasOwnProperty.call(message, "retrans") && (typeof message.retrans === "object" ? message.retrans.low || message.retrans.high : message.retrans !== 0))
                writer.uint32(/* id 7, wireType 0 =*/56).int64(message.retrans);
            if (message.rttUs != null && $Object.hasOwnProperty.call(message, "rttUs"))
                writer.uint32(/* id 8, wireType 0 =*/64).int64(message.rttUs);
            if (message.rttvarUs != null && $Object.hasOwnProperty.call(message, "rttvarUs"))
                writer.uint32(/* id 9, wireType 0 =*/72).int64(message.rttvarUs);
            if (message.rtoUs != null && $Object.hasOwnProperty.call(message, "rtoUs"))
                writer.uint32(/* id 10, wireType 0 =*/80).int64(message.rtoUs);
            if (message.cwnd != null && $Object.hasOwnProperty.call(message, "cwnd"))
                writer.uint32(/* id 11, wireType 0 =*/88).int64(message.cwnd);
            if (message.ssthresh != null && $Object.hasOwnProperty.call(message, "ssthresh"))
                writer.uint32(/* id 12, wireType 0 =*/96).int64(message.ssthresh);
            if (message.mss != null && $Object.hasOwnProperty.call(message, "mss"))
                writer.uint32(/* id 13, wireType 0 =*/104).int64(message.mss);
            if (message.unacked != null && $Object.hasOwnProperty.call(message, "unacked"))
                writer.uint32(/* id 14, wireType 0 =*/112).int64(message.unacked);
            if (message.lost != null && $Object.hasOwnProperty.call(message, "lost"))
                writer.uint32(/* id 15, wireType 0 =*/120).int64(message.lost);
            if (message.totalRetrans != null && $Object.hasOwnProperty.call(message, "totalRetrans"))
                writer.uint32(/* id 16, wireType 0 =*/128).int64(message.totalRetrans);
            if (message.bytesSent != null && $Object.hasOwnProperty.call(message, "bytesSent"))
                writer.uint32(/* id 17, wireType 0 =*/136).int64(message.bytesSent);
            if (message.bytesAcked != null && $Object.hasOwnProperty.call(message, "bytesAcked"))
                writer.uint32(/* id 18, wireType 0 =*/144).int64(message.bytesAcked);
            if (message.bytesReceived != null && $Object.hasOwnProperty.call(message, "bytesReceived"))
                writer.uint32(/* id 19, wireType 0 =*/152).int64(message.bytesReceived);
            if (message.minRttUs != null && $Object.hasOwnProperty.call(message, "minRttUs"))
                writer.uint32(/* id 20, wireType 0 =*/160).int64(message.minRttUs);
            if (message.deliveryRate != null && $Object.hasOwnProperty.call(message, "deliveryRate"))
                writer.uint32(/* id 21, wireType 0 =*/168).int64(message.deliveryRate);
            if (message.congestion != null && $Object.hasOwnProperty.call(message, "congestion"))
                writer.uint32(/* id 22, wireType 2 =*/178).string(message.congestion);
            if (message.skmem != null && $Object.hasOwnProperty.call(message, "skmem"))
                writer.uint32(/* id 23, wireType 2 =*/186).string(message.skmem);
            if (message.changedMs != null && $Object.hasOwnProperty.call(message, "changedMs"))
                writer.uint32(/* id 24, wireType 0 =*/192).int64(message.changedMs);
            if (message.dueMs != null && $Object.hasOwnProperty.call(message, "dueMs"))
                writer.uint32(/* id 25, wireType 0 =*/200).int64(message.dueMs);
            if (message.retransOut != null && $Object.hasOwnProperty.call(message, "retransOut"))
                writer.uint32(/* id 26, wireType 0 =*/208).int64(message.retransOut);
            if (message.sacked != null && $Object.hasOwnProperty.call(message, "sacked"))
                writer.uint32(/* id 27, wireType 0 =*/216).int64(message.sacked);
            if (message.caState != null && $Object.hasOwnProperty.call(message, "caState"))
                writer.uint32(/* id 28, wireType 0 =*/224).int64(message.caState);
            if (message.probes != null && $Object.hasOwnProperty.call(message, "probes"))
                writer.uint32(/* id 29, wireType 0 =*/232).int64(message.probes);
            if (message.backoff != null && $Object.hasOwnProperty.call(message, "backoff"))
                writer.uint32(/* id 30, wireType 0 =*/240).int64(message.backoff);
            if (message.atoUs != null && $Object.hasOwnProperty.call(message, "atoUs"))
                writer.uint32(/* id 31, wireType 0 =*/248).int64(message.atoUs);
            if (message.rcvmss != null && $Object.hasOwnProperty.call(message, "rcvmss"))
                writer.uint32(/* id 32, wireType 0 =*/256).int64(message.rcvmss);
            if (message.rcvRttUs != null && $Object.hasOwnProperty.call(message, "rcvRttUs"))
                writer.uint32(/* id 33, wireType 0 =*/264).int64(message.rcvRttUs);
            if (message.rcvSpace != null && $Object.hasOwnProperty.call(message, "rcvSpace"))
                writer.uint32(/* id 34, wireType 0 =*/272).int64(message.rcvSpace);
            if (message.rcvSsthresh != null && $Object.hasOwnProperty.call(message, "rcvSsthresh"))
                writer.uint32(/* id 35, wireType 0 =*/280).int64(message.rcvSsthresh);
            if (message.pacingRate != null && $Object.hasOwnProperty.call(message, "pacingRate"))
                writer.uint32(/* id 36, wireType 0 =*/288).int64(message.pacingRate);
            if (message.bytesRetrans != null && $Object.hasOwnProperty.call(message, "bytesRetrans"))
                writer.uint32(/* id 37, wireType 0 =*/296).int64(message.bytesRetrans);
            if (message.segsOut != null && $Object.hasOwnProperty.call(message, "segsOut"))
                writer.uint32(/* id 38, wireType 0 =*/304).int64(message.segsOut);
            if (message.segsIn != null && $Object.hasOwnProperty.call(message, "segsIn"))
                writer.uint32(/* id 39, wireType 0 =*/312).int64(message.segsIn);
            if (message.dataSegsOut != null && $Object.hasOwnProperty.call(message, "dataSegsOut"))
                writer.uint32(/* id 40, wireType 0 =*/320).int64(message.dataSegsOut);
            if (message.dataSegsIn != null && $Object.hasOwnProperty.call(message, "dataSegsIn"))
                writer.uint32(/* id 41, wireType 0 =*/328).int64(message.dataSegsIn);
            if (message.notsent != null && $Object.hasOwnProperty.call(message, "notsent"))
                writer.uint32(/* id 42, wireType 0 =*/336).int64(message.notsent);
            if (message.busyUs != null && $Object.hasOwnProperty.call(message, "busyUs"))
                writer.uint32(/* id 43, wireType 0 =*/344).int64(message.busyUs);
            if (message.rwndLimitedUs != null && $Object.hasOwnProperty.call(message, "rwndLimitedUs"))
                writer.uint32(/* id 44, wireType 0 =*/352).int64(message.rwndLimitedUs);
            if (message.sndbufLimitedUs != null && $Object.hasOwnProperty.call(message, "sndbufLimitedUs"))
                writer.uint32(/* id 45, wireType 0 =*/360).int64(message.sndbufLimitedUs);
            if (message.delivered != null && $Object.hasOwnProperty.call(message, "delivered"))
                writer.uint32(/* id 46, wireType 0 =*/368).int64(message.delivered);
            if (message.deliveredCe != null && $Object.hasOwnProperty.call(message, "deliveredCe"))
                writer.uint32(/* id 47, wireType 0 =*/376).int64(message.deliveredCe);
            if (message.dsackDups != null && $Object.hasOwnProperty.call(message, "dsackDups"))
                writer.uint32(/* id 48, wireType 0 =*/384).int64(message.dsackDups);
            if (message.reordSeen != null && $Object.hasOwnProperty.call(message, "reordSeen"))
                writer.uint32(/* id 49, wireType 0 =*/392).int64(message.reordSeen);
            if (message.rcvOoopack != null && $Object.hasOwnProperty.call(message, "rcvOoopack"))
                writer.uint32(/* id 50, wireType 0 =*/400).int64(message.rcvOoopack);
            if (message.sndWnd != null && $Object.hasOwnProperty.call(message, "sndWnd"))
                writer.uint32(/* id 51, wireType 0 =*/408).int64(message.sndWnd);
            if (message.rcvWnd != null && $Object.hasOwnProperty.call(message, "rcvWnd"))
                writer.uint32(/* id 52, wireType 0 =*/416).int64(message.rcvWnd);
            if (message.rehash != null && $Object.hasOwnProperty.call(message, "rehash"))
                writer.uint32(/* id 53, wireType 0 =*/424).int64(message.rehash);
            if (message.lastDataSentMs != null && $Object.hasOwnProperty.call(message, "lastDataSentMs"))
                writer.uint32(/* id 54, wireType 0 =*/432).int64(message.lastDataSentMs);
            if (message.lastDataRecvMs != null && $Object.hasOwnProperty.call(message, "lastDataRecvMs"))
                writer.uint32(/* id 55, wireType 0 =*/440).int64(message.lastDataRecvMs);
            if (message.lastAckRecvMs != null && $Object.hasOwnProperty.call(message, "lastAckRecvMs"))
                writer.uint32(/* id 56, wireType 0 =*/448).int64(message.lastAckRecvMs);
            if (message.appLimited != null && $Object.hasOwnProperty.call(message, "appLimited"))
                writer.uint32(/* id 57, wireType 0 =*/456).int64(message.appLimited);
            if (message.rmemAlloc != null && $Object.hasOwnProperty.call(message, "rmemAlloc"))
                writer.uint32(/* id 58, wireType 0 =*/464).int64(message.rmemAlloc);
            if (message.rcvbuf != null && $Object.hasOwnProperty.call(message, "rcvbuf"))
                writer.uint32(/* id 59, wireType 0 =*/472).int64(message.rcvbuf);
            if (message.wmemAlloc != null && $Object.hasOwnProperty.call(message, "wmemAlloc"))
                writer.uint32(/* id 60, wireType 0 =*/480).int64(message.wmemAlloc);
            if (message.sndbuf != null && $Object.hasOwnProperty.call(message, "sndbuf"))
                writer.uint32(/* id 61, wireType 0 =*/488).int64(message.sndbuf);
            if (message.fwdAlloc != null && $Object.hasOwnProperty.call(message, "fwdAlloc"))
                writer.uint32(/* id 62, wireType 0 =*/496).int64(message.fwdAlloc);
            if (message.wmemQueued != null && $Object.hasOwnProperty.call(message, "wmemQueued"))
                writer.uint32(/* id 63, wireType 0 =*/504).int64(message.wmemQueued);
            if (message.optmem != null && $Object.hasOwnProperty.call(message, "optmem"))
                writer.uint32(/* id 64, wireType 0 =*/512).int64(message.optmem);
            if (message.backlog != null && $Object.hasOwnProperty.call(message, "backlog"))
                writer.uint32(/* id 65, wireType 0 =*/520).int64(message.backlog);
            if (message.drops != null && $Object.hasOwnProperty.call(message, "drops"))
                writer.uint32(/* id 66, wireType 0 =*/528).int64(message.drops);
            if (message.details != null && $Object.hasOwnProperty.call(message, "details"))
                writer.uint32(/* id 67, wireType 2 =*/538).string(message.details);
            if (message.tcpOptions != null && $Object.hasOwnProperty.call(message, "tcpOptions"))
                writer.uint32(/* id 68, wireType 0 =*/544).int64(message.tcpOptions);
            if (message.sndWscale != null && $Object.hasOwnProperty.call(message, "sndWscale"))
                writer.uint32(/* id 69, wireType 0 =*/552).int64(message.sndWscale);
            if (message.rcvWscale != null && $Object.hasOwnProperty.call(message, "rcvWscale"))
                writer.uint32(/* id 70, wireType 0 =*/560).int64(message.rcvWscale);
            if (message.pmtu != null && $Object.hasOwnProperty.call(message, "pmtu"))
                writer.uint32(/* id 71, wireType 0 =*/568).int64(message.pmtu);
            if (message.advmss != null && $Object.hasOwnProperty.call(message, "advmss"))
                writer.uint32(/* id 72, wireType 0 =*/576).int64(message.advmss);
            if (message.reordering != null && $Object.hasOwnProperty.call(message, "reordering"))
                writer.uint32(/* id 73, wireType 0 =*/584).int64(message.reordering);
            if (message.maxPacingRate != null && $Object.hasOwnProperty.call(message, "maxPacingRate"))
                writer.uint32(/* id 74, wireType 0 =*/592).int64(message.maxPacingRate);
            if (message.ifIndex != null && $Object.hasOwnProperty.call(message, "ifIndex"))
                writer.uint32(/* id 75, wireType 0 =*/600).int64(message.ifIndex);
            if (message.device != null && $Object.hasOwnProperty.call(message, "device"))
                writer.uint32(/* id 76, wireType 2 =*/610).string(message.device);
            if (message.v6only != null && $Object.hasOwnProperty.call(message, "v6only"))
                writer.uint32(/* id 77, wireType 0 =*/616).int64(message.v6only);
            if (message.shutdown != null && $Object.hasOwnProperty.call(message, "shutdown"))
                writer.uint32(/* id 78, wireType 0 =*/624).int64(message.shutdown);
            if (message.fwmark != null && $Object.hasOwnProperty.call(message, "fwmark"))
                writer.uint32(/* id 79, wireType 0 =*/632).int64(message.fwmark);
            if (message.tos != null && $Object.hasOwnProperty.call(message, "tos"))
                writer.uint32(/* id 80, wireType 0 =*/640).int64(message.tos);
            if (message.tclass != null && $Object.hasOwnProperty.call(message, "tclass"))
                writer.uint32(/* id 81, wireType 0 =*/648).int64(message.tclass);
            if (message.classId != null && $Object.hasOwnProperty.call(message, "classId"))
                writer.uint32(/* id 82, wireType 0 =*/656).int64(message.classId);
            if (message.sockopt != null && $Object.hasOwnProperty.call(message, "sockopt"))
                writer.uint32(/* id 83, wireType 0 =*/664).int64(message.sockopt);
            if (message.protocol != null && $Object.hasOwnProperty.call(message, "protocol"))
                writer.uint32(/* id 84, wireType 0 =*/672).int64(message.protocol);
            if (message.ulp != null && $Object.hasOwnProperty.call(message, "ulp"))
                writer.uint32(/* id 85, wireType 2 =*/682).string(message.ulp);
            if (message.orphan != null && $Object.hasOwnProperty.call(message, "orphan"))
                writer.uint32(/* id 86, wireType 0 =*/688).int64(message.orphan);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Sample message from the specified reader or buffer.
         * @function decode
         * @memberof sstory.Sample
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sstory.Sample & sstory.Sample.$Shape} Sample
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Sample.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sstory.Sample();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.connectionId = value;
                        else
                            delete message.connectionId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.atUs = value;
                        else
                            delete message.atUs;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.recvQ = value;
                        else
                            delete message.recvQ;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.sendQ = value;
                        else
                            delete message.sendQ;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.timer = value;
                        else
                            delete message.timer;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.timerMs = value;
                        else
                            delete message.timerMs;
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.retrans = value;
                        else
                            delete message.retrans;
                        continue;
                    }
                case 8: {
                        if (wireType !== 0)
                            break;
                        message.rttUs = reader.int64();
                        message._rttUs = "rttUs";
                        continue;
                    }
                case 9: {
                        if (wireType !== 0)
                            break;
                        message.rttvarUs = reader.int64();
                        message._rttvarUs = "rttvarUs";
                        continue;
                    }
                case 10: {
                        if (wireType !== 0)
                            break;
                        message.rtoUs = reader.int64();
                        message._rtoUs = "rtoUs";
                        continue;
                    }
                case 11: {
                        if (wireType !== 0)
                            break;
                        message.cwnd = reader.int64();
                        message._cwnd = "cwnd";
                        continue;
                    }
                case 12: {
                        if (wireType !== 0)
                            break;
                        message.ssthresh = reader.int64();
                        message._ssthresh = "ssthresh";
                        continue;
                    }
                case 13: {
                        if (wireType !== 0)
                            break;
                        message.mss = reader.int64();
                        message._mss = "mss";
                        continue;
                    }
                case 14: {
                        if (wireType !== 0)
                            break;
                        message.unacked = reader.int64();
                        message._unacked = "unacked";
                        continue;
                    }
                case 15: {
                        if (wireType !== 0)
                            break;
                        message.lost = reader.int64();
                        message._lost = "lost";
                        continue;
                    }
                case 16: {
                        if (wireType !== 0)
                            break;
                        message.totalRetrans = reader.int64();
                        message._totalRetrans = "totalRetrans";
                        continue;
                    }
                case 17: {
                        if (wireType !== 0)
                            break;
                        message.bytesSent = reader.int64();
                        message._bytesSent = "bytesSent";
                        continue;
                    }
                case 18: {
                        if (wireType !== 0)
                            break;
                        message.bytesAcked = reader.int64();
                        message._bytesAcked = "bytesAcked";
                        continue;
                    }
                case 19: {
                        if (wireType !== 0)
                            break;
                        message.bytesReceived = reader.int64();
                        message._bytesReceived = "bytesReceived";
                        continue;
                    }
                case 20: {
                        if (wireType !== 0)
                            break;
                        message.minRttUs = reader.int64();
                        message._minRttUs = "minRttUs";
                        continue;
                    }
                case 21: {
                        if (wireType !== 0)
                            break;
                        message.deliveryRate = reader.int64();
                        message._deliveryRate = "deliveryRate";
                        continue;
                    }
                case 22: {
                        if (wireType !== 2)
                            break;
                        message.congestion = reader.stringVerify();
                        message._congestion = "congestion";
                        continue;
                    }
                case 23: {
                        if (wireType !== 2)
                            break;
                        message.skmem = reader.stringVerify();
                        message._skmem = "skmem";
                        continue;
                    }
                case 24: {
                        if (wireType !== 0)
                            break;
                        message.changedMs = reader.int64();
                        message._changedMs = "changedMs";
                        continue;
                    }
                case 25: {
                        if (wireType !== 0)
                            break;
                        message.dueMs = reader.int64();
                        message._dueMs = "dueMs";
                        continue;
                    }
                case 26: {
                        if (wireType !== 0)
                            break;
                        message.retransOut = reader.int64();
                        message._retransOut = "retransOut";
                        continue;
                    }
                case 27: {
                        if (wireType !== 0)
                            break;
                        message.sacked = reader.int64();
                        message._sacked = "sacked";
                        continue;
                    }
                case 28: {
                        if (wireType !== 0)
                            break;
                        message.caState = reader.int64();
                        message._caState = "caState";
                        continue;
                    }
                case 29: {
                        if (wireType !== 0)
                            break;
                        message.probes = reader.int64();
                        message._probes = "probes";
                        continue;
                    }
                case 30: {
                        if (wireType !== 0)
                            break;
                        message.backoff = reader.int64();
                        message._backoff = "backoff";
                        continue;
                    }
                case 31: {
                        if (wireType !== 0)
                            break;
                        message.atoUs = reader.int64();
                        message._atoUs = "atoUs";
                        continue;
                    }
                case 32: {
                        if (wireType !== 0)
                            break;
                        message.rcvmss = reader.int64();
                        message._rcvmss = "rcvmss";
                        continue;
                    }
                case 33: {
                        if (wireType !== 0)
                            break;
                        message.rcvRttUs = reader.int64();
                        message._rcvRttUs = "rcvRttUs";
                        continue;
                    }
                case 34: {
                        if (wireType !== 0)
                            break;
                        message.rcvSpace = reader.int64();
                        message._rcvSpace = "rcvSpace";
                        continue;
                    }
                case 35: {
                        if (wireType !== 0)
                            break;
                        message.rcvSsthresh = reader.int64();
                        message._rcvSsthresh = "rcvSsthresh";
                        continue;
                    }
                case 36: {
                        if (wireType !== 0)
                            break;
                        message.pacingRate = reader.int64();
                        message._pacingRate = "pacingRate";
                        continue;
                    }
                case 37: {
                        if (wireType !== 0)
                            break;
                        message.bytesRetrans = reader.int64();
                        message._bytesRetrans = "bytesRetrans";
                        continue;
                    }
                case 38: {
                        if (wireType !== 0)
                            break;
                        message.segsOut = reader.int64();
                        message._segsOut = "segsOut";
                        continue;
                    }
                case 39: {
                        if (wireType !== 0)
                            break;
                        message.segsIn = reader.int64();
                        message._segsIn = "segsIn";
                        continue;
                    }
                case 40: {
                        if (wireType !== 0)
                            break;
                        message.dataSegsOut = reader.int64();
                        message._dataSegsOut = "dataSegsOut";
                        continue;
                    }
                case 41: {
                        if (wireType !== 0)
                            break;
                        message.dataSegsIn = reader.int64();
                        message._dataSegsIn = "dataSegsIn";
                        continue;
                    }
                case 42: {
                        if (wireType !== 0)
                            break;
                        message.notsent = reader.int64();
                        message._notsent = "notsent";
                        continue;
                    }
                case 43: {
                        if (wireType !== 0)
                            break;
                        message.busyUs = reader.int64();
                        message._busyUs = "busyUs";
                        continue;
                    }
                case 44: {
                        if (wireType !== 0)
                            break;
                        message.rwndLimitedUs = reader.int64();
                        message._rwndLimitedUs = "rwndLimitedUs";
                        continue;
                    }
                case 45: {
                        if (wireType !== 0)
                            break;
                        message.sndbufLimitedUs = reader.int64();
                        message._sndbufLimitedUs = "sndbufLimitedUs";
                        continue;
                    }
                case 46: {
                        if (wireType !== 0)
                            break;
                        message.delivered = reader.int64();
                        message._delivered = "delivered";
                        continue;
                    }
                case 47: {
                        if (wireType !== 0)
                            break;
                        message.deliveredCe = reader.int64();
                        message._deliveredCe = "deliveredCe";
                        continue;
                    }
                case 48: {
                        if (wireType !== 0)
                            break;
                        message.dsackDups = reader.int64();
                        message._dsackDups = "dsackDups";
                        continue;
                    }
                case 49: {
                        if (wireType !== 0)
                            break;
                        message.reordSeen = reader.int64();
                        message._reordSeen = "reordSeen";
                        continue;
                    }
                case 50: {
                        if (wireType !== 0)
                            break;
                        message.rcvOoopack = reader.int64();
                        message._rcvOoopack = "rcvOoopack";
                        continue;
                    }
                case 51: {
                        if (wireType !== 0)
                            break;
                        message.sndWnd = reader.int64();
                        message._sndWnd = "sndWnd";
                        continue;
                    }
                case 52: {
                        if (wireType !== 0)
                            break;
                        message.rcvWnd = reader.int64();
                        message._rcvWnd = "rcvWnd";
                        continue;
                    }
                case 53: {
                        if (wireType !== 0)
                            break;
                        message.rehash = reader.int64();
                        message._rehash = "rehash";
                        continue;
                    }
                case 54: {
                        if (wireType !== 0)
                            break;
                        message.lastDataSentMs = reader.int64();
                        message._lastDataSentMs = "lastDataSentMs";
                        continue;
                    }
                case 55: {
                        if (wireType !== 0)
                            break;
                        message.lastDataRecvMs = reader.int64();
                        message._lastDataRecvMs = "lastDataRecvMs";
                        continue;
                    }
                case 56: {
                        if (wireType !== 0)
                            break;
                        message.lastAckRecvMs = reader.int64();
                        message._lastAckRecvMs = "lastAckRecvMs";
                        continue;
                    }
                case 57: {
                        if (wireType !== 0)
                            break;
                        message.appLimited = reader.int64();
                        message._appLimited = "appLimited";
                        continue;
                    }
                case 58: {
                        if (wireType !== 0)
                            break;
                        message.rmemAlloc = reader.int64();
                        message._rmemAlloc = "rmemAlloc";
                        continue;
                    }
                case 59: {
                        if (wireType !== 0)
                            break;
                        message.rcvbuf = reader.int64();
                        message._rcvbuf = "rcvbuf";
                        continue;
                    }
                case 60: {
                        if (wireType !== 0)
                            break;
                        message.wmemAlloc = reader.int64();
                        message._wmemAlloc = "wmemAlloc";
                        continue;
                    }
                case 61: {
                        if (wireType !== 0)
                            break;
                        message.sndbuf = reader.int64();
                        message._sndbuf = "sndbuf";
                        continue;
                    }
                case 62: {
                        if (wireType !== 0)
                            break;
                        message.fwdAlloc = reader.int64();
                        message._fwdAlloc = "fwdAlloc";
                        continue;
                    }
                case 63: {
                        if (wireType !== 0)
                            break;
                        message.wmemQueued = reader.int64();
                        message._wmemQueued = "wmemQueued";
                        continue;
                    }
                case 64: {
                        if (wireType !== 0)
                            break;
                        message.optmem = reader.int64();
                        message._optmem = "optmem";
                        continue;
                    }
                case 65: {
                        if (wireType !== 0)
                            break;
                        message.backlog = reader.int64();
                        message._backlog = "backlog";
                        continue;
                    }
                case 66: {
                        if (wireType !== 0)
                            break;
                        message.drops = reader.int64();
                        message._drops = "drops";
                        continue;
                    }
                case 67: {
                        if (wireType !== 2)
                            break;
                        message.details = reader.stringVerify();
                        message._details = "details";
                        continue;
                    }
                case 68: {
                        if (wireType !== 0)
                            break;
                        message.tcpOptions = reader.int64();
                        message._tcpOptions = "tcpOptions";
                        continue;
                    }
                case 69: {
                        if (wireType !== 0)
                            break;
                        message.sndWscale = reader.int64();
                        message._sndWscale = "sndWscale";
                        continue;
                    }
                case 70: {
                        if (wireType !== 0)
                            break;
                        message.rcvWscale = reader.int64();
                        message._rcvWscale = "rcvWscale";
                        continue;
                    }
                case 71: {
                        if (wireType !== 0)
                            break;
                        message.pmtu = reader.int64();
                        message._pmtu = "pmtu";
                        continue;
                    }
                case 72: {
                        if (wireType !== 0)
                            break;
                        message.advmss = reader.int64();
                        message._advmss = "advmss";
                        continue;
                    }
                case 73: {
                        if (wireType !== 0)
                            break;
                        message.reordering = reader.int64();
                        message._reordering = "reordering";
                        continue;
                    }
                case 74: {
                        if (wireType !== 0)
                            break;
                        message.maxPacingRate = reader.int64();
                        message._maxPacingRate = "maxPacingRate";
                        continue;
                    }
                case 75: {
                        if (wireType !== 0)
                            break;
                        message.ifIndex = reader.int64();
                        message._ifIndex = "ifIndex";
                        continue;
                    }
                case 76: {
                        if (wireType !== 2)
                            break;
                        message.device = reader.stringVerify();
                        message._device = "device";
                        continue;
                    }
                case 77: {
                        if (wireType !== 0)
                            break;
                        message.v6only = reader.int64();
                        message._v6only = "v6only";
                        continue;
                    }
                case 78: {
                        if (wireType !== 0)
                            break;
                        message.shutdown = reader.int64();
                        message._shutdown = "shutdown";
                        continue;
                    }
                case 79: {
                        if (wireType !== 0)
                            break;
                        message.fwmark = reader.int64();
                        message._fwmark = "fwmark";
                        continue;
                    }
                case 80: {
                        if (wireType !== 0)
                            break;
                        message.tos = reader.int64();
                        message._tos = "tos";
                        continue;
                    }
                case 81: {
                        if (wireType !== 0)
                            break;
                        message.tclass = reader.int64();
                        message._tclass = "tclass";
                        continue;
                    }
                case 82: {
                        if (wireType !== 0)
                            break;
                        message.classId = reader.int64();
                        message._classId = "classId";
                        continue;
                    }
                case 83: {
                        if (wireType !== 0)
                            break;
                        message.sockopt = reader.int64();
                        message._sockopt = "sockopt";
                        continue;
                    }
                case 84: {
                        if (wireType !== 0)
                            break;
                        message.protocol = reader.int64();
                        message._protocol = "protocol";
                        continue;
                    }
                case 85: {
                        if (wireType !== 2)
                            break;
                        message.ulp = reader.stringVerify();
                        message._ulp = "ulp";
                        continue;
                    }
                case 86: {
                        if (wireType !== 0)
                            break;
                        message.orphan = reader.int64();
                        message._orphan = "orphan";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Sample;
    })();

    sstory.Snapshot = (function() {

        /**
         * Properties of a Snapshot.
         * @typedef {Object} sstory.Snapshot.$Properties
         * @property {number|null} [atUs] Snapshot atUs
         * @property {number|null} [netns] Snapshot netns
         * @property {number|null} [sockets] Snapshot sockets
         * @property {number|null} [tookUs] Snapshot tookUs
         * @property {boolean|null} [complete] Snapshot complete
         * @property {number|null} [nextUs] Snapshot nextUs
         * @property {boolean|null} [owners] Snapshot owners
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Snapshot.
         * @memberof sstory
         * @interface ISnapshot
         * @augments sstory.Snapshot.$Properties
         * @deprecated Use sstory.Snapshot.$Properties instead.
         */

        /**
         * Shape of a Snapshot.
         * @typedef {sstory.Snapshot.$Properties} sstory.Snapshot.$Shape
         */

        /**
         * Constructs a new Snapshot.
         * @memberof sstory
         * @classdesc Represents a Snapshot.
         * @constructor
         * @param {sstory.Snapshot.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Snapshot = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Snapshot atUs.
         * @member {number} atUs
         * @memberof sstory.Snapshot
         * @instance
         */
        Snapshot.prototype.atUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Snapshot netns.
         * @member {number} netns
         * @memberof sstory.Snapshot
         * @instance
         */
        Snapshot.prototype.netns = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Snapshot sockets.
         * @member {number} sockets
         * @memberof sstory.Snapshot
         * @instance
         */
        Snapshot.prototype.sockets = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Snapshot tookUs.
         * @member {number} tookUs
         * @memberof sstory.Snapshot
         * @instance
         */
        Snapshot.prototype.tookUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Snapshot complete.
         * @member {boolean|null|undefined} complete
         * @memberof sstory.Snapshot
         * @instance
         */
        Snapshot.prototype.complete = null;

        /**
         * Snapshot nextUs.
         * @member {number|null|undefined} nextUs
         * @memberof sstory.Snapshot
         * @instance
         */
        Snapshot.prototype.nextUs = null;

        /**
         * Snapshot owners.
         * @member {boolean|null|undefined} owners
         * @memberof sstory.Snapshot
         * @instance
         */
        Snapshot.prototype.owners = null;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Snapshot.prototype, "_complete", {
            get: $util.oneOfGetter($oneOfFields = ["complete"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Snapshot.prototype, "_nextUs", {
            get: $util.oneOfGetter($oneOfFields = ["nextUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Snapshot.prototype, "_owners", {
            get: $util.oneOfGetter($oneOfFields = ["owners"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Encodes the specified Snapshot message. Does not implicitly {@link sstory.Snapshot.verify|verify} messages.
         * @function encode
         * @memberof sstory.Snapshot
         * @static
         * @param {sstory.Snapshot.$Properties} message Snapshot message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Snapshot.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.atUs != null && $Object.hasOwnProperty.call(message, "atUs") && (typeof message.atUs === "object" ? message.atUs.low || message.atUs.high : message.atUs !== 0))
                writer.uint32(/* id 1, wireType 0 =*/8).int64(message.atUs);
            if (message.netns != null && $Object.hasOwnProperty.call(message, "netns") && (typeof message.netns === "object" ? message.netns.low || message.netns.high : message.netns !== 0))
                writer.uint32(/* id 2, wireType 0 =*/16).int64(message.netns);
            if (message.sockets != null && $Object.hasOwnProperty.call(message, "sockets") && (typeof message.sockets === "object" ? message.sockets.low || message.sockets.high : message.sockets !== 0))
                writer.uint32(/* id 3, wireType 0 =*/24).int64(message.sockets);
            if (message.tookUs != null && $Object.hasOwnProperty.call(message, "tookUs") && (typeof message.tookUs === "object" ? message.tookUs.low || message.tookUs.high : message.tookUs !== 0))
                writer.uint32(/* id 4, wireType 0 =*/32).int64(message.tookUs);
            if (message.complete != null && $Object.hasOwnProperty.call(message, "complete"))
                writer.uint32(/* id 5, wireType 0 =*/40).bool(message.complete);
            if (message.nextUs != null && $Object.hasOwnProperty.call(message, "nextUs"))
                writer.uint32(/* id 6, wireType 0 =*/48).int64(message.nextUs);
            if (message.owners != null && $Object.hasOwnProperty.call(message, "owners"))
                writer.uint32(/* id 7, wireType 0 =*/56).bool(message.owners);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Snapshot message from the specified reader or buffer.
         * @function decode
         * @memberof sstory.Snapshot
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sstory.Snapshot & sstory.Snapshot.$Shape} Snapshot
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Snapshot.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sstory.Snapshot();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.atUs = value;
                        else
                            delete message.atUs;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.netns = value;
                        else
                            delete message.netns;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.sockets = value;
                        else
                            delete message.sockets;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.tookUs = value;
                        else
                            delete message.tookUs;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        message.complete = reader.bool();
                        message._complete = "complete";
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        message.nextUs = reader.int64();
                        message._nextUs = "nextUs";
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        message.owners = reader.bool();
                        message._owners = "owners";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Snapshot;
    })();

    sstory.Gap = (function() {

        /**
         * Properties of a Gap.
         * @typedef {Object} sstory.Gap.$Properties
         * @property {number|null} [id] Gap id
         * @property {number|null} [fromUs] Gap fromUs
         * @property {number|null} [toUs] Gap toUs
         * @property {number|null} [cpu] Gap cpu
         * @property {number|null} [lost] Gap lost
         * @property {string|null} [reason] Gap reason
         * @property {string|null} [scope] Gap scope
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Gap.
         * @memberof sstory
         * @interface IGap
         * @augments sstory.Gap.$Properties
         * @deprecated Use sstory.Gap.$Properties instead.
         */

        /**
         * Shape of a Gap.
         * @typedef {sstory.Gap.$Properties} sstory.Gap.$Shape
         */

        /**
         * Constructs a new Gap.
         * @memberof sstory
         * @classdesc Represents a Gap.
         * @constructor
         * @param {sstory.Gap.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Gap = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Gap id.
         * @member {number|null|undefined} id
         * @memberof sstory.Gap
         * @instance
         */
        Gap.prototype.id = null;

        /**
         * Gap fromUs.
         * @member {number} fromUs
         * @memberof sstory.Gap
         * @instance
         */
        Gap.prototype.fromUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Gap toUs.
         * @member {number} toUs
         * @memberof sstory.Gap
         * @instance
         */
        Gap.prototype.toUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Gap cpu.
         * @member {number|null|undefined} cpu
         * @memberof sstory.Gap
         * @instance
         */
        Gap.prototype.cpu = null;

        /**
         * Gap lost.
         * @member {number|null|undefined} lost
         * @memberof sstory.Gap
         * @instance
         */
        Gap.prototype.lost = null;

        /**
         * Gap reason.
         * @member {string} reason
         * @memberof sstory.Gap
         * @instance
         */
        Gap.prototype.reason = "";

        /**
         * Gap scope.
         * @member {string} scope
         * @memberof sstory.Gap
         * @instance
         */
        Gap.prototype.scope = "";

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Gap.prototype, "_id", {
            get: $util.oneOfGetter($oneOfFields = ["id"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Gap.prototype, "_cpu", {
            get: $util.oneOfGetter($oneOfFields = ["cpu"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Gap.prototype, "_lost", {
            get: $util.oneOfGetter($oneOfFields = ["lost"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Encodes the specified Gap message. Does not implicitly {@link sstory.Gap.verify|verify} messages.
         * @function encode
         * @memberof sstory.Gap
         * @static
         * @param {sstory.Gap.$Properties} message Gap message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Gap.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.id != null && $Object.hasOwnProperty.call(message, "id"))
                writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.id);
            if (message.fromUs != null && $Object.hasOwnProperty.call(message, "fromUs") && (typeof message.fromUs === "object" ? message.fromUs.low || message.fromUs.high : message.fromUs !== 0))
                writer.uint32(/* id 2, wireType 0 =*/16).int64(message.fromUs);
            if (message.toUs != null && $Object.hasOwnProperty.call(message, "toUs") && (typeof message.toUs === "object" ? message.toUs.low || message.toUs.high : message.toUs !== 0))
                writer.uint32(/* id 3, wireType 0 =*/24).int64(message.toUs);
            if (message.cpu != null && $Object.hasOwnProperty.call(message, "cpu"))
                writer.uint32(/* id 4, wireType 0 =*/32).int64(message.cpu);
            if (message.lost != null && $Object.hasOwnProperty.call(message, "lost"))
                writer.uint32(/* id 5, wireType 0 =*/40).int64(message.lost);
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(/* id 6, wireType 2 =*/50).string(message.reason);
            if (message.scope != null && $Object.hasOwnProperty.call(message, "scope") && message.scope !== "")
                writer.uint32(/* id 7, wireType 2 =*/58).string(message.scope);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Gap message from the specified reader or buffer.
         * @function decode
         * @memberof sstory.Gap
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sstory.Gap & sstory.Gap.$Shape} Gap
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Gap.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sstory.Gap();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        message.id = reader.uint64();
                        message._id = "id";
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.fromUs = value;
                        else
                            delete message.fromUs;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.toUs = value;
                        else
                            delete message.toUs;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        message.cpu = reader.int64();
                        message._cpu = "cpu";
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        message.lost = reader.int64();
                        message._lost = "lost";
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.reason = value;
                        else
                            delete message.reason;
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.scope = value;
                        else
                            delete message.scope;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Gap;
    })();

    sstory.Namespace = (function() {

        /**
         * Properties of a Namespace.
         * @typedef {Object} sstory.Namespace.$Properties
         * @property {number|null} [netns] Namespace netns
         * @property {number|null} [fromUs] Namespace fromUs
         * @property {number|null} [toUs] Namespace toUs
         * @property {number|null} [netCookie] Namespace netCookie
         * @property {string|null} [name] Namespace name
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Namespace.
         * @memberof sstory
         * @interface INamespace
         * @augments sstory.Namespace.$Properties
         * @deprecated Use sstory.Namespace.$Properties instead.
         */

        /**
         * Shape of a Namespace.
         * @typedef {sstory.Namespace.$Properties} sstory.Namespace.$Shape
         */

        /**
         * Constructs a new Namespace.
         * @memberof sstory
         * @classdesc Represents a Namespace.
         * @constructor
         * @param {sstory.Namespace.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Namespace = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Namespace netns.
         * @member {number} netns
         * @memberof sstory.Namespace
         * @instance
         */
        Namespace.prototype.netns = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Namespace fromUs.
         * @member {number} fromUs
         * @memberof sstory.Namespace
         * @instance
         */
        Namespace.prototype.fromUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Namespace toUs.
         * @member {number|null|undefined} toUs
         * @memberof sstory.Namespace
         * @instance
         */
        Namespace.prototype.toUs = null;

        /**
         * Namespace netCookie.
         * @member {number|null|undefined} netCookie
         * @memberof sstory.Namespace
         * @instance
         */
        Namespace.prototype.netCookie = null;

        /**
         * Namespace name.
         * @member {string|null|undefined} name
         * @memberof sstory.Namespace
         * @instance
         */
        Namespace.prototype.name = null;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Namespace.prototype, "_toUs", {
            get: $util.oneOfGetter($oneOfFields = ["toUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Namespace.prototype, "_netCookie", {
            get: $util.oneOfGetter($oneOfFields = ["netCookie"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Namespace.prototype, "_name", {
            get: $util.oneOfGetter($oneOfFields = ["name"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Encodes the specified Namespace message. Does not implicitly {@link sstory.Namespace.verify|verify} messages.
         * @function encode
         * @memberof sstory.Namespace
         * @static
         * @param {sstory.Namespace.$Properties} message Namespace message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Namespace.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.netns != null && $Object.hasOwnProperty.call(message, "netns") && (typeof message.netns === "object" ? message.netns.low || message.netns.high : message.netns !== 0))
                writer.uint32(/* id 1, wireType 0 =*/8).int64(message.netns);
            if (message.fromUs != null && $Object.hasOwnProperty.call(message, "fromUs") && (typeof message.fromUs === "object" ? message.fromUs.low || message.fromUs.high : message.fromUs !== 0))
                writer.uint32(/* id 2, wireType 0 =*/16).int64(message.fromUs);
            if (message.toUs != null && $Object.hasOwnProperty.call(message, "toUs"))
                writer.uint32(/* id 3, wireType 0 =*/24).int64(message.toUs);
            if (message.netCookie != null && $Object.hasOwnProperty.call(message, "netCookie"))
                writer.uint32(/* id 4, wireType 0 =*/32).int64(message.netCookie);
            if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                writer.uint32(/* id 5, wireType 2 =*/42).string(message.name);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Namespace message from the specified reader or buffer.
         * @function decode
         * @memberof sstory.Namespace
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sstory.Namespace & sstory.Namespace.$Shape} Namespace
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Namespace.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sstory.Namespace();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.netns = value;
                        else
                            delete message.netns;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.fromUs = value;
                        else
                            delete message.fromUs;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        message.toUs = reader.int64();
                        message._toUs = "toUs";
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        message.netCookie = reader.int64();
                        message._netCookie = "netCookie";
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.name = reader.stringVerify();
                        message._name = "name";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Namespace;
    })();

    sstory.Thread = (function() {

        /**
         * Properties of a Thread.
         * @typedef {Object} sstory.Thread.$Properties
         * @property {number|null} [pid] Thread pid
         * @property {number|null} [tid] Thread tid
         * @property {string|null} [comm] Thread comm
         * @property {number|null} [fromUs] Thread fromUs
         * @property {number|null} [toUs] Thread toUs
         * @property {number|null} [seenUs] Thread seenUs
         * @property {boolean|null} [ownFiles] Thread ownFiles
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Thread.
         * @memberof sstory
         * @interface IThread
         * @augments sstory.Thread.$Properties
         * @deprecated Use sstory.Thread.$Properties instead.
         */

        /**
         * Shape of a Thread.
         * @typedef {sstory.Thread.$Properties} sstory.Thread.$Shape
         */

        /**
         * Constructs a new Thread.
         * @memberof sstory
         * @classdesc Represents a Thread.
         * @constructor
         * @param {sstory.Thread.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Thread = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Thread pid.
         * @member {number} pid
         * @memberof sstory.Thread
         * @instance
         */
        Thread.prototype.pid = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Thread tid.
         * @member {number} tid
         * @memberof sstory.Thread
         * @instance
         */
        Thread.prototype.tid = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Thread comm.
         * @member {string} comm
         * @memberof sstory.Thread
         * @instance
         */
        Thread.prototype.comm = "";

        /**
         * Thread fromUs.
         * @member {number} fromUs
         * @memberof sstory.Thread
         * @instance
         */
        Thread.prototype.fromUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Thread toUs.
         * @member {number|null|undefined} toUs
         * @memberof sstory.Thread
         * @instance
         */
        Thread.prototype.toUs = null;

        /**
         * Thread seenUs.
         * @member {number|null|undefined} seenUs
         * @memberof sstory.Thread
         * @instance
         */
        Thread.prototype.seenUs = null;

        /**
         * Thread ownFiles.
         * @member {boolean} ownFiles
         * @memberof sstory.Thread
         * @instance
         */
        Thread.prototype.ownFiles = false;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Thread.prototype, "_toUs", {
            get: $util.oneOfGetter($oneOfFields = ["toUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Thread.prototype, "_seenUs", {
            get: $util.oneOfGetter($oneOfFields = ["seenUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Encodes the specified Thread message. Does not implicitly {@link sstory.Thread.verify|verify} messages.
         * @function encode
         * @memberof sstory.Thread
         * @static
         * @param {sstory.Thread.$Properties} message Thread message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Thread.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.pid != null && $Object.hasOwnProperty.call(message, "pid") && (typeof message.pid === "object" ? message.pid.low || message.pid.high : message.pid !== 0))
                writer.uint32(/* id 1, wireType 0 =*/8).int64(message.pid);
            if (message.tid != null && $Object.hasOwnProperty.call(message, "tid") && (typeof message.tid === "object" ? message.tid.low || message.tid.high : message.tid !== 0))
                writer.uint32(/* id 2, wireType 0 =*/16).int64(message.tid);
            if (message.comm != null && $Object.hasOwnProperty.call(message, "comm") && message.comm !== "")
                writer.uint32(/* id 3, wireType 2 =*/26).string(message.comm);
            if (message.fromUs != null && $Object.hasOwnProperty.call(message, "fromUs") && (typeof message.fromUs === "object" ? message.fromUs.low || message.fromUs.high : message.fromUs !== 0))
                writer.uint32(/* id 4, wireType 0 =*/32).int64(message.fromUs);
            if (message.toUs != null && $Object.hasOwnProperty.call(message, "toUs"))
                writer.uint32(/* id 5, wireType 0 =*/40).int64(message.toUs);
            if (message.seenUs != null && $Object.hasOwnProperty.call(message, "seenUs"))
                writer.uint32(/* id 6, wireType 0 =*/48).int64(message.seenUs);
            if (message.ownFiles != null && $Object.hasOwnProperty.call(message, "ownFiles") && message.ownFiles !== false)
                writer.uint32(/* id 7, wireType 0 =*/56).bool(message.ownFiles);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Thread message from the specified reader or buffer.
         * @function decode
         * @memberof sstory.Thread
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sstory.Thread & sstory.Thread.$Shape} Thread
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Thread.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sstory.Thread();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.pid = value;
                        else
                            delete message.pid;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.tid = value;
                        else
                            delete message.tid;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.comm = value;
                        else
                            delete message.comm;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.fromUs = value;
                        else
                            delete message.fromUs;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        message.toUs = reader.int64();
                        message._toUs = "toUs";
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        message.seenUs = reader.int64();
                        message._seenUs = "seenUs";
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.ownFiles = value;
                        else
                            delete message.ownFiles;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Thread;
    })();

    sstory.Sockstat = (function() {

        /**
         * Properties of a Sockstat.
         * @typedef {Object} sstory.Sockstat.$Properties
         * @property {number|null} [netns] Sockstat netns
         * @property {number|null} [atUs] Sockstat atUs
         * @property {number|null} [used] Sockstat used
         * @property {number|null} [tcpAlloc] Sockstat tcpAlloc
         * @property {number|null} [tcpOrphan] Sockstat tcpOrphan
         * @property {number|null} [udp] Sockstat udp
         * @property {number|null} [udp6] Sockstat udp6
         * @property {number|null} [raw] Sockstat raw
         * @property {number|null} [raw6] Sockstat raw6
         * @property {number|null} [frag] Sockstat frag
         * @property {number|null} [frag6] Sockstat frag6
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Sockstat.
         * @memberof sstory
         * @interface ISockstat
         * @augments sstory.Sockstat.$Properties
         * @deprecated Use sstory.Sockstat.$Properties instead.
         */

        /**
         * Shape of a Sockstat.
         * @typedef {sstory.Sockstat.$Properties} sstory.Sockstat.$Shape
         */

        /**
         * Constructs a new Sockstat.
         * @memberof sstory
         * @classdesc Represents a Sockstat.
         * @constructor
         * @param {sstory.Sockstat.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Sockstat = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Sockstat netns.
         * @member {number} netns
         * @memberof sstory.Sockstat
         * @instance
         */
        Sockstat.prototype.netns = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Sockstat atUs.
         * @member {number} atUs
         * @memberof sstory.Sockstat
         * @instance
         */
        Sockstat.prototype.atUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Sockstat used.
         * @member {number} used
         * @memberof sstory.Sockstat
         * @instance
         */
        Sockstat.prototype.used = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Sockstat tcpAlloc.
         * @member {number} tcpAlloc
         * @memberof sstory.Sockstat
         * @instance
         */
        Sockstat.prototype.tcpAlloc = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Sockstat tcpOrphan.
         * @member {number} tcpOrphan
         * @memberof sstory.Sockstat
         * @instance
         */
        Sockstat.prototype.tcpOrphan = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Sockstat udp.
         * @member {number} udp
         * @memberof sstory.Sockstat
         * @instance
         */
        Sockstat.prototype.udp = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Sockstat udp6.
         * @member {number} udp6
         * @memberof sstory.Sockstat
         * @instance
         */
        Sockstat.prototype.udp6 = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Sockstat raw.
         * @member {number} raw
         * @memberof sstory.Sockstat
         * @instance
         */
        Sockstat.prototype.raw = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Sockstat raw6.
         * @member {number} raw6
         * @memberof sstory.Sockstat
         * @instance
         */
        Sockstat.prototype.raw6 = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Sockstat frag.
         * @member {number} frag
         * @memberof sstory.Sockstat
         * @instance
         */
        Sockstat.prototype.frag = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Sockstat frag6.
         * @member {number} frag6
         * @memberof sstory.Sockstat
         * @instance
         */
        Sockstat.prototype.frag6 = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Encodes the specified Sockstat message. Does not implicitly {@link sstory.Sockstat.verify|verify} messages.
         * @function encode
         * @memberof sstory.Sockstat
         * @static
         * @param {sstory.Sockstat.$Properties} message Sockstat message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Sockstat.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.netns != null && $Object.hasOwnProperty.call(message, "netns") && (typeof message.netns === "object" ? message.netns.low || message.netns.high : message.netns !== 0))
                writer.uint32(/* id 1, wireType 0 =*/8).int64(message.netns);
            if (message.atUs != null && $Object.hasOwnProperty.call(message, "atUs") && (typeof message.atUs === "object" ? message.atUs.low || message.atUs.high : message.atUs !== 0))
                writer.uint32(/* id 2, wireType 0 =*/16).int64(message.atUs);
            if (message.used != null && $Object.hasOwnProperty.call(message, "used") && (typeof message.used === "object" ? message.used.low || message.used.high : message.used !== 0))
                writer.uint32(/* id 3, wireType 0 =*/24).int64(message.used);
            if (message.tcpAlloc != null && $Object.hasOwnProperty.call(message, "tcpAlloc") && (typeof message.tcpAlloc === "object" ? message.tcpAlloc.low || message.tcpAlloc.high : message.tcpAlloc !== 0))
                writer.uint32(/* id 4, wireType 0 =*/32).int64(message.tcpAlloc);
            if (message.tcpOrphan != null && $Object.hasOwnProperty.call(message, "tcpOrphan") && (typeof message.tcpOrphan === "object" ? message.tcpOrphan.low || message.tcpOrphan.high : message.tcpOrphan !== 0))
                writer.uint32(/* id 5, wireType 0 =*/40).int64(message.tcpOrphan);
            if (message.udp != null && $Object.hasOwnProperty.call(message, "udp") && (typeof message.udp === "object" ? message.udp.low || message.udp.high : message.udp !== 0))
                writer.uint32(/* id 6, wireType 0 =*/48).int64(message.udp);
            if (message.udp6 != null && $Object.hasOwnProperty.call(message, "udp6") && (typeof message.udp6 === "object" ? message.udp6.low || message.udp6.high : message.udp6 !== 0))
                writer.uint32(/* id 7, wireType 0 =*/56).int64(message.udp6);
            if (message.raw != null && $Object.hasOwnProperty.call(message, "raw") && (typeof message.raw === "object" ? message.raw.low || message.raw.high : message.raw !== 0))
                writer.uint32(/* id 8, wireType 0 =*/64).int64(message.raw);
            if (message.raw6 != null && $Object.hasOwnProperty.call(message, "raw6") && (typeof message.raw6 === "object" ? message.raw6.low || message.raw6.high : message.raw6 !== 0))
                writer.uint32(/* id 9, wireType 0 =*/72).int64(message.raw6);
            if (message.frag != null && $Object.hasOwnProperty.call(message, "frag") && (typeof message.frag === "object" ? message.frag.low || message.frag.high : message.frag !== 0))
                writer.uint32(/* id 10, wireType 0 =*/80).int64(message.frag);
            if (message.frag6 != null && $Object.hasOwnProperty.call(message, "frag6") && (typeof message.frag6 === "object" ? message.frag6.low || message.frag6.high : message.frag6 !== 0))
                writer.uint32(/* id 11, wireType 0 =*/88).int64(message.frag6);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Sockstat message from the specified reader or buffer.
         * @function decode
         * @memberof sstory.Sockstat
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sstory.Sockstat & sstory.Sockstat.$Shape} Sockstat
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Sockstat.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sstory.Sockstat();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.netns = value;
                        else
                            delete message.netns;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.atUs = value;
                        else
                            delete message.atUs;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.used = value;
                        else
                            delete message.used;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.tcpAlloc = value;
                        else
                            delete message.tcpAlloc;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.tcpOrphan = value;
                        else
                            delete message.tcpOrphan;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.udp = value;
                        else
                            delete message.udp;
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.udp6 = value;
                        else
                            delete message.udp6;
                        continue;
                    }
                case 8: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.raw = value;
                        else
                            delete message.raw;
                        continue;
                    }
                case 9: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.raw6 = value;
                        else
                            delete message.raw6;
                        continue;
                    }
                case 10: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.frag = value;
                        else
                            delete message.frag;
                        continue;
                    }
                case 11: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.frag6 = value;
                        else
                            delete message.frag6;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Sockstat;
    })();

    sstory.Bound = (function() {

        /**
         * Properties of a Bound.
         * @typedef {Object} sstory.Bound.$Properties
         * @property {number|null} [netns] Bound netns
         * @property {number|null} [cookie] Bound cookie
         * @property {number|null} [fromUs] Bound fromUs
         * @property {number|null} [toUs] Bound toUs
         * @property {number|null} [family] Bound family
         * @property {string|null} [localAddr] Bound localAddr
         * @property {number|null} [localPort] Bound localPort
         * @property {number|null} [uid] Bound uid
         * @property {number|null} [inode] Bound inode
         * @property {number|null} [cgroupId] Bound cgroupId
         * @property {string|null} [holders] Bound holders
         * @property {string|null} [details] Bound details
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Bound.
         * @memberof sstory
         * @interface IBound
         * @augments sstory.Bound.$Properties
         * @deprecated Use sstory.Bound.$Properties instead.
         */

        /**
         * Shape of a Bound.
         * @typedef {sstory.Bound.$Properties} sstory.Bound.$Shape
         */

        /**
         * Constructs a new Bound.
         * @memberof sstory
         * @classdesc Represents a Bound.
         * @constructor
         * @param {sstory.Bound.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Bound = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Bound netns.
         * @member {number} netns
         * @memberof sstory.Bound
         * @instance
         */
        Bound.prototype.netns = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Bound cookie.
         * @member {number} cookie
         * @memberof sstory.Bound
         * @instance
         */
        Bound.prototype.cookie = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Bound fromUs.
         * @member {number} fromUs
         * @memberof sstory.Bound
         * @instance
         */
        Bound.prototype.fromUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Bound toUs.
         * @member {number|null|undefined} toUs
         * @memberof sstory.Bound
         * @instance
         */
        Bound.prototype.toUs = null;

        /**
         * Bound family.
         * @member {number} family
         * @memberof sstory.Bound
         * @instance
         */
        Bound.prototype.family = 0;

        /**
         * Bound localAddr.
         * @member {string} localAddr
         * @memberof sstory.Bound
         * @instance
         */
        Bound.prototype.localAddr = "";

        /**
         * Bound localPort.
         * @member {number} localPort
         * @memberof sstory.Bound
         * @instance
         */
        Bound.prototype.localPort = 0;

        /**
         * Bound uid.
         * @member {number} uid
         * @memberof sstory.Bound
         * @instance
         */
        Bound.prototype.uid = 0;

        /**
         * Bound inode.
         * @member {number} inode
         * @memberof sstory.Bound
         * @instance
         */
        Bound.prototype.inode = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Bound cgroupId.
         * @member {number|null|undefined} cgroupId
         * @memberof sstory.Bound
         * @instance
         */
        Bound.prototype.cgroupId = null;

        /**
         * Bound holders.
         * @member {string} holders
         * @memberof sstory.Bound
         * @instance
         */
        Bound.prototype.holders = "";

        /**
         * Bound details.
         * @member {string} details
         * @memberof sstory.Bound
         * @instance
         */
        Bound.prototype.details = "";

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Bound.prototype, "_toUs", {
            get: $util.oneOfGetter($oneOfFields = ["toUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Bound.prototype, "_cgroupId", {
            get: $util.oneOfGetter($oneOfFields = ["cgroupId"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Encodes the specified Bound message. Does not implicitly {@link sstory.Bound.verify|verify} messages.
         * @function encode
         * @memberof sstory.Bound
         * @static
         * @param {sstory.Bound.$Properties} message Bound message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Bound.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.netns != null && $Object.hasOwnProperty.call(message, "netns") && (typeof message.netns === "object" ? message.netns.low || message.netns.high : message.netns !== 0))
                writer.uint32(/* id 1, wireType 0 =*/8).int64(message.netns);
            if (message.cookie != null && $Object.hasOwnProperty.call(message, "cookie") && (typeof message.cookie === "object" ? message.cookie.low || message.cookie.high : message.cookie !== 0))
                writer.uint32(/* id 2, wireType 0 =*/16).int64(message.cookie);
            if (message.fromUs != null && $Object.hasOwnProperty.call(message, "fromUs") && (typeof message.fromUs === "object" ? message.fromUs.low || message.fromUs.high : message.fromUs !== 0))
                writer.uint32(/* id 3, wireType 0 =*/24).int64(message.fromUs);
            if (message.toUs != null && $Object.hasOwnProperty.call(message, "toUs"))
                writer.uint32(/* id 4, wireType 0 =*/32).int64(message.toUs);
            if (message.family != null && $Object.hasOwnProperty.call(message, "family") && message.family !== 0)
                writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.family);
            if (message.localAddr != null && $Object.hasOwnProperty.call(message, "localAddr") && message.localAddr !== "")
                writer.uint32(/* id 6, wireType 2 =*/50).string(message.localAddr);
            if (message.localPort != null && $Object.hasOwnProperty.call(message, "localPort") && message.localPort !== 0)
                writer.uint32(/* id 7, wireType 0 =*/56).uint32(message.localPort);
            if (message.uid != null && $Object.hasOwnProperty.call(message, "uid") && message.uid !== 0)
                writer.uint32(/* id 8, wireType 0 =*/64).uint32(message.uid);
            if (message.inode != null && $Object.hasOwnProperty.call(message, "inode") && (typeof message.inode === "object" ? message.inode.low || message.inode.high : message.inode !== 0))
                writer.uint32(/* id 9, wireType 0 =*/72).int64(message.inode);
            if (message.cgroupId != null && $Object.hasOwnProperty.call(message, "cgroupId"))
                writer.uint32(/* id 10, wireType 0 =*/80).int64(message.cgroupId);
            if (message.holders != null && $Object.hasOwnProperty.call(message, "holders") && message.holders !== "")
                writer.uint32(/* id 11, wireType 2 =*/90).string(message.holders);
            if (message.details != null && $Object.hasOwnProperty.call(message, "details") && message.details !== "")
                writer.uint32(/* id 12, wireType 2 =*/98).string(message.details);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Bound message from the specified reader or buffer.
         * @function decode
         * @memberof sstory.Bound
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sstory.Bound & sstory.Bound.$Shape} Bound
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Bound.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sstory.Bound();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.netns = value;
                        else
                            delete message.netns;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.cookie = value;
                        else
                            delete message.cookie;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.fromUs = value;
                        else
                            delete message.fromUs;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        message.toUs = reader.int64();
                        message._toUs = "toUs";
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.family = value;
                        else
                            delete message.family;
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.localAddr = value;
                        else
                            delete message.localAddr;
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.localPort = value;
                        else
                            delete message.localPort;
                        continue;
                    }
                case 8: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.uid = value;
                        else
                            delete message.uid;
                        continue;
                    }
                case 9: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.inode = value;
                        else
                            delete message.inode;
                        continue;
                    }
                case 10: {
                        if (wireType !== 0)
                            break;
                        message.cgroupId = reader.int64();
                        message._cgroupId = "cgroupId";
                        continue;
                    }
                case 11: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.holders = value;
                        else
                            delete message.holders;
                        continue;
                    }
                case 12: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.details = value;
                        else
                            delete message.details;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Bound;
    })();

    sstory.Timewaits = (function() {

        /**
         * Properties of a Timewaits.
         * @typedef {Object} sstory.Timewaits.$Properties
         * @property {number|null} [netns] Timewaits netns
         * @property {number|null} [atUs] Timewaits atUs
         * @property {string|null} [fact] Timewaits fact
         * @property {string|null} [numbers] Timewaits numbers
         * @property {string|null} [ids] Timewaits ids
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Timewaits.
         * @memberof sstory
         * @interface ITimewaits
         * @augments sstory.Timewaits.$Properties
         * @deprecated Use sstory.Timewaits.$Properties instead.
         */

        /**
         * Shape of a Timewaits.
         * @typedef {sstory.Timewaits.$Properties} sstory.Timewaits.$Shape
         */

        /**
         * Constructs a new Timewaits.
         * @memberof sstory
         * @classdesc Represents a Timewaits.
         * @constructor
         * @param {sstory.Timewaits.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Timewaits = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Timewaits netns.
         * @member {number} netns
         * @memberof sstory.Timewaits
         * @instance
         */
        Timewaits.prototype.netns = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Timewaits atUs.
         * @member {number} atUs
         * @memberof sstory.Timewaits
         * @instance
         */
        Timewaits.prototype.atUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Timewaits fact.
         * @member {string} fact
         * @memberof sstory.Timewaits
         * @instance
         */
        Timewaits.prototype.fact = "";

        /**
         * Timewaits numbers.
         * @member {string} numbers
         * @memberof sstory.Timewaits
         * @instance
         */
        Timewaits.prototype.numbers = "";

        /**
         * Timewaits ids.
         * @member {string} ids
         * @memberof sstory.Timewaits
         * @instance
         */
        Timewaits.prototype.ids = "";

        /**
         * Encodes the specified Timewaits message. Does not implicitly {@link sstory.Timewaits.verify|verify} messages.
         * @function encode
         * @memberof sstory.Timewaits
         * @static
         * @param {sstory.Timewaits.$Properties} message Timewaits message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Timewaits.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.netns != null && $Object.hasOwnProperty.call(message, "netns") && (typeof message.netns === "object" ? message.netns.low || message.netns.high : message.netns !== 0))
                writer.uint32(/* id 1, wireType 0 =*/8).int64(message.netns);
            if (message.atUs != null && $Object.hasOwnProperty.call(message, "atUs") && (typeof message.atUs === "object" ? message.atUs.low || message.atUs.high : message.atUs !== 0))
                writer.uint32(/* id 2, wireType 0 =*/16).int64(message.atUs);
            if (message.fact != null && $Object.hasOwnProperty.call(message, "fact") && message.fact !== "")
                writer.uint32(/* id 3, wireType 2 =*/26).string(message.fact);
            if (message.numbers != null && $Object.hasOwnProperty.call(message, "numbers") && message.numbers !== "")
                writer.uint32(/* id 4, wireType 2 =*/34).string(message.numbers);
            if (message.ids != null && $Object.hasOwnProperty.call(message, "ids") && message.ids !== "")
                writer.uint32(/* id 5, wireType 2 =*/42).string(message.ids);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Timewaits message from the specified reader or buffer.
         * @function decode
         * @memberof sstory.Timewaits
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sstory.Timewaits & sstory.Timewaits.$Shape} Timewaits
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Timewaits.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sstory.Timewaits();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.netns = value;
                        else
                            delete message.netns;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.atUs = value;
                        else
                            delete message.atUs;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.fact = value;
                        else
                            delete message.fact;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.numbers = value;
                        else
                            delete message.numbers;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.ids = value;
                        else
                            delete message.ids;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Timewaits;
    })();

    sstory.Name = (function() {

        /**
         * Properties of a Name.
         * @typedef {Object} sstory.Name.$Properties
         * @property {string|null} [name] Name name
         * @property {string|null} [address] Name address
         * @property {number|null} [fromUs] Name fromUs
         * @property {number|null} [toUs] Name toUs
         * @property {string|null} [source] Name source
         * @property {number|null} [netns] Name netns
         * @property {string|null} [ended] Name ended
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Name.
         * @memberof sstory
         * @interface IName
         * @augments sstory.Name.$Properties
         * @deprecated Use sstory.Name.$Properties instead.
         */

        /**
         * Shape of a Name.
         * @typedef {sstory.Name.$Properties} sstory.Name.$Shape
         */

        /**
         * Constructs a new Name.
         * @memberof sstory
         * @classdesc Represents a Name.
         * @constructor
         * @param {sstory.Name.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Name = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Name name.
         * @member {string} name
         * @memberof sstory.Name
         * @instance
         */
        Name.prototype.name = "";

        /**
         * Name address.
         * @member {string} address
         * @memberof sstory.Name
         * @instance
         */
        Name.prototype.address = "";

        /**
         * Name fromUs.
         * @member {number} fromUs
         * @memberof sstory.Name
         * @instance
         */
        Name.prototype.fromUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Name toUs.
         * @member {number|null|undefined} toUs
         * @memberof sstory.Name
         * @instance
         */
        Name.prototype.toUs = null;

        /**
         * Name source.
         * @member {string} source
         * @memberof sstory.Name
         * @instance
         */
        Name.prototype.source = "";

        /**
         * Name netns.
         * @member {number} netns
         * @memberof sstory.Name
         * @instance
         */
        Name.prototype.netns = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Name ended.
         * @member {string|null|undefined} ended
         * @memberof sstory.Name
         * @instance
         */
        Name.prototype.ended = null;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Name.prototype, "_toUs", {
            get: $util.oneOfGetter($oneOfFields = ["toUs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Name.prototype, "_ended", {
            get: $util.oneOfGetter($oneOfFields = ["ended"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Encodes the specified Name message. Does not implicitly {@link sstory.Name.verify|verify} messages.
         * @function encode
         * @memberof sstory.Name
         * @static
         * @param {sstory.Name.$Properties} message Name message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Name.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                writer.uint32(/* id 1, wireType 2 =*/10).string(message.name);
            if (message.address != null && $Object.hasOwnProperty.call(message, "address") && message.address !== "")
                writer.uint32(/* id 2, wireType 2 =*/18).string(message.address);
            if (message.fromUs != null && $Object.hasOwnProperty.call(message, "fromUs") && (typeof message.fromUs === "object" ? message.fromUs.low || message.fromUs.high : message.fromUs !== 0))
                writer.uint32(/* id 3, wireType 0 =*/24).int64(message.fromUs);
            if (message.toUs != null && $Object.hasOwnProperty.call(message, "toUs"))
                writer.uint32(/* id 4, wireType 0 =*/32).int64(message.toUs);
            if (message.source != null && $Object.hasOwnProperty.call(message, "source") && message.source !== "")
                writer.uint32(/* id 5, wireType 2 =*/42).string(message.source);
            if (message.netns != null && $Object.hasOwnProperty.call(message, "netns") && (typeof message.netns === "object" ? message.netns.low || message.netns.high : message.netns !== 0))
                writer.uint32(/* id 6, wireType 0 =*/48).int64(message.netns);
            if (message.ended != null && $Object.hasOwnProperty.call(message, "ended"))
                writer.uint32(/* id 7, wireType 2 =*/58).string(message.ended);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Name message from the specified reader or buffer.
         * @function decode
         * @memberof sstory.Name
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sstory.Name & sstory.Name.$Shape} Name
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Name.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sstory.Name();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.name = value;
                        else
                            delete message.name;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.address = value;
                        else
                            delete message.address;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.fromUs = value;
                        else
                            delete message.fromUs;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        message.toUs = reader.int64();
                        message._toUs = "toUs";
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.source = value;
                        else
                            delete message.source;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.netns = value;
                        else
                            delete message.netns;
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        message.ended = reader.stringVerify();
                        message._ended = "ended";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Name;
    })();

    sstory.Pruning = (function() {

        /**
         * Properties of a Pruning.
         * @typedef {Object} sstory.Pruning.$Properties
         * @property {number|null} [id] Pruning id
         * @property {number|null} [atUs] Pruning atUs
         * @property {number|null} [throughUs] Pruning throughUs
         * @property {number|null} [connections] Pruning connections
         * @property {string|null} [reason] Pruning reason
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Pruning.
         * @memberof sstory
         * @interface IPruning
         * @augments sstory.Pruning.$Properties
         * @deprecated Use sstory.Pruning.$Properties instead.
         */

        /**
         * Shape of a Pruning.
         * @typedef {sstory.Pruning.$Properties} sstory.Pruning.$Shape
         */

        /**
         * Constructs a new Pruning.
         * @memberof sstory
         * @classdesc Represents a Pruning.
         * @constructor
         * @param {sstory.Pruning.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Pruning = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Pruning id.
         * @member {number|null|undefined} id
         * @memberof sstory.Pruning
         * @instance
         */
        Pruning.prototype.id = null;

        /**
         * Pruning atUs.
         * @member {number} atUs
         * @memberof sstory.Pruning
         * @instance
         */
        Pruning.prototype.atUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Pruning throughUs.
         * @member {number} throughUs
         * @memberof sstory.Pruning
         * @instance
         */
        Pruning.prototype.throughUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Pruning connections.
         * @member {number} connections
         * @memberof sstory.Pruning
         * @instance
         */
        Pruning.prototype.connections = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        /**
         * Pruning reason.
         * @member {string} reason
         * @memberof sstory.Pruning
         * @instance
         */
        Pruning.prototype.reason = "";

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Pruning.prototype, "_id", {
            get: $util.oneOfGetter($oneOfFields = ["id"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Encodes the specified Pruning message. Does not implicitly {@link sstory.Pruning.verify|verify} messages.
         * @function encode
         * @memberof sstory.Pruning
         * @static
         * @param {sstory.Pruning.$Properties} message Pruning message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Pruning.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.id != null && $Object.hasOwnProperty.call(message, "id"))
                writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.id);
            if (message.atUs != null && $Object.hasOwnProperty.call(message, "atUs") && (typeof message.atUs === "object" ? message.atUs.low || message.atUs.high : message.atUs !== 0))
                writer.uint32(/* id 2, wireType 0 =*/16).int64(message.atUs);
            if (message.throughUs != null && $Object.hasOwnProperty.call(message, "throughUs") && (typeof message.throughUs === "object" ? message.throughUs.low || message.throughUs.high : message.throughUs !== 0))
                writer.uint32(/* id 3, wireType 0 =*/24).int64(message.throughUs);
            if (message.connections != null && $Object.hasOwnProperty.call(message, "connections") && (typeof message.connections === "object" ? message.connections.low || message.connections.high : message.connections !== 0))
                writer.uint32(/* id 4, wireType 0 =*/32).int64(message.connections);
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(/* id 5, wireType 2 =*/42).string(message.reason);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Pruning message from the specified reader or buffer.
         * @function decode
         * @memberof sstory.Pruning
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sstory.Pruning & sstory.Pruning.$Shape} Pruning
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Pruning.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sstory.Pruning();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        message.id = reader.uint64();
                        message._id = "id";
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.atUs = value;
                        else
                            delete message.atUs;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.throughUs = value;
                        else
                            delete message.throughUs;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.connections = value;
                        else
                            delete message.connections;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.reason = value;
                        else
                            delete message.reason;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Pruning;
    })();

    sstory.End = (function() {

        /**
         * Properties of an End.
         * @typedef {Object} sstory.End.$Properties
         * @property {number|null} [frames] End frames
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an End.
         * @memberof sstory
         * @interface IEnd
         * @augments sstory.End.$Properties
         * @deprecated Use sstory.End.$Properties instead.
         */

        /**
         * Shape of an End.
         * @typedef {sstory.End.$Properties} sstory.End.$Shape
         */

        /**
         * Constructs a new End.
         * @memberof sstory
         * @classdesc Represents an End.
         * @constructor
         * @param {sstory.End.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const End = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * End frames.
         * @member {number} frames
         * @memberof sstory.End
         * @instance
         */
        End.prototype.frames = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Encodes the specified End message. Does not implicitly {@link sstory.End.verify|verify} messages.
         * @function encode
         * @memberof sstory.End
         * @static
         * @param {sstory.End.$Properties} message End message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        End.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.frames != null && $Object.hasOwnProperty.call(message, "frames") && (typeof message.frames === "object" ? message.frames.low || message.frames.high : message.frames !== 0))
                writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.frames);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an End message from the specified reader or buffer.
         * @function decode
         * @memberof sstory.End
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {sstory.End & sstory.End.$Shape} End
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        End.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.sstory.End();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.frames = value;
                        else
                            delete message.frames;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return End;
    })();

    return sstory;
})();

export {
  $root as default
};
