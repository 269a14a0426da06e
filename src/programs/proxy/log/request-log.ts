import type { AccessLogOptions } from '../options.ts';
import { type AccessRecord, accessLogLine, type WriteLine } from '../routing/access-log.ts';
import { LineWriter } from './line-writer.ts';

/** The access log: a line for each request, if it is wanted. */
export class RequestLog {
  readonly #writer: LineWriter | null;
  readonly #line: WriteLine;

  private constructor(writer: LineWriter | null, line: WriteLine) {
    this.#writer = writer;
    this.#line = line;
  }

  static none(): RequestLog {
    return new RequestLog(null, () => '');
  }

  static async open(options: AccessLogOptions | null): Promise<RequestLog> {
    if (options === null) return RequestLog.none();
    const { path, format } = options;
    return new RequestLog(
      path === null ? LineWriter.stdout() : await LineWriter.to(path),
      accessLogLine(format),
    );
  }

  /** Lines that a reader was too slow for. */
  get dropped(): number {
    return this.#writer?.dropped ?? 0;
  }

  take(record: AccessRecord): void {
    this.#writer?.write(this.#line(record));
  }

  async close(): Promise<void> {
    await this.#writer?.close();
  }
}
