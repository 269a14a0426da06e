/** The direction of a flow: towards the server, or towards the client. */
export type Direction = 'upstream' | 'downstream';

/** The attributes of each type, in the order in which the API lists them. */
export const ATTRIBUTES = {
  latency: ['latency', 'jitter'],
  bandwidth: ['rate'],
  slow_close: ['delay'],
  timeout: ['timeout'],
  reset_peer: ['timeout'],
  slicer: ['average_size', 'size_variation', 'delay'],
  limit_data: ['bytes'],
} as const;

export type ToxicType = keyof typeof ATTRIBUTES;

export interface Toxic {
  readonly name: string;
  readonly type: ToxicType;
  readonly stream: Direction;
  /** Share of the connections that it applies to, from 0 to 1. */
  readonly toxicity: number;
  readonly attributes: Readonly<Record<string, number>>;
}

export const isToxicType = (type: unknown): type is ToxicType =>
  typeof type === 'string' && Object.hasOwn(ATTRIBUTES, type);
