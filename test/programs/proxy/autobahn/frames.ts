/** Frames of WebSocket (RFC 6455, 5.2) as a client sends them, right or wrong. */
export const OP = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

export interface FrameOptions {
  readonly isLast?: boolean;
  /** The three reserved bits. */
  readonly reserved?: number;
}

export const frame = (
  opcode: number,
  content: string | Buffer = '',
  { isLast = true, reserved = 0 }: FrameOptions = {},
): Buffer => {
  const payload = Buffer.from(content);
  const first = Buffer.from([(isLast ? 128 : 0) | (reserved << 4) | opcode]);
  return Buffer.concat([first, lengthOf(payload.length), MASK, payload.map((byte, at) => byte ^ maskAt(at))]);
};

const maskAt = (at: number): number => MASK[at % 4] as number;

const lengthOf = (length: number): Buffer => {
  if (length < 126) return Buffer.from([128 | length]);
  const bytes = Buffer.alloc(length < 65_536 ? 3 : 9);
  if (length < 65_536) bytes.writeUInt16BE(length, 1);
  else bytes.writeBigUInt64BE(BigInt(length), 1);
  bytes[0] = 128 | (length < 65_536 ? 126 : 127);
  return bytes;
};

export const text = (content: string | Buffer, options?: FrameOptions): Buffer =>
  frame(OP.text, content, options);

export const ping = (content: string | Buffer = ''): Buffer => frame(OP.ping, content);

export const close = (code: number, reason: string | Buffer = ''): Buffer => {
  const status = Buffer.alloc(2);
  status.writeUInt16BE(code);
  return frame(OP.close, Buffer.concat([status, Buffer.from(reason)]));
};

/** A message in several frames. */
export const fragments = (...parts: readonly (string | Buffer)[]): readonly Buffer[] =>
  parts.map((part, index) =>
    frame(index === 0 ? OP.text : OP.continuation, part, { isLast: index === parts.length - 1 }),
  );

/** A frame or all of them in writes of so many bytes. */
export const chopped = (frames: readonly Buffer[], size: number): readonly Buffer[] => {
  const bytes = Buffer.concat(frames);
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
};

export const each = (content: Buffer): readonly Buffer[] =>
  Array.from(content, (byte) => Buffer.from([byte]));
