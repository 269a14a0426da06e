/** Checks numbered lines on their way: none may be missing, none out of order, per process. */
export class NumberedOutput {
  /** By process: how many lines have come, each with the number that was due. */
  readonly counts = new Map<string, number>();
  readonly wrong: string[] = [];
  bytes = 0;
  #rest = '';

  take(chunk: Buffer): void {
    this.bytes += chunk.length;
    const lines = (this.#rest + chunk.toString('latin1')).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#check(line);
  }

  #check(line: string): void {
    const bar = line.indexOf(' | ');
    const name = line.slice(0, bar).trimEnd();
    const due = this.counts.get(name) ?? 0;
    if (Number(line.slice(bar + 3, bar + 12)) !== due || line.length !== bar + 3 + 99) this.wrong.push(line);
    this.counts.set(name, due + 1);
  }
}
