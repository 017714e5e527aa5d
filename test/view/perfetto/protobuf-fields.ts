/** A reader of the protobuf wire format (protobuf.dev/programming-guides/encoding), for tests: it shares nothing with the writer. */

/** The values of a message by field number: a varint as bigint, everything with a length as bytes. */
export type Fields = ReadonlyMap<number, readonly (bigint | Uint8Array)[]>;

/** Decodes one message; throws where it is not one. */
export function fieldsOf(bytes: Uint8Array): Fields {
  const fields = new Map<number, (bigint | Uint8Array)[]>();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 63n) throw new Error(`invalid varint at ${at}`);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const field = tag >> 3;
    let value: bigint | Uint8Array;
    if ((tag & 7) === 0) value = varint();
    else if ((tag & 7) === 2) {
      const length = Number(varint());
      if (at + length > bytes.length) throw new Error(`field ${field} is cut off`);
      value = bytes.subarray(at, at + length);
      at += length;
    } else throw new Error(`field ${field} has wire type ${tag & 7}`);
    const known = fields.get(field);
    if (known === undefined) fields.set(field, [value]);
    else known.push(value);
  }
  return fields;
}

export function messages(fields: Fields, field: number): Fields[] {
  return (fields.get(field) ?? []).map((value) => fieldsOf(bytesOf(value)));
}

export function message(fields: Fields, field: number): Fields | undefined {
  return messages(fields, field)[0];
}

export function integer(fields: Fields, field: number): bigint | undefined {
  const value = fields.get(field)?.[0];
  if (value instanceof Uint8Array) throw new Error(`field ${field} is no integer`);
  return value;
}

export function text(fields: Fields, field: number): string | undefined {
  const value = fields.get(field)?.[0];
  return value === undefined ? undefined : new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(value));
}

function bytesOf(value: bigint | Uint8Array): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new Error('an integer where a message or text is expected');
}
