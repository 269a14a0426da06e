/** A body that is no message of OTLP, and the field of it that cannot be read. */
export class MalformedBody extends Error {
  override readonly name = 'MalformedBody';
  /** As JSON has it, such as `resourceSpans[0].scopeSpans[1].spans[3].traceId`; empty for the body as a whole. */
  readonly field: string;
  readonly #problem: string;

  constructor(problem: string, field = '') {
    super(field === '' ? problem : `${field}: ${problem}`);
    this.field = field;
    this.#problem = problem;
  }

  /** The same, seen from the message around it. */
  within(outer: string): MalformedBody {
    const separator = this.field === '' || this.field.startsWith('[') ? '' : '.';
    return new MalformedBody(this.#problem, `${outer}${separator}${this.field}`);
  }
}

/** Values can be lists of values: messages nest no deeper. protobuf's own libraries stop there, too. */
export const DEEPEST = 100;

export const nestsTooDeeply = (): MalformedBody =>
  new MalformedBody(`it nests more than ${DEEPEST} messages`);

/** What another reader says of the same: a body that ends too early, or that nests too deeply. */
export const malformedBy = (error: unknown): MalformedBody =>
  error instanceof MalformedBody ? error : new MalformedBody((error as Error).message);
